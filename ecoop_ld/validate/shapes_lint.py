"""Shapes → what is wrong with the shapes themselves: engines pass over most slips in silence, and the data conforms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, did_you_mean
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDF, RDFS, SH, XSD
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate import known
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import defined_terms
from ecoop_ld.validate.shapes_graph import ShapesGraph

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
    if not quads:
        return
    lint = _Lint(config, quads, locator, defined_terms(config, sources))
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        lint.terms,
        lint.unsupported,
        lint.paths,
        lint.parameters,
        lint.bounds,
        lint.targets,
        lint.severities,
        lint.reach,
        lint.messages,
        lint.deactivated,
    )
    for one in checks:
        yield from one()


class _Lint(ShapesGraph):
    """The checks of shapes themselves."""

    def __init__(self, config: Config, quads: list[ox.Quad], locator: Locator, defined: Mapping[str, set[str]]) -> None:
        super().__init__(config, quads, locator)
        self._defined = defined

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
                text = paths[0].value if isinstance(paths[0], ox.Literal) else ""
                hint = f"Write {text}, without quotation marks." if ":" in text else "Write the name of a property."
                message = f'"{text}" is a text: a path is a property.' if text else "This is no SHACL path."
                yield finding("shape-path", message, self._place(node, SH + "path", paths[0]), hint=hint)

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
            if word == "nodeKind" and iri_of(q.object) not in _NODE_KINDS and not iri_of(q.object).startswith(SH):
                near = did_you_mean(names.local_name(iri_of(q.object)), [k.removeprefix(SH) for k in _NODE_KINDS])
                place = self._place(q.subject, q.predicate.value, q.object)
                yield finding("shape-parameter", "sh:nodeKind must be one of SHACL's six kinds.", place, hint=near)
            elif word in PARAMETERS and not self._fits(PARAMETERS[word], q.object):
                place = self._place(q.subject, q.predicate.value, q.object)
                message = f"sh:{word} must be {PARAMETERS[word]}, not {_shown(q.object)}."
                yield finding("shape-parameter", message, place, hint=_mend(PARAMETERS[word], q.object))

    def bounds(self) -> Iterator[Finding]:
        """Least values that are above the most; and exceptions to a closed shape that is not closed."""
        for node in self._shapes:
            is_closed = any(getattr(value, "value", "") == "true" for value in self._values(node, "closed"))
            if self._values(node, "ignoredProperties") and not is_closed:
                message = "sh:ignoredProperties says what a closed shape lets pass, and this one is not closed."
                place = self._place(node, SH + "ignoredProperties")
                yield finding("shape-parameter", message, place, hint="Add sh:closed true, or take it out.")
            for word in ("Count", "Length"):
                least, most = (self._values(node, f"{end}{word}") for end in ("min", "max"))
                numbers = [int(v.value) for v in (*least, *most) if isinstance(v, ox.Literal) and v.value.isdigit()]
                if len(least) == len(most) == 1 and len(numbers) == 2 and numbers[0] > numbers[1]:
                    message = f"sh:min{word} is {numbers[0]} and sh:max{word} {numbers[1]}: nothing can fit both."
                    place = self._place(node, f"{SH}min{word}", least[0])
                    yield finding("shape-parameter", message, place, hint=f"Make sh:max{word} at least {numbers[0]}.")

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

    def severities(self) -> Iterator[Finding]:
        for q in self._quads:
            if q.predicate.value == SH + "severity" and iri_of(q.object) not in _SEVERITIES:
                place = self._place(q.subject, q.predicate.value, q.object)
                hint = "sh:Violation, sh:Warning or sh:Info."
                yield finding("shape-severity", f"{_shown(q.object)} is no severity of SHACL.", place, hint=hint)

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


_NUMBERS = {"one": "1", "none": "0", "zero": "0", "two": "2", "three": "3"}


def _mend(kind: str, value: object) -> str:
    """How a parameter is written right."""
    text = value.value.strip() if isinstance(value, ox.Literal) else ""
    if kind == _INTEGER and (text.isdigit() or text.lower() in _NUMBERS):
        return f"Write {_NUMBERS.get(text.lower(), text)}, without quotation marks."
    if kind == _BOOLEAN and text.lower() in ("true", "false"):
        return f"Write {text.lower()}, without quotation marks."
    if kind == _ANY_IRI and ":" in text:
        return f"Write {text}, without quotation marks."
    return {_A_LIST: "Write a list: ( … ).", _STRING: "Write a text in quotation marks."}.get(kind, f"Write {kind}.")


def _shown(term: object) -> str:
    return (
        f'"{term.value}"'
        if isinstance(term, ox.Literal)
        else f"<{term.value}>"
        if isinstance(term, ox.NamedNode)
        else "a blank node"
    )
