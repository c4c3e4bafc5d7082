"""A dataset → an index of its names; a name as somebody wrote it → candidates, each with a score and its features.

How scores come about is in docs/matching.md, which a test compares with this module.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

import pyoxigraph as ox

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.rdf.names import DCTERMS, FOAF, RDFS, SKOS
from ecoop_ld.reconcile import spelling

THRESHOLD = 94.0
"""A candidate with this score, and none near it, is a match that nobody has to look at."""
_MARGIN = 2.0
"""How far the next candidate has to be away from a match."""
_SCHEMA = ("https://schema.org/", "http://schema.org/")
NAMES = (
    *(SKOS + local for local in ("prefLabel", "altLabel", "hiddenLabel")),
    RDFS + "label",
    DCTERMS + "title",
    DCTERMS + "alternative",
    "http://purl.org/dc/elements/1.1/title",
    *(FOAF + local for local in ("name", "nick")),
    *(base + local for base in _SCHEMA for local in ("name", "alternateName", "legalName")),
)
"""Properties whose literals are names, beside those of ``pages.labels`` and ``matching.names``."""
CODES = (SKOS + "notation", DCTERMS + "identifier", *(base + "identifier" for base in _SCHEMA))
"""Properties whose literals are codes: compared as they are, never guessed at."""
_PROMINENT = 5
"""A namesake is passed over where the other thing is pointed to so many times as often."""
_BY_VALUES = 88.0
"""Nearness of what was found by its values alone: no match, whatever agrees."""
_MOST_HAVING = 2_000
"""Things that are compared because they have one of the values asked for."""
_READ_CLOSELY = 150
"""Names that are compared letter by letter, of those that share most with what is asked."""
_LOOKED_UP = 20_000
"""Names that are counted through for the pieces of one name; the pieces that fewest names have come first."""


@dataclass(frozen=True, slots=True)
class Known:
    """A name in the index."""

    iri: str
    text: str
    folded: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What else a candidate should say: a property and the values that it should have, as text or IRI."""

    predicate: str
    values: tuple[str, ...]
    required: bool = False
    quantifier: str = "any"
    """``any``, ``all`` or ``none``."""


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A name to match, of what class, and what else is known of the thing."""

    name: str
    """``""`` where only conditions are known."""
    types: tuple[str, ...] = ()
    """Classes; a thing has to be of one of them."""
    conditions: tuple[Condition, ...] = ()
    limit: int = 10
    others: tuple[str, ...] = ()
    """Further names of the same thing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant."""

    iri: str
    score: float
    """0 to 100."""
    match: bool
    matched: str
    """The name of the thing that is nearest."""
    nearness: float
    links: int = 0
    """How often other things point to it."""
    agreement: float | None = None
    """Share of the conditions that it meets; ``None`` where there are none."""

    @property
    def features(self) -> tuple[tuple[str, float | bool], ...]:
        """What the score is made of, by name."""
        found: list[tuple[str, float | bool]] = [
            ("name_similarity", round(self.nearness, 1)),
            ("name_exact", self.nearness == spelling.SAME),
            ("name_folded", self.nearness >= spelling.FOLDED),
            ("links_to_it", self.links),
        ]
        if self.agreement is not None:
            found.append(("property_agreement", round(self.agreement, 2)))
        return tuple(found)


@dataclass(frozen=True)
class Matcher:
    """The names of one dataset. Made once; its index is worked out at the first question."""

    dataset: Dataset
    left_out: frozenset[str] = frozenset()
    """Classes whose things nobody asks for."""
    _known: list[Known] = field(default_factory=list, init=False, repr=False)
    _by_fold: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list), init=False, repr=False)
    _by_initials: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list), init=False, repr=False)
    _by_piece: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list), init=False, repr=False)
    _by_value: dict[str, dict[str, list[str]]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for known in self._read():
            number = len(self._known)
            self._known.append(known)
            self._by_fold[known.folded].append(number)
            self._by_fold[known.folded.replace(" ", "")].append(number)
            if not known.code:
                if letters := spelling.initials(known.text):
                    self._by_initials[letters].append(number)
                for piece in _pieces(known.folded):
                    self._by_piece[piece].append(number)

    def _read(self) -> Iterator[Known]:
        config = self.dataset.config
        named = tuple(dict.fromkeys((*config.iris(config.pages.labels), *config.iris(config.matching.names), *NAMES)))
        for iri in self.dataset.things:
            if self.dataset.is_a(iri, self.left_out):
                continue
            for predicate in (*named, *CODES):
                for text in dict.fromkeys(self._literals(iri, predicate)):
                    yield Known(iri, text, spelling.fold(text), predicate in CODES)

    def _literals(self, iri: str, predicate: str) -> Iterator[str]:
        return (literal.value for literal in self.dataset.labels(iri, predicate) if literal.value.strip())

    # --- names -----------------------------------------------------------------------------------------------------

    def candidates(self, asked: NameQuery) -> tuple[Candidate, ...]:
        """The best candidates first; ties by IRI. None where nothing is near."""
        near: dict[str, tuple[float, str]] = {}
        for name in (asked.name, *asked.others):
            for iri, found in self._near(name).items():
                near[iri] = max(near.get(iri, (0.0, "")), found)
        if not any((asked.name, *asked.others)):
            near = dict.fromkeys(self._having_one(asked.conditions), (_BY_VALUES, ""))
        rated = (self._rate(asked, iri, *found) for iri, found in near.items() if self._is_of(iri, asked.types))
        best = sorted((c for c in rated if c is not None), key=lambda c: (-c.score, -c.links, c.iri))
        return tuple(_decided(best)[: asked.limit])

    def _is_of(self, iri: str, kinds: Sequence[str]) -> bool:
        return not kinds or self.dataset.is_a(iri, frozenset(kinds))

    def _near(self, name: str) -> dict[str, tuple[float, str]]:
        """Thing → nearness of its nearest name, and that name."""
        if name.strip() in self.dataset.things_set:
            return {name.strip(): (spelling.SAME, name.strip())}
        found: dict[str, tuple[float, str]] = {}
        for number in self._to_compare(name):
            known = self._known[number]
            value = self._value(name, known)
            if value >= spelling.LEAST and value > found.get(known.iri, (0.0, ""))[0]:
                found[known.iri] = (value, known.text)
        for number in self._by_initials.get(spelling.fold(name), ()):
            known = self._known[number]
            found[known.iri] = max(found.get(known.iri, (0.0, "")), (spelling.MOST_UNSURE, known.text))
        for first, second in spelling.parts(name):
            for iri in self._certain(first) & self._certain(second):
                found[iri] = max(found.get(iri, (0.0, "")), (spelling.FOLDED, name))
            for iri in self._certain(first) ^ self._certain(second):
                found[iri] = max(found.get(iri, (0.0, "")), (spelling.MOST_UNSURE - 2, name))
        return found

    @staticmethod
    def _value(name: str, known: Known) -> float:
        if known.code:
            return spelling.FOLDED if spelling.fold(name) == known.folded else 0.0
        return spelling.nearness(name, known.text, known.folded)

    def _certain(self, name: str) -> set[str]:
        """Things that have this name, letter by letter or nearly so."""
        numbers = self._by_fold.get(spelling.fold(name), ())
        return {self._known[n].iri for n in numbers if self._value(name, self._known[n]) >= THRESHOLD}

    def _to_compare(self, name: str) -> Iterable[int]:
        folded = spelling.fold(name)
        exact = (*self._by_fold.get(folded, ()), *self._by_fold.get(folded.replace(" ", ""), ()))
        shared: Counter[int] = Counter()
        looked_up = 0
        for numbers in sorted((self._by_piece.get(piece, []) for piece in _pieces(folded)), key=len):
            looked_up += len(numbers)
            if looked_up > _LOOKED_UP:
                break
            shared.update(numbers)
        near = (number for number, _ in shared.most_common(_READ_CLOSELY))
        return dict.fromkeys((*exact, *near))

    # --- conditions ------------------------------------------------------------------------------------------------

    def _rate(self, asked: NameQuery, iri: str, nearness: float, matched: str) -> Candidate | None:
        links = sum(map(len, self.dataset.incoming(iri).values()))
        if not asked.conditions:
            return Candidate(iri, round(nearness, 1), False, matched, nearness, links)
        met = [self._meets(iri, condition) for condition in asked.conditions]
        if any(c.required and not ok for c, ok in zip(asked.conditions, met, strict=True)):
            return None
        agreement = sum(met) / len(met)
        score = min(100.0, nearness + 4.0) if agreement == 1 else nearness - 20.0 * (1 - agreement)
        return Candidate(iri, round(max(0.0, score), 1), False, matched, nearness, links, agreement)

    def _meets(self, iri: str, condition: Condition) -> bool:
        said = {form for term in self.dataset.objects(iri, condition.predicate) for form in self._forms(term)}
        met = [spelling.fold(value) in said or value in said for value in condition.values]
        return {"any": any(met), "all": all(met), "none": not any(met)}[condition.quantifier]

    def _forms(self, term: object) -> Iterator[str]:
        """How a value may be written: its IRI and its names, or its text."""
        if isinstance(term, str):
            yield term
            config = self.dataset.config
            for predicate in dict.fromkeys((*config.iris(config.pages.labels), *NAMES)):
                yield from map(spelling.fold, self._literals(term, predicate))
        elif isinstance(term, ox.Literal):
            yield term.value
            yield spelling.fold(term.value)

    def _having_one(self, conditions: Sequence[Condition]) -> Iterable[str]:
        """Things that have a value of one of the conditions, as many as are compared."""
        found = (
            iri
            for condition in conditions
            if condition.quantifier != "none"
            for value in condition.values
            for form in dict.fromkeys((value, spelling.fold(value)))
            for iri in self._things_by_value(condition.predicate).get(form, ())
        )
        return islice(dict.fromkeys(found), _MOST_HAVING)

    def _things_by_value(self, predicate: str) -> dict[str, list[str]]:
        """Value, as it may be written → things that have it, for a property of the data."""
        index = self._by_value.get(predicate)
        if index is None and predicate in self._predicates:
            index = self._by_value[predicate] = defaultdict(list)
            for iri in self.dataset.things:
                for form in {form for term in self.dataset.objects(iri, predicate) for form in self._forms(term)}:
                    index[form].append(iri)
        return index or {}

    @cached_property
    def _predicates(self) -> frozenset[str]:
        return frozenset(p for iri in self.dataset.things for p in self.dataset.outgoing(iri))

    # --- beginnings ------------------------------------------------------------------------------------------------

    def beginning(self, prefix: str, kinds: Sequence[str] = ()) -> tuple[str, ...]:
        """Things with a name in which a word begins so, best first: whole names, then first words, then any word."""
        folded = spelling.fold(prefix)
        ranked: dict[str, tuple[int, int]] = {}
        for known in self._known:
            if (rank := _rank(folded, known.folded)) is not None and self._is_of(known.iri, kinds):
                ranked[known.iri] = min(ranked.get(known.iri, (9, 0)), (rank, len(known.text)))
        if prefix in self.dataset.things_set:
            ranked[prefix] = (-1, 0)
        return tuple(sorted(ranked, key=lambda iri: (ranked[iri], iri)))


def _rank(prefix: str, folded: str) -> int | None:
    if not prefix or folded.startswith(prefix):
        return 0 if folded == prefix else 1
    return 2 if f" {prefix}" in f" {folded}" else None


def _decided(best: Sequence[Candidate]) -> list[Candidate]:
    """The same candidates, the first marked as a match where no doubt is left."""
    if not best or best[0].score < THRESHOLD:
        return list(best)
    first, *rivals = best
    near = (rival for rival in rivals if rival.score > first.score - _MARGIN)
    if any(first.links < _PROMINENT * (rival.links + 1) for rival in near):
        return list(best)
    return [replace(first, match=True), *rivals]


def _pieces(folded: str) -> set[str]:
    """Runs of three characters, with the ends marked."""
    padded = f"  {folded} "
    return {padded[n : n + 3] for n in range(len(padded) - 2)}
