"""Kinds of views, one row for each: what its query selects, what that becomes, and where a thing stands on its page.

A kind is a row here, a module of this room that makes its value, and a template ``{name}.html`` of the site. A query
names its columns as docs/views.md says; what the columns mean to a subject matter is the query's business alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ecoop_ld.config import View
from ecoop_ld.model.entity import Describer
from ecoop_ld.views import Row
from ecoop_ld.views.atlas import atlas
from ecoop_ld.views.cards import deck, decks
from ecoop_ld.views.facet import facet
from ecoop_ld.views.matrix import matrix
from ecoop_ld.views.network import network
from ecoop_ld.views.reader import readings
from ecoop_ld.views.timeline import timeline


@dataclass(frozen=True, slots=True)
class ViewKind:
    """One kind of view."""

    name: str
    """The value of ``kind`` in ``ecoop.toml``."""
    columns: frozenset[str]
    """Variables that its query must select."""
    subjects: tuple[tuple[str, str], ...]
    """Variables of the things that it tells of, each with the variable of its place on the page, or ``""``."""
    make: Callable[[Describer, View, Sequence[Row]], object]
    """What the page shows, from the rows of the query."""
    part: Callable[[Describer, View, str, Sequence[Row]], object] | None = None
    """What the page of one ``?group`` shows, where a view of this kind can be split."""
    scoped: bool = False
    """Whether its page has a switch that lets the view's own graphs stand alone."""
    drawn: bool = False
    """Whether it is a drawing, which can be a file of its own: ``_{name}.html`` has it."""
    front: bool = False
    """Whether it can stand on the front page."""
    faceted: bool = False
    """Whether the page to explore from lists its values, rather than the view itself."""

    @property
    def template(self) -> str:
        """Name of the site's template."""
        return f"{self.name}.html"


VIEW_KINDS: Mapping[str, ViewKind] = {
    row.name: row
    for row in (
        ViewKind("matrix", frozenset({"row", "column"}), (("row", ""),), matrix, scoped=True, front=True),
        ViewKind("timeline", frozenset({"thing"}), (("thing", ""),), timeline, scoped=True, drawn=True),
        ViewKind("network", frozenset({"party", "via"}), (("party", ""), ("via", "")), network, drawn=True),
        ViewKind("map", frozenset({"thing"}), (("thing", ""), ("place", "")), atlas, drawn=True),
        ViewKind("cards", frozenset({"group"}), (("group", "group"), ("card", "card")), decks, part=deck),
        ViewKind(
            "reader",
            frozenset({"document", "paragraph", "claim"}),
            (("document", ""), ("claim", "paragraph")),
            readings,
        ),
        ViewKind("facet", frozenset({"thing", "value"}), (), facet, faceted=True),
    )
}
