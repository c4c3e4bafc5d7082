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
    results: Sequence[Result], early: Iterable[Finding], data: Iterable[ox.Quad], lost: frozenset[str]
) -> list[int]:
    """For each result the number of the one it follows from: its own where it is a cause, -1 where an early finding is.

    ``lost`` are IRIs that nothing is known of: what breaks a rule because of them says nothing more.
    """
    wrong: dict[str, set[str]] = defaultdict(set)
    for f in early:
        if f.focus and f.predicate and f.severity is not Severity.NOTE:
            wrong[f.focus].add(f.predicate)
    untyped = (
        {q.subject for q in data if q.predicate == _TYPE and getattr(q.object, "value", "") in lost} if lost else set()
    )
    by_focus: dict[object, list[int]] = defaultdict(list)
    for number, result in enumerate(results):
        by_focus[result.focus].append(number)
    found = list(range(len(results)))
    for focus, numbers in by_focus.items():
        early_here = wrong.get(getattr(focus, "value", ""), set())
        best: dict[str, int] = {}
        for number in sorted(numbers, key=lambda n: (results[n].component == _BY_QUERY, _rank(results[n]), n)):
            result = results[number]
            if (
                result.path in lost
                or focus in untyped
                or result.value in untyped
                or _is(result.value, lost)
                or (early_here and (result.path in early_here or result.component in (_BY_QUERY, *_COMPARING)))
            ):
                found[number] = -1
            elif result.component == _BY_QUERY or result.component in _COMPARING:
                causing = [n for n in best.values() if results[n].component in _OF_VALUES]
                found[number] = causing[0] if causing else number
            elif result.path:
                found[number] = best.setdefault(result.path, number) if _rank(result) < len(_RANKS) else number
    return found


def _is(value: object, lost: frozenset[str]) -> bool:
    return isinstance(value, ox.NamedNode) and value.value in lost
