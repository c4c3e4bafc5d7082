"""The processes behind a pool: one that forks workers on a store, and the workers, each with one query at a time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Protocol, cast

from ecoop_ld.config import Limits
from ecoop_ld.errors import UserError
from ecoop_ld.sparql import failures
from ecoop_ld.sparql.forkserver import FORK, KILL, MESSAGE, YIELD
from ecoop_ld.sparql.protocol import Failed, Rules
from ecoop_ld.sparql.worker import ANSWER, BATCH, HEADER, READY

DISPLACED = "displaced"
"""Kind of :class:`Failed` inside the pool: stopped in favour of others, to begin again."""
_ALLOCATOR = "glibc.malloc.tcache_count=127:glibc.malloc.tcache_max=65536"
"""The engine takes and gives back blocks of some kilobytes all the time: glibc's short list is made to hold them."""
_STARTS = 3
"""Workers that may end before they are ready, one after the other, until the store is held to be unusable."""


class Owner(Protocol):
    """The pool, as its processes know it."""

    limits: Limits
    prefixes: Mapping[str, str]

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run something beside."""

    def offer(self, worker: Worker) -> None:
        """A worker has nothing to do."""

    def give_up(self, crew: Crew, error: Failed) -> None:
        """No workers can be made."""

    def lost(self, crew: Crew) -> None:
        """The process that forks workers ended by itself."""


class Crew:
    """The process that forks workers, and the workers, all on one store."""

    def __init__(self, pool: Owner, store: Path) -> None:
        self.pool, self.store = pool, store
        self.workers: dict[int, Worker] = {}
        self.idle: list[Worker] = []
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
        return Rules(str(self.store), limits.worker_memory, limits.result_bytes, dict(self.pool.prefixes))

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
            worker = self.workers[second] = Worker(self, second)
            self.pool.spawn(worker.connect(socket.socket(fileno=descriptors[0])))
        elif worker_ended := self.workers.pop(-first, None):
            worker_ended.ended(second)
            self._replace(worker_ended)

    def _replace(self, worker: Worker) -> None:
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

    def ready(self, worker: Worker, confined: bool) -> None:
        self.confined = confined
        if self._ready and not self._ready.done():
            self._ready.set_result(None)
        self.pool.offer(worker)

    def running(self) -> list[Worker]:
        """Workers that have a query and are not set aside."""
        return [worker for worker in self.workers.values() if worker.busy and not worker.aside]

    def set_aside(self, worker: Worker) -> None:
        """Let a worker go on with its query at low priority, and start another in its place."""
        worker.aside = True
        self._order(YIELD, worker.process)
        if not self.retiring:
            self._order(FORK)

    def kill(self, worker: Worker) -> None:
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


class Worker(asyncio.Protocol):
    """The server's side of one worker process."""

    reply: asyncio.Future[tuple[int, list[bytes]]]

    def __init__(self, crew: Crew, process: int) -> None:
        self.crew, self.process = crew, process
        self.was_ready = self.busy = self.aside = self._leaving = False
        self.client, self.since = "", 0.0
        self._transport: asyncio.Transport | None = None
        self._pieces: list[bytes] = []
        """What came of its answer; to join them takes long where they are many."""
        self._size = 0
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
        self._pieces.append(data)
        self._size += len(data)
        if self._size < HEADER.size:
            return
        if len(self._pieces[0]) < HEADER.size:
            self._pieces = [b"".join(self._pieces)]
        status, leaves, rows, size = HEADER.unpack_from(self._pieces[0])
        if self._size - HEADER.size < size:
            return
        pieces, self._pieces, self._size = self._pieces, [], 0
        pieces[0] = pieces[0][HEADER.size :]
        self._leaving = bool(leaves)
        if status == READY:
            self.was_ready = True
            self.crew.ready(self, bool(rows))
        elif status in (ANSWER, BATCH):
            self._resolve((rows, pieces))
        else:
            self._resolve(Failed(**json.loads(b"".join(pieces))))

    def ended(self, status: int) -> None:
        """The process is gone. ``status``: as of ``waitpid``."""
        self._leaving = True
        if self._transport:
            self._transport.abort()
        self._resolve(failures.why_ended(status, self.crew.pool.limits))

    def _expire(self, most: float) -> None:
        self._resolve(failures.timed_out(most))
        self._kill()

    def _kill(self) -> None:
        self._leaving = True
        self.crew.kill(self)

    def _resolve(self, result: tuple[int, list[bytes]] | Failed) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self.busy and not self.reply.done():
            if isinstance(result, Failed):
                self.reply.set_exception(failures.complete(result, self.crew.pool.limits))
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
        self._resolve(Failed(DISPLACED, ""))
        self._kill()

    def leave(self) -> None:
        """Close the socket: the process ends."""
        self._leaving = True
        if self in self.crew.idle:
            self.crew.idle.remove(self)
        if self._transport:
            self._transport.close()


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
