"""The text of a mapping → its objects with their keys checked, and what is wrong, each at its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ecoop_ld.errors import Finding, Place, Severity, did_you_mean
from ecoop_ld.sources.tabular.json_tree import JsonNode
from ecoop_ld.sources.tabular.mapping import CODE

_INHERITED = (
    *("aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl", "required", "separator"),
    *("textDirection", "valueUrl"),
)
_ANYWHERE = ("@id", "@type", "@context", "notes")
_TABLE = ("url", "dialect", "tableSchema", "suppressOutput", "tableDirection", "transformations")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "group": (*_ANYWHERE, *_INHERITED, "tables", "dialect", "tableSchema", "tableDirection", "transformations"),
    "table": (*_ANYWHERE, *_INHERITED, *_TABLE),
    "schema": (*_ANYWHERE, *_INHERITED, "columns", "foreignKeys", "primaryKey", "rowTitles"),
    "column": (*_ANYWHERE, *_INHERITED, "name", "titles", "suppressOutput", "virtual"),
    "dialect": (
        *(*_ANYWHERE, "commentPrefix", "delimiter", "doubleQuote", "encoding", "header", "headerRowCount"),
        *("lineTerminators", "quoteChar", "skipBlankRows", "skipColumns", "skipInitialSpace", "skipRows", "trim"),
    ),
    "datatype": (
        *(*_ANYWHERE, "base", "format", "length", "minLength", "maxLength", "minimum", "maximum"),
        *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
    ),
}
_FLAGS = frozenset(
    {"required", "ordered", "suppressOutput", "virtual", "header", "doubleQuote", "skipBlankRows", "skipInitialSpace"}
)
_COUNTS = frozenset({"headerRowCount", "skipRows", "skipColumns", "length", "minLength", "maxLength"})
_TEXTS = frozenset(
    {"aboutUrl", "propertyUrl", "valueUrl", "lang", "separator", "default", "name", "url", "delimiter", "encoding"}
)


@dataclass
class MetadataText:
    """One document; :attr:`findings` grow while it is read."""

    text: str
    name: str
    """Of the file of the mapping, in the project."""
    findings: list[Finding] = field(default_factory=list, kw_only=True)

    def check_keys(self, node: JsonNode, kind: str) -> None:
        known = _KEYS[kind]
        for key, offset in node.keys.items():
            if key not in known and ":" not in key:
                hint = did_you_mean(key, known) or "Known here: " + ", ".join(k for k in known if k[0] != "@") + "."
                self.say_at(f"“{key}” means nothing in a {kind}.", offset, hint)

    def value(self, node: JsonNode, key: str, usual: object) -> object:
        found = node.get(key)
        if found is None:
            return usual
        value = found.value
        if key in _FLAGS and not isinstance(value, bool):
            self.say(f"“{key}” is true or false.", found, "Write it without quotation marks.")
        elif key in _COUNTS and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            self.say(f"“{key}” is a whole number.", found, "Write it without quotation marks.")
        elif key in _TEXTS and not isinstance(value, str):
            self.say(f"“{key}” is a text.", found, "Write it in quotation marks.")
        else:
            return value
        return usual

    @staticmethod
    def strings(node: JsonNode | None, usual: tuple[str, ...]) -> tuple[str, ...]:
        """One text, or a list of them."""
        if node is None:
            return usual
        listed = node.value if isinstance(node.value, list) else [node.value]
        return tuple(str(text) for text in listed)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", self.text))]

    def at(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset)
        return Place(self.name, line, offset - self._lines[line - 1] + 1)

    def say(self, message: str, node: JsonNode, hint: str) -> None:
        self.say_at(message, node.offset, hint)

    def say_at(self, message: str, offset: int, hint: str) -> None:
        self.findings.append(Finding(CODE, Severity.VIOLATION, message, self.at(offset), hint=hint))
