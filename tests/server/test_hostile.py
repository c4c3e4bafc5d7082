"""Requests that mean harm, against a real server: after each it answers a normal query within a second, and
afterwards it has as many processes and as much memory as before.
"""

from __future__ import annotations

import re
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import quote

import pytest
from attacks import POST_QUERY, QUERIES, RAW, Target, gauge, get, lives, load, post, read_all
from conftest import start_server, stop_server, wait_until
from endpoints import ask, build, endpoint_project, fetch

LIMITS = """
query_seconds = 1.0
worker_memory = 300_000_000
result_bytes = 3_000_000
request_seconds = 2.0
stall_seconds = 2.0
client_rate = 0
client_queries = 0
connections = 600
client_connections = 500
cache_bytes = 1_000_000
"""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    project = endpoint_project(tmp_path_factory.mktemp("hostile"), LIMITS, things=2_000)
    running = start_server(project, build(project))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        found = Target(running, listener)
        with ExitStack() as connections:  # warm, so that memory before is memory in use: as many as it lets in at once
            for _ in range(590):
                connections.enter_context(found.connect())
        for n in range(60):
            lives(found)
            ask(running.url, f"SELECT * {{ ?s ?p ?o }} LIMIT {5000 + n}", "text/html" if n % 2 else "text/csv")
        yield found
    stop_server(running)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(target: Target) -> Iterator[None]:
    """Half a minute after the last request everything is as it was."""
    assert wait_until(lambda: len(target.processes()) == 4)  # server, zygote, two workers
    assert wait_until(lambda: gauge(target, "queries_running") == 0)
    time.sleep(6)  # the server tidies up
    processes, memory = len(target.processes()), target.memory()
    yield
    assert wait_until(lambda: len(target.processes()) == processes)
    assert wait_until(lambda: target.memory() < memory * 1.1), (memory, target.memory())
    with pytest.raises(BlockingIOError):
        target.listener.accept()


# --- queries -------------------------------------------------------------------------------------------------------


def test_there_are_enough_of_them() -> None:
    assert len(QUERIES) + len(RAW) >= 120


@pytest.mark.parametrize("name", QUERIES)
def test_query(target: Target, name: str) -> None:
    text = QUERIES[name].replace("{port}", str(target.own_port))
    with target.connect() as connection:
        connection.sendall(post(text))
        answer = read_all(connection)
    status = int(answer.split(b" ", 2)[1])
    assert status in {200, 400, 403, 413, 422, 500, 503, 504}
    head_, _, content = answer.partition(b"\r\n\r\n")
    if status != 200:
        assert b"application/problem+json" in head_
        assert b"Traceback" not in content
    if name.startswith("service"):
        assert status == 403
    lives(target)


# --- requests ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RAW)
def test_request(target: Target, name: str) -> None:
    sent, statuses = RAW[name]
    with target.connect() as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        answer = read_all(connection)
    status = int(answer.split(b" ", 2)[1]) if answer else 0
    assert status in statuses
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"set-cookie" not in head
    assert b"evil.example" not in answer
    assert b"root:" not in answer
    assert b"public_base" not in answer
    assert b"<script>alert" not in answer
    assert b"Traceback" not in answer
    lives(target)


# --- clients that do not play along --------------------------------------------------------------------------------


def _closed(connection: socket.socket, seconds: float = 30) -> bool:
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", POST_QUERY + b"Content-Length: 60\r\n\r\nASK"],
    ids=["says nothing", "half a line", "half a head", "half a body"],
)
def test_who_sends_too_slowly_is_let_go(target: Target, sent: bytes) -> None:
    with target.connect() as connection:
        connection.sendall(sent)
        lives(target)
        assert _closed(connection)


def test_a_byte_at_a_time_does_not_help(target: Target) -> None:
    with target.connect() as connection, suppress(ConnectionError):
        for _ in range(100):
            connection.sendall(b"X")
            time.sleep(0.05)
        pytest.fail("the server kept waiting")
    lives(target)


def test_who_does_not_read_is_let_go(target: Target) -> None:
    with ExitStack() as stack:
        lazy = [stack.enter_context(target.connect()) for _ in range(20)]
        for connection in lazy:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            text = quote("SELECT ?a ?b ?c ?x { ?a ?b ?c VALUES ?x { 1 2 } }")
            connection.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert wait_until(lambda: sum(load(target)) == 0)
        lives(target)
        time.sleep(2.5)
        lives(target)
        assert all(_closed(connection) for connection in lazy)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP", get("/healthz"), POST_QUERY + b"Content-Length: 9\r\n\r\nASK"])
def test_half_closed_sockets_are_closed(target: Target, sent: bytes) -> None:
    with target.connect() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert _closed(connection)
    lives(target)


def test_who_leaves_frees_the_worker(target: Target) -> None:
    """Without that each query would run to its deadline."""

    def timeouts() -> int:
        found = re.search(rb'ecoop_queries_total\{outcome="timeout"\} (\d+)', fetch(target.url, "metrics").body)
        return int(found[1]) if found else 0

    before = timeouts()
    for _ in range(30):
        with target.connect() as connection:
            connection.sendall(post(QUERIES["count"]))
    assert wait_until(lambda: sum(load(target)) == 0)
    assert timeouts() < before + 10
    lives(target)


def test_ten_thousand_idle_connections(target: Target) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = min(10_000, (hard if hard > 0 else 10_000) - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number + 200), hard))
    idle: list[socket.socket] = []
    try:
        for n in range(number):
            connection = socket.socket()
            connection.bind((f"127.0.1.{1 + n % 200}", 0))  # many clients
            connection.settimeout(5)
            with suppress(OSError):
                connection.connect(target.address)
            idle.append(connection)
            if n % 1000 == 999:
                lives(target)
        lives(target)
        assert gauge(target, "connections") <= 601
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    lives(target)


def test_one_client_cannot_take_all_connections(target: Target) -> None:
    with ExitStack() as stack:
        held = []
        for _ in range(550):
            connection = stack.enter_context(socket.socket())
            connection.bind(("127.0.2.1", 0))
            connection.connect(target.address)
            held.append(connection)
        lives(target)
        assert gauge(target, "connections") <= 501


def test_many_bombs_at_once(target: Target) -> None:
    """As many as the queue takes, and more; the honest query waits for a worker, but is answered."""
    with ExitStack() as stack:
        for _ in range(60):
            connection = stack.enter_context(target.connect())
            connection.sendall(post(QUERIES["order"]))
        time.sleep(0.2)
    assert wait_until(lambda: gauge(target, "queries_waiting") == 0)
    lives(target)


def test_the_server_never_ended(target: Target) -> None:
    assert target.running.process.poll() is None
