"""Descriptions: every number in them is counted again from the dump by rdflib, every size and sum from the file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from pathlib import Path
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest
import rdflib
from projects import loaded, make_project
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, VOID

import ecoop_ld
from ecoop_ld.model import vocabulary
from ecoop_ld.publish import bundle, linksets
from ecoop_ld.rdf.formats import HTML, JSON_LD, RDF_FORMATS, TURTLE
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise

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
contact = "mailto:we@example.org?subject={title}"
modified = "2026-01-01"
version = "1.2.3"

[catalog]
keywords.en = ["things", "tools"]
themes = ["TECH", "https://example.org/id/thing/one"]
issued = "2020"
period = "1998/2025-05"
places = ["https://example.org/id/place/here"]
doi = "10.5281/zenodo.1"
same_as = ["https://archive.example.org/1"]

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

    def links(self, address: str) -> rdflib.Graph:
        """The file of a link set."""
        files = dict(linksets.files(self.site.describer("en"), self.site.content.linksets))
        return rdflib.Graph().parse(data=files[address.removeprefix("http://localhost:8000/")], format="nt")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    from projects import ONTOLOGY

    root = make_project(
        tmp_path_factory.mktemp("catalog"), {"ontology/ns.ttl": ONTOLOGY, "data/things.ttl": DATA}, TOML
    )
    settings, found = loaded(root)
    site = load_site(settings, found, materialise(settings, found.quads))
    out = root / "public"
    site = dataclasses.replace(site, downloads=bundle.write(site.dataset, out, vocabulary.context_table(site.dataset)))
    description = rdflib.Graph().parse(data=represent(site, site.resources["catalog"], TURTLE, "en"), format="turtle")
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


def test_the_description_says_what_it_is_about(made: Made) -> None:
    d, site = made.description, "http://localhost:8000/"
    (document,) = d.subjects(RDF.type, VOID.DatasetDescription)
    assert str(document) == site + ".well-known/void"
    assert list(d.objects(document, rdflib.FOAF.primaryTopic)) == [NODE]
    assert (NODE, RDF.type, VOID.Dataset) in d
    assert {str(o) for o in d.objects(NODE, VOID.feature)} == {row.iri for row in RDF_FORMATS}
    (space,) = d.objects(NODE, VOID.uriSpace)
    assert all(iri.startswith(str(space)) for iri in made.site.dataset.things)
    assert str(d.value(NODE, VOID.sparqlEndpoint)) == site + "sparql"
    assert [str(o) for o in d.objects(NODE, VOID.exampleResource)] == ["https://example.org/id/thing/one"]


def test_every_document_names_its_dataset(made: Made) -> None:
    documents = [r for r in made.site.resources.values() if r.kind == "entity"]
    assert len(documents) == len(made.site.dataset.things)
    for resource in documents:
        for row in RDF_FORMATS:
            found = ox.parse(represent(made.site, resource, row, "en"), format=row.rdf_engine())
            triples = {(q.subject.value, q.predicate.value, q.object.value) for q in found}  # type: ignore[union-attr]
            document = made.site.dataset.addresses.document_iri(resource.iri)
            assert (document, str(VOID.inDataset), str(NODE)) in triples
            assert (document, str(rdflib.FOAF.primaryTopic), resource.iri) in triples


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
        space = str(d.value(objects, VOID.uriSpace, default=""))
        if (dump := d.value(linkset, VOID.dataDump)) is not None:
            links = made.links(str(dump))
            assert {p for _, p, _ in links} == {predicate}
            assert all(str(o).startswith(space) for _, _, o in links)
            assert number(made, linkset, "triples") == len(links) > 0
            continue
        found = [
            s
            for s, o in made.data.subject_objects(predicate)
            if str(o).startswith(space)
            and isinstance(o, rdflib.URIRef)
            and s.startswith("https://example.org/ns") == linkset.endswith("--vocabulary")
        ]
        assert space
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
    assert seen == {x.path for x in made.site.downloads if x.name == "all" or x.name.startswith("tables")}
    dumped = {str(o) for o in d.objects(NODE, VOID.dataDump)}
    assert "http://localhost:8000/dumps/latest/all.nq.gz" in dumped


def dcat_ap(description: rdflib.Graph) -> tuple[bool, rdflib.Graph]:
    """Whether a description conforms to what DCAT-AP 3 demands, and the report."""
    import pyshacl

    shapes = rdflib.Graph().parse(Path(__file__).parent / "catalog/dcat-ap.ttl")
    conforms, report, _ = pyshacl.validate(description, shacl_graph=shapes, inference="none")
    return conforms, report


def test_the_catalogue_says_what_dcat_ap_demands(made: Made) -> None:
    d = made.description
    conforms, report = dcat_ap(d)
    assert conforms, report.serialize()
    assert len(list(d.subjects(RDF.type, DCAT.Catalog))) == 1
    assert [str(v) for v in d.objects(NODE, rdflib.URIRef(str(DCAT) + "version"))] == ["1.2.3"]
    assert not [t for t in d if isinstance(t[0], rdflib.BNode) or isinstance(t[2], rdflib.BNode)]


VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
AVAILABILITY = rdflib.URIRef("http://data.europa.eu/r5r/availability")
CATALOG = rdflib.URIRef("https://example.org/catalog")
SERVICE = rdflib.URIRef("https://example.org/catalog#sparql")
FILE = rdflib.URIRef("https://example.org/catalog#file-dumps-latest-all-nq")
PERIOD = rdflib.URIRef("https://example.org/catalog#period")
CONTACT = rdflib.URIRef("https://example.org/catalog#contact")


@pytest.mark.parametrize(
    ("node", "predicate"),
    [
        *((node, p) for node in (CATALOG, NODE, SERVICE) for p in (DCTERMS.title, DCTERMS.description)),
        *((node, p) for node in (CATALOG, NODE) for p in (DCTERMS.publisher, DCTERMS.license, DCTERMS.modified)),
        *((node, p) for node in (CATALOG, NODE) for p in (DCTERMS.issued, DCTERMS.language)),
        *((CATALOG, p) for p in (DCAT.dataset, DCAT.service, DCAT.themeTaxonomy, rdflib.FOAF.homepage)),
        *((NODE, p) for p in (DCAT.theme, DCAT.keyword, DCAT.contactPoint, DCAT.landingPage, DCTERMS.accessRights)),
        *((NODE, p) for p in (DCTERMS.temporal, DCTERMS.spatial)),
        *((SERVICE, p) for p in (DCAT.endpointURL, DCAT.servesDataset, DCTERMS.conformsTo, DCAT.contactPoint)),
        *((FILE, p) for p in (DCAT.accessURL, DCAT.mediaType, DCAT.byteSize, SPDX.checksum, DCTERMS.license)),
        *((FILE, p) for p in (DCTERMS.title, DCTERMS.description, AVAILABILITY)),
        *((PERIOD, p) for p in (DCAT.startDate, DCAT.endDate)),
        *((CONTACT, p) for p in (VCARD.fn, VCARD.hasEmail)),
        (FILE + "-sum", SPDX.checksumValue),
        (NODE, PROV.wasGeneratedBy),
    ],
)
def test_the_shapes_of_the_catalogue_miss_nothing(made: Made, node: str, predicate: rdflib.URIRef) -> None:
    """Each statement that DCAT-AP demands is made here, and taking it away is seen."""
    smaller = rdflib.Graph()
    removed = 0
    for triple in made.description:
        if (triple[0], triple[1]) == (rdflib.URIRef(node), predicate):
            removed += 1
        else:
            smaller.add(triple)
    assert removed
    assert not dcat_ap(smaller)[0]


EU = "http://publications.europa.eu/resource/authority/"


def test_what_the_eu_has_a_table_for_is_said_by_it(made: Made) -> None:
    """DCAT-AP 3.0.1 §12: languages, formats, themes and access rights."""
    d = made.description
    assert set(d.objects(NODE, DCTERMS.language)) == {rdflib.URIRef(f"{EU}language/ENG")}
    assert set(d.objects(NODE, DCAT.theme)) == {
        rdflib.URIRef(f"{EU}data-theme/TECH"),
        rdflib.URIRef("https://example.org/id/thing/one"),
    }
    assert set(d.objects(NODE, DCTERMS.accessRights)) == {rdflib.URIRef(f"{EU}access-right/PUBLIC")}
    kinds = {str(o).removeprefix(f"{EU}file-type/") for o in d.objects(None, DCTERMS["format"])}
    rdf = {"RDF_N_QUADS", "RDF_TRIG", "RDF_TURTLE", "RDF_N_TRIPLES", "JSON_LD", "RDF_XML"}
    assert kinds == {*rdf, "CSV", "JSON", "PARQUET"}


def test_a_named_graph_is_a_part_and_a_catalogue_shows_files_of_the_whole(made: Made) -> None:
    d, part = made.description, rdflib.URIRef("https://example.org/catalog#dataset-graph-data")
    assert (NODE, VOID.subset, part) in d
    assert (part, RDF.type, DCAT.Dataset) not in d
    dumped = {str(o).rpartition("/")[2] for o in d.objects(part, VOID.dataDump)}
    assert {"data.nq", "data.ttl", "data.rdf.zst"} <= dumped
    assert list(d.subjects(RDF.type, DCAT.Dataset)) == [NODE]
    files = {str(o).rpartition("dumps/latest/")[2] for o in d.objects(None, DCAT.downloadURL)}
    assert not {file for file in files if file.startswith("data.")}
    file = rdflib.URIRef("https://example.org/catalog#file-dumps-latest-all-ttl")
    assert (NODE, DCAT.distribution, file) in d
    assert [str(o) for o in d.objects(file, DCTERMS.title)] == ["Example </script><b>: Turtle"]


def test_the_contact_is_whom_to_write_to(made: Made) -> None:
    assert [str(o) for o in made.description.objects(CONTACT, VCARD.hasEmail)] == ["mailto:we@example.org"]


def test_the_provenance_names_the_software_the_sources_and_what_was_derived(made: Made) -> None:
    d, base = made.description, "https://example.org/"
    (build,) = d.objects(NODE, PROV.wasGeneratedBy)
    assert (build, RDF.type, PROV.Activity) in d
    (software,) = d.objects(build, PROV.wasAssociatedWith)
    assert (software, RDF.type, PROV.SoftwareAgent) in d
    assert str(d.value(software, rdflib.FOAF.name)) == f"ecoop-ld {ecoop_ld.__version__}"
    stated = {rdflib.URIRef(base + "graph/ontology"), rdflib.URIRef(base + "graph/data")}
    assert set(d.objects(build, PROV.used)) == set(d.objects(NODE, PROV.wasDerivedFrom)) == stated
    derived = set(d.subjects(PROV.wasGeneratedBy, build)) - {NODE}
    assert derived == {rdflib.URIRef(base + "graph/derived")}


def test_every_address_of_the_description_answers(server: str) -> None:
    """Of the flagship, by a real server: dumps, examples, the endpoint, each graph's own entry."""
    content = urlopen(server + ".well-known/void").read()
    d = rdflib.Graph().parse(data=content, format="turtle")
    predicates = (VOID.dataDump, VOID.exampleResource, VOID.rootResource, VOID.sparqlEndpoint, DCAT.accessURL)
    predicates += (DCAT.downloadURL, DCAT.endpointURL, DCAT.endpointDescription, rdflib.FOAF.homepage, DCAT.dataset)
    addresses = {str(o) for p in predicates for o in d.objects(None, p)}
    assert len(addresses) > 50
    for address in sorted(addresses):
        path = address.removeprefix("https://w3id.org/ecoop/").removeprefix("http://localhost:8000/").partition("#")[0]
        assert "://" not in path, address
        with urlopen(Request(server + path, method="HEAD")) as answer:
            assert answer.status == 200, address


def test_the_same_description_in_json_ld(made: Made) -> None:
    content = represent(made.site, made.site.resources["catalog"], JSON_LD, "en")
    assert len(set(ox.parse(content, format=ox.RdfFormat.JSON_LD))) == len(made.description)


def embedded(page: bytes) -> dict[str, object]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.decode(), re.DOTALL)
    found: dict[str, object] = json.loads(text)
    return found


def test_pages_carry_schema_org_that_markup_in_the_data_cannot_leave(made: Made) -> None:
    found = embedded(represent(made.site, made.site.resources["index"], HTML, "en"))
    assert found["@type"] == "Dataset"
    assert found["name"] == "Example </script><b>"
    assert 50 <= len(str(found["description"])) <= 5000
    assert {"license", "creator", "version", "dateModified", "distribution", "includedInDataCatalog"} <= set(found)
    expanded = list(ox.parse(json.dumps(found).encode(), format=ox.RdfFormat.JSON_LD))
    assert any(names == "https://schema.org/contentUrl" for names in (q.predicate.value for q in expanded))
    terms = embedded(represent(made.site, made.site.resources["ns"], HTML, "en"))
    assert terms["@type"] == "DefinedTermSet"
    rows = terms["hasDefinedTerm"]
    assert isinstance(rows, list)
    assert {row["termCode"] for row in rows} == {"Thing", "Tool", "size", "uses"}


def test_the_page_of_the_catalogue_shows_its_counts(made: Made) -> None:
    page = represent(made.site, made.site.resources["catalog"], HTML, "en").decode()
    assert f"<dd>{len(made.data)}</dd>" in page
    assert "catalog.ttl" in page


def test_properties_without_a_namespace_are_counted_and_belong_to_no_vocabulary(tmp_path: Path) -> None:
    odd = "<https://example.org/id/thing/a> <urn:p:1> 1 ; <tag:example.org,2020:p> 2 ; <mailto:p@example.org> 3 .\n"
    settings, found = loaded(make_project(tmp_path, {"data/a.ttl": odd}))
    site = load_site(settings, found, materialise(settings, found.quads))
    said = {(t.predicate.value, str(t.object)) for t in site.description}
    assert (str(VOID.property), "<urn:p:1>") in said
    assert (str(VOID.property), "<tag:example.org,2020:p>") in said
    assert [value for predicate, value in said if predicate == str(VOID.vocabulary)] == []
