"""A request that is not granted → an answer that says why, which limit was hit, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

from ecoop_ld.publish.bundle import FOLDER, WHOLE
from ecoop_ld.rdf.formats import HTML, N_QUADS, Format
from ecoop_ld.server import http
from ecoop_ld.server.http import VARY, Request, Response
from ecoop_ld.server.negotiation import negotiate_language
from ecoop_ld.site.pages.front import error_page
from ecoop_ld.site.site import Site
from ecoop_ld.sparql.protocol import QueryError

LIMITS_PAGE = "sparql/limits"
"""Path of the page that lists the limits."""
_LATER = {429: "5", 503: "10"}
"""Retry-After, in seconds."""
_STATUS = {
    "busy": 429,
    "crashed": 500,
    "error": 500,
    "format": 406,
    "killed": 503,
    "memory": 503,
    "remote": 502,
    "service": 403,
    "timeout": 504,
    "too-large": 422,
    "too-long": 413,
    "update": 403,
}
"""HTTP status per kind of :class:`QueryError`; 400 for the rest, which the sender can mend."""
_TITLES = {
    300: "Several things",
    400: "Bad request",
    403: "Refused",
    404: "Nothing here",
    405: "Method not allowed",
    406: "Not acceptable",
    413: "Too large",
    414: "Address too long",
    415: "Unsupported media type",
    408: "Took too long to arrive",
    422: "The answer is too large",
    429: "Too many queries",
    431: "Too large a head",
    500: "The server failed",
    501: "Not implemented",
    502: "Another endpoint did not help",
    503: "Too expensive",
    504: "Took too long",
    505: "HTTP version not supported",
}


class Refusal(Exception):
    """A request that is answered with an error. ``more`` goes into the problem details."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, dict(headers or {}), more
        self.notes: Mapping[str, object] = {}
        if status in _LATER:
            self.headers.setdefault("Retry-After", _LATER[status])


def without_frames(refusal: Refusal) -> Refusal:
    """The same, holding none of the frames that it went through.

    A frame that keeps what was raised in it is a circle: everything in it, as a query's tokens, would stay until the
    collector comes.
    """
    error: BaseException | None = refusal
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
    return refusal


def over_limit(status: int, detail: str, limit: str, value: float, headers: Mapping[str, str] | None = None) -> Refusal:
    """``limit`` is the field of ``[limits]`` that was hit."""
    return Refusal(status, detail, headers, kind="limit", limit=limit, value=value)


def not_acceptable(rows: tuple[Format, ...]) -> Refusal:
    found = ", ".join(row.media_type for row in rows)
    return Refusal(406, f"Available here: {found}.", available=[row.media_type for row in rows])


def of_query(error: QueryError) -> Refusal:
    """What a failed query is in HTTP."""
    more: dict[str, object] = {"kind": error.kind}
    if error.limit:
        more |= {"limit": error.limit, "value": error.value}
    if error.line:
        more |= {"line": error.line, "column": error.column}
    return Refusal(_STATUS.get(error.kind, 400), f"{error.message} {error.hint}".strip(), None, **more)


def answer(site: Site, base: str, request: Request, refusal: Refusal) -> Response:
    """The refusal as a page for browsers, else as problem details (RFC 9457)."""
    title = _TITLES.get(refusal.status, "Error")
    headers = {"Vary": VARY, **refusal.headers}
    notes = {"outcome": refusal.more.get("kind", "refused"), **refusal.notes}
    if "text/html" in (request.accept or ""):
        language = negotiate_language(request.headers.get("accept-language"), site.config.languages)
        body = error_page(site, language, refusal.status, title, refusal.detail, request.path or "index.html")
        return Response(refusal.status, body, {"Content-Type": HTML.content_type, **headers}, notes=notes)
    body = http.problem(refusal.status, title, refusal.detail, **_more(base, refusal))
    return Response(refusal.status, body, {"Content-Type": http.PROBLEM, **headers}, notes=notes)


def _more(base: str, refusal: Refusal) -> dict[str, object]:
    if "limit" not in refusal.more:
        return dict(refusal.more)
    kind = f"{base}{LIMITS_PAGE}#{refusal.more['limit']}"
    return {**refusal.more, "type": kind, "dump": f"{base}{FOLDER}/{WHOLE}.{N_QUADS.extension}"}
