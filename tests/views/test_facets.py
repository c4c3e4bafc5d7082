"""Which properties of a class become facets: by themselves, and as a project says."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import FILES, TOML, loaded, make_project

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.layouts import Displays
from ecoop_ld.views.facets import FacetedClass, faceted

HEAD = "@prefix ex: <https://example.org/ns#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"


def found(tmp_path: Path, said: str, pages: str = "") -> FacetedClass:
    """The facets of eight things, of which each says ``said`` with its number in place of ``{n}``, ``{half}``."""
    things = (
        f'<https://example.org/id/thing/t{n}> a ex:Thing ; rdfs:label "T{n}"@en ; '
        + said.replace("{n}", str(n)).replace("{half}", str(n % 2))
        + " ."
        for n in range(8)
    )
    toml = f"{TOML}\n[pages]\n{pages}\n"
    settings, sources = loaded(make_project(tmp_path, {**FILES, "data/things.ttl": HEAD + "\n".join(things)}, toml))
    dataset = Dataset(settings, sources.quads, ())
    return faceted(Describer(dataset, "en", Displays()), "https://example.org/ns#Thing")


@pytest.mark.parametrize(
    ("said", "pages", "facets"),
    [
        ("ex:size {n}", "", []),  # as many values as things
        ("ex:size {half}", "", ["ex-size"]),
        ("ex:size 1", "", []),  # nothing is told apart
        ("ex:size {half} ; ex:code 1, 2", "", ["ex-size"]),  # each has both
        ("ex:size {n}", 'facets = ["ex:size"]', ["ex-size"]),
        ("ex:size {half}", 'no_facets = ["ex:size"]', []),
        ("ex:size {half} ; ex:uses [ ex:size {half} ]", "", ["ex-size"]),  # no address names a blank node
    ],
)
def test_what_becomes_a_facet(tmp_path: Path, said: str, pages: str, facets: list[str]) -> None:
    assert [facet.key for facet in found(tmp_path, said, pages).facets] == facets


def test_values_of_one_text_have_keys_of_their_own(tmp_path: Path) -> None:
    said = 'ex:uses "https://example.org/x" , <https://example.org/x> , "a"@en , "a"@de , "a" , "b{half}"'
    (facet,) = found(tmp_path, said, 'facets = ["ex:uses"]').facets
    keys = [option.key for option in facet.options]
    assert len(set(keys)) == 7
    assert {'"a"@en', '"a"@de', '"a"', "<https://example.org/x>", "b0", "b1"} < set(keys)
