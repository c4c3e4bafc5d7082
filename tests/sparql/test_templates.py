"""Templates: queries of one shape are read alike, and what is quick is told from what is not."""

from __future__ import annotations

import dataclasses
import itertools
import marshal

import pytest

from ecoop_ld.config import Limits
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Prepared, Query, Refused
from ecoop_ld.sparql.templates import Templates, shape_of

LIMITS = Limits()
BASE = "http://localhost/sparql"


def read(templates: Templates, query: Query) -> Prepared:
    """As the endpoint does it."""
    template = templates.find(query)
    if template is not None:
        return template.fill(query)
    prepared, template = templates.check(query)
    templates.remember(query, template)
    return prepared


PAIRS = [
    ("SELECT ?p { <http://e/a> ?p ?o }", "SELECT ?p { <http://e/longer#one> ?p ?o }"),
    ("PREFIX e: <http://e/> SELECT * { e:a ?b ?a }", "PREFIX e: <http://example.org/*/> SELECT * { e:a ?b ?a }"),
    ("# a * b\nSELECT DISTINCT * { ?s ?p 'x' }", "# <a> * * 'b\nSELECT DISTINCT * { ?s ?p 'x y # \"' }"),
    ('ASK { ?s ?p "a" } # one', 'ASK { ?s ?p """two\n"lines" """ } # "two'),
    ("SELECT ?x { ?x ?p ?o FILTER(?o < 3 && ?o > 1) }", "SELECT ?x { ?x ?p ?o FILTER(?o < 3 && ?o > 1) }"),
    ("CONSTRUCT { ?s ?p <a> } WHERE { ?s ?p [ ?q (1 2) ] }", "CONSTRUCT { ?s ?p <> } WHERE { ?s ?p [ ?q (1 2) ] }"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_template_finds_what_the_checks_find(first: str, second: str) -> None:
    assert shape_of(first) == shape_of(second)
    templates = Templates(LIMITS)
    one, two = Query(first, base=BASE), Query(second, base=BASE)
    assert read(templates, one) == prepare(one, LIMITS)
    template = templates.find(two)
    assert template is not None
    assert read(templates, two) == prepare(two, LIMITS)
    row = template.prepared.formats[0]
    assert Prepared.of(marshal.loads(template.pack(two, row))) == (row.name, prepare(two, LIMITS))


PIECES = [
    "<a>",
    "<a",
    ">",
    '"x"',
    "'",
    '"',
    "#c\n",
    "?v",
    "{",
    "}",
    "*",
    " ",
    "\n",
    "1",
    "a:b",
    "<=b>",
    '"""',
    "^^",
    "/",
]


def test_queries_of_one_shape_are_read_alike() -> None:
    """Whatever texts end up with the same shape, the checks find the same in them, but for where the star is."""
    seen: dict[str, Prepared] = {}
    for pieces in itertools.product(PIECES, repeat=3):
        for opaque in ("<x'y>", '"<z>"'):
            text = "SELECT * " + "".join(pieces) + opaque + "".join(reversed(pieces))
            found = dataclasses.replace(prepare(Query(text), LIMITS), text="", star=0)
            assert seen.setdefault(shape_of(text), found) == found, text
    assert len(seen) < 2 * len(PIECES) ** 3


@pytest.mark.parametrize(
    "query",
    [
        Query("SELECT * FROM <http://e/g> { ?s ?p ?o }"),
        Query("SELECT * { ?s ?p ?o }", default_graphs=("http://e/g",)),
        Query(r"SELECT * { ?s ?p '\u0041' }"),
        Query("ASK { ?s ?p <http://e/service> }"),
        Query("ASK { ?s ?p 'a\0b' }"),
    ],
)
def test_some_queries_have_no_template(query: Query) -> None:
    templates = Templates(LIMITS)
    read(templates, query)
    assert templates.find(query) is None


def test_a_query_that_is_refused_is_refused_again() -> None:
    templates = Templates(dataclasses.replace(LIMITS, query_patterns=2, query_bytes=400))
    for _ in range(2):
        with pytest.raises(Refused):
            read(templates, Query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
    short = Query("SELECT * { ?a ?b <a> }")
    read(templates, short)
    assert templates.find(short)
    assert templates.find(Query(f"SELECT * {{ ?a ?b <{'a' * 200}> }}")) is None  # near the limit: counted exactly


def test_a_template_is_quick_only_while_it_is() -> None:
    now = [0.0]
    templates = Templates(LIMITS, lambda: now[0])
    read(templates, Query("ASK { ?s ?p <a> }"))
    template = templates.find(Query("ASK { ?s ?p <b> }"))
    assert template
    assert not templates.is_quick(template)
    templates.learn(template, 0.001, 100)
    assert templates.is_quick(template)
    templates.ban(template)
    templates.learn(template, 0.001, 100)
    assert not templates.is_quick(template)
    now[0] = 61.0
    assert templates.is_quick(template)
    templates.learn(template, 0.001, 1_000_000)
    assert not templates.is_quick(template)
