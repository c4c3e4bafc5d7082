"""Queries that are expected to be quick → answers, several of them in one message to a worker and one back.

What is not answered so (an error, a slow query, a worker that ended) has to be asked alone, of :meth:`Pool.run`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Protocol

from ecoop_ld.sparql.protocol import Failed
from ecoop_ld.sparql.worker import read_batch, request_batch

if TYPE_CHECKING:
    from ecoop_ld.sparql.pool import Pool
    from ecoop_ld.sparql.pool import _Worker as Worker

_MOST = 16
_LEAST = 8
"""Queries that go to one worker although another is idle."""
_SECONDS = 0.2
"""A worker that needs longer for a batch is killed."""


class Asked(Protocol):
    """A query in a batch."""

    packed: bytes
    client: str

    def done(self, found: tuple[int, bytes] | None, stopped: bool) -> None:
        """``found``: rows and bytes, or ``None``: ask it alone. ``stopped``: the worker took too long, or ended."""


class Batches:
    """Made for one event loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: deque[Asked] = deque()
        self._scheduled = self._borrowing = False

    def ask(self, asked: Asked) -> None:
        """Put a query into the next batch. Its ``done`` is called later, never from here."""
        self._waiting.append(asked)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        """Give what has come together to idle workers; where none is, wait for one in the pool's queue."""
        self._scheduled = False
        while self._waiting:
            idle = self._pool.idle
            worker = self._pool.at_hand(self._waiting[0].client)
            if worker is None:
                if not self._borrowing:
                    self._borrowing = True
                    self._pool.spawn(self._borrow(self._waiting[0].client))
                return
            self._give(worker, max(_LEAST, -(-len(self._waiting) // idle)))

    async def _borrow(self, client: str) -> None:
        try:
            worker = await self._pool.borrow(client)
        except Failed:
            for asked in self._take(len(self._waiting)):
                asked.done(None, False)
        else:
            if self._waiting:
                self._give(worker, _MOST)
            else:
                worker.put_back()
        finally:
            self._borrowing = False
        if self._waiting:
            self._send()

    def _take(self, number: int) -> list[Asked]:
        return [self._waiting.popleft() for _ in range(min(number, len(self._waiting)))]

    def _give(self, worker: Worker, number: int) -> None:
        batch = self._take(min(number, _MOST))
        frame = request_batch([asked.packed for asked in batch])
        worker.ask(frame, _SECONDS, _SECONDS, batch[0].client)
        worker.reply.add_done_callback(lambda reply: self._receive(worker, batch, reply))

    def _receive(self, worker: Worker, batch: list[Asked], reply: asyncio.Future[tuple[int, bytes]]) -> None:
        self._pool.give_back(worker)
        if reply.cancelled() or reply.exception():
            for asked in batch:
                asked.done(None, True)
            return
        for asked, found in zip(batch, read_batch(reply.result()[1]), strict=True):
            asked.done(found, False)
