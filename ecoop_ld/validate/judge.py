"""A plan → validation results, by pySHACL: shapes whose targets are the candidates, over all data."""

from __future__ import annotations

import gc
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ecoop_ld.rdf.names import SH
from ecoop_ld.validate.candidates import Plan
from ecoop_ld.validate.rdflib_view import graph_over, to_rdflib

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

Row = Mapping[str, list[Any]]
"""Local name of a ``sh:`` property → rdflib terms: one validation result."""


def run(plan: Plan) -> list[Row]:
    """pySHACL's results. Queries of SPARQL constraints are parsed once, not once per focus node (half of all time)."""
    import pyshacl
    import rdflib

    for name in ("pyshacl-validate", "rdflib.term"):  # what they write has been said by findings, with their places
        logging.getLogger(name).disabled = True
    shapes_graph = to_rdflib(plan.shapes, rdflib.Graph())
    with _quicker():
        _, report, _ = pyshacl.validate(
            graph_over(plan.data),
            shacl_graph=shapes_graph,
            inference="none",
            advanced=False,
            inplace=True,
            do_owl_imports=False,
        )
    if not isinstance(report, rdflib.Graph):  # pySHACL hands back some failures instead of raising them
        raise report if isinstance(report, Exception) else RuntimeError(str(report))
    return list(_rows(report))


@contextmanager
def _quicker() -> Iterator[None]:
    """A fifth less time, the same results: pySHACL asks for every triple of every shape whether its predicate is in a
    list of forty; let it be a set. And it makes few cycles, so the collector of garbage may rest."""
    from pyshacl import constraints, shape

    before, collecting = getattr(shape, "CONSTRAINT_PARAMS", (None, None)), gc.isenabled()
    parameters = frozenset(constraints.ALL_CONSTRAINT_PARAMETERS)
    setattr(shape, "CONSTRAINT_PARAMS", (parameters, constraints.CONSTRAINT_PARAMETERS_MAP))  # noqa: B010
    gc.disable()
    try:
        yield
    finally:
        setattr(shape, "CONSTRAINT_PARAMS", before)  # noqa: B010
        if collecting:
            gc.enable()


def failures() -> tuple[type[Exception], ...]:
    """What pySHACL raises for shapes that it cannot use."""
    from pyparsing import ParseException
    from pyshacl.errors import (
        ConstraintLoadError,
        ReportableRuntimeError,
        RuleLoadError,
        ShapeLoadError,
        ShapeRecursionWarning,
        ValidationFailure,
    )

    return (
        ConstraintLoadError,
        ParseException,
        ReportableRuntimeError,
        RuleLoadError,
        ShapeLoadError,
        ShapeRecursionWarning,
        ValidationFailure,
    )


def _rows(report: rdflib.Graph) -> Iterator[Row]:
    import rdflib

    for node in report.objects(None, rdflib.URIRef(SH + "result")):
        row: dict[str, list[Node]] = defaultdict(list)
        for predicate, value in report.predicate_objects(node):
            row[str(predicate).removeprefix(SH)].append(value)
        yield row
