"""What one build serves: its site, its folder, and the answers kept for it. A reload replaces the whole."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ecoop_ld import hosting, http
from ecoop_ld.config import Limits
from ecoop_ld.formats import HTML, Format
from ecoop_ld.http import Response
from ecoop_ld.names import OWL
from ecoop_ld.outputs import MANIFEST, Entry, read_manifest
from ecoop_ld.represent import represent
from ecoop_ld.represent.site import Site
from ecoop_ld.server.kept import Kept
from ecoop_ld.sparql.protocol import Answer


class Served:
    """``base`` is the absolute address that the server was started with; ``version`` names the state of the data."""

    def __init__(self, site: Site, out: Path, base: str, version: str) -> None:
        self.site, self.out, self.base, self.version = site, out, base, version
        most = self.limits.cache_bytes
        self.finals: Kept[tuple[Response, MutableMapping[str, Any]]] = Kept(most // 4)
        """Complete answers, with their heads as ASGI has them, by the parts of a request that they depend on."""
        self.answers: Kept[Answer] = Kept(most // 2)
        """Query results by query, dataset and format."""
        self._representations: Kept[bytes] = Kept(most // 4)
        self._listed: tuple[tuple[int, int], dict[str, Entry]] | None = None

    def representation(self, path: str, row: Format, language: str) -> bytes:
        """:func:`ecoop_ld.represent.represent`, once."""
        key = (path, row.name, language if row is HTML else "")
        content = self._representations.get(key)
        if content is None:
            content = represent(self.site, path, row, language)
            self._representations.put(key, content, len(content))
        return content

    @property
    def limits(self) -> Limits:
        return self.site.config.limits

    @cached_property
    def modified(self) -> dict[str, str]:
        """The Last-Modified header: the data's own date."""
        try:
            date = datetime.fromisoformat(self.site.config.project.modified).replace(tzinfo=UTC)
        except ValueError:
            return {}
        return {"Last-Modified": http.http_date(date.timestamp())}

    @cached_property
    def vocabulary_version(self) -> str:
        literal = self.site.dataset.text(self.site.config.vocabulary_iri, (OWL + "versionInfo",), "")
        return literal.value if literal else ""

    @cached_property
    def vocabulary_versions(self) -> Mapping[str, str]:
        """Version of the vocabulary → path of the page that tells of it."""
        return hosting.vocabulary_versions(self.site)

    @property
    def files(self) -> dict[str, Entry]:
        """Path → entry, for the files that the manifest in the folder lists now; nothing else can be reached."""
        try:
            found = os.stat(self.out / MANIFEST)
        except OSError:
            return {}
        stamp = (found.st_ino, found.st_mtime_ns)
        if self._listed is None or self._listed[0] != stamp:
            manifest = read_manifest(self.out)
            self._listed = (stamp, {entry.path: entry for entry in manifest.files} if manifest else {})
        return self._listed[1]
