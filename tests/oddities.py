"""A project full of what is rare and allowed: every page has to be made, and none may break."""

from __future__ import annotations

from pathlib import Path

from projects import ONTOLOGY, PREFIXES, TOML, make_project

BASE = "https://example.org/id/"
SETTINGS = (
    TOML.replace('languages = ["en"]', 'languages = ["en", "es", "ar"]')
    + """
[lint]
broader-cycle = "warning"
class-cycle = "warning"

[views.when]
kind = "timeline"
title.en = "When"

[views.with]
kind = "network"
title.en = "With whom"

[views.grid]
kind = "matrix"
title.en = "Sizes"

[views.sizes]
kind = "facet"
title.en = "By size"
"""
)
QUERIES = {
    "when": "SELECT ?thing ?value ?property { ?thing ex:on ?value BIND(ex:on AS ?property) }",
    "with": "SELECT ?party ?via { ?party ex:uses ?via }",
    "grid": "SELECT ?row ?column ?value { ?row ex:size ?value BIND('size' AS ?column) }",
    "sizes": "SELECT ?thing ?value { ?thing ex:size ?value }",
}
TERMS = "".join(
    f'\nex:{name} a {kind} ;\n    rdfs:label "{name}"@en ;\n    rdfs:comment "For what is odd: {name}."@en ;\n'
    f'    rdfs:isDefinedBy <https://example.org/ns> ;\n    vs:term_status "stable"{more} .\n'
    for name, kind, more in (
        ("Circle", "owl:Class", " ;\n    rdfs:subClassOf ex:Round"),
        ("Round", "owl:Class", " ;\n    rdfs:subClassOf ex:Circle"),
        ("on", "owl:DatatypeProperty", ""),
        ("note", "owl:DatatypeProperty", ""),
        ("part", "owl:ObjectProperty", ""),
    )
)
WORD = "Donaudampfschifffahrt" * 25
SCRIPT = "<script>document.title='taken'</script><img src=x onerror=alert(1)><b>bold</b>"
MEGABYTE = "All work and no play. " * 48_000


def nested(levels: int) -> str:
    """Blank nodes in blank nodes, and in the innermost a text."""
    return "[ ex:part " * levels + '[ ex:note "innermost" ]' + " ]" * levels


def data() -> str:
    items = " ".join(f'"item {n}"' for n in range(300))
    return (
        PREFIXES
        + "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n@prefix : <https://example.org/id/thing/> .\n"
        + f"""
:unnamed a ex:Thing ; ex:size 0 .
:german a ex:Thing ; rdfs:label "Nur auf Deutsch"@de ; ex:uses :unnamed .
:arabic a ex:Thing ; rdfs:label "التعاون المعزز (LACNIC) 2008"@ar ; rdfs:comment "من يشارك في ماذا؟"@ar .
:hebrew a ex:Thing ; rdfs:label "שיתוף פעולה 2008, LACNIC"@he ; ex:note "abc \\u202Edesrever\\u202C def" .
:html a ex:Thing ; rdfs:label {turtle(SCRIPT)}@en ; ex:note {turtle(SCRIPT)}^^rdf:HTML ,
    "</title></script><!-- ]]>" ; ex:uses :german .
:large a ex:Thing ; rdfs:label "A literal of a megabyte"@en ; ex:note {turtle(MEGABYTE)} .
:emoji a ex:Thing ; rdfs:label "👩‍👩‍👧‍👦 family 🏳️‍🌈 🇺🇾"@en ; ex:uses <{BASE}thing/👍🏽> .
<{BASE}thing/👍🏽> a ex:Tool ; rdfs:label "thumb"@en .
:word a ex:Thing ; rdfs:label "{WORD}"@en ; ex:note "https://example.org/{WORD}" ; ex:uses <{BASE}thing/{WORD}> .
<{BASE}thing/{WORD}> a ex:Tool ; rdfs:label "Long address"@en .
:caesar a ex:Thing ; rdfs:label "Before the common era"@en ; ex:on "-0044-03-15"^^xsd:date , "-0500"^^xsd:gYear .
:far a ex:Thing ; rdfs:label "Far away"@en ; ex:on "12026"^^xsd:gYear .
:unknown a ex:Thing ; rdfs:label "Some day"@en ; ex:on "some day" .
:numbers a ex:Thing ; rdfs:label "Numbers"@en ; ex:size "INF"^^xsd:double , "NaN"^^xsd:double , "-INF"^^xsd:double ,
    123456789012345678901234567890 .
:one-way a ex:Circle ; rdfs:label "Round and round"@en ; skos:broader :other-way ; ex:uses :one-way .
:other-way a ex:Round ; rdfs:label "And round"@en ; skos:broader :one-way .
:nested a ex:Thing ; rdfs:label "Nodes in nodes"@en ; ex:part {nested(40)} .
_:a ex:part _:b . _:b ex:part _:a .
:round a ex:Thing ; rdfs:label "Nodes in a circle"@en ; ex:part _:a .
:lists a ex:Thing ; rdfs:label "Lists"@en ; ex:part ( {items} ) , ( ( 1 ) ( 2 ( 3 ) ) () ) , _:list .
_:list rdf:first 1 ; rdf:rest _:list .
<{BASE}thing/index> a ex:Thing ; rdfs:label "A thing called index"@en .
<{BASE}index> a ex:Thing ; rdfs:label "Without a kind in its address"@en .
<{BASE}thing/caf%C3%A9> a ex:Thing ; rdfs:label "Encoded"@en .
<{BASE}thing/café> a ex:Thing ; rdfs:label "Not encoded"@en .
<{BASE}thing/slash/> a ex:Thing ; rdfs:label "With a slash at the end"@en .
<{BASE}thing/dots..> a ex:Thing ; rdfs:label "With dots at the end"@en .
<{BASE}thing/Case> a ex:Thing ; rdfs:label "With a capital"@en .
<{BASE}thing/a'b&c> a ex:Thing ; rdfs:label "With signs"@en .
<{BASE}thing/con> a ex:Thing ; rdfs:label ""@en .
"""
    )


def turtle(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def odd_project(folder: Path) -> Path:
    files = {f"site/views/{name}.rq": text for name, text in QUERIES.items()}
    return make_project(folder, {"ontology/ns.ttl": ONTOLOGY + TERMS, "data/odd.ttl": data(), **files}, SETTINGS)
