"""The settings' classes → a JSON Schema of ``ecoop.toml`` for editors; and what is in force, with its origin."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import typing
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, cast

from ecoop_ld.config.positions import Path, TomlPlaces
from ecoop_ld.config.settings import Config
from ecoop_ld.config.tables import FILE

_TYPES: Mapping[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema() -> dict[str, object]:
    """JSON Schema 2020-12: every key with its type, default and meaning; no other key is allowed."""
    made = _table(Config)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE, **made}


def _table(cls: type) -> dict[str, object]:
    hints, meanings = typing.get_type_hints(cls), _meanings(cls)
    properties: dict[str, object] = {}
    required = []
    for f in dataclasses.fields(cast("Any", cls)):
        if f.name == "root":
            continue
        properties[f.name] = _value(hints[f.name], f, meanings.get(f.name, ""))
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            required.append(f.name)
    made: dict[str, object] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": required} if required else made


def _value(kind: Any, f: dataclasses.Field[Any] | None = None, meaning: str = "") -> dict[str, object]:
    made = _kind(kind)
    if meaning:
        made["description"] = meaning
    if f is not None and isinstance(f.default, str | int | float | bool | tuple):
        made["default"] = list(f.default) if isinstance(f.default, tuple) else f.default
    return made


def _kind(kind: Any) -> dict[str, object]:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return {**_table(cast("type", kind)), "description": inspect.getdoc(cast("type", kind)) or ""}
    if origin is tuple:
        return {"type": "array", "items": _kind(inner[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _kind(inner[1])}
    return {"type": _TYPES[kind]}


def _meanings(cls: type) -> dict[str, str]:
    """The text under each field."""
    (node,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(cls))).body
    found = {}
    for field, after in pairwise([*getattr(node, "body", []), ast.Pass()]):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            text = getattr(after.value, "value", "")
            found[field.target.id] = " ".join(str(text).replace("``", "").split())
    return found


def in_force(config: Config) -> Iterator[str]:
    """Each setting as TOML, with the line that it comes from, or that it is the default."""
    places = TomlPlaces((config.root / FILE).read_text(encoding="utf-8-sig"))
    for f in dataclasses.fields(config):
        if f.name != "root":
            yield from _settings(getattr(config, f.name), (f.name,), places)


def _settings(value: object, path: Path, places: TomlPlaces) -> Iterator[str]:
    if dataclasses.is_dataclass(value):
        for f in dataclasses.fields(value):
            yield from _settings(getattr(value, f.name), (*path, f.name), places)
    elif isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _settings(inner, (*path, key), places)
    elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        for number, inner in enumerate(value):
            yield from _settings(inner, (*path, number), places)
    else:
        origin = f"{FILE}:{places.of(path, value=False)[0]}" if path in places.keys else "default"
        yield f"{_name(path)} = {_written(value)}  # {origin}"


def _name(path: Path) -> str:
    words = (f"[{part}]" if isinstance(part, int) else part if _is_bare(part) else json.dumps(part) for part in path)
    return ".".join(words).replace(".[", "[")


def _is_bare(word: str) -> bool:
    return word.replace("-", "").replace("_", "").isalnum() and word.isascii()


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{}"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
