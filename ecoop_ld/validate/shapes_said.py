"""Quads of shapes → what each shape says, for the compiler of shapes: strict, because doubts are for pySHACL."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.rdf.names import OWL, RDF, RDFS, SH, XSD
from ecoop_ld.validate.triples import Node

_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", ox.NamedNode(RDF + "nil")
_CLASS = ox.NamedNode(RDFS + "Class")
TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_ONE = ("property", "node", "not", "qualifiedValueShape")
LISTS = ("and", "or", "xone")
PARAMETERS = frozenset(
    (*_ONE, *LISTS, "class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive")
) | {
    *("maxExclusive", "maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn", "uniqueLang"),
    *("equals", "disjoint", "lessThan", "lessThanOrEquals", "qualifiedMinCount", "qualifiedMaxCount"),
    *("qualifiedValueShapesDisjoint", "closed", "ignoredProperties", "hasValue", "in", "sparql"),
}
"""Local names of the parameters of all constraints that pySHACL looks for."""
_COUNT = re.compile(r"[0-9]{1,9}\Z")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_DEEPEST = 12
"""Shapes within shapes; pySHACL refuses more than fifteen."""


class Uncompiled(Exception):
    """Something in a shape is not compiled; the text says what."""


class ShapesSaid:
    """The shapes by their nodes."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._by_subject: dict[Node, dict[str, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
        for q in quads:
            self._by_subject[q.subject][q.predicate.value][q.object] = None
        self.shapes = self._shapes()
        self._deep = self._too_deep()
        component = ox.NamedNode(SH + "ConstraintComponent")
        self._custom = any(
            component in told[RDF + "type"] or component in told[RDFS + "subClassOf"]
            for told in map(self._by_subject.__getitem__, [*self._by_subject])
        )

    def said(self, node: Node, predicate: str) -> list[Node]:
        return [*self._by_subject[node][predicate]] if node in self._by_subject else []

    def values(self, node: Node, word: str) -> list[Node]:
        return self.said(node, SH + word)

    def words(self, shape: Node) -> list[str]:
        """Local names of the parameters that a shape has."""
        told = self._by_subject.get(shape, {})
        local = (predicate.removeprefix(SH) for predicate in told if predicate.startswith(SH) and told[predicate])
        return [word for word in local if word in PARAMETERS]

    def one(self, node: Node, word: str) -> Node | None:
        """The only value. Raises :class:`Uncompiled` where there are several."""
        found = self.values(node, word)
        if len(found) > 1:
            raise Uncompiled(f"several values of sh:{word}")
        return found[0] if found else None

    def iri(self, node: Node, word: str) -> str:
        found = self.one(node, word)
        if not isinstance(found, ox.NamedNode):
            raise Uncompiled(f"a sh:{word} that is no IRI")
        return found.value

    def iris(self, node: Node, word: str) -> list[ox.NamedNode]:
        found = self.values(node, word)
        if not all(isinstance(term, ox.NamedNode) for term in found):
            raise Uncompiled(f"a sh:{word} that is no IRI")
        return [term for term in found if isinstance(term, ox.NamedNode)]

    def flag(self, node: Node, word: str) -> bool:
        """A truth value; false where nothing is said."""
        found = self.one(node, word)
        if found is None:
            return False
        truth = _TRUTH.get(found.value) if isinstance(found, ox.Literal) else None
        if truth is not None and isinstance(found, ox.Literal) and found.datatype.value == XSD + "boolean":
            return truth
        raise Uncompiled(f"a sh:{word} that is neither true nor false")

    def count(self, node: Node, word: str, datatype: str = XSD + "integer") -> int:
        found = self.one(node, word)
        if isinstance(found, ox.Literal) and found.datatype.value == datatype and _COUNT.match(found.value):
            return int(found.value)
        raise Uncompiled(f"a sh:{word} that is no whole number")

    def text(self, term: Node) -> str:
        if isinstance(term, ox.Literal) and term.datatype.value == XSD + "string" and term.value:
            return term.value
        raise Uncompiled("a text that is none")

    def list_of(self, node: Node, word: str) -> list[Node]:
        head = self.one(node, word)
        return self.items(head) if head is not None else []

    def items(self, head: Node) -> list[Node]:
        """The members of a well-formed list. Raises :class:`Uncompiled` for any other."""
        found: list[Node] = []
        seen = set()
        while head != _NIL:
            first, rest = self.said(head, _FIRST), self.said(head, _REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise Uncompiled("a list that is none")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def predicates(self, node: Node) -> set[str]:
        return {predicate for predicate, told in self._by_subject.get(node, {}).items() if told}

    def subjects(self) -> Iterator[Node]:
        yield from [*self._by_subject]

    def inner(self, shape: Node) -> Iterator[Node]:
        """The shapes that a shape refers to."""
        for word in _ONE:
            yield from self.values(shape, word)
        for word in LISTS:
            for head in self.values(shape, word):
                yield from self.items(head)

    def siblings(self, shape: Node, inner: Node) -> list[Node]:
        """The other qualified value shapes of the shapes around a property shape (SHACL 1.0 §4.7.3)."""
        beside = [one for node in self._around.get(shape, ()) for one in self.values(node, "property")]
        found = [value for one in beside for value in self.values(one, "qualifiedValueShape")]
        return [*dict.fromkeys(value for value in found if value != inner)]

    @cached_property
    def _around(self) -> dict[Node, list[Node]]:
        """Property shape → the shapes that have it."""
        found: dict[Node, list[Node]] = defaultdict(list)
        for node in self._by_subject:
            for shape in self.values(node, "property"):
                found[shape].append(node)
        return dict(found)

    def classes(self) -> frozenset[Node]:
        """Types of shapes that make them classes, and so targets of themselves."""
        below = {node for node in self._by_subject if _CLASS in self.said(node, RDFS + "subClassOf")}
        return frozenset((_CLASS, ox.NamedNode(OWL + "Class"), *below))

    def must_be_plain(self, shape: Node) -> None:
        """Raises :class:`Uncompiled` for a shape in which pySHACL might do more than its parameters say."""
        if self._custom:
            raise Uncompiled("a constraint component of one's own is declared")
        if isinstance(shape, ox.Literal):
            raise Uncompiled("a text in the place of a shape")
        if shape in self._deep:
            raise Uncompiled("it is recursive, or many shapes deep")

    def malformed(self) -> bool:
        """Whether pySHACL might refuse the shapes before it looks at data."""
        try:
            for shape in self.shapes:
                types = {term.value for term in self.said(shape, RDF + "type") if isinstance(term, ox.NamedNode)}
                path = self.one(shape, "path")
                self.flag(shape, "deactivated")
                if (path is not None and SH + "NodeShape" in types) or (path is None and SH + "PropertyShape" in types):
                    return True
            return any(not self.items(head) for s in self.shapes for word in LISTS for head in self.values(s, word))
        except Uncompiled:
            return True

    def _shapes(self) -> dict[Node, None]:
        """All that pySHACL takes for a shape."""
        found: dict[Node, None] = {}
        kinds = {ox.NamedNode(SH + kind) for kind in ("NodeShape", "PropertyShape")}
        makers = (*TARGETS, "property", "node")
        for node in [*self._by_subject]:
            if kinds & {*self.said(node, RDF + "type")} or any(self.values(node, word) for word in makers):
                found[node] = None
            for word in _ONE:
                found |= dict.fromkeys(self.values(node, word))
            for word in LISTS:
                for head in self.values(node, word):
                    found |= dict.fromkeys(self._loose(head))
        return found

    def _loose(self, head: Node) -> list[Node]:
        try:
            return self.items(head)
        except Uncompiled:
            return []

    def _too_deep(self) -> set[Node]:
        """Shapes that hold themselves, or many others within each other: what is left when leaves are taken off."""
        inside: dict[Node, set[Node]] = {}
        for shape in self.shapes:
            loose = (one for word in LISTS for head in self.values(shape, word) for one in self._loose(head))
            qualified = self.values(shape, "qualifiedValueShape")
            siblings = (one for value in qualified for one in self.siblings(shape, value))
            inside[shape] = {*loose, *siblings, *(one for word in _ONE for one in self.values(shape, word))}
        left = dict(inside)
        for _ in range(_DEEPEST):
            left = {shape: inner for shape, inner in left.items() if any(one in left for one in inner)}
        return {*left}
