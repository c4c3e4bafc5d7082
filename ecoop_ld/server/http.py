"""HTTP values: a request, an answer, and what every answer carries. Knows no application."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote_to_bytes

from ecoop_ld.server import codings
from ecoop_ld.site.renderer import POLICY

PROBLEM = "application/problem+json"


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
    """An HTTP answer: bytes, or a part of a file. :func:`complete` and :func:`conditional` make it final."""

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

    @property
    def size(self) -> int:
        return self.span[1] if self.file else len(self.body)


class BadRequest(ValueError):
    """The request cannot be understood: 400."""


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


def complete(request: Request, response: Response) -> Response:
    """Add what every answer carries: security headers, a content coding, a strong ETag of what is sent, its length."""
    headers = {**SECURITY, **response.headers}
    body = response.body
    if response.file is None and codings.codable(headers.get("Content-Type", ""), len(body)):
        headers["Vary"] = _with("Accept-Encoding", headers.get("Vary", ""))
        if coding := codings.choose(request.headers.get("accept-encoding")):
            headers["Content-Encoding"] = coding
            tag = tag_of(body, coding) if response.status == 200 else ""
            body = codings.encode(body, coding)
            headers |= {"ETag": tag} if tag else {}
    if response.status == 200:
        headers.setdefault("ETag", tag_of(body))
        headers.setdefault("Cache-Control", "public, no-cache")
    if response.status not in (204, 304):
        headers["Content-Length"] = str(response.span[1] if response.file else len(body))
    return dataclasses.replace(response, body=body, headers=headers)


def tag_of(body: bytes, coding: str = "") -> str:
    """The strong ETag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}{"-" if coding else ""}{coding}"'


def _with(word: str, words: str) -> str:
    return words if word in words else f"{words}, {word}" if words else word


def conditional(request: Request, response: Response) -> Response:
    """RFC 9110 §13.2.2 and §14 over a complete answer: 412, 304, one byte range, or the answer as it is."""
    if response.status != 200 or not request.reads:
        return response
    if _precondition_failed(request, response.headers):
        return Response(412, b"", {**_kept(response), "Content-Length": "0"})
    if _unchanged(request, response.headers):
        return Response(304, b"", _kept(response))
    if response.file and "range" in request.headers and request.method == "GET":
        return _range(request, response)
    return response


def _kept(response: Response) -> dict[str, str]:
    """The headers of a 304: those of the 200 but what tells of its body (RFC 9110 §15.4.5)."""
    return {k: v for k, v in response.headers.items() if not k.startswith("Content-") or k == "Content-Location"}


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


def _range(request: Request, response: Response) -> Response:
    """One byte range (RFC 9110 §14); several are answered with the whole, as the RFC allows."""
    headers = response.headers
    condition = request.headers.get("if-range")
    match = _RANGE.match(request.headers["range"].strip())
    if (
        not match
        or match[1] == match[2] == ""
        or (match[1] and match[2] and int(match[1]) > int(match[2]))
        or (condition and condition not in (headers["ETag"], headers.get("Last-Modified")))
    ):
        return response
    size = response.span[1]
    first = int(match[1]) if match[1] else max(0, size - int(match[2]))
    last = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    if first >= size:
        kept = {k: v for k, v in headers.items() if k not in ("Content-Type", "Content-Disposition")}
        return Response(416, b"", {**kept, "Content-Range": f"bytes */{size}", "Content-Length": "0"})
    length = last + 1 - first
    part = {**headers, "Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(length)}
    return dataclasses.replace(response, status=206, headers=part, span=(first, length))


def http_date(timestamp: float) -> str:
    return formatdate(timestamp, usegmt=True)


def problem(status: int, title: str, detail: str, **more: object) -> bytes:
    """RFC 9457 problem details."""
    table = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return (json.dumps(table, ensure_ascii=False) + "\n").encode()
