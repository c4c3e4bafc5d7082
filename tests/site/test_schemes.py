"""Pages of concept schemes: the tree opens where one stands, with scripts in place and without by pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import start_server, stop_server
from projects import ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.addresses import anchor
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.findable import records
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views import concepts

BASE = "https://example.org/id/c/"
MANY = concepts.MOST + 30
"""Siblings, more than a tree shows at one place."""
DATA = f"""\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix : <{BASE}> .
:s a skos:ConceptScheme ; skos:prefLabel "Things"@en , "Cosas"@es ; dcterms:creator "Somebody" ; skos:hasTopConcept :top .
:top a skos:Concept ; skos:prefLabel "Top"@en ; skos:inScheme :s ; skos:notation "30" .
:mid a skos:Concept ; skos:prefLabel "Middle"@en ; skos:inScheme :s ; skos:broader :top ; skos:notation "30.2" ;
  skos:altLabel "Between"@en ; skos:hiddenLabel "Midle"@en ; skos:exactMatch <https://other.example/m> .
:ten a skos:Concept ; skos:prefLabel "Tenth"@en ; skos:inScheme :s ; skos:broader :top ; skos:notation "30.10" .
:leaf a skos:Concept ; skos:prefLabel "Leaf"@en , "Hoja"@es ; skos:inScheme :s ; skos:broader :mid , :ten .
:col a skos:OrderedCollection ; skos:prefLabel "Some of them"@en ; skos:memberList ( :ten :mid ) .
""" + "".join(
    f':n{n} a skos:Concept ; skos:prefLabel "Number {n}"@en ; skos:inScheme :s ; skos:broader :ten .\n'
    for n in range(MANY)
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    toml = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]')
    return make_project(tmp_path_factory.mktemp("schemes"), {"ontology/ns.ttl": ONTOLOGY, "data/c.ttl": DATA}, toml)


@pytest.fixture(scope="module")
def site(project: Path) -> Site:
    settings, found = loaded(project)
    return load_site(settings, found, materialise(settings, found.quads))


def page(site: Site, path: str, language: str = "en") -> str:
    return represent(site, site.resources[path], HTML, language).decode()


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def tree(site: Site, path: str) -> list[str]:
    """The names in the tree of a page, in order."""
    box = re.search(r'<div class="concepts".*?</div>', page(site, path), re.DOTALL)
    assert box
    return [text(item) for item in re.split(r"<li>", box[0])[1:]]


def test_the_page_of_a_scheme_has_its_metadata_its_tree_and_its_collections(site: Site) -> None:
    found = text(page(site, "doc/c/s"))
    assert "Somebody" in found
    assert f"{MANY + 4} concepts" in found
    assert re.search(r"Groups and collections Some of them 2\b", found)
    assert tree(site, "doc/c/s") == ["30 Top"]


def test_the_tree_is_open_at_the_concept_and_goes_by_notation(site: Site) -> None:
    assert tree(site, "doc/c/mid")[:4] == ["30 Top", "30.2 Middle", "Leaf", "30.10 Tenth"]
    assert re.search(r'<strong aria-current="page">.*?Middle', page(site, "doc/c/mid"))


def test_there_is_a_trail_for_each_way_to_the_top(site: Site) -> None:
    found = page(site, "doc/c/leaf")
    trails = [text(trail) for trail in re.findall(r"<ol>.*?</ol>", found.split("<header>\n  <p class")[0], re.DOTALL)]
    assert trails == ["Things 30 Top 30.2 Middle Leaf", "Things 30 Top 30.10 Tenth Leaf"]


def test_a_long_level_is_cut_with_its_count_and_a_way_to_all(site: Site) -> None:
    found = page(site, "doc/c/ten")
    assert "and 31 more" in text(found)
    place = concepts.folder(BASE + "s") + "/1"
    whole = page(site, place)
    assert f'id="{anchor(BASE + "ten")}"' in whole
    listed = re.search(rf'<ul id="{anchor(BASE + "ten")}">.*?</ul>', whole, re.DOTALL)
    assert listed
    assert re.findall(r"Number (\d+)<", listed[0]) == [str(n) for n in range(MANY)]


def test_where_one_stands_is_shown_even_where_the_level_is_cut(site: Site) -> None:
    assert any(item.startswith(f"Number {MANY - 1} ") for item in tree(site, f"doc/c/n{MANY - 1}"))


def test_all_names_stand_in_the_index_other_ones_with_the_preferred(site: Site) -> None:
    found = page(site, concepts.index_path(BASE + "s"))
    assert re.search(r"<em>Between</em> → .*?Middle", found)
    assert "Midle" not in found
    assert len(re.findall(r"<li>", found.split("<main")[1])) == MANY + 4 + 1
    assert text(page(site, concepts.index_path(BASE + "s"), "es")).count("Hoja") == 1


def test_a_hidden_label_is_found_and_not_shown(site: Site) -> None:
    assert "Midle" not in page(site, "doc/c/mid")
    record = next(r for r in records(site, "en") if r.title == "Middle")
    assert {"Midle", "Between", "30.2"} <= set(record.names)


def test_a_mapping_says_where_it_leads(site: Site) -> None:
    assert re.search(
        r'href="https://other\.example/m".*?<span class="quiet">other\.example</span>', page(site, "doc/c/mid")
    )


@pytest.fixture(scope="module")
def server(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = start_server(project, tmp_path_factory.mktemp("public") / "out")
    yield running.url
    stop_server(running)


@pytest.mark.browser
def test_a_branch_opens_in_place_and_closes(browser: Any, server: str) -> None:
    told: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(server + "doc/c/mid")
    toggle = page.locator(".concepts a.opens").last
    assert toggle.get_attribute("aria-expanded") == "false"
    toggle.click()
    page.locator(".concepts").get_by_text("Number 129", exact=True).wait_for()
    assert page.locator(".concepts").get_by_text("Number 0", exact=True).is_visible()
    link = page.locator(".concepts").get_by_text("Number 5", exact=True)
    toggle.click()
    assert toggle.get_attribute("aria-expanded") == "false"
    assert not link.is_visible()
    toggle.click()
    link.click()
    assert page.url == server + "doc/c/n5.html"
    assert told == []


@pytest.mark.browser
def test_without_scripts_a_branch_is_a_page(browser: Any, server: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(server + "doc/c/mid")
    page.locator(".concepts a.opens").last.click()
    assert page.url.endswith(f"/1.html#{anchor(BASE + 'ten')}")
    assert page.get_by_text("Number 129", exact=True).count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_tree_fits_its_page_and_shows_where_one_is(browser: Any, server: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(server + "doc/c/n129")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box, current = (page.locator(at).bounding_box() for at in (".concepts", ".concepts [aria-current]"))
    assert box["y"] <= current["y"] <= box["y"] + box["height"]
