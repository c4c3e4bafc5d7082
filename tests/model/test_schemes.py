"""Concept schemes as data has them: several broader ones, circles, no scheme, labels in nodes, lists of members."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.naming import Naming
from ecoop_ld.model.schemes import DEEPEST, MOST_PATHS, NO_SCHEME, Schemes

BASE = "https://example.org/id/c/"
PREFIXES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix : <https://example.org/id/c/> .
"""


def schemes(tmp_path: Path, data: str) -> Schemes:
    root = make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/c.ttl": PREFIXES + data}, TOML)
    settings, found = loaded(root)
    return Schemes(Dataset(settings, found.quads, ()))


def short(iris: object) -> object:
    if isinstance(iris, str):
        return iris.removeprefix(BASE)
    assert isinstance(iris, list | tuple | set | frozenset)
    found = [short(one) for one in iris]
    return found if isinstance(iris, list | tuple) else sorted(map(str, found))


TREE = """
:s a skos:ConceptScheme ; skos:hasTopConcept :a .
:a a skos:Concept .
:b a skos:Concept ; skos:inScheme :s ; skos:broader :a .
:c a skos:Concept ; skos:inScheme :s ; skos:broader :a .
:b skos:narrower :d .
:d a skos:Concept ; skos:inScheme :s ; skos:broader :c .
"""


def test_broader_and_narrower_are_one_relation_however_they_are_stated(tmp_path: Path) -> None:
    found = schemes(tmp_path, TREE)
    scheme = BASE + "s"
    assert short(found.members[scheme]) == ["a", "b", "c", "d"]
    assert short(found.tops(scheme)) == ["a"]
    assert short(found.broader(BASE + "d", scheme)) == ["b", "c"]
    assert short(found.narrower(BASE + "a", scheme)) == ["b", "c"]
    assert short(found.parents[scheme]) == ["a", "b", "c"]


def test_each_way_to_the_top_is_told(tmp_path: Path) -> None:
    assert short(schemes(tmp_path, TREE).paths(BASE + "d", BASE + "s")) == [["a", "b", "d"], ["a", "c", "d"]]


@pytest.mark.parametrize(
    ("data", "tops"),
    [
        (
            ":s a skos:ConceptScheme . :x skos:inScheme :s ; skos:broader :y . :y skos:inScheme :s ; skos:broader :x .",
            ["x"],
        ),
        (":s a skos:ConceptScheme . :x skos:inScheme :s ; skos:broader :x .", ["x"]),
        (
            ":s skos:hasTopConcept :t . :t a skos:Concept . :u skos:inScheme :s ; skos:broader :t , :v . "
            ":v skos:inScheme :s ; skos:broader :u .",
            ["t"],
        ),
    ],
)
def test_circles_end(tmp_path: Path, data: str, tops: list[str]) -> None:
    found = schemes(tmp_path, data)
    assert short(found.tops(BASE + "s")) == tops
    for concept in found.members[BASE + "s"]:
        paths = found.paths(concept, BASE + "s")
        assert paths
        assert all(len(set(path)) == len(path) and path[-1] == concept for path in paths)


def test_a_concept_in_no_scheme_goes_with_its_neighbours_else_to_the_one_without_a_name(tmp_path: Path) -> None:
    found = schemes(
        tmp_path, TREE + ":e a skos:Concept ; skos:broader :d . :f skos:broader :e . :alone a skos:Concept ."
    )
    assert found.of(BASE + "f") == (BASE + "s",)
    assert found.of(BASE + "alone") == (NO_SCHEME,)
    assert found.of(BASE + "s") == ()


def test_a_way_ends_where_the_scheme_says_it_begins_and_goes_on_above(tmp_path: Path) -> None:
    found = schemes(
        tmp_path, ":s skos:hasTopConcept :a . :a skos:broader :b . :c skos:broader :a . :b skos:inScheme :s ."
    )
    assert short(found.paths(BASE + "c", BASE + "s")) == [["a", "c"], ["b", "a", "c"]]


def test_ways_and_their_steps_have_a_limit(tmp_path: Path) -> None:
    wide = "".join(f":p{n} skos:inScheme :s . :x skos:inScheme :s ; skos:broader :p{n} .\n" for n in range(30))
    deep = "".join(f":d{n} skos:inScheme :t ; skos:broader :d{n + 1} .\n" for n in range(3000))
    found = schemes(tmp_path, wide + deep)
    assert len(found.paths(BASE + "x", BASE + "s")) == MOST_PATHS
    assert [len(path) for path in found.paths(BASE + "d0", BASE + "t")] == [DEEPEST]
    assert found.tops(BASE + "t") == (BASE + "d2999",)


def test_collections_belong_to_the_scheme_of_their_members_and_keep_their_order(tmp_path: Path) -> None:
    found = schemes(
        tmp_path,
        TREE + ":o a skos:OrderedCollection ; skos:memberList ( :d :b :c ) . :k a skos:Collection ; skos:member :b .",
    )
    assert found.collections == {BASE + "s": ((BASE + "k", 1), (BASE + "o", 3))}
    assert short(found.collected(BASE + "o")) == ["d", "b", "c"]


def test_a_list_of_members_that_goes_round_ends(tmp_path: Path) -> None:
    data = """:o a skos:OrderedCollection ; skos:memberList :l .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    :l rdf:first :a ; rdf:rest :l . :a a skos:Concept ."""
    assert short(schemes(tmp_path, data).collected(BASE + "o")) == ["a"]


def test_labels_in_nodes_are_labels(tmp_path: Path) -> None:
    data = ':x a skos:Concept ; xl:prefLabel [ xl:literalForm "From a node"@en ] .'
    assert Naming(schemes(tmp_path, data).dataset, "en").label(BASE + "x").value == "From a node"


@pytest.mark.parametrize(
    ("values", "shown"),
    [('"30.2"', "30.2"), ('"b" , "a"', "a"), ('"1"^^:code , "X9"', "X9"), ('"1"^^:code', "1")],
)
def test_a_notation_stands_with_the_name_and_sorts_it(tmp_path: Path, values: str, shown: str) -> None:
    dataset = schemes(tmp_path, f':x a skos:Concept ; skos:prefLabel "A"@en ; skos:notation {values} .').dataset
    assert Naming(dataset, "en").link(BASE + "x").notation == shown


def test_concepts_go_by_notation_then_by_name(tmp_path: Path) -> None:
    rows = (("x1", "Zed", "30.1"), ("x2", "Young", "30.2"), ("x10", "Apple", "30.10"))
    data = "".join(f':{i} a skos:Concept ; skos:prefLabel "{name}"@en ; skos:notation "{n}" .\n' for i, name, n in rows)
    naming = Naming(schemes(tmp_path, data).dataset, "en")
    links = [naming.link(BASE + name) for name in ("x10", "x2", "x1")]
    assert short([link.iri for link in sorted(links, key=naming.order)]) == ["x1", "x2", "x10"]


@pytest.mark.parametrize(
    ("data", "origin"),
    [
        (
            ':y a skos:Concept ; skos:inScheme :other . :other a skos:ConceptScheme ; skos:prefLabel "Other list"@en .',
            "Other list",
        ),
        ("", "example.org"),
    ],
)
def test_a_mapping_names_the_other_scheme(tmp_path: Path, data: str, origin: str) -> None:
    dataset = schemes(tmp_path, f":x a skos:Concept ; skos:exactMatch :y . {data}").dataset
    assert Naming(dataset, "en").mapped(BASE + "y").origin == origin
