"""Names of graphs in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import FILES, TOML, make_project

from ecoop_ld import config
from ecoop_ld.errors import UserError


def load(tmp_path: Path, path: str) -> config.Config:
    return config.load(make_project(tmp_path, FILES, TOML.replace("graph/data", path)))


@pytest.mark.parametrize("path", ["graph/data", "graph/source/report-2020", "graph/a/b/c", "graph/1", "graph/derived-2", "graph/derived/x"])  # fmt: skip
def test_graphs_have_paths_of_plain_words(tmp_path: Path, path: str) -> None:
    assert path in load(tmp_path, path).graphs.values()


@pytest.mark.parametrize(
    "path",
    ["graph", "graph/", "graph/A", "graph/a/", "graph//a", "graph/-a", "graph/a.b", "graph/..", "graph/a b", "graphs/a", "a/graph/b", "graph/a\\n", "graph/derived"],
)  # fmt: skip
def test_other_names_and_the_one_of_derived_statements_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UserError, match="is no path of a named graph") as caught:
        load(tmp_path, path)
    assert caught.value.place
    assert caught.value.place.file == "ecoop.toml"
    assert '"graph/derived" is taken' in caught.value.hint
