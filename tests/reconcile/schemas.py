"""JSON Schemas of what a reconciliation service answers, written from the text of the specification.

They say more than its schemas do where the text does: what is promised must be there, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jsonschema import Draft202012Validator

Schema = Mapping[str, object]

TEXT: Schema = {"type": "string", "minLength": 1}
ADDRESS: Schema = {"type": "string", "pattern": r"^https?://[^\s<>\"]+$"}


def of(required: Mapping[str, object], optional: Mapping[str, object] | None = None) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def many(item: object) -> Schema:
    return {"type": "array", "items": item}


TYPE = of({"id": TEXT, "name": TEXT}, {"broader": many({})})
FEATURE = of({"id": TEXT, "name": TEXT, "value": {"type": ["number", "boolean"]}})
CANDIDATE = of(
    {
        "id": TEXT,
        "name": TEXT,
        "type": many(TYPE),
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "features": many(FEATURE),
    },
    {"description": TEXT},
)
SIZES: Mapping[str, object] = {"width": {"type": "integer"}, "height": {"type": "integer"}}
COMMON: Mapping[str, object] = {
    "name": TEXT,
    "documentation": ADDRESS,
    "logo": ADDRESS,
    "serviceVersion": TEXT,
    "defaultTypes": {**many(TYPE), "uniqueItems": True},
    "batchSize": {"type": "integer", "minimum": 1},
}


def setting(identifier: str, label: str, text: str) -> Schema:
    return of({"type": {"const": "number"}, "default": {"type": "number"}, identifier: TEXT, label: TEXT, text: TEXT})


_PATH = of(
    {
        "service_url": ADDRESS,
        "service_path": {"type": "string", "pattern": "^/"},
        "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"},
    }
)
MANIFEST_0_2 = of(
    {
        **COMMON,
        "versions": {**many(TEXT), "contains": {"const": "0.2"}},
        "identifierSpace": ADDRESS,
        "schemaSpace": ADDRESS,
        "view": of({"url": {"type": "string", "pattern": r"\{\{id\}\}"}}),
        "suggest": of({"entity": _PATH, "property": _PATH, "type": _PATH}),
        "preview": of({"url": {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}, **SIZES}),
        "extend": of(
            {
                "propose_properties": of({"service_url": ADDRESS, "service_path": {"type": "string", "pattern": "^/"}}),
                "property_settings": many(setting("name", "label", "help_text")),
            }
        ),
    }
)
_YES: Schema = {"const": True}
MANIFEST_1_0 = of(
    {
        **COMMON,
        "versions": {**many(TEXT), "contains": {"const": "1.0-draft"}},
        "view": of({"url": {"type": "string", "pattern": r"\{\+?id\}"}}),
        "suggest": of({"entity": _YES, "property": _YES, "type": _YES}),
        "preview": of(SIZES),
        "extend": of(
            {"proposeProperties": {"type": "boolean"}, "propertySettings": many(setting("id", "name", "helpText"))}
        ),
        "standardizedScore": {"type": "boolean"},
        "lang": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"},
    }
)
MATCHES_0_2: Schema = {"type": "object", "additionalProperties": of({"result": many(CANDIDATE)})}
MATCHES_1_0 = of({"results": many(of({"candidates": many(CANDIDATE)}))})
_NAMED: Mapping[str, object] = {"id": TEXT, "name": TEXT}
ENTITIES = of({"result": many(of({**_NAMED, "notable": many(TYPE)}, {"description": TEXT}))})
NAMES = of({"result": many(of(_NAMED, {"description": TEXT}))})
PROPOSALS = of({"properties": many(of(_NAMED))}, {"type": TEXT, "limit": {"type": "integer"}})
FLYOUT = of({"id": TEXT, "html": TEXT})
_MOMENT = r"^-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"


def _values(text: Schema) -> Schema:
    kinds: Sequence[Schema] = (
        of({"id": TEXT, "name": TEXT}),
        text,
        of({"int": {"type": "integer"}}),
        of({"float": {"type": "number"}}),
        of({"date": {"type": "string", "pattern": _MOMENT}}),
    )
    return many({"oneOf": list(kinds)})


_META = many(of({"id": TEXT, "name": TEXT}))
_VALUES_0_2 = _values(of({"str": {"type": "string"}}))
_VALUES_1_0 = _values(of({"str": {"type": "string"}}, {"lang": TEXT}))
EXTENSION_0_2 = of(
    {
        "meta": _META,
        "rows": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _VALUES_0_2}},
    }
)
EXTENSION_1_0 = of(
    {"meta": _META, "rows": many(of({"id": TEXT, "properties": many(of({"id": TEXT, "values": _VALUES_1_0}))}))}
)


def check(answer: object, schema: Schema) -> None:
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer)
