"""One connection: requests as they are read → their answers, written in the same order.

The application is called with a whole request and gives its answer at once, or something to wait for.
"""

from __future__ import annotations

import asyncio
import os
import socket
import traceback
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any, BinaryIO, Protocol, cast

from ecoop_ld.config import Limits
from ecoop_ld.server.http import Arrived, Final
from ecoop_ld.server.reader import Reader
from ecoop_ld.server.refusals import Refusal, over_limit

_AT_ONCE = 16
"""Requests of one connection that are answered before others have their turn."""
_PIECE = 1 << 18
"""Bytes sent at a time, so that a slow client is noticed and holds little."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_PROBE_SECONDS = 0.5
"""After so long a client that sends no more is asked whether it is still there, see :meth:`Connection.eof_received`."""
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


class Application(Protocol):
    """What answers requests."""

    def answer(self, arrived: Arrived) -> Final | Coroutine[Any, Any, Final]:
        """The answer, or something that has it later."""

    def refuse(self, arrived: Arrived, refusal: Refusal) -> Final:
        """The answer to what is no request, or cannot be answered; fields of ``arrived`` may be missing."""


class Guard(Protocol):
    """What keeps account of all connections."""

    limits: Limits
    application: Application
    pending: int
    """Bytes of answers that clients have not taken yet."""

    def opened(self, connection: Connection) -> None: ...
    def closed(self, connection: Connection) -> None: ...
    def arriving(self, connection: Connection) -> None: ...
    def busy(self, connection: Connection) -> None: ...
    def idle(self, connection: Connection) -> None: ...
    def client_of(self, connection: Connection, fields: Mapping[str, str]) -> str: ...
    def first_lines(self, status: bytes, defaults: list[tuple[bytes, bytes]]) -> bytes: ...


class Connection(asyncio.Protocol):
    """One connection, which answers one request at a time.

    ``guard`` keeps account of it; ``state`` is uvicorn's: all connections and tasks, and the date.
    """

    transport: asyncio.Transport

    def __init__(self, guard: Guard, state: Any) -> None:
        self.guard, self.state = guard, state
        self.peer = self.client = ""
        self.is_proxy = False
        self.since = 0.0
        """When it became idle, or the request that is under way began to arrive."""
        self._reader = Reader(guard.limits)
        self._task: asyncio.Task[None] | None = None
        self._answering = self._paused = self._interim = False
        self._last = False
        """Whether the request that is being answered is the last one."""
        self._ended = False
        """Whether the client sends no more."""
        self._over = False
        """Whether nothing more is answered."""
        self._writable: asyncio.Event | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        self.state.connections.add(self)
        self.guard.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.state.connections.discard(self)
        self.guard.closed(self)
        self._over = True
        self._reader.close()
        self._stop_timer()
        if self._writable:
            self._writable.set()
        if self._task:
            self._task.cancel()

    def eof_received(self) -> bool:
        """The client sends no more. It may still wait for answers, or be gone altogether, which looks the same until
        something is sent: an interim answer, which every client passes over, tells the one from the other."""
        self._ended = True
        if self._over:
            return False
        if self._reader.is_amid_request and not self._reader.refusal:
            self._reader.refusal = Refusal(400, "The request ended early.")
        if not self._answering:
            self._go_on()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PROBE_SECONDS, self._probe)
        return not self.transport.is_closing()

    def _probe(self) -> None:
        self._timer = None
        if self._answering and self._interim and self._writable is None and not self.transport.is_closing():
            self.transport.write(_CONTINUE)
            self._timer = asyncio.get_running_loop().call_later(_PROBE_SECONDS, self._look)

    def _look(self) -> None:
        """Whether the other side's system said that nobody is there; the event loop, which reads no more, does not."""
        self._timer = None
        if self.transport.is_closing() or not self._answering:
            return
        if _is_gone(self.transport):
            self.transport.abort()
        else:
            self._timer = asyncio.get_running_loop().call_later(_PROBE_SECONDS, self._look)

    def pause_writing(self) -> None:
        self._writable = asyncio.Event()
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(self.guard.limits.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop_timer()
        if self._writable:
            self._writable.set()
        self._writable = None

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def shutdown(self) -> None:
        """The server stops: what is under way is answered."""
        self._last = True
        if not self._answering:
            self._end()

    def data_received(self, data: bytes) -> None:
        if not self._over:
            self._reader.feed(data)
            if not self._answering:
                self._go_on()
            elif self._reader.arrived and not self._paused:
                self._paused = True
                self.transport.pause_reading()

    def _go_on(self) -> None:
        """Answer what came, refuse what is wrong with the next request, or wait for more."""
        reader = self._reader
        for _ in range(_AT_ONCE):
            if not reader.arrived or self._over:
                break
            self._answer(*reader.arrived.popleft())
            if self._answering:
                return
        if self._over:
            return
        if reader.arrived:
            self._answering = True  # others first
            asyncio.get_running_loop().call_soon(self._answered)
        elif reader.refusal:
            self._refuse(reader.refusal)
        elif self._ended:
            self._end()
        else:
            self._wait()

    def _wait(self) -> None:
        """For the next request, or the rest of one."""
        if self._paused:
            self._paused = False
            self.transport.resume_reading()
        if not self._reader.is_amid_request:
            self.guard.idle(self)
            return
        if self._reader.expects:
            self._reader.expects = False
            self.transport.write(_CONTINUE)
        self.guard.arriving(self)

    def _end(self) -> None:
        self._over = True
        self.transport.close()

    def _answer(self, arrived: Arrived, goes_on: bool) -> None:
        self._last = self._last or not goes_on
        arrived.client = self.guard.client_of(self, arrived.fields)
        found = self.guard.application.answer(arrived)
        if isinstance(found, Final) and found.is_small:
            self._write(arrived.method, found)
            if self._last:
                self._end()
            return
        self._answering, self._interim = True, arrived.interim
        self.guard.busy(self)
        self._task = asyncio.get_running_loop().create_task(self._answer_later(arrived, found))
        self.state.tasks.add(self._task)
        self._task.add_done_callback(self.state.tasks.discard)

    async def _answer_later(self, arrived: Arrived, found: Final | Coroutine[Any, Any, Final]) -> None:
        try:
            final = found if isinstance(found, Final) else await found
        except asyncio.CancelledError:
            self.transport.abort()  # the client is gone, or the server stops
            return
        except Exception:
            traceback.print_exc()
            final = self.guard.application.refuse(arrived, Refusal(500, "The server failed; its log says why."))
        try:
            if final.is_small:
                self._write(arrived.method, final)
            else:
                await self._send(arrived, final)
        except (asyncio.CancelledError, OSError):
            self.transport.abort()  # a part of the answer may be sent
            return
        self._answered()

    def _answered(self) -> None:
        self._answering, self._task = False, None
        if self._over:
            return
        if self._last:
            self._end()
        else:
            self._go_on()

    def _write(self, method: str, final: Final) -> None:
        """A whole answer that is short."""
        body = b"" if method == "HEAD" else final.body
        self.transport.write(b"".join((self._start(final), final.head, body)))

    def _start(self, final: Final) -> bytes:
        """Status line, date, and whether the connection goes on."""
        closing = b"connection: close\r\n" if self._last else b""
        return self.guard.first_lines(_STATUS_LINES[final.status], self.state.default_headers) + closing

    async def _send(self, arrived: Arrived, final: Final) -> None:
        """A long answer, or a file, piece by piece."""
        size, start = final.size, self._start(final) + final.head
        self.guard.pending += size
        try:
            with ExitStack() as stack:
                pieces = _parts(final.body)
                if final.file is not None:
                    pieces = _part_of_file(stack.enter_context(final.file.open("rb")), *final.span)
                if arrived.method == "HEAD":
                    pieces = _parts(b"")
                self.transport.write(start)
                async for piece in pieces:
                    self.transport.write(piece)
                    await self._drained()
        except FileNotFoundError:
            refusal = Refusal(503, "A new build is being put in place.", {"Retry-After": "1"})
            self._write(arrived.method, self.guard.application.refuse(arrived, refusal))
        finally:
            self.guard.pending -= size

    async def _drained(self) -> None:
        while self._writable and not self._over:
            await self._writable.wait()

    def late(self) -> None:
        """Time is over: for the request that arrives, or for the next to begin."""
        if self._reader.is_amid_request:
            seconds = self.guard.limits.request_seconds
            self._refuse(over_limit(408, f"It did not arrive in {seconds:g} s.", "request_seconds", seconds))
        else:
            self._end()

    def _refuse(self, refusal: Refusal) -> None:
        """An answer to what is no whole request; then the connection ends.

        What the client still sends is read and thrown away for a while: closing at once would reset the connection,
        and a client that is still sending would never see the answer.
        """
        if self._over:
            return
        self._over = self._last = True
        self.guard.busy(self)
        reader = self._reader
        arrived = Arrived(reader.method, reader.target, reader.fields)
        arrived.client = self.guard.client_of(self, reader.fields)
        self._write("GET", self.guard.application.refuse(arrived, refusal))
        if self._ended or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        if self._paused:
            self.transport.resume_reading()
        self._stop_timer()
        seconds = self.guard.limits.request_seconds
        self._timer = asyncio.get_running_loop().call_later(seconds, self.transport.abort)


def _is_gone(transport: asyncio.Transport) -> bool:
    with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as own:
        return own.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


async def _parts(body: bytes) -> AsyncIterator[bytes | memoryview]:
    view = memoryview(body)
    for at in range(0, len(view), _PIECE):
        yield view[at : at + _PIECE]


async def _part_of_file(stream: BinaryIO, first: int, missing: int) -> AsyncIterator[bytes | memoryview]:
    """A file that changes meanwhile ends the connection, not the answer."""
    stream.seek(first)
    while missing:
        piece = await asyncio.to_thread(stream.read, min(missing, _PIECE))
        if not piece:
            raise OSError("a file became shorter while it was sent")
        missing -= len(piece)
        yield piece
