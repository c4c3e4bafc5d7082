"""Patterns, queries and references of shapes → those that cannot be read, say nothing, or lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, nearest
from ecoop_ld.rdf.names import OWL, RDF, RDFS, SH
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.sparql.inspection import asks_elsewhere
from ecoop_ld.sparql.tokens import tokenise
from ecoop_ld.validate import sparql_lint
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon
from ecoop_ld.validate.shapes_graph import ShapesGraph
from ecoop_ld.validate.sparql_lint import QueryText

_REGEX_MENDS = {
    "unterminated character set": "Close the bracket: ]",
    "missing )": "Close the parenthesis: )",
    "unbalanced parenthesis": "Open the parenthesis, or write \\\\) for the sign itself.",
    "nothing to repeat": "Put something before the * + or ?, or a backslash for the sign itself.",
    "multiple repeat": "Take one of the * + ? out.",
}
"""What Python says of a regular expression → how to mend it."""


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    quads = [q for file in sources.shapes for q in file.quads]
    if quads:
        lint = _Constraints(config, quads, locator, Lexicon(config, sources))
        for one in (lint.patterns, lint.queries, lint.references):
            yield from one()


class _Constraints(ShapesGraph):
    """The checks of what constraints hold."""

    def __init__(self, config: Config, quads: list[ox.Quad], locator: Locator, lexicon: Lexicon) -> None:
        super().__init__(config, quads, locator)
        self._lexicon = lexicon

    def patterns(self) -> Iterator[Finding]:
        for q in self._quads:
            if q.predicate.value == SH + "pattern" and isinstance(q.object, ox.Literal):
                try:
                    re.compile(q.object.value)
                except re.error as error:
                    place = self._place(q.subject, q.predicate.value, q.object)
                    hint = _REGEX_MENDS.get(
                        error.msg.partition(",")[0], "Put a backslash before a sign that stands for itself."
                    )
                    message = f'"{q.object.value}" is no regular expression: {error}.'
                    yield finding("shape-pattern", message, place, hint=hint)

    def queries(self) -> Iterator[Finding]:
        constraints = {q.object for q in self._quads if q.predicate.value == SH + "sparql"}
        for q in self._quads:
            if q.predicate.value not in (SH + "select", SH + "ask") or not isinstance(q.object, ox.Literal):
                continue
            place = self._place(q.subject, q.predicate.value, q.object)
            if word := asks_elsewhere(q.object.value):
                yield finding("shape-service", f"{word} is refused: a check asks nobody else for data.", place)
                continue
            query = self._query(q.subject, q.object.value, place)
            found = [*sparql_lint.check(query, self._lexicon, "shape-query", of_shape=True)]
            yield from found
            if not found and q.predicate.value == SH + "select" and q.subject in constraints:
                yield from _this(query)

    def _query(self, constraint: object, text: str, place: Place | None) -> QueryText:
        """A query with the place of its first sign, and without what only SHACL puts into it."""
        plain = re.sub(r"[$?]PATH\b", "<a:b>", text)
        file, line, column = (place.file, place.line, place.column) if place else ("", 0, 0)
        rows = self._locator.text_of(file).splitlines() if line else []
        written = rows[line - 1][column - 1 :] if 0 < line <= len(rows) else ""
        opening = 3 if written.startswith(('"""', "'''")) else 1
        return QueryText(plain, file, max(line, 1), column + opening if line else 1, self._prefixes(constraint))

    def _prefixes(self, constraint: object) -> dict[str, str]:
        """What ``sh:prefixes`` declares, and the three that pySHACL adds."""
        found = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
        for declarer in self._values(constraint, "prefixes"):
            for declaration in self._values(declarer, "declare"):
                prefix, namespace = self._values(declaration, "prefix"), self._values(declaration, "namespace")
                if prefix and namespace and isinstance(prefix[0], ox.Literal) and isinstance(namespace[0], ox.Literal):
                    found[prefix[0].value] = namespace[0].value
        return found

    def references(self) -> Iterator[Finding]:
        """Shapes that others lead to and that are not described."""
        shapes = [iri_of(node) for node in self._by_subject if iri_of(node)]
        for q in self._quads:
            word = q.predicate.value.removeprefix(SH)
            if word in ("node", "qualifiedValueShape", "not") and iri_of(q.object) and q.object not in self._by_subject:
                place = self._place(q.subject, q.predicate.value, q.object)
                near = nearest(iri_of(q.object), shapes, 0.8)
                hint = f"Did you mean {self._name(near)}?" if near else "Describe it in shapes/."
                message = f"There is no shape {self._name(iri_of(q.object))}: sh:{word} would let everything pass."
                yield finding("shape-reference", message, place, hint=hint)


def _this(query: QueryText) -> Iterator[Finding]:
    """SHACL 1.0 §5.2: the query of a constraint selects $this, and says something of it."""
    tokens = list(tokenise(query.text))
    selected = sparql_lint.columns(tokens)
    uses = [token for token in tokens if token.text in ("$this", "?this")]
    start = query.at(sparql_lint.start_of_select(tokens))
    if selected and "this" not in selected:
        first = next(iter(selected.values()))
        message = "The query of a constraint has to select $this: the thing that is checked."
        hint = "Select $this." if uses else f"Write $this for {first.text}."
        yield finding("shape-query", message, start, hint=hint)
    elif len(uses) < 2 and selected:
        message = "Nothing in the query is said of $this: it would be run for each thing and find the same."
        yield finding("shape-query", message, start, hint="Begin its pattern with $this.")
