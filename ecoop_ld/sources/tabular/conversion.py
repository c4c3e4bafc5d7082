"""Rows and a mapping → quads, each with the cell that it comes from, and what is wrong with rows and cells.

The minimal mode of "Generating RDF from Tabular Data on the Web": what the cells say, and nothing of tables and rows.
What cannot be read of a cell is left out and told; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.rdf.names import RDF, XSD
from ecoop_ld.sources.tabular.cells import TableCell, TableRow
from ecoop_ld.sources.tabular.datatypes import NotOfType, canonical
from ecoop_ld.sources.tabular.header import HeaderReader, Layout
from ecoop_ld.sources.tabular.mapping import SLUG_OF, TableColumn, TableMapping
from ecoop_ld.sources.tabular.uri_templates import UriTemplate, Values

_FIRST, _REST, _NIL = (ox.NamedNode(RDF + word) for word in ("first", "rest", "nil"))
_FORMULA = re.compile(r"=[A-Z+\-(]|#N/A\Z|#(?:REF|VALUE|NAME|DIV/0|NUM|NULL)[!?]")
_NOUNS = {
    **dict.fromkeys(("number", "decimal", "double", "float"), "number"),
    "integer": "whole number",
    "boolean": "truth value",
    "gYear": "year",
    "dateTime": "date with a time",
}

Subject = ox.NamedNode | ox.BlankNode
Node = ox.NamedNode | ox.BlankNode | ox.Literal
Read = Sequence[tuple[TableColumn, TableCell, list[str]]]
"""The columns of a row, each with its cell and the values in it in canonical form."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A triple and the cell that says it."""

    subject: Subject
    predicate: ox.NamedNode
    object: Node
    cell: TableCell


@dataclass(slots=True)
class Conversion:
    """Goes through the rows of one table."""

    file: str
    mapping: TableMapping
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    _keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    _subjects: dict[str, int] = field(default_factory=dict)
    _faulty: set[int] = field(default_factory=set)
    """Rows of whose key something was said."""
    _nodes: int = 0

    def statements(self, rows: Iterable[TableRow]) -> Iterator[Stated]:
        """What the rows say, in their order; :attr:`findings` and :attr:`notes` grow meanwhile."""
        reading = iter(rows)
        headers = [row for _ in range(self.mapping.dialect.header_rows) if (row := next(reading, None))]
        first = next(reading, None)
        model = headers[0] if headers else first
        if model is None or (self.mapping.dialect.header_rows and not headers):
            self._say("table-row", "The table is empty: its first row has to name the columns.", None)
            return
        header = HeaderReader(self.file, self.mapping)
        layout = header.layout(headers[0] if headers else None, len(model.cells))
        self.findings += header.findings
        self.notes += header.notes
        for row in _chain(first, reading):
            if not row.is_blank:
                yield from self._row(row, layout)

    # --- rows ------------------------------------------------------------------------------------------------------

    def _row(self, row: TableRow, layout: Layout) -> Iterator[Stated]:
        if len(row.cells) != len(layout):
            self._say_width(row, layout)
            return
        values: dict[str, str | Sequence[str]] = {"_row": str(row.number), "_sourceRow": str(row.number)}
        read: list[tuple[TableColumn, TableCell, list[str]]] = []
        for column, cell in zip(layout, row.cells, strict=True):
            if column is None:
                continue
            texts = self._texts(column, cell, row)
            read.append((column, cell, texts))
            if texts and column.separator:
                values[column.name] = texts
            elif texts:
                values[column.name], values[SLUG_OF + column.name] = texts[0], slug(texts[0])
        self._check_key(row, read)
        if self.mapping.suppressed:
            return
        subjects = _Subjects(self, row, values)
        for column, cell, texts in read:
            if texts and not column.suppressed:
                yield from self._said(subjects, column, cell, texts)
        for column in self.mapping.virtual:
            if not column.suppressed:
                yield from self._virtual(subjects, column)

    def _say_width(self, row: TableRow, layout: Layout) -> None:
        count, wanted = len(row.cells), len(layout)
        cells = "1 cell" if count == 1 else f"{count} cells"
        message = f"Row {row.number} has {cells}, and the table has {wanted} {'column' if wanted == 1 else 'columns'}."
        cell = row.cells[wanted] if count > wanted else row.cells[-1]
        hint = "Is there a delimiter in a text without quotation marks?" if count > wanted else "Is a delimiter lost?"
        self._say("table-row", message, cell, hint)

    def _texts(self, column: TableColumn, cell: TableCell, row: TableRow) -> list[str]:
        """The values of a cell in canonical form; none where it is empty or wrong."""
        text = cell.text if column.kind.keeps_blanks else " ".join(cell.text.split())
        if cell.formula or _FORMULA.match(text):
            self._say_formula(column, cell, row)
            if cell.formula or not column.kind.is_text:
                return []
        if column.default and text in column.nulls:
            text = column.default
        elif text in column.nulls or (not text.strip() and "" in column.nulls):
            if column.required:
                message = f"Row {row.number}: the column “{column.called}” is empty, and has to be filled in."
                self._say("table-value", message, cell)
                self._faulty.add(row.number)
            return []
        parts = [text]
        if column.separator:
            parts = [p for part in text.split(column.separator) if (p := part.strip()) and p not in column.nulls]
        return [found for part in parts if (found := self._value(part, column, cell, row)) is not None]

    def _say_formula(self, column: TableColumn, cell: TableCell, row: TableRow) -> None:
        said = f" ({cell.text})" if cell.text else ""
        where = f"Row {row.number}, column “{column.called}”"
        message = f"{where}: a formula or an error of a spreadsheet, not a value{said}."
        hint = "Save the table with values, or put the value in its place."
        place = Place(self.file, cell.line, cell.column)
        self.notes.append(Finding("table-formula", Severity.WARNING, message, place, hint=hint))

    def _value(self, text: str, column: TableColumn, cell: TableCell, row: TableRow) -> str | None:
        try:
            return canonical(text, column.kind)
        except NotOfType as wrong:
            shown = text if len(text) <= 60 else text[:59] + "…"
            noun = _NOUNS.get(column.kind.base, column.kind.base)
            message = f"Row {row.number}, column “{column.called}”: “{shown}” is no {noun}: {wrong.why}."
            self._say("table-value", message, cell, wrong.hint)
            self._faulty.add(row.number)
            return None

    def _check_key(self, row: TableRow, read: Read) -> None:
        parts = [(column, cell, texts) for column, cell, texts in read if column.name in self.mapping.key]
        if not parts or row.number in self._faulty:
            return
        called = " and ".join(f"“{column.called}”" for column, _, _ in parts)
        key = tuple(text for _, _, texts in parts for text in texts)
        if not all(texts for _, _, texts in parts):
            message = f"Row {row.number} has nothing in {called}, which tells the rows apart."
            self._say("table-key", message, parts[0][1])
            self._faulty.add(row.number)
        elif (before := self._keys.setdefault(key, row.number)) != row.number:
            message = f"Row {row.number} has in {called} what row {before} has: “{', '.join(key)}”."
            self._say("table-key", message, parts[0][1], "Change one, or take the row out.")
            self._faulty.add(row.number)

    # --- triples ---------------------------------------------------------------------------------------------------

    def _said(self, subjects: _Subjects, column: TableColumn, cell: TableCell, texts: list[str]) -> Iterator[Stated]:
        subject = subjects.of(column.about)
        here = {**subjects.values, "_name": column.name}
        predicate = self.iri(column.predicate, here, cell)
        if subject is None or predicate is None:
            return
        found: list[Node] = []
        for text in texts:
            if column.value is None:
                thing = self.mapping.things.get(column.name, {}).get(text)
                found.append(_literal(text, column) if thing is None else ox.NamedNode(thing))
                continue
            one = {**here, column.name: text, SLUG_OF + column.name: slug(text)}
            if (iri := self.iri(column.value, one, cell)) is not None:
                found.append(iri)
        if column.ordered and column.separator:
            yield from self._list(subject, predicate, found, cell)
        else:
            yield from (Stated(subject, predicate, o, cell) for o in found)

    def _virtual(self, subjects: _Subjects, column: TableColumn) -> Iterator[Stated]:
        cell = subjects.row.cells[0]
        subject = subjects.of(column.about)
        here = {**subjects.values, "_name": column.name}
        predicate = self.iri(column.predicate, here, cell)
        obj: Node | None = None
        if column.value is None:
            obj = _literal(column.default, column)
        elif all(name in here for name in column.value.names):  # else an empty cell leads nowhere
            obj = self.iri(column.value, here, cell)
        if subject is not None and predicate is not None and obj is not None:
            yield Stated(subject, predicate, obj, cell)

    def _list(
        self, subject: Subject, predicate: ox.NamedNode, found: Sequence[Node], cell: TableCell
    ) -> Iterator[Stated]:
        nodes: list[Subject] = [*(self.node() for _ in found), _NIL]
        yield Stated(subject, predicate, nodes[0], cell)
        for node, after, obj in zip(nodes, nodes[1:], found, strict=False):
            yield Stated(node, _FIRST, obj, cell)
            yield Stated(node, _REST, after, cell)

    def node(self) -> ox.BlankNode:
        """A new blank node, called the same at each reading."""
        self._nodes += 1
        return ox.BlankNode(f"t{self._nodes}")

    def iri(self, template: UriTemplate | None, values: Values, cell: TableCell) -> ox.NamedNode | None:
        """What a template gives; a finding where that is no IRI."""
        text = template.expand(values) if template else ""
        try:
            return ox.NamedNode(text)
        except ValueError:
            hint = "Write it without blanks, and with http:// or https:// at its beginning."
            self._say("table-value", f"“{text}” is no IRI.", cell, hint)
            return None

    def subject(self, template: UriTemplate, values: Values, row: TableRow) -> ox.NamedNode | None:
        """What a row is about; a row without its key, or with the name of another, is a finding."""
        cell = row.cells[0]
        lost = [name for name in template.names if not values.get(name)]
        if lost:
            if row.number not in self._faulty:
                called = lost[0].removeprefix(SLUG_OF)
                message = f"Row {row.number} has no name: the column “{called}” is empty."
                self._say("table-key", message, cell)
                self._faulty.add(row.number)
            return None
        found = self.iri(template, values, cell)
        if found is not None and self.mapping.key and template is self.mapping.inherited.about:
            before = self._subjects.setdefault(found.value, row.number)
            if before != row.number and row.number not in self._faulty:
                message = f"Row {row.number} would have the IRI of row {before}: <{found.value}>."
                hint = "Their names differ in capitals, accents or signs alone: change one."
                self._say("table-key", message, cell, hint)
        return found

    def _say(self, code: str, message: str, cell: TableCell | None, hint: str = "") -> None:
        place = Place(self.file, cell.line, cell.column) if cell else Place(self.file)
        self.findings.append(Finding(code, Severity.VIOLATION, message, place, hint=hint))


@dataclass(slots=True)
class _Subjects:
    """What the cells of one row are about, each worked out once."""

    conversion: Conversion
    row: TableRow
    values: Values
    _known: dict[str, Subject | None] = field(default_factory=dict)

    def of(self, template: UriTemplate | None) -> Subject | None:
        text = template.text if template else ""
        if text not in self._known:
            made = self.conversion
            self._known[text] = made.subject(template, self.values, self.row) if template else made.node()
        return self._known[text]


def _chain(first: TableRow | None, rest: Iterator[TableRow]) -> Iterator[TableRow]:
    if first is not None:
        yield first
    yield from rest


def _literal(text: str, column: TableColumn) -> ox.Literal:
    if column.language and column.kind.base == "string":
        return ox.Literal(text, language=column.language.lower())
    if column.kind.iri == XSD + "string":
        return ox.Literal(text)
    return ox.Literal(text, datatype=ox.NamedNode(column.kind.iri))


def slug(text: str) -> str:
    """``Old Oak, No. 3`` → ``old-oak-no-3``; letters of other scripts have none, and give their code points."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    return found or "-".join(f"{ord(c):x}" for c in text[:16])
