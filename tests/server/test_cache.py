"""Answers that are kept: what stays, what goes, and what is counted."""

from __future__ import annotations

import pytest

from ecoop_ld.server import cache

LARGE = 100_000
"""Bytes of an entry beside which what an entry costs is little."""


@pytest.fixture
def kept() -> cache.Kept[str]:
    """Room for eight large entries."""
    found: cache.Kept[str] = cache.Kept(8 * (LARGE + 2_000))
    for name in "abcdefgh":
        found.put(name, name.upper(), LARGE)
    return found


def test_what_was_not_asked_for_longest_goes_first(kept: cache.Kept[str]) -> None:
    assert kept.get("a") == "A"
    kept.put("i", "I", LARGE)
    assert [name for name in "abcdefghi" if name in kept] == list("acdefghi")


def test_an_answer_that_is_put_again_counts_once(kept: cache.Kept[str]) -> None:
    size = kept.size
    for n in range(3):
        kept.put("a", f"again {n}", LARGE)
    assert kept.size == size
    assert kept.get("a") == "again 2"
    assert all(name in kept for name in "abcdefgh")
    kept.put("a", "smaller", 0)
    assert kept.size == size - LARGE


def test_one_answer_cannot_push_out_all_others(kept: cache.Kept[str]) -> None:
    kept.put("large", "x", LARGE + 1)
    assert "large" not in kept
    assert "a" in kept


def test_finds_and_misses_are_counted(kept: cache.Kept[str]) -> None:
    assert [kept.get(name) for name in ("a", "z", "b")] == ["A", None, "B"]
    assert (kept.hits, kept.misses) == (2, 1)
