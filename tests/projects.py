"""A tiny project in a temporary folder, for tests that need one."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from ecoop_ld import config
from ecoop_ld.config import Config
from ecoop_ld.sources import files
from ecoop_ld.sources.files import Sources
from ecoop_ld.validate import Report, check

TOML = """
[project]
title.en = "Example"
languages = ["en"]

[addresses]
public_base = "https://example.org/"
vocabulary = "ns"

[graphs]
"ontology/*" = "graph/ontology"
"data/*" = "graph/data"

[prefixes]
ex = "https://example.org/ns#"
exsh = "https://example.org/shapes#"
schema = "https://schema.org/"
"""
"""The smallest useful ``ecoop.toml``. Its vocabulary is ``https://example.org/ns#``, prefix ``ex:``."""

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix vs: <http://www.w3.org/2003/06/sw-vocab-status/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

ONTOLOGY = (
    PREFIXES
    + """
<https://example.org/ns> a owl:Ontology ;
    dcterms:title "Example vocabulary"@en ;
    dcterms:description "Things for tests."@en ;
    dcterms:creator <https://example.com/us> ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:issued "2026-01-01"^^xsd:date ;
    dcterms:modified "2026-01-01"^^xsd:date ;
    owl:versionInfo "1.0.0" ;
    owl:versionIRI <https://example.org/ns/1.0.0> ;
    vann:preferredNamespacePrefix "ex" ;
    vann:preferredNamespaceUri "https://example.org/ns#" .

ex:Thing a owl:Class ;
    rdfs:label "thing"@en ;
    rdfs:comment "Anything at all."@en ;
    skos:scopeNote "For tests."@en ;
    rdfs:isDefinedBy <https://example.org/ns> ;
    vs:term_status "stable" .

ex:Tool a owl:Class ;
    rdfs:label "tool"@en ;
    rdfs:comment "A thing to work with."@en ;
    rdfs:subClassOf ex:Thing ;
    rdfs:isDefinedBy <https://example.org/ns> ;
    vs:term_status "stable" .

ex:size a owl:DatatypeProperty ;
    rdfs:label "size"@en ;
    rdfs:comment "How big it is."@en ;
    rdfs:domain ex:Thing ;
    rdfs:isDefinedBy <https://example.org/ns> ;
    vs:term_status "stable" .

ex:uses a owl:ObjectProperty ;
    rdfs:label "uses"@en ;
    rdfs:comment "Works with."@en ;
    rdfs:domain ex:Thing ;
    rdfs:range ex:Tool ;
    rdfs:isDefinedBy <https://example.org/ns> ;
    vs:term_status "stable" .
"""
)
"""A vocabulary with nothing to be said against it but notes."""

DATA = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://example.org/id/thing/one> a ex:Thing ;
    rdfs:label "One"@en ;
    ex:size 3 .
"""

FILES: Mapping[str, str] = {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": DATA}
"""A project that checks without a violation or a warning."""


def make_project(tmp_path: Path, files: Mapping[str, str | bytes | Path] = FILES, toml: str = TOML) -> Path:
    """Write a project and return its folder; the four folders are there even where ``files`` puts nothing in them.

    A path stands for a link to it.
    """
    root = tmp_path / "project"
    for folder in ("ontology", "data", "shapes", "site"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "ecoop.toml").write_text(toml, encoding="utf-8")
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
            continue
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def loaded(root: Path) -> tuple[Config, Sources]:
    settings = config.load(root)
    return settings, files.load(settings)


def checked(tmp_path: Path, files: Mapping[str, str | bytes | Path] = FILES, toml: str = TOML) -> Report:
    """The report of a project of these files; a folder that is not mentioned gets the files of :data:`FILES`."""
    folders = {name.split("/")[0] for name in files}
    rest = {name: text for name, text in FILES.items() if name.split("/")[0] not in folders}
    settings, found = loaded(make_project(tmp_path, {**rest, **files}, toml))
    return check(settings, found, found.quads)


def workbook(*rows: object) -> bytes:
    """A workbook with these rows, and a second sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("More").append(["x"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
