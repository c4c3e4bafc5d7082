"""The text of a JSON document → its values, each with the offset at which it and its key stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class JsonNode:
    """A value and what is in it."""

    value: object
    """As :func:`json.loads` gives it."""
    offset: int
    members: dict[str, JsonNode] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    """Key of an object → offset of it."""
    items: tuple[JsonNode, ...] = ()
    """Of a list."""

    def get(self, key: str) -> JsonNode | None:
        return self.members.get(key)


def json_tree(text: str) -> JsonNode:
    """Read a text that :func:`json.loads` reads too; raises as that does."""
    json.loads(text)
    node, _ = _node(text, _blank(text, 0))
    return node


def _blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _node(text: str, at: int) -> tuple[JsonNode, int]:
    if text[at] == "{":
        return _object(text, at)
    if text[at] == "[":
        return _list(text, at)
    value, end = _DECODER.raw_decode(text, at)
    return JsonNode(value, at), end


def _object(text: str, start: int) -> tuple[JsonNode, int]:
    members: dict[str, JsonNode] = {}
    keys: dict[str, int] = {}
    at = _blank(text, start + 1)
    while text[at] != "}":
        key, end = _DECODER.raw_decode(text, at)
        keys[key] = at
        colon = _blank(text, end)
        members[key], end = _node(text, _blank(text, colon + 1))
        at = _blank(text, end)
        at = _blank(text, at + 1) if text[at] == "," else at
    return JsonNode({key: node.value for key, node in members.items()}, start, members, keys), at + 1


def _list(text: str, start: int) -> tuple[JsonNode, int]:
    items: list[JsonNode] = []
    at = _blank(text, start + 1)
    while text[at] != "]":
        node, end = _node(text, at)
        items.append(node)
        at = _blank(text, end)
        at = _blank(text, at + 1) if text[at] == "," else at
    return JsonNode([node.value for node in items], start, items=tuple(items)), at + 1
