"""The ASGI application: requests in, answers out, each counted; a reload replaces what is served in one step."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import suppress
from typing import Any

from ecoop_ld.server import documents, endpoint, http, refusals, routes
from ecoop_ld.server.http import BadRequest, Request, Response
from ecoop_ld.server.journal import Journal
from ecoop_ld.server.limits import Clients, client_of
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Final, FinalKey, Served, start_of, wire_of
from ecoop_ld.sparql.pool import Pool

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_READ = "GET, HEAD, OPTIONS"
_ASK = "GET, HEAD, OPTIONS, POST, QUERY"
_PIECE = 1 << 18
"""Bytes sent at a time, so that a slow client is noticed and holds little."""
_DRAINED = 1 << 22
"""Bytes read past the limit, so that the sender of too large a body hears the answer."""
_CONDITIONS = (b"range", b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since")
_TEXT = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"}
_STATE = {"Content-Type": "application/json", "Cache-Control": "no-store"}


class App:
    """``served`` can be replaced at any time; a request that runs keeps the one it began with."""

    def __init__(self, served: Served, pool: Pool, journal: Journal | None = None) -> None:
        self.served, self.pool = served, pool
        self.journal = journal or Journal()
        self.clients = Clients(served.limits)
        self.connections: Callable[[], int] = lambda: 0
        self.reloads = self.quick = 0
        self._pending = 0

    # --- ASGI ------------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            with suppress(asyncio.CancelledError):  # the client went away; the worker was told
                await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.pool.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.pool.close(self.served.limits.query_seconds)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()
        served = self.served
        headers = _headers(scope)
        key: FinalKey | None = None
        if scope["method"] in ("GET", "HEAD"):
            key = (
                scope["raw_path"],
                scope["query_string"],
                headers.get(b"accept"),
                headers.get(b"accept-language"),
                headers.get(b"accept-encoding"),
            )
            kept = served.finals.get(key)
            if kept is not None:
                await self._send_kept(scope, headers, kept, send, start)
                return
        request, response = await self._respond(served, scope, headers, receive)
        size = response.size
        final = await _complete(request, response)
        if final.keep and key is not None and final.status == 200:
            served.keep(key, Final(final.body, wire_of(final), final))
        final = http.conditional(request, final)
        self._pending += size
        try:
            await _send(final, request.method, send)
        finally:
            self._pending -= size
        self.journal.write(request, final, time.perf_counter() - start)

    async def _send_kept(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        found: Final,
        send: Send,
        start: float,
    ) -> None:
        method = scope["method"]
        final = kept = found.response
        if any(name in headers for name in _CONDITIONS):
            final = http.conditional(Request(method, "", (), _texts(headers)), kept)
        if final is kept and method == "GET" and len(kept.body) <= _PIECE:
            await send(found.start)
            await send({"type": "http.response.body", "body": kept.body})
        else:
            await _send(final, method, send)
        self.journal.count(method, final.status, final.size)
        if self.journal.log:
            notes, client = {**kept.notes, "kept": True}, (scope.get("client") or ("",))[0]
            seconds = time.perf_counter() - start
            self.journal.line(method, scope["path"][1:], client, final.status, final.size, seconds, notes)

    def note_kept(self, final: Final, method: str, path: str, client: str, start: float) -> None:
        """Count an answer that was kept, sent whole."""
        self.journal.count(method, 200, len(final.body))
        if self.journal.log:
            notes = {**final.response.notes, "kept": True}
            self.journal.line(method, path, client, 200, len(final.body), time.perf_counter() - start, notes)

    def note_asked(self, final: Final, client: str, seconds: float) -> None:
        """Count an answer to a query that went the short way."""
        self.quick += 1
        self.journal.count("GET", 200, len(final.body))
        self.journal.count_query("ok", seconds)
        if self.journal.log:
            self.journal.line("GET", "sparql", client, 200, len(final.body), seconds, final.response.notes)

    # --- requests --------------------------------------------------------------------------------------------------

    async def _respond(
        self, served: Served, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> tuple[Request, Response]:
        client = client_of((scope.get("client") or ("",))[0])
        request = Request(scope["method"], "", (), _texts(headers), client=client, target=_target(scope))
        try:
            path = http.decode_path(scope["raw_path"])
            request = dataclasses.replace(request, path=path, parameters=http.decode_form(scope["query_string"]))
            if path == "sparql" and request.method in ("POST", "QUERY"):
                request = dataclasses.replace(request, body=await self._body(served, request, receive))
            return request, await self._route(served, request)
        except BadRequest as error:
            if (found := documents.oddly_asked(served, request)) is not None:
                return request, found
            return request, refusals.answer(served.site, served.base, request, Refusal(400, str(error)))
        except Refusal as refusal:
            return request, refusals.answer(served.site, served.base, request, refusal)

    async def _body(self, served: Served, request: Request, receive: Receive) -> bytes:
        most = served.limits.query_bytes * 3 + 10_000  # percent-encoding triples a byte
        declared = request.headers.get("content-length", "")
        too_large = refusals.over_limit(
            413, f"The body is larger than {most:,} bytes.", "query_bytes", served.limits.query_bytes
        )
        if len(declared) > 18 or (declared.isdigit() and int(declared) > _DRAINED):
            raise too_large
        pieces, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BadRequest("The request ended early.")
            piece = message.get("body", b"")
            size += len(piece)
            if size <= most:
                pieces.append(piece)
            if not message.get("more_body") or size > _DRAINED:
                break
        if size > most:
            raise too_large
        return b"".join(pieces)

    async def _route(self, served: Served, request: Request) -> Response:
        path, method = request.path, request.method
        if method == "OPTIONS":
            return _options(path)
        if path == "sparql":
            if method not in ("GET", "HEAD", "POST", "QUERY"):
                raise Refusal(405, f"{method} is not for the endpoint.", {"Allow": _ASK})
            if self.is_full:
                most = served.limits.pending_bytes
                message = "Too many answers are waiting for their clients."
                raise refusals.over_limit(503, message, "pending_bytes", most)
            return await endpoint.answer(served, self.pool, self.clients, request)
        if not request.reads:
            raise Refusal(405, f"{method} is not possible here: this site is read-only.", {"Allow": _READ})
        if path == "healthz":
            return self._health(served)
        if path == "metrics":
            return Response(200, self.journal.metrics(dict(self._gauges(served))), _TEXT)
        return routes.read(served, request)

    @property
    def is_full(self) -> bool:
        """Whether too many answers wait for their clients."""
        return self._pending > self.served.limits.pending_bytes

    # --- what operators ask ----------------------------------------------------------------------------------------

    def _health(self, served: Served) -> Response:
        """200 while there are worker processes; being busy is no illness."""
        alive = len(self.pool.processes)
        table = {"status": "ok" if alive else "no workers", "workers": alive, "version": served.version}
        return Response(200 if alive else 503, json.dumps(table).encode() + b"\n", _STATE)

    def _gauges(self, served: Served) -> Iterator[tuple[str, float]]:
        running, waiting = self.pool.load
        yield "workers", len(self.pool.processes)
        yield "queries_running", running
        yield "queries_waiting", waiting
        yield "connections", self.connections()
        yield "pending_bytes", self._pending
        yield "kept_bytes", served.finals.size + served.answers.size
        yield "kept_hits_total", served.finals.hits + served.answers.hits
        yield "clients_refused_total", self.clients.refused
        yield "quick_answers_total", self.quick
        yield "reloads_total", self.reloads
        yield "garbage_collections_total", sum(generation["collections"] for generation in gc.get_stats())


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Header fields with their names in lower case; those that come twice are joined."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = value if name not in found else found[name] + b", " + value
    return found


def _target(scope: Scope) -> str:
    """Path and query of a request, as they were sent."""
    query = scope["query_string"]
    target: bytes = scope["raw_path"].removeprefix(b"/") + (b"?" + query if query else b"")
    return target.decode("latin-1")


def _texts(headers: dict[bytes, bytes]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}


def _options(path: str) -> Response:
    allowed = _ASK if path == "sparql" else _READ
    return Response(
        204,
        headers={
            "Allow": allowed,
            "Access-Control-Allow-Methods": allowed,
            "Access-Control-Allow-Headers": (
                "Accept, Accept-Datetime, Accept-Language, Content-Type, If-None-Match, Range"
            ),
            "Access-Control-Max-Age": "86400",
        },
    )


async def _complete(request: Request, response: Response) -> Response:
    """In a thread where coding takes long."""
    if len(response.body) > _PIECE:
        return await asyncio.to_thread(http.complete, request, response)
    return http.complete(request, response)


async def _send(response: Response, method: str, send: Send) -> None:
    if response.file is not None:
        await _send_file(response, method, send)
        return
    await send(start_of(response))
    body = b"" if method == "HEAD" else memoryview(response.body)
    for at in range(0, len(body) - _PIECE, _PIECE):
        await send({"type": "http.response.body", "body": body[at : at + _PIECE], "more_body": True})
    await send({"type": "http.response.body", "body": body[max(0, (len(body) - 1) // _PIECE * _PIECE) :]})


async def _send_file(response: Response, method: str, send: Send) -> None:
    """Stream a part of a file. A file that changes meanwhile ends the connection, not the answer."""
    assert response.file is not None
    try:
        stream = response.file.open("rb")
    except OSError:
        headers = {"Content-Length": "0", "Retry-After": "1", "Connection": "close"}
        await _send(Response(503, b"", headers), method, send)  # a new build is being put in place
        return
    with stream:
        await send(start_of(response))
        first, missing = response.span
        stream.seek(first)
        while missing and method != "HEAD":
            piece = await asyncio.to_thread(stream.read, min(missing, _PIECE))
            if not piece:
                raise OSError(f"{response.file} became shorter while it was sent")
            missing -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": bool(missing)})
        if method == "HEAD" or not response.span[1]:
            await send({"type": "http.response.body", "body": b""})
