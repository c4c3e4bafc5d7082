"""Dates of EDTF where a part is right and the whole is not."""

from __future__ import annotations

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
