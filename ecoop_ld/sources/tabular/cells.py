"""The text of a CSV or TSV file → its rows of cells, each with line and column; a quotation mark that is never closed
is told where it opens, and read as a sign like any other."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written (Model for Tabular Data §5.9, Metadata Vocabulary §5.9)."""

    delimiter: str = ","
    quote: str = '"'
    """``""`` where cells are never quoted."""
    double_quote: bool = True
    """Whether a quotation mark inside of a quoted cell is written twice; else there is ``\\`` before it."""
    header_rows: int = 1
    skip_rows: int = 0
    skip_columns: int = 0
    skip_blank_rows: bool = True
    comment: str = ""
    trim: str = "both"
    """``both``, ``start``, ``end`` or ``none``: which ends of an unquoted cell lose their blanks."""
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell as it is written."""

    text: str
    line: int
    column: int
    """Of its first sign; in a workbook the number of the column."""
    formula: bool = False
    """Whether it holds a formula of a workbook without the value that it had."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row; ``number`` counts the rows of the file from 1, the header too."""

    number: int
    cells: tuple[TableCell, ...]

    @property
    def is_blank(self) -> bool:
        return not any(cell.text for cell in self.cells)


@dataclass(slots=True)
class CellReader:
    """Reads one text, row by row; ``open_quotes`` are the cells whose quotation mark is never closed."""

    text: str
    dialect: Dialect
    open_quotes: list[TableCell] = field(default_factory=list)
    _lines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", self.text))]

    def rows(self) -> Iterator[TableRow]:
        """Every row; rows that are skipped and comments are counted."""
        at, number = 0, 0
        quoted, plain = self._patterns()
        while at < len(self.text):
            number += 1
            start, cells = at, []
            if number <= self.dialect.skip_rows or self._is_comment(at):
                at = self._next_line(at)
                continue
            more = True
            while more:
                cell, at, more = self._cell(at, quoted, plain)
                cells.append(cell)
            if len(cells) > 1 or cells[0].text or not self.dialect.skip_blank_rows:
                yield TableRow(number, tuple(cells[self.dialect.skip_columns :]))
            at = at if at > start else self._next_line(start)

    def _patterns(self) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
        end = re.escape(self.dialect.delimiter)
        plain = re.compile(rf"(?:(?!{end})[^\r\n])*")
        if not self.dialect.quote:
            return None, plain
        q = re.escape(self.dialect.quote)
        inner = rf"(?:[^{q}]|{q}{q})*+" if self.dialect.double_quote else rf"(?:[^{q}\\]|\\.)*+"
        return re.compile(rf"[ ]*{q}({inner}){q}[ ]*(?={end}|\r|\n|\Z)", re.DOTALL), plain

    def _cell(self, at: int, quoted: re.Pattern[str] | None, plain: re.Pattern[str]) -> tuple[TableCell, int, bool]:
        """A cell, the offset behind it and what ends it, and whether the row goes on."""
        line = bisect_right(self._lines, at)
        column = at - self._lines[line - 1] + 1
        match = quoted.match(self.text, at) if quoted else None
        if match:
            cell, at = TableCell(self._unquoted(match[1]), line, column), match.end()
        else:
            found = plain.match(self.text, at)
            written = found[0] if found else ""
            cell, at = TableCell(self._trimmed(written), line, column), at + len(written)
            if quoted and self.dialect.quote and written.lstrip(" ").startswith(self.dialect.quote):
                self.open_quotes.append(cell)
        if self.text.startswith(self.dialect.delimiter, at):
            return cell, at + len(self.dialect.delimiter), True
        return cell, self._next_line(at), False

    def _unquoted(self, text: str) -> str:
        q = self.dialect.quote
        return text.replace(q + q, q) if self.dialect.double_quote else re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)

    def _trimmed(self, text: str) -> str:
        if self.dialect.trim == "both":
            return text.strip()
        return {"start": text.lstrip, "end": text.rstrip}.get(self.dialect.trim, lambda: text)()

    def _is_comment(self, at: int) -> bool:
        return bool(self.dialect.comment) and self.text.startswith(self.dialect.comment, at)

    def _next_line(self, at: int) -> int:
        line = bisect_right(self._lines, at)
        return self._lines[line] if line < len(self._lines) else len(self.text)
