"""Data + config → what describes them to machines: VoID, DCAT, PROV, schema.org, and the SPARQL service description.

All counts are counted, none is written by hand.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

import ecoop_ld
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, GRAPH_RESULTS, TABLE_RESULTS
from ecoop_ld.rdf.names import DCAT, DCTERMS, FOAF, PROV, RDFS, SD, SPDX, VOID, XSD

Triples = Iterator[ox.Triple]
_SPARQL_11 = SD + "SPARQL11Query"
_SCHEMA = "https://schema.org/"
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_KINDS = {int: "integer", float: "decimal", str: "anyURI"}


def dataset_iri(dataset: Dataset) -> str:
    return dataset.config.base + "catalog#dataset"


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
    yield _t(document, TYPE, VOID + "DatasetDescription")
    yield _t(document, FOAF + "primaryTopic", node)
    yield _t(node, TYPE, VOID + "Dataset")
    yield _t(node, FOAF + "homepage", site)
    yield _t(site, TYPE, FOAF + "Document")
    yield _t(node, VOID + "sparqlEndpoint", site + "sparql")
    yield _t(node, VOID + "uriSpace", ox.Literal(config.base + "id/"))
    yield _t(node, VOID + "rootResource", config.base + "catalog")
    for row in DOCUMENT_FORMATS[1:]:
        yield _t(node, VOID + "feature", row.iri)
    for download in downloads:
        if download.rdf and not download.graph:
            yield _t(node, VOID + "dataDump", site + download.path)
    for iri in config.pages.featured:
        yield _t(node, VOID + "exampleResource", config.base + iri)
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
        other = f"{node}-{_kebab(space)}"
        linkset = f"{other}-{_slug(dataset, predicate)}"
        yield _t(node, VOID + "subset", linkset)
        yield _t(linkset, TYPE, VOID + "Linkset")
        yield _t(linkset, VOID + "subjectsTarget", node)
        yield _t(linkset, VOID + "objectsTarget", other)
        yield _t(linkset, VOID + "linkPredicate", predicate)
        yield _t(linkset, VOID + "triples", _number(len(found)))
    for space in sorted({space for space, _ in links}):
        other = f"{node}-{_kebab(space)}"
        yield _t(other, TYPE, VOID + "Dataset")
        yield _t(other, VOID + "uriSpace", ox.Literal(space))


def _dcat(dataset: Dataset, downloads: Sequence[Download]) -> Triples:
    config = dataset.config
    node, home = dataset_iri(dataset), config.base + "catalog"
    publisher, service = home + "#publisher", home + "#sparql"
    yield _t(home, TYPE, DCAT + "Catalog")
    yield _t(home, DCAT + "dataset", node)
    yield _t(home, DCAT + "service", service)
    yield _t(publisher, TYPE, FOAF + "Agent")
    yield _t(publisher, FOAF + "name", ox.Literal(config.project.creator or config.base))
    yield _t(node, TYPE, DCAT + "Dataset")
    yield _t(node, DCAT + "version", ox.Literal(config.project.version))
    for thing in (home, node):
        yield from _texts(dataset, thing)
        yield _t(thing, DCTERMS + "publisher", publisher)
    yield _t(node, DCTERMS + "creator", publisher)
    yield _t(node, DCTERMS + "identifier", ox.Literal(node))
    for code in config.languages:
        language = f"http://id.loc.gov/vocabulary/iso639-1/{code}"
        yield _t(node, DCTERMS + "language", language)
        yield _t(language, TYPE, DCTERMS + "LinguisticSystem")
    yield from _service_entry(dataset, service)
    for graph in dataset.graphs:
        part = f"{node}-graph-{dataset.addresses.graph_slug(graph)}"
        yield _t(node, VOID + "subset", part)
        yield _t(node, DCTERMS + "hasPart", part)
        yield _t(part, TYPE, VOID + "Dataset")
        yield _t(part, TYPE, DCAT + "Dataset")
        yield _t(part, DCTERMS + "identifier", ox.Literal(graph))
        for language, text in config.project.title.items():
            name = f"{text}: {graph.removeprefix(config.base)}"
            yield _t(part, DCTERMS + "title", ox.Literal(name, language=language))
            yield _t(part, DCTERMS + "description", ox.Literal(name, language=language))
        yield _t(part, VOID + "triples", _number(_sizes(dataset)[graph]))
    for download in downloads:
        slug = dataset.addresses.graph_slug(download.graph) if download.graph else ""
        owner = f"{node}-graph-{slug}" if slug else node
        yield from distribution(dataset, owner, download, config.project.modified)


def _texts(dataset: Dataset, node: str) -> Triples:
    project = dataset.config.project
    for language, text in project.title.items():
        yield _t(node, DCTERMS + "title", ox.Literal(text, language=language))
    for language, text in (project.description or project.title).items():
        yield _t(node, DCTERMS + "description", ox.Literal(text, language=language))
    if project.license:
        yield _t(node, DCTERMS + "license", project.license)
        yield _t(project.license, TYPE, DCTERMS + "LicenseDocument")
    if project.modified:
        yield _t(node, DCTERMS + "modified", ox.Literal(project.modified, datatype=ox.NamedNode(XSD + "date")))


def _service_entry(dataset: Dataset, service: str) -> Triples:
    endpoint = dataset.config.addresses.site_url + "sparql"
    yield _t(service, TYPE, DCAT + "DataService")
    for language, text in dataset.config.project.title.items():
        yield _t(service, DCTERMS + "title", ox.Literal(f"{text}: SPARQL", language=language))
    yield _t(service, DCAT + "endpointURL", endpoint)
    yield _t(service, DCAT + "endpointDescription", endpoint)
    yield _t(service, DCAT + "servesDataset", dataset_iri(dataset))
    yield _t(service, DCTERMS + "conformsTo", _PROTOCOL)
    yield _t(_PROTOCOL, TYPE, DCTERMS + "Standard")


def distribution(dataset: Dataset, owner: str, download: Download, modified: str) -> Triples:
    """One file of ``owner``."""
    project, site = dataset.config.project, dataset.config.addresses.site_url
    node = f"{dataset.config.base}catalog#file-{_kebab(download.path)}"
    checksum = node + "-sum"
    yield _t(owner, DCAT + "distribution", node)
    yield _t(node, TYPE, DCAT + "Distribution")
    yield _t(node, DCTERMS + "title", ox.Literal(download.path.rpartition("/")[2]))
    yield _t(node, DCAT + "accessURL", site + "download")
    yield _t(node, DCAT + "downloadURL", site + download.path)
    for predicate, media_type in (("mediaType", download.media_type), ("compressFormat", download.compression)):
        if media_type:
            yield _t(node, DCAT + predicate, _MEDIA + media_type)
            yield _t(_MEDIA + media_type, TYPE, DCTERMS + "MediaType")
    if download.format_iri:
        yield _t(node, DCTERMS + "conformsTo", download.format_iri)
        yield _t(download.format_iri, TYPE, DCTERMS + "Standard")
    size = ox.Literal(str(download.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
    yield _t(node, DCAT + "byteSize", size)
    yield _t(node, SPDX + "checksum", checksum)
    yield _t(checksum, TYPE, SPDX + "Checksum")
    yield _t(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
    yield _t(SPDX + "checksumAlgorithm_sha256", TYPE, SPDX + "ChecksumAlgorithm")
    value = ox.Literal(download.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))
    yield _t(checksum, SPDX + "checksumValue", value)
    if project.license:
        yield _t(node, DCTERMS + "license", project.license)
    if modified:
        yield _t(node, DCTERMS + "modified", ox.Literal(modified, datatype=ox.NamedNode(XSD + "date")))


def _provenance(dataset: Dataset) -> Triples:
    """What made the derived graph and the dumps, from which graphs (PROV-O)."""
    node, base = dataset_iri(dataset), dataset.config.base
    build, software = base + "catalog#build", base + "catalog#ecoop-ld"
    yield _t(node, PROV + "wasGeneratedBy", build)
    yield _t(build, TYPE, PROV + "Activity")
    yield _t(build, PROV + "wasAssociatedWith", software)
    yield _t(software, TYPE, PROV + "SoftwareAgent")
    yield _t(software, FOAF + "name", ox.Literal(f"ecoop-ld {ecoop_ld.__version__}"))
    for graph in dataset.graphs:
        if graph != dataset.derived_graph:
            yield _t(build, PROV + "used", graph)
            yield _t(node, PROV + "wasDerivedFrom", graph)
    if dataset.derived:
        yield _t(dataset.derived_graph, PROV + "wasGeneratedBy", build)


def schema_dataset(dataset: Dataset, downloads: Sequence[Download], language: str) -> dict[str, object]:
    """schema.org ``Dataset``, for search engines that read JSON-LD inside pages."""
    config, project = dataset.config, dataset.config.project
    site, first = config.addresses.site_url, config.languages[0]
    found: dict[str, object] = {
        "@context": {"@vocab": "https://schema.org/"},
        "@type": "Dataset",
        "@id": dataset_iri(dataset),
        "name": project.title.get(language, project.title[first]),
        "description": project.description.get(language) or project.description.get(first) or project.title[first],
        "url": site,
        "identifier": dataset_iri(dataset),
        "version": project.version,
        "inLanguage": list(config.languages),
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": config.base + "catalog", "url": site + "catalog"},
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
    if project.license:
        found["license"] = project.license
    if project.creator:
        found["creator"] = {"@type": "Organization", "name": project.creator}
    if project.modified:
        found["dateModified"] = project.modified
    return found


def schema_terms(dataset: Dataset, terms: Iterable[tuple[str, str, str, str]], title: str) -> dict[str, object]:
    """schema.org ``DefinedTermSet`` of the vocabulary; ``terms``: IRI, code, name and definition of each."""
    iri = dataset.config.vocabulary_iri
    rows = [
        {"@type": "DefinedTerm", "@id": term, "termCode": code, "name": name, "inDefinedTermSet": iri}
        | ({"description": definition} if definition else {})
        for term, code, name, definition in terms
    ]
    found = {"@context": {"@vocab": "https://schema.org/"}, "@type": "DefinedTermSet", "@id": iri, "name": title}
    return {**found, "url": iri, "hasDefinedTerm": rows}


def datapackage(dataset: Dataset, downloads: Sequence[Download]) -> bytes:
    """``datapackage.json`` (Frictionless Data Package 1)."""
    config, project = dataset.config, dataset.config.project
    first = config.languages[0]
    found: dict[str, object] = {
        "name": _kebab(project.title[first]),
        "id": dataset_iri(dataset),
        "title": project.title[first],
        "description": project.description.get(first, ""),
        "version": project.version,
        "homepage": config.addresses.site_url,
    }
    if project.license:
        found["licenses"] = [{"path": project.license}]
    if project.creator:
        found["contributors"] = [{"title": project.creator, "role": "publisher"}]
    found["resources"] = [
        {
            "name": _kebab(d.path),
            "path": d.path,
            "mediatype": d.compression or d.media_type,
            "bytes": d.size,
            "hash": f"sha256:{d.sha256}",
        }
        for d in downloads
    ]
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def citation(dataset: Dataset) -> bytes:
    """``CITATION.cff`` (Citation File Format 1.2.0); JSON strings are YAML strings."""
    project, first = dataset.config.project, dataset.config.languages[0]
    rows = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": project.title[first],
        "version": project.version,
        "url": dataset.config.base,
    }
    if project.description.get(first):
        rows["abstract"] = project.description[first]
    if project.modified:
        rows["date-released"] = project.modified
    if project.license:
        rows["license-url"] = project.license
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items()]
    name = json.dumps(project.creator or project.title[first], ensure_ascii=False)
    return ("\n".join([*lines, "authors:", f"  - name: {name}"]) + "\n").encode()


def _sizes(dataset: Dataset) -> Counter[str]:
    return Counter(names.value(q.graph_name) for q in dataset.quads)


def _kebab(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


_MEDIA = "https://www.iana.org/assignments/media-types/"


def _counts(dataset: Dataset, node: str) -> Triples:
    triples = {(q.subject, q.predicate, q.object) for q in dataset.quads}
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    for _, predicate, obj in triples:
        properties[predicate.value] += 1
        if predicate.value == TYPE:
            classes[names.value(obj)] += 1
    yield _t(node, VOID + "triples", _number(len(triples)))
    yield _t(node, VOID + "entities", _number(len(dataset.things)))
    yield _t(node, VOID + "documents", _number(len(dataset.things)))
    yield _t(node, VOID + "distinctSubjects", _number(len({s for s, _, _ in triples})))
    yield _t(node, VOID + "distinctObjects", _number(len({o for _, _, o in triples})))
    yield _t(node, VOID + "classes", _number(len(classes)))
    yield _t(node, VOID + "properties", _number(len(properties)))
    for space in sorted({_namespace(p) for p in properties}):
        yield _t(node, VOID + "vocabulary", space)
    for kind, count in sorted(classes.items()):
        part = f"{node}-class-{_slug(dataset, kind)}"
        yield _t(node, VOID + "classPartition", part)
        yield _t(part, VOID + "class", kind)
        yield _t(part, VOID + "entities", _number(count))
    for name, count in sorted(properties.items()):
        part = f"{node}-property-{_slug(dataset, name)}"
        yield _t(node, VOID + "propertyPartition", part)
        yield _t(part, VOID + "property", name)
        yield _t(part, VOID + "triples", _number(count))


def service_description(dataset: Dataset, endpoint: str) -> list[ox.Triple]:
    """SPARQL 1.1 Service Description of the endpoint at its absolute IRI."""
    return list(_service(dataset, endpoint))


def _service(dataset: Dataset, endpoint: str) -> Triples:
    service = endpoint + "#service"
    data, default = endpoint + "#dataset", endpoint + "#default-graph"
    yield _t(service, TYPE, SD + "Service")
    yield _t(service, SD + "endpoint", endpoint)
    yield _t(service, SD + "supportedLanguage", _SPARQL_11)
    yield _t(service, SD + "feature", SD + "UnionDefaultGraph")
    if dataset.config.services.endpoints:
        yield _t(service, SD + "feature", SD + "BasicFederatedQuery")
    for row in (*TABLE_RESULTS, *GRAPH_RESULTS):
        yield _t(service, SD + "resultFormat", row.iri)
    yield from _limits(dataset, service, endpoint)
    yield _t(service, SD + "defaultDataset", data)
    yield _t(data, TYPE, SD + "Dataset")
    yield _t(data, SD + "defaultGraph", default)
    yield _t(default, TYPE, SD + "Graph")
    counts = Counter(names.value(q.graph_name) for q in dataset.quads)
    yield _t(default, VOID + "triples", _number(len({(q.subject, q.predicate, q.object) for q in dataset.quads})))
    for graph, count in sorted(counts.items()):
        slug = dataset.addresses.graph_slug(graph)
        named, description = f"{endpoint}#graph-{slug}", f"{endpoint}#content-{slug}"
        yield _t(data, SD + "namedGraph", named)
        yield _t(named, TYPE, SD + "NamedGraph")
        yield _t(named, SD + "name", graph)
        yield _t(named, SD + "graph", description)
        yield _t(description, TYPE, SD + "Graph")
        yield _t(description, VOID + "triples", _number(count))


def _limits(dataset: Dataset, service: str, endpoint: str) -> Triples:
    """What one query and one client may use, as schema.org property values; people read ``sparql/limits``."""
    yield _t(service, RDFS + "seeAlso", f"{endpoint}/limits")
    config = dataset.config
    values = {name: getattr(config.limits, name) for name in config.limits.published}
    values |= {name: getattr(config.services, name.removeprefix("service_")) for name in config.services.published}
    for name, value in values.items():
        node = f"{endpoint}/limits#{name}"
        yield _t(service, _SCHEMA + "additionalProperty", node)
        yield _t(node, TYPE, _SCHEMA + "PropertyValue")
        yield _t(node, _SCHEMA + "propertyID", ox.Literal(name))
        for one in value if isinstance(value, tuple) else (value,):
            yield _t(node, _SCHEMA + "value", ox.Literal(str(one), datatype=ox.NamedNode(XSD + _KINDS[type(one)])))


def document(dataset: Dataset, iri: str) -> list[ox.Triple]:
    """What the document about a thing says of itself (VoID §6.3, Cool URIs §4.5)."""
    node = dataset.addresses.document_iri(iri)
    found = [
        _t(node, TYPE, FOAF + "Document"),
        _t(node, FOAF + "primaryTopic", iri),
        _t(node, VOID + "inDataset", dataset_iri(dataset)),
    ]
    if dataset.config.project.license:
        found.append(_t(node, DCTERMS + "license", dataset.config.project.license))
    return found


def _t(subject: str, predicate: str, obj: str | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(obj) if isinstance(obj, str) else obj)


def _number(count: int) -> ox.Literal:
    return ox.Literal(count)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _slug(dataset: Dataset, iri: str) -> str:
    """A fragment that names a class or property: its prefixed name, or what is safe of its IRI."""
    name = names.compact(iri, dataset.config.all_prefixes)
    return "".join(c if c.isalnum() else "-" for c in name)
