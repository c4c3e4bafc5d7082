"""Things with more links than a page holds: every one is on some page, counted, and in the data."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import start_server, stop_server
from endpoints import fetch
from projects import DATA, ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.rdf.formats import HTML, TURTLE
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views import paging

HUB = "https://example.org/id/tool/hub"
TWO_LANGUAGES = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]')
TWO_LANGUAGES = TWO_LANGUAGES.replace("[addresses]", "[addresses]\ndeprecated_is_gone = true")


def project_of(tmp_path: Path, links: int, more: str = "") -> Path:
    rows = "".join(
        f'<https://example.org/id/thing/n{n}> a ex:Thing ; rdfs:label "N {n:05}"@en ; ex:uses <{HUB}> .\n'
        for n in range(links)
    )
    data = f'{DATA}<{HUB}> a ex:Tool ; rdfs:label "Hub"@en .\n{rows}{more}'
    return make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": data}, TWO_LANGUAGES)


def site_of(tmp_path: Path, links: int, more: str = "") -> Site:
    settings, found = loaded(project_of(tmp_path, links, more))
    return load_site(settings, found, materialise(settings, found.quads))


def page(site: Site, path: str, language: str = "en") -> str:
    return represent(site, site.resources[path], HTML, language).decode()


@pytest.mark.slow
@pytest.mark.parametrize("links", [paging.MOST, paging.MOST + 1, paging.MOST + paging.LENGTH, 5000])
def test_every_link_stands_on_exactly_one_page(tmp_path: Path, links: int) -> None:
    site = site_of(tmp_path, links)
    paths = [path for path, resource in site.resources.items() if resource.iri == HUB and path.startswith("doc/")]
    assert paths[0] == "doc/tool/hub"
    assert paths[1:] == [f"doc/tool/hub.links-{n}" for n in range(2, len(paths) + 1)]
    found = [name for path in paths for name in re.findall(r"<dd>.*?>(N \d{5})<", page(site, path))]
    assert found == [f"N {n:05}" for n in range(links)]


def test_a_page_that_goes_on_says_how_many_there_are_and_where(tmp_path: Path) -> None:
    site = site_of(tmp_path, 5000)
    first = page(site, "doc/tool/hub", "es")
    assert '<span class="count">5.000</span>' in first
    link = re.search(r'class="onward" href="../../doc/tool/hub\.links-2\.es\.html#(\S+?)">y 4.940 más', first)
    assert link
    second = page(site, "doc/tool/hub.links-2", "es")
    assert f'id="{link[1]}"' in second
    assert "61 a 220 de 5.000" in second
    assert 'href="../../doc/tool/hub.es.html"' in second
    assert 'href="../../doc/tool/hub.links-3.es.html"' in second
    assert 'hreflang="en" href="../../doc/tool/hub.links-2.html"' in second


def test_several_long_properties_go_on_one_after_the_other(tmp_path: Path) -> None:
    notes = " , ".join(f'"note {n:04}"' for n in range(paging.MOST + 50))
    links = paging.MOST + 230
    site = site_of(tmp_path, links, f"<{HUB}> ex:size {notes} .\n")
    pages = [page(site, "doc/tool/hub"), *(page(site, f"doc/tool/hub.links-{n}") for n in (2, 3))]
    assert sum(text.count(">note ") for text in pages) == paging.MOST + 50
    assert [len(re.findall(r"<dd>.*?>N 0", text)) for text in pages] == [paging.MOST, 110, 120]
    assert "links-2.html#" in pages[0]
    assert "doc/tool/hub.links-4" not in site.resources


def test_the_data_has_every_link(tmp_path: Path) -> None:
    site = site_of(tmp_path, 5000)
    triples = ox.parse(represent(site, site.resources["doc/tool/hub"], TURTLE, "en"), format=ox.RdfFormat.TURTLE)
    uses = [t for t in triples if t.predicate.value == "https://example.org/ns#uses"]
    assert len(uses) == 5000


def test_further_pages_of_what_was_withdrawn_are_gone_too(tmp_path: Path) -> None:
    root = project_of(tmp_path, paging.MOST + 5, f"<{HUB}> <http://www.w3.org/2002/07/owl#deprecated> true .\n")
    running = start_server(root, tmp_path / "public")
    try:
        for path in ("doc/tool/hub", "doc/tool/hub.links-2", "doc/tool/hub.links-2.es.html"):
            assert fetch(running.url, path, headers={"Accept": "text/html"}).status == 410
        assert fetch(running.url, "doc/tool/hub.links-3", headers={"Accept": "text/html"}).status == 404
        assert fetch(running.url, "doc/thing/n1", headers={"Accept": "text/html"}).status == 200
    finally:
        stop_server(running)


def test_pages_to_link_to_are_the_ends_and_the_neighbours() -> None:
    assert list(paging.numbers(1, 1)) == [1]
    assert list(paging.numbers(2, 5)) == [1, 2, 3, 4, 5]
    assert list(paging.numbers(10, 20)) == [1, 0, 8, 9, 10, 11, 12, 0, 20]


def test_a_page_speaks_its_own_language_and_else_the_first_of_the_project(tmp_path: Path) -> None:
    both = '<https://example.org/id/thing/b> a ex:Thing ; rdfs:label "Both"@en , "Ambos"@es .\n'
    site = site_of(tmp_path, 1, both)
    assert "<h1>Ambos</h1>" in page(site, "doc/thing/b", "es")
    assert "<h1>Both</h1>" in page(site, "doc/thing/b", "en")
    assert '<h1 class="foreign" lang="en" dir="ltr">Hub</h1>' in page(site, "doc/tool/hub", "es")
