"""The documentation as a site: built strictly, and read without asking another host."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, need

MKDOCS = ROOT / ".venv-docs/bin/mkdocs"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need(MKDOCS.is_file(), "the documentation's own environment: make docs")
    folder = tmp_path_factory.mktemp("documentation")
    command = [str(MKDOCS), "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there_and_in_the_navigation(built: Path) -> None:
    pages = [path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")]
    front = (built / "index.html").read_text(encoding="utf-8")
    navigation = front.split('aria-label="Navigation"')[1].split("</nav>\n</div>")[0]
    for page in pages:
        assert (built / page).is_file()
        assert page.name == "index.html" or f'href="{page.as_posix()}"' in navigation, page


def test_nothing_is_asked_of_another_host(built: Path) -> None:
    for page in built.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        asked = re.findall(r'<(?:script|img|iframe|source)[^>]* src="(https?:[^"]*)"', text)
        asked += re.findall(r'<link[^>]* rel="(?:stylesheet|preconnect|preload|icon)"[^>]* href="(https?:[^"]*)"', text)
        assert asked == [], page
    styles = "".join(path.read_text(encoding="utf-8") for path in built.rglob("*.css"))
    assert re.findall(r"url\([\"']?https?:", styles) == []


def test_files_that_pages_link_to_are_there(built: Path) -> None:
    for page in built.rglob("*.html"):
        for target in re.findall(r'<a[^>]* href="([^"#?:]+)(?:#[^"]*)?"', page.read_text(encoding="utf-8")):
            assert page.name == "404.html" or (page.parent / target).exists(), (page.name, target)
