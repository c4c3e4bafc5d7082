"""Quads → the lookups that the checks of vocabularies and concepts share; IRIs are strings here."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCAM, OWL, RDF, RDFS
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate.codes import finding

TYPE = RDF + "type"
CLASSES = frozenset({OWL + "Class", RDFS + "Class"})
OBJECT_PROPERTY, DATATYPE_PROPERTY = OWL + "ObjectProperty", OWL + "DatatypeProperty"
PROPERTIES = frozenset({OBJECT_PROPERTY, DATATYPE_PROPERTY, OWL + "AnnotationProperty", RDF + "Property"})


class VocabularyQuads:
    """Quads with the lookups that the checks share; IRIs are strings here."""

    def __init__(self, config: Config, quads: Iterable[ox.Quad], locator: Locator) -> None:
        self.config, self._locator = config, locator
        self.rows: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for triple in dict.fromkeys(q.triple for q in quads):  # one in two graphs is said once
            self.rows[iri_of(triple.subject)][triple.predicate.value].append(triple.object)

    @property
    def namespace(self) -> str:
        return self.config.vocabulary_terms

    def objects(self, iri: str, predicate: str) -> list[object]:
        return self.rows[iri][predicate] if iri in self.rows and predicate in self.rows[iri] else []

    def iris(self, iri: str, *predicates: str) -> list[str]:
        return [o.value for p in predicates for o in self.objects(iri, p) if isinstance(o, ox.NamedNode)]

    def texts(self, iri: str, *predicates: str) -> list[ox.Literal]:
        return [o for p in predicates for o in self.objects(iri, p) if isinstance(o, ox.Literal)]

    def types(self, iri: str) -> set[str]:
        return set(self.iris(iri, TYPE))

    def name(self, iri: str) -> str:
        return names.compact(iri, self.config.all_prefixes).removeprefix(self.config.base)

    def place(self, iri: str, predicate: str = "", value: object = None) -> Place | None:
        return self._locator.of(ox.NamedNode(iri), ox.NamedNode(predicate) if predicate else None, value)

    def about(
        self, code: str, iri: str, message: str, predicate: str = "", value: object = None, hint: str = ""
    ) -> Finding:
        made = finding(code, message, self.place(iri, predicate, value), focus=iri, hint=hint)
        return dataclasses.replace(made, predicate=predicate)

    @cached_property
    def headers(self) -> list[str]:
        return [iri for iri in self.rows if OWL + "Ontology" in self.types(iri)]

    @cached_property
    def terms(self) -> list[str]:
        return [iri for iri in self.rows if iri.startswith(self.namespace) and len(iri) > len(self.namespace)]

    @cached_property
    def classes(self) -> list[str]:
        return [iri for iri in self.terms if self.types(iri) & CLASSES]

    @cached_property
    def properties(self) -> list[str]:
        return [iri for iri in self.terms if self.types(iri) & PROPERTIES]

    def links(self, predicate: str) -> dict[str, set[str]]:
        return {iri: set(self.iris(iri, predicate)) for iri in list(self.rows) if self.iris(iri, predicate)}

    def ends(self, iri: str) -> tuple[set[str], set[str]]:
        """Classes at the two ends of a property, as far as said (``rdfs:`` or ``dcam:``)."""
        return (
            set(self.iris(iri, RDFS + "domain", DCAM + "domainIncludes")),
            set(self.iris(iri, RDFS + "range", DCAM + "rangeIncludes")),
        )

    @cached_property
    def above(self) -> dict[str, set[str]]:
        """Class → the classes above it, itself included."""
        return closure(self.links(RDFS + "subClassOf"))

    def fit(self, one: set[str], other: set[str]) -> bool:
        """Whether two sets of classes can meet: one is empty, or a class of one is a kind of a class of the other."""
        if not one or not other:
            return True
        return any(a in self.above.get(b, {b}) or b in self.above.get(a, {a}) for a in one for b in other)


def closure(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    found = {}
    for start in edges:
        seen, todo = {start}, [start]
        while todo:
            new = edges.get(todo.pop(), set()) - seen
            seen |= new
            todo += new
        found[start] = seen
    return found


def on_cycle(edges: Mapping[str, set[str]]) -> list[str]:
    """Nodes that lead back to themselves, in order."""
    leads_to = closure(edges)
    return [n for n in edges if any(n in leads_to.get(m, {m}) for m in edges[n])]


def circles(edges: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """The nodes of each circle once, in the order of the way round from the first of them."""
    left, found = dict.fromkeys(on_cycle(edges)), []
    leads_to = closure(edges)
    while left:
        start = next(iter(left))
        way, here = [start], start
        while True:
            nearer = [
                n for n in sorted(edges.get(here, ())) if n == start or (n not in way and start in leads_to.get(n, ()))
            ]
            here = start if start in nearer else nearer[0] if nearer else start
            if here == start:
                break
            way.append(here)
        found.append(tuple(way))
        for node in list(left):
            if node in way or (node in leads_to.get(start, ()) and start in leads_to.get(node, ())):
                left.pop(node, None)
    return found
