"""A TOML table → a frozen class of settings: every key must be a field, and every value of its type."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, cast

from ecoop_ld.errors import Place, UserError, did_you_mean

FILE = "ecoop.toml"


def section(cls: type, table: object, where: str, **given: object) -> object:
    """Fill dataclass ``cls`` from a TOML table; every key must be a field and every value of its type."""
    if not isinstance(table, dict):
        raise UserError(f"[{where}] must be a table.", place=Place(FILE))
    hints = typing.get_type_hints(cls)
    known = [f for f in dataclasses.fields(cls) if f.name not in given]
    for key in table:
        if key not in {f.name for f in known}:
            name = f"{where}.{key}" if where else key
            raise UserError(
                f'Unknown key "{name}".',
                place=Place(FILE),
                hint=did_you_mean(key, [f.name for f in known]) or f"Known here: {', '.join(f.name for f in known)}.",
            )
    values: dict[str, Any] = dict(given)
    for f in known:
        name = f"{where}.{f.name}" if where else f.name
        if f.name in table:
            values[f.name] = _value(hints[f.name], table[f.name], name)
        elif f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise UserError(f'"{name}" is missing.', place=Place(FILE), hint=f"Add it to {FILE}.")
    return cls(**values)


_WORDS = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


def _value(kind: Any, value: object, name: str) -> object:
    """``value`` as ``kind``, or a :class:`UserError` that says what was expected."""
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return section(cast("type", kind), value, name)
    if origin is tuple:
        if not isinstance(value, list):
            raise UserError(f'"{name}" must be a list, not {_kind_of(value)}.', place=Place(FILE))
        inner = typing.get_args(kind)[0]
        return tuple(_value(inner, item, f"{name}[{n}]") for n, item in enumerate(value))
    if origin in (dict, Mapping) or (origin is not None and origin.__module__ == "collections.abc"):
        if not isinstance(value, dict):
            raise UserError(f'"{name}" must be a table, not {_kind_of(value)}.', place=Place(FILE))
        inner = typing.get_args(kind)[1]
        return types.MappingProxyType({key: _value(inner, item, f"{name}.{key}") for key, item in value.items()})
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UserError(f'"{name}" must be {_WORDS[kind]}, not {_kind_of(value)}.', place=Place(FILE))
    return value


def _kind_of(value: object) -> str:
    return {**_WORDS, list: "a list", dict: "a table"}.get(type(value), f"a {type(value).__name__}")
