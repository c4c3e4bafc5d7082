"""A remote endpoint → everything that it holds, page by page; or an error, where some of it did not come.

What is counted first decides how it is asked for: groups (a graph and a predicate) that fit into one answer together
come together; a larger group comes in pages in the order of its subjects, each beginning behind the last subject of the
one before; a subject with more values than a page holds, in the order of its values. So no page has to skip what came
before it, and an answer that was cut short, by whatever limit the endpoint has and does not tell, is followed by the
next page all the same. The names of blank nodes hold for one answer alone: what is said with them comes in one answer
or not at all. At the end everything is counted again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import JSON
from ecoop_ld.sparql.remote import RemoteEndpoint

_TOGETHER = 200
"""Most groups asked for in one query."""
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_NAMED = "GRAPH ?g { ?s ?p ?o }"
_ALL = "?s ?p ?o"
_PLAIN = "FILTER(!isBlank(?s) && !isBlank(?o))"
_BLANK = "FILTER(isBlank(?s) || isBlank(?o) || (BOUND(?g) && isBlank(?g)))"
_VALUE_KEY = 'CONCAT(STR(?o), "\\n", IF(isIRI(?o), "", CONCAT(LANG(?o), "\\n", STR(DATATYPE(?o)))))'
"""Another text for each value: the type and the language of a literal hold no line feed."""

Solution = Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | None]


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What an endpoint holds."""

    lines: set[str]
    """N-Quads without blank nodes, each without the dot at its end."""
    blank: tuple[ox.Quad, ...]
    """The others, with the endpoint's names of nodes."""


@dataclass(frozen=True, slots=True)
class _Portion:
    """The statements with one predicate in one graph; ``""`` for the default graph."""

    graph: str
    predicate: str
    count: int


@dataclass(frozen=True, slots=True)
class _Tally:
    groups: tuple[_Portion, ...]
    blank: int

    @property
    def total(self) -> int:
        return sum(group.count for group in self.groups) + self.blank


@dataclass(slots=True)
class Download:
    """All statements of an endpoint; :meth:`run` once."""

    endpoint: RemoteEndpoint
    graphs: tuple[str, ...] = ()
    """The named graphs that are wanted; without any all of them, and the default graph."""
    page: int = 10_000
    most: int = 1_000_000_000
    """Bytes of all lines together."""
    say: Callable[[str], None] = lambda _: None
    end: float = field(default=0.0, init=False)
    default: str = field(default="", init=False)
    """Pattern of what stands in the default graph alone; ``""`` where there is nothing."""
    lines: set[str] = field(default_factory=set, init=False)
    size: int = field(default=0, init=False)
    total: int = field(default=0, init=False)
    _start: float = field(default=0.0, init=False)
    _said: float = field(default=0.0, init=False)

    def run(self) -> Downloaded:
        """Raises :class:`UserError`."""
        self._start = self._said = time.monotonic()
        self.end = self._start + self.endpoint.seconds
        self.default = "" if self.graphs else self._default_pattern()
        before = self._count()
        self.total = before.total
        blank = self._blank(before.blank)
        for groups in _packed(before.groups, self.page):
            if not self._together(groups):
                for group in groups:
                    self._pages(group)
        after = self._count()
        if after != before:
            raise UserError(
                f"The endpoint {self.endpoint.url} was changed while it was read: it held {before.total:,} statements "
                f"at first and {after.total:,} at the end, or others.",
                hint="Try again.",
            )
        return Downloaded(self.lines, blank)

    # --- what there is ---------------------------------------------------------------------------------------------

    def _default_pattern(self) -> str:
        """Some endpoints have the union of all graphs as their default graph: then what is in a named graph is left
        to that; in others the default graph is one more graph."""
        default, named = self._number(_ALL), self._number(_NAMED)
        if not default:
            return ""
        if not named or self._number(f"{_NAMED} FILTER NOT EXISTS {{ {_ALL} }}"):
            return _ALL
        if not self._number(f"{_ALL} {_unnamed(_ALL)}"):
            return ""
        return f"{_ALL} {_unnamed(_ALL)}"

    @property
    def _named(self) -> str:
        chosen = " ".join(f"<{iri}>" for iri in self.graphs)
        return f"VALUES ?g {{ {chosen} }} {_NAMED}" if self.graphs else _NAMED

    @property
    def _whole(self) -> str:
        return f"{{ {self._named} }} UNION {{ {self.default} }}" if self.default else self._named

    def _count(self) -> _Tally:
        """Raises where the endpoint leaves out some of the groups, or counts them otherwise than their sum."""
        groups = [
            _Portion(self._iri(g), self._iri(p), self._int(n))
            for g, p, n in self._ask(
                f"SELECT ?g ?p (COUNT(*) AS ?n) WHERE {{ {self._named} {_PLAIN} FILTER(!isBlank(?g)) }} GROUP BY ?g ?p"
            )
        ]
        if self.default:
            of_default = self._ask(f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {self.default} {_PLAIN} }} GROUP BY ?p")
            groups += [_Portion("", self._iri(p), self._int(n)) for p, n in of_default]
        found = _Tally(
            tuple(sorted(groups, key=lambda one: (one.graph, one.predicate))),
            self._number(f"{self._whole} {_BLANK}"),
        )
        total = self._number(self._whole)
        if total != found.total:
            raise self._incomplete(f"it counts {total:,} statements, and {found.total:,} by graph and property")
        return found

    def _number(self, pattern: str) -> int:
        rows = self._ask(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        if len(rows) != 1:
            raise self._incomplete(f"it answers {len(rows):,} numbers to the question how many there are")
        return self._int(rows[0][0])

    # --- what it is ------------------------------------------------------------------------------------------------

    def _blank(self, count: int) -> tuple[ox.Quad, ...]:
        """All statements with blank nodes, in one answer."""
        if not count:
            return ()
        rows = self._ask(f"SELECT ?g ?s ?p ?o WHERE {{ {self._whole} {_BLANK} }}")
        quads = {self._quad(g, s, p, o): None for g, s, p, o in rows}
        if len(quads) != count:
            raise self._incomplete(
                f"of {count:,} statements with blank nodes it gives {len(quads):,} in one answer, and they cannot be "
                "asked for in pages, because the names of such nodes hold for one answer alone",
                "Raise its limit of rows, name those nodes with IRIs, or use a dump of it as a file.",
            )
        self._progress(count)
        return tuple(quads)

    def _together(self, groups: Sequence[_Portion]) -> bool:
        """Whether all of these groups came in one answer."""
        wanted = sum(group.count for group in groups)
        if wanted > self.page:
            return False
        if groups[0].graph:
            pairs = " ".join(f"(<{group.graph}> <{group.predicate}>)" for group in groups)
            pattern = f"VALUES (?g ?p) {{ {pairs} }} {_NAMED} {_PLAIN}"
        else:
            predicates = " ".join(f"<{group.predicate}>" for group in groups)
            pattern = f"VALUES ?p {{ {predicates} }} {self.default} {_PLAIN}"
        rows = self._ask(f"SELECT ?g ?s ?p ?o WHERE {{ {pattern} }}")
        found = {self._line(g, s, p, o) for g, s, p, o in rows}
        if len(found) != wanted:
            return False
        self._add(found)
        return True

    def _pages(self, group: _Portion) -> None:
        """One group, in the order of its subjects."""
        found: set[str] = set()
        after = ""
        pattern = f"{self._pattern(group, '?s')} FILTER(isIRI(?s) && !isBlank(?o)"
        while len(found) < group.count:
            behind = f" && STR(?s) > {_quoted(after)}" if after else ""
            rows = self._ask(
                f"SELECT ?s ?o WHERE {{ {pattern}{behind}) }} ORDER BY STR(?s) LIMIT {self.page}",
            )
            before = len(found)
            found |= {self._line(group.graph, s, group.predicate, o) for s, o in rows}
            if len(found) == group.count:
                break
            subjects = list(dict.fromkeys(self._iri(row[0]) for row in rows))
            if len(subjects) == 1 and subjects[0] != after:
                found |= self._values(group, subjects[0])
                after = subjects[0]
                continue
            if len(found) == before or len(subjects) < 2 or subjects[-2] == after:
                raise self._incomplete(f"of {group.count:,} statements with <{group.predicate}> it gives {before:,}")
            after = subjects[-2]  # the last one may have been cut
        self._check_number(len(found), group.count, f"statements with <{group.predicate}>")
        self._add(found)

    def _values(self, group: _Portion, subject: str) -> set[str]:
        """What a group says of one subject that has more of it than a page holds, in the order of the values."""
        pattern = f"{self._pattern(group, f'<{subject}>')} FILTER(!isBlank(?o))"
        wanted, after = self._number(pattern), ""
        found: set[str] = set()
        while len(found) < wanted:
            behind = f"FILTER(?key > {_quoted(after)})" if after else ""
            rows = self._ask(
                f"SELECT ?o ?key WHERE {{ {pattern} BIND({_VALUE_KEY} AS ?key) {behind} }} "
                f"ORDER BY ?key LIMIT {self.page}"
            )
            before = len(found)
            found |= {self._line(group.graph, subject, group.predicate, row[0]) for row in rows}
            last = rows[-1][1] if rows else None
            if len(found) == before or not isinstance(last, ox.Literal):
                raise self._incomplete(
                    f"of {wanted:,} values of <{group.predicate}> for <{subject}> it gives {before:,}"
                )
            after = last.value
        self._check_number(len(found), wanted, f"values of <{group.predicate}> for <{subject}>")
        return found

    def _pattern(self, group: _Portion, subject: str) -> str:
        triple = f"{subject} <{group.predicate}> ?o"
        if group.graph:
            return f"GRAPH <{group.graph}> {{ {triple} }}"
        return triple if self.default == _ALL else f"{triple} {_unnamed(triple)}"

    # --- asking ----------------------------------------------------------------------------------------------------

    def _ask(self, text: str) -> list[Solution]:
        url = self.endpoint.url
        content = self.endpoint.query(text, JSON, self.end)
        try:
            results = ox.parse_query_results(content, format=JSON.results_engine())
            if not isinstance(results, ox.QuerySolutions):
                raise ValueError("no table")
            number = len(results.variables)
            return [[row[n] for n in range(number)] for row in results]
        except (ValueError, SyntaxError) as error:
            raise UserError(f"The answer of {url} cannot be read: {str(error)[:200]}.") from None

    def _add(self, found: set[str]) -> None:
        self.lines |= found
        self.size += sum(map(len, found))
        if self.size > self.most:
            raise UserError(
                f"The endpoint {self.endpoint.url} holds more than {self.most:,} bytes of N-Quads.",
                hint="Raise limits.source_bytes in ecoop.toml, or fetch some graphs alone with source.graphs.",
            )
        self._progress(len(self.lines))

    def _progress(self, done: int) -> None:
        now = time.monotonic()
        if now - self._said >= 1:
            self._said, rate = now, done / (now - self._start)
            left = (self.total - done) / rate if rate else 0
            self.say(f"{done:,} of {self.total:,} statements, {rate:,.0f} a second, {left:,.0f} s left")

    def _check_number(self, found: int, wanted: int, what: str) -> None:
        if found != wanted:
            raise self._incomplete(f"it counts {wanted:,} {what}, and gives {found:,}")

    def _incomplete(self, why: str, hint: str = "") -> UserError:
        usual = "It may have another limit of rows, or was changed: set source.page lower, or try again."
        return UserError(f"The endpoint {self.endpoint.url} does not give all it has: {why}.", hint=hint or usual)

    # --- terms -----------------------------------------------------------------------------------------------------

    def _line(self, graph: object, subject: object, predicate: object, value: object) -> str:
        """N-Quads. Whatever came is looked at: a sign that ends an IRI would make two statements of one."""
        end = f" <{self._iri(graph)}>" if graph else ""
        term = str(value) if isinstance(value, ox.Literal) else f"<{self._iri(value)}>"
        return f"<{self._iri(subject)}> <{self._iri(predicate)}> {term}{end}"

    def _quad(self, graph: object, subject: object, predicate: object, value: object) -> ox.Quad:
        def node(term: object) -> ox.NamedNode | ox.BlankNode:
            return term if isinstance(term, ox.BlankNode) else ox.NamedNode(self._iri(term))

        return ox.Quad(
            node(subject),
            ox.NamedNode(self._iri(predicate)),
            value if isinstance(value, ox.Literal) else node(value),
            node(graph) if graph else ox.DefaultGraph(),
        )

    def _iri(self, term: object) -> str:
        value = term.value if isinstance(term, ox.NamedNode) else term
        if not isinstance(value, str) or not value or _NOT_IN_IRI.search(value):
            raise UserError(
                f"The endpoint {self.endpoint.url} gives what is no IRI where one must be: {str(term)[:200]}"
            )
        return value

    def _int(self, term: object) -> int:
        if isinstance(term, ox.Literal) and re.fullmatch("[0-9]{1,15}", term.value):
            return int(term.value)
        raise UserError(f"The endpoint {self.endpoint.url} counts in no number: {str(term)[:200]}")


def _packed(groups: Sequence[_Portion], page: int) -> Iterator[list[_Portion]]:
    """Groups of one kind of graph, together no larger than a page where they can be."""
    pack: list[_Portion] = []
    size = 0
    for group in groups:
        full = size + group.count > page or len(pack) == _TOGETHER
        if pack and (full or bool(pack[0].graph) != bool(group.graph)):
            yield pack
            pack, size = [], 0
        pack.append(group)
        size += group.count
    if pack:
        yield pack


def _unnamed(pattern: str) -> str:
    return f"FILTER NOT EXISTS {{ GRAPH ?any {{ {pattern} }} }}"


def _quoted(text: str) -> str:
    return str(ox.Literal(text))
