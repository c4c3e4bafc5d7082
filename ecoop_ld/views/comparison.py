"""Two entities → their properties side by side, each with what both have, what one has, and what that amounts to."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ecoop_ld.model.contents import BlankNode, Content, Members
from ecoop_ld.model.dataset import TYPE
from ecoop_ld.model.entity import Entity
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.properties import Property, Value

MOST = 8
"""Values of a property that a cell has; how many more there are is said."""
_SKIPPED = frozenset(("languages", "apart"))
"""Groups that tell the same once more, or belong to no property."""


class Likeness(StrEnum):
    """What two things have in common in one property."""

    SAME = "same"
    PARTLY = "partly"
    DIFFERENT = "different"
    ONE = "one"
    """Only one of the two has it."""


@dataclass(frozen=True, slots=True)
class ComparedValues:
    """What one of the two has in a property that the other has not."""

    values: tuple[Value, ...]
    more: int
    """How many more there are on its page."""


@dataclass(frozen=True, slots=True)
class ComparedProperty:
    """One property of the two things."""

    property: Property
    """Of the thing that has it, the first of the two before the second."""
    likeness: Likeness
    both: ComparedValues
    own: tuple[ComparedValues, ComparedValues]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two things side by side."""

    things: tuple[Entity, Entity]
    properties: tuple[ComparedProperty, ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Likeness → in how many properties."""
        found = [row.likeness for row in self.properties]
        return tuple((str(one), found.count(one)) for one in Likeness if one in found)


def compare(one: Entity, other: Entity) -> Comparison:
    """Properties in the order of the first thing's page; those of the second alone come after them."""
    left, right = _by_property(one), _by_property(other)
    rows = (_compared(left.get(key), right.get(key)) for key in dict.fromkeys((*left, *right)))
    return Comparison((one, other), tuple(rows))


def _by_property(entity: Entity) -> dict[tuple[str, bool], Property]:
    found: dict[tuple[str, bool], Property] = {}
    for group in entity.groups:
        for prop in group.properties if group.key not in _SKIPPED else ():
            found.setdefault((prop.term.iri if prop.term else TYPE, prop.inverse), prop)
    return found


def _compared(left: Property | None, right: Property | None) -> ComparedProperty:
    mine, theirs = (_by_key(prop.values if prop else ()) for prop in (left, right))
    both = [value for key, value in mine.items() if key in theirs]
    own = tuple(_cell([v for k, v in a.items() if k not in b]) for a, b in ((mine, theirs), (theirs, mine)))
    shown = left or right
    assert shown is not None
    return ComparedProperty(shown, _likeness(mine, theirs), _cell(both), (own[0], own[1]))


def _likeness(mine: dict[Hashable, Value], theirs: dict[Hashable, Value]) -> Likeness:
    if not (mine and theirs):
        return Likeness.ONE
    if mine.keys() == theirs.keys():
        return Likeness.SAME
    return Likeness.PARTLY if mine.keys() & theirs.keys() else Likeness.DIFFERENT


def _cell(values: Sequence[Value]) -> ComparedValues:
    return ComparedValues(tuple(values[:MOST]), max(0, len(values) - MOST))


def _by_key(values: Sequence[Value]) -> dict[Hashable, Value]:
    found: dict[Hashable, Value] = {}
    for value in values:
        found.setdefault(_key(value), value)
    return found


def _key(value: Value) -> Hashable:
    """What makes two values the same: a node told in place is what it says, without who says it."""
    if value.parts:
        return tuple((part.name.value if part.name else "", *map(_said, part.values)) for part in value.parts)
    return _said(value.content)


def _said(content: Content) -> Hashable:
    """A name is the thing that it names; a blank node is what it says, wherever it stands on the page."""
    if isinstance(content, Link):
        return content.iri
    if isinstance(content, Text):
        return content.value, content.language, content.datatype
    return tuple(_inside(content)) if isinstance(content, Members | BlankNode) else content


def _inside(content: Members | BlankNode) -> Iterator[Hashable]:
    yield type(content).__name__
    if isinstance(content, Members):
        found = [_said(member) for member in content.members]
        yield content.ordered
        yield tuple(found) if content.ordered else frozenset(found)
        return
    yield frozenset(kind.iri for kind in content.kinds)
    for part in content.parts:
        yield (part.name.value if part.name else "", *map(_said, part.values))
