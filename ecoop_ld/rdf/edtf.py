"""A date in Extended Date/Time Format → its numbers, whether it is well formed, and the stretch of time it covers.

Covers ISO 8601-2:2019 Annex A as the Library of Congress publishes it (https://www.loc.gov/standards/datetime/): level
0 whole; level 1 years beyond four digits, seasons, qualifiers ``?~%``, unspecified digits, open and unknown ends of
intervals, negative years; level 2 exponential years, significant digits, quarters and other divisions, sets, qualifiers
on parts, unspecified digits anywhere.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from decimal import Decimal

_LONGEST = 20
"""Digits of a year; more are a slip, or mean harm."""
_WRITTEN = re.compile(
    rf"(?P<year>-?\d{{4,{_LONGEST}}}(?!\d))"
    r"(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?))?)?)?(?P<zone>Z|[+-]\d\d:\d\d)?"
)
_OPENING = re.compile(r"(?:\.\.)?/")
_Q = r"[?~%]?"
_PARTS = re.compile(rf"{_Q}(?P<y>-?[\dX]{{4,}}){_Q}(?:-{_Q}(?P<m>[\dX]{{2}}){_Q}(?:-{_Q}(?P<d>[\dX]{{2}}){_Q})?)?\Z")
"""Year, month (or season, or another division of the year) and day of a date at any level."""
_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?\Z"
)
_AFTER = re.compile(r"(?:T.*|Z|[+-]\d\d:\d\d)\Z")
"""Time of day and zone of XSD, which no scale of years shows."""
_MASKED = re.compile(r"-?(?:\d{3}X|\d\dXX)\Z|-?\d{4}-XX\Z|-?\d{4}-(?:0[1-9]|1[0-2])-XX\Z|-?\d{4}-XX-XX\Z")
"""Unspecified digits as level 1 has them."""
_LONG_YEAR = re.compile(r"Y-?[1-9]\d{4,}\Z")
_YEAR2 = re.compile(r"(?:-?\d{4}|Y-?\d+(?:E\d+)?)(?:S[1-9]\d*)?\Z|Y-?\d+E\d+\Z")
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SEASONS = {21: (2, 5), 22: (5, 8), 23: (8, 11), 24: (11, 12)}
"""Season → months after the beginning of the year."""


# --- what is written? ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """The numbers of one date or moment, of XSD or EDTF, as they are written, be there such a day or not."""

    year: int
    month: int | None = None
    """Or a season, or another division of the year."""
    day: int | None = None
    clock: tuple[int, int, Decimal] | None = None
    """Hour, minute and second."""
    zone: str = ""


def read(text: str) -> Written | None:
    """A text that is one date or moment and nothing else; ``None`` for what is none."""
    match = _WRITTEN.fullmatch(text)
    return _numbers(match) if match else None


def beginning(text: str) -> Written | None:
    """The date or moment that a text begins with, or of an interval with an open beginning the end."""
    match = _WRITTEN.match(_OPENING.sub("", text, count=1) if text[:1] in "./" else text)
    return _numbers(match) if match else None


def _numbers(match: re.Match[str]) -> Written:
    year, month, day, hour, minute, second, zone = match.groups()
    clock = (int(hour), int(minute), Decimal(second)) if hour else None
    return Written(int(year), int(month) if month else None, int(day) if day else None, clock, zone or "")


# --- is it well formed? --------------------------------------------------------------------------------------------


def problem(text: str, level: int) -> str:
    """What is wrong with ``text`` at level 0, 1 or 2; ``""`` if nothing."""
    if level == 2 and text[:1] + text[-1:] in ("[]", "{}"):
        return _set_problem(text[1:-1])
    if "/" in text:
        return _interval_problem(text, level)
    if _TIME.match(text):
        return "" if _is_date(text[:10], level) else "there is no such day"
    return "" if _is_date(text, level) else _why(text, level)


def _why(text: str, level: int) -> str:
    higher = next((n for n in range(level + 1, 3) if not problem(text, n)), None)
    if higher is not None:
        return f"that form belongs to level {higher}"
    match = re.match(r"\d{4}-(\d\d)-\d\d\Z", text)
    return "there is no such day" if match and 1 <= int(match[1]) <= 12 else "it is no date in that format"


def _is_date(text: str, level: int) -> bool:
    match = _PARTS.match(text)
    if match and len(match["y"].lstrip("-")) == 4:
        return _exists(match) and _level(text, match) <= level
    return (level >= 1 and _LONG_YEAR.match(text) is not None) or (level == 2 and _YEAR2.match(text) is not None)


def _level(text: str, match: re.Match[str]) -> int:
    """The lowest level that has a date of this form."""
    if "X" in text:
        return 1 if _MASKED.match(text) else 2
    month = int(match["m"] or 1)
    qualifiers = re.sub(r"[\d-]", "", text)
    if month > 24 or len(qualifiers) > 1 or (qualifiers and text[-1] != qualifiers):
        return 2
    return 1 if qualifiers or month > 12 or text.startswith("-") else 0


def _exists(match: re.Match[str]) -> bool:
    """Whether there is such a month or division, and such a day; of unspecified digits, whether there may be."""
    year, month, day = match["y"], match["m"], match["d"]
    if month and "X" in month:
        if not re.match(r"[01X]X|X\d", month):
            return False
    elif month and not (1 <= int(month) <= 12 or (21 <= int(month) <= 41 and not day)):
        return False
    if not day:
        return True
    if "X" in day:
        return re.match(r"[0-3X]X|X\d", day) is not None
    if "X" in month + year:
        return 1 <= int(day) <= 31
    leap = calendar.isleap(int(year))
    return 1 <= int(day) <= (29 if leap and int(month) == 2 else _DAYS[int(month)])


def _interval_problem(text: str, level: int) -> str:
    ends = text.split("/")
    if len(ends) != 2:
        return "an interval has two ends"
    if ends[0] in ("", "..") and ends[1] in ("", ".."):
        return "an interval needs a date at one end at least"
    for end in ends:
        if end in ("", ".."):
            if level == 0:
                return "open ends of intervals belong to level 1"
        elif not _is_date(end, level):
            return _why(end, level)
    return _order_problem(*ends)


def _order_problem(first: str, last: str) -> str:
    if not _is_date(first, 0) or not _is_date(last, 0):
        return ""
    length = min(len(first), len(last))
    return "the interval ends before it begins" if first[:length] > last[:length] else ""


def _set_problem(text: str) -> str:
    members = re.split(r"\s*,\s*", text)
    for member in members:
        first, dots, last = member.partition("..")
        if not any((first, last)) or not all(_is_date(part, 2) for part in (first, last) if part):
            return "a set holds dates, or runs of them with two dots"
        if dots and first and last and _order_problem(first, last):
            return "a run in the set ends before it begins"
    return ""


# --- what does it cover? -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to ``end``, in years and fractions of years; the width is the precision of the date."""

    start: float
    end: float


def span(text: str) -> Span | None:
    """The time that a date covers, also one of XSD; ``None`` where it is no date, or is open at an end."""
    first, slash, last = text.strip("[]{}").partition("/")
    one = _single(first)
    two = _single(last) if slash else one
    return Span(one.start, two.end) if one and two and two.end >= one.start else None


def _single(text: str) -> Span | None:
    match = _PARTS.match(_AFTER.sub("", re.sub(r"[?~%]", "", text)))
    if not match or len(match["y"]) > _LONGEST:
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
