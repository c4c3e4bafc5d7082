"""A site → rules for static hosts that answer as the server does: 303, 301 and 410, fixed mementos, content types.

Netlify and Cloudflare Pages read ``_redirects`` and ``_headers``, Apache reads ``.htaccess``, and ``nginx.conf`` is for
an ``include`` in a ``server`` block. Hosts that read none of them have pages that point on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ecoop_ld.model import tombstones
from ecoop_ld.rdf.formats import FILE_TYPES, HTML, LINK_FORMAT, NAMED_FILES, RDF_FORMATS, RDF_PATCH
from ecoop_ld.releases import feeds
from ecoop_ld.releases.history import moment_of
from ecoop_ld.site.site import Site, changes_path, release_path

_VERSION = r"[0-9]+\.[0-9]+\.[0-9]+"


@dataclass(frozen=True, slots=True)
class _Rules:
    """What every kind of host has to be told. Paths begin with ``/`` and stand for themselves."""

    root: str
    """Path of the site on its host, with a slash at both ends."""
    moved: tuple[tuple[str, str], ...]
    """Path → path or address of what took its place."""
    gone: tuple[tuple[str, tuple[str, ...]], ...]
    """Page that explains → paths that are gone."""
    versions: tuple[tuple[str, str], ...]
    """Path of a version of the vocabulary → page that tells of it."""
    mementos: tuple[tuple[str, str, str], ...]
    """Folder of a release, its moment, and its Link header."""


def rules(site: Site) -> dict[str, bytes]:
    """Name of each file → its content."""
    found = _gather(site)
    made = {"_redirects": _redirects, "_headers": _headers, ".htaccess": _apache, "nginx.conf": _nginx}
    texts = {name: "\n".join(lines(found)) + "\n" for name, lines in made.items()}
    if site.config.base != site.config.addresses.site_url:
        texts["redirect.htaccess"] = "\n".join(_from_elsewhere(site.config.addresses.site_url)) + "\n"
    return {name: text.encode() for name, text in texts.items()}


def _from_elsewhere(address: str) -> Iterator[str]:
    """For the host of the public base (w3id.org, say), where that is not this one: every IRI leads here."""
    yield from ("Options +FollowSymLinks", "RewriteEngine On")
    yield f"RewriteRule ^(.*)$ {_quoted(address)}$1 [R=302,L]"


def vocabulary_versions(site: Site) -> Mapping[str, str]:
    """Version of the vocabulary → path of the page that tells of it: the vocabulary's own, or an old release's."""
    found = {r.ontology: release_path(str(r.version)) for r in site.history.releases}
    found[site.dataset.vocabulary_version] = site.config.addresses.vocabulary
    return {version: path for version, path in sorted(found.items()) if re.fullmatch(r"[0-9]+(\.[0-9]+)*", version)}


def _gather(site: Site) -> _Rules:
    root = _quoted(urlsplit(site.config.addresses.site_url).path) or "/"
    addresses, moved, gone = site.dataset.addresses, [], []
    for iri, fate in tombstones.dead(site.dataset):
        document, thing = f"{root}{addresses.document(iri)}", addresses.thing_path(iri)
        if fate.target:
            if thing:
                moved.append((f"{root}{thing}", _target(site, root, fate.target)))
            if fate.target in site.dataset.things_set:
                moved.append((document, f"{root}{addresses.document(fate.target)}"))
        else:
            gone.append((f"{document}.html", (*((f"{root}{thing}",) if thing else ()), document)))
    terms = f"{root}{site.config.addresses.vocabulary}"
    base = site.config.addresses.site_url
    relations = f'<{base}{feeds.LATEST}>; rel="original timegate", <{base}{feeds.TIMEMAP}.{LINK_FORMAT.extension}>; '
    return _Rules(
        root,
        tuple(moved),
        tuple(gone),
        tuple((f"{terms}/{v}", f"{root}{path}.html") for v, path in vocabulary_versions(site).items()),
        tuple(
            (
                f"{root}{feeds.HOME}{release.version}/",
                feeds.http_date(moment_of(release)),
                f'{relations}rel="timemap"; type="{LINK_FORMAT.media_type}"',
            )
            for release in site.history.releases
        ),
    )


def _target(site: Site, root: str, iri: str) -> str:
    path = site.dataset.addresses.thing_path(iri) if iri in site.dataset.things_set else ""
    return root + path if path else _quoted(iri)


def _quoted(text: str) -> str:
    """Nothing of the data can end a rule or begin another."""
    return quote(text, safe="/:?#@!&*+,=~%._-") if text else ""


def _redirects(found: _Rules) -> Iterator[str]:
    yield from (f"{old} {new} 301" for old, new in found.moved)
    yield from (f"{path} {page} 410" for page, paths in found.gone for path in paths)
    yield from (f"{version} {page} 303" for version, page in found.versions)
    yield f"{found.root}id/* {found.root}doc/:splat 303"
    yield f"{found.root}dumps/latest/ {found.root}download.html 303"


def _headers(found: _Rules) -> Iterator[str]:
    for extension, kind in FILE_TYPES.items():
        yield from (f"{found.root}*.{extension}", f"  Content-Type: {kind}")
    for name, kind in NAMED_FILES.items():
        yield from (f"{found.root}{'' if '/' in name else '*/'}{name}", f"  Content-Type: {kind}")
    yield from (f"{found.root}*", "  Access-Control-Allow-Origin: *", "  X-Content-Type-Options: nosniff")
    for folder, moment, links in found.mementos:
        yield from (f"{folder}*", f"  Memento-Datetime: {moment}", f"  Link: {links}")


def _apache(found: _Rules) -> Iterator[str]:
    """Directives for ``.htaccess``; mod_rewrite sees paths without the site's root."""

    def path(text: str) -> str:
        return re.escape(text.removeprefix(found.root))

    yield from ("Options -MultiViews -Indexes", "DirectorySlash Off", "AddDefaultCharset utf-8")
    yield from (f'AddType "{kind}" .{extension}' for extension, kind in FILE_TYPES.items())
    for name, kind in NAMED_FILES.items():
        yield f'<If "%{{REQUEST_URI}} =~ m#/{re.escape(name)}$#">\n  ForceType "{kind}"\n</If>'
    for page, paths in found.gone:
        for one in paths:
            yield f"<If \"%{{REQUEST_URI}} == '{one}'\">\n  ErrorDocument 410 {page}\n</If>"
    yield from ("<IfModule mod_headers.c>", '  Header always set Access-Control-Allow-Origin "*"')
    yield '  Header always set X-Content-Type-Options "nosniff"\n  Header merge Vary Accept env=negotiated'
    yield "  Header merge Vary Accept env=REDIRECT_negotiated"
    for folder, moment, links in found.mementos:
        value = links.replace('"', '\\"')
        yield f'  <If "%{{REQUEST_URI}} =~ m#^{re.escape(folder)}#">'
        yield f'    Header set Memento-Datetime "{moment}"\n    Header add Link "{value}"\n  </If>'
    yield from ("</IfModule>", "<IfModule mod_rewrite.c>", "RewriteEngine On", f"RewriteBase {found.root}")
    yield "RewriteCond %{ENV:REDIRECT_STATUS} .\nRewriteRule ^ - [L]"
    yield from (f"RewriteRule ^{path(old)}/?$ {new} [R=301,NE,L]" for old, new in found.moved)
    yield from (f"RewriteRule ^{path(one)}/?$ - [G,L]" for _, paths in found.gone for one in paths)
    yield from (f"RewriteRule ^{path(version)}/?$ {page} [R=303,L]" for version, page in found.versions)
    yield f"RewriteRule ^id/(.+?)/?$ {found.root}doc/$1 [R=303,L]"
    yield f"RewriteRule ^dumps/latest/?$ {found.root}download.html [R=303,L]"
    yield f"RewriteCond %{{QUERY_STRING}} (?:^|&)since=({_VERSION})(?:&|$)"
    yield f"RewriteRule ^changes$ {changes_path('%1')}.{RDF_PATCH.extension} [L]\nRewriteRule ^changes$ - [R=404,L]"
    for row in RDF_FORMATS:
        yield f"RewriteCond %{{HTTP_ACCEPT}} {re.escape(row.media_type)} [NC]"
        yield f"RewriteCond %{{HTTP_ACCEPT}} !^{re.escape(HTML.media_type)} [NC]"
        yield f"RewriteCond %{{DOCUMENT_ROOT}}{found.root}$1.{row.extension} -f"
        yield f"RewriteRule ^([^.]+)$ $1.{row.extension} [L,E=negotiated:1]"
    yield f"RewriteCond %{{DOCUMENT_ROOT}}{found.root}$1.html -f\nRewriteRule ^([^.]+)$ $1.html [L,E=negotiated:1]"
    yield "RewriteCond %{REQUEST_FILENAME} -d\nRewriteRule ^(.+[^/])$ $1/ [R=301,L]\n</IfModule>"


def _nginx(found: _Rules) -> Iterator[str]:
    """Directives for a ``server`` block. A location with headers of its own inherits none."""
    root, everywhere = re.escape(found.root), "add_header Access-Control-Allow-Origin * always;"
    everywhere += " add_header X-Content-Type-Options nosniff always;"
    yield from ("types {", *(f'  "{kind}" {extension};' for extension, kind in FILE_TYPES.items()), "}", everywhere)
    for name, kind in NAMED_FILES.items():
        place = f"= {found.root}{name}" if "/" in name else f'~ "/{re.escape(name)}$"'
        yield f'location {place} {{ types {{ }} default_type "{kind}"; }}'
    for old, new in found.moved:
        yield f"location = {old} {{ return 301 {new}; }}"
    for page, paths in found.gone:
        yield from (f"location = {one} {{ error_page 410 {page}; return 410; }}" for one in paths)
    for version, page in found.versions:
        yield f"location = {version} {{ return 303 {page}; }}"
    yield f"location = {found.root}dumps/latest/ {{ return 303 {found.root}download.html; }}"
    yield f'location ~ "^{root}id/(?<thing>.+?)/?$" {{ return 303 {found.root}doc/$thing; }}'
    for folder, moment, links in found.mementos:
        yield f'location ^~ {folder} {{\n  {everywhere}\n  add_header Memento-Datetime "{moment}";'
        yield f"  add_header Link '{links}';\n}}"
    yield f"location = {found.root}changes {{"
    yield f'  if ($arg_since !~ "^{_VERSION}$") {{ return 404; }}'
    yield f"  default_type {RDF_PATCH.media_type};"
    yield f"  try_files {found.root}{changes_path('$arg_since')}.{RDF_PATCH.extension} =404;\n}}"
    yield "set $wanted .html;"  # not inside the location: an "if" there would leave its try_files out
    for row in reversed(RDF_FORMATS):  # the last that fits counts
        yield f'if ($http_accept ~* "{re.escape(row.media_type)}") {{ set $wanted .{row.extension}; }}'
    yield f'if ($http_accept ~* "^{HTML.media_type}") {{ set $wanted .html; }}'
    yield f'location ~ "^{root}[^.]+$" {{\n  {everywhere}\n  add_header Vary Accept always;'
    yield "  try_files $uri$wanted $uri.html $uri $uri/index.html =404;\n}"
