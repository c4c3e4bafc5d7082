"""The RDF of a resource: what a machine gets at its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyoxigraph as ox

from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Fact
from ecoop_ld.publish import catalog
from ecoop_ld.releases import versions
from ecoop_ld.site.site import Resource, Site


def _entity_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    """The triples from and to a thing, those of the n-ary nodes told on its page, and what the document says of itself.

    All of them, however many pages they take in HTML.
    """
    describer, dataset = site.describer(site.config.languages[0]), site.dataset
    about = [resource.iri, *describer.told_with(resource.iri)]
    facts = [f for iri in about for row in dataset.outgoing(iri).values() for f in row]
    told = frozenset(about)
    facts += [f for row in dataset.incoming(resource.iri).values() for f in row if f.subject not in told]
    return [*map(_triple, facts), *catalog.document(dataset, resource.iri)]


def _triple(fact: Fact) -> ox.Triple:
    value = fact.object if isinstance(fact.object, ox.Literal) else ox.NamedNode(fact.object)
    return ox.Triple(ox.NamedNode(fact.subject), ox.NamedNode(fact.predicate), value)


def _vocabulary_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    return [*vocabulary.quads(site.dataset), *versions.of_vocabulary(site.dataset, site.history)]


def _catalog_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    return [*site.description, *versions.of_dataset(site.dataset, site.history)]


def _release_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    release = site.history.by_version[resource.part]
    return list(versions.of_release(site.dataset, release, versions.dumps_of(release)))


DATA: Mapping[str, Callable[[Site, Resource], list[ox.Quad | ox.Triple]]] = {
    "entity": _entity_data,
    "vocabulary": _vocabulary_data,
    "catalog": _catalog_data,
    "release": _release_data,
}
