"""What one build serves: its site, its folder, and the answers kept for it. A reload replaces the whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ecoop_ld.config import Limits
from ecoop_ld.publish.staging import MANIFEST, Entry, read_manifest
from ecoop_ld.rdf.formats import HTML, Format
from ecoop_ld.server import http
from ecoop_ld.server.cache import Kept
from ecoop_ld.server.http import Response
from ecoop_ld.site import hosting
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.sparql.outbound import Outbound
from ecoop_ld.sparql.protocol import Answer
from ecoop_ld.sparql.templates import Templates

FinalKey = tuple[bytes, bytes, bytes | None, bytes | None, bytes | None]
"""Path, query string, and the Accept headers for type, language and coding."""


class Final:
    """A complete answer, and its head as ASGI has it and as HTTP/1.1 has it after the status line.

    What it is made from can be given instead, for when somebody asks.
    """

    __slots__ = ("_made", "body", "wire")

    def __init__(self, body: bytes, wire: bytes, made: Response | Callable[[], Response]) -> None:
        self.body, self.wire, self._made = body, wire, made

    @property
    def response(self) -> Response:
        if not isinstance(self._made, Response):
            self._made = self._made()
        return self._made

    @property
    def start(self) -> MutableMapping[str, Any]:
        return start_of(self.response)


def wire_of(response: Response) -> bytes:
    """Header fields and the empty line."""
    return b"".join((*(b"%s: %s\r\n" % header for header in start_of(response)["headers"]), b"\r\n"))


def start_of(response: Response) -> MutableMapping[str, Any]:
    """The ASGI message that begins an answer."""
    headers = [(k.lower().encode("latin-1"), v.encode("latin-1", "replace")) for k, v in response.headers.items()]
    return {"type": "http.response.start", "status": response.status, "headers": headers}


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
        self._listed: tuple[tuple[int, int], dict[str, Entry]] | None = None

    def representation(self, resource: Resource, row: Format, language: str) -> bytes:
        """:func:`ecoop_ld.site.represent.represent`, once."""
        key = (resource.path, row.name, language if row is HTML else "")
        content = self._representations.get(key)
        if content is None:
            content = represent(self.site, resource, row, language)
            self._representations.put(key, content, len(content))
        return content

    def keep(self, key: FinalKey, final: Final) -> None:
        """Put a complete answer into ``finals``."""
        self.finals.put(key, final, len(final.body) + len(final.wire) + len(key[1]))

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

    @property
    def vocabulary_version(self) -> str:
        return self.site.dataset.vocabulary_version

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
