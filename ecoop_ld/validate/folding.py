"""Results of SHACL → which of them follow from another, or from what was found before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from ecoop_ld.errors import Finding, Severity
from ecoop_ld.rdf.names import RDF, SH
from ecoop_ld.validate.report import Result

_BY_QUERY = SH + "SPARQLConstraintComponent"
_RANKS = (
    *("Datatype", "NodeKind", "Class", "In", "Pattern", "LanguageIn", "UniqueLang", "HasValue"),
    *("MinCount", "MaxCount", "QualifiedMinCount", "QualifiedMaxCount"),
)
"""Components of SHACL by how near to the cause they are."""
_OF_VALUES = frozenset(SH + f"{word}ConstraintComponent" for word in _RANKS[:5])
_COMPARING = frozenset(
    SH + f"{word}ConstraintComponent" for word in ("LessThan", "LessThanOrEquals", "Equals", "Disjoint")
)
_TYPE = ox.NamedNode(RDF + "type")


def _rank(result: Result) -> int:
    word = result.component.removeprefix(SH).removesuffix("ConstraintComponent")
    return _RANKS.index(word) if word in _RANKS else len(_RANKS)


def causes(
    results: Sequence[Result], early: Sequence[Finding], data: Sequence[ox.Quad], lost: frozenset[str]
) -> list[int]:
    """For each result the number of the one it follows from: its own where it is a cause, -1 where an early finding is.

    ``lost`` are IRIs that nothing is known of: what breaks a rule because of them says nothing more.
    """
    wrong, misread = _wrong(early), {f.focus for f in early if f.code in _MISREAD}
    values = {
        (q.subject, q.object)
        for q in (data if wrong else ())
        if isinstance(q.object, ox.Literal) and q.predicate.value in wrong.get(getattr(q.subject, "value", ""), ())
    }
    typed = data if lost else ()
    untyped = {q.subject for q in typed if q.predicate == _TYPE and getattr(q.object, "value", "") in lost}

    def is_told(result: Result) -> bool:
        """Whether an early finding says it already."""
        focus = getattr(result.focus, "value", "")
        if result.path in lost or result.focus in untyped or result.value in untyped or _is(result.value, lost):
            return True
        if result.path and result.path in wrong.get(focus, ()):
            return True
        compares = result.component == _BY_QUERY or result.component in _COMPARING
        return (compares and focus in misread) or (result.focus, result.value) in values

    by_focus: dict[object, list[int]] = defaultdict(list)
    found = list(range(len(results)))
    for number, result in enumerate(results):
        if is_told(result):
            found[number] = -1
        else:
            by_focus[result.focus].append(number)
    for numbers in by_focus.values():
        _fold(results, numbers, found)
    return found


_MISREAD = frozenset({"lexical-form", "value-kind"})
"""Codes of values that comparisons with other values cannot but fail for."""


def _wrong(early: Iterable[Finding]) -> dict[str, set[str]]:
    """Thing → its properties with which something is wrong."""
    found: dict[str, set[str]] = defaultdict(set)
    for f in early:
        if f.focus and f.predicate and f.severity is not Severity.NOTE:
            found[f.focus].add(f.predicate)
    return dict(found)


def _fold(results: Sequence[Result], numbers: Sequence[int], found: list[int]) -> None:
    """The results about one thing: of those about one property the first stands for all."""
    best: dict[str, int] = {}
    for number in sorted(numbers, key=lambda n: (results[n].component == _BY_QUERY, _rank(results[n]), n)):
        result = results[number]
        if result.component == _BY_QUERY or result.component in _COMPARING:
            causing = [n for n in best.values() if results[n].component in _OF_VALUES]
            found[number] = causing[0] if causing else number
        elif result.path and _rank(result) < len(_RANKS):
            found[number] = best.setdefault(result.path, number)


def _is(value: object, lost: frozenset[str]) -> bool:
    return isinstance(value, ox.NamedNode) and value.value in lost
