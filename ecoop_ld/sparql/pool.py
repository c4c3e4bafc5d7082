"""Prepared queries → answers, through worker processes of which each answers one query at a time (asyncio).

A :class:`_Crew` is a zygote and the workers that it forked, all on one store. :class:`Pool` hands queries to the
workers of its present crew, with a bounded queue; :meth:`Pool.swap` puts a crew on another store in its place and
lets the old one finish what it has.
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
from collections import deque
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from ecoop_ld.errors import UserError
from ecoop_ld.sparql.protocol import Answer, Failed, Prepared, Rules
from ecoop_ld.sparql.worker import ANSWER, HEADER, NO_MEMORY, READY, request
from ecoop_ld.sparql.zygote import FORK, KILL, MESSAGE

if TYPE_CHECKING:
    from ecoop_ld.config import Limits
    from ecoop_ld.formats import Format

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
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
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
        while self._waiting:
            self._refuse(self._waiting.popleft(), shutting_down())
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
        return sum(worker.busy for worker in self._crew.workers.values()), len(self._waiting)

    async def run(self, prepared: Prepared, row: Format, *, seconds: float | None = None) -> Answer:
        """The answer in the format of ``row``, one of ``prepared.formats``.

        Raises :class:`Failed`; when the caller is cancelled, the worker is killed. ``seconds`` can shorten the
        deadline of the limits. A query waits for a worker no longer than twice the deadline.
        """
        frame, end, again = request(prepared, row), 0.0, False
        most = min(seconds or self.limits.query_seconds, self.limits.query_seconds)
        while True:
            worker = self._crew.idle.pop() if self._crew.idle else await self._wait()
            start = time.perf_counter()
            end = end or start + most
            worker.ask(frame, end - start, most)
            try:
                rows, content = await worker.reply
            except Failed as error:
                error.seconds = time.perf_counter() - start
                if error.kind != "killed" or again:
                    raise
                again = True  # from outside, perhaps before it had the query
            else:
                return Answer(row, content, rows, time.perf_counter() - start)
            finally:
                worker.release()

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

    async def _wait(self) -> _Worker:
        """A worker, when one is free."""
        if self._closed:
            raise shutting_down()
        if len(self._waiting) >= self.limits.queue:
            message = f"{len(self._waiting)} queries are waiting already."
            raise Failed("busy", message, limit="queue", value=self.limits.queue)
        place: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(2 * self.limits.query_seconds):
                return await place
        except TimeoutError:
            message = "No worker was free in time."
            raise Failed("busy", message, limit="query_seconds", value=self.limits.query_seconds) from None
        finally:
            with suppress(ValueError):
                self._waiting.remove(place)
            if place.done() and not place.cancelled() and place.exception() is None and sys.exc_info()[0]:
                self.offer(place.result())  # handed over in the same moment that the caller gave up

    def offer(self, worker: _Worker) -> None:
        """Called when a worker has nothing to do."""
        crew = worker.crew
        if crew is not self._crew:
            if crew.started:  # an old crew's; one of a crew that is still starting stays idle
                worker.leave()
            elif worker not in crew.idle:
                crew.idle.append(worker)
            return
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                if worker in crew.idle:
                    crew.idle.remove(worker)
                place.set_result(worker)
                return
        if worker not in crew.idle:
            crew.idle.append(worker)

    def give_up(self, crew: _Crew, error: Failed) -> None:
        """Called when a crew cannot make workers: waiting queries are told so."""
        while crew is self._crew and self._waiting:
            self._refuse(self._waiting.popleft(), error)

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

    @staticmethod
    def _refuse(place: asyncio.Future[_Worker], error: Failed) -> None:
        if not place.done():
            place.set_exception(error)


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
        if self.retiring:
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
        self.was_ready = self.busy = self._leaving = False
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    async def connect(self, connection: socket.socket) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, sock=connection)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def ask(self, frame: bytes, seconds: float, most: float) -> None:
        """Send a query. It is stopped after ``seconds``: what is left of the ``most`` that it may take."""
        loop = asyncio.get_running_loop()
        self.busy, self.reply = True, loop.create_future()
        self._timer = loop.call_later(seconds, self._expire, most)
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
        elif status == ANSWER:
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
        if not self._leaving:
            self.crew.pool.offer(self)

    def leave(self) -> None:
        """Close the socket: the process ends."""
        self._leaving = True
        if self in self.crew.idle:
            self.crew.idle.remove(self)
        if self._transport:
            self._transport.close()


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
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    zygote = subprocess.Popen(  # noqa: S603 - our own module, and a number
        [sys.executable, "-P", "-m", "ecoop_ld.sparql.zygote", str(control.fileno())],
        stdin=subprocess.PIPE,
        pass_fds=[control.fileno()],
        env=environment,
    )
    assert zygote.stdin
    with suppress(BrokenPipeError), zygote.stdin as pipe:
        pipe.write(json.dumps(asdict(rules)).encode())
    return zygote
