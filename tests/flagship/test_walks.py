"""Three walks of a reader from the front page: few clicks to an answer with its source."""

from __future__ import annotations

import csv
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def front(server: str, browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(server + "index.html")
    yield page
    page.close()


def test_what_was_done_after_tunis_is_two_clicks_away_from_its_source(front: Any) -> None:
    front.click(".findings a[href*=followup]")
    assert "paragraph 71" in front.inner_text(".finding")
    assert front.locator(".card").count() > 10
    front.locator(".card a.chip").first.click()
    front.wait_for_url("**/doc/claim/**")
    source = front.locator(".attribution a[rel=external]")
    assert source.get_attribute("href").startswith(("https://", "http://"))
    assert front.locator(".attribution a").count() > 1  # and the document, if nobody is named


def test_the_sentence_on_a_relation_has_its_table_and_its_citation(front: Any) -> None:
    assert "very low, almost non-existent" in front.inner_text(".picture .matrix")
    front.click(".picture h2 a")
    with front.expect_download() as saved:
        front.click("button[data-csv]")
    with open(saved.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][1:] == ["2003", "2008"]
    assert any("very low, almost non-existent ¶13" in cell for row in rows for cell in row)
    front.locator("a.chip", has_text="¶13").first.click()
    front.wait_for_url("**/doc/claim/**")
    citation = front.inner_text("#citation")
    assert "Raúl Echeberría" in citation
    assert "¶13" in citation


def test_an_organisation_has_its_iri_its_data_and_a_line_that_links_to_it(front: Any) -> None:
    front.fill("form[role=search] input", "citel")
    front.locator(".results a", has_text="CITEL").first.wait_for()
    front.press("form[role=search] input", "Enter")
    front.wait_for_url("**/doc/org/citel.html")
    iri = "https://w3id.org/ecoop/id/org/citel"
    assert front.inner_text("#iri") == iri
    assert iri in front.inner_text("#snippet")
    address = front.locator(".bar a", has_text="JSON-LD").evaluate("link => link.href")
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert iri.rpartition("/")[2] in json.dumps(json.load(answer))


def test_a_mark_says_what_it_stands_for(front: Any) -> None:
    """Its claim in words, who makes it and where; by key as by pointer, gone with Escape. The page explains marks."""
    chip = front.locator(".matrix a.chip").first
    assert chip.get_attribute("aria-label").startswith("paragraph 13")
    chip.focus()
    card = front.locator(".claim-card")
    card.wait_for()
    assert "very low in 2003" in card.inner_text()
    assert (
        card.locator("a[rel=external]")
        .get_attribute("href")
        .startswith(("https://raul.echeberria.org/", "http://raul.echeberria.org/"))
    )
    front.keyboard.press("Escape")
    assert card.count() == 0
    assert front.locator(".marks .chip").count() >= 2


def test_the_theme_that_was_chosen_stays(front: Any) -> None:
    before = front.evaluate("getComputedStyle(document.body).color")
    front.select_option("[data-theme-choice]", "dark")
    front.reload()
    assert front.evaluate("getComputedStyle(document.body).color") != before
    assert front.input_value("[data-theme-choice]") == "dark"
