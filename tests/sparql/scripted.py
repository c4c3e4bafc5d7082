"""A stand-in for the process that forks workers: it obeys in the event loop of the test, which says what workers say.

So what the pool does in each case can be tested without processes and without waiting for them.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ecoop_ld.config import Limits
from ecoop_ld.sparql import crew
from ecoop_ld.sparql.forkserver import FORK, KILL, MESSAGE
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Rules
from ecoop_ld.sparql.worker import ANSWER, ERROR, HEADER, LENGTH, READY

_WithoutProcesses = Pool
"""By this name ``make quick`` knows that no process is started."""


class Workers:
    """The workers of one crew by their numbers, and what was ordered."""

    def __init__(self, control: socket.socket, rules: Rules, ready: bool, first: int) -> None:
        self.control, self.rules, self.ready, self.last = control.dup(), rules, ready, first
        self.control.setblocking(False)
        self.orders: list[tuple[int, int]] = []
        self.sockets: dict[int, socket.socket] = {}
        self.closed = False
        asyncio.get_running_loop().add_reader(self.control, self._obey)

    def _obey(self) -> None:
        data = b""
        with suppress(ConnectionError):
            data = self.control.recv(MESSAGE.size)
        if len(data) < MESSAGE.size:
            self.close()
            return
        kind, number = MESSAGE.unpack(data)
        self.orders.append((kind, number))
        if kind == FORK:
            self.last += 1
            ours, theirs = socket.socketpair()
            theirs.setblocking(False)
            self.sockets[self.last] = theirs
            socket.send_fds(self.control, [MESSAGE.pack(FORK, self.last)], [ours.fileno()])
            ours.close()
            if self.ready:
                self.say(self.last, READY)
        elif kind == KILL and number in self.sockets:
            self.end(number)

    def close(self) -> None:
        """End, as when the process does."""
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().remove_reader(self.control)
            for one in (self.control, *self.sockets.values()):
                one.close()

    def count(self, kind: int) -> int:
        return sum(order == kind for order, _ in self.orders)

    def say(self, number: int, status: int = ANSWER, content: bytes = b"", rows: int = 1, leaves: bool = False) -> None:
        self.sockets[number].sendall(HEADER.pack(status, leaves, rows, len(content)) + content)

    def fail(self, number: int, **fields: object) -> None:
        self.say(number, ERROR, json.dumps({"message": "", **fields}).encode())

    def end(self, number: int, status: int = signal.SIGKILL) -> None:
        """The process of a worker ends, with this wait status."""
        self.sockets.pop(number).close()
        self.control.sendall(MESSAGE.pack(-number, status))

    def asked(self) -> int:
        """The worker that was asked a query since the last time, or 0."""
        for number, one in self.sockets.items():
            with suppress(BlockingIOError):
                frame = one.recv(1 << 16)
                if frame:
                    assert LENGTH.unpack_from(frame)[0] == len(frame) - LENGTH.size
                    return number
        return 0

    def left(self, number: int) -> bool:
        """Whether the server has closed a worker's socket."""
        try:
            return self.sockets[number].recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False


class Scripted:
    """A pool without processes; one :class:`Workers` for each crew that it starts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.crews: list[Workers] = []
        self.ready = True
        monkeypatch.setattr(crew, "_start_zygote", self._start)

    def _start(self, control: socket.socket, rules: Rules) -> NoProcess:
        self.crews.append(Workers(control, rules, self.ready, 100 * (1 + len(self.crews))))
        return NoProcess()

    def run(self, limits: Limits, work: Callable[[Pool], Awaitable[None]], start: bool = True) -> None:
        async def all_of_it() -> None:
            async with asyncio.timeout(60):
                pool = _WithoutProcesses(Path("no/store"), limits, {"ex": "http://e/"})
                try:
                    if start:
                        await pool.start()
                    await work(pool)
                finally:
                    for one in self.crews:
                        one.close()
                    await pool.close()

        asyncio.run(all_of_it())

    @property
    def now(self) -> Workers:
        return self.crews[-1]

    async def asked(self) -> int:
        """The worker of the present crew that is asked next."""
        while not (number := self.now.asked()):
            await asyncio.sleep(0)
        return number


class NoProcess:
    def wait(self, timeout: float | None = None) -> int:
        return 0

    def kill(self) -> None:
        raise AssertionError("nothing runs")


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0)


async def a_while() -> None:
    """As long as anything takes that needs no clock."""
    for _ in range(50):
        await asyncio.sleep(0)
