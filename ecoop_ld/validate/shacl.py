"""Data and shapes → SHACL results: compiled shapes find who might break them, and pySHACL judges those.

What is looked at: every quad as a triple of one graph, except that terms of the vocabulary keep their
``rdfs:subClassOf`` alone, so that ``sh:class`` and ``sh:targetClass`` see subclasses while no target falls on the
vocabulary. No inference runs here: give derived quads to have them seen.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDF, RDFS, SH
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate import judge
from ecoop_ld.validate.candidates import Plan
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.folding import causes
from ecoop_ld.validate.rdflib_view import to_ox
from ecoop_ld.validate.report import Result, ShapeTold
from ecoop_ld.validate.triples import SUBCLASS, TYPE, Triples, values

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
    shapes: tuple[ShapeTold, ...] = ()


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
    plan = Plan.of(data_graph(config, data), shapes)
    if not plan.judged:
        return Outcome((), shapes=plan.told)
    try:
        report = judge.run(plan)
    except judge.failures() as error:
        message = " ".join(str(getattr(error, "message", "") or error).split())
        broken = finding("shapes-broken", f"The validator cannot use the shapes: {message}")
        return Outcome((broken,), shapes=plan.told)
    reader = _Results(config, data, shapes)
    results = sorted({reader.read(row) for row in report}, key=Result.sort_key)
    reader.name({result.focus for result in results})
    causing = causes(results, early, data, lost)
    followers = Counter(causing)
    found = (
        dataclasses.replace(_finding(config, result, reader, locator), follows=followers[number] - 1)
        for number, result in enumerate(results)
        if causing[number] == number
    )
    return Outcome(tuple(found), tuple(results), followers[-1], plan.told)


def data_graph(config: Config, quads: Iterable[ox.Quad]) -> Triples:
    """The data graph: all quads, without what describes terms of the vocabulary."""
    data = Triples(quads)
    types = data.inverse(data.known(TYPE))
    kinds = [number for kind in _VOCABULARY_TYPES if (number := data.known(kind)) is not None]
    terms = {data.terms[node] for kind in kinds for node in values(types, kind)}
    own = config.vocabulary_terms
    return data.without(lambda node: node in terms or iri_of(node).startswith(own), SUBCLASS)


class _Results:
    """Reads validation results in the light of the shapes they come from."""

    def __init__(self, config: Config, data: Iterable[ox.Quad], shapes: Iterable[ox.Quad]) -> None:
        self._config, self._data = config, data
        self._parents: dict[object, object] = {}
        self._messages: dict[object, list[ox.Literal]] = defaultdict(list)
        message = ox.NamedNode(SH + "message")
        for q in shapes:
            if isinstance(q.object, ox.BlankNode):
                self._parents.setdefault(q.object, q.subject)
            if q.predicate == message and isinstance(q.object, ox.Literal):
                self._messages[q.subject].append(q.object)
        self.labels: dict[object, str] = {}

    def name(self, nodes: Collection[object]) -> None:
        """Find the labels of nodes."""
        wanted = {self._config.iri(name) for name in self._config.pages.labels}
        for q in self._data:
            if q.subject in nodes and q.predicate.value in wanted and isinstance(q.object, ox.Literal):
                best = q.object.language == self._config.languages[0]
                self.labels[q.subject] = q.object.value if best else self.labels.get(q.subject, q.object.value)

    def read(self, row: judge.Row) -> Result:
        source = to_ox(row["sourceShape"][0])
        shape = self._named(source)
        component = str(row["sourceConstraintComponent"][0])
        path = next((str(p) for p in row.get("resultPath", ()) if type(p).__name__ == "URIRef"), "")
        severity = _SEVERITY.get(str(row["resultSeverity"][0]), Severity.VIOLATION)
        value = next((to_ox(v) for v in row.get("value", ())), None)
        makers = [source, *(to_ox(c) for c in row.get("sourceConstraint", ()))]
        if any(self._messages.get(maker) for maker in makers):
            message = self._best([to_ox(m) for m in row.get("resultMessage", ())])
        else:
            message = self._made_up(component, path)
        return Result(
            names.kebab(names.local_name(shape)) if shape else "shacl",
            severity, to_ox(row["focusNode"][0]), message, component, shape, path, value,
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
