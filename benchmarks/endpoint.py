"""``python -m benchmarks.endpoint``: the endpoint beside ``oxigraph serve`` on the same store, in turns, in one run.

The servers have core 0 and the client has core 1, but where two workers are measured. Goals are printed beside what
was reached. The CPU of a server is that of all its processes.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from benchmarks import isolation
from benchmarks.data import Workload, heavy_people, people_store, people_workloads, project_workloads
from benchmarks.load import Load, drive, get
from benchmarks.servers import ROOT, Server, bare, floor, ours
from ecoop_ld import config as settings_of
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.store import build_store

_NUMBERS = itertools.count(0, 1_000_000)
_ROUNDS = 3


def ask(server: Server, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    before = server.cpu()
    load = drive(server.address, requests, connections, seconds)
    load.cpu = server.cpu() - before
    return load


def queries(server: Server, workload: Workload) -> Iterator[bytes]:
    for n in itertools.count(next(_NUMBERS)):
        yield get(f"{server.path}?query={quote(workload.query(n), safe='')}", workload.accept)


def in_turns(servers: Sequence[Server], workload: Workload, connections: int, seconds: float) -> list[Load]:
    """Each server in turn, several times; the first time is not counted."""
    loads = [Load() for _ in servers]
    for turn in range(_ROUNDS + 1):
        for load, server in zip(loads, servers, strict=True):
            found = ask(server, queries(server, workload), connections, seconds)
            if turn:
                load.add(found)
    return loads


def uncached(title: str, store: Path, workloads: Sequence[Workload], seconds: float) -> None:
    print(f"\nUncached, {title}: requests/s, CPU µs per request, p99 and slowest ms (bare: oxigraph serve)")
    print(
        f"{'':10}{'conns':>6}{'bare':>8}{'ours':>8}{'ratio':>7}{'CPU':>8}{'ours':>8}{'p99':>8}{'ours':>8}{'slowest':>9}{'ours':>8}"
    )
    with bare(store, {0}) as theirs, ours(store, {0}) as own:
        for workload, connections in itertools.product(workloads, (8, 64)):
            a, b = in_turns((theirs, own), workload, connections, seconds)
            print(
                f"{workload.name:10}{connections:6}{a.rate:8.0f}{b.rate:8.0f}{b.rate / a.rate:7.2f}"
                f"{a.cost * 1e6:8.0f}{b.cost * 1e6:8.0f}{a.quantile(0.99) * 1e3:8.1f}{b.quantile(0.99) * 1e3:8.1f}"
                f"{a.quantile(1) * 1e3:9.1f}{b.quantile(1) * 1e3:8.1f}"
                + (f"  failed: {a.failed}, {b.failed}" if a.failed or b.failed else ""),
                flush=True,
            )
    print(f"{'goal':10}{'':22}{'0.80':>7}{'':24}{'lower':>8}{'':9}{'<1000':>8}")


def cached(store: Path, workload: Workload, seconds: float) -> None:
    """One query again and again, beside a static body of the same size."""
    with ExitStack() as stack:
        servers = [stack.enter_context(bare(store, {0})), stack.enter_context(ours(store, {0}))]
        same = Workload(workload.name, lambda n: workload.query(1), workload.accept)
        size = in_turns(servers[1:], same, 1, 0.1)[0].size
        servers.append(stack.enter_context(floor(size, {0})))
        a, b, c = in_turns(servers, same, 8, seconds)
    print(f"\nCached, {size:,} bytes, 8 connections: requests/s")
    print(f"oxigraph serve {a.rate:.0f}, ours {b.rate:.0f}, uvicorn with a static body {c.rate:.0f}")
    print(f"ours / oxigraph serve {b.rate / a.rate:.2f} (goal 2)   static / ours {c.rate / b.rate:.2f} (goal 1.3)")


def two_workers(store: Path, seconds: float) -> None:
    heavy = Workload("heavy", heavy_people)
    with ours(store, {0, 1}, workers=1) as one, ours(store, {0, 1}, workers=2) as two:
        a, b = in_turns((one, two), heavy, 4, seconds)
    print(f"\nTwo workers beside one, queries of {1e3 / a.rate:.0f} ms: {b.rate / a.rate:.2f} times as many (goal 1.7)")


def isolated(title: str, store: Path, workloads: Sequence[Workload]) -> None:
    print(f"\nIsolation, {title}: CPU µs per query (goal: 60 more than in the same process)")
    print(f"{'':10}{'inside':>8}{'alone':>8}{'more':>7}{'batched':>9}{'more':>7}{'new worker':>14}")
    for workload in workloads:
        found = isolation.measure(store, workload)
        inside, alone, batched = (1e6 * value for value in (found.inside, found.alone, found.batched))
        line = f"{workload.name:10}{inside:8.0f}{alone:8.0f}{alone - inside:7.0f}{batched:9.0f}{batched - inside:7.0f}"
        print(f"{line}{found.respawn * 1e3:11.0f} ms", flush=True)
    print(f"{'goal':10}{'':16}{60:7}{'':9}{60:7}{50:11} ms")


def project_store(folder: Path) -> Path:
    """The store of this project's own data."""
    config = settings_of.load(ROOT)
    loaded = files.load(config)
    derived = materialise(config, loaded.quads)
    build_store([*loaded.quads, *derived], folder / "project")
    return folder / "project"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="size of the synthetic data")
    parser.add_argument("--seconds", type=float, default=0.3, help="of each of the measurements")
    options = parser.parse_args()
    folder = ROOT / ".ecoop-ld"
    folder.mkdir(exist_ok=True)
    synthetic = people_store(options.triples, folder)
    people = people_workloads(options.triples)
    with tempfile.TemporaryDirectory(dir=folder, prefix="bench-") as name:
        own = project_store(Path(name))
        os.sched_setaffinity(0, {1})
        uncached("this project", own, project_workloads(own), options.seconds)
    uncached(f"{options.triples:,} triples", synthetic, people, options.seconds)
    cached(synthetic, people[0], options.seconds)
    os.sched_setaffinity(0, {0, 1})
    two_workers(synthetic, options.seconds)
    os.sched_setaffinity(0, {0})
    isolated(f"{options.triples:,} triples", synthetic, [w for w in people if w.small])


if __name__ == "__main__":
    main()
