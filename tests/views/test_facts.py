"""The few facts that stand before the sections of an entity's page, and what the sections keep."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from projects import ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views.facts import MOST, facts

ID = "https://example.org/id/"
DATA = f"""\
@prefix ex: <https://example.org/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <{ID}> .

ex:wing rdfs:subPropertyOf org:subOrganizationOf ; rdfs:label "wing of"@en .
<club/a> a ex:Club ; rdfs:label "A"@en ; ex:motto "Onward"@en ; ex:founded "1990"^^xsd:gYear ;
    ex:home <town/x> ; ex:wing <club/all> ; ex:colour "red" , "white" ;
    ex:story "It began in a kitchen, went on in a cellar, and has had rooms of its own since then."@en .
<club/all> a ex:Club ; rdfs:label "All clubs"@en ; ex:founded "1950"^^xsd:gYear ; ex:motto "Together"@en .
<club/b> a ex:Club ; rdfs:label "B"@en ; ex:wing <club/all> .
<club/c> a ex:Club ; rdfs:label "C"@en ; ex:wing <club/all> .
<club/d> a ex:Club ; rdfs:label "D"@en ; ex:wing <club/all> .
<town/x> a schema:Place ; rdfs:label "X"@en .
"""
SHAPES = """\
@prefix ex: <https://example.org/ns#> .
@prefix exsh: <https://example.org/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

exsh:Self a sh:PropertyGroup ; rdfs:label "The club"@en ; sh:order 1 .
exsh:Past a sh:PropertyGroup ; rdfs:label "Its past"@en ; sh:order 2 .
exsh:ClubView a sh:NodeShape ; sh:targetClass ex:Club ; sh:deactivated true ;
    sh:property [ sh:path ex:motto ; sh:group exsh:Self ; sh:order 1 ; sh:name "Motto"@en ] ,
        [ sh:path ex:founded ; sh:group exsh:Past ; sh:order 2 ; sh:name "Founded"@en ] ,
        [ sh:path ex:story ; sh:group exsh:Past ; sh:order 3 ; sh:name "Story"@en ] .
"""


def site_of(folder: Path, shapes: str = "", data: str = DATA) -> Site:
    files = {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": data, **({"shapes/d.ttl": shapes} if shapes else {})}
    settings, found = loaded(make_project(folder, files))
    return load_site(settings, found, materialise(settings, found.quads))


def bare(name: str) -> str:
    """A name without the prefix that stands before one without a label."""
    return name.rpartition(":")[2]


def told(site: Site, thing: str) -> tuple[list[str], list[tuple[str, int]], dict[str, list[str]]]:
    """Names of the facts, names and sizes of what is counted, and what each group keeps."""
    describer = site.describer("en")
    found = facts(describer, describer.entity(ID + thing).groups)
    left = {group.key: [bare(prop.name.value) for prop in group.properties] for group in found.groups}
    return [bare(p.name.value) for p in found.properties], [(c.name.value, c.count) for c in found.counts], left


def test_kind_date_place_and_whole_stand_first_and_what_is_long_or_many_stays(tmp_path: Path) -> None:
    names, counts, left = told(site_of(tmp_path), "club/a")
    assert names == ["is a", "founded", "home", "wing of", "motto"]
    assert counts == []
    assert left == {"more": ["colour", "story"]}


def test_parts_are_counted_where_they_are_too_many(tmp_path: Path) -> None:
    names, counts, left = told(site_of(tmp_path), "club/all")
    assert names == ["is a", "founded", "motto"]
    assert [count for _, count in counts] == [4]
    assert list(left) == ["references"]


def test_a_heading_of_the_project_keeps_what_is_neither_a_date_nor_a_place(tmp_path: Path) -> None:
    shapes = SHAPES.replace("ex:story ; sh:group exsh:Past", "ex:colour ; sh:group exsh:Past").replace(
        "Story", "Colours"
    )
    data = DATA.replace('"red" , "white"', '"red"')
    names, _, left = told(site_of(tmp_path, shapes, data), "club/a")
    assert names == ["is a", "Founded", "home", "wing of", "Motto"]
    assert left == {"https://example.org/shapes#Past": ["Colours"], "more": ["story"]}


@pytest.mark.parametrize(
    ("more", "stays"),
    [
        ('ex:note "one\\ntwo"', "note"),  # lines
        ('ex:note "<b>x</b>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML>', "note"),
        ("ex:note [ ex:size 3 ]", "note"),
        ("ex:note ( 1 2 )", "note"),
        (f'ex:note "{"x" * 61}"', "note"),
        ("schema:image <https://example.com/x.png>", "image"),
    ],
)
def test_what_needs_room_stays_in_its_section(tmp_path: Path, more: str, stays: str) -> None:
    names, _, left = told(site_of(tmp_path, data=f"{DATA}<club/a> {more} .\n"), "club/a")
    assert stays not in names
    assert stays in left["more"]


def test_a_page_with_little_to_say_is_left_as_it_is(tmp_path: Path) -> None:
    names, counts, left = told(site_of(tmp_path), "town/x")
    assert (names, counts) == ([], [])
    assert list(left) == ["kind", "references"]


def test_there_is_an_end_to_what_stands_before_the_sections(tmp_path: Path) -> None:
    many = " ; ".join(f'ex:n{n:02} "{n}"' for n in range(30))
    names, _, left = told(site_of(tmp_path, data=f"{DATA}<club/a> {many} .\n"), "club/a")
    assert len(names) == MOST
    assert len(left["more"]) == 2 + 30 - (MOST - 5)


def test_a_page_says_each_fact_once_and_leads_to_what_is_counted(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    text = represent(site, site.resources["doc/club/a"], HTML, "en").decode()
    body = html.unescape(text[text.index("<main") : text.index('id="cite"')])
    assert body.index("At a glance") < body.index("It began in a kitchen")
    assert len(re.findall(">Onward<", body)) == 1
    whole = represent(site, site.resources["doc/club/all"], HTML, "en").decode()
    target = re.search(r'class="onward" href="#([^"]+)">4 ', whole)
    assert target
    assert f'id="{target[1]}"' in whole


def test_the_head_does_not_say_what_the_facts_say(tmp_path: Path) -> None:
    toml = TOML + '[pages]\nhead = ["ex:motto", "ex:colour"]\n'
    settings, found = loaded(make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": DATA}, toml))
    site = load_site(settings, found, materialise(settings, found.quads))
    text = represent(site, site.resources["doc/club/a"], HTML, "en").decode()
    head = text[text.index('<p class="facts">') : text.index('<p class="bar">')]
    assert "red" in head
    assert "Onward" not in head
