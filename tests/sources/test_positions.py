"""Where terms stand: each case is read by the reader and by pyoxigraph, and both must agree to the triple."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from ecoop_ld.errors import Place
from ecoop_ld.sources.positions import Positions, locate

P = "@prefix : <http://e/> .\n"
E = "http://e/"
BASE = "https://example.org/data/x.ttl"


def read(text: str, engine: ox.RdfFormat = ox.RdfFormat.TURTLE, quads: list[ox.Quad] | None = None) -> Positions:
    if quads is None:
        quads = list(ox.parse(text.encode(), format=engine, base_iri=BASE))
    return locate(text, "x.ttl", BASE, quads, quads_format=engine is ox.RdfFormat.N_QUADS)


def node(local: str) -> ox.NamedNode:
    return ox.NamedNode(E + local)


TURTLE = {
    "plain": ":s :p :o .",
    "runs": ":s :p :o , :o2 ; :q :o3 ; ; :r :o4 ; .",
    "a": ":s a :a , :C .",
    "nested nodes": ":s :p [ :q :r ; :q2 [ :x :y ] ] , :z .",
    "node as subject": "[ :q :r ] :p :o . [ :q :r ] . [] :p :o .",
    "collections": ':s :p ( :a [ :b :c ] ( :d ) () ) , ( "x" "y"@en "z"^^:d ) .',
    "collection of nodes and texts": ':s :p ( [ :x :y ] "b" [ :x :y ] ) .',
    "collections in collections": ':s :p ((:d :e) (:f) :g () "x"^^:d), (("a" "b") "c" ("d")) .',
    "collection as subject": '( :a "b" ( "x" ) [ :x "y" ] "z"@en 1 true ) :p :o . ( (:d :e) [ :x :y ] (:f) ) :s :p .',
    "empty": ":s :p () , [] .",
    "labels": "_:a :p _:b.c . _:b.c :p _:a .",
    "numbers": ":s :p 1, -1, +1.5, .5, 1e3, -1.5E-3, 01 .",
    "number before a full stop": ":s :p 1.:s :p 1.5.",
    "booleans": ":s :p true, false .",
    "strings": r""":s :p "a", 'b', "é\u00e9\t\"", 'it\'s', "", '' .""",
    "long strings": ':s :p """a\n"q" \\""" b""", \'\'\'c\nd\'\'\', """""" .',
    "comments": "# @prefix x: <y> .\n:s :p # here :o\n :o . # end",
    "hash in names and strings": ':s :p <http://e/x#y>, "a # b" .',
    "local names": r":s :p :a.b, :a\,b, :%41, :a:b, :1 .",
    "sparql directives": "PREFIX x: <a/b#>\nBASE <http://q/>\nx:1 x: <z> . pReFiX y: <http://y/> y:a y:b y:c .",
    "relative": "@base <http://q/r/s> . <> <#a> <../b> , <?c> , </d> .",
    "unicode": ":città :été :日本 .",
    "carriage returns": ":s :p :o .\r\n:s :q\r :o .",
    "escapes in IRIs": r"<http://e/\u00e9> :p :o .",
    "nothing": "",
}
TRIG = {
    "graphs": "GRAPH :g { :s :p :o } { :a :b :c . } :h { :s :p [ :x :y ] . } :a :b :c .",
    "empty graph": "{} :g {}",
    "blank graph": '[] { :s :p :o } _:g { :s :p "x" . :a :b "c" }',
}


@pytest.mark.parametrize("text", TURTLE.values(), ids=TURTLE)
def test_turtle_agrees_with_the_parser(text: str) -> None:
    assert read(P + text).trusted


@pytest.mark.parametrize("text", TRIG.values(), ids=TRIG)
def test_trig_agrees_with_the_parser(text: str) -> None:
    assert read(P + text, ox.RdfFormat.TRIG).trusted


def test_n_quads_have_a_fourth_term() -> None:
    text = (
        '<http://e/s> <http://e/p> "x"@en <http://e/g> .\n_:a <http://e/p> _:b _:g .\n<http://e/s> <http://e/p> "y" .\n'
    )
    found = read(text, ox.RdfFormat.N_QUADS)
    assert found.trusted
    assert found.of(node("s"), node("p"), ox.Literal("y")) == Place("x.ttl", 3, 27)


def test_project_files_agree_with_the_parser() -> None:
    root = Path(__file__).parents[2]
    files = [path for folder in ("ontology", "data", "shapes") for path in sorted((root / folder).rglob("*.ttl"))]
    assert files
    assert [str(path) for path in files if not read(path.read_text(encoding="utf-8")).trusted] == []


TEXT = (
    P
    + """\
:s a :C ;
   :p "one" ,
      [ :q :inner ] ;
   :list ( :x :y ) .
:t :p :s .
"""
)
ASKED = [
    ((node("s"), None, None), (2, 1)),
    ((node("s"), node("p"), ox.Literal("one")), (3, 7)),
    ((node("s"), node("p"), ox.Literal("absent")), (3, 4)),
    ((node("s"), node("absent"), None), (2, 1)),
    ((node("t"), node("p"), node("s")), (6, 7)),
    ((node("nowhere"), None, None), (0, 0)),
]


@pytest.mark.parametrize(("asked", "expected"), ASKED)
def test_value_then_predicate_then_subject(asked: tuple[object, object, object], expected: tuple[int, int]) -> None:
    assert read(TEXT).of(*asked) == Place("x.ttl", *expected)


def test_blank_nodes_have_places_too() -> None:
    quads = list(ox.parse(TEXT.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE))
    inner = next(q for q in quads if q.predicate == node("q"))
    item = next(q for q in quads if q.object == node("y"))
    found = read(TEXT, quads=quads)
    assert found.of(inner.subject) == Place("x.ttl", 4, 7)
    assert found.of(inner.subject, inner.predicate, inner.object) == Place("x.ttl", 4, 12)
    assert found.of(item.subject, item.predicate, item.object) == Place("x.ttl", 5, 15)


def test_blank_nodes_that_became_iris_have_places() -> None:
    """sources.py gives blank nodes IRIs before anybody asks for their place."""
    quads = list(ox.parse(TEXT.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE))
    names = {
        term: ox.NamedNode(f"urn:b:{n}")
        for n, q in enumerate(quads)
        for term in (q.subject, q.object)
        if is_blank(term)
    }
    renamed = [ox.Quad(names.get(q.subject, q.subject), q.predicate, names.get(q.object, q.object)) for q in quads]
    inner = next(q for q in renamed if q.predicate == node("q"))
    assert read(TEXT, quads=renamed).of(inner.subject) == Place("x.ttl", 4, 7)


def is_blank(term: object) -> bool:
    return isinstance(term, ox.BlankNode)


def test_columns_count_characters_and_lines_any_line_end() -> None:
    found = read('<http://e/s> <http://e/p> "é😀" , <http://e/o> .\r\n<http://e/t> <http://e/p> 1 .')
    assert found.of(node("s"), node("p"), node("o")) == Place("x.ttl", 1, 34)
    assert found.of(node("t")) == Place("x.ttl", 2, 1)


def test_where_the_triples_differ_only_subjects_are_trusted() -> None:
    quads = list(ox.parse(TEXT.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE))
    found = read(TEXT, quads=quads[:-1])
    assert not found.trusted
    assert found.of(node("s"), node("p"), ox.Literal("one")) == Place("x.ttl", 2, 1)


def test_two_blank_nodes_are_not_taken_for_one() -> None:
    text = P + ":s :p _:a , _:b ."
    merged = [ox.Quad(node("s"), node("p"), ox.BlankNode("x"))] * 2
    assert not read(text, quads=merged).trusted


def test_it_goes_on_after_what_it_cannot_read() -> None:
    found = read(P + ":a :p nonsense .\n:b :p <<( :x :y :z )>> .\n:c :p :d .", quads=[])
    assert found.of(node("c")) == Place("x.ttl", 4, 1)


def test_deep_nesting_is_not_a_crash() -> None:
    depth = 5_000
    found = read(P + ":s :p " + "[ :p " * depth + ":o" + " ]" * depth + " .\n:t :p :o .", quads=[])
    assert not found.trusted


def test_uses_of_an_iri_and_prefixes() -> None:
    found = read('@prefix : <http://e/> .\n@prefix x: <http://x/> .\n<http://e/s> :p :s , "1"^^:d .\n')
    assert found.of_iri(E + "s") == [Place("x.ttl", 3, 1), Place("x.ttl", 3, 17)]
    assert found.of_iri(E + "d") == [Place("x.ttl", 3, 27)]
    assert [(p.name, p.place.line, p.used) for p in found.prefixes] == [("", 1, True), ("x", 2, False)]


def test_language_tags_as_written() -> None:
    found = read(P + ':s :p "x"@EN-gb , "y"@en .')
    assert [tag for tag, _ in found.language_tags] == ["EN-gb", "en"]
