"""Pages of views: matrix, timeline, network, cards, reader, facet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ecoop_ld import views
from ecoop_ld.model.naming import Link
from ecoop_ld.site.pages.things import Row
from ecoop_ld.site.renderer import Anchor
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.views.cards import deck, decks
from ecoop_ld.views.facet import facet
from ecoop_ld.views.matrix import matrix
from ecoop_ld.views.network import network
from ecoop_ld.views.reader import readings
from ecoop_ld.views.timeline import timeline
from ecoop_ld.words.messages import messages


def view_page(site: Site, resource: Resource, language: str) -> bytes:
    """A page of [views]; one that is split has an overview and a page for each part."""
    query, describer = site.views[resource.iri], site.describer(language)
    view, rows = query.view, site.solutions(resource.iri)
    title = views.in_language(view.title, language)
    text = views.in_language(view.text, language)
    back = Anchor(to(site, resource.path, "browse", language), messages(site.config, language)["explore"])
    alone = views.in_language(view.alone, language) or messages(site.config, language)["scope_alone"]
    common = {"title": title, "text": text, "back": back, "alone": alone}
    if resource.part:
        made: object = deck(describer, view, resource.part, rows)
        overview = Anchor(to(site, resource.path, resource.iri, language), title)
        title = f"{describer.label(resource.part).value}: {title}"
        common |= {"title": title, "back": overview, "text": ""}
        return site.renderer.render("deck.html", resource.path, language, title, {**common, "deck": made})
    if view.kind == "cards" and view.split:
        groups = dict.fromkeys(views.iri(row, "group") for row in rows)
        pages = {g: (site.part_path(query.name, g), "") for g in groups}
        links = [Row(Link(describer.label(g), g, page), describer.summary(g)) for g, page in pages.items()]
        return site.renderer.render("parts.html", resource.path, language, title, {**common, "rows": links})
    template, name, make = _VIEWS[view.kind]
    return site.renderer.render(
        template, resource.path, language, title, {**common, name: make(describer, view, rows)}, description=text
    )


_VIEWS: Mapping[str, tuple[str, str, Callable[..., object]]] = {
    "matrix": ("matrix.html", "matrix", matrix),
    "timeline": ("timeline.html", "timeline", timeline),
    "network": ("network.html", "network", network),
    "cards": ("cards.html", "decks", decks),
    "reader": ("reader.html", "readings", readings),
    "facet": ("facet.html", "choices", facet),
}
"""Kind of view → its template, the template's variable, and what makes its value."""


def facets(site: Site, here: str, language: str) -> list[dict[str, object]]:
    """The facets of the project: each with its values, how many things have them, and where they are listed."""
    found: list[dict[str, object]] = []
    for name, query in site.views.items():
        if query.view.kind == "facet":
            choices = facet(site.describer(language), query.view, site.solutions(name))
            href = to(site, here, name, language)
            title = views.in_language(query.view.title, language)
            found.append({"href": href, "title": title, "choices": choices})
    return found


def view_links(site: Site, here: str, language: str) -> list[dict[str, str]]:
    return [
        {
            "href": to(site, here, name, language),
            "title": views.in_language(query.view.title, language),
            "text": views.in_language(query.view.text, language),
        }
        for name, query in site.views.items()
        if query.view.kind != "facet"
    ]
