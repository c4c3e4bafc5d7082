"""JSON-LD: IRIs that a prefix of the context would turn into others."""

from __future__ import annotations

import io
import json

import pyoxigraph as ox
import pytest
from pyld import jsonld as processor

from ecoop_ld.errors import UserError
from ecoop_ld.rdf import jsonld

CONTEXT = {"ex": "https://example.org/ns#", "id": "@id", "type": "@type", "word": "https://example.org/word"}
P = ox.NamedNode("https://example.org/ns#p")


def written(iri: str) -> dict[str, object]:
    stream = io.BytesIO()
    jsonld.write([ox.Triple(ox.NamedNode("https://example.org/a"), P, ox.NamedNode(iri))], CONTEXT, stream)
    found = json.loads(stream.getvalue())
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("iri", ["ex:anything", "ex:a/b"])
def test_an_iri_whose_scheme_is_a_prefix_is_refused(iri: str) -> None:
    with pytest.raises(UserError, match='with the prefix "ex:"') as caught:
        written(iri)
    assert "another name in ecoop.toml" in caught.value.hint


def test_a_prefix_that_is_a_scheme_gets_another_name() -> None:
    space = "http://www.w3.org/2003/01/geo/wgs84_pos#"
    context = {"geo": space, "geo_": "https://example.org/word"}
    triples = [ox.Triple(P, ox.NamedNode(space + "lat"), ox.NamedNode("geo:1,2"))]
    stream = io.BytesIO()
    jsonld.write(triples, context, stream)
    document = json.loads(stream.getvalue())
    assert document["@context"]["geo__"] == space
    assert document["@graph"][0]["geo__:lat"] == {"id": "geo:1,2"}
    (quad,) = ox.parse(
        processor.to_rdf(document, {"format": "application/n-quads"}).encode(), format=ox.RdfFormat.N_QUADS
    )
    assert (quad.predicate, quad.object) == (triples[0].predicate, triples[0].object)


@pytest.mark.parametrize("iri", ["ex://host/path", "word:x", "urn:ex:a", "https://example.org/ns#", "https://example.org/ns#q", "http://ex:1/"])  # fmt: skip
def test_any_other_iri_comes_back_as_it_was(iri: str) -> None:
    text = processor.to_rdf(written(iri), {"format": "application/n-quads"})
    (quad,) = ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)
    assert (quad.predicate, quad.object) == (P, ox.NamedNode(iri))


XSD = "http://www.w3.org/2001/XMLSchema#"
LITERALS = [
    ox.Literal("plain"),
    ox.Literal(""),
    ox.Literal('"quoted" \\ and\nlines\t\u0001\u2028 é 😀'),
    ox.Literal("uno", language="es-419"),
    ox.Literal("@en", language="en"),
    ox.Literal("1", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("01", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")),
    ox.Literal("2008-02", datatype=ox.NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")),
    ox.Literal("x", datatype=ox.NamedNode("https://example.org/ns#kind")),
]


@pytest.mark.parametrize("kind", ["", "@id", "@vocab", XSD + "integer", XSD + "string", "https://example.org/ns#kind"])
def test_every_literal_comes_back_whatever_the_context_makes_of_its_property(kind: str) -> None:
    """All of one property: some as the context says, some with their own type, each after all the others."""
    context: dict[str, object] = {**CONTEXT, "p": {"@id": P.value, "@type": kind}} if kind else dict(CONTEXT)
    said = [
        ox.Triple(ox.NamedNode(f"https://example.org/s{n}"), P, literal)
        for n, literal in enumerate([*LITERALS, *LITERALS[::-1]])
    ]
    said += [ox.Triple(ox.NamedNode("https://example.org/all"), P, literal) for literal in LITERALS]
    stream = io.BytesIO()
    jsonld.write(said, context, stream)
    text = processor.to_rdf(json.loads(stream.getvalue()), {"format": "application/n-quads"})
    assert set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)) == {ox.Quad(*triple) for triple in said}
