"""``ecoop_ld.styles``: one stylesheet, with fonts only where they are installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT
from projects import FILES, loaded, make_project

from ecoop_ld import config
from ecoop_ld.build import build
from ecoop_ld.site import styles
from ecoop_ld.site.load import load_site
from ecoop_ld.site.pages.front import ErrorPage
from ecoop_ld.site.renderer import Renderer
from ecoop_ld.sources.materialise import materialise

OWN = ":root { --link: #8a2b1d; }\n"


def test_the_rules_of_the_project_come_last(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    (root / "site").mkdir(exist_ok=True)
    plain = styles.stylesheet(config.load(root)).decode()
    (root / "site/style.css").write_text(OWN, encoding="utf-8")
    assert styles.stylesheet(config.load(root)).decode() == plain + "\n" + OWN


@pytest.mark.parametrize("installed", [True, False])
def test_pages_ask_for_fonts_only_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    monkeypatch.setattr(styles, "fonts", lambda: installed)
    loaded = config.load(make_project(tmp_path))
    sheet = styles.stylesheet(loaded).decode()
    view = ErrorPage(404, "Not found", "There is nothing here.")
    page = Renderer(loaded).render(view, "doc/a/b", "en", "Not found").decode()
    asked = [f"vendor/{name}" for name in styles.FONTS] if installed else []
    assert re.findall(r'url\("([^"]+)"\)', sheet) == asked
    assert re.findall(r'rel="preload" href="([^"]+)"', page) == [f"../../assets/{name}" for name in asked]


def test_the_style_is_the_same_without_its_layout(tmp_path: Path) -> None:
    """Declaration by declaration; no string of it has anything that the layout is told by."""
    sheet = styles.stylesheet(config.load(make_project(tmp_path))).decode()
    static = ROOT / "ecoop_ld/site/static"
    written = "\n".join((static / name).read_text(encoding="utf-8") for name in styles.PARTS)
    written = re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)
    parts = [[" ".join(part.split()) for part in re.split(r"[{};]", text) if part.strip()] for text in (written, sheet)]
    assert parts[0][-len(parts[1]) :] == parts[1]
    assert len(parts[1]) > 1_000
    assert not re.search(r"/\*|\n\s", sheet)


def test_a_project_has_a_logo_and_an_icon_of_its_own(tmp_path: Path) -> None:
    root = make_project(tmp_path, {**FILES, "site/logo.png": b"\x89PNG", "site/icon.svg": b"<svg/>"})
    settings, found = loaded(root)
    site = load_site(settings, found, materialise(settings, found.quads))
    made = {output.path: output.content for output in build.assets(site)}
    assert (made["assets/logo.png"], made["assets/icon.svg"]) == (b"\x89PNG", b"<svg/>")
    page = Renderer(settings).render(ErrorPage(404, "Not found", ""), "doc/a/b", "en", "Not found").decode()
    assert '<img class="logo" src="../../assets/logo.png" alt="">' in page
    plain = Renderer(config.load(make_project(tmp_path / "plain")))
    assert "<img" not in plain.render(ErrorPage(404, "Not found", ""), "doc/a/b", "en", "Not found").decode()


def test_every_property_of_the_style_is_documented() -> None:
    sheet = (ROOT / "ecoop_ld/site/static/site.css").read_text(encoding="utf-8")
    told = (ROOT / "docs/look.md").read_text(encoding="utf-8")
    names = set(re.findall(r"^\s*(--[a-z-]+):|[;{]\s*(--[a-z-]+):", sheet, re.M))
    names = {a or b for a, b in names} - {"--thin", "--underline"}
    assert {n for n in names if f"`{n}`" not in told and f"`{n.removesuffix('-ink')}`" not in told} == set()
    assert set(re.findall(r"var\((--[a-z-]+)\)", sheet)) <= names | {"--thin", "--underline"}
