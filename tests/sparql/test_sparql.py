"""What is refused before it runs, which graphs are asked, and what the answers look like to another library."""

from __future__ import annotations

import csv
import io
import marshal
import re
import socket
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result

from ecoop_ld.config import Limits
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import (
    BOOLEAN_RESULTS,
    CSV,
    GRAPH_RESULTS,
    JSON,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    TABLE_RESULTS,
    TSV,
    TURTLE,
    XML,
    Format,
)
from ecoop_ld.sparql.inspection import count_patterns, deepest_nesting, prepare
from ecoop_ld.sparql.protocol import Failed, Form, Prepared, Query, Refused
from ecoop_ld.sparql.store import build_store, memory_store, query_store
from ecoop_ld.sparql.tokens import tokenise

EX = "http://example.org/"
PREFIXES = f"PREFIX ex: <{EX}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
DATA = """
GRAPH ex:one   { ex:a ex:p ex:b . ex:a ex:label "uno"@es , "one, \\"1\\"\\r\\ntwo\\tthree" }
GRAPH ex:two   { ex:a ex:p ex:b . ex:a ex:p ex:c . ex:n ex:number 1 , 2.5 , true , "2005-11-14"^^xsd:date }
GRAPH ex:three { ex:z ex:q <http://example.org/é?x=<U>> }
""".replace("<U>", "%3C")
COUNT = "SELECT (COUNT(*) AS ?n) "


def nodes(trig: str) -> list[ox.Quad]:
    return list(ox.parse(f"{PREFIXES}\n{trig}".encode(), format=ox.RdfFormat.TRIG))


@pytest.fixture(scope="module", params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    if request.param == "memory":
        return memory_store(nodes(DATA))
    folder = tmp_path_factory.mktemp("store") / "new"
    build_store(nodes(DATA), folder)
    return ox.Store.read_only(str(folder))


def ask(store: ox.Store, query: str | Query, row: Format = TSV, *, most: int = 10**6) -> bytes:
    prepared = prepare(query if isinstance(query, Query) else Query(query), Limits())
    return query_store(store, prepared, row, prefixes={"ex": EX, "unused": "http://unused/"}, most=most)[0]


# --- the fence -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", Form.SELECT),
        ("base <http://b/> prefix x: <y> prefix : <z> select ?x {}", Form.SELECT),
        ("# c\nASK {}", Form.ASK),
        ("PREFIX select: <x> CONSTRUCT WHERE {}", Form.CONSTRUCT),
        ("DESCRIBE<x>", Form.DESCRIBE),
        (r"\u0041SK {}", Form.ASK),
    ],
)
def test_form(text: str, form: Form) -> None:
    assert prepare(Query(text), Limits()).form is form


SERVICES = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { service silent <http://127.0.0.1:9/> {} }",
    "SELECT * { SeRvIcE#\n#<\n<http://127.0.0.1:9/>{} }",
    "SELECT * { SERVICE ?x {} }",
    "SELECT * { SERVICE $x {} }",
    "SELECT*{SERVICE<http://127.0.0.1:9/>{}}",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICE e:x {} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICEe:x {} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICESILENTe:x {} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p trueSERVICEe:x {} }",
    "PREFIX SERVICE: <http://127.0.0.1:9/> SELECT * { SERVICE SERVICE:x {} }",
    "SELECT * { ?s ?p 1SERVICE SILENT <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p 1.SERVICE SILENT <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p trueSERVICE SILENT <http://127.0.0.1:9/> {} }",
    'SELECT * { ?s ?p "x"SERVICE SILENT <http://127.0.0.1:9/> {} }',
    "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> {} } }",
    "SELECT * { FILTER(1 IN (EXISTS { SERVICE <http://127.0.0.1:9/> {} })) }",
    "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:9/> {} } } }",
    "SELECT * { {} MINUS { SERVICE <http://127.0.0.1:9/> {} } }",
    "SELECT * { OPTIONAL { GRAPH ?g { SERVICE <http://127.0.0.1:9/> {} } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "ASK { SERVICE <http://127.0.0.1:9/> {} }",
    "DESCRIBE ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    # "<" after an operand is "less than" to the engine, and what follows on the line a comment
    'SELECT * { ?s ?p ?o FILTER(?s<?p#>"""\n) SERVICE <http://127.0.0.1:9/> {} #"""\n }',
    "SELECT * { ?s ?p ?o FILTER(?s<?p#>'''\n) SERVICE <http://127.0.0.1:9/> {} #'''\n }",
    "SELECT * { ?s ?p ?o FILTER(1<?p#>'\n) SERVICE <http://127.0.0.1:9/> {} #'\n }",
]
ESCAPED = [
    r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> {} }",
    r"SELECT * { SERV\U00000049CE <http://127.0.0.1:9/> {} }",
    r"SELECT * { ?s ?p 'x\u0027 } \u0023' SERVICE <http://127.0.0.1:9/> {} }",
]


@pytest.mark.parametrize("text", SERVICES + ESCAPED)
def test_service_is_refused_in_every_disguise(text: str) -> None:
    with pytest.raises(Refused) as caught:
        prepare(Query(text), Limits())
    assert caught.value.kind == "service"


@pytest.mark.parametrize("text", SERVICES)
def test_the_disguises_are_no_syntax_errors_to_the_engine(text: str) -> None:
    """Or the list above would prove nothing."""
    try:
        ox.Store().query(text)
    except OSError as error:
        assert "not allowed" in str(error) or "service" in str(error).lower()  # noqa: PT017


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service a ?SERVICE }",
        "PREFIX service: <http://s/service#> SELECT * { ?s a service:service ; service:a 'SERVICE <x> {}' }",
        "PREFIX service: <http://s/> SELECT * FROM service:a { GRAPH service:b { ?s ?p service:c } }",
        "PREFIX service: <http://s/> SELECT * FROM NAMED service:a { GRAPH ?service { ?s ?p service:c } }",
        "PREFIX ex: <http://s/> SELECT * { ?s a ex:SERVICE . { ?s ?p ?o } UNION { ?s ?q ?o } }",
        "SELECT * { ?s ?p ?o # SERVICE <x> {}\n }",
        '''SELECT * { ?s ?p """SERVICE <x> {}
           ' SERVICE """ }''',
        "SELECT * { ?s <http://x/SERVICE#a> <http://x/#'SERVICE> }",
        "SELECT * { ?s ?p 'a'@service , _:service FILTER(?a < 1 || ?b > 2) }",
        "SELECT * { VALUES (?a ?b) { ('web service' <http://x/#service>) (1 <http://x/'s>) } }",
        "SELECT * { ?s a ('service' <http://x/#service>) FILTER(?s IN (1, <http://x/#service>)) }",
        "SELECT * { ?s ?p ?o FILTER(?o<5)FILTER(?o>3) # service\n }",
    ],
)
def test_the_word_service_alone_does_not_alarm(text: str) -> None:
    prepare(Query(text), Limits())


@pytest.mark.parametrize(
    ("text", "kind", "limit"),
    [
        ("", "syntax", ""),
        ("# nothing", "syntax", ""),
        ("PREFIX ex: <x>", "syntax", ""),
        ("SELEKT * {}", "syntax", ""),
        ("\ufeffSELECT * {}", "syntax", ""),
        ("SELECT * { ?s ?p 'SERVICE }", "syntax", ""),
        *((f"PREFIX ex: <x> {word} x", "update", "") for word in ("INSERT", "delete", "LOAD", "Clear", "DROP", "WITH")),
        ("ASK {} #" + "x" * 100_000, "too-long", "query_bytes"),
        ("ASK {} #" + "é" * 50_000, "too-long", "query_bytes"),
        ("ASK " + "{" * 61, "too-deep", "query_nesting"),
        ("ASK { FILTER" + "(" * 2000 + "1" + ")" * 2000 + "}", "too-deep", "query_nesting"),
        ("ASK { ?s ?p " + "[<p:> " * 70 + "1" + "]" * 70 + "}", "too-deep", "query_nesting"),
        ("ASK { FILTER(" + "!" * 70 + "1) }", "too-deep", "query_nesting"),
        ("ASK { FILTER(" + "! - " * 35 + "1) }", "too-deep", "query_nesting"),
        ("ASK { FILTER(" + "- " * 70 + "?x) }", "too-deep", "query_nesting"),
        ("ASK { FILTER(" + "+ " * 70 + "?x) }", "too-deep", "query_nesting"),
        ("ASK { ?s " + "!^" * 35 + "<p:> ?o }", "too-deep", "query_nesting"),
        ("ASK { ?s " + "^" * 70 + "<p:> ?o }", "too-deep", "query_nesting"),
        ("ASK { " + "".join(f"?s{n} ?p{n} ?o{n} . " for n in range(251)) + "}", "too-many-patterns", "query_patterns"),
        ("ASK { ?s ?p " + ",".join(f"?o{n}" for n in range(252)) + " }", "too-many-patterns", "query_patterns"),
        ("ASK { ?s " + "/".join(["<p:>"] * 252) + " ?o }", "too-many-patterns", "query_patterns"),
        ("ASK { ?s ?p (" + " 1" * 252 + ") }", "too-many-patterns", "query_patterns"),
    ],
)  # fmt: skip
def test_refused(text: str, kind: str, limit: str) -> None:
    with pytest.raises(Refused) as caught:
        prepare(Query(text), Limits())
    error = caught.value
    assert (error.kind, error.limit) == (kind, limit)
    assert error.value == (getattr(Limits(), limit) if limit else 0)
    assert isinstance(error, UserError)
    assert str(error).endswith((".", "}"))


@pytest.mark.parametrize(
    ("group", "patterns"),
    [
        ("{ ?s ?p ?o }", 1),
        ("{ ?s ?p ?o . }", 1),
        ("{ ?s ?p ?o , ?x ; ?y ?z . ?a ?b ?c }", 4),
        ("{ ?s a ex:C ; a ex:D }", 2),
        ("{ ?s ?p ?o FILTER(?a = ?b && ex:f(?x, 1/2)) FILTER ex:f(?a) BIND(CONCAT(?a, 'x') AS ?x) }", 1),
        ("{ VALUES (?a ?b) { (1 2) (2 3) } VALUES ?x { 1 2 3 } ?s ?p ?o }", 1),
        ("{ GRAPH ?g { ?s ?p ?o OPTIONAL { ?s ?p ?o } } }", 2),
        ("{ ?s ?p [ ?q 3 ; ?r 4 ] }", 3),
        ("{ ?s ex:a/ex:b/ex:c ?o }", 3),
        ("{ ?s ?p (1 2 3) }", 4),
        ("{ { ?s ?p ?o } UNION { ?s ?p ?o } }", 2),
        ("{ FILTER NOT EXISTS { ?s ?p ?o } }", 1),
    ],
)
def test_pattern_estimate(group: str, patterns: int) -> None:
    assert count_patterns(list(tokenise("SELECT * " + group))) == patterns


@pytest.mark.parametrize(
    ("text", "depth"), [("{}", 1), ("{}{}", 1), ("{([])}", 3), ("}{", 1), ("{!!1}", 3), ("{'((('}", 1), ("# (((", 0)]
)
def test_nesting(text: str, depth: int) -> None:
    assert deepest_nesting(list(tokenise(text))) == depth


def test_a_large_honest_query_passes() -> None:
    blocks = "".join(f"OPTIONAL {{ ?s ex:p{n} ?o{n} FILTER(LANG(?o{n}) = 'en' || ?o{n} > {n}) }}\n" for n in range(100))
    values = " ".join(f"ex:e{n}" for n in range(5000))
    text = f"PREFIX ex: <{EX}> SELECT * {{ VALUES ?s {{ {values} }} ?s a ex:C . {blocks} }}"
    assert prepare(Query(text), Limits()).patterns == 101


# --- which graphs are asked ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (Query(COUNT + "{ ?s ?p ?o }"), 9),  # ten triples, one of them in two graphs
        (Query(COUNT + "{ ex:a ex:p ex:b }"), 1),
        (Query(COUNT + "{ GRAPH ?g { ex:a ex:p ex:b } }"), 2),
        (Query(COUNT + "FROM ex:one { ?s ?p ?o }"), 3),
        (Query(COUNT + "FROM ex:one FROM ex:two { ?s ?p ?o }"), 8),
        (Query(COUNT + "FROM ex:one FROM ex:two { ex:a ex:p ex:b }"), 1),
        (Query(COUNT + "FROM ex:one FROM ex:two FROM ex:three { ?s ?p ?o }"), 9),
        (Query(COUNT + "FROM ex:one FROM ex:one FROM ex:unknown { ?s ?p ?o }"), 3),
        (Query(COUNT + "FROM ex:unknown { ?s ?p ?o }"), 0),
        (Query(COUNT + "FROM ex:one { GRAPH ?g { ?s ?p ?o } }"), 0),
        (Query(COUNT + "FROM NAMED ex:one { ?s ?p ?o }"), 0),
        (Query(COUNT + "FROM NAMED ex:one { GRAPH ?g { ?s ?p ?o } }"), 3),
        (Query(COUNT + "FROM ex:one FROM ex:two FROM NAMED ex:three { ?s ?p ?o GRAPH ?g { ?x ex:q ?y } }"), 8),
        (Query(COUNT + "FROM <one> { ?s ?p ?o }", base=EX + "sparql"), 3),
        (Query("BASE <http://example.org/x/> " + COUNT + "FROM <../two> { ?s ?p ?o }"), 6),
        (Query(COUNT + "{ ?s ?p ?o }", (EX + "one",)), 3),
        (Query(COUNT + "{ ?s ?p ?o }", (EX + "one", EX + "two")), 8),
        (Query(COUNT + "{ ex:a ex:p ex:b }", (EX + "one", EX + "two")), 1),
        (Query(COUNT + "FROM ex:two { ?s ?p ?o }", (EX + "one",)), 3),
        (Query(COUNT + "FROM NAMED ex:two { GRAPH ?g { ?s ?p ?o } }", (), (EX + "one",)), 3),
        (Query(COUNT + "FROM ex:two { ?s ?p ?o }", (), (EX + "one",)), 0),
        (Query(COUNT + "{ ?s ?p ?o }", (EX + "unknown",)), 0),
        (Query(COUNT + "{ { SELECT ?s { ?s ?p ?o } } # FROM ex:one\n }"), 9),
        (Query("SELECT (COUNT(*) - IF(EXISTS { ex:a ex:p ?x }, 0, 1) AS ?n) FROM ex:one FROM ex:two { ?s ?p ?o }"), 8),
        (Query(COUNT + "FROM # FROM ex:three\n ex:one from#\nex:two WHERE { ex:a ex:p ex:b }"), 1),
        (Query(COUNT + "FROM NAMED#\nex:one FROM ex:one FROM ex:two { ex:a ex:p ex:b }"), 1),
        (Query(COUNT + "FROMNAMED ex:one FROM ex:one FROM ex:two { ex:a ex:p ex:b }"), 1),
        (Query(COUNT + r"FR\u004FM ex\u003Aone \u0046ROM <http://example.org/\u0074wo> { ex:a ex:p ex:b }"), 1),
        (Query("PREFIX from: <http://example.org/> " + COUNT + "FROM from:one FROM from:two { ex:a ex:p ex:b }"), 1),
        (Query(COUNT + "{ VALUES ?x { 'FROM' } BIND(<http://from/> AS ?from) ?s ?p ?o }"), 9),
    ],
)
def test_dataset(store: ox.Store, query: Query, count: int) -> None:
    prologue = f"PREFIX ex: <{EX}> "
    asked = Query(prologue + query.text, query.default_graphs, query.named_graphs, query.base)
    assert ask(store, asked) == f"?n\n{count}\n".encode()


@pytest.mark.parametrize(
    ("text", "triples"),
    [
        ("DESCRIBE ex:a FROM ex:one", 3),
        ("DESCRIBE ex:a ex:n FROM ex:two FROM ex:one", 8),
        ("DESCRIBE ex:a FROM NAMED ex:one", 0),
        ("CONSTRUCT { ex:x ex:y ?n } FROM ex:one FROM ex:two WHERE { SELECT (COUNT(*) AS ?n) { ex:a ex:p ex:b } }", 1),
        ("CONSTRUCT FROM ex:one FROM ex:two WHERE { ?s ?p ?o }", 8),
    ],
)
def test_dataset_of_a_graph(store: ox.Store, text: str, triples: int) -> None:
    lines = ask(store, f"PREFIX ex: <{EX}> {text}", N_TRIPLES).splitlines()
    assert len(lines) == triples
    if "COUNT" in text:
        assert b'"1"' in lines[0]


@pytest.mark.parametrize("text", ["ASKFROM <x:y> {}", "SELECT REDUCEDFROM <x:y> {}", "SELECT * FROMex:y FROMex:z {}"])
def test_from_stands_apart(text: str) -> None:
    """The engine reads it all the same, and counts a triple of two graphs twice."""
    with pytest.raises(Refused) as caught:
        prepare(Query(f"PREFIX ex: <{EX}> {text}"), Limits())
    assert caught.value.kind == "syntax"


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("SELECT (NOW() AS ?t) {}", True),
        ("SELECT (now #x\n () AS ?t) {}", True),
        ("SELECT (NOW#(\n(#)\n) AS ?t) {}", True),
        (r"SELECT (N\u004FW() AS ?t) {}", True),
        (r"SELECT (NOW\u0028\u0029 AS ?t) {}", True),
        ("SELECT (rAnD() AS ?t) {}", True),
        ("SELECT * { FILTERRAND() }", True),
        ("SELECT (UUID() AS ?t) {}", True),
        ("SELECT (STRUUID\t() AS ?t) {}", True),
        ("SELECT (BNODE() AS ?t) {}", True),
        ("SELECT (bnode('x') AS ?t) {}", True),
        ("SELECT * { ?s ?p ?o } ORDER BY RAND()", True),
        ("SELECT ?NOW { ?NOW <x:now()> 'NOW()' } # NOW()", False),
        ("PREFIX NOW: <x:> SELECT (NOW:f(1) AS ?t) {}", False),
        ("PREFIX ex: <x:> SELECT (ex:NOW(1) AS ?t) {}", False),
    ],
)
def test_answers_that_change_are_known(text: str, changes: bool) -> None:
    assert prepare(Query(text), Limits()).changes is changes


@pytest.mark.parametrize(
    "query", [Query("ASK {}", ("not an iri",)), Query("ASK {}", ("http://x> {} #",)), Query("ASK FROM <x> {}")]
)
def test_a_graph_must_be_named_by_an_iri(store: ox.Store, query: Query) -> None:
    with pytest.raises(Failed) as caught:
        ask(store, query, JSON)
    assert caught.value.kind == "syntax"


@pytest.mark.parametrize(
    "clause", ["FROM <{}>", "FROM NAMED <{}>", "FROM <{}> FROM <{}b>", "FROM <{}> FROM NAMED <{}>"]
)
def test_graphs_are_never_fetched(store: ox.Store, clause: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        text = f"{COUNT}{clause.replace('{}', address)} {{ ?s ?p ?o GRAPH ?g {{ ?x ?y ?z }} }}"
        assert ask(store, text) == b"?n\n0\n"
        assert ask(store, Query(COUNT + "{ ?s ?p ?o }", (address, address + "b"), (address,))) == b"?n\n0\n"
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SELECT (COALESCE (?y, 'x') AS ?n) {}", '"x"'),
        ("SELECT (concat #(\n( 'x' , 'y') AS ?n) {}", '"xy"'),
        ("SELECT (isBlank(BNODE # NOW\n (#)\n)) AS ?n) {}", "true"),
        ("SELECT (DATATYPE(NOW (#(\n)) = xsd:dateTime AS ?n) {}", "true"),
        ("SELECT ?n { VALUES ?n { 1 } FILTER(?n NOT IN (#,\n)) }", "1"),
        ("SELECT (COUNT(*) AS ?n) { [ #]\n ] ex:p ?x }", "2"),
    ],
)
def test_spaces_and_comments_may_stand_where_the_engine_wants_none(store: ox.Store, text: str, line: str) -> None:
    with pytest.raises(SyntaxError):
        ox.Store().query(f"{PREFIXES} {text}")
    assert ask(store, f"{PREFIXES} {text}").decode() == f"?n\n{line}\n"


# --- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?z ?y ?a }", "?z ?y ?a"),
        ("SELECT DISTINCT * { ?z ?y ?a }", "?z ?y ?a"),
        ("select reduced*{?z ?y ?a}", "?z ?y ?a"),
        ("SELECT * # *\n { ?z ?y ?a . FILTER(?hidden) BIND(1 AS ?b) }", "?z ?y ?a ?b"),
        ("SELECT * { { SELECT ?c ?b { ?c ?b ?a } } ?z ?y ?c }", "?c ?b ?z ?y"),
        ("SELECT * { ?z ?p ?o } ORDER BY ?o LIMIT 3 VALUES ?a { 1 }", "?z ?p ?o ?a"),
        ("SELECT ?o (?z AS ?b) ?a { ?z ?a ?o }", "?o ?b ?a"),
        ("PREFIX s: <x*> SELECT * { ?z s:* ?a . ?b ?c ?d }", None),
        (r"SELECT * { \u003Fz ?y ?a }", "?z ?y ?a"),
    ],
)
def test_columns_come_in_order_of_appearance(store: ox.Store, text: str, columns: str | None) -> None:
    if columns is None:
        with pytest.raises(Failed):
            ask(store, text)
    else:
        assert ask(store, text).split(b"\n")[0].decode() == columns.replace(" ", "\t")


def rows_of(result: Result) -> set[tuple[object, ...]]:
    return {tuple(row) for row in result}


@pytest.mark.parametrize("row", TABLE_RESULTS, ids=lambda row: row.name)
def test_tables_read_back_as_what_they_say(store: ox.Store, row: Format) -> None:
    content = ask(store, "SELECT ?s ?o ?none { ?s ?p ?o OPTIONAL { ?o ?x ?none } }", row)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib's own
        found = rows_of(Result.parse(io.BytesIO(content), format=row.name))
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=f"{PREFIXES}\n{DATA}", format="trig")
    expected = {(s, o, None) for s, _, o in graph.triples((None, None, None))}
    if row.name == "csv":  # which says neither datatype nor language
        found, expected = (
            {tuple("" if t is None else str(t) for t in line) for line in rows} for rows in (found, expected)
        )
    assert found == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["<http://x/a,b>", '"q"'],
        ["<http://x/a>", '"q"'],
        ['"a,b"', '"c\\"d"'],
        ['"a\\"b"', "<http://x/,>"],
        ['"a\\r\\nb\\n"', '"\\r"'],
        ["UNDEF", '""'],
        ["<http://x/,>"],
        ["<http://x/>"],
        ['"a,b"'],
        ["<http://x/a,b>", "UNDEF", "<http://x/,>"],
        ['"\\"\\",\\""', "<http://x/,>", "UNDEF", '"x"'],
    ],
    ids=" ".join,
)
def test_csv_reads_back_whatever_is_in_its_cells(cells: list[str]) -> None:
    names = "abcd"[: len(cells)]
    text = f"SELECT * {{ VALUES ({' '.join('?' + name for name in names)}) {{ ({' '.join(cells)}) }} }}"
    content, _ = query_store(memory_store([]), prepare(Query(text), Limits()), CSV, prefixes={}, most=1000)
    terms = ["" if cell == "UNDEF" else cell[1:-1].encode().decode("unicode_escape") for cell in cells]
    assert list(csv.reader(io.StringIO(content.decode(), newline=""))) == [list(names), terms or [""]]
    if "," in content.decode().partition("\n")[2]:
        assert content.endswith(b"\r\n")


def test_csv_of_iris_that_need_quotes_has_a_limit_too() -> None:
    values = " ".join(f"<http://x/{number},>" for number in range(1000))
    with pytest.raises(Failed) as caught:
        ask(memory_store([]), f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", CSV, most=15_000)
    assert caught.value.kind == "too-large"
    assert ask(memory_store([]), f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", CSV).count(b'"') == 2000


@pytest.mark.parametrize("row", TABLE_RESULTS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "text", ["SELECT (<http://x.example/f>(1) AS ?t) {}", "SELECT * { ?s ?p ?o FILTER(<http://x.example/f>(?s)) }"]
)
def test_an_unknown_function_is_named(store: ox.Store, text: str, row: Format) -> None:
    with pytest.raises(Failed, match=re.escape("no function <http://x.example/f>")) as caught:
        ask(store, text, row)
    assert caught.value.kind == "function"


@pytest.mark.parametrize("row", GRAPH_RESULTS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    ("text", "unwritable"),
    [
        ("CONSTRUCT { <a:a> <b:b> <<( <s:s> <p:p> <<( <s:s> <p:p> 'x' )>> )>> } {}", {JSON_LD}),
        ("CONSTRUCT { << <a:a> <b:b> 1 >> <q:q> 1 } {}", {JSON_LD}),
        ("CONSTRUCT { <a:a> <b:b> <<( <s:s> <http://p/> 'x' )>> } {}", {JSON_LD, RDF_XML}),
        ("CONSTRUCT { <a:a> <b:b> <<( <s:s> a <http://c/> )>> } {}", {JSON_LD, RDF_XML}),
        ("CONSTRUCT { <a:a> <b:b> <<( <a:a> <b:b> <<( <s:s> a '\\u0001' )>> )>> } {}", {JSON_LD, RDF_XML}),
    ],
)
def test_triple_terms_are_written_or_refused(store: ox.Store, text: str, row: Format, unwritable: set[Format]) -> None:
    if row in unwritable:
        with pytest.raises(Failed, match=re.escape(row.label)) as caught:
            ask(store, text, row)
        assert caught.value.kind == "format"
    else:
        found = [t.triple for t in ox.parse(ask(store, text, row), format=row.rdf_engine())]
        expected = list(ox.Store().query(text))
        assert any(isinstance(triple.object, ox.Triple) for triple in found)
        assert len(found) == len(expected)
        if "<<(" in text:
            assert set(found) == set(expected)


@pytest.mark.parametrize("row", GRAPH_RESULTS, ids=lambda row: row.name)
@pytest.mark.parametrize("text", ["CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", f"DESCRIBE <{EX}a>"])
def test_graphs_read_back_as_what_they_say(store: ox.Store, row: Format, text: str) -> None:
    content = ask(store, text, row)
    reader = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}.get(row.name, row.name)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=content, format=reader)
    found = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        found.add(triple)
    union = rdflib.Dataset(default_union=True)
    union.parse(data=f"{PREFIXES}\n{DATA}", format="trig")
    expected = rdflib.Graph()
    for triple in union.triples((rdflib.URIRef(EX + "a") if text.startswith("DESCRIBE") else None, None, None)):
        expected.add(triple)
    assert isomorphic(found, expected)


def test_a_constructed_triple_is_written_once(store: ox.Store) -> None:
    text = f"PREFIX ex: <{EX}> CONSTRUCT {{ ?s ex:p ex:b }} WHERE {{ GRAPH ?g {{ ?s ex:p ex:b }} }}"
    assert ask(store, text, N_TRIPLES) == f"<{EX}a> <{EX}p> <{EX}b> .\n".encode()


def test_only_prefixes_that_are_used_are_declared(store: ox.Store) -> None:
    assert ask(store, f"DESCRIBE <{EX}z>", TURTLE).startswith(f"@prefix ex: <{EX}> .\nex:z ex:q ".encode())


@pytest.mark.parametrize("row", BOOLEAN_RESULTS, ids=lambda row: row.name)
@pytest.mark.parametrize(("text", "truth"), [("ASK {}", True), ("ASK { ?s <urn:no> ?o }", False)])
def test_truth_values(store: ox.Store, row: Format, text: str, truth: bool) -> None:
    assert Result.parse(io.BytesIO(ask(store, text, row)), format=row.name).askAnswer is truth


def rows(store: ox.Store, text: str, row: Format) -> int:
    return query_store(store, prepare(Query(text), Limits()), row, prefixes={}, most=10**6)[1]


@pytest.mark.parametrize("row", TABLE_RESULTS, ids=lambda row: row.name)
def test_rows_are_counted(store: ox.Store, row: Format) -> None:
    assert rows(store, f"SELECT ?o {{ <{EX}n> ?p ?o }}", row) == 4
    assert rows(store, "SELECT ?s { ?s <urn:no> ?o }", row) == 0
    assert rows(store, "SELECT ?x { VALUES ?x { 1 UNDEF 2 } }", row) == 3


def test_triples_and_truth_values_are_counted(store: ox.Store) -> None:
    assert rows(store, f"DESCRIBE <{EX}n>", TURTLE) == 4
    assert rows(store, "ASK { ?s <urn:no> ?o }", JSON) == 1


@pytest.mark.parametrize(
    ("text", "row", "kind"),
    [
        ("SELECT * { ?s ?p ?o }", JSON, "too-large"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", N_TRIPLES, "too-large"),
        ('SELECT ("\u000b" AS ?x) {}', XML, "format"),
        ('SELECT ("\uffff" AS ?x) {}', XML, "format"),
        ('CONSTRUCT { <a:> <b:c> "\\u0001" } {}', RDF_XML, "format"),
        ('CONSTRUCT { <a:> <http://b/1> "x" } {}', RDF_XML, "format"),
    ],
)
def test_what_a_format_or_a_limit_cannot_hold_is_an_error(store: ox.Store, text: str, row: Format, kind: str) -> None:
    with pytest.raises(Failed) as caught:
        ask(store, text, row, most=300)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("SELECT *\n{ ?s ?p ", 2, "Line 2"),
        ("SELECT * { ?s foo:bar ?o ; baz:x 1 }", 1, "no PREFIX declares baz:, foo:"),
        ("SELECT ?x { ?x ?y ?z } GROUP BY ?y", 1, "The SELECT contains a variable that is unbound"),
        ("SELECT ?x ?x {}", 1, "Duplicated variable"),
        ("SELECT * FROM <a b> {}", 1, "IRI"),
        ("SELECT * {\n?s ?p ?o FILTER(?o >> 1) }", 2, "FILTER"),
        ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", 1, "not valid SPARQL"),
    ],
)
def test_syntax_errors_say_where(store: ox.Store, text: str, line: int, told: str) -> None:
    with pytest.raises(Failed) as caught:
        ask(store, text)
    assert (caught.value.kind, caught.value.line) == ("syntax", line)
    assert told in str(caught.value)
    assert caught.value.column > 0


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("written", "answered"),
    [
        (f'"1"^^<{XSD}nonNegativeInteger>', f'"1"^^<{XSD}integer>'),
        (f'"-7"^^<{XSD}byte>', f'"-7"^^<{XSD}integer>'),
        (f'"2026-01-01T00:00:00Z"^^<{XSD}dateTimeStamp>', f'"2026-01-01T00:00:00Z"^^<{XSD}dateTime>'),
        (f'"01"^^<{XSD}integer>', f'"1"^^<{XSD}integer>'),
        (f'"2.50"^^<{XSD}decimal>', f'"2.5"^^<{XSD}decimal>'),
        (f'"1.0E0"^^<{XSD}double>', f'"1"^^<{XSD}double>'),
        (f'"2026-01-01T00:00:00+00:00"^^<{XSD}dateTime>', f'"2026-01-01T00:00:00Z"^^<{XSD}dateTime>'),
        (f'"P12M"^^<{XSD}yearMonthDuration>', f'"P1Y"^^<{XSD}yearMonthDuration>'),
        (f'"1"^^<{XSD}boolean>', f'"true"^^<{XSD}boolean>'),
        (f'"x"^^<{XSD}byte>', f'"x"^^<{XSD}byte>'),
        ('"01"^^<http://example.org/own>', '"01"^^<http://example.org/own>'),
    ],
)
def test_what_the_store_rewrites(written: str, answered: str) -> None:
    """As docs/standards.md says."""
    own = memory_store(nodes(f"GRAPH ex:g {{ ex:a ex:p {written} }}"))
    found = ask(own, f"PREFIX ex: <{EX}> CONSTRUCT {{ ex:a ex:p ?o }} WHERE {{ ex:a ex:p ?o }}", N_TRIPLES)
    assert found == f"<{EX}a> <{EX}p> {answered} .\n".encode()


# --- stores --------------------------------------------------------------------------------------------------------


def test_a_store_is_only_built_in_an_empty_folder(tmp_path: Path) -> None:
    build_store(nodes(DATA), tmp_path / "store")
    with pytest.raises(UserError, match="not empty"):
        build_store(nodes(DATA), tmp_path / "store")


def test_every_triple_of_a_store_is_in_a_named_graph(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside any named graph"):
        build_store(nodes("ex:a ex:b ex:c ."), tmp_path / "store")


def test_a_prepared_query_survives_the_way_to_a_worker() -> None:
    prepared = prepare(Query("PREFIX e: <x> SELECT * FROM e:a { ?b e:c ?a }", (), (), EX), Limits())
    assert Prepared.of(marshal.loads(prepared.pack(TSV))) == (TSV.name, prepared)
    with pytest.raises(ValueError, match="no answer in Turtle"):
        prepared.pack(TURTLE)
