"""The front page, the page to explore from, and the page of a failed request."""

from __future__ import annotations

import re

from ecoop_ld.publish import packages
from ecoop_ld.site.pages.pictures import facets, view_links
from ecoop_ld.site.pages.things import Row, kinds
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language


def browse_page(site: Site, resource: Resource, language: str) -> bytes:
    words = messages(site.config, language)
    more = [
        {"href": to(site, resource.path, "search", language), "title": words["az"], "text": ""},
        {
            "href": to(site, resource.path, "quality", language),
            "title": words["quality"],
            "text": words["quality_text"],
        },
    ]
    view = {
        "kinds": kinds(site, resource, language),
        "views": view_links(site, resource.path, language) + more,
        "facets": facets(site, resource.path, language),
    }
    return site.renderer.render(
        "browse.html", resource.path, language, messages(site.config, language)["explore"], view
    )


def front_page(site: Site, resource: Resource, language: str) -> bytes:
    config, describer = site.config, site.describer(language)
    default = config.languages[0]
    featured = [config.base + path for path in config.pages.featured if site.dataset.described(config.base + path)]
    title = config.project.title.get(language, config.project.title[default])
    description = config.project.description.get(language) or config.project.description.get(default, "")
    found = kinds(site, resource, language)
    view = {
        "title": title,
        "description": description,
        "figures": figures(site, language, len(found)),
        "ways": {
            "query": to(site, resource.path, "sparql/index", language),
            "download": to(site, resource.path, "download", language),
            "link": to(site, resource.path, config.addresses.vocabulary, language),
        },
        "structured": packages.schema_dataset(site.dataset, site.listed, language),
        "featured": [Row(describer.link(iri), describer.summary(iri)) for iri in featured],
        "kinds": found,
        "views": view_links(site, resource.path, language),
        "pictures": [
            {
                "title": in_language(query.view.title, language),
                "href": to(site, resource.path, name, language),
                "matrix": query.kind.make(describer, query.view, site.content.solutions[name]),
            }
            for name, query in site.content.views.items()
            if query.view.front and query.kind.front
        ],
    }
    return site.renderer.render("front.html", resource.path, language, title, view, description=description)


def figures(site: Site, language: str, kinds_of_things: int) -> list[str]:
    """One sentence on what is here, in pieces: words and figures take turns."""
    words = messages(site.config, language)
    counts = {
        "statements": len({(q.subject, q.predicate, q.object) for q in site.dataset.stated}),
        "things": len(site.dataset.things),
        "kinds": kinds_of_things,
    }
    parts = {name: words.uncounted(f"{name}_count", count) for name, count in counts.items()}
    figures = {name: part.replace("{n}", f"{{{name}}}") for name, part in parts.items()}
    pieces = re.split(r"\{(\w+)\}", words["home_figures"].fill(**figures))
    return [words.number(counts[p]) if i % 2 else p for i, p in enumerate(pieces)]


def error_page(site: Site, language: str, status: int, title: str, message: str, file: str) -> bytes:
    """A page for a failed request to the address ``file``."""
    view = {"status": status, "title": title, "message": message}
    return site.renderer.render("error.html", "error", language, title, view, file=file)
