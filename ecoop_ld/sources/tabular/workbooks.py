"""The bytes of an XLSX workbook → the rows of its first sheet; needs openpyxl (``ecoop-ld[xlsx]``)."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from ecoop_ld.errors import Finding, Place, Severity, UserError
from ecoop_ld.sources.tabular.cells import Dialect, TableCell, TableRow


def rows(content: bytes, name: str, dialect: Dialect, most: int) -> tuple[list[TableRow], list[Finding]]:
    """The rows, and a note for each sheet that is left out. ``most`` bytes may be in it unpacked."""
    try:
        import openpyxl
    except ImportError:
        hint = "pip install ecoop-ld[xlsx], or save the sheet as CSV."
        raise UserError("Workbooks need openpyxl.", place=Place(name), hint=hint) from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > most:
                raise UserError(f"Larger than {most:,} bytes unpacked.", place=Place(name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            written = openpyxl.load_workbook(io.BytesIO(content), data_only=False, read_only=True)
            saved = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
            first, *others = written.worksheets
            found = list(_rows(first, saved.worksheets[0], dialect))
    except UserError:
        raise
    except Exception as error:  # a hostile or broken file can make openpyxl raise anything
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise UserError(f"This is no workbook that can be read: {reason}.", place=Place(name)) from None
    return found, [_left_out(name, sheet.title) for sheet in others if sheet.max_row]


def _left_out(name: str, sheet: str) -> Finding:
    message = f"Of a workbook the first sheet is read: “{sheet}” is left out."
    return Finding("left-out", Severity.NOTE, message, Place(name), hint="Save it as a file of its own.")


def _rows(written: Any, saved: Any, dialect: Dialect) -> Iterator[TableRow]:
    width = 0
    pairs = zip(written.iter_rows(), saved.iter_rows(values_only=True), strict=False)
    for number, (cells, values) in enumerate(pairs, 1):
        if number <= dialect.skip_rows:
            continue
        texts = [_cell(cell, value, number, n) for n, (cell, value) in enumerate(zip(cells, values, strict=False), 1)]
        texts = texts[dialect.skip_columns :]
        while len(texts) > width and texts and not texts[-1].text and not texts[-1].formula:
            texts.pop()
        width = width or len(texts)
        texts += [TableCell("", number, len(texts) + 1 + n) for n in range(width - len(texts))]
        if any(cell.text or cell.formula for cell in texts):
            yield TableRow(number, tuple(texts))


def _cell(cell: Any, value: object, row: int, column: int) -> TableCell:
    formula = getattr(cell, "data_type", "") == "f" and value is None
    return TableCell(_text(value), row, column, formula)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value).strip()
