"""The text of a cell and its datatype → its canonical form, or what is wrong with it (tabular-data-model §6.4)."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial

from ecoop_ld.rdf.names import RDF, XSD

_INTEGERS = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedLong"),
    *("unsignedInt", "unsignedShort", "unsignedByte", "nonPositiveInteger", "negativeInteger"),
)
_BOUNDS: Mapping[str, tuple[int | None, int | None]] = {
    **{f"unsigned{name}": (0, 2**bits - 1) for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))},
    **{
        name: (-(2 ** (b - 1)), 2 ** (b - 1) - 1) for name, b in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))
    },
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
_TEXTS = ("string", "normalizedString", "token", "language", "Name", "NMTOKEN", "anyURI", "QName")
_OTHERS = ("duration", "dayTimeDuration", "yearMonthDuration", "hexBinary", "base64Binary")
_DATES = ("date", "dateTime", "dateTimeStamp", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
_SPELLINGS = {"number": "double", "binary": "base64Binary", "datetime": "dateTime", "any": "anyAtomicType"}
_RDF = {"html": RDF + "HTML", "xml": RDF + "XMLLiteral", "json": "http://www.w3.org/ns/csvw#JSON"}
_PLAIN = (*_INTEGERS, *_TEXTS, *_OTHERS, *_DATES, "decimal", "double", "float", "boolean", "anyAtomicType")
DATATYPES: Mapping[str, str] = {
    **{name: XSD + name for name in _PLAIN},
    **{name: XSD + meant for name, meant in _SPELLINGS.items()},
    **_RDF,
}
"""Word of a mapping → IRI of the datatype."""


@dataclass(frozen=True, slots=True)
class CellType:
    """The datatype of a column."""

    base: str = "string"
    """One of :data:`DATATYPES`."""
    iri: str = XSD + "string"
    format: str = ""
    decimal_char: str = "."
    group_char: str = ""
    least: str = ""
    """Smallest value, in the lexical form of the datatype."""
    most: str = ""
    least_excluded: str = ""
    most_excluded: str = ""
    shortest: int = 0
    longest: int = -1

    @property
    def is_text(self) -> bool:
        return self.base in _TEXTS or self.base in _RDF or self.base in ("any", "anyAtomicType")

    @property
    def keeps_blanks(self) -> bool:
        """Whether line feeds and runs of blanks belong to the value."""
        return self.base in ("string", "json", "xml", "html", "any", "anyAtomicType")


class NotOfType(ValueError):
    """A text is no value of a datatype; says why, and what to write where that is known."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why, self.hint = why, hint


def canonical(text: str, kind: CellType) -> str:
    """The canonical form of a text. Raises :class:`NotOfType`."""
    base = _SPELLINGS.get(kind.base, kind.base)
    if base == "boolean":
        return _boolean(text, kind.format)
    if base in _INTEGERS or base in ("decimal", "double", "float"):
        found = _number(text, kind, base)
    elif base in _DATES:
        found = _moment(text, kind.format, base)
    else:
        if kind.format and not _pattern(kind.format).fullmatch(text):
            raise NotOfType(f"it does not fit the pattern {kind.format}")
        _check_length(text, kind)
        return text
    _check_range(found, kind)
    return found


def _check_length(text: str, kind: CellType) -> None:
    if len(text) < kind.shortest:
        raise NotOfType(f"it has {len(text):,} signs and needs at least {kind.shortest:,}")
    if 0 <= kind.longest < len(text):
        raise NotOfType(f"it has {len(text):,} signs and may have {kind.longest:,}")


@lru_cache(maxsize=200)
def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise NotOfType(f"the pattern of its column cannot be read ({error})") from None


def format_problem(kind: CellType) -> str:
    """Why a format cannot be used, or ``""``."""
    if not kind.format or kind.base == "boolean":
        return "" if kind.base != "boolean" or not kind.format or "|" in kind.format else "It is written as yes|no."
    try:
        if kind.base in _DATES or kind.base == "datetime":
            _moments(kind.format)
        elif kind.is_text:
            re.compile(kind.format)
        elif not re.fullmatch(r"[^0#]*[#0][#0.,;E+%‰-]*[^0#]*", kind.format):
            return "A number is written as in #,##0.00."
    except (ValueError, re.error) as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return ""


# --- truth values and numbers ---


def _boolean(text: str, form: str) -> str:
    yes, _, no = form.partition("|") if form else ("", "", "")
    if form and text in (yes, no):
        return "true" if text == yes else "false"
    if not form and text in ("true", "1", "false", "0"):
        return "true" if text in ("true", "1") else "false"
    wanted = f"{yes} or {no}" if form else "true or false"
    hint = "" if form else f'Write true or false, or say "format": "{text}|…" for this column.'
    raise NotOfType(f"a truth value here is {wanted}", hint)


_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)


def _number(text: str, kind: CellType, base: str) -> str:
    plain = text.strip()
    if base in ("double", "float") and plain in ("NaN", "INF", "-INF"):
        return plain
    if kind.group_char:
        doubled = kind.group_char * 2
        if doubled in plain:
            raise NotOfType(f"{doubled} stands in it")
        plain = plain.replace(kind.group_char, "")
    if kind.decimal_char != ".":
        if "." in plain:
            raise NotOfType(f"its decimal sign is a dot, and that of the column is {kind.decimal_char}")
        plain = plain.replace(kind.decimal_char, ".")
    shift = Decimal(1)
    if plain[-1:] in ("%", "‰"):
        shift = Decimal("0.01") if plain[-1] == "%" else Decimal("0.001")
        plain = plain[:-1]
    if not _NUMBER.match(plain):
        raise NotOfType("it is no number", _number_hint(text, kind))
    if "e" in plain.lower() and base not in ("double", "float"):
        raise NotOfType("it has an exponent")
    return _written(plain, base, shift)


def _number_hint(text: str, kind: CellType) -> str:
    if kind.decimal_char == "." and re.fullmatch(r"[+-]?\d+,\d+", text.strip()):
        return 'Write a dot, or say "format": {"decimalChar": ","} for this column.'
    number = re.match(r"[+-]?[\d.,]+", text.strip())
    return f"Write {number[0]} alone; a unit belongs into the name of the column." if number else ""


def _written(plain: str, base: str, shift: Decimal) -> str:
    try:
        value = Decimal(plain) * shift
    except InvalidOperation:
        raise NotOfType("it is no number") from None
    if base in ("double", "float"):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number).replace("e", "E")
    if base == "decimal":
        written = format(value, "f")
        return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"
    if value != value.to_integral_value():
        raise NotOfType("it is no whole number", "Write a whole number, or call the column a decimal.")
    low, high = _BOUNDS.get(base, (None, None))
    whole = int(value)
    if (low is not None and whole < low) or (high is not None and whole > high):
        raise NotOfType(f"it is out of the range of {base}")
    return str(whole)


# --- dates and times ---

_ZONE = r"(?P<zone>Z|[+-]\d{2}:?(?:\d{2})?)"
_XSD_FORMS: Mapping[str, str] = {
    "date": "yyyy-MM-dd",
    "time": "HH:mm:ss",
    "dateTime": "yyyy-MM-ddTHH:mm:ss",
    "dateTimeStamp": "yyyy-MM-ddTHH:mm:ss",
    "gYear": "yyyy",
    "gYearMonth": "yyyy-MM",
    "gMonth": "--MM",
    "gMonthDay": "--MM-dd",
    "gDay": "---dd",
}
_FIELDS = {
    "yyyy": r"(?P<y>-?\d{4,})",
    "MM": r"(?P<m>\d{2})",
    "M": r"(?P<m>\d{1,2})",
    "dd": r"(?P<d>\d{2})",
    "d": r"(?P<d>\d{1,2})",
    "HH": r"(?P<h>\d{2})",
    "mm": r"(?P<i>\d{2})",
    "ss": r"(?P<s>\d{2})",
}
_FIELD = re.compile(r"ss\.S+|([A-Za-z])\1*|[^A-Za-z]")


@lru_cache(maxsize=200)
def _moments(form: str) -> re.Pattern[str]:
    """A format of dates and times (Unicode TR 35, as far as the Recommendation takes it) → a pattern."""
    pieces = []
    for piece in (match[0] for match in _FIELD.finditer(form)):
        if piece in _FIELDS:
            pieces.append(_FIELDS[piece])
        elif piece.startswith("ss."):
            pieces.append(rf"(?P<s>\d{{2}}(?:\.\d{{1,{len(piece) - 3}}})?)")
        elif piece.strip("xX") == "" and len(piece) <= 3:
            pieces.append(_ZONE)
        elif piece == "T" or not piece.isalpha():
            pieces.append(re.escape(piece))
        else:
            raise ValueError(f"“{piece}” is no part of a format of dates; yyyy, MM, dd, HH, mm and ss are")
    try:
        return re.compile("".join(pieces), re.ASCII)
    except re.error:
        raise ValueError("one part stands in it twice") from None


def _moment(text: str, form: str, base: str) -> str:
    text = text.strip()
    if form:
        found = _moments(form).fullmatch(text)
    else:
        usual = _moments(_XSD_FORMS[base]).pattern.replace(r"(?P<s>\d{2})", r"(?P<s>\d{2}(?:\.\d+)?)")
        found = re.fullmatch(rf"(?:{usual}){_ZONE}?", text, re.ASCII)
    if not found:
        raise NotOfType(f"it is not written as {form or _XSD_FORMS[base]}", _date_hint(text, form, base))
    part = {key: value for key, value in found.groupdict().items() if value is not None}
    year, month, day = part.get("y", "2000"), int(part.get("m", 1)), int(part.get("d", 1))
    _check_day(year, month, day)
    _check_hour(part)
    written = {
        "date": f"{year}-{month:02}-{day:02}",
        "time": _clock(part),
        "gYear": year,
        "gYearMonth": f"{year}-{month:02}",
        "gMonth": f"--{month:02}",
        "gMonthDay": f"--{month:02}-{day:02}",
        "gDay": f"---{day:02}",
    }
    whole = written.get(base) or f"{year}-{month:02}-{day:02}T{_clock(part)}"
    return whole + _zone(part.get("zone", ""), base)


def _check_day(year: str, month: int, day: int) -> None:
    try:
        datetime.date(min(max(int(year), 1), 9999), month, day)
    except ValueError:
        if 1 <= month <= 12:
            raise NotOfType(f"there is no day {day} in month {month} of {year}") from None
        raise NotOfType(f"there is no month {month}", "Are day and month exchanged?" if day <= 12 else "") from None


def _check_hour(part: Mapping[str, str]) -> None:
    if int(part.get("h", 0)) > 23 or int(part.get("i", 0)) > 59 or float(part.get("s", 0)) >= 60:
        raise NotOfType("there is no such time of day")


def _clock(part: Mapping[str, str]) -> str:
    seconds = part.get("s", "00")
    whole, dot, fraction = seconds.partition(".")
    fraction = fraction.rstrip("0")
    return f"{part.get('h', '00')}:{part.get('i', '00')}:{whole}{dot if fraction else ''}{fraction}"


def _zone(text: str, base: str) -> str:
    if not text:
        if base == "dateTimeStamp":
            raise NotOfType("it says no time zone")
        return ""
    if text == "Z" or text.strip("+-").replace(":", "") in ("00", "0000"):
        return "Z"
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def _date_hint(text: str, form: str, base: str) -> str:
    """What the date may mean."""
    if base == "date" and (match := re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text)):
        first, sign, second, year = match.groups()
        if int(first) > 12 >= int(second):
            return f"Write {year}-{int(second):02}-{int(first):02}." if not form else ""
        return "" if form else f'Say "format": "d{sign}M{sign}yyyy" for the column, or M first: which is the month?'
    if form and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"Write it as {form}, as the column's other dates."
    return ""


# --- bounds ---


def _check_range(found: str, kind: CellType) -> None:
    key: Callable[[str], object] = partial(_comparable, numeric=_is_numeric(kind))
    mine = key(found)
    if isinstance(mine, float) and math.isnan(mine):
        return
    if kind.least and mine < key(kind.least):  # type: ignore[operator]
        raise NotOfType(f"it is less than {kind.least}")
    if kind.most and mine > key(kind.most):  # type: ignore[operator]
        raise NotOfType(f"it is more than {kind.most}")
    if kind.least_excluded and mine <= key(kind.least_excluded):  # type: ignore[operator]
        raise NotOfType(f"it is not more than {kind.least_excluded}")
    if kind.most_excluded and mine >= key(kind.most_excluded):  # type: ignore[operator]
        raise NotOfType(f"it is not less than {kind.most_excluded}")


def _is_numeric(kind: CellType) -> bool:
    base = _SPELLINGS.get(kind.base, kind.base)
    return base in _INTEGERS or base in ("decimal", "double", "float")


def _comparable(text: str, numeric: bool) -> object:
    if not numeric:
        return text
    return float(text.replace("INF", "inf"))
