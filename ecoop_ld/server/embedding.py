"""``oembed?url=…``: how other sites show a thing, for the address of its page (https://oembed.com)."""

from __future__ import annotations

from ecoop_ld.rdf.formats import OEMBED, OEMBED_XML
from ecoop_ld.server import documents
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.negotiation import negotiate_language
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.pages import previews
from ecoop_ld.site.site import Resource

HOME = "oembed"
_KNOWN = ("format", "maxheight", "maxwidth", "url")
_WRITERS = {"json": (OEMBED, previews.oembed_json), "xml": (OEMBED_XML, previews.oembed_xml)}
_LEAST = 100
"""Pixels: in less, nobody can read."""


def oembed(served: Served, request: Request, iri: str | None) -> Response | None:
    """The answer for consumers that know the address of a page (oEmbed 1.0 §2.2)."""
    if iri is not None:
        return None
    values = dict(request.parameters)
    if len(values) < len(request.parameters) or any(key not in _KNOWN for key in values):
        raise Refusal(400, f"Each of {', '.join(_KNOWN)} can be given, once.")
    if not values.get("url"):
        raise Refusal(400, 'Say which page: "url" has to be the address of a thing or of its page.')
    wished = values.get("format", "json")
    if wished not in _WRITERS:
        raise Refusal(400, f'"format" is one of {", ".join(_WRITERS)}.')
    row, write = _WRITERS[wished]
    resource = asked_resource(served, values["url"])
    if resource is None:
        raise Refusal(404, f"Nothing is known about {values['url'][:200]}.")
    width, height = (_size(values, name) for name in ("maxwidth", "maxheight"))
    language = negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
    describer = served.site.describer(language)
    found = previews.oembed(served.site, resource, describer, min(width, previews.WIDTH), min(height, previews.HEIGHT))
    headers = {"Content-Type": row.content_type, "Content-Language": language, "Vary": "Accept-Language"}
    return Response(200, write(found), headers)


def _size(values: dict[str, str], name: str) -> int:
    text = values.get(name, "9999")
    if not (text.isascii() and text.isdigit() and len(text) <= len("99999") and int(text) >= _LEAST):
        raise Refusal(400, f'"{name}" is a number of pixels, {_LEAST} or more.')
    return int(text)


def asked_resource(served: Served, url: str) -> Resource | None:
    """The document about a thing, by the IRI of the thing or by the address of any file of the document."""
    site, asked = served.site, url.partition("#")[0]
    dataset, addresses = site.dataset, site.config.addresses
    if url in dataset.things_set:
        return site.resources.get(dataset.addresses.document(url))
    for base in (served.base, addresses.site_url, addresses.public_base):
        if asked.startswith(base):
            path = asked.removeprefix(base)
            exact = documents.exact_file(served, path)
            found = exact[0] if exact else site.resources.get(path)
            if found is None and (told := dataset.documents.get(dataset.addresses.document(site.config.base + path))):
                found = site.resources.get(dataset.addresses.document(told[0]))
            if found is not None and found.kind == "entity":
                return found
    return None
