"""Kinds of pages, one row for each: where its resources stand, what makes their pages and files, what they are.

To add a kind is to add a row here, with what it names: a function of ``pages/`` and a template, or one of ``data``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import FILE, Config
from ecoop_ld.config.positions import TomlPlaces
from ecoop_ld.config.tables import SettingError
from ecoop_ld.errors import did_you_mean
from ecoop_ld.rdf.formats import Format
from ecoop_ld.releases import feeds
from ecoop_ld.site import data, places
from ecoop_ld.site.pages import (
    comparing,
    downloads,
    finding,
    front,
    listings,
    pictures,
    questions,
    releases,
    schemes,
    things,
    vocabularies,
)
from ecoop_ld.site.site import Content, Resource, Site
from ecoop_ld.views.kinds import VIEW_KINDS


@dataclass(frozen=True, slots=True)
class PageKind:
    """One kind of page, or of file."""

    name: str
    at: str
    """Path of its resource, or a pattern of the paths of its resources."""
    page: Callable[[Site, Resource, str], bytes] | None = None
    """Makes the page in a language."""
    file: Callable[[Site, Resource, Format], bytes] | None = None
    """Makes what is neither a page nor plain RDF."""
    data: Callable[[Site, Resource], Sequence[ox.Quad | ox.Triple]] | None = None
    """The RDF of a resource, for every RDF format."""
    places: Callable[[Content], Iterable[Resource]] | None = None
    """Its resources; without it there is one, ``at``, in HTML alone."""
    schema: str = ""
    """What schema.org calls such a page."""
    landing: bool = False
    """Whether its links are a document of their own too (FAIR Signposting, level 2)."""
    of_thing: bool = False
    """Whether it is about the thing whose IRI it has, and shares its fate."""

    def resources(self, content: Content) -> Iterable[Resource]:
        return (Resource(self.at, self.name),) if self.places is None else self.places(content)


PAGE_KINDS: Mapping[str, PageKind] = {
    row.name: row
    for row in (
        PageKind("front", "index", front.front_page, schema="AboutPage", landing=True),
        PageKind("browse", "browse", front.browse_page),
        PageKind("download", "download", downloads.download_page),
        PageKind("sparql", "sparql/index", questions.editor_page),
        PageKind("limits", "sparql/limits", questions.limits_page),
        PageKind(
            "vocabulary",
            "{vocabulary}",
            vocabularies.vocabulary_page,
            data=data.vocabulary_data,
            places=places.vocabulary,
        ),
        PageKind(
            "catalog",
            "catalog",
            downloads.catalog_page,
            data=data.catalog_data,
            places=places.description,
            schema="Dataset",
        ),
        PageKind("questions", "queries/index", questions.questions_page),
        PageKind("search", "search", finding.search_page),
        PageKind(comparing.HOME, comparing.HOME, comparing.compare_page),
        PageKind("quality", "quality", things.quality_page),
        PageKind(
            "question",
            "queries/{name}",
            questions.question_page,
            file=questions.question_file,
            places=places.questions,
        ),
        PageKind("view", "{name}", pictures.view_page, file=pictures.view_file, places=places.views),
        PageKind("listing", "class/{name}", listings.listing_page, places=places.listings, schema="CollectionPage"),
        PageKind("releases", "dumps/index", releases.releases_page, places=places.past),
        PageKind("feed", feeds.FEED, file=releases.feed_file, places=places.feed),
        PageKind("timemap", feeds.TIMEMAP, file=releases.timemap_file, places=places.timemap),
        PageKind(
            "release",
            "dumps/{version}/index",
            releases.release_page,
            data=data.release_data,
            places=places.releases,
        ),
        PageKind(
            "changes",
            "changes/{version}",
            releases.changes_page,
            file=releases.changes_file,
            places=places.changes,
        ),
        PageKind(
            "entity",
            "doc/{type}/{slug}",
            things.entity_page,
            data=data.entity_data,
            places=places.entities,
            schema="AboutPage",
            landing=True,
            of_thing=True,
        ),
        PageKind("branches", "concepts/{scheme}/{n}", schemes.branches_page, places=places.branches),
        PageKind("names", "concepts/{scheme}/az-{n}", schemes.names_page, places=places.names),
        PageKind("links", "doc/{type}/{slug}.links-{n}", things.links_page, places=places.links, of_thing=True),
    )
}

_BESIDE = frozenset(
    {
        *("assets", "error", "fragments", "graph", "id", "iri"),
        *("linksets", "names", "oembed", "pagefind", "reconcile", "releases"),
    }
)
"""Names at the root of the site that are no page's."""
TAKEN = _BESIDE | {row.at.partition("/")[0] for row in PAGE_KINDS.values() if not row.at.startswith("{")}
"""Names that the site has already, besides that of the vocabulary."""


def check_views(config: Config) -> None:
    """Raise ``UserError`` where a view of ``ecoop.toml`` is of no known kind, or has the name of another page."""
    places = TomlPlaces((config.root / FILE).read_text(encoding="utf-8-sig"))
    for name, view in config.views.items():
        if view.kind not in VIEW_KINDS:
            *known, last = VIEW_KINDS
            raise SettingError(
                f'"views.{name}.kind" must be {", ".join(known)} or {last}, not "{view.kind}".',
                ("views", name, "kind"),
                hint=did_you_mean(view.kind, VIEW_KINDS),
            ).located(places)
        if not re.match(r"[a-z][a-z0-9-]*\Z", name) or name in (
            *TAKEN,
            config.addresses.vocabulary,
            *config.addresses.vocabularies,
        ):
            raise SettingError(
                f'"{name}" in [views] cannot be the name of a page.',
                ("views", name),
                hint="Use lower-case letters, digits and hyphens, and no name that the site has already.",
                of_key=True,
            ).located(places)
