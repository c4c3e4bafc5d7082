"""A site → ``sitemap.xml`` (sitemaps.org 0.9) and ``robots.txt`` (RFC 9309).

A map lists the pages themselves, in each language, not the IRIs of things, which answer 303, nor what is withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import pyoxigraph as ox

from ecoop_ld.model import tombstones
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.rdf.names import DCTERMS
from ecoop_ld.site.kinds import PAGE_KINDS
from ecoop_ld.site.site import Resource, Site

INDEX, ROBOTS = "sitemap.xml", "robots.txt"
MOST = 50_000
"""Addresses in one file, by the protocol."""
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_MODIFIED = (DCTERMS + "modified", "https://schema.org/dateModified", "http://schema.org/dateModified")
_W3C_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?\Z")
_APART = ("sparql?query=", "changes?since=", "compare?", "compare.html?")
"""What no crawler need ask: each has as many answers as there are questions."""


def files(site: Site, most: int = MOST) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file: one map, or an index of maps where there are more pages than one may list."""
    entries = list(_entries(site))
    if len(entries) <= most:
        yield INDEX, _document("urlset", "url", entries)
        return
    parts = [entries[start : start + most] for start in range(0, len(entries), most)]
    named = [(f"sitemap-{number}.xml", part) for number, part in enumerate(parts, 1)]
    for name, part in named:
        yield name, _document("urlset", "url", part)
    base = site.config.addresses.site_url
    yield INDEX, _document("sitemapindex", "sitemap", [(base + name, max(m for _, m in part)) for name, part in named])


def _document(root: str, element: str, entries: Sequence[tuple[str, str]]) -> bytes:
    lines = (
        f"<{element}><loc>{escape(address)}</loc>"
        + (f"<lastmod>{modified}</lastmod>" if modified else "")
        + f"</{element}>\n"
        for address, modified in entries
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_SPACE}>\n{"".join(lines)}</{root}>\n'.encode()


def _entries(site: Site) -> Iterator[tuple[str, str]]:
    """Address of each page, and when it changed, or ``""``."""
    for resource in site.resources.values():
        row = PAGE_KINDS[resource.kind]
        if HTML not in resource.formats or row.page is None or _is_withdrawn(site, resource):
            continue
        modified = _modified(site, resource.iri) if row.of_thing else site.config.project.modified
        for language in site.config.languages:
            yield site.dataset.addresses.url(resource.path, language), modified


def _is_withdrawn(site: Site, resource: Resource) -> bool:
    return PAGE_KINDS[resource.kind].of_thing and tombstones.fate(site.dataset, resource.iri) is not None


def _modified(site: Site, iri: str) -> str:
    """When a thing changed: what is said of it, else the last release that changed it, else the date of the dataset."""
    said = (o.value for p in _MODIFIED for o in site.dataset.objects(iri, p) if isinstance(o, ox.Literal))
    dates = [value for value in said if _W3C_DATE.match(value)]
    if dates:
        return max(dates)
    events = site.history.of(iri)
    released = site.history.by_version[events[-1].version].date if events else ""
    return released or site.config.project.modified


def robots(site: Site) -> bytes:
    """All may be read but the answers to queries; the pages of questions have theirs."""
    root = urlsplit(site.config.addresses.site_url).path
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in _APART), "Allow: /", ""]
    lines += [f"Sitemap: {site.config.addresses.site_url}{INDEX}"]
    return ("\n".join(lines) + "\n").encode()
