"""The folder of frozen versions → what is in it, whether it is whole, and its index page.

A release is a folder of plain files named by its version: the bundle of dumps, what changed since the one before,
``release.json``, and ``SHA256SUMS`` over all of them. It is never written to again.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ecoop_ld.releases.diff as difference
from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.publish.bundle import SUMS, WHOLE, read_sums
from ecoop_ld.rdf.canonical import canonical_hash, union_hash
from ecoop_ld.rdf.formats import ARCHIVE

FACTS = "release.json"
PLACES = "places.json"
CHANGES = "diff.json"
BESIDE = ("diff.html", "diff.txt", CHANGES, "diff.rdfp")
"""What changed, in all forms."""
ENTRY = "CHANGELOG.md"
"""What is new, in words; the folder of all releases has one with all entries."""
VOCABULARY = "vocabulary/terms"
"""Name of the files that hold the vocabulary as it was; no part of the dumps has a slash in its name."""
INDEX = "index.html"
"""The one file of a release that its checksums leave out: a page for people, which a site replaces by its own."""
_LIST_ALL = "ecoop-ld release --verify lists everything; fetch that release again."
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

    def read(self, name: str) -> bytes:
        """One file of the release. Raises ``UserError`` where it is not what it was."""
        try:
            content = (self.folder / name).read_bytes()
        except OSError as error:
            raise UserError(f"{self.folder / name} cannot be read: {error.strerror}.", hint=_LIST_ALL) from None
        if hashlib.sha256(content).hexdigest() != self.sums.get(name):
            raise UserError(f"{self.folder / name} is not what it was: its SHA-256 differs.", hint=_LIST_ALL)
        return content

    def size(self, name: str) -> int:
        """Bytes of one file."""
        try:
            return (self.folder / name).stat().st_size
        except OSError as error:
            raise UserError(f"{self.folder / name} cannot be read: {error.strerror}.", hint=_LIST_ALL) from None

    @property
    def sums(self) -> Mapping[str, str]:
        """Name → SHA-256 of every file that the release lists."""
        try:
            found = read_sums((self.folder / SUMS).read_text(encoding="utf-8"))[1]
            if any(name.startswith("/") or ".." in name.split("/") for name in found):
                raise ValueError("it names files outside the release")
            return found
        except (OSError, ValueError) as error:
            raise UserError(f"{self.folder / SUMS} cannot be read: {error}", hint=_LIST_ALL) from None

    @property
    def archive(self) -> str:
        """Name of the archive of all files; ``""`` in releases that were made without one."""
        return next((name for name in self.sums if name.endswith(f".{ARCHIVE.extension}")), "")

    def places(self) -> dict[str, str]:
        """IRI → file and line where its sources first spoke of it."""
        found: dict[str, str] = json.loads(self.read(PLACES))
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
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {SUMS, INDEX}
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


def copy(release: Release, target: Path) -> Iterator[tuple[str, int, str]]:
    """Copy a release; name, size and SHA-256 of each file. Raises ``UserError`` where one is not what it was."""
    listed = {**release.sums, SUMS: ""}
    for name in sorted(listed.keys() - {INDEX}):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        try:
            source = (release.folder / name).open("rb")
        except OSError as error:
            raise UserError(f"{release.folder / name} cannot be read: {error.strerror}.", hint=_LIST_ALL) from None
        with source, (target / name).open("wb") as sink:
            while piece := source.read(1 << 20):
                digest.update(piece)
                size += sink.write(piece)
        if listed[name] and digest.hexdigest() != listed[name]:
            raise UserError(f"{release.folder / name} is not what it was: its SHA-256 differs.", hint=_LIST_ALL)
        yield name, size, digest.hexdigest()


# --- beside the releases ---------------------------------------------------------------------------------------------


def refresh(config: Config) -> None:
    """Write what stands beside the releases, each file in one step: a page for people, and the whole changelog."""
    found = releases(config)[::-1]
    title = config.title(config.languages[0])
    log = f"# Changelog of {title}\n" + "".join("\n" + r.read(ENTRY).decode() for r in found)
    for name, content in ((INDEX, _page(title, found).encode()), (ENTRY, log.encode())):
        path = config.releases_folder / name
        if not path.is_file() or path.read_bytes() != content:
            draft = path.with_name(f".{name}.draft")  # one name, so that the next run writes over what was left
            try:
                draft.write_bytes(content)
                draft.replace(path)
            except OSError as error:
                raise UserError(
                    f"Cannot write {path}: {error.strerror}. The releases themselves are whole.",
                    hint="Mend that, and run the same release again.",
                ) from None


def _page(title: str, found: list[Release]) -> str:
    rows = "\n".join(
        f'<tr><td><a href="{r.version}/">{r.version}</a></td><td>{html.escape(r.date)}</td>'
        f'<td><a href="{r.version}/diff.html">+{r.added:,} −{r.removed:,}</a></td></tr>'
        for r in found
    )
    name = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}: releases</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><h1>{name}: releases</h1>\n<table><tr><th>Version</th><th>Date</th><th>Statements</th></tr>\n"
        f"{rows}\n</table></body></html>\n"
    )
