"""A concept scheme in a language → its tree, open at a place, its branches in pages, and its names from A to Z."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ecoop_ld.addresses import anchor
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link
from ecoop_ld.model.schemes import MOST_PATHS, NO_SCHEME, Schemes
from ecoop_ld.rdf.names import SKOS
from ecoop_ld.words import sorting

MOST = 100
"""Siblings that a tree shows at one place, besides those that lead to where it is open."""
PAGE = 300
"""Concepts on one page of branches, where no single branch has more."""
NAMES = 500
"""Names on one page of the index."""
ALL = "top"
"""Place of the top concepts on the first page of branches."""


@dataclass(frozen=True, slots=True)
class Node:
    """A concept in a tree."""

    link: Link
    branch: tuple[str, str] | None
    """Where what is narrower is listed; ``None`` where nothing is."""
    current: bool = False
    below: Level | None = None
    """What is narrower, where the tree is open here."""
    again: bool = False
    """Whether it stands above itself: the circle ends here."""


@dataclass(frozen=True, slots=True)
class Level:
    """Siblings in a tree, in the order of the language."""

    nodes: tuple[Node, ...]
    more: int = 0
    whole: tuple[str, str] | None = None
    """Where all of them are listed."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a concept stands in one scheme, or the scheme itself."""

    scheme: Link | None
    """``None`` for the scheme without a name, and on the page of the scheme itself."""
    trails: tuple[tuple[Link, ...], ...]
    """The ways from the top to the concept, without itself."""
    more_trails: bool
    tree: Level | None
    index: str
    """Path of the names from A to Z."""
    count: int
    collections: tuple[tuple[Link, int], ...] = ()


@dataclass(frozen=True, slots=True)
class NamedConcept:
    """A name in the index of a scheme; ``concept`` where it is another name of that."""

    text: str
    link: Link
    other_name: bool


def folder(scheme: str) -> str:
    """Path of the pages of a scheme that are not its own: ``concepts/{name}``."""
    return f"concepts/{anchor(scheme) if scheme else 'none'}"


def index_path(scheme: str, number: int = 1) -> str:
    return f"{folder(scheme)}/az-{number}"


@dataclass(frozen=True, eq=False)
class Branches:
    """Which page lists what is narrower than a concept: the same in every language."""

    schemes: Schemes
    scheme: str

    @cached_property
    def pages(self) -> tuple[tuple[str, ...], ...]:
        """The concepts whose branches each page has; the empty string stands for the top of the scheme."""
        pages: list[list[str]] = [[""]]
        size = len(self.schemes.tops(self.scheme))
        for concept in self.schemes.parents[self.scheme]:
            more = len(self.schemes.narrower(concept, self.scheme))
            if size + more > PAGE and pages[-1]:
                pages.append([])
                size = 0
            pages[-1].append(concept)
            size += more
        return tuple(tuple(page) for page in pages)

    @cached_property
    def _page_of(self) -> Mapping[str, int]:
        return {concept: number for number, page in enumerate(self.pages, 1) for concept in page}

    def place(self, concept: str) -> tuple[str, str] | None:
        """Path and fragment of a branch; ``None`` where nothing is narrower."""
        number = self._page_of.get(concept)
        return (f"{folder(self.scheme)}/{number}", anchor(concept) if concept else ALL) if number else None


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees of one scheme in one language."""

    describer: Describer
    schemes: Schemes
    branches: Branches

    @property
    def scheme(self) -> str:
        return self.branches.scheme

    def place(self, iri: str) -> Whereabouts:
        """What the page of a concept, or of the scheme, says of the scheme."""
        own = iri == self.scheme
        paths = [] if own else self.schemes.paths(iri, self.scheme)
        wanted = frozenset(concept for path in paths for concept in path)
        link = self.describer.link
        return Whereabouts(
            scheme=link(self.scheme) if self.scheme != NO_SCHEME and not own else None,
            trails=tuple(tuple(link(concept) for concept in path[:-1]) for path in paths if len(path) > 1),
            more_trails=len(paths) == MOST_PATHS,
            tree=self._level(ALL, self.schemes.tops(self.scheme), wanted, iri, ()) if self._has_tree else None,
            index=index_path(self.scheme),
            count=len(self.schemes.members[self.scheme]),
            collections=tuple(
                sorted(
                    ((link(c), n) for c, n in self.schemes.collections.get(self.scheme, ()) if own),
                    key=lambda row: self.describer.order(row[0]),
                )
            ),
        )

    @cached_property
    def _has_tree(self) -> bool:
        return self.schemes.has_tree(self.scheme)

    def branch(self, concept: str) -> Level:
        """All that is one step narrower, closed; of the empty string the top of the scheme."""
        below = self.schemes.narrower(concept, self.scheme) if concept else self.schemes.tops(self.scheme)
        return Level(self._nodes(below, frozenset(), "", ()))

    def _level(
        self, parent: str, concepts: Sequence[str], wanted: frozenset[str], here: str, above: tuple[str, ...]
    ) -> Level:
        order = self.ordered(concepts)
        shown = [concept for n, concept in enumerate(order) if n < MOST or concept in wanted]
        whole = self.branches.place("" if parent == ALL else parent)
        return Level(self._nodes(shown, wanted, here, above), len(order) - len(shown), whole)

    def _nodes(
        self, concepts: Iterable[str], wanted: frozenset[str], here: str, above: tuple[str, ...]
    ) -> tuple[Node, ...]:
        return tuple(self._node(concept, wanted, here, above) for concept in self.ordered(concepts))

    def _node(self, concept: str, wanted: frozenset[str], here: str, above: tuple[str, ...]) -> Node:
        place, again = self.branches.place(concept), concept in above
        below = None
        if place and concept in wanted and not again:
            narrower = self.schemes.narrower(concept, self.scheme)
            below = self._level(concept, narrower, wanted, here, (*above, concept))
        return Node(self.describer.link(concept), None if again else place, concept == here, below, again)

    def ordered(self, concepts: Iterable[str]) -> list[str]:
        return sorted(concepts, key=lambda concept: self.describer.order(self.describer.link(concept)))

    def _others(self, concept: str) -> set[str]:
        """Other names of a concept in this language."""
        found = self.describer.dataset.labels(concept, SKOS + "altLabel")
        texts = {
            o.value for o in found if self.describer.dataset.language_of(o.language) in (self.describer.language, "")
        }
        return texts - {self.describer.label(concept).value}

    @cached_property
    def name_count(self) -> int:
        """How many :attr:`names` there are; asked for long before they are."""
        return sum(1 + len(self._others(concept)) for concept in self.schemes.members[self.scheme])

    @cached_property
    def names(self) -> tuple[NamedConcept, ...]:
        """Every name of the scheme in this language, and the only one of a concept that has none in it."""
        found = []
        for concept in self.schemes.members[self.scheme]:
            link = self.describer.link(concept)
            found.append(NamedConcept(link.label.value, link, False))
            found += [NamedConcept(text, link, True) for text in self._others(concept)]
        return tuple(sorted(found, key=lambda e: sorting.key(e.text, self.describer.language, tie=e.link.iri)))

    def letters(self, number: int) -> list[tuple[str, list[NamedConcept]]]:
        """The names of one page, by letter."""
        found: dict[str, list[NamedConcept]] = {}
        for entry in self.names[(number - 1) * NAMES : number * NAMES]:
            found.setdefault(sorting.letter(entry.text, self.describer.language), []).append(entry)
        return list(found.items())

    @cached_property
    def first_pages(self) -> list[tuple[str, int]]:
        """Letter → number of the page where it begins."""
        found: dict[str, int] = {}
        for n, entry in enumerate(self.names):
            found.setdefault(sorting.letter(entry.text, self.describer.language), n // NAMES + 1)
        return list(found.items())
