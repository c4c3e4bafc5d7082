"""The page of the vocabulary: what it says of a term beyond what every vocabulary has."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from projects import FILES, TOML, loaded, make_project

from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent

LEVELS = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:Tool ex:termLevel ex:Never ; ex:depth <https://example.org/id/thing/deep> .
<https://example.org/id/thing/deep> a ex:Thing ; rdfs:label "Deep"@en .
ex:Never rdfs:label "Never"@en .
"""


@pytest.mark.parametrize(("setting", "shown"), [('level = "ex:depth"', "Deep"), ("", "")])
def test_the_level_of_a_term_is_what_the_settings_call_so(setting: str, shown: str, tmp_path: Path) -> None:
    toml = f"{TOML}\n[pages]\n{setting}\n" if "[pages]" not in TOML else TOML.replace("[pages]", f"[pages]\n{setting}")
    settings, found = loaded(make_project(tmp_path, {**FILES, "data/levels.ttl": LEVELS}, toml))
    site = load_site(settings, found, ())
    page = represent(site, site.resources["ns"], HTML, "en").decode()
    term = page[page.index('id="Tool"') :].partition("</section>")[0]
    assert "stable" in term
    told = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", term, re.DOTALL))
    assert ("Level" in told) == bool(shown)
    assert shown in told.get("Level", "")
    assert term.count("Deep") == 1  # as any property where it is not the level
    assert "Never" in term


ONTOLOGY = """\
@prefix : <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/ns> a owl:Ontology ; dcterms:title "Ships"@en ; dcterms:creator "Ann" ; owl:versionInfo "3.1" ;
  owl:imports <http://xmlns.com/foaf/0.1/> ; rdfs:comment "What floats."@en .
:Ship a owl:Class ; rdfs:label "ship"@en ; rdfs:comment "It floats."@en ; owl:disjointWith :Port ; owl:hasKey ( :name ) ;
  rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :crew ; owl:minQualifiedCardinality 1 ; owl:onClass :Sailor ] ;
  skos:scopeNote "Rafts too."@en ; rdfs:isDefinedBy <https://example.org/ns> .
:Port a owl:Class ; rdfs:label "port"@en .
:Sailor a owl:Class ; rdfs:label "sailor"@en ; rdfs:subClassOf <http://xmlns.com/foaf/0.1/Person> .
:crew a owl:ObjectProperty , owl:AsymmetricProperty ; rdfs:label "crew"@en ; rdfs:domain :Ship ; rdfs:range :Sailor .
:name a owl:DatatypeProperty ; rdfs:label "name"@en ; rdfs:domain :Ship ; rdfs:range xsd:string ; owl:deprecated true .
:see a owl:AnnotationProperty ; rdfs:label "see"@en .
:Tonnage a rdfs:Datatype ; rdfs:label "tonnage"@en .
:flagship a :Ship ; rdfs:label "flagship"@en ; :name "Argo" ; :crew :jason .
:jason a :Sailor , owl:NamedIndividual .
[] a owl:AllDisjointClasses ; owl:members ( :Ship :Port :Sailor ) .
"""
SHIP_SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://example.org/ns#> .
:ShipShape a sh:NodeShape ; sh:targetClass :Ship ; sh:property [ sh:path :name ; sh:minCount 1 ] .
"""


def test_an_ontology_is_told_whole(tmp_path: Path) -> None:
    """Metadata, each kind of term under its heading, expressions in words and in Manchester syntax, uses and shapes."""
    files = {"ontology/o.ttl": ONTOLOGY, "shapes/s.ttl": SHIP_SHAPES}
    settings, found = loaded(make_project(tmp_path, files, TOML))
    site = load_site(settings, found, ())
    page = represent(site, site.resources["ns"], HTML, "en").decode()
    assert '<h1><span lang="en" dir="ltr">Ships</span></h1>' in page
    for part in ("Classes", "Properties that link things", "Properties with literal values", "Annotation properties",
                 "Datatypes", "Individuals", "Terms of others used here"):  # fmt: skip
        assert f"<h2>{part}</h2>" in page, part
    terms = {
        name: plain(rest)
        for name, rest in re.findall(r'<section class="term" id="(\w+)">(.*?)</section>', page, re.DOTALL)
    }
    assert set(terms) == {"Ship", "Port", "Sailor", "crew", "name", "see", "Tonnage", "flagship", "jason"}
    head = plain(page.partition('<section class="term about">')[2].partition("</section>")[0])
    for words in ("Created by Ann", "Version 3.1", "Imports xmlns.com/foaf/0.1"):
        assert words.lower() in head.lower()
    for name, words in (
        ("Ship", "kind of crew: at least 1 sailor ex:crew min 1 ex:Sailor"),
        ("Ship", "identified by name"),
        ("Ship", "has nothing in common with port"),
        ("Ship", "how to use it Rafts too."),
        ("Ship", "has the property crew name"),
        ("Ship", "Used 1"),
        ("Ship", "Used with crew 1, label 1, name 1"),
        ("Ship", "Rules name: at least 1"),
        ("Port", "has nothing in common with ship"),
        ("Port", "named in the description of classes without common members"),
        ("Sailor", "kind of person"),
        ("Sailor", "is the value of crew"),
        ("Sailor", "on ship crew: at least 1 sailor"),
        ("crew", "is a property that links things asymmetric property"),
        ("crew", "Used with ship 1"),
        ("name", "This is no longer to be used."),
        ("name", "Rules ship: at least 1"),
    ):
        assert words in terms[name], (name, words, terms[name])


def test_a_class_is_drawn_between_what_it_is_joined_to(tmp_path: Path) -> None:
    settings, found = loaded(make_project(tmp_path, {"ontology/o.ttl": ONTOLOGY}, TOML))
    site = load_site(settings, found, ())
    page = represent(site, site.resources["ns"], HTML, "en").decode()
    drawn = {name: re.findall(r"<text[^>]*>([^<]*)", svg) for name, svg in re.findall(
        r'<section class="term" id="(\w+)">.*?(<svg.*?</svg>|</section>)', page, re.DOTALL)}  # fmt: skip
    assert drawn["Ship"] == ["ship", "sailor", "crew", "text", "name"]
    assert drawn["Sailor"] == ["sailor", "ship", "crew"]
    assert drawn["Port"] == []


def plain(markup: str) -> str:
    text = re.sub(r"<svg.*?</svg>", "", markup, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split())).replace(" :", ":").replace(" ,", ",")
