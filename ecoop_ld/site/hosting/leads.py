"""A site → where requests lead that no rule of three words leads: by thing, for hosts and for plain folders.

A thing at ``id/{type}/{slug}`` has its document at ``doc/{type}/{slug}``; one rule says so for all of them. Any other
IRI is listed here, together with what a host cannot tell from it: paths that are one folder on some file system, or
that differ in their query alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from ecoop_ld.addresses import as_uri
from ecoop_ld.model import tombstones
from ecoop_ld.site.site import Site

LONGEST_NAME = 200
"""Bytes of a folder's name; most file systems take 255."""
_NEVER = re.compile(r"[\x00-\x1f\x7f\\]|%2f", re.IGNORECASE)
"""What no path of a folder may hold."""

_OF_FILES = frozenset({"assets", "dumps", "pagefind"})
"""Folders of the site that hold files of other names than those of resources."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One request and where it leads."""

    iri: str
    raw: str
    """Path on the site, escaped as an IRI is sent, without its query."""
    query: str
    document: str
    """Path of the document about the thing."""
    status: int = 303
    target: str = ""
    """Where else it leads, for 301: a path on the site, or a whole address."""

    @property
    def request(self) -> str:
        return f"{self.raw}?{self.query}" if self.query else self.raw

    @property
    def path(self) -> str:
        """The path as hosts see it: decoded, several slashes as one."""
        return re.sub("/+", "/", unquote(self.raw, errors="surrogateescape"))

    @property
    def to(self) -> str:
        """Path or address that it leads to; for 410 the page that explains."""
        return self.target or (f"{self.document}.html" if self.status == 410 else self.document)


@dataclass(frozen=True)
class Leads:
    """All requests of a site that need rules of their own."""

    site: Site
    written: frozenset[str] = frozenset()
    """Paths of the files that a build has written beside pages and data: no folder can be called like one."""

    @cached_property
    def by_path(self) -> Mapping[str, tuple[Lead, ...]]:
        """Path as hosts see it → the requests at it; of each path at which the site has no page of its own."""
        odd = [self._lead(path, told[0]) for path, told in self._documents if not self._is_plain(told[0])]
        wanted = {folder_of(lead.path) for lead in odd}
        plain = (self._lead(path, told[0]) for path, told in self._documents if self._is_plain(told[0]))
        found: dict[str, list[Lead]] = defaultdict(list)
        for lead in (*odd, *(lead for lead in plain if folder_of(lead.path) in wanted)):
            if lead.query or not self._has_page(lead.path):
                found[lead.path].append(lead)
        return {path: tuple(leads) for path, leads in found.items()}

    @cached_property
    def folders(self) -> Mapping[str, tuple[Lead, ...]]:
        """Folder → the requests that end there on a plain host, on file systems without capitals too."""
        together: dict[str, list[Lead]] = defaultdict(list)
        for path, leads in self.by_path.items():
            if self._fits(path):
                together[folder_of(path)] += leads
        return {lead.path.strip("/"): tuple(leads) for leads in together.values() for lead in leads}

    @cached_property
    def nowhere(self) -> tuple[str, ...]:
        """IRIs that a plain host leads to no document about them, sorted: no folder can be called so, or the address is
        that of a page of the site.
        """
        fit = {lead.iri for leads in self.folders.values() for lead in leads}
        odd = {told[0] for _, told in self._documents if not self._is_plain(told[0])}
        return tuple(sorted(odd - fit))

    @property
    def _documents(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return self.site.dataset.documents.items()

    def _is_plain(self, iri: str) -> bool:
        return bool(self.site.dataset.addresses.thing_path(iri))

    def _lead(self, document: str, iri: str) -> Lead:
        dataset = self.site.dataset
        path, _, query = dataset.addresses.place(iri).partition("?")
        fate, target = tombstones.fate(dataset, iri), ""
        if fate is not None and fate.target:
            known = fate.target in dataset.things_set
            target = dataset.addresses.document(fate.target) if known else as_uri(fate.target)
        status = 303 if fate is None else 301 if target else 410
        return Lead(iri, as_uri(path), as_uri(query), document, status, target)

    def _has_page(self, path: str) -> bool:
        """Whether there is a file of the site's own at a path; a thing called so is told of elsewhere."""
        return path in ("", "/") or path in self._files or path.rstrip("/") in self.site.resources

    def _fits(self, path: str) -> bool:
        parts = path.strip("/").split("/")
        names = (unicodedata.normalize("NFC", part).casefold() for part in parts)
        try:
            longest = max(len(part.encode()) for part in parts)
        except UnicodeEncodeError:
            return False
        if longest > LONGEST_NAME or _NEVER.search(path) or any(part in ("", ".", "..") for part in parts):
            return False
        if parts[0].casefold() in _OF_FILES and any("." in part for part in parts):
            return False
        so_far: list[str] = []
        for name in names:
            so_far.append(name)
            if "/".join(so_far) in self._files:
                return False
        return f"{'/'.join(so_far)}/index.html" not in self._files

    @cached_property
    def _files(self) -> frozenset[str]:
        """Files of the site whose paths IRIs could have, in lower case."""
        site, found = self.site, {"manifest.json", ".well-known/void", *map(str.casefold, self.written)}
        for resource in site.resources.values():
            for row in resource.formats:
                for language in site.config.languages:
                    found.add(site.dataset.addresses.file(resource.path, row, language).casefold())
        found |= {"_redirects", "_headers", ".htaccess", "nginx.conf", "caddyfile", "redirect.htaccess", ".nojekyll"}
        return frozenset(found | {"datapackage.json", "citation.cff", "quality.json", "quality-report.ttl"})


def folder_of(path: str) -> str:
    """A path as file systems without capitals and Unicode forms know it."""
    return unicodedata.normalize("NFC", path.strip("/")).casefold()


def exact(leads: Iterable[Lead]) -> Iterator[Lead]:
    """Those that only the whole request tells from others at the path; first those with a query."""
    some = sorted(leads, key=lambda lead: not lead.query)
    return (lead for lead in some if len(some) > 1 or lead.query)


def only(leads: tuple[Lead, ...]) -> Lead | None:
    """The one that all other requests at the path are for: it has no query and no rival."""
    without = [lead for lead in leads if not lead.query]
    return without[0] if len(without) == 1 else None
