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


@pytest.mark.parametrize("iri", ["ex://host/path", "word:x", "urn:ex:a", "https://example.org/ns#", "https://example.org/ns#q", "http://ex:1/"])  # fmt: skip
def test_any_other_iri_comes_back_as_it_was(iri: str) -> None:
    text = processor.to_rdf(written(iri), {"format": "application/n-quads"})
    (quad,) = ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)
    assert (quad.predicate, quad.object) == (P, ox.NamedNode(iri))
