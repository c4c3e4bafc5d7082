"""An entity → the things nearest to it, for a small picture; the page itself is its table twin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecoop_ld.model.entity import Describer, Entity
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.rdf.names import SKOS

WIDTH, LINE, _MOST, _FEWEST = 920, 44, 10, 3


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of the things, with the heading under which the page tells of it."""

    link: Link
    by: Text
    x: int
    y: int
    anchor: str
    path: str

    @property
    def short(self) -> str:
        name = self.link.label.value
        return name if len(name) <= 37 else name[:36].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The picture: the thing in the middle, neighbours left and right."""

    neighbours: tuple[Neighbour, ...]
    title: str
    height: int
    width: int = WIDTH


def neighbourhood(describer: Describer, entity: Entity) -> Neighbourhood | None:
    """The picture of an entity; ``None`` for machinery, and where there are fewer than three neighbours."""
    if describer.dataset.is_a(entity.iri, describer.evidence.plumbing):
        return None
    found = list({link.iri: (link, by) for link, by in reversed(list(_links(describer, entity)))}.values())[::-1][
        :_MOST
    ]
    if len(found) < _FEWEST:
        return None
    left = -(-len(found) // 2)
    height = left * LINE + 20
    made = tuple(_neighbour(n, left, len(found), height, *pair) for n, pair in enumerate(found))
    title = entity.title.value
    return Neighbourhood(made, title if len(title) <= 24 else title[:23].rstrip() + "…", height)


def _neighbour(n: int, left: int, count: int, height: int, link: Link, by: Text) -> Neighbour:
    first = n < left
    place, total = (n, left) if first else (n - left, count - left)
    y = round(10 + (height - 20) * (place + 0.5) / total)
    x, end = (300, 368) if first else (620, 552)
    middle = height // 2
    path = f"M{x} {y}C{(x + end) // 2} {y} {(x + end) // 2} {middle} {end} {middle}"
    return Neighbour(link, by, x - 8 if first else x + 8, y, "end" if first else "start", path)


def _links(describer: Describer, entity: Entity) -> Iterator[tuple[Link, Text]]:
    """Things that the page links to; inside an unfolded node concepts (a role, a footing) only say how."""
    for group in entity.groups:
        for prop in group.properties:
            for value in prop.values:
                parts = [v for part in value.parts for v in part.values]
                for link in parts or [value.content]:
                    if isinstance(link, Link) and _is_near(describer, entity.iri, link.iri, inside=bool(parts)):
                        yield link, prop.name


def _is_near(describer: Describer, here: str, iri: str, *, inside: bool) -> bool:
    dataset = describer.dataset
    if iri == here or iri not in dataset.things_set or dataset.is_a(iri, describer.evidence.plumbing):
        return False
    return not (inside and SKOS + "Concept" in dataset.types(iri))
