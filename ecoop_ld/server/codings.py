"""Content codings (RFC 9110 §8.4): which one an Accept-Encoding header prefers, and bytes in it."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

CODINGS = ("zstd", "br", "gzip")
"""What answers are coded in, in order of preference."""
LEAST = 1_000
"""Bytes below which a coding gains nothing."""
_LARGE = 1 << 20
"""Bytes from which speed counts more than size."""
_USUAL = 200
"""Characters of a header that is remembered."""
_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")
_CODABLE = re.compile(r"text/|[^;]*(?:json|xml|turtle|n-triples|n-quads|trig|javascript|sparql)|application/wasm")


def codable(media_type: str, size: int) -> bool:
    """Whether coding helps: not for what is short, and not for what is compressed already."""
    return size >= LEAST and _is_text(media_type)


@lru_cache(200)
def _is_text(media_type: str) -> bool:
    return bool(_CODABLE.match(media_type))


def choose(accept: str | None) -> str:
    """The coding to use; ``""`` for none. Ties go to the order of :data:`CODINGS`; ``identity`` wins only alone."""
    return _remembered(accept) if accept is None or len(accept) <= _USUAL else _choose(accept)


def _choose(accept: str | None) -> str:
    best, best_quality = "", 0.0
    wishes = dict(_wish(element) for element in (accept or "").lower().split(","))
    for coding in CODINGS:
        quality = wishes.get(coding, wishes.get("x-gzip", 0.0) if coding == "gzip" else wishes.get("*", 0.0))
        if quality > best_quality:
            best, best_quality = coding, quality
    return best if best_quality >= wishes.get("identity", 0.0) else ""


_remembered = lru_cache(1_000)(_choose)


def _wish(element: str) -> tuple[str, float]:
    name, _, parameter = (part.strip() for part in element.partition(";"))
    value = parameter.replace(" ", "").removeprefix("q=")
    return name, (float(value) if _QUALITY.match(value) else 0.0) if parameter else 1.0


def encode(content: bytes, coding: str) -> bytes:
    """The content in one of :data:`CODINGS`; the same bytes each time."""
    large = len(content) >= _LARGE
    if coding == "zstd":
        import zstandard

        return zstandard.ZstdCompressor(level=1 if large else 6).compress(content)
    if coding == "br":
        import brotli

        return bytes(brotli.compress(content, quality=1 if large else 5))
    compressor = zlib.compressobj(1 if large else 6, wbits=31)
    return compressor.compress(content) + compressor.flush()
