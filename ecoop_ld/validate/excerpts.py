"""A place in a file → the line that stands there, with a mark under the term."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ecoop_ld.errors import Place

_WIDTH = 120
"""Signs of a line that are shown; of a longer one those around the term."""
_TERM = re.compile(r"<[^<>\s]*>?|\"\"\"|\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|[?$]?[\w:.\-/@]*[\w@]|\S")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MOST_BYTES = 20_000_000
_NO_TEXT = frozenset({".xlsx"})


def excerpt(root: Path, place: Place | None) -> Iterator[str]:
    """Two lines: the line of the file with its number, and a mark; none where there is no such line."""
    if place is None or not place.line:
        return
    lines = _lines(root / place.file)
    if place.line > len(lines):
        return
    line, at = plain(lines[place.line - 1]), max(place.column - 1, 0)
    start = max(0, min(at - _WIDTH // 2, len(line) - _WIDTH)) if len(line) > _WIDTH else 0
    shown = ("…" if start else "") + line[start : start + _WIDTH] + ("…" if start + _WIDTH < len(line) else "")
    number = str(place.line).rjust(6)
    yield f"{number} | {shown}"
    if place.column:
        term = _TERM.match(line, at)
        length = min(len(term[0]) if term and term[0] else 1, max(1, start + _WIDTH - at))
        yield f"{' ' * 6} | {' ' * (at - start + bool(start))}{'^' * length}"


@lru_cache(maxsize=64)
def _lines(path: Path) -> list[str]:
    if path.suffix in _NO_TEXT:
        return []  # no lines
    try:
        if path.stat().st_size > _MOST_BYTES:
            return []
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return re.split(r"\r\n|\n|\r", text)


def plain(text: str) -> str:
    """A text that a terminal shows as it is: each control character is another sign."""
    return re.sub(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "\ufffd", text.replace("\t", " ")
    )
