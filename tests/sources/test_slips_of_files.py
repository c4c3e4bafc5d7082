"""JSON, XML and bytes with a slip → one finding where it was made; what can be mended is read all the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from projects import DATA, FILES, loaded, make_project

JSON = """{
  "@context": {"name": "http://www.w3.org/2004/02/skos/core#prefLabel"},
  "@id": "https://example.org/id/org/x",
  "name": "X",
  "http://example.com/open": true
}
"""
XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<rdf:Description rdf:about="https://example.org/id/org/x">
<skos:altLabel xml:lang="en">L</skos:altLabel>
</rdf:Description>
</rdf:RDF>
"""
NT = '<https://example.org/id/org/x> <http://www.w3.org/2004/02/skos/core#altLabel> "L"@en .\n'


@dataclass(frozen=True)
class Broken:
    name: str
    file: str
    content: str | bytes
    place: str
    says: str
    hint: str
    quads: int | None = None
    """How many are read all the same; ``None`` where the file cannot be mended."""


BROKEN = [
    Broken("trailing comma", "x.jsonld", JSON.replace("true\n", "true,\n"), "5:34", "comma behind", "Delete", 2),
    Broken("comma lost", "x.jsonld", JSON.replace('"X",', '"X"'), "4:14", "comma is missing", "Put a comma", 2),
    Broken("colon lost", "x.jsonld", JSON.replace('"name": "X"', '"name" "X"'), "4:9", "colon", "Put a colon", 2),
    Broken("True", "x.jsonld", JSON.replace("true", "True"), "5:30", "no value of JSON", "Write true", 2),
    Broken("single marks", "x.jsonld", JSON.replace('"X"', "'X'"), "4:11", "no quotation mark", 'Write "', 2),
    Broken("typographic marks", "x.jsonld", JSON.replace('"X"', "“X”"), "4:11", "no quotation mark", 'Write "', 2),
    Broken("bare key", "x.jsonld", JSON.replace('"name": "X"', 'name: "X"'), "4:3", "key name", 'Write "name"', 2),
    Broken("comment", "x.jsonld", JSON.replace('  "name": "X"', '  // x\n  "name": "X"'), "4:3", "no comments", "Delete"),
    Broken("closing mark lost", "x.jsonld", JSON.replace('"X",', '"X,'), "4:11", "closes this text", 'Put "'),
    Broken("brace lost", "x.jsonld", JSON.rstrip().removesuffix("}"), "5:33", "ends too early", "Close it"),
    Broken("JSON in Latin-1", "x.jsonld", JSON.replace("X", "Ü").encode("latin-1"), "4:12", "not UTF-8", "Save", 2),
    Broken("tag closed by another", "x.rdf", XML.replace("</skos:altLabel", "</skos:altLable"), "4:31", "is closed by", "Write </skos:altLabel>"),
    Broken("tag never closed", "x.rdf", XML.replace("</rdf:Description>\n", ""), "5:1", "is closed by", "</rdf:Description>"),
    Broken("ampersand", "x.rdf", XML.replace(">L<", ">L & M<"), "4:32", "escaped", "&amp;"),
    Broken("attribute without marks", "x.rdf", XML.replace('xml:lang="en"', "xml:lang=en"), "4:25", "", ""),
    Broken("dot lost in N-Triples", "x.nt", NT.replace(" .", "") + NT.replace('"L"', '"M"'), "1:85", "dot that ends", "Put a dot", 2),
    Broken("prefixed name in N-Triples", "x.nt", NT.replace("<http://www.w3.org/2004/02/skos/core#altLabel>", "skos:altLabel"), "1:32", "has not been declared", ""),
    Broken("dot lost in N-Quads", "x.nq", NT.replace(" .", " <https://example.org/graph/x>") + NT, "1:115", "dot that ends", "Put a dot", 2),
    Broken("Latin-1", "x.ttl", (DATA + "ex:a ex:b 'Ü' .\n").encode("latin-1"), "7:12", "“Ü” in Latin-1", "UTF-8", 4),
    Broken("UTF-16", "x.ttl", DATA.encode("utf-16"), "1:1", "UTF-16", "UTF-8", 3),
    Broken("one line in Latin-1", "x.ttl", (DATA + "ex:a ex:b 'é' , ").encode() + b"'\xe9' .", "7:18", "not UTF-8", "UTF-8", 5),
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_slip_is_one_finding_where_it_was_made(broken: Broken, tmp_path: Path) -> None:
    name = f"data/{broken.file}"
    _, sources = loaded(make_project(tmp_path, {**FILES, name: broken.content}))
    (file,) = [file for file in sources.files if file.name == name]
    said = [f"{f.place}: {f.message} {f.hint}" for f in file.findings]
    assert len(said) == 1, said
    assert said[0].startswith(f"{name}:{broken.place}: "), said
    assert broken.says in said[0]
    assert broken.hint in said[0]
    assert (file.mended is not None) == (broken.quads is not None), said
    assert broken.quads is None or len(file.quads) == broken.quads


def test_a_byte_order_mark_is_read_with_a_note(tmp_path: Path) -> None:
    _, sources = loaded(make_project(tmp_path, {**FILES, "data/things.ttl": "\ufeff" + DATA}))
    file = next(file for file in sources.files if file.name == "data/things.ttl")
    assert not file.findings
    assert [note.code for note in file.notes] == ["byte-order-mark"]
    assert len(file.quads) == 3
