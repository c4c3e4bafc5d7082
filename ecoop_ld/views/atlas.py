"""Rows ``?thing [?place ?group]`` → points on a map of the part of the Earth that they lie in, north up.

Where a thing is, is read from its own coordinates, else from those of each ``?place`` that it has. What lies far apart
is drawn on coarse outlines of the land; nothing is asked of another server.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ecoop_ld.config import View
from ecoop_ld.model.dataset import Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.locations import locate
from ecoop_ld.model.naming import Link
from ecoop_ld.views import Row, iri, maps, symbols
from ecoop_ld.views.symbols import KindMark

WIDTH, _TALLEST, _LOWEST = 1160, 900, 320
"""Pixels of the drawing: its width, and the most and the least of its height."""
_ROOM = 0.06
"""Share of the width that is left free around the points."""
_NARROWEST = 0.02
"""Degrees that a map has at least from side to side: a village."""
_COARSE = 8.0
"""Degrees from which on the outlines of the land tell more than they mislead."""
_CHARACTER, _LINE = 6.9, 15
"""Width of a character of a name, on average and a little more; height of a line."""
_NAMED = 60
"""Of so many points, names are written beside those that have room."""
_LARGEST = 22
"""Pixels of the radius of a circle at most."""
_Box = tuple[float, float, float, float]
"""Left, upper, right and lower edge."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the map, with what is there."""

    head: Link
    """The place; the thing itself where it has coordinates of its own."""
    things: tuple[Link, ...]
    """In the order of their names."""
    latitude: float
    longitude: float
    x: float
    y: float
    shape: str
    """The sign of its kind; that of several things is a circle."""
    radius: float
    """Of a circle: its area grows with the number of things."""
    named: bool = False
    """Whether there is room for its name."""
    after: bool = True
    """Whether its name stands to its right."""

    @property
    def is_place(self) -> bool:
        return self.things != (self.head,)

    @property
    def text(self) -> str:
        """What stands beside it."""
        label = self.head.label.value
        return f"{label} · {len(self.things)}" if len(self.things) > 1 else label


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the grid: a whole number of degrees, or a decimal part of it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """All of it."""

    dots: tuple[Dot, ...]
    """In the order of their names."""
    count: int
    """How many things are on it."""
    lost: tuple[Link, ...]
    """Things of which nobody says where they are."""
    marks: tuple[KindMark, ...]
    """The signs of things that stand alone, and how many of these there are."""
    meridians: tuple[GridLine, ...]
    parallels: tuple[GridLine, ...]
    land: str
    scale: str
    """What the bar stands for: ``10 km``; it is right in the middle of the map."""
    bar: float
    height: int
    width: int = WIDTH

    @property
    def has_places(self) -> bool:
        """Whether things stand at places that are things themselves."""
        return any(dot.is_place for dot in self.dots)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Degrees → pixels: equal degrees of longitude, as wide as they are in the middle of the map."""

    west: float
    north: float
    across: float
    """Pixels of a degree of longitude."""
    down: float
    height: int

    def x(self, longitude: float) -> float:
        return round((longitude - self.west) * self.across, 1)

    def y(self, latitude: float) -> float:
        return round((self.north - latitude) * self.down, 1)

    @property
    def east(self) -> float:
        return self.west + WIDTH / self.across

    @property
    def south(self) -> float:
        return self.north - self.height / self.down


def atlas(describer: Describer, view: View, rows: Sequence[Row]) -> Atlas:
    """The map of a query's answer. Of several groups of a thing the first gives it its sign."""
    places: dict[str, dict[str, None]] = {}
    groups: dict[str, Term] = {}
    for row in rows:
        if thing := iri(row, "thing"):
            places.setdefault(thing, {}).update({place: None} if (place := iri(row, "place")) else {})
            groups.setdefault(thing, row.get("group", "") or next(iter(describer.kinds(thing)), ""))
    order = sorted(places, key=lambda thing: describer.order(describer.link(thing)))
    there: dict[tuple[tuple[float, float], str], list[str]] = {}
    for thing in order:
        for spot in _spots(describer, thing, places[thing]):
            there.setdefault(spot, []).append(thing)
    found = {thing for things in there.values() for thing in things}
    alone = {things[0]: groups[things[0]] for things in there.values() if len(things) == 1}
    marks, shapes = symbols.of_kinds(describer, alone)
    frame = _frame([point for point, _ in there])
    dots = [_dot(describer, frame, point, place, things, shapes) for (point, place), things in there.items()]
    dots.sort(key=lambda dot: describer.order(dot.head))
    lost = tuple(describer.link(thing) for thing in order if thing not in found)
    scale, bar = maps.scale(WIDTH / frame.down / 5, frame.down)
    far = frame.east - frame.west >= _COARSE
    parallels = [at for at in _steps(frame.south, frame.north) if 18 < frame.y(at) < frame.height - 30]
    return Atlas(
        tuple(_named(dots)), len(found), lost, marks,
        tuple(GridLine(frame.x(at), _degrees(at, "E", "W")) for at in _steps(frame.west, frame.east)),
        tuple(GridLine(frame.y(at), _degrees(at, "N", "S")) for at in parallels),
        maps.land(frame.x, frame.y) if far else "", scale, bar, frame.height,
    )  # fmt: skip


def _spots(describer: Describer, thing: str, places: Iterable[str]) -> Iterator[tuple[tuple[float, float], str]]:
    """Where a thing is, each with the place that says so; ``""`` for the thing itself."""
    own = locate(describer.dataset, thing)
    if own is not None:
        yield own.centre, ""
        return
    located = ((place, locate(describer.dataset, place)) for place in places)
    yield from ((where.centre, place) for place, where in located if where is not None)


def _dot(
    describer: Describer,
    frame: _Frame,
    point: tuple[float, float],
    place: str,
    things: Sequence[str],
    shapes: Mapping[str, str],
) -> Dot:
    links = tuple(map(describer.link, things))
    head = describer.link(place) if place else links[0]
    shape = shapes[things[0]] if len(things) == 1 else "circle"
    radius = round(min(6 * math.sqrt(len(things)), _LARGEST), 1)
    return Dot(head, links, point[1], point[0], frame.x(point[0]), frame.y(point[1]), shape, radius)


def _frame(points: Sequence[tuple[float, float]]) -> _Frame:
    """A frame around all points, with room at the sides."""
    longitudes, latitudes = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.1)
    tall = (north - south) / narrow * WIDTH / _TALLEST
    wide = max(east - west, tall, _NARROWEST) / (1 - 2 * _ROOM)
    across = WIDTH / wide
    down = across / narrow
    height = round(min(max((north - south) * down / (1 - 2 * _ROOM), _LOWEST), _TALLEST))
    return _Frame((west + east) / 2 - wide / 2, (south + north) / 2 + height / down / 2, across, down, height)


def _steps(low: float, high: float) -> Iterator[float]:
    """The lines of the grid between two degrees: four to ten of them."""
    unit = 10 ** math.floor(math.log10(high - low))
    step = next(unit * part for part in (1, 0.5, 0.2, 0.1) if (high - low) / (unit * part) >= 4)
    number = math.ceil(low / step)
    while number * step <= high:
        yield round(number * step, 9)
        number += 1


def _degrees(at: float, positive: str, negative: str) -> str:
    return f"{abs(at):g}°{positive if at > 0 else negative if at < 0 else ''}"


def _named(dots: Sequence[Dot]) -> Iterator[Dot]:
    """Names where they cover neither a point nor another name; those of places with much come first."""
    taken = {id(d): (d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in dots}
    names: list[_Box] = []
    sides: dict[int, bool] = {}
    for dot in sorted(dots, key=lambda d: -len(d.things)) if len(dots) <= _NAMED else ():
        width, gap = len(dot.text) * _CHARACTER, dot.radius + 4
        right = (dot.x + gap, dot.y - _LINE / 2, dot.x + gap + width, dot.y + _LINE / 2)
        left = (dot.x - gap - width, dot.y - _LINE / 2, dot.x - gap, dot.y + _LINE / 2)
        others = [*names, *(box for key, box in taken.items() if key != id(dot))]
        fits = [box for box in (right, left) if box[0] > 0 and box[2] < WIDTH and _is_free(box, others)]
        if fits:
            names.append(fits[0])
            sides[id(dot)] = fits[0] is right
    for dot in dots:
        yield replace(dot, named=id(dot) in sides, after=sides.get(id(dot), True))


def _is_free(box: _Box, others: Sequence[_Box]) -> bool:
    return not any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)
