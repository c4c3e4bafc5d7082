"""Pages of views: matrix, timeline, network, cards, reader, facet."""

from __future__ import annotations

from ecoop_ld.model.naming import Link
from ecoop_ld.site.pages.things import Row
from ecoop_ld.site.renderer import Anchor
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language


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
        back = Anchor(to(site, resource.path, resource.iri, language), title)
        title = f"{describer.label(resource.part).value}: {title}"
        made = {"title": title, "text": "", "back": back, "deck": shown}
        return site.renderer.render("deck.html", resource.path, language, title, made)
    if query.is_split:
        pages = {group: (content.part_path(query.name, group), "") for group in content.groups(query.name)}
        links = [Row(Link(describer.label(g), g, page), describer.summary(g)) for g, page in pages.items()]
        made = {"title": title, "text": text, "back": back, "rows": links}
        return site.renderer.render("parts.html", resource.path, language, title, made)
    made = {"title": title, "text": text, "back": back, "shown": kind.make(describer, view, rows)}
    if kind.scoped:
        made["alone"] = in_language(view.alone, language) or messages(site.config, language)["scope_alone"]
    return site.renderer.render(f"{kind.name}.html", resource.path, language, title, made, description=text)


def facets(site: Site, here: str, language: str) -> list[dict[str, object]]:
    """The facets of the project: each with its values, how many things have them, and where they are listed."""
    found: list[dict[str, object]] = []
    for name, query in site.content.views.items():
        if query.kind.faceted:
            choices = query.kind.make(site.describer(language), query.view, site.content.solutions[name])
            href = to(site, here, name, language)
            title = in_language(query.view.title, language)
            found.append({"href": href, "title": title, "choices": choices})
    return found


def view_links(site: Site, here: str, language: str) -> list[dict[str, str]]:
    return [
        {
            "href": to(site, here, name, language),
            "title": in_language(query.view.title, language),
            "text": in_language(query.view.text, language),
        }
        for name, query in site.content.views.items()
        if not query.kind.faceted
    ]
