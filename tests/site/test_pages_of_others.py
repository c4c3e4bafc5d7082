"""What pages of other people's data must say, read in a browser: nine real data sets, where they are at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecoop_ld import config
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise

TIME, GND = "http://www.w3.org/2006/time", "https://d-nb.info/standards/vocab/gnd/"
SKOSMOS, WIKIDATA = "http://www.skosmos.skos/", "http://www.wikidata.org/entity/"
SAID: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {
    "time": {
        (f"{TIME}#MonthOfYear", "en"): ("month: exactly 1", "month exactly 1", "week: exactly 0", "Feature at risk"),
        (f"{TIME}#January", "en"): ("This is no longer to be used.", "This class was present in the 2006 version"),
        (f"{TIME}#Friday", "en"): ("day of week", "vendredi", "пятница"),
        (f"{TIME}#ProperInterval", "es"): ("Intervalo propio", "no tiene nada en común con"),
    },
    "epo": {
        ("http://data.europa.eu/a4g/ontology#Lot", "en"): ("Lot", "is the value of", "4 more properties are not drawn."),
        ("http://data.europa.eu/a4g/ontology#Buyer", "en"): ("Buyer", "kind of"),
    },
    "dcat": {
        ("http://www.w3.org/ns/dcat#Dataset", "en"): ("Dataset", "A collection of data", "kind of"),
        ("http://www.w3.org/ns/dcat#distribution", "fr"): ("distribution",),
    },
    "bf": {("http://id.loc.gov/ontologies/bibframe/Work", "en"): ("Work", "class")},
    "gnd": {
        (f"{GND}gnd-sc", "en"): ("GND Subject Categories", "Hierarchy", "483 concepts", "Imports"),
        (f"{GND}3.2a", "en"): ("3.2a", "3*", "Religion"),
        (f"{GND}gender#", "de"): ("Geschlecht", "männlich", "weiblich"),
    },
    "sdg": {
        ("http://metadata.un.org/sdg/C160401", "ar"): ("16.04.01", "16.4.1", "C160401", "مفهوم أعم"),
        ("http://metadata.un.org/sdg/1", "zh"): ("End poverty in all its forms everywhere", "Éliminer la pauvreté", "复制"),
    },
    "skosmos": {
        (f"{SKOSMOS}changes/d4", "en"): ("Fourth date", "This is no longer to be used. Use instead:", "Hurr Durr"),
        (f"{SKOSMOS}altlabel/c1", "en"): ("Home", "Koti", "alternative label"),
        (f"{SKOSMOS}cbd/aboutTest", "en"): ("Schema about test", "cbd blank node test"),
    },
    "wd": {
        (f"{WIKIDATA}Q42", "en"): ("Douglas Adams", "English author and humourist", "11 March 1952", "000057405"),
        (f"{WIKIDATA}Q42", "de"): ("britischer Schriftsteller", "11. März 1952"),
    },
    "geo": {
        ("http://example.com/datasets/sandgate", "en"): ("Sandgate example dataset", "POLYGON", "27.3217° south, 153.0337° east", "has part"),
    },
}  # fmt: skip


def site_of(root: Path) -> Site:
    settings = config.load(root)
    loaded = files.load(settings)
    return load_site(settings, loaded, materialise(settings, loaded.quads))


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", SAID)
def test_what_a_page_must_say(shared: Path, browser: Any, name: str) -> None:
    site = site_of(shared / "corpora/projects" / name)
    for (iri, language), phrases in SAID[name].items():
        place = site.dataset.page(iri)
        assert place is not None, iri
        page = browser.new_page()
        page.set_content(represent(site, site.resources[place[0]], HTML, language).decode())
        part = page.locator(f'[id="{place[1]}"]') if place[1] else page.locator("main")
        text = " ".join(part.inner_text().split()).casefold()
        page.close()
        for phrase in phrases:
            assert phrase.casefold() in text, (iri, language, phrase, text[:600])
