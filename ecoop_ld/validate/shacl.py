"""Data and shapes → SHACL results, by pySHACL on rdflib's memory store.

What is handed over: every quad as a triple of one graph, except that terms of the vocabulary keep their
``rdfs:subClassOf`` alone, so that ``sh:class`` and ``sh:targetClass`` see subclasses while no target falls on the
vocabulary. No inference runs here: give derived quads to have them seen. Terms go over as written
(``normalize=False``), because rdflib would turn ``"none"^^xsd:boolean`` into ``false``.
"""

from __future__ import annotations

import dataclasses
import gc
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDF, RDFS, SH
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.folding import causes
from ecoop_ld.validate.report import Result

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

_TYPE = ox.NamedNode(RDF + "type")
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_VOCABULARY_TYPES = frozenset(
    ox.NamedNode(iri)
    for iri in (
        OWL + "Ontology",
        OWL + "Class",
        RDFS + "Class",
        RDFS + "Datatype",
        RDF + "Property",
        OWL + "ObjectProperty",
        OWL + "DatatypeProperty",
        OWL + "AnnotationProperty",
    )
)
_SEVERITY = {SH + "Violation": Severity.VIOLATION, SH + "Warning": Severity.WARNING, SH + "Info": Severity.NOTE}
_PLAIN_WORDS = {
    "MinCountConstraintComponent": "has too few values",
    "MaxCountConstraintComponent": "has too many values",
    "ClassConstraintComponent": "has a value that is not of the required class",
    "DatatypeConstraintComponent": "has a value that is not of the required datatype",
    "NodeKindConstraintComponent": "has a value of the wrong kind (IRI, blank node or literal)",
    "PatternConstraintComponent": "has a value that does not have the required form",
    "InConstraintComponent": "has a value that is not in the list",
    "HasValueConstraintComponent": "lacks the required value",
    "UniqueLangConstraintComponent": "has two values in one language",
    "LanguageInConstraintComponent": "has a value in a language that is not in the list",
    "DisjointConstraintComponent": "shares a value with a property that it must differ from",
    "EqualsConstraintComponent": "differs from a property that it must equal",
    "LessThanConstraintComponent": "has a value that is not less than the one it must precede",
    "LessThanOrEqualsConstraintComponent": "has a value that is greater than the one it must not pass",
    "ClosedConstraintComponent": "has a property that is not allowed",
    "NodeConstraintComponent": "has a value that does not fit its shape",
    "NotConstraintComponent": "fits a shape that it must not fit",
    "OrConstraintComponent": "fits none of the alternatives",
    "XoneConstraintComponent": "does not fit exactly one of the alternatives",
    "AndConstraintComponent": "does not fit all of the required shapes",
}
"""What is said where a shape has no ``sh:message``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results with their places, or one finding that says why there are none."""

    findings: tuple[Finding, ...]
    results: tuple[Result, ...] = ()
    followers: int = 0
    """How many results follow from what was found before, and have no finding."""


def validate(
    config: Config,
    data: Sequence[ox.Quad],
    shapes: Sequence[ox.Quad],
    locator: Locator,
    early: Sequence[Finding] = (),
    lost: frozenset[str] = frozenset(),
) -> Outcome:
    """Every SHACL result that follows from no other as a finding at the value, else the predicate, else the focus node.

    ``early`` was found before, and ``lost`` are IRIs of which it says that nothing is known.
    """
    if not shapes:
        return Outcome(())
    triples = data_triples(config, data)
    try:
        report = run(triples, shapes)
    except _failures() as error:
        message = " ".join(str(getattr(error, "message", "") or error).split())
        return Outcome((finding("shapes-broken", f"The validator cannot use the shapes: {message}"),))
    reader = _Results(config, triples, shapes)
    results = sorted({reader.read(row) for row in report}, key=Result.sort_key)
    causing = causes(results, early, data, lost)
    followers = Counter(causing)
    found = (
        dataclasses.replace(_finding(config, result, reader, locator), follows=followers[number] - 1)
        for number, result in enumerate(results)
        if causing[number] == number
    )
    return Outcome(tuple(found), tuple(results), followers[-1])


def data_triples(config: Config, quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """The data graph: all quads, without what describes terms of the vocabulary."""
    quads = list(quads)
    terms = {q.subject for q in quads if q.predicate == _TYPE and q.object in _VOCABULARY_TYPES}
    own = config.vocabulary_terms

    def wanted(q: ox.Quad) -> bool:
        if q.predicate == _SUBCLASS:
            return True
        return q.subject not in terms and not iri_of(q.subject).startswith(own)

    return list(dict.fromkeys(q.triple for q in quads if wanted(q)))


Row = Mapping[str, list[Any]]
"""Local name of a ``sh:`` property → rdflib terms: one validation result."""


def run(data: Iterable[ox.Triple], shapes: Iterable[ox.Quad]) -> list[Row]:
    """pySHACL's results. Queries of SPARQL constraints are parsed once, not once per focus node (half of all time)."""
    import pyshacl
    import rdflib

    for name in ("ecoop_ld.shacl", "rdflib.term"):  # ill-formed literals are found elsewhere, with their places
        logging.getLogger(name).disabled = True
    data_graph = to_rdflib(data, _cached_graph())
    shapes_graph = to_rdflib((q.triple for q in shapes), rdflib.Graph())
    with _quicker():
        _, report, _ = pyshacl.validate(
            data_graph, shacl_graph=shapes_graph, inference="none", advanced=False, inplace=True, do_owl_imports=False
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


def _failures() -> tuple[type[Exception], ...]:
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


@cache
def _cached_graph_class() -> type[rdflib.Graph]:
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    class CachedGraph(rdflib.Graph):
        """A graph that parses and translates each query text once."""

        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> rdflib.query.Result:
            if isinstance(query_object, str):
                known = self.__dict__.setdefault("_prepared", {})
                if query_object not in known:
                    known[query_object] = prepareQuery(query_object, initNs=dict(self.namespaces()))
                query_object = known[query_object]
            return super().query(query_object, *args, **kwargs)

    return CachedGraph


def _cached_graph() -> rdflib.Graph:
    return _cached_graph_class()()


def to_rdflib(triples: Iterable[ox.Triple], graph: rdflib.Graph) -> rdflib.Graph:
    """Add triples to an rdflib graph, each literal as written."""
    known: dict[object, Node] = {}
    add = graph.store.add
    for triple in triples:
        terms = []
        for term in (triple.subject, triple.predicate, triple.object):
            made = known.get(term)
            if made is None:
                made = known[term] = _to_rdflib(term)
            terms.append(made)
        add((terms[0], terms[1], terms[2]), graph)
    return graph


def _to_rdflib(term: object) -> Node:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"{term} is no term of RDF 1.1")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language, normalize=False)
    datatype = term.datatype.value
    if datatype == names.XSD + "string":
        return rdflib.Literal(term.value, normalize=False)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)


def _to_ox(term: Any) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))


class _Results:
    """Reads validation results in the light of the shapes they come from."""

    def __init__(self, config: Config, data: Iterable[ox.Triple], shapes: Iterable[ox.Quad]) -> None:
        self._config = config
        self._parents: dict[object, object] = {}
        self._messages: dict[object, list[ox.Literal]] = defaultdict(list)
        message = ox.NamedNode(SH + "message")
        for q in shapes:
            if isinstance(q.object, ox.BlankNode):
                self._parents.setdefault(q.object, q.subject)
            if q.predicate == message and isinstance(q.object, ox.Literal):
                self._messages[q.subject].append(q.object)
        wanted = {config.iri(name) for name in config.pages.labels}
        self.labels: dict[object, str] = {}
        for t in data:
            if t.predicate.value in wanted and isinstance(t.object, ox.Literal):
                best = t.object.language == config.languages[0]
                self.labels[t.subject] = t.object.value if best else self.labels.get(t.subject, t.object.value)

    def read(self, row: Row) -> Result:
        source = _to_ox(row["sourceShape"][0])
        shape = self._named(source)
        component = str(row["sourceConstraintComponent"][0])
        path = next((str(p) for p in row.get("resultPath", ()) if type(p).__name__ == "URIRef"), "")
        severity = _SEVERITY.get(str(row["resultSeverity"][0]), Severity.VIOLATION)
        value = next((_to_ox(v) for v in row.get("value", ())), None)
        makers = [source, *(_to_ox(c) for c in row.get("sourceConstraint", ()))]
        if any(self._messages.get(maker) for maker in makers):
            message = self._best([_to_ox(m) for m in row.get("resultMessage", ())])
        else:
            message = self._made_up(component, path)
        return Result(
            names.kebab(names.local_name(shape)) if shape else "shacl",
            severity, _to_ox(row["focusNode"][0]), message, component, shape, path, value,
        )  # fmt: skip

    def _named(self, node: object) -> str:
        """IRI of the shape, or of the nearest around it."""
        seen = set()
        while isinstance(node, ox.BlankNode) and node in self._parents and node not in seen:
            seen.add(node)
            node = self._parents[node]
        return node.value if isinstance(node, ox.NamedNode) else ""

    def _best(self, messages: Sequence[object]) -> str:
        order = {tag: n for n, tag in enumerate((*self._config.languages, ""))}
        literals = [m for m in messages if isinstance(m, ox.Literal)]
        best = min(literals, key=lambda m: (order.get(m.language or "", len(order)), m.value), default=None)
        return best.value if best else ""

    def _made_up(self, component: str, path: str) -> str:
        words = _PLAIN_WORDS.get(names.local_name(component), f"breaks {names.local_name(component)}")
        return f"{names.compact(path, self._config.all_prefixes) if path else 'The thing'} {words}."


def _finding(config: Config, result: Result, reader: _Results, locator: Locator) -> Finding:
    focus = result.focus.value if isinstance(result.focus, ox.NamedNode) else ""
    predicate = ox.NamedNode(result.path) if result.path else None
    place = locator.of(result.focus, predicate, result.value)
    rule = locator.of(ox.NamedNode(result.shape)) if result.shape else None
    return Finding(result.code, result.severity, result.message, place, focus, _hint(config, result, reader, rule))


def _hint(config: Config, result: Result, reader: _Results, rule: Place | None) -> str:
    """``LACNIC (id/org/lacnic), ecoop:date "2008"; rule in shapes/dates.ttl:16``."""
    prefixes = config.all_prefixes
    about = result.focus.value
    short = names.compact(about, prefixes).removeprefix(config.base)
    label = reader.labels.get(result.focus, "")
    words = [f"{label} ({short})" if label else short]
    if result.path:
        words.append(f", {names.compact(result.path, prefixes)}")
    if result.value is not None and result.value != result.focus:
        words.append(f" {_shown(result.value, config)}")
    if rule:
        words.append(f"; rule in {rule.file}:{rule.line}" if rule.line else f"; rule in {rule.file}")
    return "".join(words)


def _shown(term: object, config: Config) -> str:
    if isinstance(term, ox.NamedNode):
        return names.compact(term.value, config.all_prefixes).removeprefix(config.base)
    text = term.value if isinstance(term, ox.Literal) else str(term)
    return f'"{text if len(text) <= 60 else text[:57] + "..."}"'
