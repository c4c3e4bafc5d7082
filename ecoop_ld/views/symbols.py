"""Things by their kinds → the sign of each in a picture, with its colour, and the legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.model.dataset import Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Text
from ecoop_ld.words.messages import messages

_SHAPES = ("circle", "square", "diamond", "triangle")
"""One for each of the commonest kinds; the others are rings."""


@dataclass(frozen=True, slots=True)
class KindMark:
    """A kind, how it is drawn, and how many there are."""

    shape: str
    kind: Text
    count: int


def of_kinds(describer: Describer, kinds: Mapping[str, Term]) -> tuple[tuple[KindMark, ...], dict[str, str]]:
    """The kinds with their shapes, the commonest first, and the shape of each thing; ``""`` is no kind."""
    counts = sorted(Counter(kinds.values()).items(), key=lambda row: (-row[1], str(row[0])))
    shapes = {kind: _SHAPES[n] if n < len(_SHAPES) and kind else "ring" for n, (kind, _) in enumerate(counts)}
    marks = [KindMark(shapes[kind], _name(describer, kind), n) for kind, n in counts if kind and shapes[kind] != "ring"]
    if rest := sum(n for kind, n in counts if shapes[kind] == "ring" or not kind):
        marks.append(KindMark("ring", Text(messages(describer.config, describer.language)["others"]), rest))
    return tuple(marks), {thing: shapes[kind] for thing, kind in kinds.items()}


def _name(describer: Describer, kind: Term) -> Text:
    return describer.text(kind) if isinstance(kind, ox.Literal) else describer.label(kind)
