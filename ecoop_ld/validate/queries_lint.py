"""Queries of the project (rules, questions, views) → their slips; questions with the answers expected of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.addresses import SLUG
from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, nearest
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Query, QueryError
from ecoop_ld.sparql.tokens import tokenise
from ecoop_ld.validate import sparql_lint
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon
from ecoop_ld.validate.sparql_lint import QueryText

RULES, QUESTIONS, VIEWS = "ontology/rules", "site/queries", "site/views"


@dataclass(frozen=True, slots=True)
class ProjectQuery:
    """A file of a query that can be asked."""

    path: Path
    query: QueryText


def check(config: Config, lexicon: Lexicon) -> tuple[list[Finding], list[ProjectQuery]]:
    """What is wrong with the texts, and the queries that nothing is wrong with."""
    findings: list[Finding] = []
    sound: list[ProjectQuery] = []
    for folder in (RULES, QUESTIONS, VIEWS):
        for path in sorted((config.root / folder).glob("*.rq")):
            name = path.relative_to(config.root).as_posix()
            try:
                text = path.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError as error:
                message = f"This file is not UTF-8: byte {error.start + 1} is none of it."
                findings.append(finding("query-syntax", message, Place(name, 1, 1), hint="Save the file as UTF-8."))
                continue
            except OSError as error:
                findings.append(finding("unreadable", f"It cannot be read: {error.strerror}.", Place(name)))
                continue
            if folder == QUESTIONS and not SLUG.match(path.stem):
                message = "The name of a question is lower-case letters, digits and hyphens: its page is called so."
                findings.append(finding("query-form", message, Place(name), hint=f"Call it {_slug(path.stem)}.rq."))
                continue
            query = QueryText(text, name, prefixes={} if folder == RULES else config.all_prefixes)
            found = [*sparql_lint.check(query, lexicon)]
            if not any(f.code == "query-syntax" for f in found):
                found += [*_form(query, folder), *_refused(config, query)]
            findings += found
            if not {"query-syntax", "query-form"} & {f.code for f in found}:
                sound.append(ProjectQuery(path, query))
    return findings, sound


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "question"


def _refused(config: Config, query: QueryText) -> Iterator[Finding]:
    """What a build would refuse to ask: SERVICE, and what is larger than the limits."""
    try:
        prepare(Query(query.text), config.limits)
    except QueryError as error:
        at = query.at(0) if not error.line else Place(query.file, error.line, error.column)
        yield finding("query-syntax", error.message, at, hint=error.hint)


def _form(query: QueryText, folder: str) -> Iterator[Finding]:
    """Rules construct, questions select or ask, views select."""
    wanted = {RULES: ("CONSTRUCT",), QUESTIONS: ("SELECT", "ASK"), VIEWS: ("SELECT",)}[folder]
    noun = {RULES: "rule", QUESTIONS: "question", VIEWS: "view"}[folder]
    words = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    form = next((token for token in tokenise(query.text) if token.text.upper() in words), None)
    if form is not None and form.text.upper() not in wanted:
        message = f"The query of a {noun} is {' or '.join(wanted)}, not {form.text.upper()}."
        yield finding("query-form", message, query.at(form.start), hint=f"Write {wanted[0]}.")


def answers(config: Config, asked: Sequence[ProjectQuery], store: ox.Store) -> Iterator[Finding]:
    """Rules and questions that answer nothing, or not what is expected; views are asked by who knows their kinds."""
    for one in asked:
        if one.query.file.startswith(VIEWS):
            continue
        results = store.query(one.query.text, prefixes=dict(one.query.prefixes), use_default_graph_as_union=True)
        if isinstance(results, ox.QueryTriples):
            if next(iter(results), None) is None and one.query.file.startswith(RULES):
                message = "This rule derives nothing from the data."
                yield finding("query-empty", message, _first(one.query), hint="Compare its terms with the data.")
        elif isinstance(results, ox.QuerySolutions):
            columns = [variable.value for variable in results.variables]
            rows = [[None if s[c] is None else str(s[c]) for c in columns] for s in results]
            expected = one.path.with_suffix(".expected.json")
            if expected.exists():
                name = expected.relative_to(config.root).as_posix()
                yield from _compared(expected, name, columns, rows)
            elif not rows:
                message = "This question has no answer in the data."
                yield finding("query-empty", message, _first(one.query), hint="Compare its terms with the data.")


def _first(query: QueryText) -> Place:
    """Where the query begins, behind its comments."""
    token = next(iter(tokenise(query.text)), None)
    return query.at(token.start if token else 0)


def _compared(path: Path, name: str, columns: list[str], rows: list[list[str | None]]) -> Iterator[Finding]:
    """What an expected answer has that the answer lacks, and the other way round."""
    hint = "Mend the question or the data; or, where the new answer is right, write it here."
    try:
        text = path.read_text(encoding="utf-8")
        expected = json.loads(text)
        wanted = [list(row) for row in expected["rows"]]
        wanted_columns = list(expected["columns"])
        ordered = bool(expected.get("ordered"))
    except json.JSONDecodeError as error:
        yield finding("query-expected", f"Not JSON: {error.msg}.", Place(name, error.lineno, error.colno))
        return
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError):
        message = 'An expected answer has "columns", "ordered" and "rows".'
        yield finding("query-expected", message, Place(name, 1, 1))
        return
    if wanted_columns != columns:
        odd = next((c for c in wanted_columns if c not in columns), wanted_columns[0] if wanted_columns else "")
        message = f"The columns of the answer are {', '.join(columns)}."
        near = nearest(odd, columns)
        yield finding(
            "query-expected", message, _line_of(text, name, [odd]), hint=f'Did you mean "{near}"?' if near else hint
        )
        return
    missing = [row for row in wanted if _plain(row) not in map(_plain, rows)]
    extra = [row for row in rows if _plain(row) not in map(_plain, wanted)]
    if missing:
        shown = _shown_row(missing[0], extra)
        yield finding(
            "query-expected", f"The answer lacks this row: {shown}.", _line_of(text, name, missing[0]), hint=hint
        )
    elif extra:
        message = f"The answer has a row more: {_shown_row(extra[0], [])}."
        yield finding("query-expected", message, _line_of(text, name, ['"rows"']), hint=hint)
    elif ordered and [*map(_plain, rows)] != [*map(_plain, wanted)]:
        first = next(n for n, (a, b) in enumerate(zip(rows, wanted, strict=True)) if _plain(a) != _plain(b))
        message = "The rows of the answer stand in another order."
        yield finding("query-expected", message, _line_of(text, name, wanted[first]), hint=hint)


def _plain(row: Sequence[object]) -> tuple[object, ...]:
    return tuple(_number(cell) if isinstance(cell, str) else cell for cell in row)


def _number(cell: str) -> str:
    """``"1"^^xsd:integer`` and ``"true"^^xsd:boolean`` whichever way they are abbreviated."""
    if cell[:1].isdigit():
        return f'"{cell}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    return f'"{cell}"^^<http://www.w3.org/2001/XMLSchema#boolean>' if cell in ("true", "false") else cell


def _shown_row(row: Sequence[object], others: list[list[str | None]]) -> str:
    """The cells in which a row differs from the one that is nearest to it, else all."""
    near = max(others, key=lambda other: sum(a == b for a, b in zip(row, other, strict=False)), default=None)
    if near is not None and any(a == b for a, b in zip(row, near, strict=False)):
        pairs = [f"{_short(a)} (there is {_short(b)})" for a, b in zip(row, near, strict=False) if a != b]
        return ", ".join(pairs)
    return ", ".join(map(_short, row))


def _short(cell: object) -> str:
    text = str(cell)
    return text if len(text) <= 80 else text[:79] + "…"


def _line_of(text: str, name: str, cells: Sequence[object]) -> Place:
    """The line that holds the cells of a row, as JSON."""
    words = [json.dumps(cell, ensure_ascii=False) if cell != '"rows"' else '"rows"' for cell in cells]
    for number, line in enumerate(text.splitlines(), 1):
        if all(word in line for word in words):
            return Place(name, number, line.index(words[0]) + 1 if words else 1)
    for number, line in enumerate(text.splitlines(), 1):
        if words and words[0] in line:
            return Place(name, number, line.index(words[0]) + 1)
    return Place(name, 1, 1)
