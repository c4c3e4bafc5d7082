"""What descriptions in OpenAPI 3.1 are made of: parameters and answers as JSON."""

from __future__ import annotations

Json = dict[str, object]
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


DOCUMENT = "/doc/{type}/{name}"
"""Path of the document about a thing, without an ending: no parameter of a path may hold a slash."""


ENDED: Json = {"301": {"description": "See what took its place."}, "410": {"description": "The thing was withdrawn."}}
"""Answers of what is told of a thing that is no more."""


def document(example: str) -> list[Json]:
    """The parameters of :data:`DOCUMENT`."""
    said = zip(("type", "name"), example.split("/")[1:], strict=True)
    schema = {"type": "string"}
    return [{"name": name, "in": "path", "required": True, "schema": schema, "example": word} for name, word in said]


def text(name: str, description: str, example: str, *, required: bool = True) -> Json:
    """A parameter of the query that is a text."""
    found: Json = {"name": name, "in": "query", "required": required, "description": description}
    return found | {"schema": {"type": "string"}} | ({"example": example} if example else {})


def optional(name: str, schema: Json | None = None) -> Json:
    return {"name": name, "in": "query", "schema": schema or {"type": "string"}}


def number(name: str, least: int, most: int = 10_000) -> Json:
    return {"name": name, "in": "query", "schema": {"type": "integer", "minimum": least, "maximum": most}}


def one_of(name: str, known: list[str], where: str) -> Json:
    schema = {"type": "string", "enum": known}
    return {"name": name, "in": where, **({"required": True} if where == "path" else {}), "schema": schema}


def several(name: str, known: list[str]) -> Json:
    items = {"type": "string", "enum": known}
    return {"name": name, "in": "query", "schema": {"type": "array", "items": items}, "explode": True}


def refused(*statuses: int) -> Json:
    return {str(status): {"description": "Refused, with the reason.", "content": _PROBLEM} for status in statuses}
