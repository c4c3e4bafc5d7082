"""VoID link sets: which statements are links from things of this site to those of others."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from projects import ONTOLOGY, PREFIXES, loaded, make_project

from ecoop_ld.rdf.formats import TURTLE
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent

VOID = "http://rdfs.org/ns/void#"
DATA = (
    PREFIXES
    + """
<https://example.org/id/thing/one> a ex:Thing , <http://types.example/T> ;
    skos:exactMatch <http://other.example/a> , <http://other.example/b> , <http://third.example/a> ;
    ex:uses <http://other.example/a> , <https://example.org/id/thing/two> , <urn:x:y> , <mailto:a@other.example> ;
    skos:note "http://other.example/c" .
<https://example.org/id/thing/two> skos:exactMatch <http://other.example/a> .
<http://other.example/a> skos:exactMatch <http://other.example/b> .
"""
)


def test_links_are_counted_by_dataset_and_property(tmp_path: Path) -> None:
    settings, found = loaded(make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": DATA}))
    site = load_site(settings, found, [])
    described = ox.Store()
    described.load(represent(site, site.resources["catalog"], TURTLE, "en"), format=ox.RdfFormat.TURTLE)
    rows = described.query(
        f"""PREFIX void: <{VOID}>
        SELECT ?predicate ?space ?number {{
          ?set a void:Linkset ; void:linkPredicate ?predicate ; void:triples ?number ; void:objectsTarget ?other .
          ?other a void:Dataset ; void:uriSpace ?space
          FILTER(!STRSTARTS(STR(?predicate), "http://purl.org/") && !CONTAINS(STR(?predicate), "owl#"))
        }}"""
    )
    links = {(row["predicate"].value.rpartition("#")[2], row["space"].value): int(row["number"].value) for row in rows}
    assert {key: number for key, number in links.items() if ".example/" in key[1]} == {
        ("exactMatch", "http://other.example/"): 3,
        ("exactMatch", "http://third.example/"): 1,
        ("uses", "http://other.example/"): 1,
    }
