"""Every stated triple is told on some page, and stands in the RDF document of its subject, whatever the data."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oddities import odd_project
from projects import TOML, make_project

from ecoop_ld import config
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.projects.init import start
from ecoop_ld.rdf.canonical import union_hash
from ecoop_ld.rdf.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from ecoop_ld.rdf.names import RDF
from ecoop_ld.site.data import triples_of
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise

MOST = 40
"""Things of a project that one test looks at: spread over all of them."""
PREFIXES = """\
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix s: <http://schema.org/> .
@prefix t: <https://example.org/id/thing/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix n: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
BARE = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]')


def site_of(root: Path) -> Site:
    settings = config.load(root)
    loaded = files.load(settings)
    return load_site(settings, loaded, materialise(settings, loaded.quads))


def bare_project(folder: Path, turtle: str) -> Site:
    return site_of(make_project(folder, {"data/d.ttl": PREFIXES + turtle}, BARE))


# --- the property ------------------------------------------------------------------------------------------------------


def homes(dataset: Dataset, iri: str) -> tuple[str, ...]:
    """The things on whose pages a subject is told: itself, or those that its blank node hangs on or leads to."""
    if not dataset.blanks.is_blank(iri):
        return (iri,) if has_document(dataset, iri) else ()
    if found := [home for home in dataset.blanks.homes(iri) if has_document(dataset, home)]:
        return tuple(found)
    around = (iri, *dataset.blanks.above(iri))
    around = (*around, *dataset.blanks.below(*around))
    said = (f for node in around for p, row in dataset.outgoing(node).items() if p != TYPE for f in row)
    led_to = [f.object for f in said if isinstance(f.object, str) and has_document(dataset, f.object)]
    return (*(node for node in around if node in dataset.blanks.loose_set), *led_to)


def document_of(dataset: Dataset, iri: str) -> str:
    """Path of the document that tells an IRI: its own, or that of the vocabulary it is a term of; ``""``: none."""
    addresses = dataset.addresses
    if addresses.has_page(iri):
        return addresses.document(iri) if addresses.document(iri) in dataset.documents else ""
    vocabularies = {addresses.vocabulary_path(each) for each in dataset.config.vocabularies}
    page = addresses.page(iri)
    return page[0] if page and page[0] in vocabularies and dataset.described(iri) else ""


def has_document(dataset: Dataset, iri: str) -> bool:
    return bool(document_of(dataset, iri))


def missing(site: Site, most: int = MOST) -> Iterator[str]:
    """What is not told where it must be, in words."""
    dataset = site.dataset
    described = [iri for iri in dataset.subjects() if homes(dataset, iri) and not is_cell(dataset, iri)]
    step = max(1, len(described) // most)
    document = cache(
        lambda path: set(
            ox.parse(represent(site, site.resources[path], N_TRIPLES, "en"), format=N_TRIPLES.rdf_engine())
        )
    )
    text = cache(lambda path: words_of(site, path))
    hidden = set(site.config.iris(site.config.pages.hidden))
    for subject in described[::step]:
        paths = dict.fromkeys(document_of(dataset, h) or dataset.addresses.document(h) for h in homes(dataset, subject))
        for predicate, facts in dataset.outgoing(subject).items():
            for fact in (f for f in facts if f.graphs != (dataset.derived_graph,)):
                (triple,) = triples_of(dataset, [fact])
                if not any(ox.Quad(triple.subject, triple.predicate, triple.object) in document(p) for p in paths):
                    yield f"no document of {subject} has {triple}"
                if predicate not in hidden and not any(is_told(site, fact.object, text(path)) for path in paths):
                    yield f"no page of {subject} tells {triple}"


def is_cell(dataset: Dataset, iri: str) -> bool:
    return RDF + "rest" in dataset.outgoing(iri)


def words_of(site: Site, path: str) -> str:
    """What stands on the pages of a document, in all languages, tags left out and attributes kept."""
    paths = [path, *(p for p, r in site.resources.items() if r.kind == "links" and p.startswith(path + "."))]
    pages = (
        represent(site, site.resources[p], HTML, language).decode() for p in paths for language in site.config.languages
    )
    return " ".join(html.unescape("\n".join(pages)).split())


def is_told(site: Site, value: str | ox.Literal, text: str) -> bool:
    if isinstance(value, ox.Literal):
        shown = value.value[: site.config.limits.literal_shown]
        if value.datatype.value == RDF + "HTML":
            shown = re.sub(r"<[^>]*>.*", "", shown)
        return " ".join(html.unescape(shown).split()) in text
    if site.dataset.blanks.is_blank(value) or value == RDF + "nil":
        return True  # what it says is looked for by itself
    names = (site.describer(language).label(value).value for language in site.config.languages)
    return value in text or any(" ".join(name.split()) in text for name in names)


# --- projects at hand --------------------------------------------------------------------------------------------------


def test_this_project_tells_everything() -> None:
    assert list(missing(site_of(ROOT))) == []


def test_a_new_project_tells_everything(tmp_path: Path) -> None:
    start(tmp_path / "new", today=datetime.date(2026, 1, 1))
    assert list(missing(site_of(tmp_path / "new"), 1000)) == []


def test_odd_data_is_told_whole(tmp_path: Path) -> None:
    assert list(missing(site_of(odd_project(tmp_path)), 1000)) == []


NINE = ("bf", "dcat", "epo", "geo", "gnd", "sdg", "skosmos", "time", "wd")


@pytest.mark.slow
@pytest.mark.parametrize("name", NINE)
def test_the_projects_of_others_tell_everything(shared: Path, name: str) -> None:
    root = shared / "corpora/projects" / name
    assert list(missing(site_of(root), 25)) == []


# --- what was lost once -------------------------------------------------------------------------------------------------

CASES = {
    "names": 't:a skos:prefLabel "Alpha"@en , "Alfa"@fi , "Alpha" , "Al"@en ; rdfs:label "Beta" .',
    "definitions": 't:a skos:definition "one"@en , "two"@en , t:node , "kolme"@fi ; dcterms:description "three" . '
    't:node rdf:value "a definition with an IRI"@en .',
    "only in other languages": 't:a skos:prefLabel "Zebra"@cs , "Seepra"@fi , "Zebra"@ca .',
    "nested": 't:a s:address [ a s:PostalAddress ; s:country [ s:name "Land" ; s:code [ s:value "LD" ] ] ] .',
    "shared": 't:a s:part _:b . t:b s:part _:b . _:b s:name "in two places" .',
    "a circle": 't:a s:part _:b . _:b s:part _:c ; s:name "b" . _:c s:part _:b ; s:name "c" .',
    "a circle of its own": '_:b s:part _:c ; s:name "b" . _:c s:part _:b ; s:name "c" .',
    "a list": 't:a s:steps ( "one" t:b ( "inner" ) [ s:name "four" ] ) . t:b rdfs:label "two" .',
    "a broken list": 't:a s:steps _:l . _:l rdf:first "one" , "uno" ; rdf:rest _:m . _:m rdf:first "two" .',
    "a circular list": 't:a s:steps _:l . _:l rdf:first "one" ; rdf:rest _:m . _:m rdf:first "two" ; rdf:rest _:l .',
    "a container": 't:a s:steps [ a rdf:Seq ; rdf:_10 "ten" ; rdf:_2 "two" ] , [ a rdf:Bag ; rdf:_1 "any" ] .',
    "loose": '[] a s:Thing ; s:name "hangs on nothing" .',
    "leading to a thing": 't:a rdfs:label "A" . [] rdf:subject t:a ; s:creator "Bob" ; s:part [ s:name "within" ] .',
    "in a chain to a thing": '[] s:name "top" ; s:part [ s:name "middle" ; s:part t:a ] . t:a rdfs:label "A" .',
    "a literal class": 't:a a "a text" , s:Thing , [ s:name "a class without a name" ] .',
    "classes above each other": "t:a a s:Narrow , s:Broad . s:Narrow rdfs:subClassOf s:Broad .",
    "a statement about itself": "t:a rdf:subject t:a ; rdf:predicate t:a ; rdf:object t:a .",
    "fragments": 't:a rdfs:label "A" . <https://example.org/id/thing/a#part> s:name "a part" ; s:size "12" .',
    "deep": "t:a s:part " + '[ s:name "level" ; s:part ' * 60 + '"innermost"' + " ]" * 60 + " .",
    "deep on a term": "t:a a n:C . n:C a owl:Class ; rdfs:label 'C' ; s:part "
    + '[ s:name "level" ; s:part ' * 30
    + '"innermost"'
    + " ]" * 30
    + " .",
    "many on a term": "t:a a n:C . n:C a owl:Class ; s:part "
    + " , ".join(f'[ s:name "number {n}" ]' for n in range(2_100))
    + " .",
    "a circle on a term": 't:a a n:C . n:C a owl:Class ; s:part _:b . _:b s:part _:c ; s:name "b" . _:c s:part _:b , n:C .',
    "a deep class": "t:a a n:C . n:C a owl:Class ; rdfs:subClassOf "
    + "".join(f"[ a owl:Class ; owl:unionOf ( n:D{n} " for n in range(14))
    + "n:Last"
    + " ) ]" * 14
    + " .",
    "wide": "".join(f"_:b{n} s:part _:b{n + 1} ; s:other _:b{n + 1} . " for n in range(20))
    + "t:a s:part _:b0 . _:b20 s:name 'end' .",
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_lost_once_is_told(tmp_path: Path, case: str) -> None:
    site = bare_project(tmp_path, CASES[case])
    assert site.dataset.documents
    assert list(missing(site, 1000)) == []
    formats_agree(site)


def formats_agree(site: Site) -> None:
    for path, (iri, *_) in site.dataset.documents.items():
        made = {row: represent(site, site.resources[path], row, "en") for row in (N_TRIPLES, TURTLE, JSON_LD, RDF_XML)}
        hashes = {union_hash(list(ox.parse(content, format=row.rdf_engine()))) for row, content in made.items()}
        assert len(hashes) == 1, f"the formats of {iri} differ"


# --- generated data ----------------------------------------------------------------------------------------------------

BLANK = st.sampled_from([f"_:b{n}" for n in range(4)])
THING = st.sampled_from(["t:one", "t:two"])
TEXT = st.sampled_from(
    ['"plain"', '"english"@en', '"español"@es', '"suomi"@fi', '"12"^^xsd:byte', '"<p>x</p>"^^rdf:HTML']
)
PROPERTY = st.sampled_from(
    [
        "a",
        "rdfs:label",
        "skos:prefLabel",
        "skos:definition",
        "dcterms:description",
        "s:part",
        "skos:broader",
        "rdf:first",
    ]
)
TRIPLE = st.tuples(st.one_of(BLANK, THING), PROPERTY, st.one_of(BLANK, THING, TEXT)).map(lambda t: " ".join(t) + " .")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(TRIPLE, min_size=1, max_size=14))
@pytest.mark.slow
def test_any_graph_is_told_whole(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    site = bare_project(tmp_path_factory.mktemp("any"), "\n".join(lines))
    assert list(missing(site, 1000)) == []
    formats_agree(site)
