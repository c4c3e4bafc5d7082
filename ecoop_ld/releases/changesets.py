"""What releases changed → read back from their files, put together over several releases, and as a graph.

The graph is made of change sets (http://purl.org/vocab/changeset/schema#), one for each entity, with IRIs throughout.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCTERMS, OWL, RDF, XSD
from ecoop_ld.rdf.triples import triple
from ecoop_ld.releases.diff import Diff, EntityChange

CS = "http://purl.org/vocab/changeset/schema#"
_DEPRECATED, _REPLACED = OWL + "deprecated", DCTERMS + "isReplacedBy"


def read_json(content: bytes) -> Diff:
    """The difference that :meth:`Diff.as_json` wrote. Raises ``ValueError`` or ``KeyError`` where it is none."""
    removed: list[str] = []
    added: list[str] = []
    before, after = set(), set()
    for entity in json.loads(content)["entities"]:
        subject = _token(entity["entity"])
        if entity["change"] != "added":
            before.add(subject)
        if entity["change"] != "removed":
            after.add(subject)
        for row in entity["properties"]:
            start = f"{subject} {_token(row['property'])} "
            removed += [f"{start}{value} ." for value in row["removed"]]
            added += [f"{start}{value} ." for value in row["added"]]
    return Diff(tuple(sorted(removed)), tuple(sorted(added)), frozenset(before), frozenset(after))


def _token(text: str) -> str:
    return text if text.startswith("_:") else f"<{text}>"


def joined(first: Diff, second: Diff) -> Diff:
    """From before the first to after the second. Of the entities' names, those that changed are kept."""
    one, two = (set(first.removed), set(first.added)), (set(second.removed), set(second.added))
    removed = (one[0] - two[1]) | (two[0] - one[1])
    added = (one[1] - two[0]) | (two[1] - one[0])
    touched = {"first": _subjects(first), "second": _subjects(second)}
    before = (first.before & touched["first"]) | (second.before & (touched["second"] - touched["first"]))
    after = (second.after & touched["second"]) | (first.after & (touched["first"] - touched["second"]))
    return Diff(tuple(sorted(removed)), tuple(sorted(added)), frozenset(before), frozenset(after))


def _subjects(found: Diff) -> set[str]:
    return {line.split(" ", 1)[0] for line in (*found.removed, *found.added)}


NOTHING = Diff((), (), frozenset(), frozenset())


def word(entity: EntityChange) -> str:
    """``added``, ``changed``, ``removed``, ``withdrawn`` (now a tombstone) or ``replaced`` (now another's)."""
    came = {change.predicate: change.added for change in entity.changes if change.added}
    gone = {change.predicate for change in entity.changes if change.removed}
    dead = any(value.startswith('"true"') for value in came.get(_DEPRECATED, ()))
    if _REPLACED in came and (dead or RDF + "type" in gone):
        return "replaced"
    return "withdrawn" if dead else entity.kind


def successors(entity: EntityChange) -> list[str]:
    """IRIs that replace an entity, by what came with this change."""
    values = (value for change in entity.changes if change.predicate == _REPLACED for value in change.added)
    return [value[1:].partition(">")[0] for value in values if value.startswith("<")]


def quads(lines: Iterable[str]) -> list[ox.Quad]:
    """The statements of some lines of a difference, in their order."""
    return list(ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS))


def change_sets(found: Diff, document: str, date: str) -> Iterator[ox.Triple]:
    """A change set for each entity; each statement says by ``dcterms:isPartOf`` in which graph it stood or stands."""
    numbers: dict[str, str] = {}
    for side, lines in (("removal", found.removed), ("addition", found.added)):
        for n, quad in enumerate(quads(lines), 1):
            subject = str(quad.subject)
            node = numbers.get(subject)
            if node is None:
                node = numbers[subject] = f"{document}#change-{len(numbers) + 1}"
                yield from _head(node, quad, date)
            yield from _statement(node, side, f"{document}#{side}-{n}", quad)


def _head(node: str, quad: ox.Quad, date: str) -> Iterator[ox.Triple]:
    yield triple(node, RDF + "type", ox.NamedNode(CS + "ChangeSet"))
    yield triple(node, CS + "subjectOfChange", quad.subject)
    if date:
        yield triple(node, CS + "createdDate", ox.Literal(date, datatype=ox.NamedNode(XSD + "date")))


def _statement(node: str, side: str, statement: str, quad: ox.Quad) -> Iterator[ox.Triple]:
    yield triple(node, CS + side, ox.NamedNode(statement))
    yield triple(statement, RDF + "type", ox.NamedNode(RDF + "Statement"))
    yield triple(statement, RDF + "subject", quad.subject)
    yield triple(statement, RDF + "predicate", quad.predicate)
    yield triple(statement, RDF + "object", quad.object)
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        yield triple(statement, DCTERMS + "isPartOf", ox.NamedNode(names.value(quad.graph_name)))
