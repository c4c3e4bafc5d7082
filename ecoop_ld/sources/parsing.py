"""The bytes of one file of RDF → its quads as written, and what is wrong with them, each slip where it was made.

A file with slips is read without them where they can be mended, so that one slip hides no other and sets off none.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from xml.parsers import expat

import pyoxigraph as ox

from ecoop_ld import progress
from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.rdf.formats import JSON_LD, RDF_XML, Format
from ecoop_ld.sources import contexts, encoding, folders, json_slips, markup, mistaken, positions, recovery

_MOST_ERRORS = 20
"""Syntax errors reported per file; one slip can cause many."""
_MISMATCH = expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]
_TRIPLE_TERM = re.compile(rb"<<|\{\|")
_MOST_RECOVERED = 5_000_000
"""Bytes of a file beyond which the parser's own words must do."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says."""

    quads: list[ox.Quad]
    findings: tuple[Finding, ...] = ()
    prefixes: dict[str, str] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    mended: str | None = None
    """The text without its slips, where each of them could be mended."""


def parse(name: str, content: bytes, row: Format, config: Config) -> Parsed:
    """Every quad of a file, and its syntax errors."""
    content, notes = encoding.without_mark(content, name)
    quads, errors, prefixes = _engine(name, content, row, config)
    if not errors:
        return Parsed(quads, (), prefixes, notes)
    other = mistaken.other(name, content, row, errors[0].place or Place(name))
    if other is not None:
        return Parsed([], (other,), {}, notes)
    if len(content) > _MOST_RECOVERED or all(error.code == "triple-term" for error in errors):
        return Parsed(quads, tuple(errors), prefixes, notes)
    if row is RDF_XML:
        return Parsed(quads, (_markup(name, content, errors[0]),), prefixes, notes)
    text, findings = encoding.decode(content, name)
    added: frozenset[str] = frozenset()
    if row is JSON_LD:
        text, slips, whole = json_slips.recover(text, name)
    elif row.name in positions.READABLE:
        known = config.all_prefixes
        recovered = recovery.recover(text, name, known, quads_format=row.name == "nquads")
        text, slips, whole = recovered.text, list(recovered.findings), recovered.whole
        added = recovered.added_prefixes
    else:
        slips, whole = [], True
    ready = text.encode()
    if row is JSON_LD and slips and contexts.names_contexts(ready):
        ready, refused = contexts.fill_in(ready, config.root, name, folders.base_of(config.base, name))
        slips, whole = [*slips, *refused], whole and not refused
    again, rest, prefixes = _engine(name, ready, row, config)
    if not findings and not slips:
        slips = errors[:1]
    whole = whole and not rest
    if rest and whole is False and not slips:
        slips = rest[:1]
    prefixes = {prefix: iri for prefix, iri in prefixes.items() if prefix not in added}
    ordered = sorted({*findings, *slips}, key=Finding.sort_key)
    return Parsed(again, tuple(ordered), prefixes, notes, text if whole else None)


def _engine(
    name: str, content: bytes, row: Format, config: Config
) -> tuple[list[ox.Quad], list[Finding], dict[str, str]]:
    """What the parser reads; after an error it goes on."""
    base = folders.base_of(config.base, name)
    content, unnamed = markup.with_named_languages(content) if row is RDF_XML else (content, "")
    with progress.stage(f"Reading {name}", len(content), "bytes") as stage:
        return _read(name, content, ox.parse(_Told(content, stage), format=row.rdf_engine(), base_iri=base), unnamed)


class _Told(io.BytesIO):
    """The content of a file, which tells how much of it was read."""

    def __init__(self, content: bytes, stage: progress.Stage) -> None:
        super().__init__(content)
        self._stage = stage

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self._stage.more(len(part))
        return part


def _read(
    name: str, content: bytes, parser: ox.QuadParser, unnamed: str
) -> tuple[list[ox.Quad], list[Finding], dict[str, str]]:
    quads: list[ox.Quad] = []
    findings: list[Finding] = []
    triple_terms = 0
    while len(findings) < _MOST_ERRORS:
        try:
            quad = next(parser)
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                triple_terms += 1
            else:
                quads.append(markup.without_named_languages(quad, unnamed) if unnamed else quad)
        except StopIteration:
            break
        except SyntaxError as error:
            place = Place(name, error.lineno or 0, error.offset or 0)
            message = _plain_words(error)
            findings.append(Finding("syntax", Severity.VIOLATION, message, place, hint=_hint(message)))
        except MemoryError:  # of the parser's own buffer
            findings.append(mistaken.too_long(name, content))
            break
        except ValueError as error:  # not UTF-8, or broken in a way that has no position
            findings.append(Finding("syntax", Severity.VIOLATION, str(error), Place(name)))
            break
    if triple_terms:
        findings.append(_triple_terms(name, content, triple_terms))
    return quads, findings, dict(parser.prefixes)


def _plain_words(error: SyntaxError) -> str:
    """The parser's message without its position, which is printed before it."""
    _, _, message = (error.msg or str(error)).partition(": ")
    return message or str(error)


def _triple_terms(name: str, content: bytes, number: int) -> Finding:
    """One finding for all of a file, where the first seems to be."""
    counted = "A triple term" if number == 1 else f"{number:,} triple terms"
    message = f"{counted} (RDF 1.2), which {'is' if number == 1 else 'are'} not supported."
    first = _TRIPLE_TERM.search(content)
    line = content.count(b"\n", 0, first.start()) + 1 if first else 0
    hint = "Name the statement with rdf:Statement."
    return Finding("triple-term", Severity.VIOLATION, message, Place(name, line), hint=hint)


def _hint(message: str) -> str:
    if "percent encoding" in message:
        return "Write %25 where the IRI has a percent sign."
    return "Save the file as UTF-8." if message.startswith("Only UTF-8 is supported") else ""


def _markup(name: str, content: bytes, error: Finding) -> Finding:
    """An error in RDF/XML, with the place that the XML parser gives and the tag that is meant."""
    parser = expat.ParserCreate("utf-8")
    line, column, message, hint = 0, 0, error.message, error.hint
    try:
        parser.Parse(content, True)
    except expat.ExpatError as wrong:
        line, column = wrong.lineno, wrong.offset + 1 - (2 if wrong.code == _MISMATCH else 0)
        if content[: parser.CurrentByteIndex].endswith(b"&"):
            message, hint = "A & that begins no entity: it has to be escaped.", "Write &amp;"
            return Finding("syntax", Severity.VIOLATION, message, Place(name, line, column - 1), hint=hint)
        message = message if message and "expected" in message else f"Not XML: {expat.ErrorString(wrong.code)}."
    expected = re.search(r"expected `(</[^`]+>)`", message)
    if expected:
        hint = f"Write {expected[1]}."
        closed = re.search(r"but `(</[^`]+>)` was found", message)
        message = f"The tag {expected[1].replace('/', '')} is closed by {closed[1]}." if closed else message
    if not line and error.place:
        line, column = error.place.line, error.place.column
    return Finding("syntax", Severity.VIOLATION, message, Place(name, line, column), hint=hint)


def refuse_entities(name: str, content: bytes, most: int) -> list[Finding]:
    """RDF/XML may shorten IRIs with entities that stand for plain text; those that stand for others, or for what is
    elsewhere, are refused: a kilobyte of them can unpack to gigabytes. So are plain ones beyond ``most`` bytes.
    """
    refused: list[tuple[int, str]] = []
    sizes: dict[str, int] = {}
    parser = expat.ParserCreate("utf-8")

    def entity(called: str, is_parameter: bool, value: str | None, *_: object) -> None:
        if is_parameter or value is None or re.search("[&%]", value):
            refused.append((parser.CurrentLineNumber, f"The entity {called} stands for more than plain text."))
            raise _Found
        sizes.setdefault(called, len(value.encode()))

    def begin(*_: object) -> None:
        raise _Found  # there are no declarations behind it

    parser.EntityDeclHandler, parser.StartElementHandler = entity, begin
    try:
        parser.Parse(content, True)
    except _Found:
        pass
    except expat.ExpatError:
        return []  # the RDF parser reports it
    if not refused and sum(content.count(f"&{called};".encode()) * size for called, size in sizes.items()) > most:
        refused.append((0, f"Its entities unpack to more than {most:,} bytes."))
    hint = "Write the IRIs out."
    return [Finding("xml-entities", Severity.VIOLATION, why, Place(name, line), hint=hint) for line, why in refused]


class _Found(Exception):
    pass
