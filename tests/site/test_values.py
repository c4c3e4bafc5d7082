"""Literals on pages: addresses are links, HTML does no harm, and a datatype that says something is named."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from projects import TOML, make_project

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.model.naming import Text
from ecoop_ld.rdf.formats import HTML, TURTLE
from ecoop_ld.rdf.names import RDF, XSD
from ecoop_ld.site.literals import address, markup
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.sources import files


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        (Text("https://example.org/a?b=c"), "https://example.org/a?b=c"),
        (Text("https://example.org/a", "", XSD + "anyURI"), "https://example.org/a"),
        (Text("someone@mail.example"), "mailto:someone@mail.example"),
        (Text("+44 (0)20 7946-0000"), "tel:+4402079460000"),
        (Text("see https://example.org/"), ""),
        (Text("https://example.org/ and more"), ""),
        (Text("javascript:alert(1)", "", XSD + "anyURI"), ""),
        (Text('https://example.org/"onclick="x'), ""),
        (Text("a@b"), ""),
        (Text("+1"), ""),
        (Text("https://example.org/", "en"), ""),
        (Text("https://example.org/", cut=True), ""),
    ],
)
def test_a_text_that_is_an_address_leads_there(text: Text, leads: str) -> None:
    assert address(text) == leads


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>a <b>b</b></p>\n<p>c</p>", "a <b>b</b><br>\nc"),
        ("<script>alert(1)</script>x", "x"),
        ('<p onclick="x" style="y">a</p>', "a"),
        ('<a href="javascript:x">a</a>', '<a rel="external nofollow noopener">a</a>'),
        ('<img src="https://t.example/"><iframe src="x"></iframe>a', "a"),
        ("a < b", "a &lt; b"),
    ],
)
def test_html_of_the_data_does_no_harm(source: str, shown: str) -> None:
    assert markup(Text(source, "", RDF + "HTML")) == shown
    assert markup(Text(source)) is None


DATA = """
@prefix s: <http://schema.org/> .
@prefix place: <https://places.example/terms#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix t: <https://example.org/id/thing/> .
t:named a s:Person ; s:name "Ada" ; s:description "A person." .
t:without a s:CreativeWork ; place:shape "POINT(1 2)"^^place:wkt ; rdfs:seeAlso <mailto:a@b.example> .
t:lines a s:Thing ; s:name "Lines" ; rdfs:comment "one\\ntwo" .
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    settings = config.load(make_project(tmp_path_factory.mktemp("values"), {"data/d.ttl": DATA}, TOML))
    site = load_site(settings, files.load(settings), ())
    names = ("named", "without", "lines")
    return {n: represent(site, site.resources[f"doc/thing/{n}"], HTML, "en").decode() for n in names}


def test_schema_org_names_and_describes_by_default(pages: dict[str, str]) -> None:
    assert "<h1>Ada</h1>" in pages["named"]
    assert "A person." in pages["named"].partition("</header>")[0]


def test_what_has_no_name_is_called_by_its_kind_and_terms_by_the_prefixes_of_the_files(pages: dict[str, str]) -> None:
    assert "<h1>Creative work without</h1>" in pages["without"]
    assert ">place:shape<" in pages["without"]
    assert ">place:wkt<" in pages["without"]
    assert ">a@b.example</a>" in pages["without"]


PICTURES = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://example.org/id/thing/a> foaf:name "A" ; foaf:depiction <https://pics.example/a.jpg> , <https://other.example/b.jpg> ,
    <https://pics.example.evil.example/c.jpg> , <javascript:x> ; foaf:page <https://pics.example/a.html> .
"""


def test_pictures_are_loaded_from_nowhere_but_where_the_project_says(tmp_path: Path) -> None:
    for pictures, shown in ((), []), (("https://pics.example/",), ["https://pics.example/a.jpg"]):
        folder = tmp_path / str(len(pictures))
        toml = TOML + "\n[pages]\npictures = [" + ", ".join(f'"{one}"' for one in pictures) + "]\n"
        settings = config.load(make_project(folder, {"data/d.ttl": PICTURES}, toml))
        site = load_site(settings, files.load(settings), ())
        page = represent(site, site.resources["doc/thing/a"], HTML, "en").decode()
        assert re.findall(r'<img src="([^"]*)"', page) == shown
        policy = re.search(r"img-src ([^;]*);", html.unescape(page))
        assert policy
        assert policy[1].split() == ["'self'", "data:", *pictures]
        assert page.count('class="picture linked"') == 3 - len(shown)


@pytest.mark.parametrize(
    "address", ["http://pics.example/", "https://pics.example", "https://*/", "https://a/; script-src *"]
)
def test_an_address_that_is_no_beginning_is_refused(tmp_path: Path, address: str) -> None:
    root = make_project(tmp_path, {"data/d.ttl": PICTURES}, TOML + f'\n[pages]\npictures = ["{address}"]\n')
    with pytest.raises(UserError, match=r"pages\.pictures"):
        config.load(root)


def test_lines_stay_lines(pages: dict[str, str]) -> None:
    assert '<span class="lines">one\ntwo</span>' in pages["lines"]


def test_a_version_of_the_vocabulary_that_is_no_part_of_an_address_is_escaped_there(tmp_path: Path) -> None:
    ontology = '<https://example.org/ns> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#versionInfo> "Version 1 (draft)" .'
    settings = config.load(make_project(tmp_path, {"ontology/ns.ttl": ontology}, TOML))
    site = load_site(settings, files.load(settings), ())
    assert b"<https://example.org/ns/Version%201%20%28draft%29>" in represent(
        site, site.resources["catalog"], TURTLE, "en"
    )
