"""An Extended Date/Time Format string → whether it is well formed at a level, and why not.

Covers ISO 8601-2:2019 Annex A as the Library of Congress publishes it (https://www.loc.gov/standards/datetime/): level
0 whole; level 1 years beyond four digits, seasons, qualifiers ``?~%``, unspecified digits, open and unknown ends of
intervals, negative years; level 2 exponential years, significant digits, quarters and other divisions, sets, qualifiers
on parts, unspecified digits anywhere.
"""

from __future__ import annotations

import calendar
import re

_DATE0 = re.compile(r"(?P<y>\d{4})(?:-(?P<m>0[1-9]|1[0-2])(?:-(?P<d>0[1-9]|[12]\d|3[01]))?)?\Z")
_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?\Z"
)
_DATE1 = re.compile(
    r"(?P<y>-?\d{4})(?:-(?P<m>0[1-9]|1[0-2]|2[1-4])(?:-(?P<d>0[1-9]|[12]\d|3[01]))?)?[?~%]?\Z"  # 21-24: seasons
)
_MASKED1 = re.compile(r"-?(?:\d{3}X|\d\dXX)\Z|-?\d{4}-XX\Z|-?\d{4}-(?:0[1-9]|1[0-2])-XX\Z|-?\d{4}-XX-XX\Z")
_LONG_YEAR = re.compile(r"Y-?[1-9]\d{4,}\Z")
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_Q = r"[?~%]?"
_DATE2 = re.compile(rf"{_Q}(?P<y>-?[\dX]{{4}}){_Q}(?:-{_Q}(?P<m>[0-4X][\dX]){_Q}(?:-{_Q}(?P<d>[0-3X][\dX]){_Q})?)?\Z")
_YEAR2 = re.compile(r"(?:-?\d{4}|Y-?\d+(?:E\d+)?)(?:S[1-9]\d*)?\Z|Y-?\d+E\d+\Z")


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
    match = _DATE0.match(text)
    if match:
        return _day_exists(match)
    if level >= 1:
        match = _DATE1.match(text)
        if match:
            return _day_exists(match) and not (match["d"] and int(match["m"]) > 12)
        if _MASKED1.match(text) or _LONG_YEAR.match(text):
            return True
    return level == 2 and _is_date2(text)


def _is_date2(text: str) -> bool:
    if _YEAR2.match(text):
        return True
    match = _DATE2.match(text)
    if not match:
        return False
    month, day = match["m"], match["d"]
    if month and "X" not in month and not (1 <= int(month) <= 12 or (21 <= int(month) <= 41 and not day)):
        return False
    if month and "X" in month and not re.match(r"[01X]X|X\d", month):
        return False
    if not day:
        return True
    if "X" in day:
        return re.match(r"[0-3X]X|X\d", day) is not None
    return _day_exists(match) if "X" not in month + match["y"] else 1 <= int(day) <= 31


def _day_exists(match: re.Match[str]) -> bool:
    year, month, day = match["y"], match["m"], match["d"]
    if not day or int(month) > 12:
        return True
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
    one, two = _DATE0.match(first), _DATE0.match(last)
    if not one or not two:
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
