"""The short way of small queries: that it gives what the long way gives, and is left where it could not."""

from __future__ import annotations

import dataclasses
import itertools
import marshal
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from conftest import start_server, stop_server
from endpoints import build, endpoint_project, fetch

from ecoop_ld.config import Limits
from ecoop_ld.rdf.formats import CSV, JSON
from ecoop_ld.server.heads import Heads, read_head
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Prepared, Query, Refused
from ecoop_ld.sparql.templates import Templates, shape_of

LIMITS = Limits()
BASE = "http://localhost/sparql"

# --- templates ---------------------------------------------------------------------------------------------------------

PAIRS = [
    ("SELECT ?p { <http://e/a> ?p ?o }", "SELECT ?p { <http://e/longer#one> ?p ?o }"),
    ("PREFIX e: <http://e/> SELECT * { e:a ?b ?a }", "PREFIX e: <http://example.org/*/> SELECT * { e:a ?b ?a }"),
    ("# a * b\nSELECT DISTINCT * { ?s ?p 'x' }", "# <a> * * 'b\nSELECT DISTINCT * { ?s ?p 'x y # \"' }"),
    ('ASK { ?s ?p "a" } # one', 'ASK { ?s ?p """two\n"lines" """ } # "two'),
    ("SELECT ?x { ?x ?p ?o FILTER(?o < 3 && ?o > 1) }", "SELECT ?x { ?x ?p ?o FILTER(?o < 3 && ?o > 1) }"),
    ("CONSTRUCT { ?s ?p <a> } WHERE { ?s ?p [ ?q (1 2) ] }", "CONSTRUCT { ?s ?p <> } WHERE { ?s ?p [ ?q (1 2) ] }"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_template_finds_what_the_checks_find(first: str, second: str) -> None:
    assert shape_of(first) == shape_of(second)
    templates = Templates(LIMITS)
    one, two = Query(first, base=BASE), Query(second, base=BASE)
    assert templates.prepare(one) == prepare(one, LIMITS)
    template = templates.find(two)
    assert template is not None
    assert templates.prepare(two) == prepare(two, LIMITS)
    row = template.prepared.formats[0]
    assert Prepared.of(marshal.loads(template.pack(two, row))) == (row.name, prepare(two, LIMITS))


PIECES = [
    "<a>",
    "<a",
    ">",
    '"x"',
    "'",
    '"',
    "#c\n",
    "?v",
    "{",
    "}",
    "*",
    " ",
    "\n",
    "1",
    "a:b",
    "<=b>",
    '"""',
    "^^",
    "/",
]


def test_queries_of_one_shape_are_read_alike() -> None:
    """Whatever texts end up with the same shape, the checks find the same in them, but for where the star is."""
    seen: dict[str, Prepared] = {}
    for pieces in itertools.product(PIECES, repeat=3):
        for opaque in ("<x'y>", '"<z>"'):
            text = "SELECT * " + "".join(pieces) + opaque + "".join(reversed(pieces))
            found = dataclasses.replace(prepare(Query(text), LIMITS), text="", star=0)
            assert seen.setdefault(shape_of(text), found) == found, text
    assert len(seen) < 2 * len(PIECES) ** 3


@pytest.mark.parametrize(
    "query",
    [
        Query("SELECT * FROM <http://e/g> { ?s ?p ?o }"),
        Query("SELECT * { ?s ?p ?o }", default_graphs=("http://e/g",)),
        Query(r"SELECT * { ?s ?p '\u0041' }"),
        Query("ASK { ?s ?p <http://e/service> }"),
        Query("ASK { ?s ?p 'a\0b' }"),
    ],
)
def test_some_queries_have_no_template(query: Query) -> None:
    templates = Templates(LIMITS)
    templates.prepare(query)
    assert templates.find(query) is None


def test_a_query_that_is_refused_is_refused_again() -> None:
    templates = Templates(dataclasses.replace(LIMITS, query_patterns=2, query_bytes=400))
    for _ in range(2):
        with pytest.raises(Refused):
            templates.prepare(Query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
    short = Query("SELECT * { ?a ?b <a> }")
    templates.prepare(short)
    assert templates.find(short)
    assert templates.find(Query(f"SELECT * {{ ?a ?b <{'a' * 200}> }}")) is None  # near the limit: counted exactly


def test_a_template_is_quick_only_while_it_is() -> None:
    now = [0.0]
    templates = Templates(LIMITS, lambda: now[0])
    query = Query("ASK { ?s ?p <a> }")
    templates.prepare(query)
    assert templates.quick(query) is None
    templates.learn(query, 0.001, 100)
    template = templates.quick(Query("ASK { ?s ?p <b> }"))
    assert template
    templates.ban(template)
    templates.learn(query, 0.001, 100)
    assert templates.quick(query) is None
    now[0] = 61.0
    assert templates.quick(query)
    templates.learn(query, 0.001, 1_000_000)
    assert templates.quick(query) is None


# --- heads -------------------------------------------------------------------------------------------------------------

HEADS = [
    (b"Host: a\r\n\r\n", True),
    (b"host: a\r\nAccept: text/csv\r\nConnection: keep-alive\r\nUser-Agent: x y\r\n\r\n", True),
    (b"Host: a\r\nAccept:\r\n\r\n", True),
    (b"Host: a\r\n", False),
    (b"Accept: text/csv\r\n\r\n", False),
    (b"Host: a\r\nConnection: close\r\n\r\n", False),
    (b"Host: a\r\nContent-Length: 3\r\n\r\n", False),
    (b"Host: a\r\nTransfer-Encoding: chunked\r\n\r\n", False),
    (b"Host: a\r\nIf-None-Match: *\r\n\r\n", False),
    (b"Host: a\r\nRange: bytes=0-1\r\n\r\n", False),
    (b"Host: a\r\nExpect: 100-continue\r\n\r\n", False),
    (b"Host: a\r\nUpgrade: h2c\r\n\r\n", False),
    (b"Host: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n", False),
    (b"Host: a\r\nAccept: text/csv\r\nAccept: text/html\r\n\r\n", False),
    (b"Host: a\r\nHost: b\r\n\r\n", False),
    (b"Host: a\r\nAccept : text/csv\r\n\r\n", False),
    (b"Host: a\r\nAccept: text/csv\r\n folded\r\n\r\n", False),
    (b"Host: a\nAccept: text/csv\r\n\r\n", False),
    (b"Host: a\r\nAccept: caf\xc3\xa9\r\n\r\n", False),
    (b"Host: a\r\nAccept: a\0b\r\n\r\n", False),
    (b"Host: a\r\n\r\nGET /sparql?query=x HTTP/1.1\r\nHost: a\r\n\r\n", False),
    (b"\r\n\r\n", False),
]


@pytest.mark.parametrize(("block", "plain"), HEADS)
def test_only_heads_that_leave_no_doubt_are_read(block: bytes, plain: bool) -> None:
    assert (read_head(block) is not None) == plain
    heads, data = Heads(), b"GET /sparql?query=x HTTP/1.1\r\n" + block
    assert [heads.split(data) is not None for _ in range(2)] == [plain, plain]


@pytest.mark.parametrize(
    "line",
    [b"GET /sparql?a b HTTP/1.1", b"GET /sparql?q HTTP/1.0", b"POST /sparql?q HTTP/1.1", b"GET /s#f HTTP/1.1", b"GET"],
)
def test_only_plain_request_lines_are_read(line: bytes) -> None:
    assert Heads().split(line + b"\r\nHost: a\r\n\r\n") is None


# --- over HTTP ---------------------------------------------------------------------------------------------------------

THING = "<https://example.org/id/thing/n{}>"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    limits = "client_rate = 0\nclient_queries = 0\nqueue = 200\n"
    return endpoint_project(tmp_path_factory.mktemp("lane"), limits, things=300)


@pytest.fixture
def url(project: Path) -> Iterator[str]:
    running = start_server(project, project / "public" if (project / "public").is_dir() else build(project))
    yield running.url
    stop_server(running)


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def request(query: str, accept: str = JSON.media_type, more: str = "") -> bytes:
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\n{more}\r\n".encode()


def receive(connection: socket.socket, number: int = 1) -> list[bytes]:
    """So many answers with a Content-Length, each from its status line to its last byte, without its date."""
    data, found = b"", []
    while len(found) < number:
        head, end, rest = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head)[1]) if end else 0  # type: ignore[index]
        if end and len(rest) >= length:
            found.append(re.sub(rb"\r\ndate: [^\r]*", b"", head) + end + rest[:length])
            data = rest[length:]
            continue
        piece = connection.recv(1 << 16)
        assert piece, data
        data += piece
    assert not data
    return found


def quick_answers(url: str) -> int:
    match = re.search(rb"ecoop_quick_answers_total (\d+)", fetch(url, "metrics").body)
    assert match
    return int(match[1])


QUERIES = [
    ("SELECT ?p ?o {{ {} ?p ?o }}", JSON.media_type),
    ("SELECT * {{ {} ?p ?o }}", CSV.media_type),
    ("SELECT ?s ?l {{ ?s a ?t ; <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(?s = {}) }}", "*/*"),
    ("ASK {{ {} ?p 'nothing' }}", "application/sparql-results+xml"),
    ("CONSTRUCT WHERE {{ {} ?p ?o }}", "text/turtle"),
    ("DESCRIBE {}", "application/rdf+xml, text/html;q=0.1"),
    ("SELECT ?s {{ ?s ?p ?o FILTER(?s != {}) }} LIMIT 100", JSON.media_type),
]


@pytest.mark.parametrize(("query", "accept"), QUERIES)
def test_the_short_way_gives_the_bytes_of_the_long_way(url: str, query: str, accept: str) -> None:
    with connect(url) as connection:

        def answer(number: int, more: str, comment: str = "") -> bytes:
            connection.sendall(request(query.format(THING.format(number)) + comment, accept, more))
            return receive(connection)[0]

        for coding in ("", "Accept-Encoding: gzip\r\n", "Accept-Encoding: zstd, br\r\n"):
            for number in range(4):  # until one was quick
                answer(number, coding)
            before = quick_answers(url)
            short = [answer(number, coding) for number in range(10, 14)]
            assert quick_answers(url) == before + 4
            kept = [answer(number, coding) for number in range(10, 14)]
            assert quick_answers(url) == before + 4
            assert kept == short
            # a header that the short way does not know, and a comment, so that nothing is kept of this query
            long = [answer(number, f"{coding}X-Unknown: 1\r\n", " # again") for number in range(10, 14)]
            assert quick_answers(url) == before + 4
            assert long == short


def test_requests_that_come_before_the_answer_are_answered_in_order(url: str) -> None:
    with connect(url) as connection:
        for number in range(3):
            connection.sendall(request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}"))
            receive(connection)
        before = quick_answers(url)
        wanted = [request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}") for number in range(20, 24)]
        connection.sendall(wanted[0])
        connection.sendall(b"".join(wanted[1:]))
        found = receive(connection, 4)
    for number, answer in zip(range(20, 24), found, strict=True):
        assert f"Number {number}".encode() in answer
    assert quick_answers(url) >= before


def test_many_at_once_are_all_answered(url: str) -> None:
    connections = [connect(url) for _ in range(40)]
    for number in range(4):
        connections[0].sendall(request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}"))
        receive(connections[0])
    before = quick_answers(url)
    for number, connection in enumerate(connections):
        connection.sendall(request(f"SELECT ?o {{ {THING.format(number + 50)} ?p ?o }}"))
    for number, connection in enumerate(connections):
        assert f"Number {number + 50}".encode() in receive(connection)[0]
        connection.close()
    assert quick_answers(url) == before + 40


def test_a_slow_query_of_a_quick_template_harms_nobody(url: str) -> None:
    """What one string matches decides how long it takes: it is stopped at its deadline, the others are answered."""
    slow = "SELECT (COUNT(*) AS ?n) {{ ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(STRSTARTS(STR(?a), '{}')) }}"
    with connect(url) as connection, connect(url) as other:
        for _ in range(3):
            connection.sendall(request(slow.format("nothing")))
            receive(connection)
        connection.sendall(request(slow.format("http")))
        other.sendall(request(slow.format("none at all")))
        assert b'"value":"0"' in receive(other)[0]
        other.sendall(request("ASK {}"))
        assert receive(other)[0].startswith(b"HTTP/1.1 200 ")
        assert receive(connection)[0].startswith(b"HTTP/1.1 504 ")


def test_a_client_that_goes_leaves_nothing_behind(url: str) -> None:
    with connect(url) as connection:
        for number in range(3):
            connection.sendall(request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}"))
            receive(connection)
    for number in range(60, 80):
        with connect(url) as connection:
            connection.sendall(request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}"))
    with connect(url) as connection:
        connection.sendall(request(f"SELECT ?o {{ {THING.format(99)} ?p ?o }}"))
        assert b"Number 99" in receive(connection)[0]
    assert b"ecoop_queries_running 0" in fetch(url, "metrics").body


def test_limits_of_clients_hold(tmp_path: Path) -> None:
    own = endpoint_project(tmp_path, "client_rate = 0.01\nclient_burst = 6\n")
    running = start_server(own, build(own))
    try:
        with connect(running.url) as connection:
            statuses = []
            for number in range(9):
                connection.sendall(request(f"SELECT ?o {{ <http://e/{number}> ?p ?o }}"))
                statuses.append(receive(connection)[0][9:12])
            assert statuses == [b"200"] * 6 + [b"429"] * 3
    finally:
        stop_server(running)
