"""What is served, a GET request, and the thing that the data describe at its address → the answer of one route.

:mod:`ecoop_ld.server.routes` says which of these functions is asked when. They return ``None`` where a path is none of
theirs, and raise :class:`Refusal` where it is theirs and there is nothing to answer.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from ecoop_ld.addresses import relative
from ecoop_ld.errors import UserError
from ecoop_ld.model import tombstones
from ecoop_ld.publish import bundle
from ecoop_ld.publish.staging import StagedFile
from ecoop_ld.rdf.formats import (
    CARD,
    DOCUMENT_FORMATS,
    EMBED_FORMATS,
    HTML,
    LINKSET,
    MARKDOWN,
    PLAIN_FORMATS,
    SPOKEN_FORMATS,
    SVG,
    Format,
    content_type,
)
from ecoop_ld.releases import feeds, versions
from ecoop_ld.releases.folder import Version
from ecoop_ld.server import links, memento
from ecoop_ld.server.http import VARY, Request, Response
from ecoop_ld.server.negotiation import negotiate, negotiate_language
from ecoop_ld.server.refusals import Refusal, not_acceptable
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.discovery.agents import API_CATALOG
from ecoop_ld.site.kinds import PAGE_KINDS
from ecoop_ld.site.pages import previews
from ecoop_ld.site.pages.finding import found_page
from ecoop_ld.site.renderer import policy
from ecoop_ld.site.site import Resource, changes_path
from ecoop_ld.views import ranking

_SMALL = 1 << 18
"""Files up to this size are read at once and coded; larger ones are streamed as they are."""
_IN_IRIS = "/:?#[]@!$&'()*+,;=%~"
"""What stays as it is in an IRI that becomes a Location."""
_POLICY_OF_PICTURES = "default-src 'none'; style-src 'unsafe-inline'"
"""A picture as a file brings its rules along, and nothing else."""
_FOR_EVER = "public, max-age=31536000, immutable"


def oddly_asked(served: Served, request: Request) -> Response | None:
    """The answer for a thing whose IRI holds escapes that no path of the site may have, such as ``%2F``."""
    thing = asked_for(served, request) if request.reads else None
    return None if thing is None else _to_document(served, request, thing)


def asked_for(served: Served, request: Request) -> str | None:
    """The thing that the data describe at the address asked for, with its query or else without."""
    dataset = served.site.dataset
    for target in dict.fromkeys((request.target, request.target.partition("?")[0])):
        iris = (served.site.config.base + target, dataset.addresses.asked_for(target))
        found = next((told for iri in iris if (told := dataset.documents.get(dataset.addresses.document(iri)))), None)
        if found is not None:
            return found[0]
    return None


def thing(served: Served, request: Request, iri: str | None) -> Response | None:
    """A thing whose address is no page's: under ``id/``, or with a query."""
    return _to_document(served, request, iri) if iri and (request.path.startswith("id/") or "?" in iri) else None


def unknown_thing(served: Served, request: Request, iri: str | None) -> Response:
    raise Refusal(404, f"Nothing is known about {served.site.config.base}{request.path}.")


def thing_elsewhere(served: Served, request: Request, iri: str | None) -> Response | None:
    """A thing at any other address that has neither a page nor a file."""
    return _to_document(served, request, iri) if iri and request.path not in served.files else None


def of_memento(served: Served, request: Request, iri: str | None) -> Response | None:
    if request.path in (feeds.HOME, feeds.LATEST) and not served.site.history:
        return see_other(request, "download")
    return memento.gate(served, request)


def _rather_data(resource: Resource, request: Request) -> bool:
    """Whether a client wants RDF where a page has none, and the data describe what is at its address."""
    return (resource.formats == (HTML,) or resource.kind == "view") and negotiate(
        request.accept, DOCUMENT_FORMATS
    ) not in (HTML, None)


def see_other(request: Request, path: str) -> Response:
    return Response(303, b"", {"Location": relative(_here(request), path), "Vary": VARY})


def _here(request: Request) -> str:
    """The path that a relative address in an answer starts from."""
    return request.target.partition("?")[0] or request.path


def _to_document(served: Served, request: Request, iri: str) -> Response:
    """303 to the document about a thing (Cool URIs for the Semantic Web, §4.2); 301 to what replaced it."""
    found = tombstones.fate(served.site.dataset, iri)
    if found is not None and found.target:
        return _moved_to(served, request, found.target)
    return see_other(request, served.site.dataset.addresses.document(iri))


def _moved_to(served: Served, request: Request, iri: str) -> Response:
    dataset = served.site.dataset
    known = iri in dataset.things_set
    path = (dataset.addresses.thing_path(iri) or dataset.addresses.document(iri)) if known else ""
    return Response(301, b"", {"Location": relative(_here(request), path) if path else quote(iri, safe=_IN_IRIS)})


def _moved(served: Served, resource: Resource) -> str | None:
    """The thing that replaced the one that a document is about."""
    found = tombstones.fate(served.site.dataset, resource.iri) if resource.kind == "entity" else None
    return found.target if found and found.target else None


def _gone_to(served: Served, request: Request, resource: Resource, iri: str, end: str) -> Response:
    """301 from the document about a replaced thing to that of its successor, in the same format and language.

    The body is the page that explains, for who does not follow.
    """
    dataset = served.site.dataset
    if iri not in dataset.things_set:
        return Response(301, b"", {"Location": quote(iri, safe=_IN_IRIS)})
    language = negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
    location = relative(request.path, dataset.addresses.document(iri) + end)
    headers = {"Location": location, "Content-Type": HTML.content_type, "Vary": VARY}
    return Response(301, served.representation(resource, HTML, language), headers)


def vocabulary_version(served: Served, request: Request, iri: str | None) -> Response | None:
    """303 from a version of the vocabulary: the present one to itself, one before it to where it was kept."""
    addresses = served.site.dataset.addresses
    home = addresses.place(served.site.config.vocabulary_iri).rstrip("/")
    version = request.path.removeprefix(f"{home}/")
    if version == request.path or version not in served.vocabulary_versions:
        return None
    if version == served.vocabulary_version:
        return see_other(request, addresses.vocabulary_path())
    row = negotiate(request.accept, DOCUMENT_FORMATS)
    if row is None:
        raise not_acceptable(DOCUMENT_FORMATS)
    kept = versions.vocabulary_file(served.site.history, version, row.extension)
    page = served.vocabulary_versions[version]
    return see_other(request, kept or f"{page}.{HTML.extension}")


def changes(served: Served, request: Request, iri: str | None) -> Response:
    """What has changed since a release: ``/changes?since=1.0.0``."""
    known = ", ".join(served.site.history.by_version) or "none yet"
    asked = [value for key, value in request.parameters if key == "since"]
    if len(asked) != 1:
        raise Refusal(400, f"Ask for the changes since one release: changes?since=VERSION. Releases: {known}.")
    try:
        version = str(Version.parse(asked[0]))
    except UserError as error:
        raise Refusal(400, f"{error.message} {error.hint} Releases: {known}.") from None
    if version not in served.site.history.by_version:
        raise Refusal(404, f"There is no release {version}. Releases: {known}.")
    return _negotiated(served, request, served.site.resources[changes_path(version)])


def graph(served: Served, request: Request, iri: str | None) -> Response | None:
    """303 to the dump of a named graph, in the format asked for; one that the data describe has a document instead."""
    if iri is not None:
        return None
    config, graphs = served.site.config, served.site.dataset.graphs
    name = config.base + request.path
    if name not in graphs:
        name = config.base + quote(request.path, safe="/")  # the graph of a file whose name needs escapes
    if name not in graphs:
        raise Refusal(404, f"There is no graph {config.base}{request.path}.")
    dumps = (*config.written, *bundle.DATASETS)
    row = negotiate(request.accept, dumps)
    if row is None:
        raise not_acceptable(dumps)
    slug = served.site.dataset.addresses.graph_slug(name)
    return see_other(request, f"{bundle.FOLDER}/{slug}.{row.extension}")


def document(served: Served, request: Request, iri: str | None) -> Response | None:
    """A resource in the format and language that are asked for; 301 where another thing took its place."""
    path = request.path
    name = "index" if not path else path + "index" if path.endswith("/") else path
    resource = served.site.resources.get(name)
    if resource is None:
        return None
    if iri is not None and _rather_data(resource, request):
        return _to_document(served, request, iri)
    target = _moved(served, resource)
    return _gone_to(served, request, resource, target, "") if target else _negotiated(served, request, resource)


def search(served: Served, request: Request, iri: str | None) -> Response | None:
    """``search?q=lacnic&kind=…``: what is found, ranked on the server; without a question the page of all names."""
    asked = dict(request.parameters)
    text = " ".join(asked.get("q", "").split())[: ranking.LONGEST]
    page = asked_page(served, request, "search") if text else None
    if page is None:
        return None
    resource, language, headers = page
    found = served.ranking(language).find(text, asked.get("kind", ""))
    return Response(200, found_page(served.site, resource, language, found), headers)


def asked_page(served: Served, request: Request, kind: str) -> tuple[Resource, str, dict[str, str]] | None:
    """The page of a kind at an address, its language, and the headers of an answer that its query changes."""
    whole = served.site.resources.get(request.path)
    resource, row, language = (whole, HTML, "") if whole else exact_file(served, request.path) or (None, HTML, "")
    if resource is None or resource.kind != kind or row is not HTML:
        return None
    headers = {"Content-Type": HTML.content_type, "X-Robots-Tag": "noindex"}
    if not language:
        if negotiate(request.accept, resource.formats) is None:
            raise not_acceptable(resource.formats)
        language = negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
        headers["Vary"] = VARY
    return resource, language, {**headers, "Content-Language": language}


def _negotiated(served: Served, request: Request, resource: Resource) -> Response:
    config = served.site.config
    row = negotiate(request.accept, resource.formats)  # RDF: clients of it that name CSV too want results of queries
    if row is None:
        raise not_acceptable(resource.formats)
    language = negotiate_language(request.headers.get("accept-language"), config.languages)
    response = _representation(served, resource, row, language)
    file = served.site.dataset.addresses.file(resource.path, row, language)
    more = {"Content-Location": relative(request.path, file), "Vary": VARY}
    return Response(response.status, response.body, {**response.headers, **more}, keep=response.keep)


def linkset(served: Served, request: Request, iri: str | None) -> Response | None:
    """``doc/org/lacnic.linkset``: the links of a landing page as a document (RFC 9264)."""
    end = f".{LINKSET.extension}"
    resource = served.site.resources.get(request.path.removesuffix(end))
    if not request.path.endswith(end) or resource is None or not links.has_linkset(served, resource):
        return None
    headers = {"Content-Type": LINKSET.content_type, **served.modified}
    return Response(200, links.linkset(served, resource), headers, keep=True)


def representation(served: Served, request: Request, iri: str | None) -> Response | None:
    """``doc/org/lacnic.es.html``: one representation, whatever ``Accept`` says."""
    exact = exact_file(served, request.path)
    if exact is None:
        return None
    resource, row, language = exact
    target = _moved(served, resource)
    if target:
        return _gone_to(served, request, resource, target, f".{request.path.partition('.')[2]}")
    if row is HTML or row not in SPOKEN_FORMATS:
        return _representation(served, resource, row, language)
    language = negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
    response = _representation(served, resource, row, language)  # who looks at a frame did not choose its address
    allowed = {CARD: previews.POLICY, SVG: _POLICY_OF_PICTURES}.get(row)
    framed = {"Content-Security-Policy": f"{allowed}; frame-ancestors *"} if allowed else {}
    more = {"Content-Language": language, "Vary": "Accept-Language", **framed}
    return replace(response, headers={**response.headers, **more})


def formats_of(resource: Resource) -> tuple[Format, ...]:
    """What a resource can be had in; a thing also as what programs read that know no RDF."""
    return (*resource.formats, *PLAIN_FORMATS) if resource.kind == "entity" else resource.formats


def exact_file(served: Served, path: str) -> tuple[Resource, Format, str] | None:
    """Resource, format and language of one file."""
    for row in EMBED_FORMATS:
        resource = served.site.resources.get(path.removesuffix(f".{row.extension}"))
        fits = resource is not None and (resource.kind == "entity" or row in resource.formats)
        if resource and fits and path.endswith(f".{row.extension}"):
            return resource, row, served.site.config.languages[0]
    stem, _, extension = path.rpartition(".")
    languages = served.site.config.languages
    language = languages[0]
    if extension == HTML.extension and stem.rpartition(".")[2] in languages[1:]:
        stem, _, language = stem.rpartition(".")
    resource = served.site.resources.get(stem)
    rows = formats_of(resource) if resource else ()
    found = next((row for row in rows if row.extension == extension), None)
    return (resource, found, language) if resource and found else None


def _representation(served: Served, resource: Resource, row: Format, language: str) -> Response:
    """200, or 410 with the same page for a thing that was withdrawn: its page is its tombstone."""
    told = links.of_resource(served, resource, row, language)
    headers = {"Content-Type": row.content_type, "Link": told, **served.modified}
    headers |= memento.headers(served, resource.path, headers["Link"])
    if row is HTML:
        headers["Content-Language"] = language
        if served.site.config.pages.pictures:
            headers["Content-Security-Policy"] = f"{policy(served.site.config)}; frame-ancestors 'none'"
    status = 410 if _withdrawn(served, resource) else 200
    try:
        content = served.representation(resource, row, language)
    except UserError as error:
        if row is HTML:
            raise
        raise Refusal(406, str(error)) from None  # RDF/XML has no element for some property
    return Response(status, content, headers, keep=status == 200)


def _withdrawn(served: Served, resource: Resource) -> bool:
    """Whether the thing that a document, or a page on which its links go on, is about is dead."""
    return PAGE_KINDS[resource.kind].of_thing and tombstones.fate(served.site.dataset, resource.iri) is not None


def file(served: Served, request: Request, iri: str | None) -> Response | None:
    """A file of the last build that its manifest lists; nothing else on disk can be reached."""
    path = request.path
    entry = served.files.get(path)
    if entry is None:
        if path in served.own_files:
            raise Refusal(503, "A new build is being put in place.")
        return None
    headers = {"Content-Type": content_type(path), **served.modified}
    told = links.of_described_file(served, iri) if iri else ""
    if told:
        headers["Link"] = told
    if path == API_CATALOG:
        headers["Link"] = links.of_api_catalog(served)
    if path.startswith("dumps/"):
        if not path.endswith((f".{HTML.extension}", ".txt", f".{MARKDOWN.extension}")):
            headers["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
        headers["Link"] = ", ".join(filter(None, (links.of_dump(served, path), told)))
        headers |= memento.headers(served, path, headers["Link"])
        if not path.startswith(bundle.FOLDER):
            headers["Cache-Control"] = _FOR_EVER
    elif entry.size <= _SMALL:
        return _small_file(served, entry, headers)
    headers |= {"Accept-Ranges": "bytes", "ETag": f'"{entry.sha256[:32]}"'}
    return Response(200, b"", headers, file=served.out / path, span=(0, entry.size))


def _small_file(served: Served, entry: StagedFile, headers: dict[str, str]) -> Response:
    try:
        content = (served.out / entry.path).read_bytes()
    except OSError:
        raise Refusal(503, "A new build is being put in place.") from None
    return Response(200, content, headers)
