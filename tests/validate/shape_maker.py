"""Shapes and data of all kinds by chance: the same for the same seed."""

from __future__ import annotations

import random

PREFIXES = """\
@prefix : <http://x/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_NODES = [f":n{n}" for n in range(8)]
_CLASSES = [":A", ":B", ":C", ":S2"]
_PREDICATES = [":p", ":q", ":r"]
_LITERALS = [
    *('"a"', '"A b"@en', '"a"@en', '"b"@es', '"c"@en-gb', '""', "1", "2", "03", "-1", "2.0", "2.50", "1e0", "true"),
    *('"none"^^xsd:boolean', '"x"^^xsd:integer', '"2008-02-30"^^xsd:date', '"2008-02-28"^^xsd:date', '"a"^^:own'),
    *('"2009-01-01"^^xsd:date', '"2009-01-01T00:00:00"^^xsd:dateTime', '"2009-01-01T00:00:00Z"^^xsd:dateTime'),
    *('"2008"^^xsd:gYear', '"2010"^^xsd:gYear', '"12-2"^^xsd:gYear', '"2008-05"^^xsd:gYearMonth', '"P1Y"^^xsd:duration'),
    *('"http://x/"^^xsd:anyURI', '"5"^^xsd:nonNegativeInteger', '"0"^^xsd:positiveInteger', '"a\\n"', "1.5", "-2.0"),
    *('"2009-01-01+05:00"^^xsd:date', '"12:00:00"^^xsd:time', '"1.5"^^xsd:double', '"NaN"^^xsd:double'),
]  # fmt: skip
_TYPES = "string integer decimal boolean date dateTime gYear gYearMonth duration anyURI nonNegativeInteger double time"
_DATATYPES = [
    *("xsd:" + word for word in _TYPES.split()),
    "rdf:langString",
    ":own",
    "rdfs:Literal",
    "xsd:positiveInteger",
]
_KINDS = ["sh:IRI", "sh:Literal", "sh:BlankNode", "sh:BlankNodeOrIRI", "sh:BlankNodeOrLiteral", "sh:IRIOrLiteral"]
_PATTERNS = ['"^[a-z]"', '"n[0-4]$"', '"A"', '"^.{2,}$"', '"\\\\d"']


def data(chance: random.Random) -> str:
    """A few dozen triples among eight things."""
    rows = [":B rdfs:subClassOf :A . :S2 rdfs:subClassOf :B ."]
    blank = ["_:b1", "_:b2"] if chance.random() < 0.2 else []  # pySHACL refuses to order them
    for node in [*_NODES, *blank]:
        rows += [f"{node} a {chance.choice(_CLASSES)} ." for _ in range(chance.randrange(3))]
        for _ in range(chance.randrange(6)):
            value = chance.choice(_LITERALS) if chance.random() < 0.6 else chance.choice([*_NODES, *blank])
            rows.append(f"{node} {chance.choice(_PREDICATES)} {value} .")
    return PREFIXES + "\n".join(rows)


def shapes(chance: random.Random) -> str:
    """A handful of shapes that refer to those after them, and sometimes to themselves."""
    count = chance.randrange(2, 6)
    return PREFIXES + "\n".join(_node_shape(chance, n, count) for n in range(count))


def _node_shape(chance: random.Random, number: int, count: int) -> str:
    others = [f":S{n}" for n in range(number + 1, count)]
    if chance.random() < 0.04:
        others.append(f":S{number}")
    parts = ["a sh:NodeShape"] if chance.random() < 0.8 else ["a rdfs:Class , sh:NodeShape"]
    parts += [_target(chance) for _ in range(chance.randrange(1, 3))]
    parts += _constraints(chance, others, chance.randrange(0, 3), False, 0)
    parts += [f"sh:property {_property(chance, others, 0)}" for _ in range(chance.randrange(1, 4))]
    return f":S{number} {' ; '.join(parts)} ."


def _target(chance: random.Random) -> str:
    return chance.choice(
        [
            *(f"sh:targetClass {kind}" for kind in _CLASSES),
            *(f"sh:targetSubjectsOf {predicate}" for predicate in _PREDICATES),
            *(f"sh:targetObjectsOf {predicate}" for predicate in _PREDICATES),
            *("sh:targetNode :n1 , :nowhere", 'sh:targetNode "a" , 1'),
        ]
    )


def _path(chance: random.Random, depth: int = 0) -> str:
    if depth > 2 or chance.random() < 0.6:
        return chance.choice([*_PREDICATES, *_PREDICATES, "rdf:type"])
    inner = [_path(chance, depth + 1) for _ in range(chance.randrange(2, 4))]
    return chance.choice(
        [
            f"( {' '.join(inner)} )",
            f"[ sh:inversePath {chance.choice([*_PREDICATES, inner[0]])} ]",
            f"[ sh:alternativePath ( {' '.join(inner)} ) ]",
            *(f"[ sh:{word}Path {inner[0]} ]" for word in ("zeroOrMore", "oneOrMore", "zeroOrOne")),
        ]
    )


def _property(chance: random.Random, others: list[str], depth: int) -> str:
    parts = [f"sh:path {_path(chance)}", *_constraints(chance, others, chance.randrange(1, 4), True, depth)]
    if chance.random() < 0.3:
        parts.append('sh:message "said" ; sh:severity sh:Warning')
    if chance.random() < 0.05:
        parts.append("sh:deactivated true")
    return f"[ {' ; '.join(parts)} ]"


def _constraints(chance: random.Random, others: list[str], many: int, of_property: bool, depth: int) -> list[str]:
    found: dict[str, str] = {}
    for _ in range(many):
        one = _constraint(chance, others, of_property, depth)
        found[one.split()[0]] = one
    return list(found.values())


def _constraint(chance: random.Random, others: list[str], of_property: bool, depth: int) -> str:
    pick = chance.choice

    def inner() -> str:
        if others and chance.random() < 0.4:
            return pick(others)
        if depth > 1 or chance.random() < 0.5:
            return f"[ {_constraint(chance, [], False, 9)} ]"
        return _property(chance, others, depth + 1)

    def several() -> str:
        return f"( {' '.join(inner() for _ in range(chance.randrange(1, 4)))} )"

    simple = [
        lambda: f"sh:class {pick(_CLASSES)}",
        lambda: f"sh:datatype {pick(_DATATYPES)}",
        lambda: f"sh:nodeKind {pick(_KINDS)}",
        lambda: f"sh:{pick(['min', 'max'])}{pick(['In', 'Ex'])}clusive {pick(_LITERALS)}",
        lambda: f"sh:{pick(['min', 'max'])}Length {chance.randrange(6)}",
        lambda: f"sh:pattern {pick(_PATTERNS)}" + pick(["", ' ; sh:flags "i"']),
        lambda: "sh:languageIn " + pick(['( "en" )', '( "es" "en" )', '( "en-gb" )']),
        lambda: f"sh:in ( {' '.join(pick([*_LITERALS, *_NODES]) for _ in range(6))} )",
        lambda: f"sh:hasValue {pick([*_LITERALS, *_NODES])}",
        lambda: f"sh:{pick(['equals', 'disjoint'])} {pick(_PREDICATES)}",
    ]
    nested = [
        lambda: f"sh:not {inner()}",
        lambda: f"sh:{pick(['and', 'or', 'xone'])} {several()}",
        lambda: f"sh:node {pick(others) if others else f'[ {_constraint(chance, [], False, 9)} ]'}",
        lambda: "sh:closed true ; sh:ignoredProperties ( rdf:type :q )",
    ]
    of_properties = [
        lambda: f"sh:{pick(['min', 'max'])}Count {chance.randrange(3)}",
        lambda: "sh:uniqueLang true",
        lambda: f"sh:lessThan{pick(['', 'OrEquals'])} {pick(_PREDICATES)}",
        lambda: (
            f"sh:qualifiedValueShape {inner()} ; sh:qualified{pick(['Min', 'Max'])}Count {chance.randrange(3)} ; "
            f"sh:qualifiedValueShapesDisjoint {pick(['true', 'false'])}"
        ),
    ]
    makers = [*simple, *(nested if depth < 3 else []), *(of_properties * 2 if of_property else [])]
    return pick(makers)()
