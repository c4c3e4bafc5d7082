"""HTTP as it should be: each row of the standards checklist about the protocol has a test here."""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import brotli
import pyoxigraph as ox
import pytest
import zstandard
from conftest import start_server, stop_server
from endpoints import ask, build, endpoint_project, fetch

VARY = "Accept, Accept-Language, Accept-Encoding"
PAGE = "doc/thing/one"
DUMP = "dumps/latest/all.nq"
DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompress(data),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return endpoint_project(tmp_path_factory.mktemp("http"), "url_bytes = 8000\nhead_bytes = 16000\n", things=300)


@pytest.fixture(scope="module")
def url(project: Path) -> Iterator[str]:
    running = start_server(project, build(project))
    yield running.url
    stop_server(running)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (PAGE, {}, 200),
        ("id/thing/one", {}, 303),
        (PAGE, {"Accept": "image/png"}, 406),
        ("sparql", {}, 200),
        ("sparql?query=ASK%7B%7D", {}, 200),
        ("sparql?query=ASK%7B%7D", {"Accept": "text/csv"}, 406),
        ("sparql?query=ASK%7B", {}, 400),
        ("ns", {}, 200),
        ("graph/data", {"Accept": "text/turtle"}, 303),
        ("nowhere", {}, 404),
    ],
)
def test_vary_is_on_every_negotiated_answer(url: str, path: str, headers: dict[str, str], status: int) -> None:
    reply = fetch(url, path, headers=headers)
    assert (reply.status, reply.headers["vary"]) == (status, VARY)
    if status == 200:
        again = fetch(url, path, headers={**headers, "If-None-Match": reply.headers["etag"]})
        assert (again.status, again.headers["vary"], again.body) == (304, VARY, b"")


@pytest.mark.parametrize("path", [PAGE, "sparql", "sparql?query=SELECT%20*%7B?s%20?p%20?o%7D", "assets/site.css"])
@pytest.mark.parametrize("coding", DECODERS)
def test_each_coding_has_its_own_strong_etag(url: str, path: str, coding: str) -> None:
    plain = fetch(url, path)
    coded = fetch(url, path, headers={"Accept-Encoding": coding})
    assert coded.headers["content-encoding"] == coding
    assert DECODERS[coding](coded.body) == plain.body
    tags = {plain.headers["etag"], coded.headers["etag"]}
    assert len(tags) == 2
    assert all(re.fullmatch(r'"[^"]+"', tag) for tag in tags)
    kept = {"Accept-Encoding": coding, "If-None-Match": coded.headers["etag"]}
    assert fetch(url, path, headers=kept).status == 304
    assert fetch(url, path, headers={"If-None-Match": coded.headers["etag"]}).status == 200
    assert "Accept-Encoding" in plain.headers["vary"]


def test_formats_and_languages_have_their_own_etags(url: str) -> None:
    tags = [fetch(url, PAGE, headers={"Accept": a}).headers["etag"] for a in ("text/html", "text/turtle", "*/*")]
    assert tags[0] == tags[2] != tags[1]


@pytest.mark.parametrize("path", [PAGE, DUMP, "ns.ttl", "assets/site.css"])
@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": '"other", {etag}'}, 304),
        ({"If-None-Match": "W/{etag}"}, 304),
        ({"If-Modified-Since": "Fri, 02 Jan 2026 00:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Sat, 03 Jan 2026 00:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "Sat, 03 Jan 2026 00:00:00 GMT"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": "{etag}"}, 200),
        ({"If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}, 412),
    ],
)
def test_conditions(url: str, path: str, condition: dict[str, str], status: int) -> None:
    plain = fetch(url, path)
    assert plain.headers["last-modified"] == "Fri, 02 Jan 2026 00:00:00 GMT"  # the date of the data
    reply = fetch(url, path, headers={k: v.replace("{etag}", plain.headers["etag"]) for k, v in condition.items()})
    assert reply.status == status
    if status == 304:
        assert reply.headers["etag"] == plain.headers["etag"]
        assert reply.body == b""


@pytest.mark.parametrize(
    ("value", "status", "span"),
    [
        ("bytes=0-0", 206, (0, 1)),
        ("bytes=10-19", 206, (10, 20)),
        ("bytes=10-", 206, (10, None)),
        ("bytes=-7", 206, (-7, None)),
        ("bytes=0-999999999999", 206, (0, None)),
        ("bytes=-999999999999", 206, (0, None)),
        ("bytes=999999999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=5-4", 200, (0, None)),  # not valid: ignored (RFC 9110 §14.1.1)
        ("bytes=0-1,4-5", 200, (0, None)),  # several: answered with the whole
        ("lines=1-2", 200, (0, None)),
        ("bytes=" + "9" * 5000 + "-", 200, (0, None)),
    ],
)
def test_ranges(url: str, value: str, status: int, span: tuple[int, int | None] | None) -> None:
    whole = fetch(url, DUMP)
    assert whole.headers["accept-ranges"] == "bytes"
    reply = fetch(url, DUMP, headers={"Range": value})
    assert reply.status == status
    if span is None:
        assert reply.headers["content-range"] == f"bytes */{len(whole.body)}"
    else:
        assert reply.body == whole.body[slice(*span)]
    if status == 206:
        start = span[0] % len(whole.body) if span else 0
        last = start + len(reply.body) - 1
        assert reply.headers["content-range"] == f"bytes {start}-{last}/{len(whole.body)}"


@pytest.mark.parametrize(
    ("condition", "status"), [("{etag}", 206), ('"other"', 200), ("{date}", 206), ("W/{etag}", 200)]
)
def test_if_range(url: str, condition: str, status: int) -> None:
    whole = fetch(url, DUMP)
    value = condition.replace("{etag}", whole.headers["etag"]).replace("{date}", whole.headers["last-modified"])
    assert fetch(url, DUMP, headers={"Range": "bytes=0-9", "If-Range": value}).status == status


def test_a_download_can_be_resumed(url: str) -> None:
    whole = fetch(url, DUMP)
    half = len(whole.body) // 2
    rest = fetch(url, DUMP, headers={"Range": f"bytes={half}-", "If-Range": whole.headers["etag"]})
    assert whole.body[:half] + rest.body == whole.body


def test_dumps_are_sent_as_they_are(url: str) -> None:
    reply = fetch(url, DUMP, headers={"Accept-Encoding": "gzip, br, zstd"})
    assert "content-encoding" not in reply.headers
    assert reply.headers["content-disposition"] == 'attachment; filename="all.nq"'


@pytest.mark.parametrize(
    "path",
    ["", PAGE, PAGE + ".ttl", "id/thing/one", "sparql", "sparql?query=ASK%7B%7D", DUMP, "ns", "nowhere",
     "assets/site.css", ".well-known/void", "healthz", "doc/thing/gone"],
)  # fmt: skip
@pytest.mark.parametrize("more", [{}, {"Accept-Encoding": "gzip"}, {"Accept": "text/html"}])
def test_head_has_the_headers_of_get(url: str, path: str, more: dict[str, str]) -> None:
    get, head = (fetch(url, path, method, more) for method in ("GET", "HEAD"))
    changing = {"date"}
    assert head.status == get.status
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in get.headers.items() if k not in changing
    }
    assert head.body == b""


@pytest.mark.parametrize("path", ["", PAGE, "sparql", DUMP, "nowhere", "id/thing/one"])
def test_options_and_preflight(url: str, path: str) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    reply = fetch(url, path, "OPTIONS", asked)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "content-type" in reply.headers["access-control-allow-headers"].lower()
    assert ("POST" in reply.headers["access-control-allow-methods"]) == (path == "sparql")
    assert reply.headers["allow"] == reply.headers["access-control-allow-methods"]


@pytest.mark.parametrize("path", ["", PAGE, "sparql?query=ASK%7B%7D", DUMP, "nowhere", "id/thing/one", "%zz"])
def test_every_answer_is_open_to_other_sites_and_safe(url: str, path: str) -> None:
    headers = fetch(url, path, headers={"Origin": "https://elsewhere.example"}).headers
    assert headers["access-control-allow-origin"] == "*"
    for name in ("Link", "ETag", "Location", "Content-Location", "Accept-Ranges", "Retry-After"):
        assert name in headers["access-control-expose-headers"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self' 'wasm-unsafe-eval'" in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["", PAGE, DUMP, "nowhere"])
def test_405_says_what_is_allowed(url: str, method: str, path: str) -> None:
    reply = fetch(url, path, method, body=b"")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_withdrawn_is_not_missing(url: str) -> None:
    assert fetch(url, "id/thing/gone").status == 303
    gone = fetch(url, "doc/thing/gone", headers={"Accept": "text/html"})
    assert (gone.status, gone.media_type) == (410, "text/html")
    assert b"Withdrawn" in gone.body
    assert fetch(url, "doc/thing/gone.ttl").status == 410
    assert fetch(url, "doc/thing/never").status == 404


def test_too_long_an_address_is_414(url: str) -> None:
    reply = fetch(url, "sparql?query=ASK%7B%7D%23" + "x" * 9000)
    assert reply.status == 414
    assert "POST" in str(reply.json["detail"])


def test_too_large_a_head_is_431(url: str) -> None:
    many = {f"X-{n}": "y" for n in range(250)}
    assert fetch(url, "", headers=many).status == 431


def test_too_large_a_body_is_413(url: str) -> None:
    reply = fetch(url, "sparql", "POST", {"Content-Type": "application/sparql-query"}, b"ASK {}" + b" " * 500_000)
    assert (reply.status, reply.json["limit"]) == (413, "query_bytes")


@pytest.mark.parametrize("length", [10**9, 10**17, 10**18])
def test_a_body_that_says_it_is_too_large_is_not_waited_for(url: str, length: int) -> None:
    """Nothing of it is sent: the answer comes all the same, and the connection ends."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=100) as connection:
        connection.sendall(
            f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: {length}\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()
    assert b'"query_bytes"' in answer


def test_coded_requests_are_415(url: str) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    reply = fetch(url, "sparql", "POST", headers, gzip.compress(b"ASK {}"))
    assert (reply.status, reply.headers["accept-encoding"]) == (415, "identity")


def test_a_problem_names_the_limit_and_the_way_out(url: str) -> None:
    reply = ask(url, "SELECT * { " + "{" * 100 + "}" * 100 + " }")
    assert (reply.status, reply.media_type) == (400, "application/problem+json")
    table = reply.json
    assert (table["limit"], table["value"], table["status"]) == ("query_nesting", 60, 400)
    assert table["type"] == url + "sparql/limits#query_nesting"
    assert fetch(url, str(table["dump"]).removeprefix(url)).status == 200
    page = fetch(url, "sparql/limits", headers={"Accept": "text/html"})
    assert page.status == 200
    assert b'id="query_nesting"' in page.body


def test_charset_is_said_where_the_type_defines_it(url: str) -> None:
    for extension, kind in (
        ("html", "text/html; charset=utf-8"),
        ("ttl", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
    ):
        assert fetch(url, f"{PAGE}.{extension}").headers["content-type"] == kind


def test_the_limits_are_in_the_service_description(url: str) -> None:
    found = {}
    for quad in ox.parse(fetch(url, "sparql", headers={"Accept": "text/turtle"}).body, format=ox.RdfFormat.TURTLE):
        if quad.predicate.value == "https://schema.org/value":
            found[quad.subject.value] = quad.object.value
    assert found[url + "sparql/limits#query_seconds"] == "10.0"
    assert found[url + "sparql/limits#url_bytes"] == "8000"
    page = fetch(url, "sparql/limits", headers={"Accept": "text/html"}).body.decode()
    assert all(f'id="{iri.rpartition("#")[2]}"' in page for iri in found)


# --- links ---------------------------------------------------------------------------------------------------------


def links(header: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for target, relations, _, kind in re.findall(r'<([^>]*)>; rel="([^"]+)"(; type="([^"]*)")?', header):
        for relation in relations.split():
            found.setdefault(relation, []).append((target, kind))
    return found


def test_the_context_is_open_to_all(url: str) -> None:
    reply = fetch(url, "ns/context.jsonld")
    assert (reply.status, reply.media_type) == (200, "application/ld+json")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["etag"]
    context = json.loads(reply.body)["@context"]
    assert (context["@version"], context["@protected"]) == (1.1, True)
    assert context["Thing"] == "https://example.org/ns#Thing"


def test_links_of_a_page(url: str) -> None:
    found = links(fetch(url, PAGE, headers={"Accept": "text/html"}).headers["link"])
    assert found["cite-as"] == [("https://example.org/id/thing/one", "")]
    assert ("https://schema.org/AboutPage", "") in found["type"]
    assert found["license"] == [("https://example.com/licence", "")]
    assert found["canonical"] == [(url + PAGE, "")]
    for relation in ("alternate", "describedby", "collection", "service-desc", "service-doc"):
        for target, kind in found[relation]:
            assert target.startswith(url)
            reply = fetch(url, target.removeprefix(url), headers={"Accept": kind})
            assert (reply.status, reply.media_type) == (200, kind)


def test_the_catalogue_of_interfaces_names_itself_to_who_asks_for_its_head(url: str) -> None:
    """RFC 9727 §2."""
    reply = fetch(url, ".well-known/api-catalog", "HEAD")
    assert (reply.status, reply.media_type) == (200, "application/linkset+json")
    assert links(reply.headers["link"])["api-catalog"] == [
        (f"{url}.well-known/api-catalog", "application/linkset+json")
    ]


def test_links_of_data_and_dumps(url: str) -> None:
    found = links(fetch(url, PAGE + ".ttl").headers["link"])
    assert ("https://example.org/id/thing/one", "") in found["describes"]
    assert (url + PAGE + ".html", "text/html") in found["describes"]
    assert found["collection"]
    front = links(fetch(url, "", headers={"Accept": "text/html"}).headers["link"])
    assert (url + DUMP, "application/n-quads") in front["item"]
    assert links(fetch(url, DUMP).headers["link"])["collection"] == [(url, "text/html")]
    table = links(fetch(url, "dumps/latest/tables/thing.csv").headers["link"])
    assert table["describedby"][0] == (url + "dumps/latest/tables/csv-metadata.json", "application/csvm+json")
    assert fetch(url, "dumps/latest/tables/csv-metadata.json").media_type == "application/csvm+json"


def test_a_page_and_its_data_lead_to_each_other(url: str) -> None:
    html = fetch(url, PAGE + ".html").body.decode()
    for kind, extension in (("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("application/n-triples", "nt")):
        link = re.search(rf'<link rel="alternate" type="{re.escape(kind)}" href="([^"]+)"', html)
        assert link, kind
        assert urljoin(url + PAGE + ".html", link[1]) == f"{url}{PAGE}.{extension}"
    triples = ox.parse(fetch(url, PAGE + ".nt").body, format=ox.RdfFormat.N_TRIPLES)
    topics = {t.object.value: t.subject.value for t in triples if t.predicate.value.endswith("/primaryTopic")}
    assert topics == {"https://example.org/id/thing/one": "https://example.org/" + PAGE}


def test_the_links_of_a_landing_page_are_a_document_too(url: str) -> None:
    """FAIR Signposting, level 2: a link set (RFC 9264 §4.2) that says what the Link headers say."""
    for path, anchor, inside in ((PAGE, url + PAGE, PAGE + ".ttl"), ("", url, "")):
        page = links(fetch(url, path, headers={"Accept": "text/html"}).headers["link"])
        ((address, kind),) = page.pop("linkset")
        reply = fetch(url, address.removeprefix(url))
        assert (reply.status, reply.media_type, kind) == (200, "application/linkset+json", "application/linkset+json")
        contexts = {context.pop("anchor"): context for context in json.loads(reply.body)["linkset"]}
        told = {
            relation: [(link["href"], link.get("type", "")) for link in found]
            for relation, found in contexts[anchor].items()
        }
        if inside:
            assert told == page
            data = links(fetch(url, inside).headers["link"])
            described = [(link["href"], link.get("type", "")) for link in contexts[url + inside]["describes"]]
            assert sorted(described) == sorted(data["describes"])
        for relation, found in page.items():  # the front page has more links than have room in a header
            assert set(found) <= set(told[relation])
    assert fetch(url, "ns.linkset").status == 404
    assert fetch(url, "doc/thing/nothing.linkset").status == 404


# --- things (Cool URIs) --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "*/*", "image/png"])
def test_a_thing_is_never_200(url: str, accept: str) -> None:
    reply = fetch(url, "id/thing/one", headers={"Accept": accept})
    assert (reply.status, reply.headers["location"]) == (303, "../../doc/thing/one")


def test_a_document_has_addresses_of_its_representations(url: str) -> None:
    for extension, kind in (("html", "text/html"), ("ttl", "text/turtle"), ("rdf", "application/rdf+xml")):
        reply = fetch(url, PAGE, headers={"Accept": kind})
        assert reply.headers["content-location"] == f"../../{PAGE}.{extension}"
        exact = fetch(url, f"{PAGE}.{extension}", headers={"Accept": "image/png"})
        assert exact.body == reply.body
    assert b'type="text/turtle"' in fetch(url, PAGE + ".html").body
    assert b"primaryTopic" in fetch(url, PAGE + ".ttl").body


# --- what operators ask --------------------------------------------------------------------------------------------


def test_health_and_metrics(url: str) -> None:
    health = fetch(url, "healthz")
    assert (health.status, health.json["status"], health.headers["cache-control"]) == (200, "ok", "no-store")
    ask(url, "ASK { <a:b> ?p ?o }")
    ask(url, "ASK { SERVICE <http://127.0.0.1:9/> {} }")
    text = fetch(url, "metrics").body.decode()
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(figures["ecoop_workers"]) == 2
    assert float(figures['ecoop_queries_total{outcome="service"}']) >= 1
    assert float(figures['ecoop_query_seconds_bucket{le="+Inf"}']) == float(figures["ecoop_query_seconds_count"])


def test_an_answer_is_kept_but_not_where_it_changes(url: str) -> None:
    def count() -> float:
        text = fetch(url, "metrics").body.decode()
        return float(re.search(r"^ecoop_kept_hits_total (\S+)", text, re.MULTILINE)[1])  # type: ignore[index]

    first = ask(url, "SELECT (1 AS ?kept) {}")
    before = count()
    assert ask(url, "SELECT (1 AS ?kept) {}").body == first.body
    assert count() > before
    assert "last-modified" in first.headers
    assert first.headers["cache-control"] != "no-store"
    changing = [ask(url, "SELECT (RAND() AS ?x) {}") for _ in range(3)]
    assert len({reply.body for reply in changing}) == 3
    for reply in changing:
        assert reply.headers["cache-control"] == "no-store"
        assert "last-modified" not in reply.headers


def test_the_access_log_has_a_line_per_request(project: Path, tmp_path: Path, url: str) -> None:
    log = tmp_path / "access.log"
    running = start_server(project, project / "public", "--access-log", str(log))
    ask(running.url, "SELECT ?s { ?s a ?t } LIMIT 3")
    ask(running.url, "SELECT ?s { ?s a ?t } LIMIT 3")
    ask(running.url, "SELECT nonsense")
    fetch(running.url, "nowhere")
    stop_server(running)
    first, again, wrong, missing = (json.loads(line) for line in log.read_text().splitlines())
    assert (first["status"], first["rows"], first["outcome"], first["method"]) == (200, 3, "ok", "GET")
    assert first["bytes"] > 0
    assert first["seconds"] >= first["worker_seconds"] >= 0
    assert (again["query"], again["kept"]) == (first["query"], True)
    assert (wrong["outcome"], wrong["status"]) == ("syntax", 400)
    assert wrong["query"] != first["query"]
    assert (missing["status"], missing["client"]) == (404, "127.0.0.0")
