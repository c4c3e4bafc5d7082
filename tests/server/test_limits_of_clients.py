"""Limits per client, and going over to a new build while clients ask."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import COMMAND, start_server, stop_server, wait_until
from endpoints import DATA, ask, build, endpoint_project, fetch

from ecoop_ld.config import Limits
from ecoop_ld.server.cache import Kept
from ecoop_ld.server.journal import shortened
from ecoop_ld.server.limits import Clients, client_of
from ecoop_ld.server.refusals import Refusal


def test_a_client_has_a_burst_and_then_a_rate() -> None:
    now = [0.0]
    clients = Clients(Limits(client_rate=2, client_burst=3), lambda: now[0])

    def one(client: str = "a") -> None:
        with clients.query(client):
            pass

    for _ in range(3):
        one()
    with pytest.raises(Refusal) as caught:
        one()
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "1")
    assert caught.value.more["limit"] == "client_rate"
    one("b")
    now[0] += 0.5
    one()
    with pytest.raises(Refusal):
        one()
    now[0] += 60
    for _ in range(3):
        one()


def test_a_client_has_so_many_queries_at_one_time() -> None:
    clients = Clients(Limits(client_queries=1))
    with clients.query("a"):
        with pytest.raises(Refusal) as caught, clients.query("a"):
            pass
        assert caught.value.more["limit"] == "client_queries"
        with clients.query("b"):
            pass
    with clients.query("a"):
        pass


def test_a_polite_crawler_meets_no_limit() -> None:
    now = [0.0]
    clients = Clients(Limits(), lambda: now[0])
    for _ in range(5_000):
        with clients.query("crawler"):
            now[0] += 0.1  # ten queries a second, one after the other


@pytest.mark.parametrize(
    ("address", "client", "logged"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002", "2001:db8:1::"),
        ("::ffff:192.0.2.7", "192.0.2.7", "::ffff::"),
        ("", "", ""),
    ],
)
def test_who_is_one_client(address: str, client: str, logged: str) -> None:
    assert client_of(address) == client
    if "ffff" not in address:
        assert shortened(address) == logged


def test_what_is_kept_has_a_bound() -> None:
    kept: Kept[int] = Kept(100_000)
    for n in range(100):
        kept.put(n, n, 1_000)
    assert kept.size <= 100_000
    assert kept.get(99) == 99
    assert kept.get(0) is None
    kept.put("huge", 1, 90_000)
    assert kept.get("huge") is None


def test_limits_of_a_client_over_http(tmp_path: Path) -> None:
    project = endpoint_project(tmp_path, "client_rate = 0.01\nclient_burst = 3\n")
    running = start_server(project, build(project))
    try:
        statuses = [ask(running.url, f"ASK {{}} #{n}").status for n in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = ask(running.url, "ASK {} #9")
        assert int(refused.headers["retry-after"]) > 1
        assert refused.json["limit"] == "client_rate"
        assert ask(running.url, "ASK {} #1").status == 200  # kept answers cost nothing
        assert fetch(running.url, "doc/thing/one").status == 200
    finally:
        stop_server(running)


def forwarded(url: str, query: str, client: str, peer: str = "") -> int:
    """The status of a query that a proxy at the address ``peer`` passes on for a client."""
    headers = {"X-Forwarded-For": client}
    return fetch(url, "sparql?query=" + quote(query), headers=headers, client=peer).status


@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_is_believed_where_the_settings_name_it(tmp_path: Path, trusted: bool) -> None:
    """Behind a trusted proxy each of its clients has a burst of its own; elsewhere the header changes nothing."""
    project = endpoint_project(tmp_path, "client_rate = 0.01\nclient_burst = 2\n")
    settings = project / "ecoop.toml"
    settings.write_text(settings.read_text() + f'\n[server]\ntrusted_proxies = ["127.0.0.{1 if trusted else 99}"]\n')
    running = start_server(project, build(project))
    try:
        one = [forwarded(running.url, f"ASK {{}} #a{n}", "192.0.2.1") for n in range(3)]
        other = [forwarded(running.url, f"ASK {{}} #b{n}", "192.0.2.2") for n in range(3)]
        assert one == [200, 200, 429]
        assert other == ([200, 200, 429] if trusted else [429, 429, 429])
        # Whoever is no proxy cannot hide behind made-up addresses.
        liar = [forwarded(running.url, f"ASK {{}} #c{n}", f"192.0.2.{n + 10}", "127.0.0.7") for n in range(3)]
        assert liar == [200, 200, 429]
    finally:
        stop_server(running)


def test_where_answers_pile_up_further_queries_are_put_off(tmp_path: Path) -> None:
    """Clients that ask for much and take nothing of it fill ``pending_bytes``; when they have gone, all is well."""
    limits = "pending_bytes = 3_000_000\nclient_rate = 0\nclient_queries = 0\nstall_seconds = 4.0\ncache_bytes = 0\n"
    project = endpoint_project(tmp_path, limits, things=4_000)
    running = start_server(project, build(project))
    host, port = running.url.removeprefix("http://").rstrip("/").split(":")
    try:
        with ExitStack() as stack:
            for n in range(6):
                one = stack.enter_context(socket.socket())
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                one.connect((host, int(port)))
                query = quote(f"SELECT * {{ ?s ?p ?o VALUES ?n {{ 1 2 3 4 5 }} }} #{n}")
                one.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
            assert wait_until(lambda: ask(running.url, "ASK {} #early").status == 503)
            refused = ask(running.url, "ASK {} #again")
            assert refused.json["limit"] == "pending_bytes"
            assert fetch(running.url, "doc/thing/one").status == 200
        assert wait_until(lambda: ask(running.url, "ASK {} #late").status == 200)
    finally:
        stop_server(running)


def test_a_new_build_is_taken_over_without_losing_a_request(tmp_path: Path) -> None:
    project = endpoint_project(tmp_path, "client_rate = 0\nquery_seconds = 3\n")
    running = start_server(project, build(project))
    statuses: list[int] = []
    stop = threading.Event()

    def keep_asking(client: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            statuses.append(ask(running.url, f"SELECT * {{ ?s ?p ?o }} #{client} {number}").status)
            statuses.append(fetch(running.url, "doc/thing/one").status)

    threads = [threading.Thread(target=keep_asking, args=(n,)) for n in range(2)]
    try:
        for thread in threads:
            thread.start()
        label = "SELECT ?l { <https://example.org/id/thing/one> ?p ?l FILTER(LANG(?l) = 'en') }"
        assert b"One" in ask(running.url, label).body
        (project / "data/things.ttl").write_text(DATA.replace('"One"@en', '"Changed"@en'))
        build(project)
        os.kill(running.process.pid, signal.SIGHUP)
        assert wait_until(lambda: b"Changed" in ask(running.url, label).body)
        assert b"Changed" in fetch(running.url, "doc/thing/one.ttl").body
        time.sleep(0.5)
        (project / "ecoop.toml").write_text("broken [")
        os.kill(running.process.pid, signal.SIGHUP)  # changes nothing
        time.sleep(0.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        assert running.process.poll() is None
        stop_server(running)
    assert len(statuses) > 10
    assert set(statuses) == {200}


def test_stopping_lets_a_running_query_finish(tmp_path: Path) -> None:
    project = endpoint_project(tmp_path, "query_seconds = 2\n", things=300)
    running = start_server(project, build(project))
    replies = []
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    thread = threading.Thread(target=lambda: replies.append(ask(running.url, slow)))
    thread.start()
    assert wait_until(lambda: bool(re.search(r"queries_running 1", fetch(running.url, "metrics").body.decode())))
    stop_server(running)
    thread.join()
    assert replies[0].status == 504  # its own deadline, not the server's end


def test_a_system_without_seccomp_is_warned_of(tmp_path: Path) -> None:
    """A server whose workers find no system-call filter to install."""
    project = endpoint_project(tmp_path)
    out = build(project)
    patched = (
        "import sys; from ecoop_ld.sparql.pool import Pool; from ecoop_ld.cli import main;"
        "Pool.confined = property(lambda self: False); sys.argv = ['ecoop-ld', *sys.argv[1:]]; main()"
    )
    arguments = ["serve", "--port", "0", "--project", str(project), "--out", str(out)]
    process = subprocess.Popen([sys.executable, "-c", patched, *arguments], stdout=-1, stderr=-1, text=True)
    assert process.stdout
    assert "Serving on" in process.stdout.readline()
    process.terminate()
    assert "no seccomp" in process.communicate()[1]


def test_a_system_with_seccomp_is_not(tmp_path: Path) -> None:
    project = endpoint_project(tmp_path)
    arguments = ["serve", "--port", "0", "--project", str(project), "--out", str(build(project))]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=-1, stderr=-1, text=True)
    assert process.stdout
    assert "Serving on" in process.stdout.readline()
    process.terminate()
    assert "Warning" not in process.communicate()[1]
