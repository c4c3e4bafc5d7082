"""Files as other tools and other times left them: what is right in them is read, and worked out as from any other."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from projects import loaded, make_project

from ecoop_ld import cli

TURTLE = '<https://data.example.net/id/s> <https://data.example.net/p> "Zoë" .\n'
XML = """<?xml version='1.0' encoding="{}" ?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="https://data.example.net/">
<rdf:Description rdf:about="https://data.example.net/id/s"><d:p>Zoë</d:p></rdf:Description></rdf:RDF>
"""
CONTEXT = '{"@context": "https://www.w3.org/ns/activitystreams", "id": "https://data.example.net/id/s", "type": "Note"}'

FILES = {
    "mark.ttl": b"\xef\xbb\xbf" + TURTLE.encode(),
    "mark.rdf": b"\xef\xbb\xbf" + XML.format("UTF-8").encode(),
    "latin.rdf": XML.format("ISO-8859-1").encode("latin-1"),
    "windows.owl": XML.format("windows-1252").encode("cp1252"),
    "wide.rdf": XML.format("UTF-16").encode("utf-16"),
    "a name é.ttl": TURTLE.encode(),
    "100%.ttl": TURTLE.encode(),
    "a#1[2].trig": TURTLE.encode(),
    "lines.ttl": TURTLE.replace(" ", "\r\n").encode(),
    "note.jsonld": CONTEXT.encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_strange_file_is_read_and_its_base_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    done = CliRunner().invoke(cli.main, ["check", str(tmp_path / name)])
    assert done.exit_code == 0, done.output
    assert "IRIs begin with https://data.example.net/" in done.output
    assert "violation" not in done.output


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".rdf", ".owl"))])
def test_the_letters_of_xml_are_those_of_its_encoding(tmp_path: Path, name: str) -> None:
    _, found = loaded(make_project(tmp_path, {f"data/{name}": FILES[name]}))
    assert [q.object for q in found.quads] == [ox.Literal("Zoë")]


@pytest.mark.parametrize("name", ["x-unknown", "unicode_escape", "UTF-16"])
def test_an_encoding_that_is_not_the_files_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.rdf").write_bytes(XML.format(name).encode())
    done = CliRunner().invoke(cli.main, ["check", str(tmp_path / "a.rdf")])
    assert done.exit_code == 1
    assert "Save the file as UTF-8." in done.output


def test_an_empty_language_in_xml_ends_one(tmp_path: Path) -> None:
    text = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="https://example.org/" xml:lang="de">
    <rdf:Description rdf:about="https://example.org/id/s"><d:a xml:lang="">x-none</d:a><d:b>b</d:b>
    <d:c xml:lang = ''>write xml:lang=""</d:c></rdf:Description></rdf:RDF>"""
    _, found = loaded(make_project(tmp_path, {"data/a.rdf": text}))
    assert not found.findings
    assert {q.object for q in found.quads} == {
        ox.Literal("x-none"),
        ox.Literal("b", language="de"),
        ox.Literal('write xml:lang=""'),
    }


def test_a_broken_escape_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(
        '<https://e.example/%zz> <https://e.example/p> "2020-02-30" .\n<urn:a> <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#date> .'
    )
    done = CliRunner().invoke(cli.main, ["check", str(tmp_path / "a.ttl")])
    assert done.exit_code == 1
    assert f"{tmp_path}/a.ttl:1:1: violation[syntax]" in done.output
    assert "Write %25" in done.output


def test_other_places_have_the_paths_that_were_given(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.ttl").write_text(f"<urn:{name}> <urn:p> <urn:{name}>  <urn:q>\n")
        (tmp_path / f"{name}.csv").write_text("a,b\n")
    done = CliRunner().invoke(cli.main, ["check", str(tmp_path)])
    assert f"Here too: {tmp_path}/b.ttl:1" in done.output
    assert " data/" not in done.output


def test_a_file_that_cannot_be_unpacked_has_the_path_that_was_given(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(TURTLE)
    (tmp_path / "b.nt.gz").write_bytes(b"\x1f\x8bnonsense")
    done = CliRunner().invoke(cli.main, ["check", str(tmp_path)])
    assert done.exit_code == 2
    assert f"{tmp_path}/b.nt.gz: Not a whole gzip file." in done.output
