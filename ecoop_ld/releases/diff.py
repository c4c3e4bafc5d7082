"""Two sets of quads → what changed, entity by entity and property by property; as text, HTML, JSON and RDF Patch.

Both sides are canonicalised first (RDFC-1.0), so the names of blank nodes, the order and the format do not count.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.publish.bundle import FOLDER, STATED, WHOLE
from ecoop_ld.rdf import names
from ecoop_ld.rdf.canonical import canonical_lines
from ecoop_ld.rdf.formats import COMPRESSIONS, N_QUADS, SOURCE_FORMATS, by_name
from ecoop_ld.sources import files

FORMATS = ("text", "json", "patch", "html")


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one property of one entity."""

    predicate: str
    removed: tuple[str, ...]
    """N-Triples text of the values that went, and their graphs where they have one."""
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What happened to one entity."""

    subject: str
    """IRI, or the canonical name of a blank node."""
    kind: str
    """``added``, ``removed`` or ``changed``."""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Diff:
    """The difference, as canonical N-Quads lines that went and that came."""

    removed: tuple[str, ...]
    added: tuple[str, ...]
    before: frozenset[str]
    """Subjects of the first side."""
    after: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    @cached_property
    def entities(self) -> tuple[EntityChange, ...]:
        found: dict[str, dict[str, tuple[list[str], list[str]]]] = {}
        for side, lines in enumerate((self.removed, self.added)):
            for line in lines:
                subject, predicate, rest = line.split(" ", 2)
                found.setdefault(subject, {}).setdefault(predicate, ([], []))[side].append(rest.removesuffix(" ."))
        return tuple(
            EntityChange(
                _plain(subject),
                "added" if subject not in self.before else "removed" if subject not in self.after else "changed",
                tuple(Change(_plain(p), tuple(gone), tuple(come)) for p, (gone, come) in sorted(table.items())),
            )
            for subject, table in sorted(found.items())
        )

    # --- forms -----------------------------------------------------------------------------------------------------

    def as_text(self, prefixes: Mapping[str, str]) -> str:
        """For people: ``+`` and ``-`` before what came and went."""
        if not self:
            return "No difference.\n"
        out = []
        for entity in self.entities:
            out.append(f"{_SIGNS[entity.kind]} {entity.subject}")
            for change in entity.changes:
                name = names.compact(change.predicate, prefixes)
                out += [f"    - {name} {_told(value, prefixes)}" for value in change.removed]
                out += [f"    + {name} {_told(value, prefixes)}" for value in change.added]
        kinds = [entity.kind for entity in self.entities]
        counts = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in _SIGNS)
        out.append(f"Entities: {counts}. Statements: {len(self.added):,} added, {len(self.removed):,} removed.")
        return "\n".join(out) + "\n"

    def as_json(self, header: Mapping[str, str] | None = None) -> str:
        """One object per entity and property; values are terms in N-Triples, with the graph behind them if any."""
        entities = [
            {
                "entity": e.subject,
                "change": e.kind,
                "properties": [
                    {"property": c.predicate, "removed": list(c.removed), "added": list(c.added)} for c in e.changes
                ],
            }
            for e in self.entities
        ]
        counts = {"added": len(self.added), "removed": len(self.removed)}
        table = {**(header or {}), **counts, "entities": entities}
        return json.dumps(table, ensure_ascii=False, indent=1) + "\n"

    def as_patch(self, header: Mapping[str, str] | None = None) -> str:
        """RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html): applied to the first side it gives the second."""
        head = "".join(f"H {key} {ox.Literal(value)} .\n" for key, value in (header or {}).items())
        rows = [f"D {line}\n" for line in self.removed] + [f"A {line}\n" for line in self.added]
        return head + "TX .\n" + "".join(rows) + "TC .\n"

    def as_html(self, title: str, prefixes: Mapping[str, str]) -> str:
        """A page of its own, without script."""
        rows = []
        for entity in self.entities:
            rows.append(f"<section><h2>{_SIGNS[entity.kind]} {_link(entity.subject)}</h2><table>")
            for change in entity.changes:
                name = html.escape(names.compact(change.predicate, prefixes))
                for tag, word, values in (("del", "−", change.removed), ("ins", "+", change.added)):
                    told = (html.escape(_told(value, prefixes)) for value in values)
                    rows += [f"<tr><td>{word}</td><td>{name}</td><td><{tag}>{v}</{tag}></td></tr>" for v in told]
            rows.append("</table></section>")
        body = "\n".join(rows) or "<p>No difference.</p>"
        name = html.escape(title)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            f"<style>{_STYLE}</style></head>"
            f"<body><h1>{name}</h1>\n{body}\n</body></html>\n"
        )

    def render(self, name: str, title: str, prefixes: Mapping[str, str]) -> str:
        """One of :data:`FORMATS`."""
        if name == "json":
            return self.as_json()
        if name == "patch":
            return self.as_patch()
        return self.as_html(title, prefixes) if name == "html" else self.as_text(prefixes)


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}h2{font-size:1rem;margin:1.5rem 0 .25rem;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}td{padding:.15rem .75rem .15rem 0;vertical-align:top;overflow-wrap:anywhere}"
    "del{text-decoration-color:#c33}ins{text-decoration:none;font-weight:600}"
)
_SUM = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_SUM}'"
_VALUE = re.compile(
    r'(?:(?P<text>"(?:[^"\\]|\\.)*"(?:@[\w-]+)?)(?:\^\^<(?P<datatype>[^>]*)>)?|<(?P<iri>[^>]*)>)'
    r"(?: <(?P<graph>[^>]*)>)?",
    re.DOTALL,
)

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def _told(value: str, prefixes: Mapping[str, str]) -> str:
    """A value (and graph) in N-Triples with prefixed names for IRIs and datatypes, where a prefix fits."""
    match = _VALUE.fullmatch(value)
    if match is None:
        return value
    datatype = f"^^{_short(match['datatype'], prefixes)}" if match["datatype"] else ""
    term = match["text"] + datatype if match["text"] else _short(match["iri"], prefixes)
    return f"{term} {_short(match['graph'], prefixes)}" if match["graph"] else term


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    name = names.compact(iri, prefixes)
    return f"<{iri}>" if name == iri else name


def _plain(text: str) -> str:
    return text[1:-1] if text.startswith("<") else text


def _link(iri: str) -> str:
    text = html.escape(iri)
    return f'<a href="{text}">{text}</a>' if iri.startswith(("http://", "https://")) else text


def compare(before: Iterable[ox.Quad], after: Iterable[ox.Quad]) -> Diff:
    """What to take from ``before`` and add to it to get ``after``."""
    old, new = list(before), list(after)
    if old and new and _has_graphs(old) != _has_graphs(new):  # a triple format says nothing of graphs
        old, new = _union(old), _union(new)
    one = [line.decode() for line in canonical_lines(old)]
    two = [line.decode() for line in canonical_lines(new)]
    first, second = set(one), set(two)
    return Diff(
        tuple(line for line in one if line not in second),
        tuple(line for line in two if line not in first),
        frozenset(line.split(" ", 1)[0] for line in one),
        frozenset(line.split(" ", 1)[0] for line in two),
    )


def _has_graphs(quads: Iterable[ox.Quad]) -> bool:
    return any(not isinstance(q.graph_name, ox.DefaultGraph) for q in quads)


def _union(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return [ox.Quad(q.subject, q.predicate, q.object) for q in quads]


# --- where the two sides come from -----------------------------------------------------------------------------------


def read(name: str, root: Path | None, releases: Path | None) -> list[ox.Quad]:
    """The stated quads of a project folder, a folder of dumps, a dump file, a release or a git revision.

    They are looked for in this order. Of dumps, what is stated; of a file, what it holds.
    """
    path = Path(name)
    if path.is_file():
        return read_file(path)
    if path.is_dir():
        return _read_folder(path)
    if releases is not None and (releases / name).is_dir():
        return _read_folder(releases / name)
    if root is not None and (found := _read_revision(name, root)) is not None:
        return found
    raise UserError(
        f'"{name}" is no file, folder, release or git revision.',
        hint="Give a project, a folder of dumps, a dump, a version such as 1.0.0, or a revision such as HEAD~1.",
    )


def read_file(path: Path) -> list[ox.Quad]:
    """All quads of one dump, unpacked on the way; one that is broken off or no RDF is a ``UserError``."""
    import gzip
    import zlib

    import zstandard

    stem, compression = path.name, ""
    if stem.rpartition(".")[2] in COMPRESSIONS:
        stem, _, compression = stem.rpartition(".")
    row = by_name(stem.rpartition(".")[2], SOURCE_FORMATS)
    if row is None:
        known = ", ".join(f".{r.extension}" for r in SOURCE_FORMATS)
        raise UserError(f"{path} is no RDF file.", hint=f"Known: {known}, also with .gz or .zst.")
    try:
        content = path.read_bytes()
        if compression == "gz":
            content = gzip.decompress(content)
        elif compression == "zst":
            content = zstandard.ZstdDecompressor().stream_reader(content).read()
        return list(ox.parse(content, format=row.rdf_engine(), base_iri=path.absolute().as_uri()))
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror or error}") from None
    except (EOFError, zlib.error, zstandard.ZstdError) as error:
        raise UserError(f"{path} is broken: {error}.", hint="Fetch it again.") from None
    except (SyntaxError, ValueError) as error:
        raise UserError(f"{path} is no {row.label}: {error}", hint="Fetch it again.") from None


def _read_folder(folder: Path) -> list[ox.Quad]:
    if (folder / config.FILE).is_file():
        return _read_project(folder)
    for place in (folder, folder / FOLDER, folder / "dumps"):
        for part in (STATED, WHOLE):
            for end in ("", *(f".{c}" for c in COMPRESSIONS)):
                path = place / f"{part}.{N_QUADS.extension}{end}"
                if path.is_file():
                    return read_file(path)
    raise UserError(
        f"{folder} holds no project and no dumps.",
        hint=f"A project has an {config.FILE}; a folder of dumps has {STATED}.nq or {WHOLE}.nq.",
    )


def _read_project(folder: Path) -> list[ox.Quad]:
    loaded = files.load(config.load(folder))
    if loaded.findings:
        first = loaded.findings[0]
        raise UserError(first.message, place=first.place, hint="ecoop-ld check lists everything.")
    return list(loaded.quads)


def _read_revision(name: str, root: Path) -> list[ox.Quad] | None:
    """The project as it was in a git revision; ``None`` where git knows no such revision."""
    if name.startswith("-"):
        return None
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        return None
    archive = _git(root, "archive", "--format=tar", commit.decode().strip())
    if archive is None:
        return None
    with tempfile.TemporaryDirectory(prefix="ecoop-ld-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        project = Path(folder)
        if not (project / config.FILE).is_file():
            raise UserError(f"Revision {name} has no {config.FILE}.", hint="Give one in which the project existed.")
        return _read_project(project)


def _git(root: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
