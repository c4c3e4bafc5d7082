"""The engine's result of a query → its bytes in a format, up to a size, and its number of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from ecoop_ld.rdf import writing
from ecoop_ld.rdf.formats import CSV, JSON, RDF_XML, TRIG, TSV, TURTLE, XML, Format
from ecoop_ld.sparql.protocol import Failed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
_ROW_SEPARATORS = {JSON.name: b"},{", CSV.name: b"\r\n", TSV.name: b"\n"}


class Buffer(io.BytesIO):
    """Keeps what the engine writes, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.size = most, 0

    def write(self, piece: ReadableBuffer, /) -> int:
        assert isinstance(piece, bytes)  # so the engine writes
        self.size += len(piece)
        if self.size > self.most:
            raise too_large(self.most)
        return super().write(piece)


def too_large(most: int) -> Failed:
    return Failed(
        "too-large",
        f"The answer is larger than {most:,} bytes.",
        limit="result_bytes",
        value=most,
        hint="Ask for less at a time with LIMIT and OFFSET, or download the dump.",
    )


def write_result(ask: Callable[[], Result], row: Format, prefixes: Mapping[str, str], most: int) -> tuple[bytes, int]:
    """What ``ask`` finds, in the format of ``row``, and its number of rows. It may be asked twice.

    Raises :class:`Failed` with kind ``too-large`` or ``format``.
    """
    sink, result = Buffer(most), ask()
    try:
        if isinstance(result, ox.QueryTriples):
            return _write_graph(result, row, prefixes, sink)
        columns = len(result.variables) if isinstance(result, ox.QuerySolutions) else 0
        guarded = writing.XmlSink(sink) if row == XML else None
        result.serialize(cast("IO[bytes]", guarded or sink), format=row.results_engine())
        if guarded:
            guarded.finish()
        if row == CSV and not is_quoted(sink.getvalue(), columns):
            sink = Buffer(most)
            del result
            result = ask()
            assert isinstance(result, ox.QuerySolutions)
            _write_csv(result, sink)
    except writing.Unwritable as error:
        raise Failed("format", f"{row.label} cannot hold this: {error}.", hint="Ask for another format.") from None
    finally:
        del result  # an error's frames would keep it, and it must not be dropped by another thread
    content = sink.getvalue()
    return content, _count_rows(content, row) if columns or row == CSV else 1


def _write_graph(result: ox.QueryTriples, row: Format, prefixes: Mapping[str, str], sink: Buffer) -> tuple[bytes, int]:
    triples = list(dict.fromkeys(result))
    used = writing.used_prefixes(triples, prefixes) if row in (TURTLE, TRIG, RDF_XML) else {}
    writing.write(triples, row, used, sink)
    return sink.getvalue(), len(triples)


def is_quoted(content: bytes, columns: int) -> bool:
    """Whether CSV of the engine's reads back as so many columns: it quotes literals where they need it, and no IRIs
    (RFC 4180 §2)."""
    pieces = content.split(b'"')
    outside = pieces[::2]
    if any(piece and piece[:1] not in b",\r" for piece in outside[1:]):
        return False
    if any(piece and piece[-1:] not in b",\n" for piece in outside[:-1]):
        return False
    text = b"".join(outside)
    lines = text.count(b"\r\n")
    return lines == text.count(b"\n") == text.count(b"\r") and text.count(b",") == lines * max(columns - 1, 0)


def _write_csv(solutions: ox.QuerySolutions, sink: Buffer) -> None:
    text = io.TextIOWrapper(sink, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([variable.value for variable in solutions.variables])
    for solution in solutions:
        writer.writerow(["" if term is None else _cell(term) for term in solution])
    text.detach()


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.Triple):
        return f"<<( {term} )>>"
    return str(term) if isinstance(term, ox.BlankNode) else term.value


def _count_rows(content: bytes, row: Format) -> int:
    if row == XML:
        return content.count(b"<result>") + content.count(b"<result/>")
    separators = content.count(_ROW_SEPARATORS[row.name])
    if row == JSON:
        return 0 if content.endswith(b'"bindings":[]}}') else separators + 1
    return separators - 1
