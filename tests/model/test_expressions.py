"""Class expressions of OWL 2 in words and in Manchester syntax; what is more than one stays a blank node."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import TOML, loaded, make_project

from ecoop_ld.model.expressions import Expressions
from ecoop_ld.model.naming import Link, Naming
from ecoop_ld.site.load import load_site

HEAD = """\
@prefix : <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:Dog a owl:Class ; rdfs:label "dog"@en . :Cat a owl:Class ; rdfs:label "cat"@en .
:owner a owl:ObjectProperty ; rdfs:label "owner"@en . :age a owl:DatatypeProperty ; rdfs:label "age"@en .
"""
CASES = {
    "[ a owl:Restriction ; owl:onProperty :owner ; owl:someValuesFrom :Dog ]": (
        "owner: at least one dog",
        "ex:owner some ex:Dog",
    ),
    "[ a owl:Restriction ; owl:onProperty :owner ; owl:allValuesFrom [ a owl:Class ; owl:unionOf ( :Dog :Cat ) ] ]": (
        "owner: only (dog or cat)",
        "ex:owner only (ex:Dog or ex:Cat)",
    ),
    "[ a owl:Restriction ; owl:onProperty :owner ; owl:hasValue :rex ]": ("owner: Rex", "ex:owner value ex:rex"),
    '[ a owl:Restriction ; owl:onProperty :age ; owl:hasValue "old"@en ]': ("age: old", 'ex:age value "old"@en'),
    "[ a owl:Restriction ; owl:onProperty :age ; owl:hasValue 3 ]": ("age: 3", "ex:age value 3"),
    '[ a owl:Restriction ; owl:onProperty :age ; owl:hasValue "2001-01-01"^^xsd:date ]': (
        "age: 2001-01-01",
        'ex:age value "2001-01-01"^^xsd:date',
    ),
    "[ a owl:Restriction ; owl:onProperty :owner ; owl:hasSelf true ]": ("owner: itself", "ex:owner Self"),
    '[ a owl:Restriction ; owl:onProperty :owner ; owl:maxCardinality "2"^^xsd:nonNegativeInteger ]': (
        "owner: at most 2",
        "ex:owner max 2",
    ),
    "[ a owl:Restriction ; owl:onProperty :owner ; owl:qualifiedCardinality 1 ; owl:onClass :Cat ]": (
        "owner: exactly 1 cat",
        "ex:owner exactly 1 ex:Cat",
    ),
    "[ a owl:Restriction ; owl:onProperty [ owl:inverseOf :owner ] ; owl:someValuesFrom :Dog ]": (
        "the inverse of owner: at least one dog",
        "inverse ex:owner some ex:Dog",
    ),
    "[ a owl:Class ; owl:intersectionOf ( :Dog [ owl:complementOf :Cat ] ) ]": (
        "dog and (not cat)",
        "ex:Dog and (not ex:Cat)",
    ),
    "[ a owl:Class ; owl:oneOf ( :rex :tom ) ]": ("one of Rex, ex:tom", "{ex:rex , ex:tom}"),
    "[ a rdfs:Datatype ; owl:onDatatype xsd:integer ; "
    "owl:withRestrictions ( [ xsd:minInclusive 1 ] [ xsd:maxExclusive 9 ] ) ]": (
        "whole number, at least 1, less than 9",
        "xsd:integer[>= 1, < 9]",
    ),
    '[ a rdfs:Datatype ; owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:pattern "a\\"b" ] ) ]': (
        'text, matches a"b',
        'xsd:string[pattern "a\\"b"]',
    ),
}
NONE = {
    "more is said": '[ a owl:Class ; owl:complementOf :Cat ; rdfs:comment "dogs, mostly" ]',
    "two values": "[ a owl:Restriction ; owl:onProperty :owner ; owl:someValuesFrom :Dog , :Cat ]",
    "nothing to fill it": "[ a owl:Restriction ; owl:onProperty :owner ]",
    "no property": "[ a owl:Restriction ; owl:someValuesFrom :Dog ]",
    "a literal property": "[ owl:onProperty :owner ; owl:maxCardinality :Dog ]",
    "no list": "[ a owl:Class ; owl:unionOf :Dog ]",
    "an empty list": "[ a owl:Class ; owl:unionOf () ]",
    "a broken list": "[ a owl:Class ; owl:unionOf [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> :Dog ] ]",
    "an unknown facet": '[ owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:whiteSpace "x" ] ) ]',
    "not self": "[ a owl:Restriction ; owl:onProperty :owner ; owl:hasSelf false ]",
    "of another class": "[ a :Dog ; owl:complementOf :Cat ]",
    "too deep": "[ owl:complementOf " * 12 + ":Cat" + " ]" * 12,
    "a circle": "_:c . _:c owl:complementOf _:c",
    "an address": "[ rdfs:label 'no expression' ]",
}


def read(tmp_path: Path, turtle: str) -> tuple[str, str] | None:
    data = f'{HEAD}:rex rdfs:label "Rex"@en . :tom a :Cat . :Thing a owl:Class ; rdfs:subClassOf {turtle} .'
    settings, found = loaded(make_project(tmp_path, {"ontology/o.ttl": data}, TOML))
    dataset = load_site(settings, found, ()).dataset
    (node,) = dataset.objects("https://example.org/ns#Thing", "http://www.w3.org/2000/01/rdf-schema#subClassOf")
    expression = Expressions(Naming(dataset, "en")).of(node)
    if expression is None:
        return None
    syntax = "".join(t.label.value if isinstance(t, Link) else t.value for t in expression.syntax)
    return expression.text, syntax


@pytest.mark.parametrize("turtle", CASES)
def test_an_expression_is_said_twice(tmp_path: Path, turtle: str) -> None:
    assert read(tmp_path, turtle) == CASES[turtle]


@pytest.mark.parametrize("why", NONE)
def test_what_is_more_or_less_than_an_expression_stays_a_node(tmp_path: Path, why: str) -> None:
    assert read(tmp_path, NONE[why]) is None
