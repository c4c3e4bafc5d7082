"""The index of the data → its blank nodes where they hang: below a thing, above a node, and lists in their order.

Blank nodes have IRIs of the project here (:meth:`~ecoop_ld.addresses.Addresses.is_skolem`), like everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ecoop_ld.model.index import TYPE, Fact, Index, Term
from ecoop_ld.rdf.names import RDF

FIRST, REST, NIL = RDF + "first", RDF + "rest", RDF + "nil"
_CONTAINERS = frozenset({RDF + "Seq", RDF + "Bag", RDF + "Alt"})
_NUMBERED = re.compile(re.escape(RDF) + r"_([1-9][0-9]{0,8})\Z")


@dataclass(frozen=True, slots=True)
class Collection:
    """Members of an RDF list or container."""

    members: tuple[Term, ...]
    kind: str = ""
    """``rdf:Seq``, ``rdf:Bag`` or ``rdf:Alt``; empty for a list."""

    @property
    def ordered(self) -> bool:
        return self.kind in ("", RDF + "Seq")


@dataclass(frozen=True)
class Blanks:
    """The blank nodes of one dataset; remembers what it has found of all of them together."""

    index: Index

    def is_blank(self, term: Term) -> bool:
        return isinstance(term, str) and self.index.addresses.is_skolem(term)

    def below(self, *starts: str) -> list[str]:
        """The blank nodes that things lead to through blank nodes alone, each once, nearest first."""
        return self._walk(starts, self._objects)

    def above(self, *starts: str) -> list[str]:
        """The blank nodes that lead to these through blank nodes alone; of a list its first cell stands for all."""
        return self._walk(starts, self._parents)

    def homes(self, node: str) -> tuple[str, ...]:
        """The things on which a blank node hangs, near or far; sorted."""
        found = {s for each in (node, *self.above(node)) for s in self._parents(each) if not self.is_blank(s)}
        return tuple(sorted(found))

    def tops(self, node: str) -> tuple[str, ...]:
        """The blank nodes above this one that hang on nothing; of a circle the first."""
        chain = [node, *self.above(node)]
        loose = [each for each in chain if not self._parents(each)]
        return tuple(sorted(loose)) or (min(chain),)

    @cached_property
    def loose(self) -> tuple[str, ...]:
        """Blank nodes that no page tells but one of their own: they hang on nothing, and nothing below them leads to a
        thing with a page. Of a circle the first. Sorted."""
        blank = [iri for iri in self.index.subjects() if self.is_blank(iri)]
        leading = [node for node in blank if self._leads_to_a_page(node)]
        hanging = [node for node in blank if any(not self.is_blank(s) for s in self._parents(node))]
        starts = [*hanging, *leading, *self.above(*leading)]
        told = {*starts, *self.below(*starts)}
        found: list[str] = []
        for node in sorted(blank, key=lambda each: (bool(self._parents(each)), each)):
            if node not in told:
                found.append(node)
                told.update((node, *self.below(node)))
        return tuple(sorted(found))

    @cached_property
    def loose_set(self) -> frozenset[str]:
        return frozenset(self.loose)

    # --- lists -----------------------------------------------------------------------------------------------------

    def collection(self, node: Term) -> Collection | None:
        """The members, where a node is an RDF list or container and nothing else is said of it."""
        if node == NIL:
            return Collection(())
        if not isinstance(node, str) or not self.is_blank(node):
            return None
        return self._list(node) or self._container(node)

    def through_lists(self, fact: Fact) -> list[Fact]:
        """What a fact says of its object: where it is that of a list or container, the facts that lead to that."""
        node = fact.subject
        if not self.is_blank(node) or (fact.predicate != FIRST and not number_of(fact.predicate)):
            return [fact]
        head = self._heads.get(node, node)
        if self.collection(head) is None:
            return [fact]
        leading = [f for facts in self.index.incoming(head).values() for f in facts]
        return [Fact(f.subject, f.predicate, fact.object, f.graphs) for f in leading] or [fact]

    def _list(self, head: str) -> Collection | None:
        members: list[Term] = []
        seen: set[str] = set()
        node: Term = head
        while node != NIL:
            if not isinstance(node, str) or node in seen or not self._is_cell(node):
                return None
            if node != head and sum(map(len, self.index.incoming(node).values())) > 1:
                return None  # something else leads into the middle
            seen.add(node)
            members += self.index.objects(node, FIRST)
            (node,) = self.index.objects(node, REST)
        return Collection(tuple(members))

    def _is_cell(self, node: str) -> bool:
        """Whether a node is a cell of a list, and nothing more."""
        said = self.index.outgoing(node)
        one_each = all(len(said.get(p, ())) == 1 for p in (FIRST, REST))
        bare = not said.keys() - {FIRST, REST, TYPE} and set(self.index.types(node)) <= {RDF + "List"}
        return one_each and bare and self.is_blank(node)

    def _container(self, node: str) -> Collection | None:
        kinds = set(self.index.types(node))
        said = self.index.outgoing(node)
        if len(kinds) != 1 or not kinds <= _CONTAINERS or any(not number_of(p) for p in said if p != TYPE):
            return None
        rows = sorted((p for p in said if p != TYPE), key=number_of)
        members = tuple(value for p in rows for value in self.index.objects(node, p))
        return Collection(members, *kinds)

    @cached_property
    def _heads(self) -> dict[str, str]:
        """Later cell of a list → its first; cells in a circle have none."""
        found: dict[str, str] = {}
        for head in self.index.having(REST):
            if not self.is_blank(head) or self.index.into(head, REST):
                continue
            node: Term = head
            while isinstance(node, str) and self.is_blank(node) and (node == head or node not in found):
                if node != head:
                    found[node] = head
                node = next(iter(self.index.objects(node, REST)), NIL)
        return found

    # --- walking ---------------------------------------------------------------------------------------------------

    def _leads_to_a_page(self, node: str) -> bool:
        """Whether a page tells of a node as what leads to the page's thing; being of a class does not count."""
        has_page, described = self.index.addresses.has_page, self.index.described
        said = (f for p, facts in self.index.outgoing(node).items() if p != TYPE for f in facts)
        return any(isinstance(f.object, str) and has_page(f.object) and described(f.object) for f in said)

    def _objects(self, node: str) -> list[str]:
        said = (f.object for facts in self.index.outgoing(node).values() for f in facts)
        return [o for o in said if isinstance(o, str)]

    def _parents(self, node: str) -> list[str]:
        """What leads to a node; to a later cell of a list, its first one, and what else leads into the middle."""
        said = (f for facts in self.index.incoming(node).values() for f in facts)
        if node not in self._heads:
            return list(dict.fromkeys(f.subject for f in said))
        return list(dict.fromkeys((self._heads[node], *(f.subject for f in said if f.predicate != REST))))

    def _walk(self, starts: Iterable[str], neighbours: Callable[[str], list[str]]) -> list[str]:
        waiting = list(dict.fromkeys(starts))
        seen, found = set(waiting), list[str]()
        for node in waiting:
            for other in neighbours(node):
                if other not in seen and self.is_blank(other):
                    seen.add(other)
                    found.append(other)
                    waiting.append(other)
        return found


def number_of(predicate: str) -> int:
    """``1`` of ``rdf:_1``; 0 for any other property."""
    match = _NUMBERED.match(predicate)
    return int(match[1]) if match else 0
