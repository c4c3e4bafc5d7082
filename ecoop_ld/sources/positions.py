"""The text of a Turtle, TriG, N-Triples or N-Quads file → the line and column of each term of each triple.

A reader of this project finds them (:mod:`ecoop_ld.sources.turtle`), on the files that have findings only. It is
guarded: where its triples differ from those of the real parser, only the places of subjects are trusted.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.errors import Place
from ecoop_ld.sources.turtle import Offsets, Term, Triple, TurtleReader

READABLE = frozenset({"turtle", "trig", "ntriples", "nquads"})
"""Names of the formats (``formats.Format.name``) that the reader understands."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """One prefix declaration."""

    name: str
    namespace: str
    place: Place
    used: bool


@dataclass(frozen=True)
class Positions:
    """Where the terms of one file stand."""

    file: str
    text: str
    trusted: bool
    """Whether the reader's triples are those of the parser; otherwise only subjects have places."""
    triples: Mapping[tuple[object, object, object], Offsets]
    subjects: Mapping[object, int]
    uses: Mapping[str, Sequence[int]]
    """IRI → offsets of every place where it is written, in full or as a prefixed name."""
    declarations: Sequence[tuple[str, str, int]]
    """Prefix, namespace and offset, in file order."""
    used_prefixes: frozenset[str]
    language_tags: Sequence[tuple[str, int]]
    """Language tags as written, with the offset of their ``@``."""
    _predicates: Mapping[tuple[object, object], Offsets] = field(default_factory=dict)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", self.text))]

    def at(self, offset: int) -> Place:
        """Offset in the text → line and column, both from 1."""
        line = bisect_right(self._lines, offset)
        return Place(self.file, line, offset - self._lines[line - 1] + 1)

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place:  # noqa: A002
        """The place of a triple's object; else of its predicate, where that stands with the subject; else of the
        subject; else the file alone."""
        spot = self.triples.get((subject, predicate, object))
        if spot:
            return self.at(spot.object)
        spot = self._predicates.get((subject, predicate))
        if spot:
            return self.at(spot.predicate)
        offset = self.subjects.get(subject)
        return Place(self.file) if offset is None else self.at(offset)

    def of_iri(self, iri: str) -> list[Place]:
        """Every place where an IRI is written."""
        return [self.at(offset) for offset in self.uses.get(iri, ())]

    @property
    def prefixes(self) -> list[Prefix]:
        return [Prefix(p, ns, self.at(at), p in self.used_prefixes) for p, ns, at in self.declarations]


def locate(
    text: str,
    file: str,
    base: str,
    quads: Sequence[ox.Quad],
    *,
    quads_format: bool = False,
    meant: Sequence[ox.Quad] | None = None,
) -> Positions:
    """Read ``text`` and line it up with ``quads``, the parser's own, in file order (blank nodes may have become IRIs).

    ``base`` resolves relative IRIs. ``quads_format`` is for N-Quads, where a fourth term names the graph. ``meant``
    are the same quads as they will be asked for.
    """
    reader = TurtleReader(text, base, quads_format)
    reader.read()
    found = reader.triples
    trusted = not reader.broken and _same(found, quads)
    triples: dict[tuple[object, object, object], Offsets] = {}
    predicates: dict[tuple[object, object], Offsets] = {}
    subjects: dict[object, int] = {}
    if trusted:
        for quad, (_, _, _, spot) in zip(meant or quads, found, strict=True):
            triples.setdefault((quad.subject, quad.predicate, quad.object), spot)
            predicates.setdefault((quad.subject, quad.predicate), spot)
            subjects.setdefault(quad.subject, spot.subject)
    else:
        for subject, _, _, spot in found:
            if isinstance(subject, str) and (node := _named_node(subject)) is not None:
                subjects.setdefault(node, spot.subject)
    return Positions(
        file,
        text,
        trusted,
        triples,
        subjects,
        reader.uses,
        reader.declarations,
        frozenset(reader.used),
        reader.tags,
        predicates,
    )


def _named_node(text: str) -> ox.NamedNode | None:
    """The node, where the text is an absolute IRI: the reader takes what the parser has refused too."""
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


def _same(triples: Sequence[Triple], quads: Sequence[ox.Quad]) -> bool:
    """Whether both say the same in the same order, blank nodes matched one to one."""
    if len(triples) != len(quads):
        return False
    there: dict[Term, object] = {}
    back: dict[object, Term] = {}
    for (s, p, o, _), quad in zip(triples, quads, strict=True):
        for mine, theirs in ((s, quad.subject), (p, quad.predicate), (o, quad.object)):
            if isinstance(mine, tuple) and mine[0] == "_" and len(mine) == 2:
                if isinstance(theirs, ox.Literal) or there.setdefault(mine, theirs) != theirs:
                    return False
                if back.setdefault(theirs, mine) != mine:
                    return False
            elif mine != _key(theirs):
                return False
    return True


def _key(term: object) -> Term | None:
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.Literal):
        return (term.value, term.datatype.value, term.language or "")
    return None
