"""Many attackers at once, from addresses of their own, and an honest client that must not notice."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import quote

import pytest
from attacks import POST_QUERY, QUERIES, RAW, Target, gauge, lives, post, read_all
from conftest import start_server, stop_server, wait_until
from endpoints import Reply, build, endpoint_project, fetch

from ecoop_ld.config import Limits

LIMITS = "worker_memory = 300_000_000\nrequest_seconds = 2.0\nstall_seconds = 2.0\ncache_bytes = 1_000_000\n"
"""Beside these, what a server has without any settings: ten seconds for a query, two workers."""
pytestmark = pytest.mark.timeout(1800)  # as much as it takes on a busy machine
BOMBS = ("count", "distinct", "group concat", "late filter", "any path", "optional product", "ask nothing")
STATUSES = {200, 400, 403, 404, 405, 406, 408, 413, 414, 415, 422, 426, 429, 431, 500, 503, 504, 505}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    project = endpoint_project(tmp_path_factory.mktemp("together"), LIMITS, things=2_000)
    running = start_server(project, build(project))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Target(running, listener)
        with pytest.raises(BlockingIOError):
            listener.accept()  # no SERVICE and no FROM of any attacker was followed
    stop_server(running)


class Attackers:
    """Threads that repeat something until they are told to stop."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.answers: list[bytes] = []

    def add(self, attack: Callable[[random.Random], bytes]) -> None:
        choice = random.Random(len(self._threads))
        thread = threading.Thread(target=self._repeat, args=(attack, choice))
        self._threads.append(thread)
        thread.start()

    def _repeat(self, attack: Callable[[random.Random], bytes], choice: random.Random) -> None:
        while not self._stop.is_set():
            with suppress(OSError):
                self.answers.append(attack(choice))

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def attackers() -> Iterator[Attackers]:
    found = Attackers()
    try:
        yield found
    finally:
        found.end()


def bomber(target: Target, client: str) -> Callable[[random.Random], bytes]:
    """Sends an endless query, waits for a while, goes away, and sends another."""

    def attack(choice: random.Random) -> bytes:
        with target.connect(client) as connection:
            text = QUERIES[choice.choice(BOMBS)] + f" #{choice.random()}"
            connection.settimeout(choice.choice((1, 4)))
            connection.sendall(post(text))
            return connection.recv(1000)

    return attack


def ask_honestly(target: Target, number: int, *, patient: bool = False) -> None:
    """A query that was never asked, and a page, from an address that did no harm: both are answered.

    A query that had to wait until endless ones end would be refused before: each of them holds a worker for ten
    seconds, there are more of them than workers, and nobody waits for longer than twice that. Where the queue is full
    of clients with one query each, which is fair to nobody else, a ``patient`` client comes again, as it is told to.
    """
    text = quote(f"SELECT ?s {{ ?s a ?t }} LIMIT 2 #{number}")

    def ask() -> Reply:
        return fetch(target.url, "sparql?query=" + text, client="127.0.9.1", timeout=100)

    reply = ask()
    while patient and reply.status == 429:
        time.sleep(int(reply.headers["retry-after"]))
        reply = ask()
    assert reply.status == 200, reply.body
    assert fetch(target.url, "doc/thing/one", client="127.0.9.1", timeout=100).status == 200


@pytest.mark.parametrize("addresses", [1, 5])
def test_an_honest_client_is_answered_while_bombs_hold_the_workers(target: Target, addresses: int) -> None:
    """Eight endless queries from each address: as many as the server takes of one client."""
    with attackers() as hostile:
        for n in range(8 * addresses):
            hostile.add(bomber(target, f"127.0.3.{1 + n % addresses}"))
        assert wait_until(lambda: gauge(target, "queries_running") >= 2 and gauge(target, "queries_waiting") >= 4)
        for n in range(25):
            ask_honestly(target, 1000 * addresses + n)
        assert wait_until(lambda: gauge(target, "queries_running") + gauge(target, "queries_waiting") >= 4)
    assert wait_until(lambda: gauge(target, "queries_running") == 0)


def any_query(target: Target) -> Callable[[random.Random], bytes]:
    def attack(choice: random.Random) -> bytes:
        with target.connect(f"127.0.4.{choice.randint(1, 40)}") as connection:
            text = QUERIES[choice.choice(list(QUERIES))].replace("{port}", str(target.own_port))
            connection.sendall(post(text))
            connection.settimeout(3)
            return connection.recv(1000)

    return attack


def any_request(target: Target) -> Callable[[random.Random], bytes]:
    def attack(choice: random.Random) -> bytes:
        with target.connect(f"127.0.5.{choice.randint(1, 40)}") as connection:
            connection.settimeout(3)
            with suppress(ConnectionError):
                connection.sendall(choice.choice(list(RAW.values()))[0])
            return read_all(connection)[:1000]

    return attack


def dawdler(target: Target) -> Callable[[random.Random], bytes]:
    """Says little, slowly, or takes nothing of what was asked for."""

    def attack(choice: random.Random) -> bytes:
        with target.connect(f"127.0.6.{choice.randint(1, 40)}") as connection:
            text = quote(f"SELECT ?a ?b ?c {{ ?a ?b ?c }} #{choice.random()}")
            pieces = (b"GET / HT", POST_QUERY, f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(choice.choice(pieces))
            time.sleep(choice.random())
            return b""

    return attack


def everything(target: Target, rounds: int) -> list[bytes]:
    """All kinds of attackers, beside 500 idle connections; what they were answered."""
    with ExitStack() as stack:
        for n in range(500):
            stack.enter_context(target.connect(f"127.0.7.{1 + n % 100}"))
        hostile = stack.enter_context(attackers())
        for n in range(4):
            for attack in (any_query(target), any_request(target), dawdler(target), bomber(target, f"127.0.8.{n}")):
                hostile.add(attack)
        for n in range(rounds):
            ask_honestly(target, rounds * 1000 + n, patient=True)
        assert wait_until(lambda: len(hostile.answers) > 50)
    assert wait_until(lambda: gauge(target, "queries_running") == 0)
    return hostile.answers


def is_tidy(target: Target) -> bool:
    """Whether there are the server, the process that starts workers, and as many workers as there should be."""
    return len(target.processes()) == 2 + Limits().workers


def test_all_attacks_at_once(target: Target) -> None:
    """Honest requests are all answered, and afterwards all is as before."""
    assert wait_until(lambda: gauge(target, "queries_running") == 0)
    everything(target, 5)  # so that memory before is memory in use
    assert wait_until(lambda: gauge(target, "connections") <= 1 and is_tidy(target))
    memory = target.memory()
    answers = everything(target, 15)
    statuses = {int(answer.split(b" ", 2)[1]) for answer in answers if answer.startswith(b"HTTP/1.1 ")}
    assert len(statuses) > 5
    assert statuses <= STATUSES
    assert not any(b"Traceback" in answer or b"set-cookie" in answer.lower() for answer in answers)
    lives(target)
    assert wait_until(lambda: is_tidy(target))
    assert wait_until(lambda: target.memory() < memory * 1.1), (memory, target.memory())
    assert target.running.process.poll() is None
