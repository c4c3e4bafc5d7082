"""Moments and lists of mementos that are asked for by hand, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ecoop_ld.server import memento
from ecoop_ld.server.refusals import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 01 Jan 2026 12:00:00 GMT",
        "Thu, 01 Jan 2026 12:00:00 +0000",
        "Thu, 01 Jan 2026 14:00:00 +0200",
        "Thu, 01 Jan 2026 12:00:00 -0000",  # of a zone that is not said: UTC (RFC 5322 §3.3)
    ],
)
def test_a_moment_has_a_zone(text: str) -> None:
    found = memento._moment(text)
    assert found == datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-01", "Thu, 41 Jan 2026 12:00:00 GMT"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="no date") as caught:
        memento._moment(text)
    assert caught.value.status == 400


@pytest.mark.parametrize("name", ["", "nothing.nt"])
def test_a_file_of_no_release_has_no_list(name: str) -> None:
    served: Any = SimpleNamespace(base="http://e/", site=SimpleNamespace(history=SimpleNamespace(releases=())))
    with pytest.raises(Refusal) as caught:
        memento._timemap(served, name)
    assert caught.value.status == 404
