"""A date or duration of the data → how it is said in a language; what it cannot say stays as written."""

from __future__ import annotations

import re

from ecoop_ld.words.messages import messages

_DATE = re.compile(r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?\Z")
_DURATION = re.compile(r"P(\d+)([YMD])\Z")


def words(value: str, language: str) -> str:
    """``2008-02`` → "February 2008"; ``2006-33`` → "first quarter of 2006"; ``P1Y`` → "1 year"."""
    t = messages(language)
    duration = _DURATION.match(value)
    if duration:
        return t[f"unit_{duration[2]}{'' if duration[1] == '1' else 's'}"].replace("{n}", duration[1])
    first, slash, last = value.partition("/")
    if slash and _DATE.match(first) and _DATE.match(last):
        return f"{_single(first, language)} – {_single(last, language)}"
    return value if slash else _single(value, language)


def _single(value: str, language: str) -> str:
    match = _DATE.match(value)
    if not match:
        return value
    t, year, month, day = messages(language), match[1], int(match[2] or 0), int(match[3] or 0)
    if not month:
        return year
    if 33 <= month <= 36 and not day:
        return t["quarter"].replace("{q}", t["quarters"].split()[month - 33]).replace("{year}", year)
    if not 1 <= month <= 12:
        return value
    name = t["months"].split()[month - 1]
    pattern = t["date_day"] if day else t["date_month"]
    return pattern.replace("{day}", str(day)).replace("{month}", name).replace("{year}", year)
