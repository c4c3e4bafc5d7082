"""CSV tables → their Table Schemas (Frictionless Data, Table Schema 1): what a cell is, where every cell keeps to it.

A column has the type of its CSVW datatype only where each of its cells is written as Table Schema writes that type;
else its cells are texts, which they always are. Cells with several values are texts too: version 1 has no such lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecoop_ld.publish.tables import LINK_COLUMNS, LINKS, Column, Table, Tables
from ecoop_ld.rdf.names import XSD

_INTEGER = r"[+-]?\d+"
_TYPES = {
    **dict.fromkeys(
        ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt"),
        ("integer", _INTEGER),
    ),
    **dict.fromkeys(("decimal", "double", "float"), ("number", r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")),
    "boolean": ("boolean", "true|false|1|0"),
    "date": ("date", r"\d{4}-\d{2}-\d{2}"),
    "dateTime": ("datetime", r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"),
    "gYear": ("year", r"\d{4}"),
    "gYearMonth": ("yearmonth", r"\d{4}-\d{2}"),
}
"""XML Schema datatype → type of Table Schema, and how its cells are written there."""


def schemas(tables: Tables) -> Iterator[tuple[str, dict[str, object]]]:
    """Name of each table and its schema."""
    for table in tables.classes:
        yield table.name, schema(table)
    yield LINKS, {"fields": [{"name": name, "type": "string", "format": "uri"} for name in LINK_COLUMNS]}


def schema(table: Table) -> dict[str, object]:
    key: dict[str, object] = {"name": "id", "type": "string", "format": "uri", "constraints": {"required": True}}
    fields = [key, *(field(column, cells(table, n)) for n, column in enumerate(table.columns))]
    return {"fields": fields, "primaryKey": ["id"], "missingValues": [""], "rdfType": table.label}


def cells(table: Table, column: int) -> list[str]:
    return [row[column + 1] for row in table.rows]


def field(column: Column, values: list[str]) -> dict[str, object]:
    found: dict[str, object] = {"name": column.name, "rdfType": column.predicate, "type": kind(column, values)}
    if found["type"] == "boolean":
        found |= {"trueValues": ["true", "1"], "falseValues": ["false", "0"]}
    if column.language:
        found["title"] = f"{column.name} ({column.language})"
    if column.missing:  # of a field alone: Data Package 2
        found["missingValues"] = [column.missing]
    if column.separator:
        found["description"] = f'Several values with "{column.separator}" between them.'
    return found


def kind(column: Column, values: list[str]) -> str:
    """The type of a column's cells."""
    name, pattern = _TYPES.get(column.datatype.removeprefix(XSD), ("string", ""))
    if column.separator or name == "string":
        return "string"
    whole = re.compile(rf"(?:{pattern})\Z")
    return name if all(whole.match(value) for value in values if value not in ("", column.missing)) else "string"
