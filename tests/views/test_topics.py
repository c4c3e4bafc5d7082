"""Many claims on a page, folded by what else they speak of; few claims are left as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import start_server, stop_server
from projects import ONTOLOGY, TOML, loaded, make_project

from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views.topics import MANY, topics

ID = "https://example.org/id/"
PROVENANCE = '\n[provenance]\nsupports = "ex:supports"\ntext = "ex:says"\n'
HEAD = f"""\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <{ID}> .
<club/a> a ex:Club ; rdfs:label "A"@en .
<club/b> a ex:Club ; rdfs:label "B <i>of the hill</i>"@en .
<cup/1> a ex:Cup ; rdfs:label "Cup 1"@en .
"""


def claims(spoken_of: list[str], more: str = "") -> str:
    return HEAD + "".join(
        f'<claim/{n:02}> a ex:Claim ; ex:says "Sentence {n:02}."@en ; ex:about <club/a>{things}{more} .\n'
        for n, things in enumerate(spoken_of)
    )


LIKE_A_SEASON = [" , <club/b>"] * 3 + [" , <cup/1>"] * 5 + [" , <cup/1> , <club/b>"] * 2 + [""] * 4


def files_of(data: str) -> dict[str, str]:
    return {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": data}


def site_of(folder: Path, data: str, settings: str = "") -> Site:
    found_settings, found = loaded(make_project(folder, files_of(data), TOML + PROVENANCE + settings))
    return load_site(found_settings, found, materialise(found_settings, found.quads))


def folded(site: Site, thing: str = "club/a") -> list[tuple[str, list[str]]]:
    describer = site.describer("en")
    groups = describer.entity(ID + thing).groups
    found = [topic for group in groups for prop in group.properties for topic in topics(describer, ID + thing, prop)]
    return [
        (
            topic.thing.label.value if topic.thing else "",
            [re.sub(r"\D", "", str(v.content)[:80])[:2] for v in topic.claims],
        )
        for topic in found
    ]


def test_each_claim_stands_under_what_most_of_them_speak_of(tmp_path: Path) -> None:
    assert folded(site_of(tmp_path, claims(LIKE_A_SEASON))) == [
        ("Cup 1", ["03", "04", "05", "06", "07", "08", "09"]),
        ("B <i>of the hill</i>", ["00", "01", "02"]),
        ("", ["10", "11", "12", "13"]),
    ]


@pytest.mark.parametrize(
    "spoken_of",
    [
        LIKE_A_SEASON[:MANY],  # so few are read one after the other
        [""] * (MANY + 3),  # nothing is shared
    ],
)
def test_there_is_nothing_to_fold(tmp_path: Path, spoken_of: list[str]) -> None:
    assert folded(site_of(tmp_path, claims(spoken_of))) == []


def test_what_are_no_claims_is_not_folded(tmp_path: Path) -> None:
    assert folded(site_of(tmp_path, claims(LIKE_A_SEASON).replace("ex:says", "rdfs:label"))) == []


def test_a_project_names_the_property_by_which_claims_speak_of_things(tmp_path: Path) -> None:
    spoken = [f" ; ex:topic <{'cup/1' if n % 2 else 'club/b'}>" for n in range(MANY + 2)]
    site = site_of(tmp_path, claims([""] * len(spoken)), 'about = "ex:topic"\n')
    assert folded(site) == []
    data = HEAD + "".join(
        f'<claim/{n:02}> a ex:Claim ; ex:says "Sentence {n:02}."@en ; ex:about <club/a>{one} .\n'
        for n, one in enumerate(spoken)
    )
    site = site_of(tmp_path / "named", data, 'about = "ex:topic"\n')
    assert [(name, len(some)) for name, some in folded(site)] == [("B <i>of the hill</i>", 7), ("Cup 1", 7)]


def test_the_page_has_every_claim_once_and_says_how_many(tmp_path: Path) -> None:
    site = site_of(tmp_path, claims(LIKE_A_SEASON))
    text = represent(site, site.resources["doc/club/a"], HTML, "en").decode()
    listed = text[text.index("<summary>") : text.index("</section>", text.index("<summary>"))]
    assert sorted(re.findall(r">Sentence (\d\d)\.<", listed)) == [f"{n:02}" for n in range(len(LIKE_A_SEASON))]
    assert re.findall(r'<summary>(?:<span>)?([^<]+)(?:</span>)? <span class="count">(\d+)', listed) == [
        ("Cup 1", "7"),
        ("B &lt;i&gt;of the hill&lt;/i&gt;", "3"),
        ("Other topics", "4"),
    ]


@pytest.mark.browser
def test_a_reader_opens_a_topic_saves_all_and_prints_all(tmp_path: Path, browser: Any) -> None:
    root = make_project(tmp_path, files_of(claims(LIKE_A_SEASON)), TOML + PROVENANCE)
    running = start_server(root, tmp_path / "public")
    page = browser.new_page()
    try:
        page.goto(running.url + "doc/club/a")
        sentence = page.locator(".topic").get_by_text("Sentence 03.")
        assert not sentence.is_visible()
        page.locator("summary", has_text="Cup 1").click()
        assert sentence.is_visible()
        with page.expect_download() as saved:
            page.locator("button[data-csv]").click()
        rows = Path(saved.value.path()).read_text(encoding="utf-8-sig")
        assert rows.count("Sentence ") == len(LIKE_A_SEASON)
        page.emulate_media(media="print")
        assert page.locator(".topic").get_by_text("Sentence 13.").is_visible()
    finally:
        page.close()
        stop_server(running)
