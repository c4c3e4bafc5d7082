"""Namespace constants, and the two-way mapping between prefixed names and IRIs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
DCAM = "http://purl.org/dc/dcam/"
FOAF = "http://xmlns.com/foaf/0.1/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
PROV = "http://www.w3.org/ns/prov#"
SH = "http://www.w3.org/ns/shacl#"
OA = "http://www.w3.org/ns/oa#"
ORG = "http://www.w3.org/ns/org#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
SPDX = "http://spdx.org/rdf/terms#"
VANN = "http://purl.org/vocab/vann/"
VS = "http://www.w3.org/2003/06/sw-vocab-status/ns#"
EDTF = "http://id.loc.gov/datatypes/edtf/"

WELL_KNOWN: Mapping[str, str] = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcam": DCAM,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "doap": "http://usefulinc.com/ns/doap#",
    "edtf": EDTF,
    "foaf": FOAF,
    "oa": OA,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "http://schema.org/",
    "sdo": "https://schema.org/",
    "sh": SH,
    "skos": SKOS,
    "vann": VANN,
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": VOID,
    "vs": VS,
    "xsd": XSD,
}
"""Prefixes that every project may use without declaring them in ``ecoop.toml``."""

COMMON: Mapping[str, str] = {
    **WELL_KNOWN,
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "bibo": "http://purl.org/ontology/bibo/",
    "bio": "http://purl.org/vocab/bio/0.1/",
    "cc": "http://creativecommons.org/ns#",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dbo": "http://dbpedia.org/ontology/",
    "dbp": "http://dbpedia.org/property/",
    "dwc": "http://rs.tdwg.org/dwc/terms/",
    "epo": "http://data.europa.eu/a4g/ontology#",
    "event": "http://purl.org/NET/c4dm/event.owl#",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "gn": "http://www.geonames.org/ontology#",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "mo": "http://purl.org/ontology/mo/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdau": "http://rdaregistry.info/Elements/u/",
    "rico": "https://www.ica.org/standards/RiC/ontology#",
    "sioc": "http://rdfs.org/sioc/ns#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "time": "http://www.w3.org/2006/time#",
    "voaf": "http://purl.org/vocommons/voaf#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
}
"""Prefixes by which people know a vocabulary: to name its terms where neither settings nor files have a prefix for it.
Nobody has to use them."""

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_\-])?\Z")


def expand(name: str, prefixes: Mapping[str, str]) -> str:
    """``skos:prefLabel`` or ``<http://…>`` or a bare IRI → IRI. Raises ``KeyError`` with the unknown prefix."""
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    prefix, colon, local = name.partition(":")
    if colon and local.startswith("//"):
        return name
    return prefixes[prefix] + local


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """The shortest prefixed name for an IRI, or the IRI itself where no prefix fits."""
    best = ""
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
            name = f"{prefix}:{iri[len(namespace) :]}"
            if not best or len(name) < len(best):
                best = name
    return best or iri


def value(term: object) -> str:
    """The IRI of a parsed term that is known to be one: sources hold no blank nodes, default graphs or triple terms."""
    return cast(str, cast(Any, term).value)


def local_name(iri: str) -> str:
    """What stands after the last ``#``, ``/`` or ``:`` of an IRI: a last resort for a label."""
    return re.split(r"[#/:]", iri.rstrip("#/:"))[-1] or iri


def kebab(name: str) -> str:
    """``HTTPRange`` → ``http-range``: lower-case words of ASCII with hyphens; ``""`` where there are none."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return re.sub(r"[^a-z0-9]+", "-", parted.lower()).strip("-")
