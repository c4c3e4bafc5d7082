"""(site, path, format, language) → bytes. The only renderer: the static build and the server both call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ecoop_ld.publish import bundle
from ecoop_ld.rdf.formats import HTML, Format
from ecoop_ld.site.data import triples
from ecoop_ld.site.pages.downloads import catalog_page, download_page
from ecoop_ld.site.pages.front import browse_page, front_page
from ecoop_ld.site.pages.pictures import view_page
from ecoop_ld.site.pages.questions import editor_page, limits_page, question_file, question_page, questions_page
from ecoop_ld.site.pages.releases import (
    changes_file,
    changes_page,
    feed_file,
    release_page,
    releases_page,
    timemap_file,
)
from ecoop_ld.site.pages.things import entity_page, links_page, listing_page, quality_page, search_page, vocabulary_page
from ecoop_ld.site.site import Resource, Site


def represent(site: Site, path: str, row: Format, language: str) -> bytes:
    """The bytes of one representation. Raises ``KeyError`` for an unknown path or a format it does not have."""
    resource = site.resources[path]
    if row not in resource.formats:
        raise KeyError(f"{path}.{row.extension}")
    if row is HTML:
        return _PAGES[resource.kind](site, resource, language)
    if resource.kind in _FILES:
        return _FILES[resource.kind](site, resource, row)
    quads = triples(site, resource)
    return bundle.serialize(quads, row, bundle.used_prefixes(quads, site.config.all_prefixes))


_PAGES: Mapping[str, Callable[[Site, Resource, str], bytes]] = {
    "front": front_page,
    "limits": limits_page,
    "browse": browse_page,
    "changes": changes_page,
    "catalog": catalog_page,
    "download": download_page,
    "entity": entity_page,
    "links": links_page,
    "listing": listing_page,
    "quality": quality_page,
    "question": question_page,
    "questions": questions_page,
    "release": release_page,
    "releases": releases_page,
    "search": search_page,
    "sparql": editor_page,
    "view": view_page,
    "vocabulary": vocabulary_page,
}

_FILES: Mapping[str, Callable[[Site, Resource, Format], bytes]] = {
    "changes": changes_file,
    "feed": feed_file,
    "question": question_file,
    "timemap": timemap_file,
}
"""What is no page and not only RDF."""
