"""The bytes of a table → its rows, and how it is written: encoding and delimiter, worked out from what it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ecoop_ld.errors import Place, UserError
from ecoop_ld.rdf.formats import TABLE_ENDINGS, TSV, XLSX, Format
from ecoop_ld.sources import folders
from ecoop_ld.sources.tabular import beside, workbooks
from ecoop_ld.sources.tabular.cells import CellReader, Dialect, TableRow

_LOOK_ROWS = 100
_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class SniffedTable:
    """A table, read."""

    row: Format
    dialect: Dialect
    titles: tuple[str, ...]
    rows: tuple[TableRow, ...]
    """Below the header; all as wide as it is."""
    odd: tuple[str, ...] = ()
    """What is unusual about how it is written, in sentences."""

    def cells(self, number: int) -> list[str]:
        """The texts of a column."""
        return [row.cells[number].text.strip() for row in self.rows]


def sniff(path: Path) -> SniffedTable:
    """Read a table. Raises ``UserError`` where it is none, or has no row below its header."""
    ending = beside.unpacked(path.name.lower()).rpartition(".")[2]
    row = TABLE_ENDINGS.get(ending)
    if row is None:
        raise UserError(f"{path} is no table.", hint="Tables end in " + ", ".join(f".{e}" for e in TABLE_ENDINGS) + ".")
    try:
        content, _ = folders.beginning(path, _MOST_BYTES)
    except (OSError, EOFError) as error:
        raise UserError(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}.") from None
    if row is XLSX:
        rows, notes = workbooks.rows(content, path.name, Dialect(), _MOST_BYTES)
        return _table(path, row, Dialect(), rows, [note.message for note in notes])
    text, encoding, odd = _decoded(content)
    dialect = replace(Dialect(), encoding=encoding, delimiter=_delimiter(text, row))
    if dialect.delimiter != ("\t" if row is TSV else ","):
        odd.append(f"Cells are set apart by {_NAMES[dialect.delimiter]}.")
    reader = CellReader(text, dialect)
    rows = list(reader.rows())
    if reader.open_quotes:
        cell = reader.open_quotes[0]
        place = Place(path.name, cell.line, cell.column)
        raise UserError("A quotation mark opens here, and none closes it.", place=place, hint="Close it first.")
    return _table(path, row, dialect, rows, odd)


_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def _decoded(content: bytes) -> tuple[str, str, list[str]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16", ["It is UTF-16."]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        said = "It is not UTF-8, and was read as Windows-1252 (Latin-1): look at its letters with accents."
        return content.decode("windows-1252", errors="replace"), "windows-1252", [said]
    if text.startswith("\ufeff"):
        return text[1:], "utf-8", ["It begins with a byte order mark, which is passed over."]
    return text, "utf-8", []


def _delimiter(text: str, row: Format) -> str:
    """The sign by which most of the first rows have as many cells as the header, and the header most."""
    best, rated = "\t" if row is TSV else ",", (0, 0)
    for sign in _NAMES:
        first = list(islice(CellReader(text, Dialect(delimiter=sign)).rows(), _LOOK_ROWS))
        widths = Counter(len(found.cells) for found in first)
        width = len(first[0].cells) if first else 0
        rating = (widths[width] if width > 1 else 0, width)
        if rating > rated:
            best, rated = sign, rating
    return best


def _table(path: Path, row: Format, dialect: Dialect, rows: list[TableRow], odd: list[str]) -> SniffedTable:
    if len(rows) < 2:
        raise UserError(f"{path} has no row below its header.", hint="Its first row has to name the columns.")
    titles = tuple(cell.text.strip() for cell in rows[0].cells)
    for number, title in enumerate(titles, 1):
        if not title or titles.count(title) > 1:
            said = f"Two columns are called “{title}”." if title else f"Column {number} has no title."
            raise UserError(said, place=Place(path.name, rows[0].cells[number - 1].line), hint="Name each column.")
    whole = tuple(found for found in rows[1:] if len(found.cells) == len(titles))
    ragged = [found.number for found in rows[1:] if len(found.cells) != len(titles)]
    if ragged:
        which = f"Row {ragged[0]} has" if len(ragged) == 1 else f"{len(ragged):,} rows, the first is {ragged[0]}, have"
        odd.append(f"{which} another number of cells than the header.")
    if not whole:
        raise UserError(f"No row of {path} has as many cells as the header.", hint="Which sign sets the cells apart?")
    return SniffedTable(row, dialect, titles, whole, tuple(odd))
