"""Pages of views: matrix, timeline, network, cards, reader, facet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ecoop_ld.model.naming import Link
from ecoop_ld.site.pages.things import Row
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.words.messages import Words, messages, placeholders
from ecoop_ld.words.texts import in_language


@dataclass(frozen=True, slots=True)
class ViewPage(Page):
    """A view whose kind has no switch. The template is that of the kind."""

    title: str
    text: str
    headline: str
    back: Anchor
    shown: object
    """What the kind of view makes of its rows."""


@dataclass(frozen=True, slots=True)
class ScopedViewPage(ViewPage):
    """A view with a switch that lets its own graphs stand alone."""

    alone: str
    """What the switch calls them."""


@dataclass(frozen=True, slots=True)
class PartsPage(Page):
    """The overview of a view that is split."""

    template: ClassVar[str] = "parts.html"
    title: str
    text: str
    back: Anchor
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DeckPage(Page):
    """One part of a view that is split."""

    template: ClassVar[str] = "deck.html"
    title: str
    text: str
    back: Anchor
    deck: object


@dataclass(frozen=True, slots=True)
class Tile:
    """A way from one page to another, with what is there."""

    href: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class FacetTile:
    """A facet, with its values and how many things have them."""

    href: str
    title: str
    choices: object


def view_page(site: Site, resource: Resource, language: str) -> bytes:
    """A page of [views]; one that is split has an overview and a page for each part."""
    content, describer = site.content, site.describer(language)
    query, rows = content.views[resource.iri], content.solutions[resource.iri]
    view, kind = query.view, query.kind
    title = in_language(view.title, language)
    text = in_language(view.text, language)
    back = Anchor(to(site, resource.path, "browse", language), messages(site.config, language)["explore"])
    if resource.part and kind.part is not None:
        shown = kind.part(describer, view, resource.part, rows)
        overview = Anchor(to(site, resource.path, resource.iri, language), title)
        title = f"{describer.label(resource.part).value}: {title}"
        return site.renderer.render(DeckPage(title, "", overview, shown), resource.path, language, title)
    if query.is_split:
        pages = {group: (content.part_path(query.name, group), "") for group in content.groups(query.name)}
        links = tuple(Row(Link(describer.label(g), g, page), describer.summary(g)) for g, page in pages.items())
        return site.renderer.render(PartsPage(title, text, back, links), resource.path, language, title)
    told = headline(site, query.name, language)
    page = ViewPage(title, text, told, back, kind.make(describer, view, rows))
    if kind.scoped:
        alone = in_language(view.alone, language) or messages(site.config, language)["scope_alone"]
        page = ScopedViewPage(title, text, told, back, page.shown, alone)
    return site.renderer.render(page, resource.path, language, title, template=kind.template, description=text)


def headline(site: Site, name: str, language: str) -> str:
    """What a view shows, in a sentence; ``""`` where the project says none, or the data do not bear it out."""
    words, said = messages(site.config, language), in_language(site.content.views[name].view.headline, language)
    if not placeholders(said):
        return said
    row = site.content.headline_values(name)
    if not placeholders(said) <= row.keys():
        return ""
    spoken = {key: words.number(int(text)) if (text := value).isdigit() else text for key, value in row.items()}
    return Words(said).fill(**spoken)


def findings(site: Site, here: str, language: str) -> tuple[Tile, ...]:
    """The headlines of all views."""
    found = ((to(site, here, name, language), headline(site, name, language), name) for name in site.content.views)
    titles = {name: in_language(query.view.title, language) for name, query in site.content.views.items()}
    return tuple(Tile(href, titles[name], text) for href, text, name in found if text)


def facets(site: Site, here: str, language: str) -> tuple[FacetTile, ...]:
    """The facets of the project: each with its values, how many things have them, and where they are listed."""
    describer, content = site.describer(language), site.content
    return tuple(
        FacetTile(
            to(site, here, name, language),
            in_language(query.view.title, language),
            query.kind.make(describer, query.view, content.solutions[name]),
        )
        for name, query in content.views.items()
        if query.kind.faceted
    )


def tiles(site: Site, here: str, language: str) -> tuple[Tile, ...]:
    """The views that are no facets."""
    return tuple(
        Tile(
            to(site, here, name, language),
            in_language(query.view.title, language),
            in_language(query.view.text, language),
        )
        for name, query in site.content.views.items()
        if not query.kind.faceted
    )
