"""A term → what a page shows for it: a text, a link, the members of a list, an expression, or a blank node in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ecoop_ld.model.blanks import number_of
from ecoop_ld.model.dataset import TYPE, Dataset, Fact, Term
from ecoop_ld.model.expressions import Expression, Expressions
from ecoop_ld.model.naming import Link, Naming, Text
from ecoop_ld.model.pictures import picture
from ecoop_ld.rdf.names import OWL, RDFS

_DEEPEST = 8
"""Nodes inside each other; what is deeper stands by itself, further down the page."""
_MOST = 2_000
"""Nodes told on a page at every place where they hang; beyond it, at the first only."""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a list or container; ``ordered`` is false where their order means nothing."""

    members: tuple[Content, ...]
    ordered: bool = True
    kind: Text | None = None
    """What a container is; a list is just a list."""


@dataclass(frozen=True, slots=True)
class BlankNode:
    """A blank node: what it is, and what it says."""

    name: Text
    kinds: tuple[Link, ...]
    parts: tuple[Part, ...]
    homes: tuple[Link, ...] = ()
    """The things on which it hangs, where it is told on the page of another one."""
    anchor: str = ""
    """Where it stands on the page, if other values point there."""


Content = Text | Link | Members | Expression | BlankNode


@dataclass(frozen=True, slots=True)
class Part:
    """A property inside a node. ``name`` is ``None`` where the values speak for themselves."""

    name: Text | None
    values: tuple[Content, ...]


class Contents:
    """Makes the contents of one page; remembers which blank nodes it has told, so that each is told at least once."""

    def __init__(self, naming: Naming, path: str) -> None:
        self._naming, self._path = naming, path
        self._dataset: Dataset = naming.dataset
        self._blanks = naming.dataset.blanks
        self._expressions = Expressions(naming)
        self._told: set[str] = set()
        self._count = 0
        self._waiting: dict[str, str] = {}

    def of(self, term: Term, trail: tuple[str, ...] = ()) -> Content:
        """A term as it is shown; blank nodes of ``trail`` are being told around it."""
        if isinstance(term, ox.Literal):
            return self._naming.text(term)
        if not self._blanks.is_blank(term):
            found = self._blanks.collection(term)
            return Members(()) if found else self._naming.link(term)
        if term in trail or (term in self._told and self._count > _MOST):
            return self._pointer(term)
        if len(trail) >= _DEEPEST or self._count > _MOST:
            self._waiting.setdefault(term, f"node-{len(self._waiting) + 1}")
            return self._pointer(term)
        return self._members(term, trail) or self._expression(term) or self._node(term, trail)

    def value(self, predicate: str, node: str) -> Content:
        """A blank node or list as the value of a property: a chain of properties is an expression too."""
        found = self._blanks.collection(node) if predicate == OWL + "propertyChainAxiom" else None
        chain = self._expressions.chain(found.members) if found else None
        return chain or self.of(node)

    def leading_to(self, here: str, node: str) -> Content | None:
        """A blank node that leads to this page's thing; ``None`` where it hangs on that thing and is told there."""
        homes = self._blanks.homes(node)
        if here in homes:
            return None
        if homes:
            expression = self._expression(node)
            told = BlankNode(Text("[…]"), (), (Part(None, (expression,)),)) if expression else self._node(node, ())
            return replace(told, homes=tuple(map(self._naming.link, homes)))
        tops = tuple(self.of(top) for top in self._blanks.tops(node))
        return tops[0] if len(tops) == 1 else Members(tops, ordered=False)

    def rest(self) -> Iterator[BlankNode]:
        """The nodes that stand by themselves because they hang too deep."""
        done: set[str] = set()
        while left := [node for node in self._waiting if node not in done]:
            for node in left:
                done.add(node)
                members = self._members(node, ())
                whole = BlankNode(Text("[…]"), (), (Part(None, (members,)),)) if members else self._node(node, ())
                yield replace(whole, anchor=self._waiting[node])

    def _pictured(self, predicate: str, content: Content) -> Content:
        if not isinstance(content, Link):
            return content
        return replace(content, picture=picture(self._dataset.config, predicate, content.iri))

    def _pointer(self, node: str) -> Link:
        anchor = self._waiting.get(node)
        return Link(self._naming.label(node), node, (self._path, anchor) if anchor else None)

    def _members(self, node: str, trail: tuple[str, ...]) -> Members | None:
        found = self._blanks.collection(node)
        if found is None:
            return None
        self._told.add(node)
        self._count += 1
        kind = self._naming.label(found.kind) if found.kind else None
        return Members(tuple(self.of(member, (*trail, node)) for member in found.members), found.ordered, kind)

    def _expression(self, node: str) -> Expression | None:
        found = self._expressions.of(node)
        if found is not None:
            self._told.update((node, *self._blanks.below(node)))
            self._count += 1
        return found

    def _node(self, node: str, trail: tuple[str, ...]) -> BlankNode:
        self._told.add(node)
        self._count += 1
        kinds = [kind for kind in self._dataset.types(node) if not self._blanks.is_blank(kind)]
        return BlankNode(
            self._naming.label(node),
            tuple(map(self._naming.link, kinds)),
            tuple(self._parts(node, (*trail, node), set(kinds))),
        )

    def _parts(self, node: str, trail: tuple[str, ...], kinds: set[str]) -> Iterator[Part]:
        numbered: dict[int, list[Fact]] = {}
        for predicate, facts in self._dataset.outgoing(node).items():
            if number := number_of(predicate):
                numbered[number] = facts
                continue
            stated = [f for f in facts if f.graphs != (self._dataset.derived_graph,)]
            shown = [f for f in stated if predicate != TYPE or f.object not in kinds]
            if shown and predicate not in self._naming.settings["hidden"]:
                values = tuple(self._pictured(predicate, self.of(f.object, trail)) for f in shown)
                yield Part(self._naming.label(predicate), values)
        if numbered:
            members = tuple(self.of(f.object, trail) for _, facts in sorted(numbered.items()) for f in facts)
            yield Part(self._naming.label(RDFS + "member"), (Members(members),))
