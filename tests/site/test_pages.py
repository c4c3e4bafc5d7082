"""Pages in a real browser: the page of LACNIC in plain words, links that lead somewhere, nothing from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import jinja2
import pytest
from conftest import ROOT

from ecoop_ld.site.literals import outside

IRI = re.compile(r"https?://|urn:|\bid/[a-z]+/|[a-z]+:[a-z]+[A-Z]")


@pytest.fixture(scope="module")
def lacnic(browser: Any, server: str) -> Any:
    """The page, opened by its identifier's path as a reader would, with what the browser complained about."""
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on(
        "request", lambda request: page.complaints.append(request.url) if not request.url.startswith(server) else None
    )
    page.goto(server + "id/org/lacnic")
    yield page
    page.close()


def rows(page: Any, heading: str) -> list[str]:
    """The values under a property's heading, as a reader sees them."""
    block = page.locator(".property", has=page.locator("dt", has_text=re.compile(f"^{heading}$", re.IGNORECASE)))
    return [re.sub(r"\s+", " ", text).strip() for text in block.locator("dd").all_inner_texts()]


def one(found: list[str], *words: str) -> str:
    """The one value that holds all the words."""
    matching = [row for row in found if all(word.casefold() in row.casefold() for word in words)]
    assert matching, (words, found)
    return matching[0]


@pytest.mark.browser
def test_the_page_of_lacnic_says_it_all_with_the_paragraph_beside_it(lacnic: Any) -> None:
    assert lacnic.url.endswith("/doc/org/lacnic")
    assert lacnic.locator("h1").inner_text() == "LACNIC"
    assert "¶17" in one(rows(lacnic, "is a"), "stakeholder organisation")
    assert "¶26 reading" in one(rows(lacnic, "is a"), "regional Internet registry")
    relations = rows(lacnic, "how it stood with others")
    assert "¶13" in one(relations, "2003", "governments", "very low, almost non-existent")
    assert "¶23" in one(relations, "2008", "governments", "good")
    assert "¶18" in one(rows(lacnic, "party to"), "framework cooperation agreement", "CTU", "ARIN")
    assert "¶21" in one(
        rows(lacnic, "took part in"), "organiser", "regional preparatory process", "August 2008", "with APC, RITS"
    )
    assert "¶18" in one(rows(lacnic, "member of, or in office at"), "member", "CITEL")


@pytest.mark.browser
def test_no_raw_iri_is_printed(lacnic: Any) -> None:
    """Outside the bar and the section that say how to cite the page, where its own IRI belongs."""
    texts = lacnic.locator("article > header > :not(.bar), .group:not(.cite)").all_inner_texts()
    assert len(texts) > 5
    assert not IRI.findall("\n".join(texts))


@pytest.mark.browser
def test_the_browser_has_nothing_to_complain_about(lacnic: Any) -> None:
    assert lacnic.complaints == []


@pytest.mark.browser
def test_the_page_fits_a_phone(browser: Any, server: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    for path in ("doc/org/lacnic", "", "ns", "doc/claim/f071", "queries/cq13", "download", "sparql"):
        page.goto(server + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.close()


@pytest.mark.browser
def test_it_reads_without_javascript_and_the_iri_is_copied_with_it(browser: Any, server: str) -> None:
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(server + "doc/org/lacnic")
    assert plain.locator("dd").count() > 50
    assert not plain.locator("button").first.is_visible()
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(server + "doc/org/lacnic")
    page.locator("button[data-copy=iri]").click()
    page.wait_for_timeout(100)
    assert page.evaluate("navigator.clipboard.readText()") == "https://w3id.org/ecoop/id/org/lacnic"


def test_links_go_only_to_safe_addresses() -> None:
    assert outside("https://example.org/a") == "https://example.org/a"
    for iri in (
        "javascript:alert(1)",
        "data:text/html,x",
        "JAVASCRIPT:x",
        "https://e/'onmouseover='x",
        "vbscript:x",
        "urn:x:y",
        "",
    ):
        assert outside(iri) == ""


def test_no_template_switches_escaping_off() -> None:
    for path in (ROOT / "ecoop_ld/site/templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), path.name
        jinja2.Environment(autoescape=True).parse(text)
