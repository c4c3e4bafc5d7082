"""HTTP values: a request, an answer, and what every answer carries. Knows no application."""

from __future__ import annotations

import hashlib
import json
import re
from binascii import a2b_qp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote_to_bytes

from ecoop_ld.server import codings
from ecoop_ld.site.renderer import POLICY

VARY = "Accept, Accept-Language, Accept-Encoding"
"""For answers that are negotiated."""
PROBLEM = "application/problem+json"
_SMALL = 1 << 18
"""Bytes that are sent at once."""


class Arrived:
    """A whole request as it came: field names in lower case, fields that came twice joined."""

    __slots__ = ("body", "client", "fields", "interim", "method", "target")

    def __init__(self, method: str, target: bytes, fields: Mapping[str, str], body: bytes = b"") -> None:
        self.method, self.target, self.fields, self.body = method, target, fields, body
        self.interim = True
        """Whether the client knows interim answers: HTTP/1.0 has none."""
        self.client = ""
        """Who asks, see :meth:`ecoop_ld.server.connections.Connections.client_of`."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request whose path and parameters are decoded. ``headers`` has lower-case names."""

    method: str
    path: str
    """Without the leading ``/``."""
    parameters: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""
    """The sender's network address."""
    target: str = ""
    """Path and query as they were sent, without the leading ``/``."""

    @property
    def accept(self) -> str | None:
        return self.headers.get("accept")

    @property
    def reads(self) -> bool:
        return self.method in ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer: bytes, or a file. :func:`complete` and :func:`conditional` make it final."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    """Where the body is, when it is not in ``body``."""
    span: tuple[int, int] = (0, 0)
    """First byte and number of bytes of ``file``."""
    keep: bool = False
    """Whether the same request will have the same answer until the next build."""
    notes: Mapping[str, object] = field(default_factory=dict)
    """For the access log."""


class Fields(Mapping[str, str]):
    """Header fields, with those that every answer has; their form on the wire is made once."""

    __slots__ = ("_table", "wire")

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = {**SECURITY, **table}
        self.wire = wire_of(self._table)

    def __getitem__(self, name: str) -> str:
        return self._table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def wire_of(fields: Mapping[str, str]) -> bytes:
    """Header fields as HTTP/1.1 has them."""
    return "".join([f"{name.lower()}: {value}\r\n" for name, value in fields.items()]).encode("latin-1", "replace")


class Final:
    """A complete answer, as it is sent and kept."""

    __slots__ = ("_fields", "_own", "body", "file", "head", "keep", "notes", "span", "status")

    def __init__(self, response: Response, fields: Fields, own: Mapping[str, str], body: bytes) -> None:
        """``own``: header fields that depend on the body."""
        self.status, self.body, self._fields, self._own = response.status, body, fields, own
        self.file, self.span, self.keep, self.notes = response.file, response.span, response.keep, response.notes
        self.head = b"%s%s\r\n" % (fields.wire, wire_of(own))
        """Header fields and the empty line."""

    @property
    def headers(self) -> dict[str, str]:
        return {**self._fields, **self._own}

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return self.span[1] if self.file else len(self.body)

    @property
    def is_small(self) -> bool:
        """Whether it can be sent at once."""
        return self.file is None and len(self.body) <= _SMALL


class BadRequest(ValueError):
    """The request cannot be understood: 400."""


def split_target(target: bytes) -> tuple[bytes, bytes, bytes]:
    """Path, query, and both as they were sent, without the leading ``/``, of a request target (RFC 9112 §3.2)."""
    if b"#" in target:
        raise BadRequest("The address holds a fragment.")
    if not target.startswith(b"/"):
        scheme, colon, rest = target.partition(b"://")
        if not colon or scheme.lower() not in (b"http", b"https"):
            if target == b"*":
                return target, b"", target
            raise BadRequest("The address is no path.")
        target = b"/" + rest.partition(b"/")[2]
    path, _, query = target.partition(b"?")
    return path, query, target[1:]


def decode_path(raw: bytes) -> str:
    """The path of a request target, decoded. Refuses what could leave the site or split a segment."""
    if re.search(rb"%2f|%5c|%00|\\", raw, re.IGNORECASE) or re.search(rb"%(?![0-9a-fA-F]{2})", raw):
        raise BadRequest("The path holds an encoding that is not accepted.")
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("The path is not UTF-8.") from None
    if any(part in (".", "..") for part in path.split("/")) or re.search(r"[\x00-\x1f\x7f]", path):
        raise BadRequest("The path holds a segment that is not accepted.")
    return path.removeprefix("/")


def decode_form(raw: bytes) -> tuple[tuple[str, str], ...]:
    """``application/x-www-form-urlencoded`` → pairs. Broken percent-encodings and what is not UTF-8 are refused."""
    if re.search(rb"%(?![0-9a-fA-F]{2})", raw):
        raise BadRequest("A percent sign is not followed by two hexadecimal digits.")
    pairs = []
    for piece in raw.split(b"&"):
        if piece:
            key, _, value = piece.partition(b"=")
            try:
                pairs.append((_unplus(key), _unplus(value)))
            except UnicodeDecodeError:
                raise BadRequest("A parameter is not UTF-8.") from None
    return tuple(pairs)


def _unplus(raw: bytes) -> str:
    """Quoted-printable is the same code with another sign, and has a quick decoder."""
    return a2b_qp(raw.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")).decode("utf-8")


SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": POLICY + "; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Link, ETag, Location, Content-Location, Accept-Ranges, Retry-After, Memento-Datetime"
    ),
}


def complete(request: Request, response: Response) -> Final:
    """Add what every answer carries: security headers, a content coding, a strong ETag of what is sent, its length."""
    fields, body = response.headers, response.body
    if not isinstance(fields, Fields):
        fields = Fields(fields)
    own: dict[str, str] = {}
    tag = ""
    if response.file is None and codings.codable(fields.get("Content-Type", ""), len(body)):
        if "Accept-Encoding" not in (vary := fields.get("Vary", "")):
            fields = Fields({**fields, "Vary": f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"})
        if coding := codings.choose(request.headers.get("accept-encoding")):
            own["Content-Encoding"] = coding
            tag = tag_of(body, coding) if response.status == 200 else ""
            body = codings.encode(body, coding)
    if response.status == 200:
        if tag or "ETag" not in fields:
            own["ETag"] = tag or tag_of(body)
        if "Cache-Control" not in fields:
            own["Cache-Control"] = "public, no-cache"
    if response.status not in (204, 304):
        own["Content-Length"] = str(response.span[1] if response.file else len(body))
    return Final(response, fields, own, body)


def tag_of(body: bytes, coding: str = "") -> str:
    """The strong ETag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}{"-" if coding else ""}{coding}"'


_CONDITIONS = frozenset({"range", "if-none-match", "if-modified-since", "if-match", "if-unmodified-since"})


def conditional(request: Request, final: Final) -> Final:
    """RFC 9110 §13.2.2 and §14 over a complete answer: 412, 304, one byte range, or the answer as it is."""
    if final.status != 200 or not request.reads or _CONDITIONS.isdisjoint(request.headers):
        return final
    headers = final.headers
    if _precondition_failed(request, headers):
        return _instead(final, 412, {**_kept(headers), "Content-Length": "0"})
    if _unchanged(request, headers):
        return _instead(final, 304, _kept(headers))
    if final.file and "range" in request.headers and request.method == "GET":
        return _range(request, final, headers)
    return final


def _instead(final: Final, status: int, headers: Mapping[str, str]) -> Final:
    return Final(Response(status, notes=final.notes), Fields(headers), {}, b"")


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a 304: those of the 200 but what tells of its body (RFC 9110 §15.4.5)."""
    return {k: v for k, v in headers.items() if not k.startswith("Content-") or k == "Content-Location"}


def _precondition_failed(request: Request, headers: Mapping[str, str]) -> bool:
    match = request.headers.get("if-match")
    if match is not None:
        tags = {tag.strip() for tag in match.split(",")}
        return "*" not in tags and headers["ETag"] not in tags
    since, modified = request.headers.get("if-unmodified-since"), headers.get("Last-Modified")
    return bool(since and modified and _later(modified, since))


def _unchanged(request: Request, headers: Mapping[str, str]) -> bool:
    """If-None-Match beats If-Modified-Since."""
    match = request.headers.get("if-none-match")
    if match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in match.split(",")}
        return "*" in tags or headers["ETag"] in tags
    since, modified = request.headers.get("if-modified-since"), headers.get("Last-Modified")
    return bool(since and modified and _later(modified, since) is False)


def _later(date: str, other: str) -> bool | None:
    """Whether the first HTTP date is after the second; ``None`` where one cannot be read."""
    try:
        return parsedate_to_datetime(date) > parsedate_to_datetime(other)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


def _range(request: Request, final: Final, headers: Mapping[str, str]) -> Final:
    """One byte range (RFC 9110 §14); several are answered with the whole, as the RFC allows."""
    condition = request.headers.get("if-range")
    match = _RANGE.match(request.headers["range"].strip())
    if (
        not match
        or match[1] == match[2] == ""
        or (match[1] and match[2] and int(match[1]) > int(match[2]))
        or (condition and condition not in (headers["ETag"], headers.get("Last-Modified")))
    ):
        return final
    size = final.span[1]
    first = int(match[1]) if match[1] else max(0, size - int(match[2]))
    last = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    if first >= size:
        kept = {k: v for k, v in headers.items() if k not in ("Content-Type", "Content-Disposition")}
        return _instead(final, 416, {**kept, "Content-Range": f"bytes */{size}", "Content-Length": "0"})
    length = last + 1 - first
    part = {**headers, "Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(length)}
    response = Response(206, b"", {}, file=final.file, span=(first, length), notes=final.notes)
    return Final(response, Fields(part), {}, b"")


def http_date(timestamp: float) -> str:
    return formatdate(timestamp, usegmt=True)


def problem(status: int, title: str, detail: str, **more: object) -> bytes:
    """RFC 9457 problem details."""
    table = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return (json.dumps(table, ensure_ascii=False) + "\n").encode()
