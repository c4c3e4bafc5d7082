"""Data + config → what describes them to machines: VoID, and the SPARQL service description.

All counts are counted, none is written by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ecoop_ld import names
from ecoop_ld.dataset import TYPE, Dataset
from ecoop_ld.formats import GRAPH_RESULTS, TABLE_RESULTS
from ecoop_ld.names import DCAT, DCTERMS, FOAF, RDFS, SD, VOID, XSD

Triples = Iterator[ox.Triple]
_SPARQL_11 = SD + "SPARQL11Query"
_SCHEMA = "https://schema.org/"
_KINDS = {int: "integer", float: "decimal"}


def dataset_iri(dataset: Dataset) -> str:
    return dataset.config.base + "catalog#dataset"


def void(dataset: Dataset, dumps: Sequence[tuple[str, str]]) -> list[ox.Triple]:
    """The VoID description (W3C Interest Group Note, 2011). ``dumps``: path and media type of each download."""
    return list(_void(dataset, dumps))


def _void(dataset: Dataset, dumps: Sequence[tuple[str, str]]) -> Triples:
    config = dataset.config
    project, site = config.project, config.addresses.site_url
    document, node = site + ".well-known/void", dataset_iri(dataset)
    yield _t(document, TYPE, VOID + "DatasetDescription")
    yield _t(document, FOAF + "primaryTopic", node)
    yield _t(node, TYPE, VOID + "Dataset")
    yield _t(node, TYPE, DCAT + "Dataset")
    for language, text in project.title.items():
        yield _t(node, DCTERMS + "title", ox.Literal(text, language=language))
    for language, text in project.description.items():
        yield _t(node, DCTERMS + "description", ox.Literal(text, language=language))
    if project.license:
        yield _t(node, DCTERMS + "license", project.license)
    if project.creator:
        yield _t(node, DCTERMS + "publisher", ox.Literal(project.creator))
    if project.modified:
        yield _t(node, DCTERMS + "modified", ox.Literal(project.modified, datatype=ox.NamedNode(XSD + "date")))
    yield _t(node, DCAT + "version", ox.Literal(project.version))
    yield _t(node, FOAF + "homepage", site)
    yield _t(node, VOID + "sparqlEndpoint", site + "sparql")
    yield _t(node, VOID + "uriSpace", ox.Literal(config.base + "id/"))
    for path, _ in dumps:
        yield _t(node, VOID + "dataDump", site + path)
    for iri in config.pages.featured:
        yield _t(node, VOID + "exampleResource", config.base + iri)
    yield from _counts(dataset, node)


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
    for name in dataset.config.limits.published:
        node = f"{endpoint}/limits#{name}"
        yield _t(service, _SCHEMA + "additionalProperty", node)
        yield _t(node, TYPE, _SCHEMA + "PropertyValue")
        yield _t(node, _SCHEMA + "propertyID", ox.Literal(name))
        value = getattr(dataset.config.limits, name)
        yield _t(node, _SCHEMA + "value", ox.Literal(str(value), datatype=ox.NamedNode(XSD + _KINDS[type(value)])))


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
