"""Links of an answer: formats, descriptions, licence, and the relations of FAIR Signposting.

They go into the Link header (RFC 8288), and for pages of things also into a link set of their own (RFC 9264).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from ecoop_ld.publish import bundle, tables
from ecoop_ld.rdf.formats import CSV, CSVW, HTML, LINKSET, TURTLE, Format
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.discovery.agents import API_CATALOG
from ecoop_ld.site.kinds import PAGE_KINDS
from ecoop_ld.site.site import Resource

_SCHEMA = "https://schema.org/"
_MOST_TYPES = 5
MOST_BYTES = 1_100
"""Of a Link header: proxies give all fields of an answer some kilobytes (nginx 4 or 8), and say 502 to more."""
_IMPORTANT = (
    "linkset",
    "cite-as",
    "type",
    "describes",
    "canonical",
    "license",
    "describedby",
    "collection",
    "service-desc",
    "alternate",
    "service-doc",
    "item",
)
"""Relations, the one that matters most first."""
_ASCII = "".join(map(chr, range(33, 127)))


class TypedLink(NamedTuple):
    """A typed link from what is answered."""

    target: str
    relation: str
    media_type: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{quote(self.target, safe=_ASCII)}>; rel="{self.relation}"{kind}'


def header(links: Iterable[TypedLink]) -> str:
    """The value of a Link header: all relations to one target together."""
    return ", ".join(map(str, _together(links)))


def _together(links: Iterable[TypedLink]) -> list[TypedLink]:
    relations: dict[tuple[str, str], list[str]] = {}
    for link in links:
        relations.setdefault((link.target, link.media_type), []).append(link.relation)
    return [TypedLink(target, " ".join(words), kind) for (target, kind), words in relations.items()]


def of_resource(served: Served, resource: Resource, row: Format, language: str) -> str:
    """Links of one representation of a resource, as a header: all of them, or what has room beside the link set."""
    found = list(_of_resource(served, resource, row, language))
    if PAGE_KINDS[resource.kind].landing or not _fit(found):
        found.append(TypedLink(f"{served.base}{resource.path}.{LINKSET.extension}", "linkset", LINKSET.media_type))
    return header(found if _fit(found) else _most_important(found))


def has_linkset(served: Served, resource: Resource) -> bool:
    """Whether the links of a page are also a document: landing pages have one (FAIR Signposting, level 2), and pages
    whose links have no room in the header."""
    landing = PAGE_KINDS[resource.kind].landing
    return landing or any(not _fit(_of_resource(served, resource, row)) for row in resource.formats)


def _fit(links: Iterable[TypedLink]) -> bool:
    return len(header(links)) <= MOST_BYTES


def _most_important(links: Iterable[TypedLink]) -> list[TypedLink]:
    """As many as have room, in their order."""
    all_links, room, chosen = _together(links), MOST_BYTES, set()
    for link in sorted(all_links, key=lambda link: min(map(_IMPORTANT.index, link.relation.split()))):
        if (size := len(str(link)) + 2) <= room:
            room -= size
            chosen.add(link)
    return [link for link in all_links if link in chosen]


def linkset(served: Served, resource: Resource) -> bytes:
    """All links of a landing page and of its representations in RDF, each with its anchor (RFC 9264 §4.2)."""
    contexts = []
    for row in resource.formats:
        page = f"{served.base}{resource.path}" + ("" if row is HTML else f".{row.extension}")
        context: dict[str, object] = {"anchor": page if resource.kind == "entity" else served.base}
        found: dict[str, list[dict[str, str]]] = {}
        for link in _of_resource(served, resource, row):
            kind = {"type": link.media_type} if link.media_type else {}
            found.setdefault(link.relation, []).append({"href": link.target, **kind})
        contexts.append(context | found)
    return json.dumps({"linkset": contexts}, ensure_ascii=False, indent=1).encode() + b"\n"


def _of_resource(served: Served, resource: Resource, row: Format, language: str = "") -> Iterator[TypedLink]:
    base, config = served.base, served.site.config
    page = f"{base}{resource.path}.{HTML.extension}"
    if resource.formats != (HTML,):
        for other in resource.formats:
            if other is not row:
                yield TypedLink(f"{base}{resource.path}.{other.extension}", "alternate", other.media_type)
        yield TypedLink(_canonical(served, resource, row, language), "canonical")
    if resource.kind == "entity":
        yield TypedLink(resource.iri, "describes")
        yield TypedLink(f"{base}catalog", "collection", TURTLE.media_type)
        if row is HTML:
            yield TypedLink(resource.iri, "cite-as")
            for kind in served.site.dataset.types(resource.iri)[:_MOST_TYPES]:
                yield TypedLink(kind, "type")
            for other in resource.formats[1:]:
                yield TypedLink(f"{base}{resource.path}.{other.extension}", "describedby", other.media_type)
        else:
            yield TypedLink(page, "describes", HTML.media_type)
    if resource.kind == "front":
        yield from _of_dataset(served)
    if row is HTML and (schema := PAGE_KINDS[resource.kind].schema):
        yield TypedLink(_SCHEMA + schema, "type")
    yield from of_site(served)
    if config.project.license:
        yield TypedLink(config.project.license, "license")


def _canonical(served: Served, resource: Resource, row: Format, language: str) -> str:
    """What a page in a language says itself where the site is public; else what stands for all formats (RFC 6596)."""
    addresses = served.site.dataset.addresses
    page = addresses.public_url(resource.path, language) if row is HTML and language else ""
    return page or f"{served.base}{resource.path}"


def _of_dataset(served: Served) -> Iterator[TypedLink]:
    """The front page is the landing page of the whole dataset."""
    yield TypedLink(served.site.config.base, "cite-as")
    for download in served.site.downloads:
        if not download.graph:
            yield TypedLink(served.base + download.path, "item", download.format.media_type)


def of_site(served: Served) -> Iterator[TypedLink]:
    """Links that every answer of the site has: the data's description, and the endpoint's (RFC 8631)."""
    yield TypedLink(served.base + ".well-known/void", "describedby", TURTLE.media_type)
    yield TypedLink(served.base + "sparql", "service-desc", TURTLE.media_type)
    yield TypedLink(served.base + "sparql/index.html", "service-doc", HTML.media_type)


def of_dump(served: Served, path: str) -> str:
    """Links of a downloadable file: back to the landing page of the dataset, and from a table to its metadata."""
    links = [TypedLink(served.base, "collection", HTML.media_type)]
    if path.endswith(f".{CSV.extension}"):
        metadata = f"{path.rpartition('/')[0]}/{tables.METADATA}"
        links.append(TypedLink(served.base + metadata, "describedby", CSVW.media_type))
    if path.startswith(bundle.FOLDER):
        links.append(TypedLink(served.base + ".well-known/void", "describedby", TURTLE.media_type))
    if served.site.config.project.license:
        links.append(TypedLink(served.site.config.project.license, "license"))
    return header(links)


def of_api_catalog(served: Served) -> str:
    """The link from the catalogue of interfaces to itself, for who asks for its head (RFC 9727 §2)."""
    return str(TypedLink(served.base + API_CATALOG, "api-catalog", LINKSET.media_type))


def of_described_file(served: Served, iri: str) -> str:
    """The link from a file to the document about it, where the data describe what is at its address."""
    return str(TypedLink(served.base + served.site.dataset.addresses.document(iri), "describedby"))
