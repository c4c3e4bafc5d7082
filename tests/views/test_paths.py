"""The shortest way from one thing to another: through things of the world, each step as the page tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.model.entity import Describer
from ecoop_ld.site.load import load_site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views.paths import LONGEST, path

ID = "https://example.org/id/"
SETTINGS = (
    TOML
    + '\n[pages]\nunfold = ["ex:Part"]\nno_paths = ["ex:avoids", "ex:barred"]\n\n[provenance]\nsupports = "ex:supports"\ntext = "ex:says"\n'
)
DATA = f"""\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <{ID}> .
<club/a> a ex:Club ; rdfs:label "A"@en ; ex:plays <sport/chess> ; ex:town <town/x> .
<club/b> a ex:Club ; rdfs:label "B"@en ; ex:plays <sport/chess> .
<club/c> a ex:Club ; rdfs:label "C"@en .
<club/d> a ex:Club ; rdfs:label "D"@en ; ex:town <town/y> .
<club/alone> a ex:Club ; rdfs:label "Alone"@en ; ex:plays <sport/chess> ; ex:avoids <club/a> .
<part/4> a ex:Part ; ex:barred <club/alone> ; ex:in <cup/1> .
<town/x> a ex:Town ; rdfs:label "X"@en ; ex:near <town/y> .
<town/y> a ex:Town ; rdfs:label "Y"@en .
<cup/1> a ex:Cup ; rdfs:label "Cup 1"@en .
<sport/chess> a skos:Concept ; rdfs:label "chess"@en .
<part/1> a ex:Part ; ex:who <club/a> ; ex:in <cup/1> .
<part/2> a ex:Part ; ex:who <club/b> ; ex:in <cup/1> .
<part/3> a ex:Part ; ex:who <club/c> ; ex:in <cup/1> .
<claim/1> a ex:Claim ; ex:says "A and Alone are alike."@en ; ex:supports <club/a> , <club/alone> .
<far/0> a ex:Town ; rdfs:label "Far 0"@en ; ex:near <town/y> .
""" + "".join(f'<far/{n}> a ex:Town ; rdfs:label "Far {n}"@en ; ex:near <far/{n - 1}> .\n' for n in range(1, 4))


@pytest.fixture(scope="module")
def describer(tmp_path_factory: pytest.TempPathFactory) -> Describer:
    root = make_project(tmp_path_factory.mktemp("ways"), {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": DATA}, SETTINGS)
    settings, found = loaded(root)
    return load_site(settings, found, materialise(settings, found.quads)).describer("en")


def way(describer: Describer, one: str, other: str) -> list[str]:
    return [step.start.label.value for step in path(describer, ID + one, ID + other)]


@pytest.mark.parametrize(
    ("one", "other", "through"),
    [
        ("club/a", "town/x", ["A"]),
        ("town/x", "club/a", ["X"]),  # against the direction of the property
        ("club/a", "cup/1", ["A"]),  # by a node that is told in place
        ("club/a", "club/b", ["A", "Cup 1"]),  # not by the concept that both have
        ("club/a", "club/d", ["A", "X", "Y"]),
        ("club/a", "far/1", ["A", "X", "Y", "Far 0"]),
        ("club/a", "far/2", []),  # too many steps
        ("club/a", "club/alone", []),  # one claim speaks of both; what keeps them apart joins nothing
        ("club/alone", "cup/1", []),
        ("club/a", "club/a", []),
    ],
)
def test_a_way_is_short_and_leads_through_things(
    describer: Describer, one: str, other: str, through: list[str]
) -> None:
    assert way(describer, one, other) == through
    assert len(through) <= LONGEST


def test_each_step_is_told_as_on_the_page_of_its_thing(describer: Describer) -> None:
    first, second = path(describer, ID + "club/a", ID + "club/b")
    assert first.value.parts
    assert second.by.value == describer.inverses.name("https://example.org/ns#in").value


def test_a_crowd_joins_nobody(tmp_path: Path) -> None:
    many = "".join(f"<club/n{n}> a <{ID}Club> ; <{ID}in> <town/all> .\n" for n in range(450))
    data = f"@base <{ID}> .\n<town/all> a <{ID}Town> .\n{many}"
    settings, found = loaded(make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": data}, SETTINGS))
    describer = load_site(settings, found, materialise(settings, found.quads)).describer("en")
    assert way(describer, "club/n1", "club/n2") == []
    assert len(way(describer, "club/n1", "town/all")) == 1
