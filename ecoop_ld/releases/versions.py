"""Releases → what describes them to machines: versions of the dataset (DCAT 3 §11) and of the vocabulary (OWL 2 §3)."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.publish import bundle, dcat
from ecoop_ld.rdf.formats import ARCHIVE, COMPRESSIONS, TABLE_FILES, by_name
from ecoop_ld.rdf.names import DCAT, DCTERMS, OWL, PROV, XSD
from ecoop_ld.rdf.triples import Triples, triple
from ecoop_ld.releases.folder import BESIDE, ENTRY, FACTS, PLACES, VOCABULARY, Release
from ecoop_ld.releases.history import History

ADMS = "http://www.w3.org/ns/adms#"


def iri(dataset: Dataset, version: str) -> str:
    """The IRI of a release of the dataset; the version of the vocabulary is another."""
    return f"{dataset.config.base}dumps/{version}/"


def of_dataset(dataset: Dataset, history: History) -> Triples:
    """How the dataset of today relates to its releases, and each release to the one before it."""
    node, said = dcat.dataset_iri(dataset), dataset.config.project.version
    before = [release for release in history.releases if str(release.version) != said]
    if before:
        yield triple(node, DCAT + "previousVersion", iri(dataset, str(before[-1].version)))
    for release in history.releases:
        yield triple(node, DCAT + "hasVersion", iri(dataset, str(release.version)))
        yield from _release(dataset, release)
        yield from _archive(dataset, release)
    if history:
        yield triple(node, DCAT + "hasCurrentVersion", iri(dataset, str(history.latest.version)))
    yield from _conforms(dataset, node, dataset.vocabulary_version)


def _archive(dataset: Dataset, release: Release) -> Triples:
    """What a catalogue shows of a release: the archive; all other files stand in the description of the release."""
    if name := release.archive:
        version, sums = str(release.version), release.sums
        dump = bundle.Dump(f"dumps/{version}/{name}", "", ARCHIVE, release.size(name), sums[name])
        yield from dcat.archive(dataset, iri(dataset, version), dump, version, release.date)


def of_release(dataset: Dataset, release: Release, found: tuple[bundle.Dump, ...]) -> Triples:
    """A release by itself: what it is, what is new, and its files."""
    node = iri(dataset, str(release.version))
    yield from _release(dataset, release)
    yield triple(node, ADMS + "versionNotes", ox.Literal(release.read(ENTRY).decode()))
    yield from dcat.distributions(dataset, node, found, release.date)
    yield from _archive(dataset, release)


def of_vocabulary(dataset: Dataset, history: History) -> Triples:
    """``owl:priorVersion`` of the vocabulary: the last version that was released before the present one."""
    now = dataset.vocabulary_version
    before = [r.ontology for r in history.releases if r.ontology and r.ontology != now]
    if now and before:
        vocabulary = dataset.config.vocabulary_iri
        yield triple(vocabulary, OWL + "priorVersion", f"{vocabulary}/{quote(before[-1], safe='')}")


def _release(dataset: Dataset, release: Release) -> Triples:
    project, version = dataset.config.project, str(release.version)
    node, day = iri(dataset, version), ox.NamedNode(XSD + "date")
    yield triple(node, TYPE, DCAT + "Dataset")
    yield triple(node, DCAT + "isVersionOf", dcat.dataset_iri(dataset))
    yield triple(node, DCAT + "version", ox.Literal(version))
    yield triple(node, DCTERMS + "identifier", ox.Literal(node))
    yield triple(node, DCTERMS + "publisher", f"{dataset.config.base}catalog#publisher")
    for language, text in project.title.items():
        yield triple(node, DCTERMS + "title", ox.Literal(f"{text} {version}", language=language))
    for language, text in (project.description or project.title).items():
        yield triple(node, DCTERMS + "description", ox.Literal(text, language=language))
    if release.date:
        yield triple(node, DCTERMS + "issued", ox.Literal(release.date, datatype=day))
    if project.license:
        yield triple(node, DCTERMS + "license", project.license)
    if release.previous:
        yield triple(node, DCAT + "previousVersion", iri(dataset, release.previous))
        yield triple(node, PROV + "wasRevisionOf", iri(dataset, release.previous))
    yield from _conforms(dataset, node, release.ontology)


def _conforms(dataset: Dataset, node: str, ontology: str) -> Triples:
    """The version of the vocabulary that data is written in, by the vocabulary's ``owl:versionIRI``."""
    if ontology:
        version = f"{dataset.config.vocabulary_iri}/{quote(ontology, safe='')}"
        yield from dcat.typed(node, DCTERMS + "conformsTo", version, DCTERMS + "Standard")


def dumps_of(release: Release) -> tuple[bundle.Dump, ...]:
    """The dumps among the files of a release, the whole dataset first."""
    found = []
    for name, sha256 in release.sums.items():
        if name in (FACTS, PLACES, ENTRY, *BESIDE) or name.startswith(VOCABULARY):
            continue
        stem, _, end = name.rpartition(".")
        stem, compression = (stem, end) if end in COMPRESSIONS else (name, "")
        row = by_name(stem.rpartition(".")[2], (*bundle.FORMATS, *TABLE_FILES))
        if row is not None:
            size = release.size(name)
            found.append(bundle.Dump(f"dumps/{release.version}/{name}", "", row, size, sha256, compression))
    return tuple(sorted(found, key=lambda dump: (dump.name != bundle.WHOLE, dump.path)))


def vocabulary_file(history: History, ontology: str, extension: str) -> str:
    """Path of the vocabulary as it was in a version of its own: in the last release that has it; else nothing."""
    having = [str(r.version) for r in history.releases if r.ontology == ontology]
    name = f"{VOCABULARY}.{extension}"
    return f"dumps/{having[-1]}/{name}" if having and by_name(extension) and name in history.files[having[-1]] else ""
