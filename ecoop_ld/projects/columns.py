"""The cells of a column → what kind of values they are, each guess with its reason; what two readings fit is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ecoop_ld.sources.tabular.datatypes import DATATYPES, CellType, NotOfType, canonical
from ecoop_ld.words import messages

_NULLS = frozenset({"-", "–", "—", "?", "n/a", "N/A", "NA", "n. a.", "null", "NULL", "None", "k. A."})
_TRUTHS = tuple(
    (yes, no)
    for pair in (
        ("true", "false"),
        ("yes", "no"),
        ("ja", "nein"),
        ("sí", "no"),
        ("sim", "não"),
        ("oui", "non"),
        ("y", "n"),
    )
    for yes, no in (pair, tuple(map(str.capitalize, pair)), tuple(map(str.upper, pair)))
)
_YEARS = frozenset({"year", "jahr", "año", "ano", "année", "annee", "anno"})
_LATITUDES = frozenset({"lat", "latitude", "latitud", "breite", "breitengrad", "latitudine", "geo_lat", "y_wgs84"})
_LONGITUDES = frozenset(
    {"lon", "lng", "long", "longitude", "longitud", "länge", "längengrad", "longitudine", "geo_long", "geo_lon"}
)
_LANGUAGE = re.compile(r"(?P<stem>.*\S)\s*(?P<sign>[@(_\-. ])\s*(?P<tag>[a-z]{2,3}(?:-[A-Z]{2})?)\)?\Z")
_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\Z")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}\Z")
_LIST_SHARE = 5
"""One cell in so many has to hold a separator."""
_LONGEST_ITEM = 60


@dataclass(frozen=True, slots=True)
class GuessedColumn:
    """What a column seems to hold."""

    title: str
    values: tuple[str, ...]
    """Its cells but empty ones and those that stand for nothing."""
    nulls: tuple[str, ...] = ()
    """Texts that stand for nothing."""
    kind: str = "string"
    """A word of :data:`~ecoop_ld.sources.tabular.datatypes.DATATYPES`, or ``url``, ``mail``, ``lat``, ``long``."""
    form: object = None
    """The format of the datatype, as a mapping says it."""
    language: str = ""
    stem: str = ""
    """The title without its language."""
    separator: str = ""
    empty: int = 0
    """Rows that say nothing here."""
    question: str = ""
    """What has to be decided by somebody: the column is text until then."""
    reason: str = ""

    @property
    def is_text(self) -> bool:
        return self.kind == "string"

    @property
    def is_unique(self) -> bool:
        return bool(self.values) and not self.empty and len(set(self.values)) == len(self.values)


def column(
    title: str, cells: Sequence[str], delimiter: str, titles: Sequence[str], day_first: bool | None
) -> GuessedColumn:
    """Look at the cells of one column; ``titles`` are those of the whole table. ``day_first`` decides dates that could
    be read in two ways, where somebody said it."""
    stem, language = _language(title, titles)
    nulls = tuple(sorted({cell for cell in cells if cell in _NULLS}))
    values = tuple(cell for cell in cells if cell and cell not in nulls)
    found = GuessedColumn(title, values, nulls, language=language, stem=stem, empty=len(cells) - len(values))
    if not values or language:
        return found
    for test in (_place, _truth, _number, _comma, partial(_date, day_first=day_first), _moment, _address):
        guessed = test(found)
        if guessed is not None:
            return guessed
    if nulls and len(set(values)) > 3:
        found = GuessedColumn(title, values, nulls, stem=stem, empty=found.empty)
    return _with(found, separator=_separator(values, delimiter))


def _with(found: GuessedColumn, **changes: object) -> GuessedColumn:
    return replace(found, **changes)  # type: ignore[arg-type]


def _language(title: str, titles: Sequence[str]) -> tuple[str, str]:
    """The title without the language that it ends in, and the language."""
    match = _LANGUAGE.match(title)
    if not match:
        return title, ""
    stem, sign, tag = match["stem"].rstrip("( "), match["sign"], match["tag"]
    others = [m for t in titles if t != title and (m := _LANGUAGE.match(t)) and m["stem"].rstrip("( ") == stem]
    sure = sign in "@(" or messages.packaged(tag) or any(messages.packaged(m["tag"]) for m in others)
    if sign in "_-. " and not (sure and (others or (sign == "_" and len(stem) > 2))):
        return title, ""
    return (stem, tag) if sure else (title, "")


def _fits(values: Sequence[str], kind: CellType) -> bool:
    try:
        for value in values:
            canonical(value, kind)
    except NotOfType:
        return False
    return True


def _typed(word: str, **facets: str) -> CellType:
    return CellType(word, DATATYPES[word], **facets)  # type: ignore[arg-type]


def _place(found: GuessedColumn) -> GuessedColumn | None:
    word = found.title.strip().lower()
    kind = "lat" if word in _LATITUDES else "long" if word in _LONGITUDES else ""
    for sign in (".", ","):
        decimal = _typed("decimal", decimal_char=sign)
        if kind and _fits(found.values, decimal):
            most = 90 if kind == "lat" else 180
            if all(abs(float(canonical(v, decimal))) <= most for v in found.values):
                form = {"decimalChar": ","} if sign == "," else None
                return _with(found, kind=kind, form=form, reason="its title and values are those of degrees")
    return None


def _truth(found: GuessedColumn) -> GuessedColumn | None:
    said = set(found.values)
    for yes, no in _TRUTHS:
        if said <= {yes, no} and len(said) == 2:
            form = None if yes == "true" else f"{yes}|{no}"
            return _with(found, kind="boolean", form=form, reason=f"its cells say {yes} or {no}")
    return None


def _number(found: GuessedColumn) -> GuessedColumn | None:
    if any(re.match(r"[+-]?0\d", value) for value in found.values):
        return None  # a code: the zero would be lost
    if all(re.fullmatch(r"[+-]?\d{1,18}", v, re.ASCII) for v in found.values):
        if found.title.strip().lower() in _YEARS and all(re.fullmatch(r"[12]\d{3}", v) for v in found.values):
            return _with(found, kind="gYear", reason="four digits under a title that says year")
        return _with(found, kind="integer", reason="whole numbers")
    if all(re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)", v, re.ASCII) for v in found.values):
        return _with(found, kind="decimal", reason="numbers with a point")
    if all(
        re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d{1,3}(?:\.\d+)?", v, re.ASCII) for v in found.values
    ):
        if not any("." in value for value in found.values):
            question = (
                f"is {next(v for v in found.values if ',' in v)} a number of thousands or one with a decimal comma?"
            )
            return _with(found, question=question)
        return _with(found, kind="decimal", form={"groupChar": ","}, reason="numbers with commas between thousands")
    return None


def _comma(found: GuessedColumn) -> GuessedColumn | None:
    if not all(re.fullmatch(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?", v, re.ASCII) for v in found.values):
        return None
    if any(re.match(r"[+-]?0\d", value) for value in found.values) or not any("," in v for v in found.values):
        return None
    form = {"decimalChar": ","} | ({"groupChar": "."} if any("." in v for v in found.values) else {})
    return _with(found, kind="decimal", form=form, reason="numbers with a decimal comma")


def _date(found: GuessedColumn, day_first: bool | None) -> GuessedColumn | None:
    if _fits(found.values, _typed("date")):
        return _with(found, kind="date", reason="dates")
    matches = [_DATE.match(value) for value in found.values]
    signs = {match[2] for match in matches if match}
    if not all(matches) or len(signs) != 1:
        return None
    (sign,) = signs
    both = [(int(match[1]), int(match[3])) for match in matches if match]
    forms = {True: f"d{sign}M{sign}yyyy", False: f"M{sign}d{sign}yyyy"}
    fitting = [first for first, form in forms.items() if _fits(found.values, _typed("date", format=form))]
    if len(fitting) == 1:
        far = next((pair for pair in both if max(pair) > 12), both[0])
        reason = f"dates, {'day' if fitting[0] else 'month'} first: {max(far)} can be no month"
        return _with(found, kind="date", form=forms[fitting[0]], reason=reason)
    if not fitting:
        return None
    if day_first is not None:
        return _with(found, kind="date", form=forms[day_first], reason="dates, in the order that was said")
    shown = next((v for v, pair in zip(found.values, both, strict=True) if pair[0] != pair[1]), found.values[0])
    return _with(found, question=f"in {shown}, is the day first (--day-first) or the month (--month-first)?")


def _moment(found: GuessedColumn) -> GuessedColumn | None:
    for word, form in (("dateTime", ""), ("dateTime", "yyyy-MM-dd HH:mm"), ("dateTime", "yyyy-MM-dd HH:mm:ss")):
        if _fits(found.values, _typed(word, format=form)):
            return _with(found, kind=word, form=form or None, reason="dates with a time")
    if _fits(found.values, _typed("time", format="HH:mm")):
        return _with(found, kind="time", form="HH:mm", reason="times of day")
    return _with(found, kind="gYearMonth", reason="months") if _fits(found.values, _typed("gYearMonth")) else None


def _address(found: GuessedColumn) -> GuessedColumn | None:
    tests: tuple[tuple[str, Callable[[str], object], str], ...] = (
        ("url", re.compile(r"https?://[^\s<>\"{}|\\^`]+\Z").match, "addresses on the web"),
        ("mail", _MAIL.match, "addresses of e-mail"),
    )
    for kind, test, reason in tests:
        if all(test(value) for value in found.values):
            return _with(found, kind=kind, reason=reason)
    return None


def _separator(values: Sequence[str], delimiter: str) -> str:
    """What stands between the items of cells that hold several."""
    for sign in ("|", ";"):
        holding = [value for value in values if sign in value]
        items = [item.strip() for value in holding for item in value.split(sign)]
        if sign == delimiter or len(holding) * _LIST_SHARE < len(values) or not holding:
            continue
        if all(len(item) <= _LONGEST_ITEM for item in items):
            return sign
    return ""
