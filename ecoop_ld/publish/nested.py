"""Blank nodes and lists → JSON for a cell of a table: what the node says, told where it hangs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Dataset, Term

_DEEPEST = 16
"""Nodes inside each other; a deeper one is given by its IRI, under which its own row stands."""

Json = str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Nested:
    """Tells the blank nodes of one dataset; ``word`` names a property as the columns of the tables do."""

    dataset: Dataset
    word: Callable[[str], str]

    def cell(self, values: Iterable[str]) -> str:
        """The blank nodes among the values of a property as JSON: one as it is, several as an array; ``""``: none."""
        told = [self._told(value, ()) for value in values if self._is_nested(value)]
        if not told:
            return ""
        return json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False)

    def _is_nested(self, value: str) -> bool:
        return self.dataset.blanks.is_blank(value) or self.dataset.blanks.collection(value) is not None

    def _told(self, term: Term, trail: tuple[str, ...]) -> Json:
        """A literal by its text, a thing by its IRI, a list as an array, a node as an object; circles end in an IRI."""
        if isinstance(term, ox.Literal):
            return term.value
        if not self._is_nested(term) or term in trail or len(trail) >= _DEEPEST:
            return term
        around = (*trail, term)
        collection = self.dataset.blanks.collection(term)
        if collection is not None:
            return [self._told(member, around) for member in collection.members]
        found: dict[str, list[Json]] = {}
        for predicate, facts in sorted(self.dataset.outgoing(term).items(), key=lambda row: (row[0] != TYPE, row[0])):
            stated = [f.object for f in facts if f.graphs != (self.dataset.derived_graph,)]
            if stated:
                found.setdefault(self.word(predicate), []).extend(self._told(each, around) for each in stated)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
