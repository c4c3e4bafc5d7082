"""What a server offers beside documents, lists and SPARQL → its paths in OpenAPI 3.1.

Matching of names in both versions of the protocol, identifiers of others, patterns of triples, cards for other sites,
changes since a release, and the search.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ecoop_ld.rdf.formats import (
    CHANGE_FORMATS,
    CHANGES_JSON,
    CSV,
    DATASET_FORMATS,
    EMBED_FORMATS,
    HTML,
    OEMBED_XML,
    PLAIN_JSON,
    RDF_FORMATS,
)
from ecoop_ld.reconcile.service import SUGGESTED, V0_2, V1_0
from ecoop_ld.site.discovery.openapi_parts import (
    DOCUMENT,
    ENDED,
    Json,
    document,
    number,
    one_of,
    optional,
    refused,
    text,
)
from ecoop_ld.site.site import Site
from ecoop_ld.words.texts import in_language

Path = tuple[str, Json]
_JSON = PLAIN_JSON.media_type
_FORM = "application/x-www-form-urlencoded"
_OBJECT: Json = {"type": "object"}


def paths(site: Site) -> Iterator[Path]:
    """Path → what can be done there."""
    language = site.config.languages[0]
    things = [resource for resource in site.resources.values() if resource.kind == "entity"]
    title = in_language(site.config.project.title, language)
    name = site.describer(language).title(things[0].iri).value if things else title
    yield from _identifiers()
    iri = things[0].iri if things else site.config.base
    yield from _matching("/reconcile", V0_2, name, iri)
    yield from _matching("/reconcile/1.0", V1_0, name, iri)
    yield from _fragments(iri)
    yield from _cards(things[0].path if things else "", iri)
    page: Json = {"200": {"description": "A page of what was found.", "content": {HTML.media_type: {}}}}
    asked = text("q", "Words to look for.", name)
    yield "/search", {"get": {"summary": "Search", "parameters": [asked], "responses": page | refused(400, 406)}}
    two = (things[0].iri, things[-1].iri if len(things) > 1 else "") if things else ("", "")
    pair = [text(which, "A name, an IRI, or the address of a page.", one) for which, one in zip("ab", two, strict=True)]
    beside = {"summary": "Two things side by side", "parameters": pair, "responses": page | refused(400, 404, 406)}
    yield "/compare", {"get": beside}
    yield from _changes(site)


def _identifiers() -> Iterator[Path]:
    same = text("same", "An identifier of others: a prefix and a name, as wikidata:Q42, or an address.", "wikidata:Q1")
    one: Json = {"303": {"description": "See the thing that has the identifier."}} | refused(300, 400, 404)
    some = {"type": "array", "items": {"type": "string"}, "maxItems": 10_000, "example": ["wikidata:Q1"]}
    row = {"type": "object", "required": ["same", "things"]}
    many: Json = {
        "description": "The things of each.",
        "content": {CHANGES_JSON.media_type: {"schema": {"type": "array", "items": row}}, CSV.media_type: {}},
    }
    post = {
        "summary": "Find things by many identifiers",
        "requestBody": {"required": True, "content": {_JSON: {"schema": some}}},
        "responses": {"200": many, **refused(400, 406, 413, 415, 429, 503)},
    }
    get = {"summary": "Find a thing by an identifier", "parameters": [same], "responses": one}
    yield "/id", {"get": get, "post": post}


def _matching(home: str, version: str, name: str, iri: str) -> Iterator[Path]:
    """The reconciliation service, https://www.w3.org/community/reports/reconciliation/."""
    manifest: Json = {"summary": f"Matching of names, {version}: what it offers", "responses": _found()}
    if version == V0_2:
        batch: Json = {
            "type": "string",
            "description": "A JSON object of queries.",
            "example": json.dumps({"q0": {"query": name}}, ensure_ascii=False),
        }
        form = {"type": "object", "properties": {"queries": batch, "extend": {"type": "string"}}}
        body = {"required": True, "content": {_FORM: {"schema": form}}}
        summary = "Match names, or fetch values of things"
        get = manifest | {"parameters": [optional("queries", batch), optional("extend")]}
        yield home, {"get": get, "post": {"summary": summary, "requestBody": body, "responses": _found()}}
    else:
        yield home, {"get": manifest}
        query = {"conditions": [{"matchType": "name", "v": name}], "limit": 3}
        yield f"{home}/match", {"post": _post("Match names", {"queries": [query]})}
        asked = {"ids": [iri], "properties": [{"id": "http://schema.org/name"}]}
        yield f"{home}/extend", {"post": _post("Fetch values of things", asked)}
    kinds = one_of("kind", list(SUGGESTED), "path")
    known = [
        text("prefix", "The beginning of a name.", name[:3], required=False),
        optional("type"),
        number("cursor", 0),
    ]
    yield (
        f"{home}/suggest/{{kind}}",
        {"get": {"summary": "Suggest", "parameters": [kinds, *known], "responses": _found()}},
    )
    thing = text("id", "The IRI of a thing.", iri)
    shown: Json = {"200": {"description": "A card.", "content": {HTML.media_type: {}}}} | refused(400, 404)
    yield f"{home}/preview", {"get": {"summary": "Preview of a thing", "parameters": [thing], "responses": shown}}
    propose = [optional("type"), number("limit", 1)]
    yield (
        f"{home}/extend/propose",
        {"get": {"summary": "Properties worth fetching", "parameters": propose, "responses": _found()}},
    )


def _found() -> Json:
    answer = {"description": "As the protocol has it.", "content": {_JSON: {"schema": _OBJECT}}}
    return {"200": answer, **refused(400, 404, 413, 415, 429, 503)}


def _post(summary: str, example: Json) -> Json:
    body = {"required": True, "content": {_JSON: {"schema": _OBJECT, "example": example}}}
    return {"summary": summary, "requestBody": body, "responses": _found()}


def _fragments(iri: str) -> Iterator[Path]:
    terms: list[Json] = [
        text("subject", "An IRI, or nothing for any.", iri, required=False),
        text("predicate", "An IRI, or nothing for any.", "", required=False),
        text("object", 'An IRI, a literal such as "text"@en, or nothing for any.', "", required=False),
        number("page", 1),
    ]
    answer = {
        "description": "Triples of a pattern, 100 to a page, with the way to the next (Triple Pattern Fragments).",
        "content": {row.media_type: {} for row in (*DATASET_FORMATS, *RDF_FORMATS)},
    }
    found: Json = {"200": answer, "303": {"description": "For people: the query page."}}
    found |= refused(400, 406, 413, 422, 429, 503, 504)
    yield "/fragments", {"get": {"summary": "Triples of a pattern", "parameters": terms, "responses": found}}


def _cards(path: str, iri: str) -> Iterator[Path]:
    for row in EMBED_FORMATS if path else ():
        answer: Json = {"200": {"description": "The card, or what embeds it.", "content": {row.media_type: {}}}}
        answer |= ENDED | refused(400, 404)
        operation = {"summary": f"{row.label} of a thing", "parameters": document(path), "responses": answer}
        yield f"{DOCUMENT}.{row.extension}", {"get": operation}
    asked = [text("url", "The IRI of a thing, or the address of its page.", iri), number("maxwidth", 100)]
    asked += [number("maxheight", 100), optional("format", {"type": "string", "enum": ["json", "xml"]})]
    schema = {"type": "object", "required": ["version", "type", "html", "width", "height"]}
    found: Json = {
        "200": {
            "description": "How to embed the card (oEmbed 1.0).",
            "content": {_JSON: {"schema": schema}, OEMBED_XML.media_type: {}},
        }
    }
    found |= refused(400, 404)
    yield "/oembed", {"get": {"summary": "oEmbed", "parameters": asked, "responses": found}}


def _changes(site: Site) -> Iterator[Path]:
    if releases := list(site.history.by_version):
        answer = {"description": "What changed.", "content": {row.media_type: {} for row in CHANGE_FORMATS}}
        found: Json = {"200": answer, **refused(400, 404, 406)}
        since = {**one_of("since", releases, "query"), "required": True}
        yield "/changes", {"get": {"summary": "Changes since a release", "parameters": [since], "responses": found}}
