"""Literals as written → those that are outside their datatype, or that the endpoint would give back in another form.

The validator cannot do this: rdflib rewrites ill-formed literals, and pySHACL lets an ill-formed ``xsd:gYear`` pass.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding
from ecoop_ld.rdf import edtf, names, writing
from ecoop_ld.rdf.names import EDTF, RDF, XSD
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate import mends
from ecoop_ld.validate.codes import finding

Problem = Callable[[str], str]
"""A lexical form → what is wrong with it, or ``""``."""

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"(?P<y>-?(?:[1-9]\d{3,}|0\d{3}))"
_MONTH, _DAY = r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_NAME = r"[^\W\d][\w.\-·]*"
_PERIOD, _LAPSE = r"(?:\d+Y)?(?:\d+M)?", r"(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_FLOAT = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"

_FORMS: Mapping[str, str] = {
    "boolean": r"true|false|1|0",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "float": _FLOAT,
    "double": _FLOAT,
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE[:-1]}",
    "time": _CLOCK + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "duration": f"-?P(?=.){_PERIOD}{_LAPSE}",
    "yearMonthDuration": f"-?P(?=.){_PERIOD}",
    "dayTimeDuration": f"-?P(?=.){_LAPSE}",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "base64Binary": r"(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){2}==|(?:[A-Za-z0-9+/] ?){3}=)?",
    "anyURI": r"[^\x00-\x20<>\"{}|^`\\]*",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "normalizedString": r"[^\t\r\n]*",
    "token": r"(?:[^\s]+(?: [^\s]+)*)?",
    "NMTOKEN": r"[\w.\-:·]+",
    "Name": rf"(?:{_NAME}|:)(?:[:\w.\-·])*",
    "NCName": _NAME,
}
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}
_RANGES: Mapping[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in _BITS.items()},
    **{"unsigned" + name.capitalize(): (0, 2**bits - 1) for name, bits in _BITS.items()},
}
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _by_form(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    if not match:
        return "it does not have the form of that type"
    parts = match.groupdict()
    if parts.get("m") and parts.get("d"):
        month, day = int(parts["m"]), int(parts["d"])
        leap = not parts.get("y") or _is_leap(int(parts["y"]))
        if day > _DAYS[month] or (month == 2 and day == 29 and not leap):
            return "there is no such day"
    return ""


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _by_range(low: int | None, high: int | None, text: str) -> str:
    if not re.match(r"[+-]?[0-9]+\Z", text):
        return "it is no whole number"
    if len(text) > 30 and (low, high) == (None, None):
        return ""
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").lstrip("0")
    value = sign * (int(digits or "0") if len(digits) < 40 else 10**40)
    if (low is not None and value < low) or (high is not None and value > high):
        return "the number is out of range"
    return ""


PROBLEMS: Mapping[str, Problem] = {
    **{
        XSD + name: partial(_by_form, re.compile(rf"(?:{form})\Z", re.ASCII if name[0] in "dgt" else 0))
        for name, form in _FORMS.items()
    },
    **{XSD + name: partial(_by_range, low, high) for name, (low, high) in _RANGES.items()},
    EDTF + "EDTF-level0": partial(edtf.problem, level=0),
    EDTF + "EDTF-level1": partial(edtf.problem, level=1),
    EDTF + "EDTF-level2": partial(edtf.problem, level=2),
    EDTF + "EDTF": partial(edtf.problem, level=2),
}
"""Datatype → check of its lexical forms (XML Schema 1.1 Part 2 §3; EDTF)."""


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    faults = _faults(config, sources.literals)
    told: set[str] = set()
    quads = (q for file in (*sources.files, *sources.shapes) for q in file.quads) if faults else ()
    for q in dict.fromkeys(q for q in quads if q.object in faults):
        fault = faults.get(q.object) if isinstance(q.object, ox.Literal) else None
        if fault and fault[1] not in told:
            if fault[0] == "endpoint-type":  # once for all literals of the type
                told.add(fault[1])
            code, message, hint = fault
            place = locator.of(q.subject, q.predicate, q.object)
            made = finding(code, message, place, focus=iri_of(q.subject), hint=hint)
            yield dataclasses.replace(made, predicate=q.predicate.value)
    for file in (*sources.files, *sources.shapes):
        yield from _capital_tags(file, locator)
    yield from _controls(sources, locator)


def _faults(config: Config, literals: frozenset[ox.Literal]) -> dict[ox.Literal, tuple[str, str, str]]:
    """Literal → code, message, hint."""
    found = {}
    html = ox.NamedNode(RDF + "HTML")
    for literal in literals:
        kind = names.compact(literal.datatype.value, config.all_prefixes)
        problem = PROBLEMS.get(literal.datatype.value)
        wrong = problem(literal.value) if problem else ""
        if wrong:
            message = f'"{_short(literal.value)}" is not a well-formed {kind}: {wrong}.'
            found[literal] = ("lexical-form", message, mends.mend(literal))
        elif literal.datatype == html:
            message = (
                "Of HTML in a literal, pages show the words and their emphasis; all else of it stands in the data."
            )
            found[literal] = ("html-literal", message, "Write plain text.")
    for literal, stored in _rewritten(literals - found.keys()):
        kind = names.compact(literal.datatype.value, config.all_prefixes)
        if stored.value == literal.value:
            answered = names.compact(stored.datatype.value, config.all_prefixes)
            message = f"The endpoint answers {kind} as {answered}; pages and dumps keep it."
            found[literal] = (
                "endpoint-type",
                message,
                "Nothing is wrong with the data: queries had better not ask for the type.",
            )
            continue
        message = f'"{_short(literal.value)}" is not the canonical form of this {kind}.'
        found[literal] = ("canonical", message, f'Write "{_short(stored.value)}".')
    return found


def _controls(sources: Sources, locator: Locator) -> Iterator[Finding]:
    """Of what is published only: the pattern of a shape may well name control characters."""
    bad = {literal for literal in sources.literals if not writing.is_xml_text(literal.value)}
    for q in sources.quads if bad else ():
        if isinstance(q.object, ox.Literal) and q.object in bad:
            place = locator.of(q.subject, q.predicate, q.object)
            message = f"{_short(q.object.value)!r} holds a control character that no XML document can hold."
            yield finding("xml-character", message, place, focus=iri_of(q.subject), hint="Take it out of the text.")


def canonical(literals: set[ox.Literal]) -> dict[ox.Literal, str]:
    """Literals that are well-formed and not canonical → their canonical forms."""
    problems = ((x, PROBLEMS.get(x.datatype.value)) for x in literals)
    sound = {x for x, problem in problems if problem is None or not problem(x.value)}
    return {literal: stored.value for literal, stored in _rewritten(sound) if stored.value != literal.value}


_KEPT_AS_WRITTEN = frozenset({XSD + "string", RDF + "langString"})
"""Datatypes of which the engine keeps every literal."""


def _rewritten(literals: Iterable[ox.Literal]) -> Iterator[tuple[ox.Literal, ox.Literal]]:
    """Literals that a pyoxigraph ``Store`` gives back in another form, with it: what the endpoint would answer."""
    store = ox.Store()
    subject = ox.NamedNode("urn:x")
    some = (literal for literal in literals if literal.datatype.value not in _KEPT_AS_WRITTEN)
    given = {ox.NamedNode(f"urn:n:{number}"): literal for number, literal in enumerate(some)}
    store.bulk_extend(ox.Quad(subject, predicate, literal) for predicate, literal in given.items())
    for quad in store:
        if quad.object != given[quad.predicate] and isinstance(quad.object, ox.Literal):
            yield given[quad.predicate], quad.object


def _capital_tags(file: SourceFile, locator: Locator) -> Iterator[Finding]:
    """The parser has put language tags in lower case already, so the text itself is looked at."""
    if not any(isinstance(q.object, ox.Literal) and q.object.language for q in file.quads):
        return
    positions = locator.positions(file) if locator.may_match(file, r"[\"']@[A-Za-z0-9-]*[A-Z]") else None
    if positions:
        for tag, offset in positions.language_tags:
            if tag != tag.lower():
                yield finding(
                    "language-tag", f'"@{tag}" has capitals.', positions.at(offset), hint=f"Write @{tag.lower()}."
                )


def _short(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "..."
