"""What a worker makes of a query that fails, without a process: an error with its kind, never an exception."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest

from ecoop_ld.config import Limits
from ecoop_ld.rdf.formats import TABLE_RESULTS, TSV, TURTLE, Format
from ecoop_ld.sparql import worker
from ecoop_ld.sparql.aside import Aside
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Prepared, Query, Rules
from ecoop_ld.sparql.store import memory_store

RULES = Rules("", 0, 1_000, {})


def asked(text: str) -> Prepared:
    return prepare(Query(text), Limits())


class Failing:
    """A store whose engine gives up."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def query(self, *args: object, **more: object) -> object:
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (MemoryError(), "memory", ""),
        (RuntimeError("panic"), "error", "The engine gave up: panic"),
        (BaseException("a panic of Rust"), "error", "The engine gave up: a panic of Rust"),
    ],
)
def test_whatever_the_engine_does_becomes_an_error_with_its_kind(error: BaseException, kind: str, message: str) -> None:
    store: Any = Failing(error)
    status, rows, content = worker.attempt(store, asked("SELECT * { ?s ?p ?o }"), TSV.name, RULES)
    assert (status, rows) == (worker.ERROR, 0)
    found = json.loads(content)
    assert (found["kind"], found["message"]) == (kind, message)


def test_an_answer_has_its_rows_and_bytes() -> None:
    node = ox.NamedNode
    store = memory_store([ox.Quad(node("http://e/s"), node("http://e/p"), ox.Literal("x"), node("http://e/g"))])
    assert worker.attempt(store, asked("SELECT ?o { ?s ?p ?o }"), TSV.name, RULES) == (worker.ANSWER, 1, b'?o\n"x"\n')
    status, rows, content = worker.attempt(store, asked("CONSTRUCT WHERE { ?s ?p ?o }"), TURTLE.name, RULES)
    assert (status, rows) == (worker.ANSWER, 1)
    assert b"http://e/s" in content


def test_an_answer_that_is_too_large_names_the_limit() -> None:
    text = "SELECT ?x { VALUES ?x { " + '"0123456789" ' * 200 + "} }"
    status, _, content = worker.attempt(memory_store([]), asked(text), TSV.name, RULES)
    found = json.loads(content)
    assert (status, found["kind"], found["limit"], found["value"]) == (worker.ERROR, "too-large", "result_bytes", 1_000)


class Slow:
    """A store whose engine takes its time."""

    def __init__(self, store: ox.Store, seconds: float) -> None:
        self.store, self.seconds = store, seconds

    def query(self, *args: Any, **more: Any) -> object:
        time.sleep(self.seconds)
        return self.store.query(*args, **more)


def batch(store: Any, *texts: str) -> list[tuple[int, bytes] | None]:
    asked_for = [asked(text).pack(TSV) for text in texts]
    status, number, content = worker._answer_batch(store, asked_for, RULES)
    assert (status, number) == (worker.BATCH, len(texts))
    return worker.read_batch(content)


def test_a_batch_has_an_answer_for_each_query_and_none_for_those_that_fail() -> None:
    found = batch(memory_store([]), "SELECT (1 AS ?x) {}", "SELECT (<x:f>(1) AS ?x) {}", "SELECT (2 AS ?x) {}")
    assert found == [(1, b"?x\n1\n"), None, (1, b"?x\n2\n")]


def test_what_comes_late_in_a_batch_is_left_for_another_time() -> None:
    """The first is always begun; those behind a slow one would wait for it, though each is quick by itself."""
    found = batch(Slow(memory_store([]), 0.1), *(f"SELECT ({n} AS ?x) {{}}" for n in range(4)))
    assert found == [(1, b"?x\n0\n"), None, None, None]


def test_clients_with_long_queries_are_remembered_for_twice_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr("ecoop_ld.sparql.aside.time", SimpleNamespace(perf_counter=lambda: now[0]))
    aside = Aside(Limits(query_seconds=10.0))
    aside.remember_long("long")
    for seconds, remembered in ((0.0, True), (10.1, True), (19.9, True), (20.1, False)):
        now[0] = 1_000.0 + seconds
        assert aside.has_long("long") == remembered, seconds
        assert not aside.has_long("another")


@pytest.mark.parametrize("row", TABLE_RESULTS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT ?x { VALUES ?x { 1 2 3 } }", 3),
        ("SELECT ?x { FILTER(false) VALUES ?x { 1 } }", 0),
        ('SELECT ?x { VALUES ?x { "a\\nb" "" } }', 2),
        ("SELECT (UNDEF AS ?x) { }", None),
        ("SELECT ?x { }", 1),
        ("SELECT * { }", 1),
    ],
)
def test_rows_are_counted_in_every_format(row: Format, text: str, rows: int | None) -> None:
    status, found, content = worker.attempt(memory_store([]), asked(text), row.name, RULES)
    if rows is None:
        assert (status, json.loads(content)["kind"]) == (worker.ERROR, "syntax")
    else:
        assert (status, found) == (worker.ANSWER, rows)
