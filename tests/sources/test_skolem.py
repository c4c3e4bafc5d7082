"""Names of blank nodes: one for each, the same at every load, and none changed by what stands beside it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import FILES, PREFIXES, loaded, make_project

from ecoop_ld.config.settings import AddressSettings, Config, Project
from ecoop_ld.rdf.canonical import canonical_hash
from ecoop_ld.sources.skolem import Skolemiser, signatures

CONFIG = Config(Path(), Project({"en": "x"}), AddressSettings("https://ex.org/"))
GRAPH = ox.NamedNode("https://ex.org/graph/data")
GENID = "https://ex.org/.well-known/genid/"

TERMS = [*(ox.NamedNode(f"https://ex.org/{n}") for n in "ab"), ox.Literal("x"), ox.Literal("x", language="en")]
BLANKS = [ox.BlankNode(f"n{n}") for n in range(5)]
NODES = st.sampled_from([*TERMS[:2], *BLANKS])
QUADS = st.builds(
    ox.Quad,
    NODES,
    st.sampled_from(TERMS[:2]),
    st.sampled_from([*TERMS, *BLANKS]),
    st.sampled_from([ox.DefaultGraph(), TERMS[0], BLANKS[0]]),
)
GRAPHS = st.lists(QUADS, max_size=8)


def turtle(text: str) -> list[ox.Quad]:
    prefix = "@prefix : <https://ex.org/> .\n"
    return list(ox.parse((prefix + text).encode(), format=ox.RdfFormat.TURTLE))


def placed(*files: Iterable[ox.Quad]) -> list[list[ox.Quad]]:
    named = Skolemiser(CONFIG)
    return [named.place(list(quads), GRAPH)[0] for quads in files]


def genids(quads: Iterable[ox.Quad]) -> set[str]:
    terms = (str(term) for q in quads for term in (q.subject, q.object, q.graph_name))
    return {term for term in terms if term.startswith(f"<{GENID}")}


def blank_again(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Undone: genids as blank nodes."""
    text = "".join(f"{q} .\n" for q in quads)
    return list(ox.parse(re.sub(f"<{GENID}([^>]+)>", r"_:g\1", text).encode(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(GRAPHS)
def test_the_graph_stays_the_same(quads: list[ox.Quad]) -> None:
    """No two nodes become one, and none becomes two: turned back, it is the graph that it was."""
    found = placed(quads)[0]
    filled = [
        q if q.graph_name != ox.DefaultGraph() else ox.Quad(q.subject, q.predicate, q.object, GRAPH) for q in quads
    ]
    assert canonical_hash(dict.fromkeys(blank_again(found))) == canonical_hash(dict.fromkeys(filled))
    assert len(genids(found)) == len(signatures(quads))


@given(GRAPHS, GRAPHS, st.randoms(use_true_random=False))
def test_what_stands_beside_a_node_changes_no_name(
    mine: list[ox.Quad], other: list[ox.Quad], dice: random.Random
) -> None:
    renamed = {node: ox.BlankNode(f"other{n}") for n, node in enumerate(BLANKS)}
    beside = [
        ox.Quad(renamed.get(q.subject, q.subject), q.predicate, renamed.get(q.object, q.object), q.graph_name)
        for q in other
        if not isinstance(q.graph_name, ox.BlankNode)
    ]
    both = [*beside, *mine]
    dice.shuffle(both)
    alone, together = signatures(mine), signatures(both)
    assert {node: together[node] for node in alone} == alone


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (':a :p [ :name "Ann" ] .', ':a :p [ :name "Bob" ] .'),
        (':a :p [ :name "Ann" ] .', ':a :q [ :name "Ann" ] .'),
        (':a :p [ :name "Ann" ] .', ':b :p [ :name "Ann" ] .'),
        (':a :p [ :name "Ann" ] .', ':a :p [ :name "Ann"@en ] .'),
        (':a :p [ :q [ :name "Ann" ] ] .', ':a :p [ :r [ :name "Ann" ] ] .'),
        (":a :p ( 1 2 3 ) .", ":a :p ( 1 3 2 ) ."),
        (":a :p ( ) , [ ] .", ":a :p [ ] , [ ] ."),
        (":a :p [ :q [ ] , [ ] ] .", ":a :p [ :q [ ] ] ."),
    ],
)
def test_what_is_not_the_same_has_other_names(one: str, other: str) -> None:
    assert sorted(signatures(turtle(one)).values()) != sorted(signatures(turtle(other)).values())


def test_nodes_that_look_alike_stay_two_in_one_file_and_in_two() -> None:
    twice, again = placed(turtle(':a :p [ :name "Ann" ] , [ :name "Ann" ] .'), turtle(':a :p [ :name "Ann" ] .'))
    assert len(genids(twice)) == 2
    assert len(genids(twice) | genids(again)) == 3


def test_a_node_written_first_and_another_file_name_change_no_name(tmp_path: Path) -> None:
    people = ':contributor [ :name "Ann" ] , [ :name "Bob" ] .'
    head = "@prefix : <https://example.org/ns#> .\n<https://example.org/id/solid/cube> "
    first = loaded(make_project(tmp_path / "1", {**FILES, "data/people.ttl": head + people}))[1]
    zed = people.replace("[", '[ :name "Zed" ] , [', 1)
    second = loaded(make_project(tmp_path / "2", {**FILES, "data/a-people.ttl": head + zed}))[1]
    names = [
        {str(q.object): str(q.subject) for q in found.quads if "ns#name" in str(q.predicate)}
        for found in (first, second)
    ]
    assert len(names[1]) == 3
    assert names[0].items() < names[1].items()


def test_files_whose_names_differ_in_a_sign_keep_their_nodes_apart(tmp_path: Path) -> None:
    text = PREFIXES + '<https://example.org/id/thing/{0}> ex:uses [ rdfs:label "{0} street" ] .\n'
    files = {f"data/{name}.ttl": text.format(name) for name in ("a-b", "a_b", "A-b", "a/b")}
    _, found = loaded(make_project(tmp_path, {**FILES, **files}))
    assert len({q.object for q in found.quads if str(q.predicate).endswith("ns#uses>")}) == 4


def test_graphs_made_to_take_for_ever_do_not() -> None:
    """A clique and a ring of look-alikes, where canonical names would need more steps than there is time for."""
    nodes = [ox.BlankNode() for _ in range(60)]
    link = ox.NamedNode("https://ex.org/knows")
    clique = [ox.Quad(one, link, other) for one in nodes for other in nodes if one != other]
    ring = [ox.BlankNode() for _ in range(3000)]
    circle = [ox.Quad(one, link, other) for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)]
    found = placed(clique + circle)[0]
    assert len(genids(found)) == 3060


def test_a_long_list_has_a_name_for_each_of_its_nodes() -> None:
    items = " ".join(str(n % 7) for n in range(5000))
    assert len(set(signatures(turtle(f":a :p ( {items} ) .")).values())) == 5000
