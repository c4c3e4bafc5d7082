"""Work beside the event loop that takes long: everybody's in turns, a short while each, up to a deadline.

It has one thread, so what it remembers needs no locks, and pages, which have another, do not wait for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

from ecoop_ld.server import http
from ecoop_ld.server.http import Final, Request, Response
from ecoop_ld.server.limits import Clients
from ecoop_ld.server.refusals import over_limit

Work = Generator[None, None, Response]
"""Makes an answer, and stops wherever others may have their turn."""
_TURN_SECONDS = 0.02


class RoundRobin:
    """For one event loop."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._thread = ThreadPoolExecutor(1, "matching")
        self.waiting = 0
        """Requests that are not answered yet."""

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def answer(self, request: Request, work: Work) -> Final:
        """Raises :class:`Refusal`: what ``work`` raises, 429 where too many wait, and 503 at the deadline."""
        limits = self._clients.limits
        with self._clients.query(request.client):
            if self.waiting >= limits.queue:
                raise over_limit(429, f"{self.waiting} others are being answered.", "queue", limits.queue)
            self.waiting += 1
            try:
                return await self._made(request, work, time.monotonic() + limits.query_seconds)
            finally:
                self.waiting -= 1

    async def _made(self, request: Request, work: Work, deadline: float) -> Final:
        loop, seconds = asyncio.get_running_loop(), self._clients.limits.query_seconds
        while (found := await loop.run_in_executor(self._thread, _turn, request, work)) is None:
            if time.monotonic() > deadline:
                message = f"This took longer than {seconds:g} s. Ask for less at a time."
                raise over_limit(503, message, "query_seconds", seconds)
        return found


def _turn(request: Request, work: Work) -> Final | None:
    """Go on for a while: the answer, once it is there."""
    end = time.perf_counter() + _TURN_SECONDS
    try:
        while time.perf_counter() < end:
            next(work)
    except StopIteration as done:
        response: Response = done.value
        return http.complete(request, response)
    return None
