"""What pages call things that the data gives no plain name, and where what stands at the base itself is told."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from projects import PREFIXES, TOML, loaded, make_project

from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise

BARE = TOML.replace('ex = "https://example.org/ns#"', "").replace('exsh = "https://example.org/shapes#"', "")
XL = "http://www.w3.org/2008/05/skos-xl#"


def site_of(folder: Path, turtle: str, where: str = "data") -> Site:
    pages = BARE.replace('vocabulary = "ns"', 'vocabulary = "ns"\npages_for = [""]')
    settings, found = loaded(make_project(folder, {f"{where}/a.ttl": PREFIXES + turtle}, pages))
    return load_site(settings, found, materialise(settings, found.quads))


def page(site: Site, iri: str) -> str:
    path = site.dataset.addresses.document(iri)
    return represent(site, site.resources[path], HTML, "en").decode()


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://example.org/c/12", "c/12"),
        ("https://example.org/日本", "日本"),
        ("https://example.org/a:b", "https://example.org/a:b"),
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("https://other.example/a", "https://other.example/a"),
    ],
)
def test_a_thing_of_the_project_without_a_name_is_called_by_its_path(tmp_path: Path, iri: str, name: str) -> None:
    site = site_of(tmp_path, f"<{iri}> <urn:p> 1 .")
    assert f">{name}</h1>" in page(site, iri)
    assert iri in page(site, iri)


def test_a_part_without_a_name_is_called_by_its_fragment(tmp_path: Path) -> None:
    site = site_of(tmp_path, "<https://other.example/voc#some-term> <urn:p> 1 .")
    assert ">some-term</h2>" in page(site, "https://other.example/voc")


def test_a_label_that_is_a_thing_is_called_by_its_words(tmp_path: Path) -> None:
    site = site_of(tmp_path, f'<https://example.org/xl/1> a <{XL}Label> ; <{XL}literalForm> "trees"@en , "Bäume"@de .')
    text = page(site, "https://example.org/xl/1")
    assert ">trees</h1>" in text
    assert "Bäume" in text


def test_the_front_page_leads_to_what_is_told_of_the_base_itself(tmp_path: Path) -> None:
    site = site_of(tmp_path, '<https://example.org/> a skos:ConceptScheme ; dcterms:title "All the trees"@en .')
    front = represent(site, site.resources["index"], HTML, "en").decode()
    link = re.escape(site.dataset.addresses.document("https://example.org/") + ".html")
    assert re.search(rf'href="\./{link}"[^>]*>All the trees</a>', front)


def test_an_ontology_says_what_defines_it_and_lists_its_terms_once(tmp_path: Path) -> None:
    site = site_of(
        tmp_path,
        "<https://example.org/ns> a owl:Ontology ; rdfs:isDefinedBy <https://www.example.com/specification> .\n"
        "<https://example.org/ns#A> a owl:Class ; rdfs:isDefinedBy <https://example.org/ns> .\n",
        "ontology",
    )
    text = represent(site, site.resources["ns"], HTML, "en").decode()
    assert "https://www.example.com/specification" in text
    header = text.partition('id="A"')[0]
    assert "is defined by of" not in header


def test_triple_terms_are_refused_once_with_their_number(tmp_path: Path) -> None:
    text = "PREFIX : <https://example.org/id/a/>\n:a :p :b {| :q 1 |} .\n<< :a :p :c >> :q 2 ; :r [ :q ( 3 ) ] .\n"
    _, found = loaded(make_project(tmp_path, {"data/a.ttl": text}))
    (finding,) = found.findings
    assert (finding.code, str(finding.place)) == ("triple-term", "data/a.ttl:2")
    assert finding.message.startswith("2 triple terms")
    assert ox.Literal("3", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")) in {
        quad.object for quad in found.quads
    }
