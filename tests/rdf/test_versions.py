"""One version of an ontology, whoever asks: pages, releases, checks and the guesses about a folder of files."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from projects import FILES, ONTOLOGY, checked, loaded, make_project

from ecoop_ld.model.index import Index
from ecoop_ld.projects.guess import Input, guess
from ecoop_ld.rdf.formats import TURTLE
from ecoop_ld.rdf.versions import version_of

TEXT, IRI = ox.Literal, ox.NamedNode("https://example.org/ns/9")


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ([], ""),
        ([IRI, "https://example.org/ns/8"], ""),
        ([TEXT("1.0.0")], "1.0.0"),
        ([TEXT("2.0.0"), TEXT("1.0.0")], "1.0.0"),
        ([TEXT("Erste", language="de"), TEXT("First", language="en"), TEXT("Primera", language="es-MX")], "Primera"),
        ([TEXT("Erste", language="de"), TEXT("Av", language="it")], "Av"),
        ([TEXT("A", language="es"), TEXT("1.0.0")], "1.0.0"),
    ],
)
def test_of_several_texts_one_is_the_version(said: list[object], version: str) -> None:
    assert version_of(said, ("es", "en")) == version
    assert version_of(reversed(said), ("es", "en")) == version


def test_who_asks_does_not_matter(tmp_path: Path) -> None:
    """An ontology with two versions has one of them on its page, in its check and in what is guessed of it."""
    text = ONTOLOGY.replace('versionInfo "1.0.0"', 'versionInfo "2.0.0" , "1.0.0"')
    settings, sources = loaded(make_project(tmp_path / "a", {**FILES, "ontology/ns.ttl": text}))
    assert Index(settings, sources.quads, ()).version_of(settings.vocabulary_iri) == "1.0.0"
    file = tmp_path / "ns.ttl"
    file.write_text(text, encoding="utf-8")
    assert 'version = "1.0.0"' in guess([Input(file, "ontology/ns.ttl", TURTLE)], "ns").as_toml()
    iri = "owl:versionIRI <https://example.org/ns/1.0.0>"
    wrong = text.replace(iri, "owl:versionIRI <https://example.org/ns/2.0.0>")
    for number, (ontology, found) in enumerate(((text, []), (wrong, ["ontology-version"]))):
        report = checked(tmp_path / str(number), {"ontology/ns.ttl": ontology})
        assert [one.code for one in report.findings if one.code == "ontology-version"] == found
