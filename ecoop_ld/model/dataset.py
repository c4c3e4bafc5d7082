"""The index of the data → the things that pages tell of, and their documents: what every view is made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ecoop_ld.model.blanks import Blanks
from ecoop_ld.model.index import TYPE as TYPE
from ecoop_ld.model.index import Fact as Fact
from ecoop_ld.model.index import Index
from ecoop_ld.model.index import Term as Term
from ecoop_ld.model.remembered import remembered
from ecoop_ld.rdf import names

SUBJECT, PREDICATE, OBJECT = (names.RDF + part for part in ("subject", "predicate", "object"))
"""What an ``rdf:Statement`` is about."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What properties and classes are used for."""

    triples: Mapping[str, int]
    """Property → triples with it."""
    by_class: Mapping[str, Mapping[str, int]]
    """Class → property → things of the class that have the property."""
    by_property: Mapping[str, Mapping[str, int]]
    """Property → class → things of the class that have the property."""


@dataclass(frozen=True)
class Dataset(Index):
    """The published data of a project; made once per build or server start."""

    @cached_property
    def blanks(self) -> Blanks:
        return Blanks(self)

    @remembered
    def page(self, iri: str) -> tuple[str, str] | None:
        """Path and fragment of the page that tells of an IRI; ``None`` where none does, or nothing is said of it."""
        if not self.described(iri):
            return None
        loose = iri in self.blanks.loose_set
        return (self.addresses.document(iri), "") if loose else self.addresses.page(iri)

    @cached_property
    def statements(self) -> Mapping[tuple[str, str, Term], Sequence[str]]:
        """Triple → the ``rdf:Statement`` nodes about it."""
        found: dict[tuple[str, str, Term], dict[str, None]] = {}
        for node in self.subjects():
            for subject in self.iris(node, SUBJECT):
                for predicate in self.iris(node, PREDICATE):
                    for value in self.objects(node, OBJECT):
                        found.setdefault((subject, predicate, value), {})[node] = None
        return {triple: tuple(nodes) for triple, nodes in found.items()}

    @cached_property
    def vocabulary_version(self) -> str:
        """What the project's own vocabulary says its version is; empty where it says nothing."""
        return self.version_of(self.config.vocabulary_iri)

    @cached_property
    def things(self) -> tuple[str, ...]:
        """IRIs that pages tell of, sorted: each has a document, or is a part of one (:attr:`documents`)."""
        found = sorted((*(iri for iri in self.subjects() if self.addresses.has_page(iri)), *self.blanks.loose))
        self.addresses.check_unique(found)
        return tuple(found)

    @cached_property
    def things_set(self) -> frozenset[str]:
        return frozenset(self.things)

    @cached_property
    def documents(self) -> dict[str, tuple[str, ...]]:
        """Path of each document about things → the IRI that is asked for there, then all others that it tells.

        Those are the IRIs with a fragment, and those that only escape other characters. The first need not be
        described where the others are.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.things:
            found[self.addresses.document(iri)].append(iri)
        return {path: _whole_first(iris) for path, iris in found.items()}

    def parts(self, iri: str) -> tuple[str, ...]:
        """The other described IRIs that the document about an IRI tells: its fragments, above all; sorted."""
        told = self.documents.get(self.addresses.document(iri), ()) if self.addresses.has_page(iri) else ()
        return told[1:] if told and told[0] == iri else ()

    @cached_property
    def usage(self) -> Usage:
        """How often the data use each property, and with things of which classes."""
        triples: dict[str, int] = defaultdict(int)
        by_class: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        by_property: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for subject in self.subjects():
            kinds = self.types(subject)
            for predicate, facts in self.outgoing(subject).items():
                triples[predicate] += len(facts)
                if predicate != TYPE:
                    for kind in kinds:
                        by_class[kind][predicate] += 1
                        by_property[predicate][kind] += 1
        return Usage(dict(triples), dict(by_class), dict(by_property))

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """Class → things of that class (stated or derived), sorted."""
        index: dict[str, list[str]] = defaultdict(list)
        for iri in self.things:
            for kind in self.types(iri):
                index[kind].append(iri)
        return dict(index)


def _whole_first(iris: list[str]) -> tuple[str, ...]:
    whole = next((iri for iri in iris if "#" not in iri), iris[0].partition("#")[0])
    return (whole, *(iri for iri in iris if iri != whole))
