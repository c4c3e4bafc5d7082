"""Rows of a query, or a thing → frozen values that a page shows; here, what the kinds of views share.

:mod:`ecoop_ld.views.kinds` has a row for each kind, :mod:`ecoop_ld.views.queries` reads and asks the queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import Config, View
from ecoop_ld.model.dataset import Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.provenance import Source
from ecoop_ld.words.texts import in_language

Row = Mapping[str, Term]
"""Variable → IRI or literal; an unbound variable is missing."""


@dataclass(frozen=True, slots=True)
class Item:
    """A value with what stands behind it."""

    content: Text | Link
    sources: tuple[Source, ...] = ()
    added: bool = False
    """Whether only other graphs than the view's own say so."""
    note: Text | Link | None = None
    """What the query says beside the value."""


@dataclass(frozen=True, slots=True)
class SlotValues:
    """The values of one slot, or what is printed where there is none."""

    key: str
    title: str
    items: tuple[Item, ...]
    empty: str = ""

    @property
    def shared(self) -> tuple[Source, ...]:
        """What stands behind all of the values alike, where there are several."""
        same = len(self.items) > 1 and len({i.sources for i in self.items}) == 1
        return self.items[0].sources if same else ()


def iri(row: Row, name: str) -> str:
    """The IRI in a column; ``""`` where there is none."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def word(row: Row, name: str) -> str:
    """The literal in a column as plain text."""
    value = row.get(name)
    return value.value if isinstance(value, ox.Literal) else ""


def own_graphs(config: Config, view: View) -> frozenset[str]:
    return frozenset(config.base + path for path in view.graphs)


def item(describer: Describer, view: View, row: Row, subject: str) -> Item | None:
    """The row's ``?value`` with its sources: those of ``subject ?property ?value``, or of ``?node``.

    Of texts in several languages only the page's own, or the default, is kept: ``None`` for the others.
    """
    value = row.get("value")
    if value is None:
        return None
    node, predicate = iri(row, "node"), iri(row, "property")
    sources, graphs = describer.evidence.said(node or subject, predicate, value) if predicate else ((), ())
    backing = describer.evidence.backing(node) if node else ()
    own = own_graphs(describer.config, view)
    note = shown(describer, row["note"]) if "note" in row else None
    precise = sources if any(source.claim for source in sources) else backing or sources
    return Item(shown(describer, value), precise, bool(own and graphs and not own & set(graphs)), note)


def shown(describer: Describer, term: Term) -> Text | Link:
    return describer.text(term) if isinstance(term, ox.Literal) else describer.link(term)


def slots(describer: Describer, view: View, rows: Iterable[tuple[str, Item]], *, whole: bool) -> tuple[SlotValues, ...]:
    """Values by slot in the order of ``ecoop.toml``; slots that it does not mention come last, without a title."""
    found: dict[str, list[Item]] = {}
    for key, value in rows:
        kept = found.setdefault(key, [])
        if value not in kept:
            kept.append(value)
    shown = []
    for slot in view.slots:
        items = _best_language(describer, found.pop(slot.key, []))
        empty = in_language(slot.empty, describer.language)
        if items or (empty and slot.whole == whole):
            shown.append(SlotValues(slot.key, in_language(slot.title, describer.language), items, empty))
    shown += [SlotValues(key, "", _best_language(describer, items)) for key, items in found.items()]
    return tuple(shown)


def _best_language(describer: Describer, items: list[Item]) -> tuple[Item, ...]:
    """Texts in the page's language alone where there are any, else in the first language of the project that has."""
    tags = {i.content.language for i in items if isinstance(i.content, Text) and i.content.language}
    order = [tag for tag in (describer.language, *describer.config.languages) if tag in tags]
    if not order:
        return tuple(items)
    return tuple(i for i in items if not (isinstance(i.content, Text) and i.content.language in tags - {order[0]}))
