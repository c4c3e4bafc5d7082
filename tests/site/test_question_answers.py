"""Answers on pages: as many rows as a page can hold, and how many more there are."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from projects import loaded, make_project

from ecoop_ld.model.naming import Text
from ecoop_ld.site.load import load_site
from ecoop_ld.site.pages.questions import table_answer
from ecoop_ld.site.site import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    settings, found = loaded(make_project(tmp_path_factory.mktemp("answers")))
    return load_site(settings, found, [])


@pytest.mark.parametrize(("rows", "more"), [(0, 0), (1, 0), (499, 0), (500, 0), (501, 1), (1234, 734)])
def test_a_page_shows_five_hundred_rows_and_counts_the_others(site: Site, rows: int, more: int) -> None:
    found = table_answer(site, ["n"], ([ox.Literal(str(n))] for n in range(rows)), "en")
    assert (len(found.rows), found.more) == (rows - more, more)
    assert [cell.value for row in found.rows for cell in row if isinstance(cell, Text)] == [
        str(n) for n in range(rows - more)
    ]


def test_what_is_not_bound_is_an_empty_cell(site: Site, tmp_path: Path) -> None:
    found = table_answer(site, ["a", "b"], [[None, ox.NamedNode("https://example.org/id/thing/one")]], "en")
    ((first, second),) = found.rows
    assert first is None
    assert getattr(second, "page", None) == ("doc/thing/one", "")
