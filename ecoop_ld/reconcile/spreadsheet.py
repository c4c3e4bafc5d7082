"""A CSV file with a column of names → the same file with the IRI of each, its score, and what needs a decision."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecoop_ld.errors import Place, UserError
from ecoop_ld.reconcile.matching import Matcher, NameQuery

ADDED = ("iri", "name", "score", "decision", "candidates")
"""Columns that are added, each with the name of the matched column before it: ``organisation iri``."""
MATCH, CHOOSE, NOTHING, EMPTY = "match", "choose", "nothing", "empty"
"""What the column ``decision`` says: sure, several or unsure, nothing near, no name in the row."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Suggested:
    """A candidate for a name: from this dataset or from a service elsewhere."""

    iri: str
    name: str
    score: float
    match: bool


Ask = Callable[[Sequence[NameQuery]], list[list[Suggested]]]
"""Names → for each the candidates, best first."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The file that was written, as text, and how many rows had which decision."""

    text: str
    decisions: dict[str, int]


def of_dataset(matcher: Matcher, title: Callable[[str], str]) -> Ask:
    """Ask the dataset itself; ``title`` says what a thing is called."""

    def ask(names: Sequence[NameQuery]) -> list[list[Suggested]]:
        return [[Suggested(c.iri, title(c.iri), c.score, c.match) for c in matcher.candidates(name)] for name in names]

    return ask


def match(path: Path, column: str, ask: Ask, kind: str = "") -> Matched:
    """Match the names of one column. A file that cannot be read, or has no such column, is a ``UserError``."""
    header, rows, dialect = _read(path)
    if column not in header:
        raise UserError(
            f'There is no column "{column}".', place=Place(path.name, 1), hint=f"Columns: {', '.join(header)}."
        )
    at = header.index(column)
    names = list(dict.fromkeys(row[at].strip() for row in rows if row[at].strip()))
    found = dict(zip(names, ask([NameQuery(name, (kind,) if kind else ()) for name in names]), strict=True))
    out = io.StringIO()
    writer = csv.writer(out, dialect, lineterminator="\n")
    writer.writerow([*header, *(_free(header, f"{column} {added}") for added in ADDED)])
    decisions = dict.fromkeys((MATCH, CHOOSE, NOTHING, EMPTY), 0)
    for row in rows:
        cells = _cells(row[at].strip(), found.get(row[at].strip(), []))
        decisions[cells[3]] += 1
        writer.writerow([*row, *cells])
    return Matched(out.getvalue(), decisions)


def _cells(name: str, found: Sequence[Suggested]) -> tuple[str, str, str, str, str]:
    if not name:
        return "", "", "", EMPTY, ""
    if not found:
        return "", "", "", NOTHING, ""
    best = found[0]
    others = " | ".join(f"{f.name} <{f.iri}> {f.score:g}" for f in found[:_SHOWN])
    if best.match:
        return best.iri, best.name, f"{best.score:g}", MATCH, ""
    return "", "", f"{best.score:g}", CHOOSE, others


def _free(header: Sequence[str], name: str) -> str:
    """A name that no column has yet."""
    return name if name not in header else _free(header, name + " 2")


def _read(path: Path) -> tuple[list[str], list[list[str]], type[csv.Dialect]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror or error}.") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UserError("The file is not UTF-8.", place=Place(path.name, line), hint="Save it as UTF-8.") from None
    dialect = _dialect(text)
    rows = list(_rows(path, text, dialect))
    if not rows:
        raise UserError("The file is empty.", place=Place(path.name), hint="Its first row has to name the columns.")
    header, width = rows[0], len(rows[0])
    for number, row in enumerate(rows[1:], 2):
        if len(row) > width:
            raise UserError(
                f"Row {number} has {len(row)} cells, but there are {width} columns.", place=Place(path.name)
            )
    return header, [row + [""] * (width - len(row)) for row in rows[1:] if row], dialect


def _rows(path: Path, text: str, dialect: type[csv.Dialect]) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), dialect, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise UserError(f"Not a CSV file: {error}.", place=Place(path.name, reader.line_num)) from None


def _dialect(text: str) -> type[csv.Dialect]:
    """Commas, semicolons or tabs: the one that the first line has most of."""
    first = text.split("\n", 1)[0]

    class Separated(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Separated
