"""docs/architecture.md is true: its rooms are the packages, and every path that the documentation names is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "ecoop_ld"
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
ROOMS = re.findall(r"^\| `(\w+(?:/|\.py))` \| .+ \|$", PAGE.partition("## The house")[2].partition("\n## ")[0], re.MULTILINE)  # fmt: skip


def test_the_rooms_of_the_page_are_those_of_the_package_in_the_order_of_the_layers() -> None:
    there = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    there |= {path.name for path in PACKAGE.glob("*.py") if path.name != "__init__.py"}
    assert set(ROOMS) == there
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = table["tool"]["importlinter"]["contracts"]
    layers = [name for layer in contract["layers"] for name in re.findall(r"\w+", layer)]
    assert [re.sub(r"/|\.py", "", room) for room in ROOMS] == layers


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md", *(f"docs/decisions/{n}.md" for n in ("layers", "processes", "dataset"))])  # fmt: skip
def test_every_path_that_is_named_exists(page: str) -> None:
    """In backticks: with a slash or the ending of a file; a path of the package may leave out ``ecoop_ld/``."""
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.-]+(?:/[\w.-]*)*(?:/|\.(?:py|md|toml)))`", text)) - {"ecoop.toml", "public/"}
    assert named or page.startswith("docs/decisions/")
    missing = {name for name in named if not any((folder / name).exists() for folder in (ROOT, PACKAGE))}
    own = {"site/messages/", "ontology/rules/", "shapes/", "data/"}  # of a project
    assert missing - own == set()


def test_each_place_to_change_has_its_tests() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+) \| (.+?) \|$", PAGE.partition("## To change this")[2], re.MULTILINE)
    assert len(rows) > 16
    for what, _, tests in rows[1:]:
        assert what == "---" or all(Path(ROOT / name).is_file() for name in re.findall("`(.+?)`", tests)), what
