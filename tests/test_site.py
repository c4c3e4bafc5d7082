"""The site in a real browser: every kind of page, in each language and at three widths; and every link of the build."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import ROOT, need

from ecoop_ld import config

PAGES = {
    "front": "index",
    "explore": "browse",
    "names": "search",
    "quality": "quality",
    "matrix": "stakeholders",
    "timeline": "timeline",
    "network": "network",
    "obligations": "obligations",
    "positions": "positions",
    "reports": "progress",
    "report": "progress/org/lacnic",
    "reader": "reader",
    "vocabulary": "ns",
    "questions": "queries/index",
    "question": "queries/cq01",
    "listing": "class/event",
    "organisation": "doc/org/lacnic",
    "claim": "doc/claim/f015",
    "provision": "doc/provision/tunis-agenda-71",
}
"""Kind of page → one of them."""
LANGUAGES = {"en": ".html", "es": ".es.html", "pt": ".pt.html"}
AXE = next(
    (
        p
        for p in (ROOT / "web/node_modules/axe-core/axe.min.js", ROOT / "node_modules/axe-core/axe.min.js")
        if p.is_file()
    ),
    None,
)


@pytest.mark.browser
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_quiet_and_narrow_enough(server: str, browser: Any, kind: str) -> None:
    said: list[str] = []
    elsewhere: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda request: elsewhere.append(request.url) if not request.url.startswith((server, "data:")) else None,
    )
    for language, suffix in LANGUAGES.items():
        page.goto(server + PAGES[kind] + suffix)
        assert page.get_attribute("html", "lang") == language
        assert page.locator("h1").count() == 1
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
    page.close()
    assert said == []
    assert elsewhere == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(server: str, browser: Any, kind: str, theme: str) -> None:
    need(AXE, "axe-core (npm)")
    assert AXE is not None
    context = browser.new_context(color_scheme=theme, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(server + PAGES[kind] + ".html")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes.slice(0, 2).map((n) => n.html)]))"
    )
    context.close()
    assert found == []


@pytest.mark.browser
def test_search_finds_an_organisation_in_three_keystrokes_and_enter(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + "timeline.html")
    page.keyboard.press("/")
    page.keyboard.type("lac")
    page.wait_for_selector(".results a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/org/lacnic.html")
    page.close()


@pytest.mark.browser
def test_a_path_leads_from_one_stakeholder_to_another(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + "network.html")
    page.select_option("select[name=from]", label="APC")
    page.select_option("select[name=to]", label="ARIN")
    text = page.text_content(".path")
    assert text.startswith("APC → ")
    assert "LACNIC" in text
    assert text.endswith("ARIN")
    page.select_option("select[name=to]", label="ITU")
    assert "no connection" in page.text_content(".path")
    page.close()


@pytest.mark.browser
def test_the_timeline_can_be_narrowed_to_one_stakeholder(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + "timeline.html")
    page.select_option("select[name=party]", label="RITS")
    assert page.locator("tbody tr:visible").count() == 1
    page.close()


@pytest.mark.browser
def test_the_switch_hides_what_other_sources_add_without_javascript(server: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server + "timeline.html")
    dated = page.locator("td", has_text="16 August 2007").locator(".date")
    assert dated.first.is_visible()
    page.check("#scope-alone")
    assert not dated.first.is_visible()
    context.close()


@pytest.mark.browser
def test_the_keyboard_reaches_every_link_and_field(server: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server + "network.html")
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select, summary')]"
        ".filter((e) => e.getClientRects().length).length"
    )
    page.evaluate(
        "window.reached = new Set(); document.addEventListener('focusin', (e) => window.reached.add(e.target))"
    )
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
    reached = page.evaluate(
        "[...window.reached].filter((e) => e.matches('a[href], button, input, select, summary')).length"
    )
    page.close()
    assert reached == wanted


@pytest.mark.browser
def test_every_question_is_within_three_clicks_of_the_front_page(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server)
    page.click("nav >> text=Questions")
    links = page.locator("ol.questions a").evaluate_all("all => all.map((a) => a.href)")
    assert len(links) >= 30
    for link in links:
        page.goto(link)
        assert page.locator("h2", has_text="Answer").count() == 1
    page.close()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [v for k in ("href", "src", "action") if (v := found.get(k))]
        if found.get("id"):
            self.ids.append(str(found["id"]))


def test_no_link_of_the_build_is_broken_and_no_id_stands_twice(public: Path) -> None:
    pages: dict[str, _Links] = {}
    for path in sorted(public.rglob("*.html")):
        parser = _Links()
        parser.feed(path.read_text(encoding="utf-8"))
        pages[path.relative_to(public).as_posix()] = parser
    twice = [name for name, parser in pages.items() if len(parser.ids) != len(set(parser.ids))]
    assert twice == []
    broken = set()
    files = {p.relative_to(public).as_posix() for p in public.rglob("*") if p.is_file()}
    for name, parser in pages.items():
        for link in set(parser.links):
            parts = urlsplit(urljoin("http://x/" + name, link))
            if parts.netloc != "x":
                continue
            target = unquote(parts.path[1:])
            if target == "sparql":
                continue  # the endpoint: the server's
            missing = target not in files and f"{target}index.html" not in files
            nowhere = parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
            if missing or nowhere:
                broken.add((name, link))
    assert sorted(broken)[:20] == []


def test_an_entity_page_is_light(public: Path) -> None:
    import gzip

    weights = {p.name: len(gzip.compress(p.read_bytes(), 6)) for p in (public / "doc").rglob("*.html")}
    assets = sum(len(gzip.compress((public / "assets" / name).read_bytes())) for name in ("site.css", "site.js"))
    assert max(weights.values()) + assets < 100_000


def test_no_page_loads_anything_from_another_host(public: Path) -> None:
    policy = 'http-equiv="Content-Security-Policy" content="default-src'
    for name in PAGES.values():
        text = (public / f"{name}.html").read_text(encoding="utf-8")
        assert policy in text
        assert not re.search(r'<(?:script|img|iframe|link rel="(?:stylesheet|icon)")[^>]+(?:src|href)="https?:', text)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)


def test_every_word_of_the_pages_is_said_in_every_language() -> None:
    import tomllib

    table = tomllib.loads((ROOT / "ecoop_ld/pages/messages.toml").read_text(encoding="utf-8"))
    assert {key for key, words in table.items() if set(words) != {"en", "es", "pt"}} == set()
    for name, view in config.load(ROOT).views.items():
        for texts in (view.title, view.text, *(s.title for s in view.slots), *(s.empty for s in view.slots)):
            assert set(texts) in (set(), {"en", "es", "pt"}), name
