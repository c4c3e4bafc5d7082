"""A table and the mapping beside it → quads, findings, and the places of what it says."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, Severity, UserError
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import XLSX, Format
from ecoop_ld.sources import encoding, folders
from ecoop_ld.sources.parsing import Parsed
from ecoop_ld.sources.tabular import workbooks
from ecoop_ld.sources.tabular.beside import unpacked
from ecoop_ld.sources.tabular.cells import CellReader, Dialect, TableCell, TableRow
from ecoop_ld.sources.tabular.conversion import Conversion, Stated
from ecoop_ld.sources.tabular.mapping import TableMapping
from ecoop_ld.sources.tabular.metadata import MappingReader

_SHOWN = 3
"""Findings of one kind in one column that are told one by one; more are folded."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a project says that tables need."""

    base: str
    own: Mapping[str, str] = field(default_factory=dict)
    """Prefixes that the project names itself: they come before those of CSVW."""
    prefixes: Mapping[str, str] = field(default_factory=lambda: names.WELL_KNOWN)
    most: int = 1_000_000_000
    """Bytes of a workbook unpacked."""

    @classmethod
    def of(cls, config: Config) -> Surroundings:
        return cls(config.base, config.prefixes, config.all_prefixes, config.limits.source_bytes)


@dataclass(slots=True)
class TableSource:
    """One table with its mapping."""

    name: str
    content: bytes
    row: Format
    around: Surroundings
    mapping_name: str
    mapping_text: str
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def parse(self) -> Parsed:
        """Its quads, and what is wrong with it."""
        mapping = self._mapping()
        if self.findings:
            return Parsed([], tuple(self.findings))
        quads = [ox.Quad(s.subject, s.predicate, s.object) for s in self._statements(mapping)]
        return Parsed(quads, tuple(_folded(self.findings)), {}, tuple(_folded(self.notes)))

    def statements(self) -> list[Stated]:
        """What it says, cell by cell."""
        mapping = self._mapping()
        return [] if self.findings else list(self._statements(mapping))

    def _mapping(self) -> TableMapping:
        table = unpacked(self.name.rpartition("/")[2])
        base = folders.base_of(self.around.base, unpacked(self.name))
        reader = MappingReader(
            self.mapping_text,
            self.mapping_name,
            table,
            self.row,
            base,
            self.around.own,
            self.around.prefixes,
        )
        found = reader.read()
        self.findings += reader.findings
        return found

    def _statements(self, mapping: TableMapping) -> Iterator[Stated]:
        conversion = Conversion(self.name, mapping)
        try:
            yield from conversion.statements(self._rows(mapping.dialect))
        except UserError as error:  # no table at all
            place = error.place or Place(self.name)
            self.findings.append(Finding("syntax", Severity.VIOLATION, error.message, place, hint=error.hint))
            return
        self.findings += conversion.findings
        self.notes += conversion.notes

    def _rows(self, dialect: Dialect) -> Iterator[TableRow]:
        if self.row is XLSX:
            found, notes = workbooks.rows(self.content, self.name, dialect, self.around.most)
            self.notes += notes
            yield from found
            return
        reader = CellReader(self._text(dialect), dialect)
        yield from reader.rows()
        self.findings += [_open_quote(self.name, cell) for cell in reader.open_quotes]

    def _text(self, dialect: Dialect) -> str:
        if dialect.encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
            content, notes = encoding.without_mark(self.content, self.name)
            text, wrong = encoding.decode(content, self.name)
            hint = 'Save it as UTF-8, or say "dialect": {"encoding": "windows-1252"} in its mapping.'
            self.findings += [dataclasses.replace(f, hint=hint) for f in wrong]
            self.notes += notes
            return text
        try:
            return self.content.decode(dialect.encoding)
        except UnicodeDecodeError as error:
            line = self.content[: error.start].count(b"\n") + 1
            message = f"This file is not {dialect.encoding}, as its mapping says."
            raise UserError(message, place=Place(self.name, line)) from None


def _open_quote(name: str, cell: TableCell) -> Finding:
    message = "A quotation mark opens here, and none closes it at the end of the cell."
    hint = "Close it; write one that belongs to the text twice, and the cell in quotation marks."
    return Finding("syntax", Severity.VIOLATION, message, Place(name, cell.line, cell.column), hint=hint)


def _folded(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings of each kind and column that come first; of the others, their number and places."""
    opened = {(f.place.file, f.place.line) for f in findings if f.code == "syntax" and f.place}
    groups: dict[object, list[Finding]] = {}
    for f in findings:
        if f.code == "table-row" and f.place and (f.place.file, f.place.line) in opened:
            continue  # the quotation mark has made one cell of several, or the other way round
        column = re.search(r"column “([^”]*)”", f.message)
        groups.setdefault((f.code, column[1] if column else f.place if f.code != "table-row" else ""), []).append(f)
    for group in groups.values():
        if len(group) <= _SHOWN:
            yield from group
            continue
        first, *rest = group
        places = tuple(f.place for f in rest if f.place)
        yield dataclasses.replace(first, also=places, message=f"{first.message} So in {len(rest):,} more rows.")


class TablePositions:
    """Where what a table says stands: in its cells, and in its mapping."""

    def __init__(self, source: TableSource, quads: Sequence[ox.Quad]) -> None:
        """``quads`` are those of the table in its order, as they will be asked for."""
        self._file = source.name
        self._mapping, self._text = source.mapping_name, source.mapping_text
        self._cells: dict[tuple[object, ...], TableCell] = {}
        self._iris: dict[str, list[TableCell]] = {}
        self._prefixes = dict(source.around.prefixes)
        for said, stated in zip(quads, source.statements(), strict=False):
            for key in ((said.subject, said.predicate, said.object), (said.subject, said.predicate), (said.subject,)):
                self._cells.setdefault(key, stated.cell)
            for term in (said.subject, said.object, stated.subject, stated.object):
                if isinstance(term, ox.NamedNode):
                    self._iris.setdefault(term.value, []).append(stated.cell)

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place:  # noqa: A002
        """The cell of a triple; else of its predicate with its subject, of its subject, the file alone."""
        for key in ((subject, predicate, object), (subject, predicate), (subject,)):
            cell = self._cells.get(key)
            if cell is not None:
                return Place(self._file, cell.line, cell.column)
        return Place(self._file)

    def of_iri(self, iri: str) -> list[Place]:
        """Where an IRI is written in the mapping; else the cells that give it."""
        written = [iri, *(f"{p}:{iri[len(ns) :]}" for p, ns in self._prefixes.items() if iri.startswith(ns))]
        pattern = "|".join(re.escape(word) for word in sorted(written, key=len, reverse=True))
        found = [match.start() + 1 for match in re.finditer(rf'"(?:{pattern})"', self._text)]
        if not found and (local := names.local_name(iri)) and iri not in self._iris:
            found = [match.start() + 1 for match in re.finditer(rf'"[^"\n]*{re.escape(local)}"', self._text)][:1]
        if found:
            lines = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", self._text))]
            places = [(bisect_right(lines, at), at) for at in found]
            return [Place(self._mapping, line, at - lines[line - 1] + 1) for line, at in places]
        cells = dict.fromkeys((cell.line, cell.column) for cell in self._iris.get(iri, ()))
        return [Place(self._file, line, column) for line, column in cells] or [Place(self._mapping)]
