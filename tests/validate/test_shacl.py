"""Compiled shapes with pySHACL for the doubtful: the same results as pySHACL alone, row by row, and less work."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import equality
import pyoxigraph as ox
import pytest
import shape_maker
from conftest import run_command
from projects import DATA, FILES, loaded, make_project

from ecoop_ld.validate import known, shacl
from ecoop_ld.validate.candidates import Plan
from ecoop_ld.validate.triples import SUBCLASS, Triples

P = shape_maker.PREFIXES
X = "http://www.w3.org/2001/XMLSchema#"
SHAPES = """\
@prefix ex: <https://example.org/ns#> .
@prefix exsh: <https://example.org/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def shapes(text: str) -> dict[str, str]:
    return {"shapes/s.ttl": SHAPES + text}


MANY = """
exsh:P sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/ns#"^^xsd:anyURI ] .
exsh:A a sh:NodeShape ; sh:targetClass ex:Thing ;
  sh:property [ sh:path ex:size ; sh:datatype xsd:integer ; sh:maxCount 1 ; sh:minInclusive 2 ] ,
    [ sh:path ( ex:uses ex:size ) ; sh:minCount 1 ; sh:message "m" ] ,
    [ sh:path [ sh:inversePath ex:uses ] ; sh:class ex:Tool ; sh:severity sh:Info ] ,
    [ sh:path rdfs:label ; sh:uniqueLang true ; sh:languageIn ( "en" ) ] ,
    [ sh:path ex:uses ; sh:node exsh:B ; sh:qualifiedValueShape [ sh:class ex:Tool ] ; sh:qualifiedMinCount 1 ] ;
  sh:or ( [ sh:class ex:Tool ] [ sh:property [ sh:path ex:uses ; sh:minCount 1 ] ] ) ;
  sh:not [ sh:property [ sh:path ex:size ; sh:hasValue 3 ] ] ;
  sh:sparql [ sh:prefixes exsh:P ; sh:message "{$this} has {?value}" ; sh:select "SELECT $this ?value { $this ex:size ?value FILTER (?value > 2) }" ] .
exsh:B sh:closed true ; sh:ignoredProperties ( ex:size ) ; sh:property [ sh:path rdfs:label ; sh:pattern "^[A-Z]" ] .
"""


def many_things() -> str:
    text = ""
    for n in range(30):
        thing = f"<https://example.org/id/thing/n{n}>"
        text += f'{thing} a ex:{"Tool" if n % 3 else "Thing"} ; ex:size {n % 5} , {n % 2} ; rdfs:label "n{n}"@en , "N{n}"@{"en" if n % 4 else "es"} .\n'
        text += f"{thing} ex:uses <https://example.org/id/thing/n{(n * 7) % 30}> , <https://example.org/id/thing/n{n // 2}> .\n"
    return text + f'<https://example.org/id/thing/one> ex:size "01"^^<{X}integer> , "none"^^<{X}integer> .\n'


def same(turtle: str, rules: str) -> tuple[Plan, equality.Rows | str]:
    """The plan, and the results that both find."""
    told, said = equality.quads(P + turtle), equality.quads(P + rules)
    plan = equality.planned(told, said)
    found = equality.theirs(told, said)
    assert equality.ours(plan) == found
    return plan, found


def test_a_dozen_kinds_of_constraint(tmp_path: Path) -> None:
    config, sources = loaded(make_project(tmp_path, {**FILES, **shapes(MANY), "data/things.ttl": DATA + many_things()}))
    rules = [q for file in sources.shapes for q in file.quads]
    graph = shacl.data_graph(config, sources.quads)
    terms = graph.terms
    quads = [
        ox.Quad(terms[s], terms[p], terms[o])  # type: ignore[arg-type]
        for p, pairs in graph.by_predicate.items()
        for s, found in pairs.items()
        for o in ([found] if isinstance(found, int) else found)
    ]
    found = equality.theirs(quads, rules)
    assert not isinstance(found, str)
    assert equality.ours(Plan.of(graph, rules)) == found
    assert len({row[4] for row in found}) >= 12


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_shapes_and_data_by_chance(first: int) -> None:
    fine = 0
    for seed in range(first, first + 15):
        chance = random.Random(seed)
        told, said = equality.quads(shape_maker.data(chance)), equality.quads(shape_maker.shapes(chance))
        found = equality.theirs(told, said)
        assert equality.ours(equality.planned(told, said)) == found, f"seed {seed}"
        fine += not isinstance(found, str)
    assert fine > 7


FITTING = ':n a :A ; :p 2 ; :q 3 ; :r "x"@en , "y"@es ; :s :m , :n ; :d "2020-01-01"^^xsd:date . :m a :A .'
COMPONENTS = {
    "class": (":s ; sh:class :A", ":n :s :k ."),
    "datatype": (":p ; sh:datatype xsd:integer", ":n :p 2.5 ."),
    "datatype, an ill-formed value": (":p ; sh:datatype xsd:integer", ':n :p "x"^^xsd:integer .'),
    "datatype, no such day": (":d ; sh:datatype xsd:date", ':n :d "2021-02-30"^^xsd:date .'),
    "nodeKind": (":s ; sh:nodeKind sh:IRI", ":n :s _:b ."),
    "minCount": (":z ; sh:minCount 0", ":n :z 1 ."),
    "maxCount": (":p ; sh:maxCount 1", ":n :p 3 ."),
    "minInclusive": (":p ; sh:minInclusive 2", ":n :p 1 ."),
    "minExclusive": (":p ; sh:minExclusive 1", ":n :p 1 ."),
    "maxInclusive": (":p ; sh:maxInclusive 2", ":n :p 2.1 ."),
    "maxExclusive": (":p ; sh:maxExclusive 3", ":n :p 3 ."),
    "a date after": (':d ; sh:minInclusive "2020-01-01"^^xsd:date', ':n :d "2019-12-31"^^xsd:date .'),
    "minLength": (":r ; sh:minLength 1", ':n :r ""@fr .'),
    "maxLength": (":r ; sh:maxLength 1", ':n :r "xx"@fr .'),
    "pattern": (':r ; sh:pattern "^[xy]$"', ':n :r "z"@fr .'),
    "pattern with flags": (':r ; sh:pattern "^[XY]$" ; sh:flags "i"', ':n :r "z"@fr .'),
    "languageIn": (':r ; sh:languageIn ( "en" "es" )', ':n :r "z"@fr .'),
    "uniqueLang": (":r ; sh:uniqueLang true", ':n :r "z"@en .'),
    "equals": (":p ; sh:equals :p2", ":n :p 5 ."),
    "disjoint": (":p ; sh:disjoint :q", ":n :p 3 ."),
    "lessThan": (":p ; sh:lessThan :q", ":n :p 3 ."),
    "lessThanOrEquals": (":p ; sh:lessThanOrEquals :q", ":n :p 4 ."),
    "hasValue": (":s ; sh:hasValue :m", ""),
    "in": (":p ; sh:in ( 1 2 )", ":n :p 3 ."),
    "node": (":s ; sh:node [ sh:property [ sh:path rdf:type ; sh:minCount 1 ] ]", ":n :s :k ."),
    "property": (":s ; sh:property [ sh:path rdf:type ; sh:minCount 1 ]", ":n :s :k ."),
    "not": (":p ; sh:not [ sh:in ( 7 ) ]", ":n :p 7 ."),
    "and": (":p ; sh:and ( [ sh:minInclusive 1 ] [ sh:maxInclusive 5 ] )", ":n :p 7 ."),
    "or": (":p ; sh:or ( [ sh:maxInclusive 1 ] [ sh:minInclusive 2 ] )", ":n :p 1.5 ."),
    "xone": (":p ; sh:xone ( [ sh:maxInclusive 5 ] [ sh:minInclusive 4 ] )", ":n :p 4.5 ."),
    "qualified": (
        ":s ; sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2",
        ":n :s :l . :l a :A .",
    ),
    "a sequence": ("( :s :s ) ; sh:maxCount 2", ":m :s :k ."),
    "an inverse": ("[ sh:inversePath :s ] ; sh:maxCount 1", ":m :s :n ."),
    "alternatives": ("[ sh:alternativePath ( :p :q ) ] ; sh:maxCount 2", ":n :p 9 ."),
    "any number of steps": ("[ sh:zeroOrMorePath :s ] ; sh:maxCount 2", ":m :s :k ."),
    "a severity": (":p ; sh:maxCount 1 ; sh:severity sh:Info", ":n :p 3 ."),
    "a message": (':p ; sh:maxCount 1 ; sh:message "one"@en , "uno"@es', ":n :p 3 ."),
}


@pytest.mark.parametrize("name", COMPONENTS)
def test_each_component_is_compiled_and_its_fault_found(name: str) -> None:
    path, fault = COMPONENTS[name]
    rule = f":S a sh:NodeShape ; sh:targetNode :n ; sh:property [ sh:path {path} ] ."
    fits = FITTING + (" :n :p2 2 ." if name == "equals" else "")
    plan, found = same(fits, rule)
    assert (plan.judged, found, plan.told[0].reason) == (False, [], "")
    if name == "minCount":
        rule = rule.replace("minCount 0", "minCount 2")
    broken = fits + fault if fault else fits.replace(":m , :n", ":n")
    plan, found = same(broken, rule)
    assert plan.judged
    assert found


TARGETS = {
    "a class": ("sh:targetClass :A", {"http://x/n", "http://x/m", "http://x/below"}),
    "itself": ("a rdfs:Class", {"http://x/of"}),
    "a node that is not there": ("sh:targetNode :gone", {"http://x/gone"}),
    "subjects": ("sh:targetSubjectsOf :s", {"http://x/n"}),
    "objects": ("sh:targetObjectsOf :s", {"http://x/m", "http://x/n"}),
}


@pytest.mark.parametrize("name", TARGETS)
def test_each_kind_of_target(name: str) -> None:
    target, nodes = TARGETS[name]
    turtle = FITTING + ":B rdfs:subClassOf :A . :below a :B . :of a :S ."
    rule = f":S a sh:NodeShape ; {target} ; sh:property [ sh:path :none ; sh:minCount 1 ] ."
    _, found = same(turtle, rule)
    assert {row[0][0] for row in found if isinstance(row, tuple)} == nodes


LEFT_WHOLE = {
    "a query": 'sh:sparql [ sh:select "SELECT $this { $this ?p ?o { SELECT ?o { ?s ?q ?o } } }" ]',
    "recursive": "sh:property [ sh:path :s ; sh:node :S ]",
    "path of an unknown kind": "sh:property [ sh:path [ sh:inversePath ( :s :p ) ] ; sh:maxCount 0 ]",
    "no plain number": 'sh:property [ sh:path :r ; sh:minInclusive "a" ]',
}


@pytest.mark.parametrize("name", LEFT_WHOLE)
def test_what_is_not_compiled_goes_to_pyshacl_and_says_why(name: str) -> None:
    plan, _ = same(FITTING, f":S a sh:NodeShape ; sh:targetClass :A ; {LEFT_WHOLE[name]} .")
    assert (plan.told[0].focus, plan.told[0].candidates) == (2, 2)
    assert plan.told[0].reason


def test_a_component_of_ones_own_leaves_all_to_pyshacl() -> None:
    own = ':C a sh:ConstraintComponent ; sh:parameter [ sh:path :limit ] ; sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER ($value < 2) }" ] .'
    plan, found = same(FITTING, own + ":S a sh:NodeShape ; sh:targetNode :n ; sh:property [ sh:path :p ; :limit 1 ] .")
    assert found
    assert "own" in plan.told[0].reason


def test_malformed_shapes_are_refused_as_before() -> None:
    _, found = same(FITTING, ":S a sh:NodeShape ; sh:targetNode :gone . :T a sh:NodeShape ; sh:path :p .")
    assert found == "ShapeLoadError"


def test_what_the_validator_logs_stands_in_the_finding_alone(tmp_path: Path) -> None:
    broken = 'exsh:P sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/ns#"^^xsd:integer ] .\n'
    broken += "exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:prefixes exsh:P ; "
    broken += 'sh:message "x" ; sh:select "SELECT $this { $this ex:size 77 }" ] .'
    done = run_command("check", "--project", make_project(tmp_path, {**FILES, **shapes(broken)}))
    assert done.returncode == 1
    assert "[shapes-broken]: The validator cannot use the shapes: sh:namespace" in done.stdout
    assert done.stderr == ""


def test_only_candidates_are_judged() -> None:
    """One of many breaks a shape: pySHACL gets that one alone as a target, and sees what it leads to."""
    turtle = "".join(f":n{n} a :A ; :p :m{n} . :m{n} :q {n} ." for n in range(50))
    rule = ":S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path ( :p :q ) ; sh:maxInclusive 48 ] ."
    plan, found = same(turtle, rule)
    assert [(one.focus, one.candidates) for one in plan.told] == [(50, 1)]
    assert [triple.object for triple in plan.shapes if "target" in triple.predicate.value] == [
        ox.NamedNode("http://x/n49")
    ]
    assert len(found) == 1


def test_a_clean_check_loads_neither_pyshacl_nor_rdflib(tmp_path: Path) -> None:
    rule = "exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:size ; sh:maxCount 1 ; sh:message 'm' ] ."
    root = make_project(tmp_path, {**FILES, **shapes(rule)})
    code = (
        "import sys; from pathlib import Path; from ecoop_ld import config; from ecoop_ld.sources import files;"
        "from ecoop_ld.projects import checking; c = config.load(Path(sys.argv[1]));"
        "report = checking.check(c, files.load(c)); assert report.shapes[0].focus;"
        "print(*{'pyshacl', 'rdflib'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_numbered_triples() -> None:
    def iri(name: str) -> ox.NamedNode:
        return ox.NamedNode(f"http://x/{name}")

    triples = Triples(ox.Quad(iri(s), iri(p), iri(o)) for s, p, o in ["apb", "apb", "apc", "dpb", "aqb"])
    assert len(triples) == 4
    left = triples.without(lambda node: node == iri("a"), but=iri("q"))
    assert len(left) == 2
    cyclic = Triples([ox.Triple(iri("A"), SUBCLASS, iri("B")), ox.Triple(iri("B"), SUBCLASS, iri("A"))])
    assert cyclic.instances(cyclic.number(iri("A"))) == frozenset()


def test_names_of_vocabularies_are_those_of_rdflib() -> None:
    import rdflib.namespace

    for word in (*known.STRICT, *known.FAMILIAR):
        namespace = getattr(rdflib.namespace, word.upper())
        theirs = {*namespace.__annotations__, *getattr(namespace, "_extras", ())}
        assert theirs <= known.terms(word)
        assert len(known.terms(word)) <= len(theirs) + 6


def test_explain_says_how_each_shape_was_judged(tmp_path: Path) -> None:
    query = "sh:sparql [ sh:message 'm' ; sh:select 'SELECT $this { $this a ?x FILTER (?x < 99) }' ]"
    thing = "a sh:NodeShape ; sh:targetClass ex:Thing"
    many = "sh:property [ sh:path ex:size ; sh:minCount 9 ; sh:message 'm' ]"
    rule = (
        f"exsh:S {thing} ; {query} .\nexsh:T {thing} ; {many} .\nexsh:U {thing} ; sh:nodeKind sh:IRI ; sh:message 'm' ."
    )
    root = make_project(tmp_path, {**FILES, **shapes(rule)})
    command = [sys.executable, "-m", "ecoop_ld", "check", "--explain", "--project", str(root)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    assert told[-4].startswith("2 of 3 shapes were compiled whole."), told
    assert told[-3].endswith("S: 1 of 1; not compiled: a query that compares or computes with <")
    assert told[-2].endswith("T: 1 of 1")
    assert told[-1].endswith("U: 0 of 1")
    wrong = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, "--explain" in wrong.stderr) == (2, True)
