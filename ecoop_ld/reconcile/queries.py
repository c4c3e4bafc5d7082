"""What a client of a reconciliation service sends, as JSON → what it asks, or what is wrong with it.

Both versions of the protocol of the W3C's Entity Reconciliation Community Group: 0.2 (final report of April 2023) and
the draft of 1.0. What has no place in the answer is passed over; what is of a wrong kind is refused with its place.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecoop_ld.reconcile.matching import Condition, NameQuery

Json = Any
"""What :mod:`json` can read and write."""
MOST_NAME = 2_000
"""Characters of a name, or of a value of a condition."""
MOST_CANDIDATES = 100
_MOST_CONDITIONS = 20
_MOST_VALUES = 50
"""Values of one condition."""
_MOST_CELLS = 20_000
"""Things times properties of one data extension query."""


class BadBatch(ValueError):
    """What was asked does not have the form that the protocol wants; the message says where and what."""


class TooMany(BadBatch):
    """More at a time than the service answers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property whose values a client wants, and which of them."""

    property: str
    limit: int = 0
    """Most values of each thing; 0: all."""
    offset: int = 0
    """Values that are passed over."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A data extension query: values of properties of things."""

    ids: tuple[str, ...]
    properties: tuple[Wanted, ...]


def read_json(text: str | bytes, what: str) -> Json:
    """``what`` names it in the message."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        at = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadBatch(f"{what} has to be JSON; it is not{at}.") from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def read_0_2(queries: Json, most: int) -> dict[str, NameQuery]:
    """A batch of 0.2, ``{"q0": {"query": …}}``, of at most so many queries (§4.1)."""
    if not isinstance(queries, dict):
        raise BadBatch("queries has to be an object whose keys name the queries.")
    check_size(queries, most)
    return {key: _query_0_2(f"queries.{key[:40]}", query) for key, query in queries.items()}


def read_1_0(batch: Json, most: int) -> list[NameQuery]:
    """A batch of 1.0, ``{"queries": [{"conditions": […]}]}``, of at most so many queries (§4.1)."""
    if not isinstance(batch, dict) or not isinstance(batch.get("queries"), list):
        raise BadBatch("The body has to be an object with an array queries.")
    check_size(batch["queries"], most)
    return [_query_1_0(f"queries[{n}]", query) for n, query in enumerate(batch["queries"])]


def read_extension(query: Json, most: int) -> Extension:
    """A data extension query for at most so many things (0.2 §7.3, 1.0 §7.3)."""
    if not isinstance(query, dict) or not _are_texts(query.get("ids")):
        raise BadBatch("A data extension query has to be an object with an array ids of strings.")
    rows = query.get("properties")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        raise BadBatch("properties has to be an array of objects with id.")
    check_size(query["ids"], most, "things")
    cells = len(query["ids"]) * len(rows)
    if cells > _MOST_CELLS:
        raise TooMany(f"{cells:,} values in one query; {_MOST_CELLS:,} (things times properties) are answered.")
    return Extension(tuple(query["ids"]), tuple(map(_wanted, rows)))


def check_size(found: Sequence[Json] | Mapping[str, Json], most: int, what: str = "queries") -> None:
    """Raises :class:`TooMany`."""
    if len(found) > most:
        raise TooMany(f"{len(found):,} {what} in one batch; {most:,} are answered at a time.")


def whole_number(where: str, value: Json, least: int = 0) -> int:
    """A whole number from ``least`` on, as JSON or as a parameter of an address has it."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or number != int(number) or number < least:
        raise BadBatch(f"{where} has to be a whole number from {least} on.")
    return int(number)


def _are_texts(found: Json) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _query_0_2(where: str, query: Json) -> NameQuery:
    if not isinstance(query, dict) or not ("query" in query or query.get("properties")):
        raise BadBatch(f"{where} has to be an object with query, or with properties.")
    kinds = query.get("type") or []
    if isinstance(kinds, (str, dict)):
        kinds = [kinds]
    if not isinstance(kinds, list):
        raise BadBatch(f"{where}.type has to be the identifier of a class, or an array of these.")
    rows = query.get("properties", [])
    if not isinstance(rows, list):
        raise BadBatch(f"{where}.properties has to be an array.")
    conditions = [_condition(f"{where}.properties[{n}]", row) for n, row in enumerate(rows)]
    name = query.get("query", "")
    if not isinstance(name, str):
        raise BadBatch(f"{where}.query has to be a string.")
    return _made(where, (name,), kinds, query.get("limit"), conditions)


def _query_1_0(where: str, query: Json) -> NameQuery:
    if not isinstance(query, dict) or not isinstance(query.get("conditions"), list) or not query["conditions"]:
        raise BadBatch(f"{where} has to be an object with an array conditions that is not empty.")
    names: list[str] = []
    conditions = []
    for n, row in enumerate(query["conditions"]):
        at = f"{where}.conditions[{n}]"
        kind = row.get("matchType") if isinstance(row, dict) else None
        if kind == "name":
            names += _texts(f"{at}.v", row.get("v"))
        elif kind == "property":
            conditions.append(_condition(at, row))
        else:
            raise BadBatch(f'{at}.matchType has to be "name" or "property".')
    kind = query.get("type") or ()
    return _made(where, names, [kind] if kind else [], query.get("limit"), conditions)


def _made(where: str, names: Sequence[str], kinds: Json, limit: Json, conditions: Sequence[Condition]) -> NameQuery:
    if len(names) > _MOST_VALUES or any(len(name) > MOST_NAME for name in names):
        raise BadBatch(f"{where}: a name is longer than {MOST_NAME:,} characters, or there are too many.")
    if len(conditions) > _MOST_CONDITIONS:
        raise BadBatch(f"{where} has more than {_MOST_CONDITIONS} conditions.")
    kinds = [kind.get("id") if isinstance(kind, dict) else kind for kind in kinds]
    if not _are_texts(kinds):
        raise BadBatch(f"{where}.type has to be the identifier of a class.")
    most = 10 if limit is None else whole_number(f"{where}.limit", limit, 1)
    first, *others = names or ("",)
    return NameQuery(first, tuple(kinds), tuple(conditions), min(most, MOST_CANDIDATES), tuple(others))


def _condition(where: str, row: Json) -> Condition:
    if not isinstance(row, dict) or not isinstance(row.get("pid"), str) or "v" not in row:
        raise BadBatch(f"{where} has to be an object with pid and v.")
    quantifier, required = row.get("matchQuantifier", "any"), row.get("required", False)
    if quantifier not in ("any", "all", "none"):
        raise BadBatch(f'{where}.matchQuantifier has to be "any", "all" or "none".')
    if not isinstance(required, bool):
        raise BadBatch(f"{where}.required has to be true or false.")
    return Condition(row["pid"], tuple(_texts(f"{where}.v", row["v"])), required, quantifier)


def _texts(where: str, value: Json) -> list[str]:
    """Values as text: strings, numbers, true or false, and things by their identifier."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            found.append(one["id"])
        elif isinstance(one, bool):
            found.append("true" if one else "false")
        elif isinstance(one, (str, int, float)):
            found.append(str(one))
        else:
            raise BadBatch(
                f"{where} has to be a string, a number, true or false, an object with id, or an array of these."
            )
    if len(found) > _MOST_VALUES or any(len(text) > MOST_NAME for text in found):
        raise BadBatch(f"{where} has more than {_MOST_VALUES} values, or one longer than {MOST_NAME:,} characters.")
    return found


def _wanted(row: Mapping[str, Json]) -> Wanted:
    settings = row.get("settings") or {}
    if not isinstance(settings, dict):
        raise BadBatch("settings of a property has to be an object.")
    numbers = (whole_number(f"settings.{name}", settings.get(name) or 0) for name in ("limit", "offset"))
    return Wanted(row["id"], *numbers)
