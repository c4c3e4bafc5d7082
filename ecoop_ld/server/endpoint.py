"""A request at ``/sparql`` → results, a page that shows them, the editor, or the service description."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Protocol, TypeVar

from ecoop_ld.publish import bundle, service
from ecoop_ld.rdf import writing
from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, GRAPH_RESULTS, HTML, RDF_FORMATS, TABLE_RESULTS, Format, by_name
from ecoop_ld.server import bodies, http, links
from ecoop_ld.server.bodies import FORM
from ecoop_ld.server.http import VARY, BadRequest, Final, Request, Response
from ecoop_ld.server.limits import Clients
from ecoop_ld.server.negotiation import negotiate, negotiate_language
from ecoop_ld.server.refusals import Refusal, not_acceptable, of_query, without_frames
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.pages.questions import answer_page, sparql_page
from ecoop_ld.sparql.batches import Alone, Batches
from ecoop_ld.sparql.federation import federate
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Answer, Form, Prepared, Query, QueryError
from ecoop_ld.sparql.templates import Template

DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_SHOWN_ROWS = 1_000
"""Rows of an answer shown on the page."""
_SHOWN = 200_000
"""Bytes of a graph shown on the page."""
_QUICKLY_READ = 1_000
"""Characters of a query that is checked at once."""
_USUAL = 300
"""Characters of a header that is remembered."""
Made = TypeVar("Made")


class Beside(Protocol):
    """Does what takes long beside the event loop."""

    def __call__(self, make: Callable[[], Made], /) -> Awaitable[Made]: ...


class Endpoint:
    """Answers queries; for one event loop."""

    def __init__(self, pool: Pool, batches: Batches, clients: Clients, beside: Beside) -> None:
        """``beside`` does what takes long beside the event loop."""
        self._pool, self._batches, self._clients, self._beside = pool, batches, clients, beside
        self.batched = 0
        """Answers that came in batches."""

    async def answer(self, served: Served, request: Request) -> Response | Final:
        """Raises :class:`Refusal`."""
        values = parameters_of(request)
        if "update" in values:
            raise Refusal(403, "This endpoint is read-only: updates are refused.", kind="update")
        queries = values.get("query", [])
        if not queries and request.reads:
            return await self._beside(lambda: http.complete(request, _describe(served, request)))
        if len(queries) != 1:
            raise Refusal(400, f"Exactly one query is needed, not {len(queries)}.")
        graphs = tuple(values.get("default-graph-uri", ())), tuple(values.get("named-graph-uri", ()))
        asked = Asked(served, request, Query(queries[0], *graphs, served.base + "sparql"), values.get("as", [""])[0])
        if _wants_page(request.accept):
            return await self._page(asked)
        try:
            found = await self._ask(asked)
        except (QueryError, Refusal) as error:
            refusal = error if isinstance(error, Refusal) else of_query(error)
            refusal.notes = asked.notes
            raise refusal from None
        if found.as_page:  # a page of results comes before other results, though an RDF document before other pages
            return await self._beside(lambda: http.complete(request, _shown(asked, found)))
        return found.response(asked)

    async def ask(self, served: Served, request: Request, text: str, row: Format) -> bytes:
        """The answer to a query of the server's own, under the limits of the client that it is for."""
        asked = Asked(served, request, Query(text), row.name)
        try:
            return (await self._ask(asked)).answer.content
        except QueryError as error:
            raise of_query(error) from None

    async def _page(self, asked: Asked) -> Response | Final:
        """For browsers: results, or what is wrong with the query, beside the query."""
        found: Found | Refusal
        try:
            found = await self._ask(asked)
        except QueryError as error:
            found = of_query(error)
        except Refusal as refusal:
            found = without_frames(refusal)
        if isinstance(found, Found) and not found.as_page:
            return found.response(asked)
        told = found
        return await self._beside(lambda: http.complete(asked.request, _shown(asked, told)))

    async def _ask(self, asked: Asked) -> Found:
        """Raises :class:`QueryError` and :class:`Refusal`."""
        served, query, client = asked.served, asked.query, asked.request.client
        services = served.site.config.services
        federated = None
        if services.endpoints:
            federated = await _checked(query, federate, query, services.endpoints, served.limits, services.calls)
        if federated:
            row, as_page = _row(asked, federated.prepared.form)
            with self._clients.query(client):
                asked.notes["services"] = len(federated.calls)
                prepared = await served.outbound.fill(federated)
                found = await self._alone(asked, prepared, row, as_page)
            return Found(found, as_page, keep=False)
        template = served.templates.find(query)
        if template is None:
            prepared, template = await _checked(query, served.templates.check, query)
            served.templates.remember(query, template)
        else:
            prepared = template.prepared
        row, as_page = _row(asked, prepared.form)
        keep = not prepared.changes
        kept = served.answers.get((query, row.name))
        if kept is not None:
            asked.notes["kept"] = True
            return Found(kept, as_page, keep)
        with self._clients.query(client):
            answer = await self._batched(asked, template, row) if template else None
            if answer is None:
                whole = prepared if template is None else template.fill(query)
                answer = await self._alone(asked, whole, row, as_page)
                if template:
                    served.templates.learn(template, answer.seconds, len(answer.content))
        if keep:
            served.answers.put((query, answer.format.name), answer, len(answer.content) + len(query.text))
        return Found(answer, as_page, keep)

    async def _batched(self, asked: Asked, template: Template, row: Format) -> Answer | None:
        """The answer to a query that is expected to be quick; ``None``: it has to be asked alone."""
        templates = asked.served.templates
        if not templates.is_quick(template):
            return None
        start = time.perf_counter()
        try:
            rows, content = await self._batches.ask(template.pack(asked.query, row), asked.request.client)
        except Alone as alone:
            if alone.stopped:
                templates.ban(template)
            return None
        self.batched += 1
        return Answer(row, content, rows, time.perf_counter() - start)

    async def _alone(self, asked: Asked, prepared: Prepared, row: Format, as_page: bool) -> Answer:
        """Where a format cannot hold the answer (a control character in XML), the next one that is acceptable."""
        left = () if asked.wanted or as_page else prepared.formats
        while True:
            try:
                return await self._pool.run(prepared, row, client=asked.request.client)
            except QueryError as error:
                left = tuple(other for other in left if other is not row)
                other = negotiate(asked.request.accept, left) if error.kind == "format" and left else None
                if other is None:
                    raise
                row = other


class Asked:
    """A query, and who asks for what."""

    __slots__ = ("form", "notes", "query", "request", "served", "wanted")

    def __init__(self, served: Served, request: Request, query: Query, wanted: str) -> None:
        """``wanted`` names a format for people who cannot set headers."""
        self.served, self.request, self.query, self.wanted = served, request, query, wanted
        self.notes: dict[str, object] = {"query": query.text}
        self.form: Form | None = None
        """Known once the query was read."""


class Found:
    """An answer, whether it is to be shown on a page, and whether it holds until the next build."""

    __slots__ = ("answer", "as_page", "keep")

    def __init__(self, answer: Answer, as_page: bool, keep: bool) -> None:
        self.answer, self.as_page, self.keep = answer, as_page, keep

    def response(self, asked: Asked) -> Response:
        """The answer as it is."""
        answer, notes = self.answer, asked.notes
        notes["rows"], notes["worker_seconds"] = answer.rows, answer.seconds
        fields = asked.served.result_fields(answer.format, self.keep)
        return Response(200, answer.content, fields, keep=self.keep, notes=notes)


async def _checked(query: Query, check: Callable[..., Made], *arguments: object) -> Made:
    """What a check of a query finds; long ones are read beside the event loop."""
    if len(query.text) <= _QUICKLY_READ:
        return check(*arguments)
    return await asyncio.to_thread(check, *arguments)


def _row(asked: Asked, form: Form) -> tuple[Format, bool]:
    """The format to ask a worker for, and whether its answer is for a page. Raises :class:`Refusal`."""
    accept, asked.form = asked.request.accept, form
    if asked.wanted and asked.wanted != HTML.name and (row := by_name(asked.wanted, form.formats)):
        return row, False
    usual = accept is None or len(accept) <= _USUAL
    found = _negotiated(accept, form) if usual else negotiate(accept, (*form.formats, HTML))
    if found is None:
        raise not_acceptable((*form.formats, HTML))
    return (form.formats[0], True) if found is HTML else (found, False)


@lru_cache(2_000)
def _negotiated(accept: str | None, form: Form) -> Format | None:
    return negotiate(accept, (*form.formats, HTML))


def _wants_page(accept: str | None) -> bool:
    return accept is not None and "text/html" in accept and negotiate(accept, DOCUMENT_FORMATS) is HTML


def parameters_of(request: Request) -> dict[str, list[str]]:
    """Parameters of the address and of the body (SPARQL 1.1 Protocol §2.1); ``query`` may be the body itself."""
    pairs = request.parameters
    if not request.reads:
        kind = bodies.media_type(request, (FORM, DIRECT, _UPDATE))
        if kind == FORM and request.method == "POST":
            pairs = (*pairs, *http.decode_form(request.body))
        elif kind == DIRECT:
            pairs = (*pairs, ("query", _utf8(request.body)))
        elif kind == _UPDATE:
            raise Refusal(403, "This endpoint is read-only: updates are refused.", kind="update")
        else:
            raise Refusal(415, f"Send {FORM} or {DIRECT}.", {"Accept-Post": f"{FORM}, {DIRECT}"})
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return values


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("The query is not UTF-8.") from None


def _describe(served: Served, request: Request) -> Response:
    """Without a query: the editor for browsers, the service description for everyone else."""
    site, offered = served.site, (*RDF_FORMATS, HTML)
    row = negotiate(request.accept, offered)
    if row is None:
        raise not_acceptable(offered)
    if row is HTML:
        body = sparql_page(site, _language(served, request), file="sparql.html")
    else:
        triples = service.describe(site.dataset, served.base + "sparql")
        body = bundle.serialize(triples, row, writing.used_prefixes(triples, site.config.all_prefixes))
    headers = {"Content-Type": row.content_type, "Vary": VARY, "Link": links.header(links.of_site(served))}
    return Response(200, body, headers | served.modified, keep=True)


def _shown(asked: Asked, told: Found | Refusal) -> Response:
    """The page that shows an answer, or what is wrong with the query, beside the query."""
    served, request, text = asked.served, asked.request, asked.query.text
    site, language = served.site, _language(served, request)
    headers = {"Content-Type": HTML.content_type, "Vary": VARY}
    if isinstance(told, Refusal):
        body = sparql_page(site, language, text=text, problem=told.detail, file="sparql.html")
        asked.notes["outcome"] = told.more.get("kind", "refused")
        return Response(told.status, body, headers | told.headers, notes=asked.notes)
    response, answer = told.response(asked), told.answer
    rows = GRAPH_RESULTS if answer.format in GRAPH_RESULTS else TABLE_RESULTS if asked.form is Form.SELECT else ()
    whole = rows if 3 * len(text.encode("utf-8", "replace")) < served.limits.url_bytes else ()  # as a link has it
    if answer.format in TABLE_RESULTS:
        shown = answer_page(site, answer.content, language, most=_SHOWN_ROWS, total=answer.rows)
        body = sparql_page(site, language, text=text, answer=shown, file="sparql.html", whole=whole)
    else:
        document = answer.content[:_SHOWN].decode("utf-8", "ignore")
        body = sparql_page(site, language, text=text, document=document, file="sparql.html", whole=whole)
    return Response(200, body, headers, keep=told.keep, notes=response.notes)


def _language(served: Served, request: Request) -> str:
    return negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
