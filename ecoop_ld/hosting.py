"""A site → rules for static hosts that answer as the server does: 303, 301 and 410, fixed mementos, content types.

Netlify and Cloudflare Pages read ``_redirects`` and ``_headers``, Apache reads ``.htaccess``, and ``nginx.conf`` is for
an ``include`` in a ``server`` block. Hosts that read none of them have pages that point on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ecoop_ld import fates, feeds
from ecoop_ld.formats import FEED_FORMATS, LINK_FORMAT, MARKDOWN, N_QUADS, RDF_FORMATS, RDF_PATCH, TRIG, Format
from ecoop_ld.history import moment_of
from ecoop_ld.names import OWL
from ecoop_ld.represent.site import Site, changes_path, release_path

_TYPED: tuple[Format, ...] = (*RDF_FORMATS, N_QUADS, TRIG, RDF_PATCH, FEED_FORMATS[0], LINK_FORMAT, MARKDOWN)
"""Formats whose media type a host may not know by the file's name."""
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
    return {name: ("\n".join(lines(found)) + "\n").encode() for name, lines in made.items()}


def vocabulary_versions(site: Site) -> Mapping[str, str]:
    """Version of the vocabulary → path of the page that tells of it: the vocabulary's own, or an old release's."""
    found = {r.ontology: release_path(str(r.version)) for r in site.history.releases}
    literal = site.dataset.text(site.config.vocabulary_iri, (OWL + "versionInfo",), "")
    found[literal.value if literal else ""] = site.config.addresses.vocabulary
    return {version: path for version, path in sorted(found.items()) if re.fullmatch(r"[0-9]+(\.[0-9]+)*", version)}


def _gather(site: Site) -> _Rules:
    root = _quoted(urlsplit(site.config.addresses.site_url).path) or "/"
    addresses, moved, gone = site.dataset.addresses, [], []
    for iri, fate in fates.dead(site.dataset):
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
    for row in _TYPED:
        yield from (f"{found.root}*.{row.extension}", f"  Content-Type: {row.content_type}")
    yield from (f"{found.root}.well-known/void", f"  Content-Type: {RDF_FORMATS[0].content_type}")
    yield from (f"{found.root}*", "  Access-Control-Allow-Origin: *", "  X-Content-Type-Options: nosniff")
    for folder, moment, links in found.mementos:
        yield from (f"{folder}*", f"  Memento-Datetime: {moment}", f"  Link: {links}")


def _apache(found: _Rules) -> Iterator[str]:
    def path(text: str) -> str:
        return re.escape(text.removeprefix(found.root))

    yield from ("Options -MultiViews", "AddDefaultCharset utf-8")
    yield from (f"AddType {_quiet(row)} .{row.extension}" for row in _TYPED)
    for page, paths in found.gone:
        for one in paths:
            yield f"<If \"%{{REQUEST_URI}} == '{one}'\">\n  ErrorDocument 410 {page}\n</If>"
    yield from ("<IfModule mod_headers.c>", '  Header set Access-Control-Allow-Origin "*"')
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
    yield f"RewriteRule ^changes$ {changes_path('%1')}.{RDF_PATCH.extension} [L]"
    for row in RDF_FORMATS:
        yield f"RewriteCond %{{HTTP_ACCEPT}} {re.escape(row.media_type)} [NC]"
        yield f"RewriteCond %{{DOCUMENT_ROOT}}{found.root}$1.{row.extension} -f"
        yield f"RewriteRule ^([^.]+)$ $1.{row.extension} [L]"
    yield f"RewriteCond %{{DOCUMENT_ROOT}}{found.root}$1.html -f\nRewriteRule ^([^.]+)$ $1.html [L]\n</IfModule>"


def _quiet(row: Format) -> str:
    return f"'{row.content_type}'" if row.parameters else row.media_type


def _nginx(found: _Rules) -> Iterator[str]:
    root = re.escape(found.root)
    for old, new in found.moved:
        yield f"location = {old} {{ return 301 {new}; }}"
    for page, paths in found.gone:
        yield from (f"location = {one} {{ error_page 410 {page}; return 410; }}" for one in paths)
    for version, page in found.versions:
        yield f"location = {version} {{ return 303 {page}; }}"
    yield f"location = {found.root}dumps/latest/ {{ return 303 {found.root}download.html; }}"
    yield f'location ~ "^{root}id/(?<thing>.+?)/?$" {{ return 303 {found.root}doc/$thing; }}'
    for folder, moment, links in found.mementos:
        yield f"location ^~ {folder} {{"
        yield f'  add_header Memento-Datetime "{moment}";'
        yield f"  add_header Link '{links}';\n}}"
    yield f"location = {found.root}changes {{"
    yield f'  if ($arg_since !~ "^{_VERSION}$") {{ return 400; }}'
    yield f"  default_type {RDF_PATCH.media_type};"
    yield f"  try_files {found.root}{changes_path('$arg_since')}.{RDF_PATCH.extension} =404;\n}}"
    yield f'location ~ "^{root}[^.]+$" {{'
    for row in RDF_FORMATS:
        yield f'  if ($http_accept ~* "{re.escape(row.media_type)}") {{ rewrite "^([^.]+)$" $1.{row.extension} last; }}'
    yield "  try_files $uri $uri.html $uri/index.html =404;\n}"
