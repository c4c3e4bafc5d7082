"""Rows ``?row ?column [?value ?slot ?node ?property]`` → a table of things by columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import View
from ecoop_ld.model.dataset import Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.views import Item, Row, SlotValues, iri, item, shown, slots, word


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands where a line and a column meet; no slots: nothing is stated."""

    slots: tuple[SlotValues, ...]

    @property
    def only_added(self) -> bool:
        """Whether the cell is empty when the view's own graphs stand alone."""
        return bool(self.slots) and all(i.added for s in self.slots for i in s.items)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    head: Link
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A table of things by columns."""

    head: Link | None
    """The class of all the things; ``None`` where they have none in common."""
    columns: tuple[Text | Link, ...]
    lines: tuple[Line, ...]
    has_added: bool


def matrix(describer: Describer, view: View, rows: Sequence[Row]) -> Matrix:
    """The table; lines stand in the order of the query, columns in that of their values."""
    heads = dict.fromkeys(iri(row, "row") for row in rows)
    columns = sorted(
        {row["column"] for row in rows if "column" in row}, key=lambda c: describer.order(shown(describer, c))
    )
    found: dict[tuple[str, Term], list[tuple[str, Item]]] = {}
    for row in rows:
        value = item(describer, view, row, iri(row, "row"))
        if value is not None and "column" in row:
            found.setdefault((iri(row, "row"), row["column"]), []).append((word(row, "slot"), value))
    lines = tuple(
        Line(
            describer.link(head),
            tuple(Cell(slots(describer, view, found.get((head, column), ()), whole=True)) for column in columns),
        )
        for head in heads
    )
    added = any(value.added for values in found.values() for _, value in values)
    named = tuple(describer.text(c) if isinstance(c, ox.Literal) else describer.link(c) for c in columns)
    return Matrix(_class(describer, heads), named, lines, added)


def _class(describer: Describer, things: Iterable[str]) -> Link | None:
    kinds = [set(describer.kinds(thing)) for thing in things]
    common = sorted(set.intersection(*kinds)) if kinds else []
    return describer.link(common[0]) if common else None
