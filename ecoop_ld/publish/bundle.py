"""Graphs → files: one entity's triples as bytes, and the bundle of dumps with its checksums.

A bundle holds the whole dataset, what is stated, and each named graph (what is derived is one), each in six RDF
formats; tables of the things; each file plain, gzip and zstd. Same input, same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

import pyoxigraph as ox
import zstandard

from ecoop_ld import progress
from ecoop_ld.errors import UserError
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.publish import parquet, tables
from ecoop_ld.rdf import jsonld, names, nesting, writing
from ecoop_ld.rdf.canonical import canonical_hash, union_hash
from ecoop_ld.rdf.formats import (
    COMPRESSIONS,
    CSV,
    CSVW,
    HTML,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    PARQUET,
    RDF_XML,
    SQLITE,
    TABLE_FILES,
    TRIG,
    TURTLE,
    Format,
    by_name,
)
from ecoop_ld.rdf.writing import used_prefixes as used_prefixes

FOLDER = "dumps/latest"
WHOLE = "all"
"""Name of the dump of all graphs."""
STATED = "stated"
"""Name of the dump of all graphs but the derived one."""
SUMS = "SHA256SUMS"
FORMATS = (N_QUADS, TRIG, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
"""What each part is written in."""
DATASETS = FORMATS[:2]
"""Those that keep named graphs; the others have each triple once."""
_ENDS = ("", *(f".{end}" for end in COMPRESSIONS))


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of ``dumps/``."""

    path: str
    graph: str
    """IRI of the named graph; empty for the whole dataset, the stated part and the tables."""
    format: Format
    size: int
    sha256: str
    compression: str = ""
    """``gz``, ``zst`` or nothing."""

    @property
    def media_type(self) -> str:
        return COMPRESSIONS.get(self.compression, self.format.media_type)

    @property
    def name(self) -> str:
        """Which part it holds: ``all``, ``stated``, a graph's name, ``tables`` or ``tables/…``."""
        file = "/".join(self.path.split("/")[2:])
        return file.partition(".")[0]

    @property
    def of_graph(self) -> bool:
        """Whether it holds one named graph, and not the whole, what is stated, or tables."""
        return self.name.partition("/")[0] not in (WHOLE, STATED, tables.FOLDER)


@dataclass(frozen=True, slots=True)
class DumpPart:
    """What one set of dumps holds."""

    name: str
    graph: str
    quads: Sequence[ox.Quad]


def parts(dataset: Dataset) -> list[DumpPart]:
    """The whole, what is stated, and each graph. Raises ``UserError`` where two would have one file name."""
    by_graph: dict[str, list[ox.Quad]] = {graph: [] for graph in dataset.graphs}
    for quad in dataset.quads:
        by_graph[names.value(quad.graph_name)].append(quad)
    found = [DumpPart(WHOLE, "", tuple(dataset.quads)), DumpPart(STATED, "", tuple(dataset.stated))]
    found += [DumpPart(dataset.addresses.graph_slug(graph), graph, quads) for graph, quads in by_graph.items()]
    seen: dict[str, str] = {tables.FOLDER: "", "index": ""}  # the page of a release is called index
    for part in found:
        if part.name in seen:
            other = f"<{seen[part.name]}>" if seen[part.name] else "the whole"
            raise UserError(
                f'The dumps of <{part.graph}> would be called "{part.name}", like those of {other}.',
                hint="Give the graph another path under [graphs] in ecoop.toml.",
            )
        seen[part.name] = part.graph
    return found


def serialize(
    quads: Iterable[ox.Quad | ox.Triple], row: Format, prefixes: dict[str, str], *, graphs: bool = False
) -> bytes:
    """RDF bytes. Without ``graphs`` the quads' triples are written, each once, in order."""
    triples = [] if graphs or row not in nesting.FORMATS else list(distinct(quads))
    if nesting.has_blank_nodes(triples):
        return nesting.write(triples, row, prefixes)
    sink = io.BytesIO()
    stream(cast("Iterable[ox.Quad]", quads) if graphs else distinct(quads), row, prefixes, sink)
    data = sink.getvalue()
    return data if data.endswith(b"\n") else data + b"\n"


def distinct(quads: Iterable[ox.Quad | ox.Triple]) -> Iterator[ox.Triple]:
    """The triples of quads, each once, in order of appearance."""
    return iter(dict.fromkeys(q.triple if isinstance(q, ox.Quad) else q for q in quads))


def write(
    dataset: Dataset,
    out: Path,
    context: Mapping[str, object],
    folder: str = FOLDER,
    made: tables.Tables | None = None,
) -> tuple[Dump, ...]:
    """Write the bundle under ``out/folder``; the list, whole dataset first. ``SHA256SUMS`` is written last.

    ``made``: the tables, where they have been made already.
    """
    target = out / folder
    (target / tables.FOLDER).mkdir(parents=True, exist_ok=True)
    found: list[Dump] = []
    made_of = parts(dataset)
    for part in progress.each(made_of, "Writing dumps", len(made_of), "graphs"):
        iris = writing.iris_of(part.quads)
        prefixes = writing.fitting(iris, dataset.config.all_prefixes)
        names_for_json = jsonld.safe_context(context, writing.schemes(iris))
        triples = list(distinct(part.quads))
        for row in (*DATASETS, *(row for row in FORMATS if row in dataset.config.written)):
            with sink(target, f"{part.name}.{row.extension}") as to:
                write_one(part.quads if row in DATASETS else triples, row, prefixes, names_for_json, to)
            found += to.dumps(folder, part.graph, row)
    found += _write_tables(made or tables.make(dataset, dataset.config.all_prefixes), target, folder)
    (target / SUMS).write_bytes(sums(found, folder, hashes(dataset)))
    return ordered(found)


def write_one(
    content: Iterable[ox.Quad] | Iterable[ox.Triple],
    row: Format,
    prefixes: dict[str, str],
    context: Mapping[str, object],
    to: writing.Sink,
) -> None:
    """Write triples, or quads where the format keeps their graphs here, as they come; JSON-LD with the context."""
    if row is JSON_LD:
        used = {prefix: namespace for prefix, namespace in prefixes.items() if context.get(prefix) == namespace}
        jsonld.write(cast("Iterable[ox.Triple]", content), {**used, **context}, to)
    else:
        stream(content, row, prefixes, to)


def stream(
    quads: Iterable[ox.Quad] | Iterable[ox.Triple], row: Format, prefixes: dict[str, str], sink: writing.Sink
) -> None:
    """Write quads or triples as they come; memory does not grow with them."""
    try:
        writing.write(quads, row, prefixes, sink)
    except writing.Unwritable as error:
        raise UserError(
            f"The data cannot be written as {row.label}: {error}.",
            hint="`ecoop-ld check` gives the places of what RDF/XML cannot hold." if row == RDF_XML else "",
        ) from None


def _write_tables(made: tables.Tables, target: Path, folder: str) -> list[Dump]:
    found: list[Dump] = []
    for name, content in made.files():
        row = CSVW if name == tables.METADATA else CSV
        (target / tables.FOLDER / name).write_bytes(content)
        found.append(_dump(f"{folder}/{tables.FOLDER}/{name}", "", row, content))
    for table in made.classes if parquet.version() else ():
        name, content = f"{tables.FOLDER}/{table.name}.{PARQUET.extension}", parquet.write(table)
        (target / name).write_bytes(content)
        found.append(_dump(f"{folder}/{name}", "", PARQUET, content))
    with sink(target, f"{tables.FOLDER}.{SQLITE.extension}") as to:
        to.write(made.as_sqlite())
    return found + to.dumps(folder, "", SQLITE)


def _dump(path: str, graph: str, row: Format, content: bytes) -> Dump:
    return Dump(path, graph, row, len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Hashes:
    """RDFC-1.0 hashes: the same data has the same two, in whatever format and order it is written."""

    dataset: str
    """Of the quads, with their graphs: what N-Quads and TriG carry."""
    union: str
    """Of the triples of all graphs together: what the other formats carry."""


def hashes(dataset: Dataset) -> Hashes:
    quads = list(dataset.quads)
    return Hashes(canonical_hash(quads), union_hash(quads))


def sums(found: Iterable[Dump], folder: str, hashed: Hashes) -> bytes:
    """The checksum file: ``sha256sum -c SHA256SUMS`` in the folder checks every file; the hashes are comments to it."""
    head = f"# RDFC-1.0 dataset {hashed.dataset}\n# RDFC-1.0 union {hashed.union}\n"
    lines = sorted(f"{d.sha256}  {d.path.removeprefix(folder + '/')}\n" for d in found)
    return (head + "".join(sorted(lines, key=lambda line: line[66:]))).encode()


def read_sums(content: str) -> tuple[Hashes, dict[str, str]]:
    """The hashes and the SHA-256 of each file. Raises ``ValueError`` where it is no checksum file of ours."""
    head = dict(re.findall(r"^# RDFC-1\.0 (dataset|union) ([0-9a-f]{64})$", content, re.MULTILINE))
    listed = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (.+)$", content, re.MULTILINE)}
    if set(head) != {"dataset", "union"} or len(head) + len(listed) != len(content.splitlines()):
        raise ValueError("not a checksum file of a bundle")
    return Hashes(head["dataset"], head["union"]), listed


@contextlib.contextmanager
def sink(folder: Path, name: str) -> Iterator[DumpSink]:
    """Where to write one dump, plain and packed."""
    with contextlib.ExitStack() as files:
        yield (found := DumpSink(name, [files.enter_context((folder / f"{name}{end}").open("wb")) for end in _ENDS]))
        found.finish()


class DumpSink:
    """Three files at once: as it is, gzip (without a time in it) and zstd; each counted and hashed as it is written."""

    def __init__(self, name: str, files: Sequence[IO[bytes]]) -> None:
        self.name, self._last = name, b""
        self._files = [_Counted(file) for file in files]
        self._packers: list[_Packer] = [
            zlib.compressobj(4, zlib.DEFLATED, 31),
            zstandard.ZstdCompressor(level=3).compressobj(),
        ]

    def write(self, content: bytes) -> int:
        if content:
            self._last = content[-1:]
            self._files[0].write(content)
            for file, packer in zip(self._files[1:], self._packers, strict=True):
                file.write(packer.compress(content))
        return len(content)

    def flush(self) -> None:
        """The engine asks for it; files are flushed when they are closed."""

    def finish(self) -> None:
        if self._last != b"\n" and not self.name.endswith(SQLITE.extension):
            self.write(b"\n")
        for file, packer in zip(self._files[1:], self._packers, strict=True):
            file.write(packer.flush())

    def dumps(self, folder: str, graph: str, row: Format) -> list[Dump]:
        return [
            Dump(f"{folder}/{self.name}{end}", graph, row, file.size, file.digest.hexdigest(), end.removeprefix("."))
            for end, file in zip(_ENDS, self._files, strict=True)
        ]


class _Packer(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Counted:
    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.size, self.digest = file, 0, hashlib.sha256()

    def write(self, content: bytes) -> None:
        self._file.write(content)
        self.size += len(content)
        self.digest.update(content)


def from_entries(dataset: Dataset, entries: Iterable[tuple[str, int, str]]) -> tuple[Dump, ...]:
    """The dumps among the files of a build: path, size and SHA-256 of each."""
    graphs = {part.name: part.graph for part in parts(dataset)}
    found = []
    for path, size, sha256 in entries:
        if path.startswith(FOLDER + "/") and not path.endswith((SUMS, f".{HTML.extension}")):
            stem, compression = path, ""
            if path.rpartition(".")[2] in COMPRESSIONS:
                stem, _, compression = path.rpartition(".")
            name, _, extension = stem.removeprefix(FOLDER + "/").partition(".")
            row = by_name(extension, (*FORMATS, *TABLE_FILES))
            assert row is not None
            found.append(Dump(path, graphs.get(name, ""), row, size, sha256, compression))
    return ordered(found)


def ordered(found: Iterable[Dump]) -> tuple[Dump, ...]:
    """Dumps as they are listed: the whole dataset first, then graph by graph."""
    return tuple(sorted(found, key=lambda dump: (dump.graph, dump.path)))
