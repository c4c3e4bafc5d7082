"""Dataset → its concept schemes: who is in which, what is broader than what, and the ways to the top (SKOS Reference).

A hierarchy of real data has concepts with several broader ones, with none of their scheme, and circles; each of these
has an end here. A concept that is in no scheme belongs to that of its neighbours, else to the one without a name.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.rdf.names import RDF, SKOS

_ISO = "http://purl.org/iso25964/skos-thes#"
_BROADER = (SKOS + "broader", *(_ISO + "broader" + kind for kind in ("Generic", "Instantial", "Partitive")))
_NARROWER = (SKOS + "narrower", *(_ISO + "narrower" + kind for kind in ("Generic", "Instantial", "Partitive")))
_PARTS = frozenset({SKOS + "inScheme", SKOS + "topConceptOf", *_BROADER, *_NARROWER})
_COLLECTIONS = frozenset({SKOS + "Collection", SKOS + "OrderedCollection"})
NO_SCHEME = ""
"""Stands for the scheme of concepts that are in none."""
MOST_PATHS = 8
"""Ways to the top that are told of one concept."""
DEEPEST = 40
"""Steps of a way that are told; what is above is left out."""


@dataclass(frozen=True, eq=False)
class Schemes:
    """The concept schemes of one dataset; what is asked for is kept."""

    dataset: Dataset

    @cached_property
    def members(self) -> Mapping[str, frozenset[str]]:
        """Scheme → its concepts."""
        found: dict[str, set[str]] = defaultdict(set)
        for concept, schemes in self._of.items():
            for scheme in schemes:
                found[scheme].add(concept)
        return {scheme: frozenset(concepts) for scheme, concepts in sorted(found.items())}

    def of(self, concept: str) -> tuple[str, ...]:
        """The schemes that a concept is in; nothing for what is no concept."""
        return self._of.get(concept, ())

    @cached_property
    def _of(self) -> Mapping[str, tuple[str, ...]]:
        stated = {concept: self._stated(concept) for concept in self._concepts()}
        waiting = deque(concept for concept, schemes in stated.items() if schemes)
        while waiting:  # a concept in no scheme is in that of the first neighbour that is in one
            concept = waiting.popleft()
            for other in sorted({*self._broader(concept), *self._narrower(concept)}):
                if other in stated and not stated[other]:
                    stated[other] = stated[concept]
                    waiting.append(other)
        return {concept: schemes or (NO_SCHEME,) for concept, schemes in stated.items()}

    def _concepts(self) -> list[str]:
        """What is typed as a concept or has the part of one; a set of data without any is looked through once."""
        found = set(self.dataset.into(SKOS + "Concept", TYPE))
        found |= {iri for iri in self.dataset.subjects() if not _PARTS.isdisjoint(self.dataset.outgoing(iri))}
        return sorted(found.difference(self._collections()))

    def _collections(self) -> set[str]:
        return {iri for kind in _COLLECTIONS for iri in self.dataset.into(kind, TYPE)}

    def _stated(self, concept: str) -> tuple[str, ...]:
        out = (scheme for p in ("inScheme", "topConceptOf") for scheme in self.dataset.iris(concept, SKOS + p))
        return tuple(sorted({*out, *self.dataset.into(concept, SKOS + "hasTopConcept")}))

    def _broader(self, concept: str) -> set[str]:
        out = {other for p in _BROADER for other in self.dataset.iris(concept, p)}
        return (out | {other for p in _NARROWER for other in self.dataset.into(concept, p)}) - {concept}

    def _narrower(self, concept: str) -> set[str]:
        out = {other for p in _NARROWER for other in self.dataset.iris(concept, p)}
        return (out | {other for p in _BROADER for other in self.dataset.into(concept, p)}) - {concept}

    def broader(self, concept: str, scheme: str) -> list[str]:
        """What is one step broader in a scheme, sorted."""
        return sorted(self._broader(concept) & self.members[scheme])

    def narrower(self, concept: str, scheme: str) -> list[str]:
        """What is one step narrower in a scheme, sorted."""
        return sorted(self._narrower(concept) & self.members[scheme])

    @cached_property
    def _tops(self) -> dict[str, tuple[str, ...]]:
        return {}

    def tops(self, scheme: str) -> tuple[str, ...]:
        """Where a scheme begins: what it calls so, what has nothing broader, and one of each circle with no way in."""
        if scheme not in self._tops:
            members = self.members[scheme]
            called = {
                *self.dataset.iris(scheme, SKOS + "hasTopConcept"),
                *self.dataset.into(scheme, SKOS + "topConceptOf"),
            }
            found = {concept for concept in members if concept in called or not self.broader(concept, scheme)}
            reached = self._below(found, scheme)
            for concept in sorted(members - reached):
                if concept not in reached:
                    found.add(concept)
                    reached |= self._below({concept}, scheme)
            self._tops[scheme] = tuple(sorted(found))
        return self._tops[scheme]

    def _below(self, concepts: Iterable[str], scheme: str) -> set[str]:
        reached, waiting = set(concepts), list(concepts)
        while waiting:
            for other in self.narrower(waiting.pop(), scheme):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached

    def paths(self, concept: str, scheme: str) -> list[tuple[str, ...]]:
        """Ways from the top to a concept, itself last; ``MOST_PATHS`` of them, and of each ``DEEPEST`` steps."""
        tops = set(self.tops(scheme))
        found: list[tuple[str, ...]] = []
        waiting: list[tuple[str, ...]] = [(concept,)]
        while waiting and len(found) < MOST_PATHS:
            path = waiting.pop()
            above = [other for other in self.broader(path[0], scheme) if other not in path]
            if path[0] in tops or not above or len(path) == DEEPEST:
                found.append(path)
            if len(path) < DEEPEST:
                waiting += [(other, *path) for other in reversed(above)]
        return found

    def has_tree(self, scheme: str) -> bool:
        """Whether any concept of a scheme is below another."""
        return any(self._narrower(concept) & self.members[scheme] for concept in self.members[scheme])

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """Scheme → its concepts that have narrower ones, sorted."""
        return {s: tuple(c for c in sorted(some) if self._narrower(c) & some) for s, some in self.members.items()}

    @cached_property
    def collections(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Scheme → the collections of its concepts, each with the number of its members."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for iri in sorted(self._collections()):
            inside = self.collected(iri)
            stated = self.dataset.iris(iri, SKOS + "inScheme")
            for scheme in stated or sorted({s for concept in inside for s in self.of(concept)}):
                found[scheme][iri] = len(inside)
        return {scheme: tuple(some.items()) for scheme, some in found.items()}

    def collected(self, collection: str) -> list[str]:
        """The members of a collection, in the order of its list where it has one."""
        listed: dict[str, None] = {}
        for head in self.dataset.iris(collection, SKOS + "memberList"):
            seen: set[str] = set()
            while head not in seen and head != RDF + "nil":
                seen.add(head)
                listed |= dict.fromkeys(self.dataset.iris(head, RDF + "first"))
                head = next(iter(self.dataset.iris(head, RDF + "rest")), RDF + "nil")
        return [*listed, *(m for m in self.dataset.iris(collection, SKOS + "member") if m not in listed)]
