"""An entity with more values than a page holds → its first page, and those that go on with the rest.

The first page has the beginning of every property; later ones take what is left, in the order of the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Entity, Group
from ecoop_ld.model.properties import Property

MOST = 60
"""Values of one property on the first page."""
LENGTH = 160
"""Values on each later page."""


LISTED = 500
"""Things on a page of a class."""


def may_go_on(dataset: Dataset, iri: str) -> bool:
    """Whether a thing may need more than one page; quickly, without describing it."""
    both = (dataset.outgoing(iri), dataset.incoming(iri))
    return any(len(facts) > MOST for side in both for facts in side.values())


def count(entity: Entity) -> int:
    """How many pages a thing needs."""
    left = sum(max(0, len(p.values) - MOST) for g in entity.groups for p in g.properties)
    return 1 + -(-left // LENGTH)


def listed_pages(things: int) -> int:
    """How many pages the things of a class fill."""
    return max(1, -(-things // LISTED))


def first(entity: Entity) -> tuple[Group, ...]:
    """What stands on the first page; a property that goes on says how many values there are, and where."""
    onward: dict[str, int] = {}
    for number in range(count(entity), 1, -1):
        onward |= dict.fromkeys((p.anchor for g in later(entity, number) for p in g.properties), number)
    return tuple(
        replace(group, properties=tuple(_begin(p, _anchor(n, m), onward) for m, p in enumerate(group.properties)))
        for n, group in enumerate(entity.groups)
    )


def _begin(prop: Property, anchor: str, onward: dict[str, int]) -> Property:
    if len(prop.values) <= MOST:
        return prop
    after = len(prop.values) - MOST
    return replace(prop, values=prop.values[:MOST], after=after, onward=onward[anchor], anchor=anchor)


def later(entity: Entity, number: int) -> tuple[Group, ...]:
    """What stands on page ``number``, 2 or more."""
    low, high = (number - 2) * LENGTH, (number - 1) * LENGTH
    start, found = 0, []
    for n, group in enumerate(entity.groups):
        properties = []
        for m, prop in enumerate(group.properties):
            left = max(0, len(prop.values) - MOST)
            one, two = max(low - start, 0), min(high - start, left)
            if one < two:
                properties.append(_slice(prop, MOST + one, MOST + two, _anchor(n, m)))
            start += left
        if properties:
            found.append(replace(group, properties=tuple(properties)))
    return tuple(found)


def _slice(prop: Property, start: int, end: int, anchor: str) -> Property:
    after = len(prop.values) - end
    return replace(prop, values=prop.values[start:end], before=start, after=after, anchor=anchor)


def _anchor(group: int, prop: int) -> str:
    return f"v{group + 1}-{prop + 1}"


def numbers(here: int, last: int) -> Iterator[int]:
    """The pages to link to from page ``here``: first, last, and the ones around; 0 for a gap."""
    before = 0
    for number in range(1, last + 1):
        if number in (1, last) or abs(number - here) <= 2:
            if number > before + 1:
                yield 0
            yield number
            before = number
