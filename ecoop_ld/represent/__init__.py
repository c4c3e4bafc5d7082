"""(site, path, format, language) → bytes. The only renderer: the static build and the server both call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ecoop_ld import dumps
from ecoop_ld.formats import HTML, Format
from ecoop_ld.represent.answers import editor_page, limits_page, question_file, question_page, questions_page
from ecoop_ld.represent.data import DATA
from ecoop_ld.represent.downloads import catalog_page, download_page
from ecoop_ld.represent.front import browse_page, front_page
from ecoop_ld.represent.past import changes_file, changes_page, feed_file, release_page, releases_page, timemap_file
from ecoop_ld.represent.pictures import view_page
from ecoop_ld.represent.site import Resource, Site
from ecoop_ld.represent.things import entity_page, links_page, listing_page, quality_page, search_page, vocabulary_page


def represent(site: Site, path: str, row: Format, language: str) -> bytes:
    """The bytes of one representation. Raises ``KeyError`` for an unknown path or a format it does not have."""
    resource = site.resources[path]
    if row not in resource.formats:
        raise KeyError(f"{path}.{row.extension}")
    if row is HTML:
        return _PAGES[resource.kind](site, resource, language)
    if resource.kind in _FILES:
        return _FILES[resource.kind](site, resource, row)
    quads = DATA[resource.kind](site, resource)
    return dumps.serialize(quads, row, dumps.used_prefixes(quads, site.config.all_prefixes))


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
