"""Every question of the cookbook: two engines, the article's graph alone and everything, one expected answer."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT

from ecoop_ld import config
from ecoop_ld.model import questions
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.store import memory_store

ARTICLE = "https://w3id.org/ecoop/graph/source/echeberria-2008"
FOLDER = ROOT / "site/queries"
NAMES = sorted(path.stem for path in FOLDER.glob("*.rq"))
OF_ALL_SOURCES = {q.name for q in questions.load(config.load(ROOT)) if q.header.get("scope") == "all"}
"""Questions that other sources than the article answer too."""
Rows = list[list[str | None]]


@cache
def quads(scope: str) -> tuple[ox.Quad, ...]:
    settings = config.load(ROOT)
    stated = files.load(settings).quads
    everything = (*stated, *materialise(settings, stated))
    return tuple(q for q in everything if scope == "all" or str(q.graph_name) == f"<{ARTICLE}>")


@cache
def oxigraph(scope: str) -> ox.Store:
    return memory_store(quads(scope))


@cache
def rdflib_graph(scope: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    triples = dict.fromkeys(ox.Triple(q.subject, q.predicate, q.object) for q in quads(scope))
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    return graph


@cache
def rdflib_dataset(scope: str) -> rdflib.Dataset:
    """For queries that look into a named graph: rdflib then has its default graph from all of them too."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=ox.serialize(quads(scope), format=ox.RdfFormat.N_QUADS), format="nquads")
    return dataset


def by_oxigraph(scope: str, text: str) -> tuple[list[str], Rows]:
    found = oxigraph(scope).query(text)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return names, [[None if row[n] is None else str(row[n]) for n in names] for row in found]


def by_rdflib(scope: str, text: str) -> tuple[list[str], Rows]:
    found = (rdflib_dataset if "GRAPH <" in text else rdflib_graph)(scope).query(text)
    names = [str(v) for v in found.vars or ()]
    return names, [[None if term is None else term.n3() for term in row] for row in found]  # type: ignore[union-attr]


def comparable(rows: Sequence[Sequence[str | None]], ordered: bool) -> list[tuple[str | None, ...]]:
    plain = [tuple(rdflib_spelling(cell) for cell in row) for row in rows]
    return plain if ordered else sorted(plain, key=str)


def rdflib_spelling(cell: str | None) -> str | None:
    """``"1"^^xsd:integer`` whichever way an engine abbreviates it."""
    if cell is None or not cell[:1].isdigit():
        return {"true": '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'}.get(cell or "", cell)
    return f'"{cell}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_there_are_seventy_questions_each_with_a_title_a_description_and_an_answer() -> None:
    asked = {q.name: q for q in questions.load(config.load(ROOT))}
    assert len([name for name in asked if name.startswith("cq")]) >= 70
    for name, question in asked.items():
        for text in (question.title, question.description, question.group):
            assert sorted(text) == ["en", "es", "pt"], name
        assert question.title["en"].endswith("?"), name
        assert (FOLDER / f"{name}.expected.json").is_file(), name


def test_no_title_speaks_as_a_test_does() -> None:
    for question in questions.load(config.load(ROOT)):
        assert not re.search(r"modal verb|part-of chain|\brows?\b|\bnode", question.title["en"], re.IGNORECASE), (
            question.name
        )


def test_what_an_answer_rests_on_is_in_the_data() -> None:
    known = {str(quad.subject) for quad in quads("all")}
    asked = questions.load(config.load(ROOT))
    behind = [path for question in asked for path in question.behind]
    assert len([question for question in asked if question.behind]) >= 50
    assert [path for path in behind if f"<https://w3id.org/ecoop/{path}>" not in known] == []


SCOPES = [
    (name, scope) for name in NAMES for scope in ("article", "all") if scope == "all" or name not in OF_ALL_SOURCES
]


@pytest.mark.parametrize(
    "engine", [by_oxigraph, pytest.param(by_rdflib, marks=pytest.mark.slow)], ids=["pyoxigraph", "rdflib"]
)
@pytest.mark.parametrize(("name", "scope"), SCOPES)
def test_the_answer_is_as_expected(name: str, scope: str, engine: object) -> None:
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    columns, rows = engine(scope, Path(FOLDER / f"{name}.rq").read_text(encoding="utf-8"))  # type: ignore[operator]
    assert columns == expected["columns"]
    assert comparable(rows, expected["ordered"]) == comparable(expected["rows"], expected["ordered"])
    assert rows, "an empty answer would prove nothing"


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_a_file_beside_its_page(public: Path, name: str) -> None:
    """As SPARQL JSON results and as CSV, with as many rows as the answer has, and linked from the page."""
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    table = json.loads((public / f"queries/{name}.srj").read_bytes())
    assert table["head"]["vars"] == expected["columns"]
    assert len(table["results"]["bindings"]) == len(expected["rows"])
    with (public / f"queries/{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == expected["columns"]
    assert len(rows) == len(expected["rows"])
    text = (public / f"queries/{name}.es.html").read_text(encoding="utf-8")
    assert f'href="../queries/{name}.csv"' in text
    assert f'href="../queries/{name}.srj"' in text
