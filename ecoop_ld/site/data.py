"""The RDF of a resource: what a machine gets at its address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import pyoxigraph as ox

from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Dataset, Fact
from ecoop_ld.publish import catalog
from ecoop_ld.rdf import names
from ecoop_ld.releases import versions
from ecoop_ld.site.site import Resource, Site


def entity_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    """The triples from and to a thing and its parts (what has a fragment), those of the n-ary nodes told on its page,
    those of the blank nodes that hang on any of them, and what the document says of itself.

    All of them, however many pages they take in HTML.
    """
    describer, dataset = site.describer(site.config.languages[0]), site.dataset
    whole = (resource.iri, *dataset.parts(resource.iri))
    about = dict.fromkeys(node for iri in whole for node in (iri, *describer.told_with(iri)))
    about |= dict.fromkeys(dataset.blanks.below(*about))
    facts = [f for iri in about for row in dataset.outgoing(iri).values() for f in row]
    into = [f for iri in whole for row in dataset.incoming(iri).values() for f in row if f.subject not in about]
    facts += into
    facts += [f for fact in into if dataset.blanks.is_blank(fact.subject) for f in _around(dataset, fact.subject)]
    return [*triples_of(dataset, facts), *catalog.document(dataset, resource.iri)]


_MOST_AROUND = 500


def _around(dataset: Dataset, node: str) -> list[Fact]:
    """What a blank node that leads to a thing says, and what leads to it; nothing of a very large one."""
    blanks = dataset.blanks
    above = [node, *blanks.above(node)]
    tops = [each for each in above if not blanks.homes(each)]
    near = dict.fromkeys((node, *tops, *blanks.below(node, *tops)))
    if len(near) > _MOST_AROUND:
        return []
    facts = [f for each in near for row in dataset.outgoing(each).values() for f in row]
    return facts + [f for each in above for row in dataset.incoming(each).values() for f in row]


def triples_of(dataset: Dataset, facts: Iterable[Fact]) -> list[ox.Triple]:
    """Facts as triples; the IRIs that the toolkit gives to blank nodes become blank nodes again."""
    nodes: dict[str, ox.NamedNode | ox.BlankNode] = {}

    def node(iri: str) -> ox.NamedNode | ox.BlankNode:
        if iri not in nodes:
            blank = dataset.blanks.is_blank(iri)
            nodes[iri] = ox.BlankNode(_label(iri)) if blank else ox.NamedNode(iri)
        return nodes[iri]

    return [
        ox.Triple(
            node(f.subject),
            ox.NamedNode(f.predicate),
            f.object if isinstance(f.object, ox.Literal) else node(f.object),
        )
        for f in facts
    ]


def _label(iri: str) -> str:
    """A label that is the same in all documents."""
    name = iri.rpartition("/")[2]
    return f"b{name}" if re.fullmatch(r"[A-Za-z0-9]+", name) else f"b{hashlib.sha256(iri.encode()).hexdigest()[:20]}"


def vocabulary_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    """The vocabulary and its terms, whatever else has a fragment of its address, what hangs there, and its versions."""
    dataset, stated = site.dataset, vocabulary.quads(site.dataset, resource.iri)
    first = resource.iri == site.config.vocabulary_iri
    past = list(versions.of_vocabulary(dataset, site.history)) if first else []
    told = dict.fromkeys(names.value(quad.subject) for quad in stated)
    others = [iri for iri in dataset.documents.get(resource.path, ()) if iri not in told]
    hanging = dataset.blanks.below(*told, *others)
    if not hanging and not others:
        return [*stated, *past]
    said = (
        f for iri in dict.fromkeys((*told, *others, *hanging)) for row in dataset.outgoing(iri).values() for f in row
    )
    facts = [f for f in said if f.graphs != (dataset.derived_graph,)]
    return [*triples_of(dataset, facts), *past]


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
    return [*triples_of(dataset, facts)]
