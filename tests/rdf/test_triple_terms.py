"""Triple terms in RDF/XML: what has a name is written, and what has none is refused, at any depth."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest

from ecoop_ld.rdf import writing
from ecoop_ld.rdf.formats import RDF_XML
from ecoop_ld.rdf.names import RDF

S, P, TYPE = ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.NamedNode(RDF + "type")
NAMELESS = ox.NamedNode("http://e/")


@pytest.mark.parametrize(
    ("inner", "written"),
    [
        (ox.Triple(S, P, S), True),
        (ox.Triple(S, P, NAMELESS), True),  # a value needs no name
        (ox.Triple(S, P, ox.Literal("x")), True),
        (ox.Triple(S, TYPE, P), True),
        (ox.Triple(S, TYPE, NAMELESS), False),
        (ox.Triple(S, NAMELESS, S), False),
        (ox.Triple(S, P, ox.Triple(S, P, S)), True),
        (ox.Triple(S, P, ox.Triple(S, TYPE, NAMELESS)), False),
        (ox.Triple(S, P, ox.Triple(S, NAMELESS, S)), False),
    ],
    ids=str,
)
def test_a_triple_term_is_written_or_refused(inner: ox.Triple, written: bool) -> None:
    said, sink = ox.Triple(S, P, inner), io.BytesIO()
    if not written:
        with pytest.raises(writing.Unwritable, match="no way to write"):
            writing.write([said], RDF_XML, {}, sink)
        return
    writing.write([said], RDF_XML, {}, sink)
    (quad,) = ox.parse(sink.getvalue(), format=ox.RdfFormat.RDF_XML)
    assert quad.triple.object == inner
