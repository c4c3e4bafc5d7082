"""A folder → the files below it, and what is left out of them with the reason.

Links are followed, each folder once on any way down; what cannot be read is said, never passed over.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ecoop_ld.rdf.formats import JSON_LD, RDF_XML, SOURCE_ENDINGS, TABLE_ENDINGS, TURTLE, Format
from ecoop_ld.sources.tabular import beside

GZIP = ".gz"
_LOOK = 1 << 16
"""Bytes of a file that are looked at where its ending does not say what it holds."""
_XML = re.compile(rb"\s*(?:<\?xml|<!--|<!DOCTYPE|<[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s>/])")
_RDF_ROOT = re.compile(rb"<(?:[\w.-]+:)?RDF[\s>]|http://www\.w3\.org/1999/02/22-rdf-syntax-ns#")
_OWL_XML = re.compile(
    rb"<(?:[\w.-]+:)?Ontology\s(?:(?!\srdf:)[^>])*\sontologyIRI\s*=|<Prefix\s[^>]*\bname\s*=[^>]*\bIRI\s*="
)
"""How a file in the XML serialisation of OWL begins (OWL 2 XML §2)."""
_NO_PATH = re.compile(r"[^\w./~!$&'()*+,;=:@-]")
"""What a path of an IRI cannot hold as it is."""
_TURTLE = re.compile(rb"(?:^|\n)\s*(?:@prefix|@base|PREFIX|BASE)\s", re.IGNORECASE)
_JSON_LD = re.compile(rb'"@(?:context|graph|id|type)"\s*:')


@dataclass(frozen=True, slots=True)
class RdfFile:
    """A file, or something that stands for one and is left out."""

    path: Path
    format: Format | None = None
    """How its RDF is written; ``None`` where it is left out."""
    reason: str = ""
    """Why it is left out, in a sentence."""
    broken: bool = False
    """Whether it should have been read and cannot be."""


def entries(top: Path) -> Iterator[RdfFile]:
    """Everything below a folder but folders, sorted by path; hidden things, and what cannot be read, with a reason."""
    return iter(sorted(_walk(top, (os.path.realpath(top),)), key=lambda found: found.path))


def _walk(folder: Path, above: tuple[str, ...]) -> Iterator[RdfFile]:
    try:
        with os.scandir(folder) as scanned:
            inside = list(scanned)
    except OSError as error:
        yield RdfFile(folder, reason=f"The folder cannot be read: {_why(error)}.", broken=True)
        return
    for entry in inside:
        yield from _entry(Path(entry.path), entry.name, above)


def _entry(path: Path, name: str, above: tuple[str, ...]) -> Iterator[RdfFile]:
    if name.startswith("."):
        yield RdfFile(path, reason="Hidden: its name begins with a dot.")
        return
    try:
        mode = path.stat().st_mode
    except OSError as error:
        reason = "A link that leads nowhere." if path.is_symlink() else f"It cannot be read: {_why(error)}."
        yield RdfFile(path, reason=reason, broken=True)
        return
    if stat.S_ISDIR(mode):
        real = os.path.realpath(path)
        if real in above:
            yield RdfFile(path, reason="A link to a folder that it stands in.", broken=True)
        else:
            yield from _walk(path, (*above, real))
    elif not stat.S_ISREG(mode):
        yield RdfFile(path, reason="Neither a file nor a folder.", broken=True)
    else:
        yield RdfFile(path)


def rdf_files(top: Path) -> list[RdfFile]:
    """The same, each file with its format, or why it has none."""
    found = [found if found.reason else recognise(found.path) for found in entries(top)]
    return [each for each in found if each.reason or each.format is not None]


def recognise(path: Path) -> RdfFile:
    """The format of a file by its ending, in capitals or not; by its content where the ending is that of others too.

    The mapping of a table that is there has neither a format nor a reason: it is read with the table.
    """
    name = path.name.lower().removesuffix(GZIP)
    ending = name.rpartition(".")[2] if "." in name else ""
    row = SOURCE_ENDINGS.get(ending)
    if ending in TABLE_ENDINGS:
        return _table(path, TABLE_ENDINGS[ending])
    if beside.is_mapping(path):
        table = path.name.removesuffix(beside.ENDING)
        return RdfFile(path, reason="" if beside.tables_of(path) else f'The mapping of "{table}", which is not here.')
    if row is None:
        reason = f'No RDF: its name ends in ".{ending}".' if ending else "No RDF: its name has no ending."
        return RdfFile(path, reason=reason)
    if ending == row.extension:
        return RdfFile(path, row)
    try:
        start, _ = beginning(path)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return RdfFile(path, row)  # reading it says what is wrong
    except OSError as error:
        return RdfFile(path, reason=f"It cannot be read: {_why(error)}.", broken=True)
    return _by_content(path, ending, start)


def _table(path: Path, row: Format) -> RdfFile:
    if beside.mapping_of(path) is not None:
        return RdfFile(path, row)
    name = f"{beside.unpacked(path.name)}{beside.ENDING}"
    return RdfFile(path, reason=f'A table without a mapping: there is no "{name}" beside it.')


def _by_content(path: Path, ending: str, start: bytes) -> RdfFile:
    if ending == "json":
        return RdfFile(path, JSON_LD) if _JSON_LD.search(start) else RdfFile(path, reason="JSON that is no JSON-LD.")
    if _OWL_XML.search(start):
        return RdfFile(path, reason="OWL/XML, which is no RDF: save it as RDF/XML or Turtle.")
    if _XML.match(start.removeprefix(b"\xef\xbb\xbf")):
        return RdfFile(path, RDF_XML) if _RDF_ROOT.search(start) else RdfFile(path, reason="XML that is no RDF/XML.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return RdfFile(path, RDF_XML)  # UTF-16 is for XML to read
    if _TURTLE.search(start):
        return RdfFile(path, TURTLE)
    return RdfFile(
        path, reason=f'No RDF that can be read: neither RDF/XML nor Turtle in a file that ends in ".{ending}".'
    )


def beginning(path: Path, most: int = _LOOK) -> tuple[bytes, bool]:
    """What a file begins with, unpacked, and whether there is more. Raises as ``gzip`` and ``open`` do."""
    with gzip.open(path) if is_packed(path) else path.open("rb") as stream:
        found = stream.read(most + 1)
    return found[:most], len(found) > most


def is_packed(path: Path) -> bool:
    return path.name.lower().endswith(GZIP)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def base_of(start: str, name: str) -> str:
    """What relative IRIs of a file are resolved against: its name behind ``start``, with escapes where no IRI has such
    signs, so that no two files have one base.
    """
    return start + _NO_PATH.sub(lambda found: quote(found[0], safe="", errors="surrogateescape"), name)


def graph_path(name: str) -> str:
    """Path of the named graph of a file that no pattern names, from the file's name in the project.

    ``data/people.ttl`` → ``graph/data/people``; any other name stands in it whole, so no two files have one graph.
    """
    stem = name.removesuffix(f".{TURTLE.extension}")
    plain = stem != name and "." not in stem.rpartition("/")[2]
    return "graph/" + quote(stem if plain else name, safe="/")
