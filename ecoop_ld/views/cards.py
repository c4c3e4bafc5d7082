"""Rows ``?group [?card ?slot ?value ?node ?property]`` → groups of cards, each with named lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ecoop_ld.addresses import anchor
from ecoop_ld.config import View
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.views import Item, Row, SlotValues, iri, item, slots, word


@dataclass(frozen=True, slots=True)
class Card:
    """One card."""

    anchor: str
    head: Text | Link
    lead: Text | None
    slots: tuple[SlotValues, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """Cards that belong together."""

    anchor: str
    head: Link
    lead: Text | None
    slots: tuple[SlotValues, ...]
    cards: tuple[Card, ...]


def decks(describer: Describer, view: View, rows: Sequence[Row]) -> tuple[Deck, ...]:
    """Groups in the order of the query."""
    groups = dict.fromkeys(iri(row, "group") for row in rows)
    seen: set[str] = set()
    return tuple(_apart(deck(describer, view, group, rows), group, seen) for group in groups)


def _apart(made: Deck, group: str, seen: set[str]) -> Deck:
    """A card that stands in an earlier group too has another anchor in this one."""
    cards = []
    for card in made.cards:
        again = card.anchor in seen
        seen.add(card.anchor)
        cards.append(replace(card, anchor=anchor(f"{group} {card.anchor}")) if again else card)
    return replace(made, cards=tuple(cards))


def deck(describer: Describer, view: View, group: str, rows: Sequence[Row]) -> Deck:
    """The cards of one group; rows without ``?card`` are about the group itself."""
    mine = [row for row in rows if iri(row, "group") == group]
    keys = dict.fromkeys(row["card"] for row in mine if "card" in row)
    cards = []
    for key in keys:
        head: Text | Link = describer.text(key) if isinstance(key, ox.Literal) else describer.link(key)
        about = [row for row in mine if row.get("card") == key]
        subject = group if isinstance(key, ox.Literal) else key
        lead = describer.summary(subject) if isinstance(key, str) else None
        place = anchor(key.value if isinstance(key, ox.Literal) else key)
        cards.append(Card(place, head, lead, _lines(describer, view, about, subject, whole=False)))
    of_group = _lines(describer, view, [row for row in mine if "card" not in row], group, whole=True)
    return Deck(anchor(group), describer.link(group), describer.summary(group), of_group, tuple(cards))


def _lines(
    describer: Describer, view: View, rows: Sequence[Row], subject: str, *, whole: bool
) -> tuple[SlotValues, ...]:
    made: list[tuple[str, Item]] = []
    for row in rows:
        value = item(describer, view, row, subject)
        if value is not None:
            made.append((word(row, "slot"), value))
    return slots(describer, view, made, whole=whole)
