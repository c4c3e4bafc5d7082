"""A blank node that is a class expression, a data range or an inverse property of OWL 2 → words, and Manchester syntax.

A node becomes an :class:`Expression` only where all that is said of it fits the form (OWL 2 Mapping to RDF Graphs §2.1,
table 1); anything more, and it is told as the blank node that it is, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Dataset, Term
from ecoop_ld.model.naming import Link, Naming, Text
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDFS, XSD
from ecoop_ld.words.messages import Messages, messages

_DEEPEST = 8
_KINDS = frozenset(
    (
        *(OWL + word for word in ("Class", "Restriction", "DataRange", "ObjectProperty")),
        *(RDFS + word for word in ("Class", "Datatype", "Resource")),
        OWL + "Thing",
    )
)
_FILLERS: Mapping[str, tuple[str, str]] = {
    OWL + "someValuesFrom": ("expression_some", "some"),
    OWL + "allValuesFrom": ("expression_only", "only"),
    OWL + "hasValue": ("", "value"),
}
_NUMBERS: Mapping[str, tuple[str, str]] = {
    OWL + start + word: (f"expression_{key}", key)
    for start, word, key in (
        ("min", "Cardinality", "min"),
        ("max", "Cardinality", "max"),
        ("", "cardinality", "exactly"),
        ("min", "QualifiedCardinality", "min"),
        ("max", "QualifiedCardinality", "max"),
        ("", "qualifiedCardinality", "exactly"),
    )
}
_FACETS: Mapping[str, tuple[str, str]] = {
    XSD + "minInclusive": ("rule_min", ">="),
    XSD + "maxInclusive": ("rule_max", "<="),
    XSD + "minExclusive": ("facet_above", ">"),
    XSD + "maxExclusive": ("facet_below", "<"),
    XSD + "minLength": ("facet_min_length", "minLength"),
    XSD + "maxLength": ("facet_max_length", "maxLength"),
    XSD + "length": ("facet_length", "length"),
    XSD + "pattern": ("rule_pattern", "pattern"),
}

Token = Text | Link
Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """What a node describes, for readers and for those who know OWL."""

    words: Tokens
    syntax: Tokens
    """Manchester syntax (OWL 2 Manchester Syntax §2): names are prefixed names, each a link."""
    compound: bool = True
    """Whether it stands in brackets inside another."""

    @property
    def text(self) -> str:
        """Its words without links."""
        return "".join(token.value if isinstance(token, Text) else token.label.value for token in self.words)


@dataclass(frozen=True)
class Expressions:
    """Reads the expressions of one dataset, in one language."""

    naming: Naming

    @property
    def _dataset(self) -> Dataset:
        return self.naming.dataset

    @cached_property
    def _t(self) -> Messages:
        return messages(self.naming.config, self.naming.language)

    def of(self, node: Term, depth: int = 0) -> Expression | None:
        """The expression that a blank node is; ``None`` where it is none, or says more."""
        blank = isinstance(node, str) and self._dataset.blanks.is_blank(node)
        if not isinstance(node, str) or not blank or depth > _DEEPEST:
            return None
        said = {p: self._dataset.objects(node, p) for p in self._dataset.outgoing(node) if p != TYPE}
        if set(self._dataset.types(node)) - _KINDS or any(len(values) != 1 for values in said.values()):
            return None
        one = {p: values[0] for p, values in said.items()}
        readers = (self._restriction, self._boolean, self._inverse, self._range)
        return next((found for read in readers if (found := read(one, depth))), None)

    def chain(self, properties: Iterable[Term]) -> Expression | None:
        """A property chain: one property after the other."""
        steps = [self._name(step, 0) for step in properties]
        whole = [step for step in steps if step is not None]
        if len(whole) < 2 or len(whole) != len(steps):
            return None
        return Expression(_joined(" → ", [s.words for s in whole]), _joined(" o ", [s.syntax for s in whole]))

    # --- forms -----------------------------------------------------------------------------------------------------

    def _restriction(self, one: Mapping[str, Term], depth: int) -> Expression | None:
        path = self._name(one[OWL + "onProperty"], depth) if OWL + "onProperty" in one else None
        rest = {p: value for p, value in one.items() if p != OWL + "onProperty"}
        if path is None or not rest:
            return None
        if rest.keys() == {OWL + "hasSelf"} and _is_true(rest[OWL + "hasSelf"]):
            return Expression(self._fill("expression_self", property=path.words), (*path.syntax, _word(" Self")))
        for predicate, (key, keyword) in _FILLERS.items():
            filler = self._inner(rest[predicate], depth) if rest.keys() == {predicate} else None
            if filler is not None:
                parts = {"property": path.words, "value": filler.words}
                words = self._fill(key, **parts) if key else (*path.words, _word(": "), *filler.words)
                return Expression(words, (*path.syntax, _word(f" {keyword} "), *filler.syntax))
        return self._cardinality(path, rest, depth)

    def _cardinality(self, path: Expression, rest: Mapping[str, Term], depth: int) -> Expression | None:
        counted = [p for p in rest if p in _NUMBERS]
        others = [p for p in rest if p in (OWL + "onClass", OWL + "onDataRange")]
        if len(counted) != 1 or len(rest) != 1 + len(others) or len(others) > 1:
            return None
        number = rest[counted[0]]
        filler = self._inner(rest[others[0]], depth) if others else Expression((), (), compound=False)
        if not isinstance(number, ox.Literal) or filler is None:
            return None
        key, keyword = _NUMBERS[counted[0]]
        n = (_word(number.value),)
        tail = (_word(" "), *filler.syntax) if others else ()
        words = self._fill(key, property=path.words, n=n, value=filler.words)
        return Expression(words, (*path.syntax, _word(f" {keyword} {number.value}"), *tail))

    def _boolean(self, one: Mapping[str, Term], depth: int) -> Expression | None:
        if len(one) != 1:
            return None
        ((predicate, value),) = one.items()
        if predicate in (OWL + "complementOf", OWL + "datatypeComplementOf"):
            inner = self._inner(value, depth)
            return (
                Expression(self._fill("expression_not", value=inner.words), (_word("not "), *inner.syntax))
                if inner
                else None
            )
        if predicate == OWL + "oneOf":
            members = self._members(value, self._name, depth)
            if not members:
                return None
            words = self._fill("expression_one_of", values=_joined(", ", [m.words for m in members]))
            syntax = (_word("{"), *_joined(" , ", [m.syntax for m in members]), _word("}"))
            return Expression(words, syntax, compound=False)
        key = {OWL + "intersectionOf": "and", OWL + "unionOf": "or"}.get(predicate)
        members = self._members(value, self._inner, depth) if key else None
        if not members:
            return None
        joint = f" {self._t[f'expression_{key}']} "
        return Expression(_joined(joint, [m.words for m in members]), _joined(f" {key} ", [m.syntax for m in members]))

    def _inverse(self, one: Mapping[str, Term], depth: int) -> Expression | None:
        if one.keys() != {OWL + "inverseOf"}:
            return None
        inner = self._name(one[OWL + "inverseOf"], depth + 1)
        if inner is None:
            return None
        return Expression(self._fill("expression_inverse", property=inner.words), (_word("inverse "), *inner.syntax))

    def _range(self, one: Mapping[str, Term], depth: int) -> Expression | None:
        if one.keys() != {OWL + "onDatatype", OWL + "withRestrictions"}:
            return None
        datatype = self._name(one[OWL + "onDatatype"], depth)
        facets = self._members(one[OWL + "withRestrictions"], self._facet, depth)
        if datatype is None or not facets:
            return None
        words = (*datatype.words, _word(", "), *_joined(", ", [f.words for f in facets]))
        inside = _joined(", ", [f.syntax for f in facets])
        return Expression(words, (*datatype.syntax, _word("["), *inside, _word("]")))

    def _facet(self, node: Term, _: int) -> Expression | None:
        said = self._dataset.outgoing(node) if isinstance(node, str) else {}
        values = self._dataset.objects(node, next(iter(said))) if isinstance(node, str) and len(said) == 1 else []
        if len(values) != 1 or not isinstance(values[0], ox.Literal) or next(iter(said)) not in _FACETS:
            return None
        key, sign = _FACETS[next(iter(said))]
        value = (self.naming.text(values[0]),)
        return Expression(self._fill(key, n=value), (_word(f"{sign} "), *_literal(values[0])))

    # --- parts -----------------------------------------------------------------------------------------------------

    def _members(
        self, head: Term, read: Callable[[Term, int], Expression | None], depth: int
    ) -> list[Expression] | None:
        """The members of a list, all of them read; ``None`` where it is no list, or one cannot be read."""
        found = self._dataset.blanks.collection(head)
        made = [read(member, depth) for member in found.members] if found and not found.kind else []
        whole = [member for member in made if member is not None]
        return whole if whole and len(whole) == len(made) else None

    def _inner(self, term: Term, depth: int) -> Expression | None:
        """A part of an expression, in brackets where it is made of several."""
        found = self._name(term, depth)
        if found is None or not found.compound:
            return found
        bracketed = (_word("("), *found.words, _word(")")), (_word("("), *found.syntax, _word(")"))
        return Expression(*bracketed, compound=False)

    def _name(self, term: Term, depth: int) -> Expression | None:
        if isinstance(term, ox.Literal):
            return Expression((self.naming.text(term),), _literal(term), compound=False)
        if self._dataset.blanks.is_blank(term):
            return self.of(term, depth + 1)
        link = self.naming.link(term)
        return Expression((link,), (Link(Text(self.naming.short(term)), term, link.page),), compound=False)

    def _fill(self, key: str, **values: Tokens) -> Tokens:
        """A message whose ``{name}`` are tokens; blanks around an empty one go."""
        template = self._t[key]
        found: list[Token] = []
        for piece in re.split(r"(\{\w+\})", template):
            if piece.startswith("{"):
                found += values.get(piece[1:-1], ())
            elif piece:
                found.append(Text(piece, template.language))
        while found and isinstance(found[-1], Text) and not found[-1].value.strip():
            found.pop()
        return tuple(found)


def _joined(joint: str, parts: Iterable[Tokens]) -> Tokens:
    found: list[Token] = []
    for part in parts:
        found += [*([_word(joint)] if found else []), *part]
    return tuple(found)


def _word(text: str) -> Text:
    return Text(text)


def _literal(literal: ox.Literal) -> Tokens:
    """A literal of Manchester syntax (§2.1): quoted, but for numbers and truth values."""
    if literal.datatype.value in {XSD + kind for kind in ("integer", "decimal", "boolean")}:
        return (_word(literal.value),)
    quoted = '"' + literal.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if literal.language:
        return (_word(f"{quoted}@{literal.language}"),)
    if literal.datatype.value == XSD + "string":
        return (_word(quoted),)
    return (_word(f"{quoted}^^{names.compact(literal.datatype.value, names.WELL_KNOWN)}"),)


def _is_true(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.value in ("true", "1")
