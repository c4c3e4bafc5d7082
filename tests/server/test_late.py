"""No request is left lying: connections that are kept open ask by every way that there is, and each is answered.

They ask in bursts and are all answered before the next, so that what was left lying is not found again by the next
request. ``--seconds-of-pauses`` drives it for longer.
"""

from __future__ import annotations

import random
import re
import selectors
import socket
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from conftest import start_server, stop_server
from endpoints import build, endpoint_project, fetch

CONNECTIONS = 8
DEADLINE = 60
"""Seconds after which the server itself would stop to wait: no answer may need that."""
PATIENCE = 20
THING = "<https://example.org/id/thing/n{}>"
SOLUTIONS, TURTLE = "application/sparql-results+json", "text/turtle"
WAYS = {
    "kept": (SOLUTIONS, "SELECT ?o {{ " + THING.format(1) + " ?p ?o }}"),
    "batched": (SOLUTIONS, "SELECT ?p ?o {{ " + THING + " ?p ?o }} # {}"),
    "batched graph": (TURTLE, "CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = " + THING + ") }} # {}"),
    "alone": (SOLUTIONS, r"SELECT ?p {{ " + THING + r" ?p '\u0041' }} # {}"),
    "not kept": (SOLUTIONS, "SELECT (NOW() AS ?n) {{ " + THING + " ?p ?o }} # {}"),
    "handed back": (SOLUTIONS, "SELECT (COUNT(*) AS ?n) {{ ?a ?p ?x . ?b ?q ?y FILTER(STRENDS(STR(?a), '{}')) }} # {}"),
    "a document": (TURTLE, ""),
}
"""What is asked, with two numbers. The last query is quick for numbers of which there is no thing, and slow for others."""


def request(way: str, choice: random.Random) -> bytes:
    accept, text = WAYS[way]
    number = choice.randrange(300) + (choice.choice((0, 1_000, 1_000, 1_000)) if way == "handed back" else 0)
    query = text.format(number, choice.random())
    head = f"Host: a\r\nAccept: {accept}\r\n"
    if not query:
        return f"GET /doc/thing/n{number} HTTP/1.1\r\n{head}\r\n".encode()
    if choice.randrange(4):
        return f"GET /sparql?query={quote(query)} HTTP/1.1\r\n{head}\r\n".encode()
    length = f"Content-Type: application/sparql-query\r\nContent-Length: {len(query)}\r\n"
    return f"POST /sparql HTTP/1.1\r\n{head}{length}\r\n{query}".encode()


def is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    match = re.search(rb"content-length: (\d+)", head.lower())
    return bool(end and match and len(body) == int(match[1]))


def burst(connections: list[socket.socket], choice: random.Random, waits: selectors.BaseSelector) -> int:
    """Some requests over each connection, of one way or of many, until all are answered; how many there were."""
    ways = [choice.choice(list(WAYS))] if choice.randrange(2) else list(WAYS)
    left, asked = choice.choice((8, 30, 200)), 0
    held: dict[socket.socket, bytes] = {}
    for connection in connections:
        connection.sendall(request(choice.choice(ways), choice))
        held[connection] = b""
    while held:
        found = waits.select(PATIENCE)
        assert found, f"{len(held)} of {CONNECTIONS} connections wait for an answer after {asked}, asked {ways}"
        for key, _ in found:
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            data = connection.recv(1 << 16)
            assert data, f"a connection was closed, asked {ways}"
            held[connection] += data
            if not is_whole(held[connection]):
                continue
            assert held.pop(connection).startswith(b"HTTP/1.1 200 "), f"asked {ways}"
            asked += 1
            if left > 0:
                if not choice.randrange(50):
                    time.sleep(choice.choice((0.001, 0.01, 0.05)))
                left -= 1
                held[connection] = b""
                connection.sendall(request(choice.choice(ways), choice))
    return asked


def test_every_request_is_answered_whatever_the_way_and_the_pauses(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    limits = f"client_rate = 0\nclient_queries = 0\nqueue = 200\nquery_seconds = {DEADLINE}\n"
    project = endpoint_project(tmp_path, limits, things=300)
    running = start_server(project, build(project))
    parts, choice, asked = urlsplit(running.url), random.Random(1), 0
    connections = [socket.create_connection((parts.hostname, parts.port)) for _ in range(CONNECTIONS)]
    try:
        with selectors.DefaultSelector() as waits:
            for connection in connections:
                waits.register(connection, selectors.EVENT_READ)
            end = time.monotonic() + float(pytestconfig.getoption("--seconds-of-pauses"))
            while time.monotonic() < end:
                asked += burst(connections, choice, waits)
        metrics = fetch(running.url, "metrics").body.decode()
    finally:
        for connection in connections:
            connection.close()
        stop_server(running)
    assert "ecoop_queries_running 0\n" in metrics
    assert "ecoop_queries_waiting 0\n" in metrics
    assert "ecoop_batched_answers_total 0\n" not in metrics
