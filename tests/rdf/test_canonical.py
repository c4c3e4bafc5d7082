"""Canonical lines: one for each statement, in one order, whatever order and spelling the quads came in."""

from __future__ import annotations

import itertools

import pyoxigraph as ox
import pytest

from ecoop_ld.rdf import canonical

A, B, P = (ox.NamedNode(f"http://e/{name}") for name in "abp")
G, H = ox.NamedNode("http://e/g"), ox.NamedNode("http://e/h")
QUADS = [ox.Quad(B, P, A, G), ox.Quad(A, P, ox.Literal("x\n"), G), ox.Quad(A, P, B)]


def test_a_statement_is_one_line_however_often_it_is_said() -> None:
    lines = canonical.canonical_lines([*QUADS, *QUADS[::-1], QUADS[0]])
    assert lines == [
        b'<http://e/a> <http://e/p> "x\\n" <http://e/g> .',
        b"<http://e/a> <http://e/p> <http://e/b> .",
        b"<http://e/b> <http://e/p> <http://e/a> <http://e/g> .",
    ]


def test_the_order_of_the_quads_changes_nothing() -> None:
    found = {tuple(canonical.canonical_lines(order)) for order in itertools.permutations(QUADS)}
    assert len(found) == 1


def test_blank_nodes_are_named_by_where_they_hang() -> None:
    def quads(*names: str) -> list[ox.Quad]:
        nodes = [ox.BlankNode(name) for name in names]
        return [ox.Quad(A, P, nodes[0]), ox.Quad(nodes[0], P, nodes[1]), ox.Quad(nodes[1], P, ox.Literal("end"))]

    one, two = canonical.canonical_lines(quads("x", "y")), canonical.canonical_lines(quads("q", "b")[::-1])
    assert one == two
    assert len(one) == 3
    assert b"_:c14n" in one[0]


@pytest.mark.parametrize(
    ("quads", "same_dataset", "same_union"),
    [
        ([ox.Quad(A, P, B, G)], True, True),
        ([ox.Quad(A, P, B, G), ox.Quad(A, P, B, G)], True, True),
        ([ox.Quad(A, P, B, H)], False, True),
        ([ox.Quad(A, P, B, G), ox.Quad(A, P, B, H)], False, True),
        ([ox.Quad(A, P, B)], False, True),
        ([ox.Quad(A, P, A, G)], False, False),
    ],
)
def test_the_hash_of_the_union_does_not_know_graphs(quads: list[ox.Quad], same_dataset: bool, same_union: bool) -> None:
    one = [ox.Quad(A, P, B, G)]
    assert (canonical.canonical_hash(quads) == canonical.canonical_hash(one)) == same_dataset
    assert (canonical.union_hash(quads) == canonical.union_hash(one)) == same_union
