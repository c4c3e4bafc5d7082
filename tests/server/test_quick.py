"""Quick queries that are asked in batches: the answers are those of queries asked alone, and nobody comes to harm."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from conftest import start_server, stop_server
from endpoints import build, endpoint_project, fetch

from ecoop_ld.rdf.formats import CSV, JSON

THING = "<https://example.org/id/thing/n{}>"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    limits = "client_rate = 0\nclient_queries = 0\nqueue = 200\n"
    return endpoint_project(tmp_path_factory.mktemp("quick"), limits, things=300)


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


def batched_answers(url: str) -> int:
    match = re.search(rb"ecoop_batched_answers_total (\d+)", fetch(url, "metrics").body)
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
def test_a_batch_gives_the_bytes_of_a_query_alone(url: str, query: str, accept: str) -> None:
    numbers = iter(range(300))
    with connect(url) as connection:

        def answer(number: int, more: str, comment: str = "") -> bytes:
            connection.sendall(request(query.format(THING.format(number)) + comment, accept, more))
            return receive(connection)[0]

        for coding in ("", "Accept-Encoding: gzip\r\n", "Accept-Encoding: zstd, br\r\n"):
            found = 0
            for number in numbers:  # on a busy machine not every answer is quick
                before = batched_answers(url)
                batched = answer(number, coding)
                if batched_answers(url) == before:
                    continue
                found += 1
                # with a backslash a query has no template, so that it is asked alone
                assert answer(number, coding, " # \\") == batched
                assert answer(number, coding) == batched  # as it was kept
                assert batched_answers(url) == before + 1
                if found == 3:
                    break
            assert found == 3


def test_requests_that_come_before_the_answer_are_answered_in_order(url: str) -> None:
    with connect(url) as connection:
        for number in range(3):
            connection.sendall(request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}"))
            receive(connection)
        wanted = [request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}") for number in range(20, 24)]
        connection.sendall(wanted[0])
        connection.sendall(b"".join(wanted[1:]))
        found = receive(connection, 4)
    for number, answer in zip(range(20, 24), found, strict=True):
        assert f"Number {number}".encode() in answer


def test_many_at_once_are_all_answered(url: str) -> None:
    connections = [connect(url) for _ in range(40)]
    for number in range(4):
        connections[0].sendall(request(f"SELECT ?o {{ {THING.format(number)} ?p ?o }}"))
        receive(connections[0])
    for number, connection in enumerate(connections):
        connection.sendall(request(f"SELECT ?o {{ {THING.format(number + 50)} ?p ?o }}"))
    for number, connection in enumerate(connections):
        assert f"Number {number + 50}".encode() in receive(connection)[0]
        connection.close()


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
