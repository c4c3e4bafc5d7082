"""Files of a project, in every format: what is read, what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest
from projects import FILES, PREFIXES, TOML, loaded, make_project

from ecoop_ld.errors import UserError

TRIPLE = '<https://example.org/id/a/b> <http://www.w3.org/2004/02/skos/core#note> "01" '
G = "<https://example.org/graph/own>"


@pytest.mark.parametrize(
    ("name", "content", "graph"),
    [
        ("a.ttl", TRIPLE + ".", "graph/data"),
        ("a.nt", TRIPLE + ".\n", "graph/data"),
        ("a.nq", TRIPLE + G + " .\n", "graph/own"),
        ("a.trig", f"{G} {{ {TRIPLE} }}", "graph/own"),
        ("a.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#">'
         '<rdf:Description rdf:about="https://example.org/id/a/b"><s:note>01</s:note></rdf:Description></rdf:RDF>', "graph/data"),
        ("a.jsonld", '{"@id":"https://example.org/id/a/b","http://www.w3.org/2004/02/skos/core#note":"01"}', "graph/data"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_every_format_plain_and_gzipped(tmp_path: Path, name: str, content: str, graph: str, packed: bool) -> None:
    raw = gzip.compress(content.encode()) if packed else content.encode()
    _, found = loaded(make_project(tmp_path, {**FILES, f"data/{name}{'.gz' if packed else ''}": raw}))
    quad = next(q for q in found.quads if getattr(q.subject, "value", "").endswith("id/a/b"))
    assert quad.object == ox.Literal("01"), "the lexical form is kept"
    assert str(quad.graph_name) == f"<https://example.org/{graph}>"


def test_blank_nodes_get_the_same_iris_at_every_load(tmp_path: Path) -> None:
    text = PREFIXES + '<https://example.org/id/a/b> skos:related [ skos:note "x" ] , [ skos:note "y" ] .\n'
    root = make_project(tmp_path, {**FILES, "data/blank.ttl": text})
    first, second = (sorted(map(str, loaded(root)[1].quads)) for _ in range(2))
    assert first == second
    assert sum(".well-known/genid/" in line for line in first) == 4


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.ttl.gz", b"\x1f\x8b\x08nonsense", "gzip"),
        ("a.ttl.gz", gzip.compress(TRIPLE.encode() * 99)[:-20], "gzip"),
        ("a.nq", (TRIPLE + ".\n").encode(), ""),
    ],
)
def test_broken_files(tmp_path: Path, name: str, raw: bytes, words: str) -> None:
    root = make_project(tmp_path, {**FILES, f"data/{name}": raw})
    if words:
        with pytest.raises(UserError, match=words):
            loaded(root)
    else:
        assert loaded(root)[1].quads


@pytest.mark.parametrize("document", ['<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;">]><r/>', '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd">]><r/>'])  # fmt: skip
def test_entities_in_rdf_xml_are_refused(tmp_path: Path, document: str) -> None:
    _, found = loaded(make_project(tmp_path, {**FILES, "data/evil.rdf": document}))
    assert [f.code for f in found.findings] == ["xml-entities"]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    root = make_project(
        tmp_path,
        {**FILES, "data/a.nt.gz": gzip.compress(b"#" * 2_000_000)},
        TOML + "\n[limits]\nsource_bytes = 1000000\n",
    )
    with pytest.raises(UserError, match="Larger than 1,000,000 bytes"):
        loaded(root)
