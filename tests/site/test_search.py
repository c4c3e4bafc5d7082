"""The full-text index: what is in it, the same bytes each time, and the list of names where it is not installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import need
from projects import FILES, TOML, loaded, make_project

from ecoop_ld.build import build
from ecoop_ld.site import search
from ecoop_ld.site.findable import records
from ecoop_ld.site.load import load_site
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise

THINGS = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://example.org/id/thing/one> a ex:Thing ; rdfs:label "One <b>&</b>"@en , "Uno"@es ;
    rdfs:comment "Big red balloon."@en , "Gran globo rojo."@es ; ex:size 3 .
"""
TWO = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]')
QUESTION = "# title: How many things?\n# title.es: ¿Cuántas cosas?\nSELECT (COUNT(*) AS ?n) { ?s ?p ?o }\n"


def project(tmp_path: Path) -> Path:
    return make_project(tmp_path, {**FILES, "data/things.ttl": THINGS, "site/queries/q1.rq": QUESTION}, TWO)


def site_of(root: Path) -> Site:
    settings, found = loaded(root)
    return load_site(settings, found, materialise(settings, found.quads))


def test_things_questions_and_terms_are_found_by_their_texts_in_each_language(tmp_path: Path) -> None:
    site = site_of(project(tmp_path))
    english, spanish = ({r.title: r for r in records(site, code)} for code in ("en", "es"))
    thing = english["One <b>&</b>"]
    assert (thing.kind, thing.page, thing.names) == ("Thing", ("doc/thing/one", ""), ("Uno",))
    assert "balloon" in thing.text
    assert "globo" not in thing.text
    assert "globo" in spanish["Uno"].text
    assert english["How many things?"].page == ("queries/q1", "")
    assert english["tool"].page == ("ns", "Tool")
    assert "work with" in english["tool"].text


def test_the_index_is_the_same_from_build_to_build_and_has_no_text_of_html(tmp_path: Path) -> None:
    need(search.version(), "pagefind-bin")
    site = site_of(project(tmp_path))
    found = {code: records(site, code) for code in ("en", "es")}
    made = []
    for _ in range(2):
        with search.indexing(site.dataset.addresses, found) as index:
            made.append(dict(index.files()))
    assert made[0] == made[1]
    entry = json.loads(made[0]["assets/pagefind/pagefind-entry.json"])
    assert {code: row["page_count"] for code, row in entry["languages"].items()} == {
        c: len(r) for c, r in found.items()
    }
    assert not [name for name in made[0] if "ui" in name]


def test_without_pagefind_names_and_the_words_near_them_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "version", lambda: "")
    root = project(tmp_path)
    settings, _ = loaded(root)
    assert build.build(settings, tmp_path / "public").ok
    rows = json.loads((tmp_path / "public/assets/search.es.json").read_bytes())["rows"]
    assert ["Uno", "Thing", "doc/thing/one", "", ["One <b>&</b>"], "Gran globo rojo.", 0, 1] in rows
    front = (tmp_path / "public/index.es.html").read_text(encoding="utf-8")
    assert 'data-index="./assets/search.es.json"' in front
    assert "data-pagefind" not in front
    assert not (tmp_path / "public/assets/pagefind").exists()


def test_the_build_is_made_again_when_pagefind_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = loaded(project(tmp_path))
    monkeypatch.setattr(search, "version", lambda: "")
    before = build.fingerprint(settings)
    monkeypatch.setattr(search, "version", lambda: "1.5.2")
    assert build.fingerprint(settings) != before
