"""A date or duration of the data → how it is said in a language; what it cannot say stays as written.

Names, order and eras are those of CLDR. Years are those of ISO 8601 and XSD 1.1: the year before 1 is 0.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list

from ecoop_ld.rdf import edtf
from ecoop_ld.words import locales
from ecoop_ld.words.messages import Messages

_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_TIME = re.compile(rf"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?){_ZONE}\Z")
_RECURRING = re.compile(rf"--(?P<month>\d\d)(?:-(?P<day>\d\d))?{_ZONE}\Z")
_DECADE = re.compile(r"(\d{3})X\Z")
_DURATION = re.compile(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_UNITS = (
    ("year", 31_536_000),
    ("month", 2_592_000),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)
"""Unit → its seconds, as Babel counts them."""
_LEAP_YEAR = 2000
"""Stands in for the year where only month and day are formatted."""
_YEAR, _ERA = "\N{SYMBOL FOR START OF TEXT}", "\N{SYMBOL FOR END OF TEXT}"
"""Hold the places of what Python's own dates cannot have."""


@lru_cache(maxsize=16_384)
def words(value: str, t: Messages) -> str:
    """``2008-02`` → "February 2008"; ``2006-33`` → "first quarter of 2006"; ``P1Y6M`` → "1 year and 6 months"."""
    first, slash, last = value.partition("/")
    if not slash:
        return _said(value, t) or value
    if first in ("", "..") and (end := _said(last, t)):
        return t["date_until"].fill(date=end)
    if last in ("", "..") and (start := _said(first, t)):
        return t["date_since"].fill(date=start)
    start, end = _said(first, t), _said(last, t)
    return f"{start} – {end}" if start and end else value


def _said(value: str, t: Messages) -> str:
    """One date, time or duration in words; the empty string for what is none."""
    try:
        for way in (_date, _recurring, _duration, _time, _decade):
            if found := way(value, t):
                return found
    except ValueError:  # the thirty-first of February
        return ""
    if value[-1:] in ("?", "~", "%") and (sure := _said(value[:-1], t)):
        key = {"?": "date_uncertain", "~": "date_about"}.get(value[-1])
        return t[key].fill(date=sure) if key else t["date_uncertain"].fill(date=t["date_about"].fill(date=sure))
    return ""


def _date(value: str, t: Messages) -> str:
    at = edtf.read(value)
    if not at:
        return ""
    month, day = at.month or 0, at.day or 0
    if 21 <= month <= 24 and not day:
        return t[f"season_{month}"].fill(year=_formatted("y", at.year, 1, 1, t.code))
    if 33 <= month <= 36 and not day:
        return t[f"quarter_{month - 32}"].fill(year=_formatted("y", at.year, 1, 1, t.code))
    skeleton = "y" if at.month is None else "yMMMM" if at.day is None else "yMMMMd"
    said = _formatted(skeleton, at.year, 1 if at.month is None else month, 1 if at.day is None else day, t.code)
    if at.clock is None:
        return said + _zone(at.zone)
    locale = locales.locale(t.code)
    pattern, clock = str(locale.datetime_formats["long"]), _clock(*at.clock, at.zone, locale)
    return pattern.replace("{1}", said).replace("{0}", clock).replace("'", "")


def _formatted(skeleton: str, year: int, month: int, day: int, language: str) -> str:
    """By the language's own pattern, with any year: one before the common era has its era beside it."""
    locale = locales.locale(language)
    pattern = locale.date_formats["long"].pattern if skeleton == "yMMMMd" else _pattern(locale, skeleton)
    if year < 1:
        short = _pattern(locale, {"y": "Gy", "yMMMM": "GyMMM", "yMMMMd": "GyMMMd"}[skeleton])
        pattern = short.replace("MMM", "MMMM").replace("LLL", "LLLL")
    era = locale.eras["abbreviated"][0 if year < 1 else 1]
    said = str(year if year > 0 else 1 - year)
    pattern = re.sub(r"'[^']*'|(y+)|(G+)", lambda m: _YEAR if m[1] else _ERA if m[2] else m[0], pattern)
    day_of = datetime.date(_LEAP_YEAR if _leap(year) else 2001, month, day)
    return format_date(day_of, pattern, locale).replace(_YEAR, said).replace(_ERA, era)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _pattern(locale: Locale, skeleton: str) -> str:
    return str(locale.datetime_skeletons[skeleton].pattern)


def _recurring(value: str, t: Messages) -> str:
    """``--05-01``: a day of every year."""
    match = _RECURRING.match(value)
    if not match:
        return ""
    locale, day = locales.locale(t.code), datetime.date(_LEAP_YEAR, int(match["month"]), int(match["day"] or 1))
    pattern = _pattern(locale, "MMMMd") if match["day"] else "LLLL"
    return format_date(day, pattern, locale) + _zone(match["zone"])


def _time(value: str, t: Messages) -> str:
    match = _TIME.match(value)
    if not match:
        return ""
    hour, minute, second, zone = match.groups()
    return _clock(int(hour), int(minute), Decimal(second), zone, locales.locale(t.code))


def _clock(hour: int, minute: int, second: Decimal, zone: str | None, locale: Locale) -> str:
    at = datetime.time(hour, minute, int(second))
    return format_time(at, "medium" if at.second else "short", locale=locale) + _zone(zone)


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    return " UTC" if zone in ("Z", "+00:00", "-00:00") else f" UTC{zone.replace('-', '−')}"


def _decade(value: str, t: Messages) -> str:
    match = _DECADE.match(value)
    return t["decade"].fill(year=match[1] + "0") if match else ""


def _duration(value: str, t: Messages) -> str:
    match = _DURATION.match(value)
    if not match or value.endswith("T"):
        return ""
    locale, parts = locales.locale(t.code), []
    for (unit, seconds), count in zip(_UNITS, match.groups()[1:], strict=True):
        if count and len(count) < 6:
            delta = datetime.timedelta(seconds=int(count) * seconds)
            parts.append(_unit(delta, unit, seconds, locale) if int(count) else "")
        elif count:
            return ""  # longer than anyone reads in words
    said = [part for part in parts if part]
    return ("−" if match[1] else "") + format_list(said, "standard", locale) if said else ""


def _unit(delta: datetime.timedelta, unit: str, seconds: int, locale: Locale) -> str:
    return format_timedelta(delta, granularity=unit, threshold=float("inf"), locale=locale)  # type: ignore[arg-type]
