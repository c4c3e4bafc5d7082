"""Writers are streams: what is long goes out in pieces, none of them large, and nothing is cut between them."""

from __future__ import annotations

import io
import itertools
import json

import pyoxigraph as ox
import pytest
from pyld import jsonld as processor

from ecoop_ld.rdf import jsonld, writing
from ecoop_ld.rdf.formats import RDF_XML, TURTLE, Format

EX = "http://e.example/"
P = ox.NamedNode(EX + "p")


class Pieces(io.BytesIO):
    """Keeps what it is given, and how much at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def write(self, content: object, /) -> int:
        self.sizes.append(len(bytes(content)))  # type: ignore[call-overload]
        return super().write(content)  # type: ignore[arg-type]


def triples(number: int) -> list[ox.Triple]:
    return [
        ox.Triple(ox.NamedNode(f"{EX}s{n // 3}"), P, ox.Literal(f"value {n} with > and \r and é"))
        if n % 2
        else ox.Triple(ox.NamedNode(f"{EX}s{n // 3}"), P, ox.NamedNode(f"{EX}o/{n}."))
        for n in range(number)
    ]


@pytest.mark.parametrize("row", [RDF_XML, TURTLE], ids=lambda row: row.name)
def test_rdf_goes_out_in_pieces(row: Format) -> None:
    sink, said = Pieces(), triples(20_000)
    writing.write(said, row, {"e": EX}, sink)
    assert len(sink.sizes) > 3
    assert max(sink.sizes) < 1_000_000
    assert set(ox.parse(sink.getvalue(), format=row.rdf_engine())) == {ox.Quad(*triple) for triple in said}


def test_json_ld_goes_out_in_pieces() -> None:
    sink, said = Pieces(), triples(20_000)
    jsonld.write(said, {"e": EX}, sink)
    assert len(sink.sizes) > 3
    assert max(sink.sizes) < 1_000_000
    nodes = json.loads(sink.getvalue())["@graph"]
    values = [v for node in nodes for v in (node["e:p"] if isinstance(node["e:p"], list) else [node["e:p"]])]
    assert (len(nodes), len(values)) == (len({triple.subject for triple in said}), len(said))


NEAR = [EX, EX + "a", EX + "a/", EX + "a/b", EX + "a/b#c", EX + "#d", "urn:x", "http://e.example"]
"""IRIs of which one is the beginning of the next, or nearly."""


@pytest.mark.parametrize("kind", ["", "@id", "@vocab"])
def test_json_ld_keeps_iris_apart_that_begin_alike(kind: str) -> None:
    """Beginnings are remembered from one value to the next; in whatever order they come, each comes back."""
    context: dict[str, object] = {"e": EX, "names": "http://names.example/"}
    if kind:
        context["p"] = {"@id": P.value, "@type": kind}
    said = [
        ox.Triple(ox.NamedNode(f"{EX}s{n}-{at}"), P, ox.NamedNode(iri))
        for n, pair in enumerate(itertools.permutations(NEAR, 2))
        for at, iri in enumerate(pair)
    ]
    for reverse in (False, True):
        stream = io.BytesIO()
        jsonld.write(said[::-1] if reverse else said, context, stream)
        text = processor.to_rdf(json.loads(stream.getvalue()), {"format": "application/n-quads"})
        assert set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)) == {ox.Quad(*triple) for triple in said}
