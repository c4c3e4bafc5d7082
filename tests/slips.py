"""A small project that has everything that a slip can be made in; and what makes one slip in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from projects import DATA, ONTOLOGY, TOML, make_project

from ecoop_ld import config
from ecoop_ld.cli.common import load
from ecoop_ld.errors import UserError
from ecoop_ld.projects import checking
from ecoop_ld.sources import files

TERM = 'rdfs:comment "For a test."@en ; rdfs:isDefinedBy <https://example.org/ns> ; vs:term_status "stable" .\n'
RICH_ONTOLOGY = (
    ONTOLOGY
    + f"""
ex:Body a owl:Class ; rdfs:subClassOf ex:Thing ; rdfs:label "body"@en ; {TERM}
ex:Meeting a owl:Class ; rdfs:subClassOf ex:Thing ; rdfs:label "meeting"@en ; {TERM}
ex:participant a owl:ObjectProperty ; rdfs:domain ex:Meeting ; rdfs:range ex:Body ; rdfs:label "participant"@en ; {TERM}
ex:acronym a owl:DatatypeProperty ; rdfs:domain ex:Body ; rdfs:label "acronym"@en ; {TERM}
ex:start a owl:DatatypeProperty ; rdfs:domain ex:Meeting ; rdfs:range xsd:date ; rdfs:label "start"@en ; {TERM}
ex:end a owl:DatatypeProperty ; rdfs:domain ex:Meeting ; rdfs:range xsd:date ; rdfs:label "end"@en ; {TERM}
ex:open a owl:DatatypeProperty ; rdfs:domain ex:Meeting ; rdfs:range xsd:boolean ; rdfs:label "open"@en ; {TERM}
ex:host a owl:ObjectProperty ; rdfs:domain ex:Meeting ; rdfs:range ex:Body ; rdfs:label "host"@en ; {TERM}
ex:oldName a owl:DatatypeProperty ; rdfs:domain ex:Body ; rdfs:label "old name"@en ; owl:deprecated true ;
    dcterms:isReplacedBy ex:acronym ; {TERM}"""
)
SCHEMES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix topic: <https://example.org/id/topic/> .

<https://example.org/id/scheme/topic> a skos:ConceptScheme ; skos:prefLabel "Topics"@en ; skos:hasTopConcept topic:all .
topic:all a skos:Concept ; skos:prefLabel "All"@en ; skos:inScheme <https://example.org/id/scheme/topic> ; skos:topConceptOf <https://example.org/id/scheme/topic> .
topic:names a skos:Concept ; skos:prefLabel "Names"@en ; skos:inScheme <https://example.org/id/scheme/topic> ;
    skos:broader topic:all .
topic:numbers a skos:Concept ; skos:prefLabel "Numbers"@en ; skos:inScheme <https://example.org/id/scheme/topic> ;
    skos:broader topic:names .
"""
BODIES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ns#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix meeting: <https://example.org/id/meeting/> .
@prefix body: <https://example.org/id/body/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

body:lacnic a ex:Body ;
    skos:prefLabel "LACNIC"@en ;
    skos:definition "The registry, which gives addresses to its region."@en ;
    foaf:name "LACNIC, the registry" ;
    ex:acronym "LACNIC" .

body:citel a ex:Body ;
    skos:prefLabel "CITEL"@en ;
    dcterms:creator body:lacnic ;
    ex:acronym "CITEL" .

meeting:first a ex:Meeting ;
    skos:prefLabel "First meeting"@en ;
    ex:participant body:lacnic ;
    ex:start "2005-01-01"^^xsd:date ;
    ex:open false .

meeting:second a ex:Meeting ;
    skos:prefLabel "Second meeting"@en ;
    ex:participant body:citel ;
    ex:start "2006-01-01"^^xsd:date ;
    ex:open true .
"""
MORE = """\
@prefix body: <https://example.org/id/body/> .
@prefix ex: <https://example.org/ns#> .
@prefix meeting: <https://example.org/id/meeting/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

meeting:third a ex:Meeting ;
    skos:prefLabel "Third meeting"@en ;
    ex:participant body:lacnic , body:citel .
"""
SHAPES = """\
@prefix ex: <https://example.org/ns#> .
@prefix exsh: <https://example.org/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

exsh:Prefixes sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/ns#"^^xsd:anyURI ] .

exsh:Label a sh:NodeShape ;
    sh:targetClass ex:Body , ex:Meeting ;
    sh:property [
        sh:path skos:prefLabel ;
        sh:qualifiedValueShape [ sh:languageIn ( "en" ) ] ;
        sh:qualifiedMinCount 1 ;
        sh:message "Give it an English name: skos:prefLabel with @en." ;
    ] .

exsh:Meeting a sh:NodeShape ;
    sh:targetClass ex:Meeting ;
    sh:property [
        sh:path ex:participant ;
        sh:class ex:Body ;
        sh:minCount 1 ;
        sh:message "Name who takes part: ex:participant." ;
    ] , [
        sh:path ex:start ;
        sh:datatype xsd:date ;
        sh:maxCount 1 ;
        sh:message "One start as a date: ex:start." ;
    ] ;
    sh:sparql [
        sh:prefixes exsh:Prefixes ;
        sh:message "No meeting starts before 1990." ;
        sh:select \"\"\"SELECT $this ?value WHERE {
  $this ex:start ?value .
  FILTER (STR(?value) < "1990")
}\"\"\" ;
    ] .

exsh:Body a sh:NodeShape ;
    sh:targetClass ex:Body ;
    sh:property [
        sh:path ex:acronym ;
        sh:datatype xsd:string ;
        sh:pattern "^[A-Z]{2,9}$" ;
        sh:message "An acronym is two to nine capitals." ;
    ] , [
        sh:path skos:prefLabel ;
        sh:uniqueLang true ;
        sh:message "One name per language." ;
    ] .

exsh:Dated a sh:NodeShape ;
    sh:targetClass ex:Meeting ;
    sh:property [
        sh:path [ sh:alternativePath ( ex:start ex:end ) ] ;
        sh:datatype xsd:date ;
        sh:message "A date is an xsd:date." ;
    ] .
"""
RULE = """\
# Who hosts a meeting takes part in it.
PREFIX ex: <https://example.org/ns#>
CONSTRUCT { ?meeting ex:host ?body }
WHERE {
  ?meeting a ex:Meeting ; ex:participant ?body .
}
"""
QUESTION = """\
# title: Who met when?
# description: Meetings with their dates.
PREFIX ex: <https://example.org/ns#>
PREFIX body: <https://example.org/id/body/>

SELECT ?meeting ?start WHERE {
  ?meeting a ex:Meeting ;
    ex:participant body:lacnic ;
    ex:start ?start .
  FILTER (?start > "2000-01-01"^^<http://www.w3.org/2001/XMLSchema#date>)
}
"""
EXPECTED = """\
{
  "columns": ["meeting", "start"],
  "ordered": false,
  "rows": [
    ["<https://example.org/id/meeting/first>", "\\"2005-01-01\\"^^<http://www.w3.org/2001/XMLSchema#date>"]
  ]
}
"""
TIMELINE = """\
SELECT ?thing ?value ?property WHERE {
  ?thing a ex:Meeting .
  BIND (ex:start AS ?property)
  OPTIONAL {
    ?thing ex:start ?value .
  }
}
"""
CARDS = """\
SELECT ?group ?slot ?value WHERE {
  ?group a ex:Body .
  { ?meeting ex:participant ?group . BIND (?meeting AS ?value) BIND ("meetings" AS ?slot) }
  UNION
  { ?group ex:acronym ?value . BIND ("acronym" AS ?slot) }
}
"""
RICH_TOML = (
    TOML.replace(
        'languages = ["en"]',
        'languages = ["en"]\nversion = "1.0.0"\nlicense = "https://creativecommons.org/licenses/by/4.0/"\nmodified = "2026-01-31"',
    )
    + """
[pages]
dates = ["ex:start"]
head = ["ex:acronym"]
featured = [
  "id/body/lacnic", "id/meeting/first",
]

[views.timeline]
kind = "timeline"
title.en = "Timeline"

[views.cards]
kind = "cards"
title.en = "Bodies"
slots = [
  { key = "acronym", title = { en = "Acronym" } },
  { key = "meetings", title = { en = "Meetings" }, empty = { en = "none" } },
]

[lint]
no-inverses = "off"
no-disjointness = "off"
ontology-extra = "off"
homepage = "off"
"""
)
TOOLS = """\
id,name,size,made
hammer,Hammer,3,2005-01-31
saw,Saw,5,2006-02-28
"""
TOOLS_MAPPING = """\
{
  "@context": "http://www.w3.org/ns/csvw",
  "url": "tools.csv",
  "tableSchema": {
    "aboutUrl": "https://example.org/id/tool/{id}",
    "primaryKey": "id",
    "columns": [
      {"titles": "id", "name": "id", "required": true, "suppressOutput": true},
      {"titles": "name", "propertyUrl": "rdfs:label", "lang": "en"},
      {"titles": "size", "propertyUrl": "ex:size", "datatype": "integer"},
      {"titles": "made", "propertyUrl": "dcterms:created", "datatype": "date"},
      {"name": "class", "virtual": true, "propertyUrl": "rdf:type", "valueUrl": "ex:Thing"}
    ]
  }
}
"""
RICH: Mapping[str, str] = {
    "ontology/ns.ttl": RICH_ONTOLOGY,
    "ontology/schemes.ttl": SCHEMES,
    "ontology/rules/hosts.rq": RULE,
    "data/things.ttl": DATA,
    "data/bodies.ttl": BODIES,
    "data/more.ttl": MORE,
    "data/tools.csv": TOOLS,
    "data/tools.csv-metadata.json": TOOLS_MAPPING,
    "shapes/rules.ttl": SHAPES,
    "site/queries/who-met.rq": QUESTION,
    "site/queries/who-met.expected.json": EXPECTED,
    "site/views/timeline.rq": TIMELINE,
    "site/views/cards.rq": CARDS,
}
"""Checks without any finding at all."""


@dataclass(frozen=True)
class Slip:
    """One edit, and what has to be said of it."""

    name: str
    file: str
    old: str
    """What is replaced; the whole file where it is empty."""
    new: str | bytes
    line: int
    code: str
    says: str
    """In the message."""
    hint: str
    """In the mend."""


def made(tmp_path: Path, *slips: Slip) -> Path:
    """The project with the slips."""
    content: dict[str, str | bytes] = {**RICH, "ecoop.toml": RICH_TOML}
    for slip in slips:
        if slip.old:
            before = content[slip.file]
            assert isinstance(before, str)
            assert slip.old in before, slip.name
            assert isinstance(slip.new, str)
            content[slip.file] = before.replace(slip.old, slip.new, 1)
        else:
            content[slip.file] = slip.new
    return made_of(tmp_path, content)


def made_of(tmp_path: Path, content: Mapping[str, str | bytes]) -> Path:
    """A project of these files, settings among them."""
    toml = content["ecoop.toml"]
    assert isinstance(toml, str)
    return make_project(tmp_path, {name: text for name, text in content.items() if name != "ecoop.toml"}, toml)


@dataclass(frozen=True)
class Said:
    """A finding as it reads."""

    place: str
    line: int
    code: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.place}: [{self.code}] {self.message} | {self.hint}"


def said(root: Path, *, skipped: bool = False) -> list[Said]:
    """What a check says of a project, errors in ``ecoop.toml`` among it."""
    problems = config.problems(root)
    if problems:
        return [_of_error(error) for error in problems]
    try:
        settings = load(root)
        report = checking.check(settings, files.load(settings))
    except UserError as error:
        return [_of_error(error)]
    return [
        Said(f.place.file if f.place else "", f.place.line if f.place else 0, f.code, f.message, f.hint)
        for f in report.findings
        if skipped or f.code != "skipped"
    ]


def _of_error(error: UserError) -> Said:
    place = error.place
    return Said(place.file if place else "", place.line if place else 0, "settings", error.message, error.hint)
