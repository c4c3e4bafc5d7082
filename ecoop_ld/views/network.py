"""Rows ``?party ?via [?role ?node ?side ?inferred]`` → who is joined with whom, and by what.

Parties stand at the two sides (``?side`` is ``left`` or ``right``), what joins them in the middle; so every line is
named by the thing it leads to, and no two parties are joined by a line of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

import pyoxigraph as ox

from ecoop_ld.config import View
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.provenance import Source
from ecoop_ld.views import Row, iri, own_graphs, symbols, word
from ecoop_ld.views.symbols import KindMark

WIDTH, LINE, TOP = 1160, 32, 44
_COLUMNS = {"left": (275, "end"), "middle": (580, "middle"), "right": (885, "start")}
_NARROW = 780
"""Width where all parties stand at the left."""
_HALF = 160
"""Half the width of the boxes in the middle."""
_WRAPPED = {"left": 38, "middle": 46, "right": 38}
"""Characters of a line of a name; it has two."""
_PARTY = "party "
"""Before the IRI of a thing in its place at a side: a thing may stand in the middle too."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A party, or what joins parties, and where it is drawn."""

    key: str
    link: Link
    x: float
    y: float
    side: str
    anchor: str
    shape: str = ""
    """How a party is drawn, by its kind."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Its name in one line or two."""
        return tuple(wrap(self.link.label.value, _WRAPPED[self.side], max_lines=2, placeholder=" …")) or ("",)


@dataclass(frozen=True, slots=True)
class Tie:
    """A line from a party to what it has a part in."""

    party: Spot
    via: Spot
    roles: tuple[Text | Link, ...]
    sources: tuple[Source, ...]
    inferred: bool
    added: bool
    path: str
    """The line, as SVG path data."""


@dataclass(frozen=True, slots=True)
class Network:
    """All of it; ``by_via`` is the table twin, ``by_party`` the same for narrow screens."""

    parties: tuple[Spot, ...]
    by_name: tuple[Spot, ...]
    """The parties, to choose from."""
    vias: tuple[Spot, ...]
    ties: tuple[Tie, ...]
    by_via: tuple[tuple[Spot, tuple[Tie, ...]], ...]
    by_party: tuple[tuple[Spot, tuple[Tie, ...]], ...]
    marks: tuple[KindMark, ...]
    heads: tuple[tuple[float, str, str], ...]
    """Of each column: where its head stands, how, and the side."""
    height: int
    width: int
    half: int = _HALF


def network(describer: Describer, view: View, rows: Sequence[Row]) -> Network:
    """The network of a query's answer."""
    pairs = dict.fromkeys((_PARTY + iri(row, "party"), iri(row, "via")) for row in rows)
    sides = {_PARTY + iri(row, "party"): "right" if word(row, "side") == "right" else "left" for row in rows}
    columns = _order(describer, pairs, sides)
    tallest = max((len(column) for column in columns.values()), default=0)
    named = [key.removeprefix(_PARTY) for key in (*columns["left"], *columns["right"])]
    marks, shapes = symbols.of_kinds(describer, {thing: next(iter(describer.kinds(thing)), "") for thing in named})
    spots = {
        key: _spot(describer, key, side, TOP + tallest * LINE / len(column) * (n + 0.5), shapes)
        for side, column in columns.items()
        for n, key in enumerate(column)
    }
    of: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        of.setdefault((_PARTY + iri(row, "party"), iri(row, "via")), []).append(row)
    ties = tuple(_tie(describer, view, spots, pair, of[pair]) for pair in pairs)
    vias = tuple(spots[key] for key in columns["middle"])
    by_via = tuple((via, tuple(t for t in ties if t.via is via)) for via in vias)
    parties = tuple(spots[key] for side in ("left", "right") for key in columns[side])
    width = WIDTH if columns["right"] else _NARROW
    by_name = tuple(sorted(parties, key=lambda spot: describer.order(spot.link)))
    by_party = tuple((party, tuple(t for t in ties if t.party is party)) for party in by_name)
    heads = tuple((*_COLUMNS[side], side) for side in columns if columns[side])
    return Network(parties, by_name, vias, ties, by_via, by_party, marks, heads, TOP + 10 + tallest * LINE, width)


def _spot(describer: Describer, key: str, side: str, y: float, shapes: Mapping[str, str]) -> Spot:
    thing = key.removeprefix(_PARTY)
    name = ("" if key.startswith(_PARTY) else "via ") + thing.removeprefix(describer.config.base)
    return Spot(
        name, describer.link(thing), _COLUMNS[side][0], round(y, 1), side, _COLUMNS[side][1], shapes.get(thing, "")
    )


def _order(
    describer: Describer, pairs: Mapping[tuple[str, str], None], sides: Mapping[str, str]
) -> dict[str, list[str]]:
    """Each column so that lines cross little: by the mean height of what a thing is joined with, a few times over."""
    near: dict[str, list[str]] = {}
    for party, via in pairs:
        near.setdefault(party, []).append(via)
        near.setdefault(via, []).append(party)
    by_name = sorted(near, key=lambda key: (describer.order(describer.link(key.removeprefix(_PARTY))), key))
    columns = {
        "left": [key for key in by_name if sides.get(key) == "left"],
        "middle": [key for key in by_name if key not in sides],
        "right": [key for key in by_name if sides.get(key) == "right"],
    }
    for _ in range(6):
        for side in ("middle", "left", "right"):
            height = {k: (n + 0.5) / len(column) for column in columns.values() for n, k in enumerate(column)}
            columns[side].sort(key=lambda k: (round(sum(height[o] for o in near[k]) / len(near[k]), 6), k))
    return columns


def _tie(
    describer: Describer, view: View, spots: Mapping[str, Spot], pair: tuple[str, str], mine: Sequence[Row]
) -> Tie:
    party, via = spots[pair[0]], spots[pair[1]]
    x = via.x - _HALF if party.side == "left" else via.x + _HALF
    start = party.x + (8 if party.side == "left" else -8)
    middle = (start + x) / 2
    path = f"M{start} {party.y}C{middle} {party.y} {middle} {via.y} {x} {via.y}"
    roles = dict.fromkeys(row["role"] for row in mine if "role" in row)
    sources: dict[Source, None] = {}
    graphs: set[str] = set()
    for row in mine:
        node, predicate = iri(row, "node"), iri(row, "property")
        if predicate and "value" in row:
            found, stands = describer.evidence.said(node or pair[0].removeprefix(_PARTY), predicate, row["value"])
        else:
            found, stands = describer.evidence.backing(node), ()
            graphs |= {g for facts in describer.dataset.outgoing(node).values() for f in facts for g in f.graphs}
        sources |= dict.fromkeys(found)
        graphs |= set(stands)
    own = own_graphs(describer.config, view)
    derived = graphs == {describer.dataset.derived_graph}
    inferred = derived or any(word(row, "inferred") == "true" for row in mine)
    named = tuple(describer.text(r) if isinstance(r, ox.Literal) else describer.link(r) for r in roles)
    return Tie(party, via, named, tuple(sources), inferred, bool(own and graphs and not own & graphs), path)
