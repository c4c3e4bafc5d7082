"""A request at ``/sparql`` → results, a page that shows them, the editor, or the service description."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from ecoop_ld.publish import bundle, service
from ecoop_ld.rdf import writing
from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, GRAPH_RESULTS, HTML, RDF_FORMATS, TABLE_RESULTS, Format, by_name
from ecoop_ld.server import http, links
from ecoop_ld.server.http import BadRequest, Request, Response
from ecoop_ld.server.limits import Clients
from ecoop_ld.server.negotiation import negotiate, negotiate_language
from ecoop_ld.server.refusals import VARY, Refusal, not_acceptable, of_query
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.pages.questions import answer_page, sparql_page
from ecoop_ld.sparql.federation import federate
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Answer, Prepared, Query, QueryError

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_SHOWN = 200_000
"""Characters of a graph shown on the page."""


async def answer(served: Served, pool: Pool, clients: Clients, request: Request) -> Response:
    """Raises :class:`Refusal`."""
    values = _parameters(request)
    if "update" in values:
        raise Refusal(403, "This endpoint is read-only: updates are refused.", kind="update")
    queries = values.get("query", [])
    if not queries and request.reads:
        return _describe(served, request)
    if len(queries) != 1:
        raise Refusal(400, f"Exactly one query is needed, not {len(queries)}.")
    graphs = tuple(values.get("default-graph-uri", ())), tuple(values.get("named-graph-uri", ()))
    query = Query(queries[0], *graphs, served.base + "sparql")
    notes = notes_of(query)
    wanted = (values.get("as") or [""])[0]
    if negotiate(request.accept, DOCUMENT_FORMATS) is HTML and "text/html" in (request.accept or ""):
        return await _page(served, pool, clients, request, query, wanted, notes)
    try:
        prepared, row, found = await _ask(served, pool, clients, request, query, wanted, notes)
    except (QueryError, Refusal) as error:
        refusal = error if isinstance(error, Refusal) else of_query(error)
        refusal.notes = notes
        raise refusal from None
    return results(served, row, found, keep=_keeps(prepared), notes=notes)


def notes_of(query: Query, found: Answer | None = None) -> dict[str, object]:
    """What the access log says of a query and its answer."""
    digest = hashlib.sha256(query.text.encode("utf-8", "replace")).hexdigest()[:16]
    return {"query": digest, **(_facts(found) if found else {})}


def _facts(found: Answer) -> dict[str, object]:
    return {"rows": found.rows, "worker_seconds": round(found.seconds, 6)}


def _parameters(request: Request) -> dict[str, list[str]]:
    """Parameters of the address and of the body (SPARQL 1.1 Protocol §2.1); ``query`` may be the body itself."""
    pairs = request.parameters
    if not request.reads:
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Refusal(415, "Send the body without a content coding.", {"Accept-Encoding": "identity"})
        kind, charset = _content_type(request)
        if charset not in ("", "utf-8", "utf8"):
            raise Refusal(415, f"Send the query in UTF-8, not in {charset}.")
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


def _content_type(request: Request) -> tuple[str, str]:
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    match = re.search(r'charset\s*=\s*"?([^\s";]+)', parameters)
    return kind.strip(), match[1] if match else ""


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


async def _ask(
    served: Served,
    pool: Pool,
    clients: Clients,
    request: Request,
    query: Query,
    wanted: str,
    notes: dict[str, object],
) -> tuple[Prepared, Format, Answer]:
    """The query as checked, the format to answer in (``HTML``: the page), and the answer.

    ``wanted`` names a format for people who cannot set headers. Raises ``QueryError`` and :class:`Refusal`.
    """
    services = served.site.config.services
    federated = federate(query, services.endpoints, served.limits, services.calls)
    prepared = federated.prepared if federated else served.templates.prepare(query)
    rows = prepared.formats
    asked = by_name(wanted, rows) if wanted and wanted != HTML.name else None
    row = asked or negotiate(request.accept, (*rows, HTML))
    if row is None:
        raise not_acceptable((*rows, HTML))
    written = rows[0] if row is HTML else row
    key = (query, written.name)
    found = None if federated else served.answers.get(key)
    if found is None:
        with clients.query(request.client):
            if federated:
                notes["services"] = len(federated.calls)
                prepared = await served.outbound.fill(federated)
            others = () if asked or row is HTML else tuple(other for other in rows if other is not row)
            found = await _run(pool, prepared, written, request, others)
        if _keeps(prepared):
            served.templates.learn(query, found.seconds, len(found.content))
            served.answers.put((query, found.format.name), found, len(found.content) + len(query.text))
    else:
        notes["kept"] = True
    notes |= _facts(found)
    return prepared, row if row is HTML else found.format, found


async def _run(pool: Pool, prepared: Prepared, row: Format, request: Request, others: tuple[Format, ...]) -> Answer:
    """Where a format cannot hold the answer (a control character in XML), the next one that is acceptable."""
    try:
        return await pool.run(prepared, row, client=request.client)
    except QueryError as error:
        other = negotiate(request.accept, others) if error.kind == "format" and others else None
        if other is None:
            raise
        left = tuple(another for another in others if another is not other)
        return await _run(pool, prepared, other, request, left)


def _keeps(prepared: Prepared) -> bool:
    """Whether the same query will have the same answer until the next build."""
    return not prepared.remote and not prepared.changes


def results(served: Served, row: Format, found: Answer, *, keep: bool, notes: Mapping[str, object]) -> Response:
    """The answer as it is. ``keep``: the same query will have the same answer until the next build."""
    headers = {"Content-Type": row.content_type, "Vary": VARY, **served.modified}
    if not keep:
        headers |= {"Cache-Control": "no-store"}
        headers.pop("Last-Modified", None)
    return Response(200, found.content, headers, keep=keep, notes=notes)


async def _page(
    served: Served,
    pool: Pool,
    clients: Clients,
    request: Request,
    query: Query,
    wanted: str,
    notes: dict[str, object],
) -> Response:
    """For browsers: results, or what is wrong with the query, beside the query."""
    site, language = served.site, _language(served, request)
    headers = {"Content-Type": HTML.content_type, "Vary": VARY}
    try:
        prepared, row, found = await _ask(served, pool, clients, request, query, wanted, notes)
    except (QueryError, Refusal) as error:
        refusal = error if isinstance(error, Refusal) else of_query(error)
        body = sparql_page(site, language, text=query.text, problem=refusal.detail, file="sparql.html")
        notes["outcome"] = refusal.more.get("kind", "refused")
        return Response(refusal.status, body, headers | refusal.headers, notes=notes)
    if row is not HTML:
        return results(served, row, found, keep=_keeps(prepared), notes=notes)
    if found.format in TABLE_RESULTS:
        shown = answer_page(site, found.content, language)
        body = sparql_page(site, language, text=query.text, answer=shown, file="sparql.html")
    else:
        assert found.format in GRAPH_RESULTS
        document = found.content.decode("utf-8")[:_SHOWN]
        body = sparql_page(site, language, text=query.text, document=document, file="sparql.html")
    return Response(200, body, headers, keep=_keeps(prepared), notes=notes)


def _language(served: Served, request: Request) -> str:
    return negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
