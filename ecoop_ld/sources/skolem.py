"""Quads of a file, with blank nodes → the same with an IRI for each, named after what the node is and where it hangs.

A name is a hash of all that is said of the node, down to what has an IRI, and of the ways that lead to it from what has
one. So it says nothing of the file or of the order in it: another node, wherever it is written, changes no other's
name. Nodes that cannot be told apart stay as many as they are, and are numbered. Where nodes form a circle one looks
:data:`ROUNDS` steps along it, so that no graph takes longer than its size allows.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ecoop_ld.addresses import Addresses
from ecoop_ld.config import Config

ROUNDS = 16

Edges = dict[int, set[tuple[str, int]]]
"""Node → label and other end of each edge."""


class Skolemiser:
    """Names the blank nodes of one file after another; nodes of two files are never one."""

    def __init__(self, config: Config) -> None:
        self._addresses = Addresses(config)
        self._seen: Counter[str] = Counter()

    def place(self, quads: Sequence[ox.Quad], graph: ox.NamedNode) -> tuple[list[ox.Quad], int]:
        """The quads of one file with IRIs for blank nodes, and with ``graph`` where they name none; how many nodes."""
        iris = {node: self._iri(name) for node, name in signatures(quads).items()}
        placed = []
        for q in quads:
            subject = iris[q.subject] if isinstance(q.subject, ox.BlankNode) else q.subject
            obj = iris[q.object] if isinstance(q.object, ox.BlankNode) else q.object
            name = iris[q.graph_name] if isinstance(q.graph_name, ox.BlankNode) else q.graph_name
            placed.append(ox.Quad(subject, q.predicate, obj, graph if isinstance(name, ox.DefaultGraph) else name))
        return placed, len(iris)

    def _iri(self, name: str) -> ox.NamedNode:
        self._seen[name] += 1
        number = self._seen[name]
        return ox.NamedNode(self._addresses.skolem(name if number == 1 else f"{name}-{number}"))


def signatures(quads: Iterable[ox.Quad]) -> dict[ox.BlankNode, str]:
    """Blank node → 32 hexadecimal digits, in order of appearance; nodes that look alike have the same."""
    graph, blank = _Graph(), ox.BlankNode
    for quad in quads:
        if type(quad.subject) is blank or type(quad.object) is blank or type(quad.graph_name) is blank:
            graph.add(quad)
    return dict(zip(graph.nodes, graph.names(), strict=True))


@dataclass(slots=True)
class _Graph:
    """The blank nodes of one file, by number."""

    nodes: dict[ox.BlankNode, int] = field(default_factory=dict)
    said: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """What is said of a node with named things and literals."""
    hung: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """What named things say of a node."""
    down: Edges = field(default_factory=lambda: defaultdict(set))
    up: Edges = field(default_factory=lambda: defaultdict(set))

    def add(self, quad: ox.Quad) -> None:
        ends = (quad.subject, quad.object, quad.graph_name)
        subject, obj, name = (self._number(end) if isinstance(end, ox.BlankNode) else None for end in ends)
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else "_:" if name is not None else str(ends[2])
        label = f"{quad.predicate} {graph}"
        if subject is not None and obj is not None:
            self._edge(subject, label, obj)
        elif subject is not None:
            self.said[subject].add(f"{label} {quad.object}")
        elif obj is not None:
            self.hung[obj].add(f"{label} {quad.subject}")
        if name is not None:
            self._hold(name, quad, subject, obj)

    def _hold(self, name: int, quad: ox.Quad, subject: int | None, obj: int | None) -> None:
        """A graph that is a blank node says what stands in it."""
        whole = " ".join(
            "_:" if number is not None else str(end)
            for end, number in ((quad.subject, subject), (quad.predicate, None), (quad.object, obj))
        )
        self.said[name].add(f"holds {whole}")
        for role, number in (("subject", subject), ("object", obj)):
            if number is not None and number != name:
                self._edge(name, f"{role} of {whole}", number)

    def _number(self, node: ox.BlankNode) -> int:
        return self.nodes.setdefault(node, len(self.nodes))

    def _edge(self, start: int, label: str, end: int) -> None:
        self.down[start].add((label, end))
        self.up[end].add((label, start))

    def names(self) -> list[str]:
        everyone = range(len(self.nodes))
        content = _settle([_hash(["said", *sorted(self.said.get(n, ()))]) for n in everyone], self.down, self.up)
        place = [_hash([content[n], *sorted(self.hung.get(n, ()))]) for n in everyone]
        return _settle(place, self.up, self.down)


def _settle(own: list[str], ahead: Edges, behind: Edges) -> list[str]:
    """Each node's hash together with those of all nodes ahead of it; circles by rounds."""
    waiting = [len(ahead.get(n, ())) for n in range(len(own))]
    found: list[str] = list(own)
    ready = [n for n, count in enumerate(waiting) if not count]
    for n in ready:  # grows while it is gone through
        found[n] = _with(own[n], ahead.get(n, ()), found)
        for _, other in behind.get(n, ()):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    left = [n for n, count in enumerate(waiting) if count]
    for _ in range(ROUNDS if left else 0):
        for n, name in [(n, _with(found[n], ahead[n], found)) for n in left]:
            found[n] = name
    return found


def _with(own: str, edges: Iterable[tuple[str, int]], found: Sequence[str]) -> str:
    return _hash([own, *sorted(f"{label} {found[other]}" for label, other in edges)])


def _hash(lines: Iterable[str]) -> str:
    """N-Triples terms hold no line feed, so no two lists of lines are one text."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
