"""What crawlers, browsers and people who share a page find: each file is read as its readers read it."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import urllib.robotparser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import etree, html
from PIL import Image
from projects import DATA, ONTOLOGY, loaded, make_project

from ecoop_ld.rdf.formats import HTML, content_type
from ecoop_ld.site import cards, discovery
from ecoop_ld.site.discovery import sitemap
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise

BASE = "https://data.example.org/set/"
TOML = """
[project]
title.en = "Things & tools"
title.es = "Cosas"
languages = ["en", "es"]
license = "https://creativecommons.org/licenses/by/4.0/"
creator = "We"
modified = "2026-01-31"
version = "1.2.3"

[addresses]
public_base = "https://example.org/"
site_url = "https://data.example.org/set/"

[prefixes]
ex = "https://example.org/ns#"

[pages]
dates = ["ex:since"]

[catalog]
keywords.en = ["things", "tools"]
themes = ["GOVE"]
issued = "2020-01-01"
places = ["https://example.org/id/place/here"]
same_as = ["https://archive.example.org/1"]
doi = "10.5281/zenodo.1"
funder = "They"
method.en = "By hand."
cites = ["https://example.org/paper"]
"""
MORE = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:Firm rdfs:subClassOf <http://www.w3.org/ns/org#Organization> .
<https://example.org/id/thing/two> a ex:Firm ; rdfs:label "Two </script>"@en , "Dos"@es ; ex:since "1998"^^xsd:gYear ;
    dcterms:modified "2025-05-05"^^xsd:date , "2024-01-01"^^xsd:date , "some day" ;
    owl:sameAs <http://www.wikidata.org/entity/Q1> , <https://example.org/id/thing/one> .
<https://example.org/id/place/here> a geo:SpatialThing ; rdfs:label "Here"@en ; geo:lat 1.5 ; geo:long -2 ;
    ex:since "2003-04-05"^^xsd:date .
<https://example.org/id/thing/book> a schema:Book , foaf:Document ; rdfs:label "Book"@en .
<https://example.org/id/thing/idea> a skos:Concept ; skos:prefLabel "Idea"@en .
"""


def site_of(folder: Path, toml: str = TOML, data: str = DATA + MORE) -> Site:
    settings, found = loaded(make_project(folder, {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": data}, toml))
    return load_site(settings, found, materialise(settings, found.quads))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_of(tmp_path_factory.mktemp("discovery"))


@pytest.fixture(scope="module")
def files(site: Site) -> Mapping[str, bytes]:
    return {output.path: output.content for output in discovery.files(site)}


def pages(site: Site) -> Iterator[str]:
    for resource in site.resources.values():
        if HTML in resource.formats:
            yield from (site.dataset.addresses.file(resource.path, HTML, code) for code in site.config.languages)


def located(content: bytes) -> dict[str, str | None]:
    """Address → date of each row of a map or an index."""
    return {row[0].text: row[1].text if len(row) > 1 else None for row in etree.fromstring(content)}


def test_the_sitemap_lists_every_page_with_the_date_that_the_data_have(site: Site, files: Mapping[str, bytes]) -> None:
    rows = located(files["sitemap.xml"])
    assert set(rows) == {BASE + (name if name != "index.html" else "") for name in pages(site)}
    assert rows[f"{BASE}doc/thing/two.es.html"] == "2025-05-05"
    assert rows[f"{BASE}doc/thing/one.html"] == rows[BASE] == "2026-01-31"


def test_more_pages_than_one_map_may_list_have_an_index(site: Site, files: Mapping[str, bytes]) -> None:
    found = dict(sitemap.files(site, most=10))
    index = located(found.pop("sitemap.xml"))
    assert set(index) == {BASE + name for name in found}
    assert len(found) > 2
    parts = [located(content) for content in found.values()]
    assert all(0 < len(part) <= 10 for part in parts)
    assert {address: date for part in parts for address, date in part.items()} == located(files["sitemap.xml"])


def test_crawlers_may_read_all_but_the_answers_to_queries(files: Mapping[str, bytes]) -> None:
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(files["robots.txt"].decode().splitlines())
    assert robots.site_maps() == [f"{BASE}sitemap.xml"]
    assert robots.can_fetch("Anybody", f"{BASE}doc/thing/one.html")
    assert robots.can_fetch("Anybody", f"{BASE}sparql/index.html")
    assert not robots.can_fetch("Anybody", f"{BASE}sparql?query=ASK")


def test_the_page_for_what_is_missing_leads_on_from_anywhere(site: Site, files: Mapping[str, bytes]) -> None:
    page = html.fromstring(files["404.html"])
    links = [link for link in page.xpath("//@href|//@src|//@action") if not link.startswith(("#", "https://creative"))]
    assert len(links) > 10
    assert all(link.startswith("/set/") for link in links)
    assert {link.removeprefix("/set/") for link in links if link.endswith(".html")} <= set(pages(site))
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_a_public_page_says_its_address_its_twins_and_its_picture(site: Site, files: Mapping[str, bytes]) -> None:
    page = html.fromstring(represent(site, site.resources["doc/thing/two"], HTML, "es"))
    address = f"{BASE}doc/thing/two.es.html"
    assert page.xpath("//link[@rel='canonical']/@href") == [address]
    twins = {link.get("hreflang"): link.get("href") for link in page.xpath("//link[@hreflang]")}
    english = f"{BASE}doc/thing/two.html"
    assert twins == {"en": english, "x-default": english, "es": address}
    told = {meta.get("property"): meta.get("content") for meta in page.xpath("//meta[@property]")}
    assert (told["og:title"], told["og:url"], told["og:site_name"]) == ("Dos", address, "Cosas")
    assert told["og:image"].removeprefix(BASE) in files


def test_a_site_on_a_local_machine_claims_no_address(tmp_path: Path) -> None:
    site = site_of(tmp_path, TOML.replace(BASE, "http://localhost:8000/"))
    page = html.fromstring(represent(site, site.resources["doc/thing/two"], HTML, "en"))
    assert page.xpath("//link[@rel='canonical']|//meta[@property='og:url' or @property='og:image']") == []
    assert all(link.startswith("../") for link in page.xpath("//link[@hreflang]/@href"))
    assert "localhost" not in page.xpath("string(//script[@type='application/ld+json'])")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:80", "0.0.0.0:8000", "a.localhost"])
def test_local_hosts_are_known(site: Site, host: str) -> None:
    assert not dataclasses.replace(site.config.addresses, site_url=f"http://{host}/").is_public
    assert site.config.addresses.is_public


def test_the_picture_is_a_png_of_the_size_that_social_sites_ask_for(files: Mapping[str, bytes]) -> None:
    shown = [Image.open(io.BytesIO(files[cards.path(language)])) for language in ("en", "es")]
    assert {(one.format, one.size) for one in shown} == {("PNG", (1200, 630))}
    assert files[cards.path("en")] != files[cards.path("es")]
    assert all(len(files[cards.path(language)]) < 100_000 for language in ("en", "es"))


@pytest.mark.parametrize("title", ["増強された協力", "تعاون", "long " * 200, "w" * 500, " "])
def test_any_title_has_a_picture(tmp_path: Path, title: str) -> None:
    config = site_of(tmp_path, TOML.replace("Things & tools", title)).config
    assert cards.card(config, "en").startswith(b"\x89PNG")


def test_a_project_brings_its_own_picture(tmp_path: Path) -> None:
    config = site_of(tmp_path).config
    own = config.folder("site") / "card.png"
    own.write_bytes(b"\x89PNG own")
    assert cards.card(config, "es") == own.read_bytes()


def structured(site: Site, path: str, language: str = "en") -> dict[str, Any]:
    page = represent(site, site.resources[path], HTML, language).decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [("two", "Organization"), ("one", "Thing"), ("book", "Book"), ("idea", "DefinedTerm"), ("here", "Place")],
)
def test_each_thing_is_told_by_its_type(site: Site, path: str, kind: str) -> None:
    where = f"doc/{'place' if path == 'here' else 'thing'}/{path}"
    found = structured(site, where)
    assert (found["@type"], found["@id"]) == (kind, f"https://example.org/id/{where.removeprefix('doc/')}")
    assert found["mainEntityOfPage"] == f"{BASE}{where}.html"


def test_what_is_told_of_a_thing(site: Site) -> None:
    found = structured(site, "doc/thing/two", "es")
    assert (found["name"], found["alternateName"]) == ("Dos", ["Two </script>"])
    assert found["sameAs"] == ["http://www.wikidata.org/entity/Q1"]
    assert structured(site, "doc/place/here")["geo"] == {"@type": "GeoCoordinates", "latitude": 1.5, "longitude": -2}


def test_every_page_has_structured_data(site: Site) -> None:
    for path, resource in site.resources.items():
        if HTML in resource.formats:
            assert structured(site, path)["@type"], path
    assert structured(site, "class/thing")["@type"] == "CollectionPage"


GOOGLE = (
    *("name", "description"),  # required
    *("alternateName", "citation", "creator", "funder", "identifier", "isAccessibleForFree", "keywords", "license"),
    *("measurementTechnique", "sameAs", "spatialCoverage", "temporalCoverage", "variableMeasured", "version", "url"),
    *("includedInDataCatalog", "distribution"),
)
"""Properties of a Dataset that Google's documentation for dataset search requires or recommends."""


@pytest.mark.parametrize("path", ["index", "download"])
def test_the_dataset_says_all_that_search_engines_ask_for(site: Site, path: str) -> None:
    whole = dataclasses.replace(site, downloads=())
    found = structured(whole, path)
    assert set(GOOGLE) - set(found) <= {"variableMeasured", "distribution"} - {"variableMeasured"}
    assert len(found["description"]) >= 50
    assert found["identifier"] == ["https://example.org/catalog#dataset", "https://doi.org/10.5281/zenodo.1"]
    assert found["temporalCoverage"] == "1998/2003"
    assert found["spatialCoverage"] == [{"@type": "Place", "@id": "https://example.org/id/place/here", "name": "Here"}]
    assert {row["propertyID"] for row in found["variableMeasured"]} == {
        "https://example.org/ns#since",
        "https://example.org/ns#size",
    }


def test_what_a_project_does_not_say_is_counted_from_the_data(tmp_path: Path) -> None:
    found = structured(site_of(tmp_path, TOML.partition("[catalog]")[0]), "index")
    assert found["spatialCoverage"] == [{"@type": "Place", "geo": {"@type": "GeoShape", "box": "1.5 -2 1.5 -2"}}]
    assert "thing" in found["keywords"]
    assert not {"funder", "citation", "measurementTechnique"} & set(found)


def test_a_browser_can_search_the_site(site: Site, files: Mapping[str, bytes]) -> None:
    root = etree.fromstring(files["opensearch.xml"])
    told = {child.tag.rpartition("}")[2]: child for child in root}
    assert told["ShortName"].text == "Things & tools"
    assert len(told["ShortName"].text) <= 16
    (template,) = root.xpath("*[local-name()='Url'][@type='text/html']/@template")
    assert template == f"{BASE}search.html?q={{searchTerms}}"
    assert content_type("opensearch.xml") == "application/opensearchdescription+xml"
    front = html.fromstring(represent(site, site.resources["index"], HTML, "es"))
    (link,) = front.xpath("//link[@rel='search']/@href")
    assert urljoin(BASE, link) == f"{BASE}opensearch.xml"


def test_the_catalogue_of_interfaces_is_a_link_set(files: Mapping[str, bytes]) -> None:
    own, *interfaces = json.loads(files[".well-known/api-catalog"])["linkset"]
    assert own["anchor"] == f"{BASE}.well-known/api-catalog"
    assert [item["href"] for item in own["item"]] == [each["anchor"] for each in interfaces]
    assert [each["anchor"] for each in interfaces] == [
        f"{BASE}{p}" for p in ("sparql", "fragments", "", "reconcile", "reconcile/1.0")
    ]
    assert all({"service-desc", "service-doc"} <= set(each) for each in interfaces)
    assert content_type(".well-known/api-catalog") == "application/linkset+json"


def test_the_guide_for_language_models_leads_to_what_there_is(site: Site, files: Mapping[str, bytes]) -> None:
    text = files["llms.txt"].decode()
    assert text.startswith("# Things & tools\n")
    targets = [link.removeprefix(BASE) for link in re.findall(r"\]\(([^)]+)\)", text)]
    known = {*pages(site), *files, "sparql", "catalog.ttl", "ns.ttl", "dumps/latest/all.nq"}
    assert set(targets) <= known
    assert "class/thing.html" in targets


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('doi = "https://doi.org/10.1/x"', '"catalog.doi" is wrong: it wants a DOI'),
        ('period = "1998-2003"', "two dates with a slash"),
        ('themes = ["Government"]', "AGRI"),
        ('same_as = ["javascript:1"]', "http"),
        ('maintainers = ["@me"]', "GitHub"),
        ('issued = "yesterday"', "a date"),
    ],
)
def test_wrong_settings_of_the_catalogue_are_named(tmp_path: Path, line: str, said: str) -> None:
    from ecoop_ld.errors import UserError

    with pytest.raises(UserError, match=re.escape(said)):
        site_of(tmp_path, TOML.partition("[catalog]")[0] + f"\n[catalog]\n{line}\n")
