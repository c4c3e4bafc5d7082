"""Prepared queries → answers, through worker processes of which each answers one query at a time (asyncio).

A :class:`Crew` is a process that forks workers, and the workers, all on one store. :class:`Pool` hands queries to the
workers of its present crew, with a bounded queue; :meth:`Pool.swap` puts a crew on another store in its place and
lets the old one finish what it has.

Queries that run for long do not hold up the others. Where somebody waits, a query that took ``quick_seconds`` already
is set aside: its worker goes on with little of the processor and another takes its place. Where ``long_queries`` are
aside, or the client has too many of them, the query is stopped and starts again when it can be set aside at once.
Clients that have or just had such long queries hold all workers but one at most: there is one for whoever else comes.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from ecoop_ld.errors import UserError
from ecoop_ld.sparql import failures
from ecoop_ld.sparql.aside import Aside
from ecoop_ld.sparql.crew import DISPLACED, Crew, Worker
from ecoop_ld.sparql.protocol import Answer, Failed, Prepared
from ecoop_ld.sparql.queue import Turns
from ecoop_ld.sparql.worker import request

if TYPE_CHECKING:
    from ecoop_ld.config import Limits
    from ecoop_ld.rdf.formats import Format

_MANY = 4
"""Pieces of an answer, each up to 256 kB, from which they are joined beside the event loop."""
_Found = tuple[float, int, list[bytes]]
Waited = TypeVar("Waited")


class Pool:
    """Worker processes on one store.

    ``async with Pool(path, limits, prefixes) as pool: answer = await pool.run(prepared, row)``. All methods are for
    the event loop in which it was started.
    """

    def __init__(self, store: Path, limits: Limits, prefixes: Mapping[str, str]) -> None:
        self.limits, self.prefixes = limits, prefixes
        self._crew = Crew(self, store)
        self._waiting: Turns[Worker] = Turns(limits.queue)
        self.aside = Aside(limits)
        self._relief: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the workers; return when one can answer. Raises :class:`UserError` where the store cannot be read."""
        try:
            await self._crew.start()
        except BaseException:
            await self._crew.retire()
            raise

    async def close(self, grace: float = 0.0) -> None:
        """End all processes, after running queries had ``grace`` seconds to finish."""
        self._closed = True
        for queue in (self._waiting, self.aside.displaced):
            queue.refuse_all(failures.shutting_down())
        if self._relief:
            self._relief.cancel()
        await self._crew.retire(grace)
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def confined(self) -> bool:
        """Whether the kernel keeps the workers from the network and from writing (seccomp)."""
        return self._crew.confined

    @property
    def processes(self) -> list[int]:
        """Process numbers of the present workers."""
        return [worker.process for worker in self._crew.workers.values()]

    @property
    def load(self) -> tuple[int, int]:
        """Queries that run, and queries that wait."""
        waiting = len(self._waiting) + len(self.aside.displaced)
        return sum(worker.busy for worker in self._crew.workers.values()), waiting

    async def run(self, prepared: Prepared, row: Format, *, client: str = "", seconds: float | None = None) -> Answer:
        """The answer in the format of ``row``, one of ``prepared.formats``.

        Raises :class:`Failed`; when the caller is cancelled, the worker is killed. ``seconds`` can shorten the deadline
        of the limits. A query waits no longer than twice the deadline; clients that have fewest workers come first.
        """
        frame = request(prepared, row)
        most = min(seconds or self.limits.query_seconds, self.limits.query_seconds)
        found = await self._run(frame, client, most, aside=False)
        if found is None:
            await self._step_aside(client)
            found = await self._run(frame, client, most, aside=True)
            assert found
        start, rows, pieces = found
        return Answer(row, await _whole(pieces), rows, time.perf_counter() - start)

    async def _run(self, frame: bytes, client: str, most: float, *, aside: bool) -> _Found | None:
        """When it began, rows, and content; ``None`` where it was stopped in favour of others. With ``aside`` the
        client has a place aside, which ends with this."""
        end, again = 0.0, False
        try:
            while True:
                worker = self._crew.idle.pop() if self._may_take_one(client) else await self.borrow(client)
                start = time.perf_counter()
                end = end or start + most
                worker.ask(frame, end - start, most, client)
                if aside:
                    worker.crew.set_aside(worker)
                try:
                    return start, *(await worker.reply)
                except Failed as error:
                    error.seconds = time.perf_counter() - start
                    if error.kind == DISPLACED:
                        return None
                    if error.kind != "killed" or again:
                        raise
                    again = True  # from outside, perhaps before it had the query
                finally:
                    aside = aside or worker.aside
                    worker.release()
        finally:
            if aside:
                self._give_back_aside(client)

    @property
    def idle(self) -> int:
        """Workers that have nothing to do."""
        return len(self._crew.idle)

    def at_hand(self, client: str) -> Worker | None:
        """A worker that has nothing to do, to be asked and given back, if the client need not leave it to others."""
        return self._crew.idle.pop() if self._may_take_one(client) else None

    def give_back(self, worker: Worker) -> None:
        """After a reply."""
        aside = worker.aside
        worker.release()
        if aside:
            self._give_back_aside(worker.client)

    async def swap(self, store: Path) -> None:
        """Go over to another store without losing a query: those that run finish on the old one."""
        crew = Crew(self, store)
        try:
            await crew.start()
        except BaseException:
            await crew.retire()
            raise
        old, self._crew = self._crew, crew
        for worker in list(crew.idle):
            self.offer(worker)
        self.spawn(old.retire(self.limits.query_seconds + 1))

    async def borrow(self, client: str) -> Worker:
        """A worker, when it is the client's turn. Raises :class:`Failed`."""
        place = self._join(self._waiting, client)
        self._hand_out()  # a worker may have become free since the caller looked for one
        self._relieve_soon(0.0)
        try:
            return await _turn(place, self.limits.query_seconds)
        except BaseException:
            if _is_granted(place):  # handed over in the same moment that the caller gave up
                place.result().put_back()
            raise
        finally:
            self._waiting.leave(client, place)

    async def _step_aside(self, client: str) -> None:
        """Wait for one of the places of long queries, and take it."""
        place = self._join(self.aside.displaced, client)
        self.aside.let_in()
        try:
            await _turn(place, self.limits.query_seconds)
        except BaseException:
            if _is_granted(place):
                self._give_back_aside(client)
            raise
        finally:
            self.aside.displaced.leave(client, place)
            self._hand_out()

    def _join(self, queue: Turns[Waited], client: str) -> asyncio.Future[Waited]:
        if self._closed:
            raise failures.shutting_down()
        return queue.join(client)

    def _give_back_aside(self, client: str) -> None:
        self.aside.give_back(client)
        self._hand_out()

    def _relieve_soon(self, seconds: float) -> None:
        if self._relief is None and self.limits.long_queries:
            self._relief = asyncio.get_running_loop().call_later(seconds, self._relieve)

    def _relieve(self) -> None:
        """Where queries wait, take away from the workers those that run for long."""
        self._relief = None
        if not self._waiting or self._closed:
            return
        quick, now = self.limits.quick_seconds, time.perf_counter()
        wait = quick
        for worker in self._crew.running():
            left = worker.since + quick - now
            if left > 0:
                wait = min(wait, left)
                continue
            self.aside.remember_long(worker.client)
            if self.aside.take(worker.client):
                self._crew.set_aside(worker)
            else:
                worker.displace()
        self._relieve_soon(wait)

    def offer(self, worker: Worker) -> None:
        """Called when a worker has nothing to do."""
        crew = worker.crew
        if crew is not self._crew:
            if crew.started:  # an old crew's; one of a crew that is still starting stays idle
                worker.leave()
            elif worker not in crew.idle:
                crew.idle.append(worker)
            return
        if worker not in crew.idle:
            crew.idle.append(worker)
        self._hand_out()

    def _hand_out(self) -> None:
        """Give idle workers to those whose turn it is."""
        idle = self._crew.idle
        while idle and self._waiting:
            turn = self._waiting.next(
                lambda: _held(self._crew, self.aside), self.aside.has_long if self._is_last_worker() else None
            )
            if turn is None:
                return
            worker = idle.pop()
            worker.reserve(turn[0])
            turn[1].set_result(worker)

    def _may_take_one(self, client: str) -> bool:
        """Whether there is an idle worker that this client need not leave to others."""
        return bool(self._crew.idle) and not (self.aside.has_long(client) and self._is_last_worker())

    def _is_last_worker(self) -> bool:
        """Whether clients with long queries hold all workers but one."""
        if self.limits.workers == 1 or not self.aside.has_any:
            return False
        return sum(self.aside.has_long(worker.client) for worker in self._crew.running()) >= self.limits.workers - 1

    def give_up(self, crew: Crew, error: Failed) -> None:
        """Called when a crew cannot make workers: waiting queries are told so."""
        if crew is self._crew:
            self._waiting.refuse_all(error)

    def lost(self, crew: Crew) -> None:
        """Called when a crew's zygote ended by itself: start another on the same store."""
        if crew is self._crew and not self._closed:
            self._crew = Crew(self, crew.store)
            self.spawn(self._restart(crew))

    async def _restart(self, old: Crew) -> None:
        await old.retire()
        try:
            await self._crew.start()
        except UserError as error:
            self.give_up(self._crew, Failed("crashed", str(error)))

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run something beside; :meth:`close` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _whole(pieces: list[bytes]) -> bytes:
    return b"".join(pieces) if len(pieces) < _MANY else await asyncio.to_thread(b"".join, pieces)


def _held(crew: Crew, aside: Aside) -> Counter[str]:
    """Client → queries of its that run, or that ran and were stopped."""
    running = Counter(worker.client for worker in crew.workers.values() if worker.busy)
    running.update(aside.displaced.clients())
    return running


async def _turn(place: asyncio.Future[Waited], seconds: float) -> Waited:
    """What is waited for, for no longer than twice the deadline of a query."""
    try:
        async with asyncio.timeout(2 * seconds):
            return await place
    except TimeoutError:
        raise Failed("busy", "No worker was free in time.", limit="query_seconds", value=seconds) from None


def _is_granted(place: asyncio.Future[Waited]) -> bool:
    return place.done() and not place.cancelled() and place.exception() is None
