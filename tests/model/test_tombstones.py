"""What is dead and where it moved to; no client is sent in a circle."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from asking import site_of
from projects import FILES, PREFIXES, TOML, loaded, make_project

from ecoop_ld.model import tombstones
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.represent import represent

ID = "https://example.org/id/thing/"


def dataset(tmp_path: Path, statements: str) -> Dataset:
    """``a`` to ``d`` are things of the project, ``x`` is somebody else's."""
    text = (
        PREFIXES
        + "".join(f"@prefix {n}: <{ID}{n}> .\n" for n in "abcd")
        + "@prefix x: <http://elsewhere.example/x> .\n"
    )
    settings, found = loaded(make_project(tmp_path, {"data/things.ttl": text + statements}))
    return Dataset(settings, found.quads, ())


@pytest.mark.parametrize(
    ("statements", "fate"),
    [
        ("a: a ex:Thing .", None),
        ("a: a ex:Thing ; dcterms:isReplacedBy b: .", None),  # it lives beside its successor
        ("a: owl:deprecated false ; a ex:Thing .", None),
        ("a: dcterms:isReplacedBy a: .", None),
        ("a: owl:deprecated true .", ("", "")),
        ('a: owl:deprecated "1"^^xsd:boolean .', ("", "")),
        ("a: dcterms:isReplacedBy b: .", ("b", "b")),
        ("a: a ex:Thing ; owl:deprecated true .", None),  # it is marked
        ("a: a ex:Thing ; owl:deprecated true ; dcterms:isReplacedBy b: .", None),
        ("a: owl:deprecated true ; dcterms:isReplacedBy a: , b: .", ("b", "")),
        ("a: dcterms:isReplacedBy b: , c: .", ("bc", "")),
        ("a: dcterms:isReplacedBy <urn:x> .", ("?", "")),
        ("a: dcterms:isReplacedBy <http://elsewhere.example/x> .", ("?", "?")),
        ("a: dcterms:isReplacedBy b: . b: dcterms:isReplacedBy c: .", ("b", "b")),
        ("a: dcterms:isReplacedBy b: . b: dcterms:isReplacedBy a: .", ("b", "")),
        ("a: dcterms:isReplacedBy b: . b: dcterms:isReplacedBy c: . c: dcterms:isReplacedBy a: .", ("b", "")),
        ("a: dcterms:isReplacedBy b: . b: dcterms:isReplacedBy c: , d: . d: dcterms:isReplacedBy a: .", ("b", "")),
        ("a: dcterms:isReplacedBy b: . b: dcterms:isReplacedBy c: . c: dcterms:isReplacedBy b: .", ("b", "b")),
    ],
)  # fmt: skip
def test_the_fate_of_a(tmp_path: Path, statements: str, fate: tuple[str, str] | None) -> None:
    """Expected: successors and target by their letters, ``?`` for what is not ours."""
    found = tombstones.fate(dataset(tmp_path, statements), ID + "a")

    def letter(iri: str) -> str:
        return iri.removeprefix(ID) if iri.startswith(ID) else "?" if iri else ""

    assert (found and ("".join(map(letter, found.successors)), letter(found.target))) == fate


def test_a_kind_that_only_follows_from_a_rule_keeps_nothing_alive(tmp_path: Path) -> None:
    stated = dataset(tmp_path, "a: owl:deprecated true . b: a ex:Thing .")
    kind = next(q for q in stated.stated if q.predicate.value == names.RDF + "type")
    derived = ox.Quad(ox.NamedNode(ID + "a"), kind.predicate, kind.object, ox.NamedNode(stated.derived_graph))
    assert tombstones.fate(Dataset(stated.config, stated.stated, [derived]), ID + "a") == tombstones.Fate((), "")


def test_the_dead_are_told_in_order(tmp_path: Path) -> None:
    found = dataset(tmp_path, "c: owl:deprecated true . a: dcterms:isReplacedBy b: . b: a ex:Thing . d: owl:deprecated false .")  # fmt: skip
    assert [iri.removeprefix(ID) for iri, _ in tombstones.dead(found)] == ["a", "c"]


@pytest.mark.parametrize(
    ("gone", "statements", "fate"),
    [
        (True, "a: a ex:Thing ; owl:deprecated true .", ((), "")),
        (True, "a: a ex:Thing ; owl:deprecated true ; dcterms:isReplacedBy b: .", ((ID + "b",), ID + "b")),
        (True, "a: a ex:Thing ; dcterms:isReplacedBy b: .", None),
        (False, "a: a ex:Thing ; owl:deprecated true .", None),
    ],
)
def test_a_project_may_say_that_deprecated_means_gone(
    tmp_path: Path, gone: bool, statements: str, fate: tuple[tuple[str, ...], str] | None
) -> None:
    toml = TOML.replace("[addresses]", f"[addresses]\ndeprecated_is_gone = {str(gone).lower()}")
    text = PREFIXES + "".join(f"@prefix {n}: <{ID}{n}> .\n" for n in "ab") + statements
    settings, found = loaded(make_project(tmp_path, {"data/things.ttl": text}, toml))
    said = tombstones.fate(Dataset(settings, found.quads, ()), ID + "a")
    assert (said and (said.successors, said.target)) == fate


@pytest.mark.parametrize(
    ("more", "words"), [("", "no longer to be used."), (" ; dcterms:isReplacedBy b:", "Use instead")]
)
def test_what_is_deprecated_and_lives_is_marked(tmp_path: Path, more: str, words: str) -> None:
    statements = (
        f'a: a ex:Thing ; rdfs:label "Old"@en ; owl:deprecated true{more} . b: a ex:Thing ; rdfs:label "New"@en .'
    )
    text = PREFIXES + "".join(f"@prefix {n}: <{ID}{n}> .\n" for n in "ab") + statements
    site = site_of(make_project(tmp_path, {**FILES, "data/things.ttl": text}))
    page = represent(site, site.resources["doc/thing/a"], HTML, "en").decode()
    note = page.partition('role="note"')[2].partition("</div>")[0]
    assert words in note
    assert ("New" in note) == bool(more)
