"""SPARQL constraints that the engine looks at first: the same results as pySHACL alone, and fewer nodes for it."""

from __future__ import annotations

import random
from pathlib import Path

import equality
import pytest
import query_maker
import shape_maker
from conftest import run_command
from projects import DATA, FILES, make_project

P = shape_maker.PREFIXES
PREFIX = ':P sh:declare [ sh:prefix "" ; sh:namespace "http://x/"^^xsd:anyURI ] .\n'
MANY = "".join(f':n{n} a :A ; :p {n} ; :label "{"x" * n}"@en ; :next :n{n + 1} .\n' for n in range(12))


def constraint(query: str, more: str = "") -> str:
    return f'sh:sparql [ sh:prefixes :P ; sh:message "{{$this}} has {{?v}}" ; {more} sh:select """{query}""" ]'


def shape(inside: str) -> str:
    return f"{PREFIX}:S a sh:NodeShape ; sh:targetClass :A ; {inside} ."


def both(turtle: str, rules: str) -> tuple[int, str, int]:
    """How many nodes were left to pySHACL, why, and how many results both find, which are the same."""
    told, said = equality.quads(P + turtle), equality.quads(P + rules)
    plan = equality.planned(told, said)
    found = equality.theirs(told, said)
    assert equality.ours(plan) == found
    return plan.told[0].candidates, plan.told[0].reason, len(found)


COMPILED = {
    "a length": ("SELECT $this ?v WHERE { $this :label ?v FILTER (STRLEN(?v) > 9) }", 2),
    "an absence": ("SELECT $this WHERE { FILTER NOT EXISTS { $this :next/:next/a :A } }", 2),
    "an inverse": ("SELECT $this ?v WHERE { ?v :next $this . ?v :label 'xxx'@en }", 1),
    "alternatives": ("SELECT $this { { $this :p 3 } UNION { $this :p 4 } }", 2),
    "an optional value": ("SELECT $this { OPTIONAL { $this :next/:p ?v } FILTER (!BOUND(?v)) }", 1),
    "a regular expression": ('SELECT $this ?v { $this :label ?v FILTER REGEX(?v, "^x{4,5}$") }', 2),
    "a value that is made": (
        "SELECT $this ?v { $this :label ?l BIND (CONCAT(?l, 'x') AS ?v) FILTER (STR(?v) = 'xx') }",
        1,
    ),
    "an order of texts": ("SELECT $this ?v { $this :p ?v FILTER (SUBSTR(STR(?v), 1, 1) < '2') }", 4),
    "others": ("SELECT $this ?v { ?v :next/^:next $this FILTER (?v != $this) }", 0),
    "itself": ("SELECT $this ?v { ?v :next/^:next $this FILTER ($this = ?v) }", 12),
    "nothing": ("SELECT $this { $this :none ?v }", 0),
    "terms": ("SELECT $this ?v { $this :next ?v FILTER (?v IN (:n3, :n5) || sameTerm(?v, :n7)) }", 3),
}


@pytest.mark.parametrize("name", COMPILED)
def test_only_what_the_engine_finds_is_left_to_pyshacl(name: str) -> None:
    query, faults = COMPILED[name]
    candidates, reason, found = both(MANY, shape(constraint(query)))
    assert reason == ""
    assert (candidates, found) == (faults, faults)


LEFT = {
    "an order of values": ("{ $this :p ?v FILTER (?v < 3) }", "compares or computes with <"),
    "values of any kind": ("{ $this :p ?v ; :label ?w FILTER (?v != ?w) }", "compares or computes with !="),
    "a text with a language": ("{ $this :label ?v FILTER (?v = 'x'@en) }", "compares or computes with ="),
    "a sum": ("{ $this :p ?v FILTER (?v + 1 = 3) }", "compares or computes with +"),
    "truth of a value": ("{ $this :p ?v FILTER (?v) }", "compares or computes with ?v"),
    "truth of an alternative": ("{ $this :p ?v FILTER (COALESCE(?v, false)) }", "compares or computes with ?v"),
    "texts in a list": ("{ $this :label ?v FILTER (?v IN ('x'@en)) }", "compares or computes with IN"),
    "a part before the first letter": ("{ $this :label ?v FILTER (SUBSTR(?v, 0, 2) = 'x') }", "with SUBSTR"),
    "a function with an IRI": ("{ $this :p ?v FILTER (xsd:integer(?v) = 3) }", "computes with xsd:integer"),
    "an expression of Python": ('{ $this :label ?v FILTER REGEX(?v, "(?=x)xx") }', "regular expression"),
    "groups": ("{ $this :next ?v } GROUP BY $this ?v", "a query with GROUP"),
    "a query within": ("{ $this :p ?v { SELECT $this { $this :p 1 } } }", "a query within a query"),
    "a filter of an option on the thing": ("{ $this :p ?v OPTIONAL { ?v :q ?w FILTER (?w = $this) } }", "with $this"),
    "what cannot be read": ("{ $this :p }", "a query that cannot be read"),
    "the shape": ("{ $this :p ?v FILTER ($currentShape = $this) }", "about more than its focus node"),
    "what SHACL forbids": ("{ $this :p ?v MINUS { $this :p 3 } }", "a query with MINUS"),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_engines_read_differently_is_left_to_pyshacl(name: str) -> None:
    where, why = LEFT[name]
    xsd = PREFIX.replace(
        " .\n", ', [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .\n'
    )
    rules = shape(constraint(f"SELECT $this ?v {where}")).replace(PREFIX, xsd)
    candidates, reason, _ = both(MANY, rules)
    assert why in reason
    assert candidates == 12


@pytest.mark.parametrize(
    "wrong",
    [
        'sh:sparql [ sh:message "m" ; sh:select "SELECT $this { $this :p 1 }" ]',  # the prefix is not declared
        'sh:sparql [ sh:prefixes :P ; sh:message :m ; sh:select "SELECT $this { $this :p 1 }" ]',
        'sh:sparql [ sh:prefixes :P ; sh:message "m" ]',
    ],
)
def test_constraints_that_are_none_are_refused_as_before(wrong: str) -> None:
    candidates, reason, _ = both(MANY, shape(wrong))
    assert candidates == 12
    assert reason


def test_a_constraint_that_is_switched_off() -> None:
    query = "SELECT $this ?v { $this :p ?v }"
    assert both(MANY, shape(constraint(query, "sh:deactivated true ;"))) == (0, "", 0)
    assert both(MANY, shape(constraint(query))) == (12, "", 12)


def test_several_constraints_in_shapes_within_shapes() -> None:
    long, third = (
        constraint("SELECT $this ?v { $this :label ?v FILTER (STRLEN(?v) > 9) }"),
        constraint("SELECT $this { $this :p 3 }"),
    )
    assert both(MANY, shape(f"{long} , {third.removeprefix('sh:sparql ')}")) == (3, "", 3)
    inner = f"sh:property [ sh:path :next ; sh:node [ a sh:NodeShape ; {third} ] ]"
    assert both(MANY, shape(inner)) == (1, "", 1)
    assert both(MANY, shape(f"sh:not [ a sh:NodeShape ; {third} ]")) == (12, "", 11)
    assert both(MANY, shape(f"sh:property [ sh:path :next ; sh:minCount 1 ; {third} ]")) == (1, "", 1)


@pytest.mark.parametrize("odd", ["[]", '"x\\n"'])
def test_data_that_engines_read_differently_is_left_to_pyshacl(odd: str) -> None:
    query = "SELECT $this ?v { $this :odd ?v FILTER (REGEX(STR(?v), 'x$') || STRLEN(STR(?v)) > 9) }"
    candidates, reason, found = both(f"{MANY} :n3 :odd {odd} .", shape(constraint(query)))
    assert (candidates, found) == (12, 1)
    assert "in the data" in reason


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 100, 25))
def test_constraints_by_chance(first: int) -> None:
    compiled = 0
    for seed in range(first, first + 25):
        chance = random.Random(seed)
        told, said = (
            equality.quads(P + query_maker.data(chance)),
            equality.quads(P + query_maker.shape(chance)),
        )
        plan, found = equality.planned(told, said), equality.theirs(told, said)
        assert equality.ours(plan) == found, f"seed {seed}"
        compiled += plan.told[0].reason == ""
    assert compiled > 3


def test_a_fault_is_told_with_its_place_and_value(tmp_path: Path) -> None:
    rules = """\
@prefix ex: <https://example.org/ns#> .
@prefix exsh: <https://example.org/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

exsh:P sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/ns#"^^xsd:anyURI ] .
exsh:Short a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:prefixes exsh:P ;
    sh:message "The note {?value} is too long."@en ;
    sh:select "SELECT $this ?value { $this ex:note ?value FILTER (STRLEN(?value) > 12) }" ] .
"""
    things = "".join(
        f'<https://example.org/id/thing/t{n}> a ex:Thing ; rdfs:label "t{n}"@en ;\n    ex:note "{"n" * n}" .\n'
        for n in range(10, 14)
    )
    root = make_project(tmp_path, {**FILES, "shapes/s.ttl": rules, "data/more.ttl": DATA + things})
    done = run_command("check", "--project", root, "--select", "short")
    line = (root / "data/more.ttl").read_text().splitlines().index(f'    ex:note "{"n" * 13}" .')
    assert f"data/more.ttl:{line}:1: violation[short]" in done.stdout
    assert f"The note {'n' * 13} is too long." in done.stdout
    assert done.stdout.count("too long") == 1
