"""Display shapes → which properties a kind of thing shows, under which heading, in which order.

Read from the node shapes in ``shapes/``: ``sh:targetClass``, and for each ``sh:property`` its ``sh:path`` (a predicate
or its inverse), ``sh:name``, ``sh:group`` and ``sh:order`` (SHACL 1.0 §2.3.2, non-validating characteristics).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from ecoop_ld.rdf.names import RDFS, SH

Path = tuple[str, bool]
"""A predicate, and whether it is followed from object to subject."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One property on a kind of page."""

    path: Path
    names: Mapping[str, str]
    """Heading per language; empty: the property's own label."""
    group: str
    order: tuple[float, int]
    """``sh:order``, then the place in the file."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A group of properties."""

    names: Mapping[str, str]
    order: float


@dataclass(frozen=True, slots=True)
class Displays:
    """What all display shapes say."""

    by_class: Mapping[str, tuple[Slot, ...]] = field(default_factory=dict)
    headings: Mapping[str, Heading] = field(default_factory=dict)

    def slots(self, types: Iterable[str]) -> list[Slot]:
        """The slots for a thing of these types, in order; where two classes show one path, the first type wins."""
        found: dict[Path, Slot] = {}
        for kind in types:
            for slot in self.by_class.get(kind, ()):
                found.setdefault(slot.path, slot)
        unknown = Heading({}, float("inf"))
        return sorted(found.values(), key=lambda s: (self.headings.get(s.group, unknown).order, s.group, s.order))


def read(quads: Iterable[ox.Quad]) -> Displays:
    """The displays in the quads of ``shapes/``."""
    index: dict[object, dict[str, list[object]]] = {}
    for quad in quads:
        index.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    by_class: dict[str, list[Slot]] = {}
    count = 0
    for facts in index.values():
        for target in facts.get(SH + "targetClass", ()):
            for shape in facts.get(SH + "property", ()):
                count += 1
                slot = _slot(index, index.get(shape, {}), count)
                if slot is not None and isinstance(target, ox.NamedNode):
                    by_class.setdefault(target.value, []).append(slot)
    groups = {slot.group for slots in by_class.values() for slot in slots}
    headings = {g: _heading(index.get(ox.NamedNode(g), {})) for g in groups if g}
    return Displays({kind: tuple(slots) for kind, slots in by_class.items()}, headings)


def _slot(
    index: Mapping[object, Mapping[str, list[object]]], shape: Mapping[str, list[object]], count: int
) -> Slot | None:
    group = next((o.value for o in shape.get(SH + "group", ()) if isinstance(o, ox.NamedNode)), "")
    if not group or SH + "path" not in shape:
        return None
    path = shape[SH + "path"][0]
    inverse = [o for o in index.get(path, {}).get(SH + "inversePath", ()) if isinstance(o, ox.NamedNode)]
    if not inverse and not isinstance(path, ox.NamedNode):
        return None  # a longer path: not shown
    predicate = inverse[0] if inverse else path
    assert isinstance(predicate, ox.NamedNode)
    return Slot((predicate.value, bool(inverse)), _texts(shape.get(SH + "name", ())), group, (_number(shape), count))


def _heading(facts: Mapping[str, list[object]]) -> Heading:
    return Heading(_texts(facts.get(RDFS + "label", ())), _number(facts))


def _texts(terms: Iterable[object]) -> dict[str, str]:
    return {t.language or "": t.value for t in terms if isinstance(t, ox.Literal)}


def _number(facts: Mapping[str, list[object]]) -> float:
    for term in facts.get(SH + "order", ()):
        if isinstance(term, ox.Literal):
            try:
                return float(term.value)
            except ValueError:
                break  # the shape lint says so
    return float("inf")
