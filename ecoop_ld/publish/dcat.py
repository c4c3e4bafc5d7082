"""Data + config + dumps → the catalogue of DCAT 3, with what DCAT-AP 3.0.1 demands and recommends.

A named graph is no dataset of its own here, and its dumps are no distributions: they hold a part, which VoID tells of.
A catalogue that harvested three files for each graph in each format would show its readers thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.config.settings import Texts
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.publish import authorities
from ecoop_ld.publish.bundle import WHOLE, Dump
from ecoop_ld.publish.coverage import Coverage, keywords
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCAT, DCTERMS, FOAF, SKOS, SPDX, XSD
from ecoop_ld.rdf.triples import Triples, triple
from ecoop_ld.words.messages import messages

DATASET = "catalog#dataset"
"""What names the dataset, under the public base."""
_AVAILABLE = "http://publications.europa.eu/resource/authority/planned-availability/STABLE"
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_VCARD, _ADMS, _SCHEMA = "http://www.w3.org/2006/vcard/ns#", "http://www.w3.org/ns/adms#", "https://schema.org/"
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_DATE_TYPES = ("gYear", "gYearMonth", "date")
"""Of a date by the number of its hyphens."""


def dataset_iri(dataset: Dataset) -> str:
    return dataset.config.base + DATASET


def catalogue(dataset: Dataset, covered: Coverage, dumps: Sequence[Dump], issued: str) -> Triples:
    """``issued``: when the first release was, or ``""``."""
    config = dataset.config
    node, home = dataset_iri(dataset), config.base + "catalog"
    publisher, service = home + "#publisher", home + "#sparql"
    yield triple(home, TYPE, DCAT + "Catalog")
    yield triple(home, DCAT + "dataset", node)
    yield triple(home, DCAT + "service", service)
    yield triple(home, FOAF + "homepage", config.addresses.site_url)
    yield triple(publisher, TYPE, FOAF + "Agent")
    yield triple(publisher, FOAF + "name", ox.Literal(config.project.creator or config.base))
    yield triple(node, TYPE, DCAT + "Dataset")
    yield triple(node, DCAT + "version", ox.Literal(config.project.version))
    for thing in (home, node, service):
        yield from _texts(thing, config, ": SPARQL" if thing == service else "")
        yield triple(thing, DCTERMS + "publisher", publisher)
    for thing in (home, node):
        yield from _dates(thing, config.catalog.issued or issued, config.project.modified)
        yield from _languages(thing, config)
    yield triple(node, DCTERMS + "creator", publisher)
    yield from _identifiers(node, config)
    yield triple(node, DCAT + "landingPage", config.addresses.site_url)
    yield from _subjects(dataset, covered, (node, service), home)
    yield from _coverage(node, config, covered)
    yield from _contact(config, (node, service))
    yield from _service(dataset, service)
    yield from distributions(dataset, node, dumps, config.project.modified)


def typed(subject: str, predicate: str, obj: str, kind: str) -> Triples:
    """A link, and of which class its target is: profiles demand that it is said here."""
    yield triple(subject, predicate, obj)
    yield triple(obj, TYPE, kind)


def _literals(node: str, predicate: str, texts: Texts, end: str = "") -> Iterator[ox.Triple]:
    for language, text in texts.items():
        yield triple(node, predicate, ox.Literal(text + end, language=language))


def _texts(node: str, config: Config, end: str = "") -> Triples:
    project = config.project
    yield from _literals(node, DCTERMS + "title", project.title, end)
    yield from _literals(node, DCTERMS + "description", project.description or project.title)
    if project.license:
        yield from typed(node, DCTERMS + "license", project.license, DCTERMS + "LicenseDocument")
    yield from typed(node, DCTERMS + "accessRights", authorities.PUBLIC, DCTERMS + "RightsStatement")


def _date(value: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + _DATE_TYPES[value.lstrip("-").count("-")]))


def _dates(node: str, issued: str, modified: str) -> Triples:
    for predicate, value in ((DCTERMS + "issued", issued), (DCTERMS + "modified", modified)):
        if value:
            yield triple(node, predicate, _date(value))


def _languages(node: str, config: Config) -> Triples:
    for code in config.languages:
        yield from typed(node, DCTERMS + "language", authorities.language(code), DCTERMS + "LinguisticSystem")


def _identifiers(node: str, config: Config) -> Triples:
    yield triple(node, DCTERMS + "identifier", ox.Literal(node))
    if config.catalog.doi:
        other, doi = config.base + "catalog#doi", f"https://doi.org/{config.catalog.doi}"
        yield from typed(node, _ADMS + "identifier", other, _ADMS + "Identifier")
        notation = ox.Literal(config.catalog.doi, datatype=ox.NamedNode("http://purl.org/spar/datacite/doi"))
        yield triple(other, SKOS + "notation", notation)
        yield triple(node, _SCHEMA + "sameAs", doi)
    for address in config.catalog.same_as:
        yield triple(node, _SCHEMA + "sameAs", address)


def _subjects(dataset: Dataset, covered: Coverage, nodes: tuple[str, ...], catalog: str) -> Triples:
    """Themes and keywords; the codes of the EU with the table that they are of."""
    config = dataset.config
    for code in config.catalog.themes:
        theme = authorities.theme(code)
        yield from (triple(node, DCAT + "theme", theme) for node in nodes)
        yield triple(theme, TYPE, SKOS + "Concept")
        label = authorities.THEME_LABELS.get(code)
        said = dataset.text(theme, (SKOS + "prefLabel",), config.languages[0]) or ox.Literal(theme)
        yield triple(theme, SKOS + "prefLabel", ox.Literal(label, language="en") if label else said)
        if label:
            yield triple(theme, SKOS + "inScheme", authorities.THEMES)
            yield from typed(catalog, DCAT + "themeTaxonomy", authorities.THEMES, SKOS + "ConceptScheme")
            yield triple(authorities.THEMES, DCTERMS + "title", ox.Literal("Data theme", language="en"))
    for language in config.catalog.keywords or config.languages:
        for word in keywords(dataset, covered, language):
            yield from (triple(node, DCAT + "keyword", ox.Literal(word, language=language)) for node in nodes)


def _coverage(node: str, config: Config, covered: Coverage) -> Triples:
    first, last = covered.period
    if first:
        period = config.base + "catalog#period"
        yield from typed(node, DCTERMS + "temporal", period, DCTERMS + "PeriodOfTime")
        yield triple(period, DCAT + "startDate", _date(first))
        if last:
            yield triple(period, DCAT + "endDate", _date(last))
    for place in config.catalog.places:
        yield from typed(node, DCTERMS + "spatial", place, DCTERMS + "Location")
    if covered.box and not config.catalog.places:
        south, west, north, east = covered.box
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        wkt = f"POLYGON(({', '.join(f'{x:g} {y:g}' for x, y in corners)}))"
        yield from typed(node, DCTERMS + "spatial", config.base + "catalog#place", DCTERMS + "Location")
        literal = ox.Literal(wkt, datatype=ox.NamedNode(_WKT))
        yield triple(config.base + "catalog#place", DCAT + "bbox", literal)


def _contact(config: Config, nodes: tuple[str, ...]) -> Triples:
    """Whom to write to: the contact of the project without what is filled in for a thing, else its repository."""
    address = re.split(r"[?{]", config.project.contact)[0] or config.catalog.repository
    if address:
        contact = config.base + "catalog#contact"
        for node in nodes:
            yield triple(node, DCAT + "contactPoint", contact)
        yield triple(contact, TYPE, _VCARD + "Kind")
        yield triple(contact, _VCARD + "fn", ox.Literal(config.project.creator or config.base))
        yield triple(contact, _VCARD + ("hasEmail" if address.startswith("mailto:") else "hasURL"), address)


def _service(dataset: Dataset, service: str) -> Triples:
    endpoint = dataset.config.addresses.site_url + "sparql"
    yield triple(service, TYPE, DCAT + "DataService")
    yield triple(service, DCAT + "endpointURL", endpoint)
    yield triple(service, DCAT + "endpointDescription", endpoint)
    yield triple(service, DCAT + "servesDataset", dataset_iri(dataset))
    yield from typed(service, DCTERMS + "conformsTo", _PROTOCOL, DCTERMS + "Standard")


def distributions(dataset: Dataset, owner: str, dumps: Iterable[Dump], modified: str) -> Triples:
    """The files that hold all of ``owner``, and its tables."""
    for dump in dumps:
        if not dump.of_graph:
            yield from _names(dataset, _file(dataset, dump), dump)
            yield from _distribution(dataset, owner, dump, modified)


def archive(dataset: Dataset, owner: str, dump: Dump, version: str, modified: str) -> Triples:
    """The one file of all files of a release."""
    for language in dataset.config.languages:
        title = ox.Literal(f"{dataset.config.title(language)} {version}: {dump.format.label}", language=language)
        yield triple(_file(dataset, dump), DCTERMS + "title", title)
        yield triple(_file(dataset, dump), DCTERMS + "description", title)
    yield from _distribution(dataset, owner, dump, modified)


def _file(dataset: Dataset, dump: Dump) -> str:
    return f"{dataset.config.base}catalog#file-{names.kebab(dump.path.lower())}"


def _distribution(dataset: Dataset, owner: str, dump: Dump, modified: str) -> Triples:
    project, site, row = dataset.config.project, dataset.config.addresses.site_url, dump.format
    node = _file(dataset, dump)
    checksum = node + "-sum"
    yield triple(owner, DCAT + "distribution", node)
    yield triple(node, TYPE, DCAT + "Distribution")
    yield triple(node, DCAT + "accessURL", site + "download")
    yield triple(node, DCAT + "downloadURL", site + dump.path)
    yield from typed(node, "http://data.europa.eu/r5r/availability", _AVAILABLE, SKOS + "Concept")
    yield triple(_AVAILABLE, SKOS + "prefLabel", ox.Literal("stable", language="en"))
    if row.file_type:
        of = authorities.file_type(row.file_type)
        yield from typed(node, DCTERMS + "format", of, DCTERMS + "MediaTypeOrExtent")
    yield from typed(node, DCAT + "mediaType", _MEDIA + row.media_type, DCTERMS + "MediaType")
    if dump.compression:
        packed = _MEDIA + dump.media_type
        yield from typed(node, DCAT + "compressFormat", packed, DCTERMS + "MediaType")
    if row.iri:
        yield from typed(node, DCTERMS + "conformsTo", row.iri, DCTERMS + "Standard")
    size = ox.Literal(str(dump.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
    yield triple(node, DCAT + "byteSize", size)
    yield from typed(node, SPDX + "checksum", checksum, SPDX + "Checksum")
    algorithm = SPDX + "checksumAlgorithm_sha256"
    yield from typed(checksum, SPDX + "algorithm", algorithm, SPDX + "ChecksumAlgorithm")
    value = ox.Literal(dump.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))
    yield triple(checksum, SPDX + "checksumValue", value)
    if project.license:
        yield from typed(node, DCTERMS + "license", project.license, DCTERMS + "LicenseDocument")
    yield from _languages(node, dataset.config)
    yield from _dates(node, "", modified)


def _names(dataset: Dataset, node: str, dump: Dump) -> Triples:
    """Title and description of a file: what is in it, and how it is written."""
    config = dataset.config
    how = dump.format.label + (f" ({dump.compression})" if dump.compression else "")
    part = dump.name if dump.name != WHOLE else ""
    for language in config.languages:
        t, name = messages(config, language), config.title(language)
        what = part or str(t["whole_dataset"])
        which = ", ".join(filter(None, (part, how)))
        yield triple(node, DCTERMS + "title", ox.Literal(f"{name}: {which}", language=language))
        yield triple(node, DCTERMS + "description", ox.Literal(f"{name}. {what}. {how}.", language=language))
