"""Triple Pattern Fragments: each page against the triples themselves, by a client that follows the controls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from conftest import Running, start_server, stop_server
from endpoints import build, fetch
from projects import FILES, TOML, make_project

HYDRA = "http://www.w3.org/ns/hydra/core#"
EX = "https://example.org/ns#"
N = 230
DATA = "\n".join(
    [
        f"@prefix ex: <{EX}> .",
        *(f'<https://example.org/id/thing/n{n}> a ex:Thing ; ex:size {n % 7} ; ex:note "n{n}"@en .' for n in range(N)),
        '<https://example.org/id/thing/n0> ex:note "back\\\\u0041 slash" .',
        '<https://example.org/id/thing/n0> ex:note "a \\"quoted\\" one", "1"^^ex:own ; ex:part [ ex:note "inner" ] .',
    ]
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    again = "\n".join(line for line in DATA.splitlines() if "[" not in line)  # each triple in two graphs
    files = {**FILES, "data/many.ttl": DATA, "data/again.ttl": again}
    toml = TOML.replace('"data/*" = "graph/data"\n', "")
    project = make_project(tmp_path_factory.mktemp("fragments"), files, toml)
    running = start_server(project, build(project))
    yield running
    stop_server(running)


@pytest.fixture(scope="module")
def everything(server: Running) -> set[ox.Triple]:
    """What the endpoint has in its default graph; blank nodes are named as the store names them."""
    found = fetch(
        server.url, "sparql?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o }"), headers={"Accept": "application/n-triples"}
    )
    return {quad.triple for quad in ox.parse(found.body, format=ox.RdfFormat.N_TRIPLES)}


def page(url: str, address: str) -> tuple[list[ox.Triple], dict[str, list[str]]]:
    """The data of a page, and what is said of the page itself: predicate → values."""
    found = fetch(url, address, headers={"Accept": "application/trig"})
    assert found.status == 200, found.body
    data, said = [], dict[str, list[str]]()
    for quad in ox.parse(found.body, format=ox.RdfFormat.TRIG):
        if isinstance(quad.graph_name, ox.DefaultGraph):
            data.append(quad.triple)
        elif quad.subject == ox.NamedNode(url + address):
            said.setdefault(quad.predicate.value, []).append(quad.object.value)
    return data, said


def walked(url: str, **pattern: str) -> tuple[list[ox.Triple], int]:
    """All triples of a pattern, by the links to the next page; and the number that the first page gives."""
    address, found, total = "fragments?" + urlencode(pattern), list[ox.Triple](), -1
    while address:
        data, said = page(url, address)
        found += data
        total = int(said[HYDRA + "totalItems"][0]) if total < 0 else total
        following = said.get(HYDRA + "next", [""])[0]
        assert following == "" or following.startswith(url)
        address = following.removeprefix(url)
        assert len(found) < 5_000, "the pages have no end"
    return found, total


def term(text: str) -> ox.NamedNode | ox.Literal:
    """A term as a page writes it in N-Triples."""
    (quad,) = ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.NamedNode | ox.Literal)
    return quad.object


INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
N0 = "https://example.org/id/thing/n0"


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ({}, {}),
        ({"subject": "", "object": "?any"}, {}),
        ({"predicate": EX + "size"}, {"predicate": f"<{EX}size>"}),
        (
            {"predicate": EX + "size", "object": f'"3"^^{INTEGER}'},
            {"predicate": f"<{EX}size>", "object": f'"3"^^<{INTEGER}>'},
        ),
        ({"subject": N0}, {"subject": f"<{N0}>"}),
        ({"subject": f"<{N0}>", "predicate": "?p", "object": "?o"}, {"subject": f"<{N0}>"}),
        ({"object": '"n7"@en'}, {"object": '"n7"@en'}),
        ({"object": '"a "quoted" one"'}, {"object": '"a \\"quoted\\" one"'}),
        ({"object": f'"1"^^<{EX}own>'}, {"object": f'"1"^^<{EX}own>'}),
        ({"object": '"back\\\\u0041 slash"'}, {"object": '"back\\\\\\\\u0041 slash"'}),
        ({"object": '"inner"'}, {"object": '"inner"'}),
        ({"object": EX + "Thing"}, {"object": f"<{EX}Thing>"}),
        ({"subject": N0, "predicate": EX + "note", "object": '"n0"@en'}, {"subject": f"<{N0}>", "object": '"n0"@en'}),
        ({"subject": EX + "none"}, {"subject": f"<{EX}none>"}),
    ],
)
def test_a_walk_meets_each_triple_of_the_pattern_once(
    server: Running, everything: set[ox.Triple], asked: dict[str, str], terms: dict[str, str]
) -> None:
    wanted = {part: term(text) for part, text in terms.items()}
    fitting = {triple for triple in everything if all(getattr(triple, part) == one for part, one in wanted.items())}
    found, total = walked(server.url, **asked)
    assert len(found) == len(set(found)) == total
    assert set(found) == fitting


def test_a_variable_twice_is_one_value(server: Running) -> None:
    found, total = walked(server.url, subject="?x", object="?x")
    assert (found, total) == ([], 0)


@pytest.mark.parametrize(
    "pattern", [{"subject": '"text"'}, {"predicate": '"text"'}, {"subject": "_:b0"}, {"object": "_:b0"}]
)
def test_what_no_triple_can_fit_is_an_empty_fragment(server: Running, pattern: dict[str, str]) -> None:
    assert walked(server.url, **pattern) == ([], 0)


def test_a_page_says_how_to_ask_for_any_pattern(server: Running) -> None:
    address = "fragments?" + urlencode({"predicate": EX + "size"})
    found = fetch(server.url, address, headers={"Accept": "application/n-quads"})
    quads = list(ox.parse(found.body, format=ox.RdfFormat.N_QUADS))
    graph = ox.NamedNode(f"{server.url}{address}#metadata")
    about = [quad for quad in quads if quad.graph_name == graph]
    topic = ox.NamedNode("http://xmlns.com/foaf/0.1/primaryTopic")
    assert any(q.subject == graph and q.predicate == topic and q.object.value == server.url + address for q in about)
    (template,) = (q.object.value for q in about if q.predicate.value == HYDRA + "template")
    assert template == f"{server.url}fragments{{?subject,predicate,object}}"
    mapped = {q.object.value.rpartition("#")[2] for q in about if q.predicate.value == HYDRA + "property"}
    assert mapped == {"subject", "predicate", "object"}
    assert len(quads) - len(about) == 100


@pytest.mark.parametrize(
    "kind", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples", "*/*"]
)
def test_every_format_has_data_and_controls(server: Running, kind: str) -> None:
    found = fetch(server.url, "fragments?" + urlencode({"predicate": EX + "part"}), headers={"Accept": kind})
    assert found.status == 200
    assert found.headers["access-control-allow-origin"] == "*"
    form = ox.RdfFormat.from_media_type(found.headers["content-type"].partition(";")[0])
    told = {quad.predicate.value for quad in ox.parse(found.body, format=form)}
    assert {EX + "part", HYDRA + "search", HYDRA + "totalItems"} <= told


@pytest.mark.parametrize(
    "target", ['object="n7"@en', 'object="{n7}"', 'object="[n7]^`"', "object=%22%22&predicate=urn:a:b"]
)
def test_what_a_client_does_not_escape_is_escaped_in_the_address_of_the_page(server: Running, target: str) -> None:
    found = fetch(server.url, f"fragments?{target}", headers={"Accept": "application/n-quads"})
    assert found.status == 200, found.body
    quads = list(ox.parse(found.body, format=ox.RdfFormat.N_QUADS))
    (here,) = {q.object.value for q in quads if q.predicate.value == "http://xmlns.com/foaf/0.1/primaryTopic"}
    assert here == f"{server.url}fragments?{quote(target, safe='=@&%:')}"


def test_people_are_led_to_the_query_page(server: Running) -> None:
    address = "fragments?" + urlencode({"predicate": EX + "size"})
    found = fetch(server.url, address, headers={"Accept": "text/html"})
    assert found.status == 303
    shown = fetch(server.url, found.headers["location"].removeprefix("./"), headers={"Accept": "text/html"})
    assert shown.status == 200
    assert b"ns#size" in shown.body
    assert re.search(rb"<td", shown.body)


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "x"},
        {"page": "99999999999999999999"},
        {"page": "²"},
        {"subject": "not an iri"},
        {"subject": "relative"},
        {"object": '"x"^^not a datatype'},
        {"object": '"x"@-'},
        {"predicate": "http://example.org/a b"},
        {"predicate": "http://example.org/> } INSERT DATA { <http://x/a> <http://x/b> <http://x/c"},
        {"graph": "http://example.org/"},
        {"subjet": "http://example.org/"},
    ],
)
def test_what_means_nothing_is_refused_in_words(server: Running, query: dict[str, str]) -> None:
    found = fetch(
        server.url, "fragments?" + urlencode(query), headers={"Accept": "application/trig, application/json;q=0.1"}
    )
    assert found.status == 400, found.body
    assert found.json["detail"]


def test_other_methods_twice_given_terms_and_formats_that_are_none_are_refused(server: Running) -> None:
    assert fetch(server.url, "fragments", method="POST", body=b"").status == 405
    assert fetch(server.url, "fragments?page=1&page=2").status == 400
    assert fetch(server.url, "fragments", headers={"Accept": "image/png"}).status == 406
    assert fetch(server.url, "fragments", method="HEAD").status == 200


def test_where_the_data_describe_what_is_there_the_thing_comes_first(tmp_path: Path) -> None:
    data = '<https://example.org/fragments> a <https://example.org/ns#Thing> ; <http://www.w3.org/2000/01/rdf-schema#label> "F" .'
    project = make_project(tmp_path, {**FILES, "data/own.ttl": data})
    running = start_server(project, build(project))
    found = fetch(running.url, "fragments", headers={"Accept": "text/turtle"})
    stop_server(running)
    assert found.status == 303
    assert "doc/" in found.headers["location"]
