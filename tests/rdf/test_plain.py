"""JSON and CSV for programs that know no RDF: keys that stay, nothing lost."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest

from ecoop_ld.errors import UserError
from ecoop_ld.rdf import plain
from ecoop_ld.rdf.jsonld import Compactor

CONTEXT = {
    "@version": 1.1,
    "@protected": True,
    "ex": "https://example.org/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "Thing": "https://example.org/ns#Thing",
    "knows": {"@id": "https://example.org/ns#knows", "@type": "@id"},
    "size": {"@id": "https://example.org/ns#size", "@type": "http://www.w3.org/2001/XMLSchema#integer"},
    "on": {"@id": "https://example.org/ns#on", "@type": "http://www.w3.org/2001/XMLSchema#date"},
    "name": {"@id": "https://example.org/ns#name"},
}
ONE = "https://example.org/id/one"
HEAD = "@prefix ex: <https://example.org/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize(
    ("statement", "key", "value"),
    [
        ('ex:name "a"', "name", "a"),
        ('ex:name "a"@en', "name", {"@value": "a", "@language": "en"}),
        ("ex:size 3", "size", 3),
        ('ex:size "03"^^xsd:integer', "size", "03"),
        ('ex:size "-0"^^xsd:integer', "size", "-0"),
        ('ex:size "12345678901234567890"^^xsd:integer', "size", "12345678901234567890"),
        ("ex:size 3.0", "size", {"@value": "3.0", "@type": "xsd:decimal"}),
        ('ex:size "three"', "size", {"@value": "three"}),
        ("ex:other 3", "ex:other", 3),
        ("ex:other true", "ex:other", True),
        ('ex:other "1"^^xsd:boolean', "ex:other", {"@value": "1", "@type": "xsd:boolean"}),
        ("ex:on 3", "on", {"@value": "3", "@type": "xsd:integer"}),
        ('ex:on "2020-01-01"^^xsd:date', "on", "2020-01-01"),
        ('ex:on "2020"^^xsd:gYear', "on", {"@value": "2020", "@type": "xsd:gYear"}),
        ("ex:knows ex:x", "knows", "https://example.org/ns#x"),
        ("ex:knows 3", "knows", {"@value": "3", "@type": "xsd:integer"}),
        ("ex:other ex:x", "ex:other", {"id": "https://example.org/ns#x"}),
        ("a ex:Thing", "type", "Thing"),
        ("a ex:Else", "type", "ex:Else"),
        ("ex:other ( 1 ex:x )", "ex:other", {"@list": [1, {"id": "https://example.org/ns#x"}]}),
        ('ex:knows [ ex:name "b" ]', "knows", {"name": ["b"]}),
        ("<http://elsewhere.example/p> 1", "http://elsewhere.example/p", 1),
    ],
)  # fmt: skip
def test_one_statement_is_one_key_with_an_array_and_comes_back_the_same(
    statement: str, key: str, value: object
) -> None:
    given = triples(f"<{ONE}> {statement} .")
    written = json.loads(plain.document(given, ONE, Compactor(CONTEXT), "../context.jsonld"))
    assert written == {"@context": "../context.jsonld", "id": ONE, key: [value]}
    assert same(given, written)


def same(given: list[ox.Triple], written: dict[str, object]) -> bool:
    """Whether a JSON-LD processor that is given the context reads the same triples."""
    content = json.dumps({**written, "@context": Compactor(CONTEXT).context}).encode()
    read = ox.Dataset(ox.parse(content, format=ox.RdfFormat.JSON_LD))
    meant = ox.Dataset(ox.Quad(*triple) for triple in given)
    for one in (read, meant):
        one.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return read == meant


def test_what_else_is_told_stands_beside_the_thing() -> None:
    given = triples(
        f'<{ONE}> ex:knows ex:x , ex:y . ex:x ex:name "x" ; ex:knows _:b . ex:y ex:knows _:b . _:b a ex:Thing .'
    )
    written = json.loads(plain.document(given, ONE, Compactor(CONTEXT), "c"))
    assert written["knows"] == ["https://example.org/ns#x", "https://example.org/ns#y"]
    included = {node["id"]: node for node in written["@included"]}
    assert included["https://example.org/ns#x"]["name"] == ["x"]
    assert sum(name.startswith("_:") for name in included) == 1
    assert same(given, written)


def test_a_thing_of_which_nothing_is_said_is_there_all_the_same() -> None:
    given = triples('ex:x ex:name "x" .')
    assert json.loads(plain.document(given, ONE, Compactor(CONTEXT), "c"))["id"] == ONE


def test_what_json_cannot_hold_is_said() -> None:
    inner = ox.Triple(ox.NamedNode(ONE), ox.NamedNode(ONE), ox.NamedNode(ONE))
    with pytest.raises(UserError, match="statement"):
        plain.document([ox.Triple(ox.NamedNode(ONE), ox.NamedNode(ONE), inner)], ONE, Compactor(CONTEXT), "c")


def test_a_table_has_a_row_for_each_statement() -> None:
    given = triples(f'<{ONE}> ex:name "a, \\"b\\"\\n"@en ; ex:size 3 ; ex:name "c" ; ex:knows ex:x , _:b .')
    rows = list(
        csv.DictReader(
            io.StringIO(
                plain.table(given, {"ex": "https://example.org/ns#", "xsd": str(CONTEXT["xsd"])}).decode(), newline=""
            )
        )
    )
    assert [tuple(row.values())[1:] for row in rows][:3] == [
        ("ex:name", 'a, "b"\n', "en", ""),
        ("ex:size", "3", "", "xsd:integer"),
        ("ex:name", "c", "", "xsd:string"),
    ]
    assert rows[3]["value"] == "https://example.org/ns#x"
    assert rows[4]["value"].startswith("_:")
