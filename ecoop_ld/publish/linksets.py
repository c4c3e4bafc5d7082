"""Link sets of a dataset → files for those who keep links (N-Triples, SSSOM, Mix'n'match), and their VoID."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.publish import bundle
from ecoop_ld.publish.dcat import dataset_iri
from ecoop_ld.rdf.formats import N_TRIPLES, TSV
from ecoop_ld.rdf.names import DCTERMS, VOID
from ecoop_ld.rdf.triples import Triples, number, triple
from ecoop_ld.reconcile import linksets
from ecoop_ld.reconcile.linksets import OTHER, Linkset

FOLDER = "linksets"
MIXNMATCH = f"{FOLDER}/mixnmatch.{TSV.extension}"
_UNSPECIFIED = "https://w3id.org/sssom/license/unspecified"
"""What SSSOM wants where nothing is said of a licence."""


def path(found: Linkset, extension: str) -> str:
    return f"{FOLDER}/{found.name}.{extension}"


def iri(dataset: Dataset, found: Linkset) -> str:
    return f"{dataset_iri(dataset)}-links-{found.name}"


def files(describer: Describer, sets: Sequence[Linkset]) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file: two of each set, and the table of all things."""
    dataset, project = describer.dataset, describer.config.project
    for found in sets:
        yield path(found, N_TRIPLES.extension), bundle.serialize(found.triples, N_TRIPLES, {})
        table = linksets.sssom(
            found,
            iri(dataset, found),
            dataset.config.base,
            project.license or _UNSPECIFIED,
            project.version,
            lambda thing: describer.title(thing).value,
            dataset.config.all_prefixes,
        )
        yield path(found, TSV.extension), table.encode()
    left_out = describer.evidence.plumbing | describer.evidence.unfold
    things = [
        thing
        for thing in dataset.things
        if not dataset.is_a(thing, left_out) and not dataset.addresses.is_skolem(thing)
    ]

    def summary(thing: str) -> str:
        found = describer.summary(thing)
        return found.value if found else ""

    yield MIXNMATCH, linksets.mixnmatch(things, lambda thing: describer.title(thing).value, summary).encode()


def describe(dataset: Dataset, sets: Sequence[Linkset]) -> Triples:
    """A VoID link set for each property of each set (VoID §5); they have one property each."""
    node, site = dataset_iri(dataset), dataset.config.addresses.site_url
    for found in sets:
        counts = Counter(linksets.predicate_of(link) for link in found.links)
        for predicate, count in sorted(counts.items()):
            one = iri(dataset, found)
            if len(counts) > 1:
                one += f"--{dataset.addresses.term_slug(predicate)}"
            other = f"{node}-system-{found.target}"
            yield triple(node, VOID + "subset", one)
            yield triple(one, TYPE, VOID + "Linkset")
            yield triple(one, DCTERMS + "title", ox.Literal(found.label))
            yield triple(one, VOID + "subjectsTarget", node)
            yield triple(one, VOID + "objectsTarget", other)
            yield triple(one, VOID + "linkPredicate", predicate)
            yield triple(one, VOID + "triples", number(count))
            yield triple(one, VOID + "dataDump", site + path(found, N_TRIPLES.extension))
            yield triple(other, TYPE, VOID + "Dataset")
            yield triple(other, DCTERMS + "title", ox.Literal(found.label))
            if found.target != OTHER and (system := found.links[0].system):
                yield triple(other, VOID + "uriSpace", ox.Literal(system.iri.partition("{}")[0]))
