"""The site in a real browser: every kind of page, in each language and at three widths; and every link of the build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, need, start_server, stop_server
from kinds import LANGUAGES, PAGES, WIDTHS
from test_history import three_releases

from ecoop_ld.words.messages import of_the_toolkit

AXE = next(
    (
        p
        for p in (ROOT / "web/node_modules/axe-core/axe.min.js", ROOT / "node_modules/axe-core/axe.min.js")
        if p.is_file()
    ),
    None,
)


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe whose answer depends on the theme."""
CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex='0']"
REACHABLE = f"""() => [...document.querySelectorAll("{CONTROLS}")].filter((e) => e.checkVisibility({{ visibilityProperty: true }})
  && !e.disabled && !(e.type === 'radio' && !e.checked))"""
MOST_STEPS = 130
"""Controls of a page that the test goes through with the Tab key; a longer page is asked in one go."""
FIRST_PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').length && done(true))
    .observe({ type: 'paint', buffered: true });
  setTimeout(() => done(false), 5000);
})"""
MOVES = {"editor": 0.1}
"""How much may move when the scripts of a page arrive late: nothing, but where a text field becomes an editor."""
PARSED = """() => new Promise((done) => {
  const wait = () => document.readyState === 'loading' ? setTimeout(wait, 20)
    : requestAnimationFrame(() => setTimeout(() => done(performance.now()), 60));
  wait();
})"""
"""The time at which all of the page had come, but its scripts, and had been laid out."""
SHIFTS = """(since) => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.startTime > since) sum += one.value; })
    .observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 60));
})"""


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
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
    page.close()
    assert said == []
    assert elsewhere == []


def violations(page: Any) -> dict[tuple[str, str], Any]:
    """What axe finds: theme and forced colours → rules and elements."""
    need(AXE, "axe-core (npm)")
    assert AXE is not None
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for theme, forced, rules in (("light", "none", None), ("dark", "none", COLOURS), ("dark", "active", COLOURS)):
        page.emulate_media(color_scheme=theme, forced_colors=forced)
        options = {"runOnly": rules} if rules else {}
        found[theme, forced] = page.evaluate(
            "(o) => axe.run(o).then((r) => r.violations.map((v) => [v.id, v.nodes.slice(0, 2).map((n) => n.html)]))",
            options,
        )
    return {state: rules for state, rules in found.items() if rules}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A site with releases, a withdrawal among them: its address and its folder."""
    root = three_releases(tmp_path_factory.mktemp("releases"))
    running = start_server(root, root / "public")
    yield running.url, root / "public"
    stop_server(running)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["dumps/*.html", "dumps/1.*/index.html", "changes/*.html", "gone", "missing"])
def test_pages_of_releases_and_of_what_is_not_there_are_narrow_and_accessible(
    releases: tuple[str, Path], browser: Any, kind: str
) -> None:
    url, public = releases
    gone = [p for p in public.glob("doc/**/*.html") if 'class="tombstone"' in p.read_text(encoding="utf-8")]
    files = gone if kind == "gone" else [public / "nothing/here"] if kind == "missing" else list(public.glob(kind))
    assert files
    page = browser.new_page()
    for file in sorted(files):
        page.goto(url + file.relative_to(public).as_posix())
        if kind != "gone" or page.locator(".tombstone").count():  # what was replaced leads on to its successor
            break
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    if kind == "gone":
        assert page.evaluate("getComputedStyle(document.querySelector('.tombstone')).borderInlineStartWidth") == "4px"
    assert violations(page) == {}
    page.close()


@pytest.mark.browser
def test_paper_has_no_navigation_and_the_addresses_of_links(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + PAGES["report"] + ".html")
    page.emulate_media(media="print")
    shown = page.evaluate(
        "[...document.querySelectorAll('nav, .search, button')].filter((e) => e.checkVisibility()).length"
    )
    assert shown == 0
    address = "getComputedStyle(document.querySelector('body > footer a'), '::after').content"
    assert "http" in page.evaluate(address)
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_in_either_theme_nor_in_forced_colours(server: str, browser: Any, kind: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server + PAGES[kind] + ".html")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = violations(page)
    page.close()
    assert found == {}


@pytest.mark.browser
@pytest.mark.parametrize("kind", PAGES)
def test_the_keyboard_alone_reaches_everything_and_shows_where_it_is(server: str, browser: Any, kind: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server + PAGES[kind] + ".html")
    page.wait_for_load_state("networkidle")
    wanted = page.evaluate(f"({REACHABLE})().length")
    assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0
    if wanted > MOST_STEPS or kind == "editor":  # in an editor, Tab is a character
        lost = f"({REACHABLE})().filter((e) => {{ e.focus(); return document.activeElement !== e; }}).length"
        reached = wanted - page.evaluate(lost)
    else:
        page.evaluate(
            """() => {
              window.reached = new Set(); window.unseen = [];
              document.addEventListener('focusin', ({ target }) => {
                window.reached.add(target);
                if (getComputedStyle(target).outlineStyle === 'none' && !target.closest('svg')) window.unseen.push(target.outerHTML);
              });
            }"""
        )
        page.evaluate(f"window.wanted = ({REACHABLE})()")
        left = "window.wanted.filter((e) => !window.reached.has(e)).length"
        for step in range(3 * wanted + 1):  # a card that a mark opens has links of its own
            page.keyboard.press("Tab")
            if step >= wanted and not page.evaluate(left):
                break
        reached = wanted - page.evaluate(left)
        assert page.evaluate("window.unseen") == []
    page.close()
    assert reached == wanted


FACTS = """() => {
  const main = document.querySelector('main').cloneNode(true);
  for (const control of main.querySelectorAll('button, form, [role=status]')) control.remove();
  return main.textContent.replace(/\\s+/g, ' ').trim();
}"""


@pytest.mark.browser
@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind != "editor"])
def test_without_javascript_a_page_says_the_same(server: str, browser: Any, kind: str) -> None:
    facts = {}
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(server + PAGES[kind] + ".html")
        facts[scripts] = page.evaluate(FACTS)
        context.close()
    assert facts[False] == facts[True]
    assert len(facts[False]) > 100


@pytest.mark.browser
@pytest.mark.parametrize("kind", PAGES)
def test_the_first_paint_does_not_wait_for_scripts_and_nothing_moves_when_they_come(
    server: str, browser: Any, kind: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    held: list[Any] = []
    painted = False
    page.route("**/*.js", lambda route: route.continue_() if painted else held.append(route))
    page.goto(server + PAGES[kind] + ".html", wait_until="commit")
    painted = page.evaluate(FIRST_PAINT)
    assert held
    assert painted
    parsed = page.evaluate(PARSED)
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    moved = page.evaluate(SHIFTS, parsed)
    page.close()
    assert moved <= MOVES.get(kind, 0)


@pytest.mark.browser
def test_search_finds_an_organisation_in_four_keystrokes_and_enter(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + "timeline.html")
    page.keyboard.press("/")
    page.keyboard.type("lacn")
    page.wait_for_selector(".results a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/org/lacnic.html")
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("code", "words"),
    [("", "accepting parties"), (".es", "aceptando partes"), (".pt", "aceitando partes")],
)
def test_search_reads_the_texts_in_the_language_of_the_page(server: str, browser: Any, code: str, words: str) -> None:
    page = browser.new_page()
    page.goto(f"{server}timeline{code}.html")
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.locator(".results mark").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.results') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.name") == "q"
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("host", ["static", "server", "no script"])
def test_the_page_of_results_has_its_question_in_its_address(
    server: str, browser: Any, public: Path, host: str
) -> None:
    context = browser.new_context(java_script_enabled=host != "no script")
    page = context.new_page()
    if host == "static":  # a file, whatever stands behind the question mark
        page.route("**/search.html?*", lambda route: route.fulfill(path=public / "search.html"))
    page.goto(f"{server}search.html?q=lacknic")
    first = page.locator(".hits li").first
    first.wait_for()
    assert first.locator("a").inner_text() == "LACNIC"
    assert page.input_value(".seek input") == "lacknic"
    assert page.locator(".letter:visible").count() == 0
    kind = page.locator(".choices a").nth(1)
    label = kind.inner_text().rsplit(" ", 1)[0]
    kind.click()
    page.wait_for_url("**kind=*")
    page.locator(".choices [aria-current]", has_text=label).wait_for()
    assert set(page.locator(".hits li > .count").all_inner_texts()) == {label}
    page.fill(".seek input", "sao paulo")
    page.press(".seek input", "Enter")
    page.locator(".hits a", has_text="São Paulo").first.wait_for()
    page.wait_for_url("**q=sao+paulo")
    page.go_back()
    page.wait_for_url("**kind=*")
    page.locator(".choices [aria-current]", has_text=label).wait_for()
    context.close()


@pytest.mark.browser
def test_a_path_leads_from_one_stakeholder_to_another(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + "network.html")
    page.select_option("select[name=from]", label="APC")
    page.select_option("select[name=to]", label="ARIN")
    text = page.text_content(".path")
    assert text.startswith("APC (")  # what it was in what joins them
    assert "LACNIC" in text
    assert text.endswith("ARIN")
    again = browser.new_page()  # the address keeps what was chosen
    again.goto(page.url)
    assert again.text_content(".path") == text
    again.close()
    page.close()


@pytest.mark.browser
def test_where_nothing_leads_from_one_to_another_the_page_says_so(server: str, browser: Any, public: Path) -> None:
    """The picture as it would be if nothing were known of what ARIN has a part in."""
    whole = (public / "network.html").read_text(encoding="utf-8")
    found = re.search(r'<option value="([^"]+)">ARIN</option>', whole)
    assert found
    alone = re.sub(rf'<path class="tie[^>]*data-(?:party|via)="{re.escape(found[1])}".*?</path>', "", whole, flags=re.S)
    assert alone != whole
    page = browser.new_page()
    page.route("**/network.html", lambda route: route.fulfill(body=alone, content_type="text/html"))
    page.goto(server + "network.html")
    page.select_option("select[name=from]", label="APC")
    page.select_option("select[name=to]", label="ARIN")
    assert page.text_content(".path") == of_the_toolkit("en")["path_none"]
    assert page.locator(".tie.on").count() == 0
    page.close()


@pytest.mark.browser
def test_the_network_can_be_come_nearer_to_and_moved(server: str, browser: Any) -> None:
    """By buttons, by keys and by dragging; a drag follows no link, and a click still does."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(server + "network.html")
    box = lambda: [float(n) for n in page.get_attribute("svg.network", "viewBox").split()]  # noqa: E731
    whole = box()
    page.click(".zoom button:first-of-type")
    page.click(".zoom button:first-of-type")
    near = box()
    assert near[2] == pytest.approx(whole[2] / 1.96)
    page.focus("#picture")
    page.keyboard.press("ArrowRight")
    assert box()[0] == pytest.approx(near[0] + near[2] / 10)
    page.keyboard.press("0")
    assert box() == whole
    page.keyboard.press("+")
    middle = page.locator(".spot.via").nth(page.locator(".spot.via").count() // 2)  # in what is shown: all is too tall
    middle.scroll_into_view_if_needed()
    spot = middle.bounding_box()
    before = box()
    page.mouse.move(spot["x"] + 5, spot["y"] + 5)
    page.mouse.down()
    page.mouse.move(spot["x"] - 60, spot["y"] + 5, steps=5)
    page.mouse.up()
    assert box()[0] > before[0]
    assert page.url.endswith("network.html")
    middle.click(force=True)
    page.wait_for_url("**/doc/**")
    page.close()


def test_the_timeline_can_be_narrowed_to_one_stakeholder(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server + "timeline.html")
    page.select_option("select[name=party]", label="RITS")
    assert page.locator("tbody tr:visible").count() == 2  # of 2008, by the article and by the review of 2019
    page.check("#scope-alone")
    assert "party=RITS" in page.url
    assert "scope=alone" in page.url
    again = browser.new_page()  # the address keeps what was chosen
    again.goto(page.url)
    assert again.locator("tbody tr:visible").count() == 2
    assert again.is_checked("#scope-alone")
    again.close()
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_a_picture_becomes_a_list(server: str, browser: Any, script: bool) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=script)
    page = context.new_page()
    page.goto(server + "timeline.html")
    assert not page.is_visible("svg.timeline")
    assert "2005" in page.locator(".ladder h2").all_inner_texts()
    assert page.locator(".ladder li.lane a", has_text="IGF 1, Athens 2006").is_visible()
    page.goto(server + "network.html")
    assert not page.is_visible("svg.network")
    fold = page.locator(".folds details", has=page.locator("summary", has_text="ARIN"))
    fold.locator("summary").click()
    assert fold.locator("li a", has_text="Number Resource Organization").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


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
def test_every_question_is_within_three_clicks_of_the_front_page(server: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(server)
    page.click("nav >> text=Questions")
    links = page.locator("ol.questions a").evaluate_all("all => all.map((a) => a.href)")
    assert len(links) >= 30
    for link in links:
        page.goto(link)
        assert page.get_by_role("heading", name="Answer", exact=True).count() == 1
    page.close()
