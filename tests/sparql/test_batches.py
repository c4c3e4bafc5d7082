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
from ecoop_ld.sparql.batches import Alone, Batches
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


def packed(text: str = "SELECT ?s { ?s ?p '7' }") -> bytes:
    return prepare(Query(text), LIMITS).pack(TSV)


def in_pool(store: Path, limits: Limits, work: Callable[[Pool, Batches], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Pool(store, limits, {}) as pool:
            await work(pool, Batches(pool))

    asyncio.run(run())


def test_a_worker_that_becomes_free_before_somebody_waits_for_it_is_not_overlooked(store: Path) -> None:
    async def work(pool: Pool, batches: Batches) -> None:
        first = batches.ask(packed(), "")
        second: list[asyncio.Future[tuple[int, bytes]]] = []
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(lambda: second.append(batches.ask(packed(), "")))
        time.sleep(0.3)  # the answer arrives while the second is asked
        async with asyncio.timeout(LIMITS.query_seconds):
            assert (await first)[0] == 1
            assert (await second[0])[0] == 1
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
        pool.aside.remember_long("greedy")
        greedy = [batches.ask(packed(), "greedy") for _ in range(20)]
        assert await batches.ask(packed(), "other")
        assert not any(asked.done() for asked in greedy)
        assert not running.done()
        assert await running == "timeout"
        for asked in greedy:
            assert await asked

    in_pool(store, limits, work)


def test_clients_take_turns_in_a_batch(store: Path) -> None:
    async def work(pool: Pool, batches: Batches) -> None:
        order: list[str] = []
        asked = [(client, batches.ask(packed(), client)) for client in (*["many"] * 30, "one")]
        for client, reply in asked:
            reply.add_done_callback(lambda _, client=client: order.append(client))  # type: ignore[misc]
        for _, reply in asked:
            await reply
        await asyncio.sleep(0)
        assert order.index("one") == 1

    in_pool(store, LIMITS, work)


def test_a_query_whose_worker_ends_or_takes_too_long_is_to_be_asked_alone(store: Path) -> None:
    async def work(pool: Pool, batches: Batches) -> None:
        slow, quick = batches.ask(packed(ENDLESS), ""), batches.ask(packed(), "")
        for reply in (slow, quick):
            with pytest.raises(Alone) as caught:
                await reply
            assert caught.value.stopped
        wrong = batches.ask(packed("SELECT ?s { ?s ?p unknown:thing }"), "")
        assert await batches.ask(packed(), "")
        with pytest.raises(Alone) as caught:
            await wrong
        assert not caught.value.stopped

    in_pool(store, LIMITS, work)


def test_no_more_queries_wait_than_have_room_in_the_queue(store: Path) -> None:
    async def work(pool: Pool, batches: Batches) -> None:
        asked = [batches.ask(packed(), "") for _ in range(40)]
        refused = [reply for reply in asked if reply.done()]
        assert len(refused) == 24
        assert len(batches) == 16
        for reply in refused:
            with pytest.raises(Alone):
                reply.result()
        for reply in asked[:16]:
            assert await reply

    in_pool(store, dataclasses.replace(LIMITS, queue=1), work)


def test_who_has_gone_is_not_answered(store: Path) -> None:
    async def work(pool: Pool, batches: Batches) -> None:
        gone = [batches.ask(packed(), "") for _ in range(5)]
        for reply in gone:
            reply.cancel()
        assert await batches.ask(packed(), "")
        assert len(batches) == 0

    in_pool(store, LIMITS, work)
