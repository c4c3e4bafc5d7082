"""Names of terms of well-known vocabularies, in the languages of the pages."""

from __future__ import annotations

import tomllib
from importlib import resources

from ecoop_ld.rdf.names import DCTERMS, SKOS
from ecoop_ld.words.labels import well_known

TABLE = tomllib.loads(resources.files("ecoop_ld.words").joinpath("labels.toml").read_text(encoding="utf-8"))
LANGUAGES = {
    entry.name.removesuffix(".toml")
    for entry in resources.files("ecoop_ld.words.messages").iterdir()
    if entry.name.endswith(".toml")
}
WHOLE = ("dcam:", "dcat:", "dcterms:", "foaf:", "owl:", "rdfs:", "skos:", "xsd:")
"""Vocabularies that are named in each language."""


def test_the_common_vocabularies_are_named_in_every_language() -> None:
    assert {term for term, texts in TABLE.items() if term.startswith(WHOLE) and set(texts) != LANGUAGES} == set()


def test_a_name_is_in_the_first_language_that_there_is_else_in_english() -> None:
    assert well_known(SKOS + "broader", ("de", "en")) == ("Oberbegriff", "de")
    assert well_known(SKOS + "broader", ("fi", "ru")) == ("более широкое понятие", "ru")
    assert well_known(SKOS + "broader", ("fi",)) == ("broader concept", "en")
    assert well_known(SKOS + "nothing", ("en",)) is None
    assert well_known("http://purl.org/dc/elements/1.1/creator", ("de",)) == well_known(DCTERMS + "creator", ("de",))
    assert well_known("http://creativecommons.org/ns#license", ("en",)) == ("licence", "en")
    assert well_known("http://purl.org/dc/elements/1.1/nothing", ("en",)) is None
