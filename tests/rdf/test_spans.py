"""Dates as stretches of time on a scale of years."""

from __future__ import annotations

import pytest

from ecoop_ld.rdf.edtf import Span, span

MONTH, QUARTER = 1 / 12, 1 / 4


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2008", 2008, 2009),
        ("2008-02", 2008 + MONTH, 2008 + 2 * MONTH),
        ("2008-12", 2008 + 11 * MONTH, 2009),
        ("2008-12-31", 2009 - 1 / (12 * 31), 2009),
        ("2008-02-01", 2008 + MONTH, 2008 + MONTH + MONTH / 29),
        ("2007-02-01", 2007 + MONTH, 2007 + MONTH + MONTH / 28),
        ("2008-21", 2008 + 2 * MONTH, 2008 + 5 * MONTH),
        ("2008-22", 2008 + 5 * MONTH, 2008 + 8 * MONTH),
        ("2008-23", 2008 + 8 * MONTH, 2008 + 11 * MONTH),
        ("2008-24", 2008 + 11 * MONTH, 2009),
        ("2008-33", 2008, 2008 + QUARTER),
        ("2008-36", 2008 + 3 * QUARTER, 2009),
        ("200X", 2000, 2010),
        ("20XX-02", 2000, 2100),
        ("-0044", -44, -43),
        ("2008?", 2008, 2009),
        ("2008-02~", 2008 + MONTH, 2008 + 2 * MONTH),
        ("2008-XX", 2008, 2009),
        ("2008-02-XX", 2008 + MONTH, 2008 + 2 * MONTH),
        ("2008-02-03T10:00:00Z", 2008 + MONTH + 2 * MONTH / 29, 2008 + MONTH + 3 * MONTH / 29),
        ("2008/2010", 2008, 2011),
        ("2008-11/2009-01", 2008 + 10 * MONTH, 2009 + MONTH),
    ],
)
def test_what_a_date_covers(text: str, start: float, end: float) -> None:
    found = span(text)
    assert found
    assert (found.start, found.end) == (pytest.approx(start), pytest.approx(end))


@pytest.mark.parametrize("text", ["", "soon", "2008-13", "2008-00", "2008-25", "2008-37", "2008/..", "/2008", "2010/2008", "08", "2008-1"])  # fmt: skip
def test_what_is_no_date_or_has_no_end_has_no_place_on_a_scale(text: str) -> None:
    assert span(text) is None


def test_a_span_is_a_value() -> None:
    assert span("2008") == Span(2008, 2009)
