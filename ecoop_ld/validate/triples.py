"""Triples → look-ups by predicate, with a number for each term: what shapes are held against."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.rdf.names import RDF, RDFS
from ecoop_ld.validate.literals import oddity

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Pairs = dict[int, "int | dict[int, None]"]
"""Number of a subject → number of its object, or the numbers of several, each once."""
TYPE, SUBCLASS = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "subClassOf")
_NONE: Pairs = {}


class Triples:
    """A graph. Terms are equal where pyoxigraph says so: as written, but for the case of language tags."""

    def __init__(self, statements: Iterable[ox.Triple | ox.Quad] = ()) -> None:
        self.terms: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self.by_predicate: dict[int, Pairs] = {}
        self._inverse: dict[int, Pairs] = {}
        self._within: dict[int, frozenset[int]] = {}
        number, rows = self.number, self.by_predicate
        for one in statements:
            predicate = number(one.predicate)
            pairs = rows.get(predicate)
            if pairs is None:
                pairs = rows[predicate] = {}
            _put(pairs, number(one.subject), number(one.object))

    def __len__(self) -> int:
        return sum(len(values(pairs, node)) for pairs in self.by_predicate.values() for node in pairs)

    @cached_property
    def store(self) -> ox.Store:
        """The same graph in a store, for those who ask in SPARQL; made when it is first asked for."""
        made, terms = ox.Store(), self.terms
        made.bulk_extend(
            ox.Quad(terms[subject], terms[predicate], terms[object_])  # type: ignore[arg-type]
            for predicate, pairs in self.by_predicate.items()
            for subject, object_ in flat(pairs)
        )
        return made

    @cached_property
    def odd(self) -> str:
        """Which kind of term is here that functions of SPARQL are not agreed upon, or ``""``."""
        return next(filter(None, map(oddity, self.terms)), "")

    def number(self, term: Node) -> int:
        """The number of a term, which need not be in the graph."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return found

    def known(self, term: Node) -> int | None:
        return self._numbers.get(term)

    def pairs(self, predicate: int | None) -> Pairs:
        """What a predicate leads to."""
        return self.by_predicate.get(predicate, _NONE) if predicate is not None else _NONE

    def inverse(self, predicate: int | None) -> Pairs:
        """What leads somewhere by a predicate; made when it is first asked for."""
        if predicate not in self.by_predicate:
            return _NONE
        found = self._inverse.get(predicate)
        if found is None:
            found = self._inverse[predicate] = {}
            for subject, object_ in flat(self.by_predicate[predicate]):
                _put(found, object_, subject)
        return found

    def instances(self, kind: int) -> frozenset[int]:
        """The SHACL instances of a class (SHACL 1.0 §1.1): of it, and of what is below it by ``rdfs:subClassOf``."""
        if kind not in self._within:
            below, types = self.inverse(self.known(SUBCLASS)), self.inverse(self.known(TYPE))
            kinds = reached(kind, lambda node: values(below, node))
            self._within[kind] = frozenset(node for one in kinds for node in values(types, one))
        return self._within[kind]

    def without(self, unwanted: Callable[[Node], bool], but: ox.NamedNode) -> Triples:
        """The same without what is said of some subjects, but by one predicate."""
        kept, asked = self.known(but), dict[int, bool]()
        found = Triples()
        found.terms, found._numbers = self.terms, self._numbers
        for predicate, pairs in self.by_predicate.items():
            asked |= {node: unwanted(self.terms[node]) for node in pairs if node not in asked}
            spared = predicate == kept
            left = pairs if spared else {node: value for node, value in pairs.items() if not asked[node]}
            if left:
                found.by_predicate[predicate] = left
        return found


def values(pairs: Pairs, node: int) -> Collection[int]:
    found = pairs.get(node)
    if found is None:
        return ()
    return (found,) if isinstance(found, int) else found


def flat(pairs: Pairs) -> Iterator[tuple[int, int]]:
    for node, found in pairs.items():
        if isinstance(found, int):
            yield node, found
        else:
            for value in found:
                yield node, value


def reached(start: int, step: Callable[[int], Iterable[int]]) -> set[int]:
    """A node and all that steps lead to from it."""
    found, open_ = {start}, [start]
    while open_:
        for node in step(open_.pop()):
            if node not in found:
                found.add(node)
                open_.append(node)
    return found


def _put(pairs: Pairs, key: int, value: int) -> None:
    before = pairs.get(key)
    if before is None:
        pairs[key] = value
    elif isinstance(before, dict):
        before[value] = None
    elif before != value:
        pairs[key] = {before: None, value: None}
