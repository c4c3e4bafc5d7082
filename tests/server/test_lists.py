"""Lists of a class that are filtered by the address: on the server, and in a browser where there is none."""

from __future__ import annotations

import csv
import functools
import http.server
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import CHROMIUM, ROOT, need, run_command, start_server, stop_server
from endpoints import fetch
from projects import FILES, TOML, make_project

COLOURS = ("red", "green", "blue")
TOOLS = ("hammer", "saw")
N = 620


def things() -> str:
    """Things with a colour, a day, a tool and a size of their own; the seventh has two colours, each fifth no tool."""
    lines = ["@prefix ex: <https://example.org/ns#> .", "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."]
    lines += ["@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .", "@prefix dcterms: <http://purl.org/dc/terms/> ."]
    lines += [f'<https://example.org/id/tool/{t}> a ex:Tool ; rdfs:label "The {t}"@en .' for t in TOOLS]
    for n in range(N):
        colours = ", ".join(f'"{c}"' for c in (COLOURS[n % 3], *(["green"] if n == 7 * 3 else [])))
        tool = f" ; ex:uses <https://example.org/id/tool/{TOOLS[n % 2]}>" if n % 5 else ""
        lines.append(
            f'<https://example.org/id/thing/n{n:03}> a ex:Thing ; rdfs:label "Number {n:03}"@en ; ex:size {n} ; '
            f'dcterms:type {colours} ; dcterms:issued "{2000 + n % 4}-02-01"^^xsd:date{tool} .'
        )
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    toml = TOML.replace('["en"]', '["en", "es"]').replace('title.en = "Example"', 'title = {en = "Ex", es = "Ej"}')
    root = make_project(tmp_path_factory.mktemp("lists"), {**FILES, "data/things.ttl": things()}, toml)
    out = root.parent / "public"
    done = run_command("build", "--project", root, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    return root, out


@pytest.fixture(scope="module")
def address(built: tuple[Path, Path]) -> Iterator[str]:
    running = start_server(*built)
    yield running.url
    stop_server(running)


def page(
    address: str, pairs: list[tuple[str, str]], path: str = "class/thing", language: str = "en"
) -> tuple[int, str]:
    answer = fetch(address, f"{path}?{urlencode(pairs)}", headers={"Accept-Language": language})
    return answer.status, answer.body.decode()


def listed(html: str) -> list[str]:
    return re.findall(r"Number (\d{3})</a>", html)


def counts(html: str) -> dict[tuple[str, str], int]:
    found = re.findall(r'data-facet="([^"]+)" data-option="([^"]*)"[^>]*>.*?</a> <span class="count">([\d,.]+)<', html)
    return {(facet, option): int(n) for facet, option, n in found}


RED = [("dcterms-type", "red")]
SAW = [("ex-uses", "https://example.org/id/tool/saw")]
CASES = [
    RED,
    SAW,
    RED + SAW,
    [*RED, ("dcterms-type", "green"), *SAW],
    [*SAW, ("dcterms-issued", "2001")],
    [("dcterms-issued", "2001"), ("dcterms-issued", "2002")],
    [*RED, ("page", "1"), ("utm_source", "<b>x</b>")],
]


def expected(pairs: list[tuple[str, str]]) -> list[str]:
    def fits(n: int) -> bool:
        has = {
            "dcterms-type": {COLOURS[n % 3], *(["green"] if n == 21 else [])},
            "dcterms-issued": {str(2000 + n % 4)},
            "ex-uses": {f"https://example.org/id/tool/{TOOLS[n % 2]}"} if n % 5 else set(),
        }
        return all({v for k, v in pairs if k == key} & of for key, of in has.items() if key in dict(pairs))

    return [f"{n:03}" for n in range(N) if fits(n)]


@pytest.mark.parametrize("pairs", CASES, ids=urlencode)
def test_an_address_filters_a_list_and_counts_what_is_left(pairs: list[tuple[str, str]], address: str) -> None:
    status, html = page(address, pairs)
    assert status == 200
    assert listed(html) == expected(pairs)
    for (facet, option), count in counts(html).items():  # what a choice of this option would leave in its place
        if facet != "source":
            others = [(k, v) for k, v in pairs if k != facet]
            assert count == len(expected([*others, (facet, option)])), (facet, option)


def test_what_is_worth_a_facet_is_found_out(address: str) -> None:
    found = counts(fetch(address, "class/thing").body.decode())
    assert {facet for facet, _ in found} == {"dcterms-type", "dcterms-issued", "ex-uses"}  # no size: all differ
    assert [option for facet, option in found if facet == "dcterms-issued"] == ["2000", "2001", "2002", "2003"]


def test_a_filtered_list_goes_on_over_pages(address: str) -> None:
    pairs = [("dcterms-type", "red"), ("dcterms-type", "green"), ("dcterms-type", "blue")]
    first, second = page(address, pairs)[1], page(address, [*pairs, ("page", "2")])[1]
    assert len(listed(first)) == 500
    assert listed(first) + listed(second) == [f"{n:03}" for n in range(N)]
    assert "dcterms-type=green" in re.findall(r'<nav class="pages".*?</nav>', first, re.S)[0]


@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        ([("page", "0")], "from 1"),
        ([("page", "-1")], "from 1"),
        ([("page", "9" * 400)], "from 1"),
        ([("page", "²")], "from 1"),
        ([("page", "3")], "the last one is 2"),
        ([("view", "../../etc")], "list or table"),
        ([("format", "exe")], "csv"),
        ([("a", str(n)) for n in range(300)], "at most"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_address_that_cannot_be_is_refused(pairs: list[tuple[str, str]], word: str, address: str) -> None:
    status, said = page(address, pairs)
    assert status == 400
    assert word in said


def test_what_means_nothing_is_left_out_with_a_word(address: str) -> None:
    status, html = page(address, [("ex-nothing", "<script>x</script>"), ("dcterms-type", "violet"), *SAW])
    assert status == 200
    assert listed(html) == expected(SAW)
    assert "left out: ex-nothing=&lt;script&gt;" in html
    assert "dcterms-type=violet" in html
    assert "<script>x" not in html


def test_a_table_has_the_columns_that_are_chosen_and_is_saved_as_csv(address: str) -> None:
    asked = [*RED, *SAW, ("view", "table"), ("columns", "ex-size"), ("columns", "ex-uses")]
    html = page(address, asked)[1]
    assert re.findall(r'<th scope="col">(?:<span[^>]*>)?([^<]+)', html) == ["Things", "size", "uses"]
    answer = fetch(address, f"class/thing?{urlencode([*asked, ('format', 'csv')])}", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.body.decode())))
    assert [row[1][-3:] for row in rows[1:]] == expected(RED + SAW)
    assert {"The saw"} == {row[rows[0].index("uses")] for row in rows[1:]}
    assert [int(row[rows[0].index("size")]) for row in rows[1:]] == [int(n) for n in expected(RED + SAW)]


def test_a_filtered_list_is_in_the_language_of_its_address(address: str) -> None:
    status, html = page(address, RED, "class/thing.es.html")
    assert status == 200
    assert "Filtrar" in html
    assert 'lang="es"' in html
    assert listed(html) == expected(RED)
    assert "Filtrar" in page(address, RED, language="es")[1]


@pytest.fixture(scope="module")
def static(built: tuple[Path, Path]) -> Iterator[str]:
    """The same files on a host that knows nothing."""
    handler = functools.partial(Quiet, directory=str(built[1]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{host.server_port}/"
        host.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *args: object) -> None:  # type: ignore[override]
        pass


def test_a_static_host_shows_the_same_with_javascript(static: str, address: str, browser: object) -> None:
    need(CHROMIUM, "Chromium")
    tab = browser.new_page(viewport={"width": 360, "height": 800})  # type: ignore[attr-defined]
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    for pairs in [*CASES, [*RED, ("view", "table"), ("columns", "ex-size")]]:
        tab.goto(f"{static}class/thing.html?{urlencode(pairs)}")
        tab.wait_for_selector("[data-listed] [role=status]")
        here, there = tab.content(), page(address, pairs)[1]
        assert listed(here) == listed(there)
        assert counts(here) == counts(there)
        told = "[data-listed] p, [data-listed] th[scope=col], [data-listed] td"
        mine = [text.strip() for text in tab.locator(told).all_inner_texts()]
        tab.goto(f"{address}class/thing.html?{urlencode(pairs)}")
        assert mine == [text.strip() for text in tab.locator(told).all_inner_texts()]
    assert not errors
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.close()


def test_a_static_host_is_walked_by_keyboard_and_saves_what_the_server_saves(
    static: str, address: str, browser: object
) -> None:
    tab = browser.new_page()  # type: ignore[attr-defined]
    tab.goto(f"{static}class/thing.html")
    tab.locator("summary", has_text="uses").or_(tab.locator("summary", has_text="Uses")).focus()
    tab.keyboard.press("Enter")
    tab.locator("a[data-facet=ex-uses]", has_text="The saw").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[data-listed] [role=status]")
    assert "ex-uses=" in tab.url
    assert listed(tab.content()) == expected(SAW)
    with tab.expect_download() as saved:
        tab.locator("[data-save]").click()
    mine = Path(saved.value.path()).read_bytes()
    assert mine == fetch(address, f"class/thing?{urlencode([*SAW, ('format', 'csv')])}").body
    tab.close()


def test_a_filtered_list_is_accessible(address: str, browser: object) -> None:
    script = next((ROOT / "web/node_modules").glob("axe-core/axe.min.js"), None)
    need(script, "axe-core")
    assert script
    tab = browser.new_page()  # type: ignore[attr-defined]
    for pairs in ([], RED, [*SAW, ("view", "table")]):
        tab.goto(f"{address}class/thing.html?{urlencode(pairs)}")
        tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        tab.evaluate(script.read_text(encoding="utf-8"))
        assert tab.evaluate("axe.run().then((found) => found.violations.map((one) => one.id))") == []
    tab.close()
