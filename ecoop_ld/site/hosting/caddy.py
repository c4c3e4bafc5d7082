"""Rules → directives for a site of Caddy 2, after its ``root``; it has them after ``import Caddyfile``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ecoop_ld.rdf.formats import FILE_TYPES, NAMED_FILES, RDF_PATCH
from ecoop_ld.site.hosting.facts import HTML_FIRST, PLAIN, VERSION, HostRules, quoted
from ecoop_ld.site.hosting.leads import Lead, exact, only
from ecoop_ld.site.site import changes_path

_STATUSES = (303, 301, 410)


def rules(found: HostRules) -> Iterator[str]:
    root = found.root
    yield "header Access-Control-Allow-Origin *\nheader X-Content-Type-Options nosniff"
    yield from _wanted(found)
    exactly = [
        (root + lead.request, lead) for path, some in found.leads for lead in (exact(some) if _is_text(path) else some)
    ]
    text = ((path, some) for path, some in found.leads if _is_text(path))
    loosely = [(root + path.removeprefix("/"), lead) for path, some in text if (lead := only(some))]
    for status in _STATUSES:
        yield from _map("{uri}", f"exact_{status}", root, exactly, status)
        yield from _map("{path}", f"thing_{status}", root, loosely, status)
    yield "route {"
    for kind in ("exact", "thing"):
        for status in (303, 301):
            name = f"{kind}_{status}"
            yield f'  @{name} expression {{{name}}} != ""\n  redir @{name} {{{name}}} {status}'
        yield f'  @{kind}_410 expression {{{kind}_410}} != ""'
        yield from _gone(f"@{kind}_410", f"{{{kind}_410}}")
    yield from _fixed(found)
    yield f"  @plain path_regexp plain ^{re.escape(root)}id/({PLAIN})/?$\n  redir @plain {root}doc/{{re.plain.1}} 303"
    yield from _files(found)
    yield "}\nhandle_errors {"
    yield f"  @missing expression {{err.status_code}} == 404\n  rewrite @missing {found.root}404.html"
    yield "  file_server\n}"


def _wanted(found: HostRules) -> Iterator[str]:
    """Go's regular expressions look at nothing ahead: what is refused with ``q=0`` is not told from what is wanted."""
    for name, default, first in (("wanted", ".html", True), ("dumped", f".{found.dumped.extension}", False)):
        yield f"map {{header.Accept}} {{{name}}} {{"
        if first:
            yield f"  `~(?i){HTML_FIRST}` .html"
        for row in found.formats:
            yield rf"  `~(?i)(?:^|[,\s]){re.escape(row.media_type)}\s*(?:$|[,;])` .{row.extension}"
        yield f"  default {default}\n}}"


def _map(source: str, name: str, root: str, leads: Iterable[tuple[str, Lead]], status: int) -> Iterator[str]:
    yield f"map {source} {{{name}}} {{"
    for key, lead in leads:
        if lead.status == status:
            to = lead.to if "://" in lead.to else root + lead.to
            yield f"  {_token(key)} {_token(quoted(to))}"
    yield '  default ""\n}'


def _is_text(path: str) -> bool:
    """Whether the file of rules, which is UTF-8 in lines, can hold a path as it is decoded."""
    return not re.search("[\x00-\x1f\x7f\ud800-\udfff]", path)


def _fixed(found: HostRules) -> Iterator[str]:
    number = 0
    for old, new in found.moved:
        yield f"  redir {old} {new} 301"
    for page, paths in found.gone:
        for path in paths:
            number += 1
            yield f"  @gone{number} path {path}"
            yield from _gone(f"@gone{number}", page)
    for n, (version, ends) in enumerate(found.versions):
        for end, to in ends.items():
            if end:
                yield f'  @version{n}{end} expression {{path}} == "{version}" && {{wanted}} == ".{end}"'
                yield f"  redir @version{n}{end} {to} 303"
        yield f"  redir {version} {ends['']} 303"
    for graph, dump in found.graphs:
        yield f"  redir {graph} {dump}{{dumped}} 303"
    yield f"  redir {found.root}dumps/latest/ {found.root}download.html 303"
    to = f"{found.root}{changes_path('{query.since}')}.{RDF_PATCH.extension}"
    yield f'  @since expression {{path}} == "{found.root}changes" && {{query.since}}.matches("^{VERSION}$")'.replace(
        "\\.", "[.]"
    )
    yield f"  rewrite @since {to}"


def _gone(matcher: str, page: str) -> Iterator[str]:
    yield f"  handle {matcher} {{\n    rewrite * {page}\n    file_server {{\n      status 410\n    }}\n  }}"


def _files(found: HostRules) -> Iterator[str]:
    yield "  @pages not path *.*\n  header @pages Vary Accept"
    yield "  try_files {path}{wanted} {path}.html {path} {path}/index.html"
    for n, (extension, kind) in enumerate(FILE_TYPES.items()):
        yield f'  @type{n} path *.{extension}\n  header @type{n} Content-Type "{kind}"'
    for n, (name, kind) in enumerate(NAMED_FILES.items()):
        path = f"{found.root if '/' in name else '*/'}{name}"
        yield f'  @named{n} path {path}\n  header @named{n} Content-Type "{kind}"'
    for n, (folder, moment, links) in enumerate(found.mementos):
        yield f'  @memento{n} path {folder}*\n  header @memento{n} Memento-Datetime "{moment}"'
        yield f"  header @memento{n} Link `{links}`"
    yield "  file_server"


def _token(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("{", "\\{")
    return f'"{text}"'
