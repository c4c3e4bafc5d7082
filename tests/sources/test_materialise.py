"""What rules derive."""

from __future__ import annotations

import socket
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT
from projects import FILES, PREFIXES, make_project

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise, rules

BASE = "https://w3id.org/ecoop/"

RULES = {
    "subclass": (
        "ex:B rdfs:subClassOf ex:A . ex:C rdfs:subClassOf ex:B . ex:x a ex:C .",
        {"ex:x a ex:B", "ex:x a ex:A"},
    ),
    "subproperty": ("ex:q rdfs:subPropertyOf ex:p . ex:x ex:q ex:y .", {"ex:x ex:p ex:y"}),
    "inverse": ("ex:q owl:inverseOf ex:p . ex:x ex:q ex:y . ex:v ex:p ex:w .", {"ex:y ex:p ex:x", "ex:w ex:q ex:v"}),
    "symmetric": ("ex:p a owl:SymmetricProperty . ex:x ex:p ex:y .", {"ex:y ex:p ex:x"}),
    "transitive": ("ex:p a owl:TransitiveProperty . ex:x ex:p ex:y . ex:y ex:p ex:z .", {"ex:x ex:p ex:z"}),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_derives_what_it_says_and_never_what_is_stated(tmp_path: Path, rule: str) -> None:
    stated, expected = RULES[rule]
    settings = config.load(make_project(tmp_path, FILES))
    prefixes = PREFIXES + "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    graph = ox.NamedNode("https://example.org/graph/data")
    quads = [
        ox.Quad(q.subject, q.predicate, q.object, graph)
        for q in ox.parse(prefixes + stated, format=ox.RdfFormat.TURTLE)
    ]
    derived = materialise(settings, quads)
    wanted = {
        (q.subject, q.predicate, q.object)
        for line in expected
        for q in ox.parse(f"{prefixes}{line} .", format=ox.RdfFormat.TURTLE)
    }
    assert {(q.subject, q.predicate, q.object) for q in derived} == wanted
    assert {str(q.graph_name) for q in derived} == {"<https://example.org/graph/derived>"}


def test_the_projects_own_rules_derive_who_took_part_and_who_organised() -> None:
    settings = config.load(ROOT)
    assert {"ontology/rules/participated-in.rq", "ontology/rules/organized-by.rq"} <= set(rules(settings))
    derived = {str(q).rsplit(" ", 1)[0] for q in materialise(settings, files.load(settings).quads)}
    lacnic, august = f"<{BASE}id/org/lacnic>", f"<{BASE}id/process/regional-igf-prep-2008>"
    assert f"{lacnic} <{BASE}ns#participatedIn> {august}" in derived
    assert f"{august} <{BASE}ns#organizedBy> {lacnic}" in derived
    assert f"<{BASE}id/group/non-governmental> <{BASE}ns#participatedIn> <{BASE}id/event/wtsa-08>" not in derived


def test_a_rule_that_is_no_construct_query_is_named(tmp_path: Path) -> None:
    settings = config.load(make_project(tmp_path, {**FILES, "ontology/rules/bad.rq": "SELECT * { ?s ?p ?o }"}))
    with pytest.raises(UserError, match=r"ontology/rules/bad\.rq.*CONSTRUCT"):
        materialise(settings, files.load(settings).quads)


def test_a_rule_asks_no_other_endpoint(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        rule = f"# far\nCONSTRUCT {{ ?s ?p ?o }} WHERE {{\n SERVICE <{address}> {{ ?s ?p ?o }} }}"
        settings = config.load(make_project(tmp_path, {**FILES, "ontology/rules/far.rq": rule}))
        with pytest.raises(UserError, match=r"ontology/rules/far\.rq.*SERVICE is not available"):
            materialise(settings, files.load(settings).quads)
        with pytest.raises(BlockingIOError):
            listener.accept()
