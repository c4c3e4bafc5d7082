"""What happens on a connection, against a real server: half-closed ones, bodies too large, few open files, proxies."""

from __future__ import annotations

import http.client
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from conftest import COMMAND, start_server, stop_server, wait_until
from endpoints import ask, build, endpoint_project, fetch

from ecoop_ld.server.limits import Proxies

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    limits = "client_rate = 0\nclient_queries = 0\nquery_seconds = 20\nrequest_seconds = 6\nlong_queries = 0\n"
    found = endpoint_project(tmp_path_factory.mktemp("connection"), limits, things=1_000)
    build(found)
    return found


@pytest.fixture(scope="module")
def url(project: Path) -> Iterator[str]:
    running = start_server(project, project / "public")
    yield running.url
    stop_server(running)


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def read_all(connection: socket.socket) -> bytes:
    pieces = []
    while piece := connection.recv(1 << 16):
        pieces.append(piece)
    return b"".join(pieces)


def get(query: str, more: str = "") -> bytes:
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    "sent",
    [
        get("SELECT (NOW() AS ?n) {}"),
        get("SELECT (COUNT(*) AS ?n) { ?a a ?c . ?d <https://example.org/ns#size> ?f FILTER(?f < 100 && ?a != ?d) }"),
        b"GET /doc/thing/one HTTP/1.1\r\nHost: x\r\nAccept: text/turtle\r\n\r\n",
        b"GET /dumps/latest/all.nq HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["quick", "slow", "document", "file"],
)
def test_who_half_closes_is_answered(url: str, sent: bytes, number: int) -> None:
    with connect(url) as connection:
        connection.sendall(sent * number)
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == number, answer[:200]


def test_half_a_request_before_the_end_is_told_so(url: str) -> None:
    with connect(url) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nASK")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).startswith(b"HTTP/1.1 400 ")


def test_who_is_gone_is_told_from_who_half_closed(url: str) -> None:
    """Both send the same; the query of who is gone ends long before its deadline."""
    with connect(url) as connection:
        connection.sendall(get(ENDLESS))
        assert wait_until(lambda: b"queries_running 1\n" in fetch(url, "metrics").body)
    assert wait_until(lambda: b"queries_running 0\n" in fetch(url, "metrics").body, 12)


def test_a_question_for_http_2_is_answered_in_http_1(url: str) -> None:
    """Java's HttpClient asks so on plain HTTP, also with a body."""
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\nAccept: application/sparql-results+json\r\n"
    more = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\nContent-Length: 6\r\n"
    with connect(url) as connection:
        for _ in range(2):  # the connection goes on
            connection.sendall(f"{head}{more}\r\nASK ".encode())
            time.sleep(0.05)
            connection.sendall(b"{}")
            answer = connection.recv(1 << 16)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert answer.endswith(b'"boolean":true}')


def test_the_body_of_a_refused_request_is_not_read_as_the_next(url: str) -> None:
    hidden = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    with connect(url) as connection:
        connection.sendall(b"POST /doc HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(hidden), hidden))
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = read_all(connection)
    assert [line[:12] for line in answer.splitlines() if line.startswith(b"HTTP/1.1")] == [
        b"HTTP/1.1 405",
        b"HTTP/1.1 200",
    ]


@pytest.mark.parametrize("size", [400_000, 5_000_000, 60_000_000])
def test_a_body_too_large_is_refused_so_that_the_client_hears_it(url: str, size: int) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("POST", "/sparql", body=b" " * size, headers={"Content-Type": DIRECT})
    answer = connection.getresponse()
    assert answer.status == 413
    assert b'"limit": "query_bytes"' in answer.read()
    connection.close()


def test_who_goes_on_sending_after_a_refusal_is_let_go(url: str) -> None:
    with connect(url) as connection, suppress(ConnectionError):
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n")
        for _ in range(300):
            connection.sendall(b" ")
            time.sleep(0.05)
        pytest.fail("the server kept listening")
    assert fetch(url, "healthz").status == 200


def test_a_client_that_waits_for_a_word_gets_it(url: str) -> None:
    with connect(url) as connection:
        head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\nExpect: 100-continue\r\n"
        connection.sendall(f"{head}Content-Length: 6\r\n\r\n".encode())
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ASK {}")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        connection.sendall(f"{head}Content-Length: 9999999\r\n\r\n".encode())
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("open_files", [256, 128])
def test_with_few_open_files_fewer_connections_are_served(project: Path, open_files: int) -> None:
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({open_files}, {open_files}));"
    code = f"{limit} import sys; from ecoop_ld.cli import main; sys.argv = ['ecoop-ld', *sys.argv[1:]]; main()"
    arguments = ["serve", "--port", "0", "--project", str(project), "--out", str(project / "public")]
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=-1, stderr=-1, text=True)
    assert process.stdout
    url = process.stdout.readline().split()[2]
    try:
        with ExitStack() as stack:
            for _ in range(open_files + 50):
                stack.enter_context(connect(url))
            for number in range(20):
                assert ask(url, f"ASK {{}} # {number}").status == 200
            assert fetch(url, "doc/thing/one").status == 200
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_with_next_to_no_open_files_it_says_so_and_ends(project: Path) -> None:
    arguments = ["serve", "--port", "0", "--project", str(project), "--out", str(project / "public")]
    most = 70
    done = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)),
    )
    assert done.returncode == 2
    assert "70 files open" in done.stderr
    assert "ulimit -n" in done.stderr


@pytest.mark.parametrize(
    ("trusted", "forwarded", "client"),
    [
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1"),  # what stands before it is the client's own claim
        ("10.0.0.1", "192.0.2.1, 10.0.0.1", "192.0.2.1"),
        ("10.0.0.0/8", "203.0.113.9, 192.0.2.1, 10.1.2.3,10.9.9.9", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1, 10.0.0.2", "10.0.0.2"),  # not trusted
        ("*", "192.0.2.1, 192.0.2.2", "192.0.2.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1,", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1:4711", "192.0.2.1"),
        ("10.0.0.1", "[2001:db8:1:2:3::4]:4711", "2001:0db8:0001:0002"),
        ("10.0.0.1", "2001:db8:1:2:3::4", "2001:0db8:0001:0002"),
        ("10.0.0.1", "unknown", "unknown"),
        ("10.0.0.1", "a" * 5_000, "a" * 60),
    ],
)
def test_the_client_behind_proxies(trusted: str, forwarded: str, client: str) -> None:
    proxies = Proxies([trusted])
    assert "10.0.0.1" in proxies
    assert proxies.client("10.0.0.1", forwarded) == client


def test_nobody_else_is_a_proxy() -> None:
    assert "10.0.0.1" not in Proxies([])
    assert "11.0.0.1" not in Proxies(["10.0.0.0/8", "2001:db8::/32"])
    assert "2001:db8::1" in Proxies(["2001:db8::/32"])
    assert "::ffff:10.0.0.1" in Proxies(["10.0.0.0/8"])
    assert "" not in Proxies(["10.0.0.0/8"])
