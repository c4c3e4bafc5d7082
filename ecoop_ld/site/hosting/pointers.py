"""A site → pages that point on from things to their documents, for hosts that answer with files alone.

A folder stands for every request that ends there: where there are several, its page names them all.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from ecoop_ld.addresses import relative
from ecoop_ld.model import tombstones
from ecoop_ld.publish import bundle
from ecoop_ld.rdf.formats import Format
from ecoop_ld.site.hosting.facts import dumped, graph_dumps, vocabulary_versions
from ecoop_ld.site.hosting.leads import Lead, Leads
from ecoop_ld.site.site import Site


def pages(site: Site, leads: Leads) -> dict[str, bytes]:
    """Path of each page → its content."""
    found = {}
    for folder, here in leads.folders.items():
        found[f"{folder}/index.html"] = _of_folder(f"{folder}/index.html", here, site.config.written)
    for path, (iri, *_) in site.dataset.documents.items():
        thing = site.dataset.addresses.thing_path(iri)
        if thing and thing not in leads.folders:
            found[f"{thing}/index.html"] = pointer(
                f"{thing}/index.html", *_destination(site, path, iri), site.config.written
            )
    if site.history:
        found[f"{bundle.FOLDER}/index.html"] = pointer(f"{bundle.FOLDER}/index.html", "download.html")
    home = site.dataset.addresses.place(site.config.vocabulary_iri).rstrip("/")
    for version, page in vocabulary_versions(site).items():
        name = f"{home}/{version}/index.html"
        found[name] = pointer(name, f"{page}.html")
    for graph, dump in graph_dumps(site, ""):
        found[f"{graph}/index.html"] = pointer(f"{graph}/index.html", f"{dump}.{dumped(site.config.written).extension}")
    return found


def _destination(site: Site, path: str, iri: str) -> tuple[str, str]:
    """Where a browser goes that asks for a thing: to its document, or to that of its successor; and which that is."""
    fate = tombstones.fate(site.dataset, iri)
    if fate is None or not fate.target:
        return f"{path}.html", path
    page = site.dataset.addresses.page(fate.target)
    return (f"{page[0]}.html", page[0]) if page and fate.target in site.dataset.things_set else (fate.target, "")


def _of_folder(here: str, leads: Iterable[Lead], written: tuple[Format, ...]) -> bytes:
    """The same bytes for each way to write the folder, so that it does not matter where they are one."""
    found = {lead.iri: lead for lead in sorted(leads, key=lambda lead: lead.iri)}
    targets = {lead.to: lead for lead in found.values()}
    if len(targets) == 1:
        lead = next(iter(targets.values()))
        return pointer(here, _page(lead), lead.document if lead.status == 303 else "", written)
    items = []
    for iri, lead in found.items():
        to = _page(lead) if "://" in lead.to else relative(here, _page(lead))
        items.append(f'<li><a href="{html.escape(to)}">{html.escape(iri)}</a>')
    return f'<!doctype html><meta charset="utf-8"><title>300</title><ul>{"".join(items)}</ul>\n'.encode()


def _page(lead: Lead) -> str:
    return lead.to if "://" in lead.to else f"{lead.to.removesuffix('.html')}.html"


def pointer(here: str, there: str, document: str = "", written: tuple[Format, ...] = ()) -> bytes:
    """A page that sends browsers on and tells machines where the data of a ``document`` are, in each written format."""
    link = html.escape(there if "://" in there else relative(here, there))
    others = "".join(
        f'<link rel="alternate" type="{row.media_type}" href="{html.escape(relative(here, document))}.{row.extension}">'
        for row in (written if document else ())
    )
    return (
        f'<!doctype html><meta charset="utf-8"><title>303</title><meta http-equiv="refresh" content="0; url={link}">'
        f'<link rel="canonical" href="{link}">{others}<p><a href="{link}">{link}</a></p>\n'
    ).encode()
