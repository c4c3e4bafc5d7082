"""Rows ``?thing ?value [?note]`` → things by what they have in common: a role, a year, a place, with counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import View
from ecoop_ld.model.dataset import Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.views import Row, iri, shown


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing, with what the query says beside it."""

    link: Link
    notes: tuple[Text | Link, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value and the things that have it."""

    head: Text | Link
    anchor: str
    entries: tuple[Entry, ...]

    @property
    def label(self) -> Text:
        return self.head.label if isinstance(self.head, Link) else self.head


def facet(describer: Describer, view: View, rows: Sequence[Row]) -> tuple[Choice, ...]:
    """The values in the order of their names, texts and years as they are written; things by name."""
    found: dict[Term, dict[str, dict[Term, None]]] = {}
    for row in rows:
        if iri(row, "thing") and "value" in row:
            notes = found.setdefault(row["value"], {}).setdefault(iri(row, "thing"), {})
            if "note" in row:
                notes[row["note"]] = None
    choices = sorted(
        (_choice(describer, value, things) for value, things in found.items()),
        key=lambda choice: describer.order(choice.head),
    )
    taken: set[str] = set()
    return tuple(_with_place_of_its_own(choice, taken) for choice in choices)


def _choice(describer: Describer, value: Term, things: dict[str, dict[Term, None]]) -> Choice:
    entries = (
        Entry(
            Link(describer.title(thing), thing, describer.link(thing).page),
            tuple(sorted((shown(describer, note) for note in notes), key=describer.order)),
        )
        for thing, notes in things.items()
    )
    text = value.value if isinstance(value, ox.Literal) else value.rstrip("/").rpartition("/")[2]
    anchor = "v-" + (re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "0")
    return Choice(
        shown(describer, value), anchor, tuple(sorted(entries, key=lambda entry: describer.order(entry.link)))
    )


def _with_place_of_its_own(choice: Choice, taken: set[str]) -> Choice:
    anchor, number = choice.anchor, 2
    while anchor in taken:
        anchor, number = f"{choice.anchor}-{number}", number + 1
    taken.add(anchor)
    return Choice(choice.head, anchor, choice.entries)
