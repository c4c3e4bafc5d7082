"""Triples + the published context → compacted JSON-LD 1.1, one node to a line, written as a stream.

The writer goes by the text of each term in N-Triples, which the engine writes far faster than Python could ask for
its parts; a term that comes back is looked up, not made again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO

import pyoxigraph as ox

from ecoop_ld import names
from ecoop_ld.errors import UserError

_CHUNK = 20_000
_TYPE = f"<{names.RDF}type>"
_SPECIAL = re.compile(r"[\x00-\x1f\\]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_MOST_KEPT = 200_000
_ALIASES: dict[str, object] = {"id": "@id", "type": "@type"}


def write(triples: Iterable[ox.Triple], context: Mapping[str, object], stream: IO[bytes]) -> None:
    """Write ``{"@context": …, "@graph": […]}``. Triples of one subject that follow each other become one node."""
    compactor = Compactor(context)
    stream.write(b'{"@context":' + json.dumps(compactor.context, ensure_ascii=False).encode() + b',"@graph":[')
    before = "\n"
    for node in _nodes(_lines(triples), compactor):
        stream.write((before + node).encode())
        before = ",\n"
    stream.write(b"\n]}\n")


def _lines(triples: Iterable[ox.Triple]) -> Iterator[str]:
    source = iter(triples)
    while chunk := list(islice(source, _CHUNK)):
        content = ox.serialize(chunk, format=ox.RdfFormat.N_TRIPLES)
        assert content is not None
        yield from content.decode().split("\n")[:-1]


def _nodes(lines: Iterable[str], compactor: Compactor) -> Iterator[str]:
    current = ""
    properties: dict[str, list[str]] = {}
    keys, values, identify, evaluate = compactor.keys, compactor.values, compactor.key, compactor.value
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        if subject != current:
            if current:
                yield _node(compactor.node(current), properties)
            current, properties = subject, {}
        key, kind = keys.get(predicate) or identify(predicate)
        text = rest[:-2]
        value = values.get((kind, text)) or evaluate(kind, text)
        if key in properties:
            properties[key].append(value)
        else:
            properties[key] = [value]
    if current:
        yield _node(compactor.node(current), properties)


def _node(name: str, properties: Mapping[str, list[str]]) -> str:
    parts = [f'"id":{name}']
    for key, values in properties.items():
        parts.append(f"{key}:{values[0]}" if len(values) == 1 else f"{key}:[{','.join(values)}]")
    return "{" + ",".join(parts) + "}"


class Compactor:
    """Terms of N-Triples → JSON text under one context."""

    def __init__(self, context: Mapping[str, object]) -> None:
        # A prefix that is also a URI scheme (geo:) would swallow IRIs of that scheme: it is left out of the file.
        self.context = _ALIASES | {n: v for n, v in context.items() if not (n in _SCHEMES and _is_prefix(v))}
        simple = {name: value for name, value in self.context.items() if isinstance(value, str)}
        self._prefixes = {ns: prefix for prefix, ns in simple.items() if _is_prefix(ns)}
        self._classes = {iri: name for name, iri in simple.items() if iri not in self._prefixes}
        self._properties: dict[str, tuple[str, str]] = {}
        for name, value in self.context.items():
            if isinstance(value, Mapping) and "@id" in value:
                self._properties[str(value["@id"])] = (name, str(value.get("@type", "")))
        self.keys: dict[str, tuple[str, str]] = {_TYPE: ('"type"', "@vocab")}
        self.values: dict[tuple[str, str], str] = {}

    def key(self, predicate: str) -> tuple[str, str]:
        """JSON key of a predicate, and the type that the context gives its values."""
        iri = predicate[1:-1]
        name, kind = self._properties.get(iri) or (self._compact(iri), "")
        self.keys[predicate] = (json.dumps(name, ensure_ascii=False), kind)
        return self.keys[predicate]

    def value(self, kind: str, text: str) -> str:
        found = self._literal(kind, text) if text[0] == '"' else self._iri(kind, text)
        if len(self.values) < _MOST_KEPT and len(text) < 200:
            self.values[kind, text] = found
        return found

    def node(self, text: str) -> str:
        return json.dumps(self._compact(text[1:-1]) if text[0] == "<" else text, ensure_ascii=False)

    def _iri(self, kind: str, text: str) -> str:
        if kind == "@vocab" and text[0] == "<" and text[1:-1] in self._classes:
            return json.dumps(self._classes[text[1:-1]])
        name = self.node(text)
        return name if kind in ("@vocab", "@id") else f'{{"id":{name}}}'

    def _literal(self, kind: str, text: str) -> str:
        end = text.rindex('"')
        value, tail = text[1:end], text[end + 1 :]
        if _SPECIAL.search(value):
            value = json.dumps(_ESCAPE.sub(_unescape, value), ensure_ascii=False)
        else:
            value = f'"{value}"'
        if not tail:
            return f'{{"@value":{value}}}' if kind else value
        if tail[0] == "@":
            return f'{{"@value":{value},"@language":"{tail[1:]}"}}'
        datatype = tail[3:-1]
        if datatype == kind:
            return value
        return f'{{"@value":{value},"@type":{json.dumps(self._compact(datatype))}}}'

    def _compact(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
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


def _is_prefix(value: object) -> bool:
    """Whether a simple term of a context is used as a prefix (JSON-LD 1.1 §4.1.2: it ends in a gen-delim)."""
    return isinstance(value, str) and value.endswith((":", "/", "?", "#", "[", "]", "@"))


_SCHEMES = frozenset({"geo", "urn", "mailto", "tel", "data", "doi", "info", "ftp", "file", "tag", "did", "about"})


def _unescape(match: re.Match[str]) -> str:
    short, long, plain = match.groups()
    return chr(int(short or long, 16)) if short or long else _PLAIN.get(plain, plain)
