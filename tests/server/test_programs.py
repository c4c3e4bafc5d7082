"""Things and lists for programs that know no RDF: JSON with stable keys, CSV, filters, sorting, paging by key."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pyoxigraph as ox
import pytest
from conftest import start_server, stop_server
from endpoints import build, fetch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import FILES, TOML, make_project

N = 130
COLOURS = ("red", "green", "blue")


def things() -> str:
    """Each third has two colours, each fifth no size, and many have one name."""
    lines = ["@prefix ex: <https://example.org/ns#> .", "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."]
    lines += ["@prefix dcterms: <http://purl.org/dc/terms/> ."]
    for n in range(N):
        colours = ", ".join(f'"{c}"' for c in (COLOURS[n % 3], *(["green"] if n % 3 == 0 else [])))
        size = f" ; ex:size {n * 7 % 40}" if n % 5 else ""
        lines.append(
            f'<https://example.org/id/thing/n{n:03}> a ex:Thing ; rdfs:label "Name {n % 20}"@en ; '
            f"dcterms:type {colours}{size} ."
        )
    lines.append('<https://example.org/id/thing/odd> a ex:Thing ; rdfs:label "A, \\"quoted\\" one"@en ; ex:size 3 .')
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and folder of a site whose build writes JSON and CSV of each thing, too."""
    toml = TOML + '\n[build]\nformats = ["turtle", "json", "csv"]\n[limits]\nclient_rate = 0\n'
    project = make_project(tmp_path_factory.mktemp("programs"), {**FILES, "data/things.ttl": things()}, toml)
    public = build(project)
    running = start_server(project, public)
    yield running.url, public
    stop_server(running)


def get(url: str, path: str, **query: object) -> Any:
    found = fetch(url, path + ("?" + urlencode(query, doseq=True) if query else ""))
    assert found.status == 200, found.body
    return found


def walked(url: str, **query: object) -> list[dict[str, Any]]:
    """The items of all parts of a list, by their links."""
    items: list[dict[str, Any]] = []
    found = get(url, "class/thing.json", **query)
    while True:
        items += found.json["items"]
        link = re.search(r'<([^>]+)>; rel="next"', found.headers.get("link", ""))
        assert (link[1] if link else None) == found.json.get("next")
        if link is None:
            return items
        assert link[1].startswith(url)
        found = fetch(url, link[1].removeprefix(url))


# --- things --------------------------------------------------------------------------------------------------------


def test_a_thing_is_json_with_stable_keys_and_all_that_is_told(site: tuple[str, Path]) -> None:
    url, public = site
    found = get(url, "doc/thing/n003.json")
    assert found.headers["content-type"] == "application/json"
    assert found.headers["access-control-allow-origin"] == "*"
    told = found.json
    assert told["id"] == "https://example.org/id/thing/n003"
    assert told["size"] == [21]
    assert told["type"] == ["Thing"]
    assert (public / "doc/thing/n003.json").read_bytes() == found.body
    context = (public / "doc/thing" / told["@context"]).resolve()
    assert context == (public / "ns/context.jsonld").resolve()


def test_the_json_is_the_graph_of_the_document(site: tuple[str, Path]) -> None:
    url, public = site
    told = get(url, "doc/thing/n003.json").json
    context = json.loads((public / "ns/context.jsonld").read_bytes())["@context"]
    whole = json.dumps({**told, "@context": context}).encode()
    mine = {str(q.triple) for q in ox.parse(whole, format=ox.RdfFormat.JSON_LD)}
    turtle = (public / "doc/thing/n003.ttl").read_bytes()
    assert mine == {str(q.triple) for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}


def test_a_thing_is_a_table_of_statements(site: tuple[str, Path]) -> None:
    url, public = site
    found = get(url, "doc/thing/n003.csv")
    rows = list(csv.DictReader(io.StringIO(found.body.decode())))
    assert {"subject", "property", "value", "language", "datatype"} == set(rows[0])
    assert any(row["property"] == "ex:size" and row["value"] == "21" for row in rows)
    assert (public / "doc/thing/n003.csv").read_bytes() == found.body


# --- lists ---------------------------------------------------------------------------------------------------------


def test_a_whole_list_is_a_file_too(site: tuple[str, Path]) -> None:
    url, public = site
    told = get(url, "class/thing.json")
    assert told.json["total"] == len(told.json["items"]) == N + 1
    assert "next" not in told.json
    assert (public / "class/thing.json").read_bytes() == told.body
    by_accept = fetch(url, "class/thing", headers={"Accept": "application/json"})
    assert by_accept.body == told.body
    assert "Accept" in by_accept.headers["vary"]
    for page in ("text/html, application/json;q=0.9", "*/*", "text/turtle, text/csv;q=0.5, */*;q=0.1"):
        assert b'"items"' not in fetch(url, "class/thing", headers={"Accept": page}).body


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 7},
        {"limit": 1000},
        {"limit": 10, "sort": "-name"},
        {"limit": 9, "sort": "id"},
        {"limit": 11, "sort": "ex-size"},
        {"limit": 11, "sort": "-ex-size", "dcterms-type": ["green", "blue"]},
        {"limit": 4, "dcterms-type": "red", "columns": "ex-size"},
    ],
)
def test_a_walk_by_parts_meets_each_thing_once_in_the_order_of_the_whole(
    site: tuple[str, Path], query: dict[str, object]
) -> None:
    url, _ = site
    items = walked(url, **query)
    whole = get(url, "class/thing.json", **{k: v for k, v in query.items() if k != "limit"}).json
    assert [item["id"] for item in items] == [item["id"] for item in whole["items"]]
    assert len({item["id"] for item in items}) == len(items) == whole["total"]


def test_sizes_are_sorted_as_numbers_and_what_has_none_comes_last(site: tuple[str, Path]) -> None:
    sizes = [item.get("size", [1000])[0] for item in walked(site[0], limit=50, sort="ex-size")]
    assert sizes == sorted(sizes)
    assert sizes[-1] == 1000


def test_a_filter_leaves_what_the_page_of_the_list_leaves(site: tuple[str, Path]) -> None:
    url, _ = site
    told = get(url, "class/thing.json", **{"dcterms-type": "green"}).json
    page = get(url, "class/thing", **{"dcterms-type": "green", "format": "csv"}).body.decode()
    assert {item["id"] for item in told["items"]} == {row[0] for row in list(csv.reader(io.StringIO(page)))[1:]}
    assert 0 < told["total"] < N


def test_a_walk_goes_on_behind_a_thing_that_the_filter_does_not_leave(site: tuple[str, Path]) -> None:
    url, _ = site
    blue = [item["id"] for item in walked(url, **{"dcterms-type": "blue"})]
    for sort in ("name", "-name", "id", "-ex-size"):
        whole = [item["id"] for item in walked(url, sort=sort)]
        at = next(n for n, iri in enumerate(whole) if iri not in blue and n > 20)
        query = {"dcterms-type": "blue", "sort": sort, "limit": 1000, "after": whole[at]}
        wanted = [iri for iri in whole[at:] if iri in blue]
        assert [item["id"] for item in get(url, "class/thing.json", **query).json["items"]] == wanted


def test_a_list_is_csv_as_well(site: tuple[str, Path]) -> None:
    url, _ = site
    found = get(url, "class/thing.csv", limit=200, columns="ex-size")
    rows = list(csv.DictReader(io.StringIO(found.body.decode())))
    assert found.headers["content-type"].startswith("text/csv")
    assert [row["id"] for row in rows] == [item["id"] for item in walked(url)]
    assert set(rows[0]) == {"id", "label", "ex-size"}
    assert any(row["label"] == 'A, "quoted" one' and row["ex-size"] == "3" for row in rows)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "from 1 to 1,000"),
        ("limit=1001", "from 1 to 1,000"),
        ("limit=x", "from 1 to 1,000"),
        ("limit=" + "9" * 400, "from 1 to 1,000"),
        ("limit=1&limit=2", "once"),
        ("sort=colour", '"sort" is one of'),
        ("after=https://example.org/id/thing/none", "IRI of a thing of this list"),
        ("dcterms-typ=red", "dcterms-type"),
        ("dcterms-type=pink", "no value"),
        ("columns=ex-colour", "no column"),
        ("x" * 3000 + "=1", "no parameter"),
    ],
)
def test_what_means_nothing_is_refused_in_words(site: tuple[str, Path], query: str, said: str) -> None:
    found = fetch(site[0], f"class/thing.json?{query}", headers={"Accept": "application/json"})
    assert found.status == 400
    assert found.headers["content-type"] == "application/problem+json"
    assert said in found.json["detail"]
    assert len(found.body) < 3000


@pytest.mark.parametrize(
    "path", ["class/none.json", "doc/thing/none.json", "doc/thing/n003.jsonx", "class/thing-2.json"]
)
def test_what_is_not_there_is_404(site: tuple[str, Path], path: str) -> None:
    assert fetch(site[0], path).status == 404


# --- the description -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def described(site: tuple[str, Path]) -> Any:
    found = get(site[0], "openapi.json")
    assert found.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.1"
    assert found.body == (site[1] / "openapi.json").read_bytes()
    return found.json


def operations(described: Any) -> list[tuple[str, str, Any]]:
    """Path, method and description of all that can be asked."""
    return [
        (path, method.upper(), {"parameters": [], **operation})
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def asked(path: str, values: dict[str, Any], operation: Any) -> str:
    """The address of a request with these values."""
    query = []
    for parameter in operation["parameters"]:
        name = parameter["name"]
        if parameter["in"] == "path":
            path = path.replace("{" + name + "}", str(values[name]))
        elif name in values:
            query += [(name, each) for each in (values[name] if isinstance(values[name], list) else [values[name]])]
    return path[1:] + ("?" + urlencode(query) if query else "")


def holds(described: Any, operation: Any, found: Any) -> None:
    """What was answered is what the description says that it may be."""
    told = operation["responses"].get(str(found.status))
    assert told is not None, (found.status, found.body[:300])
    if "content" not in told:
        return
    kind = found.headers["content-type"].partition(";")[0]
    assert kind in told["content"]
    schema = told["content"][kind].get("schema")
    if schema:
        jsonschema.validate(json.loads(found.body), {**schema, "components": described["components"]})


def sent(url: str, path: str, method: str, values: dict[str, Any], operation: Any) -> Any:
    """The answer to a request with these values, and with the example of a body."""
    headers, body = {"Accept": "*/*"}, None
    for kind, row in operation.get("requestBody", {}).get("content", {}).items():
        headers["Content-Type"] = kind
        example = row.get("example", row["schema"].get("example"))
        if kind == "application/x-www-form-urlencoded":
            properties = row["schema"]["properties"].items()
            body = urlencode({key: each["example"] for key, each in properties if "example" in each}).encode()
        else:
            body = json.dumps(example).encode()
    return fetch(url, asked(path, values, operation), method=method, body=body, headers=headers)


def test_every_list_and_every_interface_is_described(described: Any) -> None:
    services = ("", "/suggest/{kind}", "/preview", "/extend/propose")
    assert set(described["paths"]) == {
        *("/sparql", "/doc/{type}/{name}.{ending}", "/id", "/search", "/compare", "/fragments", "/oembed"),
        *("/doc/{type}/{name}.card.html", "/doc/{type}/{name}.oembed.json"),
        *(f"/class/thing.{ending}" for ending in ("json", "csv")),
        *(f"/reconcile{part}" for part in services),
        *(f"/reconcile/1.0{part}" for part in (*services, "/match", "/extend")),
    }


def test_every_example_is_answered_as_described(site: tuple[str, Path], described: Any) -> None:
    for path, method, operation in operations(described):
        values = {
            p["name"]: p.get("example", p["schema"].get("enum", [""])[0])
            for p in operation["parameters"]
            if p.get("required") or "example" in p
        }
        found = sent(site[0], path, method, values, operation)
        assert found.status == (404 if (path, method) == ("/id", "GET") else 200), (path, method, found.body[:200])
        holds(described, operation, found)


def drawn(parameter: Any) -> st.SearchStrategy[Any]:
    """Values of a parameter: what it allows, more often than what it does not."""
    schema = parameter["schema"]
    if "items" in schema:
        return st.lists(st.sampled_from(schema["items"]["enum"]) | st.text(max_size=9), max_size=3)
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | st.text(max_size=9)
    if schema["type"] == "integer":
        return st.integers(0, 1_200) | st.text(max_size=5)
    return st.sampled_from([parameter.get("example", "x"), "https://example.org/id/thing/n001"]) | st.text(max_size=40)


def test_whatever_is_asked_is_answered_as_described(site: tuple[str, Path], described: Any) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        path, method, operation = data.draw(st.sampled_from(operations(described)))
        values = {}
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                values[parameter["name"]] = parameter.get("example") or data.draw(
                    st.sampled_from(parameter["schema"]["enum"])
                )
            elif parameter.get("required") or data.draw(st.booleans()):
                values[parameter["name"]] = data.draw(drawn(parameter))
        holds(described, operation, sent(site[0], path, method, values, operation))

    ask()
