"""The values that a query passes through: what was asked, what was found out about it, and what came back."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any

from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import BOOLEAN_RESULTS, GRAPH_RESULTS, TABLE_RESULTS, Format


class Form(StrEnum):
    """Query forms (SPARQL 1.1 §16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def formats(self) -> tuple[Format, ...]:
        """Rows to negotiate over."""
        if self is Form.SELECT:
            return TABLE_RESULTS
        return BOOLEAN_RESULTS if self is Form.ASK else GRAPH_RESULTS


@dataclass(frozen=True, slots=True)
class Query:
    """A query as a client sends it (SPARQL 1.1 Protocol §2.1)."""

    text: str
    default_graphs: tuple[str, ...] = ()
    """``default-graph-uri``. Any graph given here or in ``named_graphs`` sets aside FROM and FROM NAMED."""
    named_graphs: tuple[str, ...] = ()
    """``named-graph-uri``."""
    base: str = ""
    """What relative IRIs are resolved against; ``""``: they are errors."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that passed the checks, with what a worker needs to answer it."""

    form: Form
    text: str
    """The query with its codepoint escapes decoded."""
    base: str
    prologue: str
    """The text before the query form, BASE and PREFIX, where a dataset was asked for: its terms need them."""
    default_graphs: tuple[str, ...] | None
    """Terms of the FROM clauses as written, or ``<IRI>`` of the protocol; ``None``: no dataset was asked for."""
    named_graphs: tuple[str, ...] | None
    star: int
    """Offset of the ``*`` of an outermost ``SELECT *``; -1: there is none."""
    variables: tuple[str, ...]
    """Names of variables in order of first appearance."""
    nesting: int
    """Deepest nesting of brackets and prefix operators."""
    patterns: int
    """Triple patterns, estimated: each separator and path step counts, see ``inspection``."""
    undeclared: tuple[str, ...] = ()
    """Prefixes used without a declaration."""
    remote: bool = False
    """Whether a part of it came from another endpoint, so that its answer may be another one the next time."""
    changes: bool = False
    """Whether it calls NOW, RAND or another function that has a new value each time."""

    @property
    def formats(self) -> tuple[Format, ...]:
        return self.form.formats

    def pack(self, row: Format) -> bytes:
        """For a worker process, which runs the same interpreter."""
        if row not in self.formats:
            raise ValueError(f"{self.form} has no answer in {row.label}")
        return marshal.dumps((row.name, str(self.form), *_VALUES(self)))  # marshal takes no subclass of str

    @classmethod
    def of(cls, values: tuple[Any, ...]) -> tuple[str, Prepared]:
        """Name of the format's row, and the query, from what was packed."""
        name, form, *fields = values
        return name, cls(Form(form), *fields)


_VALUES = attrgetter(*(field.name for field in fields(Prepared) if field.name != "form"))


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole result of a query."""

    format: Format
    content: bytes
    rows: int
    """Solutions or triples; 1 for ASK. Read off the serialised result of a SELECT, so a literal that holds the
    separator of its format counts twice: for logs."""
    seconds: float
    """From the moment that a worker had the query."""


class QueryError(UserError):
    """A query that has no answer.

    ``kind`` is stable and meant for programs; ``limit`` is the field of ``[limits]`` that was hit, with its ``value``.
    ``line`` and ``column`` count from 1; 0 means unknown.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        limit: str = "",
        value: float = 0,
        line: int = 0,
        column: int = 0,
        seconds: float = 0.0,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind, self.limit, self.value = kind, limit, value
        self.line, self.column, self.seconds = line, column, seconds


class Refused(QueryError):
    """Refused before any worker saw it: ``syntax``, ``too-long``, ``too-deep``, ``too-many-patterns``, ``service``,
    ``update``."""


class Failed(QueryError):
    """Given to a worker, or waiting for one, without result: ``syntax``, ``function`` (one that is not known),
    ``timeout``, ``memory``, ``too-large``, ``format`` (the result cannot be written so), ``error`` (the engine's own),
    ``crashed``, ``killed`` (from outside), ``busy``, ``remote`` (another endpoint did not help)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a worker process is told once."""

    store: str
    """Path of the store."""
    memory: int
    """Bytes that a query may take beyond what the idle worker uses."""
    result_bytes: int
    prefixes: Mapping[str, str]
    """For Turtle, TriG and RDF/XML results."""
