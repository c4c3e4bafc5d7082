"""Rules → ``.htaccess`` of the site, and of the folder of each thing that no rule for all of them leads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecoop_ld.rdf.formats import FILE_TYPES, NAMED_FILES, RDF_FORMATS, RDF_PATCH
from ecoop_ld.site.hosting.facts import HTML_FIRST, PLAIN, VERSION, HostRules, accepts, escaped
from ecoop_ld.site.hosting.leads import Lead, exact, only
from ecoop_ld.site.site import changes_path

_NO_FOLDER = "RewriteCond %{REQUEST_FILENAME}/.htaccess !-f"
"""Where a folder has rules of its own, those hold."""


def rules(found: HostRules) -> Iterator[str]:
    """Directives for ``.htaccess``; mod_rewrite sees paths without the site's root."""

    def path(text: str) -> str:
        return re.escape(text.removeprefix(found.root))

    yield from ("Options -MultiViews -Indexes", "DirectorySlash Off", "AddDefaultCharset utf-8")
    yield f"ErrorDocument 404 {found.root}404.html"
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
    for version, ends in found.versions:
        yield from _by_format(path(version), {end: to for end, to in ends.items() if end}, ends[""])
    for graph, dump in found.graphs:
        ends = {row.extension: f"{dump}.{row.extension}" for row in found.formats}
        yield from _by_format(path(graph), ends, f"{dump}.{found.dumped.extension}")
    yield f"{_NO_FOLDER}\nRewriteRule ^id/({PLAIN})/?$ {found.root}doc/$1 [R=303,L]"
    yield f"RewriteRule ^dumps/latest/?$ {found.root}download.html [R=303,L]"
    yield f"RewriteCond %{{QUERY_STRING}} (?:^|&)since=({VERSION})(?:&|$)"
    yield f"RewriteRule ^changes$ {changes_path('%1')}.{RDF_PATCH.extension} [L]\nRewriteRule ^changes$ - [R=404,L]"
    for row in RDF_FORMATS:
        yield f'RewriteCond %{{HTTP_ACCEPT}} "{accepts(row)}" [NC]\nRewriteCond %{{HTTP_ACCEPT}} "!{HTML_FIRST}" [NC]'
        yield f"RewriteCond %{{DOCUMENT_ROOT}}{found.root}$1.{row.extension} -f"
        yield f"RewriteRule ^([^.]+)$ $1.{row.extension} [L,E=negotiated:1]"
    yield f"RewriteCond %{{DOCUMENT_ROOT}}{found.root}$1.html -f\nRewriteRule ^([^.]+)$ $1.html [L,E=negotiated:1]"
    yield f"RewriteCond %{{REQUEST_FILENAME}} -d\n{_NO_FOLDER}\nRewriteRule ^(.+[^/])$ $1/ [R=301,L]\n</IfModule>"


def _by_format(path: str, ends: dict[str, str], other: str) -> Iterator[str]:
    for row in RDF_FORMATS:
        if row.extension in ends:
            yield f'RewriteCond %{{HTTP_ACCEPT}} "{accepts(row)}" [NC]'
            yield f'RewriteCond %{{HTTP_ACCEPT}} "!{HTML_FIRST}" [NC]'
            yield f"RewriteRule ^{path}/?$ {ends[row.extension]} [R=303,L]"
    yield f"RewriteRule ^{path}/?$ {other} [R=303,L]"


def of_folder(root: str, leads: tuple[Lead, ...]) -> Iterator[str]:
    """Directives of mod_alias, which add to those of the site; mod_rewrite's would take their place."""
    for lead in reversed([*exact(leads)]):  # what a later section adds comes first
        query = rf"\?{escaped(lead.query)}" if lead.query else r"(?:\?\S*)?"
        yield f'<If "%{{THE_REQUEST}} =~ m#^\\S+ {escaped(root + lead.raw)}{query} #">'
        yield from (f"  {line}" for line in _lead(root, "^", lead))
        yield "</If>"
    last = only(leads)
    if last is not None:
        yield from _lead(root, f"^{escaped(root + last.path).rstrip('/')}/?$", last)


def _lead(root: str, pattern: str, lead: Lead) -> Iterator[str]:
    to = lead.to if "://" in lead.to else root + lead.to
    if lead.status == 410:
        yield from (f"ErrorDocument 410 {to}", f'RedirectMatch 410 "{pattern}"')
    else:
        yield f'RedirectMatch {lead.status} "{pattern}" "{to.replace("$", "%24")}"'
