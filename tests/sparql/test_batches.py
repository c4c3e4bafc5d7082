"""Batches of quick queries: nobody's query is left lying, whatever comes in which order, and nobody waits for others."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from ecoop_ld.config import Limits
from ecoop_ld.rdf.formats import TSV
from ecoop_ld.sparql.batches import Batches
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Failed, Query
from ecoop_ld.sparql.store import build_store

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LIMITS = Limits(query_seconds=4.0, workers=1, long_queries=0)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores") / "batches"
    node = ox.NamedNode("http://example.org/s")
    build_store([ox.Quad(node, node, ox.Literal(str(n)), node) for n in range(2000)], folder)
    return folder


class Asked:
    """A query that remembers its answer."""

    def __init__(self, text: str = "SELECT ?s { ?s ?p '7' }", client: str = "") -> None:
        self.client, self.packed = client, prepare(Query(text), LIMITS).pack(TSV)
        self.found: asyncio.Future[tuple[int, bytes] | None] = asyncio.get_running_loop().create_future()

    def done(self, found: tuple[int, bytes] | None, stopped: bool) -> None:
        self.found.set_result(found)


def in_pool(store: Path, limits: Limits, work: Callable[[Pool, Batches], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Pool(store, limits, {}) as pool:
            await work(pool, Batches(pool))

    asyncio.run(run())


def test_a_worker_that_becomes_free_before_somebody_waits_for_it_is_not_overlooked(store: Path) -> None:
    async def work(pool: Pool, batches: Batches) -> None:
        first, second = Asked(), Asked()
        batches.ask(first)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(batches.ask, second)
        time.sleep(0.3)  # the answer arrives while the second is asked
        async with asyncio.timeout(LIMITS.query_seconds):
            assert await first.found
            assert await second.found
        assert pool.load == (0, 0)

    in_pool(store, LIMITS, work)


def test_who_must_wait_holds_up_nobody_else(store: Path) -> None:
    """A client with an endless query leaves the other worker to others, also to those whose query came after its."""
    limits = dataclasses.replace(LIMITS, workers=2, quick_seconds=0.1)

    async def work(pool: Pool, batches: Batches) -> None:
        async def endless() -> str:
            try:
                await pool.run(prepare(Query(ENDLESS), limits), TSV, client="greedy")
            except Failed as error:
                return error.kind
            return ""

        running = asyncio.create_task(endless())
        await asyncio.sleep(0)
        pool.remember_long("greedy")
        greedy = [Asked(client="greedy") for _ in range(20)]
        other = Asked(client="other")
        for asked in (*greedy, other):
            batches.ask(asked)
        assert await other.found
        assert not any(asked.found.done() for asked in greedy)
        assert not running.done()
        assert await running == "timeout"
        for asked in greedy:
            assert await asked.found

    in_pool(store, limits, work)


def test_clients_take_turns_in_a_batch(store: Path) -> None:
    async def work(pool: Pool, batches: Batches) -> None:
        order: list[str] = []

        class Noted(Asked):
            def done(self, found: tuple[int, bytes] | None, stopped: bool) -> None:
                order.append(self.client)
                super().done(found, stopped)

        asked = [Noted(client="many") for _ in range(30)] + [Noted(client="one")]
        for one in asked:
            batches.ask(one)
        for one in asked:
            assert await one.found
        assert order.index("one") == 1

    in_pool(store, LIMITS, work)
