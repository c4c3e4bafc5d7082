"""A site → its description for programs in OpenAPI 3.1 (``openapi.json``).

The addresses of documents and lists are those of a server; a folder of files answers those without parameters that
its build wrote. Examples are of the site's own data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from ecoop_ld.rdf.formats import (
    BOOLEAN_RESULTS,
    CSV,
    PLAIN_FORMATS,
    PLAIN_JSON,
    RDF_FORMATS,
    TABLE_RESULTS,
    Format,
)
from ecoop_ld.site import programs
from ecoop_ld.site.discovery import services
from ecoop_ld.site.discovery.openapi_parts import DOCUMENT, ENDED, Json, document, one_of, refused, several, text
from ecoop_ld.site.site import Site
from ecoop_ld.words.texts import in_language

FILE = "openapi.json"
MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.1"
_ASK = "SELECT ?kind (COUNT(?thing) AS ?count) { ?thing a ?kind } GROUP BY ?kind"


def description(site: Site) -> bytes:
    """The description as UTF-8 JSON."""
    project, language = site.config.project, site.config.languages[0]
    info: Json = {"title": in_language(project.title, language), "version": project.version}
    if said := in_language(project.description, language):
        info["description"] = said
    if project.license:
        info["license"] = {"name": project.license, "url": project.license}
    whole = {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": site.config.addresses.site_url.rstrip("/")}],
        "paths": dict(_paths(site)),
        "components": {"schemas": _SCHEMAS},
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _paths(site: Site) -> Iterable[tuple[str, Json]]:
    yield "/sparql", {"get": _sparql()}
    documents = [resource.path for resource in site.resources.values() if resource.kind == "entity"]
    if documents:
        yield DOCUMENT + ".{ending}", {"get": _thing(documents[0])}
    for kind, path in sorted(site.content.listings.items(), key=lambda row: row[1]):
        yield f"/{path}.{PLAIN_JSON.extension}", {"get": _list(site, kind, PLAIN_JSON)}
        yield f"/{path}.{CSV.extension}", {"get": _list(site, kind, CSV)}
    yield from services.paths(site)


def _thing(path: str) -> Json:
    rows = (*RDF_FORMATS, *PLAIN_FORMATS)
    content: Json = {row.media_type: {} for row in rows}
    content[PLAIN_JSON.media_type] = {"schema": {"$ref": "#/components/schemas/Thing"}}
    answer = {"description": "What is told of a thing.", "content": content}
    parameters = [*document(path), one_of("ending", [row.extension for row in rows], "path")]
    responses = {"200": answer, **ENDED, **refused(400, 404, 406)}
    return {"summary": "What is told of a thing", "parameters": parameters, "responses": responses}


def _sparql() -> Json:
    rows = dict.fromkeys(row.media_type for row in (*TABLE_RESULTS, *BOOLEAN_RESULTS, *RDF_FORMATS))
    answer = {"description": "The results.", "content": {kind: {} for kind in rows}}
    query = text("query", "A query of SPARQL 1.1.", _ASK)
    responses = {"200": answer, **refused(400, 403, 406, 413, 422, 429, 503, 504)}
    return {"summary": "Ask with SPARQL", "parameters": [query], "responses": responses}


def _list(site: Site, kind: str, row: Format) -> Json:
    language = site.config.languages[0]
    of, label = site.content.faceted(kind), site.describer(language).label(kind).value
    columns = [key for key, _ in of.columns]
    parameters: list[Json] = [several(facet.key, [option.key for option in facet.options]) for facet in of.facets]
    parameters += [several("columns", columns)] if columns else []
    sorts = [sign + key for key in (programs.NAME, programs.ID, *columns) for sign in ("", "-")]
    parameters.append(one_of("sort", sorts, "query"))
    number = {"type": "integer", "minimum": 1, "maximum": programs.MOST}
    parameters.append({"name": "limit", "in": "query", "schema": number, "example": 2})
    parameters.append({"name": "after", "in": "query", "schema": {"type": "string", "format": "iri"}})
    content: Json = {row.media_type: {}}
    if row is PLAIN_JSON:
        content[row.media_type] = {"schema": {"$ref": "#/components/schemas/List"}}
    link = {"Link": {"description": "Where the list goes on (rel=next).", "schema": {"type": "string"}}}
    answer: Json = {"description": "The things that are left, in order.", "headers": link, "content": content}
    summary = f"List: {label} ({row.label})"
    return {"summary": summary, "parameters": parameters, "responses": {"200": answer, **refused(400)}}


_STRING = {"type": "string"}
_THING: Mapping[str, object] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "format": "iri"}},
    "description": "JSON-LD 1.1: keys are those of the context, each with an array of values.",
}
_SCHEMAS: Mapping[str, object] = {
    "Thing": {**_THING, "required": ["@context", "id"]},
    "List": {
        "type": "object",
        "required": ["@context", "id", "label", "total", "items"],
        "properties": {
            "@context": _STRING,
            "id": _STRING,
            "label": _STRING,
            "total": {"type": "integer", "minimum": 0},
            "items": {"type": "array", "items": {**_THING, "required": ["id", "label"]}},
            "next": _STRING,
        },
    },
    "Problem": {
        "type": "object",
        "required": ["title", "status"],
        "properties": {"title": _STRING, "detail": _STRING, "status": {"type": "integer"}},
    },
}
