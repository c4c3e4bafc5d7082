"""SPARQL 1.1 Protocol over real HTTP: the W3C's tests where they are at hand, and essential cases of our own."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from conftest import SHARED, start_server, stop_server
from endpoints import GRAPHS, KASEI, Reply, ask, build, endpoint_project, fetch

from ecoop_ld.rdf.formats import GRAPH_RESULTS, RDF_FORMATS, TABLE_RESULTS, Format

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
MANIFEST = SHARED / "w3c/sparql-protocol/manifest.ttl"
HTTP = "http://www.w3.org/2011/http#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
CNT = "http://www.w3.org/2011/content#"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = endpoint_project(tmp_path_factory.mktemp("protocol"), "query_seconds = 5\nclient_rate = 0\n")
    running = start_server(project, build(project))
    yield running.url
    stop_server(running)


# --- the W3C's tests -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One request of the manifest, and what is expected of its answer."""

    name: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    status: tuple[str, ...]
    boolean: str
    format: str

    @property
    def updates(self) -> bool:
        kind = self.headers.get("content-type", "")
        return "sparql-update" in kind or "update=" in self.path or (self.body or b"").startswith(b"update=")


class _Manifest:
    def __init__(self, path: Path) -> None:
        self.store = ox.Store()
        self.store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri="http://example/manifest")

    def value(self, subject: ox.NamedNode | ox.BlankNode, predicate: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        return next(q.object for q in self.store.quads_for_pattern(subject, ox.NamedNode(predicate), None))

    def values(self, subject: ox.NamedNode | ox.BlankNode, predicate: str) -> list[str]:
        return sorted(q.object.value for q in self.store.quads_for_pattern(subject, ox.NamedNode(predicate), None))

    def members(self, node: ox.NamedNode | ox.BlankNode) -> Iterator[ox.BlankNode]:
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        while node.value != rdf + "nil":
            yield self.value(node, rdf + "first")
            node = self.value(node, rdf + "rest")

    def cases(self) -> Iterator[Case]:
        top = next(q.object for q in self.store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None))
        for entry in self.members(top):
            action = self.value(entry, MF + "action")
            for number, request in enumerate(self.members(self.value(action, HTTP + "requests"))):
                yield self._case(f"{entry.value.rpartition('#')[2]}-{number}", request)

    def _case(self, name: str, request: ox.BlankNode) -> Case:
        response = self.value(request, HTTP + "resp")
        headers: dict[str, str] = {}
        if self.values(request, HTTP + "headers"):
            for field in self.members(self.value(request, HTTP + "headers")):
                name_, value = self.value(field, HTTP + "fieldName"), self.value(field, HTTP + "fieldValue")
                headers[name_.value] = value.value
        body = None
        if self.values(request, HTTP + "body"):
            node = self.value(request, HTTP + "body")
            encoding = self.value(node, CNT + "characterEncoding").value
            body = self.value(node, CNT + "chars").value.encode(encoding)
        return Case(
            name,
            self.value(request, HTTP + "methodName").value,
            self.value(request, HTTP + "absolutePath").value,
            headers,
            body,
            tuple(status.rpartition("StatusCode")[2] for status in self.values(response, MF + "expectedStatus")),
            "".join(self.values(response, MF + "expectedBoolean")),
            "".join(self.values(response, MF + "expectedFormat")),
        )


CASES = list(_Manifest(MANIFEST).cases()) if MANIFEST.is_file() else []


def test_the_suite_is_whole(shared: Path) -> None:
    names = {case.name.rpartition("-")[0] for case in CASES}
    assert len(names) == 34
    assert sum(not name.startswith(("update_",)) for name in names) == 27


@pytest.mark.skipif(not CASES, reason="../shared/w3c/sparql-protocol is not there")
@pytest.mark.parametrize("case", [c for c in CASES if not c.name.startswith("update_")], ids=lambda case: case.name)
def test_w3c(url: str, case: Case) -> None:
    reply = fetch(
        url, case.path.removeprefix("/").replace("sparql/", "sparql", 1), case.method, case.headers, case.body
    )
    assert f"{reply.status // 100}xx" in case.status
    if case.format == "boolean":
        assert reply.json["boolean"] is (case.boolean != "false")
    elif case.format == "tabular":
        assert reply.media_type in {row.media_type for row in TABLE_RESULTS}
        assert reply.json["results"]
    elif case.format == "RDF":
        row = next(row for row in GRAPH_RESULTS if row.media_type == reply.media_type)
        list(ox.parse(reply.body, format=row.rdf_engine()))


@pytest.mark.skipif(not CASES, reason="../shared/w3c/sparql-protocol is not there")
@pytest.mark.parametrize("case", [c for c in CASES if c.updates], ids=lambda case: case.name)
def test_every_update_of_the_suite_is_refused_and_changes_nothing(url: str, case: Case) -> None:
    before = ask(url, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body
    reply = fetch(
        url, case.path.removeprefix("/").replace("sparql/", "sparql", 1), case.method, case.headers, case.body
    )
    assert 400 <= reply.status < 500
    assert ask(url, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } #" + case.name).body == before


# --- our own copies of the essential cases -------------------------------------------------------------------------


def _boolean(reply: Reply) -> bool:
    assert reply.status == 200, reply.body
    value = reply.json["boolean"]
    assert isinstance(value, bool)
    return value


def test_the_three_ways_to_ask(url: str) -> None:
    assert _boolean(fetch(url, "sparql?query=ASK%20%7B%7D"))
    assert _boolean(fetch(url, "sparql", "POST", FORM, b"query=ASK%20%7B%7D"))
    assert _boolean(fetch(url, "sparql", "POST", DIRECT, b"ASK {}"))
    assert _boolean(fetch(url, "sparql", "QUERY", DIRECT, b"ASK {}"))


@pytest.mark.parametrize(
    "kind", ["application/sparql-query; charset=utf-8", 'Application/SPARQL-Query;charset="UTF-8"']
)
def test_a_charset_may_be_said(url: str, kind: str) -> None:
    assert _boolean(fetch(url, "sparql", "POST", {"Content-Type": kind}, "ASK { BIND('é' AS ?x) }".encode()))


D1, D2, D3 = (KASEI.format(n) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("pattern", "default", "named", "truth"),
    [
        (f"{{ <{D1}> a ?t }}", [], [], True),  # the default graph is the union
        (f"{{ <{D1}> a ?t }}", [D1], [], True),
        (f"{{ <{D1}> a ?t }}", [D2], [], False),
        (f"{{ <{D1}> a ?t . <{D2}> a ?t }}", [D1, D2], [], True),
        (f"{{ <{D1}> a ?t . <{D3}> a ?t }}", [D1, D2], [], False),
        (f"{{ GRAPH ?g {{ <{D1}> a ?t }} }}", [], [D1], True),
        (f"{{ GRAPH ?g {{ <{D1}> a ?t }} }}", [], [D2], False),
        (f"{{ GRAPH ?g {{ <{D1}> a ?t }} }}", [D1], [], False),
        (f"{{ <{D1}> a ?t }}", [], [D1], False),
        (f"{{ <{D3}> a ?t GRAPH ?g {{ <{D1}> a ?t }} }}", [D3], [D1, D2], True),
        (f"FROM <{D1}> {{ <{D1}> a ?t }}", [], [], True),
        (f"FROM <{D2}> {{ <{D1}> a ?t }}", [], [], False),
        (f"FROM <{D2}> {{ <{D1}> a ?t }}", [D1], [], True),  # the protocol's dataset beats FROM
        (f"FROM <{D1}> {{ <{D1}> a ?t }}", [D2], [], False),
        (f"FROM NAMED <{D1}> {{ GRAPH ?g {{ <{D1}> a ?t }} }}", [], [D2], False),
        (f"FROM <{D1}> {{ <{D1}> a ?t }}", [], [D2], False),
        (f"{{ <{D1}> a ?t }}", ["http://127.0.0.1:9/x"], [], False),  # unknown graphs are empty, never fetched
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_dataset(url: str, pattern: str, default: list[str], named: list[str], truth: bool, way: str) -> None:
    graphs = [("default-graph-uri", iri) for iri in default] + [("named-graph-uri", iri) for iri in named]
    text = "ASK " + pattern
    if way == "get":
        reply = fetch(url, "sparql?" + urlencode([("query", text), *graphs]))
    elif way == "form":
        reply = fetch(url, "sparql", "POST", FORM, urlencode([*graphs, ("query", text)]).encode())
    else:
        reply = fetch(url, "sparql?" + urlencode(graphs), "POST", DIRECT, text.encode())
    assert _boolean(reply) is truth


UPDATE = "application/sparql-update"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("PUT", "sparql?query=ASK%7B%7D", {}, b"", 405),
        ("DELETE", "sparql", {}, None, 405),
        ("PATCH", "sparql", {}, b"x", 405),
        ("GET", "sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, None, 400),
        ("POST", "sparql?query=ASK%7B%7D", DIRECT, b"ASK {}", 400),
        ("POST", "sparql", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("POST", "sparql", FORM, b"", 400),
        ("POST", "sparql", FORM, b"q=ASK%7B%7D", 400),
        ("POST", "sparql", {"Content-Type": "text/plain"}, b"ASK {}", 415),
        ("POST", "sparql", {}, b"ASK {}", 415),
        ("POST", "sparql", {}, b"query=ASK%7B%7D", 415),
        ("QUERY", "sparql", FORM, b"query=ASK%7B%7D", 415),
        (
            "POST",
            "sparql",
            {"Content-Type": "application/sparql-query; charset=UTF-16"},
            "ASK {}".encode("utf-16"),
            415,
        ),
        ("POST", "sparql", DIRECT, "ASK {}".encode("utf-16"), 400),
        ("POST", "sparql", DIRECT, b"ASK { BIND('\xff' AS ?x) }", 400),
        ("POST", "sparql", FORM, b"query=%ff%fe", 400),
        ("GET", "sparql?query=ASK%20%7B", {}, None, 400),
        ("GET", "sparql?query=", {}, None, 400),
        ("GET", "sparql?update=CLEAR%20ALL", {}, None, 403),
        ("POST", "sparql", FORM, b"update=CLEAR+ALL", 403),
        ("POST", "sparql", {"Content-Type": UPDATE}, b"CLEAR ALL", 403),
        ("POST", "sparql", DIRECT, b"INSERT DATA { <a:> <b:> <c:> }", 403),
        ("GET", "sparql?query=" + quote("LOAD <http://127.0.0.1:9/>"), {}, None, 403),
        ("GET", "sparql?query=" + quote("PREFIX x: <y:> DROP ALL"), {}, None, 403),
    ],
)
def test_refused(url: str, method: str, path: str, headers: dict[str, str], body: bytes | None, status: int) -> None:
    reply = fetch(url, path, method, headers, body)
    assert reply.status == status
    assert reply.media_type == "application/problem+json"
    assert reply.json["status"] == status
    if status == 405:
        assert "POST" in reply.headers["allow"]
    if status == 415:
        assert "accept-post" in reply.headers or "UTF-16" in str(reply.json["detail"]).upper()


def test_unknown_parameters_are_ignored(url: str) -> None:
    plain = fetch(url, "sparql?query=ASK%7B%7D")
    for extra in ("format=xml", "output=json&results=json", "timeout=1&_=17", "version=1.2", "debug=on&infer=false"):
        assert fetch(url, f"sparql?{extra}&query=ASK%7B%7D").body == plain.body


def test_relative_iris_are_resolved_against_the_endpoint(url: str) -> None:
    reply = ask(url, "SELECT (<x> AS ?iri) {}")
    assert json.loads(reply.body)["results"]["bindings"][0]["iri"]["value"] == url + "x"


# --- results -------------------------------------------------------------------------------------------------------

TABLE = "SELECT ?z (1 AS ?a) ?m { VALUES (?z ?m) { ('b\"c,\\n'@en <http://e/x>) (UNDEF 2.5) } }"


def test_columns_and_terms_in_every_table_format(url: str) -> None:
    for row in TABLE_RESULTS:
        reply = ask(url, TABLE, row.media_type)
        assert (reply.status, reply.headers["content-type"]) == (200, row.content_type)
        if row.name == "csv":
            lines = list(csv.reader(io.StringIO(reply.body.decode(), newline="")))
            assert lines == [["z", "a", "m"], ['b"c,\n', "1", "http://e/x"], ["", "1", "2.5"]]
            assert reply.body.startswith(b"z,a,m\r\n")
        elif row.name == "tsv":
            assert reply.body.decode().split("\n")[0] == "?z\t?a\t?m"
            assert '"b\\"c,\\n"@en\t1\t<http://e/x>' in reply.body.decode()
        elif row.name == "json":
            head, first = reply.json["head"], json.loads(reply.body)["results"]["bindings"][0]
            assert head == {"vars": ["z", "a", "m"]}
            assert first["z"] == {"type": "literal", "value": 'b"c,\n', "xml:lang": "en"}
            assert first["m"] == {"type": "uri", "value": "http://e/x"}
        else:
            names = [e.get("name") for e in ElementTree.fromstring(reply.body).iter() if e.tag.endswith("variable")]
            assert names == ["z", "a", "m"]


def test_every_graph_format(url: str) -> None:
    text = f"CONSTRUCT {{ ?s a ?t }} WHERE {{ VALUES ?s {{ <{D1}> }} ?s a ?t }}"
    expected = {str(q.object) for q in ox.parse(GRAPHS, format=ox.RdfFormat.TRIG)}
    for row in GRAPH_RESULTS:
        reply = ask(url, text, row.media_type)
        assert (reply.status, reply.headers["content-type"]) == (200, row.content_type)
        assert {str(q.object) for q in ox.parse(reply.body, format=row.rdf_engine())} == expected


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values"])
def test_ask_has_no_csv(url: str, accept: str) -> None:
    reply = ask(url, "ASK {}", accept)
    assert reply.status == 406
    assert "application/sparql-results+json" in str(reply.json["available"])


@pytest.mark.parametrize(
    "literal",
    ['"x"', '"x"@en', '"x"@en-gb', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a\\tb\\n\\"\\\\"', '"☃ 𝄞"',
     '"2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date>', '"x"^^<http://example.org/own>', '""'],
)  # fmt: skip
def test_terms_come_back_as_they_are(url: str, literal: str) -> None:
    reply = ask(url, f"CONSTRUCT {{ <a:b> <c:d> {literal} }} WHERE {{}}", "application/n-triples")
    (quad,) = ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)
    (asked,) = ox.parse(f"<a:b> <c:d> {literal} .", format=ox.RdfFormat.TURTLE)
    assert quad == asked


CONTROL = "SELECT ('\\u0001' AS ?x) {}"
INNER = "CONSTRUCT { <a:a> <b:b> <<( <s:s> <p:p> 'x' )>> } {}"


@pytest.mark.parametrize(
    ("text", "accept", "media_type"),
    [
        (
            CONTROL,
            "application/sparql-results+xml, application/sparql-results+json;q=0.5",
            "application/sparql-results+json",
        ),
        (CONTROL, "application/xml, */*;q=0.1", "application/sparql-results+json"),
        (CONTROL, "application/sparql-results+xml, text/csv;q=0.1", "text/csv"),
        (CONTROL, "application/sparql-results+xml", ""),
        (INNER, "application/ld+json, text/turtle;q=0.5", "text/turtle"),
        (INNER, "application/n-triples", "application/n-triples"),
        (INNER, "application/ld+json", ""),
    ],
)
def test_where_a_format_cannot_hold_the_answer_the_next_one_does(
    url: str, text: str, accept: str, media_type: str
) -> None:
    for _ in range(2):  # the second time it is kept
        reply = ask(url, text, accept)
        if media_type:
            assert (reply.status, reply.media_type) == (200, media_type)
            assert b"x" in reply.body
        else:
            assert (reply.status, reply.json["kind"]) == (406, "format")
            assert "cannot hold this" in str(reply.json["detail"])


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "*/*"])
def test_an_unknown_function_is_400_and_named(url: str, accept: str) -> None:
    reply = ask(url, "SELECT (<http://x.example/f>(1) AS ?t) {}", accept)
    assert (reply.status, reply.json["kind"]) == (400, "function")
    assert "<http://x.example/f>" in str(reply.json["detail"])


def test_csv_of_iris_with_commas_has_quotes(url: str) -> None:
    for _ in range(3):
        reply = ask(url, 'SELECT ?x ?y { VALUES (?x ?y) { (<http://x/a,b> "q") } }', "text/csv")
        assert reply.body == b'x,y\r\n"http://x/a,b",q\r\n'


@pytest.mark.parametrize(
    "call", ["NOW()", "NOW #x\n ()", "nOw#(\n()", r"N\u004FW()", "RAND ()", "struuid\t()", "BNODE()"]
)
def test_what_changes_is_never_kept(url: str, call: str) -> None:
    text = f"SELECT ({call} AS ?t) {{}}"
    replies = [
        reply for _ in range(4) for reply in (ask(url, text), fetch(url, "sparql", "POST", DIRECT, text.encode()))
    ]
    assert {reply.headers["cache-control"] for reply in replies} == {"no-store"}
    assert len({reply.body for reply in replies}) == len(replies)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"DESCRIBE <{D1}> FROM <{D1}> FROM <{D2}>", 1),
        (f"DESCRIBE <{D1}> FROM <{D2}>", 0),
        (f"CONSTRUCT {{ <a:> <b:> ?t }} FROM <{D2}> FROM <{D1}> WHERE {{ <{D1}> a ?t }}", 1),
        (f"CONSTRUCT {{ <a:> <b:> ?t }} FROM # FROM <{D1}>\n <{D2}> WHERE {{ <{D1}> a ?t }}", 0),
    ],
)
def test_dataset_of_a_graph(url: str, text: str, rows: int) -> None:
    assert ask(url, text, "application/n-triples").body.count(b" .\n") == rows


# --- the service description ---------------------------------------------------------------------------------------

SD = "http://www.w3.org/ns/sparql-service-description#"


def _description(url: str, accept: str = "text/turtle") -> list[ox.Quad]:
    reply = fetch(url, "sparql", headers={"Accept": accept})
    assert reply.status == 200
    row = next(row for row in RDF_FORMATS if row.media_type == reply.media_type)
    return list(ox.parse(reply.body, format=row.rdf_engine()))


@pytest.mark.parametrize("row", RDF_FORMATS, ids=lambda row: row.name)
def test_the_description_is_served_in_every_rdf_format(url: str, row: Format) -> None:
    assert {str(q) for q in _description(url, row.media_type)} == {str(q) for q in _description(url)}


def _objects(quads: list[ox.Quad], predicate: str) -> list[str]:
    return [q.object.value for q in quads if q.predicate.value == SD + predicate]


def test_it_names_the_address_that_was_asked(url: str) -> None:
    assert _objects(_description(url), "endpoint") == [url + "sparql"]


def test_every_format_listed_is_served(url: str) -> None:
    listed = _objects(_description(url), "resultFormat")
    assert len(listed) == len(TABLE_RESULTS) + len(GRAPH_RESULTS)
    for row in (*TABLE_RESULTS, *GRAPH_RESULTS):
        assert row.iri in listed
        text = "SELECT * {}" if row in TABLE_RESULTS else "CONSTRUCT WHERE { ?s a ?o }"
        assert ask(url, text, row.media_type).media_type == row.media_type


def test_only_true_features_are_told(url: str) -> None:
    quads = _description(url)
    assert _objects(quads, "feature") == [SD + "UnionDefaultGraph"]
    union = json.loads(ask(url, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body)["results"]["bindings"][0]["n"]["value"]
    distinct = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert json.loads(ask(url, distinct).body)["results"]["bindings"][0]["n"]["value"] == union


def test_every_named_graph_is_counted(url: str) -> None:
    quads = _description(url)
    told = {}
    for q in quads:
        if q.predicate.value == SD + "name":
            graph = next(o.object for o in quads if o.subject == q.subject and o.predicate.value == SD + "graph")
            told[q.object.value] = next(
                o.object.value for o in quads if o.subject == graph and o.predicate.value.endswith("void#triples")
            )
    text = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    found = {r["g"]["value"]: r["n"]["value"] for r in json.loads(ask(url, text).body)["results"]["bindings"]}
    assert told == found


def test_browsers_get_the_editor(url: str) -> None:
    reply = fetch(url, "sparql", headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert reply.media_type == "text/html"
    assert b"<textarea" in reply.body


def test_a_page_shows_the_first_thousand_rows_and_leads_to_all(url: str) -> None:
    many = "SELECT ?a ?b { VALUES ?a { %s } VALUES ?b { %s } }" % ((" ".join(map(str, range(50))),) * 2)
    page = ask(url, many, "text/html").body.decode()
    assert page.count("<tr>") == 1_001
    assert "1,500" in page or "1500" in page
    found = re.findall(r'<a href="[^"]*(sparql\?query=[^"]*as=\w+)" rel="nofollow">', page)
    replies = [fetch(url, html.unescape(address)) for address in found]
    assert [reply.status for reply in replies] == [200] * 4
    assert len({reply.media_type for reply in replies}) == 4
    assert sum(reply.body.count(b"\r\n") == 2_501 for reply in replies) == 1


def test_browsers_get_results_as_a_page(url: str) -> None:
    reply = ask(url, "SELECT ?s { ?s a ?t }", "text/html,*/*;q=0.8")
    assert reply.media_type == "text/html"
    assert b"<table" in reply.body
    broken = ask(url, "SELECT ?s { ?s a }", "text/html,*/*;q=0.8")
    assert (broken.status, broken.media_type) == (400, "text/html")
    assert b'role="alert"' in broken.body
