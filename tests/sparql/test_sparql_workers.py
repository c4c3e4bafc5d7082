"""Real worker processes: what they answer, what they survive, what they cannot do, and that none is left behind."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

from ecoop_ld.config import Limits
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import JSON, TSV, TURTLE, Format
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.oneshot import run_once
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Answer, Failed, Prepared, Query
from ecoop_ld.sparql.store import build_store, memory_store

EX = "http://example.org/"
LOOSE = Limits(query_bytes=10**7, query_nesting=10**7, query_patterns=10**7)
"""For queries that must reach a worker though the front would refuse them."""
TIGHT = Limits(query_seconds=1.5, worker_memory=300_000_000, result_bytes=2_000_000, queue=2)
SMALL = f"SELECT ?o {{ <{EX}s1> <{EX}p> ?o }}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what Linux alone can enforce")
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # in run_once, under pytest's threads


def quads(count: int) -> list[ox.Quad]:
    node = ox.NamedNode
    return [
        ox.Quad(node(f"{EX}s{n}"), node(EX + "p"), ox.Literal(f"value {n}"), node(f"{EX}graph{n % 2}"))
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores") / "first"
    build_store(quads(3000), folder)
    return folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores") / "second"
    build_store(quads(1), folder)
    return folder


def loose(text: str) -> Prepared:
    return prepare(Query(text), LOOSE)


def in_pool(path: Path, limits: Limits, work: Callable[[Pool], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Pool(path, limits, {"ex": EX}) as pool:
            await work(pool)

    asyncio.run(run())


async def ask(pool: Pool, text: str = SMALL, row: Format | None = None, client: str = "") -> Answer:
    prepared = loose(text)
    return await pool.run(prepared, row or (TSV if TSV in prepared.formats else TURTLE), client=client)


async def kind_of(pool: Pool, text: str, client: str = "") -> str:
    try:
        await ask(pool, text, client=client)
    except Failed as error:
        return error.kind
    return "answered"


async def until(true: Callable[[], object]) -> None:
    """Wait for what must come; a test that waits for nothing ends at the limit of the test run."""
    while not true():
        await asyncio.sleep(0.01)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    if sys.platform != "linux":
        return True
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_answers_on_the_event_loop_of_the_server(store: Path) -> None:
    uvloop = pytest.importorskip("uvloop")

    async def run() -> None:
        async with Pool(store, TIGHT, {}) as pool:
            assert (await ask(pool)).rows == 1
            assert (await ask(pool, "SELECT * { ?s ?p ?o }")).rows == 3000
            assert await kind_of(pool, ENDLESS) == "timeout"
            await pool.swap(store)
            assert (await ask(pool)).rows == 1

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


def test_answers(store: Path) -> None:
    async def work(pool: Pool) -> None:
        answer = await ask(pool)
        assert (answer.content, answer.rows, answer.format) == (b'?o\n"value 1"\n', 1, TSV)
        assert answer.seconds > 0
        described = await ask(pool, f"DESCRIBE <{EX}s1>", TURTLE)
        assert described.content == f'@prefix ex: <{EX}> .\nex:s1 ex:p "value 1" .\n'.encode()
        assert (await ask(pool, "SELECT * { ?b ?c ?a } LIMIT 1")).content.startswith(b"?b\t?c\t?a\n")
        with pytest.raises(Failed, match="Line 1, column 17") as caught:
            await ask(pool, "SELECT * { ?s ?p")
        assert (caught.value.kind, caught.value.line, caught.value.column) == ("syntax", 1, 17)
        large = await ask(pool, "SELECT * { ?s ?p ?o }", JSON)
        assert large.rows == 3000
        assert large.content.endswith(b"]}}")

    in_pool(store, Limits(), work)


def test_many_queries_at_once_are_answered_each_with_its_own_result(store: Path) -> None:
    async def work(pool: Pool) -> None:
        texts = [f"SELECT ?o {{ <{EX}s{n}> <{EX}p> ?o }}" for n in range(200)]
        answers = await asyncio.gather(*(ask(pool, text) for text in texts))
        assert [a.content for a in answers] == [f'?o\n"value {n}"\n'.encode() for n in range(200)]
        assert pool.load == (0, 0)

    in_pool(store, Limits(queue=200), work)


BOMB = "BIND('0123456789' AS ?x0) " + "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(40))
HOSTILE = [
    (ENDLESS, "timeout"),
    ("SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(?c, ?f) = ?i) }", "timeout"),
    ("SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "timeout|memory"),
    ("SELECT DISTINCT ?c ?f { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "timeout|memory|too-large"),
    ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c", "timeout|memory"),
    ("SELECT ?x40 { " + BOMB + "}", "memory|timeout"),
    ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "too-large"),
    ("CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }", "timeout|memory|too-large"),
    ("SELECT (1" + " + 1" * 20_000 + " AS ?x) {}", "timeout"),
    ("SELECT * { FILTER(" + "(" * 2000 + "1" + ")" * 2000 + ") }", "answered"),
    ("SELECT * { FILTER(" + "(" * 40_000 + "1" + ")" * 40_000 + ") }", "answered|timeout"),
    ("SELECT * { FILTER(" + "(" * 200_000 + "1" + ")" * 200_000 + ") }", "crashed|memory|timeout"),
    ("SELECT * " + "{" * 40_000 + "}" * 40_000, "answered|timeout"),
    ("SELECT * { FILTER(" + "!" * 90_000 + "1) }", "answered|timeout"),
    ("SELECT * { ?s " + "(" * 20_000 + "<p:>" + ")" * 20_000 + " ?o }", "answered|timeout"),
    ("SELECT * { ?s ?p " + "[<p:> " * 20_000 + "1" + "]" * 20_000 + "}", "timeout|memory|crashed"),
    ("SELECT * { FILTER(REGEX('" + "a" * 5_000 + "', '^((a{0,100}){0,100}){0,100}$')) }", "answered|timeout|memory"),
]


@LINUX
def test_hostile_queries_end_and_leave_the_workers_as_they_were(store: Path) -> None:
    async def work(pool: Pool) -> None:
        await until(lambda: len(pool.processes) == 2)
        for text, expected in HOSTILE:
            assert await kind_of(pool, text) in expected.split("|"), text[:80]
            assert (await ask(pool)).content == b'?o\n"value 1"\n', text[:80]
        await until(lambda: len(pool.processes) == 2)
        assert pool.load == (0, 0)

    in_pool(store, TIGHT, work)


def test_a_failure_names_its_limit(store: Path) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(Failed) as late:
            await ask(pool, ENDLESS)
        assert (late.value.kind, late.value.limit, late.value.value) == ("timeout", "query_seconds", 0.3)
        assert late.value.seconds >= 0.3
        assert late.value.hint
        with pytest.raises(Failed) as large:
            await ask(pool, "SELECT * { ?a ?b ?c }")
        assert (large.value.kind, large.value.limit, large.value.value) == ("too-large", "result_bytes", 1000)
        with pytest.raises(Failed) as shorter:
            await pool.run(loose(ENDLESS), TSV, seconds=0.1)
        assert shorter.value.value == pytest.approx(0.1)

    in_pool(store, dataclasses.replace(TIGHT, query_seconds=0.3, result_bytes=1000), work)


def test_a_full_queue_says_so_and_those_in_it_are_served(store: Path) -> None:
    async def work(pool: Pool) -> None:
        running = [asyncio.ensure_future(kind_of(pool, ENDLESS)) for _ in range(2)]
        await until(lambda: pool.load[0] == 2)
        waiting = [asyncio.ensure_future(kind_of(pool, SMALL)) for _ in range(2)]
        await until(lambda: pool.load[1] == 2)
        assert await kind_of(pool, SMALL) == "busy"
        assert await asyncio.gather(*running, *waiting) == ["timeout", "timeout", "answered", "answered"]

    in_pool(store, TIGHT, work)


FAIR = dataclasses.replace(TIGHT, query_seconds=120.0, quick_seconds=0.1, queue=32)


def test_a_client_that_holds_all_workers_does_not_keep_another_waiting(store: Path) -> None:
    async def work(pool: Pool) -> None:
        bombs = [asyncio.ensure_future(kind_of(pool, ENDLESS, "bomber")) for _ in range(8)]
        await until(lambda: pool.load[0] == 2)
        for _ in range(20):
            assert (await ask(pool, client="honest")).rows == 1
        assert not any(bomb.done() for bomb in bombs)
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)
        await until(lambda: pool.load == (0, 0) and len(pool.processes) == FAIR.workers)
        assert (await ask(pool)).rows == 1

    in_pool(store, FAIR, work)


def test_many_clients_that_hold_all_workers_keep_nobody_waiting(store: Path) -> None:
    async def work(pool: Pool) -> None:
        bombs = [asyncio.ensure_future(kind_of(pool, ENDLESS, f"bomber {n}")) for n in range(12)]
        await until(lambda: pool.load[0] == 2)
        assert (await ask(pool, client="honest")).rows == 1
        assert not any(bomb.done() for bomb in bombs)
        assert len(pool.processes) <= FAIR.workers + FAIR.long_queries
        for bomb in bombs:
            bomb.cancel()

    in_pool(store, FAIR, work)


SECONDS_LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
"""Nine million solutions."""


@pytest.mark.parametrize("places", [1, 2])
def test_long_queries_that_made_way_are_answered_in_the_end(store: Path, places: int) -> None:
    """More of them than workers and places: some are stopped, and begin again."""

    async def work(pool: Pool) -> None:
        long = [asyncio.ensure_future(ask(pool, SECONDS_LONG, client="a")) for _ in range(4)]
        short = [asyncio.ensure_future(ask(pool, client="b")) for _ in range(5)]
        assert {answer.rows for answer in await asyncio.gather(*short)} == {1}
        assert {answer.content for answer in await asyncio.gather(*long)} == {b"?n\n9000000\n"}
        await until(lambda: pool.load == (0, 0) and len(pool.processes) == FAIR.workers)

    in_pool(store, dataclasses.replace(FAIR, quick_seconds=0.02, long_queries=places), work)


def test_one_client_does_not_hold_all_places_of_long_queries(store: Path) -> None:
    async def work(pool: Pool) -> None:
        bombs = [asyncio.ensure_future(kind_of(pool, ENDLESS, "bomber")) for _ in range(8)]
        await until(lambda: pool.load[0] == 2 and pool.load[1] == 6)  # one of its places, and all workers but one
        assert (await ask(pool, SECONDS_LONG, client="honest")).content == b"?n\n9000000\n"
        assert not any(bomb.done() for bomb in bombs)
        for bomb in bombs:
            bomb.cancel()

    in_pool(store, FAIR, work)


def test_without_places_long_queries_hold_their_workers(store: Path) -> None:
    async def work(pool: Pool) -> None:
        bombs = [asyncio.ensure_future(kind_of(pool, ENDLESS, "bomber")) for _ in range(2)]
        await until(lambda: pool.load[0] == 2)
        assert (await ask(pool, client="honest")).rows == 1
        assert any(bomb.done() for bomb in bombs)
        assert await asyncio.gather(*bombs) == ["timeout", "timeout"]

    in_pool(store, dataclasses.replace(FAIR, query_seconds=1.0, long_queries=0), work)


@LINUX
def test_a_query_set_aside_runs_at_low_priority(store: Path) -> None:
    async def work(pool: Pool) -> None:
        bomb = asyncio.ensure_future(kind_of(pool, ENDLESS, "bomber"))
        await until(lambda: pool.load[0] == 1)
        worker = pool.processes[0]
        assert (await ask(pool, client="honest")).rows == 1
        tasks = os.listdir(f"/proc/{worker}/task")
        assert len(tasks) > 1
        assert {os.getpriority(os.PRIO_PROCESS, int(task)) for task in tasks} == {5}
        bomb.cancel()

    in_pool(store, dataclasses.replace(FAIR, workers=1), work)


def test_closing_refuses_those_that_were_set_aside_too(store: Path) -> None:
    async def run() -> None:
        pool = Pool(store, FAIR, {})
        await pool.start()
        bombs = [asyncio.ensure_future(kind_of(pool, ENDLESS, "bomber")) for _ in range(8)]
        await until(lambda: len(pool.processes) == 3 and pool.load[1] == 6)
        await pool.close()
        assert set(await asyncio.gather(*bombs)) <= {"busy", "killed"}
        assert pool.load == (0, 0)

    asyncio.run(run())


def test_who_goes_away_frees_the_worker(store: Path) -> None:
    async def work(pool: Pool) -> None:
        before = pool.processes
        asked = asyncio.ensure_future(ask(pool, ENDLESS))
        await until(lambda: pool.load[0] == 1)
        waiting = asyncio.ensure_future(ask(pool))
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await waiting).rows == 1
        await until(lambda: not is_running(before[0]))

    in_pool(store, Limits(workers=1), work)


def test_who_goes_away_while_waiting_loses_no_worker(store: Path) -> None:
    async def work(pool: Pool) -> None:
        running = asyncio.ensure_future(kind_of(pool, ENDLESS))
        await until(lambda: pool.load[0] == 1)
        waiting = [asyncio.ensure_future(ask(pool)) for _ in range(2)]
        await until(lambda: pool.load[1] == 2)
        waiting[0].cancel()
        assert await running == "timeout"
        assert (await waiting[1]).rows == 1
        assert (await ask(pool)).rows == 1

    in_pool(store, dataclasses.replace(TIGHT, workers=1), work)


def test_a_worker_killed_from_outside_costs_no_answer(store: Path) -> None:
    async def work(pool: Pool) -> None:
        for _ in range(5):
            os.kill(pool.processes[0], signal.SIGKILL)
            assert (await ask(pool)).rows == 1
            await until(lambda: len(pool.processes) == 1)

    in_pool(store, Limits(workers=1), work)


def test_a_query_whose_workers_are_killed_again_and_again_is_given_up(store: Path) -> None:
    """Perhaps it is the reason: it is asked of one more worker, and of no third one."""

    async def work(pool: Pool) -> None:
        asked = asyncio.ensure_future(kind_of(pool, ENDLESS))
        killed: set[int] = set()
        while not asked.done():
            if pool.load[0] and not killed.issuperset(pool.processes):
                killed.update(pool.processes)
                for process in pool.processes:
                    with suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)
            await asyncio.sleep(0.01)
        assert await asked == "killed"
        assert len(killed) == 2
        assert (await ask(pool)).rows == 1

    in_pool(store, Limits(workers=1, query_seconds=1000.0), work)


@LINUX
def test_the_process_that_makes_workers_is_replaced(store: Path) -> None:
    others = set(children(os.getpid()))  # servers that tests of other files share, above all

    async def work(pool: Pool) -> None:
        made = set(children(os.getpid())) - others
        assert made
        for process in made:
            os.kill(process, signal.SIGKILL)
        await asyncio.sleep(0.05)
        assert (await ask(pool)).rows == 1

    in_pool(store, Limits(), work)


def test_a_worker_that_took_much_memory_gives_it_back_by_leaving(store: Path) -> None:
    async def work(pool: Pool) -> None:
        before = pool.processes
        assert (
            await kind_of(pool, "SELECT (STRLEN(?x25) AS ?n) { " + BOMB.partition("BIND(CONCAT(?x25")[0] + "}")
            == "answered"
        )
        await until(lambda: pool.processes and pool.processes != before)
        assert (await ask(pool)).rows == 1

    in_pool(store, dataclasses.replace(TIGHT, workers=1, worker_memory=2_000_000_000, query_seconds=200.0), work)


def test_going_over_to_another_store_loses_no_query(store: Path, other: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    async def work(pool: Pool) -> None:
        before = pool.processes
        slow = asyncio.ensure_future(ask(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"))
        asked = [asyncio.ensure_future(ask(pool, count)) for _ in range(20)]
        await asyncio.sleep(0)
        await pool.swap(other)
        after = [asyncio.ensure_future(ask(pool, count)) for _ in range(20)]
        assert {a.content for a in await asyncio.gather(*asked)} <= {b"?n\n3000\n", b"?n\n1\n"}
        assert {a.content for a in await asyncio.gather(*after)} == {b"?n\n1\n"}
        assert (await slow).content == b"?n\n9000000\n"
        await until(lambda: not any(is_running(process) for process in before))

    in_pool(store, Limits(), work)


def test_a_store_that_cannot_be_read_is_refused_and_the_old_one_stays(store: Path, tmp_path: Path) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(UserError, match="store"):
            await pool.swap(tmp_path / "nothing")
        assert (await ask(pool)).rows == 1

    in_pool(store, Limits(), work)
    with pytest.raises(UserError, match="store"):
        in_pool(tmp_path / "nothing", Limits(), work)


@LINUX
def test_closing_leaves_no_process_and_refuses_what_comes_later(store: Path) -> None:
    others = set(children(os.getpid()))

    async def run() -> list[int]:
        pool = Pool(store, Limits(workers=1), {})
        await pool.start()
        running = asyncio.ensure_future(kind_of(pool, ENDLESS))
        await until(lambda: pool.load[0] == 1)
        waiting = asyncio.ensure_future(kind_of(pool, SMALL))
        await until(lambda: pool.load[1] == 1)
        processes = [*pool.processes, *(set(children(os.getpid())) - others)]
        await pool.close()
        assert await running == "busy"
        assert await waiting == "busy"
        assert await kind_of(pool, SMALL) == "busy"
        return processes

    processes = asyncio.run(run())
    assert len(processes) >= 2
    assert not any(is_running(process) for process in processes)


def test_closing_can_wait_for_what_runs(store: Path) -> None:
    async def run() -> None:
        pool = Pool(store, Limits(), {})
        await pool.start()
        running = asyncio.ensure_future(ask(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"))
        await until(lambda: pool.load[0] == 1)
        await pool.close(grace=60)
        assert (await running).content == b"?n\n9000000\n"

    asyncio.run(run())


@LINUX
def test_no_process_outlives_a_server_that_is_killed(store: Path) -> None:
    script = f"""
import asyncio, pathlib, time
from ecoop_ld.config import Limits
from ecoop_ld.sparql.pool import Pool

async def main():
    pool = Pool(pathlib.Path({str(store)!r}), Limits(), {{}})
    await pool.start()
    while len(pool.processes) < 2:
        await asyncio.sleep(0.01)
    print(*pool.processes, flush=True)
    time.sleep(1000)

asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as server:
        assert server.stdout
        processes = [int(word) for word in server.stdout.readline().split()]
        assert len(processes) == 2
        processes += children(server.pid)
        server.kill()
    while any(is_running(process) for process in processes):
        time.sleep(0.01)


@LINUX
def test_workers_are_confined(store: Path) -> None:
    async def work(pool: Pool) -> None:
        assert pool.confined
        for process in pool.processes:
            # A worker that nothing has been given to yet may still be on its way into its confinement.
            for _ in range(600):
                if "Seccomp:\t2" in Path(f"/proc/{process}/status").read_text():
                    break
                await asyncio.sleep(0.05)
            status = dict(line.split(":\t") for line in Path(f"/proc/{process}/status").read_text().splitlines())
            assert (status["Seccomp"].strip(), status["NoNewPrivs"].strip()) == ("2", "1")
            limits = Path(f"/proc/{process}/limits").read_text().splitlines()
            soft = {line[:26].strip(): line[26:].split()[0] for line in limits}
            assert (soft["Max core file size"], soft["Max file size"]) == ("0", "0")
            assert int(soft["Max data size"]) < 10 * TIGHT.worker_memory

    in_pool(store, TIGHT, work)


@LINUX
@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_a_service_that_got_past_the_front_reaches_nobody(store: Path, silent: str) -> None:
    async def work(pool: Pool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            text = f"SELECT * {{ SERVICE {silent} <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
            smuggled = dataclasses.replace(loose("SELECT * { ?s ?p ?o }"), text=text)
            try:
                answer = await pool.run(smuggled, TSV)
                assert silent
                assert answer.rows == 1
            except Failed as error:
                assert not silent
                assert error.kind == "error"  # noqa: PT017
            with pytest.raises(BlockingIOError):
                listener.accept()

    in_pool(store, TIGHT, work)


@LINUX
@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket()",
        "socket.socketpair()",
        "open(path, 'w')",
        "open(path, 'r+')",
        "os.open(path, os.O_RDONLY | os.O_CREAT)",
        "os.mkdir(path + 'd')",
        "os.remove(path)",
        "os.rename(path, path + 'r')",
        "os.truncate(path, 0)",
        "os.kill(os.getppid(), 0)",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['/bin/true'], check=True)",
    ],
)
def test_a_confined_process_cannot(attempt: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("kept")
    script = f"""
import os, socket, subprocess, sys
from ecoop_ld.sparql import sandbox
path = {str(path)!r}
sandbox.limit_resources(10**9)
assert sandbox.forbid_calls()
assert open(path).read() == "kept"
try:
    {attempt}
except PermissionError:
    sys.exit(7)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False, stderr=subprocess.PIPE)
    assert done.returncode == 7, done.stderr.decode()
    assert path.read_text() == "kept"


@LINUX
@pytest.mark.parametrize(("text", "kind"), HOSTILE[:6])
def test_one_query_alone_is_contained_too(text: str, kind: str) -> None:
    limits = dataclasses.replace(TIGHT, query_bytes=10**6, query_nesting=10**6)
    memory = memory_store(quads(3000))
    with pytest.raises(Failed) as caught:
        run_once(memory, loose(text), TSV, limits, {})
    assert caught.value.kind in kind.split("|")


def test_one_query_alone_is_answered() -> None:
    memory = memory_store(quads(3000))
    assert run_once(memory, loose(SMALL), TSV, Limits(), {}).content == b'?o\n"value 1"\n'
    answer = run_once(memory, loose("SELECT * { ?s ?p ?o }"), JSON, Limits(), {})
    assert answer.rows == 3000
    with pytest.raises(Failed, match="Line 1"):
        run_once(memory, loose("SELECT * {"), TSV, Limits(), {})


def children(process: int) -> list[int]:
    """Process numbers of the direct children."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(stat.parent.name))
    return found
