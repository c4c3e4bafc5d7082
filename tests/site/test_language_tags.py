"""A site in languages that have scripts and regions, of data whose tags are narrower, wider or in other letters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import start_server, stop_server
from endpoints import build, fetch
from projects import TOML, checked, make_project

from ecoop_ld import config
from ecoop_ld.errors import UserError

LANGUAGES = 'languages = ["pt-BR", "en", "zh-Hant", "sr-Latn"]'
SETTINGS = TOML.replace('title.en = "Example"', 'title.pt-BR = "Exemplo"\ntitle.en = "Example"').replace(
    'languages = ["en"]', LANGUAGES
)
DATA = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/id/thing/one> a ex:Thing ;
    rdfs:label "Jardim do Rossio"@pt-PT, "Jardim da Praça"@PT-br, "Square Garden"@en-GB, "廣場花園"@zh-TW, "Vrt"@sr ;
    rdfs:comment "Um jardim."@pt, "A garden."@en .
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and folder."""
    root = make_project(tmp_path_factory.mktemp("tags"), {"data/a.ttl": DATA}, SETTINGS)
    (root / "site/messages").mkdir(parents=True)
    (root / "site/messages/sr.toml").write_text('explore = "Pregled"\n', encoding="utf-8")
    public = build(root)
    running = start_server(root, public)
    yield running.url, public
    stop_server(running)


@pytest.mark.parametrize(
    ("file", "language", "title", "told", "words"),
    [
        ("one.html", "pt-BR", "Jardim da Praça · Exemplo", "Um jardim.", "Explorar"),
        ("one.en.html", "en", "Square Garden · Example", "A garden.", "Explore"),
        ("one.zh-Hant.html", "zh-Hant", "廣場花園 · Exemplo", "Um jardim.", "浏览"),
        ("one.sr-Latn.html", "sr-Latn", "Vrt · Exemplo", "Um jardim.", "Pregled"),
    ],
)
def test_each_page_has_the_nearest_texts_and_words(
    site: tuple[str, Path], file: str, language: str, title: str, told: str, words: str
) -> None:
    page = (site[1] / "doc/thing" / file).read_text(encoding="utf-8")
    assert f'<html lang="{language}"' in page
    assert f"<title>{title}</title>" in page
    assert told in page
    assert words in page
    assert set(re.findall(r'hreflang="([^"]+)"', page)) == {"pt-BR", "en", "zh-Hant", "sr-Latn", "x-default"}


@pytest.mark.parametrize(
    ("accept", "title"),
    [
        ("pt", "Jardim da Praça"),
        ("pt-PT, en;q=0.5", "Jardim da Praça"),
        ("en-AU", "Square Garden"),
        ("zh-hant-TW", "廣場花園"),
        ("SR-LATN", "Vrt"),
        ("fr", "Jardim da Praça"),
    ],
)
def test_the_server_gives_the_language_that_serves_the_reader(site: tuple[str, Path], accept: str, title: str) -> None:
    found = fetch(site[0], "doc/thing/one", headers={"Accept": "text/html", "Accept-Language": accept})
    assert f"<title>{title} ·" in found.body.decode()


def test_the_search_of_each_language_knows_its_names(site: tuple[str, Path]) -> None:
    for language, name in (("pt-BR", "Jardim da Praça"), ("sr-Latn", "Vrt")):
        table = json.loads((site[1] / f"assets/search.{language}.json").read_text(encoding="utf-8"))
        assert name in json.dumps(table, ensure_ascii=False)


def test_nothing_is_said_against_such_a_project(tmp_path: Path) -> None:
    report = checked(tmp_path, {"data/a.ttl": DATA}, SETTINGS)
    assert report.conforms


@pytest.mark.parametrize(
    ("languages", "hint"),
    [('["pt_BR"]', 'Write "pt-BR"'), ('["EN"]', 'Write "en"'), ('["english!"]', "two letters"), ('["en", "en"]', "Take")],
)  # fmt: skip
def test_what_is_no_tag_is_refused_with_what_was_meant(tmp_path: Path, languages: str, hint: str) -> None:
    toml = TOML.replace('languages = ["en"]', f"languages = {languages}")
    with pytest.raises(UserError) as raised:
        config.load(make_project(tmp_path, toml=toml))
    assert hint in raised.value.hint
