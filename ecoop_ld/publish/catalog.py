"""Data + config → what describes them to machines: VoID, DCAT, PROV.

All counts are counted, none is written by hand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import pyoxigraph as ox

import ecoop_ld
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.publish import dcat
from ecoop_ld.publish.bundle import FORMATS, Dump
from ecoop_ld.publish.coverage import Coverage
from ecoop_ld.publish.dcat import dataset_iri
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCTERMS, FOAF, PROV, VOID
from ecoop_ld.rdf.triples import Triples, number, triple
from ecoop_ld.reconcile import systems
from ecoop_ld.reconcile.identifiers import NEAR, SAME


def describe(dataset: Dataset, covered: Coverage, dumps: Sequence[Dump], issued: str) -> list[ox.Triple]:
    """The whole description: VoID (W3C Interest Group Note, 2011), DCAT 3 and where it comes from (PROV).

    ``issued``: when the first release was, or ``""``.
    """
    described = (_void(dataset, dumps), dcat.catalogue(dataset, covered, dumps, issued), _provenance(dataset))
    return list(dict.fromkeys(each for part in described for each in part))


def _void(dataset: Dataset, dumps: Sequence[Dump]) -> Triples:
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
    sizes = Counter(names.value(q.graph_name) for q in dataset.quads)
    parts = {graph: f"{node}-graph-{dataset.addresses.graph_slug(graph)}" for graph in dataset.graphs}
    for graph, part in parts.items():
        yield triple(node, VOID + "subset", part)
        yield triple(part, TYPE, VOID + "Dataset")
        yield triple(part, DCTERMS + "identifier", ox.Literal(graph))
        yield triple(part, VOID + "triples", number(sizes[graph]))
    for dump in dumps:
        if dump.format in FORMATS:
            yield triple(parts.get(dump.graph, node), VOID + "dataDump", site + dump.path)
    for iri in config.pages.featured:
        yield triple(node, VOID + "exampleResource", config.base + iri)
    yield from _counts(dataset, node)
    yield from _linksets(dataset, node)


def _linksets(dataset: Dataset, node: str) -> Triples:
    """One per other dataset (by its host) and property: links from things to things of others (VoID §5).

    Those of the vocabulary stand apart; those to the same things in a known system are in sets of their own, see
    :mod:`ecoop_ld.publish.linksets`.
    """
    base = dataset.config.base
    links: dict[tuple[str, str, str], set[tuple[str, str]]] = defaultdict(set)
    for q in dataset.quads:
        subject, target = names.value(q.subject), names.value(q.object)
        if not isinstance(q.object, ox.NamedNode) or q.predicate.value == TYPE or not subject.startswith(base):
            continue
        match = re.match(r"https?://[^/?#]+/", target)
        in_system = q.predicate.value in (*SAME, *NEAR) and systems.of_address(target)
        if match and not target.startswith(base) and not in_system:
            part = "--vocabulary" if subject.startswith(dataset.config.vocabularies) else ""
            links[match[0], q.predicate.value, part].add((subject, target))
    for (space, predicate, part), found in sorted(links.items()):
        other = f"{node}-{dataset.addresses.space_slug(space)}"
        linkset = f"{other}--{dataset.addresses.term_slug(predicate)}{part}"
        yield triple(node, VOID + "subset", linkset)
        yield triple(linkset, TYPE, VOID + "Linkset")
        yield triple(linkset, VOID + "subjectsTarget", node)
        yield triple(linkset, VOID + "objectsTarget", other)
        yield triple(linkset, VOID + "linkPredicate", predicate)
        yield triple(linkset, VOID + "triples", number(len(found)))
    for space in sorted({space for space, _, _ in links}):
        other = f"{node}-{dataset.addresses.space_slug(space)}"
        yield triple(other, TYPE, VOID + "Dataset")
        yield triple(other, VOID + "uriSpace", ox.Literal(space))


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
    for space in sorted({space for p in properties if (space := _namespace(p))}):
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
