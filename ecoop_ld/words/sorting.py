"""Names, notations and values → their order in a language, the same wherever a list of them is sorted.

Numbers come first, by size; then dates, by time; then texts, by the alphabet of the language, with the numbers inside
them by size too, so that 13.2 is before 13.10 and "Item 2" before "Item 10". What still ties is told apart by its IRI.

The alphabets are those of ICU, where PyICU is installed (``pip install ecoop-ld[icu]``). Without it, letters are
compared without their accents first: right for English, Portuguese or German, not for ñ in Spanish or å in Swedish.
docs/decisions/sorting.md says why it is not required.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, TypeVar

from ecoop_ld.rdf import edtf
from ecoop_ld.words import locales
from ecoop_ld.words.values import NUMBERS, is_time

try:
    import icu
except ImportError:
    icu = None

Key = tuple[Any, ...]
"""Compared with keys of the same language alone."""
Moment = tuple[int | Decimal, ...]
T = TypeVar("T")

_NUMBER, _DATE, _TEXT = range(3)
_WRITTEN_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\Z")
_DIGITS = re.compile(r"(\d+)")
_OTHER_LETTER = "#"
_NOT_FILED = ("CJK", "HANGUL")
"""Writings with too many characters for each to head a list; only their own languages know a shorter one."""


def engine() -> str:
    """What the alphabets are taken from, with its version: part of what a build depends on."""
    return f"ICU {icu.ICU_VERSION}" if icu is not None else "letters without accents"


def has_alphabets() -> bool:
    """Whether each language is sorted by its own alphabet."""
    return icu is not None


def ordered(items: Iterable[T], language: str, name: Callable[[T], str], tie: Callable[[T], str]) -> list[T]:
    """Items by their names; those that are called the same by ``tie``, which is to be different for each."""
    return sorted(items, key=lambda item: key(name(item), language, tie=tie(item)))


def key(text: str, language: str, datatype: str = "", *, tie: str = "") -> Key:
    """Where a text stands, or a literal of ``datatype``."""
    if datatype in NUMBERS and _WRITTEN_NUMBER.match(text):
        return _NUMBER, Decimal(text), text, tie
    if datatype and is_time(datatype) and (date := moment(text)):
        return _DATE, date, text, tie
    return _TEXT, _collated(text, language), text, tie


def moment(date: str) -> Moment:
    """A date as numbers, the first of an interval; nothing for what is no date."""
    at = edtf.beginning(date)
    return (at.year, at.month or 0, at.day or 0, *(at.clock or (0, 0, 0))) if at else ()


def letter(text: str, language: str) -> str:
    """The heading of an index that a name stands under: a letter of the language, or ``#`` for all else."""
    plain = next((text[n:] for n, char in enumerate(text) if char.isalnum()), "")
    if not plain or plain[0].isdigit():
        return _OTHER_LETTER
    if icu is not None:
        index, labels = _index(language)
        label: str = labels[index.getBucketIndex(plain)]
        if label.isalpha():
            return label
    if unicodedata.name(plain[0], "").startswith(_NOT_FILED):
        return _OTHER_LETTER
    return (_without_accents(plain[0]) or plain[0])[0].upper()


@lru_cache(maxsize=100_000)
def _collated(text: str, language: str) -> Any:
    if icu is not None:
        return _collator(language).getSortKey(text)
    small = text.casefold()
    pieces = (
        (0, len(digits := piece.lstrip("0")), digits) if n % 2 else (1, 0, piece)
        for n, piece in enumerate(_DIGITS.split(_without_accents(small)))
        if piece
    )
    return tuple(pieces), unicodedata.normalize("NFKD", small), text.swapcase()


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@cache
def _collator(language: str) -> Any:
    made = icu.Collator.createInstance(icu.Locale(str(locales.locale(language))))
    made.setAttribute(icu.UCollAttribute.NUMERIC_COLLATION, icu.UCollAttributeValue.ON)
    return made


@cache
def _index(language: str) -> tuple[Any, list[str]]:
    """The letters under which a language files its words, with those of English for names in Latin letters."""
    index = icu.AlphabeticIndex(icu.Locale(str(locales.locale(language))))
    index.addLabels(icu.Locale("en"))
    labels = []
    while index.nextBucket():
        labels.append(index.bucketLabel)
    return index, labels
