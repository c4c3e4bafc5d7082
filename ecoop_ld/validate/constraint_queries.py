"""SPARQL constraints → which focus nodes the engine finds no solution for (SHACL 1.0 §5): those conform, surely.

pySHACL asks rdflib, which takes a hundred times as long. Only what both engines read alike is compiled; a focus node
with any solution is left to pySHACL, which has the last word on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox

from ecoop_ld.rdf.names import OWL, RDF, RDFS, XSD
from ecoop_ld.sparql.inspection import asks_elsewhere
from ecoop_ld.sparql.tokens import EXPRESSION, IRI, NUMBER, PNAME, PUNCTUATION, STRING, TAG, VAR, WORD, Token, tokenise
from ecoop_ld.validate.literals import MAYBE, YES
from ecoop_ld.validate.shapes_said import ShapesSaid, Uncompiled
from ecoop_ld.validate.triples import Node, Triples

_CLAUSES = frozenset(
    ("PREFIX", "SELECT", "DISTINCT", "REDUCED", "WHERE", "FILTER", "OPTIONAL", "UNION", "BIND", "AS", "NOT")
) | {"EXISTS", "IN", "A", "TRUE", "FALSE"}
_FUNCTIONS = frozenset(
    ("BOUND", "IF", "COALESCE", "STR", "LANG", "LANGMATCHES", "DATATYPE", "SAMETERM", "REGEX", "REPLACE", "CONCAT")
) | {
    *("SUBSTR", "STRLEN", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "CONTAINS", "UCASE", "LCASE"),
    *("ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "YEAR", "MONTH", "DAY"),
}
_OF_VALUES = _FUNCTIONS - {"BOUND", "IF", "COALESCE", "SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL"}
"""Functions that look into a value."""
_WORDS = _CLAUSES | _FUNCTIONS
"""Keywords that both engines read alike. Not MINUS, VALUES and SELECT within SELECT, which SHACL forbids or restricts;
not GROUP BY, which each binds ``$this`` in at another time; nothing whose value changes from call to call."""
_NUMBERS = frozenset({"STRLEN"})
"""Functions whose values are numbers."""
_TEXTS = frozenset({"STR", "LANG", "DATATYPE", "COALESCE", "IF"})
"""Functions whose values are texts without a language, or IRIs."""
_PLAIN = frozenset({"STR", "LANG"})
"""Those whose values are never IRIs."""
_TEXTS_OF_TEXTS = frozenset({"CONCAT", "SUBSTR", "UCASE", "LCASE", "REPLACE", "STRBEFORE", "STRAFTER"})
"""The same, where their first argument is one."""
_NUMERIC = frozenset({"<", ">", "<=", ">=", "+", "-", "*", "/"})
_ORDERS = frozenset({"<", ">", "<=", ">="})
_BESIDE = _NUMERIC | {"=", "!=", "IN", "NOT", "AS"}
"""Beside a variable: what it is taken for is judged there, or does not matter."""
_BOUND = re.compile(r"[\s{}()][$?]this\b")
"""Where pySHACL sees that the focus node is asked for."""
_OTHER_REGEX = re.compile(r"\(\?|\\\\[0-9pPkKgGzZA]")
"""In a pattern: what regular expressions of Python and of Rust read differently, or one of them not at all."""
_DECLARED: Mapping[str, str] = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
"""Prefixes that pySHACL adds."""


def conforming(data: Triples, said: ShapesSaid, constraint: Node) -> Callable[[int], int]:
    """A judge of focus nodes: ``YES`` or ``MAYBE``. Raises :class:`Uncompiled`."""
    if said.flag(constraint, "deactivated"):
        return lambda node: YES
    select = said.one(constraint, "select")
    if select is None or not all(isinstance(text, ox.Literal) for text in said.values(constraint, "message")):
        raise Uncompiled("a sh:sparql without one sh:select and plain messages")
    query, prefixes = said.text(select), _prefixes(said, constraint)
    if _must_be_alike(query) & _OF_VALUES and data.odd:
        raise Uncompiled(f"{data.odd} in the data, of which functions are not agreed upon")
    store, terms, this = data.store, data.terms, ox.Variable("this")

    def judge(node: int) -> int:
        focus = terms[node]
        if not isinstance(focus, ox.NamedNode):
            return MAYBE
        try:
            found = store.query(query, prefixes=prefixes, substitutions={this: focus})
            return YES if isinstance(found, ox.QuerySolutions) and next(found, None) is None else MAYBE
        except (ValueError, RuntimeError):
            return MAYBE

    try:
        store.query(query, prefixes=prefixes)
    except SyntaxError:
        raise Uncompiled("a query that cannot be read") from None
    return judge


def _must_be_alike(query: str) -> frozenset[str]:
    """The keywords of a query. Raises :class:`Uncompiled` for what the two engines might answer differently."""
    if asks_elsewhere(query):
        raise Uncompiled("a query that asks elsewhere")
    if "\\u" in query.lower():
        raise Uncompiled("a query with escaped letters")
    tokens = [*tokenise(query), Token(PUNCTUATION, "", len(query))]
    words = [token.text.upper() for token in tokens if token.kind is WORD]
    if other := next((word for word in words if word not in _WORDS), None):
        raise Uncompiled(f"a query with {other}")
    if words.count("SELECT") != 1:
        raise Uncompiled("a query within a query")
    variables = {token.text[1:] for token in tokens if token.kind is VAR}
    if not _BOUND.search(query) or variables & {"PATH", "currentShape", "shapesGraph"}:
        raise Uncompiled("a query about more than its focus node")
    if any(token.kind is STRING and _OTHER_REGEX.search(token.text) for token in tokens):
        raise Uncompiled("a regular expression that engines read differently")
    expressions = _Expressions(tokens)
    if other := next((token.text for at, token in enumerate(tokens) if not expressions.are_alike(at)), None):
        raise Uncompiled(f"a query that compares or computes with {other}")
    return frozenset(words)


class _Expressions:
    """What stands in the expressions of a query. rdflib orders, adds and takes for true what SPARQL 1.1 §17 does not:
    values of different kinds, IRIs, texts in the place of numbers. Where only numbers can stand both say the same.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._optional = any(token.text.upper() == "OPTIONAL" for token in tokens if token.kind is WORD)
        self._opened: dict[int, int] = {}
        """A closing round bracket → where it was opened."""
        self._inside: list[int] = []
        """At each token: where the innermost open round bracket is, or -1."""
        open_: list[int] = []
        for at, token in enumerate(tokens):
            self._inside.append(open_[-1] if open_ else -1)
            if token.kind is PUNCTUATION and token.text == "(":
                open_.append(at)
            elif token.kind is PUNCTUATION and token.text == ")" and open_:
                self._opened[at] = open_.pop()

    def are_alike(self, at: int) -> bool:
        """Whether both engines take the token at a place for the same, as far as it stands in an expression."""
        token, before, after = self._tokens[at], self._tokens[at - 1], self._tokens[at + 1 : at + 2]
        then = after[0].text if after else ""
        if token.kind in (IRI, PNAME) and then == "(":
            return False  # a function with an IRI
        if token.kind is WORD and token.text.upper() == "SUBSTR":
            return self._begins_at_one(at)
        if token.kind is WORD and token.text.upper() == "IN":
            return self._lists_iris(at)
        if token.context is not EXPRESSION:
            return True
        if token.kind is PUNCTUATION and token.text in _NUMERIC:
            texts = token.text in _ORDERS and self._is_plain(at - 1) and self._is_plain(at + 1)
            return texts or (self._is_number(at - 1) and self._is_number(at + 1))
        if token.kind is PUNCTUATION and token.text in ("=", "!="):
            return self._are_comparable(at - 1, at + 1)
        if token.kind is not VAR or {before.text.upper(), then.upper()} & _BESIDE:
            return not (token.kind is VAR and token.text[1:] == "this" and self._optional)
        alone = before.text in ("(", ",") and then in (")", ",")
        return alone and self._function(self._inside[at]) in _FUNCTIONS - {"IF", "COALESCE"}

    def _function(self, bracket: int) -> str:
        """The word before an opening bracket."""
        before = self._tokens[bracket - 1]
        return before.text.upper() if bracket > 0 and before.kind is WORD else ""

    def _call(self, at: int) -> int:
        """The opening bracket of the call that begins or ends at a token; -1 where none does."""
        return self._opened.get(at, at + 1 if self._tokens[at].kind is WORD else -1)

    def _is_number(self, at: int) -> bool:
        return self._tokens[at].kind is NUMBER or self._function(self._call(at)) in _NUMBERS

    def _are_comparable(self, left: int, right: int) -> bool:
        """Whether two operands are texts or numbers for sure, or one of them is an IRI: else ``!=`` may be an error in
        one engine and true in the other."""
        if any(self._tokens[at].kind in (IRI, PNAME) or self._tokens[at].text[1:] == "this" for at in (left, right)):
            return True
        return all(self._is_number(at) or self._is_text(at) for at in (left, right))

    def _is_text(self, at: int, functions: frozenset[str] = frozenset()) -> bool:
        if self._tokens[at].kind is STRING:
            return self._tokens[at + 1].text != "^^" and self._tokens[at + 1].kind is not TAG
        call = self._call(at)
        function = self._function(call)
        known = functions or _TEXTS
        return function in known or (function in _TEXTS_OF_TEXTS and self._is_text(call + 1, known))

    def _is_plain(self, at: int) -> bool:
        """Whether it is a text for sure, and no IRI."""
        return self._is_text(at, _PLAIN)

    def _begins_at_one(self, at: int) -> bool:
        """Whether ``SUBSTR(…, 3`` begins at a number that is written there: rdflib counts back from the end else."""
        depth = 0
        for number, token in enumerate(self._tokens[at + 1 :], at + 1):
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind is PUNCTUATION else 0
            if token.text == "," and depth == 1:
                start, then = self._tokens[number + 1 : number + 3]
                return start.kind is NUMBER and start.text.isdigit() and int(start.text) > 0 and then.text in (")", ",")
        return False

    def _lists_iris(self, at: int) -> bool:
        ends = (number for number, token in enumerate(self._tokens[at:], at) if token.text == ")")
        listed = self._tokens[at + 2 : next(ends, at)]
        return all(token.kind in (IRI, PNAME) or token.text == "," for token in listed)


def _prefixes(said: ShapesSaid, constraint: Node) -> dict[str, str]:
    """What ``sh:prefixes`` declares. Raises :class:`Uncompiled` for a declaration that pySHACL might refuse."""
    found = dict(_DECLARED)
    for declarer in said.values(constraint, "prefixes"):
        for declaration in said.values(declarer, "declare"):
            prefix, namespace = said.one(declaration, "prefix"), said.one(declaration, "namespace")
            if not (isinstance(prefix, ox.Literal) and isinstance(namespace, ox.Literal)):
                raise Uncompiled("a prefix that is not declared as SHACL wants it")
            kinds = prefix.datatype.value, namespace.datatype.value
            if kinds != (XSD + "string", XSD + "anyURI") or found.get(prefix.value, namespace.value) != namespace.value:
                raise Uncompiled("a prefix that is not declared as SHACL wants it")
            found[prefix.value] = namespace.value
    return found
