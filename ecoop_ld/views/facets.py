"""The things of a class → properties that sort them into few groups, and how many things each choice leaves.

A facet is a property with few values beside the number of things that have it, a date by its year, the language of the
names, the kind beside the class, or the graph that speaks of a thing. Several values of one facet widen what is found,
several facets narrow it. ``site/static/facets.js`` counts in the same way where there is no server.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Dataset, Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.rdf import edtf
from ecoop_ld.words.values import is_time

OPTIONS = 100
"""Values of one facet, at most; a property that the project names may have more."""
FACETS = 12
"""Facets of one class that nobody has named."""
COLUMNS = 40
"""Columns that can be chosen."""
SHOWN = 4
"""Columns of a table for which none were chosen."""
_LEAST = 4
"""Things that have a property, for it to be worth a facet."""
KIND, LANGUAGE, SOURCE = "kind", "language", "source"
"""Facets that are no property; no property is called so, because its key has a hyphen."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet."""

    key: str
    """What an address calls it."""
    term: Term
    """A thing or a literal; a year or a language tag as a plain literal."""
    mask: int
    """The things that have it: bit ``n`` is for the ``n``-th of the class."""


@dataclass(frozen=True, slots=True)
class Facet:
    """What things of a class can be told apart by."""

    key: str
    predicate: str
    """Its property; ``""`` where it is none."""
    by_year: bool
    options: tuple[Option, ...]


@dataclass(frozen=True)
class FacetedClass:
    """The things of a class with all that they can be filtered by. Its fields are fixed."""

    things: tuple[str, ...]
    facets: tuple[Facet, ...]
    columns: tuple[tuple[str, str], ...]
    """Key and property of each column that a table can have, what most things have first; names last."""

    @cached_property
    def options_of(self) -> tuple[Mapping[str, list[int]], ...]:
        """For each facet: thing → the numbers of its options."""
        found: list[dict[str, list[int]]] = [{} for _ in self.facets]
        for row, facet in zip(found, self.facets, strict=True):
            for number, option in enumerate(facet.options):
                for n in places(option.mask):
                    row.setdefault(self.things[n], []).append(number)
        return tuple(found)

    @cached_property
    def by_key(self) -> Mapping[str, Mapping[str, Option]]:
        return {facet.key: {option.key: option for option in facet.options} for facet in self.facets}

    @property
    def all(self) -> int:
        return (1 << len(self.things)) - 1

    def left(self, chosen: Mapping[str, tuple[str, ...]], but: str = "") -> int:
        """The things that a choice leaves, without regard to the facet ``but``."""
        mask = self.all
        for key, values in chosen.items():
            if key != but:
                mask &= _any(self.by_key[key][value].mask for value in values)
        return mask

    def counts(self, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[int, ...]]:
        """Facet → how many things each of its options has among those that the other facets leave."""
        return {
            facet.key: tuple((option.mask & left).bit_count() for option in facet.options)
            for facet in self.facets
            for left in (self.left(chosen, facet.key),)
        }


def _any(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def places(mask: int) -> Iterator[int]:
    """The bits that are set, in order."""
    return (n for n, bit in enumerate(reversed(f"{mask:b}")) if bit == "1")


def faceted(describer: Describer, kind: str) -> FacetedClass:
    """What the things of a class can be filtered by; the same whatever the language of the describer."""
    things = tuple(describer.dataset.members[kind])
    used = Counter(p for iri in things for p in describer.dataset.outgoing(iri))
    spared = {*describer.settings["hidden"], TYPE}
    names = {*describer.settings["labels"], *describer.settings["descriptions"]}
    order = sorted(used.keys() - spared, key=lambda p: (p in names, -used[p], p))
    slug = describer.dataset.addresses.term_slug
    columns = tuple((slug(p), p) for p in order)[:COLUMNS]
    candidates = [p for p in order if p not in names or p in _named(describer)]
    return FacetedClass(things, tuple(_facets(describer, kind, things, candidates)), columns)


def _named(describer: Describer) -> tuple[str, ...]:
    return describer.config.iris(describer.config.pages.facets)


def _facets(describer: Describer, kind: str, things: tuple[str, ...], candidates: list[str]) -> Iterator[Facet]:
    named = _named(describer)
    without = set(describer.config.iris(describer.config.pages.no_facets))
    for predicate in (p for p in named if p in candidates and p not in without):
        if (found := _of_property(describer.dataset, things, predicate)).options:
            yield found
    made = (
        _of_property(describer.dataset, things, predicate)
        for predicate in candidates
        if predicate not in without and predicate not in named
    )
    worth = (found for found in made if _is_worth(found, len(things)))
    yield from (found for found, _ in zip(worth, range(FACETS), strict=False))
    for key, of in _BESIDE.items():
        found = _facet(key, "", False, things, lambda iri, of=of: of(describer, kind, iri))  # type: ignore[misc]
        if _is_worth(found, len(things)) and (key != KIND or TYPE not in without):
            yield found


def _is_worth(facet: Facet, things: int) -> bool:
    """Whether there are few values beside the things that have one, and whether a choice leaves anything out."""
    having = _any(option.mask for option in facet.options).bit_count()
    few = 2 <= len(facet.options) <= OPTIONS and 2 * len(facet.options) <= having
    return few and having >= _LEAST and any(option.mask.bit_count() < things for option in facet.options)


def _of_property(dataset: Dataset, things: tuple[str, ...], predicate: str) -> Facet:
    values = [o for iri in things for o in dataset.objects(iri, predicate)]
    dated = bool(values) and all(isinstance(o, ox.Literal) and _year(o) for o in values)
    key = dataset.addresses.term_slug(predicate)
    if dated:
        return _facet(key, predicate, True, things, lambda iri: _years(dataset.objects(iri, predicate)))
    told = dataset.blanks.is_blank
    values_of: Callable[[str], Iterable[Term]] = lambda iri: (  # noqa: E731
        o for o in dataset.objects(iri, predicate) if not (isinstance(o, str) and told(o))
    )
    return _facet(key, predicate, False, things, values_of)


def _year(literal: ox.Literal) -> str:
    """The year in which a date begins, as it is written; ``""`` for what is no date."""
    if not is_time(literal.datatype.value):
        return ""
    at = edtf.beginning(literal.value)
    return str(at.year) if at else ""


def _years(values: Iterable[Term]) -> Iterator[Term]:
    return (ox.Literal(_year(o)) for o in values if isinstance(o, ox.Literal))


def _kinds(describer: Describer, kind: str, iri: str) -> Iterator[Term]:
    return (found for found in describer.kinds(iri) if found != kind and found not in describer.evidence.plumbing)


def _languages(describer: Describer, kind: str, iri: str) -> Iterator[Term]:
    labels = describer.settings["labels"]
    tags = (o.language for label in labels for o in describer.dataset.labels(iri, label))
    return (ox.Literal(tag) for tag in tags if tag)


def _sources(describer: Describer, kind: str, iri: str) -> Iterator[Term]:
    dataset = describer.dataset
    facts = (fact for found in dataset.outgoing(iri).values() for fact in found)
    return (graph for fact in facts for graph in fact.graphs if graph and graph != dataset.derived_graph)


_BESIDE: Mapping[str, Callable[[Describer, str, str], Iterator[Term]]] = {
    KIND: _kinds,
    LANGUAGE: _languages,
    SOURCE: _sources,
}


def _facet(
    key: str, predicate: str, by_year: bool, things: tuple[str, ...], of: Callable[[str], Iterable[Term]]
) -> Facet:
    having: dict[Term, list[int]] = defaultdict(list)
    for n, iri in enumerate(things):
        for term in of(iri):
            having[term].append(n)
        if len(having) > _ENOUGH:
            return Facet(key, predicate, by_year, ())
    options = (Option(name, term, _mask(having[term])) for term, name in _keys(having).items())
    return Facet(key, predicate, by_year, tuple(sorted(options, key=lambda one: one.key)))


def _mask(places: list[int]) -> int:
    bits = bytearray(places[-1] // 8 + 1)  # one shift for each would copy the whole mask each time
    for n in places:
        bits[n >> 3] |= 1 << (n & 7)
    return int.from_bytes(bits, "little")


_ENOUGH = 2_000
"""Values from which a property is no facet, whoever names it: nobody reads such a list."""


def _keys(terms: Iterable[Term]) -> dict[Term, str]:
    """Term → what an address calls it: its text, more of it where another term has the same text."""
    terms = list(terms)
    texts = Counter(map(_text, terms))
    names = {term: _text(term) if texts[_text(term)] == 1 else _whole(term) for term in terms}
    taken = Counter(names.values())
    return {term: name if taken[name] == 1 else f"{name} {_digits(term)}" for term, name in names.items()}


def _text(term: Term) -> str:
    return term if isinstance(term, str) else term.value


def _whole(term: Term) -> str:
    return f"<{term}>" if isinstance(term, str) else str(term)


def _digits(term: Term) -> str:
    return hashlib.sha256(_whole(term).encode()).hexdigest()[:12]
