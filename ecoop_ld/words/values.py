"""A literal and its datatype → its words in a language: dates, durations and numbers; the rest as written."""

from __future__ import annotations

import re
from decimal import Decimal

from ecoop_ld.rdf import names
from ecoop_ld.words import dates, locales
from ecoop_ld.words.messages import Messages

_TIMES = frozenset(
    names.XSD + name
    for name in (
        "date",
        "dateTime",
        "dateTimeStamp",
        "time",
        "gYear",
        "gYearMonth",
        "gMonthDay",
        "gMonth",
        "duration",
        "dayTimeDuration",
        "yearMonthDuration",
    )
)
NUMBERS = frozenset(
    names.XSD + name
    for name in (
        "byte",
        "decimal",
        "double",
        "float",
        "int",
        "integer",
        "long",
        "negativeInteger",
        "nonNegativeInteger",
        "nonPositiveInteger",
        "positiveInteger",
        "short",
        "unsignedByte",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
    )
)
_PLAIN_NUMBER = re.compile(r"-?(\d{1,18})(?:\.(\d{1,9}))?\Z")
_FROM = 5
"""Digits from which a number is grouped: with fewer it may well be a year."""


_TRUTH = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
"""Every way to write a truth value (XML Schema Datatypes §3.3.2), and the message that says it."""


def words(value: str, datatype: str, t: Messages) -> str:
    """How a literal is said; exactly as written where there is nothing better."""
    if datatype in NUMBERS:
        return _number(value, t)
    if datatype == names.XSD + "boolean":
        return t[_TRUTH[value]] if value in _TRUTH else value
    return dates.words(value, t) if is_time(datatype) else value


def is_time(datatype: str) -> bool:
    """Whether literals of a datatype are dates, times or durations; extended dates are known by the datatype's name."""
    return datatype in _TIMES or names.local_name(datatype).upper().startswith("EDTF")


def _number(value: str, t: Messages) -> str:
    match = _PLAIN_NUMBER.match(value)
    if not match:
        return value
    digits = len(match[2] or "")
    if len(match[1]) >= _FROM:
        return locales.number(Decimal(value), t.code, digits)
    return value.replace(".", locales.locale(t.code).number_symbols["latn"]["decimal"]) if digits else value
