"""Rows ``?thing [?value ?node ?property ?flag ?party ?group]`` → bars as wide as their dates are vague.

A year is a wide bar, a month a narrow one; a row with ``?flag`` is a flag at the end of its date; things of one
``?group`` stand together under its name; a thing without a date stands outside the picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import pyoxigraph as ox

from ecoop_ld.config import View
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.rdf.edtf import Span, span
from ecoop_ld.views import Item, Row, iri, item, word
from ecoop_ld.words.dates import words
from ecoop_ld.words.messages import messages

WIDTH, LINE, TOP, MARGIN = 1160, 28, 34, 14
"""Pixels of the drawing: whole width, height of a line, height of the scale, room at the sides."""
_HEADING = 44
"""Height of the line that names a strand."""
_CHARACTER = 6.9
"""Width of a character of a name, on average and a little more, so that no name leaves the picture."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One date of a thing."""

    item: Item
    x: float
    width: float
    flag: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One thing, its dates, and where it is drawn. Its name and dates stand beside its marks, where there is more
    room."""

    head: Link
    kind: Text
    marks: tuple[Mark, ...]
    undated: tuple[Item, ...]
    """Dates that cannot be drawn."""
    parties: tuple[Link, ...]
    year: str = ""
    """The year in which it begins."""
    when: str = ""
    """Its dates in words."""
    y: int = 0
    x: float = 0
    """Where its name begins, or ends."""
    after: bool = True
    """Whether its name stands after its marks."""
    short: str = ""
    """As much of its name as there is room for."""

    @property
    def only_added(self) -> bool:
        return bool(self.marks) and all(mark.item.added for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Tick:
    """A year of the scale."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Strand:
    """Dated things that belong together, under the name of what they belong to."""

    head: Link | None
    lanes: tuple[Lane, ...]
    y: int
    """Where its first line begins."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of it; ``years`` has the same lanes by year, for narrow screens."""

    strands: tuple[Strand, ...]
    undated: tuple[Lane, ...]
    years: tuple[tuple[str, tuple[Lane, ...]], ...]
    ticks: tuple[Tick, ...]
    kinds: tuple[Text, ...]
    parties: tuple[Link, ...]
    height: int
    has_added: bool
    width: int = WIDTH
    line: int = LINE
    top: int = TOP

    @property
    def has_flags(self) -> bool:
        return any(mark.flag for lane in self.dated for mark in lane.marks)

    @property
    def dated(self) -> tuple[Lane, ...]:
        return tuple(lane for _, lanes in self.years for lane in lanes)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Years → pixels."""

    low: int
    high: int

    def x(self, year: float) -> float:
        return round(MARGIN + (year - self.low) * (WIDTH - 2 * MARGIN) / max(self.high - self.low, 1), 1)

    def ticks(self) -> tuple[Tick, ...]:
        step = _step(self.high - self.low)
        return tuple(Tick(self.x(y), str(y)) for y in range(-(-self.low // step) * step, self.high, step))


_Dates = list[tuple[Item, Span | None, bool]]


def timeline(describer: Describer, view: View, rows: Sequence[Row]) -> Timeline:
    """The timeline of a query's answer, earliest first."""
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(iri(row, "thing"), []).append(row)
    found = {thing: _dates(describer, view, mine) for thing, mine in of.items()}
    spans = [s for dates in found.values() for _, s, _ in dates if s]
    scale = _Scale(
        math.floor(min((s.start for s in spans), default=0)), math.ceil(max((s.end for s in spans), default=1))
    )
    first = {thing: min((s.start, s.end) for _, s, _ in dates if s) for thing, dates in found.items() if _drawn(dates)}
    order = sorted(first, key=lambda t: (first[t], describer.order(describer.link(t))))
    rest = sorted((t for t in of if t not in first), key=lambda t: describer.order(describer.link(t)))
    lanes = {thing: _lane(describer, scale, thing, found[thing], of[thing]) for thing in (*order, *rest)}
    strands, height = _strands(describer, {thing: lanes[thing] for thing in order}, of)
    return Timeline(
        strands,
        tuple(lanes[thing] for thing in rest),
        tuple((year, tuple(some)) for year, some in groupby((lanes[t] for t in order), key=lambda lane: lane.year)),
        scale.ticks(),
        tuple(sorted({lane.kind for lane in lanes.values()}, key=describer.order)),
        tuple(sorted({p for lane in lanes.values() for p in lane.parties}, key=describer.order)),
        height,
        any(mark.item.added for lane in lanes.values() for mark in lane.marks),
    )


def _lane(describer: Describer, scale: _Scale, thing: str, dates: _Dates, rows: Sequence[Row]) -> Lane:
    marks = tuple(
        Mark(found, scale.x(s.start), round(max(scale.x(s.end) - scale.x(s.start), 5), 1), flag)
        for found, s, flag in dates
        if s
    )
    lane = Lane(
        describer.link(thing),
        _kind(describer, thing),
        marks,
        tuple(found for found, s, _ in dates if not s),
        _parties(describer, rows),
    )
    if not marks:
        return lane
    t = messages(describer.config, describer.language)
    when = " · ".join(
        dict.fromkeys(words(mark.item.content.value, t) for mark in marks if isinstance(mark.item.content, Text))
    )
    year = math.floor(min(s.start for _, s, _ in dates if s))
    return _named(replace(lane, when=when, year=f"{year:05d}" if year < 0 else f"{year:04d}"))


def _named(lane: Lane) -> Lane:
    """With its name at the side of its marks that has more room."""
    left, right = min(m.x for m in lane.marks), max(m.x + m.width + 12 * m.flag for m in lane.marks)
    after = WIDTH - right >= left
    room = int(((WIDTH - right) if after else left) / _CHARACTER) - len(lane.when) - 3
    name = lane.head.label.value
    short = name if len(name) <= room else name[: max(room - 1, 12)].rstrip() + "…"
    return replace(lane, x=round(right + 7 if after else left - 7, 1), after=after, short=short)


def _strands(
    describer: Describer, lanes: Mapping[str, Lane], of: Mapping[str, Sequence[Row]]
) -> tuple[tuple[Strand, ...], int]:
    """The lanes under what they belong to, in the order of the first date of each, those of nothing last; and the
    height of all."""
    groups: dict[str, list[Lane]] = {}
    for thing, lane in lanes.items():
        named = sorted({iri(row, "group") for row in of[thing]} - {""})
        groups.setdefault(named[0] if named else "", []).append(lane)
    loose = groups.pop("", [])
    found, y = [], TOP
    for group, some in [*groups.items(), *([("", loose)] if loose else [])]:
        y += _HEADING if groups else 0
        placed = tuple(replace(lane, y=y + n * LINE) for n, lane in enumerate(some))
        found.append(Strand(describer.link(group) if group else None, placed, y))
        y += len(placed) * LINE
    return tuple(found), y + 8


def _step(years: int) -> int:
    """Years between two marks of the scale: 1, 2 or 5 times a power of ten, for twelve marks at most."""
    least = max(years / 12, 1)
    power: int = 10 ** math.floor(math.log10(least))
    return next(power * base for base in (1, 2, 5, 10) if power * base >= least)


def _dates(describer: Describer, view: View, rows: Sequence[Row]) -> _Dates:
    found: dict[tuple[str, str], tuple[Item, Span | None, bool]] = {}
    for row in rows:
        value = row.get("value")
        if not isinstance(value, ox.Literal):
            continue
        made = item(describer, view, row, iri(row, "thing"))
        if made is not None:
            found.setdefault((value.value, iri(row, "node")), (made, span(value.value), bool(word(row, "flag"))))
    return list(found.values())


def _drawn(dates: _Dates) -> bool:
    return any(s for _, s, _ in dates)


def _kind(describer: Describer, thing: str) -> Text:
    kinds = describer.kinds(thing)
    return describer.label(kinds[0]) if kinds else Text("")


def _parties(describer: Describer, rows: Sequence[Row]) -> tuple[Link, ...]:
    found = dict.fromkeys(iri(r, "party") for r in rows if iri(r, "party"))
    return tuple(sorted((describer.link(p) for p in found), key=describer.order))
