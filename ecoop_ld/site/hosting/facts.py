"""A site → what every kind of host has to be told, in the terms of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ecoop_ld.model import tombstones
from ecoop_ld.publish import bundle
from ecoop_ld.rdf.formats import HTML, LINK_FORMAT, RDF_FORMATS, TURTLE, Format
from ecoop_ld.releases import feeds, versions
from ecoop_ld.releases.history import moment_of
from ecoop_ld.site.hosting.leads import Lead, Leads
from ecoop_ld.site.site import Site, release_path

VERSION = r"[0-9]+\.[0-9]+\.[0-9]+"
PLAIN = "[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*"
"""Type and slug of a thing whose document is at the same two words."""


@dataclass(frozen=True, slots=True)
class HostRules:
    """Paths begin with ``/`` and stand for themselves."""

    root: str
    """Path of the site on its host, with a slash at both ends."""
    moved: tuple[tuple[str, str], ...]
    """Path → path or address of what took its place."""
    gone: tuple[tuple[str, tuple[str, ...]], ...]
    """Page that explains → paths that are gone."""
    versions: tuple[tuple[str, Mapping[str, str]], ...]
    """Path of a version of the vocabulary → what it leads to, by the end of a file's name; ``""``: all others."""
    graphs: tuple[tuple[str, str], ...]
    """Path of a named graph → path of its dump without an ending."""
    mementos: tuple[tuple[str, str, str], ...]
    """Folder of a release, its moment, and its Link header."""
    leads: tuple[tuple[str, tuple[Lead, ...]], ...]
    """Path, without the root, of things of other shapes → the requests for them."""
    formats: tuple[Format, ...]
    """The data formats that the build has written of everything; rules promise no other."""
    dumped: Format
    """That of a graph's dump for who asks for none of them."""


def gather(site: Site, leads: Leads) -> HostRules:
    root = quoted(urlsplit(site.config.addresses.site_url).path) or "/"
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
    base = site.config.addresses.site_url
    relations = f'<{base}{feeds.LATEST}>; rel="original timegate", <{base}{feeds.TIMEMAP}.{LINK_FORMAT.extension}>; '
    return HostRules(
        root,
        tuple(moved),
        tuple(gone),
        tuple(_versions(site, root)),
        tuple(graph_dumps(site, root)),
        tuple(
            (
                f"{root}{feeds.HOME}{release.version}/",
                feeds.http_date(moment_of(release)),
                f'{relations}rel="timemap"; type="{LINK_FORMAT.media_type}"',
            )
            for release in site.history.releases
        ),
        tuple(leads.by_path.items()),
        site.config.written,
        dumped(site.config.written),
    )


def dumped(written: tuple[Format, ...]) -> Format:
    """Turtle where it is written, else a format that is."""
    return TURTLE if TURTLE in written else (*written, bundle.DATASETS[0])[0]


def vocabulary_versions(site: Site) -> Mapping[str, str]:
    """Version of the vocabulary → path of the page that tells of it: the vocabulary's own, or an old release's."""
    found = {r.ontology: release_path(str(r.version)) for r in site.history.releases}
    found[site.dataset.vocabulary_version] = site.dataset.addresses.vocabulary_path()
    return {version: path for version, path in sorted(found.items()) if re.fullmatch(r"[0-9]+(\.[0-9]+)*", version)}


def _versions(site: Site, root: str) -> list[tuple[str, Mapping[str, str]]]:
    own = site.dataset.addresses.vocabulary_path()
    home = quoted(site.dataset.addresses.place(site.config.vocabulary_iri)).rstrip("/")
    found: list[tuple[str, Mapping[str, str]]] = []
    for version, page in vocabulary_versions(site).items():
        ends = {"": f"{root}{page}.html"}
        for row in RDF_FORMATS:
            kept = f"{own}.{row.extension}" if page == own else ""
            kept = kept or versions.vocabulary_file(site.history, version, row.extension)
            if kept:
                ends[row.extension] = root + kept
        found.append((f"{root}{home}/{version}", ends))
    return found


def graph_dumps(site: Site, root: str) -> list[tuple[str, str]]:
    """Paths of the named graphs under the public base that are no things, with their dumps."""
    base, dataset = site.config.base, site.dataset
    return [
        (root + graph.removeprefix(base), f"{root}{bundle.FOLDER}/{dataset.addresses.graph_slug(graph)}")
        for graph in dataset.graphs
        if re.fullmatch(r"graph/[a-z0-9/-]*[a-z0-9]", graph.removeprefix(base))
        and dataset.addresses.document(graph) not in dataset.documents
    ]


def _target(site: Site, root: str, iri: str) -> str:
    known = iri in site.dataset.things_set
    path = (site.dataset.addresses.thing_path(iri) or site.dataset.addresses.document(iri)) if known else ""
    return root + path if path else quoted(iri)


def quoted(text: str) -> str:
    """Nothing of the data can end a rule or begin another."""
    return quote(text, safe="/:?#@!&*+,=~%._-") if text else ""


def accepts(row: Format) -> str:
    """A regular expression for Accept headers that name a format, and do not refuse it."""
    return rf"(?:^|[,\s]){re.escape(row.media_type)}\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:$|,)))"


HTML_FIRST = rf"^\s*{re.escape(HTML.media_type)}\s*(?:$|[,;])"


def escaped(text: str) -> str:
    """A text as a regular expression that no configuration reads as anything else."""
    raw = text.encode(errors="surrogateescape")
    as_it_is = b"/_-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(chr(byte) if byte in as_it_is else f"\\x{byte:02x}" for byte in raw)
