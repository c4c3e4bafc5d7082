"""Which triples are links to the data of others (VoID §5), by the host that they lead to and the property."""

from __future__ import annotations

from pathlib import Path

from projects import FILES, loaded, make_project

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.publish import catalog
from ecoop_ld.rdf.names import VOID

DATA = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/id/thing/one> a ex:Thing , <http://kinds.example/Kind> ;
    ex:uses <http://tools.example/hammer> , <https://example.org/id/thing/one> , "http://texts.example/a" , <urn:a:b> ;
    rdfs:seeAlso <http://tools.example/hammer> , <http://tools.example/saw> .
<http://strangers.example/a> ex:uses <http://tools.example/rake> .
"""


def test_a_link_leads_from_a_thing_of_this_data_to_one_of_other_data(tmp_path: Path) -> None:
    settings, found = loaded(make_project(tmp_path, {**FILES, "data/things.ttl": DATA}))
    quads = [quad for quad in found.quads if "thing/one" in str(quad.subject) or "strangers" in str(quad.subject)]
    told = list(catalog._linksets(Dataset(settings, quads, ()), "http://node.example/"))
    sizes = sorted(int(t.object.value) for t in told if t.predicate.value == VOID + "triples")
    spaces = [t.object.value for t in told if t.predicate.value == VOID + "uriSpace"]
    assert spaces == ["http://tools.example/"]
    assert sizes == [1, 2]
