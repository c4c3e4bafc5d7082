"""A file that holds something else than its name says → what that is, and what to do: one finding, not hundreds.

Only files that cannot be read as what they are called are looked at: a page saved in place of a file, a packed one, a
pointer of git, RDF in another format.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pyoxigraph as ox

from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.rdf.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, SOURCE_FORMATS, TRIG, TURTLE, Format

_LOOK = 1 << 16
"""Bytes that are looked at."""
_MOST_PARSED = 1 << 26
"""Bytes of a file that is read in other formats, too."""
_PACK = "Unpack it, or pack it with gzip and add .gz to its name."
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "packed by gzip, though its name does not end in .gz", "Add .gz to its name, or unpack it."),
    (b"BZh", "packed by bzip2", _PACK),
    (b"\xfd7zXZ\0", "packed by xz", _PACK),
    (b"\x28\xb5\x2f\xfd", "packed by Zstandard", _PACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it, and keep the files that it holds."),
    (b"PK\x03\x04", "a ZIP archive, or a document that is one", "Unpack it, and keep the files that it holds."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it, and keep the files that it holds."),
    (b"%PDF-", "a PDF document", ""),
    (b"\x89PNG\r\n", "a PNG picture", ""),
    (b"\xff\xd8\xff", "a JPEG picture", ""),
    (b"SQLite format 3\0", "an SQLite database", "Write out what it holds as RDF or CSV."),
    (b"PAR1", "a Parquet file", "Write out what it holds as RDF or CSV."),
    (b"$HDT", "an HDT file", "Write it out as N-Triples: hdt2rdf."),
    (b"\xd0\xcf\x11\xe0", "a document of an old office program", "Save it as CSV."),
)
"""How binary files begin, what they are, and what to do."""
_TEXTS: tuple[tuple[re.Pattern[bytes], str, str, tuple[Format, ...]], ...] = (
    (re.compile(rb"\s*(?:<!doctype\s+html|<html[\s>])", re.I), "HTML", "Was a page saved in place of the file?", ()),
    (
        re.compile(rb"version https://git-lfs\.github\.com/"),
        "a pointer of Git LFS",
        "Fetch the file: git lfs pull.",
        (),
    ),
    (re.compile(rb"\s*<\?xml\b"), "XML", "Call it .rdf if it is RDF/XML.", (RDF_XML,)),
    (re.compile(rb"""\s*(?:\{\s*["}]|\[\s*\{)"""), "JSON", "Call it .jsonld if it is JSON-LD.", (JSON_LD,)),
)
"""How files of text begin that are something else, what they are, what to do, and as what they can be read."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TABLE = re.compile(r'[\w "]+(?:([,;\t])[\w "]+)+\r?\n[^,;\t]+\1')


def binary(name: str, content: bytes) -> Finding | None:
    """That a file is no text at all, and what it is."""
    for signature, noun, hint in _SIGNATURES:
        if content.startswith(signature):
            return _finding(name, f"This file is {noun}.", hint)
    begins = content[:_LOOK]
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not wide and len(_CONTROL.findall(begins)) > max(8, len(begins) // 20):
        return _finding(name, "This file holds bytes that are no text.", "Look at what was saved under its name.")
    return None


def other(name: str, content: bytes, row: Format, refused: Place) -> Finding | None:
    """That a file which cannot be read as ``row`` is something else; ``None`` where it seems to have slips.

    ``refused`` is where the parser first stopped.
    """
    found = binary(name, content)
    if found is not None:
        return found
    for begins, noun, hint, rows in _TEXTS:
        if row not in rows and begins.match(content):
            return _finding(name, f"This is {noun}, not {row.label}.", hint)
    rdf = _readable(content, row)
    if rdf is not None:
        message, hint = f"This is {rdf.label}, not {row.label}.", f"Call it .{rdf.extension}."
        return Finding("syntax", Severity.VIOLATION, message, refused, hint=hint)
    if _TABLE.match(content[:_LOOK].decode("utf-8-sig", errors="replace")):
        hint = "Call it .csv or .tsv, and have a mapping made: ecoop-ld map."
        return _finding(name, f"This is a table, not {row.label}.", hint)
    return None


def _readable(content: bytes, row: Format) -> Format | None:
    """The format as which all of it can be read, and something is said; in most statements, where it is of graphs:
    one value too many in a file of triples is a slip."""
    if len(content) > _MOST_PARSED:
        return None
    for candidate in (N_TRIPLES, N_QUADS, TURTLE, TRIG):
        if candidate is row or candidate not in SOURCE_FORMATS:
            continue
        try:
            parser = ox.parse(content, format=candidate.rdf_engine(), base_iri="https://example.org/")
            named = Counter(quad.graph_name != ox.DefaultGraph() for quad in parser)
            if named[True] > named[False] or (candidate in (N_TRIPLES, TURTLE) and named):
                return candidate
        except (SyntaxError, ValueError, MemoryError):
            continue
    return None


def _finding(name: str, message: str, hint: str) -> Finding:
    return Finding("syntax", Severity.VIOLATION, message, Place(name, 1, 1), hint=hint)


def too_long(name: str, content: bytes) -> Finding:
    """That the parser stopped at a term that is longer than it holds."""
    at = _long_line(content)
    if at < 0:  # a text of several lines
        quotes = pairwise(found.start() for found in re.finditer(rb'"""|\'\'\'', content))
        at = next((start for start, end in quotes if end - start > _LONGEST), -1)
    line = content.count(b"\n", 0, at) + 1 if at >= 0 else 0
    message = f"A term of more than {_LONGEST:,} bytes stands here; the parser stops at one so long."
    hint = "Keep so long a text in a file of its own, and link to it."
    return Finding("syntax", Severity.VIOLATION, message, Place(name, line, 1 if line else 0), hint=hint)


def _long_line(content: bytes) -> int:
    """Where the first line begins that is longer than a term may be; -1 where none is."""
    start = 0
    while len(content) - start > _LONGEST:
        end = content.find(b"\n", start, start + _LONGEST + 1)
        if end < 0:
            return start
        start = content.rfind(b"\n", start, start + _LONGEST + 1) + 1
    return -1


_LONGEST = 1 << 24
"""Bytes of the engine's buffer: the longest term that it reads."""
