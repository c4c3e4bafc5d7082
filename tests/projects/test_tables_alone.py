"""Commands that are given nothing but tables: what the tables say is guessed, told, and published."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import run_command

TREES = "id,name_en,name_es,planted\n1,Oak,Roble,2001-05-03\n2,Pine,Pino,1999-01-02\n"


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    (tmp_path / "trees.csv").write_text(TREES, encoding="utf-8")
    return tmp_path


def test_a_table_is_checked_and_what_was_guessed_is_said(trees: Path) -> None:
    done = run_command("check", "trees.csv", "--strict", cwd=trees)
    assert done.returncode == 0, done.stdout
    assert "No findings." in done.stdout
    assert "“id” tells the rows apart" in done.stderr
    assert sorted(path.name for path in trees.iterdir()) == ["trees.csv"]


@pytest.mark.parametrize("given", [["trees.csv"], ["folder"], ["trees.csv", "folder/stones.tsv"]])
def test_tables_become_a_site_in_their_languages(trees: Path, given: list[str]) -> None:
    (trees / "folder").mkdir()
    (trees / "folder/stones.tsv").write_text("id\tname_en\tname_es\n1\tFlint\tSílex\n", encoding="utf-8")
    done = run_command("build", *given, "--out", "site", cwd=trees)
    assert done.returncode == 0, done.stderr
    kinds = {"trees.csv": "tree", "folder": "stone", "folder/stones.tsv": "stone"}
    for name in given:
        page = (trees / f"site/doc/{kinds[name]}/1.es.html").read_text(encoding="utf-8")
        assert ("Roble" if kinds[name] == "tree" else "Sílex") in page
        turtle = ox.parse(path=trees / f"site/doc/{kinds[name]}/1.ttl", format=ox.RdfFormat.TURTLE)
        assert {q.object.language for q in turtle if isinstance(q.object, ox.Literal) and q.object.language} == {
            "en",
            "es",
        }


def test_what_was_guessed_can_be_kept(trees: Path) -> None:
    done = run_command("build", "trees.csv", "--save", "kept", "--out", "site", cwd=trees)
    assert done.returncode == 0, done.stderr
    assert 'languages = ["en", "es"]' in (trees / "kept/ecoop.toml").read_text()
    mapping = json.loads((trees / "kept/data/trees.csv-metadata.json").read_text())
    assert mapping["tableSchema"]["primaryKey"] == "id"
    done = run_command("check", "--project", "kept", cwd=trees)
    assert done.returncode == 0, done.stdout
    assert "[ontology-licence]" in done.stdout  # a project that is kept is told what its vocabulary lacks


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty.csv has no row below its header"),
        ('a,b\n1,"x\n', "empty.csv:2:3: A quotation mark opens here, and none closes it"),
        ("a,b\n", "empty.csv has no row below its header"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_its_own_path(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "empty.csv").write_text(content)
    done = run_command("check", "empty.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr


def test_beside_rdf_a_table_without_a_mapping_is_left_out_and_said(trees: Path) -> None:
    (trees / "a.ttl").write_text('<https://example.net/id/a> <http://www.w3.org/2000/01/rdf-schema#label> "A"@en .\n')
    done = run_command("check", "a.ttl", "trees.csv", cwd=trees)
    assert "trees.csv: note[left-out]: A table without a mapping" in done.stdout
    assert "ecoop-ld map trees.csv" in done.stdout
