"""A request to another machine → its answer, whole, in time and of a bounded size: the only way out of this package.

No step of it is trusted. A name is looked up once, and what it means is what is connected to; whatever the other side
does, and however slowly, all of it ends at one time; a redirect leads neither out of encryption nor from the open
into a private network. What comes back is unpacked here, and whether its type is the right one is for the caller.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email.message import Message
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from ecoop_ld import __version__

USER_AGENT = f"ecoop-ld/{__version__}"

_PIECE = 1 << 16
_ERROR_TEXT = 4096
"""So much of an answer that is not 200 is read, if it comes."""
REDIRECTS = {301, 302, 303, 307, 308}
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""
_PORTS = {"http": 80, "https": 443}


class Unanswered(Exception):
    """Why there is no answer, in words that go on from the address: "it cannot be reached"."""


class TooLate(Unanswered):
    """The time was over before the last byte had come."""


class TooLarge(Unanswered):
    """More bytes than wanted, packed or unpacked."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is asked."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Besides Host, User-Agent, Accept-Encoding and Connection."""
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an answer may take."""

    end: float
    """By ``time.monotonic``: look-up, connection, redirects and the last byte are over by then."""
    most: int
    """Bytes of the answer, unpacked."""
    redirects: int = 5
    public: bool = False
    """Names have to lead to public addresses alone, and no proxy is asked; a number is meant as it is."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was answered: a redirect where it was not to be followed."""

    url: str
    status: int
    headers: Message
    body: bytes
    """All of it where the status is 200, else its beginning."""


def send(request: Outgoing, bounds: Bounds, check: Callable[[Message], None] = lambda _: None) -> Incoming:
    """The answer of whatever status. Raises :class:`Unanswered`.

    :param check: looks at the headers of a 200 before its content is read, and raises where they are not right
    """
    private = not bounds.public or _is_number(_split(request.url).hostname or "")
    for left in range(bounds.redirects, -1, -1):
        exchange = _Exchange(request, bounds, private)
        answer = exchange.run(check)
        following = _following(request, answer) if left else None
        if following is None:
            break
        request, private = following, not bounds.public and not exchange.reached_public
    return answer


def _following(request: Outgoing, answer: Incoming) -> Outgoing | None:
    """Where a redirect leads, with the same method and body (303: GET); never to a lesser scheme.

    What proves who asks is for the host that was asked: it goes to no other host, port or scheme.
    """
    target = answer.headers.get("Location")
    if answer.status not in REDIRECTS or not target:
        return None
    with suppress(ValueError):
        url = urljoin(request.url, target.strip())
        before, after = urlsplit(request.url).scheme, urlsplit(url).scheme
        if after == "https" or (before, after) == ("http", "http"):
            left_out = set() if _origin(url) == _origin(request.url) else _SECRET
            if answer.status != 303 or request.method == "HEAD":
                return replace(request, url=url, headers=_without(request.headers, left_out))
            return Outgoing(url, "GET", _without(request.headers, {"content-type", *left_out}))
    return None


_SECRET = {"authorization", "cookie"}


def _without(headers: Mapping[str, str], left_out: set[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in left_out}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


class _Exchange:
    """One request over a connection of its own."""

    def __init__(self, request: Outgoing, bounds: Bounds, private: bool) -> None:
        self.request, self.bounds, self.private = request, bounds, private
        self.reached_public = False

    def run(self, check: Callable[[Message], None]) -> Incoming:
        try:
            return self._exchange(check)
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() >= self.bounds.end:
                raise _late() from None
            raise Unanswered(_in_words(error)) from None

    def _left(self) -> float:
        left = self.bounds.end - time.monotonic()
        if left <= 0:
            raise _late()
        return left

    def _exchange(self, check: Callable[[Message], None]) -> Incoming:
        request, parts = self.request, _split(self.request.url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        proxy = None if self.bounds.public else _proxy(parts.scheme, host)
        target = quote(parts.path or "/", "/%:@!$&'()*+,;=~") + (f"?{_query(parts)}" if parts.query else "")
        headers = {
            "Host": _ascii(parts.netloc.rpartition("@")[2]),
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **request.headers,
        }
        if proxy and not secure:
            target, headers = f"http://{headers['Host']}{target}", {**headers, **_credentials(proxy)}
        connection = self._connect(parts, proxy)
        with _ending_at(self.bounds.end, connection):
            if secure:
                # wrap_socket takes the descriptor over; a copy lets the alarm shut the connection all the same
                context = ssl.create_default_context()
                connection.sock = context.wrap_socket(connection.sock.dup(), server_hostname=_ascii(host))
            connection.request(request.method, target, request.body, headers)
            with connection.getresponse() as response:
                if response.status == 200:
                    check(response.headers)
                body = self._body(response)
            self._left()  # a connection that was shut looks like the end of an answer without a length
            return Incoming(request.url, response.status, response.headers, body)

    def _connect(self, parts: SplitResult, proxy: SplitResult | None) -> http.client.HTTPConnection:
        """To a number that was looked at, so that a name cannot mean another one a moment later."""
        via = proxy or parts
        host, port = via.hostname or "", via.port or _PORTS.get(via.scheme, 80)
        found = _look_up(_ascii(host), port, self._left())
        if not proxy:
            self.reached_public = all(map(is_public, found))
            if not self.private and not self.reached_public:
                raise Unanswered("its name leads into a private network")
        refused: OSError = OSError("it has no address")
        for at, number in enumerate(found):
            connection = http.client.HTTPConnection(number, port, timeout=self._left() / (len(found) - at))
            if proxy and parts.scheme == "https":
                connection.set_tunnel(_ascii(parts.hostname or ""), parts.port or 443, _credentials(proxy))
            try:
                connection.connect()
            except OSError as error:
                refused = error
            else:
                connection.sock.settimeout(self._left())
                return connection
        raise refused

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        if self.request.method == "HEAD":
            return b""
        if response.status != 200:
            with suppress(OSError, http.client.HTTPException):
                return response.read1(_ERROR_TEXT)
            return b""
        headers = response.headers
        coding = headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", "x-gzip"):
            raise Unanswered(f"its answer is packed as {coding[:40]}, which was not asked for")
        unpack = _Unpacker(self.bounds.most) if coding != "identity" else None
        pieces, received, size = [], 0, 0
        while piece := response.read1(_PIECE):
            received += len(piece)
            content = unpack.add(piece) if unpack else piece
            size += len(content)
            if size > self.bounds.most:
                raise _too_large(self.bounds.most)
            pieces.append(content)
        self._left()
        said = headers.get("Content-Length", "")
        if said.isdigit() and received != int(said) and "Transfer-Encoding" not in headers:
            raise Unanswered(f"its answer breaks off: {received:,} of {int(said):,} bytes came")
        if unpack:
            unpack.check_end()
        return b"".join(pieces)


@contextmanager
def _ending_at(end: float, connection: http.client.HTTPConnection) -> Iterator[None]:
    plain = connection.sock
    alarm = threading.Timer(max(end - time.monotonic(), 0), _shut, (plain,))
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        connection.close()
        plain.close()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Unpacker:
    """gzip, piece by piece, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.inflate = zlib.decompressobj(wbits=31)

    def add(self, piece: bytes) -> bytes:
        content = b""
        while piece:
            if self.inflate.eof:  # a gzip file may have several members
                self.inflate = zlib.decompressobj(wbits=31)
            try:
                content += self.inflate.decompress(piece, self.most - self.size - len(content) + 1)
            except zlib.error:
                raise Unanswered("its answer is not the gzip that it says it is") from None
            if self.size + len(content) > self.most:
                raise _too_large(self.most)
            piece = self.inflate.unused_data
        self.size += len(content)
        return content

    def check_end(self) -> None:
        if not self.inflate.eof:
            raise Unanswered("its answer breaks off in the middle of its gzip data")


# --- addresses -----------------------------------------------------------------------------------------------------


def _split(url: str) -> SplitResult:
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in _PORTS and parts.hostname and parts.port != 0:
            return parts
    raise Unanswered("it is not the address of anything that HTTP can ask")


def _query(parts: SplitResult) -> str:
    return quote(parts.query, "/%:@!$&'()*+,;=~?[]|")


def _ascii(host: str) -> str:
    """A name as the network has it (IDNA)."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise Unanswered("no machine can have this name") from None


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """The numbers of a name, in the order in which to try them. The system's look-up knows no deadline."""
    found: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as error:
            found.set_exception(error if isinstance(error, OSError) else socket.gaierror(str(error)))

    threading.Thread(target=look_up, daemon=True).start()
    return found.result(seconds)


def _is_number(host: str) -> bool:
    with suppress(ValueError):
        ip_address(host)
        return True
    return False


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


def _proxy(scheme: str, host: str) -> SplitResult | None:
    """What the user's environment names (``https_proxy``, ``no_proxy`` …)."""
    address = urllib.request.getproxies().get(scheme)
    if not address or urllib.request.proxy_bypass(host):
        return None
    return _split(address if "://" in address else f"http://{address}")


def _credentials(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


# --- words ---------------------------------------------------------------------------------------------------------


def _late() -> TooLate:
    return TooLate("it had not answered in full in the time it has")


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"its answer is larger than {most:,} bytes")


def _in_words(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "it cannot be reached: no machine has this name"
    if isinstance(error, ConnectionRefusedError):
        return "it cannot be reached: nothing answers at this port"
    if isinstance(error, TimeoutError):
        return "it cannot be reached: no connection comes about"
    if isinstance(error, ssl.SSLError):
        return f"it cannot be reached: the encrypted connection failed ({error.reason or 'TLS'})"
    if isinstance(error, http.client.IncompleteRead | ConnectionError):
        return "its answer breaks off in the middle"
    if isinstance(error, http.client.HTTPException):
        return f"its answer is not proper HTTP ({type(error).__name__})"
    return f"it cannot be reached: {str(error)[:200]}"
