"""The pool and its crew, case by case, over workers that say what the test wants: no processes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from scripted import Scripted, a_while, until

from ecoop_ld.config import Limits
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import TSV
from ecoop_ld.sparql.forkserver import FORK, KILL, YIELD
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Answer, Failed, Query
from ecoop_ld.sparql.worker import ANSWER, HEADER, NO_MEMORY, READY

QUERY = prepare(Query("SELECT * { ?s ?p ?o }"), Limits())
LIMITS = Limits(workers=2, query_seconds=3600, quick_seconds=3600, long_queries=1)
ONE = Limits(workers=1, query_seconds=3600, quick_seconds=3600, long_queries=1)
BUSY = Limits(workers=1, query_seconds=3600, quick_seconds=0.001, long_queries=1)
"""Nobody is waited for."""


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    return Scripted(monkeypatch)


Begin = Callable[..., "asyncio.Task[Answer]"]


def asking(pool: Pool) -> Begin:
    return lambda client="", **more: asyncio.ensure_future(pool.run(QUERY, TSV, client=client, **more))


async def failure(asked: Awaitable[Answer]) -> Failed:
    with pytest.raises(Failed) as caught:
        await asked
    return caught.value


# --- one query -----------------------------------------------------------------------------------------------------


def test_an_answer_has_what_the_worker_said(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        assert pool.confined
        assert pool.load == (0, 0)
        asked = asking(pool)()
        number = await scripted.asked()
        assert pool.load == (1, 0)
        scripted.now.say(number, ANSWER, b"?s\t?p\t?o\n", rows=7)
        answer = await asked
        assert (answer.format, answer.content, answer.rows) == (TSV, b"?s\t?p\t?o\n", 7)
        assert answer.seconds > 0
        assert (pool.load, pool.idle) == ((0, 0), 2)
        assert scripted.now.rules.prefixes == {"ex": "http://e/"}

    scripted.run(LIMITS, work)


@pytest.mark.parametrize("size", [1, 5, HEADER.size - 1, HEADER.size, HEADER.size + 1])
def test_an_answer_may_come_in_pieces_of_any_size(scripted: Scripted, size: int) -> None:
    async def work(pool: Pool) -> None:
        for content in (b"", b"x" * 40):
            asked = asking(pool)()
            number = await scripted.asked()
            frame = HEADER.pack(ANSWER, 0, 1, len(content)) + content
            for at in range(0, len(frame), size):
                scripted.now.sockets[number].sendall(frame[at : at + size])
                await a_while()
                assert asked.done() == (at + size >= len(frame))
            assert (await asked).content == content

    scripted.run(ONE, work)


def test_an_error_is_told_as_the_worker_says_it(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        asked = asking(pool)()
        scripted.now.fail(await scripted.asked(), kind="too-large", message="no", limit="result_bytes", value=3, line=2)
        error = await failure(asked)
        assert (error.kind, error.message, error.limit, error.value, error.line) == (
            "too-large",
            "no",
            "result_bytes",
            3,
            2,
        )
        assert error.seconds > 0
        asked = asking(pool)()
        scripted.now.fail(await scripted.asked(), kind="memory")
        error = await failure(asked)
        assert (error.kind, error.limit, error.value) == ("memory", "worker_memory", ONE.worker_memory)
        assert pool.idle == 1

    scripted.run(ONE, work)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (signal.SIGABRT, "memory"),
        (NO_MEMORY << 8, "memory"),
        (signal.SIGSEGV, "crashed"),
        (1 << 8, "crashed"),
        (0, "crashed"),
    ],
)
def test_a_worker_that_ends_on_a_query(scripted: Scripted, status: int, kind: str) -> None:
    async def work(pool: Pool) -> None:
        asked = asking(pool)()
        scripted.now.end(await scripted.asked(), status)
        error = await failure(asked)
        assert error.kind == kind
        assert ("SIGSEGV" in error.message) == (status == signal.SIGSEGV)
        await until(lambda: pool.idle == 1)
        assert scripted.now.count(FORK) == 2

    scripted.run(ONE, work)


def test_a_worker_killed_from_outside_costs_one_more_try_and_no_third(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        asked = asking(pool)()
        scripted.now.end(await scripted.asked())
        scripted.now.say(await scripted.asked(), content=b"there")
        assert (await asked).content == b"there"
        asked = asking(pool)()
        scripted.now.end(await scripted.asked())
        scripted.now.end(await scripted.asked())
        assert (await failure(asked)).kind == "killed"

    scripted.run(ONE, work)


@pytest.mark.parametrize(("seconds", "limit", "value"), [(0.01, 5, 0.01), (None, 0.01, 0.01), (9, 0.01, 0.01)])
def test_a_query_is_stopped_at_the_shorter_deadline(
    scripted: Scripted, seconds: float | None, limit: float, value: float
) -> None:
    async def work(pool: Pool) -> None:
        asked = asking(pool)(seconds=seconds)
        number = await scripted.asked()
        error = await failure(asked)
        assert (error.kind, error.limit, error.value) == ("timeout", "query_seconds", value)
        await until(lambda: pool.idle == 1)
        assert scripted.now.orders == [(FORK, 0), (KILL, number), (FORK, 0)]

    scripted.run(Limits(workers=1, query_seconds=limit, long_queries=0), work)


def test_who_goes_away_ends_the_worker(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        asked = asking(pool)()
        number = await scripted.asked()
        asked.cancel()
        await until(lambda: scripted.now.count(FORK) == 2)
        assert (KILL, number) in scripted.now.orders
        await until(lambda: pool.idle == 1)
        assert pool.load == (0, 0)

    scripted.run(ONE, work)


def test_who_went_away_has_no_deadline_any_more(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        asked = asking(pool)()
        await scripted.asked()
        asked.cancel()
        await until(lambda: scripted.now.count(KILL))
        await asyncio.sleep(0.1)
        assert scripted.now.count(KILL) == 1

    scripted.run(Limits(workers=1, query_seconds=0.05, long_queries=0), work)


def test_a_worker_that_leaves_is_not_asked_again(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        asked = asking(pool)()
        first = await scripted.asked()
        scripted.now.say(first, leaves=True)
        await asked
        assert pool.idle == 0
        asked = asking(pool)()
        await a_while()
        assert pool.load == (0, 1)
        assert not scripted.now.asked()
        scripted.now.end(first, 0)
        second = await scripted.asked()
        assert second != first
        scripted.now.say(second)
        await asked

    scripted.run(ONE, work)


# --- several -------------------------------------------------------------------------------------------------------


def test_who_has_fewest_running_is_next(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        first = asking(pool)("a")
        workers = [await scripted.asked()]
        _, again, other = (asking(pool)(client) for client in "xab")
        workers.append(await scripted.asked())
        await a_while()
        assert pool.load == (2, 2)
        scripted.now.say(workers[1])
        scripted.now.say(await scripted.asked(), content=b"of b")
        assert (await other).content == b"of b"
        scripted.now.say(await scripted.asked(), content=b"of a")
        assert (await again).content == b"of a"
        scripted.now.say(workers[0], content=b"first")
        assert (await first).content == b"first"

    scripted.run(LIMITS, work)


def test_who_gives_up_waiting_takes_no_worker(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        first, second = asking(pool)(), asking(pool)()
        number = await scripted.asked()
        await a_while()
        scripted.now.say(number)
        await first  # and the worker is the second's, who goes in this moment
        second.cancel()
        await until(lambda: second.done() and pool.idle == 1)
        assert pool.load == (0, 0)

    scripted.run(ONE, work)


def test_nobody_waits_longer_than_twice_the_deadline(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        worker = pool.at_hand("")
        assert worker
        worker.reserve("")
        error = await failure(asking(pool)())
        assert (error.kind, error.limit, error.value) == ("busy", "query_seconds", 0.01)
        assert pool.load == (1, 0)

    scripted.run(Limits(workers=1, query_seconds=0.01, long_queries=0), work)


def test_a_long_query_makes_way_at_low_priority_and_its_worker_is_not_replaced_twice(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        long = asking(pool)("a")
        first = await scripted.asked()
        quick = asking(pool)("b")
        scripted.now.say(await scripted.asked(), content=b"quick")
        assert (await quick).content == b"quick"
        assert scripted.now.orders == [(FORK, 0), (YIELD, first), (FORK, 0)]
        scripted.now.say(first, content=b"long")
        assert (await long).content == b"long"
        await until(lambda: scripted.now.left(first))
        scripted.now.end(first, 0)
        await a_while()
        assert scripted.now.count(FORK) == 2
        assert pool.idle == 1

    scripted.run(BUSY, work)


def test_where_no_place_aside_is_left_a_long_query_starts_again_there(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        one = asking(pool)("a")
        first = await scripted.asked()
        two = asking(pool)("b")
        second = await scripted.asked()  # the first is aside
        three = asking(pool)("c")
        third = await scripted.asked()  # the second was killed
        assert (KILL, second) in scripted.now.orders
        scripted.now.say(third, content=b"3")
        assert (await three).content == b"3"
        scripted.now.say(first, content=b"1")
        assert (await one).content == b"1"
        again = await scripted.asked()  # its place is the second's
        await until(lambda: (YIELD, again) in scripted.now.orders)
        scripted.now.say(again, content=b"2")
        assert (await two).content == b"2"

    scripted.run(BUSY, work)


def test_without_places_aside_a_long_query_keeps_its_worker(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        long, quick = asking(pool)("a"), asking(pool)("b")
        number = await scripted.asked()
        await asyncio.sleep(0.02)
        scripted.now.say(number, content=b"long")
        scripted.now.say(await scripted.asked(), content=b"quick")
        assert [(await one).content for one in (long, quick)] == [b"long", b"quick"]
        assert scripted.now.orders == [(FORK, 0)]

    scripted.run(Limits(workers=1, query_seconds=3600, quick_seconds=0.001, long_queries=0), work)


# --- workers and the process that forks them -----------------------------------------------------------------------


def test_a_pool_is_started_and_closed_by_with(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        async with pool:
            assert pool.confined
            assert scripted.now.count(FORK) == LIMITS.workers
            asked = asking(pool)()
            scripted.now.say(await scripted.asked())
            await asked
        assert (await failure(asking(pool)())).message == "The server is shutting down."

    scripted.run(LIMITS, work, start=False)


def test_workers_that_never_get_ready_end_the_start_with_a_sentence(scripted: Scripted) -> None:
    scripted.ready = False

    async def work(pool: Pool) -> None:
        started = asyncio.ensure_future(pool.start())
        await until(lambda: scripted.crews and len(scripted.now.sockets) == 2)
        for number in (101, 102, 103):
            await until(lambda n=number: n in scripted.now.sockets)
            assert not started.done()
            scripted.now.end(number, 1 << 8)
        with pytest.raises(UserError, match="No worker can open the query store no/store"):
            await started
        assert scripted.now.count(FORK) == 4

    scripted.run(LIMITS, work, start=False)


def test_a_worker_that_was_ready_is_replaced_at_once_however_often(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        for number in range(101, 106):
            await until(lambda n=number: pool.processes == [n] and pool.idle == 1)
            scripted.now.end(number)
        await until(lambda: pool.processes == [106])

    scripted.run(ONE, work)


def test_one_that_gets_ready_begins_the_count_anew(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        for _ in range(2):
            scripted.now.ready = False
            for _ in range(2):
                scripted.now.end(scripted.now.last)
                await until(lambda: scripted.now.last in scripted.now.sockets)
            scripted.now.say(scripted.now.last, READY)
            await until(lambda: pool.idle == 1)
        assert scripted.now.count(FORK) == 5

    scripted.run(ONE, work)


def test_queries_that_wait_are_told_when_no_worker_can_be_made_and_it_is_tried_again(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        scripted.now.ready = False
        scripted.now.end(101)
        waiting = asking(pool)()
        for number in (102, 103, 104):
            await until(lambda n=number: n in scripted.now.sockets)
            scripted.now.end(number)
        error = await failure(waiting)
        assert (error.kind, error.message) == ("crashed", "No worker can open the query store no/store.")
        scripted.now.ready = True
        await until(lambda: pool.idle == 1)  # a second later

    scripted.run(ONE, work)


def test_the_process_that_forks_is_started_again_when_it_ends(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        scripted.now.close()
        await until(lambda: len(scripted.crews) == 2)
        asked = asking(pool)()
        scripted.now.say(await scripted.asked(), content=b"there")
        assert (await asked).content == b"there"

    scripted.run(ONE, work)


def test_a_crew_that_is_on_its_way_out_is_not_started_again(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        running = asking(pool)()
        old, number = scripted.now, await scripted.asked()
        await pool.swap(Path("another/store"))
        assert number in old.sockets
        old.close()
        running.cancel()
        await a_while()
        assert len(scripted.crews) == 2
        closing = asyncio.ensure_future(pool.close(grace=3600))
        await asyncio.sleep(0)
        scripted.now.close()
        await closing
        assert len(scripted.crews) == 2

    scripted.run(ONE, work)


def test_going_over_lets_what_runs_finish(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        running = asking(pool)()
        old, number = scripted.now, await scripted.asked()
        (other,) = old.sockets.keys() - {number}
        await pool.swap(Path("another/store"))
        await until(lambda: old.left(other))
        assert scripted.now.rules.store == "another/store"
        asked = asking(pool)()
        scripted.now.say(await scripted.asked(), content=b"new")
        assert (await asked).content == b"new"
        old.say(number, content=b"old")
        assert (await running).content == b"old"
        await until(lambda: old.closed)
        assert old.count(FORK) == 2
        assert pool.idle == 2

    scripted.run(LIMITS, work)


def test_a_store_that_cannot_be_gone_over_to_changes_nothing(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        scripted.ready = False
        swapping = asyncio.ensure_future(pool.swap(Path("another/store")))
        for number in (201, 202, 203):
            await until(lambda n=number: len(scripted.crews) == 2 and n in scripted.now.sockets)
            scripted.now.end(number)
        with pytest.raises(UserError, match="another/store"):
            await swapping
        asked = asking(pool)()
        await until(lambda: scripted.crews[0].asked())
        scripted.crews[0].say(101)
        await asked

    scripted.run(ONE, work)


def test_closing_refuses_who_waits_and_who_comes(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        running, waiting = asking(pool)(), asking(pool)()
        await scripted.asked()
        await a_while()
        await pool.close()
        assert [(await failure(one)).kind for one in (waiting, running, asking(pool)())] == ["busy"] * 3
        assert scripted.now.count(FORK) == 1
        await until(lambda: scripted.now.closed)

    scripted.run(ONE, work)


def test_closing_waits_for_what_runs_as_long_as_it_is_told_and_replaces_nobody(scripted: Scripted) -> None:
    async def work(pool: Pool) -> None:
        running = asking(pool)()
        number = await scripted.asked()
        (other,) = scripted.now.sockets.keys() - {number}
        closing = asyncio.ensure_future(pool.close(grace=3600))
        await until(lambda: scripted.now.left(other))
        scripted.now.end(other, 0)
        await until(lambda: pool.processes == [number])
        scripted.now.say(number, content=b"whole")
        assert (await running).content == b"whole"
        await closing
        assert scripted.now.count(FORK) == 2

    scripted.run(LIMITS, work)
