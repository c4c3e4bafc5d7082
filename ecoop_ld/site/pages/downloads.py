"""The files of the dataset, and its description for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from ecoop_ld.addresses import relative
from ecoop_ld.model.naming import Link
from ecoop_ld.publish import bundle, linksets, parquet, tables
from ecoop_ld.publish.bundle import Dump
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import CSV, HTML, N_QUADS, N_TRIPLES, PARQUET, RDF_FORMATS, TSV, TURTLE
from ecoop_ld.reconcile.linksets import OTHER, Linkset
from ecoop_ld.site.pages.figures import dataset_markup
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.words import locales
from ecoop_ld.words.messages import messages


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """A file on the download page."""

    graph: str
    label: str
    href: str
    size: str
    sha256: str
    packed: tuple[Anchor, ...]
    """The same, compressed."""


@dataclass(frozen=True, slots=True)
class DownloadGroup:
    """The files of one part of the dataset."""

    name: str
    rows: tuple[DownloadRow, ...]


@dataclass(frozen=True, slots=True)
class LinksetRow:
    """A set of links on the download page."""

    label: str
    confirmed: bool
    count: int
    files: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class DownloadPage(Page):
    """The files of the dataset."""

    template: ClassVar[str] = "download.html"
    whole: tuple[DownloadGroup, ...]
    """Everything, and what is stated."""
    sources: tuple[DownloadGroup, ...]
    """Each named graph."""
    tables: tuple[DownloadGroup, ...]
    code: tuple[tuple[str, str], ...]
    """Name of a language and lines that read the data in it."""
    sums: str
    releases: str
    """Address of the page of releases; ``""`` where there are none."""
    linksets: tuple[LinksetRow, ...]
    mixnmatch: str
    services: tuple[str, ...]
    """Addresses of the reconciliation service."""


@dataclass(frozen=True, slots=True)
class CatalogPage(Page):
    """The description of the dataset."""

    template: ClassVar[str] = "catalog.html"
    title: str
    description: str
    iri: str
    version: str
    modified: str
    counts: tuple[tuple[str, int], ...]
    """What is counted → number."""
    partitions: tuple[tuple[Link, int], ...]
    """Class → its things."""
    download: str


def download_page(site: Site, resource: Resource, language: str) -> bytes:
    here = site.dataset.addresses.file(resource.path, HTML, language)
    page = DownloadPage(
        whole=groups(site, here, language, lambda d: not d.graph and not d.name.startswith(tables.FOLDER)),
        sources=groups(site, here, language, lambda d: bool(d.graph)),
        tables=groups(site, here, language, lambda d: not d.graph and d.name.startswith(tables.FOLDER)),
        code=tuple(code(site)),
        sums=relative(here, f"{bundle.FOLDER}/{bundle.SUMS}"),
        releases=to(site, resource.path, "dumps/index", language) if site.history else "",
        linksets=tuple(_linkset_row(site, found, here, language) for found in site.content.linksets),
        mixnmatch=relative(here, linksets.MIXNMATCH),
        services=tuple(f"{site.config.addresses.site_url}{path}" for path in ("reconcile", "reconcile/1.0")),
    )
    title = messages(site.config, language)["download"]
    return site.renderer.render(page, resource.path, language, title, structured=dataset_markup(site, language))


def _linkset_row(site: Site, found: Linkset, here: str, language: str) -> LinksetRow:
    files = tuple(
        Anchor(relative(here, linksets.path(found, row.extension)), label)
        for row, label in ((N_TRIPLES, N_TRIPLES.label), (TSV, "SSSOM"))
    )
    label = messages(site.config, language)["links_elsewhere"] if found.target == OTHER else found.label
    return LinksetRow(label, found.confirmed, len(found.links), files)


def code(site: Site) -> Iterator[tuple[str, str]]:
    """The lines that read the largest table, or all triples, in the languages that people ask for."""
    base, made = site.config.addresses.site_url, site.content.tables.classes
    largest = max(made, key=lambda table: len(table.rows), default=None)
    whole = f"{base}{bundle.FOLDER}/{bundle.WHOLE}"
    csv = f"{base}{bundle.FOLDER}/{tables.FOLDER}/{largest.name}.{CSV.extension}" if largest else ""
    turtle = f"{whole}.{TURTLE.extension}"
    lines = [f'import pandas\ntable = pandas.read_csv("{csv}")\n'] if csv else []
    yield "Python", "\n".join([*lines, f'import rdflib\ngraph = rdflib.Graph().parse("{turtle}", format="turtle")'])
    if csv:
        yield "R", f'table <- read.csv("{csv}")'
        packed = csv.removesuffix(CSV.extension) + PARQUET.extension if parquet.version() else csv
        yield "DuckDB", f"SELECT * FROM '{packed}' LIMIT 10;"  # noqa: S608 (shown, not asked)
    shell = [f"curl -sO {whole}.{N_QUADS.extension}.gz"]
    shell += [f"curl -s {base}{bundle.FOLDER}/{bundle.SUMS} | sha256sum --check --ignore-missing"]
    yield "Shell", "\n".join(shell)


def groups(site: Site, here: str, language: str, chosen: Callable[[Dump], bool]) -> tuple[DownloadGroup, ...]:
    """The chosen dumps of the last build, those of one part together."""
    found: dict[str, list[DownloadRow]] = {}
    for row in file_rows(site, here, [d for d in site.downloads if chosen(d)], language):
        found.setdefault(row.graph, []).append(row)
    return tuple(DownloadGroup(name, tuple(rows)) for name, rows in found.items())


def file_rows(site: Site, here: str, downloads: Sequence[Dump], language: str) -> tuple[DownloadRow, ...]:
    """Files in a table of the page ``here``, each with its packed forms beside it."""
    packed: dict[str, list[Anchor]] = {}
    for d in downloads:
        if d.compression:
            anchor = Anchor(relative(here, d.path), f"{d.compression} {human_size(d.size, language)}")
            packed.setdefault(d.path.removesuffix(f".{d.compression}"), []).append(anchor)
    return tuple(
        DownloadRow(
            _part_name(site, d, language),
            d.format.label,
            relative(here, d.path),
            human_size(d.size, language),
            d.sha256,
            tuple(packed.get(d.path, ())),
        )
        for d in downloads
        if not d.compression
    )


def catalog_page(site: Site, resource: Resource, language: str) -> bytes:
    """The description for people: what it is, how much there is of it, and where its files are."""
    project, describer = site.config.project, site.describer(language)
    triples = site.description
    counts = {
        names.local_name(t.predicate.value): int(t.object.value)
        for t in triples
        if names.value(t.subject) == resource.iri and isinstance(t.object, ox.Literal) and t.object.value.isdigit()
    }
    kinds = {t.subject: names.value(t.object) for t in triples if t.predicate.value == names.VOID + "class"}
    partitions = [
        (describer.link(kinds[t.subject]), int(names.value(t.object)))
        for t in triples
        if t.subject in kinds and t.predicate.value == names.VOID + "entities"
    ]
    title, words = site.config.title(language), messages(site.config, language)
    page = CatalogPage(
        title=title,
        description=project.description.get(language, ""),
        iri=resource.iri,
        version=project.version,
        modified=project.modified,
        counts=tuple((words[f"count_{name}"], n) for name, n in sorted(counts.items()) if f"count_{name}" in words),
        partitions=tuple(sorted(partitions, key=lambda row: (-row[1], describer.order(row[0])))),
        download=to(site, resource.path, "download", language),
    )
    return site.renderer.render(page, resource.path, language, title, alternates=RDF_FORMATS)


def _part_name(site: Site, dump: Dump, language: str) -> str:
    if dump.name == bundle.WHOLE:
        return messages(site.config, language)["whole_dataset"]
    return dump.graph.removeprefix(site.config.base) or dump.name


def human_size(size: int, language: str) -> str:
    """``12 kB``: powers of 1,000."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{locales.number(amount, language, 0 if unit == 'B' or amount >= 10 else 1)} {unit}"
        amount /= 1000
    raise AssertionError
