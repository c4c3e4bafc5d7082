"""What a check says of small projects, each one edit away from clean; and that its shortcuts change no result."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from projects import DATA, FILES, ONTOLOGY, TOML, checked, loaded, make_project

from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.sources.files import load
from ecoop_ld.validate import Report, check, lexical, outputs
from ecoop_ld.validate.codes import BY_NAME, STAGES, TABLE, stage_of
from ecoop_ld.validate.explanations import explanations
from ecoop_ld.validate.rdflib_view import to_rdflib
from ecoop_ld.validate.report import assemble

ROOT = Path(__file__).parents[2]
SH = "http://www.w3.org/ns/shacl#"
SHAPES = """\
@prefix ex: <https://example.org/ns#> .
@prefix exsh: <https://example.org/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
THING = "<https://example.org/id/thing/one>"


def data(more: str = "", prefixes: str = "") -> Mapping[str, str]:
    """The clean data with prefixes before and triples after."""
    return {"data/things.ttl": prefixes + DATA + more}


def shapes(text: str) -> Mapping[str, str]:
    return {"shapes/s.ttl": SHAPES + text}


def ontology(more: str) -> Mapping[str, str]:
    return {"ontology/ns.ttl": ONTOLOGY + more}


def ontology_without(line: str) -> Mapping[str, str]:
    assert line in ONTOLOGY
    return {"ontology/ns.ttl": ONTOLOGY.replace(line, "")}


def term(name: str, kind: str, more: str = "") -> str:
    """A well-described term of the example vocabulary."""
    return f"""
ex:{name} a {kind} ; rdfs:label "{name.lower()}"@en ; rdfs:comment "For a test."@en ;
  rdfs:isDefinedBy <https://example.org/ns> ; vs:term_status "testing" {more} ."""


def codes(report: Report) -> list[str]:
    return [f.code for f in report.findings]


def only(report: Report, code: str) -> Finding:
    found = [f for f in report.findings if f.code == code]
    assert len(found) == 1, outputs.as_text(report)
    return found[0]


# --- each code has a case ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """Files that give a code, with the place and a word of what is said."""

    code: str
    files: Mapping[str, str | Path]
    place: str = ""
    says: str = ""
    toml: str = TOML
    times: int = field(default=1)


XSD_P = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
SKOS_P = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
CONCEPT = '<https://example.org/id/concept/{}> a skos:Concept ; skos:prefLabel "{}"@en ; skos:inScheme <https://example.org/id/scheme/s> {} .\n'
CASES = [
    Case("syntax", data(":x ex:size 4 .\n"), "data/things.ttl:7:1", "prefix"),
    Case("syntax", {"shapes/s.ttl": "@prefix sh: <x ."}, "shapes/s.ttl:1:13"),
    Case("xml-entities", {"data/x.rdf": '<?xml version="1.0"?>\n<!DOCTYPE x [\n<!ENTITY a "&b;">]>\n<x/>'}, "data/x.rdf:3"),
    Case("byte-order-mark", {"data/things.ttl": "\ufeff" + DATA}, "data/things.ttl:1:1", "UTF-8"),
    Case("left-out", {"data/rows.csv": "a,b"}, "data/rows.csv", ".csv"),
    Case("unreadable", {"data/gone.ttl": Path("nowhere.ttl")}, "data/gone.ttl", "leads nowhere"),
    Case("lint-code", {}, "ecoop.toml", 'mean "same-as"', TOML + '\n[lint]\nsame-is = "off"\n'),
    Case("skipped", data("oops"), "", "mend the syntax"),
    Case("skipped", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:propery [] ."), "", "mend the shapes"),
    Case("lexical-form", data(f'{THING} ex:size "2008-02-30"^^<http://www.w3.org/2001/XMLSchema#date> .'), "data/things.ttl:7:44", "no such day"),
    Case("lexical-form", data(f'{THING} ex:size "2006-45"^^<http://id.loc.gov/datatypes/edtf/EDTF> .'), "data/things.ttl:7:44", "edtf:EDTF"),
    Case("canonical", data(f"{THING} ex:size 03 ."), "data/things.ttl:7:44", 'Write "3"'),
    Case("canonical", data(f'{THING} ex:size "01"^^xsd:byte .', XSD_P), "data/things.ttl:", 'Write "1"'),
    Case("endpoint-type", data(f'{THING} ex:size "1"^^xsd:nonNegativeInteger , "2"^^xsd:nonNegativeInteger .', XSD_P), "data/things.ttl:", "Nothing is wrong"),
    Case("endpoint-type", data(f'{THING} ex:size "1"^^xsd:byte , "1"^^xsd:positiveInteger .', XSD_P), "data/things.ttl:", times=2),
    Case("endpoint-type", data(f'{THING} ex:size "2026-01-01T00:00:00Z"^^xsd:dateTimeStamp .', XSD_P), "data/things.ttl:"),
    Case("canonical", data(f"{THING} ex:size 2.50 ."), "data/things.ttl:7:44", 'Write "2.5"'),
    Case("language-tag", data(f'{THING} rdfs:label "Ein"@de-AT .'), "data/things.ttl:7:52", "@de-at"),
    Case("html-literal", data(f'{THING} ex:size "<script>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML> .'), "data/things.ttl:7:44"),
    Case("xml-character", data(f'{THING} ex:size "a\\u0001b" .'), "data/things.ttl:7:44", r"'a\x01b'"),
    Case("xml-character", data(f'{THING} ex:size "a\\uFFFE" .'), "data/things.ttl:7:44"),
    Case("xml-name", data(f"{THING} <http://x/12> 4 ."), "data/things.ttl:7:36", "<http://x/12>"),
    Case("undefined-term", data(f"{THING} ex:siz 4 ."), "data/things.ttl:7:36", 'mean "size"'),
    Case("undefined-term", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thnig ."), "shapes/s.ttl:6:40", 'mean "Thing"'),
    Case("unknown-term", data(f'{THING} rdfs:lable "x"@en .'), "data/things.ttl:7:36", 'mean "label"'),
    Case("unknown-term", data(f'{THING} ex:size "x"^^<http://www.w3.org/2001/XMLSchema#sting> .'), "data/things.ttl:7:49", 'mean "string"'),
    Case("unfamiliar-term", data(f'{THING} dcterms:tilte "x" .', "@prefix dcterms: <http://purl.org/dc/terms/> .\n"), "data/things.ttl:8:36", 'mean "title"'),
    Case("prefix-namespace", data(f'{THING} skos:note "x" .', "@prefix skos: <http://www.w3.org/2004/02/skos#> .\n"), "data/things.ttl:1:1"),
    Case("prefix-clash", {"data/a.ttl": "@prefix q: <http://q/1> .\nq:a q:b q:c .", "data/b.ttl": "@prefix q: <http://q/2> .\nq:a q:b q:c ."}, "data/b.ttl:1:1", "in data/a.ttl"),
    Case("prefix-name", data(f"{THING} rdf:type ex:Tool . {THING} x:size 4 .", "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n@prefix x: <https://example.org/ns#> .\n"), "data/things.ttl:2:1", '"ex:"'),
    Case("unused-prefix", data(prefixes="@prefix q: <http://q/> .\n"), "data/things.ttl:1:1"),
    Case("namespace-scheme", data(f'{THING} <http://schema.org/name> "x" .'), "data/things.ttl:7:36", "https://schema.org/"),
    Case("mapping-of-terms", ontology("ex:Thing skos:closeMatch <http://www.w3.org/2002/07/owl#Thing> ."), says="rdfs:subClassOf"),
    Case("same-as", data(f"{THING} <http://www.w3.org/2002/07/owl#sameAs> <http://x/> ."), "data/things.ttl:7:75"),
    Case("homepage", data(f"{THING} <http://xmlns.com/foaf/0.1/homepage> <http://x/> ."), "data/things.ttl:7:73"),
    Case(
        "disjoint-classes",
        {**ontology(f"{term('Act', 'owl:Class', '; rdfs:subClassOf <http://www.w3.org/ns/prov#Activity>')}{term('Plan', 'owl:Class', '; rdfs:subClassOf <http://www.w3.org/ns/prov#Entity>')}"),
         **data(f"{THING} a ex:Act , ex:Plan .")},
        "data/things.ttl:4:36", "prov:Activity and prov:Entity",
    ),
    Case("blank-node", data(f"{THING} ex:uses [ a ex:Tool ] ."), "data/things.ttl:7:44"),
    Case("iri-length", data(f"{THING} ex:uses <http://x/{'y' * 2000}> ."), "data/things.ttl:7:44"),
    Case("iri-path", data("<https://example.org/id/thing/..%2Fetc> a ex:Thing ."), "data/things.ttl:7:1"),
    Case("iri-path", data("<https://example.org/id/a/../b> a ex:Thing ."), "data/things.ttl:7:1"),
    Case("iri-case", data("<https://example.org/id/thing/One> a ex:Thing ."), "data/things.ttl:7:1"),
    Case("iri-shape", data("<https://example.org/id/thing/été> a ex:Thing ."), "data/things.ttl:7:1"),
    Case("iri-scheme", data(f"{THING} ex:uses <javascript:alert(1)> ."), "data/things.ttl:7:44"),
    Case("shape-term", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ;\n  sh:property [ sh:path ex:size ; sh:minCuont 1 ] ."), "shapes/s.ttl:7:35", 'mean "minCount"'),
    Case("shape-path", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ;\n  sh:property [ sh:minCount 1 ; sh:message 'x' ] ."), "shapes/s.ttl:7:15", "needs one sh:path"),
    Case("shape-path", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ;\n  sh:property [ sh:path ( ex:size ) ; sh:minCount 1 ; sh:message 'x' ] ."), "shapes/s.ttl:7:25", "no SHACL path"),
    Case("shape-target", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:size ."), "shapes/s.ttl:6:40", "wants a class"),
    Case("shape-parameter", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ;\n  sh:property [ sh:path ex:size ; sh:minCount '1' ; sh:message 'x' ] ."), "shapes/s.ttl:7:47", "whole number"),
    Case("shape-parameter", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:nodeKind ex:Iri ; sh:message 'x' ."), "shapes/s.ttl:6:63", "kinds"),
    Case("shape-pattern", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:pattern '(' ; sh:message 'x' ."), "shapes/s.ttl:6:62"),
    Case("shape-severity", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:severity sh:Vioaltion ."), "shapes/s.ttl:6:63"),
    Case("shape-query", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message 'x' ; sh:select 'SELEKT' ] ."), "shapes/s.ttl:6:91"),
    Case("shape-service", shapes(r"exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message 'x' ; sh:select 'SELECT $this { S\\u0045RVICE <http://x/> { $this ?p ?o } }' ] ."), "shapes/s.ttl:6:90"),
    Case("shape-service", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message 'x' ; sh:select 'SELECT $this FROM <http://x/> { $this ?p ?o }' ] ."), "shapes/s.ttl:6:90"),
    Case("shape-service", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message 'x' ; sh:select 'SELECT $this { SERVICE <http://x/> { $this ?p ?o } }' ] ."), "shapes/s.ttl:6:90"),
    Case("shape-unsupported", shapes("exsh:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] ."), "shapes/s.ttl:6:", times=2),
    Case("shape-unreachable", shapes("exsh:S a sh:NodeShape ; sh:nodeKind sh:IRI ."), "shapes/s.ttl:6:1"),
    Case("shape-message", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:size ; sh:minCount 1 ] ."), "shapes/s.ttl:6:63"),
    Case("shape-deactivated", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:deactivated true ; sh:nodeKind sh:IRI ; sh:message 'x' ."), "shapes/s.ttl:6:66"),
    Case("shapes-broken", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message 'x' ; sh:select 'SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }' ] ."), says="MINUS"),
    Case("ontology-iri", {"ontology/ns.ttl": ONTOLOGY.replace("<https://example.org/ns> a", "<https://example.org/other> a")}, "ontology/ns.ttl:10:1"),
    Case("ontology-licence", ontology_without("    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;\n"), "ontology/ns.ttl:10:1"),
    Case("ontology-version", ontology_without('    owl:versionInfo "1.0.0" ;\n'), says="versionInfo"),
    Case("ontology-version", {"ontology/ns.ttl": ONTOLOGY.replace('versionInfo "1.0.0"', 'versionInfo "1.0.1"')}, says="1.0.1"),
    Case("ontology-metadata", ontology_without('    dcterms:title "Example vocabulary"@en ;\n'), says="no title"),
    Case("ontology-extra", {}, "ontology/ns.ttl:10:1", times=5),
    Case("ontology-namespace", {"ontology/ns.ttl": ONTOLOGY.replace('Prefix "ex"', 'Prefix "exo"')}, "ontology/ns.ttl:19:35", '"ex"'),
    Case("term-untyped", ontology("ex:Odd rdfs:label 'odd'@en ."), says="no type", times=1),
    Case("term-untyped", ontology("ex:Tool rdfs:subClassOf ex:size ."), says="used as a class"),
    Case("term-foreign", ontology("<http://other.example/Class> a owl:Class ."), says="somebody else"),
    Case("term-label", ontology_without('    rdfs:label "tool"@en ;\n'), says="@en"),
    Case("term-definition", ontology_without('    rdfs:comment "A thing to work with."@en ;\n'), says="@en"),
    Case("term-defined-by", ontology(term("Odd", "owl:Class").replace("rdfs:isDefinedBy <https://example.org/ns> ;", "rdfs:subClassOf ex:Thing ;"))),
    Case("term-status", ontology(term("Odd", "owl:Class", "; rdfs:subClassOf ex:Thing").replace('vs:term_status "testing"', "rdfs:seeAlso ex:Tool"))),
    Case("term-name", ontology(term("odd", "owl:Class", "; rdfs:subClassOf ex:Thing")), says="UpperCamel"),
    Case("term-same-label", ontology(term("Odd", "owl:Class", '; rdfs:subClassOf ex:Thing ; rdfs:label "Tool"@en')), says="ex:Tool"),
    Case("term-extension", {"ontology/ns.ttl": ONTOLOGY + "<https://example.org/more.owl> a owl:Ontology ."}),
    Case("term-domain", ontology(term("odd", "owl:DatatypeProperty"))),
    Case("term-unconnected", ontology(term("Odd", "owl:Class"))),
    Case("no-inverses", {}, says="1 of 1"),
    Case("no-disjointness", {}),
    Case("class-cycle", ontology("ex:Thing rdfs:subClassOf ex:Tool ."), times=2),
    Case("property-cycle", ontology("ex:uses rdfs:subPropertyOf ex:uses ."), says="superproperty"),
    Case("several-domains", ontology("ex:uses rdfs:range ex:Thing ."), says="dcam:rangeIncludes"),
    Case("wrong-equivalent", ontology("ex:Tool owl:equivalentClass ex:Thing ."), says="above or below"),
    Case("wrong-inverse", ontology("ex:size owl:inverseOf ex:uses ."), says="literal"),
    Case("wrong-inverse", ontology(term("usedBy", "owl:ObjectProperty", "; owl:inverseOf ex:uses ; rdfs:domain <http://x/A> ; rdfs:range <http://x/B>")), says="cannot be inverse"),
    Case("inverse-of-itself", ontology("ex:uses owl:inverseOf ex:uses .")),
    Case("wrong-symmetric", ontology(term("near", "owl:ObjectProperty , owl:SymmetricProperty", "; rdfs:domain ex:Thing ; rdfs:range <http://x/B>"))),
    Case("wrong-transitive", ontology(term("after", "owl:DatatypeProperty , owl:TransitiveProperty", "; rdfs:domain ex:Thing"))),
    Case("concept-label", data(CONCEPT.format("a", "A", '; skos:prefLabel "B"@en'), SKOS_P), says="two preferred"),
    Case("concept-label", data("<https://example.org/id/concept/a> a skos:Concept ; skos:inScheme <https://example.org/id/scheme/s> .", SKOS_P), says="no preferred"),
    Case("label-clash", data(CONCEPT.format("a", "A", '; skos:altLabel "A"@en'), SKOS_P)),
    Case("broader-cycle", data(CONCEPT.format("a", "A", "; skos:broader <https://example.org/id/concept/b>") + CONCEPT.format("b", "B", "; skos:narrower <https://example.org/id/concept/b>"), SKOS_P)),
    Case("related-broader", data(CONCEPT.format("a", "A", "; skos:broader <https://example.org/id/concept/b> ; skos:related <https://example.org/id/concept/b>") + CONCEPT.format("b", "B", ""), SKOS_P)),
    Case("concept-orphan", data('<https://example.org/id/concept/a> a skos:Concept ; skos:prefLabel "A"@en .', SKOS_P)),
    Case("shacl", shapes("[] a sh:NodeShape ; sh:targetClass ex:Thing ; sh:maxLength 3 ; sh:message 'Too long.'  ."), "data/things.ttl:4:1", "Too long"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.code}-{c.says or c.place}"[:40])
def test_each_slip_is_found(case: Case, tmp_path: Path) -> None:
    report = checked(tmp_path, case.files, case.toml)
    found = [f for f in report.findings if f.code == case.code]
    assert len(found) == case.times, outputs.as_text(report)
    for f in found:
        assert f.severity == BY_NAME[case.code].severity
        assert str(f.place or "").startswith(case.place)
        assert case.says in f"{f.message} {f.hint}"


def test_every_code_has_a_case_and_a_page() -> None:
    documented = set(
        re.findall(
            r"^\| `([a-z][a-z-]*)` \|", (ROOT / "docs" / "findings.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert set(BY_NAME) == documented == set(explanations())
    assert {case.code for case in CASES} <= set(BY_NAME)
    assert {code.stage for code in TABLE} == set(STAGES)


def test_documented_severities_are_the_real_ones() -> None:
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", text, re.MULTILINE)
    assert dict(rows) == {code.name: code.severity.label for code in TABLE}


def test_a_clean_project_has_notes_only(tmp_path: Path) -> None:
    report = checked(tmp_path)
    assert report.worst is Severity.NOTE
    assert report.conforms


NOT_FOUND = [
    ("unknown-term", data(f"{THING} <http://www.w3.org/1999/02/22-rdf-syntax-ns#_1> 1 .")),
    ("mapping-of-terms", data(CONCEPT.format("a", "A", "; skos:closeMatch <http://x/>"), SKOS_P)),
    ("undefined-term", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:size ] .")),
    ("iri-path", data(f"{THING} ex:uses <http://elsewhere.example/a%2Fb/../c> .")),
    ("unused-prefix", data(f'{THING} ex:size "1"^^x:d .', "@prefix x: <http://x/> .\n")),
    ("shape-message", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:message 'x' ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:class ex:Tool ] ) .")),
    ("shape-deactivated", shapes("exsh:ThingView a sh:NodeShape ; sh:targetClass ex:Thing ; sh:deactivated true ; sh:property [ sh:path ex:size ; sh:order 1 ] .")),
    ("shape-service", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message 'x' ; sh:select 'SELECT $this { $this ex:size \"SERVICE\" }' ] .")),
    ("shape-path", shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ( ex:uses [ sh:zeroOrMorePath [ sh:inversePath ex:uses ] ] [ sh:alternativePath ( ex:size ex:uses ) ] ) ] .")),
    ("term-domain", ontology(term("odd", "owl:DatatypeProperty", "; <http://purl.org/dc/dcam/domainIncludes> ex:Thing"))),
    ("wrong-inverse", ontology(term("usedBy", "owl:ObjectProperty", "; owl:inverseOf ex:uses ; rdfs:domain ex:Tool ; rdfs:range ex:Thing"))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files"), NOT_FOUND, ids=[code for code, _ in NOT_FOUND])
def test_no_false_alarm(code: str, files: Mapping[str, str], tmp_path: Path) -> None:
    report = checked(tmp_path, files)
    assert code not in codes(report), outputs.as_text(report)


# --- syntax -----------------------------------------------------------------------------------------------------------


def test_several_syntax_errors_of_one_file(tmp_path: Path) -> None:
    report = checked(tmp_path, data("ex:a ex:b e:f .\nex:c ex:d oops .\n<a b> ex:d 1 .\nex:e ex:size 1 .\n"))
    assert [f.place.line for f in report.findings if f.code == "syntax" and f.place] == [7, 8, 9]


@pytest.mark.parametrize(
    ("used", "hint"),
    [("skso:note", 'Did you mean "skos"?'), ("skos:note", "Add @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."), ("qqq:x", "Declare it")],
)  # fmt: skip
def test_an_undeclared_prefix_comes_with_advice(used: str, hint: str, tmp_path: Path) -> None:
    finding = only(checked(tmp_path, data(f'{THING} {used} "x" .')), "syntax")
    assert finding.place == Place("data/things.ttl", 7, 36)
    assert hint in finding.hint


def test_later_stages_wait_for_syntax_but_lexical_forms_do_not(tmp_path: Path) -> None:
    report = checked(tmp_path, data(f"{THING} ex:nothing 01 .\noops"))
    assert {"syntax", "canonical", "skipped"} <= set(codes(report))
    assert "undefined-term" not in codes(report)
    assert codes(report)[-1] == "skipped"  # behind what it follows from


def test_that_shapes_were_not_run_is_said_last(tmp_path: Path) -> None:
    broken = shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:propery [] .")
    found = codes(checked(tmp_path, broken))
    assert "shape-term" in found
    assert found[-1] == "skipped"


# --- lexical forms ----------------------------------------------------------------------------------------------------

X = "http://www.w3.org/2001/XMLSchema#"
EDTF = "http://id.loc.gov/datatypes/edtf/"
WELL_FORMED = {
    "boolean": "true false 1 0",
    "integer": "0 -1 +1 007 99999999999999999999999999999999999999999",
    "nonNegativeInteger": "0 1 -0",
    "byte": "-128 127",
    "unsignedLong": "18446744073709551615",
    "decimal": "1 1.5 .5 1. -0.0",
    "double": "1e3 -1.5E-3 INF -INF NaN 1",
    "date": "2008-02-29 2008-02-29Z 2008-02-29-05:00 -0044-03-15 12008-01-01 2000-02-29",
    "dateTime": "2008-02-07T10:00:00 2008-02-07T24:00:00 2008-02-07T10:00:00.5+14:00",
    "dateTimeStamp": "2008-02-07T10:00:00Z",
    "time": "10:00:00 23:59:59.9Z",
    "gYear": "2008 -0044 2008Z 12008",
    "gYearMonth": "2008-02",
    "gMonth": "--02",
    "gMonthDay": "--02-29",
    "gDay": "---31",
    "duration": "P1Y P1M P1DT1H -P1Y2M3DT4H5M6.7S PT0S",
    "yearMonthDuration": "P1Y P0M",
    "dayTimeDuration": "P1D PT1H",
    "hexBinary": "0aF1",
    "base64Binary": "YQ== YWI= YWJj",
    "language": "en pt-br",
    "anyURI": "http://x/ a/b",
    "NCName": "a.b",
}
ILL_FORMED = {
    "boolean": "none True TRUE yes",
    "integer": "1.0 1e3 one + ١",
    "nonNegativeInteger": "-1",
    "positiveInteger": "0",
    "byte": "128 -129",
    "unsignedLong": "-1 18446744073709551616",
    "decimal": "1e3 . INF",
    "double": "inf nan 1e",
    "date": "2008-02-30 2007-02-29 2008-2-7 08-02-07 2008-13-01 2008 2008-02-07T10:00:00 1900-02-29 012008-01-01",
    "dateTime": "2008-02-07 2008-02-30T10:00:00 2008-02-07T25:00:00 2008-02-07T24:00:01 2008-02-07T10:00",
    "dateTimeStamp": "2008-02-07T10:00:00",
    "time": "10:00 24:00:01",
    "gYear": "08 2008-02 20080 twenty 02008",
    "gYearMonth": "2008-13 2008",
    "gMonth": "02 --13",
    "gMonthDay": "--02-30 02-29",
    "gDay": "---32 31",
    "duration": "P 1Y P1S PT P1H",
    "yearMonthDuration": "P1D",
    "dayTimeDuration": "P1Y",
    "hexBinary": "0 xx",
    "base64Binary": "Y YQ=",
    "language": "en_gb toolonglang",
    "NCName": "1a a:b",
}
ILL_FORMED["gYear"] = ILL_FORMED["gYear"].replace("20080 ", "")  # five digits are a year, too


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in WELL_FORMED.items() for text in texts.split()]
)
def test_well_formed_literals(kind: str, text: str) -> None:
    assert lexical.PROBLEMS[X + kind](text) == ""


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in ILL_FORMED.items() for text in texts.split()]
)
def test_ill_formed_literals(kind: str, text: str) -> None:
    assert lexical.PROBLEMS[X + kind](text) != ""


@pytest.mark.parametrize(
    ("literal", "stored"),
    [
        ("01", "1"), ("2.50", "2.5"), ('"1"^^xsd:boolean', "true"), ('"2008-01-01T00:00:00.000Z"^^xsd:dateTime', "2008-01-01T00:00:00Z"),
        ("+1", "1"), ('"P12M"^^xsd:duration', "P1Y"),
    ],
)  # fmt: skip
def test_forms_that_the_endpoint_would_change(literal: str, stored: str, tmp_path: Path) -> None:
    finding = only(checked(tmp_path, data(f"{THING} ex:size {literal} .", f"@prefix xsd: <{X}> .\n")), "canonical")
    assert finding.hint == f'Write "{stored}".'


@pytest.mark.parametrize(
    "literal", ["1", "2.5", "true", '"2008-02"^^<http://id.loc.gov/datatypes/edtf/EDTF-level0>', '"01"', '"x"@en']
)
def test_forms_that_stay(literal: str, tmp_path: Path) -> None:
    report = checked(tmp_path, data(f"{THING} ex:size {literal} ."))
    assert not {"canonical", "lexical-form"} & set(codes(report))


# --- SHACL: the traps -------------------------------------------------------------------------------------------------


def shacl_findings(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.code not in BY_NAME]


def test_a_finding_names_rule_thing_and_place(tmp_path: Path) -> None:
    text = "exsh:SmallThing a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:size ; sh:maxInclusive 2 ;\n  sh:severity sh:Warning ; sh:message 'Demasiado grande.'@es , 'Too big.'@en ] ."
    [finding] = shacl_findings(checked(tmp_path, shapes(text)))
    assert finding == Finding(
        "small-thing",
        Severity.WARNING,
        "Too big.",
        Place("data/things.ttl", 6, 13),
        "https://example.org/id/thing/one",
        'One (id/thing/one), ex:size "3"; rule in shapes/s.ttl:6',
    )


def test_a_missing_value_points_at_the_thing(tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:uses ; sh:minCount 1 ] ."
    [finding] = shacl_findings(checked(tmp_path, shapes(text)))
    assert (str(finding.place), finding.message) == ("data/things.ttl:4:1", "ex:uses has too few values.")


def test_nested_shapes_see_all_values(tmp_path: Path) -> None:
    """pySHACL's ``focus_nodes`` would filter inside nested shapes, and three violations would conform."""
    text = """
exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:message 'Bad tool.' ;
  sh:property [ sh:path ex:uses ; sh:node [ sh:property [ sh:path ex:size ; sh:minCount 1 ] ] ; sh:message 'Bad tool.' ] ."""
    tools = "".join(
        f"{THING} ex:uses <https://example.org/id/tool/{n}> .\n<https://example.org/id/tool/{n}> a ex:Tool .\n"
        for n in "abc"
    )
    report = checked(tmp_path, {**shapes(text), **data(tools)})
    assert [f.place.line for f in shacl_findings(report) if f.place] == [7, 9, 11]


def test_plain_and_typed_strings_are_equal(tmp_path: Path) -> None:
    """Other bridges to pyoxigraph find ``"x"`` and ``"x"^^xsd:string`` unequal, and report falsely."""
    text = """
exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path rdfs:comment ; sh:in ( "x"^^xsd:string ) ; sh:message 'in' ] ,
  [ sh:path rdfs:comment ; sh:hasValue "x" ; sh:message 'hasValue' ] ."""
    assert shacl_findings(checked(tmp_path, {**shapes(text), **data(f'{THING} rdfs:comment "x" .')})) == []
    report = checked(tmp_path / "2", {**shapes(text), **data(f'{THING} rdfs:comment "y"^^<{X}string> .')})
    assert sorted(result.message for result in report.results) == ["hasValue", "in"]


@pytest.mark.parametrize(
    ("kind", "text"), [("boolean", "none"), ("dateTime", "yesterday"), ("gYear", "20-08"), ("date", "2008-02-30")]
)
def test_ill_formed_literals_do_not_slip_through_as_something_else(kind: str, text: str, tmp_path: Path) -> None:
    """rdflib turns ``"none"^^xsd:boolean`` into ``false``; pySHACL passes an ill-formed dateTime or gYear."""
    rule = f"exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path rdfs:comment ; sh:hasValue false ; sh:datatype xsd:{kind} ; sh:message 'x' ] ."
    report = checked(tmp_path, {**shapes(rule), **data(f'{THING} rdfs:comment "{text}"^^<{X}{kind}> .')})
    assert text in only(report, "lexical-form").message
    assert report.results  # not taken for false
    assert shacl_findings(report) == []  # it follows from the finding about its form


def test_terms_go_over_as_written() -> None:
    literals = [
        ox.Literal(text, datatype=ox.NamedNode(X + kind))
        for kind, text in [("boolean", "none"), ("integer", "01"), ("gYear", "x")]
    ]
    triples = [ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), literal) for literal in literals]
    import rdflib

    graph = to_rdflib(triples, rdflib.Graph())
    assert {(str(o), str(o.datatype)) for o in graph.objects()} == {(lit.value, lit.datatype.value) for lit in literals}  # type: ignore[union-attr]


def test_a_misspelt_constraint_does_not_conform(tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:uses ; sh:mincount 1 ; sh:message 'x' ] ."
    report = checked(tmp_path, shapes(text))
    assert not report.conforms
    assert {"shape-term", "skipped"} <= set(codes(report))


def test_targets_stay_off_the_vocabulary(tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetSubjectsOf rdfs:label ; sh:message 'No.' ; sh:property [ sh:path ex:uses ; sh:minCount 1 ; sh:message 'No.' ] ."
    assert [f.focus for f in shacl_findings(checked(tmp_path, shapes(text)))] == ["https://example.org/id/thing/one"]


def test_concepts_in_the_ontology_folder_are_data(tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetSubjectsOf rdfs:label ; sh:property [ sh:path ex:uses ; sh:minCount 1 ; sh:message 'No.' ] ."
    concept = "<https://example.org/id/role/a> a skos:Concept ; skos:prefLabel 'a'@en ; rdfs:label 'a'@en ; skos:inScheme <https://example.org/id/scheme/role> ."
    report = checked(tmp_path, {**shapes(text), **ontology(concept)})
    assert "https://example.org/id/role/a" in {f.focus for f in shacl_findings(report)}


def test_subclasses_count_without_inference(tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:uses ; sh:class ex:Thing ; sh:message 'x' ] , [ sh:path ex:size ; sh:minCount 1 ; sh:message 'Size?' ] ."
    tool = "<https://example.org/id/tool/a>"
    report = checked(tmp_path, {**shapes(text), **data(f"{THING} ex:uses {tool} . {tool} a ex:Tool .")})
    assert [(f.focus, f.message) for f in shacl_findings(report)] == [("https://example.org/id/tool/a", "Size?")]


def test_derived_quads_are_seen_when_given(tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:uses ; sh:minCount 1 ; sh:message 'x' ] ."
    config, sources = loaded(make_project(tmp_path, {**FILES, **shapes(text)}))
    one, uses = ox.NamedNode("https://example.org/id/thing/one"), ox.NamedNode("https://example.org/ns#uses")
    derived = ox.Quad(one, uses, one, ox.NamedNode("https://example.org/graph/derived"))
    assert len(shacl_findings(check(config, sources, sources.quads))) == 1
    assert shacl_findings(check(config, sources, [*sources.quads, derived])) == []


def test_date_against_date_time_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    """Engines differ in ordering the two; a shape that forbids the mixture sees it here."""
    text = """
exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ;
  sh:property [ sh:path rdfs:comment ; sh:datatype xsd:date ; sh:message 'Write xsd:date.' ] ,
  [ sh:path rdfs:comment ; sh:lessThan rdfs:seeAlso ; sh:message 'Order.' ] ."""
    values = f'{THING} rdfs:comment "2008-01-01T00:00:00Z"^^<{X}dateTime> ; rdfs:seeAlso "2008-01-02"^^<{X}date> .'
    report = checked(tmp_path, {**shapes(text), **data(values)})
    assert "Write xsd:date." in {f.message for f in shacl_findings(report)}


def test_blank_focus_nodes_have_a_place(tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetClass ex:Tool ; sh:property [ sh:path ex:size ; sh:minCount 1 ; sh:message 'x' ] ."
    report = checked(tmp_path, {**shapes(text), **data(f"{THING} ex:uses [ a ex:Tool ] .")})
    assert [str(f.place) for f in shacl_findings(report)] == ["data/things.ttl:7:44"]


OTHER_FORMATS = {
    "data/x.nt": '<https://example.org/id/tool/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/ns#Tool> .\n',
    "data/x.nq": '\n<https://example.org/id/tool/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/ns#Tool> <https://example.org/graph/x> .\n',
    "data/x.trig": '@prefix ex: <https://example.org/ns#> .\n<https://example.org/graph/x> {\n  <https://example.org/id/tool/a> a ex:Tool }\n',
    "data/x.jsonld": '{\n  "@id": "https://example.org/id/tool/a",\n  "@type": "https://example.org/ns#Tool" }',
    "data/x.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n  xmlns:ex="https://example.org/ns#">\n<ex:Tool rdf:about="https://example.org/id/tool/a"/>\n</rdf:RDF>',
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place"),
    [("data/x.nt", "data/x.nt:1:1"), ("data/x.nq", "data/x.nq:2:1"), ("data/x.trig", "data/x.trig:3:3"), ("data/x.jsonld", "data/x.jsonld:2"), ("data/x.rdf", "data/x.rdf:3")],
)  # fmt: skip
def test_places_in_every_format(name: str, place: str, tmp_path: Path) -> None:
    text = "exsh:S a sh:NodeShape ; sh:targetClass ex:Tool ; sh:property [ sh:path ex:size ; sh:minCount 1 ; sh:message 'x' ] ."
    report = checked(tmp_path, {**shapes(text), name: OTHER_FORMATS[name]})
    [found] = shacl_findings(report)
    assert f"{found.place}:".startswith(f"{place}:")


def test_a_run_leaves_pyshacl_as_it_was(tmp_path: Path) -> None:
    import gc

    from pyshacl import shape

    before = getattr(shape, "CONSTRAINT_PARAMS", None)
    checked(tmp_path, shapes("exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:nodeKind sh:IRI ; sh:message 'x' ."))
    assert gc.isenabled()
    assert getattr(shape, "CONSTRAINT_PARAMS", None) in (before, (None, None))


# --- the report -------------------------------------------------------------------------------------------------------


def report_of(tmp_path: Path, lint: str = "") -> Report:
    text = "exsh:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:size ; sh:maxInclusive 2 ; sh:message 'Too \"big\".' ] ."
    return checked(tmp_path, {**shapes(text), **data(f"{THING} ex:size 04 .")}, TOML + lint)


def test_reading_order_is_that_of_the_stages(tmp_path: Path) -> None:
    found = codes(report_of(tmp_path))
    assert [stage_of(code) for code in found] == sorted(stage_of(code) for code in found)
    assert found[0] == "canonical"
    assert found[-1] == "s"


def test_as_text(tmp_path: Path) -> None:
    lines = outputs.as_text(report_of(tmp_path)).splitlines()
    assert lines[0] == 'data/things.ttl:7:44: note[canonical]: "04" is not the canonical form of this xsd:integer.'
    assert lines[1] == '    Write "4".'
    assert 'data/things.ttl:7:44: violation[s]: Too "big".' in lines
    assert re.fullmatch(r"2 violations, \d+ notes\.", lines[-1])
    assert outputs.as_text(Report()) == "No findings."


def test_findings_of_one_kind_are_told_together() -> None:
    def found(severity: Severity, message: str, line: int, file: str = "data/a.ttl") -> Finding:
        return Finding("canonical", severity, message, Place(file, line), hint="Mend it.")

    same = [found(Severity.NOTE, "Same.", n) for n in range(1, 7)]
    others = [found(Severity.NOTE, f"Other {n}.", n, f"data/{n % 2}.ttl") for n in range(10, 1_210)]
    report = Report((*same, *others))
    assert outputs.as_text(report, each=False).splitlines() == [
        "data/a.ttl:1: note[canonical]: Same.",
        "    Mend it.",
        "    Here too: data/a.ttl:2, data/a.ttl:3, data/a.ttl:4, and 2 more.",
        "data/0.ttl:10: note[canonical]: Other 10.",
        "    Mend it.",
        "data/1.ttl:11: note[canonical]: Other 11.",
        "    Mend it.",
        "note[canonical]: 1,206 of this kind; 1,198 more in data/0.ttl (599), data/1.ttl (599).",
        "    See each with: ecoop-ld check --all",
        "1,206 notes.",
    ]
    assert len(outputs.as_text(report).splitlines()) == 2 * 1_206 + 1
    assert len(report.as_json()) == 1_206
    violations = Report(tuple(found(Severity.VIOLATION, f"Bad {n}.", n) for n in range(10)))
    assert outputs.as_text(violations, each=False) == outputs.as_text(violations)


def test_as_json(tmp_path: Path) -> None:
    rows = json.loads(json.dumps(report_of(tmp_path).as_json()))
    assert rows[0] == {
        "code": "canonical",
        "severity": "note",
        "message": '"04" is not the canonical form of this xsd:integer.',
        "file": "data/things.ttl",
        "line": 7,
        "column": 44,
        "focus": "https://example.org/id/thing/one",
        "hint": 'Write "4".',
    }


def test_as_rdf_is_a_validation_report(tmp_path: Path) -> None:
    graph = ox.Dataset(ox.parse(report_of(tmp_path).as_rdf(), format=ox.RdfFormat.TURTLE))

    def values(word: str) -> list[str]:
        return sorted(q.object.value for q in graph.quads_for_predicate(ox.NamedNode(SH + word)))  # type: ignore[union-attr]

    assert values("conforms") == ["false"]
    assert values("focusNode") == ["https://example.org/id/thing/one"] * 2
    assert values("value") == ["04", "3"]
    assert values("resultPath") == ["https://example.org/ns#size"] * 2
    assert values("sourceShape") == ["https://example.org/shapes#S"] * 2
    assert values("sourceConstraintComponent") == [SH + "MaxInclusiveConstraintComponent"] * 2


def test_reports_are_values(tmp_path: Path) -> None:
    one, two = report_of(tmp_path / "1"), report_of(tmp_path / "2")
    assert one == two
    assert one.as_rdf() == two.as_rdf()
    assert one != report_of(tmp_path / "3", '\n[lint]\ncanonical = "off"\n')


GRADES = [("canonical", "violation", Severity.VIOLATION), ("canonical", "off", None), ("s", "note", Severity.NOTE)]


@pytest.mark.parametrize(("code", "wanted", "severity"), GRADES)
def test_lint_regrades_codes_of_checks_and_of_shapes(
    code: str, wanted: str, severity: Severity | None, tmp_path: Path
) -> None:
    report = report_of(tmp_path, f'\n[lint]\n{code} = "{wanted}"\n')
    assert {f.severity for f in report.findings if f.code == code} == ({severity} if severity is not None else set())
    assert "lint-code" not in codes(report)


def test_syntax_cannot_be_switched_off(tmp_path: Path) -> None:
    report = checked(tmp_path, data("oops"), TOML + '\n[lint]\nsyntax = "off"\n')
    assert not report.conforms


@pytest.mark.parametrize(
    ("severities", "normal", "strict"),
    [((), 0, 0), ((Severity.NOTE,), 0, 1), ((Severity.WARNING,), 0, 1), ((Severity.NOTE, Severity.VIOLATION), 1, 1)],
)
def test_exit_codes(severities: tuple[Severity, ...], normal: int, strict: int, tmp_path: Path) -> None:
    config, _ = loaded(make_project(tmp_path))
    report = assemble(config, [Finding("x", severity, severity.label) for severity in severities])
    assert (report.exit_code(), report.exit_code(strict=True)) == (normal, strict)
    assert sum(report.counts.values()) == len(severities)
    assert report.worst == max(severities, default=None)


def test_repeated_findings_are_said_once(tmp_path: Path) -> None:
    config, _ = loaded(make_project(tmp_path))
    twice = [Finding("x", Severity.NOTE, "same")] * 2
    assert len(assemble(config, twice).findings) == 1


# --- this project -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_this_project_is_clean() -> None:
    from ecoop_ld import config as settings

    config = settings.load(ROOT)
    sources = load(config)
    report = check(config, sources, sources.quads)
    assert [f for f in report.findings if f.severity > Severity.NOTE] == [], outputs.as_text(report)
