"""A date as written (EDTF, XSD) → the stretch of time it covers, in years; its precision is its width."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

_DATE = re.compile(r"(?P<y>-?[\dX]{4,})(?:-(?P<m>[\dX]{2})(?:-(?P<d>[\dX]{2}))?)?(?:T.*|Z|[+-]\d\d:\d\d)?\Z")
_SEASONS = {21: (2, 5), 22: (5, 8), 23: (8, 11), 24: (11, 12)}


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to ``end``, in years and fractions of years."""

    start: float
    end: float


def span(text: str) -> Span | None:
    """The time that a date covers; ``None`` where it is no date, or is open at an end."""
    first, slash, last = text.strip("[]{}").partition("/")
    one = _single(first)
    two = _single(last) if slash else one
    return Span(one.start, two.end) if one and two and two.end >= one.start else None


def _single(text: str) -> Span | None:
    match = _DATE.match(re.sub(r"[?~%]", "", text))
    if not match:
        return None
    low, high = int(match["y"].replace("X", "0")), int(match["y"].replace("X", "9"))
    if low != high or not match["m"] or "X" in match["m"]:
        return Span(min(low, high), max(low, high) + 1)
    return _within(low, int(match["m"]), match["d"])


def _within(year: int, month: int, day: str | None) -> Span | None:
    if month in _SEASONS:
        return Span(year + _SEASONS[month][0] / 12, year + _SEASONS[month][1] / 12)
    if 33 <= month <= 36:
        return Span(year + (month - 33) / 4, year + (month - 32) / 4)
    if not 1 <= month <= 12:
        return None
    start = year + (month - 1) / 12
    if not day or "X" in day:
        return Span(start, start + 1 / 12)
    length = 12 * calendar.monthrange(2000 if year < 1 else year, month)[1]
    return Span(start + (int(day) - 1) / length, start + int(day) / length)
