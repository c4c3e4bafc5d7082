"""A GET request for anything but the endpoint → its answer: things, documents, graphs, files."""

from __future__ import annotations

from urllib.parse import quote

from ecoop_ld.addresses import relative
from ecoop_ld.errors import UserError
from ecoop_ld.model import tombstones
from ecoop_ld.publish import bundle
from ecoop_ld.publish.staging import Entry
from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, HTML, LINKSET, MARKDOWN, RDF_FORMATS, Format, content_type
from ecoop_ld.releases import versions
from ecoop_ld.releases.folder import Version
from ecoop_ld.server import links, memento
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.negotiation import negotiate, negotiate_language
from ecoop_ld.server.refusals import VARY, Refusal, not_acceptable
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.site import Resource, changes_path

_SMALL = 1 << 18
"""Files up to this size are read at once and coded; larger ones are streamed as they are."""
_IN_IRIS = "/:?#[]@!$&'()*+,;=%~"
"""What stays as it is in an IRI that becomes a Location."""
_FOR_EVER = "public, max-age=31536000, immutable"


def read(served: Served, request: Request) -> Response:
    """Raises :class:`Refusal` where there is nothing."""
    path, site = request.path, served.site
    if path == "changes":
        return _changes(served, request)
    thing = _asked_for(served, request)
    if thing is not None and (path.startswith("id/") or "?" in thing):
        return _thing(served, request, thing)
    if path.startswith("id/"):
        raise Refusal(404, f"Nothing is known about {site.config.base}{path}.")
    if (gate := memento.gate(served, request)) is not None:
        return gate
    if path.startswith("graph/") and thing is None:
        return _graph(served, request)
    vocabulary = site.config.addresses.vocabulary
    if path.startswith(f"{vocabulary}/") and (version := path[len(vocabulary) + 1 :]) in served.vocabulary_versions:
        return _vocabulary_version(served, request, version)
    name = "index" if not path else path + "index" if path.endswith("/") else path
    if name in site.resources:
        if thing is not None and _rather_data(site.resources[name], request):
            return _thing(served, request, thing)
        if (target := _moved(served, name)) is not None:
            return _gone_to(served, request, target, "")
        return _negotiated(served, request, name)
    if (found := _linkset(served, name)) is not None:
        return found
    if (exact := _exact(served, name)) is not None:
        if (target := _moved(served, exact[0])) is not None:
            return _gone_to(served, request, target, f".{name.partition('.')[2]}")
        return _representation(served, *exact)
    if thing is not None and path not in served.files:
        return _thing(served, request, thing)
    return _file(served, path)


def oddly_asked(served: Served, request: Request) -> Response | None:
    """The answer for a thing whose IRI holds escapes that no path of the site may have, such as ``%2F``."""
    thing = _asked_for(served, request) if request.reads else None
    return None if thing is None else _thing(served, request, thing)


def _asked_for(served: Served, request: Request) -> str | None:
    """The thing that the data describe at the address asked for, with its query or else without."""
    base, documents = served.site.config.base, served.site.dataset.documents
    for target in dict.fromkeys((request.target, request.target.partition("?")[0])):
        found = documents.get(served.site.dataset.addresses.document(base + target))
        if found is not None:
            return found[0]
    return None


def _rather_data(resource: Resource, request: Request) -> bool:
    """Whether a client wants RDF where a page has none, and the data describe what is at its address."""
    return resource.formats == (HTML,) and negotiate(request.accept, DOCUMENT_FORMATS) not in (HTML, None)


def see_other(request: Request, path: str) -> Response:
    return Response(303, b"", {"Location": relative(_here(request), path), "Vary": VARY})


def _here(request: Request) -> str:
    """The path that a relative address in an answer starts from."""
    return request.target.partition("?")[0] or request.path


def _thing(served: Served, request: Request, iri: str) -> Response:
    """303 to the document about a thing (Cool URIs for the Semantic Web, §4.2); 301 to what replaced it."""
    found = tombstones.fate(served.site.dataset, iri)
    if found is not None and found.target:
        return _moved_to(served, request, found.target)
    return see_other(request, served.site.dataset.addresses.document(iri))


def _moved_to(served: Served, request: Request, iri: str) -> Response:
    dataset = served.site.dataset
    path = dataset.addresses.thing_path(iri) if iri in dataset.things_set else ""
    return Response(301, b"", {"Location": relative(_here(request), path) if path else quote(iri, safe=_IN_IRIS)})


def _moved(served: Served, path: str) -> str | None:
    """The thing that replaced the one that a document is about."""
    resource = served.site.resources[path]
    found = tombstones.fate(served.site.dataset, resource.iri) if resource.kind == "entity" else None
    return found.target if found and found.target else None


def _gone_to(served: Served, request: Request, iri: str, end: str) -> Response:
    """301 from the document about a replaced thing to that of its successor, in the same format and language.

    The body is the page that explains, for who does not follow.
    """
    dataset = served.site.dataset
    if iri not in dataset.things_set:
        return Response(301, b"", {"Location": quote(iri, safe=_IN_IRIS)})
    path = request.path.removesuffix(end)
    language = negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
    location = relative(request.path, dataset.addresses.document(iri) + end)
    headers = {"Location": location, "Content-Type": HTML.content_type, "Vary": VARY}
    return Response(301, served.representation(path, HTML, language), headers)


def _vocabulary_version(served: Served, request: Request, version: str) -> Response:
    """303 from a version of the vocabulary: the present one to itself, one before it to where it was kept."""
    vocabulary = served.site.config.addresses.vocabulary
    if version == served.vocabulary_version:
        return see_other(request, vocabulary)
    row = negotiate(request.accept, DOCUMENT_FORMATS)
    if row is None:
        raise not_acceptable(DOCUMENT_FORMATS)
    kept = versions.vocabulary_file(served.site.history, version, row.extension)
    page = served.vocabulary_versions[version]
    return see_other(request, kept or f"{page}.{HTML.extension}")


def _changes(served: Served, request: Request) -> Response:
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
    return _negotiated(served, request, changes_path(version))


def _graph(served: Served, request: Request) -> Response:
    """303 to the dump of a named graph, in the format asked for."""
    iri = served.site.config.base + request.path
    if iri not in served.site.dataset.graphs:
        raise Refusal(404, f"There is no graph {iri}.")
    row = negotiate(request.accept, RDF_FORMATS)
    if row is None:
        raise not_acceptable(RDF_FORMATS)
    slug = served.site.dataset.addresses.graph_slug(iri)
    return see_other(request, f"{bundle.FOLDER}/{slug}.{row.extension}")


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


def _linkset(served: Served, name: str) -> Response | None:
    """``doc/org/lacnic.linkset``: the links of a landing page as a document (RFC 9264)."""
    resource = served.site.resources.get(name.removesuffix(f".{LINKSET.extension}"))
    if not name.endswith(f".{LINKSET.extension}") or resource is None or not links.has_linkset(resource):
        return None
    headers = {"Content-Type": LINKSET.content_type, **served.modified}
    return Response(200, links.linkset(served, resource), headers, keep=True)


def _exact(served: Served, name: str) -> tuple[str, Format, str] | None:
    """``doc/org/lacnic.es.html`` → path, format and language of one representation."""
    stem, _, extension = name.rpartition(".")
    languages = served.site.config.languages
    language = languages[0]
    if extension == HTML.extension and stem.rpartition(".")[2] in languages[1:]:
        stem, _, language = stem.rpartition(".")
    resource = served.site.resources.get(stem)
    row = next((row for row in resource.formats if row.extension == extension), None) if resource else None
    return (stem, row, language) if row else None


def _representation(served: Served, path: str, row: Format, language: str) -> Response:
    """200, or 410 with the same page for a thing that was withdrawn: its page is its tombstone."""
    headers = {"Content-Type": row.content_type, "Link": links.of_resource(served, path, row), **served.modified}
    headers |= memento.headers(served, path, headers["Link"])
    if row is HTML:
        headers["Content-Language"] = language
    status = 410 if withdrawn(served, path) else 200
    return Response(status, served.representation(path, row, language), headers, keep=status == 200)


def withdrawn(served: Served, path: str) -> bool:
    """Whether the thing that a document, or a page on which its links go on, is about is dead."""
    resource = served.site.resources[path]
    if resource.kind not in ("entity", "links"):
        return False
    return tombstones.fate(served.site.dataset, resource.iri) is not None


def _file(served: Served, path: str) -> Response:
    """A file of the last build that its manifest lists; nothing else on disk can be reached."""
    entry = served.files.get(path)
    if entry is None:
        raise Refusal(404, f"There is no page at /{path}.")
    headers = {"Content-Type": content_type(path), **served.modified}
    if path.startswith("dumps/"):
        if not path.endswith((f".{HTML.extension}", ".txt", f".{MARKDOWN.extension}")):
            headers["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
        headers["Link"] = links.of_dump(served, path)
        headers |= memento.headers(served, path, headers["Link"])
        if not path.startswith(bundle.FOLDER):
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
