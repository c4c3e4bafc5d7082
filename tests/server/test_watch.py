"""Nothing works long in the event loop: ten milliseconds of the processor's time on a machine that is not busy."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import Running, start_server, stop_server
from endpoints import ask, build, endpoint_project, fetch

from ecoop_ld.server.watch import VARIABLE, Watch

MOST = 10
"""Milliseconds."""


ROUNDS = 3
"""What takes long does so in every round; what a busy machine adds to one does not come back in the next."""


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Starts a server that watches its loop, and gives its address."""
    monkeypatch.setenv(VARIABLE, str(MOST))
    project = endpoint_project(tmp_path, "client_rate = 0\nclient_queries = 0\n", things=200)
    public = build(project)
    started: list[Running] = []

    def start() -> str:
        started.append(start_server(project, public))
        return started[-1].url

    yield start
    for running in started:
        stop_server(running)


def longest(url: str) -> float:
    match = re.search(r"ecoop_loop_longest_seconds ([\d.e-]+)", fetch(url, "metrics").body.decode())
    assert match
    return 1e3 * float(match[1])


def test_nothing_takes_long_in_the_loop(watched: Callable[[], str]) -> None:
    found: list[float] = []
    while len(found) < ROUNDS and min(found, default=MOST) >= MOST:
        url = watched()
        ask_everything(url)
        found.append(longest(url))
    assert min(found) < MOST


def ask_everything(url: str) -> None:
    large = "SELECT * { ?a ?b ?c VALUES ?n { 1 2 3 4 5 6 7 8 9 10 } VALUES ?m { 1 2 3 4 5 } }"
    for accept in ("text/html", "text/csv", "application/sparql-results+json"):
        for coding in ("", "gzip", "br", "zstd"):
            ask(url, f"{large} # {coding}", accept, **{"Accept-Encoding": coding})
    everything = "CONSTRUCT WHERE { ?a ?b ?c }"
    for accept in ("text/html", "text/turtle", "application/ld+json", "application/rdf+xml"):
        ask(url, everything, accept, **{"Accept-Encoding": "gzip"})
    for path in ("", "ns", "catalog", "browse", "doc/thing/one", "sparql", "dumps/latest/all.nq", "nothing", "changes"):
        for accept in ("text/html", "text/turtle"):
            fetch(url, path, headers={"Accept": accept, "Accept-Encoding": "br"})
    long = " ".join(f"?s{n} ?p{n} 'x' ." for n in range(230))
    for text in (f"SELECT * {{ {long} }} LIMIT 1", "ASK " + "{" * 5_000, "# " + "x" * 90_000 + "\nASK {}"):
        fetch(url, "sparql", "POST", {"Content-Type": "application/sparql-query"}, text.encode())
    fetch(url, "sparql?query=" + quote("ASK {}" + "#" * 20_000))
    names = json.dumps({str(n): {"query": f"Number {n} and more"} for n in range(200)})
    assert len(fetch(url, "reconcile", "POST", body=f"queries={quote(names)}".encode()).json) == 200
    fetch(url, "id", "POST", body=json.dumps([f"wikidata:Q{n}" for n in range(10_000)]).encode())


def test_the_watch_sees_what_takes_long(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.Handle, "_run", asyncio.Handle._run)  # put back afterwards

    def work() -> None:
        end = time.thread_time() + 0.03
        while time.thread_time() < end:
            pass

    async def run() -> None:
        asyncio.get_running_loop().call_soon(work)
        await asyncio.sleep(0)

    watch = Watch(0.02)
    watch.start()
    asyncio.run(run())
    assert watch.longest >= 0.03
    assert watch.exceeded == 1
    assert "work" in capsys.readouterr().err
