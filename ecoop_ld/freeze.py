"""A clean, checked project → a new folder in ``releases/``, all at once; or every reason why not, with its place."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld import diff, dumps, names, sources, vocabulary
from ecoop_ld.config import FILE, Config
from ecoop_ld.dataset import Dataset
from ecoop_ld.dumps import STATED, SUMS
from ecoop_ld.errors import Finding, Place, Severity, UserError
from ecoop_ld.materialise import materialise
from ecoop_ld.names import OWL, RDF, RDFS
from ecoop_ld.outputs import staging
from ecoop_ld.releases import FACTS, PLACES, Release, Version, refresh, releases, verify
from ecoop_ld.sources import Sources
from ecoop_ld.validate import Report, check, shacl
from ecoop_ld.validate.places import Locator

_MEANING = frozenset(
    f"<{iri}>"
    for iri in (
        RDF + "type",
        RDFS + "domain",
        RDFS + "range",
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
        OWL + "inverseOf",
        OWL + "equivalentClass",
        OWL + "equivalentProperty",
    )
)
"""What a term means to a machine: taking one of these away, or changing a domain or range, breaks its users."""
_NARROWING = frozenset(f"<{RDFS}{name}>" for name in ("domain", "range"))


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
    loaded = sources.load(config)
    report = check(config, loaded, loaded.quads)
    if report.exit_code(strict=False) != 0:
        return Frozen(folder, report)
    before = diff.read_file(previous.folder / f"{STATED}.nq") if previous else []
    changes = diff.compare(before, loaded.quads)
    offenders = tuple(_offenders(config, version, previous, before, changes, loaded)) if previous else ()
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
        text = (config.root / FILE).read_text(encoding="utf-8").splitlines()
        line = next((n for n, row in enumerate(text, 1) if row.strip().startswith("version")), 0)
        raise UserError(
            f"The project says that it is version {config.project.version}, not {version}.",
            place=Place(FILE, line),
            hint=f'Write version = "{version}" under [project] and commit it.',
        )


def _refuse_dirty(config: Config) -> None:
    """Nothing of the project may differ from its last commit; a project outside git has none."""
    command = ["git", "-C", str(config.root), "status", "--porcelain", "-z", "--untracked-files=all", "--"]
    try:
        done = subprocess.run([*command, *_PARTS], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return
    if done.returncode == 0 and done.stdout:
        rows = [row[3:] for row in done.stdout.split("\0") if row]
        raise UserError(
            f"{rows[0]} is not committed" + (f", nor {len(rows) - 1} others." if len(rows) > 1 else "."),
            hint="Commit or undo it: a release is made from a commit.",
        )


_PARTS = ("ontology", "data", "shapes", "site", FILE)


def _offenders(
    config: Config, version: Version, previous: Release, before: list[ox.Quad], changes: diff.Diff, loaded: Sources
) -> Iterator[Finding]:
    locator = Locator(config, loaded)
    places = previous.places()
    yield from _lost(config, changes, places)
    yield from _broken_terms(config, previous, changes, places, locator, loaded)
    if version.major == previous.version.major:
        yield from _broken_shapes(config, before, loaded, locator)


def _lost(config: Config, changes: diff.Diff, places: dict[str, str]) -> Iterator[Finding]:
    terms = config.vocabulary_iri + "#"
    for entity in changes.entities:
        iri = entity.subject
        if entity.kind == "removed" and iri.startswith(config.base) and "/.well-known/genid/" not in iri:
            own = iri.startswith(terms)
            yield _offence(
                "release-lost-term" if own else "release-lost-iri",
                f"{iri} was published and is gone.",
                _place(places.get(iri, "")),
                iri,
                "Deprecate the term instead of removing it (owl:deprecated true)."
                if own
                else "Keep a tombstone (owl:deprecated true) or say what replaces it (dcterms:isReplacedBy).",
            )


def _broken_terms(
    config: Config,
    previous: Release,
    changes: diff.Diff,
    places: dict[str, str],
    locator: Locator,
    loaded: Sources,
) -> Iterator[Finding]:
    """A term with another meaning needs a new major version of the ontology."""
    ontology, terms = ox.NamedNode(config.vocabulary_iri), f"<{config.vocabulary_iri}#"
    said = ox.NamedNode(OWL + "versionInfo")
    now = next((names.value(q.object) for q in loaded.quads if q.subject == ontology and q.predicate == said), "")
    lines = [line for line in (*changes.removed, *changes.added) if line.startswith(terms)]
    if not lines:
        return
    if now == previous.ontology:
        place = locator.of(ontology, said)
        message = f"The vocabulary has changed since release {previous.version} and still says version {now}."
        yield _offence("release-version", message, place, config.vocabulary_iri, "Raise owl:versionInfo.")
        return
    broken = {line.split(" ", 2)[0][1:-1] for line in changes.removed if _breaks(line, terms, _MEANING)}
    old = {f"<{iri}>" for iri in places}
    broken |= {
        line.split(" ", 2)[0][1:-1]
        for line in changes.added
        if _breaks(line, terms, _NARROWING) and line.split(" ", 1)[0] in old
    }
    if _major(now) > _major(previous.ontology):
        return
    for iri in sorted(broken):
        place = locator.of(ox.NamedNode(iri)) or _place(places.get(iri, ""))
        message = f"{iri} means something else than in version {previous.ontology} of the vocabulary."
        hint = f"Give the vocabulary a new major version (owl:versionInfo), not {now}; or a new term."
        yield _offence("release-breaking-term", message, place, iri, hint)


def _breaks(line: str, terms: str, predicates: frozenset[str]) -> bool:
    return line.startswith(terms) and line.split(" ", 2)[1] in predicates


def _major(text: str) -> int:
    head = text.partition(".")[0]
    return int(head) if head.isdigit() else 0


def _broken_shapes(config: Config, before: list[ox.Quad], loaded: Sources, locator: Locator) -> Iterator[Finding]:
    """A breaking change of shapes is one under which data that conformed no longer does."""
    shapes = [q for file in loaded.shapes for q in file.quads]
    outcome = shacl.validate(config, before, shapes, locator)
    seen = set()
    for result in outcome.results:
        if result.severity is Severity.VIOLATION and result.shape not in seen:
            seen.add(result.shape)
            message = f"What the last release says of {names.value(result.focus)} no longer conforms: {result.message}"
            place = locator.of(ox.NamedNode(result.shape)) if result.shape else None
            yield _offence(
                "release-breaking-shape", message, place, result.shape, "A stricter shape needs a major version."
            )


def _offence(code: str, message: str, place: Place | None, focus: str, hint: str) -> Finding:
    return Finding(code, Severity.VIOLATION, message, place, focus, hint)


def _place(text: str) -> Place | None:
    file, _, line = text.rpartition(":")
    return Place(file, int(line)) if file and line.isdigit() else Place(text) if text else None


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(config: Config, folder: Path, previous: Release | None, loaded: Sources, changes: diff.Diff) -> None:
    """Everything beside the place where it will stand, then one rename: killed before it, nothing is published."""
    dataset = Dataset(config, loaded.quads, materialise(config, loaded.quads))
    with staging(folder) as staged:
        found = dumps.write(dataset, staged.parent, vocabulary.context_table(dataset), staged.name)
        more = dict(_more(config, dataset, previous, loaded, changes))
        for name, content in more.items():
            (staged / name).write_bytes(content)
        rows = {d.path.removeprefix(f"{staged.name}/"): d.sha256 for d in found}
        rows |= {name: hashlib.sha256(content).hexdigest() for name, content in more.items()}
        head = "".join((staged / SUMS).read_text(encoding="utf-8").splitlines(keepends=True)[:2])
        (staged / SUMS).write_text(head + "".join(f"{rows[n]}  {n}\n" for n in sorted(rows)), encoding="utf-8")
        staged.rename(folder)


def _more(
    config: Config, dataset: Dataset, previous: Release | None, loaded: Sources, changes: diff.Diff
) -> Iterator[tuple[str, bytes]]:
    version, before = config.project.version, str(previous.version) if previous else ""
    literal = dataset.text(config.vocabulary_iri, (OWL + "versionInfo",), "")
    facts = {
        "version": version,
        "ontology": literal.value if literal else "",
        "date": config.project.modified,
        "previous": before,
        "added": len(changes.added),
        "removed": len(changes.removed),
    }
    yield FACTS, (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
    locator = Locator(config, loaded)
    subjects = sorted({q.subject.value for q in loaded.quads if isinstance(q.subject, ox.NamedNode)})
    places = {iri: str(p) for iri in subjects if (p := locator.of(ox.NamedNode(iri)))}
    short = {iri: ":".join(text.split(":")[:2]) for iri, text in places.items()}
    yield PLACES, (json.dumps(short, ensure_ascii=False, indent=0) + "\n").encode()
    title = f"{config.project.title[config.languages[0]]} {version}"
    for form, end in (("text", "txt"), ("json", "json"), ("patch", "rdfp"), ("html", "html")):
        yield f"diff.{end}", changes.render(form, f"{title}: what changed", config.all_prefixes).encode()
    yield "index.html", _index(title).encode()


_LISTED = (
    *(f"all.{row.extension}.gz" for row in dumps.FORMATS),
    "tables/csv-metadata.json",
    "tables.sqlite",
    SUMS,
    *("diff.html", "diff.txt", "diff.json", "diff.rdfp"),
    FACTS,
)


def _index(title: str) -> str:
    from html import escape

    links = "".join(f'<li><a href="{name}">{name}</a></li>' for name in _LISTED)
    name = escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><h1>{name}</h1><ul>{links}</ul></body></html>\n"
    )
