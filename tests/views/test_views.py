"""The pages of [views], for a data set about choirs: every kind, from configuration and queries alone."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import start_server, stop_server
from endpoints import fetch
from projects import DATA, ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.errors import UserError
from ecoop_ld.rdf.edtf import Span, span
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views.timeline import timeline

CHOIRS_TOML = (
    TOML.replace('languages = ["en"]', 'languages = ["en", "es"]').replace(
        '"data/*" = "graph/data"', '"data/book.ttl" = "graph/book"\n"data/press.ttl" = "graph/press"'
    )
    + """
[provenance]
supports = "ex:supports"
text = "ex:says"
passage = "ex:where"
locator = "ex:page"
document = "dcterms:source"

[views.moods]
kind = "matrix"
title = { en = "Moods", es = "Ánimos" }
graphs = ["graph/book"]
alone.en = "Book only"

[views.calendar]
kind = "timeline"
title.en = "Calendar"
graphs = ["graph/book"]

[views.concerts]
kind = "network"
title.en = "Who sang with whom"

[views.vows]
kind = "cards"
title.en = "Vows"
slots = [
  { key = "who", title.en = "Who" },
  { key = "kept", title.en = "Kept", empty.en = "no evidence in the data" },
]

[views.diary]
kind = "cards"
split = true
title.en = "Diary"

[views.read]
kind = "reader"
title.en = "The book"

[views.moods-of]
kind = "facet"
title.en = "By mood"
"""
)

BOOK = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .

<https://example.org/id/choir/alto> a ex:Choir ; rdfs:label "Alto"@en .
<https://example.org/id/choir/bass> a ex:Choir ; rdfs:label "Bass <b>&</b>"@en ; rdfs:comment "Low."@en .
<https://example.org/id/mood/one> ex:of <https://example.org/id/choir/alto> ; ex:year "1990" ; ex:mood "merry"@en .
<https://example.org/id/concert/spring> a ex:Concert ; rdfs:label "Spring"@en ; ex:when "1990-04" ;
    ex:sung <https://example.org/id/choir/alto> , <https://example.org/id/choir/bass> .
<https://example.org/id/concert/some-day> a ex:Concert ; rdfs:label "Some day"@en .
<https://example.org/id/vow/one> a ex:Vow ; rdfs:label "Sing louder"@en ; ex:due "1991-33" ;
    ex:by <https://example.org/id/choir/alto> .
<https://example.org/id/vow/two> a ex:Vow ; rdfs:label "Sing softer"@en ; ex:by <https://example.org/id/choir/bass> .
<https://example.org/id/document/book> rdfs:label "The choir book"@en .
<https://example.org/id/place/one> dcterms:source <https://example.org/id/document/book> ; ex:page "12" .
<https://example.org/id/claim/one> ex:says "The altos were merry."@en ; ex:where <https://example.org/id/place/one> ;
    ex:supports <https://example.org/id/mood/one> .
"""
PRESS = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://example.org/id/mood/two> ex:of <https://example.org/id/choir/bass> ; ex:year "1990" ; ex:mood "gloomy"@en .
<https://example.org/id/concert/some-day> ex:when "1992" .
<https://example.org/id/concert/encore> rdfs:label "Encore"@en ; ex:keeps <https://example.org/id/vow/one> .
"""
QUERIES = {
    "moods": """SELECT ?row ?column ?value ?node ?property { { ?row a ex:Choir } OPTIONAL {
        ?node ex:of ?row ; ex:year ?column ; ex:mood ?value BIND(ex:mood AS ?property) } } ORDER BY ?row""",
    "calendar": """SELECT ?thing ?value ?property ?flag ?party { { ?thing a ex:Concert
        OPTIONAL { ?thing ex:when ?value BIND(ex:when AS ?property) } OPTIONAL { ?thing ex:sung ?party } }
        UNION { ?thing ex:due ?value BIND(ex:due AS ?property) BIND("due" AS ?flag) } }""",
    "concerts": """SELECT ?party ?via ?value ?property ?inferred { ?via ex:sung ?party
        BIND(?party AS ?value) BIND(IF(?party = <https://example.org/id/choir/bass>, "true", "") AS ?inferred) }""",
    "vows": """SELECT ?group ?card ?slot ?value ?property { BIND(<https://example.org/id/document/book> AS ?group)
        { ?card ex:by ?value BIND("who" AS ?slot) BIND(ex:by AS ?property) }
        UNION { ?value ex:keeps ?card BIND("kept" AS ?slot) } } ORDER BY ?card""",
    "diary": """SELECT ?group ?card ?slot ?value { ?value ex:sung ?group ; ex:when ?w BIND("sang" AS ?slot)
        BIND(SUBSTR(?w, 1, 4) AS ?card) }""",
    "moods-of": """SELECT ?thing ?value ?note { ?node ex:of ?thing ; ex:mood ?value ; ex:year ?note }""",
    "read": """SELECT ?document ?paragraph ?claim ?node { ?claim ex:where ?p ; ex:supports ?node .
        ?p dcterms:source ?document ; ex:page ?paragraph }""",
}


def site_of(tmp_path: Path, queries: dict[str, str] | None = None, toml: str = CHOIRS_TOML, book: str = BOOK) -> Site:
    files = {f"site/views/{name}.rq": text for name, text in (QUERIES if queries is None else queries).items()}
    root = make_project(
        tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/book.ttl": book, "data/press.ttl": PRESS, **files}, toml
    )
    settings, found = loaded(root)
    return load_site(settings, found, materialise(settings, found.quads))


def page(site: Site, path: str, language: str = "en") -> str:
    return represent(site, site.resources[path], HTML, language).decode()


def test_a_matrix_has_a_cell_for_each_thing_and_column_and_says_what_only_others_say(tmp_path: Path) -> None:
    text = page(site_of(tmp_path), "moods")
    assert "merry" in text
    assert "¶12" in text
    assert '<span class="item added"><span lang="en" dir="ltr">gloomy' in text
    assert text.count("empty alone") == 1
    assert "Book only" in text
    assert "Bass &lt;b&gt;&amp;&lt;/b&gt;" in text


def test_a_cell_without_a_value_says_that_nothing_is_stated(tmp_path: Path) -> None:
    site = site_of(
        tmp_path,
        {
            **QUERIES,
            "moods": QUERIES["moods"].replace(
                "ex:mood ?value", "ex:mood ?value . FILTER(?row != <https://example.org/id/choir/bass>)"
            ),
        },
    )
    assert "not stated in the source" in page(site, "moods")
    assert "la fuente no lo dice" in page(site, "moods", "es")


def test_a_timeline_draws_a_month_narrower_than_a_year_a_flag_and_what_has_no_date(tmp_path: Path) -> None:
    text = page(site_of(tmp_path), "calendar")
    assert "April 1990" in text
    assert "first quarter of 1991" in text
    assert 'class="mark flag' in text
    assert text.count('class="mark added"') == 1  # the press alone dates "Some day"
    without = site_of(
        tmp_path / "b",
        {
            **QUERIES,
            "calendar": QUERIES["calendar"].replace(
                "?thing ex:when ?value", "?thing ex:when ?value FILTER(?value != '1992')"
            ),
        },
    )
    assert "Undated" in page(without, "calendar")


def test_a_timeline_offers_nothing_to_choose_and_explains_no_sign_where_there_is_none(tmp_path: Path) -> None:
    plain = {**QUERIES, "calendar": "SELECT ?thing ?value { ?thing a ex:Concert ; ex:when ?value }"}
    toml = CHOIRS_TOML.replace('title.en = "Calendar"\ngraphs = ["graph/book"]', 'title.en = "Calendar"')
    text = page(site_of(tmp_path, plain, toml), "calendar").split("<article")[1].split("</article>")[0]
    assert text.count('<a class="lane') == 2
    assert ("data-filter" in text, "legend" in text, "Who took part" in text) == (False, False, False)
    full = page(site_of(tmp_path / "full"), "calendar").split("<article")[1].split("</article>")[0]
    assert full.count("<select") == 2
    assert 'class="key flag"' in full


def test_a_timeline_names_its_strands_and_cuts_no_name_that_has_room(tmp_path: Path) -> None:
    """What belongs together stands under its name, the rest under "Others"; a name stands on the side with room."""
    grouped = """SELECT ?thing ?value ?property ?flag ?group { { ?thing ex:when ?value BIND(ex:when AS ?property)
        BIND(<https://example.org/id/choir/alto> AS ?group) } UNION { ?thing ex:due ?value BIND("due" AS ?flag) } }"""
    vow = "A vow that is " + "kept and kept again " * 3 + "for ever"
    site = site_of(tmp_path, {**QUERIES, "calendar": grouped}, book=BOOK.replace("Sing louder", vow))
    text = page(site, "calendar")
    picture = text.split('<svg class="timeline"')[1].split("</svg>")[0]
    assert re.findall(r'class="heading"[^>]*>([^<]*)<', picture) == ["Alto", "Others"]
    assert picture.index(">Spring") < picture.index(">Others<") < picture.index(f">{vow}")
    ladder = text.split('class="ladder"')[1].split("<table")[0]
    assert re.findall(r"<h2>(?:<span[^>]*>)?(\d+)", ladder) == ["1990", "1991", "1992"]
    found = timeline(site.describer("en"), site.content.views["calendar"].view, site.content.solutions["calendar"])
    assert [lane.after for lane in found.dated] == [True, True, False]


def test_a_network_joins_parties_through_what_they_share_and_dashes_what_is_inferred(tmp_path: Path) -> None:
    text = page(site_of(tmp_path), "concerts")
    assert text.count('<path class="tie') == 2
    assert text.count('class="tie inferred"') == 1
    assert "<em>reading</em>" in text  # the table says so in words
    assert 'class="heading"' in text
    assert text.split('class="folds"')[1].split('id="cite"')[0].count("<details>") == 2


def test_cards_tell_what_was_done_and_say_where_there_is_no_evidence(tmp_path: Path) -> None:
    text = page(site_of(tmp_path), "vows")
    louder, softer = re.split('id="(?:one|two)-[0-9a-f]{12}"', text)[1:]
    assert "Encore" in louder
    assert "no evidence" not in louder
    assert "no evidence in the data" in softer


def test_a_facet_lists_things_by_value_and_the_explore_page_counts_them(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    text = page(site, "moods-of")
    gloomy, merry = text.split('id="v-gloomy"')[1].split('id="v-merry"')
    assert "Bass &lt;b&gt;&amp;&lt;/b&gt;" in gloomy
    assert "Alto" not in gloomy
    assert "Alto" in merry
    assert "1990" in merry
    explore = page(site, "browse", "es")
    assert re.search(
        r'href="\./moods-of\.es\.html#v-merry"><span[^>]*>merry</span></a> <span class="count">1<', explore
    )


def test_values_that_look_alike_have_places_of_their_own(tmp_path: Path) -> None:
    query = """SELECT ?thing ?value { VALUES (?thing ?value) { (<https://example.org/id/choir/alto> "A b")
        (<https://example.org/id/choir/alto> "a-b") (<https://example.org/id/choir/alto> "\u4e2d") } }"""
    text = page(site_of(tmp_path, {**QUERIES, "moods-of": query}), "moods-of")
    assert re.findall(r'<section class="letter" id="([^"]+)"', text) == ["v-a-b", "v-a-b-2", "v-0"]


def test_a_split_view_has_a_page_for_each_group_and_things_link_to_it(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    assert "diary/choir/alto.html" in page(site, "diary")
    assert "1990" in page(site, "diary/choir/alto")
    assert "diary/choir/alto.html" in page(site, "doc/choir/alto")


def test_a_reader_lists_what_each_paragraph_says_under_an_anchor(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    assert 'id="p12"' in page(site, "read")
    assert "The altos were merry." in page(site, "read")
    assert "read.html#p12" in page(site, "doc/claim/one")


def test_views_stand_on_the_explore_page(tmp_path: Path) -> None:
    text = page(site_of(tmp_path), "browse", "es")
    assert "Ánimos" in text
    assert "./moods.es.html" in text


@pytest.mark.parametrize(
    ("queries", "toml", "said"),
    [
        ({**QUERIES, "moods": "SELECT ?row {"}, "", "Not valid SPARQL"),
        ({**QUERIES, "moods": "SELECT ?row { ?row a ex:Choir }"}, "", "?column"),
        ({**QUERIES, "moods": "ASK { }"}, "", "SELECT"),
        ({}, "", "is not there"),
        (QUERIES, '\n[views.doc]\nkind = "matrix"\ntitle.en = "x"\n', '"doc" in [views]'),
        (QUERIES, '\n[views.other]\nkind = "matrx"\ntitle.en = "x"\n', "matrx"),
    ],
)
def test_a_wrong_view_is_told_in_one_sentence(tmp_path: Path, queries: dict[str, str], toml: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        page(site_of(tmp_path, queries, CHOIRS_TOML + toml), "moods")
    assert said in f"{error.value} {error.value.place}"


def test_a_view_without_rows_says_so(tmp_path: Path) -> None:
    empty = {name: text.replace("{", "{ FILTER(false) ", 1) for name, text in QUERIES.items()}
    site = site_of(tmp_path, empty)
    for name in ("moods", "calendar", "concerts", "vows", "diary", "read", "moods-of"):
        assert "The data says nothing here yet." in page(site, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2003", Span(2003, 2004)),
        ("2008-02", Span(2008 + 1 / 12, 2008 + 2 / 12)),
        ("2006-33", Span(2006, 2006.25)),
        ("2003/2008", Span(2003, 2009)),
        ("-0044", Span(-44, -43)),
        ("19XX", Span(1900, 2000)),
        ("2005~", Span(2005, 2006)),
        ("2003/..", None),
        ("soon", None),
        ("2008-13", None),
    ],
)
def test_a_date_covers_as_much_time_as_it_says(text: str, expected: Span | None) -> None:
    found = span(text)
    if expected is None or found is None:
        assert found == expected
    else:
        assert found == replace(expected, start=pytest.approx(expected.start), end=pytest.approx(expected.end))


def test_the_head_of_a_page_has_what_the_settings_name_and_not_the_name_again(tmp_path: Path) -> None:
    toml = TOML + '\n[pages]\nhead = ["skos:altLabel", "ex:size", "ex:uses"]\n'
    data = DATA.replace("ex:size 3", 'ex:size 3 ; ex:uses <https://example.org/id/tool/t> ; skos:altLabel "One", "1st"')
    data = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n" + data
    settings, found = loaded(make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": data}, toml))
    text = page(load_site(settings, found, materialise(settings, found.quads)), "doc/thing/one")
    head = re.search(r'<p class="facts">(.*?)</p>', text)
    assert head
    assert re.sub(r"<[^>]+>|\s+", " ", head[1]).split() == ["1st"]
    glance = text.split('class="facts-box"')[1].split("</section>")[0]  # what stands here is not said above again
    assert {"3", "Tool T"} <= set(re.findall(r"<dd>(?:<[^>]+>)*([^<]+)", glance))


CORRECTIONS = {
    "https://example.com/new?title={title}&body={iri}": "https://example.com/new?title=%s&amp;body=%s",
    "mailto:us@example.com": "mailto:us@example.com?subject=%s&amp;body=%s",
    "https://example.com/contact": "https://example.com/contact",
}
FILLED = ("One%20%26%20two", "https%3A%2F%2Fexample.org%2Fid%2Fthing%2Fone")


@pytest.mark.parametrize("address", CORRECTIONS)
def test_a_correction_of_a_thing_goes_to_the_projects_address_with_the_thing_in_it(
    tmp_path: Path, address: str
) -> None:
    toml = TOML.replace("[project]", f'[project]\ncontact = "{address}"')
    data = DATA.replace('"One"@en', '"One & two"@en')
    settings, found = loaded(make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": data}, toml))
    text = page(load_site(settings, found, materialise(settings, found.quads)), "doc/thing/one")
    wanted = CORRECTIONS[address] % FILLED if "%s" in CORRECTIONS[address] else address
    assert f'<a href="{wanted}">Suggest a correction</a>' in text


def test_without_an_address_there_is_no_such_link(tmp_path: Path) -> None:
    assert "Suggest a correction" not in page(site_of(tmp_path), "doc/choir/alto")


def test_the_quality_page_tells_what_the_shapes_found_in_each_kind(tmp_path: Path) -> None:
    shape = """@prefix ex: <https://example.org/ns#> . @prefix exsh: <https://example.org/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
exsh:Thing a sh:NodeShape ; rdfs:label "Thing"@en ; rdfs:seeAlso ex:Thing ; sh:targetClass ex:Thing ; sh:property [
    sh:path ex:size ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "Say <how> big."@en ; rdfs:seeAlso ex:size ] .
"""
    two = '<https://example.org/id/thing/two> a ex:Thing ; rdfs:label "Two"@en .\n'
    files = {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": DATA + two, "shapes/things.ttl": shape}
    root = make_project(tmp_path, files, TOML.replace('languages = ["en"]', 'languages = ["en", "pt"]'))
    running = start_server(root, root / "public")
    try:
        text = (root / "public/quality.pt.html").read_text()
        assert fetch(running.url, "quality.pt.html").body.decode() == text
    finally:
        stop_server(running)
    (row,) = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text)
    assert re.findall(r'class="number">(\d+)<', row) == ["2", "1", "1", "0"]
    assert "Say &lt;how&gt; big." in text
    assert "<code>data/things.ttl:" in text
    focus = "https://example.org/id/thing/two"
    found = json.loads((root / "public/quality.json").read_text())
    assert [f["focus"] for f in found if f["message"].startswith("Say <how> big.")] == [focus]
    report = list(ox.parse((root / "public/quality-report.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    assert [t.object.value for t in report if t.predicate.value.endswith("#focusNode")] == [focus]


@pytest.mark.parametrize("keyword", ["SERVICE", "sErVice SILENT", r"SERV\u0049CE"])
def test_a_view_asks_no_other_endpoint(tmp_path: Path, keyword: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        query = f"SELECT ?row ?column {{ {keyword} <{address}> {{ ?row ?p ?column }} }}"
        with pytest.raises(UserError, match=r"site/views/moods\.rq.*SERVICE is not available"):
            page(site_of(tmp_path, {**QUERIES, "moods": query}), "moods")
        with pytest.raises(BlockingIOError):
            listener.accept()
