"""Shapes → what is wrong with the shapes themselves: engines pass over most slips in silence, and the data conforms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, did_you_mean
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDF, RDFS, SH, XSD
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.sparql.inspection import asks_elsewhere
from ecoop_ld.validate import known
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.terms import defined_terms

_NODE_KINDS = frozenset(
    SH + k for k in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
)
_SEVERITIES = frozenset(SH + k for k in ("Violation", "Warning", "Info"))
_LIST_KEYS = frozenset({RDF + "first", RDF + "rest"})
_PATH_STEPS = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_LISTS = ("and", "or", "xone", "in", "languageIn", "ignoredProperties")
_SHAPE_LINKS = ("property", "node", "not", "qualifiedValueShape")
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")

_INTEGER, _STRING, _BOOLEAN, _ANY_IRI, _A_LIST, _RESOURCE = (
    "a whole number",
    "a string",
    "true or false",
    "an IRI",
    "a list",
    "a shape",
)
_LITERAL = "a literal"
PARAMETERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount"), _INTEGER
    ),
    **dict.fromkeys(("pattern", "flags", "select", "ask"), _STRING),
    **dict.fromkeys(("uniqueLang", "closed", "deactivated", "qualifiedValueShapesDisjoint"), _BOOLEAN),
    **dict.fromkeys(
        (
            "class",
            "datatype",
            "equals",
            "disjoint",
            "lessThan",
            "lessThanOrEquals",
            "targetClass",
            "targetSubjectsOf",
            "targetObjectsOf",
        ),
        _ANY_IRI,
    ),
    **dict.fromkeys(_LISTS, _A_LIST),
    **dict.fromkeys(("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"), _LITERAL),
    **dict.fromkeys(_SHAPE_LINKS, _RESOURCE),
}
"""What SHACL 1.0 §4 wants as value of each parameter."""
_CONSTRAINTS = (frozenset(PARAMETERS) | {"nodeKind", "hasValue", "sparql"}) - {
    "property", "flags", "deactivated", "ignoredProperties", "select", "ask", *_TARGETS,
}  # fmt: skip
_UNSUPPORTED = frozenset(
    SH + w for w in ("SPARQLTarget", "target", "js", "rule", "SPARQLTargetType", "JSConstraint", "expression")
)


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    quads = [q for file in sources.shapes for q in file.quads]
    lint = _Lint(config, quads, defined_terms(config, sources), locator)
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        lint.terms,
        lint.unsupported,
        lint.paths,
        lint.parameters,
        lint.targets,
        lint.patterns,
        lint.severities,
        lint.queries,
        lint.reach,
        lint.messages,
        lint.deactivated,
    )
    for one in checks:
        yield from one()


class _Lint:
    """The shapes graph with the lookups that its checks share."""

    def __init__(self, config: Config, quads: list[ox.Quad], defined: Mapping[str, set[str]], locator: Locator) -> None:
        self._config, self._quads, self._defined, self._locator = config, quads, defined, locator
        self._by_subject: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for q in quads:
            self._by_subject[q.subject][q.predicate.value].append(q.object)

    def _values(self, node: object, word: str) -> list[object]:
        return self._by_subject[node][SH + word] if node in self._by_subject else []

    def _place(self, node: object, predicate: str = "", value: object = None) -> Place | None:
        return self._locator.of(node, ox.NamedNode(predicate) if predicate else None, value)

    def _name(self, iri: str) -> str:
        return names.compact(iri, self._config.all_prefixes)

    @cached_property
    def _property_shapes(self) -> list[object]:
        kind = ox.NamedNode(SH + "PropertyShape")
        found: dict[object, None] = dict.fromkeys(q.object for q in self._quads if q.predicate.value == SH + "property")
        found |= dict.fromkeys(
            n for n, row in self._by_subject.items() if SH + "path" in row or kind in row.get(RDF + "type", ())
        )
        return list(found)

    def terms(self) -> Iterator[Finding]:
        """A misspelt ``sh:`` term conforms silently in nearly every engine."""
        for q in self._quads:
            for term in (q.predicate, q.object):
                iri = term.value if isinstance(term, ox.NamedNode) else ""
                if iri.startswith(SH) and not known.is_known("sh", iri[len(SH) :]):
                    place = self._place(
                        q.subject, q.predicate.value, q.object if term is q.object or term == q.object else None
                    )
                    hint = did_you_mean(iri[len(SH) :], known.terms("sh"))
                    yield finding("shape-term", f"SHACL has no sh:{iri[len(SH) :]}.", place, hint=hint)

    def unsupported(self) -> Iterator[Finding]:
        for q in self._quads:
            for term in (q.predicate.value, q.object.value if isinstance(q.object, ox.NamedNode) else ""):
                if term in _UNSUPPORTED:
                    place = self._place(q.subject, q.predicate.value, q.object)
                    message = f"{self._name(term)} is not run here."
                    yield finding("shape-unsupported", message, place, hint="Use a target of SHACL Core and sh:sparql.")

    def paths(self) -> Iterator[Finding]:
        for node in self._property_shapes:
            paths = self._values(node, "path")
            if len(paths) != 1:
                message = "A property shape needs one sh:path" + (f", not {len(paths)}." if paths else ".")
                if node in self._by_subject:
                    yield finding("shape-path", message, self._place(node, SH + "path"))
                else:
                    users = [q for q in self._quads if q.object == node]
                    for q in users:
                        message = f"{self._name(iri_of(node))} is used as a property shape but not described."
                        yield finding("shape-path", message, self._place(q.subject, q.predicate.value, node))
            elif not self._is_path(paths[0]):
                yield finding("shape-path", "This is no SHACL path.", self._place(node, SH + "path", paths[0]))

    def _is_path(self, path: object, depth: int = 0) -> bool:
        """SHACL 1.0 §2.3.1."""
        if isinstance(path, ox.NamedNode):
            return True
        if not isinstance(path, ox.BlankNode) or depth > 20:
            return False
        row = self._by_subject.get(path, {})
        if RDF + "first" in row:
            members = self._members(path)
            return members is not None and len(members) > 1 and all(self._is_path(m, depth + 1) for m in members)
        steps = [(word, value) for word in _PATH_STEPS for value in row.get(SH + word, ())]
        choices = row.get(SH + "alternativePath", [])
        if len(steps) + len(choices) != 1:
            return False
        if choices:
            members = self._members(choices[0])
            return bool(members) and all(self._is_path(m, depth + 1) for m in members or ())
        return self._is_path(steps[0][1], depth + 1)

    def _members(self, node: object) -> list[object] | None:
        """Items of an RDF list; ``None`` where it is broken."""
        items, seen = [], set()
        while node != ox.NamedNode(RDF + "nil"):
            row = self._by_subject.get(node, {})
            if node in seen or len(row.get(RDF + "first", ())) != 1 or len(row.get(RDF + "rest", ())) != 1:
                return None
            seen.add(node)
            items.append(row[RDF + "first"][0])
            node = row[RDF + "rest"][0]
        return items

    def parameters(self) -> Iterator[Finding]:
        for q in self._quads:
            word = q.predicate.value.removeprefix(SH)
            if word == q.predicate.value:
                continue
            if word == "nodeKind" and iri_of(q.object) not in _NODE_KINDS:
                near = did_you_mean(names.local_name(iri_of(q.object)), [k.removeprefix(SH) for k in _NODE_KINDS])
                place = self._place(q.subject, q.predicate.value, q.object)
                yield finding("shape-parameter", "sh:nodeKind must be one of SHACL's six kinds.", place, hint=near)
            elif word in PARAMETERS and not self._fits(PARAMETERS[word], q.object):
                place = self._place(q.subject, q.predicate.value, q.object)
                yield finding(
                    "shape-parameter", f"sh:{word} must be {PARAMETERS[word]}, not {_shown(q.object)}.", place
                )

    def _fits(self, kind: str, value: object) -> bool:
        if isinstance(value, ox.Literal):
            datatype = value.datatype.value
            return {
                _INTEGER: datatype == XSD + "integer" and re.match(r"\+?[0-9]+\Z", value.value) is not None,
                _STRING: datatype == XSD + "string",
                _BOOLEAN: datatype == XSD + "boolean" and value.value in ("true", "false"),
                _LITERAL: True,
            }.get(kind, False)
        if kind == _A_LIST:
            return self._members(value) is not None
        return kind == _RESOURCE or (kind == _ANY_IRI and isinstance(value, ox.NamedNode))

    def targets(self) -> Iterator[Finding]:
        """A class where a property is wanted, or the other way round; undefined terms are found elsewhere."""
        classes = {OWL + "Class", RDFS + "Class"}
        properties = {OWL + w for w in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")} | {
            RDF + "Property"
        }
        wanted = {
            "targetClass": classes,
            "class": classes,
            "targetSubjectsOf": properties,
            "targetObjectsOf": properties,
        }
        wanted["path"] = properties
        for q in self._quads:
            word, kinds = q.predicate.value.removeprefix(SH), self._defined.get(iri_of(q.object))
            if kinds and word in wanted and not kinds & wanted[word]:
                noun = "a class" if wanted[word] is classes else "a property"
                place = self._place(q.subject, q.predicate.value, q.object)
                yield finding("shape-target", f"sh:{word} wants {noun}; {self._name(iri_of(q.object))} is none.", place)

    def patterns(self) -> Iterator[Finding]:
        for q in self._quads:
            if q.predicate.value == SH + "pattern" and isinstance(q.object, ox.Literal):
                try:
                    re.compile(q.object.value)
                except re.error as error:
                    place = self._place(q.subject, q.predicate.value, q.object)
                    yield finding("shape-pattern", f'"{q.object.value}" is no regular expression: {error}.', place)

    def severities(self) -> Iterator[Finding]:
        for q in self._quads:
            if q.predicate.value == SH + "severity" and iri_of(q.object) not in _SEVERITIES:
                place = self._place(q.subject, q.predicate.value, q.object)
                hint = "sh:Violation, sh:Warning or sh:Info."
                yield finding("shape-severity", f"{_shown(q.object)} is no severity of SHACL.", place, hint=hint)

    def queries(self) -> Iterator[Finding]:
        for q in self._quads:
            if q.predicate.value not in (SH + "select", SH + "ask") or not isinstance(q.object, ox.Literal):
                continue
            place = self._place(q.subject, q.predicate.value, q.object)
            if word := asks_elsewhere(q.object.value):
                yield finding("shape-service", f"{word} is refused: a check asks nobody else for data.", place)
                continue
            try:
                ox.Store().query(self._prefixes(q.subject) + re.sub(r"[$?]PATH\b", "<urn:path>", q.object.value))
            except SyntaxError as error:
                yield finding("shape-query", f"Not a SPARQL query: {error.msg}", place)

    def _prefixes(self, constraint: object) -> str:
        """Declarations of ``sh:prefixes`` as SPARQL, and the three that pySHACL adds."""
        found = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
        for declarer in self._values(constraint, "prefixes"):
            for declaration in self._values(declarer, "declare"):
                prefix, namespace = self._values(declaration, "prefix"), self._values(declaration, "namespace")
                if prefix and namespace and isinstance(prefix[0], ox.Literal) and isinstance(namespace[0], ox.Literal):
                    found[prefix[0].value] = namespace[0].value
        return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in found.items())

    @cached_property
    def _shapes(self) -> list[object]:
        """Every node that says something in SHACL's words and is no path, constraint query, group or declaration."""
        kinds = {ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape")}
        words = {SH + w for w in (*_CONSTRAINTS, *_TARGETS, "property", "path")}
        return [n for n, row in self._by_subject.items() if kinds & set(row.get(RDF + "type", ())) or words & set(row)]

    def reach(self) -> Iterator[Finding]:
        """Shapes that no target leads to."""
        classes = ox.NamedNode(RDFS + "Class"), ox.NamedNode(OWL + "Class")
        used = {q.object for q in self._quads if q.predicate.value in _LIST_KEYS or q.predicate.value.startswith(SH)}
        for node in self._shapes:
            row = self._by_subject[node]
            targeted = any(SH + t in row for t in _TARGETS) or any(c in row.get(RDF + "type", ()) for c in classes)
            if not targeted and node not in used:
                name = self._name(iri_of(node)) or "This shape"
                message = f"{name} has no target and no other shape refers to it: it checks nothing."
                yield finding("shape-unreachable", message, self._place(node))

    def messages(self) -> Iterator[Finding]:
        """Constraints that report themselves; those in sh:not, sh:or and untargeted shapes report through another."""
        for node in self._shapes:
            row = self._by_subject[node]
            if any(SH + t in row for t in _TARGETS):
                reporting = [node, *row.get(SH + "property", ())]
                for shape in reporting:
                    if self._lacks_message(shape):
                        hint = "Say in plain words what to do: sh:message."
                        yield finding(
                            "shape-message", "A constraint without sh:message.", self._place(shape), hint=hint
                        )

    def _lacks_message(self, shape: object) -> bool:
        row = self._by_subject.get(shape, {})
        own = [w for w in _CONSTRAINTS if SH + w in row]
        if not own or SH + "message" in row:
            return False
        queries = row.get(SH + "sparql", [])
        return own != ["sparql"] or not all(self._values(query, "message") for query in queries)

    def deactivated(self) -> Iterator[Finding]:
        """Rules that are switched off; a view, which only says how pages read, has none to switch off."""
        for q in self._quads:
            if q.predicate.value == SH + "deactivated" and getattr(q.object, "value", "") == "true":
                row = self._by_subject[q.subject]
                if any(self._constrains(shape) for shape in (q.subject, *row.get(SH + "property", ()))):
                    place = self._place(q.subject, q.predicate.value, q.object)
                    yield finding("shape-deactivated", "This shape is switched off.", place)

    def _constrains(self, shape: object) -> bool:
        return any(SH + word in self._by_subject.get(shape, {}) for word in _CONSTRAINTS)


def _shown(term: object) -> str:
    return (
        f'"{term.value}"'
        if isinstance(term, ox.Literal)
        else f"<{term.value}>"
        if isinstance(term, ox.NamedNode)
        else "a blank node"
    )
