"""A text and an offset → the IRI that is written there, or the prefixed name that is being written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from ecoop_ld.rdf import names
from ecoop_ld.sources.turtle import TOKEN

_DECLARED = re.compile(r"@?prefix\s+([^\s:<>\"]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_BASE = re.compile(r"@?base\s+<([^<>\s]*)>", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?<![\w:<\"@.-])([\w.-]*):([\w.-]*)\Z")


@dataclass(frozen=True, slots=True)
class WrittenIri:
    """An IRI as it stands in a text."""

    iri: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A prefixed name as far as it is written."""

    prefix: str
    namespace: str
    local: str


def prefixes_of(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that a text declares, before those that need no declaration in it."""
    return {**known, **dict(_DECLARED.findall(text))}


def written_at(text: str, offset: int, known: Mapping[str, str], base: str = "") -> WrittenIri | None:
    """The IRI under the cursor: in brackets, as a prefixed name, or ``a`` for ``rdf:type``."""
    for token in TOKEN.finditer(text):
        if token.start() <= offset <= token.end() and token.lastgroup in ("iri", "name", "word"):
            iri = _iri(text, token[0], known, base)
            if iri:
                return WrittenIri(iri, token.start(), token.end())
        if token.start() > offset:
            return None
    return None


def _iri(text: str, word: str, known: Mapping[str, str], base: str) -> str:
    if word == "a":
        return names.RDF + "type"
    if word.startswith("<"):
        declared = _BASE.search(text)
        return urljoin(declared[1] if declared else base, word[1:-1])
    if ":" not in word:
        return ""
    try:
        return names.expand(word.replace("\\", ""), prefixes_of(text, known))
    except KeyError:
        return ""


def unfinished_at(text: str, offset: int, known: Mapping[str, str]) -> Unfinished | None:
    """The prefixed name that ends at the cursor."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    found = _UNFINISHED.search(line)
    namespace = prefixes_of(text, known).get(found[1]) if found else None
    return Unfinished(found[1], namespace, found[2]) if found and namespace is not None else None


def token_end(text: str, start: int) -> int:
    """Where what begins at an offset ends: the token, else the line."""
    token = TOKEN.match(text, start)
    if token and token.lastgroup not in ("space", "bad") and "\n" not in token[0]:
        return token.end()
    end = text.find("\n", start)
    return len(text) if end < 0 else end
