"""A report in each format, with excerpts of files; and what is hostile in them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.validate import outputs
from ecoop_ld.validate.report import Report

FOUND = Report(
    (
        Finding("dangling", Severity.VIOLATION, "Nothing is said of ex:b.", Place("a.ttl", 2, 6), hint="Did you mean ex:a?", also=(Place("b.ttl", 1, 2),), follows=2),
        Finding("left-out", Severity.NOTE, "No RDF, 100%: a,b.", Place("x,y.csv")),
    )
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.ttl").write_text("ex:a\n  ex:p\tex:b ;\n\x1b[31mred\n", encoding="utf-8")
    return tmp_path


def test_text_shows_the_line_the_mend_and_the_reason(root: Path) -> None:
    found = Report((Finding("dangling", Severity.WARNING, "Nothing.", Place("a.ttl", 2, 8), hint="Mend it."),))
    assert outputs.as_text(found, root).splitlines()[:4] == [
        "a.ttl:2:8: warning[dangling]: Nothing.",
        "     2 |   ex:p ex:b ;",
        "       |        ^^^^",
        "    Mend it.",
    ]
    assert "    Why it matters: Whoever follows the link" in outputs.as_text(found, root)


def test_text_counts_what_follows_and_names_further_places(root: Path) -> None:
    for each in (True, False):
        text = outputs.as_text(FOUND, root, each=each)
        assert "    2 more follow from it." in text
        assert "    Here too: b.ttl:1:2." in text
        assert text.endswith("1 violation, 1 note.")


def test_nothing_in_a_file_reaches_the_terminal_as_a_command(root: Path) -> None:
    found = Report((Finding("syntax", Severity.VIOLATION, "Bad \x1b[2J.", Place("a.ttl", 3, 1)),))
    text = outputs.as_text(found, root)
    assert "\x1b" not in text
    assert "[31mred" in text


def test_a_long_line_is_shown_around_the_term(root: Path) -> None:
    (root / "long.ttl").write_text(f"{'x ' * 400}ex:here {'y ' * 400}", encoding="utf-8")
    line, mark = list(outputs.excerpt(root, Place("long.ttl", 1, 801)))
    assert len(line) < 140
    assert line[mark.index("^") : mark.rindex("^") + 1] == "ex:here"


@pytest.mark.parametrize("place", [None, Place("a.ttl"), Place("a.ttl", 99, 1), Place("none.ttl", 1, 1)])
def test_a_place_without_a_line_has_no_excerpt(root: Path, place: Place | None) -> None:
    assert list(outputs.excerpt(root, place)) == []


def test_json() -> None:
    first, second = json.loads(outputs.as_json(FOUND))
    assert (first["also"], first["follows"], first["line"]) == (["b.ttl:1:2"], 2, 2)
    assert first["why"].endswith(".")
    assert second["line"] is None


def test_github() -> None:
    first, second, count = outputs.as_github(FOUND).splitlines()
    assert first == "::error file=a.ttl,line=2,col=6,title=dangling::Nothing is said of ex:b. Did you mean ex:a?"
    assert second == "::notice file=x%2Cy.csv,title=left-out::No RDF, 100%25: a,b."
    assert count == "1 violation, 1 note."


def test_sarif() -> None:
    log = json.loads(outputs.as_sarif(FOUND))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["dangling", "left-out"]
    first, second = run["results"]
    assert first["level"] == "error"
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 6}
    assert "region" not in second["locations"][0]["physicalLocation"]


def test_junit() -> None:
    suite = ET.fromstring(outputs.as_junit(FOUND))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["dangling", "left-out"]
    assert ET.fromstring(outputs.as_junit(Report())).get("failures") == "0"


def test_chosen_codes() -> None:
    assert [f.code for f in FOUND.chosen(["dang*"], []).findings] == ["dangling"]
    assert [f.code for f in FOUND.chosen([], ["dangling"]).findings] == ["left-out"]
    assert FOUND.chosen([], []) == FOUND
