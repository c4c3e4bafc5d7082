"""The one way out: a query that a project's settings allow is sent to the endpoint that they name, and nowhere else.

What answers there is not trusted: no redirect is followed, no name that leads into a private network is, and the
answer has a time and a size. This runs in threads of the server; worker processes have no network at all.
"""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from ecoop_ld import __version__
from ecoop_ld.config import Services
from ecoop_ld.rdf.formats import JSON
from ecoop_ld.sparql.federation import NOTHING, Call, Federated, remote_failed, values
from ecoop_ld.sparql.protocol import Failed, Prepared

_THREADS = 8
"""Calls under way at one time, of all clients together."""
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""


class Outbound:
    """Asks the endpoints of ``[services]``."""

    def __init__(self, settings: Services) -> None:
        self.settings = settings
        self._threads: ThreadPoolExecutor | None = None

    async def fill(self, query: Federated) -> Prepared:
        """The query with the answers of other endpoints written in. Raises :class:`Failed` unless they are SILENT."""
        return query.fill(await asyncio.gather(*(self._values(call) for call in query.calls)))

    async def _values(self, call: Call) -> str:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, "outbound")
        settings = self.settings
        end = time.monotonic() + settings.seconds
        asked = asyncio.get_running_loop().run_in_executor(self._threads, ask, call, end, settings.bytes)
        try:
            async with asyncio.timeout(settings.seconds):
                return await asked
        except TimeoutError:
            failed = _late(call, settings.seconds)
        except Failed as error:
            failed = _late(call, settings.seconds) if time.monotonic() >= end else error
        if call.silent:
            return NOTHING
        raise failed


def _late(call: Call, seconds: float) -> Failed:
    failed = remote_failed(call.address, f"it took longer than {seconds:g} s")
    failed.limit, failed.value = "service_seconds", seconds
    return failed


def ask(call: Call, end: float, most: int) -> str:
    """The endpoint's solutions as VALUES. Raises :class:`Failed`; ``end``: when it is too late."""
    try:
        return values(call.address, _fetch(call, end, most))
    except (OSError, http.client.HTTPException) as error:
        raise remote_failed(call.address, str(error) or type(error).__name__) from None


def _fetch(call: Call, end: float, most: int) -> bytes:
    parts = urlsplit(call.address)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, port)
    with _connect(call.address, host, port, end) as plain:
        # Whatever the other side does, and however slowly, this ends then.
        alarm = threading.Timer(max(end - time.monotonic(), 0), _shut, (plain,))
        alarm.daemon = True
        alarm.start()
        try:
            connection.sock = _secure(plain, host) if secure else plain
            return _exchange(connection, parts.path or "/", call, most)
        finally:
            alarm.cancel()
            connection.close()


def _secure(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """``wrap_socket`` takes the descriptor over; a copy lets the alarm shut the connection all the same."""
    return ssl.create_default_context().wrap_socket(plain.dup(), server_hostname=host)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _connect(address: str, host: str, port: int, end: float) -> socket.socket:
    """A connection to an address that was looked at, so that a name cannot mean another one a moment later."""
    for found in _resolve(address, host, port):
        left = end - time.monotonic()
        if left <= 0:
            break
        with suppress(OSError):
            return socket.create_connection((found, port), timeout=left)
    raise remote_failed(address, "it cannot be reached")


def _resolve(address: str, host: str, port: int) -> Sequence[str]:
    """An address in the settings is meant as it is; a name has to lead to public addresses alone."""
    with suppress(ValueError):
        return [str(ip_address(host))]
    found = list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not all(is_public(number) for number in found):
        raise remote_failed(address, "its name leads into a private network")
    return found


def is_public(number: str) -> bool:
    """Whether anybody on the Internet can reach this IP address, also where it stands for another one."""
    found: IPv4Address | IPv6Address = ip_address(number.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _TRANSLATED:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast


def _exchange(connection: http.client.HTTPConnection, path: str, call: Call, most: int) -> bytes:
    """Send the query; nothing of the client's own request goes with it."""
    connection.request(
        "POST",
        path,
        call.text.encode(),
        {
            "Accept": JSON.media_type,
            "Accept-Encoding": "identity",
            "Content-Type": "application/sparql-query",
            "User-Agent": f"ecoop-ld/{__version__}",
            "Connection": "close",
        },
    )
    answer = connection.getresponse()
    if answer.status != 200:
        what = "it redirects, which is not followed" if 300 <= answer.status < 400 else f"status {answer.status}"
        raise remote_failed(call.address, what)
    kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind not in (JSON.media_type, *JSON.aliases) or answer.getheader("Content-Encoding", "identity") != "identity":
        raise remote_failed(call.address, "its answer is not in SPARQL JSON results")
    content = answer.read(most + 1)
    if len(content) > most:
        failed = remote_failed(call.address, f"its answer has more than {most:,} bytes; ask it for less")
        failed.limit, failed.value = "service_bytes", most
        raise failed
    return content
