"""The RDF of a resource: what a machine gets at its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyoxigraph as ox

from ecoop_ld import catalog, versions, vocabulary
from ecoop_ld.represent.site import Resource, Site


def _entity_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    """The triples about a thing, those of the n-ary nodes told on its page, and what the document says of itself."""
    describer = site.describer(site.config.languages[0])
    about = [resource.iri, *describer.told_with(resource.iri)]
    found = [
        ox.Triple(
            ox.NamedNode(f.subject),
            ox.NamedNode(f.predicate),
            f.object if isinstance(f.object, ox.Literal) else ox.NamedNode(f.object),
        )
        for iri in about
        for facts in site.dataset.outgoing(iri).values()
        for f in facts
    ]
    return [*found, *catalog.document(site.dataset, resource.iri)]


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
