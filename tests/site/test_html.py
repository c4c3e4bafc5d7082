"""The files of the built site: valid HTML, links that lead somewhere, light pages, nothing from elsewhere."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import ROOT, need
from kinds import LANGUAGES, PAGES
from lxml import html

from ecoop_ld import config

CHECKER = ROOT / "web/node_modules/vnu-jar/build/dist/vnu.jar"
ANSWERED_BY_THE_SERVER = {"sparql"}


@pytest.fixture(scope="module")
def pages(public: Path) -> Mapping[str, Any]:
    """File → parsed page, for every page of the site."""
    return {p.relative_to(public).as_posix(): html.document_fromstring(p.read_bytes()) for p in public.rglob("*.html")}


def test_no_kind_of_page_is_left_out(pages: Mapping[str, Any]) -> None:
    """The list that the browser visits knows every folder and every page at the top."""
    tops = {re.sub(r"(\.[a-z]{2})?(\.card)?\.html$", "", name.split("/")[0]) for name in pages} - {"graph", "id", "404"}
    assert tops == {path.split("/")[0] for path in PAGES.values()}


PARTS = 4
"""The checker takes minutes for the whole site; each part has the time of a test."""


@pytest.mark.java
@pytest.mark.parametrize("part", range(PARTS))
def test_the_nu_html_checker_finds_no_error_on_the_whole_site(public: Path, part: int) -> None:
    need(shutil.which("java"), "Java")
    need(CHECKER.is_file(), "vnu-jar (npm)")
    some = sorted(path.relative_to(public).as_posix() for path in public.rglob("*.html"))[part::PARTS]
    command = ["java", "-Xss4m", "-jar", str(CHECKER), "--errors-only", "--format", "json", *some]
    done = subprocess.run(command, cwd=public, capture_output=True, text=True)
    found = [(m["url"], m.get("lastLine"), m["message"]) for m in json.loads(done.stderr)["messages"]]
    assert found == []
    assert done.returncode == 0


def test_no_link_of_the_site_is_broken(public: Path, pages: Mapping[str, Any]) -> None:
    """Every relative link of every page: the file is there, and so is the place in it."""
    files = {p.relative_to(public).as_posix() for p in public.rglob("*") if p.is_file()}
    ids = {name: set(page.xpath("//@id")) for name, page in pages.items()}

    @cache
    def leads_somewhere(folder: str, link: str) -> bool:
        parts = urlsplit(urljoin(f"http://x/{folder}/", link))
        target = unquote(parts.path[1:])
        if parts.netloc != "x" or target in ANSWERED_BY_THE_SERVER:
            return True
        if target not in files:
            target += "index.html"
        return target in files and (not parts.fragment or unquote(parts.fragment) in ids.get(target, ()))

    broken = []
    for name, page in pages.items():
        folder = name.rpartition("/")[0]
        for link in set(page.xpath("//@href|//@src|//@action")):
            full = name.rpartition("/")[2] + link if link.startswith(("#", "?")) else link
            if not leads_somewhere(folder, full):
                broken.append((name, link))
    assert sorted(broken)[:20] == []


def test_no_id_stands_twice_on_a_page(pages: Mapping[str, Any]) -> None:
    ids = {name: page.xpath("//@id") for name, page in pages.items()}
    assert [name for name, found in ids.items() if len(found) != len(set(found))] == []


def test_every_page_says_its_language_and_where_the_others_are(pages: Mapping[str, Any]) -> None:
    """``lang``, ``hreflang`` and a switch that stays on the same thing."""
    wrong = []
    for name, page in pages.items():
        if page.xpath("//meta[@http-equiv='refresh']"):
            continue  # it points on to another page
        if page.xpath("//meta[@name='robots'][@content='noindex']"):
            continue  # it is shown at any address, and has none of its own
        code = next((c for c, suffix in LANGUAGES.items() if c != "en" and name.endswith(suffix)), "en")
        stem = name.removesuffix(LANGUAGES[code])
        twins = {other: stem + suffix for other, suffix in LANGUAGES.items()}
        heads = {link.get("hreflang"): urljoin(name, link.get("href")) for link in page.xpath("//link[@hreflang]")}
        switch = {
            link.get("hreflang"): urljoin(name, link.get("href")) for link in page.xpath("//nav[@class='languages']/a")
        }
        here = page.xpath("//nav[@class='languages']/a[@aria-current]/@hreflang")
        told = {**twins, "x-default": twins["en"]}
        if page.get("lang") != code or here != [code] or switch != twins or heads != told:
            wrong.append(name)
    assert wrong == []


def test_an_entity_page_is_light(public: Path, pages: Mapping[str, Any]) -> None:
    """With all that it loads, compressed as a server does, and all fonts."""
    assets = 0
    for link in pages["doc/org/lacnic.html"].xpath("//link[@rel='stylesheet' or @rel='icon']/@href|//script/@src"):
        assets += len(gzip.compress((public / "doc/org" / link).resolve().read_bytes()))
    sheet = public / "assets/site.css"
    for font in re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8")):
        assets += (sheet.parent / font).stat().st_size
    heaviest = max(len(gzip.compress(p.read_bytes(), 6)) for p in (public / "doc").rglob("*.html"))
    assert assets > 1_000
    assert heaviest + assets < 100_000


def test_no_page_loads_anything_from_another_host(public: Path) -> None:
    policy = 'http-equiv="Content-Security-Policy" content="default-src'
    for name in PAGES.values():
        text = (public / f"{name}.html").read_text(encoding="utf-8")
        assert policy in text
        assert not re.search(r'<(?:script|img|iframe|link rel="(?:stylesheet|icon)")[^>]+(?:src|href)="https?:', text)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)


def test_every_word_of_the_views_is_said_in_every_language() -> None:
    for name, view in config.load(ROOT).views.items():
        for texts in (view.title, view.text, *(s.title for s in view.slots), *(s.empty for s in view.slots)):
            assert set(texts) in (set(), {"en", "es", "pt"}), name


def test_every_picture_is_named_described_reachable_and_told_in_words_too(pages: Mapping[str, Any]) -> None:
    """Whatever a picture leads to, the rest of its page leads to as well: a table, a list, the statements."""
    pictures = 0
    wrong = []
    for name, page in pages.items():
        for svg in page.xpath("//main//svg[not(@aria-hidden='true')]"):
            pictures += 1
            named = {page.get_element_by_id(key).tag for key in (svg.get("aria-labelledby") or "").split()}
            inside = set(svg.xpath(".//a/@href"))
            outside = set(page.xpath("//main//a[not(ancestor::svg)]/@href"))
            focusable = svg.xpath("ancestor::div[@tabindex='0'][@role='region'][@aria-label]")
            if named != {"title", "desc"} or not inside <= outside or not focusable:
                wrong.append((name, named, sorted(inside - outside)[:3]))
    assert pictures > 1_000
    assert wrong == []
