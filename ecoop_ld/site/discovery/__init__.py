"""A site → the files by which crawlers, browsers and programs find what is on it."""

from __future__ import annotations

from collections.abc import Iterator

from ecoop_ld.publish.staging import Output
from ecoop_ld.site import cards
from ecoop_ld.site.discovery import agents, openapi, sitemap
from ecoop_ld.site.pages import front
from ecoop_ld.site.site import Site


def files(site: Site) -> Iterator[Output]:
    yield from (Output(name, content) for name, content in sitemap.files(site))
    yield Output(sitemap.ROBOTS, sitemap.robots(site))
    yield Output("404.html", front.not_found_page(site))
    yield Output("llms.txt", agents.llms(site))
    yield Output(agents.OPEN_SEARCH, agents.open_search(site))
    yield Output(agents.API_CATALOG, agents.api_catalog(site))
    yield Output(openapi.FILE, openapi.description(site))
    for language in site.config.languages:
        yield Output(cards.path(language), cards.card(site.config, language))
