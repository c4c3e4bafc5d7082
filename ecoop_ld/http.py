"""HTTP values: a request, an answer, and the headers that every answer carries. Knows no application."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from ecoop_ld.pages import POLICY

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

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.parameters if key == name)

    @property
    def accept(self) -> str | None:
        return self.headers.get("accept")


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer. HEAD and conditional requests are dealt with in :func:`finish`."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


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
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")


SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": POLICY + "; frame-ancestors 'none'",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Location, Content-Location, Accept-Ranges, Retry-After",
}


def finish(request: Request, response: Response) -> Response:
    """Add what every answer carries: ETag and 304, ranges, security headers. HEAD keeps the headers of GET."""
    headers = {**SECURITY, **response.headers}
    status, body = response.status, response.body
    if status == 200 and request.method in ("GET", "HEAD"):
        headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        if _unchanged(request, headers):
            kept = {k: v for k, v in headers.items() if k not in ("Content-Type", "Content-Encoding")}
            return Response(304, b"", kept)
        if "Accept-Ranges" in headers and "range" in request.headers and request.method == "GET":
            status, body, headers = _range(request, body, headers)
    headers["Content-Length"] = str(len(body))
    return Response(status, b"" if request.method == "HEAD" else body, headers)


def _unchanged(request: Request, headers: Mapping[str, str]) -> bool:
    """RFC 9110 §13.2.2: If-None-Match beats If-Modified-Since."""
    match = request.headers.get("if-none-match")
    if match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in match.split(",")}
        return "*" in tags or headers["ETag"] in tags
    since, modified = request.headers.get("if-modified-since"), headers.get("Last-Modified")
    if not since or not modified:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


def _range(request: Request, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """One byte range (RFC 9110 §14); several are answered with the whole, as the RFC allows."""
    condition = request.headers.get("if-range")
    match = _RANGE.match(request.headers["range"].strip())
    if (
        not match
        or match[1] == match[2] == ""
        or (condition and condition not in (headers["ETag"], headers.get("Last-Modified")))
    ):
        return 200, body, headers
    size = len(body)
    first = int(match[1]) if match[1] else max(0, size - int(match[2]))
    last = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    if first >= size or first > last:
        return 416, b"", {**headers, "Content-Range": f"bytes */{size}"}
    return 206, body[first : last + 1], {**headers, "Content-Range": f"bytes {first}-{last}/{size}"}


def http_date(timestamp: float) -> str:
    return formatdate(timestamp, usegmt=True)


def problem(status: int, title: str, detail: str, **more: object) -> bytes:
    """RFC 9457 problem details."""
    table = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return (json.dumps(table, ensure_ascii=False) + "\n").encode()
