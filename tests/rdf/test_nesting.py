"""Blank nodes are written where they hang, and what is written reads back as the same data."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from ecoop_ld.rdf import nesting
from ecoop_ld.rdf.canonical import union_hash
from ecoop_ld.rdf.formats import JSON_LD, TURTLE

PREFIXES = {"e": "http://e.example/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
HEAD = "".join(f"@prefix {p}: <{ns}> .\n" for p, ns in PREFIXES.items())

CASES = {
    "a node": ("e:a e:p [ e:q 1 ; a e:C ] .", ["["], 0),
    "nodes in nodes": ("e:a e:p [ e:p [ e:p [ e:q 'x' ] ] ] .", ["[", "\t\t\t\te:q"], 0),
    "an empty node": ("e:a e:p [] .", ["[]"], 0),
    "a list": ("e:a e:p ( 'one' e:b ( 2 ) [ e:q 3 ] () ) .", ['( "one" e:b ( '], 0),
    "a list of which more is said": ("e:a e:p _:l . _:l rdf:first 1 ; rdf:rest () ; e:q 2 .", ["rdf:first"], 0),
    "used twice": ("e:a e:p _:b . e:c e:p _:b . _:b e:q 1 .", ["_:"], 3),
    "a circle": ("_:b e:p _:c . _:c e:p _:b .", ["_:"], 2),
    "on nothing": ("[] e:q 'alone' .", ["_:"], 1),
    "of a language and a datatype": ('e:a e:p [ e:q "x"@en-gb , "1"^^e:d , "y\\n\\"z" ] .', ['"x"@en-gb', '"1"^^e:d'], 0),
    "names that are no local names": ("e:a e:p [ <http://e.example/b.c.> <http://e.example/1%20x> ] .", ["<http://e.example/b.c.>"], 0),
}  # fmt: skip


def parsed(text: str | bytes, row: object = TURTLE) -> list[ox.Triple]:
    found = ox.parse(text, format=row.rdf_engine())  # type: ignore[attr-defined]
    return [ox.Triple(q.subject, q.predicate, q.object) for q in found]


@pytest.mark.parametrize("case", CASES)
def test_nodes_stand_where_they_hang(case: str) -> None:
    source, within, labels = CASES[case]
    triples = parsed(HEAD + source)
    turtle = nesting.write(triples, TURTLE, PREFIXES)
    assert all(part in turtle.decode() for part in within)
    assert turtle.count(b"_:") == labels
    made = nesting.write(triples, JSON_LD, PREFIXES)
    hashes = {union_hash([ox.Quad(t.subject, t.predicate, t.object) for t in some]) for some in (triples, parsed(turtle), parsed(made, JSON_LD))}  # fmt: skip
    assert len(hashes) == 1


@pytest.mark.parametrize("levels", [39, 40, 41, 5_000])
def test_any_depth_is_written_and_read_back(levels: int) -> None:
    node = [ox.BlankNode(f"b{n}") for n in range(levels + 1)]
    p = ox.NamedNode("http://e.example/p")
    triples = [ox.Triple(node[n], p, node[n + 1]) for n in range(levels)] + [ox.Triple(p, p, node[0])]
    for row in nesting.FORMATS:
        assert len(parsed(nesting.write(triples, row, PREFIXES), row)) == levels + 1


def test_json_ld_nests_objects_and_lists() -> None:
    graph = json.loads(nesting.write(parsed(HEAD + "e:a e:p [ e:q ( 'x' ) ] ."), JSON_LD, PREFIXES))["@graph"]
    assert graph == [{"id": "e:a", "e:p": {"e:q": {"@list": [{"@value": "x"}]}}}]
