"""Two things side by side, without a script: by name, IRI or address, and with a clear word for what cannot be."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import run_command, start_server, stop_server
from endpoints import fetch
from projects import ONTOLOGY, TOML, make_project

from ecoop_ld.views.comparison import MOST

ID = "https://example.org/id/"
MANY = MOST + 5
DATA = f"""\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <{ID}> .

<club/a> a ex:Club ; rdfs:label "A"@en ; skos:altLabel "Alpha"@en ; ex:town <town/x> ; ex:colour "red" , "white" ; ex:size 3 ;
    ex:wing [ ex:size 4 ] ; ex:motto "<script>alert(1)</script>" ; ex:order ( 1 2 ) .
<club/b> a ex:Club ; rdfs:label "B & Sons"@en ; ex:town <town/x> ; ex:colour "red" , "blue" ; ex:size 5 ;
    ex:wing [ ex:size 4 ] ; ex:order ( 2 1 ) ; ex:award {" , ".join(f'"award {n:02}"' for n in range(MANY))} .
<club/c> a ex:Club ; rdfs:label "C"@en .
<town/x> a ex:Town ; rdfs:label "X"@en .
"""
TWO = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]')


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("two"), {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": DATA}, TWO)


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    running = start_server(root, root.parent / "public")
    yield running.url
    stop_server(running)


def page(address: str, a: str = "", b: str = "", path: str = "compare") -> tuple[int, str]:
    pairs = [(name, value) for name, value in (("a", a), ("b", b)) if value]
    answer = fetch(address, f"{path}?{urlencode(pairs)}" if pairs else path, headers={"Accept": "text/html"})
    return answer.status, answer.body.decode()


def rows(text: str) -> dict[str, tuple[str, list[list[str]]]]:
    """Property → the word that says how alike the two are, and the values of each cell."""
    body = text[text.index("<tbody>") : text.index("</tbody>")]
    found: dict[str, tuple[str, list[list[str]]]] = {}
    for part in body.split('<th scope="row"')[1:]:
        name, word = (words(one) for one in re.split(r'<span class="likeness', part.split("</th>")[0], maxsplit=1))
        cells = [
            [words("<" + v) for v in re.findall(r"<li>(.*?)</li>", cell, re.DOTALL)] for cell in part.split("<td")[1:]
        ]
        found[name.rpartition(":")[2].rpartition(">")[2].strip()] = (word.rpartition(">")[2], cells)
    return found


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).replace("<", "").split())


def test_what_is_the_same_and_what_is_not_is_said_in_words(address: str) -> None:
    status, text = page(address, f"{ID}club/a", f"{ID}club/b")
    assert status == 200
    found = rows(text)
    assert found["town"] == ("the same", [["X"]])
    assert found["wing"][0] == "the same"  # blank nodes that say the same
    assert found["size"] == ("different", [["3"], ["5"]])
    assert found["order"][0] == "different"  # lists are in their order
    assert found["colour"] == ("partly the same", [["red"], ["white"], ["blue"]])
    assert found["motto"][0] == "of one alone"
    assert found["award"][1] == [[], [*(f"award {n:02}" for n in range(MOST)), f"and {MANY - MOST} more →"]]
    assert "nothing stated" in text
    way = words(text[text.index("How two are connected") : text.index("Side by side")])
    assert way.endswith("A ex:town : X X is “ex:town” of : B & Sons")
    assert "No way of 4 steps or fewer was found" in page(address, "A", "C")[1]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("A", "B & Sons"),
        ("  alpha ", f"{ID}club/b"),
        ("{address}doc/club/a", "{address}doc/club/b.es.html"),
        ("{address}doc/club/a.ttl", "b & sons"),
    ],
)
def test_things_are_found_by_name_iri_and_address(address: str, a: str, b: str) -> None:
    status, text = page(address, a.format(address=address), b.format(address=address))
    assert status == 200
    assert rows(text)["size"] == ("different", [["3"], ["5"]])


@pytest.mark.parametrize(
    ("a", "b", "status", "said"),
    [
        ("A", "Nobody <b>", 404, "Nothing here is called “Nobody &lt;b&gt;”."),
        ("A", '"><script>alert(2)</script>', 404, "&lt;script&gt;alert(2)"),
        ("A", f"{ID}club/a", 400, "one and the same"),
        ("", "https://example.org/ns#Thing", 404, "Nothing here is called"),
    ],
)
def test_what_cannot_be_compared_is_said_beside_what_was_typed(
    address: str, a: str, b: str, status: int, said: str
) -> None:
    answered, text = page(address, a, b)
    assert answered == status
    assert said in text
    assert "<script>alert" not in text
    assert f'name="b" value="{html.escape(b)}"' in text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert "<tbody>" not in text


def test_programs_get_problem_details(address: str) -> None:
    answer = fetch(address, f"compare?{urlencode({'a': 'A', 'b': 'Nobody'})}")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "Nothing here is called “Nobody”." in json.loads(answer.body)["detail"]


def test_each_of_the_two_is_said_once(address: str) -> None:
    answer = fetch(address, "compare?a=A&a=C&b=B")
    assert answer.status == 400
    assert b'Say each of \\"a\\" and \\"b\\" once' in answer.body


def test_one_thing_is_offered_others_of_its_kind(address: str) -> None:
    status, text = page(address, f"{ID}club/a")
    assert status == 200
    offered = re.findall(r'<li><a href="(\?a=[^"]+)"', text)
    assert [html.unescape(one) for one in offered] == [
        f"?{urlencode({'a': f'{ID}club/a', 'b': f'{ID}club/{other}'})}" for other in "bc"
    ]
    assert fetch(address, f"compare{html.unescape(offered[0])}").status == 200


def test_a_page_of_a_thing_leads_there_and_the_answer_is_no_page_for_search_engines(address: str) -> None:
    text = fetch(address, "doc/club/a.es.html").body.decode()
    link = re.search(r'<a href="\.\./\.\./(compare\.es\.html\?a=[^"]+)">Comparar</a>', text)
    assert link
    answer = fetch(address, html.unescape(link[1]))
    assert answer.status == 200
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["content-language"] == "es"
    assert b"Con qu\xc3\xa9 se puede comparar" in answer.body
    assert fetch(address, "compare?a=A&b=C", headers={"Accept-Language": "es"}).headers["content-language"] == "es"
    assert fetch(address, "compare?a=A&b=C", headers={"Accept": "text/turtle"}).status == 406


def test_who_compares_too_much_waits_as_with_queries(tmp_path: Path) -> None:
    limits = "\n[limits]\nclient_rate = 0.001\nclient_burst = 2\n"
    root = make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, "data/x.ttl": DATA}, TWO + limits)
    running = start_server(root, tmp_path / "public")
    found = [fetch(running.url, f"compare.html?a=A&b=C&again={n}").status for n in range(3)]
    others = [fetch(running.url, path).status for path in ("compare", "compare?a=A", "doc/club/a.html")]
    stop_server(running)
    assert found == [200, 200, 429]
    assert others == [200, 200, 200]


def test_a_copy_of_files_says_that_it_cannot_compare(root: Path, address: str) -> None:
    done = run_command("build", "--project", root, "--out", root.parent / "files")
    assert done.returncode == 0, done.stdout + done.stderr
    alone = (root.parent / "files/compare.html").read_text(encoding="utf-8")
    assert "files cannot answer" in alone
    assert "files cannot answer" not in page(address)[1]
    assert "files cannot answer" not in page(address, path="compare.html")[1]
