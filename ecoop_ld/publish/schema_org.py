"""Data + config → schema.org in JSON-LD, for search engines that read it inside pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecoop_ld.config import Config
from ecoop_ld.model.entity import Describer, Entity
from ecoop_ld.model.locations import locate
from ecoop_ld.publish.bundle import FORMATS, Dump
from ecoop_ld.publish.coverage import SPACES, Coverage, keywords
from ecoop_ld.publish.dcat import DATASET, dataset_iri
from ecoop_ld.rdf.names import FOAF, ORG, OWL, RDF, SKOS
from ecoop_ld.words.texts import in_language

Node = dict[str, object]
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
_MOST_SAME = 10
SHORTEST, LONGEST = 50, 5_000
"""Characters of a dataset's description that search engines take."""


def dataset(
    describer: Describer,
    covered: Coverage,
    dumps: Sequence[Dump],
    description: str,
    issued: str,
) -> Node:
    """``Dataset`` with all that Google's guide to dataset markup requires and recommends, as far as it is known.

    ``issued``: when the first release was, or ``""``.
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
        "keywords": list(keywords(data, covered, language)),
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
        "temporalCoverage": catalog.period or "/".join(filter(None, covered.period)),
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
                "encodingFormat": d.media_type,
                "contentSize": f"{d.size} B",
                "sha256": d.sha256,
            }
            for d in dumps
            if d.format in FORMATS and not d.graph
        ],
    }
    return {key: value for key, value in found.items() if value not in ("", [], None)}


def _organisation(name: str) -> Node | None:
    return {"@type": "Organization", "name": name} if name else None


def _places(describer: Describer, covered: Coverage) -> Iterator[Node]:
    places = describer.dataset.config.catalog.places
    for iri in places:
        yield {"@type": "Place", "@id": iri, "name": describer.label(iri).value}
    if covered.box and not places:
        yield {"@type": "Place", "geo": {"@type": "GeoShape", "box": " ".join(f"{n:g}" for n in covered.box)}}


def terms(iri: str, rows: Iterable[tuple[str, str, str, str]], title: str) -> Node:
    """``DefinedTermSet`` of a vocabulary; ``rows``: IRI, code, name and definition of each term."""
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
