"""Descriptions: every number in them is counted again from the dump by rdflib, every size and sum from the file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from projects import loaded, make_project
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID

from ecoop_ld import catalog, dumps, vocabulary
from ecoop_ld.formats import HTML, JSON_LD, TURTLE
from ecoop_ld.materialise import materialise
from ecoop_ld.represent import represent
from ecoop_ld.represent.data import listed
from ecoop_ld.represent.site import Site, load_site

DATA = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://example.org/id/thing/one> a ex:Thing ; rdfs:label "One </script><script>alert(1)</script>"@en ; ex:size 3 ;
    skos:exactMatch <http://www.wikidata.org/entity/Q1> , <http://www.wikidata.org/entity/Q2> ;
    skos:closeMatch <https://d-nb.info/gnd/1> ; ex:uses <https://example.org/id/thing/two> .
<https://example.org/id/thing/two> a ex:Tool ; skos:exactMatch <http://www.wikidata.org/entity/Q1> .
"""
TOML = """
[project]
title.en = "Example </script><b>"
description.en = "Things for tests, described at some length so that search engines take them."
license = "https://creativecommons.org/licenses/by/4.0/"
creator = "We"
modified = "2026-01-01"
version = "1.2.3"

[addresses]
public_base = "https://example.org/"

[graphs]
"ontology/*" = "graph/ontology"
"data/*" = "graph/data"

[prefixes]
ex = "https://example.org/ns#"

[pages]
featured = ["id/thing/one"]
"""
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


@dataclasses.dataclass(frozen=True)
class Made:
    site: Site
    out: Path
    description: rdflib.Graph
    data: rdflib.Graph


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    from projects import ONTOLOGY

    root = make_project(
        tmp_path_factory.mktemp("catalog"), {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": DATA}, TOML
    )
    settings, found = loaded(root)
    site = load_site(settings, found, materialise(settings, found.quads))
    out = root / "public"
    site = dataclasses.replace(site, downloads=dumps.write(site.dataset, out, vocabulary.context_table(site.dataset)))
    description = rdflib.Graph().parse(data=represent(site, "catalog", TURTLE, "en"), format="turtle")
    data = rdflib.Graph().parse(out / "dumps/latest/all.nt", format="nt")
    return Made(site, out, description, data)


NODE = rdflib.URIRef("https://example.org/catalog#dataset")


THINGS = 'SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?s), "https://example.org/id/")) }'


def number(made: Made, node: object, name: str) -> int:
    found = list(made.description.objects(node, VOID[name]))  # type: ignore[arg-type]
    assert len(found) == 1, (node, name, found)
    return int(found[0])


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("triples", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        ("classes", "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        ("entities", THINGS),
        ("documents", THINGS),
    ],
)
def test_counts_are_those_of_another_engine(made: Made, name: str, query: str) -> None:
    assert number(made, NODE, name) == int(next(iter(made.data.query(query)))[0])  # type: ignore[index]


def test_every_partition_is_there_and_counted(made: Made) -> None:
    d = made.description
    for kind in set(made.data.objects(None, RDF.type)):
        (part,) = d.subjects(VOID["class"], kind)
        assert (NODE, VOID.classPartition, part) in d
        assert number(made, part, "entities") == len(set(made.data.subjects(RDF.type, kind)))
    for predicate in set(made.data.predicates()):
        (part,) = d.subjects(VOID.property, predicate)
        assert (NODE, VOID.propertyPartition, part) in d
        assert number(made, part, "triples") == len(list(made.data.triples((None, predicate, None))))
    spaces = {re.sub(r"[^#/]*$", "", str(p)) for p in made.data.predicates()}
    assert {str(o) for o in d.objects(NODE, VOID.vocabulary)} == spaces


def test_linksets_have_two_targets_one_predicate_and_the_right_size(made: Made) -> None:
    d = made.description
    linksets = set(d.subjects(RDF.type, VOID.Linkset))
    assert len(linksets) >= 3
    for linkset in linksets:
        assert (NODE, VOID.subset, linkset) in d
        (predicate,) = d.objects(linkset, VOID.linkPredicate)
        (subjects,) = d.objects(linkset, VOID.subjectsTarget)
        (objects,) = d.objects(linkset, VOID.objectsTarget)
        assert subjects == NODE
        (space,) = d.objects(objects, VOID.uriSpace)
        found = [
            s
            for s, o in made.data.subject_objects(predicate)
            if str(o).startswith(str(space)) and isinstance(o, rdflib.URIRef)
        ]
        assert number(made, linkset, "triples") == len(found) > 0


def test_every_distribution_has_the_size_and_sum_of_its_file(made: Made) -> None:
    d = made.description
    seen = set()
    for node in d.subjects(RDF.type, DCAT.Distribution):
        (url,) = d.objects(node, DCAT.downloadURL)
        path = made.out / str(url).removeprefix("http://localhost:8000/")
        (size,) = d.objects(node, DCAT.byteSize)
        assert size.datatype == rdflib.XSD.nonNegativeInteger  # type: ignore[union-attr]
        assert int(size) == path.stat().st_size
        (checksum,) = d.objects(node, SPDX.checksum)
        (value,) = d.objects(checksum, SPDX.checksumValue)
        assert str(value) == hashlib.sha256(path.read_bytes()).hexdigest()
        (media,) = d.objects(node, DCAT.mediaType)
        assert str(media).startswith("https://www.iana.org/assignments/media-types/")
        assert bool(list(d.objects(node, DCAT.compressFormat))) == (path.suffix in (".gz", ".zst"))
        assert list(d.subjects(DCAT.distribution, node))
        seen.add(path.relative_to(made.out).as_posix())
    assert seen == {x.path for x in made.site.downloads if x.name != "stated"}
    dumped = {str(o) for o in d.objects(NODE, VOID.dataDump)}
    assert "http://localhost:8000/dumps/latest/all.nq.gz" in dumped


def test_the_catalogue_says_what_dcat_ap_demands(made: Made) -> None:
    d = made.description
    (home,) = d.subjects(RDF.type, DCAT.Catalog)
    for node, needed in (
        (home, [DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset, DCAT.service]),
        *((n, [DCTERMS.title, DCTERMS.description]) for n in d.subjects(RDF.type, DCAT.Dataset)),
        *((n, [DCAT.accessURL]) for n in d.subjects(RDF.type, DCAT.Distribution)),
        *((n, [DCAT.endpointURL, DCTERMS.title, DCAT.servesDataset]) for n in d.subjects(RDF.type, DCAT.DataService)),
    ):
        for predicate in needed:
            assert list(d.objects(node, predicate)), (node, predicate)
    assert [str(v) for v in d.objects(NODE, rdflib.URIRef(str(DCAT) + "version"))] == ["1.2.3"]
    assert not [t for t in d if isinstance(t[0], rdflib.BNode) or isinstance(t[2], rdflib.BNode)]


def test_the_same_description_in_json_ld(made: Made) -> None:
    content = represent(made.site, "catalog", JSON_LD, "en")
    assert len(set(ox.parse(content, format=ox.RdfFormat.JSON_LD))) == len(made.description)


def embedded(page: bytes) -> dict[str, object]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.decode(), re.DOTALL)
    found: dict[str, object] = json.loads(text)
    return found


def test_pages_carry_schema_org_that_markup_in_the_data_cannot_leave(made: Made) -> None:
    found = embedded(represent(made.site, "index", HTML, "en"))
    assert found["@type"] == "Dataset"
    assert found["name"] == "Example </script><b>"
    assert 50 <= len(str(found["description"])) <= 5000
    assert {"license", "creator", "version", "dateModified", "distribution", "includedInDataCatalog"} <= set(found)
    expanded = list(ox.parse(json.dumps(found).encode(), format=ox.RdfFormat.JSON_LD))
    assert any(names == "https://schema.org/contentUrl" for names in (q.predicate.value for q in expanded))
    terms = embedded(represent(made.site, "ns", HTML, "en"))
    assert terms["@type"] == "DefinedTermSet"
    rows = terms["hasDefinedTerm"]
    assert isinstance(rows, list)
    assert {row["termCode"] for row in rows} == {"Thing", "Tool", "size", "uses"}


def test_the_page_of_the_catalogue_shows_its_counts(made: Made) -> None:
    page = represent(made.site, "catalog", HTML, "en").decode()
    assert f"<dd>{len(made.data)}</dd>" in page
    assert "catalog.ttl" in page


def test_the_data_package_lists_every_file(made: Made) -> None:
    package = json.loads(catalog.datapackage(made.site.dataset, listed(made.site)))
    assert re.fullmatch(r"[a-z0-9-]+", package["name"])
    for resource in package["resources"]:
        content = (made.out / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
    assert len({r["name"] for r in package["resources"]}) == len(package["resources"])


def test_the_citation_is_yaml(made: Made) -> None:
    lines = catalog.citation(made.site.dataset).decode().splitlines()
    rows = {
        k: json.loads(v) for k, _, v in (line.partition(": ") for line in lines if ": " in line and "- " not in line)
    }
    assert rows["cff-version"] == "1.2.0"
    assert rows["version"] == "1.2.3"
    assert lines[-2:] == ["authors:", '  - name: "We"']
