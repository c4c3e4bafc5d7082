"""Dates of EDTF: which level has them, and those that are none though a part of them is right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecoop_ld.rdf import edtf


@pytest.mark.parametrize(
    ("text", "lowest"),
    [
        ("2001-21", 1),
        ("2001-24~", 1),
        ("2001-12-31?", 1),
        ("2001-21-05", 3),  # a season has no days
        ("2001-24-01?", 3),
        ("2001-33-01", 3),
        ("2001-25", 2),
        ("2001-32", 2),
        ("2001-02-29?", 3),
        ("2000-02-29?", 1),
        ("1900-02-29~", 3),
        ("2001-04-31%", 3),
        ("2001-21/2001-22", 1),
        ("2001-21-05/2002", 3),
    ],
)
def test_the_lowest_level_that_has_it(text: str, lowest: int) -> None:
    """3: none has it."""
    assert [edtf.problem(text, level) == "" for level in range(3)] == [level >= lowest for level in range(3)]


EDTF_LEVEL = {
    0: "2008 2008-02 2008-02-29 2003/2008 2004-02-01/2005 1985-04-12T23:20:30Z 1964/2008 2008/2008-02",
    1: "2005~ 2004-06? 2004-06-11% ../2008 2008/.. 1985/ /1985 2001-21 201X 20XX 2004-XX 1985-04-XX 1985-XX-XX Y170000002 -1985 1984?/2004~",
    2: "2006-33 2001-34 2001-41 Y-17E7 1950S2 [1667,1668,1670..1672] [..1760-12-03] {1667,1668-12} {1960,1961-12} [1760-12..] ?2004-06 2004-06~-11 156X-12-25 XXXX-12-XX 1XXX-12 2004-06-~01/2004-06-~20",
}  # fmt: skip


@pytest.mark.parametrize(("lowest", "text"), [(n, text) for n, texts in EDTF_LEVEL.items() for text in texts.split()])
def test_edtf_belongs_to_its_level_and_those_above(lowest: int, text: str) -> None:
    assert [edtf.problem(text, level) == "" for level in range(3)] == [level >= lowest for level in range(3)]


@pytest.mark.parametrize(
    "text",
    ["", "200", "08", "2008-2", "2008-13", "2008-00", "2001-42", "2008-02-30", "2007-02-29", "2008-01-00",
     "2008-02/2008-01", "2008/2003", "2003/2004/2005", "../..", "/", "[]", "{a}", "2008-33-01", "2008-02-07T25:00:00Z", "y2008",
     "1984-06-11 "],
)  # fmt: skip
def test_no_edtf_at_any_level(text: str) -> None:
    assert all(edtf.problem(text, level) for level in range(3))


def test_edtf_of_a_higher_level_says_so() -> None:
    assert edtf.problem("2006-33", 0) == "that form belongs to level 2"


@pytest.mark.parametrize(("text", "why"), [("2008-01-32", "day"), ("2008-12-00", "day"), ("2008-13-01", "date"), ("2008-00-01", "date")])  # fmt: skip
def test_a_day_that_is_missing_is_told_from_what_is_no_date(text: str, why: str) -> None:
    assert edtf.problem(text, 0) == {"day": "there is no such day", "date": "it is no date in that format"}[why]


@pytest.mark.parametrize(("text", "end"), [("0000-02-29", 2), ("0001-02-28", 2), ("0004-02-29", 2), ("-0004-01-31", 1)])
def test_years_before_the_first_have_their_leap_days(text: str, end: int) -> None:
    found = edtf.span(text)
    assert found
    assert found.end == pytest.approx(int(text.rpartition("-")[0].rpartition("-")[0]) + end / 12)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2008", edtf.Written(2008)),
        ("-0043-03", edtf.Written(-43, 3)),
        ("2008-33", edtf.Written(2008, 33)),
        ("12008-02-30", edtf.Written(12008, 2, 30)),
        ("2008-02-07Z", edtf.Written(2008, 2, 7, None, "Z")),
        ("2008-02-07T09:05:00.50-03:00", edtf.Written(2008, 2, 7, (9, 5, Decimal("0.50")), "-03:00")),
    ],
)
def test_the_numbers_of_a_date(text: str, written: edtf.Written) -> None:
    assert edtf.read(text) == edtf.beginning(text) == written


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("2008~", edtf.Written(2008)),
        ("2008-02/2009", edtf.Written(2008, 2)),
        ("../2008", edtf.Written(2008)),
        ("/2008-02", edtf.Written(2008, 2)),
        ("..2008", None),
        ("2008-2", edtf.Written(2008)),
        ("2008T09:05:00", edtf.Written(2008)),
        ("208", None),
        ("x2008", None),
        ("", None),
        ("9" * 20, edtf.Written(int("9" * 20))),
        ("9" * 5000, None),
    ],
)
def test_what_a_text_begins_with(text: str, beginning: edtf.Written | None) -> None:
    assert edtf.beginning(text) == beginning
    assert edtf.read(text) == (beginning if text.isdigit() else None)


def test_a_year_without_end_covers_no_time() -> None:
    assert edtf.span("9" * 5000) is None
    assert edtf.span("9" * 20) is not None
