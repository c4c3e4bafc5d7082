"""The ``query`` command: a text, a format, and the project or an endpoint → bytes to print."""

from __future__ import annotations

import dataclasses
import io
import sys
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.config import Config, Limits
from ecoop_ld.errors import Place, UserError, did_you_mean
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import ALL_FORMATS, HTML, JSON, TURTLE, Format, by_name
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.inspection import declare, prepare
from ecoop_ld.sparql.oneshot import run_once
from ecoop_ld.sparql.protocol import Prepared, Query
from ecoop_ld.sparql.store import memory_store

TABLE = "table"


def read_query(file: Path) -> str:
    """The query text; ``-`` is standard input."""
    try:
        return sys.stdin.buffer.read().decode("utf-8") if str(file) == "-" else file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError("Not UTF-8 text.", place=Place(str(file))) from None
    except OSError as error:
        raise UserError(f"Cannot read it: {error.strerror}.", place=Place(str(file))) from None


def row_for(name: str, prepared: Prepared) -> Format:
    """The format called ``name``, if this form of query has it; ``table`` is drawn from JSON or Turtle."""
    rows = prepared.formats
    if name == TABLE:
        return JSON if JSON in rows else TURTLE
    row = by_name(name, rows)
    if row is not None:
        return row
    known = [r.name for r in ALL_FORMATS if r is not HTML]
    if by_name(name) is None:
        raise UserError(
            f'There is no format "{name}".', hint=did_you_mean(name, known) or f"Known: {', '.join(known)}."
        )
    fitting = ", ".join(r.name for r in rows)
    raise UserError(f"{prepared.form} cannot be answered as {name}.", hint=f"Ask for one of: {fitting}.")


def ask_project(config: Config, text: str, name: str, seconds: float | None) -> bytes:
    """The answer over the project's stated and derived data, as it is in the files now."""
    limits = config.limits if seconds is None else dataclasses.replace(config.limits, query_seconds=seconds)
    loaded = files.load(config)
    prefixes = config.with_prefixes(loaded.prefixes).all_prefixes
    prepared = prepare(Query(declare(text, prefixes, limits)), limits)
    row = row_for(name, prepared)
    if loaded.findings:
        raise UserError(
            loaded.findings[0].message, place=loaded.findings[0].place, hint="ecoop-ld check lists everything."
        )
    derived = materialise(config, loaded.quads)
    answer = run_once(memory_store((*loaded.quads, *derived)), prepared, row, limits, prefixes)
    return draw(answer.content, row, prefixes) if name == TABLE else answer.content


def ask_endpoint(url: str, text: str, name: str, seconds: float | None) -> bytes:
    """The answer of a remote endpoint."""
    from ecoop_ld.sparql.remote import RemoteEndpoint

    prepared = prepare(Query(text), Limits())
    row = row_for(name, prepared)
    content = RemoteEndpoint(url, seconds=seconds or 30.0).query(text, row)
    return draw(content, row, dict(names.WELL_KNOWN)) if name == TABLE else content


def draw(content: bytes, row: Format, prefixes: dict[str, str]) -> bytes:
    """A result as a table of prefixed names for people; a truth value, or Turtle, as it is."""
    if row is not JSON:
        return content
    results = ox.parse_query_results(content, format=JSON.results_engine())
    if isinstance(results, ox.QueryBoolean):
        return b"true\n" if results else b"false\n"
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns = [variable.value for variable in results.variables]
    table = Table(*columns, caption_justify="left", box=None, header_style="bold", pad_edge=False)
    count = 0
    for solution in results:
        table.add_row(*(Text(_cell(solution[n], prefixes)) for n in range(len(columns))))
        count += 1
    out = io.StringIO()
    on_terminal = sys.stdout.isatty()
    Console(file=out, width=None if on_terminal else 1_000, soft_wrap=not on_terminal, no_color=not on_terminal).print(
        table
    )
    lines = "\n".join(line.rstrip() for line in out.getvalue().splitlines())
    return f"{lines}\n{count:,} {'row' if count == 1 else 'rows'}\n".encode()


def _cell(term: object, prefixes: dict[str, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return names.compact(term.value, prefixes)
    if isinstance(term, ox.Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    return str(term)
