"""All releases of a project → what changed when: for each entity, since each version, and at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.releases import changesets
from ecoop_ld.releases.diff import Diff
from ecoop_ld.releases.folder import CHANGES, Release, releases


@dataclass(frozen=True, slots=True)
class Event:
    """What one release did to one entity."""

    version: str
    kind: str
    """``first``, or a word of :func:`ecoop_ld.changes.word`."""
    properties: tuple[str, ...] = ()
    """IRIs of the properties that changed."""


@dataclass(frozen=True)
class History:
    """The releases, oldest first; their files are read when they are asked for, and once."""

    releases: tuple[Release, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.releases)

    @property
    def latest(self) -> Release:
        return self.releases[-1]

    @cached_property
    def by_version(self) -> Mapping[str, Release]:
        return {str(release.version): release for release in self.releases}

    @cached_property
    def files(self) -> Mapping[str, Mapping[str, str]]:
        """Version → name and SHA-256 of each of its files."""
        return {str(release.version): release.sums for release in self.releases}

    @cached_property
    def _changes(self) -> dict[str, Diff]:
        return {}

    def changed(self, version: str) -> Diff:
        """What a release changed since the one before it; the first one added everything."""
        if version not in self._changes:
            release = self.by_version[version]
            try:
                self._changes[version] = changesets.read_json(release.read(CHANGES))
            except (ValueError, KeyError, TypeError) as error:
                raise UserError(f"{release.folder / CHANGES} is no list of changes: {error!r}") from None
        return self._changes[version]

    @cached_property
    def _since(self) -> dict[str, Diff]:
        found: dict[str, Diff] = {}
        total = changesets.NOTHING
        for release in self.releases[::-1]:
            found[str(release.version)] = total
            if release.previous:
                total = changesets.joined(self.changed(str(release.version)), total)
        return found

    def since(self, version: str) -> Diff:
        """What has changed from a release to the latest. Raises ``KeyError`` for a version that was never released."""
        return self._since[version]

    @cached_property
    def _events(self) -> Mapping[str, list[Event]]:
        found: dict[str, list[Event]] = defaultdict(list)
        for release in self.releases:
            version = str(release.version)
            if not release.previous:
                for iri in release.places():
                    found[iri].append(Event(version, "first"))
                continue
            for entity in self.changed(version).entities:
                kind = changesets.word(entity)
                properties = tuple(change.predicate for change in entity.changes)
                found[entity.subject].append(
                    Event(version, "first") if kind == "added" else Event(version, kind, properties)
                )
        return found

    def of(self, iri: str) -> tuple[Event, ...]:
        """What the releases did to an entity, oldest first."""
        return tuple(self._events.get(iri, ())) if self.releases else ()

    @staticmethod
    def at(moment: datetime, among: Sequence[Release]) -> Release:
        """The release that was the latest at a moment; the first one before there was any (RFC 7089 §4.5.3)."""
        past = [release for release in among if moment_of(release) <= moment]
        return past[-1] if past else among[0]


def moment_of(release: Release) -> datetime:
    """When a release was made: the beginning of its day, in UTC."""
    return datetime.fromisoformat(release.date or "1970-01-01").replace(tzinfo=UTC)


def load(config: Config) -> History:
    return History(tuple(releases(config)))
