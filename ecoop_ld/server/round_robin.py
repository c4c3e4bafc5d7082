"""Work beside the event loop that takes long: everybody's in turns, a short while each, up to a limit.

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
        """Raises :class:`Refusal`: what ``work`` raises, 429 where too many wait, and 503 where it takes too long.

        What counts is the time of its own turns, so that nobody's work fails because others work too.
        """
        limits = self._clients.limits
        with self._clients.query(request.client):
            if self.waiting >= limits.queue:
                raise over_limit(429, f"{self.waiting} others are being answered.", "queue", limits.queue)
            self.waiting += 1
            try:
                return await self._made(request, work)
            finally:
                self.waiting -= 1

    async def _made(self, request: Request, work: Work) -> Final:
        loop, most, taken = asyncio.get_running_loop(), self._clients.limits.query_seconds, 0.0
        while taken <= most:
            found, seconds = await loop.run_in_executor(self._thread, _turn, request, work)
            if found is not None:
                return found
            taken += seconds
        raise over_limit(503, f"This took longer than {most:g} s. Ask for less at a time.", "query_seconds", most)


def _turn(request: Request, work: Work) -> tuple[Final | None, float]:
    """Go on for a while: the answer, once it is there, and the processor's time that it took."""
    start = time.thread_time()
    while (taken := time.thread_time() - start) < _TURN_SECONDS:
        try:
            next(work)
        except StopIteration as done:
            response: Response = done.value
            return http.complete(request, response), taken
    return None, taken
