"""What one build serves: its site, its folder, and the answers kept for it. A reload replaces the whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from ecoop_ld.config import Limits
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.layouts import Displays
from ecoop_ld.publish.staging import MANIFEST, StagedFile, read_manifest
from ecoop_ld.rdf.formats import SPOKEN_FORMATS, Format
from ecoop_ld.reconcile.identifiers import Identifiers
from ecoop_ld.reconcile.matching import Matcher
from ecoop_ld.reconcile.service import Service
from ecoop_ld.server import http
from ecoop_ld.server.cache import Kept
from ecoop_ld.server.http import VARY, Fields, Final
from ecoop_ld.site import hosting
from ecoop_ld.site.findable import records
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.sparql.outbound import Outbound
from ecoop_ld.sparql.protocol import Answer
from ecoop_ld.sparql.templates import Templates
from ecoop_ld.views.ranking import Ranking

FinalKey = tuple[bytes, str | None, str | None, str | None]
"""The address as it was sent, and the Accept headers for type, language and coding."""


class Served:
    """``base`` is the absolute address that the server was started with; ``version`` names the state of the data."""

    def __init__(self, site: Site, out: Path, base: str, version: str) -> None:
        self.site, self.out, self.base, self.version = site, out, base, version
        most = self.limits.cache_bytes
        self.finals: Kept[Final] = Kept(most // 4)
        """Complete answers by the parts of a request that they depend on."""
        self.answers: Kept[Answer] = Kept(most // 2)
        """Query results by query, dataset and format."""
        self.templates = Templates(self.limits)
        self.outbound = Outbound(site.config.services)
        self._representations: Kept[bytes] = Kept(most // 4)
        self._rankings: dict[str, Ranking] = {}
        self._result_fields: dict[tuple[str, bool], Fields] = {}
        self._services: dict[str, Service] = {}
        self._listed: tuple[tuple[int, int], Mapping[str, StagedFile]] | None = None
        self.own_files: Mapping[str, StagedFile] = {}
        """The files of the build that is served, whether they are still there or not."""
        self.files  # noqa: B018 - reads what there is now: the first request need not, nor the collector look at it again

    def representation(self, resource: Resource, row: Format, language: str) -> bytes:
        """:func:`ecoop_ld.site.represent.represent`, once."""
        key = (resource.path, row.name, language if row in SPOKEN_FORMATS else "")
        content = self._representations.get(key)
        if content is None:
            content = represent(self.site, resource, row, language)
            self._representations.put(key, content, len(content))
        return content

    def ranking(self, language: str) -> Ranking:
        """What the search of a language asks; made when it is first asked, in the one thread that makes pages."""
        found = self._rankings.get(language)
        if found is None:
            found = self._rankings[language] = Ranking(records(self.site, language))
        return found

    def keep(self, key: FinalKey, final: Final) -> None:
        """Put a complete answer into ``finals``."""
        self.finals.put(key, final, len(final.body) + len(final.head) + sum(len(part) for part in key if part))

    @cached_property
    def _matcher(self) -> Matcher:
        plumbing = self.site.config.iris(self.site.config.pages.plumbing)
        return Matcher(self.site.dataset, frozenset(plumbing))

    def reconciliation(self, language: str) -> Service:
        """What matches names, in a language. The index of names is made at the first question, which takes long."""
        found = self._services.get(language)
        if found is None:
            describer = Describer(self.site.dataset, language, Displays())  # its own: pages are made in another thread
            found = self._services[language] = Service(self._matcher, describer, self.base)
        return found

    @cached_property
    def identifiers(self) -> Identifiers:
        """The look-up by identifiers of others; made at the first question."""
        return Identifiers(self.site.dataset)

    @property
    def limits(self) -> Limits:
        return self.site.config.limits

    def result_fields(self, row: Format, keep: bool) -> Fields:
        """Header fields of results in a format. ``keep``: the same query has the same answer until the next build."""
        found = self._result_fields.get((row.name, keep))
        if found is None:
            table = {"Content-Type": row.content_type, "Vary": VARY}
            table |= self.modified if keep else {"Cache-Control": "no-store"}
            found = self._result_fields[row.name, keep] = Fields(table)
        return found

    @cached_property
    def modified(self) -> dict[str, str]:
        """The Last-Modified header: the data's own date."""
        try:
            date = datetime.fromisoformat(self.site.config.project.modified).replace(tzinfo=UTC)
        except ValueError:
            return {}
        return {"Last-Modified": http.http_date(date.timestamp())}

    @property
    def vocabulary_version(self) -> str:
        return self.site.dataset.vocabulary_version

    @cached_property
    def vocabulary_versions(self) -> Mapping[str, str]:
        """Version of the vocabulary → path of the page that tells of it."""
        return hosting.vocabulary_versions(self.site)

    @property
    def files(self) -> Mapping[str, StagedFile]:
        """Path → entry, for the files that the manifest in the folder lists now; nothing else can be reached.

        When another build is in the folder that is not served yet: those that are the same in both.
        """
        try:
            found = os.stat(self.out / MANIFEST)
        except OSError:
            return {}
        stamp = (found.st_ino, found.st_mtime_ns)
        if self._listed is None or self._listed[0] != stamp:
            self._listed = (stamp, self._list())
        return self._listed[1]

    def _list(self) -> Mapping[str, StagedFile]:
        manifest = read_manifest(self.out)
        listed = {entry.path: entry for entry in manifest.files} if manifest else {}
        if manifest and manifest.fingerprint == self.version:
            self.own_files = listed
            return listed
        return {path: entry for path, entry in listed.items() if self.own_files.get(path) == entry}
