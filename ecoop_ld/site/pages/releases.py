"""The project's past: a page for each release, what has changed since each, and what announces them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from ecoop_ld.addresses import relative
from ecoop_ld.model import tombstones, vocabulary
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.publish import bundle
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import (
    CHANGE_FORMATS,
    CHANGES_JSON,
    FEED_FORMATS,
    HTML,
    LINK_FORMAT,
    N_TRIPLES,
    RDF_FORMATS,
    RDF_PATCH,
    Format,
)
from ecoop_ld.releases import changesets, diff, feeds, versions
from ecoop_ld.releases.diff import Diff, EntityChange
from ecoop_ld.releases.folder import BESIDE, ENTRY, VOCABULARY, Release
from ecoop_ld.site.pages.downloads import DownloadRow, file_rows
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, changes_path, release_path, to
from ecoop_ld.words.messages import messages

_MOST = 100
"""Entities whose changes a page shows; the files beside it have them all."""
_KINDS = ("added", "changed", "replaced", "withdrawn", "removed")


@dataclass(frozen=True, slots=True)
class ChangedProperty:
    """One property of one entity, before and after."""

    name: Link
    removed: tuple[Link | Text, ...]
    added: tuple[Link | Text, ...]


@dataclass(frozen=True, slots=True)
class ChangedEntity:
    """What happened to one entity."""

    link: Link
    kind: str
    properties: tuple[ChangedProperty, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference as a page shows it."""

    counts: tuple[tuple[str, int], ...]
    """Kind of change → entities."""
    entities: tuple[ChangedEntity, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release in a list."""

    page: tuple[str, str]
    version: str
    date: str
    ontology: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of an entity's history."""

    page: tuple[str, str]
    version: str
    words: str
    properties: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What the page of a thing says first that is dead, or no longer to be used."""

    words: str
    successors: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ReleasesPage(Page):
    """All releases."""

    template: ClassVar[str] = "releases.html"
    releases: tuple[ReleaseRow, ...]
    feeds: tuple[Anchor, ...]
    timemap: str
    back: Anchor


@dataclass(frozen=True, slots=True)
class ReleasePage(Page):
    """One release."""

    template: ClassVar[str] = "release.html"
    title: str
    release: ReleaseRow
    previous: tuple[str, str] | None
    """Path and version of the release before it."""
    iri: str
    terms: str
    """Address of its vocabulary; ``""`` where it has none of its own."""
    difference: Difference | None
    others: tuple[Anchor, ...]
    since: str
    """Address of what has changed since; ``""`` for the latest."""
    files: tuple[DownloadRow, ...]
    sums: str
    back: Anchor


@dataclass(frozen=True, slots=True)
class ChangesPage(Page):
    """What has changed since a release."""

    template: ClassVar[str] = "changes.html"
    title: str
    until: str
    difference: Difference
    back: Anchor


# --- data ----------------------------------------------------------------------------------------------------------


def feed_file(site: Site, resource: Resource, row: Format) -> bytes:
    return feeds.feed(site.config, site.history, row)


def timemap_file(site: Site, resource: Resource, row: Format) -> bytes:
    return feeds.timemap(site.config.addresses.site_url, site.history)


def changes_file(site: Site, resource: Resource, row: Format) -> bytes:
    """What has changed from a release to the latest: as a patch, as JSON, or as change sets in RDF."""
    found, latest = site.history.since(resource.part), site.history.latest
    header = {"since": resource.part, "until": str(latest.version)}
    if row is RDF_PATCH:
        return found.as_patch(header).encode()
    if row is CHANGES_JSON:
        return found.as_json(header).encode()
    triples = list(changesets.change_sets(found, site.config.base + resource.path, latest.date))
    prefixes = {"cs": changesets.CS, **site.config.all_prefixes}
    return bundle.serialize(triples, row, bundle.used_prefixes(triples, prefixes))


# --- pages ---------------------------------------------------------------------------------------------------------


def releases_page(site: Site, resource: Resource, language: str) -> bytes:
    here = site.dataset.addresses.file(resource.path, HTML, language)
    words = messages(site.config, language)
    page = ReleasesPage(
        releases=tuple(_row(site, release, language) for release in site.history.releases[::-1]),
        feeds=tuple(
            Anchor(relative(here, f"{feeds.FEED}.{r.extension}"), r.label, media_type=r.media_type)
            for r in FEED_FORMATS
        ),
        timemap=relative(here, f"{feeds.TIMEMAP}.{LINK_FORMAT.extension}"),
        back=Anchor(to(site, resource.path, "download", language), words["download"]),
    )
    return site.renderer.render(page, resource.path, language, words["releases"])


def _row(site: Site, release: Release, language: str) -> ReleaseRow:
    version = str(release.version)
    words = feeds.sentence(site.config, release, language)
    return ReleaseRow((release_path(version), ""), version, release.date, release.ontology, words)


def release_page(site: Site, resource: Resource, language: str) -> bytes:
    """One release: what is new, and its files with their checksums."""
    release, words = site.history.by_version[resource.part], messages(site.config, language)
    version = str(release.version)
    title = f"{site.config.title(language)} {version}"
    here = site.dataset.addresses.file(resource.path, HTML, language)
    folder = f"dumps/{version}/"
    terms = versions.vocabulary_file(site.history, release.ontology, RDF_FORMATS[0].extension)
    page = ReleasePage(
        title=title,
        release=_row(site, release, language),
        previous=(release_path(release.previous), release.previous) if release.previous else None,
        iri=resource.iri,
        terms=relative(here, terms) if terms else "",
        difference=_difference(site, site.history.changed(version), language) if release.previous else None,
        others=tuple(
            Anchor(relative(here, folder + name), name) for name in filter(None, (release.archive, *BESIDE, ENTRY))
        ),
        since="" if release is site.history.latest else to(site, resource.path, changes_path(version), language),
        files=file_rows(site, here, versions.dumps_of(release), language),
        sums=relative(here, folder + bundle.SUMS),
        back=Anchor(to(site, resource.path, "dumps/index", language), words["releases"]),
    )
    text = feeds.sentence(site.config, release, language)
    return site.renderer.render(page, resource.path, language, title, alternates=RDF_FORMATS, description=text)


def changes_page(site: Site, resource: Resource, language: str) -> bytes:
    """What has changed from a release to the latest, for people."""
    words, latest = messages(site.config, language), str(site.history.latest.version)
    title = words["changes_since"].fill(version=resource.part)
    page = ChangesPage(
        title,
        words["changes_until"].fill(version=latest),
        _difference(site, site.history.since(resource.part), language),
        Anchor(to(site, resource.path, release_path(resource.part), language), resource.part),
    )
    rows = tuple(row for row in CHANGE_FORMATS if row is not HTML)
    return site.renderer.render(page, resource.path, language, title, alternates=rows)


def vocabulary_changes(site: Site, language: str) -> tuple[ReleaseRow, Difference] | None:
    """The last release with another version of the vocabulary than the present one, and what has changed since."""
    now = site.dataset.vocabulary_version
    before = next((r for r in site.history.releases[::-1] if r.ontology and r.ontology != now), None)
    if before is None:
        return None
    name = f"{VOCABULARY}.{N_TRIPLES.extension}"
    old = [
        ox.Quad(t.subject, t.predicate, t.object) for t in ox.parse(before.read(name), format=ox.RdfFormat.N_TRIPLES)
    ]
    new = [ox.Quad(q.subject, q.predicate, q.object) for q in vocabulary.quads(site.dataset)]
    return _row(site, before, language), _difference(site, diff.compare(old, new), language)


def _difference(site: Site, found: Diff, language: str) -> Difference:
    describer = site.describer(language)
    kinds = [changesets.word(entity) for entity in found.entities]
    counts = tuple((kind, kinds.count(kind)) for kind in _KINDS if kind in kinds)
    shown = tuple(_entity(describer, entity) for entity in found.entities[:_MOST])
    return Difference(counts, shown, len(found.entities) - len(shown))


def _entity(describer: Describer, entity: EntityChange) -> ChangedEntity:
    properties = tuple(
        ChangedProperty(
            describer.link(change.predicate),
            _values(describer, entity.subject, change.predicate, change.removed),
            _values(describer, entity.subject, change.predicate, change.added),
        )
        for change in entity.changes
    )
    return ChangedEntity(describer.link(entity.subject), changesets.word(entity), properties)


def _values(describer: Describer, subject: str, predicate: str, values: Iterable[str]) -> tuple[Link | Text, ...]:
    """N-Triples text of values, and their graphs, as a page shows them."""
    quads = changesets.quads(f"<{subject}> <{predicate}> {value} ." for value in values)
    terms = dict.fromkeys(quad.object for quad in quads)  # the same in two graphs is shown once
    return tuple(
        describer.text(term) if isinstance(term, ox.Literal) else describer.link(names.value(term)) for term in terms
    )


# --- on the page of an entity --------------------------------------------------------------------------------------


def history(site: Site, iri: str, language: str) -> tuple[Moment, ...]:
    """What the releases did to an entity, oldest first."""
    describer, words = site.describer(language), messages(site.config, language)
    return tuple(
        Moment(
            (release_path(event.version), ""),
            event.version,
            words[f"history_{event.kind}"],
            tuple(describer.link(iri) for iri in event.properties) if event.kind == "changed" else (),
        )
        for event in site.history.of(iri)
    )


def tombstone(site: Site, iri: str, language: str) -> Tombstone | None:
    describer, words = site.describer(language), messages(site.config, language)
    found = tombstones.fate(site.dataset, iri)
    if found is None:
        return _deprecated(site, iri, language) if tombstones.is_deprecated(site.dataset, iri) else None
    links = tuple(describer.link(other) for other in found.successors)
    return Tombstone(words["was_replaced" if links else "was_withdrawn"], links)


def _deprecated(site: Site, iri: str, language: str) -> Tombstone:
    """The mark of what lives on and is no longer to be used."""
    describer, words = site.describer(language), messages(site.config, language)
    successors = site.dataset.iris(iri, names.DCTERMS + "isReplacedBy")
    links = tuple(describer.link(other) for other in successors if other != iri)
    return Tombstone(words["deprecated_use" if links else "deprecated"], links)
