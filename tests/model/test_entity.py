"""What a page says of one thing: which values stand there, which are told better elsewhere, and who says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ONTOLOGY, PREFIXES, TOML, loaded, make_project

from ecoop_ld.model import layouts
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer, Entity
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.sources.materialise import materialise

ID = "https://example.org/id/thing/"
SETTINGS = (
    TOML.replace('languages = ["en"]', 'languages = ["en", "es"]')
    + """
[provenance]
supports = "ex:supports"
text = "ex:says"
locator = "ex:page"
passage = "ex:where"
document = "dcterms:source"
"""
)
TERMS = """
ex:owns a owl:ObjectProperty ; rdfs:label "owns"@en ; rdfs:subPropertyOf ex:uses .
ex:usedBy a owl:ObjectProperty ; rdfs:label "used by"@en ; owl:inverseOf ex:uses .
ex:near a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:label "near"@en .
ex:motto a owl:DatatypeProperty ; rdfs:label "motto"@en .
ex:maker a owl:ObjectProperty ; rdfs:label "maker"@en .
"""
SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/ns#> .
@prefix exsh: <https://example.org/shapes#> .
exsh:View a sh:NodeShape ; sh:targetClass ex:Thing ;
    sh:property [ sh:path ex:uses ; sh:group exsh:All ; sh:order 1 ] , [ sh:path ex:near ; sh:group exsh:All ; sh:order 2 ] .
"""


def described(tmp_path: Path, statements: str, language: str = "en", name: str = "a") -> Entity:
    """One of the things ``a`` to ``d``."""
    names = "".join(f"@prefix {n}: <{ID}{n}> .\n" for n in "abcd")
    things = "".join(f'{n}: a ex:Thing ; rdfs:label "{n.upper()}"@en .\n' for n in "abcd")
    files = {"ontology/ns.ttl": ONTOLOGY + TERMS, "data/a.ttl": PREFIXES + names + things + statements, "shapes/v.ttl": SHAPE}  # fmt: skip
    settings, found = loaded(make_project(tmp_path, files, SETTINGS))
    dataset = Dataset(settings, found.quads, materialise(settings, found.quads))
    return Describer(dataset, language, layouts.read(q for file in found.shapes for q in file.quads)).entity(ID + name)


def told(entity: Entity) -> dict[tuple[str, str], list[str]]:
    """Heading of a group or its key, and name of a property → its values in words."""

    def word(content: Text | Link) -> str:
        return content.label.value if isinstance(content, Link) else content.value

    found: dict[tuple[str, str], list[str]] = {}
    for group in entity.groups:
        for prop in group.properties:
            key = group.key if group.key in ("references", "readings", "languages") else ""
            found.setdefault((key, prop.name.value), []).extend(word(v.content) for v in prop.values)
    return found


def test_what_only_follows_from_a_narrower_property_is_not_said_twice(tmp_path: Path) -> None:
    found = told(described(tmp_path, "a: ex:owns b: ; ex:uses c: . d: ex:owns a: ."))
    assert found["", "owns"] == ["B"]
    assert found["", "uses"] == ["C"]


def test_what_is_stated_with_both_properties_is_said_with_both(tmp_path: Path) -> None:
    found = told(described(tmp_path, "a: ex:owns b: ; ex:uses b: ."))
    assert (found["", "owns"], found["", "uses"]) == (["B"], ["B"])


@pytest.mark.parametrize(
    ("values", "english", "spanish", "others"),
    [
        ('"one"@en , "uno"@es', ["one"], ["uno"], []),
        ('"one"@en , "uno"@es , "um"@pt , "plain" , 1', ["1", "one", "plain"], ["1", "plain", "uno"], ["um"]),
        ('"uno"@es-419 , "one"@en-GB', ["one"], ["uno"], []),
        ('"uno"@es', ["uno"], ["uno"], []),  # better than nothing
        ('"um"@pt , "plain"', ["plain"], ["plain"], ["um"]),
    ],
)
def test_texts_stand_in_the_language_of_the_page_and_others_by_themselves(
    tmp_path: Path, values: str, english: list[str], spanish: list[str], others: list[str]
) -> None:
    for language, expected in (("en", english), ("es", spanish)):
        found = told(described(tmp_path / language, f"a: ex:motto {values} .", language))
        assert sorted(found["", "motto"]) == expected
        assert found.get(("languages", "motto"), []) == others


@pytest.mark.parametrize(
    ("statement", "referred"),
    [
        ("b: ex:maker a: .", ["is “maker” of"]),
        ("a: ex:usedBy b: .", []),  # that the other uses it stands here as "used by"
        ("b: ex:usedBy a: .", []),  # the page says "uses" already, by its layout
        ("b: ex:near a: .", []),  # and that both are near, from either side
        ("b: ex:uses a: .", ["used by"]),
        ("b: ex:owns a: .", ["is “owns” of"]),
    ],
)
def test_what_links_here_is_told_unless_the_page_says_so_already(
    tmp_path: Path, statement: str, referred: list[str]
) -> None:
    found = told(described(tmp_path, statement))
    assert [name for group, name in found if group == "references"] == referred
    assert sum(values.count("B") for values in found.values()) >= 1


def test_claims_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    claims = "".join(
        f'<https://example.org/id/claim/f{n}> ex:says "{n}"@en ; ex:supports _:s ; ex:where <https://example.org/id/passage/p{n}> .\n'
        f'<https://example.org/id/passage/p{n}> ex:page "{n}" .\n'
        for n in ("09", "02", "11", "05")
    )
    statement = "_:s a rdf:Statement ; rdf:subject a: ; rdf:predicate ex:maker ; rdf:object b: .\n"
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    entity = described(tmp_path, f"{rdf}a: ex:maker b: .\n{statement}{claims}")
    (value,) = next(p.values for g in entity.groups for p in g.properties if p.name.value == "maker")
    assert [source.claim.iri.rpartition("/")[2] for source in value.sources if source.claim] == ["f02", "f05", "f09", "f11"]  # fmt: skip
    assert [source.locator[-2:] for source in value.sources] == ["02", "05", "09", "11"]


def test_who_says_nothing_is_an_editor_and_nobody_elses_claim_is_borrowed(tmp_path: Path) -> None:
    claim = '<https://example.org/id/claim/f1> ex:says "x"@en ; ex:supports <https://example.org/id/statement/s> .\n'
    statement = "<https://example.org/id/statement/s> a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement> ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> a: ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> ex:maker ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> b: .\n"  # fmt: skip
    entity = described(tmp_path, f"a: ex:maker b: , c: .\n{statement}{claim}")
    values = next(p.values for g in entity.groups for p in g.properties if p.name.value == "maker")
    assert {v.content.label.value: [s.kind for s in v.sources] for v in values if isinstance(v.content, Link)} == {
        "B": ["claim"],
        "C": ["editorial"],
    }


@pytest.mark.parametrize(
    ("language", "shown"), [("en", {"motto"}), ("es", {"motto", "gloss"}), ("pt", {"motto", "gloss"})]
)
def test_what_is_translated_for_other_pages_is_not_told_with_a_node(
    tmp_path: Path, language: str, shown: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts in Spanish and Portuguese beside one in English, where the node is unfolded; one text alone is told."""
    monkeypatch.setitem(
        globals(), "SETTINGS",
        TOML.replace('languages = ["en"]', 'languages = ["en", "es", "pt"]') + '\n[pages]\nunfold = ["ex:Share"]\n',
    )  # fmt: skip
    share = """
<https://example.org/id/share/s> a ex:Share ; rdfs:label "S"@en ; ex:maker a: ; ex:motto "quick"@en ; ex:gloss "rápido"@es , "rápido (pt)"@pt .
"""
    entity = described(tmp_path, share, language)
    (value,) = [v for g in entity.groups for p in g.properties for v in p.values if v.parts]
    assert {part.name.value.rpartition(":")[2] for part in value.parts if part.name} - {"maker"} == shown
