"""Compiled shapes beside pySHACL as it comes: the results of both as rows that compare."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox
import pyshacl
import rdflib

from ecoop_ld.validate import judge
from ecoop_ld.validate.candidates import Plan
from ecoop_ld.validate.rdflib_view import to_rdflib
from ecoop_ld.validate.triples import Triples

SH = "http://www.w3.org/ns/shacl#"
_WORDS = ("focusNode", "resultPath", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity")
Rows = list[tuple[tuple[str, ...], ...]]


def quads(turtle: str) -> list[ox.Quad]:
    return [*ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri="http://x/")]


def planned(data: Sequence[ox.Quad], shapes: Sequence[ox.Quad]) -> Plan:
    return Plan.of(Triples(data), shapes)


def ours(plan: Plan) -> Rows | str:
    """All results, sorted, or the name of what is raised."""
    if not plan.judged:
        return []
    try:
        return _sorted([{word: [*map(_text, found)] for word, found in row.items()} for row in judge.run(plan)])
    except Exception as error:
        return type(error).__name__


def theirs(data: Sequence[ox.Quad], shapes: Sequence[ox.Quad]) -> Rows | str:
    graph = to_rdflib((q.triple for q in data), rdflib.Graph())
    rules = to_rdflib((q.triple for q in shapes), rdflib.Graph())
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=rules, inplace=True, do_owl_imports=False)
        if isinstance(report, Exception):
            raise report
    except Exception as error:
        return type(error).__name__
    results = report.objects(None, rdflib.URIRef(SH + "result"))
    return _sorted(
        [{p.removeprefix(SH): [*map(_text, report.objects(r, p))] for p in set(report.predicates(r))} for r in results]
    )


def _text(term: rdflib.term.Node) -> str:
    return term.n3() if isinstance(term, rdflib.Literal) else str(term)


def _sorted(results: list[dict[str, list[str]]]) -> Rows:
    """Messages that pySHACL makes up list sets in any order, and write out as much of blank nodes as comes first."""
    words = (*_WORDS, "resultMessage")

    def cell(row: dict[str, list[str]], word: str) -> tuple[str, ...]:
        found = row.get(word, ())
        if word == "resultMessage":
            found = ["[…]" if "[ " in text else "".join(sorted(text)) for text in found]
        return tuple(sorted(found))

    return sorted(tuple(cell(row, word) for word in words) for row in results)
