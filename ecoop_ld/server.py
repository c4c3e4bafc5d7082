"""ASGI application: 303 from thing to document, content negotiation, ``/sparql``, and the files of the last build.

Representations are made by :func:`ecoop_ld.represent.represent`, like those of the static build, and kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ecoop_ld import catalog, dumps, http
from ecoop_ld.addresses import relative
from ecoop_ld.formats import (
    ALL_FORMATS,
    COMPRESSIONS,
    DOCUMENT_FORMATS,
    GRAPH_RESULTS,
    HTML,
    RDF_FORMATS,
    TABLE_RESULTS,
    Format,
    by_name,
    negotiate,
    negotiate_language,
)
from ecoop_ld.http import BadRequest, Request, Response
from ecoop_ld.outputs import Manifest, read_manifest
from ecoop_ld.represent import Site, answer_page, error_page, represent, sparql_page
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Answer, Query, QueryError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_READ = "GET, HEAD, OPTIONS"
_ASK = "GET, HEAD, OPTIONS, POST"
_VARY = "Accept, Accept-Language"
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_STATUS = {
    "busy": 429,
    "crashed": 500,
    "error": 500,
    "format": 406,
    "memory": 503,
    "service": 403,
    "timeout": 504,
    "too-long": 413,
    "update": 403,
}
"""HTTP status per kind of :class:`QueryError`; 400 for the rest, which the sender can mend."""
_TITLES = {
    400: "Bad request",
    403: "Refused",
    404: "Nothing here",
    405: "Method not allowed",
    406: "Not acceptable",
    413: "Too large",
    415: "Unsupported media type",
    429: "Too many queries",
    500: "The server failed",
    503: "Too expensive",
    504: "Took too long",
}


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


@dataclass(frozen=True, eq=False)
class App:
    """The ASGI application of one build. ``base`` is the absolute address that the server was started with."""

    site: Site
    out: Path
    pool: Pool
    base: str

    # --- ASGI ------------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            request, response = await self._respond(scope, receive)
            final = http.finish(request, response)
            headers = [(k.lower().encode("latin-1"), v.encode("latin-1", "replace")) for k, v in final.headers.items()]
            await send({"type": "http.response.start", "status": final.status, "headers": headers})
            await send({"type": "http.response.body", "body": final.body})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.pool.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _respond(self, scope: Scope, receive: Receive) -> tuple[Request, Response]:
        headers: dict[str, str] = {}
        for key, value in scope["headers"]:
            name, text = key.decode("latin-1").lower(), value.decode("latin-1")
            headers[name] = f"{headers[name]}, {text}" if name in headers else text
        request = Request(scope["method"], "", (), headers)
        try:
            raw = scope.get("raw_path") or scope["path"].encode()
            path = http.decode_path(raw.split(b"?")[0])
            request = Request(scope["method"], path, http.decode_form(scope["query_string"]), headers)
            if path == "sparql" and request.method == "POST":
                body = await self._body(receive)
                request = Request("POST", path, request.parameters, headers, body)
            return request, await self._route(request)
        except BadRequest as error:
            return request, self._failure(request, Refusal(400, str(error)))
        except Refusal as refusal:
            return request, self._failure(request, refusal)

    async def _body(self, receive: Receive) -> bytes:
        most = self.site.config.limits.query_bytes * 3 + 10_000  # percent-encoding triples a byte
        content = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BadRequest("The request ended early.")
            content += bytes(message.get("body", b""))
            if len(content) > most:
                raise Refusal(413, f"The body is larger than {most:,} bytes.", limit="query_bytes")
            if not message.get("more_body"):
                return content

    # --- routes ----------------------------------------------------------------------------------------------------

    async def _route(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return self._options(request)
        if request.path == "sparql":
            if request.method not in ("GET", "HEAD", "POST"):
                raise Refusal(405, f"{request.method} is not for the endpoint.", {"Allow": _ASK})
            return await self._sparql(request)
        if request.method not in ("GET", "HEAD"):
            raise Refusal(405, f"{request.method} is not possible here: this site is read-only.", {"Allow": _READ})
        return self._read(request)

    def _options(self, request: Request) -> Response:
        allowed = _ASK if request.path == "sparql" else _READ
        return Response(
            204,
            headers={
                "Allow": allowed,
                "Access-Control-Allow-Methods": allowed,
                "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type",
                "Access-Control-Max-Age": "86400",
            },
        )

    def _read(self, request: Request) -> Response:
        path = request.path
        if path.startswith("id/"):
            return self._thing(request)
        if path.startswith("graph/"):
            return self._graph(request)
        if path == self.site.config.addresses.vocabulary + "/" + self._vocabulary_version:
            return _see_other(request, self.site.config.addresses.vocabulary)
        name = "index" if not path else path + "index" if path.endswith("/") else path
        if name in self.site.resources:
            return self._negotiated(request, name)
        if (exact := self._exact(name)) is not None:
            resource_path, row, language = exact
            return self._representation(resource_path, row, language)
        return self._file(request)

    @property
    def _vocabulary_version(self) -> str:
        return _version(self.site)

    def _thing(self, request: Request) -> Response:
        """303 to the document about a thing (Cool URIs for the Semantic Web, §4.2)."""
        iri = self.site.config.base + request.path
        if iri not in self.site.dataset.things_set:
            raise Refusal(404, f"Nothing is known about {iri}.")
        return _see_other(request, self.site.dataset.addresses.document(iri))

    def _graph(self, request: Request) -> Response:
        """303 to the dump of a named graph, in the format asked for."""
        iri = self.site.config.base + request.path
        if iri not in self.site.dataset.graphs:
            raise Refusal(404, f"There is no graph {iri}.")
        row = negotiate(request.accept, RDF_FORMATS)
        if row is None:
            raise self._not_acceptable(RDF_FORMATS)
        slug = self.site.dataset.addresses.graph_slug(iri)
        return _see_other(request, f"{dumps.FOLDER}/{slug}.{row.extension}")

    def _negotiated(self, request: Request, path: str) -> Response:
        resource = self.site.resources[path]
        row = negotiate(request.accept, resource.formats)
        if row is None:
            raise self._not_acceptable(resource.formats)
        language = negotiate_language(request.headers.get("accept-language"), self.site.config.languages)
        response = self._representation(path, row, language)
        file = self.site.dataset.addresses.file(path, row, language)
        location = relative(request.path, file)
        return Response(200, response.body, {**response.headers, "Content-Location": location, "Vary": _VARY})

    @staticmethod
    def _not_acceptable(rows: tuple[Format, ...]) -> Refusal:
        found = ", ".join(row.media_type for row in rows)
        return Refusal(406, f"Available here: {found}.", {"Vary": _VARY}, available=[r.media_type for r in rows])

    def _exact(self, name: str) -> tuple[str, Format, str] | None:
        """``doc/org/lacnic.es.html`` → path, format and language of one representation."""
        stem, dot, extension = name.rpartition(".")
        row = by_name(extension, ALL_FORMATS) if dot else None
        if row is None or row.extension != extension:
            return None
        languages = self.site.config.languages
        if row is HTML and stem.rpartition(".")[2] in languages[1:]:
            stem, _, language = stem.rpartition(".")
        else:
            language = languages[0]
        resource = self.site.resources.get(stem)
        return (stem, row, language) if resource and row in resource.formats else None

    def _representation(self, path: str, row: Format, language: str) -> Response:
        headers = {"Content-Type": row.content_type, "Link": self._links(path)}
        if row is HTML:
            headers["Content-Language"] = language
        return Response(200, _kept(self.site, path, row, language if row is HTML else ""), headers)

    def _links(self, path: str) -> str:
        """RFC 8288 links of a representation: its other formats, what it describes, and the dataset's description."""
        resource = self.site.resources[path]
        root = self.base
        found = [
            f'<{root}{path}.{row.extension}>; rel="alternate"; type="{row.media_type}"'
            for row in resource.formats
            if resource.formats != (HTML,)
        ]
        if resource.kind == "entity":
            found.append(f'<{resource.iri}>; rel="describes"')
        found.append(f'<{root}.well-known/void>; rel="describedby"; type="text/turtle"')
        if self.site.config.project.license:
            found.append(f'<{self.site.config.project.license}>; rel="license"')
        return ", ".join(found)

    def _file(self, request: Request) -> Response:
        """A file of the last build that its manifest lists; nothing else on disk can be reached."""
        entry = _files(_manifest(self.out)).get(request.path)
        if entry is None:
            raise Refusal(404, f"There is no page at /{request.path}.")
        content = (self.out / entry).read_bytes()
        headers = {"Content-Type": content_type(entry), "Accept-Ranges": "bytes"}
        if entry.startswith("dumps/"):
            headers["Content-Disposition"] = f'attachment; filename="{entry.rpartition("/")[2]}"'
        return Response(200, content, headers)

    # --- SPARQL ----------------------------------------------------------------------------------------------------

    async def _sparql(self, request: Request) -> Response:
        parameters = request.parameters
        text: str | None = None
        if request.method == "POST":
            kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
            if kind == _FORM:
                parameters = (*parameters, *http.decode_form(request.body))
            elif kind == _DIRECT:
                text = _utf8(request.body)
            else:
                raise Refusal(415, f"Send {_FORM} or {_DIRECT}.", {"Accept-Post": f"{_FORM}, {_DIRECT}"})
        values = {key: [v for k, v in parameters if k == key] for key, _ in parameters}
        if "update" in values:
            raise Refusal(403, "This endpoint is read-only: updates are refused.")
        queries = values.get("query", []) + ([text] if text is not None else [])
        if not queries and request.method != "POST":
            return self._endpoint(request)
        if len(queries) != 1:
            raise Refusal(400, f"Exactly one query is needed, not {len(queries)}.")
        query = Query(
            queries[0],
            tuple(values.get("default-graph-uri", ())),
            tuple(values.get("named-graph-uri", ())),
            self.base + "sparql",
        )
        return await self._answer(request, query, (values.get("as") or [""])[0])

    def _endpoint(self, request: Request) -> Response:
        """Without a query: the editor for browsers, the service description for everyone else."""
        row = negotiate(request.accept, (*RDF_FORMATS, HTML))
        if row is None:
            raise self._not_acceptable((*RDF_FORMATS, HTML))
        if row is HTML:
            language = negotiate_language(request.headers.get("accept-language"), self.site.config.languages)
            body = sparql_page(self.site, language, file="sparql.html")
        else:
            triples = catalog.service_description(self.site.dataset, self.base + "sparql")
            body = dumps.serialize(triples, row, dumps.used_prefixes(triples, self.site.config.all_prefixes))
        return Response(200, body, {"Content-Type": row.content_type, "Vary": _VARY})

    async def _answer(self, request: Request, query: Query, wanted: str) -> Response:
        """A query's results. ``wanted`` names a format for people without a way to set headers (the page's form)."""
        language = negotiate_language(request.headers.get("accept-language"), self.site.config.languages)
        as_page = negotiate(request.accept, DOCUMENT_FORMATS) is HTML and "text/html" in (request.accept or "")
        try:
            prepared = prepare(query, self.site.config.limits)
            rows = prepared.formats
            asked = by_name(wanted, rows) if wanted and wanted != HTML.name else None
            row = asked or negotiate(request.accept, (*rows, HTML))
            if row is None:
                raise self._not_acceptable((*rows, HTML))
            answer = await self.pool.run(prepared, rows[0] if row is HTML else row)
        except QueryError as error:
            if as_page:
                page = sparql_page(self.site, language, text=query.text, problem=_sentence(error), file="sparql.html")
                return Response(
                    _status(error), page, {"Content-Type": HTML.content_type, "Vary": _VARY, **_retry(error)}
                )
            more = {"kind": error.kind} | ({"limit": error.limit, "value": error.value} if error.limit else {})
            raise Refusal(_status(error), _sentence(error), {"Vary": _VARY, **_retry(error)}, **more) from None
        if row is HTML:
            return Response(
                200, self._result_page(query, answer, language), {"Content-Type": HTML.content_type, "Vary": _VARY}
            )
        return Response(200, answer.content, {"Content-Type": row.content_type, "Vary": _VARY})

    def _result_page(self, query: Query, answer: Answer, language: str) -> bytes:
        if answer.format in TABLE_RESULTS:
            return sparql_page(
                self.site,
                language,
                text=query.text,
                answer=answer_page(self.site, answer.content, language),
                file="sparql.html",
            )
        assert answer.format in GRAPH_RESULTS
        document = answer.content.decode("utf-8")[:200_000]
        return sparql_page(self.site, language, text=query.text, document=document, file="sparql.html")

    # --- errors ----------------------------------------------------------------------------------------------------

    def _failure(self, request: Request, refusal: Refusal) -> Response:
        """An error as a page for browsers, else as problem details."""
        title = _TITLES.get(refusal.status, "Error")
        headers = {"Vary": _VARY, **refusal.headers}
        if "text/html" in (request.accept or ""):
            language = negotiate_language(request.headers.get("accept-language"), self.site.config.languages)
            body = error_page(self.site, language, refusal.status, title, refusal.detail, request.path or "index.html")
            return Response(refusal.status, body, {"Content-Type": HTML.content_type, **headers})
        body = http.problem(refusal.status, title, refusal.detail, **refusal.more)
        return Response(refusal.status, body, {"Content-Type": http.PROBLEM, **headers})


def _see_other(request: Request, path: str) -> Response:
    return Response(303, b"", {"Location": relative(request.path, path), "Vary": _VARY})


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("The query is not UTF-8.") from None


def _status(error: QueryError) -> int:
    return _STATUS.get(error.kind, 400)


def _sentence(error: QueryError) -> str:
    return f"{error.message} {error.hint}".strip()


def _retry(error: QueryError) -> dict[str, str]:
    return {"Retry-After": "5"} if _status(error) in (429, 503) else {}


@lru_cache(maxsize=4096)
def _kept(site: Site, path: str, row: Format, language: str) -> bytes:
    return represent(site, path, row, language)


@lru_cache(maxsize=2)
def _manifest(out: Path) -> Manifest | None:
    return read_manifest(out)


@lru_cache(maxsize=2)
def _files(manifest: Manifest | None) -> dict[str, str]:
    """Address → file of the build."""
    return {entry.path: entry.path for entry in manifest.files} if manifest else {}


@lru_cache(maxsize=2)
def _version(site: Site) -> str:
    from ecoop_ld.names import OWL

    literal = site.dataset.text(site.config.vocabulary_iri, (OWL + "versionInfo",), "")
    return literal.value if literal else ""


_OTHER_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "sqlite": "application/vnd.sqlite3",
    **COMPRESSIONS,
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
    row = by_name(extension, ALL_FORMATS)
    return row.content_type if row else _OTHER_TYPES.get(extension, "application/octet-stream")
