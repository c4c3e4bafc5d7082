"""A query and the address of a SPARQL 1.1 endpoint → the bytes of its answer, whole and of the type asked for.

SPARQLWrapper makes the request; everything that can go wrong on the way back is checked here, and told in one
sentence (a :class:`~ecoop_ld.errors.UserError`).
"""

from __future__ import annotations

import datetime
import email.utils
import http.client
import json
import re
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

import SPARQLWrapper

from ecoop_ld import __version__
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import Format
from ecoop_ld.sparql.completeness import check_type, check_whole

if TYPE_CHECKING:
    from email.message import Message

USER_AGENT = f"ecoop-ld/{__version__} SPARQLWrapper/{SPARQLWrapper.__version__}"

_PIECE = 1 << 16
_REDIRECTS = {301, 302, 303, 307, 308}
_SENTENCES = {
    400: "does not accept the query",
    401: "wants a user name and a password",
    403: "does not allow this",
    404: "is not there: nothing has this address",
    405: "does not take requests of this kind",
    406: "cannot answer in this format",
    408: "did not get the query in time",
    410: "is not there any more",
    413: "finds the query too large",
    414: "finds the query too long; ask it by POST",
    415: "does not take queries in the form they are sent",
    429: "has had too many requests from here",
    500: "broke down on the query",
    502: "cannot be reached by the server in front of it",
    503: "is overloaded or closed for now",
    504: "did not answer the server in front of it in time",
}


@dataclass(frozen=True)
class RemoteEndpoint:
    """A remote SPARQL endpoint."""

    url: str
    seconds: float = 30.0
    """Deadline of a query with all its retries, from the call to the last byte."""
    retries: int = 2
    """How often to ask again after 429 or 503, when the deadline leaves time for what Retry-After says."""
    method: str = "POST"
    most: int = 200_000_000
    """Largest answer, unpacked, in bytes."""
    user_agent: str = USER_AGENT
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\x00-\x20\x7f]", self.url):
            raise UserError(f"Not the address of an endpoint: {self.url}", hint="Give an http: or https: address.")
        if "@" in parts.netloc:
            raise UserError("User names and passwords in the address of an endpoint are not supported.")

    def query(self, text: str, row: Format) -> bytes:
        """The answer in the format of ``row``, unpacked."""
        end = time.monotonic() + self.seconds
        for number in range(self.retries + 1):
            answer = self._ask(text, row, end)
            if answer.status not in (429, 503) or number == self.retries:
                break
            wait = _seconds_to_wait(answer.headers.get("Retry-After"), 0.5 * 2**number)
            if time.monotonic() + wait >= end:
                raise self._error(answer, f"it asks to come back in {wait:.0f} s, which is past the deadline")
            self.sleep(wait)
        if answer.status != 200:
            raise self._error(answer)
        check_whole(answer.body, row, self.url)
        return answer.body

    def _ask(self, text: str, row: Format, end: float) -> _Answer:
        """One request in a thread of its own: the time-out of a socket is per read, and a name look-up has none."""
        request = _Exchange(self, text, row, end)
        thread = threading.Thread(target=request.run, daemon=True)
        thread.start()
        thread.join(max(end - time.monotonic(), 0.0))
        if thread.is_alive():
            request.hang_up()
            raise _too_slow(self)
        if request.error:
            raise request.error
        assert request.answer
        return request.answer

    def _error(self, answer: _Answer, more: str = "") -> UserError:
        sentence = f"The endpoint {self.url} {_SENTENCES.get(answer.status, 'gave an unexpected answer')}"
        sentence += f" ({answer.status})"
        if answer.status in _REDIRECTS:
            target = answer.headers.get("Location", "nowhere")
            sentence = f"The endpoint {self.url} points on to {target[:200]}, which is not followed"
        told = more or _told(answer)
        return UserError(f"{sentence}: {told}" if told else f"{sentence}.")


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Message
    body: bytes


def _too_slow(endpoint: RemoteEndpoint) -> UserError:
    return UserError(
        f"The endpoint {endpoint.url} had not answered in full after {endpoint.seconds:g} s.",
        hint="Ask for less, or give it more time with --seconds.",
    )


class _Client(SPARQLWrapper.SPARQLWrapper):
    """SPARQLWrapper with the Accept header of a row; the form of the query is known, and is not guessed again."""

    def __init__(self, endpoint: RemoteEndpoint, text: str, row: Format) -> None:
        super().__init__(endpoint.url, agent=endpoint.user_agent)
        self.setMethod(endpoint.method)
        self.setOnlyConneg(True)
        self.setQuery(text)
        self.addCustomHttpHeader("Accept", ", ".join([row.media_type, *(f"{alias};q=0.5" for alias in row.aliases)]))
        self.addCustomHttpHeader("Accept-Encoding", "gzip")

    def _parseQueryType(self, query: str) -> str:  # noqa: N802 - SPARQLWrapper's name
        return "SELECT"

    def request(self) -> urllib.request.Request:
        made: urllib.request.Request = self._createRequest()
        return made


class _Exchange:
    """One request and its answer, which another thread can break off."""

    def __init__(self, endpoint: RemoteEndpoint, text: str, row: Format, end: float) -> None:
        self.endpoint, self.row, self.end = endpoint, row, end
        self.request = _Client(endpoint, text, row).request()
        self.sockets: list[socket.socket] = []
        self.answer: _Answer | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.answer = self._exchange()
        except Exception as error:  # raised again in the thread that waits
            self.error = error

    def hang_up(self) -> None:
        for connection in self.sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _exchange(self) -> _Answer:
        url = self.endpoint.url
        opener = urllib.request.build_opener(_plain(self), _encrypted(self), _Redirects)
        try:
            with opener.open(self.request, timeout=self._left()) as response:
                return self._read(response)
        except urllib.error.HTTPError as error:
            with error:
                return _Answer(error.code, error.headers, self._start_of(error))
        except urllib.error.URLError as error:
            raise UserError(f"The endpoint {url} cannot be reached: {_plain_words(error.reason)}.") from None
        except TimeoutError:
            raise _too_slow(self.endpoint) from None
        except (http.client.HTTPException, OSError) as error:
            broke = isinstance(error, http.client.IncompleteRead | ConnectionError)
            what = "breaks off in the middle" if broke else f"is not proper HTTP ({type(error).__name__})"
            raise UserError(f"The answer of {url} {what}.") from None

    def _left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise _too_slow(self.endpoint)
        return left

    def _read(self, response: http.client.HTTPResponse) -> _Answer:
        status, headers, url = response.status, response.headers, self.endpoint.url
        if status == 206:
            raise UserError(f"The endpoint {url} sent a part of the answer (206), though all of it was asked for.")
        if status != 200:
            return _Answer(status, headers, b"")
        check_type(headers.get("Content-Type", ""), self.row, url)
        coding = headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", "x-gzip"):
            raise UserError(f"The answer of {url} is packed as {coding[:40]}, which was not asked for.")
        unpack = _Unpacker(url, self.endpoint.most) if coding != "identity" else None
        pieces, received, size = [], 0, 0
        while piece := self._piece(response):
            received += len(piece)
            content = unpack.add(piece) if unpack else piece
            size += len(content)
            if size > self.endpoint.most:
                raise _too_large(url, self.endpoint.most)
            pieces.append(content)
        said = headers.get("Content-Length", "")
        if said.isdigit() and received != int(said) and "Transfer-Encoding" not in headers:
            raise UserError(f"The answer of {url} breaks off: {received:,} of {int(said):,} bytes came.")
        if unpack:
            unpack.check_end()
        return _Answer(status, headers, b"".join(pieces))

    def _piece(self, response: http.client.HTTPResponse) -> bytes:
        """What comes next. The socket's time-out is what is left, so a trickle cannot outlast the deadline by much."""
        left = self._left()
        for connection in self.sockets:
            with suppress(OSError):
                connection.settimeout(left)
        return response.read1(_PIECE)

    def _start_of(self, error: urllib.error.HTTPError) -> bytes:
        """The first kilobytes of an error's text, if they come."""
        with suppress(OSError, http.client.HTTPException):
            return error.read1(4096) if isinstance(error.fp, http.client.HTTPResponse) else error.read(4096)
        return b""


def _plain(exchange: _Exchange) -> urllib.request.HTTPHandler:
    class PlainConnection(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            exchange.sockets.append(self.sock)

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(PlainConnection, req)

    return PlainHandler()


def _encrypted(exchange: _Exchange) -> urllib.request.HTTPSHandler:
    class EncryptedConnection(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            exchange.sockets.append(self.sock)

    class EncryptedHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(EncryptedConnection, req, context=ssl.create_default_context())

    return EncryptedHandler()


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow with the same method and body, as a query is safe to repeat; never to a lesser scheme."""

    max_repeats, max_redirections = 2, 5

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        before, after = urllib.parse.urlsplit(req.full_url).scheme, urllib.parse.urlsplit(newurl).scheme
        if after not in ("http", "https") or (before == "https" and after == "http"):
            return None
        data = None if code == 303 else req.data
        dropped = ("Host", "Content-length") if data else ("Host", "Content-length", "Content-type")
        kept = {name: value for name, value in req.header_items() if name not in dropped}
        return urllib.request.Request(newurl, data=data, headers=kept, origin_req_host=req.origin_req_host)  # noqa: S310


class _Unpacker:
    """gzip, piece by piece, up to a number of bytes."""

    def __init__(self, url: str, most: int) -> None:
        self.url, self.most, self.size = url, most, 0
        self.inflate = zlib.decompressobj(wbits=31)

    def add(self, piece: bytes) -> bytes:
        content = b""
        while piece:
            if self.inflate.eof:  # a gzip file may have several members
                self.inflate = zlib.decompressobj(wbits=31)
            try:
                content += self.inflate.decompress(piece, self.most - self.size - len(content) + 1)
            except zlib.error:
                raise UserError(f"The answer of {self.url} is not the gzip that it says it is.") from None
            if self.size + len(content) > self.most:
                raise _too_large(self.url, self.most)
            piece = self.inflate.unused_data
        self.size += len(content)
        return content

    def check_end(self) -> None:
        if not self.inflate.eof:
            raise UserError(f"The answer of {self.url} breaks off in the middle of its gzip data.")


def _too_large(url: str, most: int) -> UserError:
    return UserError(f"The answer of {url} is larger than {most:,} bytes.", hint="Ask for less, with LIMIT and OFFSET.")


def _seconds_to_wait(header: str | None, usual: float) -> float:
    """Retry-After in either form (RFC 9110 §10.2.3); ``usual`` where there is none that can be read."""
    value = (header or "").strip()
    if value.isdigit():
        return float(value[:9])
    with suppress(ValueError):
        date = email.utils.parsedate_to_datetime(value)
        return max((date - datetime.datetime.now(date.tzinfo)).total_seconds(), 0.0)
    return usual


def _told(answer: _Answer) -> str:
    """What an error's body says, if it is text or problem details (RFC 9457), on one line."""
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    text = answer.body.decode("utf-8", "replace")
    if media_type.endswith("json"):
        with suppress(ValueError):
            document = json.loads(text)
            text = str(document.get("detail") or document.get("title") or "") if isinstance(document, dict) else ""
    elif media_type != "text/plain":
        return ""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())[:300]


def _plain_words(reason: object) -> str:
    if isinstance(reason, socket.gaierror):
        return "no machine has this name"
    if isinstance(reason, ConnectionRefusedError):
        return "nothing answers at this port"
    if isinstance(reason, TimeoutError):
        return "it does not answer"
    if isinstance(reason, ssl.SSLError):
        return f"the encrypted connection failed ({reason.reason or 'TLS'})"
    return str(reason)[:200]
