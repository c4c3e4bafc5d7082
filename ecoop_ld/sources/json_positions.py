"""The text of a JSON-LD file → the line and column of the members that state its triples.

Keys and values are compared with IRIs by what they end in, without the context: a place for a reader, not a parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urljoin

import pyoxigraph as ox

from ecoop_ld.errors import Place
from ecoop_ld.rdf.names import RDF

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_NAMES = ("@id", "id")
_TYPES = ("@type", "type")


class _Member(NamedTuple):
    """A key with one of its values that is no object or list."""

    key: str
    value: str
    offset: int


@dataclass(slots=True)
class _Object:
    offset: int
    """Where its name stands, else where it begins."""
    name: str = ""
    """What stands behind ``@id``."""
    keys: list[tuple[str, int]] = field(default_factory=list)
    members: list[_Member] = field(default_factory=list)


class JsonPositions:
    """Where what is said in one file stands."""

    def __init__(self, text: str, file: str, base: str) -> None:
        self._text, self._file, self._base = text, file, base
        self._objects = list(_objects(text))

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place:  # noqa: A002
        """Place of a value; else of its key, of the object about the subject, of the file."""
        if not isinstance(subject, ox.NamedNode):
            return Place(self._file)
        about = [found for found in self._objects if self._is(found.name, subject.value)]
        if about:  # the one that says something of it, not one that only names it
            return self._at(self._inside(max(about, key=lambda found: len(found.keys)), predicate, object))
        return self._at(next(self._uses(subject.value), None))

    def of_iri(self, iri: str) -> list[Place]:
        """Every key and value that can stand for an IRI."""
        return [self._at(offset) for offset in self._uses(iri)]

    def _inside(self, found: _Object, predicate: object, target: object) -> int:
        if not isinstance(predicate, ox.NamedNode):
            return found.offset
        iri = predicate.value
        keys = [(k, at) for k, at in found.keys if (k in _TYPES if iri == RDF + "type" else self._is(k, iri))]
        wanted = target.value if isinstance(target, ox.NamedNode | ox.Literal) else ""
        for member in found.members:
            if any(member.key == key for key, _ in keys) and wanted:
                same = member.value == wanted or (isinstance(target, ox.NamedNode) and self._is(member.value, wanted))
                if same:
                    return member.offset
        return keys[0][1] if keys else found.offset

    def _uses(self, iri: str) -> Iterator[int]:
        for found in self._objects:
            yield from (at for key, at in found.keys if self._is(key, iri))
            yield from (member.offset for member in found.members if self._is(member.value, iri))

    def _is(self, written: str, iri: str) -> bool:
        """Whether a string can stand for the IRI: whole, relative, with a prefix, or as a word of the context."""
        if not written or written.startswith("@"):
            return False
        if written == iri or urljoin(self._base, written) == iri:
            return True
        local = written.partition(":")[2] if ":" in written else written
        return bool(local) and iri.endswith((f"#{local}", f"/{local}"))

    def _at(self, offset: int | None) -> Place:
        if offset is None:
            return Place(self._file)
        start = self._text.rfind("\n", 0, offset) + 1
        return Place(self._file, self._text.count("\n", 0, offset) + 1, offset - start + 1)


def _objects(text: str) -> Iterator[_Object]:
    """Each object of the file, when it ends; those without a name tell of the one around them."""
    stack: list[tuple[_Object | None, str]] = []
    """Open objects (``None`` for a list) with the key that they are the value of."""
    key, is_key = "", False
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "{":
            stack.append((_Object(match.start()), key))
            is_key = True
        elif piece == "[":
            stack.append((None, key))
            is_key = False
        elif piece in "}]" and stack:
            found, key = stack.pop()
            if found is not None:
                _lift(found, key, stack)
                yield found
            is_key = False
        elif piece == ",":
            is_key = bool(stack) and stack[-1][0] is not None
        elif piece == ":":
            is_key = False
        elif is_key and stack and stack[-1][0] is not None:
            key = _string(piece)
            stack[-1][0].keys.append((key, match.start()))
        else:
            _value(_string(piece), match.start(), key, stack)


def _value(value: str, offset: int, key: str, stack: list[tuple[_Object | None, str]]) -> None:
    inner = next((found for found, _ in reversed(stack) if found is not None), None)
    if inner is None:
        return
    if key in _NAMES and not inner.name:
        inner.name, inner.offset = value, offset
    inner.members.append(_Member(key, value, offset))


def _lift(found: _Object, key: str, stack: list[tuple[_Object | None, str]]) -> None:
    """``{"@value": …}`` and ``{"@id": …}`` are values of the key outside."""
    outer = next((above for above, _ in reversed(stack) if above is not None), None)
    if outer is not None:
        outer.members += [_Member(key, m.value, m.offset) for m in found.members if m.key in ("@value", *_NAMES)]


def _string(piece: str) -> str:
    if not piece.startswith('"'):
        return piece
    try:
        return str(json.loads(piece))
    except ValueError:
        return ""
