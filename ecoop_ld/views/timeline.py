"""Rows ``?thing [?value ?node ?property ?flag ?party]`` → bars as wide as their dates are vague.

A year is a wide bar, a month a narrow one; a row with ``?flag`` is a flag at the end of its date; a thing without a
date stands in a lane of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import View
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.rdf.edtf import Span, span
from ecoop_ld.views import Item, Row, iri, item, word

LABELS, WIDTH, LINE, TOP = 370, 1040, 30, 34
"""Pixels of the drawing: left column, whole width, height of a line, height of the scale."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One date of a thing."""

    item: Item
    x: float
    width: float
    flag: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One thing, its dates, and where it is drawn."""

    head: Link
    kind: Text
    marks: tuple[Mark, ...]
    undated: tuple[Item, ...]
    """Dates that cannot be drawn."""
    parties: tuple[Link, ...]
    y: int
    x: int = 0
    """Where its name begins, in the lane of undated things."""

    @property
    def short(self) -> str:
        name = self.head.label.value
        return name if len(name) <= 44 else name[:43].rstrip() + "…"

    @property
    def only_added(self) -> bool:
        return bool(self.marks) and all(mark.item.added for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Tick:
    """A year of the scale."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of it."""

    dated: tuple[Lane, ...]
    undated: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    kinds: tuple[Text, ...]
    parties: tuple[Link, ...]
    height: int
    undated_y: int
    has_added: bool
    labels: int = LABELS
    width: int = WIDTH
    line: int = LINE
    top: int = TOP


def timeline(describer: Describer, view: View, rows: Sequence[Row]) -> Timeline:
    """The timeline of a query's answer, earliest first."""
    things = dict.fromkeys(iri(row, "thing") for row in rows)
    found = {thing: _dates(describer, view, [r for r in rows if iri(r, "thing") == thing]) for thing in things}
    spans = [s for dates in found.values() for _, s, _ in dates if s]
    low, high = math.floor(min((s.start for s in spans), default=0)), math.ceil(max((s.end for s in spans), default=1))
    scale = (WIDTH - LABELS - 20) / max(high - low, 1)
    first = {thing: min((s.start, s.end) for _, s, _ in dates if s) for thing, dates in found.items() if _drawn(dates)}
    order = sorted(first, key=lambda t: (first[t], describer.order(describer.link(t))))
    rest = sorted((t for t in things if t not in first), key=lambda t: describer.order(describer.link(t)))

    def lane(thing: str, y: int, x: int = 0) -> Lane:
        marks = tuple(
            Mark(i, round(LABELS + (s.start - low) * scale, 1), round(max((s.end - s.start) * scale, 5), 1), flag)
            for i, s, flag in found[thing]
            if s
        )
        open_ended = tuple(i for i, s, _ in found[thing] if not s)
        link, kind, parties = describer.link(thing), _kind(describer, thing), _parties(describer, rows, thing)
        return Lane(link, kind, marks, open_ended, parties, y, x)

    dated = tuple(lane(thing, TOP + n * LINE) for n, thing in enumerate(order))
    undated_y = TOP + len(dated) * LINE + 14
    half = -(-len(rest) // 2)
    undated = tuple(
        lane(thing, undated_y + 30 + n % half * LINE, 20 + n // half * WIDTH // 2) for n, thing in enumerate(rest)
    )
    height = undated_y + (30 + half * LINE if undated else 0) + 6
    lanes = (*dated, *undated)
    step = _step(high - low)
    return Timeline(
        dated,
        undated,
        tuple(Tick(round(LABELS + (y - low) * scale, 1), str(y)) for y in range(-(-low // step) * step, high, step)),
        tuple(sorted({lane.kind for lane in lanes}, key=describer.order)),
        tuple(sorted({p for lane in lanes for p in lane.parties}, key=describer.order)),
        height,
        undated_y,
        any(mark.item.added for lane in dated for mark in lane.marks),
    )


def _step(years: int) -> int:
    """Years between two marks of the scale: 1, 2 or 5 times a power of ten, for twelve marks at most."""
    least = max(years / 12, 1)
    power: int = 10 ** math.floor(math.log10(least))
    return next(power * base for base in (1, 2, 5, 10) if power * base >= least)


def _dates(describer: Describer, view: View, rows: Sequence[Row]) -> list[tuple[Item, Span | None, bool]]:
    found: dict[tuple[str, str], tuple[Item, Span | None, bool]] = {}
    for row in rows:
        value = row.get("value")
        if not isinstance(value, ox.Literal):
            continue
        made = item(describer, view, row, iri(row, "thing"))
        if made is not None:
            found.setdefault((value.value, iri(row, "node")), (made, span(value.value), bool(word(row, "flag"))))
    return list(found.values())


def _drawn(dates: Sequence[tuple[Item, Span | None, bool]]) -> bool:
    return any(s for _, s, _ in dates)


def _kind(describer: Describer, thing: str) -> Text:
    kinds = describer.kinds(thing)
    return describer.label(kinds[0]) if kinds else Text("")


def _parties(describer: Describer, rows: Sequence[Row], thing: str) -> tuple[Link, ...]:
    found = dict.fromkeys(iri(r, "party") for r in rows if iri(r, "thing") == thing and iri(r, "party"))
    return tuple(sorted((describer.link(p) for p in found), key=describer.order))
