"""The body of a request → its media type, its form; how large it may be. Raises :class:`Refusal`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecoop_ld.config import Limits
from ecoop_ld.server import http
from ecoop_ld.server.http import Request
from ecoop_ld.server.refusals import Refusal

FORM = "application/x-www-form-urlencoded"
_BATCHES = (b"/reconcile", b"/id")
"""Beginnings of the addresses that take batches."""


def most_bytes(limits: Limits, target: bytes) -> tuple[int, str]:
    """Bytes that the body of a request to an address may have, and the setting that says so."""
    if target.startswith(_BATCHES):
        return limits.batch_bytes, "batch_bytes"
    return limits.query_bytes * 3 + 10_000, "query_bytes"  # percent-encoding triples a byte


def media_type(request: Request, accepted: Sequence[str]) -> str:
    """The media type of a body that is in UTF-8 and not coded; one of ``accepted``, or ``""`` where none is given."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refusal(415, "Send the body without a content coding.", {"Accept-Encoding": "identity"})
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s";]+)', parameters)
    if charset and charset[1] not in ("utf-8", "utf8"):
        raise Refusal(415, f"Send the body in UTF-8, not in {charset[1]}.")
    if kind.strip() not in ("", *accepted):
        raise Refusal(415, f"Send {' or '.join(accepted)}.", {"Accept-Post": ", ".join(accepted)})
    return kind.strip()


def form(request: Request) -> dict[str, list[str]]:
    """Parameters of the address and, of a POST, of the body. Raises :class:`http.BadRequest` too."""
    pairs = request.parameters
    if request.method == "POST":
        media_type(request, (FORM,))
        pairs = (*pairs, *http.decode_form(request.body))
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return values
