"""Paths of SHACL → functions from a node to what they lead to (SHACL 1.0 §2.3.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pyoxigraph as ox

from ecoop_ld.rdf.names import RDF, SH
from ecoop_ld.validate.shapes_said import ShapesSaid, Uncompiled
from ecoop_ld.validate.triples import Node, Triples, reached, values

Path = Callable[[int], Collection[int]]
_LONGEST = 9
"""Parts of a sequence, and paths within paths: pySHACL refuses more than ten steps together."""


def read_path(data: Triples, said: ShapesSaid, path: Node, depth: int = 0) -> Path:
    """Raises :class:`Uncompiled` for a path that pySHACL refuses, or reads in a way of its own."""
    if isinstance(path, ox.NamedNode):
        pairs = data.pairs(data.number(path))
        return lambda node: values(pairs, node)
    kinds = said.predicates(path)
    if depth >= _LONGEST or not isinstance(path, ox.BlankNode):
        raise Uncompiled("a path that is long, or none")
    if kinds == {RDF + "first", RDF + "rest"}:
        parts = _several(said, path)
        if len(parts) > _LONGEST - depth:
            raise Uncompiled("a path that is long")
        return _sequence([read_path(data, said, part, depth + 1 + n) for n, part in enumerate(parts)])
    word = next(iter(kinds)).removeprefix(SH) if len(kinds) == 1 else ""
    inner = said.one(path, word) if word else None
    if inner is None:
        raise Uncompiled("a path of an unknown kind")
    if word == "alternativePath":
        return _alternative([read_path(data, said, part, depth + 1) for part in _several(said, inner)])
    if word == "inversePath" and isinstance(inner, ox.NamedNode):
        inverse = data.inverse(data.known(inner))
        return lambda node: values(inverse, node)
    if word not in _REPEATED:
        raise Uncompiled("a path of an unknown kind")
    return _REPEATED[word](read_path(data, said, inner, depth + 1))


def _several(said: ShapesSaid, head: Node) -> list[Node]:
    found = said.items(head)
    if len(found) < 2:
        raise Uncompiled("a path of one part")
    return found


def _sequence(parts: list[Path]) -> Path:
    first, *others = parts

    def follow(node: int) -> Collection[int]:
        found = first(node)
        for part in others:
            found = {value for one in found for value in part(one)}
        return found

    return follow


def _alternative(parts: list[Path]) -> Path:
    return lambda node: {value for part in parts for value in part(node)}


def _any_number(path: Path) -> Path:
    return lambda node: reached(node, path)


def _at_least_once(path: Path) -> Path:
    return lambda node: {value for one in path(node) for value in reached(one, path)}


def _at_most_once(path: Path) -> Path:
    return lambda node: {node, *path(node)}


_REPEATED = {"zeroOrMorePath": _any_number, "oneOrMorePath": _at_least_once, "zeroOrOnePath": _at_most_once}
