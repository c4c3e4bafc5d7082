"""The front page, the page to explore from, and the page of a failed request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from ecoop_ld.site.heads import ERROR
from ecoop_ld.site.pages.figures import dataset_markup, figures
from ecoop_ld.site.pages.pictures import FacetTile, Tile, facets, findings, tiles
from ecoop_ld.site.pages.things import KindCount, Row, kinds
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language

_ASKED = 5
"""Questions on the front page where the project names none."""


@dataclass(frozen=True, slots=True)
class BrowsePage(Page):
    """The page to explore from."""

    template: ClassVar[str] = "browse.html"
    kinds: tuple[KindCount, ...]
    views: tuple[Tile, ...]
    facets: tuple[FacetTile, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses for the three kinds of use: to query, to download, to link."""

    query: str
    download: str
    link: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A view that stands on the front page itself."""

    title: str
    href: str
    matrix: object


@dataclass(frozen=True, slots=True)
class FrontPage(Page):
    """The front page."""

    template: ClassVar[str] = "front.html"
    title: str
    description: str
    figures: tuple[str, ...]
    """One sentence in pieces: words and figures take turns."""
    finding: tuple[Tile, ...]
    """What views show, in a sentence each, with the way to them."""
    questions: tuple[Anchor, ...]
    all_questions: str
    search: str
    ways: Ways
    featured: tuple[Row, ...]
    kinds: tuple[KindCount, ...]
    views: tuple[Tile, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage(Page):
    """The page of a failed request."""

    template: ClassVar[str] = "error.html"
    status: int
    title: str
    message: str


def browse_page(site: Site, resource: Resource, language: str) -> bytes:
    words = messages(site.config, language)
    more = (
        Tile(to(site, resource.path, "search", language), words["az"]),
        Tile(to(site, resource.path, "quality", language), words["quality"], words["quality_text"]),
    )
    page = BrowsePage(
        kinds(site, resource, language),
        (*tiles(site, resource.path, language), *more),
        facets(site, resource.path, language),
    )
    return site.renderer.render(page, resource.path, language, words["explore"])


def front_page(site: Site, resource: Resource, language: str) -> bytes:
    config, describer = site.config, site.describer(language)
    default = config.languages[0]
    named = (config.base, *(config.base + path for path in config.pages.featured))  # at the base itself is this page
    featured = [iri for iri in dict.fromkeys(named) if site.dataset.described(iri) and site.dataset.page(iri)]
    title = config.title(language)
    description = config.project.description.get(language) or config.project.description.get(default, "")
    found = kinds(site, resource, language)
    page = FrontPage(
        title=title,
        description=in_language(config.project.about, language) or description,
        finding=findings(site, resource.path, language),
        questions=asked(site, resource.path, language),
        all_questions=to(site, resource.path, "queries/index", language),
        search=to(site, resource.path, "search", language),
        figures=figures(site, language, len(found)),
        ways=Ways(
            query=to(site, resource.path, "sparql/index", language),
            download=to(site, resource.path, "download", language),
            link=to(site, resource.path, site.dataset.addresses.vocabulary_path(), language),
        ),
        featured=tuple(Row(describer.link(iri), describer.summary(iri)) for iri in featured),
        kinds=found,
        views=tiles(site, resource.path, language),
        pictures=tuple(
            Picture(
                in_language(query.view.title, language),
                to(site, resource.path, name, language),
                query.kind.make(describer, query.view, site.content.solutions[name]),
            )
            for name, query in site.content.views.items()
            if query.view.front and query.kind.front
        ),
    )
    return site.renderer.render(
        page, resource.path, language, title, description=description, structured=dataset_markup(site, language)
    )


def asked(site: Site, here: str, language: str) -> tuple[Anchor, ...]:
    """The readers' questions: those that the project names, else the first."""
    named = {question.name: question for question in site.questions}
    wanted = [named[name] for name in site.config.pages.asked if name in named] or site.questions[:_ASKED]
    return tuple(
        Anchor(to(site, here, f"queries/{question.name}", language), in_language(question.title, language))
        for question in wanted
    )


def error_page(site: Site, language: str, status: int, title: str, message: str, file: str) -> bytes:
    """A page for a failed request to the address ``file``."""
    return site.renderer.render(ErrorPage(status, title, message), ERROR, language, title, file=file)


def not_found_page(site: Site) -> bytes:
    """For static hosts: shown at any address, so that its links begin at the root of the host."""
    language = site.config.languages[0]
    words = messages(site.config, language)
    root = urlsplit(site.config.addresses.site_url).path
    return error_page(site, language, 404, words["not_found"], words["not_found_text"], root)
