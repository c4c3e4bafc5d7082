"""Pages on paper, printed by a real browser: no empty sheet, nothing to press, all that is folded on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import start_server, stop_server
from sheets import sheets
from test_history import three_releases

PRINTED = (
    "doc/org/lacnic",
    "doc/body/igf",
    "progress/org/lacnic",
    "progress",
    "timeline",
    "network",
    "stakeholders",
    "followup",
    "roles",
    "compare?a=LACNIC&b=ARIN",
)
LEAST = 60
"""Characters of a sheet that is worth its paper, without spaces: two lines."""
TO_PRESS = "nav, form, button, input, select, .bar, .saves, .zoom, .skip"


def printed(page: Any) -> list[str]:
    """The words of each sheet, without spaces."""
    return ["".join(text.split()) for text in sheets(page.pdf(prefer_css_page_size=True, print_background=True))]


@pytest.mark.browser
@pytest.mark.parametrize("path", PRINTED)
def test_no_sheet_is_empty_and_none_has_navigation(server: str, browser: Any, path: str) -> None:
    page = browser.new_page()
    page.goto(server + path)
    heading, last = page.locator("h1").inner_text(), page.locator("body > footer p").first.inner_text()
    found = printed(page)
    assert [n for n, text in enumerate(found, 1) if len(text) < LEAST] == []
    assert "".join(heading.split()) in found[0]
    assert "".join(last.split())[:20] in found[-1]
    words = [page.get_attribute("input[name=q]", "placeholder"), *page.locator("header nav").first.all_inner_texts()]
    assert [word for word in words if "".join(word.split()) in "".join(found)] == []
    page.emulate_media(media="print")
    shown = f"[...document.querySelectorAll('{TO_PRESS}')].filter((one) => one.checkVisibility()).map((one) => one.outerHTML)"
    assert page.evaluate(shown) == []
    page.close()


@pytest.mark.browser
def test_paper_has_the_claims_that_are_folded_on_the_screen(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + "doc/org/lacnic")
    claims = page.locator(".topic li > *:first-child").all_text_contents()
    assert len(claims) > 12
    assert not page.locator(".topic li").first.is_visible()
    whole = "".join(printed(page))
    assert [claim for claim in claims if "".join(claim.split()) not in whole] == []
    page.close()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = three_releases(tmp_path_factory.mktemp("paper"))
    running = start_server(root, root.parent / "public")
    yield running.url
    stop_server(running)


@pytest.mark.browser
@pytest.mark.parametrize("path", ["dumps/index.html", "dumps/1.1.0/index.html"])
def test_a_release_is_printed_without_an_empty_sheet(released: str, browser: Any, path: str) -> None:
    page = browser.new_page()
    page.goto(released + path)
    heading = page.locator("h1").inner_text()
    found = printed(page)
    assert [n for n, text in enumerate(found, 1) if len(text) < LEAST] == []
    assert "".join(heading.split()) in found[0]
    page.close()


@pytest.mark.browser
def test_an_empty_sheet_is_noticed(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<p>One</p><div style='break-before: page; break-after: page'></div><p>Three &amp; ñ</p>")
    assert printed(page) == ["One", "", "Three&ñ"]
    page.close()
