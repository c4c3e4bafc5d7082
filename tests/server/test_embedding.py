"""Cards of things for other sites: in a frame, as a piece of HTML, and by oEmbed; on a server and in a folder."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from conftest import start_server, stop_server
from endpoints import build, fetch
from projects import FILES, TOML, make_project

ODD = """
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/id/thing/odd> a ex:Thing ; rdfs:label "A <b>\\"bold\\"</b> & odd one"@en, "Uno <raro>"@es ;
  skos:definition "Two\\n  lines."@en .
<https://example.org/elsewhere?x=1> a ex:Thing ; rdfs:label "Elsewhere"@en .
"""
ENDED = """
@prefix ex: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://example.org/id/thing/gone> a ex:Thing ; owl:deprecated true .
<https://example.org/id/thing/moved> a ex:Thing ; owl:deprecated true ; dcterms:isReplacedBy <https://example.org/id/thing/odd> .
"""
IRI = "https://example.org/id/thing/odd"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    toml = TOML.replace(
        'languages = ["en"]', 'languages = ["en", "es"]\nlicense = "https://creativecommons.org/licenses/by/4.0/"'
    )
    toml = toml.replace("[addresses]", "[addresses]\ndeprecated_is_gone = true")
    toml += '\n[build]\nformats = ["turtle", "card"]\n'
    project = make_project(
        tmp_path_factory.mktemp("cards"), {**FILES, "data/odd.ttl": ODD, "data/ended.ttl": ENDED}, toml
    )
    public = build(project)
    running = start_server(project, public)
    yield running.url, public
    stop_server(running)


class Tags(HTMLParser):
    """The tags of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_card_runs_nothing_and_stands_in_any_frame(site: tuple[str, Path]) -> None:
    url, public = site
    found = fetch(url, "doc/thing/odd.card.html")
    assert found.status == 200
    policy = found.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    seen = Tags(found.body.decode())
    assert 'A <b>"bold"</b> & odd one' in seen.text
    assert "CC-BY-4.0" in seen.text
    assert IRI in seen.text
    assert ("meta", {"name": "robots", "content": "noindex"}) in seen.tags
    assert not {"script", "b"} & {tag for tag, _ in seen.tags}
    assert found.body == (public / "doc/thing/odd.card.html").read_bytes()
    own = fetch(url, "doc/thing/odd.card.html", headers={"Accept-Language": "es"})
    assert "Uno <raro>" in Tags(own.body.decode()).text
    assert "Accept-Language" in own.headers["vary"]
    assert "frame-ancestors 'none'" in fetch(url, "doc/thing/odd.html").headers["content-security-policy"]


def test_the_card_of_a_thing_shares_its_fate(site: tuple[str, Path]) -> None:
    url, _ = site
    for end in ("card.html", "oembed.json"):
        assert fetch(url, f"doc/thing/gone.{end}").status == 410
        moved = fetch(url, f"doc/thing/moved.{end}")
        assert (moved.status, moved.headers["location"]) == (301, f"../../doc/thing/odd.{end}")
        assert fetch(url, f"doc/thing/none.{end}").status == 404
        assert fetch(url, f"class/thing.{end}").status == 404


def test_the_page_says_how_to_embed_the_thing_and_the_answer_can_be_pasted(site: tuple[str, Path]) -> None:
    url, _ = site
    page = fetch(url, "doc/thing/odd.html").body.decode()
    head = dict(re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', page))
    address = head["application/json+oembed"]
    assert address == "http://localhost:8000/doc/thing/odd.oembed.json"
    told = fetch(url, address.removeprefix("http://localhost:8000/")).json
    assert (told["version"], told["type"], told["provider_url"]) == ("1.0", "rich", "http://localhost:8000/")
    assert told["title"] == 'A <b>"bold"</b> & odd one'
    ((tag, attributes),) = Tags(told["html"]).tags
    assert tag == "iframe"
    assert attributes["src"] == "http://localhost:8000/doc/thing/odd.card.html"
    assert attributes["title"] == told["title"]
    assert (attributes["width"], attributes["height"]) == (str(told["width"]), str(told["height"]))
    assert "allow-scripts" not in (attributes["sandbox"] or "")
    snippets = [Tags(code).text for code in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]
    assert told["html"] in snippets  # what is shown as text is what gets pasted
    (piece,) = (Tags(code) for code in snippets if code.startswith("<blockquote"))
    assert [tag for tag, _ in piece.tags] == ["blockquote", "p", "a", "p", "footer", "a"]
    assert ("a", {"href": IRI}) in piece.tags
    assert ("a", {"href": "https://creativecommons.org/licenses/by/4.0/", "rel": "license"}) in piece.tags
    assert "Two lines." in piece.text


@pytest.mark.parametrize(
    "asked",
    [
        IRI,
        "{url}doc/thing/odd",
        "{url}doc/thing/odd.es.html",
        "{url}id/thing/odd",
        "https://example.org/doc/thing/odd.ttl#x",
    ],
)
def test_oembed_knows_a_thing_by_each_of_its_addresses(site: tuple[str, Path], asked: str) -> None:
    url, _ = site
    found = fetch(url, f"oembed?format=json&url={quote(asked.format(url=url), safe='')}")
    assert found.status == 200, found.body
    assert found.json["title"].startswith("A <b>")
    small = fetch(url, f"oembed?maxwidth=200&maxheight=150&url={quote(IRI, safe='')}").json
    assert (small["width"], small["height"]) == (200, 150)
    assert 'width="200" height="150"' in small["html"]
    xml = fetch(url, f"oembed?format=xml&url={quote(IRI, safe='')}")
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    told = {element.tag: element.text for element in ElementTree.fromstring(xml.body)}
    assert told == {name: str(value) for name, value in found.json.items()}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("url=", 400),
        ("url=https%3A%2F%2Fexample.com%2F", 404),
        ("url=https%3A%2F%2Fexample.org%2Fid%2Fthing%2Fnone", 404),
        ("url={iri}&format=yaml", 400),
        ("url={iri}&maxwidth=50", 400),
        ("url={iri}&maxwidth=-1", 400),
        ("url={iri}&maxheight=9999999999", 400),
        ("url={iri}&url={iri}", 400),
        ("url={iri}&callback=x", 400),
    ],
)
def test_what_oembed_refuses(site: tuple[str, Path], query: str, status: int) -> None:
    found = fetch(site[0], "oembed?" + query.format(iri=quote(IRI, safe="")), headers={"Accept": "application/json"})
    assert found.status == status
    assert found.json["detail"]


def test_a_folder_of_files_has_cards_where_the_build_writes_them(site: tuple[str, Path], tmp_path: Path) -> None:
    _, public = site
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(public))
    plain = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=plain.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{plain.server_port}/"
    assert "odd one" in Tags(fetch(address, "doc/thing/odd.card.html").body.decode()).text
    assert fetch(address, "doc/thing/odd.oembed.json").json["type"] == "rich"
    plain.shutdown()
    plain.server_close()
    without = build(make_project(tmp_path / "without", {**FILES, "data/odd.ttl": ODD}))
    assert not list(without.rglob("*.card.html"))
    page = (without / "doc/thing/odd.html").read_text(encoding="utf-8")
    assert "oembed" not in page
    assert "&lt;iframe" not in page
    assert "&lt;blockquote" in page
