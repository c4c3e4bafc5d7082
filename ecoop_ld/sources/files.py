"""Folders of RDF files → named graphs of lossless terms.

Terms come from the parser as written (``"01"`` stays ``"01"``); blank nodes become IRIs (:mod:`.skolem`), so
that two loads give the same terms. Which file goes into which graph is said by the file itself (TriG,
N-Quads, JSON-LD), by ``[graphs]`` in ``ecoop.toml``, or by the file's name.
"""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import os
import shlex
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld import progress
from ecoop_ld.addresses import Addresses
from ecoop_ld.config import FILE, Config
from ecoop_ld.errors import Finding, Place, Severity, UserError, nearest
from ecoop_ld.rdf.formats import JSON_LD, RDF_XML, SOURCE_ENDINGS, SOURCE_FORMATS, TABLE_ENDINGS, Format
from ecoop_ld.sources import contexts, encoding, folders, parsing
from ecoop_ld.sources.parsing import Parsed
from ecoop_ld.sources.remote import check_fetched
from ecoop_ld.sources.skolem import Skolemiser
from ecoop_ld.sources.tabular import beside
from ecoop_ld.sources.tabular.tables import Surroundings, TableSource

FOLDERS = ("ontology", "data")
"""Folders whose graphs are published."""
SHAPES = "shapes"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One parsed file."""

    name: str
    """Path relative to the project, with ``/``."""
    format: Format
    sha256: str
    quads: tuple[ox.Quad, ...]
    """Each with its named graph filled in; ``DefaultGraph`` only in files of ``shapes/``."""
    findings: tuple[Finding, ...] = ()
    """Syntax errors."""
    blank_nodes: int = 0
    """How many blank nodes the file had before they were given IRIs."""
    prefixes: dict[str, str] = field(default_factory=dict)
    """Prefixes that the file declares."""
    notes: tuple[Finding, ...] = ()
    """What is odd about the file as it was saved, and does not matter."""
    written: tuple[ox.Quad, ...] = ()
    """The quads as they stand in the file, where ``quads`` are those that were meant (:mod:`.meant`)."""
    mended: str | None = None
    """Of a file with syntax errors: its text without them, where each could be mended; ``quads`` are that text's."""


@dataclass(frozen=True)
class Sources:
    """All files of ``ontology/`` and ``data/``, and of ``shapes/``."""

    files: tuple[SourceFile, ...]
    shapes: tuple[SourceFile, ...] = ()
    left_out: tuple[Finding, ...] = ()
    """What stands in the folders and was not read."""

    @property
    def findings(self) -> list[Finding]:
        return [f for file in (*self.files, *self.shapes) for f in file.findings]

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """Stated quads without repetition, in the order of the files."""
        return tuple(dict.fromkeys(quad for file in self.files for quad in file.quads))

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Prefix → namespace, as the files declare them; where two differ, as the first has it."""
        found: dict[str, str] = {}
        for file in self.files:
            for prefix, namespace in file.prefixes.items():
                if namespace not in found.values():
                    found.setdefault(prefix, namespace)
        return found

    @cached_property
    def by_predicate(self) -> dict[str, list[ox.Quad]]:
        """IRI of a predicate → the :attr:`quads` that have it: most checks want to see a few of them alone."""
        found: dict[str, list[ox.Quad]] = {}
        for quad in self.quads:
            found.setdefault(quad.predicate.value, []).append(quad)
        return found

    def having(self, *predicates: str) -> Iterator[ox.Quad]:
        """The quads with one of these predicates, predicate by predicate."""
        return (quad for predicate in predicates for quad in self.by_predicate.get(predicate, ()))

    @cached_property
    def literals(self) -> frozenset[ox.Literal]:
        """The literals of all files, those of shapes too."""
        quads = (quad for file in (*self.files, *self.shapes) for quad in file.quads)
        return frozenset(value for quad in quads if isinstance(value := quad.object, ox.Literal))

    @cached_property
    def _iris(self) -> dict[str, dict[str, None]]:
        return {}

    def iris_of(self, file: SourceFile) -> dict[str, None]:
        """Every IRI that a file has as subject, predicate, object or datatype, in order of appearance."""
        if file.name not in self._iris:
            self._iris[file.name] = iris_in(file.quads)
        return self._iris[file.name]

    def in_folder(self, folder: str) -> list[SourceFile]:
        return [file for file in self.files if file.name.startswith(folder + "/")]


def iris_in(quads: Iterable[ox.Quad]) -> dict[str, None]:
    """Every IRI in subject, predicate, object or datatype position, in order of appearance."""
    found: dict[str, None] = {}
    for q in quads:
        for term in (q.subject, q.predicate, q.object):
            if isinstance(term, ox.NamedNode):
                found[term.value] = None
            elif isinstance(term, ox.Literal):
                found[term.datatype.value] = None
    return found


def load(config: Config) -> Sources:
    """Parse every file. Syntax errors become findings; a project without a file of RDF is a ``UserError``."""
    check_fetched(config)
    left_out: list[Finding] = []
    files, named = [], Skolemiser(config)
    for folder in FOLDERS:
        found = list_files(config, folder, left_out)
        told = progress.each(found, f"Reading {folder}/", len(found), "files")
        files += [parse_file(config, path, row, graph_of(config, path), named) for path, row in told]
    if not files:
        raise UserError(
            f"There is no RDF file in {' or '.join(f'{name}/' for name in FOLDERS)} of {config.root}.",
            hint="Put one there: " + ", ".join(f".{row.extension}" for row in SOURCE_FORMATS) + ", plain or .gz.",
        )
    shapes = [parse_file(config, path, row) for path, row in list_files(config, SHAPES, left_out)]
    return Sources(tuple(files), tuple(shapes), tuple(left_out))


def list_files(config: Config, folder: str, left_out: list[Finding] | None = None) -> list[tuple[Path, Format]]:
    """The RDF files below a folder of the project, sorted; none where it has no such folder.

    What is left out is added to ``left_out``.
    """
    top, found = config.folder(folder), []
    for each in folders.rdf_files(top) if os.path.lexists(top) else ():
        if each.format is not None:
            found.append((each.path, each.format))
        elif left_out is not None and not _is_rule(config, each.path):
            severity = Severity.WARNING if each.broken else Severity.NOTE
            place = Place(each.path.relative_to(config.root).as_posix())
            code = "unreadable" if each.broken else "left-out"
            left_out.append(Finding(code, severity, each.reason, place, hint=instead(each, place.file)))
    return found


def instead(each: folders.RdfFile, name: str) -> str:
    """What to do about something that is left out."""
    if each.broken:
        return "Mend the link or the permissions, or take it away."
    if each.path.name.startswith("."):
        return "Rename it if it belongs to the data."
    plain = beside.unpacked(each.path.name.lower())
    ending = plain.rpartition(".")[2] if "." in plain else ""
    if ending in TABLE_ENDINGS:
        return f"Make one: ecoop-ld map {shlex.quote(name)}"
    if beside.is_mapping(each.path):
        return "Put the table beside it, or call it as the table is called."
    near = nearest(ending, SOURCE_ENDINGS)
    if near:
        return f"Did you mean .{near}?"
    return "Take it out of the folder, or give it the ending of its format."


def _is_rule(config: Config, path: Path) -> bool:
    return path.parent == config.folder("ontology") / "rules" and path.suffix == ".rq"


def graph_of(config: Config, path: Path) -> ox.NamedNode:
    """The named graph for triples of a file that names none: what ``[graphs]`` says, else one named after the file."""
    name = path.relative_to(config.root).as_posix()
    for pattern, graph in config.graphs.items():
        if fnmatch.fnmatchcase(name, pattern):
            return ox.NamedNode(Addresses(config).graph_iri(graph))
    return ox.NamedNode(Addresses(config).graph_iri(folders.graph_path(name)))


def read_bytes(config: Config, path: Path) -> bytes:
    """The unpacked content of a source file, within ``limits.source_bytes``."""
    name, most = path.relative_to(config.root).as_posix(), config.limits.source_bytes
    try:
        content = content_of(name, path, most, unpack=folders.is_packed(path))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _badly_packed(name, path) from None
    if len(content) > most:
        raise UserError(
            f"Larger than {most:,} bytes unpacked.", place=Place(name), hint=f"Raise limits.source_bytes in {FILE}."
        )
    return content


def _badly_packed(name: str, path: Path) -> UserError:
    if content_of(name, path, 2)[:2] == b"\x1f\x8b":
        hint = "It was cut off, or something in it changed: fetch it once more, or pack it again."
        return UserError("Not a whole gzip file.", place=Place(name), hint=hint)
    hint = "Take .gz off its name, or pack it: gzip."
    return UserError("Its name ends in .gz, and it is not packed by gzip.", place=Place(name), hint=hint)


def content_of(name: str, path: Path, most: int | None = None, *, unpack: bool = False) -> bytes:
    """The bytes of a file that the project calls ``name``, or one more than ``most`` where there are more."""
    try:
        with gzip.open(path) if unpack else path.open("rb") as stream:
            return stream.read() if most is None else stream.read(most + 1)
    except gzip.BadGzipFile:
        raise
    except OSError as error:
        raise UserError(f"Cannot read it: {error.strerror or error}", place=Place(name)) from None


def table_source(config: Config, path: Path, row: Format, content: bytes) -> TableSource:
    """A table with the mapping beside it."""
    mapping = beside.mapping_of(path)
    name = path.relative_to(config.root).as_posix()
    if mapping is None:
        raise UserError("A table without a mapping.", place=Place(name), hint=f"Make one: ecoop-ld map {name}")
    text = read_bytes(config, mapping).decode("utf-8-sig", errors="replace")
    return TableSource(name, content, row, Surroundings.of(config), mapping.relative_to(config.root).as_posix(), text)


def parse_file(
    config: Config, path: Path, row: Format, graph: ox.NamedNode | None = None, named: Skolemiser | None = None
) -> SourceFile:
    """Parse one file; several syntax errors are reported at once.

    Without a ``graph``, as for shapes, triples and blank nodes stay as they are: a SHACL path must be a blank node.
    """
    name = path.relative_to(config.root).as_posix()
    content = read_bytes(config, path)
    digest = hashlib.sha256(content).hexdigest()
    if row in TABLE_ENDINGS.values():
        source = table_source(config, path, row, content)
        digest, found = hashlib.sha256(content + source.mapping_text.encode()).hexdigest(), source.parse()
    else:
        found = _parsed(config, name, content, row)
    placed, blank = named.place(found.quads, graph) if named and graph else (found.quads, 0)
    return SourceFile(
        name,
        row,
        digest,
        tuple(placed),
        found.findings,
        blank,
        found.prefixes,
        found.notes,
        mended=found.mended,
    )


def _parsed(config: Config, name: str, content: bytes, row: Format) -> Parsed:
    """A file of RDF."""
    content = encoding.of_markup(content) if row is RDF_XML else content
    refused = parsing.refuse_entities(name, content, config.limits.source_bytes) if row is RDF_XML else []
    if row is JSON_LD and contexts.names_contexts(content):
        content, refused = contexts.fill_in(content, config.root, name, folders.base_of(config.base, name))
    return Parsed([], tuple(refused)) if refused else parsing.parse(name, content, row, config)
