"""Sources, and which IRIs stand for which others → the sources as they were meant: a slip sets off nothing else.

Places are still those of what is written: each file keeps its own quads beside the meant ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ecoop_ld.sources.files import SourceFile, Sources


def as_meant(sources: Sources, meant: Mapping[str, str]) -> Sources:
    """The sources with IRIs replaced; the same object where there is nothing to replace."""
    if not meant:
        return sources
    return dataclasses.replace(
        sources,
        files=tuple(_file(file, meant) for file in sources.files),
        shapes=tuple(_file(file, meant) for file in sources.shapes),
    )


def _file(file: SourceFile, meant: Mapping[str, str]) -> SourceFile:
    quads = meant_quads(file.quads, meant)
    if quads == file.quads:
        return file
    return dataclasses.replace(file, quads=quads, written=file.written or file.quads)


def meant_quads(quads: Iterable[ox.Quad], meant: Mapping[str, str]) -> tuple[ox.Quad, ...]:
    """Quads with IRIs replaced, in their order."""
    better = {ox.NamedNode(wrong): ox.NamedNode(right) for wrong, right in meant.items()}
    types = {wrong: ox.NamedNode(right) for wrong, right in meant.items()}

    def term(value: object) -> object:
        if isinstance(value, ox.Literal):
            found = types.get(value.datatype.value)
            return ox.Literal(value.value, datatype=found) if found else value
        return better.get(value, value)  # type: ignore[call-overload]

    def quad(q: ox.Quad) -> ox.Quad:
        s, p, o = q.subject, q.predicate, q.object
        kept = o.datatype.value not in types if isinstance(o, ox.Literal) else o not in better
        if kept and s not in better and p not in better:
            return q  # nearly all of them
        return ox.Quad(term(s), term(p), term(o), q.graph_name)  # type: ignore[arg-type]

    return tuple(quad(q) for q in quads)
