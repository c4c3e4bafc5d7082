"""Classes of the vocabulary → a tree to draw: each under the class it is a kind of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecoop_ld.model.vocabulary import VocabularyTerm

LINE, STEP, WIDTH = 28, 34, 720


@dataclass(frozen=True, slots=True)
class Leaf:
    """One class in the tree."""

    name: str
    label: str
    used: int
    x: int
    y: int
    parent_y: int | None


def tree(classes: Sequence[VocabularyTerm]) -> tuple[Leaf, ...]:
    """Depth first, by name; a class with several broader ones stands under the first; a cycle ends."""
    by_iri = {c.iri: c for c in classes}
    parent = {c.iri: next((b.iri for b in c.broader if b.iri in by_iri and b.iri != c.iri), None) for c in classes}
    children: dict[str | None, list[VocabularyTerm]] = {}
    for c in classes:
        children.setdefault(parent[c.iri], []).append(c)
    found: dict[str, Leaf] = {}

    def walk(c: VocabularyTerm, depth: int, above: int | None) -> None:
        if c.iri in found:
            return
        y = 18 + len(found) * LINE
        found[c.iri] = Leaf(c.name, c.label.value, c.used, 12 + depth * STEP, y, above)
        for child in children.get(c.iri, ()):
            walk(child, depth + 1, y)

    for root in (*children.get(None, ()), *classes):
        walk(root, 0, None)
    return tuple(found.values())
