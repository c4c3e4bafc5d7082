"""Triples + the published context → compacted JSON-LD 1.1, one node to a line, written as a stream.

The writer goes by the text of each term in N-Triples, which the engine writes far faster than Python could ask for
its parts. What the engine writes between the quotes of a literal is what JSON wants there: both escape quotes,
backslashes and control characters alike.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, cast

import pyoxigraph as ox

from ecoop_ld.errors import UserError
from ecoop_ld.rdf import names
from ecoop_ld.rdf.writing import Sink

_PIECE = 1 << 18
_TYPE = f"<{names.RDF}type>"
_MOST_KEPT = 20_000
_ALIASES: dict[str, object] = {"id": "@id", "type": "@type"}


def write(triples: Iterable[ox.Triple], context: Mapping[str, object], stream: Sink) -> None:
    """Write ``{"@context": …, "@graph": […]}``. Triples of one subject that follow each other become one node."""
    compactor = Compactor(context)
    stream.write(b'{"@context":' + json.dumps(compactor.context, ensure_ascii=False).encode() + b',"@graph":[')
    nodes = _Nodes(compactor, stream)
    ox.serialize(triples, cast("IO[bytes]", nodes), format=ox.RdfFormat.N_TRIPLES)
    nodes.finish()
    stream.write(b"\n]}\n")


class _Nodes:
    """Takes N-Triples in pieces, and passes on the nodes that are whole."""

    def __init__(self, compactor: Compactor, stream: Sink) -> None:
        self._compactor, self._stream = compactor, stream
        self._pieces: list[bytes] = []
        self._size = 0
        self._before = "\n"
        self._subject = ""
        self._values: dict[str, str] = {}
        self._several: set[str] = set()

    def write(self, content: bytes, /) -> int:
        self._pieces.append(content)
        self._size += len(content)
        if self._size > _PIECE:
            joined = b"".join(self._pieces)
            whole = joined.rfind(b"\n") + 1
            self._pieces, self._size = [joined[whole:]], len(joined) - whole
            self._pass(self._read(joined[:whole]))
        return len(content)

    def flush(self) -> None:
        """The engine asks for it."""

    def finish(self) -> None:
        """Pass on what is left."""
        found = self._read(b"".join(self._pieces))
        if self._subject:
            found.append(_node(self._compactor.name(self._subject), self._values, self._several))
        self._pass(found)

    def _pass(self, found: list[str]) -> None:
        if found:
            self._stream.write((self._before + ",\n".join(found)).encode())
            self._before = ",\n"

    def _read(self, content: bytes) -> list[str]:
        """The nodes that end in these lines. Written for speed: no call for what was seen before."""
        current, values, several = self._subject, self._values, self._several
        compactor, properties, found = self._compactor, self._compactor.properties, list[str]()
        for line in content.decode().split("\n")[:-1]:
            subject, predicate, rest = line.split(" ", 2)
            if subject != current:
                if current:
                    found.append(_node(compactor.name(current), values, several))
                    values = {}
                    if several:
                        several = set()
                current = subject
            how = properties.get(predicate) or compactor.property(predicate)
            if rest[0] == '"':
                text, _, end = rest.rpartition('"')
                before, after = how.literals.get(end) or compactor.literal(how, end)
                pair = f"{before}{text}{after}"
            else:
                space, _, local = rest.rpartition("/")
                start = how.spaces.get(space)
                if start is None or "#" in local:
                    pair = how.classes.get(rest) or compactor.iri(how, rest)
                else:
                    pair = f"{start}{local[:-3]}{how.after}"
            key = how.key
            if key not in values:
                values[key] = pair
            elif key in several:
                values[key] += "," + pair[len(key) :]
            else:
                values[key] = f"{key}[{values[key][len(key) :]},{pair[len(key) :]}"
                several.add(key)
        self._subject, self._values, self._several = current, values, several
        return found


def _node(name: str, values: dict[str, str], several: set[str]) -> str:
    for key in several:
        values[key] += "]"
    return f'{{"id":"{name}",{",".join(values.values())}}}'


@dataclass(frozen=True, slots=True)
class ContextTerm:
    """How a predicate is written, and what was seen behind it."""

    key: str
    """The JSON key with its colon."""
    kind: str
    """The type that the context gives its values."""
    before: str
    """The key and what stands before an IRI: the start of an object where the context does not make one of it."""
    after: str
    spaces: dict[str, str] = field(default_factory=dict)
    """Beginning of an IRI up to its last slash → what stands before the rest of it."""
    classes: dict[str, str] = field(default_factory=dict)
    """Rest of a line, where the context has a name for the whole IRI → key and value."""
    literals: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What follows the last quote of a line → key and what stands before the literal and its first quote, and after."""


class Compactor:
    """Terms of N-Triples → JSON text under one context."""

    def __init__(self, context: Mapping[str, object], schemes: Container[str] = ()) -> None:
        self.context = _ALIASES | safe_context(context, schemes)
        simple = {name: value for name, value in self.context.items() if isinstance(value, str)}
        self._prefixes = {ns: prefix for prefix, ns in simple.items() if _is_prefix(ns)}
        self._classes = {iri: name for name, iri in simple.items() if iri not in self._prefixes}
        self._terms: dict[str, tuple[str, str]] = {}
        for name, value in self.context.items():
            if isinstance(value, Mapping) and "@id" in value:
                self._terms[str(value["@id"])] = (name, str(value.get("@type", "")))
        self.properties = {_TYPE: _property('"type":', "@vocab")}
        self._kept = 0

    def term(self, iri: str) -> tuple[str, str]:
        """The key of a property, and the type that the context gives its values."""
        return ("type", "@vocab") if iri == _TYPE[1:-1] else self._terms.get(iri) or (self._compact(iri), "")

    def word(self, iri: str) -> str:
        """What a class is called: by its term in the context, or as any other IRI."""
        return self._classes.get(iri) or self._compact(iri)

    def property(self, predicate: str) -> ContextTerm:
        """How to write a predicate; kept for the next time."""
        iri = predicate[1:-1]
        name, kind = self._terms.get(iri) or (self._compact(iri), "")
        self.properties[predicate] = found = _property(json.dumps(name, ensure_ascii=False) + ":", kind)
        return found

    def iri(self, how: ContextTerm, rest: str) -> str:
        """Key and value of an IRI or blank node with the end of its line behind it."""
        name = self._classes.get(rest[1:-3]) if how.kind == "@vocab" else None
        pair = f'{how.key}"{name}"' if name else f"{how.before}{self.name(rest[:-2])}{how.after}"
        space, _, local = rest.rpartition("/")
        if self._kept == _MOST_KEPT or rest[0] != "<":
            return pair
        self._kept += 1
        if how.kind == "@vocab":
            how.classes[rest] = pair
        elif space and "#" not in local and len(local) > 3:
            how.spaces[space] = pair[: len(pair) - len(local) - len(how.after) + 3]
        return pair

    def literal(self, how: ContextTerm, end: str) -> tuple[str, str]:
        """Key and what stands before a literal with this language or datatype, and what after it."""
        tail = end[:-2]
        datatype = tail[3:-1]
        if tail.startswith("@"):
            ends = f'{how.key}{{"@value":', f'","@language":"{tail[1:]}"}}'
        elif datatype == how.kind:
            ends = how.key, '"'
        elif not tail:
            ends = f'{how.key}{{"@value":', '"}'
        else:
            ends = f'{how.key}{{"@value":', f'","@type":{json.dumps(self._compact(datatype))}}}'
        how.literals[end] = ends
        return ends

    def name(self, text: str) -> str:
        """How JSON-LD writes a node; IRIs hold nothing that JSON would escape (RFC 3987 §2.2)."""
        return self._compact(text[1:-1]) if text[0] == "<" else text

    def _compact(self, iri: str) -> str:
        cut = iri.rfind("#") + 1 or iri.rfind("/") + 1
        prefix = self._prefixes.get(iri[:cut])
        if prefix and cut < len(iri):
            return f"{prefix}:{iri[cut:]}"
        scheme, _, rest = iri.partition(":")
        if _is_prefix(self.context.get(scheme)) and not rest.startswith("//"):
            raise UserError(
                f'JSON-LD cannot tell <{iri}> from a name with the prefix "{scheme}:".',
                hint="Give the prefix another name in ecoop.toml.",
            )
        return iri


def safe_context(context: Mapping[str, object], schemes: Container[str] = ()) -> dict[str, object]:
    """A prefix that is also a URI scheme (geo:) would swallow IRIs of that scheme: it gets another name (geo_:).

    ``schemes`` are those of the data, where tools that did not know a prefix left IRIs such as ``<xsd:date>``.
    """
    found = {}
    for name, value in context.items():
        if (name in _SCHEMES or name in schemes) and _is_prefix(value):
            name += "_"
            while name in context:
                name += "_"
        found[name] = value
    return found


def _is_prefix(value: object) -> bool:
    """Whether a simple term of a context is used as a prefix (JSON-LD 1.1 §4.1.2: it ends in a gen-delim)."""
    return isinstance(value, str) and value.endswith((":", "/", "?", "#", "[", "]", "@"))


_SCHEMES = frozenset({"geo", "urn", "mailto", "tel", "data", "doi", "info", "ftp", "file", "tag", "did", "about"})


def _property(key: str, kind: str) -> ContextTerm:
    return (
        ContextTerm(key, kind, f'{key}"', '"')
        if kind in ("@vocab", "@id")
        else ContextTerm(key, kind, f'{key}{{"id":"', '"}')
    )
