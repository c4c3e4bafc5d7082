"""Settings are worked out from what files say, each with its reason, and hold as a project."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.projects.gather import find, gather

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://data.example.net/id/person/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
"""
PEOPLE = "ex:ada a foaf:Person ; foaf:name 'Ada'@en . ex:bob a foaf:Person ; foaf:name 'Robert'@fr , 'Bob'@en .\n"
DATASET = """<https://data.example.net/> a void:Dataset ; dcterms:title "Menschen"@de , "Some\\n people"@en ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:modified "2021-03-04T05:06:07Z" .\n"""
ONTOLOGY = """<https://data.example.net/terms> a owl:Ontology ; rdfs:label "Terms"@en ; owl:versionInfo "1.2.3" .
<https://data.example.net/terms#A> a owl:Class . <https://data.example.net/terms#b> a owl:ObjectProperty .\n"""
SLASHES = ONTOLOGY.replace("#", "/").replace("terms>", "terms/>")
SCHEME = '<https://data.example.net/s{0}> a skos:ConceptScheme ; skos:prefLabel "Scheme {0}"@es .\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PEOPLE, {"title.en": "x", "languages": ["en", "fr"], "public_base": "https://data.example.net/", "vocabulary": "ns"}),
        (PEOPLE + DATASET, {"title.en": "Some people", "license": "https://creativecommons.org/licenses/by/4.0/", "modified": "2021-03-04"}),
        (ONTOLOGY, {"title.en": "Terms", "vocabulary": "terms", "version": "1.2.3"}),
        (SLASHES, {"title.en": "Terms", "public_base": "https://data.example.net/terms/", "vocabulary": "https://data.example.net/terms/"}),
        (SLASHES + PEOPLE, {"public_base": "https://data.example.net/", "vocabulary": "terms/"}),
        (SCHEME.format(1), {"title.es": "Scheme 1", "languages": ["es"]}),
        (SCHEME.format(1) + SCHEME.format(2), {"title.es": "x"}),
        (SCHEME.format(1) + DATASET + PEOPLE, {"title.en": "Some people"}),
        ("<http://a.example/x/y/1> a <http://b.example/T> . <http://a.example/x/y/2> a <http://b.example/T> .", {"public_base": "http://a.example/x/y/"}),
        ("<http://a.example/x/y#1> a <http://b.example/T> .", {"public_base": "http://a.example/x/"}),
        ("<#me> a foaf:Person .", {"public_base": "https://example.org/"}),
        ("<urn:a> a foaf:Person ; foaf:name 'א'@he-IL .", {"title.he": "x", "languages": ["he"]}),
        ("[] a foaf:Person .", {"languages": ["en"]}),
    ],
)  # fmt: skip
def test_a_file(tmp_path: Path, text: str, expected: dict[str, object]) -> None:
    (tmp_path / "x.ttl").write_text(PREFIXES + text)
    made = gather(find([tmp_path / "x.ttl"]), tmp_path / "made", copy=True)
    table = tomllib.loads((made.root / "ecoop.toml").read_text())
    flat = {**table["project"], **table["addresses"]}
    flat |= {f"title.{tag}": title for tag, title in flat["title"].items()}
    assert {key: flat.get(key) for key in expected} == expected
    assert config.load(made.root).base == flat["public_base"]


def test_every_guessed_line_has_its_reason(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text(PREFIXES + PEOPLE + DATASET + ONTOLOGY)
    made = gather(find([tmp_path / "x.ttl"]), tmp_path / "made", copy=True)
    lines = (made.root / "ecoop.toml").read_text().partition("[prefixes]")[0].splitlines()
    for before, line in itertools.pairwise(lines):
        if " = " in line and not line.startswith("#"):
            assert before.startswith("# guessed: "), line
            assert len(before) > 20


def test_hostile_texts_stay_in_their_quotes(tmp_path: Path) -> None:
    """What the data says ends up in TOML and on a terminal: it closes no string and begins no line."""
    evil = '"\\"\\n[lint]\\nsyntax = \\"off\\" \\u001b[31m\\u007f"'
    (tmp_path / "x.ttl").write_text(PREFIXES + f"<https://e.example/d> a void:Dataset ; dcterms:title {evil} .\n")
    made = gather(find([tmp_path / "x.ttl"]), tmp_path / "made", copy=True)
    assert config.load(made.root).lint == {}
    assert made.guesses.paragraph.isprintable()


def test_files_with_one_name_stay_two(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.ttl").write_text(PREFIXES + PEOPLE)
    (tmp_path / "b/X.TTL").write_text(PREFIXES + PEOPLE)
    made = gather(find([tmp_path / "a/x.ttl", tmp_path / "b", tmp_path / "a"]), tmp_path / "made", copy=False)
    assert sorted(Path(path).relative_to(tmp_path).as_posix() for path in made.paths.values()) == [
        "a/x.ttl",
        "b/X.TTL",
        "b/x.ttl",
    ]
    assert len({name.casefold() for name in made.paths}) == 3
    assert all((made.root / name).read_text() == PREFIXES + PEOPLE for name in made.paths)


def test_an_ontology_goes_where_ontologies_are(tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text(PREFIXES + ONTOLOGY)
    (tmp_path / "people.ttl").write_text(PREFIXES + PEOPLE)
    made = gather(find([tmp_path]), tmp_path / "made", copy=True)
    assert sorted(made.paths) == ["data/people.ttl", "ontology/terms.ttl"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text(PREFIXES + PEOPLE)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("…")
    with pytest.raises(UserError, match="not empty"):
        gather(find([tmp_path / "x.ttl"]), tmp_path / "full", copy=True)
    with pytest.raises(UserError, match="no RDF file"):
        find([tmp_path / "full"])
    with pytest.raises(UserError, match="There is no file or folder"):
        find([tmp_path / "nowhere.ttl"])
