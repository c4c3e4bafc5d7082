"""Refusals: what a client is told, in which words and headers."""

from __future__ import annotations

import gc
import json
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

from ecoop_ld.server import refusals
from ecoop_ld.server.http import Request
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.sparql.protocol import Failed, QueryError, Refused

BASE = "http://localhost/"
ANY_SITE: Any = SimpleNamespace()
"""Problem details need no site."""


@pytest.mark.parametrize(("status", "later"), [(429, True), (503, True), (400, False), (504, False)])
def test_who_may_come_again_is_told_when(status: int, later: bool) -> None:
    found = refusals.answer(ANY_SITE, BASE, Request("GET", "sparql"), Refusal(status, "No."))
    assert found.headers.get("Retry-After", "").isdigit() == later
    own = refusals.answer(ANY_SITE, BASE, Request("GET", "sparql"), Refusal(status, "No.", {"Retry-After": "77"}))
    assert own.headers["Retry-After"] == "77"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("syntax", "No."), 400),
        (Refused("update", "No."), 403),
        (Refused("service", "No."), 403),
        (Failed("busy", "No."), 429),
        (Failed("crashed", "No."), 500),
        (Failed("error", "No."), 500),
        (Failed("killed", "No."), 503),
        (Failed("memory", "No."), 503),
        (Failed("remote", "No."), 502),
        (Failed("timeout", "No."), 504),
        (Failed("too-large", "No."), 422),
        (Refused("too-long", "No."), 413),
        (Refused("anything else", "No."), 400),
    ],
)
def test_each_kind_of_failure_has_its_status(error: QueryError, status: int) -> None:
    found = refusals.answer(ANY_SITE, BASE, Request("GET", "sparql"), refusals.of_query(error))
    assert found.status == status
    problem = json.loads(found.body)
    assert (problem["status"], problem["detail"], problem["kind"]) == (status, "No.", error.kind)
    assert problem["type"] == "about:blank"


def test_a_limit_is_named_with_its_value_its_place_and_the_way_round_it() -> None:
    refusal = refusals.of_query(Failed("timeout", "Too long.", limit="query_seconds", value=10))
    problem = json.loads(refusals.answer(ANY_SITE, BASE, Request("GET", "sparql"), refusal).body)
    assert (problem["limit"], problem["value"]) == ("query_seconds", 10)
    assert problem["type"] == BASE + "sparql/limits#query_seconds"
    assert problem["dump"].startswith(BASE + "dumps/latest/")


def test_a_place_in_the_query_is_told() -> None:
    problem = json.loads(
        refusals.answer(
            ANY_SITE, BASE, Request("GET", "sparql"), refusals.of_query(Refused("syntax", "No.", line=3, column=7))
        ).body
    )
    assert (problem["line"], problem["column"]) == (3, 7)


class Tokens(list[str]):
    """What a query was read into, which can be looked for afterwards."""


def test_a_refusal_holds_nothing_of_where_it_came_from() -> None:
    held: list[weakref.ref[Tokens]] = []

    def read() -> None:
        tokens = Tokens(["SELECT"])
        held.append(weakref.ref(tokens))
        raise Refused("syntax", f"{len(tokens)} is not enough.")

    def answer() -> None:
        try:
            read()
        except QueryError as error:
            refusal = refusals.of_query(error)
            raise refusal from None

    gc.collect()
    gc.disable()
    try:
        with pytest.raises(Refusal) as raised:
            answer()
        refusals.without_frames(raised.value)
        del raised
        assert held[0]() is None
    finally:
        gc.enable()
