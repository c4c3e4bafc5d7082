"""Link sets: which statements are links from things of this site to those of others, and the files of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import rdflib
from projects import FILES, ONTOLOGY, PREFIXES, loaded, make_project

from ecoop_ld.build.build import described
from ecoop_ld.rdf.formats import HTML, TURTLE
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


LINKED = (
    PREFIXES
    + """
<https://example.org/id/org/isoc> a ex:Thing ; rdfs:label "Internet	Society"@en ;
    skos:exactMatch <https://www.wikidata.org/wiki/Q749257> ; owl:sameAs <http://elsewhere.example/i> ;
    ex:externalId <https://example.org/id/external/isoc-ror> , <https://example.org/id/external/isoc-doi> .
<https://example.org/id/external/isoc-ror> a ex:Thing ; dcterms:identifier "04dzfqx38" ;
    dcterms:conformsTo <https://ror.org/> .
<https://example.org/id/external/isoc-doi> a ex:Thing ; dcterms:identifier "10.1000/no<iri>" ;
    dcterms:conformsTo <https://doi.org/> .
<https://example.org/id/org/arin> a ex:Thing ; rdfs:label "ARIN"@en ; owl:sameAs <http://www.wikidata.org/entity/Q282503> .
"""
)


def test_a_build_writes_the_link_sets_for_every_use(tmp_path: Path) -> None:
    """Triples, and a table of mappings (SSSOM) that says the same, with the justification of each."""
    settings, found = loaded(make_project(tmp_path, {**FILES, "data/things.ttl": LINKED}))
    site = load_site(settings, found, [])
    written = {output.path: output.content for output in described(site) if output.path.startswith("linksets/")}
    assert sorted(written) == [
        *(f"linksets/{name}.{end}" for name in ("mixnmatch",) for end in ("tsv",)),
        *(f"linksets/{name}.{end}" for name in ("other", "ror-candidates", "wikidata") for end in ("nt", "tsv")),
    ]
    for name in ("other", "ror-candidates", "wikidata"):
        triples = {tuple(t) for t in rdflib.Graph().parse(data=written[f"linksets/{name}.nt"], format="nt")}
        assert set(mappings(written[f"linksets/{name}.tsv"].decode())) == {tuple(map(str, t)) for t in triples}
    assert b"\tsemapv:ManualMappingCuration\t" in written["linksets/wikidata.tsv"]
    likely = written["linksets/ror-candidates.tsv"].decode()
    assert "\tsemapv:UnspecifiedMatching\thttps://example.org/id/external/isoc-ror" in likely
    table = [line.split("\t") for line in written["linksets/mixnmatch.tsv"].decode().splitlines()]
    assert ["https://example.org/id/org/isoc", "Internet Society", "", "https://example.org/id/org/isoc"] in table
    page = represent(site, site.resources["download"], HTML, "en").decode()
    assert set(re.findall(r'href="\./(linksets/[^"]+)"', page)) == set(written)
    assert "http://localhost:8000/reconcile" in page


def mappings(table: str) -> Iterator[tuple[str, str, str]]:
    """Subject, predicate and object of each row, written out by the prefixes of the head."""
    lines = table.splitlines()
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    assert [line.partition(":")[0] for line in head if not line.startswith(" ")] == [
        *("mapping_set_id", "license", "mapping_set_version", "curie_map"),
    ]
    prefixes = dict(line.strip().split(": ") for line in head if line.startswith("  "))
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), dialect="excel-tab")
    for row in rows:
        yield tuple(whole(row[f"{end}_id"], prefixes) for end in ("subject", "predicate", "object"))  # type: ignore[misc]


def whole(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, rest = name.partition(":")
    return prefixes[prefix] + rest if prefix in prefixes else name
