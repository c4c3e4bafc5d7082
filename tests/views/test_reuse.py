"""What others take of a picture: a frame in which nothing runs, the drawing, its rows, a citation, the source."""

from __future__ import annotations

import csv
import functools
import html
import http.server
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import run_command, start_server, stop_server
from endpoints import fetch
from projects import ONTOLOGY, make_project
from test_views import BOOK, CHOIRS_TOML, PRESS, QUERIES, page, site_of

from ecoop_ld.rdf.formats import CARD, CSV, HTML, SVG
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site

AT = "https://choirs.example/songs/"
TOML = CHOIRS_TOML.replace(
    "[addresses]", f'license = "https://creativecommons.org/licenses/by/4.0/"\n\n[addresses]\nsite_url = "{AT}"'
)
WHOLE = ("moods", "calendar", "concerts", "vows", "read", "moods-of")
DRAWN = ("calendar", "concerts")
HOSTILE = '</style><script>alert("&lt;")</script>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    book = BOOK.replace('"Spring"', f"'''{HOSTILE}'''")
    return site_of(tmp_path_factory.mktemp("reuse"), toml=TOML, book=book)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    queries = {f"site/views/{name}.rq": text for name, text in QUERIES.items()}
    files = {"ontology/ns.ttl": ONTOLOGY, "data/book.ttl": BOOK, "data/press.ttl": PRESS, **queries}
    return make_project(tmp_path_factory.mktemp("served"), files, TOML)


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    running = start_server(root, root.parent / "public")
    yield running.url
    stop_server(running)


@pytest.mark.parametrize("name", WHOLE)
def test_a_picture_says_its_source_and_offers_all_that_there_is(site: Site, name: str) -> None:
    text = html.unescape(page(site, name, "es"))
    assert '<p class="source-line">Fuente: Example' in text
    assert "CC-BY-4.0" in text
    assert f'<a href="{AT}{name}.es.html">' in text
    offered = re.findall(rf'href="({name}\.\w+)" type="[^"]+" download', text)
    assert offered == [f"{name}.{ending}" for ending in (("svg", "csv") if name in DRAWN else ("csv",))]
    assert f'<iframe src="{AT}{name}.card.html"' in text
    assert "@misc{" in text
    assert f"https://example.org/{name}.es.html" in text.split('id="citation"')[1].split("</bdi>")[0]


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_runs_in_a_frame_and_it_has_the_picture_and_its_source(site: Site, name: str) -> None:
    text = represent(site, site.resources[name], CARD, "en").decode()
    assert "<script" not in text
    assert "<nav" not in text.replace('<nav class="terms"', "")
    assert "default-src &#39;none&#39;" in text
    assert "noindex" in text
    assert '<base target="_blank">' in text
    assert f'href="{AT}{name}.html"' in text
    if name in DRAWN:
        assert f'<svg class="{"timeline" if name == "calendar" else "network"}"' in text


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_a_file_that_stands_alone(site: Site, name: str) -> None:
    content = represent(site, site.resources[name], SVG, "en")
    root = ElementTree.fromstring(content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    style = root.findtext("{http://www.w3.org/2000/svg}style") or ""
    assert "var(" not in style
    assert "#10566c" in style
    assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {
        *("svg", "title", "desc", "style", "g", "a", "text", "tspan", "rect", "path", "line", "circle")
    }
    links = [one.get("href", "") for one in root.iter("{http://www.w3.org/2000/svg}a")]
    assert links
    assert all(link.startswith(f"{AT}doc/") and link.endswith(".html") for link in links)
    assert HOSTILE in "".join(root.itertext())


def test_others_are_not_told_the_address_of_this_machine(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    for row in (HTML, CARD, SVG):
        content = represent(site, site.resources["calendar"], row, "en").decode()
        assert "localhost" not in content
        assert "https://example.org/" in content


def test_a_project_colours_its_drawings(tmp_path: Path) -> None:
    site = site_of(tmp_path, toml=TOML)
    style = tmp_path / "project/site/style.css"
    style.write_text(":root { --link: #8a2b1d; }\n@media print { :root { --link: #000; } }\n", encoding="utf-8")
    content = represent(site, site.resources["calendar"], SVG, "en").decode()
    assert "fill: #8a2b1d" in content
    assert "#10566c" not in content


def test_rows_are_a_table_with_names(site: Site) -> None:
    rows = list(csv.reader(io.StringIO(represent(site, site.resources["concerts"], CSV, "es").decode())))
    assert rows[0] == ["party", "party (name)", "via", "via (name)", *rows[0][4:]]
    alto = next(row for row in rows if row[0].endswith("choir/alto"))
    assert alto[1:4] == ["Alto", "https://example.org/id/concert/spring", HOSTILE]


def test_a_view_that_is_split_is_no_one_picture(site: Site) -> None:
    assert site.resources["diary"].formats == (HTML,)


def test_a_server_lets_frames_and_drawings_stand_on_other_sites_alone(address: str) -> None:
    card = fetch(address, "calendar.card.html", headers={"Accept-Language": "es"})
    assert card.status == 200
    assert card.headers["content-language"] == "es"
    assert card.headers["content-security-policy"].endswith("frame-ancestors *")
    assert b'<html lang="es"' in card.body
    drawing = fetch(address, "calendar.svg")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert "script-src" not in drawing.headers["content-security-policy"]
    assert fetch(address, "calendar.csv").headers["content-type"].startswith("text/csv")
    assert fetch(address, "calendar", headers={"Accept": "text/csv"}).body == fetch(address, "calendar.csv").body
    assert "frame-ancestors 'none'" in fetch(address, "calendar.html").headers["content-security-policy"]
    assert fetch(address, "diary.card.html").status == 404
    assert fetch(address, "moods.svg").status == 404


def test_a_build_has_the_same_files(root: Path, address: str) -> None:
    out = root.parent / "files"
    done = run_command("build", "--project", root, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("calendar.card.html", "calendar.svg", "moods.csv", "moods.card.html"):
        assert (out / name).read_bytes() == fetch(address, name).body


@pytest.mark.browser
def test_another_site_shows_the_picture_with_the_line_that_the_page_gives(
    address: str, browser: Any, tmp_path: Path
) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(address + "calendar.html")
    page.locator("#cite summary", has_text="frame").click()
    code = page.locator("#frame").inner_text().replace(AT, address)
    (tmp_path / "theirs.html").write_text(f"<!doctype html><title>Theirs</title>{code}", encoding="utf-8")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    theirs = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=theirs.serve_forever, daemon=True).start()
    page.goto(f"http://127.0.0.1:{theirs.server_port}/theirs.html")
    inside = page.frame_locator("iframe")
    inside.locator("svg.timeline").wait_for(state="visible")
    assert inside.locator(".source-line").inner_text().startswith("Source: Example")
    assert not inside.locator("#cite").is_visible()
    page.goto(address + "calendar.svg")
    assert page.evaluate("getComputedStyle(document.querySelector('.mark')).fill") == "rgb(16, 86, 108)"
    theirs.shutdown()
    theirs.server_close()
    assert [one for one in complaints if "Policy" in one] == []
    page.close()
