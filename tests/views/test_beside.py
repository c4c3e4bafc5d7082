"""What stands beside a thing's own statements: claims that contradict each other, where else it is, what to read on."""

from __future__ import annotations

import pytest
from projects import ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.model.entity import Describer
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views.conflicts import conflicts
from ecoop_ld.views.elsewhere import elsewhere
from ecoop_ld.views.related import related

BESIDE_TOML = (
    TOML
    + """
[pages]
unfold = ["ex:Part"]

[provenance]
supports = "ex:supports"
text = "ex:says"
conflicts = "ex:against"
"""
)
ID = "https://example.org/id/"
DATA = f"""\
@prefix ex: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <{ID}> .

<club/a> a ex:Club ; rdfs:label "A"@en ; ex:founded "1990" ; owl:sameAs <http://www.wikidata.org/entity/Q42> ;
    skos:closeMatch <https://sws.geonames.org/2660646/> ; owl:sameAs <https://a.example/about> , <http://www.wikidata.org/entity/wrong> .
<club/b> a ex:Club ; rdfs:label "B"@en .
<club/c> a ex:Club ; rdfs:label "C"@en .
<club/d> a ex:Club ; rdfs:label "D"@en .
<cup/1> a ex:Cup ; rdfs:label "Cup 1"@en .
<cup/2> a ex:Cup ; rdfs:label "Cup 2"@en .
<role/guest> a skos:Concept ; rdfs:label "guest"@en .
<part/1> a ex:Part ; ex:who <club/a> ; ex:in <cup/1> ; ex:role <role/guest> .
<part/2> a ex:Part ; ex:who <club/a> ; ex:in <cup/2> .
<part/3> a ex:Part ; ex:who <club/b> ; ex:in <cup/1> ; ex:role <role/guest> .
<part/4> a ex:Part ; ex:who <club/b> ; ex:in <cup/2> .
<part/5> a ex:Part ; ex:who <club/c> ; ex:in <cup/2> .
<statement/1> a rdf:Statement ; rdf:subject <club/a> ; rdf:predicate ex:founded ; rdf:object "1990" .
<claim/1> a ex:Claim ; ex:says "A began in 1990 in the house of B."@en ; ex:supports <statement/1> , <club/b> ; ex:against <claim/2> .
<claim/2> a ex:Claim ; ex:says "A began in 1991."@en ; ex:supports <club/a> ; ex:against <claim/1> .
<claim/3> a ex:Claim ; ex:says "A was a guest in Cup 1."@en ; ex:supports <part/1> .
<claim/4> a ex:Claim ; ex:says "A stayed away from Cup 1."@en ; ex:against <claim/3> ; ex:supports <part/1> .
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = make_project(
        tmp_path_factory.mktemp("beside"), {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": DATA}, BESIDE_TOML
    )
    settings, found = loaded(root)
    return load_site(settings, found, materialise(settings, found.quads))


@pytest.fixture(scope="module")
def describer(site: Site) -> Describer:
    return site.describer("en")


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (
            "club/a",
            [
                ("A began in 1990 in the house of B.", "A began in 1991."),
                ("A was a guest in Cup 1.", "A stayed away from Cup 1."),
            ],
        ),
        ("club/b", []),  # one of the two speaks of it, the other does not
        ("cup/1", [("A was a guest in Cup 1.", "A stayed away from Cup 1.")]),
        ("role/guest", []),  # it only says how
        ("claim/2", [("A began in 1990 in the house of B.", "A began in 1991.")]),
        ("club/c", []),
    ],
)
def test_sources_disagree_where_both_speak_of_the_thing(
    describer: Describer, thing: str, said: list[tuple[str, str]]
) -> None:
    assert [(one.text.value, two.text.value) for one, two in conflicts(describer, ID + thing)] == said


def test_known_systems_stand_before_other_addresses_and_what_is_miswritten_stays_out(site: Site) -> None:
    found = elsewhere(site.content.externals[ID + "club/a"])
    assert [(one.system, one.identifier, one.likely) for one in found] == [
        ("GeoNames", "2660646", True),
        ("Wikidata", "Q42", False),
        ("a.example", "", False),
        ("www.wikidata.org", "", False),
    ]
    text = represent(site, site.resources["doc/club/a"], HTML, "en").decode()
    assert '<a href="http://www.wikidata.org/entity/Q42" rel="external">Wikidata Q42</a>' in text
    assert "perhaps the same" in text


def test_to_read_on_are_those_that_took_part_in_the_same(describer: Describer, site: Site) -> None:
    assert [(one.link.label.value, one.shared) for one in related(describer, ID + "club/a")] == [("B", 2)]
    assert [(one.link.label.value, one.shared) for one in related(describer, ID + "cup/1")] == [("Cup 2", 2)]
    assert related(describer, ID + "club/c") == ()  # one cup in common is too little
    assert "shares 2 things with it" in represent(site, site.resources["doc/club/a"], HTML, "en").decode()
