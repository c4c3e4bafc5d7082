"""Queries that are expected to be quick → answers, several of them in one message to a worker and one back.

What is not answered so (an error, a slow query, a worker that ended) has to be asked alone, of :meth:`Pool.run`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from ecoop_ld.sparql.crew import Worker
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Failed
from ecoop_ld.sparql.worker import read_batch, request_batch

_MOST = 16
_LEAST = 8
"""Queries that go to one worker although another is idle."""
_SECONDS = 0.2
"""A worker that needs longer for a batch is killed."""


class Alone(Exception):
    """The query has to be asked alone. ``stopped``: the worker took too long for the batch, or ended."""

    def __init__(self, stopped: bool) -> None:
        super().__init__()
        self.stopped = stopped


class _Asked:
    """A query that waits for its place in a batch, or for its answer."""

    __slots__ = ("client", "packed", "reply")

    def __init__(self, packed: bytes, client: str) -> None:
        self.packed, self.client = packed, client
        self.reply: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()

    def answer(self, found: tuple[int, bytes] | None, stopped: bool = False) -> None:
        if self.reply.done():  # who asked is gone
            return
        if found is None:
            self.reply.set_exception(Alone(stopped))
        else:
            self.reply.set_result(found)


class Batches:
    """Made for one event loop. Each client has a line of its own: who must wait holds up nobody else."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lines: OrderedDict[str, deque[_Asked]] = OrderedDict()
        """Client → its queries that wait; the client served longest ago first."""
        self._size = 0
        self._borrowing: set[str] = set()
        """Clients for which a worker is waited for in the pool's queue."""
        self._scheduled = False

    def __len__(self) -> int:
        """Queries that wait for a worker."""
        return self._size

    def ask(self, packed: bytes, client: str) -> asyncio.Future[tuple[int, bytes]]:
        """Put a query into the next batch: its rows and bytes, later, or :class:`Alone`."""
        asked = _Asked(packed, client)
        if self._size >= self._pool.limits.queue * _MOST:  # a batch has one place in the queue
            asked.answer(None)
            return asked.reply
        self._lines.setdefault(client, deque()).append(asked)
        self._size += 1
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._send)
        return asked.reply

    def _send(self) -> None:
        """Give what has come together to idle workers; where a client may have none, wait in the pool's queue."""
        self._scheduled = False
        idle = self._pool.idle
        while idle and self._lines and self._send_one(max(_LEAST, -(-self._size // idle))):
            pass
        for client in self._lines.keys() - self._borrowing:
            self._borrowing.add(client)
            self._pool.spawn(self._borrow(client))

    def _send_one(self, number: int) -> bool:
        """Give a batch to an idle worker; whether there is one that a client need not leave to others."""
        for client in self._lines:
            if worker := self._pool.at_hand(client):
                self._give(worker, client, number)
                return True
        return False

    async def _borrow(self, client: str) -> None:
        try:
            worker = await self._pool.borrow(client)
        except Failed:
            for asked in self._lines.pop(client, ()):
                self._size -= 1
                asked.answer(None)
        else:
            if client in self._lines:
                self._give(worker, client, _MOST)
            else:
                worker.put_back()
        finally:
            self._borrowing.discard(client)
        if client in self._lines:
            self._send()

    def _give(self, worker: Worker, client: str, number: int) -> None:
        batch = self._take(client, min(number, _MOST))
        frame = request_batch([asked.packed for asked in batch])
        worker.ask(frame, _SECONDS, _SECONDS, client)
        worker.reply.add_done_callback(lambda reply: self._receive(worker, batch, reply))

    def _take(self, first: str, number: int) -> list[_Asked]:
        """Queries of the clients in turn, ``first`` before all. Who has long queries shares no batch with others."""
        own = self._pool.aside.has_long(first)
        clients = deque([first] if own else [c for c in self._lines if c != first and not self._pool.aside.has_long(c)])
        if not own:
            clients.appendleft(first)
        taken: list[_Asked] = []
        while clients and len(taken) < number:
            client = clients.popleft()
            line = self._lines[client]
            asked = line.popleft()
            self._size -= 1
            if not asked.reply.done():
                taken.append(asked)
            if line:
                self._lines.move_to_end(client)
                clients.append(client)
            else:
                del self._lines[client]
        return taken

    def _receive(self, worker: Worker, batch: list[_Asked], reply: asyncio.Future[tuple[int, list[bytes]]]) -> None:
        self._pool.give_back(worker)
        if reply.cancelled() or reply.exception():
            for asked in batch:
                asked.answer(None, stopped=True)
            return
        for asked, found in zip(batch, read_batch(b"".join(reply.result()[1])), strict=True):
            asked.answer(found)
