"""Small modules by themselves: names, addresses, formats, sources, materialise, sharing, questions, displays."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT
from projects import FILES, PREFIXES, loaded, make_project

from ecoop_ld import config
from ecoop_ld.addresses import Addresses, relative
from ecoop_ld.build.parallel import HelperFailed, Shared
from ecoop_ld.errors import UserError
from ecoop_ld.model import questions
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, HTML, JSON_LD, TURTLE, content_type
from ecoop_ld.server.negotiation import negotiate, negotiate_language
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise, rules

BASE = "https://w3id.org/ecoop/"


@pytest.fixture(scope="module")
def addresses() -> Addresses:
    return Addresses(config.load(ROOT))


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE + "id/org/lacnic", "doc/org/lacnic"),
        (BASE + "id/claim-kind/reported", "doc/claim-kind/reported"),
        (BASE + "id/org/LACNIC", r"doc/other/.*org-lacnic-[0-9a-f]{12}"),
        (BASE + "id/org/con", r"doc/other/.*org-con-[0-9a-f]{12}"),
        (BASE + "id/org/../../x", r"doc/other/[a-z0-9-]+"),
        (BASE + "id/org/%2e%2e", r"doc/other/[a-z0-9-]+"),
        ("http://elsewhere.example/ñandú?q=1", r"doc/other/elsewhere-example-nandu-q-1-[0-9a-f]{12}"),
        ("urn:x", r"doc/other/urn-x-[0-9a-f]{12}"),
    ],
)
def test_documents(addresses: Addresses, iri: str, path: str) -> None:
    import re

    assert re.fullmatch(path, addresses.document(iri))


def test_pages_and_fragments(addresses: Addresses) -> None:
    assert addresses.page(BASE + "ns#Claim") == ("ns", "Claim")
    assert addresses.page(BASE + "id/passage/f071#selector") == ("doc/passage/f071", "")
    assert addresses.page("https://example.org/x") is None
    assert addresses.thing_path(BASE + "id/../../etc") == ""
    assert addresses.file("doc/org/lacnic", HTML, "es") == "doc/org/lacnic.es.html"
    assert addresses.file("doc/org/lacnic", HTML, "en") == "doc/org/lacnic.html"
    assert addresses.file("doc/org/lacnic", TURTLE) == "doc/org/lacnic.ttl"


@pytest.mark.parametrize(
    ("here", "there", "link"),
    [("doc/org/a.html", "doc/org/b.html", "../../doc/org/b.html"), ("index.html", "ns.html", "./ns.html"), ("a/b.html", "c d.html", "../c%20d.html")],
)  # fmt: skip
def test_relative_links(here: str, there: str, link: str) -> None:
    assert relative(here, there) == link


def test_names() -> None:
    prefixes = {"a": "http://a/", "ab": "http://a/b#"}
    assert names.expand("a:x", prefixes) == "http://a/x"
    assert names.expand("<urn:x>", prefixes) == "urn:x"
    assert names.expand("https://x/y", prefixes) == "https://x/y"
    assert names.compact("http://a/b#c", prefixes) == "ab:c"
    assert names.compact("http://a/b/c", prefixes) == "http://a/b/c"
    with pytest.raises(KeyError, match="zz"):
        names.expand("zz:x", prefixes)


@pytest.mark.parametrize(
    ("accept", "row"),
    [(None, HTML), ("", HTML), ("text/turtle", TURTLE), ("application/json", JSON_LD), ("*", HTML), ("text/*;q=0.3, application/ld+json;q=0.4", JSON_LD),
     ("TEXT/TURTLE", TURTLE), ("text/turtle;q=0", None), ("garbage", None), ("image/*, text/turtle;q=0.001", TURTLE), ("text/turtle;charset=utf-8", TURTLE)],
)  # fmt: skip
def test_negotiation(accept: str | None, row: object) -> None:
    assert negotiate(accept, DOCUMENT_FORMATS) is row


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "en"),
        ("pt-BR,en;q=0.8", "pt"),
        ("fr, es;q=0.5", "es"),
        ("*", "en"),
        ("es;q=0, pt;q=0.1", "pt"),
        ("de", "en"),
    ],
)
def test_languages(accept: str | None, language: str) -> None:
    assert negotiate_language(accept, ("en", "es", "pt")) == language


# --- sources -----------------------------------------------------------------------------------------------------------

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
    assert any(".well-known/genid/data-blank-ttl-2" in line for line in first)


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


@pytest.mark.parametrize("document", ['<!DOCTYPE r [<!ENTITY a "b">]><r/>', '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd">]><r/>'])  # fmt: skip
def test_entities_in_rdf_xml_are_refused(tmp_path: Path, document: str) -> None:
    _, found = loaded(make_project(tmp_path, {**FILES, "data/evil.rdf": document}))
    assert [f.code for f in found.findings] == ["xml-entities"]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    from projects import TOML

    root = make_project(
        tmp_path,
        {**FILES, "data/a.nt.gz": gzip.compress(b"#" * 2_000_000)},
        TOML + "\n[limits]\nsource_bytes = 1000000\n",
    )
    with pytest.raises(UserError, match="Larger than 1,000,000 bytes"):
        loaded(root)


# --- materialise -------------------------------------------------------------------------------------------------------

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


# --- sharing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 7, 16, 17, 500])
def test_every_task_is_done_once(count: int) -> None:
    with Shared(range(count), lambda some: [n * n for n in some]) as shared:
        assert sorted(shared.finish()) == [n * n for n in range(count)]


def test_what_fails_in_the_helper_is_raised_here() -> None:
    import time

    def work(some: object) -> list[int]:
        if os.getpid() != here:
            raise OSError(28, "No space left on device")
        time.sleep(0.2)
        return []

    here = os.getpid()
    with pytest.raises((OSError, HelperFailed), match="No space left"), Shared(range(100), work) as shared:
        shared.finish()


# --- questions ---------------------------------------------------------------------------------------------------------


def test_a_question_is_read_with_its_header() -> None:
    text = "# title: Who?\n# title.es: ¿Quién?\n# kind: lookup\n\nSELECT * { ?s ?p ?o } # not a header\n"
    found = questions.parse("q1", text)
    assert found.title == {"en": "Who?", "es": "¿Quién?"}
    assert found.header["kind"] == "lookup"
    assert found.text == "SELECT * { ?s ?p ?o } # not a header\n"
    assert questions.in_language(found.title, "pt") == "Who?"


# --- files of the build --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("manifest.json", "application/json"),
        ("dumps/latest/all.nq", "application/n-quads"),
        ("dumps/latest/all.nq.gz", "application/gzip"),
        (".well-known/void", "text/turtle; charset=utf-8"),
        ("assets/site.css", "text/css; charset=utf-8"),
        ("x.unknown", "application/octet-stream"),
    ],
)
def test_content_types(path: str, kind: str) -> None:
    assert content_type(path) == kind
