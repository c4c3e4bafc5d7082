"""A TOML table → a frozen class of settings: every key must be a field, and every value of its type."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, cast

from ecoop_ld.config.positions import Path, TomlPlaces
from ecoop_ld.errors import Place, UserError, did_you_mean

FILE = "ecoop.toml"


class SettingError(UserError):
    """Something wrong with a setting; ``path`` leads to it, ``of_key`` says whether it is its name that is wrong."""

    def __init__(self, message: str, path: Path = (), *, hint: str = "", of_key: bool = False) -> None:
        super().__init__(message, place=Place(FILE), hint=hint)
        self.path, self.of_key = path, of_key

    def located(self, places: TomlPlaces) -> SettingError:
        """The same with its line and column."""
        self.place = Place(FILE, *places.of(self.path, value=not self.of_key))
        return self


def section(cls: type, table: object, path: Path = (), **given: object) -> object:
    """Fill dataclass ``cls`` from a TOML table; every key must be a field and every value of its type."""
    where = _dotted(path)
    if not isinstance(table, dict):
        raise SettingError(f"[{where}] must be a table.", path)
    hints = typing.get_type_hints(cls)
    known = [f for f in dataclasses.fields(cls) if f.name not in given]
    for key in table:
        if key not in {f.name for f in known}:
            name = f"{where}.{key}" if where else key
            raise SettingError(
                f'Unknown key "{name}".',
                (*path, key),
                of_key=True,
                hint=did_you_mean(key, [f.name for f in known]) or f"Known here: {', '.join(f.name for f in known)}.",
            )
    values: dict[str, Any] = dict(given)
    for f in known:
        name = f"{where}.{f.name}" if where else f.name
        if f.name in table:
            values[f.name] = _value(hints[f.name], table[f.name], (*path, f.name))
        elif f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise SettingError(f'"{name}" is missing.', path, hint=f"Add it to {FILE}.", of_key=True)
    return cls(**values)


_WORDS = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


def _value(kind: Any, value: object, path: Path) -> object:
    """``value`` as ``kind``, or a :class:`SettingError` that says what was expected."""
    origin, name = typing.get_origin(kind), _dotted(path)
    if dataclasses.is_dataclass(kind):
        return section(cast("type", kind), value, path)
    if origin is tuple:
        if not isinstance(value, list):
            hint = f"Write {path[-1]} = [{_written(value)}]." if isinstance(value, str | int | float) else ""
            raise SettingError(f'"{name}" must be a list, not {_kind_of(value)}.', path, hint=hint)
        inner = typing.get_args(kind)[0]
        return tuple(_value(inner, item, (*path, n)) for n, item in enumerate(value))
    if origin in (dict, Mapping) or (origin is not None and origin.__module__ == "collections.abc"):
        if not isinstance(value, dict):
            hint = f"Write {path[-1]}.en = {_written(value)}." if isinstance(value, str) else ""
            raise SettingError(f'"{name}" must be a table, not {_kind_of(value)}.', path, hint=hint)
        inner = typing.get_args(kind)[1]
        return types.MappingProxyType({key: _value(inner, item, (*path, key)) for key, item in value.items()})
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingError(f'"{name}" must be {_WORDS[kind]}, not {_kind_of(value)}.', path, hint=_mend(kind, value))
    return value


def _mend(kind: type, value: object) -> str:
    if kind is str:
        return f'Write "{_written(value)}".' if not isinstance(value, list | dict) else "Write one text in quotes."
    if isinstance(value, str) and value.strip().lower() in ("true", "false") and kind is bool:
        return f"Write {value.strip().lower()}, without quotes."
    if isinstance(value, str) and value.strip().isdigit() and kind in (int, float):
        return f"Write {value.strip()}, without quotes."
    return f"Write {_WORDS[kind]}."


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _dotted(path: Path) -> str:
    """``("views", "timeline", "slots", 0)`` → ``views.timeline.slots[0]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _kind_of(value: object) -> str:
    return {**_WORDS, list: "a list", dict: "a table"}.get(type(value), f"a {type(value).__name__}")
