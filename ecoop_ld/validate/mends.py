"""Literals that are not of their datatype → how they were probably meant, in a sentence."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping

import pyoxigraph as ox

from ecoop_ld.rdf import names

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_OTHER_DATES = (
    (re.compile(r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})\Z"), "xsd:date"),
    (re.compile(r"(?P<y>\d{4})[./-](?P<m>\d{1,2})[./-](?P<d>\d{1,2})\Z"), "xsd:date"),
    (re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)\Z"), "xsd:date"),
)
_FEWER = ((re.compile(r"\d{4}\Z"), "gYear"), (re.compile(r"\d{4}-(?:0\d|1[0-2])\Z"), "gYearMonth"))
_SPAN = re.compile(r"(\d+)\s*(year|month|day|hour|minute|week)s?\Z", re.IGNORECASE)
_ABOUT = re.compile(r"(?:circa|about|around|ca?\.?|~)\s*(\d{4})\Z", re.IGNORECASE)
_EXAMPLES: Mapping[str, str] = {
    "date": "2026-01-31",
    "dateTime": "2026-01-31T12:00:00Z",
    "time": "12:00:00",
    "gYear": "2026",
    "gYearMonth": "2026-01",
    "boolean": "true",
    "integer": "12",
    "decimal": "1.5",
    "duration": "P1Y",
    "EDTF": "2026-01~",
    "EDTF-level0": "2026-01",
    "EDTF-level1": "2026~",
    "EDTF-level2": "2026-{01,02}",
}


def mend(literal: ox.Literal) -> str:
    """How a literal that is ill-formed is meant, as far as can be guessed; else what one of its type looks like."""
    text, kind = literal.value.strip(), names.local_name(literal.datatype.value)
    if kind in ("date", "dateTime"):
        for fewer, other in _FEWER:
            if fewer.match(text) and kind == "date":
                return f'Write "{text}"^^xsd:{other}, or the whole date.'
        for form, _ in _OTHER_DATES:
            if match := form.match(text):
                year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
                if 1 <= month <= 12 and year and day > (most := _days(year, month)):
                    return f"{_MONTHS[month - 1]} {year} has {most} days."
                if 1 <= month <= 12:
                    return f'Write "{year:04}-{month:02}-{day:02}".'
    if kind == "boolean" and text.lower() in ("true", "false", "yes", "no"):
        return f'Write "{ {"yes": "true", "no": "false"}.get(text.lower(), text.lower()) }".'
    if kind == "duration" and (
        match := re.match(r"(\d+)\s*(year|month|day|hour|minute|week)s?\Z", text, re.IGNORECASE)
    ):
        unit, count = match[2].lower(), int(match[1])
        letter = {"hour": f"T{count}H", "minute": f"T{count}M", "week": f"{count * 7}D"}
        return f'Write "P{letter.get(unit, f"{count}{unit[0].upper()}")}".'
    if kind.startswith("EDTF") and (
        match := re.match(r"(?:circa|about|around|ca?\.?|~)\s*(\d{4})\Z", text, re.IGNORECASE)
    ):
        return f'Write "{match[1]}~"^^edtf:EDTF-level1 for "about {match[1]}".'
    if kind in ("decimal", "double", "float", "integer") and re.match(r"[+-]?\d{1,3}([.,]\d+)+\Z", text):
        return "Write a dot before the decimals, and nothing between thousands."
    if text != literal.value:
        return f'Write "{text}", without blanks around it.'
    example = _EXAMPLES.get(kind, "")
    return f'It is written like "{example}".' if example else ""


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
