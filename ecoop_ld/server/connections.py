"""All open connections: how many there may be, which one gives way to a new one, and whose time is over.

A connection without a request gives way to a new one, first among those of the same client, so that holding many
connections open keeps nobody out.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ecoop_ld.config import Limits
from ecoop_ld.errors import UserError
from ecoop_ld.server.connection import Application, Connection
from ecoop_ld.server.limits import Proxies, client_of

_SPARE_FILES = 300
"""File descriptors kept for everything that is no connection, where there are many."""
_LEAST_FILES = 64
"""What the server needs besides connections at the least: workers, their store, files that are being sent."""
_LEAST_CONNECTIONS = 16
_SWEEP_SECONDS = 0.25
_IDLE_SECONDS = 5.0
"""For which a connection waits for a further request."""
_PROXY_IDLE_SECONDS = 75.0
"""The same for those of proxies: longer than proxies keep them, so that none sends a request while it is closed."""


class Connections:
    """All open connections of a server."""

    def __init__(self, limits: Limits, application: Application, proxies: Sequence[str] = ()) -> None:
        """``proxies`` bring the requests of many clients, so they may open any number. Raises :class:`UserError`."""
        self.limits, self.application, self.proxies = limits, application, Proxies(proxies)
        self.most = most_connections(limits.connections)
        self._idle: OrderedDict[Connection, None] = OrderedDict()
        """Those that had a request; the one that rests for longest first."""
        self._proxied: OrderedDict[Connection, None] = OrderedDict()
        """The same of proxies."""
        self._arriving: OrderedDict[Connection, None] = OrderedDict()
        """Those that are new, or have sent a part of a request; the one of earliest first."""
        self._clients: dict[str, OrderedDict[Connection, None]] = {}
        self.count = self.evicted = self.pending = 0
        self._date: tuple[object, bytes] = (None, b"")
        self._sweeping = False

    def protocol(self, *, server_state: Any, **_: object) -> Connection:
        """The factory for uvicorn."""
        return Connection(self, server_state)

    def opened(self, connection: Connection) -> None:
        peer = connection.transport.get_extra_info("peername")
        connection.peer = str(peer[0]) if isinstance(peer, tuple) else ""
        connection.client = client_of(connection.peer)
        connection.is_proxy = connection.peer in self.proxies
        self.count += 1
        own = self._clients.setdefault(connection.client, OrderedDict())
        own[connection] = None
        self.arriving(connection)
        if len(own) > self.limits.client_connections and not connection.is_proxy:
            self._evict(next((c for c in own if c in self._idle or c in self._arriving), connection))
        elif self.count > self.most:
            oldest = [next(iter(some)) for some in (self._idle, self._arriving, self._proxied) if some]
            self._evict(min(oldest, key=lambda c: c.since))
        if not self._sweeping:
            self._sweeping = True
            self._sweep()

    def _evict(self, connection: Connection) -> None:
        self.evicted += 1
        self.busy(connection)
        connection.transport.abort()

    def closed(self, connection: Connection) -> None:
        self.count -= 1
        self.busy(connection)
        own = self._clients.get(connection.client, OrderedDict())
        own.pop(connection, None)
        if not own:
            self._clients.pop(connection.client, None)

    def arriving(self, connection: Connection) -> None:
        """A request is expected, or came in part: it has ``request_seconds`` from the first call."""
        if connection not in self._arriving:
            self.busy(connection)
            self._arriving[connection] = None
            connection.since = time.monotonic()

    def busy(self, connection: Connection) -> None:
        """A request is being answered, or nothing is expected any more."""
        for some in (self._idle, self._arriving, self._proxied):
            some.pop(connection, None)

    def idle(self, connection: Connection) -> None:
        """A request was answered."""
        if own := self._clients.get(connection.client):
            self.busy(connection)
            (self._proxied if connection.is_proxy else self._idle)[connection] = None
            connection.since = time.monotonic()
            own.move_to_end(connection)

    def _sweep(self) -> None:
        """End connections whose time is over."""
        if not self.count:
            self._sweeping = False
            return
        now = time.monotonic()
        for some, seconds in (
            (self._arriving, self.limits.request_seconds),
            (self._idle, _IDLE_SECONDS),
            (self._proxied, _PROXY_IDLE_SECONDS),
        ):
            while some and (first := next(iter(some))).since + seconds <= now:
                del some[first]
                first.late()
        asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep)

    def client_of(self, connection: Connection, fields: Mapping[str, str]) -> str:
        """Who asks: the other end of the connection, or whom a trusted proxy names."""
        if connection.is_proxy and "x-forwarded-for" in fields:
            return self.proxies.client(connection.peer, fields["x-forwarded-for"])
        return connection.client

    def first_lines(self, status: bytes, defaults: list[tuple[bytes, bytes]]) -> bytes:
        """Status line and the fields that every answer has: the date. uvicorn makes a new list each second."""
        if self._date[0] is not defaults:
            self._date = defaults, b"".join(b"%s: %s\r\n" % pair for pair in defaults)
        return status + self._date[1]


def most_connections(wanted: int) -> int:
    """Connections that the limit of open files leaves room for, at most ``wanted``; the soft limit is raised for them.

    Raises :class:`UserError` where there is room for almost none.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _SPARE_FILES
    limit = needed if soft == resource.RLIM_INFINITY else soft
    if limit < needed:
        raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
            limit = raised
    spare = min(_SPARE_FILES, max(_LEAST_FILES, limit // 2))
    if limit - spare < _LEAST_CONNECTIONS:
        raise UserError(
            f"This process may have {limit} files open, which leaves no room for connections.",
            hint=f"Allow it {needed}, e.g. with: ulimit -n {needed}",
        )
    return min(wanted, limit - spare)
