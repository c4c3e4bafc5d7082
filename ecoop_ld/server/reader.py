"""Bytes of a connection → whole requests, or what is wrong with one.

httptools (llhttp, the parser of Node.js) does the reading; what it leaves open and RFC 9112 does not is checked here.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any

import httptools

from ecoop_ld.config import Limits
from ecoop_ld.server.bodies import most_bytes
from ecoop_ld.server.http import Arrived
from ecoop_ld.server.refusals import Refusal, over_limit

_MOST_FIELDS = 200
_HOST = re.compile(r"[\w.~%!$&'()*+,;=:\[\]-]*", re.ASCII)


class Reader:
    """Reads the requests of one connection.

    After :meth:`feed`, ``arrived`` has whole requests, and whether the connection goes on after each; ``refusal`` says
    what was wrong with the next, after which nothing more is read.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.arrived: deque[tuple[Arrived, bool]] = deque()
        self.refusal: Refusal | None = None
        self.expects = False
        """Whether the client waits for a word before it sends the body."""
        self._parser = self._new_parser()
        self.begin()

    def begin(self) -> None:
        """A request begins."""
        self.method, self.target, self.fields = "", b"", dict[str, str]()
        self._head = 0
        """Bytes that came of the head, what else came with them included."""
        self._size = self._count = 0
        """Bytes of the fields, later of the body; number of fields."""
        self._body: list[bytes] = []
        self._most_bytes = (0, "")
        """Bytes that the body may have, and the setting that says so."""
        self._in_body = self._declined = self._resuming = False

    @property
    def is_amid_request(self) -> bool:
        """Whether a part of a request came."""
        return self._in_body or self._head > 0

    def close(self) -> None:
        """Let go of the parser, which holds this."""
        self._parser = None

    def feed(self, data: bytes) -> None:
        if self.refusal or self._parser is None:
            return
        if not self._in_body:
            self._head += len(data)
            if self._head > self.limits.head_bytes + len(data):
                self.refusal = self._over(431, "The head of the request is too long.", "head_bytes")
                return
        try:
            self._read(data)
        except Refusal as refusal:
            self.refusal = refusal

    def _new_parser(self) -> Any:
        parser = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)  # nobody reads it
        return parser

    def _read(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._decline(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ or error from None
        except httptools.HttpParserError as error:
            if "HTTP version" in str(error) or "PRI/Upgrade" in str(error):
                raise _bad_version() from None
            raise Refusal(400, f"This is no HTTP request: {error}.") from None

    def _decline(self, rest: bytes) -> None:
        """The parser stops at the end of a head that asks for another protocol. The answer is no, so the rest is for
        a parser that did not see the question."""
        self._parser = self._new_parser()
        self._resuming = True
        length, coded = self.fields.get("content-length"), "transfer-encoding" in self.fields
        framing = f"Content-Length: {length}\r\n" if length else "Transfer-Encoding: chunked\r\n" if coded else ""
        self._read(f"POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n".encode())
        if rest:
            self._read(rest)

    def _over(self, status: int, detail: str, limit: str) -> Refusal:
        return over_limit(status, detail, limit, getattr(self.limits, limit))

    # --- called by the parser --------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        if not self._resuming:
            self._head = self._head or 1

    def on_url(self, part: bytes) -> None:
        if self._resuming:
            return
        self.target += part
        if len(self.target) > self.limits.url_bytes:
            raise self._over(414, "The address is too long. Send long queries by POST.", "url_bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_body or self._resuming:  # a trailer, or what was read before
            return
        self._count += 1
        self._size += len(name) + len(value)
        if self._count > _MOST_FIELDS or self._size > self.limits.head_bytes:
            raise self._over(431, f"The head has more than {_MOST_FIELDS} fields, or is too long.", "head_bytes")
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key in self.fields:
            if key == "host":
                raise Refusal(400, "There are two Host fields.")
            text = f"{self.fields[key]}, {text}"
        self.fields[key] = text

    def on_headers_complete(self) -> None:
        if self._resuming:
            return
        self._head, self._size, self._in_body = 0, 0, True
        self._most_bytes = most_bytes(self.limits, self.target)
        self.method = self._parser.get_method().decode()
        fields, version = self.fields, self._parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise _bad_version()
        if not _HOST.fullmatch(fields.get("host", "" if version == "1.0" else "/")):
            raise Refusal(400, "There is no valid Host field.")
        if "transfer-encoding" in fields:
            if version == "1.0":
                raise Refusal(400, "HTTP/1.0 has no Transfer-Encoding.")
            if fields["transfer-encoding"].strip().lower() != "chunked":
                raise Refusal(501, "The only transfer coding is chunked.")
        elif "content-length" in fields and int(fields["content-length"]) > self._most_bytes[0]:
            raise self._body_too_large()
        if self.method == "CONNECT":
            raise Refusal(405, "CONNECT is not possible here.", {"Allow": "GET, HEAD, OPTIONS"})
        self._declined = self._parser.should_upgrade()
        self.expects = version == "1.1" and fields.get("expect", "").lower() == "100-continue"

    def on_body(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._most_bytes[0]:
            raise self._body_too_large()
        self._body.append(piece)

    def on_message_complete(self) -> None:
        if self._declined and not self._resuming:
            return
        arrived = Arrived(self.method, self.target, self.fields, b"".join(self._body))
        arrived.interim = self._resuming or self._parser.get_http_version() == "1.1"
        self.arrived.append((arrived, self._goes_on()))
        self.begin()

    def _goes_on(self) -> bool:
        if self._resuming:  # the parser saw a request of our own
            return "close" not in self.fields.get("connection", "").lower()
        return bool(self._parser.should_keep_alive())

    def _body_too_large(self) -> Refusal:
        most, limit = self._most_bytes
        return self._over(413, f"The body is larger than {most:,} bytes.", limit)


def _bad_version() -> Refusal:
    return Refusal(505, "This server speaks HTTP/1.1 and HTTP/1.0.")
