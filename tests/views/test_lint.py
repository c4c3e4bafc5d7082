"""Queries of views that no page uses; the sentence above a page has a query of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import TOML

from ecoop_ld import config
from ecoop_ld.views.lint import check

VIEW = '[views.tools]\nkind = "facet"\ntitle.en = "Tools"\n'
SELECT = "SELECT ?value ?thing WHERE { ?thing a ?value }\n"


@pytest.mark.parametrize(
    ("headline", "left"), [('headline.en = "{n} tools"\n', []), ("", ["site/views/tools.headline.rq"])]
)
def test_a_headline_has_a_query_beside_that_of_its_page(tmp_path: Path, headline: str, left: list[str]) -> None:
    (tmp_path / "site/views").mkdir(parents=True)
    (tmp_path / "ecoop.toml").write_text(TOML + VIEW + headline, encoding="utf-8")
    for name in ("tools", "tools.headline"):
        (tmp_path / f"site/views/{name}.rq").write_text(SELECT, encoding="utf-8")
    found = check(config.load(tmp_path), (), (), None)
    assert [f.place.file for f in found if f.code == "left-out" and f.place] == left
