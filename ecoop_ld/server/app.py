"""The application: requests in, answers out, each counted; a reload replaces what is served in one step."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ecoop_ld.server import comparing, documents, fragments, http, lookup, reconciliation, refusals, routes, watch
from ecoop_ld.server.endpoint import Endpoint
from ecoop_ld.server.http import Arrived, BadRequest, Final, Request, Response
from ecoop_ld.server.journal import Journal
from ecoop_ld.server.limits import Clients
from ecoop_ld.server.live import browsers
from ecoop_ld.server.live.browsers import Browsers
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.round_robin import RoundRobin
from ecoop_ld.server.snapshot import FinalKey, Served
from ecoop_ld.sparql.batches import Batches
from ecoop_ld.sparql.pool import Pool

_READ = "GET, HEAD, OPTIONS"
_ASK = "GET, HEAD, OPTIONS, POST, QUERY"
_SEND = "GET, HEAD, OPTIONS, POST"
_TEXT = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"}
_STATE = {"Content-Type": "application/json", "Cache-Control": "no-store"}
_QUICKLY_CODED = 1 << 14
"""Bytes up to which an answer is coded at once."""
Made = TypeVar("Made")


class App:
    """``served`` can be replaced at any time; a request that runs keeps the one it began with."""

    def __init__(self, served: Served, pool: Pool, journal: Journal | None = None) -> None:
        self.served, self.pool = served, pool
        self.journal = journal or Journal()
        self.clients = Clients(served.limits)
        self.batches = Batches(pool)
        self.endpoint = Endpoint(pool, self.batches, self.clients, self._beside)
        self.connections: Callable[[], tuple[int, int]] = lambda: (0, 0)
        """Open connections, and bytes that their clients have not taken yet."""
        self.reloads = 0
        self.watch = watch.wanted()
        self.live: Browsers | None = None
        """Who tells browsers of what is edited, under ``serve --watch``."""
        self._pages = ThreadPoolExecutor(1, "pages")
        self._batched_work = RoundRobin(self.clients)

    async def start(self) -> None:
        await self.pool.start()

    async def close(self) -> None:
        await self.pool.close(self.served.limits.query_seconds)
        self._pages.shutdown(wait=False, cancel_futures=True)
        self._batched_work.close()

    async def _beside(self, make: Callable[[], Made]) -> Made:
        """Do what takes long beside the event loop: in one thread, so that what is remembered needs no locks."""
        return await asyncio.get_running_loop().run_in_executor(self._pages, make)

    # --- requests --------------------------------------------------------------------------------------------------

    def answer(self, arrived: Arrived) -> Final | Coroutine[Any, Any, Final]:
        """See :class:`ecoop_ld.server.connection.Application`."""
        served, fields = self.served, arrived.fields
        if arrived.method not in ("GET", "HEAD"):
            return self._answer(served, arrived, None)
        wishes = fields.get("accept"), fields.get("accept-language"), fields.get("accept-encoding")
        key = (arrived.target, *wishes)
        kept = served.finals.get(key)
        if kept is None:
            return self._answer(served, arrived, key)
        start = time.perf_counter()
        final = http.conditional(Request(arrived.method, "", headers=fields), kept)
        self.journal.count(arrived.method, final.status, final.size)
        if self.journal.log:
            path = arrived.target.partition(b"?")[0].decode("latin-1")[1:]
            notes, seconds = {**kept.notes, "kept": True}, time.perf_counter() - start
            self.journal.line(arrived.method, path, arrived.client, final.status, final.size, seconds, notes)
        return final

    def refuse(self, arrived: Arrived, refusal: Refusal) -> Final:
        """See :class:`ecoop_ld.server.connection.Application`."""
        fields = {name: value for name, value in arrived.fields.items() if name == "accept-encoding"}  # no page
        request = Request(arrived.method, "", headers=fields, client=arrived.client)
        final = http.complete(request, refusals.answer(self.served.site, self.served.base, request, refusal))
        self.journal.write(request, final, 0.0)
        return final

    async def _answer(self, served: Served, arrived: Arrived, key: FinalKey | None) -> Final:
        start = time.perf_counter()
        request, final = await self._make(served, arrived)
        if key is not None and final.keep and final.status == 200:
            served.keep(key, final)
        final = http.conditional(request, final)
        self.journal.write(request, final, time.perf_counter() - start)
        return final

    async def _make(self, served: Served, arrived: Arrived) -> tuple[Request, Final]:
        """The request as it was understood, and its answer."""
        request = Request(arrived.method, "", (), arrived.fields, arrived.body, arrived.client)
        try:
            request = _read(arrived)
            found = await self._route(served, request)
        except BadRequest as error:
            refusal = Refusal(400, str(error))
            found = await self._beside(
                lambda: self._marked(request, _odd(served, request, arrived) or _refused(served, request, refusal))
            )
        except Refusal as error:
            refused = refusals.without_frames(error)
            found = await self._beside(lambda: self._marked(request, _refused(served, request, refused)))
        if isinstance(found, Final):
            return request, found
        if len(found.body) > _QUICKLY_CODED:
            response = found
            return request, await self._beside(lambda: http.complete(request, response))
        return request, http.complete(request, found)

    async def _route(self, served: Served, request: Request) -> Response | Final:
        path, method = request.path, request.method
        if method == "OPTIONS":
            return _options(path)
        if path == "sparql":
            if method not in ("GET", "HEAD", "POST", "QUERY"):
                raise Refusal(405, f"{method} is not for the endpoint.", {"Allow": _ASK})
            if self.connections()[1] > served.limits.pending_bytes:
                most = served.limits.pending_bytes
                message = "Too many answers are waiting for their clients."
                raise refusals.over_limit(503, message, "pending_bytes", most)
            return await self.endpoint.answer(served, request)
        if takes_batches(path) and documents.asked_for(served, request) is None:
            work = lookup.work if path == lookup.HOME else reconciliation.work
            return await self._batched_work.answer(request, work(served, request))
        if not request.reads:
            raise Refusal(405, f"{method} is not possible here: this site is read-only.", {"Allow": _READ})
        if path == fragments.HOME and documents.asked_for(served, request) is None:
            return await fragments.answer(served, request, self.endpoint.ask, self._beside)
        if path == "healthz":
            return self._health(served)
        if path == "metrics":
            return Response(200, self.journal.metrics(dict(self._gauges(served))), _TEXT)
        if self.live and path.startswith(browsers.HOME):
            return await self.live.answer(request)
        if not comparing.asks(request):
            return await self._read(served, request)
        with self.clients.query(request.client):  # each answer is made anew, as that of a query
            return await self._read(served, request)

    async def _read(self, served: Served, request: Request) -> Final:
        return await self._beside(lambda: http.complete(request, self._marked(request, routes.read(served, request))))

    def _marked(self, request: Request, response: Response) -> Response:
        return self.live.marked(request, response) if self.live else response

    # --- what operators ask ----------------------------------------------------------------------------------------

    def _health(self, served: Served) -> Response:
        """200 while there are worker processes; being busy is no illness."""
        alive = len(self.pool.processes)
        table = {"status": "ok" if alive else "no workers", "workers": alive, "version": served.version}
        return Response(200 if alive else 503, json.dumps(table).encode() + b"\n", _STATE)

    def _gauges(self, served: Served) -> Iterator[tuple[str, float]]:
        running, waiting = self.pool.load
        connections, pending = self.connections()
        yield "workers", len(self.pool.processes)
        yield "queries_running", running
        yield "queries_waiting", waiting + len(self.batches)
        yield "batches_waiting", self._batched_work.waiting
        yield "connections", connections
        yield "pending_bytes", pending
        yield "kept_bytes", served.finals.size + served.answers.size
        yield "kept_hits_total", served.finals.hits + served.answers.hits
        yield "clients_refused_total", self.clients.refused
        yield "batched_answers_total", self.endpoint.batched
        yield "reloads_total", self.reloads
        if self.watch:
            yield "loop_longest_seconds", self.watch.longest
            yield "loop_exceeded_total", self.watch.exceeded
        yield "garbage_collections_total", sum(generation["collections"] for generation in gc.get_stats())


def _read(arrived: Arrived) -> Request:
    """Raises :class:`BadRequest`."""
    path, query, target = http.split_target(arrived.target)
    return Request(
        arrived.method,
        http.decode_path(path),
        http.decode_form(query),
        arrived.fields,
        arrived.body,
        arrived.client,
        target.decode("latin-1"),
    )


def _odd(served: Served, request: Request, arrived: Arrived) -> Response | None:
    """The answer where the path is an IRI of the data that no path of the site could be."""
    try:
        _, _, target = http.split_target(arrived.target)
    except BadRequest:
        return None
    odd = Request(request.method, "", headers=request.headers, target=target.decode("latin-1"))
    return documents.oddly_asked(served, odd)


def _refused(served: Served, request: Request, refusal: Refusal) -> Response:
    return refusals.answer(served.site, served.base, request, refusal)


def takes_batches(path: str) -> bool:
    """Whether names or identifiers are looked up at a path, unless the data describe what is there."""
    return path in (lookup.HOME, reconciliation.HOME) or path.startswith(f"{reconciliation.HOME}/")


def _options(path: str) -> Response:
    allowed = _ASK if path == "sparql" else _SEND if takes_batches(path) else _READ
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
