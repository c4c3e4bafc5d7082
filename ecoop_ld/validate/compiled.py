"""Shapes → functions that say of a node whether it conforms, surely or perhaps: SHACL, over numbered triples.

A shape is one function from the number of a node to :data:`NO`, :data:`MAYBE` or :data:`YES`, in the logic of Kleene:
``sh:not`` turns it round, ``sh:and`` is the least, ``sh:or`` the greatest. What is not certain to be as pySHACL has it
is ``MAYBE``; so is the whole of a shape with anything that is not compiled. Whoever is not ``YES`` is for pySHACL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ecoop_ld.rdf.names import RDFS, SH, XSD
from ecoop_ld.validate import constraint_queries
from ecoop_ld.validate.literals import MAYBE, NO, YES, Comparable, is_of, precedes, value_of
from ecoop_ld.validate.shape_paths import Path, read_path
from ecoop_ld.validate.shapes_said import ShapesSaid, Uncompiled
from ecoop_ld.validate.triples import TYPE, Node, Pairs, Triples, values

Judge = Callable[[int], int]
"""Number of a node → whether it conforms."""
SetJudge = Callable[[int, Collection[int]], int]
"""Number of a focus node, and its value nodes → whether they conform together."""
_KINDS: Mapping[str, tuple[type, ...]] = {
    "IRI": (ox.NamedNode,),
    "BlankNode": (ox.BlankNode,),
    "Literal": (ox.Literal,),
    "BlankNodeOrIRI": (ox.BlankNode, ox.NamedNode),
    "BlankNodeOrLiteral": (ox.BlankNode, ox.Literal),
    "IRIOrLiteral": (ox.NamedNode, ox.Literal),
}
_MUCH = 1 << 62


@dataclass
class _Parts:
    """The constraints of one shape."""

    each: list[Judge] = field(default_factory=list)
    """Of each value node, whatever the focus node."""
    together: list[SetJudge] = field(default_factory=list)
    least: int = 0
    most: int = _MUCH


class Compiler:
    """Judges for the shapes of a graph, each compiled once, and why some are not."""

    def __init__(self, data: Triples, said: ShapesSaid) -> None:
        self._data, self._said = data, said
        self._judges: dict[Node, Judge] = {}
        self.reasons: dict[Node, str] = {}
        """Shapes that are not compiled."""

    def judge(self, shape: Node) -> Judge:
        made = self._judges.get(shape)
        if made is None:
            try:
                made = self._compiled(shape)
            except Uncompiled as error:
                self.reasons[shape] = str(error)
                made = _unknown
            self._judges[shape] = made
        return made

    def _compiled(self, shape: Node) -> Judge:
        said = self._said
        said.must_be_plain(shape)
        if said.flag(shape, "deactivated"):
            return lambda node: YES
        path = said.one(shape, "path")
        parts = _Parts()
        for word in said.words(shape):
            make = _MAKERS.get(word)
            if make is None:
                raise Uncompiled(f"sh:{word}")
            if path is None and word in _OF_PROPERTIES:
                raise Uncompiled(f"sh:{word} at a node shape")
            make(self, shape, parts)
        if path is None:
            return _of_node(parts)
        return _of_property(read_path(self._data, said, path), parts)

    # --- what a value is ---

    def _class(self, shape: Node, parts: _Parts) -> None:
        for kind in self._said.values(shape, "class"):
            number = self._data.number(kind)
            parts.each.append(lambda node, number=number: YES if node in self._data.instances(number) else NO)  # type: ignore[misc]

    def _datatype(self, shape: Node, parts: _Parts) -> None:
        wanted = self._said.iri(shape, "datatype")
        parts.each.append(self._of_literal(lambda literal: is_of(literal, wanted)))

    def _node_kind(self, shape: Node, parts: _Parts) -> None:
        kinds = _KINDS.get(self._said.iri(shape, "nodeKind").removeprefix(SH))
        if kinds is None:
            raise Uncompiled("a sh:nodeKind that is none")
        terms = self._data.terms
        parts.each.append(lambda node: YES if isinstance(terms[node], kinds) else NO)

    def _in(self, shape: Node, parts: _Parts) -> None:
        allowed = {self._data.number(term) for term in self._said.list_of(shape, "in")}
        parts.each.append(lambda node: YES if node in allowed else NO)

    def _pattern(self, shape: Node, parts: _Parts) -> None:
        flags = "".join(self._said.text(flag) for flag in self._said.values(shape, "flags")).lower()
        if len(self._said.values(shape, "flags")) > 1:
            raise Uncompiled("several sh:flags")
        meaning = (re.I if "i" in flags else 0) | (re.M if "m" in flags else 0)
        for pattern in self._said.values(shape, "pattern"):
            try:
                search = re.compile(self._said.text(pattern), meaning).search
            except (re.error, OverflowError, RecursionError):
                raise Uncompiled("a sh:pattern that cannot be read") from None
            parts.each.append(self._of_text(lambda text, search=search: search(text) is not None))  # type: ignore[misc]

    def _min_length(self, shape: Node, parts: _Parts) -> None:
        least = self._said.count(shape, "minLength")
        if least:
            parts.each.append(self._of_text(lambda text: len(text) >= least))

    def _max_length(self, shape: Node, parts: _Parts) -> None:
        most = self._said.count(shape, "maxLength")
        parts.each.append(self._of_text(lambda text: len(text) <= most))

    def _language_in(self, shape: Node, parts: _Parts) -> None:
        allowed = {self._said.text(tag).lower() for tag in self._said.list_of(shape, "languageIn")}

        def fits(literal: ox.Literal) -> int:
            tag = (literal.language or "").lower()
            return YES if tag and ("*" in allowed or tag in allowed or tag.split("-")[0] in allowed) else NO

        parts.each.append(self._of_literal(fits))

    def _bound(self, shape: Node, parts: _Parts, word: str, below: bool) -> None:
        for bound in self._said.values(shape, word):
            limit = value_of(bound)
            if limit is None:
                raise Uncompiled(f"a sh:{word} that is no plain number, date or year")
            parts.each.append(self._of_literal(_bounded(limit, below, word.endswith("Inclusive"))))

    def _of_literal(self, judge: Callable[[ox.Literal], int]) -> Judge:
        terms = self._data.terms

        def of_term(node: int) -> int:
            term = terms[node]
            return judge(term) if isinstance(term, ox.Literal) else NO

        return of_term

    def _of_text(self, fits: Callable[[str], bool]) -> Judge:
        terms = self._data.terms

        def of_term(node: int) -> int:
            term = terms[node]
            return YES if isinstance(term, (ox.NamedNode, ox.Literal)) and fits(term.value) else NO

        return of_term

    # --- values together ---

    def _min_count(self, shape: Node, parts: _Parts) -> None:
        parts.least = self._said.count(shape, "minCount", XSD + "integer")

    def _max_count(self, shape: Node, parts: _Parts) -> None:
        parts.most = self._said.count(shape, "maxCount", XSD + "integer")

    def _unique_lang(self, shape: Node, parts: _Parts) -> None:
        terms = self._data.terms

        def unique(node: int, found: Collection[int]) -> int:
            if len(found) < 2:
                return YES
            tags = [t.language.lower() for one in found if isinstance(t := terms[one], ox.Literal) and t.language]
            return YES if len(set(tags)) == len(tags) else NO

        if self._said.flag(shape, "uniqueLang"):
            parts.together.append(unique)

    def _has_value(self, shape: Node, parts: _Parts) -> None:
        wanted = {self._data.number(term) for term in self._said.values(shape, "hasValue")}
        parts.together.append(lambda node, found: YES if wanted.issubset(found) else NO)

    def _others(self, shape: Node, word: str) -> list[Pairs]:
        """What the properties lead to that a shape compares with."""
        iris = self._said.iris(shape, word)
        return [self._data.pairs(self._data.number(iri)) for iri in iris]

    def _equals(self, shape: Node, parts: _Parts) -> None:
        for other in self._others(shape, "equals"):
            parts.together.append(
                lambda node, found, other=other: YES if set(found) == set(values(other, node)) else NO  # type: ignore[misc]
            )

    def _disjoint(self, shape: Node, parts: _Parts) -> None:
        for other in self._others(shape, "disjoint"):
            parts.together.append(
                lambda node, found, other=other: YES if set(found).isdisjoint(values(other, node)) else NO  # type: ignore[misc]
            )

    def _less_than(self, shape: Node, parts: _Parts, word: str) -> None:
        terms, equal = self._data.terms, word == "lessThanOrEquals"
        for other in self._others(shape, word):

            def fits(node: int, found: Collection[int], other: Pairs = other) -> int:
                theirs = [value_of(terms[one]) for one in values(other, node)]
                if any(isinstance(terms[one], ox.BlankNode) for one in found):  # pySHACL refuses them, even beside none
                    return MAYBE
                mine = [value_of(terms[one]) for one in found]
                return min((precedes(a, b, or_equals=equal) for a in mine for b in theirs), default=YES)

            parts.together.append(fits)

    def _closed(self, shape: Node, parts: _Parts) -> None:
        if not self._said.flag(shape, "closed"):
            return
        ignored = (
            self._said.list_of(shape, "ignoredProperties") if self._said.values(shape, "ignoredProperties") else []
        )
        paths = [self._said.one(inner, "path") for inner in self._said.values(shape, "property")]
        allowed = {self._data.number(term) for term in (*ignored, *paths) if isinstance(term, ox.NamedNode)}
        rows = [pairs for predicate, pairs in self._data.by_predicate.items() if predicate not in allowed]
        types, resource = self._data.pairs(self._data.known(TYPE)), self._data.number(ox.NamedNode(RDFS + "Resource"))

        def alone(node: int) -> int:
            for pairs in rows:
                if node in pairs:
                    return MAYBE if pairs is types and resource in values(pairs, node) else NO
            return YES

        parts.each.append(alone)

    def _sparql(self, shape: Node, parts: _Parts) -> None:
        for constraint in self._said.values(shape, "sparql"):
            conforms = constraint_queries.conforming(self._data, self._said, constraint)
            parts.together.append(lambda node, found, conforms=conforms: conforms(node))  # type: ignore[misc]

    # --- shapes within shapes ---

    def _nested(self, shape: Node, parts: _Parts, word: str) -> None:
        """``sh:node`` and ``sh:property``."""
        for inner in self._said.values(shape, word):
            if (self._said.one(inner, "path") is None) is (word == "property"):
                raise Uncompiled(f"a sh:{word} that leads to no such shape")
            parts.each.append(self.judge(inner))

    def _not(self, shape: Node, parts: _Parts) -> None:
        for inner in self._said.values(shape, "not"):
            parts.each.append(_turned(self.judge(inner)))

    def _logical(self, shape: Node, parts: _Parts, word: str) -> None:
        for head in self._said.values(shape, word):
            parts.each.append(_decided(_DECIDE[word], [self.judge(inner) for inner in self._said.items(head)]))

    def _qualified(self, shape: Node, parts: _Parts) -> None:
        said = self._said
        inner = said.one(shape, "qualifiedValueShape")
        least, most = ("qualifiedMinCount", "qualifiedMaxCount")
        if inner is None or not (said.values(shape, least) or said.values(shape, most)):
            raise Uncompiled("a sh:qualifiedValueShape without a count")
        low = said.count(shape, least) if said.values(shape, least) else 0
        high = said.count(shape, most) if said.values(shape, most) else _MUCH
        apart = said.flag(shape, "qualifiedValueShapesDisjoint")
        siblings = [self.judge(one) for one in (said.siblings(shape, inner) if apart else ())]
        judge = self.judge(inner)

        def counts(node: int, found: Collection[int]) -> int:
            fitting = [min([judge(v), *(YES - other(v) for other in siblings)]) for v in found]
            sure, perhaps = fitting.count(YES), fitting.count(MAYBE)
            if sure > high or sure + perhaps < low:
                return NO
            return YES if sure >= low and sure + perhaps <= high else MAYBE

        parts.together.append(counts)


def _unknown(node: int) -> int:
    return MAYBE


def _bounded(limit: Comparable, below: bool, equal: bool) -> Callable[[ox.Literal], int]:
    if below:
        return lambda literal: precedes(value_of(literal), limit, or_equals=equal)
    return lambda literal: precedes(limit, value_of(literal), or_equals=equal)


def _turned(judge: Judge) -> Judge:
    return lambda node: YES - judge(node)


def _decided(decide: Callable[[list[int]], int], judges: Sequence[Judge]) -> Judge:
    return lambda node: decide([judge(node) for judge in judges])


def _exactly_one(found: Sequence[int]) -> int:
    sure, perhaps = found.count(YES), found.count(MAYBE)
    if sure > 1 or sure + perhaps == 0:
        return NO
    return YES if sure == 1 and not perhaps else MAYBE


_DECIDE: Mapping[str, Callable[[list[int]], int]] = {"and": min, "or": max, "xone": _exactly_one}


def _of_node(parts: _Parts) -> Judge:
    each, together = parts.each, parts.together

    def judge(node: int) -> int:
        worst = YES
        for one in each:
            said = one(node)
            if said < worst:
                if said == NO:
                    return NO
                worst = said
        return min([worst, *(several(node, (node,)) for several in together)]) if together else worst

    return judge


def _of_property(path: Path, parts: _Parts) -> Judge:
    """What is said of a value is remembered: many things share their values."""
    each, together, least, most = parts.each, parts.together, parts.least, parts.most
    known: dict[int, int] = {}

    def of_value(node: int) -> int:
        found = known[node] = min([one(node) for one in each])
        return found

    def judge(node: int) -> int:
        found = path(node)
        if not least <= len(found) <= most:
            return NO
        worst = YES
        if each:
            for value in found:
                said = known.get(value)
                if said is None:
                    said = of_value(value)
                if said < worst:
                    worst = said
        for several in together:
            worst = min(worst, several(node, found))
        return worst

    return judge


_Maker = Callable[[Compiler, Node, _Parts], None]


def _with(make: Callable[..., None], *more: object) -> _Maker:
    return lambda compiler, shape, parts: make(compiler, shape, parts, *more)


def _nothing(compiler: Compiler, shape: Node, parts: _Parts) -> None:
    """Read with another parameter."""


_MAKERS: Mapping[str, _Maker] = {
    "class": Compiler._class,
    "datatype": Compiler._datatype,
    "nodeKind": Compiler._node_kind,
    "in": Compiler._in,
    "pattern": Compiler._pattern,
    "flags": _nothing,
    "minLength": Compiler._min_length,
    "maxLength": Compiler._max_length,
    "languageIn": Compiler._language_in,
    "minCount": Compiler._min_count,
    "maxCount": Compiler._max_count,
    "uniqueLang": Compiler._unique_lang,
    "hasValue": Compiler._has_value,
    "equals": Compiler._equals,
    "disjoint": Compiler._disjoint,
    "closed": Compiler._closed,
    "ignoredProperties": _nothing,
    "sparql": Compiler._sparql,
    "not": Compiler._not,
    "qualifiedValueShape": Compiler._qualified,
    "qualifiedMinCount": _nothing,
    "qualifiedMaxCount": _nothing,
    "qualifiedValueShapesDisjoint": _nothing,
    **{word: _with(Compiler._bound, word, False) for word in ("minInclusive", "minExclusive")},
    **{word: _with(Compiler._bound, word, True) for word in ("maxInclusive", "maxExclusive")},
    **{word: _with(Compiler._less_than, word) for word in ("lessThan", "lessThanOrEquals")},
    **{word: _with(Compiler._nested, word) for word in ("node", "property")},
    **{word: _with(Compiler._logical, word) for word in ("and", "or", "xone")},
}
"""Parameter of a constraint → what compiles it."""
_OF_PROPERTIES = frozenset(
    {"minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape"}
)
