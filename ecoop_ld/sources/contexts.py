"""JSON-LD that names contexts by address → the same with their content in place, without asking the network.

The content of a well-known context comes from PyLD, which ships it; of any other from the project's folder
``contexts/``, where its file has the path of its address.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.rdf.formats import JSON_LD

FOLDER = "contexts"
_MOST_DEEP = 8
"""Contexts that name contexts that name contexts."""
_NAMED = re.compile(rb'"@(?:context|import)"\s*:\s*["\[]')
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


class ContextRefused(Exception):
    """A context that cannot be had; its message is a sentence, ``hint`` says what to do."""

    def __init__(self, address: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.address, self.hint = address, hint


def names_contexts(content: bytes) -> bool:
    """Whether JSON-LD may name a context by its address: a cheap look."""
    return _NAMED.search(content) is not None


def fill_in(content: bytes, root: Path, name: str, base: str) -> tuple[bytes, list[Finding]]:
    """The content with contexts in place of their addresses; unchanged with findings where one is refused."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return content, []  # the parser says what is wrong
    try:
        filled = _Filler(root).walk(document, base)
    except RecursionError:
        return content, [Finding("syntax", Severity.VIOLATION, "JSON that is nested too deep.", Place(name))]
    except ContextRefused as refused:
        return content, [_finding(refused, content, name)]
    return json.dumps(filled, ensure_ascii=False).encode(), []


def _finding(refused: ContextRefused, content: bytes, name: str) -> Finding:
    at = content.find(json.dumps(refused.address).encode())
    line = content.count(b"\n", 0, at) + 1 if at >= 0 else 0
    column = at - content.rfind(b"\n", 0, at) if at >= 0 else 0
    return Finding("syntax", Severity.VIOLATION, str(refused), Place(name, line, column), hint=refused.hint)


@dataclass(slots=True)
class _Filler:
    root: Path
    open: list[str] = field(default_factory=list)
    """Addresses of the contexts inside which one is."""

    def walk(self, value: object, base: str) -> object:
        """The value with every context below it in place."""
        if isinstance(value, list):
            return [self.walk(item, base) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self._context(item, base) if key == "@context" else self.walk(item, base)
            for key, item in value.items()
        }

    def _context(self, value: object, base: str) -> object:
        if isinstance(value, str):
            return self._remote(value, base)
        if isinstance(value, list):
            found: list[object] = []
            for item in value:
                one = self._context(item, base)
                found += one if isinstance(one, list) else [one]
            return found
        if isinstance(value, dict) and isinstance(value.get("@import"), str):
            imported = self._remote(value["@import"], base)
            if not isinstance(imported, dict):
                message = f"The context {value['@import']} is no single context, so it cannot be imported."
                raise ContextRefused(value["@import"], message, "Name it in a list of contexts.")
            rest = {key: item for key, item in value.items() if key != "@import"}
            return {**imported, **{key: self.walk(item, base) for key, item in rest.items()}}
        return self.walk(value, base)

    def _remote(self, written: str, base: str) -> object:
        address = urljoin(base, written)
        if address in self.open or len(self.open) == _MOST_DEEP:
            raise ContextRefused(written, f"The context {address} leads in a circle, or too deep.", "Write it out.")
        document = self._document(written, address)
        if not isinstance(document, dict) or "@context" not in document:
            raise ContextRefused(written, f"What is kept of {address} has no @context.", "Save the context itself.")
        self.open.append(address)
        found = self._context(document["@context"], address)
        self.open.pop()
        return found

    def _document(self, written: str, address: str) -> object:
        path = kept_as(address)
        file = self.root / path if path else None
        if file is not None and file.is_file():
            try:
                return json.loads(file.read_bytes())
            except (OSError, ValueError) as error:
                raise ContextRefused(written, f"{path} cannot be read as JSON: {error}.", "Save it again.") from None
        if (packaged := _packaged(address)) is not None:
            return packaged
        message = f"The context {address} is not fetched from the network."
        raise ContextRefused(written, message, f"Save it as {path} in the project." if path else "Write it out.")


def kept_as(address: str) -> str:
    """Path of a context in a project: ``https://schema.org/`` → ``contexts/schema.org/index.jsonld``.

    Empty where the address has a part that is no plain name of a file.
    """
    found = urlsplit(address)
    parts = [found.hostname or "", *filter(None, found.path.split("/"))]
    if found.scheme not in ("http", "https") or found.query or not all(map(_WORDS.match, parts)):
        return ""
    if len(parts) == 1 or found.path.endswith("/"):
        parts.append("index")
    ends = parts[-1].endswith((f".{JSON_LD.extension}", ".json"))
    return "/".join((FOLDER, *parts)) + ("" if ends else f".{JSON_LD.extension}")


@cache
def _packaged(address: str) -> object:
    from pyld.documentloader.frozen import BUNDLED_CONTEXTS  # type: ignore[import-untyped]

    path = BUNDLED_CONTEXTS.get(address.partition("#")[0])
    return json.loads(path.read_bytes()) if path is not None else None
