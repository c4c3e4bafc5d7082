"""Prepared queries → answers, through worker processes of which each answers one query at a time (asyncio).

A :class:`_Crew` is a zygote and the workers that it forked, all on one store. :class:`Pool` hands queries to the
workers of its present crew, with a bounded queue; :meth:`Pool.swap` puts a crew on another store in its place and
lets the old one finish what it has.

Queries that run for long do not hold up the others. Where somebody waits, a query that took ``quick_seconds`` already
is set aside: its worker goes on with little of the processor and another takes its place. Where ``long_queries`` are
aside, or the client has too many of them, the query is stopped and starts again when it can be set aside at once.
Clients that have or just had such long queries hold all workers but one at most: there is one for whoever else comes.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, cast

from ecoop_ld.errors import UserError
from ecoop_ld.sparql.forkserver import FORK, KILL, MESSAGE, YIELD
from ecoop_ld.sparql.protocol import Answer, Failed, Prepared, Rules
from ecoop_ld.sparql.queue import Turns
from ecoop_ld.sparql.worker import ANSWER, BATCH, HEADER, NO_MEMORY, READY, request

if TYPE_CHECKING:
    from ecoop_ld.config import Limits
    from ecoop_ld.rdf.formats import Format

Waited = TypeVar("Waited")

_DISPLACED = "displaced"
"""Kind of :class:`Failed` inside the pool: stopped in favour of others, to begin again."""
_REMEMBERED = 1000
"""Clients with long queries remembered before those of earlier are forgotten."""
_ALLOCATOR = "glibc.malloc.tcache_count=127:glibc.malloc.tcache_max=65536"
"""The engine takes and gives back blocks of some kilobytes all the time: glibc's short list is made to hold them."""
_STARTS = 3
"""Workers that may end before they are ready, one after the other, until the store is held to be unusable."""


class Pool:
    """Worker processes on one store.

    ``async with Pool(path, limits, prefixes) as pool: answer = await pool.run(prepared, row)``. All methods are for
    the event loop in which it was started.
    """

    def __init__(self, store: Path, limits: Limits, prefixes: Mapping[str, str]) -> None:
        self.limits, self.prefixes = limits, dict(prefixes)
        self._crew = _Crew(self, store)
        self._waiting: Turns[_Worker] = Turns(limits.queue)
        self._aside: Counter[str] = Counter()
        """Client → its queries that are set aside, or about to be."""
        self._displaced: Turns[None] = Turns(limits.queue)
        """Stopped queries that wait for a place aside."""
        self._long_until: dict[str, float] = {}
        """Client → until when it counts as one that has long queries."""
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
        for queue in (self._waiting, self._displaced):
            queue.refuse_all(shutting_down())
        if self._relief:
            self._relief.cancel()
        await self._crew.retire(grace)
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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
        waiting = len(self._waiting) + len(self._displaced)
        return sum(worker.busy for worker in self._crew.workers.values()), waiting

    async def run(self, prepared: Prepared, row: Format, *, client: str = "", seconds: float | None = None) -> Answer:
        """The answer in the format of ``row``, one of ``prepared.formats``.

        Raises :class:`Failed`; when the caller is cancelled, the worker is killed. ``seconds`` can shorten the
        deadline of the limits. A query waits for a worker no longer than twice the deadline. Workers go to the clients
        that have fewest of them.
        """
        frame = request(prepared, row)
        most = min(seconds or self.limits.query_seconds, self.limits.query_seconds)
        found = await self._run(frame, client, most, aside=False)
        if found is None:
            await self._step_aside(client)
            found = await self._run(frame, client, most, aside=True)
            assert found
        start, rows, content = found
        return Answer(row, content, rows, time.perf_counter() - start)

    async def _run(self, frame: bytes, client: str, most: float, *, aside: bool) -> tuple[float, int, bytes] | None:
        """When it began, rows, and content; ``None`` where it was stopped in favour of others. With ``aside`` the
        client has a place aside, which ends with this."""
        end, again = 0.0, False
        try:
            while True:
                worker = self._crew.idle.pop() if self._may_take_one(client) else await self._wait(client)
                start = time.perf_counter()
                end = end or start + most
                worker.ask(frame, end - start, most, client)
                if aside:
                    worker.crew.set_aside(worker)
                try:
                    return start, *(await worker.reply)
                except Failed as error:
                    error.seconds = time.perf_counter() - start
                    if error.kind == _DISPLACED:
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

    def at_hand(self, client: str) -> _Worker | None:
        """A worker that has nothing to do, if there is one that this client need not leave to others.

        The caller asks it and gives it to :meth:`give_back`, or puts it back.
        """
        return self._crew.idle.pop() if self._may_take_one(client) else None

    async def borrow(self, client: str) -> _Worker:
        """The same, when it is the client's turn. Raises :class:`Failed`."""
        return await self._wait(client)

    def give_back(self, worker: _Worker) -> None:
        """After a reply."""
        aside = worker.aside
        worker.release()
        if aside:
            self._give_back_aside(worker.client)

    async def swap(self, store: Path) -> None:
        """Go over to another store without losing a query: those that run finish on the old one."""
        crew = _Crew(self, store)
        try:
            await crew.start()
        except BaseException:
            await crew.retire()
            raise
        old, self._crew = self._crew, crew
        for worker in list(crew.idle):
            self.offer(worker)
        self.spawn(old.retire(self.limits.query_seconds + 1))

    async def _wait(self, client: str) -> _Worker:
        """A worker, when one is free."""
        place = self._join(self._waiting, client)
        self._hand_out()  # a worker may have become free since the caller looked for one
        self._relieve_soon(0.0)
        try:
            return await self._turn(place)
        except BaseException:
            if _is_granted(place):  # handed over in the same moment that the caller gave up
                place.result().put_back()
            raise
        finally:
            self._waiting.leave(client, place)

    async def _step_aside(self, client: str) -> None:
        """Wait for one of the places of long queries, and take it."""
        place = self._join(self._displaced, client)
        self._let_aside()
        try:
            await self._turn(place)
        except BaseException:
            if _is_granted(place):
                self._give_back_aside(client)
            raise
        finally:
            self._displaced.leave(client, place)
            self._hand_out()

    def _join(self, queue: Turns[Waited], client: str) -> asyncio.Future[Waited]:
        if self._closed:
            raise shutting_down()
        return queue.join(client)

    async def _turn(self, place: asyncio.Future[Waited]) -> Waited:
        try:
            async with asyncio.timeout(2 * self.limits.query_seconds):
                return await place
        except TimeoutError:
            message = "No worker was free in time."
            raise Failed("busy", message, limit="query_seconds", value=self.limits.query_seconds) from None

    def _may_step_aside(self, client: str) -> bool:
        return self._aside.total() < self.limits.long_queries and self._aside[client] < self._most_aside

    @property
    def _most_aside(self) -> int:
        """Places aside of one client: not all of them, where there are several."""
        return max(1, self.limits.long_queries - 1)

    def _let_aside(self) -> None:
        """Give places aside that are free to queries that wait for one."""
        while self._aside.total() < self.limits.long_queries:
            turn = self._displaced.next(lambda: self._aside, lambda client: self._aside[client] >= self._most_aside)
            if turn is None:
                return
            client, place = turn
            self._aside[client] += 1
            place.set_result(None)

    def _give_back_aside(self, client: str) -> None:
        self.remember_long(client)
        self._aside[client] -= 1
        if not self._aside[client]:
            del self._aside[client]
        self._let_aside()
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
            self.remember_long(worker.client)
            if self._may_step_aside(worker.client):
                self._aside[worker.client] += 1
                self._crew.set_aside(worker)
            else:
                worker.displace()
        self._relieve_soon(wait)

    def offer(self, worker: _Worker) -> None:
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
            turn = self._waiting.next(self._held, self.has_long if self._is_last_worker() else None)
            if turn is None:
                return
            worker = idle.pop()
            worker.reserve(turn[0])
            turn[1].set_result(worker)

    def _may_take_one(self, client: str) -> bool:
        """Whether there is an idle worker that this client need not leave to others."""
        if not self._crew.idle:
            return False
        return not self.has_long(client) or not self._is_last_worker()

    def has_long(self, client: str) -> bool:
        """Now, or a short time ago."""
        return self._long_until.get(client, 0.0) > time.perf_counter()

    def remember_long(self, client: str) -> None:
        now = time.perf_counter()
        if len(self._long_until) >= _REMEMBERED:
            self._long_until = {name: until for name, until in self._long_until.items() if until > now}
        self._long_until[client] = now + 2 * self.limits.query_seconds

    def _is_last_worker(self) -> bool:
        """Whether clients with long queries hold all workers but one."""
        if self.limits.workers == 1 or not self._long_until:
            return False
        return sum(self.has_long(worker.client) for worker in self._crew.running()) >= self.limits.workers - 1

    def _held(self) -> Counter[str]:
        """Client → queries of its that run, or that ran and were stopped."""
        running = Counter(worker.client for worker in self._crew.workers.values() if worker.busy)
        running.update(self._displaced.clients())
        return running

    def give_up(self, crew: _Crew, error: Failed) -> None:
        """Called when a crew cannot make workers: waiting queries are told so."""
        if crew is self._crew:
            self._waiting.refuse_all(error)

    def lost(self, crew: _Crew) -> None:
        """Called when a crew's zygote ended by itself: start another on the same store."""
        if crew is self._crew and not self._closed:
            self._crew = _Crew(self, crew.store)
            self.spawn(self._restart(crew))

    async def _restart(self, old: _Crew) -> None:
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


class _Crew:
    """A zygote and its workers."""

    def __init__(self, pool: Pool, store: Path) -> None:
        self.pool, self.store = pool, store
        self.workers: dict[int, _Worker] = {}
        self.idle: list[_Worker] = []
        self.confined = self.started = self.retiring = False
        self._failures = 0
        self._ready: asyncio.Future[None] | None = None
        self._control: socket.socket | None = None
        self._zygote: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        ours, theirs = socket.socketpair()
        with theirs:
            self._zygote = _start_zygote(theirs, self._rules())
        ours.setblocking(False)
        self._control = ours
        loop.add_reader(ours, self._listen)
        for _ in range(self.pool.limits.workers):
            self._order(FORK)
        await self._ready
        self.started = True

    def _rules(self) -> Rules:
        limits = self.pool.limits
        return Rules(str(self.store), limits.worker_memory, limits.result_bytes, self.pool.prefixes)

    def _order(self, kind: int, number: int = 0) -> None:
        if self._control:
            with suppress(OSError):  # the zygote is gone: _listen finds out
                self._control.sendall(MESSAGE.pack(kind, number))

    def _listen(self) -> None:
        """Read one message of the zygote."""
        assert self._control
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE.size, 1)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        if len(data) < MESSAGE.size:
            self._disconnect()
            self._fail(Failed("crashed", "The process that starts workers ended."))
            self.pool.lost(self)
            return
        first, second = MESSAGE.unpack(data)
        if first == FORK:
            worker = self.workers[second] = _Worker(self, second)
            self.pool.spawn(worker.connect(socket.socket(fileno=descriptors[0])))
        elif worker_ended := self.workers.pop(-first, None):
            worker_ended.ended(second)
            self._replace(worker_ended)

    def _replace(self, worker: _Worker) -> None:
        if worker in self.idle:
            self.idle.remove(worker)
        if self.retiring or worker.aside:  # another took its place already
            return
        self._failures = 0 if worker.was_ready else self._failures + 1
        if self._failures >= _STARTS:
            self._fail(Failed("crashed", f"No worker can open the query store {self.store}."))
            self._failures = 0
            asyncio.get_running_loop().call_later(1.0, self._order, FORK)
        else:
            self._order(FORK)

    def _fail(self, error: Failed) -> None:
        if self._ready and not self._ready.done():
            self._ready.set_exception(UserError(error.message, hint="Build the project again."))
        self.pool.give_up(self, error)

    def ready(self, worker: _Worker, confined: bool) -> None:
        self.confined = confined
        if self._ready and not self._ready.done():
            self._ready.set_result(None)
        self.pool.offer(worker)

    def running(self) -> list[_Worker]:
        """Workers that have a query and are not set aside."""
        return [worker for worker in self.workers.values() if worker.busy and not worker.aside]

    def set_aside(self, worker: _Worker) -> None:
        """Let a worker go on with its query at low priority, and start another in its place."""
        worker.aside = True
        self._order(YIELD, worker.process)
        if not self.retiring:
            self._order(FORK)

    def kill(self, worker: _Worker) -> None:
        self._order(KILL, worker.process)

    async def retire(self, grace: float = 0.0) -> None:
        """Let running queries finish for ``grace`` seconds, then end all processes."""
        self.retiring = self.started = True
        for worker in list(self.idle):
            worker.leave()
        end = time.monotonic() + grace
        while any(worker.busy for worker in self.workers.values()) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        self._disconnect()
        if self._zygote:
            try:
                await asyncio.to_thread(self._zygote.wait, 5)
            except subprocess.TimeoutExpired:
                self._zygote.kill()
                await asyncio.to_thread(self._zygote.wait)
            self._zygote = None
        for worker in list(self.workers.values()):
            worker.ended(signal.SIGKILL)
        self.workers.clear()

    def _disconnect(self) -> None:
        if self._control:
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            self._control = None


class _Worker(asyncio.Protocol):
    """The server's side of one worker process."""

    reply: asyncio.Future[tuple[int, bytes]]

    def __init__(self, crew: _Crew, process: int) -> None:
        self.crew, self.process = crew, process
        self.was_ready = self.busy = self.aside = self._leaving = False
        self.client, self.since = "", 0.0
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    async def connect(self, connection: socket.socket) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, sock=connection)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def reserve(self, client: str) -> None:
        """Keep it for a client that will ask."""
        self.busy, self.reply = True, asyncio.get_running_loop().create_future()
        self.client, self.since = client, time.perf_counter()

    def put_back(self) -> None:
        """The client will not ask."""
        self.busy = False
        self.reply.cancel()
        if not self._leaving:
            self.crew.pool.offer(self)

    def ask(self, frame: bytes, seconds: float, most: float, client: str) -> None:
        """Send a query. It is stopped after ``seconds``: what is left of the ``most`` that it may take."""
        if not self.busy:
            self.reserve(client)
        if self.reply.done():  # the process ended since it was reserved
            return
        self._timer = asyncio.get_running_loop().call_later(seconds, self._expire, most)
        if self._transport and not self._leaving:
            self._transport.write(frame)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        if len(buffer) < HEADER.size:
            return
        status, leaves, rows, size = HEADER.unpack_from(buffer)
        if len(buffer) - HEADER.size < size:
            return
        content = bytes(memoryview(buffer)[HEADER.size :])
        self._buffer = bytearray()
        self._leaving = bool(leaves)
        if status == READY:
            self.was_ready = True
            self.crew.ready(self, bool(rows))
        elif status in (ANSWER, BATCH):
            self._resolve((rows, content))
        else:
            self._resolve(Failed(**json.loads(content)))

    def ended(self, status: int) -> None:
        """The process is gone. ``status``: as of ``waitpid``."""
        self._leaving = True
        if self._transport:
            self._transport.abort()
        self._resolve(self._why(status))

    def _why(self, status: int) -> Failed:
        return why_ended(status, self.crew.pool.limits)

    def _expire(self, most: float) -> None:
        self._resolve(timed_out(most))
        self._kill()

    def _kill(self) -> None:
        self._leaving = True
        self.crew.kill(self)

    def _resolve(self, result: tuple[int, bytes] | Failed) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self.busy and not self.reply.done():
            if isinstance(result, Failed):
                self.reply.set_exception(_complete(result, self.crew.pool.limits))
            else:
                self.reply.set_result(result)

    def release(self) -> None:
        """The caller is done with it, with or without a reply."""
        self.busy = False
        if not self.reply.done() or self.reply.cancelled():
            self._resolve(Failed("error", ""))  # stops the timer
            self._kill()
        if self._leaving:
            return
        if self.aside:
            self.leave()
        else:
            self.crew.pool.offer(self)

    def displace(self) -> None:
        """Stop its query, which can begin again later."""
        self._resolve(Failed(_DISPLACED, ""))
        self._kill()

    def leave(self) -> None:
        """Close the socket: the process ends."""
        self._leaving = True
        if self in self.crew.idle:
            self.crew.idle.remove(self)
        if self._transport:
            self._transport.close()


def _is_granted(place: asyncio.Future[Waited]) -> bool:
    return place.done() and not place.cancelled() and place.exception() is None


def shutting_down() -> Failed:
    return Failed("busy", "The server is shutting down.")


def timed_out(seconds: float) -> Failed:
    return Failed(
        "timeout",
        f"The query was stopped after {seconds:g} s.",
        limit="query_seconds",
        value=seconds,
        hint="Narrow it down, add LIMIT, or download the dump and query it locally.",
    )


def out_of_memory(limits: Limits) -> Failed:
    most = limits.worker_memory
    return Failed(
        "memory",
        f"The query needed more than {most:,} bytes of memory.",
        limit="worker_memory",
        value=most,
        hint="Narrow it down, leave out ORDER BY or DISTINCT, or download the dump and query it locally.",
    )


def why_ended(status: int, limits: Limits) -> Failed:
    """What the end of a worker, with this wait status, means for its query."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGABRT or os.waitstatus_to_exitcode(status) == NO_MEMORY:  # the engine's way, and Python's
        return out_of_memory(limits)
    if number == signal.SIGKILL:
        message = "The worker process was killed from outside; perhaps the machine ran out of memory."
        return Failed("killed", message)
    what = f" ({signal.Signals(number).name})" if number else ""
    return Failed("crashed", f"The query engine broke down on this query{what}.", hint="Write the query more simply.")


def _complete(error: Failed, limits: Limits) -> Failed:
    return out_of_memory(limits) if error.kind == "memory" else error


def _start_zygote(control: socket.socket, rules: Rules) -> subprocess.Popen[bytes]:
    """Run the zygote in a fresh interpreter, without proxies, that finds the same packages."""
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    environment.setdefault("GLIBC_TUNABLES", _ALLOCATOR)
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    zygote = subprocess.Popen(  # noqa: S603 - our own module, and a number
        [sys.executable, "-P", "-m", "ecoop_ld.sparql.forkserver", str(control.fileno())],
        stdin=subprocess.PIPE,
        pass_fds=[control.fileno()],
        env=environment,
    )
    assert zygote.stdin
    with suppress(BrokenPipeError), zygote.stdin as pipe:
        pipe.write(json.dumps(asdict(rules)).encode())
    return zygote
