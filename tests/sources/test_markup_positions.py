"""What a check says of RDF/XML and JSON-LD has its line there."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from projects import FILES, checked

from ecoop_ld.sources.json_positions import JsonPositions
from ecoop_ld.sources.xml_positions import XmlPositions

EX, BASE = "https://example.org/ns#", "https://example.org/data/x"
XML = """\
<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:ex="https://example.org/ns#" xml:base="https://example.org/id/">
  <ex:Thing rdf:about="a" ex:note="short">
    <ex:size>3</ex:size>
    <ex:uses rdf:resource="b"/>
    <ex:uses>
      <ex:Tool rdf:about="c">
        <ex:size>4</ex:size>
      </ex:Tool>
    </ex:uses>
    <ex:uses rdf:parseType="Resource"><ex:size>5</ex:size></ex:uses>
    <ex:text rdf:parseType="Literal"><ex:size>6</ex:size></ex:text>
    <ex:list rdf:parseType="Collection">
      <rdf:Description rdf:about="d"/>
    </ex:list>
  </ex:Thing>
  <rdf:Description rdf:ID="e"
    ex:size="7"/>
</rdf:RDF>
"""


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(name if ":" in name else f"https://example.org/id/{name}")


@pytest.mark.parametrize(
    ("terms", "line"),
    [
        (("a",), 4),
        (("a", EX + "size"), 5),
        (("a", EX + "note"), 4),
        (("a", EX + "uses", "b"), 6),
        (("a", EX + "uses", "c"), 7),
        (("a", EX + "uses", "z"), 6),
        (("a", EX + "text"), 13),
        (("c",), 8),
        (("c", EX + "size"), 9),
        (("d",), 15),
        (("https://example.org/id/#e", EX + "size"), 18),
        (("z",), 0),
    ],
)
def test_rdf_xml(terms: tuple[str, ...], line: int) -> None:
    assert XmlPositions(XML.encode(), "x.rdf", BASE).of(*map(node, terms)).line == line


def test_a_literal_of_rdf_xml() -> None:
    found = XmlPositions(XML.encode("utf-16"), "x.rdf", BASE)
    assert found.of(node("c"), node(EX + "size"), ox.Literal("4")).line == 9
    assert [place.line for place in found.of_iri(EX + "size")] == [5, 9, 12, 18]


JSON = """\
{
  "@context": {"ex": "https://example.org/ns#", "size": "ex:size"},
  "@graph": [
    {"@id": "https://example.org/id/a",
     "@type": "ex:Thing",
     "size": [3,
              "two \\" } words"],
     "ex:uses": [{"@id": "https://example.org/id/b"},
                 {"@value": "c"}]},
    {"@id": "https://example.org/id/b",
     "size": 4}
  ]
}
"""


@pytest.mark.parametrize(
    ("terms", "value", "line"),
    [
        (("a",), None, 4),
        (("a", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None, 5),
        (("a", EX + "size"), None, 6),
        (("a", EX + "size"), ox.Literal('two " } words'), 7),
        (("a", EX + "uses"), node("b"), 8),
        (("a", EX + "uses"), ox.Literal("c"), 9),
        (("b", EX + "size"), ox.Literal("4"), 11),
        (("b", EX + "other"), None, 10),
        (("z",), None, 0),
    ],
)
def test_json_ld(terms: tuple[str, ...], value: object, line: int) -> None:
    json.loads(JSON)
    assert JsonPositions(JSON, "x.jsonld", BASE).of(*map(node, terms), *([value] if value else [])).line == line


def test_a_check_has_the_places(tmp_path: object) -> None:
    xml = XML.replace("<ex:size>4<", '<ex:size rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">four<')
    files = {
        **FILES,
        "data/x.rdf": xml.replace("ex:note", "ex:nota"),
        "data/y.jsonld": JSON.replace('"ex:uses"', '"ex:usse"'),
    }
    found = {(f.code, str(f.place)) for f in checked(tmp_path, files).findings}  # type: ignore[arg-type]
    assert ("lexical-form", "data/x.rdf:9:9") in found
    assert ("undefined-term", "data/x.rdf:4:3") in found
    assert ("undefined-term", "data/y.jsonld:8:6") in found
