"""RDF/XML of what XML holds badly: two independent readers find the same triples in it, or it is refused by name."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterable
from xml.parsers import expat

import pyoxigraph as ox
import pytest
import rdflib
from conftest import need
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecoop_ld.config import Limits
from ecoop_ld.errors import UserError
from ecoop_ld.publish import bundle
from ecoop_ld.rdf import writing
from ecoop_ld.rdf.formats import RDF_FORMATS, RDF_XML, TRIG, TURTLE, XML, Format
from ecoop_ld.rdf.names import RDF
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Failed, Query
from ecoop_ld.sparql.store import memory_store, query_store

S, P, OBJECT = (ox.NamedNode(f"http://e/{name}") for name in "spo")
TYPE = ox.NamedNode(RDF + "type")
PREFIXES = {"e": "http://e/", "xml": "http://x/", "XmlFoo": "http://y/", "": "http://z/"}


def literal(text: str) -> list[ox.Triple]:
    return [ox.Triple(S, P, ox.Literal(text))]


def prop(iri: str) -> list[ox.Triple]:
    return [ox.Triple(S, ox.NamedNode(iri), OBJECT), ox.Triple(S, ox.NamedNode(iri), ox.Literal("x"))]


def types(*iris: str) -> list[ox.Triple]:
    return [ox.Triple(S, TYPE, ox.NamedNode(iri)) for iri in iris]


GOOD: dict[str, list[ox.Triple]] = {
    "carriage return": literal("a\rb"),
    "carriage return and line feed": literal("a\r\nb\n\rc\r"),
    "blanks around": literal(" \t a \n"),
    "signs of markup": literal("]]> <a b='c' d=\"e\"> &amp; <!-- -->"),
    "signs beyond ASCII": literal("\x7f\x80\x85\u2028\ufffd\U0001f600"),
    "empty text": literal(""),
    "property that begins with a digit": prop("http://e/1a"),
    "property with a colon": prop("http://e/a:b"),
    "property after an escape": prop("http://e/a%20b"),
    "property of a URN": prop("urn:x:y"),
    "property with an ampersand": prop("http://e/p?q=a&b"),
    "property beyond ASCII": prop("http://e/a\u00f1o\u00b7"),
    "property called xml": prop("http://e/xmlns"),
    "property in a namespace with a reserved prefix": prop("http://x/p"),
    "property in a namespace with another": prop("http://y/p"),
    "property in the default namespace": prop("http://z/p"),
    "member of a container": prop(RDF + "_1"),
    "class without a name": types("http://e/"),
    "class that is a number": types("http://e/123"),
    "classes, the nameless first": [*types("http://e/", "http://e/C"), *literal("x")],
    "classes, the nameless last": types("http://e/C", "urn:1"),
    "class of the syntax": types(RDF + "Description", RDF + "li"),
    "text as a type": [ox.Triple(S, TYPE, ox.Literal("x"))],
    "text that looks like the stand-in": [
        *types("http://e/"),
        *literal('<type xmlns="urn:x-ecoop-ld:class-without-a-name:" rdf:resource="x"/>'),
    ],
    "many classes without a name": [
        ox.Triple(ox.NamedNode(f"http://e/{n}"), TYPE, ox.NamedNode(f"http://e/{n % 7}")) for n in range(9000)
    ],
    "much text": [t for n in range(3000) for t in literal(f"{n} \u00e9\r " * 60)],
}
BAD: dict[str, tuple[list[ox.Triple], str]] = {
    **{f"character {ord(c):04X}": (literal(f"before{c}after"), "before") for c in "\0\x01\x08\x0b\x0c\x1f\ufffe\uffff"},
    "character far on": ([*GOOD["much text"], *literal("near\x02here")], "near"),
    "property without a name": (prop("http://e/"), "<http://e/>"),
    "property that is a number": (prop("http://e/12"), "<http://e/12>"),
    "property with a letter of no name": (prop("http://e/\u00aa"), "<http://e/\u00aa>"),
    "property of the syntax": (prop(RDF + "li"), "#li"),
    "property of the old syntax": (prop(RDF + "aboutEach"), "#aboutEach"),
    "property in a reserved namespace": (prop("http://www.w3.org/2000/xmlns/a"), "xmlns/a"),
}


def written(triples: Iterable[ox.Triple], row: Format = RDF_XML) -> bytes:
    sink = io.BytesIO()
    writing.write(triples, row, PREFIXES, sink)
    return sink.getvalue()


def by_rdflib(content: bytes) -> set[tuple[str, str, str, str]]:
    graph = rdflib.Graph().parse(data=content, format="xml")
    return {(str(s), str(p), str(o), type(o).__name__) for s, p, o in graph}


def by_raptor(content: bytes) -> set[tuple[str, str, str, str]]:
    need(shutil.which("rapper"), "rapper (raptor2-utils)")
    command = ["rapper", "-q", "-i", "rdfxml", "-o", "ntriples", "-", "http://base/"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return plain(ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES))


def plain(triples: Iterable[ox.Triple | ox.Quad]) -> set[tuple[str, str, str, str]]:
    kind = {True: "Literal", False: "URIRef"}
    return {
        (t.subject.value, t.predicate.value, t.object.value, kind[isinstance(t.object, ox.Literal)])  # type: ignore[union-attr]
        for t in triples
    }


@pytest.mark.parametrize("read", [by_rdflib, by_raptor])
@pytest.mark.parametrize("name", GOOD)
def test_two_readers_find_the_same_triples(name: str, read: Callable[[bytes], set[tuple[str, str, str, str]]]) -> None:
    content = written(GOOD[name])
    expat.ParserCreate(namespace_separator=" ").Parse(content, True)
    assert read(content) == plain(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_rdf_xml_cannot_hold_is_refused_by_name(name: str) -> None:
    triples, says = BAD[name]
    with pytest.raises(writing.Unwritable, match="XML has no way") as caught:
        written(triples)
    assert says in str(caught.value)
    for row in RDF_FORMATS:
        if row is not RDF_XML:
            back = list(ox.parse(written(triples, row), format=row.rdf_engine()))
            assert plain(back) == plain(triples)


@pytest.mark.parametrize("name", [name for name in BAD if "far" not in name])
def test_page_dump_and_endpoint_refuse_the_same(name: str) -> None:
    triples, says = BAD[name]
    with pytest.raises(UserError, match="cannot be written as RDF/XML") as caught:
        bundle.serialize(triples, RDF_XML, {})
    assert says in str(caught.value)
    with pytest.raises(Failed, match="RDF/XML cannot hold this"):
        construct(triples)


@pytest.mark.slow
@pytest.mark.parametrize("name", GOOD)
def test_page_and_endpoint_write_what_two_readers_find(name: str) -> None:
    for content in (bundle.serialize(GOOD[name], RDF_XML, {}), construct(GOOD[name])):
        assert by_rdflib(content) == plain(GOOD[name])


def construct(triples: Iterable[ox.Triple]) -> bytes:
    return asked("CONSTRUCT WHERE { ?s ?p ?o }", triples, RDF_XML)


def asked(text: str, triples: Iterable[ox.Triple], row: Format) -> bytes:
    store = memory_store(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode("http://e/g")) for t in triples)
    return query_store(store, prepare(Query(text), Limits()), row, prefixes={}, most=10**8)[0]


def test_result_rows_keep_carriage_returns_and_refuse_controls() -> None:
    query = "SELECT ?o { ?s ?p ?o }"
    content = asked(query, literal("a\r\nb"), XML)
    assert b"a&#13;\nb" in content
    with pytest.raises(Failed, match="cannot hold"):
        asked(query, literal("a\x01b"), XML)


LOCALS = st.text("aB1._-~!$&'()*+,;=:@%/#?é·", max_size=5).filter(lambda t: "%" not in t and t.count("#") < 2)


@settings(deadline=None, max_examples=150)
@given(st.lists(LOCALS, min_size=1, max_size=4))
@example(["Inc."])
@example(["."])
@example(["Inc.", "Ltd"])
def test_rdflib_reads_whatever_ends_a_name(locals_: list[str]) -> None:
    """A name that ends in a dot is no name to rdflib, escaped as the standard says or not."""
    iris = [ox.NamedNode(f"http://e/{local}") for local in locals_]
    triples = [
        triple for iri in iris for triple in (ox.Triple(iri, P, iri), ox.Triple(S, iri, ox.Literal("x", datatype=iri)))
    ]
    for row in (TURTLE, TRIG):
        content = written(triples, row)
        graph = rdflib.Dataset(default_union=True).parse(data=content, format=row.name)
        assert {(str(s), str(p), str(o), type(o).__name__) for s, p, o in graph.triples((None, None, None))} == plain(
            triples
        )
        assert b"urn:x-ecoop-ld" not in content


def test_only_names_that_end_in_a_dot_are_written_out() -> None:
    text = written(
        [ox.Triple(S, P, ox.NamedNode("http://e/Inc.")), ox.Triple(S, P, ox.NamedNode("http://e/Ltd"))], TURTLE
    )
    assert b"e:s e:p <http://e/Inc.> , e:Ltd ." in text


def test_an_error_of_the_sink_comes_through() -> None:
    class Full(io.BytesIO):
        def write(self, content: object, /) -> int:
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        writing.write(literal("x"), RDF_XML, {}, Full())
