"""Rules → directives for a ``server`` block of nginx. A location with headers of its own inherits none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecoop_ld.rdf.formats import FILE_TYPES, NAMED_FILES, RDF_PATCH
from ecoop_ld.site.hosting.facts import HTML_FIRST, PLAIN, VERSION, HostRules, accepts, escaped
from ecoop_ld.site.hosting.leads import Lead, exact, only
from ecoop_ld.site.site import changes_path


def rules(found: HostRules) -> Iterator[str]:
    root, everywhere = re.escape(found.root), "add_header Access-Control-Allow-Origin * always;"
    everywhere += " add_header X-Content-Type-Options nosniff always;"
    yield from ("types {", *(f'  "{kind}" {extension};' for extension, kind in FILE_TYPES.items()), "}", everywhere)
    yield f"error_page 404 {found.root}404.html;"
    yield from _wanted(found)
    for name, kind in NAMED_FILES.items():
        place = f"= {found.root}{name}" if "/" in name else f'~ "/{re.escape(name)}$"'
        yield f'location {place} {{ types {{ }} default_type "{kind}"; }}'
    for old, new in found.moved:
        yield f"location = {old} {{ return 301 {new}; }}"
    for page, paths in found.gone:
        yield from (f"location = {one} {{ error_page 410 {page}; return 410; }}" for one in paths)
    for version, ends in found.versions:
        tests = (f"if ($wanted = .{end}) {{ return 303 {to}; }}" for end, to in ends.items() if end)
        yield f"location = {version} {{ {' '.join(tests)} return 303 {ends['']}; }}"
    for graph, dump in found.graphs:
        yield f"location = {graph} {{ return 303 {dump}$dumped; }}"
    yield f"location = {found.root}dumps/latest/ {{ return 303 {found.root}download.html; }}"
    for path, leads in found.leads:
        yield from _location(found.root, path, leads)
    yield f'location ~ "^{root}id/(?<thing>{PLAIN})/?$" {{ return 303 {found.root}doc/$thing; }}'
    for folder, moment, links in found.mementos:
        yield f'location ^~ {folder} {{\n  {everywhere}\n  add_header Memento-Datetime "{moment}";'
        yield f"  add_header Link '{links}';\n}}"
    yield f"location = {found.root}changes {{"
    yield f'  if ($arg_since !~ "^{VERSION}$") {{ return 404; }}'
    yield f"  default_type {RDF_PATCH.media_type};"
    yield f"  try_files {found.root}{changes_path('$arg_since')}.{RDF_PATCH.extension} =404;\n}}"
    yield f'location ~ "^{root}[^.]+$" {{\n  {everywhere}\n  add_header Vary Accept always;'
    yield "  try_files $uri$wanted $uri.html $uri $uri/index.html =404;\n}"


def _wanted(found: HostRules) -> Iterator[str]:
    """The ending that a client wants; not inside a location, because an "if" there would leave its try_files out."""
    yield f"set $wanted .html;\nset $dumped .{found.dumped.extension};"
    for row in reversed(found.formats):  # the last that fits counts
        sets = f"set $wanted .{row.extension}; set $dumped .{row.extension};"
        yield f'if ($http_accept ~* "{accepts(row)}") {{ {sets} }}'
    yield f'if ($http_accept ~* "{HTML_FIRST}") {{ set $wanted .html; }}'


def _location(root: str, path: str, leads: tuple[Lead, ...]) -> Iterator[str]:
    name = (root + path.removeprefix("/")).replace("\\", "\\\\").replace('"', '\\"')
    yield f'location = "{name}" {{'
    for lead in exact(leads):
        query = rf"\?{escaped(lead.query)}" if lead.query else r"(?:\?.*)?"
        yield f'  if ($request_uri ~ "^{escaped(root + lead.raw)}{query}$") {{ {_lead(root, lead)} }}'
    last = only(leads)
    yield f"  {_lead(root, last) if last else 'return 404;'}\n}}"


def _lead(root: str, lead: Lead) -> str:
    to = (lead.to if "://" in lead.to else root + lead.to).replace("$", "%24")
    return f"error_page 410 {to}; return 410;" if lead.status == 410 else f'return {lead.status} "{to}";'
