"""A clean, checked project → a new folder in ``releases/``, all at once; or every reason why not, with its place."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.config import FILE, Config
from ecoop_ld.errors import Place, UserError
from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.layouts import read as read_displays
from ecoop_ld.publish import bundle
from ecoop_ld.publish.bundle import STATED, SUMS
from ecoop_ld.publish.staging import staging
from ecoop_ld.rdf.formats import ARCHIVE, RDF_FORMATS
from ecoop_ld.releases import archive, changelog, diff
from ecoop_ld.releases.compatibility import broken
from ecoop_ld.releases.folder import (
    ENTRY,
    FACTS,
    INDEX,
    PLACES,
    VOCABULARY,
    Release,
    Version,
    refresh,
    releases,
    verify,
)
from ecoop_ld.sources import contexts, files
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.validate import Report, check


@dataclass(frozen=True, slots=True)
class Frozen:
    """What ``release`` did: a folder, or the reasons for which there is none."""

    folder: Path
    report: Report
    changes: diff.Diff | None = None

    @property
    def ok(self) -> bool:
        return self.changes is not None


def freeze(config: Config, text: str) -> Frozen:
    """Make release ``text``. Raises ``UserError`` where the project or the releases are in no state to make one."""
    version = Version.parse(text)
    folder = config.releases_folder / str(version)
    known = releases(config)
    _refuse_version(config, version, known)
    _refuse_dirty(config)
    previous = known[-1] if known else None
    if previous and (wrong := verify(previous)):
        raise UserError(wrong[0], hint="Fetch that release again: ecoop-ld release --verify lists everything.")
    loaded = files.load(config)
    report = check(config, loaded, loaded.quads)
    if report.exit_code(strict=False) != 0:
        return Frozen(folder, report)
    before = diff.read_file(previous.folder / f"{STATED}.nq") if previous else []
    changes = diff.compare(before, loaded.quads)
    offenders = tuple(broken(config, version, previous, before, changes, loaded)) if previous else ()
    if offenders:
        return Frozen(folder, Report(offenders))
    _write(config, folder, previous, loaded, changes)
    refresh(config)
    return Frozen(folder, report, changes)


# --- refusals --------------------------------------------------------------------------------------------------------


def _refuse_version(config: Config, version: Version, known: list[Release]) -> None:
    if any(release.version == version for release in known):
        refresh(config)  # killed between the folder and the index, a release is completed by running it again
        raise UserError(f"Release {version} exists.", hint="A release is never changed: take the next version.")
    if known and version < known[-1].version:
        raise UserError(f"{version} is older than release {known[-1].version}.", hint="Versions only go up.")
    if config.project.version != str(version):
        raise UserError(
            f"The project says that it is version {config.project.version}, not {version}.",
            place=Place(FILE, _line(config, "version")),
            hint=f'Write version = "{version}" under [project] and commit it.',
        )
    _refuse_date(config, known)


def _refuse_date(config: Config, known: list[Release]) -> None:
    """A release is cited and found again by its date: there is one, and it does not go backwards."""
    said = config.project.modified
    try:
        date.fromisoformat(said)
    except ValueError:
        raise UserError(
            f'"{said}" is no date of a release.',
            place=Place(FILE, _line(config, "modified")),
            hint='Write modified = "2026-01-31" under [project] and commit it.',
        ) from None
    if known and said < known[-1].date:
        raise UserError(
            f"The project was modified on {said}, before release {known[-1].version} of {known[-1].date}.",
            place=Place(FILE, _line(config, "modified")),
            hint="Set modified under [project] to the day of this release.",
        )


def _line(config: Config, key: str) -> int:
    text = (config.root / FILE).read_text(encoding="utf-8").splitlines()
    return next((n for n, row in enumerate(text, 1) if row.strip().startswith(key)), 0)


def _refuse_dirty(config: Config) -> None:
    """Nothing of the project may differ from its last commit; a project outside git has none."""
    command = ["git", "-C", str(config.root), "status", "--porcelain", "-z", "--untracked-files=all", "--"]
    try:
        done = subprocess.run([*command, *_PARTS], capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:  # no git here
        return
    except OSError as error:
        raise UserError(f"git cannot be run: {error.strerror}.", hint="A release is made from a commit.") from None
    if done.returncode == 0 and done.stdout:
        rows = [row[3:] for row in done.stdout.split("\0") if row]
        raise UserError(
            f"{rows[0]} is not committed" + (f", nor {len(rows) - 1} others." if len(rows) > 1 else "."),
            hint="Commit or undo it: a release is made from a commit.",
        )


_PARTS = ("ontology", "data", "shapes", "site", contexts.FOLDER, FILE)


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(config: Config, folder: Path, previous: Release | None, loaded: Sources, changes: diff.Diff) -> None:
    """Everything beside the place where it will stand, then one rename: killed before it, nothing is published."""
    dataset = Dataset(config, loaded.quads, materialise(config, loaded.quads))
    with staging(folder) as staged:
        found = bundle.write(dataset, staged.parent, vocabulary.context_table(dataset), staged.name)
        more = dict(_more(config, dataset, previous, loaded, changes))
        (staged / VOCABULARY).parent.mkdir()
        for name, content in more.items():
            (staged / name).write_bytes(content)
        rows = {d.path.removeprefix(f"{staged.name}/"): d.sha256 for d in found}
        rows |= {name: hashlib.sha256(content).hexdigest() for name, content in more.items()}
        packed = f"{archive.stem(config.title(config.languages[0]), config.project.version)}.{ARCHIVE.extension}"
        rows[packed] = archive.pack(staged, packed, sorted(rows))
        head = "".join((staged / SUMS).read_text(encoding="utf-8").splitlines(keepends=True)[:2])
        (staged / SUMS).write_text(head + "".join(f"{rows[n]}  {n}\n" for n in sorted(rows)), encoding="utf-8")
        (staged / INDEX).write_text(_index(_title(config), packed), encoding="utf-8")
        staged.rename(folder)


def _title(config: Config) -> str:
    return f"{config.title(config.languages[0])} {config.project.version}"


def _more(
    config: Config, dataset: Dataset, previous: Release | None, loaded: Sources, changes: diff.Diff
) -> Iterator[tuple[str, bytes]]:
    facts = {
        "version": config.project.version,
        "ontology": dataset.vocabulary_version,
        "date": config.project.modified,
        "previous": str(previous.version) if previous else "",
        "added": len(changes.added),
        "removed": len(changes.removed),
    }
    yield FACTS, (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
    locator = Locator(config, loaded)
    subjects = sorted({q.subject.value for q in loaded.quads if isinstance(q.subject, ox.NamedNode)})
    places = {iri: str(p) for iri in subjects if (p := locator.of(ox.NamedNode(iri)))}
    short = {iri: ":".join(text.split(":")[:2]) for iri, text in places.items()}
    yield PLACES, (json.dumps(short, ensure_ascii=False, indent=0) + "\n").encode()
    for form, end in (("text", "txt"), ("json", "json"), ("patch", "rdfp"), ("html", "html")):
        yield f"diff.{end}", changes.render(form, f"{_title(config)}: what changed", config.all_prefixes).encode()
    displays = read_displays([quad for file in loaded.shapes for quad in file.quads])
    describer = Describer(dataset, config.languages[0], displays)
    yield ENTRY, changelog.entry(describer, str(previous.version) if previous else "", changes).encode()
    terms = vocabulary.quads(dataset)
    for row in RDF_FORMATS if terms else ():
        content = bundle.serialize(terms, row, bundle.used_prefixes(terms, config.all_prefixes))
        yield f"{VOCABULARY}.{row.extension}", content


_LISTED = (
    ENTRY,
    *(f"all.{row.extension}.gz" for row in bundle.FORMATS),
    "tables/csv-metadata.json",
    "tables.sqlite",
    SUMS,
    *("diff.html", "diff.txt", "diff.json", "diff.rdfp"),
    FACTS,
)


def _index(title: str, packed: str) -> str:
    """A page for a copy of the folder that stands alone; a site has its own."""
    from html import escape

    links = "".join(f'<li><a href="{name}">{name}</a></li>' for name in (packed, *_LISTED))
    name = escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><h1>{name}</h1><ul>{links}</ul></body></html>\n"
    )
