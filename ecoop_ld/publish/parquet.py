"""A CSV table → the same as Parquet, typed: where the extra ``parquet`` (pyarrow) is installed.

A column with several values is a list of texts, a column of numbers, dates or years is one of these; all else is text.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from ecoop_ld.publish import table_schema
from ecoop_ld.publish.tables import Column, Table

if TYPE_CHECKING:
    import pyarrow


def version() -> str:
    """Version of pyarrow, or ``""`` where it is not installed."""
    try:
        return importlib.metadata.version("pyarrow")
    except importlib.metadata.PackageNotFoundError:
        return ""


def write(table: Table) -> bytes:
    """One table as a file."""
    import pyarrow
    from pyarrow import parquet

    columns = [pyarrow.array([row[0] for row in table.rows], pyarrow.string())]
    columns += [_array(column, table_schema.cells(table, n)) for n, column in enumerate(table.columns)]
    sink = io.BytesIO()
    parquet.write_table(pyarrow.table(columns, names=list(table.header)), sink, compression="zstd")
    return sink.getvalue()


def _array(column: Column, values: list[str]) -> pyarrow.Array:
    import pyarrow

    said = [None if value == column.missing else value for value in values]  # "" where no value is the empty text
    if column.separator:
        several = [None if value is None else value.split(column.separator) for value in said]
        return pyarrow.array(several, pyarrow.list_(pyarrow.string()))
    readers: dict[str, tuple[pyarrow.DataType, Callable[[str], object]]] = {
        "integer": (pyarrow.int64(), int),
        "number": (pyarrow.float64(), float),
        "boolean": (pyarrow.bool_(), lambda text: text in ("true", "1")),
        "date": (pyarrow.date32(), datetime.date.fromisoformat),
        "year": (pyarrow.int64(), int),
    }
    kind = table_schema.kind(column, values)
    if kind in readers:
        of, read = readers[kind]
        try:
            return pyarrow.array([None if value is None else read(value) for value in said], of)
        except (ValueError, OverflowError):  # 31 February, or a number of more than 64 bits: the text is kept
            pass
    return pyarrow.array(said, pyarrow.string())
