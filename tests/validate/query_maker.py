"""Data and SPARQL constraints by chance, from parts that engines are known to read in more ways than one."""

from __future__ import annotations

from random import Random

_VALUES = (
    *("1", "2", "3", "1.5", "true", "false", ":n1", ":n2", '""', '"b"', '"abc"', '"aB"', '"é"', '"a"@en', '"A"@en-GB'),
    *('"abc"@es', '"2020"^^xsd:gYear', '"2020-05-01"^^xsd:date', '"2020-05-01T10:00:00"^^xsd:dateTime'),
    *('"2020-05-01T10:00:00Z"^^xsd:dateTime', '"x"^^:own'),
)
_ODD = ("[]", '"B\\n"', "2.0", "1e0", '"x"^^xsd:integer', '"01"^^xsd:integer', '"5"^^xsd:byte')
"""Values of which engines make different things; data that hold one are seldom left to the engine."""
_TESTS = (
    *("?a = ?b", "?a != ?b", "STR(?a) = STR(?b)", "?a < ?b", "?a >= 2", "?a < 'b'", "?a", "!?a", "?a + 1 = 3"),
    *("STRLEN(STR(?a)) > 2", "STRLEN(?b) - 1 = 2", "LANG(?a) = 'en'", "LANGMATCHES(LANG(?a), '*')"),
    *("DATATYPE(?a) = DATATYPE(?b)", "REGEX(STR(?a), '^[a-c]')", "REGEX(?a, 'B$', 'i')", "REGEX(?a, '(?i)b')"),
    *("REPLACE(STR(?a), 'a', 'b') = STR(?b)", "CONCAT(STR(?a), 'x') = STR(?b)", "CONTAINS(?a, 'b')"),
    *("SUBSTR(STR(?a), 2) = ''", "SUBSTR(?a, 0, 2) = 'a'", "SUBSTR(?a, STRLEN(?b) - 2) != 'q'", "STRENDS(?a, 'c')"),
    *("STRBEFORE(STR(?a), 'b') = 'a'", "STRAFTER(?a, 'b') = 'c'", "UCASE(STR(?a)) = 'ABC'", "LCASE(?a) = 'abc'"),
    *("ISIRI(?a)", "ISBLANK(?a)", "ISLITERAL(?a)", "sameTerm(?a, ?b)", "YEAR(?a) = 2020", "MONTH(?a) > 5"),
    *("STR(?a) < STR(?b)", "SUBSTR(STR(?a), 1, 2) >= 'b'", "LANG(?a) > STR(?b)", "?a > 'b'"),
    *("BOUND(?c)", "!BOUND(?c)", "COALESCE(?c, 1) = 1", "COALESCE(STR(?c), '') != STR(?a)"),
    *("IF(BOUND(?c), ?a = ?b, ?a != ?b)", "?a IN (1, 'abc', :n1)", "?a IN (:n1, :n2)", "?a NOT IN (:n1)"),
    *("EXISTS { $this :q ?a }", "NOT EXISTS { ?a :p ?z }", "NOT EXISTS { $this :q ?y . FILTER (?y = ?a) }"),
)
_PATTERNS = (
    "$this :p ?a . $this :q ?b . OPTIONAL {{ $this :r ?c }} FILTER ({0})",
    "$this :p ?a . OPTIONAL {{ $this :r ?c }} OPTIONAL {{ $this :q ?b FILTER (?b != $this) }} FILTER ({0})",
    "{{ $this :p ?a }} UNION {{ $this :q ?a }} $this :q|:r ?b . FILTER ({0})",
    "$this (:s/:p)|^:s ?a . $this :p ?b BIND ({0} AS ?c) FILTER (?c = true)",
    "$this :s* ?x . ?x :p ?a , ?b . FILTER ({0})",
    "FILTER NOT EXISTS {{ $this :p ?a , ?b . FILTER ({0}) }}",
    "?y :s $this . ?y :p ?a . $this :q ?b . FILTER ({0})",
)


def data(chance: Random) -> str:
    rows = [f":n0 :p {chance.choice(_ODD)} ."] if chance.random() < 0.2 else []
    for n in range(10):
        rows.append(f":n{n} a :A ; :s :n{chance.randrange(10)} .")
        for name in "pqr":
            rows += [f":n{n} :{name} {chance.choice(_VALUES)} ." for _ in range(chance.choice((0, 1, 1, 2)))]
    return "\n".join(rows)


def shape(chance: Random) -> str:
    test = chance.choice(_TESTS)
    if chance.random() < 0.3:
        test = f"({test}) {chance.choice(('&&', '||'))} ({chance.choice(_TESTS)})"
    query = f"SELECT $this {chance.choice(('', '?a '))}WHERE {{ {chance.choice(_PATTERNS).format(test)} }}"
    constraint = f'sh:sparql [ sh:prefixes :P ; sh:message "m" ; sh:select """{query}""" ]'
    said = f"sh:not [ a sh:NodeShape ; {constraint} ]" if chance.random() < 0.3 else constraint
    prefix = ':P sh:declare [ sh:prefix "" ; sh:namespace "http://x/"^^xsd:anyURI ] .\n'
    return f"{prefix}:S a sh:NodeShape ; sh:targetClass :A ; {said} ."
