"""The queue of queries: whose turn it is, and who is turned away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ecoop_ld.sparql.protocol import Failed
from ecoop_ld.sparql.queue import Turns


def in_loop(work: Callable[[Turns[str]], None], most: int = 6) -> None:
    async def run() -> None:
        work(Turns(most))

    asyncio.run(run())


def order(turns: Turns[str], held: dict[str, int] | None = None, barred: str = "") -> str:
    """Clients in the order of their turns."""
    found = ""
    while turn := turns.next(lambda: held or {}, barred.__contains__ if barred else None):
        found += turn[0]
    return found


def test_clients_take_turns_whatever_the_number_of_their_queries() -> None:
    def work(turns: Turns[str]) -> None:
        for client in "aaaabb":
            turns.join(client)
        assert len(turns) == 6
        assert order(turns) == "ababaa"
        assert len(turns) == 0

    in_loop(work)


def test_who_holds_fewest_comes_first() -> None:
    def work(turns: Turns[str]) -> None:
        for client in "aabc":
            turns.join(client)
        assert order(turns, {"a": 2, "b": 1}) == "cbaa"

    in_loop(work)


def test_who_is_barred_waits() -> None:
    def work(turns: Turns[str]) -> None:
        for client in "abac":
            turns.join(client)
        assert order(turns, {"b": 1}, barred="a") == "cb"
        assert "a" in turns
        assert turns.clients() == {"a": 2}

    in_loop(work)


def test_one_client_has_its_queries_in_order() -> None:
    def work(turns: Turns[str]) -> None:
        places = [turns.join("a") for _ in range(3)]
        assert [turns.next(dict) for _ in range(4)] == [*(("a", place) for place in places), None]

    in_loop(work)


def test_a_full_queue_turns_away_the_last_query_of_who_has_most() -> None:
    def work(turns: Turns[str]) -> None:
        greedy = [turns.join("a") for _ in range(6)]
        turns.join("b")
        assert [place.done() for place in greedy] == [False] * 5 + [True]
        error = greedy[-1].exception()
        assert isinstance(error, Failed)
        assert (error.kind, error.limit, error.value) == ("busy", "queue", 6)
        with pytest.raises(Failed):
            turns.join("a")
        assert order(turns) == "abaaaa"

    in_loop(work)


def test_a_full_queue_of_equals_turns_away_the_next() -> None:
    def work(turns: Turns[str]) -> None:
        for client in "aabbcc":
            turns.join(client)
        for client in "ab":
            with pytest.raises(Failed):
                turns.join(client)
        assert len(turns) == 6
        turns.join("d")  # has none yet: it takes a place of a client that has two
        assert sorted(order(turns)) == list("abbccd")

    in_loop(work)


def test_room_is_made_only_for_who_would_still_have_less() -> None:
    """One more of its own must not be as many as what another client loses."""

    def work(turns: Turns[str]) -> None:
        for client in "aaabbc":
            turns.join(client)
        with pytest.raises(Failed):
            turns.join("b")  # would have three, as many as "a" has
        assert turns.clients() == {"a": 3, "b": 2, "c": 1}
        turns.join("c")  # has two then, as "a" has
        assert turns.clients() == {"a": 2, "b": 2, "c": 2}

    in_loop(work)


def test_a_queue_of_no_places_takes_nobody() -> None:
    def work(turns: Turns[str]) -> None:
        with pytest.raises(Failed):
            turns.join("a")
        assert len(turns) == 0

    in_loop(work, most=0)


def test_who_leaves_or_gave_up_is_passed_over() -> None:
    def work(turns: Turns[str]) -> None:
        first, second, third = turns.join("a"), turns.join("a"), turns.join("b")
        turns.leave("a", first)
        turns.leave("a", first)
        turns.leave("nobody", first)
        second.cancel()
        assert turns.next(dict) == ("b", third)
        assert turns.next(dict) is None
        assert len(turns) == 0

    in_loop(work)


def test_all_can_be_refused() -> None:
    def work(turns: Turns[str]) -> None:
        places = [turns.join("a"), turns.join("b")]
        turns.refuse_all(Failed("busy", "closing"))
        assert [str(place.exception()) for place in places] == ["closing", "closing"]
        assert len(turns) == 0

    in_loop(work)
