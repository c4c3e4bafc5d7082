"""The text of an N-Triples or N-Quads file → the line and column of each term, without reading all of it as Turtle.

Both have one statement to a line (N-Triples §2), so the n-th triple of the parser stands on the n-th line that holds
one; its columns are looked up only when somebody asks. Where the lines do not match the triples, there is no such short
way (:func:`locate` says ``None``), and :mod:`ecoop_ld.sources.positions` reads the file.
"""

from __future__ import annotations

import io
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.errors import Place

READABLE = frozenset({"ntriples", "nquads"})
"""Names of the formats (``formats.Format.name``) that have one statement to a line."""

_STATEMENT = re.compile(r"[ \t]*(<[^>]*>|_:[^\s<]+)[ \t]*(<[^>]*>)[ \t]*")
_TOKENS = re.compile(rb'<([^>\n]*)>|"(?:[^"\\\n]|\\.)*"(?:@([A-Za-z0-9-]+))?|#[^\n]*')


def locate(content: bytes, file: str, quads: Sequence[ox.Quad]) -> LinePositions | None:
    """``quads`` are the parser's own, all of them, in the order of the file."""
    if b"\r" in content:
        return None
    numbers, starts, at = array("Q"), array("Q"), 0
    for number, line in enumerate(io.BytesIO(content), 1):
        if (text := line.lstrip(b" \t")).strip() and text[:1] != b"#":
            numbers.append(number)
            starts.append(at)
        at += len(line)
    return LinePositions(content, file, quads, numbers, starts) if len(starts) == len(quads) else None


@dataclass(frozen=True)
class LinePositions:
    """Where the terms of one file stand."""

    content: bytes
    file: str
    quads: Sequence[ox.Quad]
    _numbers: Sequence[int]
    """Number of the line of each triple, from 1."""
    _starts: Sequence[int]
    """Where it begins, in bytes."""

    prefixes = ()
    """There are none to declare."""

    @cached_property
    def _runs(self) -> dict[object, list[tuple[int, int]]]:
        """Subject → where its triples stand side by side, as first and last index and one."""
        found: dict[object, list[tuple[int, int]]] = {}
        first, subject = 0, None
        for n, quad in enumerate(self.quads):
            if quad.subject != subject:
                if subject is not None:
                    found.setdefault(subject, []).append((first, n))
                first, subject = n, quad.subject
        if subject is not None:
            found.setdefault(subject, []).append((first, len(self.quads)))
        return found

    @cached_property
    def _last(self) -> dict[object, dict[tuple[object, ...], int]]:
        """The subject that was asked for last → its predicates, and predicates with objects, each with its index."""
        return {}

    def _about(self, subject: object) -> dict[tuple[object, ...], int]:
        found = self._last.get(subject)
        if found is None:
            found = {}
            for first, end in self._runs.get(subject, ()):
                for n in range(first, end):
                    quad = self.quads[n]
                    found.setdefault((quad.predicate, quad.object), n)
                    found.setdefault((quad.predicate,), n)
            self._last.clear()
            self._last[subject] = found
        return found

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place:  # noqa: A002
        """The place of a triple's object; else of its predicate, where that stands with the subject; else of the
        subject; else the file alone."""
        about = self._about(subject) if predicate is not None else {}
        for part, key in ((2, (predicate, object)), (1, (predicate,))):
            if key in about:
                return self._place(about[key], part)
        runs = self._runs.get(subject)
        return self._place(runs[0][0], 0) if runs else Place(self.file)

    def _place(self, index: int, part: int) -> Place:
        """The place of the subject (0), predicate (1) or object (2) of a triple."""
        start = self._starts[index]
        end = self.content.find(b"\n", start)
        line = self.content[start : end if end >= 0 else None].decode(errors="replace")
        match = _STATEMENT.match(line)
        column = (match.start(1), match.start(2), match.end())[part] if match else len(line) - len(line.lstrip(" \t"))
        return Place(self.file, self._numbers[index], column + 1)

    def at(self, offset: int) -> Place:
        """Offset in the bytes → line and column, both from 1."""
        index = max(bisect_right(self._starts, offset) - 1, 0)
        start = self._starts[index]
        return Place(self.file, self._numbers[index], len(self.content[start:offset].decode(errors="replace")) + 1)

    def of_iri(self, iri: str) -> list[Place]:
        """Every place where an IRI is written."""
        wanted, found, at = f"<{iri}>".encode(), list[Place](), 0
        while (at := self.content.find(wanted, at)) >= 0:
            start = self._starts[max(bisect_right(self._starts, at) - 1, 0)]
            end = self.content.find(b"\n", at)
            tokens = _TOKENS.finditer(self.content, start, end if end >= 0 else len(self.content))
            if any(m.start() == at and m[1] is not None for m in tokens):
                found.append(self.at(at))
            at += len(wanted)
        return found

    @property
    def language_tags(self) -> Iterator[tuple[str, int]]:
        """Language tags as written, with the offset of their ``@``."""
        for match in _TOKENS.finditer(self.content):
            if match[2] is not None:
                yield match[2].decode(), match.start(2) - 1
