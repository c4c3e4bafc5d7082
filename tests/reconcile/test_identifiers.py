"""Identifiers of others: their form, their check digits, and the things that they lead to."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import FILES, PREFIXES, TOML, make_project
from test_matching import matcher_of

from ecoop_ld.reconcile import systems
from ecoop_ld.reconcile.identifiers import Identifiers

DATA = (
    PREFIXES
    + """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://example.org/id/org/isoc> a ex:Thing ; skos:prefLabel "Internet Society"@en ;
    skos:exactMatch <http://www.wikidata.org/entity/Q749257> ;
    foaf:homepage <https://www.internetsociety.org/> ;
    ex:externalId <https://example.org/id/external/isoc-ror> , <https://example.org/id/external/isoc-isni> .
<https://example.org/id/external/isoc-ror> a ex:Thing ; dcterms:identifier "04dzfqx38" ;
    dcterms:conformsTo <https://ror.org/> .
<https://example.org/id/external/isoc-isni> a ex:Thing ; dcterms:identifier "0000 0001 2034 0975" ;
    dcterms:conformsTo <https://isni.org/> .
<https://example.org/id/place/geneva> a ex:Thing ; owl:sameAs <https://sws.geonames.org/2660646/> ;
    skos:closeMatch <http://www.wikidata.org/entity/Q71> .
<https://example.org/id/org/one> a ex:Thing ; foaf:homepage "http://shared.example/" .
<https://example.org/id/org/two> a ex:Thing ; foaf:homepage <http://shared.example> .
"""
)
ISOC, GENEVA = "https://example.org/id/org/isoc", "https://example.org/id/place/geneva"


@pytest.fixture(scope="module")
def identifiers(tmp_path_factory: pytest.TempPathFactory) -> Identifiers:
    return Identifiers(
        matcher_of(make_project(tmp_path_factory.mktemp("ids"), {**FILES, "data/things.ttl": DATA})).dataset
    )


@pytest.mark.parametrize(
    ("asked", "things"),
    [
        ("wikidata:Q749257", (ISOC,)),
        ("Wikidata:Q749257", (ISOC,)),
        ("http://www.wikidata.org/entity/Q749257", (ISOC,)),
        ("https://www.wikidata.org/wiki/Q749257", (ISOC,)),
        ("ror:04dzfqx38", (ISOC,)),
        ("ror:04DZFQX38", (ISOC,)),
        ("https://ror.org/04dzfqx38", (ISOC,)),
        ("isni:0000000120340975", (ISOC,)),
        ("isni:0000 0001 2034 0975", (ISOC,)),
        ("geonames:2660646", (GENEVA,)),
        ("https://www.geonames.org/2660646", (GENEVA,)),
        ("https://www.internetsociety.org", (ISOC,)),
        ("http://internetsociety.org/", (ISOC,)),
        ("www.internetsociety.org", (ISOC,)),
        ("http://shared.example/", ("https://example.org/id/org/one", "https://example.org/id/org/two")),
        ("wikidata:Q71", ()),
        ("wikidata:Q1", ()),
        ("nosuch:1", ()),
        ("", ()),
        ("http://[", ()),
    ],
)
def test_find(identifiers: Identifiers, asked: str, things: tuple[str, ...]) -> None:
    assert identifiers.find(asked) == things


def test_all_are_listed_with_what_ties_them(identifiers: Identifiers) -> None:
    assert [(e.iri, e.system.name if e.system else "", e.identifier) for e in identifiers.external] == [
        (ISOC, "wikidata", "Q749257"),
        (ISOC, "isni", "0000000120340975"),
        (ISOC, "ror", "04dzfqx38"),
        (GENEVA, "geonames", "2660646"),
        (GENEVA, "wikidata", "Q71"),
    ]


def test_who_tells_of_an_identifier_does_not_have_it(tmp_path: Path) -> None:
    data = (
        DATA
        + """
    <https://example.org/id/claim/c> a ex:Thing ; ex:supports <https://example.org/id/external/isoc-ror> .
    """
    )
    toml = TOML + '[provenance]\nsupports = "ex:supports"\n'
    found = Identifiers(matcher_of(make_project(tmp_path, {**FILES, "data/things.ttl": data}, toml)).dataset)
    assert found.find("ror:04dzfqx38") == (ISOC,)


@pytest.mark.parametrize(
    ("name", "identifier", "wrong"),
    [
        ("ror", "04dzfqx38", False),
        ("ror", "04dzfqx39", True),
        ("ror", "04dzfqi38", True),
        ("isni", "0000000120340975", False),
        ("isni", "0000000120340976", True),
        ("orcid", "0000-0002-1825-0097", False),
        ("orcid", "0000-0002-1825-0098", True),
        ("lei", "529900T8BM49AURSDO55", False),
        ("lei", "529900T8BM49AURSDO56", True),
        ("wikidata", "Q749257", False),
        ("wikidata", "749257", True),
        ("geonames", "02660646", True),
        ("grid", "grid.479934.4", False),
        ("doi", "10.5281/zenodo.1", False),
        ("viaf", "abc", True),
    ],
)
def test_miswritten(name: str, identifier: str, wrong: bool) -> None:
    system = systems.by_name(name)
    assert system is not None
    assert bool(system.why_wrong(identifier)) is wrong


def test_every_system_knows_its_own_address() -> None:
    examples = {"wikidata": "Q1", "ror": "04dzfqx38", "isni": "0000000120340975", "orcid": "0000-0002-1825-0097"}
    examples |= {"viaf": "12345", "geonames": "1", "lei": "529900T8BM49AURSDO55", "grid": "grid.479934.4"}
    examples |= {"crossref-funder": "100010513", "doi": "10.1000/182", "gnd": "118540238", "dbpedia": "Geneva"}
    assert set(examples) == {system.name for system in systems.SYSTEMS}
    for name, identifier in examples.items():
        system = systems.by_name(name)
        assert system is not None
        assert systems.of_address(system.iri.format(identifier)) == (system, identifier)
