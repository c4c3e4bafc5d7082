"""The folder of frozen versions → what is in it, whether it is whole, and its index pages and feeds.

A release is a folder of plain files named by its version: the bundle of dumps, what changed since the one before,
``release.json``, and ``SHA256SUMS`` over all of them. It is never written to again.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import ecoop_ld.diff as difference
from ecoop_ld.canonical import canonical_hash, union_hash
from ecoop_ld.config import Config
from ecoop_ld.dumps import SUMS, WHOLE, read_sums
from ecoop_ld.errors import UserError

FACTS = "release.json"
PLACES = "places.json"
_VERSION = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\Z")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A semantic version of three numbers (https://semver.org)."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        match = _VERSION.match(text)
        if not match:
            raise UserError(f'"{text}" is no version.', hint="Write three numbers, such as 1.1.0.")
        return cls(*map(int, match.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class Release:
    """One frozen version, as its ``release.json`` tells it."""

    folder: Path
    version: Version
    ontology: str
    """Version of the vocabulary."""
    date: str
    previous: str
    """Version before it, or nothing."""
    added: int
    removed: int

    def places(self) -> dict[str, str]:
        """IRI → file and line where its sources first spoke of it."""
        found: dict[str, str] = json.loads((self.folder / PLACES).read_bytes())
        return found


def releases(config: Config) -> list[Release]:
    """All releases, oldest first. A folder that is none is passed over; a broken one is a ``UserError``."""
    folder = config.releases_folder
    paths = list(folder.iterdir()) if folder.is_dir() else []
    found = [_read(path) for path in paths if path.is_dir() and _VERSION.match(path.name)]
    found.sort(key=lambda release: release.version)
    names = {str(release.version) for release in found}
    for release in found:
        if release.previous and release.previous not in names:
            raise UserError(
                f"Release {release.version} follows {release.previous}, which is not in {folder}.",
                hint="Fetch the missing folder; releases are never deleted.",
            )
    return found


def _read(path: Path) -> Release:
    try:
        table = json.loads((path / FACTS).read_bytes())
        return Release(
            path,
            Version.parse(path.name),
            str(table["ontology"]),
            str(table["date"]),
            str(table["previous"]),
            int(table["added"]),
            int(table["removed"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path / FACTS} cannot be read: {error}", hint="Fetch the folder again.") from None


def verify(release: Release) -> list[str]:
    """What is wrong with the files of a release, one sentence each; nothing where it is whole."""
    folder = release.folder
    try:
        hashed, listed = read_sums((folder / SUMS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"{folder / SUMS} cannot be read: {error}"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {SUMS}
    wrong = [f"{folder / name} is missing." for name in sorted(listed.keys() - there)]
    wrong += [f"{folder / name} was not part of the release." for name in sorted(there - listed.keys())]
    for name in sorted(listed.keys() & there):
        if _sha256(folder / name) != listed[name]:
            wrong.append(f"{folder / name} is not what it was: its SHA-256 differs.")
    if not wrong:
        quads = difference.read_file(folder / f"{WHOLE}.nq")
        if (canonical_hash(quads), union_hash(quads)) != (hashed.dataset, hashed.union):
            wrong.append(f"{folder / SUMS} has other hashes than the data in {WHOLE}.nq.")
    return wrong


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files(release: Release) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of every file of a release."""
    content = (release.folder / SUMS).read_bytes()
    yield from sorted(read_sums(content.decode())[1].items())
    yield SUMS, hashlib.sha256(content).hexdigest()


# --- index and feeds -------------------------------------------------------------------------------------------------


def index(config: Config) -> dict[str, bytes]:
    """The pages and feeds that tell of all releases, by file name; the same from the same releases."""
    found = releases(config)[::-1]
    title = config.project.title[config.languages[0]]
    return {
        "index.html": _page(title, found).encode(),
        "feed.atom": _atom(config, title, found).encode(),
        "feed.json": _json_feed(config, title, found).encode(),
        "timemap.link": _timemap(config, found).encode(),
    }


def refresh(config: Config) -> None:
    """Write the index beside the releases, each file in one step."""
    for name, content in index(config).items():
        path = config.releases_folder / name
        if not path.is_file() or path.read_bytes() != content:
            draft = path.with_name(f".{name}-{os.getpid()}")
            draft.write_bytes(content)
            draft.replace(path)


def _page(title: str, found: list[Release]) -> str:
    rows = "\n".join(
        f'<tr><td><a href="{r.version}/">{r.version}</a></td><td>{html.escape(r.date)}</td>'
        f'<td><a href="{r.version}/diff.html">+{r.added:,} −{r.removed:,}</a></td></tr>'
        for r in found
    )
    name = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}: releases</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="alternate" type="application/atom+xml" href="feed.atom">'
        '<link rel="alternate" type="application/feed+json" href="feed.json"></head>'
        f"<body><h1>{name}: releases</h1>\n<table><tr><th>Version</th><th>Date</th><th>Statements</th></tr>\n"
        f"{rows}\n</table></body></html>\n"
    )


def _url(config: Config, release: Release) -> str:
    return f"{config.addresses.site_url}dumps/{release.version}/"


def _moment(date: str) -> str:
    return f"{date or '1970-01-01'}T00:00:00Z"


def _sentence(release: Release) -> str:
    since = f" since {release.previous}" if release.previous else ""
    return f"{release.added:,} statements added and {release.removed:,} removed{since}."


def _atom(config: Config, title: str, found: list[Release]) -> str:
    """RFC 4287."""
    home = config.addresses.site_url + "dumps/"
    entries = "".join(
        f"<entry><id>{escape(_url(config, r))}</id><title>{r.version}</title><updated>{_moment(r.date)}</updated>"
        f"<link href={quoteattr(_url(config, r))}/><summary>{escape(_sentence(r))}</summary></entry>\n"
        for r in found
    )
    updated = _moment(max((r.date for r in found), default=""))
    author = escape(config.project.creator or title)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(home)}</id><title>{escape(title)}</title><updated>{updated}</updated>"
        f"<author><name>{author}</name></author>"
        f'<link rel="self" href={quoteattr(home + "feed.atom")}/>\n{entries}</feed>\n'
    )


def _json_feed(config: Config, title: str, found: list[Release]) -> str:
    """https://www.jsonfeed.org/version/1.1/."""
    home = config.addresses.site_url + "dumps/"
    items = [
        {
            "id": _url(config, r),
            "url": _url(config, r),
            "title": str(r.version),
            "content_text": _sentence(r),
            "date_published": _moment(r.date),
        }
        for r in found
    ]
    table = {"version": "https://jsonfeed.org/version/1.1", "title": title, "feed_url": home + "feed.json"}
    return json.dumps({**table, "items": items}, ensure_ascii=False, indent=1) + "\n"


def _timemap(config: Config, found: list[Release]) -> str:
    """The TimeMap of the dataset (RFC 7089 §5): its releases as mementos."""
    from datetime import UTC, datetime
    from email.utils import format_datetime

    home = config.addresses.site_url + "dumps/"
    rows = [f'<{home}latest/>;rel="original"', f'<{home}timemap.link>;rel="self";type="application/link-format"']
    for r in sorted(found, key=lambda release: release.version):
        moment = datetime.fromisoformat(r.date or "1970-01-01").replace(tzinfo=UTC)
        rows.append(f'<{_url(config, r)}>;rel="memento";datetime="{format_datetime(moment, usegmt=True)}"')
    return ",\n".join(rows) + "\n"
