"""Data + config → schema.org in JSON-LD, for search engines that read it inside pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer, Entity
from ecoop_ld.model.locations import Box, around, locate
from ecoop_ld.publish.catalog import DATASET, Download, dataset_iri
from ecoop_ld.rdf.names import FOAF, ORG, OWL, RDF, SKOS
from ecoop_ld.words.texts import in_language

Node = dict[str, object]
SPACES = ("https://schema.org/", "http://schema.org/")
CONTEXT: Mapping[str, object] = {"@vocab": SPACES[0]}
"""Given in place, so that nothing has to be fetched to read the page."""
_TYPES = {
    space + local: kind
    for kind, classes in {
        "Person": ((FOAF, "Person"), ("http://www.w3.org/2006/vcard/ns#", "Individual")),
        "Organization": (
            (ORG, "FormalOrganization OrganizationalUnit OrganizationalCollaboration Organization"),
            (FOAF, "Organization"),
            ("http://www.w3.org/2006/vcard/ns#", "Organization"),
        ),
        "Event": (
            ("http://purl.org/NET/c4dm/event.owl#", "Event"),
            ("http://linkedevents.org/ontology/", "Event"),
            ("http://www.cidoc-crm.org/cidoc-crm/", "E5_Event"),
        ),
        "Place": (
            ("http://purl.org/dc/terms/", "Location"),
            ("http://www.w3.org/2003/01/geo/wgs84_pos#", "SpatialThing Point"),
            ("http://www.opengis.net/ont/geosparql#", "Feature"),
        ),
        "Dataset": (("http://www.w3.org/ns/dcat#", "Dataset"), ("http://rdfs.org/ns/void#", "Dataset")),
        "CreativeWork": (
            (FOAF, "Document Image"),
            ("http://purl.org/dc/terms/", "BibliographicResource"),
            ("http://purl.org/ontology/bibo/", "Document Article Book Report"),
        ),
        "Project": ((FOAF, "Project"), ("http://usefulinc.com/ns/doap#", "Project")),
        "DefinedTermSet": ((SKOS, "ConceptScheme"), (OWL, "Ontology")),
        "DefinedTerm": ((SKOS, "Concept"), (OWL, "Class ObjectProperty DatatypeProperty"), (RDF, "Property")),
    }.items()
    for space, locals_ in classes
    for local in locals_.split()
}
"""Class of another vocabulary → the type that says it at schema.org; of several the first counts."""
_SAME = (OWL + "sameAs", SKOS + "exactMatch", *(f"{space}sameAs" for space in SPACES))
_MOST_SAME, _MOST_MEASURED, _MOST_KEYWORDS = 10, 30, 20
SHORTEST, LONGEST = 50, 5_000
"""Characters of a dataset's description that search engines take."""
_DATES = (
    *(space + word for space in SPACES for word in ("startDate", "endDate", "foundingDate", "birthDate", "deathDate")),
    "http://purl.org/dc/terms/date",
    "http://www.w3.org/ns/dcat#startDate",
    "http://www.w3.org/ns/dcat#endDate",
)
_YEAR = re.compile(r"(-?\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the data are about, as far as they say so themselves."""

    period: str
    """The years from the first to the last that their dates name: ``1998/2025``; or ``""``."""
    box: Box | None
    """Around all coordinates."""
    measured: tuple[str, ...]
    """Properties of the project's own vocabulary, those that say most first."""


def coverage(data: Dataset) -> Coverage:
    own = data.config.vocabulary_terms
    counts = Counter(q.predicate.value for q in data.stated if q.predicate.value.startswith(own))
    measured = sorted(counts, key=lambda iri: (-counts[iri], iri))[:_MOST_MEASURED]
    return Coverage(_period(data), around(data), tuple(measured))


def _period(data: Dataset) -> str:
    predicates = dict.fromkeys((*data.config.iris(data.config.pages.dates), *_DATES))
    years = {
        int(match[1])
        for predicate in predicates
        for iri in data.having(predicate)
        for value in data.objects(iri, predicate)
        if isinstance(value, ox.Literal) and (match := _YEAR.match(value.value))
    }
    return f"{min(years):04d}/{max(years):04d}" if years else ""


def dataset(
    describer: Describer,
    covered: Coverage,
    downloads: Sequence[Download],
    description: str,
    kinds: Iterable[str],
    issued: str,
) -> Node:
    """``Dataset`` with all that Google's guide to dataset markup requires and recommends, as far as it is known.

    ``kinds``: names of the classes, for want of keywords; ``issued``: date of the first release, or ``""``.
    """
    data = describer.dataset
    config, project, catalog = data.config, data.config.project, data.config.catalog
    site, language = config.addresses.site_url, describer.language
    others = [text for code, text in project.title.items() if code != language]
    found: Node = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": dataset_iri(data),
        "name": in_language(project.title, language),
        "alternateName": others,
        "description": description[:LONGEST],
        "url": site,
        "identifier": [dataset_iri(data), *([f"https://doi.org/{catalog.doi}"] if catalog.doi else [])],
        "sameAs": [config.base, *([f"https://doi.org/{catalog.doi}"] if catalog.doi else []), *catalog.same_as],
        "keywords": keywords(data, language) or sorted(kinds)[:_MOST_KEYWORDS],
        "version": project.version,
        "inLanguage": list(config.languages),
        "isAccessibleForFree": True,
        "license": project.license,
        "creator": _organisation(project.creator),
        "publisher": _organisation(project.creator),
        "funder": _organisation(catalog.funder),
        "citation": list(catalog.cites),
        "measurementTechnique": in_language(catalog.method, language) if catalog.method else "",
        "dateModified": project.modified,
        "datePublished": catalog.issued or issued,
        "temporalCoverage": catalog.period or covered.period,
        "spatialCoverage": [*_places(describer, covered)],
        "variableMeasured": [
            {"@type": "PropertyValue", "name": describer.label(iri).value, "propertyID": iri}
            for iri in covered.measured
        ],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": config.base + "catalog", "url": site + "catalog.html"},
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": site + d.path,
                "encodingFormat": d.compression or d.media_type,
                "contentSize": f"{d.size} B",
                "sha256": d.sha256,
            }
            for d in downloads
            if d.rdf and not d.graph
        ],
    }
    return {key: value for key, value in found.items() if value not in ("", [], None)}


def keywords(data: Dataset, language: str) -> list[str]:
    """The project's own, in a language or else in the first that has some."""
    said = data.config.catalog.keywords
    return list(said.get(language) or next(filter(None, said.values()), ()))


def _organisation(name: str) -> Node | None:
    return {"@type": "Organization", "name": name} if name else None


def _places(describer: Describer, covered: Coverage) -> Iterator[Node]:
    places = describer.dataset.config.catalog.places
    for iri in places:
        yield {"@type": "Place", "@id": iri, "name": describer.label(iri).value}
    if covered.box and not places:
        yield {"@type": "Place", "geo": {"@type": "GeoShape", "box": " ".join(f"{n:g}" for n in covered.box)}}


def terms(data: Dataset, rows: Iterable[tuple[str, str, str, str]], title: str) -> Node:
    """``DefinedTermSet`` of the vocabulary; ``rows``: IRI, code, name and definition of each term."""
    iri = data.config.vocabulary_iri
    listed = [
        {"@type": "DefinedTerm", "@id": term, "termCode": code, "name": name, "inDefinedTermSet": iri}
        | ({"description": definition} if definition else {})
        for term, code, name, definition in rows
    ]
    found = {"@context": CONTEXT, "@type": "DefinedTermSet", "@id": iri, "name": title, "url": iri}
    return {**found, "hasDefinedTerm": listed}


def kind(describer: Describer, iri: str) -> str:
    """What schema.org calls a thing: its own type there, or what one of its classes is there; else ``Thing``."""
    classes = describer.dataset.types(iri)
    for name in classes:
        if name.startswith(SPACES):
            return name.rpartition("/")[2]
    all_classes = {*classes, *(broader for name in classes for broader in describer.ancestors(name))}
    known = {_TYPES[name] for name in all_classes if name in _TYPES}
    return next((each for each in dict.fromkeys(_TYPES.values()) if each in known), "Thing")


def thing(describer: Describer, entity: Entity, address: str) -> Node:
    """A thing by its type, with its names, what it is, where it is, and where else it has an identity.

    ``address``: the absolute address of the page; empty where it is not known.
    """
    data, iri = describer.dataset, entity.iri
    name = entity.title.value
    base = data.config.base
    same = [
        o for p in _SAME for o in data.iris(iri, p) if o.startswith(("http://", "https://")) and not o.startswith(base)
    ]
    found: Node = {"@context": CONTEXT, "@type": kind(describer, iri), "@id": iri, "name": name}
    others = list(dict.fromkeys(text.value for text in entity.titles if text.value != name))
    for key, value in (("alternateName", others), ("sameAs", list(dict.fromkeys(same))[:_MOST_SAME])):
        if value:
            found[key] = value
    located = locate(data, iri)
    if located and found["@type"] == "Place":
        longitude, latitude = located.centre
        found["geo"] = {"@type": "GeoCoordinates", "latitude": round(latitude, 6), "longitude": round(longitude, 6)}
    if address:
        found["mainEntityOfPage"] = address
    return {**found, "subjectOf": {"@id": dataset_iri(data)}}


def page(config: Config, title: str, kind_of_page: str, language: str, address: str) -> Node:
    """Any other page of the site."""
    found: Node = {"@context": CONTEXT, "@type": kind_of_page or "WebPage", "name": title, "inLanguage": language}
    if address:
        found["@id"] = found["url"] = address
    return {**found, "isPartOf": {"@id": config.base + DATASET}}
