"""What is rare and allowed is published like the rest: pages hold together, and nothing of the data runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import need, run_command, start_server, stop_server
from oddities import MEGABYTE, SCRIPT, odd_project
from test_html import CHECKER
from test_site import AXE

PICTURES = ("when", "with", "grid", "sizes", "search", "browse", "quality", "ns", "index")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = odd_project(tmp_path_factory.mktemp("odd"))
    done = run_command("build", cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
    return root


@pytest.fixture(scope="module")
def url(odd: Path) -> Iterator[str]:
    running = start_server(odd, odd / "public")
    yield running.url
    stop_server(running)


def page(odd: Path, slug: str, language: str = "") -> str:
    return (odd / f"public/doc/thing/{slug}{language}.html").read_text(encoding="utf-8")


def test_a_thing_without_a_name_is_called_by_its_kind(odd: Path) -> None:
    assert "<h1>Thing unnamed</h1>" in re.sub(r"<h1[^>]*>", "<h1>", page(odd, "unnamed"))


def test_a_name_in_another_language_is_shown_and_tagged(odd: Path) -> None:
    assert '<h1 class="foreign" lang="de" dir="ltr">Nur auf Deutsch</h1>' in page(odd, "german", ".es")
    assert '<h1 class="foreign" lang="ar" dir="rtl">' in page(odd, "arabic")
    assert '<h1 class="foreign" lang="he" dir="rtl">' in page(odd, "hebrew")
    arabic = page(odd, "arabic", ".ar")
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "<h1>التعاون" in arabic


def test_markup_in_the_data_is_text(odd: Path) -> None:
    text = page(odd, "html")
    assert "<script>document" not in text
    assert "&lt;script&gt;document.title=&#39;taken&#39;&lt;/script&gt;" in text
    assert text.count("<b>bold</b>") == 1  # of the literal that says it is HTML
    assert "</title></script><!--" not in text


def test_a_literal_of_a_megabyte_is_cut_on_the_page_and_whole_in_the_data(odd: Path) -> None:
    assert len(page(odd, "large")) < 200_000
    assert "cut off" in page(odd, "large") or "…" in page(odd, "large")
    triples = ox.parse((odd / "public/doc/thing/large.nt").read_bytes(), format=ox.RdfFormat.N_TRIPLES)
    assert MEGABYTE in {getattr(t.object, "value", "") for t in triples}


def test_dates_before_the_common_era_and_far_away_are_on_the_timeline(odd: Path) -> None:
    text = (odd / "public/when.html").read_text(encoding="utf-8")
    for name in ("Before the common era", "Far away", "Some day"):
        assert name in text
    assert "Undated" in text
    scale = [int(year) for year in re.findall(r">(-?\d+)</text>", text.split('class="scale"')[1].split("</g>")[0])]
    assert scale[:3] == [0, 2000, 4000]
    assert "15 March 45 BC</span>" in text


def test_what_goes_round_in_circles_ends(odd: Path) -> None:
    for slug in ("one-way", "other-way", "round", "nested", "lists"):
        assert len(page(odd, slug)) < 400_000
    assert "Circle" in (odd / "public/ns.html").read_text(encoding="utf-8")
    assert "innermost" in page(odd, "nested")
    assert "genid" not in page(odd, "nested")


def test_every_dump_of_it_is_read_again(odd: Path) -> None:
    folder = odd / "public/dumps/latest"
    quads = set(ox.parse((folder / "all.nq").read_bytes(), format=ox.RdfFormat.N_QUADS))
    assert set(ox.parse((folder / "all.trig").read_bytes(), format=ox.RdfFormat.TRIG)) == quads
    triples = {(q.subject, q.predicate, q.object) for q in quads}
    for name, row in (("all.ttl", "TURTLE"), ("all.nt", "N_TRIPLES"), ("all.rdf", "RDF_XML")):
        found = ox.parse((folder / name).read_bytes(), format=getattr(ox.RdfFormat, row))
        assert {(q.subject, q.predicate, q.object) for q in found} == triples, name


@pytest.mark.java
def test_the_nu_html_checker_finds_no_error(odd: Path) -> None:
    need(shutil.which("java"), "Java")
    need(CHECKER.is_file(), "vnu-jar (npm)")
    command = ["java", "-Xss4m", "-jar", str(CHECKER), "--errors-only", "--skip-non-html", "--format", "json"]
    done = subprocess.run([*command, str(odd / "public")], capture_output=True, text=True, timeout=300)
    assert json.loads(done.stderr)["messages"] == []


@pytest.mark.browser
def test_no_page_is_wider_than_the_screen_or_complains(odd: Path, url: str, browser: Any) -> None:
    said: list[str] = []
    view = browser.new_page()
    view.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("dialog", lambda dialog: said.append(dialog.message))
    public = odd / "public"
    documents = [p.relative_to(public).as_posix() for p in (public / "doc").rglob("*.html")]
    assert len(documents) > 60
    wide = []
    for path in (*(f"{name}.html" for name in PICTURES), *(f"{name}.ar.html" for name in PICTURES), *documents):
        view.goto(url + path)
        for width in (360, 1440):
            view.set_viewport_size({"width": width, "height": 900})
            if view.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((path, width))
        assert view.title() != "taken"
        assert view.locator("h1").count() == 1, path
    view.close()
    assert wide == []
    assert said == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["when", "with", "sizes", "doc/thing/html", "doc/thing/arabic.ar", "doc/thing/lists"])
def test_axe_finds_nothing(url: str, browser: Any, path: str) -> None:
    need(AXE, "axe-core (npm)")
    assert AXE is not None
    view = browser.new_page(viewport={"width": 360, "height": 900})
    view.goto(f"{url}{path}.html")
    view.evaluate(AXE.read_text(encoding="utf-8"))
    found = view.evaluate(
        "axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes.slice(0, 2).map((n) => n.html)]))"
    )
    view.close()
    assert found == []


@pytest.mark.browser
def test_the_search_finds_markup_as_text(url: str, browser: Any) -> None:
    view = browser.new_page()
    view.goto(url + "index.html")
    view.fill("input[type=search]", SCRIPT[:12])
    view.wait_for_selector(".results a")
    assert SCRIPT in view.locator(".results a").first.inner_text()
    view.close()
