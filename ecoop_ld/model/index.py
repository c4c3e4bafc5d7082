"""Stated and derived quads → lookups by subject and object.

IRIs are plain strings here; literals stay pyoxigraph's, as parsed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import pyoxigraph as ox

from ecoop_ld import progress
from ecoop_ld.addresses import Addresses
from ecoop_ld.config import Config
from ecoop_ld.model.remembered import remembered
from ecoop_ld.rdf import names
from ecoop_ld.rdf.languages import distance, spoken
from ecoop_ld.rdf.versions import VERSION_INFO, version_of
from ecoop_ld.sources import materialise

_XL = "http://www.w3.org/2008/05/skos-xl#"
_LABEL_NODES = {names.SKOS + name: _XL + name for name in ("prefLabel", "altLabel", "hiddenLabel")}
_LITERAL_FORM = _XL + "literalForm"
Term = str | ox.Literal
"""An IRI, or a literal."""
TYPE = names.RDF + "type"
_NOTHING: Mapping[str, list[Fact]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fact:
    """One triple and the graphs it stands in."""

    subject: str
    predicate: str
    object: Term
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class Index:
    """What the data of a project say, by subject and by object. Its content does not change; it remembers look-ups."""

    config: Config
    stated: Sequence[ox.Quad]
    derived: Sequence[ox.Quad]

    @property
    def quads(self) -> Iterator[ox.Quad]:
        yield from self.stated
        yield from self.derived

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self.config)

    @cached_property
    def derived_graph(self) -> str:
        return self.config.base + materialise.GRAPH

    @cached_property
    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""
        return tuple(sorted({names.value(q.graph_name) for q in self.quads}))

    @cached_property
    def _facts(self) -> dict[tuple[str, str, Term], tuple[str, ...]]:
        merged: dict[tuple[str, str, Term], tuple[str, ...]] = {}
        intern = sys.intern
        total = len(self.stated) + len(self.derived)
        for q in progress.each(self.quads, "Indexing", total, "statements", 10_000):
            o = q.object
            value: Term = o if isinstance(o, ox.Literal) else intern(names.value(o))
            key = (intern(names.value(q.subject)), intern(q.predicate.value), value)
            graph = intern(names.value(q.graph_name))
            merged[key] = (*merged.get(key, ()), graph)
        return merged

    @cached_property
    def _by_subject(self) -> dict[str, dict[str, list[Fact]]]:
        index: dict[str, dict[str, list[Fact]]] = defaultdict(dict)
        for (s, p, o), graphs in self._facts.items():
            index[s].setdefault(p, []).append(Fact(s, p, o, graphs))
        return dict(index)

    @cached_property
    def _by_object(self) -> dict[str, dict[str, list[Fact]]]:
        index: dict[str, dict[str, list[Fact]]] = defaultdict(dict)
        for facts in self._by_subject.values():
            for row in facts.values():
                for fact in row:
                    if isinstance(fact.object, str):
                        index[fact.object].setdefault(fact.predicate, []).append(fact)
        return dict(index)

    @cached_property
    def stated_count(self) -> int:
        """How many triples are stated; one in two graphs counts once."""
        return len({q.triple for q in self.stated})

    def __contains__(self, triple: tuple[str, str, Term]) -> bool:
        return triple in self._facts

    def subjects(self) -> Iterator[str]:
        return iter(self._by_subject)

    def described(self, iri: str) -> bool:
        return iri in self._by_subject

    def outgoing(self, iri: str) -> Mapping[str, list[Fact]]:
        """Predicate → facts with this subject, in source order."""
        return self._by_subject.get(iri, _NOTHING)

    def incoming(self, iri: str) -> Mapping[str, list[Fact]]:
        """Predicate → facts with this object."""
        return self._by_object.get(iri, _NOTHING)

    def objects(self, iri: str, predicate: str) -> list[Term]:
        return [fact.object for fact in self.outgoing(iri).get(predicate, ())]

    def iris(self, iri: str, predicate: str) -> list[str]:
        return [o for o in self.objects(iri, predicate) if isinstance(o, str)]

    def into(self, iri: str, predicate: str) -> list[str]:
        """Subjects that point to ``iri`` by ``predicate``."""
        return [fact.subject for fact in self.incoming(iri).get(predicate, ())]

    def having(self, predicate: str) -> set[str]:
        """Subjects of which something is said by ``predicate``."""
        return {iri for iri, facts in self._by_subject.items() if predicate in facts}

    def types(self, iri: str, *, derived: bool = True) -> list[str]:
        facts = self.outgoing(iri).get(TYPE, ())
        return [f.object for f in facts if isinstance(f.object, str) and (derived or f.graphs != (self.derived_graph,))]

    def is_a(self, iri: str, classes: frozenset[str]) -> bool:
        return any(kind in classes for kind in self.types(iri))

    def labels(self, iri: str, predicate: str) -> list[ox.Literal]:
        """The literals of a property; of a label of SKOS also those that SKOS-XL has in a node of their own (§B.3)."""
        said = self._by_subject.get(iri, _NOTHING)
        found = [f.object for f in said.get(predicate, ()) if isinstance(f.object, ox.Literal)]
        if predicate in _LABEL_NODES:
            nodes = self.iris(iri, _LABEL_NODES[predicate]) if _LABEL_NODES[predicate] in said else ()
            found += [o for node in nodes for o in self.objects(node, _LITERAL_FORM) if isinstance(o, ox.Literal)]
        return found

    def text(self, iri: str, predicates: Sequence[str], language: str) -> ox.Literal | None:
        """The best literal of the first predicate that has one: this language, then the project's order, then any."""
        found = self.best(iri, predicates, language)
        return found[1] if found else None

    def version_of(self, vocabulary: str) -> str:
        """What an ontology says its version is (``owl:versionInfo``); empty where it says nothing."""
        return version_of(self.objects(vocabulary, VERSION_INFO), self.config.languages)

    def best(self, iri: str, predicates: Sequence[str], language: str) -> tuple[str, ox.Literal] | None:
        """The literal of :meth:`text`, with its predicate."""
        if iri not in self._by_subject:
            return None
        for predicate in predicates:
            literals = self.labels(iri, predicate)
            if literals:
                order = self._order(language)
                return predicate, min(literals, key=lambda lit: (*self._nearness(lit.language, order), lit.value))
        return None

    def language_of(self, tag: str | None) -> str:
        """The project's language that a text with this tag is in, else its primary subtag; ``""`` without a tag."""
        return spoken(tag, self.config.languages)

    def _nearness(self, tag: str | None, order: Mapping[str, int]) -> tuple[int, int]:
        own = self.language_of(tag)
        return order.get(own, len(order)), distance(tag, own)

    @remembered
    def _order(self, language: str) -> dict[str, int]:
        return {tag: n for n, tag in enumerate(dict.fromkeys((language, *self.config.languages, "")))}
