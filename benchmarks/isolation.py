"""What the worker processes cost: CPU per query beside the engine in the same process, and time to a new worker."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import statistics
import time
from pathlib import Path

import pyoxigraph as ox

from benchmarks.data import Workload
from benchmarks.servers import cpu_of, descendants
from ecoop_ld.config import Limits
from ecoop_ld.rdf.formats import Format, by_name
from ecoop_ld.sparql.batches import Alone, Batches
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Prepared, Query
from ecoop_ld.sparql.store import query_store

_QUERIES = 500
_TURNS = 5
_TOGETHER = 8


@dataclasses.dataclass
class Isolation:
    """Seconds; CPU of all processes for each way, medians."""

    inside: float
    alone: float
    batched: float
    respawn: float


def measure(store: Path, workload: Workload) -> Isolation:
    return asyncio.run(_measure(store, workload))


async def _measure(store: Path, workload: Workload) -> Isolation:
    limits = dataclasses.replace(Limits(), workers=1)
    prepared = [prepare(Query(workload.query(n), base="http://localhost/sparql"), limits) for n in range(_QUERIES)]
    row = by_name("json" if prepared[0].form == "SELECT" else "turtle", prepared[0].formats)
    assert row
    engine = ox.Store.read_only(str(store))
    times: dict[str, list[float]] = {"inside": [], "alone": [], "batched": []}
    async with Pool(store, limits, {}) as pool:
        for turn in range(_TURNS + 1):
            start = _cpu()
            for query in prepared:
                query_store(engine, query, row, prefixes={}, most=limits.result_bytes)
            inside = _cpu()
            for query in prepared:
                await pool.run(query, row)
            alone = _cpu()
            await _in_batches(pool, prepared, row)
            if turn:  # the first fills caches
                times["inside"].append((inside - start) / _QUERIES)
                times["alone"].append((alone - inside) / _QUERIES)
                times["batched"].append((_cpu() - alone) / _QUERIES)
        respawns = [await _respawn(pool, prepared[0], row) for _ in range(9)]
    return Isolation(*(statistics.median(times[way]) for way in times), statistics.median(respawns))


def _cpu() -> float:
    return sum(cpu_of(process) for process in descendants(os.getpid()))


async def _in_batches(pool: Pool, prepared: list[Prepared], row: Format) -> None:
    batches = Batches(pool)
    for first in range(0, len(prepared), _TOGETHER):
        asked = [(query, batches.ask(query.pack(row), "")) for query in prepared[first : first + _TOGETHER]]
        for query, reply in asked:
            try:
                await reply
            except Alone:
                await pool.run(query, row)


async def _respawn(pool: Pool, prepared: Prepared, row: Format) -> float:
    """From the end of the only worker to the answer of the next."""
    (before,) = pool.processes
    start = time.perf_counter()
    os.kill(before, signal.SIGKILL)
    while pool.processes in ([before], []):
        await asyncio.sleep(0.0005)
    await pool.run(prepared, row)
    return time.perf_counter() - start
