"""What a worker makes of a query that fails, without a process: an error with its kind, never an exception."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest

from ecoop_ld.config import Limits
from ecoop_ld.rdf.formats import TSV, TURTLE
from ecoop_ld.sparql import worker
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
