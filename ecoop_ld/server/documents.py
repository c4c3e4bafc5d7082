"""A GET request for anything but the endpoint → its answer: things, documents, graphs, files."""

from __future__ import annotations

from ecoop_ld import dumps
from ecoop_ld.addresses import relative
from ecoop_ld.formats import ALL_FORMATS, HTML, RDF_FORMATS, Format, by_name, negotiate, negotiate_language
from ecoop_ld.http import Request, Response
from ecoop_ld.names import OWL
from ecoop_ld.outputs import Entry
from ecoop_ld.server import links
from ecoop_ld.server.refusals import VARY, Refusal, not_acceptable
from ecoop_ld.server.served import Served

_SMALL = 1 << 18
"""Files up to this size are read at once and coded; larger ones are streamed as they are."""
_FOR_EVER = "public, max-age=31536000, immutable"


def read(served: Served, request: Request) -> Response:
    """Raises :class:`Refusal` where there is nothing."""
    path, site = request.path, served.site
    if path.startswith("id/"):
        return _thing(served, request)
    if path.startswith("graph/"):
        return _graph(served, request)
    vocabulary = site.config.addresses.vocabulary
    if path == f"{vocabulary}/{served.vocabulary_version}":
        return see_other(request, vocabulary)
    name = "index" if not path else path + "index" if path.endswith("/") else path
    if name in site.resources:
        return _negotiated(served, request, name)
    if (exact := _exact(served, name)) is not None:
        return _representation(served, *exact)
    return _file(served, path)


def see_other(request: Request, path: str) -> Response:
    return Response(303, b"", {"Location": relative(request.path, path), "Vary": VARY})


def _thing(served: Served, request: Request) -> Response:
    """303 to the document about a thing (Cool URIs for the Semantic Web, §4.2)."""
    iri = served.site.config.base + request.path
    if iri not in served.site.dataset.things_set:
        raise Refusal(404, f"Nothing is known about {iri}.")
    return see_other(request, served.site.dataset.addresses.document(iri))


def _graph(served: Served, request: Request) -> Response:
    """303 to the dump of a named graph, in the format asked for."""
    iri = served.site.config.base + request.path
    if iri not in served.site.dataset.graphs:
        raise Refusal(404, f"There is no graph {iri}.")
    row = negotiate(request.accept, RDF_FORMATS)
    if row is None:
        raise not_acceptable(RDF_FORMATS)
    slug = served.site.dataset.addresses.graph_slug(iri)
    return see_other(request, f"{dumps.FOLDER}/{slug}.{row.extension}")


def _negotiated(served: Served, request: Request, path: str) -> Response:
    resource, config = served.site.resources[path], served.site.config
    row = negotiate(request.accept, resource.formats)
    if row is None:
        raise not_acceptable(resource.formats)
    language = negotiate_language(request.headers.get("accept-language"), config.languages)
    response = _representation(served, path, row, language)
    file = served.site.dataset.addresses.file(path, row, language)
    more = {"Content-Location": relative(request.path, file), "Vary": VARY}
    return Response(response.status, response.body, {**response.headers, **more}, keep=response.keep)


def _exact(served: Served, name: str) -> tuple[str, Format, str] | None:
    """``doc/org/lacnic.es.html`` → path, format and language of one representation."""
    stem, dot, extension = name.rpartition(".")
    row = by_name(extension, ALL_FORMATS) if dot else None
    if row is None or row.extension != extension:
        return None
    languages = served.site.config.languages
    language = languages[0]
    if row is HTML and stem.rpartition(".")[2] in languages[1:]:
        stem, _, language = stem.rpartition(".")
    resource = served.site.resources.get(stem)
    return (stem, row, language) if resource and row in resource.formats else None


def _representation(served: Served, path: str, row: Format, language: str) -> Response:
    """200, or 410 with the same page for a thing that was withdrawn: its page is its tombstone."""
    headers = {"Content-Type": row.content_type, "Link": links.of_resource(served, path, row), **served.modified}
    if row is HTML:
        headers["Content-Language"] = language
    status = 410 if withdrawn(served, path) else 200
    return Response(status, served.representation(path, row, language), headers, keep=status == 200)


def withdrawn(served: Served, path: str) -> bool:
    """Whether the data say ``owl:deprecated true`` of the thing that a document is about."""
    resource = served.site.resources[path]
    if resource.kind != "entity":
        return False
    facts = served.site.dataset.outgoing(resource.iri).get(OWL + "deprecated", ())
    return any(getattr(fact.object, "value", "") in ("true", "1") for fact in facts)


def _file(served: Served, path: str) -> Response:
    """A file of the last build that its manifest lists; nothing else on disk can be reached."""
    entry = served.files.get(path)
    if entry is None:
        raise Refusal(404, f"There is no page at /{path}.")
    headers = {"Content-Type": content_type(path), **served.modified}
    if path.startswith("dumps/"):
        headers["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
        headers["Link"] = links.of_dump(served, path)
        if not path.startswith(dumps.FOLDER):
            headers["Cache-Control"] = _FOR_EVER
    elif entry.size <= _SMALL:
        return _small_file(served, entry, headers)
    headers |= {"Accept-Ranges": "bytes", "ETag": f'"{entry.sha256[:32]}"'}
    return Response(200, b"", headers, file=served.out / path, span=(0, entry.size))


def _small_file(served: Served, entry: Entry, headers: dict[str, str]) -> Response:
    try:
        content = (served.out / entry.path).read_bytes()
    except OSError:
        raise Refusal(503, "A new build is being put in place.") from None
    return Response(200, content, headers)


_OTHER_TYPES = {
    "css": "text/css; charset=utf-8",
    "gz": "application/gzip",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "sqlite": "application/vnd.sqlite3",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "xml": "application/xml",
    "zst": "application/zstd",
}


def content_type(path: str) -> str:
    """Content-Type of a file of the build."""
    if path == ".well-known/void":
        return by_name("turtle").content_type  # type: ignore[union-attr]
    if path.endswith("/csv-metadata.json"):
        return "application/csvm+json"
    if path.endswith("/SHA256SUMS"):
        return "text/plain; charset=utf-8"
    extension = path.rpartition(".")[2]
    row = next((row for row in ALL_FORMATS if row.extension == extension), None)
    return row.content_type if row else _OTHER_TYPES.get(extension, "application/octet-stream")
