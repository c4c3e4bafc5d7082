"""Data + config → the SPARQL 1.1 Service Description of the endpoint, with its limits."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import GRAPH_RESULTS, TABLE_RESULTS
from ecoop_ld.rdf.names import RDFS, SD, VOID, XSD
from ecoop_ld.rdf.triples import Triples, number, triple

_SPARQL_11 = SD + "SPARQL11Query"
_SCHEMA = "https://schema.org/"
_KINDS = {int: "integer", float: "decimal", str: "anyURI"}


def describe(dataset: Dataset, endpoint: str) -> list[ox.Triple]:
    """SPARQL 1.1 Service Description of the endpoint at its absolute IRI."""
    return list(_service(dataset, endpoint))


def _service(dataset: Dataset, endpoint: str) -> Triples:
    service = endpoint + "#service"
    data, default = endpoint + "#dataset", endpoint + "#default-graph"
    yield triple(service, TYPE, SD + "Service")
    yield triple(service, SD + "endpoint", endpoint)
    yield triple(service, SD + "supportedLanguage", _SPARQL_11)
    yield triple(service, SD + "feature", SD + "UnionDefaultGraph")
    if dataset.config.services.endpoints:
        yield triple(service, SD + "feature", SD + "BasicFederatedQuery")
    for row in (*TABLE_RESULTS, *GRAPH_RESULTS):
        yield triple(service, SD + "resultFormat", row.iri)
    yield from _limits(dataset, service, endpoint)
    yield triple(service, SD + "defaultDataset", data)
    yield triple(data, TYPE, SD + "Dataset")
    yield triple(data, SD + "defaultGraph", default)
    yield triple(default, TYPE, SD + "Graph")
    counts = Counter(names.value(q.graph_name) for q in dataset.quads)
    yield triple(default, VOID + "triples", number(len({(q.subject, q.predicate, q.object) for q in dataset.quads})))
    for graph, count in sorted(counts.items()):
        slug = dataset.addresses.graph_slug(graph)
        named, description = f"{endpoint}#graph-{slug}", f"{endpoint}#content-{slug}"
        yield triple(data, SD + "namedGraph", named)
        yield triple(named, TYPE, SD + "NamedGraph")
        yield triple(named, SD + "name", graph)
        yield triple(named, SD + "graph", description)
        yield triple(description, TYPE, SD + "Graph")
        yield triple(description, VOID + "triples", number(count))


def _limits(dataset: Dataset, service: str, endpoint: str) -> Triples:
    """What one query and one client may use, as schema.org property values; people read ``sparql/limits``."""
    yield triple(service, RDFS + "seeAlso", f"{endpoint}/limits")
    config = dataset.config
    values = {name: getattr(config.limits, name) for name in config.limits.published}
    values |= {name: getattr(config.services, name.removeprefix("service_")) for name in config.services.published}
    for name, value in values.items():
        node = f"{endpoint}/limits#{name}"
        yield triple(service, _SCHEMA + "additionalProperty", node)
        yield triple(node, TYPE, _SCHEMA + "PropertyValue")
        yield triple(node, _SCHEMA + "propertyID", ox.Literal(name))
        for one in value if isinstance(value, tuple) else (value,):
            yield triple(node, _SCHEMA + "value", ox.Literal(str(one), datatype=ox.NamedNode(XSD + _KINDS[type(one)])))
