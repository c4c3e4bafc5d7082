"""Quads of shapes → the lookups that the checks of shapes share."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Place
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import SH
from ecoop_ld.sources.locator import Locator


class ShapesGraph:
    """The shapes by their nodes, with places and names."""

    def __init__(self, config: Config, quads: list[ox.Quad], locator: Locator) -> None:
        self._config, self._quads, self._locator = config, quads, locator
        self._by_subject: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for q in quads:
            self._by_subject[q.subject][q.predicate.value].append(q.object)

    def _values(self, node: object, word: str) -> list[object]:
        return self._by_subject.get(node, {}).get(SH + word, [])

    def _place(self, node: object, predicate: str = "", value: object = None) -> Place | None:
        return self._locator.of(node, ox.NamedNode(predicate) if predicate else None, value)

    def _name(self, iri: str) -> str:
        return names.compact(iri, self._config.all_prefixes)
