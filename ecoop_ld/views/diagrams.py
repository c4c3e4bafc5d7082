"""A class of a vocabulary → a drawing of it between what points to it and what it points to, property by property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link
from ecoop_ld.rdf.names import DCAM, OWL, RDFS

LINE, WIDTH = 28, 860
_BOX, _MIDDLE, _LANE = 190, 180, 150
_MOST = 12
"""Properties on each side of a drawing."""
_DOMAINS, _RANGES = (RDFS + "domain", DCAM + "domainIncludes"), (RDFS + "range", DCAM + "rangeIncludes")
_FILLERS = tuple(OWL + word for word in ("someValuesFrom", "allValuesFrom", "onClass", "onDataRange"))

Edge = tuple[str, str, str]
"""Class, property, and class or datatype."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """A property of the class, and the class at its other end."""

    name: Link
    other: Link
    y: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """A class in the middle. Measures are units of the drawing, which is :data:`WIDTH` wide."""

    name: Link
    incoming: tuple[Spoke, ...]
    outgoing: tuple[Spoke, ...]
    left_out: int
    """Properties for which there was no room."""
    height: int
    width: int = WIDTH
    box: int = _BOX
    middle: int = _MIDDLE
    lane: int = _LANE


def diagrams(describer: Describer, vocabulary_iri: str) -> dict[str, Diagram]:
    """Class → its drawing; classes that no property joins to anything have none."""
    outgoing, incoming = defaultdict[str, set[Edge]](set), defaultdict[str, set[Edge]](set)
    for edge in _edges(describer.dataset, vocabulary.term_iris(describer.dataset, vocabulary_iri)):
        outgoing[edge[0]].add(edge)
        incoming[edge[2]].add(edge)
    classes = [i for i in vocabulary.term_iris(describer.dataset, vocabulary_iri) if i in outgoing or i in incoming]
    return {
        iri: _drawn(describer, iri, incoming, outgoing)
        for iri in classes
        if vocabulary.kind_of(describer.dataset, iri) == "classes"
    }


def _edges(dataset: Dataset, iris: Iterable[str]) -> Iterable[Edge]:
    """What domains, ranges and restrictions join."""
    for iri in iris:
        ends = [{c for p in words for c in _named(dataset, dataset.iris(iri, p))} for words in (_DOMAINS, _RANGES)]
        yield from ((subject, iri, value) for subject in ends[0] for value in ends[1])
        above = [c for p in ("subClassOf", "equivalentClass") for c in dataset.iris(iri, _space(p) + p)]
        for node in (c for c in above if dataset.blanks.is_blank(c)):
            for part in (node, *dataset.blanks.below(node)):
                fillers = _named(dataset, (v for p in _FILLERS for v in dataset.iris(part, p)))
                yield from ((iri, path, value) for path in dataset.iris(part, OWL + "onProperty") for value in fillers)


def _space(word: str) -> str:
    return RDFS if word == "subClassOf" else OWL


def _named(dataset: Dataset, ends: Iterable[str]) -> set[str]:
    """Named classes and datatypes; of a union its members."""
    found: set[str] = set()
    for end in ends:
        if not dataset.blanks.is_blank(end):
            found.add(end)
            continue
        for head in dataset.iris(end, OWL + "unionOf"):
            collection = dataset.blanks.collection(head)
            found |= {m for m in collection.members if isinstance(m, str)} if collection else set()
    return {iri for iri in found if not dataset.blanks.is_blank(iri)}


def _drawn(
    describer: Describer, iri: str, incoming: Mapping[str, set[Edge]], outgoing: Mapping[str, set[Edge]]
) -> Diagram:
    # What a class says of itself is drawn on its right alone.
    sides = [[e for e in incoming.get(iri, ()) if e[0] != iri], list(outgoing.get(iri, ()))]
    shown = [_spokes(describer, edges, other) for edges, other in zip(sides, (0, 2), strict=True)]
    most = max(map(len, shown))
    left = sum(max(0, len(edges) - _MOST) for edges in sides)
    return Diagram(describer.link(iri), shown[0], shown[1], left, (most + 1) * LINE)


def _spokes(describer: Describer, edges: Iterable[Edge], other: int) -> tuple[Spoke, ...]:
    rows = [(describer.link(edge[1]), describer.link(edge[other])) for edge in edges]
    rows.sort(key=lambda row: (describer.order(row[0]), describer.order(row[1])))
    return tuple(Spoke(name, end, LINE + n * LINE) for n, (name, end) in enumerate(rows[:_MOST]))
