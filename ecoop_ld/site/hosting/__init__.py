"""A site → rules for static hosts that answer as the server does: 303, 301 and 410, fixed mementos, content types.

Netlify and Cloudflare Pages read ``_redirects`` and ``_headers``, Apache reads ``.htaccess``; ``nginx.conf`` is for an
``include`` in a ``server`` block, ``Caddyfile`` for an ``import`` in that of a site. Hosts that read none of them have
pages that point on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecoop_ld.publish.packages import w3id_folder
from ecoop_ld.site.hosting import apache, caddy, netlify, nginx
from ecoop_ld.site.hosting.facts import gather, quoted
from ecoop_ld.site.hosting.facts import vocabulary_versions as vocabulary_versions
from ecoop_ld.site.hosting.leads import Leads
from ecoop_ld.site.site import Site


def rules(site: Site, leads: Leads | None = None) -> dict[str, bytes]:
    """Path of each file → its content."""
    leads = leads or Leads(site)
    found = gather(site, leads)
    made = {
        "_redirects": netlify.redirects,
        "_headers": netlify.headers,
        ".htaccess": apache.rules,
        "nginx.conf": nginx.rules,
        "Caddyfile": caddy.rules,
    }
    texts = {name: "\n".join(lines(found)) + "\n" for name, lines in made.items()}
    if site.config.base != site.config.addresses.site_url:
        texts["redirect.htaccess"] = "\n".join(_from_elsewhere(site.config.addresses.site_url)) + "\n"
        if folder := w3id_folder(site.config):
            texts[f"w3id/{folder}/.htaccess"] = texts["redirect.htaccess"]
    for folder, here in leads.folders.items():
        texts[f"{folder}/.htaccess"] = "\n".join(apache.of_folder(found.root, here)) + "\n"
    return {name: text.encode(errors="surrogateescape") for name, text in texts.items()}


def _from_elsewhere(address: str) -> Iterator[str]:
    """For the host of the public base (w3id.org, say), where that is not this one: every IRI leads here."""
    yield from ("Options +FollowSymLinks", "RewriteEngine On")
    yield f"RewriteRule ^(.*)$ {quoted(address)}$1 [R=302,L]"
