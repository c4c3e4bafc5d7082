"""Rules → ``_redirects`` and ``_headers``, as Netlify and Cloudflare Pages read them."""

from __future__ import annotations

from collections.abc import Iterator

from ecoop_ld.rdf.formats import FILE_TYPES, NAMED_FILES
from ecoop_ld.site.hosting.facts import HostRules

MOST = 1900
"""Lines of ``_redirects``: Cloudflare reads 2,000."""


def redirects(found: HostRules) -> Iterator[str]:
    lines = [*_lines(found)]
    last = [f"{found.root}id/:type/:slug {found.root}doc/:type/:slug 303"]
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"# {len(lines) - MOST} more would be more than hosts read; browsers are led on by pages."
    yield from last


def _lines(found: HostRules) -> Iterator[str]:
    yield from (f"{version} {ends['']} 303" for version, ends in found.versions)
    yield f"{found.root}dumps/latest/ {found.root}download.html 303"
    yield from (f"{graph} {dump}.{found.dumped.extension} 303" for graph, dump in found.graphs)
    yield from (f"{old} {new} 301" for old, new in found.moved)
    yield from (f"{path} {page} 410" for page, paths in found.gone for path in paths)
    for _, leads in found.leads:
        for lead in leads:
            if not lead.query and lead.raw.isascii() and "*" not in lead.raw and ":" not in lead.raw:
                to = lead.to if "://" in lead.to else found.root + lead.to
                yield f"{found.root}{lead.raw} {to} {lead.status}"


def headers(found: HostRules) -> Iterator[str]:
    for extension, kind in FILE_TYPES.items():
        yield from (f"{found.root}*.{extension}", f"  Content-Type: {kind}")
    for name, kind in NAMED_FILES.items():
        yield from (f"{found.root}{'' if '/' in name else '*/'}{name}", f"  Content-Type: {kind}")
    yield from (f"{found.root}*", "  Access-Control-Allow-Origin: *", "  X-Content-Type-Options: nosniff")
    for folder, moment, links in found.mementos:
        yield from (f"{folder}*", f"  Memento-Datetime: {moment}", f"  Link: {links}")
