"""``ecoop-ld map``: what is guessed of a table, what is asked, and that the proposal is read without a finding."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from projects import FILES, loaded, make_project, workbook

from ecoop_ld import cli
from ecoop_ld.errors import UserError
from ecoop_ld.projects import mapping
from ecoop_ld.projects.columns import column
from ecoop_ld.projects.mapping import KnownTerms, Proposal

TREES = """\
Nr;name_en;name_es;species;planted;height;lat;long;tags;page;contact;protected
T-1;Old Oak;Roble viejo;One;13.04.1890;12,5;52,1;13,2;a|b;https://x.example/a;a@x.example;yes
T-2;Lime;Tilo;One;05.06.1920;8,25;52,2;13,3;;https://x.example/b;b@x.example;no
T-3;Ash;Fresno;Yew;05.06.1921;1.008,25;52,2;13,3;c|d;https://x.example/c;c@x.example;no
"""


def proposed(tmp_path: Path, text: str | bytes, name: str = "trees.csv", **options: bool) -> Proposal:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return mapping.propose(path, KnownTerms(), lambda _: {}, options.get("day_first"))


@pytest.mark.parametrize(
    ("title", "cells", "kind", "form"),
    [
        ("n", ["1", "-2"], "integer", None),
        ("n", ["007", "012"], "string", None),
        ("n", ["1.5", "2"], "decimal", None),
        ("n", ["1,5", "2"], "decimal", {"decimalChar": ","}),
        ("n", ["1.234,5", "2,0"], "decimal", {"decimalChar": ",", "groupChar": "."}),
        ("n", ["1,234.5", "2"], "decimal", {"groupChar": ","}),
        ("n", ["2020-01-31", "2020-02-01"], "date", None),
        ("n", ["31/01/2020", "1/2/2020"], "date", "d/M/yyyy"),
        ("n", ["01/31/2020", "1/2/2020"], "date", "M/d/yyyy"),
        ("n", ["2020-01-31T10:00:00"], "dateTime", None),
        ("n", ["2020-01-31 10:00"], "dateTime", "yyyy-MM-dd HH:mm"),
        ("year", ["1890", "2020"], "gYear", None),
        ("n", ["yes", "no"], "boolean", "yes|no"),
        ("n", ["sí", "no"], "boolean", "sí|no"),
        ("n", ["https://a.example/x"], "url", None),
        ("n", ["a@b.example"], "mail", None),
        ("Latitude", ["52.1"], "lat", None),
        ("lat", ["152.1"], "decimal", None),
        ("n", ["1", "n/a"], "integer", None),
        ("n", ["31/02/2020"], "string", None),
        ("n", ["a", "1"], "string", None),
    ],
)
def test_the_type_of_a_column(title: str, cells: list[str], kind: str, form: object) -> None:
    found = column(title, cells, ",", [title], None)
    assert (found.kind, found.form, found.question) == (kind, form, "")


def test_dates_that_could_be_read_in_two_ways_are_asked_for() -> None:
    cells = ["03/04/2020", "05/06/2020"]
    asked = column("n", cells, ",", ["n"], None)
    assert (asked.kind, "03/04/2020" in asked.question) == ("string", True)
    assert [column("n", cells, ",", ["n"], first).form for first in (True, False)] == ["d/M/yyyy", "M/d/yyyy"]
    assert "thousands" in column("n", ["1,234", "5"], ",", ["n"], None).question


@pytest.mark.parametrize(
    ("titles", "languages"),
    [
        (["name_en", "name_es"], ["en", "es"]),
        (["name@en"], ["en"]),
        (["name (en)", "name (pt)"], ["en", "pt"]),
        (["name-en", "name-es"], ["en", "es"]),
        (["size_in", "is_it"], ["", ""]),
        (["born in", "made by"], ["", ""]),
    ],
)
def test_the_language_of_a_column(titles: list[str], languages: list[str]) -> None:
    assert [column(title, ["x"], ",", titles, None).language for title in titles] == languages


@pytest.mark.parametrize(
    ("text", "delimiter", "encoding"),
    [
        ("a,b\n1,2\n", None, None),
        ("a;b\n1,5;2\n", ";", None),
        ("a\tb\n1\t2\n", "\t", None),
        ("\ufeffa,b\nä,2\n", None, None),
        ("a;b\nä;2\n".encode("latin-1"), ";", "windows-1252"),
    ],
)
def test_how_a_table_is_written(tmp_path: Path, text: str | bytes, delimiter: str | None, encoding: str | None) -> None:
    found = json.loads(proposed(tmp_path, text).as_json())
    dialect = {key: value for key, value in (("delimiter", delimiter), ("encoding", encoding)) if value}
    assert found.get("dialect", {}) == dialect
    assert [c["titles"] for c in found["tableSchema"]["columns"][:2]] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "key", "about"),
    [
        ("name,id\nA,x-1\nB,x-2\n", "id", "{id}"),
        ("name,size\nOld Oak,1\nLime,1\n", "name", "{_slug.name}"),
        ("name,size\nOak,1\noak!,1\n", None, "{_row}"),
        ("name,size\nOak,1\nOak,1\n", None, "{_row}"),
    ],
)
def test_the_key(tmp_path: Path, text: str, key: str | None, about: str) -> None:
    schema = json.loads(proposed(tmp_path, text).as_json())["tableSchema"]
    assert (schema.get("primaryKey"), schema["aboutUrl"]) == (key, f"https://example.org/id/tree/{about}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", "no row below its header"),
        ("a,a\n1,2\n", "Two columns are called “a”"),
        ("a,\n1,2\n", "Column 2 has no title"),
        ('a,b\n"1,2\n', "quotation mark opens"),
        ("", "no row below its header"),
    ],
)
def test_what_no_mapping_can_be_made_for(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        proposed(tmp_path, text)


def test_a_proposal_in_a_project_is_read_without_a_finding_and_never_overwritten(tmp_path: Path) -> None:
    """Terms and things of the project are used: ``One`` is the name of a thing, ``size`` a property."""
    root = make_project(tmp_path, {**FILES, "data/trees.csv": TREES.replace("height", "size")})
    run = CliRunner()
    done = run.invoke(cli.main, ["map", str(root / "data/trees.csv")])
    assert done.exit_code == 0, done.output
    for words in ("3 rows, 12 columns", "semicolons", "“species” names things: 2 cells lead to 1; 1 others stay text",
                  "day first: 13 can be no month", "decimal comma", "text in es", "(set apart by |)"):  # fmt: skip
        assert words in done.output, words
    text = (root / "data/trees.csv-metadata.json").read_text(encoding="utf-8")
    assert '"ex:size"' in text
    _, sources = loaded(root)
    (file,) = (file for file in sources.files if file.name.endswith(".csv"))
    assert (file.findings, file.notes) == ((), ())
    lines = {f"{q.subject} {q.predicate} {q.object}" for q in file.quads}
    ns, tree = "https://example.org/ns#", "<https://example.org/id/tree/t-1>"
    assert f"{tree} <{ns}species> <https://example.org/id/thing/one>" in lines
    assert f'<https://example.org/id/tree/t-3> <{ns}species> "Yew"' in lines
    assert f'{tree} <{ns}size> "12.5"^^<http://www.w3.org/2001/XMLSchema#decimal>' in lines
    assert f'{tree} <{ns}planted> "1890-04-13"^^<http://www.w3.org/2001/XMLSchema#date>' in lines
    again = run.invoke(cli.main, ["map", str(root / "data/trees.csv")])
    assert (again.exit_code, "is not overwritten" in again.output) == (2, True)
    assert (root / "data/trees.csv-metadata.json").read_text(encoding="utf-8") == text


def test_the_stub_of_the_terms_that_are_lacking(tmp_path: Path) -> None:
    root = make_project(tmp_path, {**FILES, "data/trees.csv": TREES.replace("height", "size")})
    done = CliRunner().invoke(cli.main, ["map", str(root / "data/trees.csv"), "--terms"])
    assert "ns:Tree a owl:Class" in done.output
    assert "ns:planted a owl:DatatypeProperty" in done.output
    assert "ns:size a" not in done.output  # it is defined
    assert not (root / "data/trees.csv-metadata.json").exists()


def test_a_workbook_outside_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "trees.xlsx").write_bytes(workbook(["id", "height"], ["a", 12.5], ["b", 7]))
    done = CliRunner().invoke(cli.main, ["map", str(tmp_path / "trees.xlsx"), "--stdout"])
    assert done.exit_code == 0, done.output
    assert '"datatype": "decimal"' in done.output
    assert "“More” is left out" in done.output
    shutil.copy(tmp_path / "trees.xlsx", tmp_path / "trees.txt")
    wrong = CliRunner().invoke(cli.main, ["map", str(tmp_path / "trees.txt")])
    assert (wrong.exit_code, "is no table" in wrong.output) == (2, True)
