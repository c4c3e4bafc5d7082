"""The RDF of a resource: what a machine gets at its address."""

from __future__ import annotations

import pyoxigraph as ox

from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Fact
from ecoop_ld.publish import catalog
from ecoop_ld.releases import versions
from ecoop_ld.site.site import Resource, Site


def entity_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    """The triples from and to a thing and its parts (what has a fragment), those of the n-ary nodes told on its page,
    and what the document says of itself.

    All of them, however many pages they take in HTML.
    """
    describer, dataset = site.describer(site.config.languages[0]), site.dataset
    whole = (resource.iri, *dataset.parts(resource.iri))
    about = dict.fromkeys(node for iri in whole for node in (iri, *describer.told_with(iri)))
    facts = [f for iri in about for row in dataset.outgoing(iri).values() for f in row]
    facts += [f for iri in whole for row in dataset.incoming(iri).values() for f in row if f.subject not in about]
    return [*map(_triple, facts), *catalog.document(dataset, resource.iri)]


def _triple(fact: Fact) -> ox.Triple:
    value = fact.object if isinstance(fact.object, ox.Literal) else ox.NamedNode(fact.object)
    return ox.Triple(ox.NamedNode(fact.subject), ox.NamedNode(fact.predicate), value)


def vocabulary_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    return [*vocabulary.quads(site.dataset), *versions.of_vocabulary(site.dataset, site.history)]


def catalog_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    return [*site.description, *versions.of_dataset(site.dataset, site.history)]


def release_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    release = site.history.by_version[resource.part]
    return list(versions.of_release(site.dataset, release, versions.dumps_of(release)))


def of_address(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    """What the data say of the document's own address, beside what the document tells."""
    dataset = site.dataset
    told = dataset.documents.get(dataset.addresses.document(site.config.base + resource.path), ())
    facts = (f for iri in told if iri != resource.iri for row in dataset.outgoing(iri).values() for f in row)
    return [*map(_triple, facts)]
