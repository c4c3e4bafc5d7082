"""Strings and numbers → triples, for the descriptions that the toolkit writes itself."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

Triples = Iterator[ox.Triple]


def triple(subject: str, predicate: str, obj: str | ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.Triple:
    """A triple of two IRIs and an IRI or any term."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(obj) if isinstance(obj, str) else obj)


def number(count: int) -> ox.Literal:
    return ox.Literal(count)
