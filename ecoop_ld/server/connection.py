"""uvicorn's HTTP/1.1 protocol with the guards that it lacks: time for a request to arrive and for an answer to be
taken, size of a request's head, and number of connections.

A connection that is idle gives way to a new one, first among those of the same client, so that holding many
connections open keeps nobody out.
"""

from __future__ import annotations

import asyncio
import resource
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ecoop_ld.config import Limits
from ecoop_ld.server import http
from ecoop_ld.server.limits import client_of

if TYPE_CHECKING:
    from ecoop_ld.server.lane import Lane, Ticket

_SPARE_FILES = 300
"""File descriptors kept for everything that is no connection."""
_MOST_HEADERS = 200
Headers = list[tuple[bytes, bytes]]


class Connections:
    """All open connections of a server, the one that is idle for longest first."""

    def __init__(self, limits: Limits, proxies: Collection[str] = ()) -> None:
        """``proxies`` bring the requests of many clients, so they may open any number."""
        self.limits, self._proxies = limits, frozenset(proxies)
        self.most = min(limits.connections, raise_file_limit(limits.connections + _SPARE_FILES) - _SPARE_FILES)
        self._idle: OrderedDict[Connection, None] = OrderedDict()
        self._clients: dict[str, OrderedDict[Connection, None]] = {}
        self.count = self.evicted = 0
        self.lane: Lane | None = None
        """The short way, where there is one."""
        self._first: tuple[Headers, bytes] = ([], b"")

    def protocol(self) -> type[Connection]:
        """The protocol class for uvicorn, which takes no arguments of ours."""
        return type("GuardedConnection", (Connection,), {"guard": self})

    def opened(self, connection: Connection) -> None:
        self.count += 1
        own = self._clients.setdefault(connection.client_name, OrderedDict())
        own[connection] = None
        self._idle[connection] = None
        if len(own) > self.limits.client_connections and connection.client_name not in self._proxies:
            self._evict(next((c for c in own if c in self._idle), connection))
        elif self.count > self.most:
            self._evict(next(iter(self._idle)))

    def _evict(self, connection: Connection) -> None:
        self.evicted += 1
        self._idle.pop(connection, None)
        connection.transport.abort()

    def closed(self, connection: Connection) -> None:
        self.count -= 1
        self._idle.pop(connection, None)
        own = self._clients.get(connection.client_name, OrderedDict())
        own.pop(connection, None)
        if not own:
            self._clients.pop(connection.client_name, None)

    def first_lines(self, defaults: Headers) -> bytes:
        """Status line and the fields that every answer has: the date. uvicorn makes a new list each second."""
        if self._first[0] is not defaults:
            self._first = defaults, STATUS_LINE[200] + b"".join(b"%s: %s\r\n" % pair for pair in defaults)
        return self._first[1]

    def busy(self, connection: Connection) -> None:
        self._idle.pop(connection, None)

    def idle(self, connection: Connection) -> None:
        if own := self._clients.get(connection.client_name):
            self._idle[connection] = None
            own.move_to_end(connection)


def raise_file_limit(wanted: int) -> int:
    """Raise the soft limit of open files as far as is wanted and allowed; the limit then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
            return raised
    return wanted if soft == resource.RLIM_INFINITY else soft


class Connection(HttpToolsProtocol):
    """One connection. ``guard`` is set by :meth:`Connections.protocol`."""

    guard: Connections
    client_name = ""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._arriving: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._head = 0
        self._in_body = False
        self._ticket: Ticket | None = None
        self._held = b""
        self._leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client_name = client_of(self.client[0] if self.client else "")
        self._expect_request()
        self.guard.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timers()
        if self._ticket:
            self._ticket.connection = None
            self._ticket = None
        self.guard.closed(self)
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._task and not self._task.done():
            self._task.cancel()

    # --- arriving --------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._ticket:
            self._held += data  # of the next request
            if len(self._held) > self.guard.limits.head_bytes:
                self.flow.pause_reading()
        elif not (self.guard.lane and self._rests() and self.guard.lane.offer(self, data)):
            self._parse(data)

    def _rests(self) -> bool:
        """Whether nothing is under way, so that what comes is the beginning of a request."""
        if self._head or self._in_body or self.pipeline:
            return False
        return self.cycle is None or self.cycle.response_complete

    def _parse(self, data: bytes) -> None:
        if not self._in_body:
            self._head += len(data)
            if self._head > self.guard.limits.head_bytes + len(data):
                self._refuse(431, "Too large", "head_bytes")
                return
            if self._arriving is None:
                self._expect_request()
        super().data_received(data)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.guard.limits.url_bytes:
            self._refuse(414, "Address too long", "url_bytes")
            raise ValueError("the address is too long")  # ends the parser's work

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) >= _MOST_HEADERS:
            self._refuse(431, "Too large", "head_bytes")
            raise ValueError("too many headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head, self._in_body = 0, True
        self.guard.busy(self)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        self._stop_arriving()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            self._answer(400, http.problem(400, "Bad request", msg))

    def _expect_request(self) -> None:
        self._arriving = self.loop.call_later(self.guard.limits.request_seconds, self._late)

    def _stop_arriving(self) -> None:
        if self._arriving:
            self._arriving.cancel()
            self._arriving = None

    def _late(self) -> None:
        self._arriving = None
        if self._head or self._in_body:
            self._refuse(408, "Took too long", "request_seconds")
        else:
            self.transport.close()

    # --- the short way ---------------------------------------------------------------------------------------------

    def wait_for(self, ticket: Ticket) -> None:
        """The lane has taken the request."""
        self._ticket = ticket
        self._stop_arriving()
        self._unset_keepalive_if_required()
        self.guard.busy(self)

    def take_back(self, ticket: Ticket) -> None:
        """The lane does not answer: the request goes the long way."""
        held, self._held, self._ticket = self._held, b"", None
        self._parse(ticket.data)
        if held:
            self._parse(held)
        if self._leaving:
            super().shutdown()

    def answer(self, head: bytes, body: bytes) -> None:
        """Send a whole answer with status 200; ``head``: its header fields and the empty line."""
        self._ticket = None
        self.transport.write(self.guard.first_lines(self.server_state.default_headers) + head + body)
        self._stop_arriving()
        self.on_response_complete()
        if self._leaving:
            self.transport.close()
        elif self._held:
            held, self._held = self._held, b""
            self.data_received(held)

    def shutdown(self) -> None:
        if self._ticket:
            self._leaving = True
        else:
            super().shutdown()

    # --- answering -------------------------------------------------------------------------------------------------

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        task = self.loop.create_task(cycle.run_asgi(app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)
        self._task = task

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.pipeline and not self.transport.is_closing():
            self.guard.idle(self)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self.guard.limits.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None

    # --- refusing --------------------------------------------------------------------------------------------------

    def _refuse(self, status: int, title: str, limit: str) -> None:
        """An answer before the request is whole; then the connection ends."""
        value = getattr(self.guard.limits, limit)
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
            return
        detail = f"The limit {limit} is {value:,}." + (" Send long queries by POST." if status == 414 else "")
        self._answer(status, http.problem(status, title, detail, kind="limit", limit=limit, value=value))
        if self._task and not self._task.done():
            self._task.cancel()

    def _answer(self, status: int, body: bytes) -> None:
        headers = {"Content-Type": http.PROBLEM, **http.SECURITY, "Content-Length": len(body), "Connection": "close"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[status] + lines.encode() + b"\r\n" + body)
        self.transport.close()

    def _cancel_timers(self) -> None:
        self._stop_arriving()
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None
