"""Data + config → what describes them to machines: VoID, DCAT, PROV.

All counts are counted, none is written by hand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

import ecoop_ld
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCAT, DCTERMS, FOAF, PROV, SPDX, VOID, XSD
from ecoop_ld.rdf.triples import Triples, number, triple

_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"


DATASET = "catalog#dataset"
"""What names the dataset, under the public base."""


def dataset_iri(dataset: Dataset) -> str:
    return dataset.config.base + DATASET


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the descriptions list."""

    path: str
    media_type: str
    """Of the data inside, where the file is compressed."""
    format_iri: str
    compression: str
    """Media type of the compression, or nothing."""
    size: int
    sha256: str
    graph: str = ""
    """IRI of the named graph it holds; empty where it holds the whole dataset."""
    rdf: bool = True


def describe(dataset: Dataset, downloads: Sequence[Download]) -> list[ox.Triple]:
    """The whole description: VoID (W3C Interest Group Note, 2011), DCAT 3 and where it comes from (PROV)."""
    return [*_void(dataset, downloads), *_dcat(dataset, downloads), *_provenance(dataset)]


def _void(dataset: Dataset, downloads: Sequence[Download]) -> Triples:
    config = dataset.config
    site = config.addresses.site_url
    document, node = site + ".well-known/void", dataset_iri(dataset)
    yield triple(document, TYPE, VOID + "DatasetDescription")
    yield triple(document, FOAF + "primaryTopic", node)
    yield triple(node, TYPE, VOID + "Dataset")
    yield triple(node, FOAF + "homepage", site)
    yield triple(site, TYPE, FOAF + "Document")
    yield triple(node, VOID + "sparqlEndpoint", site + "sparql")
    yield triple(node, VOID + "uriSpace", ox.Literal(config.base + "id/"))
    yield triple(node, VOID + "rootResource", config.base + "catalog")
    for row in config.written:
        yield triple(node, VOID + "feature", row.iri)
    for download in downloads:
        if download.rdf and not download.graph:
            yield triple(node, VOID + "dataDump", site + download.path)
    for iri in config.pages.featured:
        yield triple(node, VOID + "exampleResource", config.base + iri)
    yield from _counts(dataset, node)
    yield from _linksets(dataset, node)


def _linksets(dataset: Dataset, node: str) -> Triples:
    """One per other dataset (by its host) and property: links from things to things of others (VoID §5)."""
    base = dataset.config.base
    links: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for q in dataset.quads:
        subject, target = names.value(q.subject), names.value(q.object)
        if not isinstance(q.object, ox.NamedNode) or q.predicate.value == TYPE or not subject.startswith(base):
            continue
        match = re.match(r"https?://[^/?#]+/", target)
        if match and not target.startswith(base):
            links[match[0], q.predicate.value].add((subject, target))
    for (space, predicate), found in sorted(links.items()):
        other = f"{node}-{dataset.addresses.space_slug(space)}"
        linkset = f"{other}--{dataset.addresses.term_slug(predicate)}"
        yield triple(node, VOID + "subset", linkset)
        yield triple(linkset, TYPE, VOID + "Linkset")
        yield triple(linkset, VOID + "subjectsTarget", node)
        yield triple(linkset, VOID + "objectsTarget", other)
        yield triple(linkset, VOID + "linkPredicate", predicate)
        yield triple(linkset, VOID + "triples", number(len(found)))
    for space in sorted({space for space, _ in links}):
        other = f"{node}-{dataset.addresses.space_slug(space)}"
        yield triple(other, TYPE, VOID + "Dataset")
        yield triple(other, VOID + "uriSpace", ox.Literal(space))


def _dcat(dataset: Dataset, downloads: Sequence[Download]) -> Triples:
    config = dataset.config
    node, home = dataset_iri(dataset), config.base + "catalog"
    publisher, service = home + "#publisher", home + "#sparql"
    yield triple(home, TYPE, DCAT + "Catalog")
    yield triple(home, DCAT + "dataset", node)
    yield triple(home, DCAT + "service", service)
    yield triple(publisher, TYPE, FOAF + "Agent")
    yield triple(publisher, FOAF + "name", ox.Literal(config.project.creator or config.base))
    yield triple(node, TYPE, DCAT + "Dataset")
    yield triple(node, DCAT + "version", ox.Literal(config.project.version))
    for thing in (home, node):
        yield from _texts(dataset, thing)
        yield triple(thing, DCTERMS + "publisher", publisher)
    yield triple(node, DCTERMS + "creator", publisher)
    yield triple(node, DCTERMS + "identifier", ox.Literal(node))
    for code in config.languages:
        language = f"http://id.loc.gov/vocabulary/iso639-1/{code}"
        yield triple(node, DCTERMS + "language", language)
        yield triple(language, TYPE, DCTERMS + "LinguisticSystem")
    yield from _service_entry(dataset, service)
    for graph in dataset.graphs:
        part = f"{node}-graph-{dataset.addresses.graph_slug(graph)}"
        yield triple(node, VOID + "subset", part)
        yield triple(node, DCTERMS + "hasPart", part)
        yield triple(part, TYPE, VOID + "Dataset")
        yield triple(part, TYPE, DCAT + "Dataset")
        yield triple(part, DCTERMS + "identifier", ox.Literal(graph))
        for language, text in config.project.title.items():
            name = f"{text}: {graph.removeprefix(config.base)}"
            yield triple(part, DCTERMS + "title", ox.Literal(name, language=language))
            yield triple(part, DCTERMS + "description", ox.Literal(name, language=language))
        yield triple(part, VOID + "triples", number(_sizes(dataset)[graph]))
    for download in downloads:
        slug = dataset.addresses.graph_slug(download.graph) if download.graph else ""
        owner = f"{node}-graph-{slug}" if slug else node
        yield from distribution(dataset, owner, download, config.project.modified)


def _texts(dataset: Dataset, node: str) -> Triples:
    project = dataset.config.project
    for language, text in project.title.items():
        yield triple(node, DCTERMS + "title", ox.Literal(text, language=language))
    for language, text in (project.description or project.title).items():
        yield triple(node, DCTERMS + "description", ox.Literal(text, language=language))
    if project.license:
        yield triple(node, DCTERMS + "license", project.license)
        yield triple(project.license, TYPE, DCTERMS + "LicenseDocument")
    if project.modified:
        yield triple(node, DCTERMS + "modified", ox.Literal(project.modified, datatype=ox.NamedNode(XSD + "date")))


def _service_entry(dataset: Dataset, service: str) -> Triples:
    endpoint = dataset.config.addresses.site_url + "sparql"
    yield triple(service, TYPE, DCAT + "DataService")
    for language, text in dataset.config.project.title.items():
        yield triple(service, DCTERMS + "title", ox.Literal(f"{text}: SPARQL", language=language))
    yield triple(service, DCAT + "endpointURL", endpoint)
    yield triple(service, DCAT + "endpointDescription", endpoint)
    yield triple(service, DCAT + "servesDataset", dataset_iri(dataset))
    yield triple(service, DCTERMS + "conformsTo", _PROTOCOL)
    yield triple(_PROTOCOL, TYPE, DCTERMS + "Standard")


def distribution(dataset: Dataset, owner: str, download: Download, modified: str) -> Triples:
    """One file of ``owner``."""
    project, site = dataset.config.project, dataset.config.addresses.site_url
    node = f"{dataset.config.base}catalog#file-{names.kebab(download.path.lower())}"
    checksum = node + "-sum"
    yield triple(owner, DCAT + "distribution", node)
    yield triple(node, TYPE, DCAT + "Distribution")
    yield triple(node, DCTERMS + "title", ox.Literal(download.path.rpartition("/")[2]))
    yield triple(node, DCAT + "accessURL", site + "download")
    yield triple(node, DCAT + "downloadURL", site + download.path)
    for predicate, media_type in (("mediaType", download.media_type), ("compressFormat", download.compression)):
        if media_type:
            yield triple(node, DCAT + predicate, _MEDIA + media_type)
            yield triple(_MEDIA + media_type, TYPE, DCTERMS + "MediaType")
    if download.format_iri:
        yield triple(node, DCTERMS + "conformsTo", download.format_iri)
        yield triple(download.format_iri, TYPE, DCTERMS + "Standard")
    size = ox.Literal(str(download.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
    yield triple(node, DCAT + "byteSize", size)
    yield triple(node, SPDX + "checksum", checksum)
    yield triple(checksum, TYPE, SPDX + "Checksum")
    yield triple(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
    yield triple(SPDX + "checksumAlgorithm_sha256", TYPE, SPDX + "ChecksumAlgorithm")
    value = ox.Literal(download.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))
    yield triple(checksum, SPDX + "checksumValue", value)
    if project.license:
        yield triple(node, DCTERMS + "license", project.license)
    if modified:
        yield triple(node, DCTERMS + "modified", ox.Literal(modified, datatype=ox.NamedNode(XSD + "date")))


def _provenance(dataset: Dataset) -> Triples:
    """What made the derived graph and the dumps, from which graphs (PROV-O)."""
    node, base = dataset_iri(dataset), dataset.config.base
    build, software = base + "catalog#build", base + "catalog#ecoop-ld"
    yield triple(node, PROV + "wasGeneratedBy", build)
    yield triple(build, TYPE, PROV + "Activity")
    yield triple(build, PROV + "wasAssociatedWith", software)
    yield triple(software, TYPE, PROV + "SoftwareAgent")
    yield triple(software, FOAF + "name", ox.Literal(f"ecoop-ld {ecoop_ld.__version__}"))
    for graph in dataset.graphs:
        if graph != dataset.derived_graph:
            yield triple(build, PROV + "used", graph)
            yield triple(node, PROV + "wasDerivedFrom", graph)
    if dataset.derived:
        yield triple(dataset.derived_graph, PROV + "wasGeneratedBy", build)


def _sizes(dataset: Dataset) -> Counter[str]:
    return Counter(names.value(q.graph_name) for q in dataset.quads)


_MEDIA = "https://www.iana.org/assignments/media-types/"


def _counts(dataset: Dataset, node: str) -> Triples:
    triples = {(q.subject, q.predicate, q.object) for q in dataset.quads}
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    for _, predicate, obj in triples:
        properties[predicate.value] += 1
        if predicate.value == TYPE and isinstance(obj, ox.NamedNode) and not dataset.addresses.is_skolem(obj.value):
            classes[names.value(obj)] += 1
    yield triple(node, VOID + "triples", number(len(triples)))
    yield triple(node, VOID + "entities", number(len(dataset.things)))
    yield triple(node, VOID + "documents", number(len(dataset.documents)))
    yield triple(node, VOID + "distinctSubjects", number(len({s for s, _, _ in triples})))
    yield triple(node, VOID + "distinctObjects", number(len({o for _, _, o in triples})))
    yield triple(node, VOID + "classes", number(len(classes)))
    yield triple(node, VOID + "properties", number(len(properties)))
    for space in sorted({_namespace(p) for p in properties}):
        yield triple(node, VOID + "vocabulary", space)
    for kind, count in sorted(classes.items()):
        part = f"{node}-class-{dataset.addresses.term_slug(kind)}"
        yield triple(node, VOID + "classPartition", part)
        yield triple(part, VOID + "class", kind)
        yield triple(part, VOID + "entities", number(count))
    for name, count in sorted(properties.items()):
        part = f"{node}-property-{dataset.addresses.term_slug(name)}"
        yield triple(node, VOID + "propertyPartition", part)
        yield triple(part, VOID + "property", name)
        yield triple(part, VOID + "triples", number(count))


def document(dataset: Dataset, iri: str) -> list[ox.Triple]:
    """What the document about a thing says of itself (VoID §6.3, Cool URIs §4.5)."""
    node = dataset.addresses.document_iri(iri)
    found = [
        triple(node, TYPE, FOAF + "Document"),
        triple(node, FOAF + "primaryTopic", iri),
        triple(node, VOID + "inDataset", dataset_iri(dataset)),
    ]
    if dataset.config.project.license:
        found.append(triple(node, DCTERMS + "license", dataset.config.project.license))
    return found


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
