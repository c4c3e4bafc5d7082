"""Link headers (RFC 8288): formats, descriptions, licence, and the relations of FAIR Signposting."""

from __future__ import annotations

from collections.abc import Iterator

from ecoop_ld import dumps, tables
from ecoop_ld.formats import CSV, CSVW, HTML, TURTLE, Format
from ecoop_ld.represent.site import Resource
from ecoop_ld.server.served import Served

_TYPES = {"entity": "AboutPage", "front": "AboutPage", "catalog": "Dataset", "listing": "CollectionPage"}
"""Kind of resource → schema.org type of its page."""
_SCHEMA = "https://schema.org/"
_MOST_TYPES = 5


def _link(target: str, relation: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{target}>; rel="{relation}"{kind}'


def of_resource(served: Served, path: str, row: Format) -> str:
    """Links of one representation of a resource."""
    return ", ".join(_of_resource(served, served.site.resources[path], row))


def _of_resource(served: Served, resource: Resource, row: Format) -> Iterator[str]:
    base, config = served.base, served.site.config
    page = f"{base}{resource.path}.{HTML.extension}"
    if resource.formats != (HTML,):
        for other in resource.formats:
            if other is not row:
                yield _link(f"{base}{resource.path}.{other.extension}", "alternate", other.media_type)
        yield _link(f"{base}{resource.path}", "canonical")
    if resource.kind == "entity":
        yield _link(resource.iri, "describes")
        yield _link(f"{base}catalog", "collection", TURTLE.media_type)
        if row is HTML:
            yield _link(resource.iri, "cite-as")
            for kind in served.site.dataset.types(resource.iri)[:_MOST_TYPES]:
                yield _link(kind, "type")
            for other in resource.formats[1:]:
                yield _link(f"{base}{resource.path}.{other.extension}", "describedby", other.media_type)
        else:
            yield _link(page, "describes", HTML.media_type)
    if resource.kind == "front":
        yield from _of_dataset(served)
    if row is HTML and resource.kind in _TYPES:
        yield _link(_SCHEMA + _TYPES[resource.kind], "type")
    yield from of_site(served)
    if config.project.license:
        yield _link(config.project.license, "license")


def _of_dataset(served: Served) -> Iterator[str]:
    """The front page is the landing page of the whole dataset."""
    yield _link(served.site.config.base, "cite-as")
    for download in served.site.downloads:
        if not download.graph:
            yield _link(served.base + download.path, "item", download.format.media_type)


def of_site(served: Served) -> Iterator[str]:
    """Links that every answer of the site has: the data's description, and the endpoint's (RFC 8631)."""
    yield _link(served.base + ".well-known/void", "describedby", TURTLE.media_type)
    yield _link(served.base + "sparql", "service-desc", TURTLE.media_type)
    yield _link(served.base + "sparql/index.html", "service-doc", HTML.media_type)


def of_dump(served: Served, path: str) -> str:
    """Links of a downloadable file: back to the landing page of the dataset, and from a table to its metadata."""
    links = [_link(served.base, "collection", HTML.media_type)]
    if path.endswith(f".{CSV.extension}"):
        metadata = f"{path.rpartition('/')[0]}/{tables.METADATA}"
        links.append(_link(served.base + metadata, "describedby", CSVW.media_type))
    if path.startswith(dumps.FOLDER):
        links.append(_link(served.base + ".well-known/void", "describedby", TURTLE.media_type))
    if served.site.config.project.license:
        links.append(_link(served.site.config.project.license, "license"))
    return ", ".join(links)
