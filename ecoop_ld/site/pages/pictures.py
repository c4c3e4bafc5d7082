"""Pages of views: matrix, timeline, network, map, cards, reader, facet; their frames, drawings and rows for others."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from ecoop_ld.model.naming import Link
from ecoop_ld.rdf.formats import CARD, CSV, HTML, SVG, Format
from ecoop_ld.site import styles
from ecoop_ld.site.pages import previews
from ecoop_ld.site.pages.things import Row
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.views.citations import Citation, cite
from ecoop_ld.words.messages import Words, messages, placeholders
from ecoop_ld.words.texts import in_language

_FRAMES = {HTML: "base.html", CARD: "_frame.html"}
_WIDTH, _HEIGHT = 900, 600
"""Pixels of a frame on another site; what is larger scrolls."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """What others need who show a picture."""

    source: str
    """The dataset and its version, for the line below the picture."""
    licence: str
    address: str
    """Where the picture stands."""
    files: tuple[Anchor, ...]
    frame: str
    """A line of HTML that shows it in a frame in which nothing runs."""
    citation: Citation


@dataclass(frozen=True, slots=True)
class DrawingPage(Page):
    """A drawing as a file of its own."""

    template: ClassVar[str] = "drawing.svg"
    kind: str
    title: str
    shown: object
    to: Callable[[tuple[str, str]], str]
    """Path and fragment → address."""
    style: str


@dataclass(frozen=True, slots=True)
class ViewPage(Page):
    """A view whose kind has no switch. The template is that of the kind."""

    title: str
    text: str
    headline: str
    back: Anchor
    shown: object
    """What the kind of view makes of its rows."""
    frame: str
    """Template of what stands around it: a page, or a frame on another site."""
    reuse: Reuse


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
    return _whole(site, resource, language, _FRAMES[HTML])


def _whole(site: Site, resource: Resource, language: str, frame: str) -> bytes:
    """A view that is not split, in one of the frames."""
    query = site.content.views[resource.iri]
    view, kind = query.view, query.kind
    title, text = in_language(view.title, language), in_language(view.text, language)
    back = Anchor(to(site, resource.path, "browse", language), messages(site.config, language)["explore"])
    told, shown = headline(site, query.name, language), _shown(site, resource, language)
    reuse = _reuse(site, resource, language, title)
    page = ViewPage(title, text, told, back, shown, frame, reuse)
    if kind.scoped:
        alone = in_language(view.alone, language) or messages(site.config, language)["scope_alone"]
        page = ScopedViewPage(title, text, told, back, shown, frame, reuse, alone)
    apart = frame == _FRAMES[CARD]
    return site.renderer.render(
        page,
        resource.path,
        language,
        title,
        template=kind.template,
        description=text,
        file=f"{resource.path}.{CARD.extension}" if apart else "",
        security=previews.POLICY if apart else "",
    )


def _shown(site: Site, resource: Resource, language: str) -> object:
    query = site.content.views[resource.iri]
    return query.kind.make(site.describer(language), query.view, site.content.solutions[resource.iri])


def _reuse(site: Site, resource: Resource, language: str, title: str) -> Reuse:
    config, addresses = site.config, site.dataset.addresses
    at, file = _whereabouts(site), addresses.file(resource.path, HTML, language)
    card = escape(f"{at}{resource.path}.{CARD.extension}")
    source = f"{config.title(language)} {config.project.version}".strip()
    return Reuse(
        source=", ".join(filter(None, (source, config.project.creator))),
        licence=previews.licence_name(site),
        address=at + file,
        files=tuple(
            Anchor(f"{resource.path}.{row.extension}".rpartition("/")[2], row.label, media_type=row.media_type)
            for row in (SVG, CSV)
            if row in resource.formats
        ),
        frame=(
            f'<iframe src="{card}" width="{_WIDTH}" height="{_HEIGHT}" title="{escape(title)}"'
            ' sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"></iframe>'
        ),
        citation=cite(config, title, config.base + file, language),
    )


def _whereabouts(site: Site) -> str:
    """Where others find the site: at its own address, or at that of its identifiers where only this machine has it."""
    return site.config.addresses.site_url if site.config.addresses.is_public else site.config.base


def embedded(site: Site, resource: Resource, row: Format, language: str) -> bytes:
    """A view in a frame for other sites, or its drawing as a file; both in words of a language."""
    if row is CARD:
        return _whole(site, resource, language, _FRAMES[CARD])
    query = site.content.views[resource.iri]
    title = in_language(query.view.title, language)
    at, file = _whereabouts(site), site.dataset.addresses.file

    def address(place: tuple[str, str]) -> str:
        path, fragment = place
        return f"{at}{file(path, HTML, language)}{f'#{fragment}' if fragment else ''}"

    page = DrawingPage(
        query.kind.name, title, _shown(site, resource, language), address, styles.of_pictures(site.config)
    )
    return site.renderer.render(page, resource.path, language, title).lstrip()


def view_file(site: Site, resource: Resource, row: Format) -> bytes:
    """The rows of a view's query as CSV, each thing by its IRI and by its name in the first language."""
    describer = site.describer(site.config.languages[0])
    rows = site.content.solutions[resource.iri]
    columns = list(dict.fromkeys(name for solution in rows for name in solution))
    named = {name for solution in rows for name, term in solution.items() if isinstance(term, str)}
    heads = [head for name in columns for head in ((name, f"{name} (name)") if name in named else (name,))]
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(heads)
    for solution in rows:
        cells: list[str] = []
        for name in columns:
            term = solution.get(name)
            cells.append("" if term is None else term if isinstance(term, str) else term.value)
            if name in named:
                cells.append(describer.label(term).value if isinstance(term, str) else "")
        writer.writerow(cells)
    return written.getvalue().encode()


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
