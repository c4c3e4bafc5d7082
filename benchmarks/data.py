"""What is asked of the endpoints: stores on disk, and the same kinds of queries for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.sparql.store import build_store

_JSON, _TURTLE = "application/sparql-results+json", "text/turtle"
_EXAMPLE = "http://example.org/"
_PER_PERSON = 8


@dataclass(frozen=True)
class Workload:
    """Queries of one kind. ``query(n)`` is the nth; no two are the same."""

    name: str
    query: Callable[[int], str]
    accept: str = _JSON
    small: bool = True
    """Whether it is one of the small queries that the goal on throughput is about."""


def people(triples: int) -> Iterator[ox.Quad]:
    """People who know each other, in organisations: always the same for the same number."""
    graph = ox.NamedNode(_EXAMPLE + "graph")
    kind, integer = ox.NamedNode(_RDF_TYPE), ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    name, age, member, knows, note = (
        ox.NamedNode(_EXAMPLE + word) for word in ("name", "age", "member", "knows", "note")
    )
    person = ox.NamedNode(_EXAMPLE + "Person")
    many = triples // _PER_PERSON
    for n in range(many):
        someone = ox.NamedNode(f"{_EXAMPLE}person/{n}")
        yield ox.Quad(someone, kind, person, graph)
        yield ox.Quad(someone, name, ox.Literal(f"Person number {n}", language="en"), graph)
        yield ox.Quad(someone, age, ox.Literal(str(n * 7919 % 90), datatype=integer), graph)
        yield ox.Quad(someone, member, ox.NamedNode(f"{_EXAMPLE}org/{n * 31 % max(many // 100, 1)}"), graph)
        for step in (1, 17, 7919):
            yield ox.Quad(someone, knows, ox.NamedNode(f"{_EXAMPLE}person/{(n * 13 + step) % many}"), graph)
        yield ox.Quad(someone, note, ox.Literal(f"Note {n % 1000} on this person, who has a line of text."), graph)


_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def people_store(triples: int, folder: Path) -> Path:
    """The store of :func:`people`, made once."""
    store = folder / f"bench-people-{triples}"
    if not store.is_dir():
        making = folder / f"bench-making-{triples}"
        shutil.rmtree(making, ignore_errors=True)
        build_store(people(triples), making)
        making.rename(store)
    return store


def people_workloads(triples: int) -> list[Workload]:
    many = triples // _PER_PERSON
    prologue = f"PREFIX : <{_EXAMPLE}> "

    def someone(n: int) -> str:
        return f"<{_EXAMPLE}person/{n * 7717 % many}>"

    return [
        Workload("point", lambda n: f"SELECT ?p ?o WHERE {{ {someone(n)} ?p ?o }} #{n}"),
        Workload(
            "star",
            lambda n: (
                prologue
                + f"SELECT ?s ?name ?age WHERE {{ ?s :knows {someone(n)} ; a :Person ; :name ?name ; :age ?age }} #{n}"
            ),
        ),
        Workload("path", lambda n: prologue + f"SELECT ?o WHERE {{ {someone(n)} :knows/:knows/:member ?o }} #{n}"),
        Workload(
            "group",
            lambda n: (
                prologue
                + f"SELECT ?age (COUNT(*) AS ?n) WHERE {{ ?s :member <{_EXAMPLE}org/{n % max(many // 100, 1)}> ; "
                + f":age ?age }} GROUP BY ?age #{n}"
            ),
            small=False,
        ),
        Workload(
            "construct",
            lambda n: (
                prologue + f"CONSTRUCT {{ ?s :name ?name }} WHERE {{ {someone(n)} :knows ?s . ?s :name ?name }} #{n}"
            ),
            _TURTLE,
        ),
    ]


def heavy_people(n: int) -> str:
    """A query of some tens of milliseconds at a million triples."""
    return (
        f"PREFIX : <{_EXAMPLE}> SELECT (COUNT(*) AS ?n) (AVG(?other) AS ?mean) "
        f"WHERE {{ ?s :age {n % 90} ; :knows/:age ?other }} #{n}"
    )


def project_workloads(store: Path) -> list[Workload]:
    """The same kinds over a project's own data: its subjects and its most frequent class and properties."""
    engine = ox.Store.read_only(str(store))

    def column(query: str) -> list[str]:
        found = engine.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return [str(solution[0]) for solution in found]

    things = column("SELECT DISTINCT ?s { ?s a ?t FILTER(isIRI(?s)) } ORDER BY ?s")
    kinds = column("SELECT ?t { ?s a ?t } GROUP BY ?t ORDER BY DESC(COUNT(*)) ?t LIMIT 5")
    links = column("SELECT ?p { ?s ?p ?o FILTER(isIRI(?o)) } GROUP BY ?p ORDER BY DESC(COUNT(*)) ?p LIMIT 4")
    words = column(
        f"SELECT ?p {{ ?s a {kinds[0]} ; ?p ?o FILTER(isLiteral(?o)) }} GROUP BY ?p ORDER BY DESC(COUNT(*)) ?p LIMIT 2"
    )

    def thing(n: int) -> str:
        return things[n * 7717 % len(things)]

    return [
        Workload("point", lambda n: f"SELECT ?p ?o WHERE {{ {thing(n)} ?p ?o }} #{n}"),
        Workload(
            "star", lambda n: f"SELECT ?s ?a WHERE {{ ?s {links[1]} ?o ; {words[0]} ?a ; a {kinds[0]} }} LIMIT 10 #{n}"
        ),
        Workload(
            "path",
            lambda n: (
                f"SELECT ?o WHERE {{ {thing(n)} ({links[0]}|{links[1]}|{links[2]})/({links[0]}|{links[3]}) ?o }} #{n}"
            ),
        ),
        Workload("group", lambda n: f"SELECT ?t (COUNT(*) AS ?n) WHERE {{ ?s a ?t }} GROUP BY ?t #{n}", small=False),
        Workload("construct", lambda n: f"CONSTRUCT {{ {thing(n)} ?p ?o }} WHERE {{ {thing(n)} ?p ?o }} #{n}", _TURTLE),
    ]
