"""The worked example of docs/add-a-source.md, checked as a project of its own with the flagship's vocabulary and shapes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from ecoop_ld import config
from ecoop_ld.errors import Severity
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.validate import Report, check

GUIDE = (ROOT / "docs/add-a-source.md").read_text(encoding="utf-8")


def findings(folder: Path, text: str) -> Report:
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "site").mkdir()
    (folder / "data").mkdir()
    settings = (ROOT / "ecoop.toml").read_text(encoding="utf-8").split("# Pages of their own")[0]
    (folder / "ecoop.toml").write_text(re.sub(r"(?m)^featured = \[\n(?:.*\n)*?\]\n", "", settings), encoding="utf-8")
    (folder / "data/example.trig").write_text(text, encoding="utf-8")
    settings = config.load(folder)
    sources = files.load(settings)
    return check(settings, sources, (*sources.quads, *materialise(settings, sources.quads)))


def example() -> str:
    (found,) = re.findall(r"```trig\n(.*?)```", GUIDE, re.DOTALL)
    return found


def test_the_worked_example_holds_against_the_shapes(tmp_path: Path) -> None:
    report = findings(tmp_path, example())
    assert [f for f in report.findings if f.place and f.place.file.startswith("data/")] == []


@pytest.mark.parametrize(
    "gone",
    ["        ecoop:claimant organisation:example-publisher ;\n", "        ecoop:participationRole role:chair .\n"],
)
def test_the_shapes_find_what_somebody_forgets(tmp_path: Path, gone: str) -> None:
    text = example()
    assert text.count(gone) == 1
    broken = text.replace(gone, "" if gone.endswith(";\n") else '        skos:note "x"@en .\n')
    assert any(f.severity is Severity.VIOLATION for f in findings(tmp_path, broken).findings)
