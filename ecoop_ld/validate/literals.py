"""Literals → what can be said of them beyond doubt: whether they are of a datatype, and which of two is less.

Beyond doubt means: as pySHACL and rdflib judge them. Whatever they might judge otherwise is :data:`MAYBE`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

import pyoxigraph as ox

from ecoop_ld.rdf.names import RDF, XSD

NO, MAYBE, YES = 0, 1, 2
"""Surely not, not known, surely; ordered, so that what all of some say is the least of them."""

_LANGUAGE_STRING = RDF + "langString"
_WHOLE = re.compile(r"[+-]?[0-9]{1,300}\Z")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,300}(\.[0-9]{0,300})?|\.[0-9]{1,300})\Z")
_DOUBLE = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z?\Z")
_YEAR, _MONTH = re.compile(r"(?!0000)[0-9]{4}\Z"), re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])\Z")
_NOT_NEGATIVE = re.compile(r"[0-9]{1,9}\Z")
_POSITIVE = re.compile(r"[1-9][0-9]{0,8}\Z")
_DURATION = re.compile(r"P[0-9]{1,4}[YMD]\Z")
_BOOLEAN = re.compile(r"(true|false|0|1)\Z")


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.match(text) is not None


def _is_date(text: str) -> bool:
    return _DATE.match(text) is not None and _moment(text) is not None


def _is_time(text: str) -> bool:
    return _TIME.match(text) is not None and _moment(text) is not None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


_SURE: Mapping[str, Callable[[str], bool]] = {
    XSD + "integer": _matches(_WHOLE),
    XSD + "decimal": _matches(_DECIMAL),
    XSD + "double": _matches(_DOUBLE),
    XSD + "float": _matches(_DOUBLE),
    XSD + "boolean": _matches(_BOOLEAN),
    XSD + "date": _is_date,
    XSD + "dateTime": _is_time,
    XSD + "gYear": _matches(_YEAR),
    XSD + "gYearMonth": _matches(_MONTH),
    XSD + "duration": _matches(_DURATION),
    XSD + "nonNegativeInteger": _matches(_NOT_NEGATIVE),
    XSD + "positiveInteger": _matches(_POSITIVE),
    XSD + "string": lambda text: True,
    XSD + "anyURI": lambda text: True,
    _LANGUAGE_STRING: lambda text: True,
}
"""Datatype → whether a text is surely one of its lexical forms."""


@lru_cache(maxsize=4096)
def _is_foreign(datatype: str) -> bool:
    """Whether rdflib knows nothing of a datatype, so that any text is a form of it."""
    return not datatype.startswith((XSD, RDF))


def is_of(literal: ox.Literal, datatype: str) -> int:
    """Whether ``sh:datatype`` holds (SHACL 1.0 §4.1.2)."""
    own = literal.datatype.value
    if own != datatype:
        # rdfs:Literal and rdfs:Datatype mean something of their own to pySHACL
        return NO if datatype.startswith(XSD) or datatype == _LANGUAGE_STRING else MAYBE
    sure = _SURE.get(datatype)
    if sure is None:
        return YES if _is_foreign(datatype) else MAYBE
    return YES if sure(literal.value) else MAYBE


Comparable = tuple[str, "Decimal | date | datetime | int"]
"""What kind of value, and the value: those of one kind can be compared."""


def value_of(term: object) -> Comparable | None:
    """What a literal is worth, where there is no doubt about its order among those of its kind."""
    if not isinstance(term, ox.Literal):
        return None
    text, datatype = term.value, term.datatype.value.removeprefix(XSD)
    if datatype in ("integer", "decimal", "nonNegativeInteger", "positiveInteger"):
        return ("number", Decimal(text)) if _SURE[XSD + datatype](text) else None
    if datatype == "date" and _is_date(text):
        return "date", date.fromisoformat(text)
    if datatype == "dateTime" and _is_time(text):
        return ("Z" if text.endswith("Z") else "dateTime"), datetime.fromisoformat(text)
    return ("gYear", int(text)) if datatype == "gYear" and _YEAR.match(text) else None


def precedes(one: Comparable | None, other: Comparable | None, *, or_equals: bool) -> int:
    """Whether a value is less than another, or not greater."""
    if one is None or other is None or one[0] != other[0]:
        return MAYBE
    less = one[1] < other[1] or (or_equals and one[1] == other[1])  # type: ignore[operator]
    return YES if less else NO


_CANONICAL = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "decimal": re.compile(r"0|-?(?:[1-9][0-9]*|(?:0|[1-9][0-9]*)\.[0-9]*[1-9])"),
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    XSD + "dateTime": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z?"),
    XSD + "gYear": re.compile(r"[0-9]{4}"),
    XSD + "gYearMonth": re.compile(r"[0-9]{4}-[0-9]{2}"),
    XSD + "duration": re.compile(r"P[1-9][0-9]*[YD]|P[1-9]M"),
    XSD + "anyURI": re.compile(r"(?s).*"),
}
"""Datatypes → the forms that engines keep as they are written."""


def oddity(term: object) -> str:
    """Which kind of term it is, where engines do not agree on what ``STR()`` or a regular expression makes of it."""
    if isinstance(term, ox.BlankNode):
        return "blank nodes"
    if not isinstance(term, ox.Literal):
        return ""
    if term.value[-1:] in ("\n", "\r"):
        return "texts that end in a line break"
    datatype = term.datatype.value
    form = _CANONICAL.get(datatype)
    written = (
        form.fullmatch(term.value)
        if form
        else datatype in (XSD + "string", _LANGUAGE_STRING) or not datatype.startswith(XSD)
    )
    return "" if written else "values that are not written in the usual form"
