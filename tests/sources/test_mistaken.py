"""Files that hold something else than their names say: one finding that says what, and what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest
from projects import make_project

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.sources import files

NT = b'<https://example.org/id/a> <https://example.org/ns#p> "x" .\n'
NQ = NT.replace(b" .", b" <https://example.org/g> .")
TTL = b'@prefix e: <https://example.org/> .\ne:a e:p "x", "y" .\n'
TRIG = b'@prefix e: <https://example.org/> .\ne:g { e:a e:p "x" }\n'
XML = (
    b'<?xml version="1.0"?>\n<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
    b'<r:Description r:about="https://example.org/a"><e:p>x</e:p></r:Description></r:RDF>'
)
JSON = b'{"@id": "https://example.org/a", "https://example.org/p": "x"}'
HTML = b"<!doctype html>\n<title>Not found</title>"
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 12\n"


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.ttl", TTL)
    return made.getvalue()


CASES = {
    "packed.ttl": (gzip.compress(TTL), "packed by gzip", "Add .gz to its name"),
    "packed.rdf": (gzip.compress(XML), "packed by gzip", "Add .gz to its name"),
    "bzip.nt": (bz2.compress(NT), "packed by bzip2", "with gzip"),
    "xz.jsonld": (lzma.compress(JSON), "packed by xz", "with gzip"),
    "zip.trig": (zipped(), "a ZIP archive", "Unpack it"),
    "picture.ttl": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "a PNG picture", ""),
    "zeros.nq": (bytes(900), "no text", "Look"),
    "page.rdf": (HTML, "HTML, not RDF/XML", "Was a page saved"),
    "page.jsonld": (HTML, "HTML, not JSON-LD", "Was a page saved"),
    "pointer.nt": (LFS, "a pointer of Git LFS", "git lfs pull"),
    "pointer.rdf": (LFS, "a pointer of Git LFS", "git lfs pull"),
    "xml.ttl": (XML, "XML, not Turtle", ".rdf"),
    "xml.jsonld": (XML, "XML, not JSON-LD", ".rdf"),
    "json.ttl": (JSON, "JSON, not Turtle", ".jsonld"),
    "json.rdf": (JSON, "JSON, not RDF/XML", ".jsonld"),
    "turtle.nt": (TTL, "Turtle, not N-Triples", "Call it .ttl"),
    "turtle.nq": (TTL, "Turtle, not N-Quads", "Call it .ttl"),
    "turtle.rdf": (TTL, "Turtle, not RDF/XML", "Call it .ttl"),
    "turtle.jsonld": (TTL, "Turtle, not JSON-LD", "Call it .ttl"),
    "quads.nt": (NQ * 3, "N-Quads, not N-Triples", "Call it .nq"),
    "trig.ttl": (TRIG, "TriG, not Turtle", "Call it .trig"),
    "triples.rdf": (NT, "N-Triples, not RDF/XML", "Call it .nt"),
    "table.ttl": (b"id,name\n1,A\n2,B\n", "a table", "ecoop-ld map"),
}


def read(tmp_path: Path, name: str, content: bytes) -> files.SourceFile:
    root = make_project(tmp_path)
    (root / "data" / name).write_bytes(content)
    return next(file for file in files.load(config.load(root)).files if file.name == f"data/{name}")


@pytest.mark.parametrize("name", CASES)
def test_what_is_something_else_is_one_finding(tmp_path: Path, name: str) -> None:
    content, noun, hint = CASES[name]
    file = read(tmp_path, name, content)
    assert len(file.findings) == 1
    assert noun in file.findings[0].message
    assert hint in file.findings[0].hint
    assert file.mended is None


def test_one_value_too_many_is_a_slip_at_its_place(tmp_path: Path) -> None:
    file = read(tmp_path, "a.nt", NT * 5 + NQ + NT)
    (found,) = file.findings
    assert found.place is not None
    assert found.place.line == 6
    assert "N-Quads" not in found.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (NT, "not packed by gzip"),
        (gzip.compress(NT * 500)[:-40], "Not a whole gzip file"),
        (gzip.compress(NT) + b"more", "Not a whole gzip file"),
    ],
)
def test_what_is_not_packed_well_says_how(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(tmp_path, "a.nt.gz", content)


@pytest.mark.parametrize("quotes", ['"', '"""'])
def test_a_term_that_is_too_long_is_told_with_its_line(tmp_path: Path, quotes: str) -> None:
    longest = 1 << 24
    text = "x" * longest if quotes == '"' else "x\n" * (longest // 2 + 10)
    content = TTL + f"<https://example.org/b> <https://example.org/p> {quotes}{text}{quotes} .\n".encode()
    (found,) = read(tmp_path, "a.ttl", content).findings
    assert "16,777,216 bytes" in found.message
    assert found.place is not None
    assert found.place.line == 3
