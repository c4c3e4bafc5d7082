"""The page of the vocabulary: what it says of a term beyond what every vocabulary has."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import FILES, TOML, loaded, make_project

from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent

LEVELS = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:Tool ex:termLevel ex:Never ; ex:depth <https://example.org/id/thing/deep> .
<https://example.org/id/thing/deep> a ex:Thing ; rdfs:label "Deep"@en .
ex:Never rdfs:label "Never"@en .
"""


@pytest.mark.parametrize(("setting", "shown"), [('level = "ex:depth"', "Deep"), ("", "")])
def test_the_level_of_a_term_is_what_the_settings_call_so(setting: str, shown: str, tmp_path: Path) -> None:
    toml = f"{TOML}\n[pages]\n{setting}\n" if "[pages]" not in TOML else TOML.replace("[pages]", f"[pages]\n{setting}")
    settings, found = loaded(make_project(tmp_path, {**FILES, "data/levels.ttl": LEVELS}, toml))
    site = load_site(settings, found, ())
    page = represent(site, site.resources["ns"], HTML, "en").decode()
    term = page[page.index('id="Tool"') :].partition("</section>")[0]
    assert "stable" in term
    assert "Never" not in term
    assert ("Deep" in term) == bool(shown)
