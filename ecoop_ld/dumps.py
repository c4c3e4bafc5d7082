"""Graphs → RDF bytes: one entity's triples, one graph, the whole dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from ecoop_ld import names
from ecoop_ld.dataset import Dataset
from ecoop_ld.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format

FOLDER = "dumps/latest"
WHOLE = "all"
"""Name of the dump of all graphs."""
_WHOLE_FORMATS = (N_QUADS, TRIG, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
_GRAPH_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of ``dumps/``."""

    path: str
    graph: str
    """IRI of the named graph; empty for the whole dataset."""
    format: Format
    size: int
    sha256: str


def serialize(
    quads: Iterable[ox.Quad | ox.Triple], row: Format, prefixes: dict[str, str], *, graphs: bool = False
) -> bytes:
    """RDF bytes. Without ``graphs`` the quads' triples are written, each once, in order."""
    content = cast(Iterable[ox.Quad], quads) if graphs else distinct(quads)
    data = ox.serialize(content, format=row.rdf_engine(), prefixes=prefixes)
    assert data is not None
    return data if data.endswith(b"\n") else data + b"\n"


def distinct(quads: Iterable[ox.Quad | ox.Triple]) -> Iterator[ox.Triple]:
    """The triples of quads, each once, in order of appearance."""
    return iter(dict.fromkeys(ox.Triple(q.subject, q.predicate, q.object) for q in quads))


def used_prefixes(quads: Iterable[ox.Quad | ox.Triple], prefixes: dict[str, str]) -> dict[str, str]:
    """The prefixes that some IRI of the quads needs, sorted."""
    spaces = {_namespace(iri) for q in quads for iri in _iris(q)}
    return {p: ns for p, ns in sorted(prefixes.items()) if ns in spaces}


def _iris(q: ox.Quad | ox.Triple) -> Iterator[str]:
    yield names.value(q.subject)
    yield q.predicate.value
    obj = q.object
    yield obj.datatype.value if isinstance(obj, ox.Literal) else names.value(obj)


@lru_cache(maxsize=200_000)
def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def write(dataset: Dataset, out: Path) -> tuple[Dump, ...]:
    """Write all dumps under ``out``; the list, whole dataset first."""
    prefixes = used_prefixes(dataset.quads, dataset.config.all_prefixes)
    everything = tuple(dataset.quads)
    found = [_write(everything, row, prefixes, out, WHOLE, "") for row in _WHOLE_FORMATS]
    by_graph: dict[str, list[ox.Quad]] = {graph: [] for graph in dataset.graphs}
    for quad in everything:
        by_graph[names.value(quad.graph_name)].append(quad)
    for graph, quads in by_graph.items():
        name = dataset.addresses.graph_slug(graph)
        found += [_write(quads, row, used_prefixes(quads, prefixes), out, name, graph) for row in _GRAPH_FORMATS]
    return ordered(found)


def ordered(found: Iterable[Dump]) -> tuple[Dump, ...]:
    """Dumps as they are listed: the whole dataset first, then graph by graph."""
    return tuple(sorted(found, key=lambda dump: (dump.graph, dump.path)))


def _write(quads: Sequence[ox.Quad], row: Format, prefixes: dict[str, str], out: Path, name: str, graph: str) -> Dump:
    path = f"{FOLDER}/{name}.{row.extension}"
    content = serialize(quads, row, prefixes, graphs=row in (N_QUADS, TRIG))
    target = out / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return Dump(path, graph, row, len(content), hashlib.sha256(content).hexdigest())
