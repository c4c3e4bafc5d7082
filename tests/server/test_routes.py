"""What an address answers, without a socket: status, headers and the way on, for every route of the table."""

from __future__ import annotations

import pytest
from projects import FILES, PREFIXES, TOML, loaded, make_project

from ecoop_ld.publish.staging import MANIFEST, Manifest, Output, write
from ecoop_ld.server import routes
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.load import load_site

DATA = (
    PREFIXES
    + """
@prefix t: <https://example.org/id/thing/> .
t:one a ex:Thing ; rdfs:label "One"@en ; ex:size 3 .
t:renamed dcterms:isReplacedBy t:one .
t:elsewhere dcterms:isReplacedBy <http://other.example/x?y=1> .
t:gone owl:deprecated true ; rdfs:label "Gone"@en .
<https://example.org/other/shape> a ex:Thing ; rdfs:label "Other"@en .
"""
)
VARY = "Accept, Accept-Language, Accept-Encoding"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    toml = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]\nmodified = "2026-01-02"')
    folder = tmp_path_factory.mktemp("routes")
    settings, found = loaded(make_project(folder, {**FILES, "data/things.ttl": DATA}, toml))
    out = folder / "public"
    written = write(
        out,
        [
            Output("assets/x.css", b"a {}"),
            Output("dumps/latest/data.nt", b"<a:b> <c:d> <e:f> .\n" * 100),
            Output("dumps/latest/README.md", b"# Dumps\n"),
            Output("dumps/1.0.0/data.nt", b"old"),
            Output("large.bin", b"x" * 3_000_000),
        ],
    )
    (out / MANIFEST).write_bytes(Manifest("abc", tuple(written)).as_bytes())
    (out / "secret.txt").write_text("not in the manifest")
    return Served(load_site(settings, found, []), out, "http://localhost/", "abc")


def read(served: Served, path: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return routes.read(served, Request("GET", path.partition("?")[0], headers=named, target=path))


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("id/thing/one", 303, "../../doc/thing/one"),
        ("id/thing/renamed", 301, "../../id/thing/one"),
        ("doc/thing/renamed", 301, "../../doc/thing/one"),
        ("doc/thing/renamed.ttl", 301, "../../doc/thing/one.ttl"),
        ("doc/thing/renamed.es.html", 301, "../../doc/thing/one.es.html"),
        ("id/thing/elsewhere", 301, "http://other.example/x?y=1"),
        ("doc/thing/elsewhere", 301, "http://other.example/x?y=1"),
        ("id/thing/gone", 303, "../../doc/thing/gone"),
        ("graph/data", 303, "../dumps/latest/data.ttl"),
        ("graph/ontology", 303, "../dumps/latest/ontology.ttl"),
        ("ns/1.0.0", 303, "../ns"),
    ],
)
def test_what_points_on(served: Served, path: str, status: int, location: str) -> None:
    answer = read(served, path)
    assert (answer.status, answer.headers["Location"]) == (status, location)
    if status == 303:
        assert answer.headers["Vary"] == VARY
        assert answer.body == b""


def test_a_thing_of_any_shape_leads_to_its_document(served: Served) -> None:
    answer = read(served, "other/shape")
    path = served.site.dataset.addresses.document("https://example.org/other/shape")
    assert (answer.status, answer.headers["Location"]) == (303, f"../{path}")


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("application/n-triples", "../dumps/latest/data.nt"),
        ("application/ld+json", "../dumps/latest/data.jsonld"),
        ("text/turtle;q=0.1, application/rdf+xml", "../dumps/latest/data.rdf"),
    ],
)
def test_a_graph_is_had_in_the_format_that_is_asked_for(served: Served, accept: str, location: str) -> None:
    assert read(served, "graph/data", accept=accept).headers["Location"] == location


@pytest.mark.parametrize(
    ("path", "accept", "language", "kind", "place"),
    [
        ("doc/thing/one", "text/html", "en", "text/html; charset=utf-8", "one.html"),
        ("doc/thing/one", "text/html", "es", "text/html; charset=utf-8", "one.es.html"),
        ("doc/thing/one", "text/turtle", "es", "text/turtle; charset=utf-8", "one.ttl"),
        ("doc/thing/one", "application/ld+json", "", "application/ld+json", "one.jsonld"),
        ("ns", "text/turtle", "", "text/turtle; charset=utf-8", "ns.ttl"),
        ("", "*/*", "es", "text/html; charset=utf-8", "index.es.html"),
        ("queries/", "*/*", "", "text/html; charset=utf-8", "index.html"),
    ],
)
def test_a_document_in_what_is_asked_for(
    served: Served, path: str, accept: str, language: str, kind: str, place: str
) -> None:
    answer = read(served, path, accept=accept, accept_language=language)
    assert (answer.status, answer.headers["Content-Type"], answer.headers["Vary"]) == (200, kind, VARY)
    assert answer.headers["Content-Location"].rpartition("/")[2] == place
    assert answer.headers.get("Content-Language") == ((language or "en") if "html" in kind else None)
    assert answer.headers["Last-Modified"] == "Fri, 02 Jan 2026 00:00:00 GMT"
    assert answer.keep
    assert answer.body


@pytest.mark.parametrize(
    ("path", "kind", "language"),
    [
        ("doc/thing/one.html", "text/html; charset=utf-8", "en"),
        ("doc/thing/one.es.html", "text/html; charset=utf-8", "es"),
        ("doc/thing/one.ttl", "text/turtle; charset=utf-8", None),
        ("doc/thing/one.nt", "application/n-triples", None),
        ("ns.jsonld", "application/ld+json", None),
        ("doc/thing/one.linkset", "application/linkset+json", None),
    ],
)
def test_a_representation_is_what_it_is_whatever_is_accepted(
    served: Served, path: str, kind: str, language: str | None
) -> None:
    answer = read(served, path, accept="image/png", accept_language="pt")
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers.get("Content-Language") == language
    assert "Content-Location" not in answer.headers


@pytest.mark.parametrize("path", ["doc/thing/gone", "doc/thing/gone.html", "doc/thing/gone.ttl"])
def test_what_was_withdrawn_is_gone_with_its_tombstone(served: Served, path: str) -> None:
    answer = read(served, path)
    assert answer.status == 410
    assert b"Gone" in answer.body
    assert not answer.keep


@pytest.mark.parametrize(
    ("path", "kind", "attached", "for_ever"),
    [
        ("assets/x.css", "text/css; charset=utf-8", False, False),
        ("dumps/latest/data.nt", "application/n-triples", True, False),
        ("dumps/latest/README.md", "text/markdown; charset=utf-8", False, False),
        ("dumps/1.0.0/data.nt", "application/n-triples", True, True),
        ("large.bin", "application/octet-stream", False, False),
    ],
)
def test_files_of_the_build(served: Served, path: str, kind: str, attached: bool, for_ever: bool) -> None:
    answer = read(served, path)
    content = (served.out / path).read_bytes()
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    name = path.rpartition("/")[2]
    assert answer.headers.get("Content-Disposition") == (f'attachment; filename="{name}"' if attached else None)
    assert ("immutable" in answer.headers.get("Cache-Control", "")) == for_ever
    is_streamed = path.startswith("dumps/") or len(content) > 2_000_000
    assert ("Accept-Ranges" in answer.headers, "ETag" in answer.headers) == (is_streamed, is_streamed)
    if answer.file:
        assert answer.span == (0, len(content))
    else:
        assert answer.body == content


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("nowhere", {}, 404),
        ("id/thing/never", {}, 404),
        ("doc/thing/never", {}, 404),
        ("doc/thing/one.pdf", {}, 404),
        ("doc/thing/one.pt.html", {}, 404),
        ("graph/never", {}, 404),
        ("secret.txt", {}, 404),
        ("manifest.txt", {}, 404),
        ("ns/0.9.0", {}, 404),
        ("queries/index.linkset", {}, 404),
        ("doc/thing/one", {"accept": "image/png"}, 406),
        ("graph/data", {"accept": "text/html"}, 406),
        ("changes", {}, 400),
        ("changes", {"since": "x"}, 400),
    ],
)
def test_what_is_not_there_or_not_in_that_form(served: Served, path: str, headers: dict[str, str], status: int) -> None:
    parameters = (("since", headers.pop("since")),) if "since" in headers else ()
    with pytest.raises(Refusal) as caught:
        routes.read(served, Request("GET", path, parameters, headers, target=path))
    assert caught.value.status == status


def test_a_file_that_a_new_build_took_away_is_asked_for_again(served: Served) -> None:
    path = served.out / "assets/x.css"
    content = path.read_bytes()
    path.unlink()
    try:
        with pytest.raises(Refusal) as caught:
            read(served, "assets/x.css")
        assert (caught.value.status, caught.value.headers["Retry-After"]) == (503, "10")
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("path", "fields", "language"),
    [
        ("search", {"accept-language": "es"}, "es"),
        ("search", {}, "en"),
        ("search.html", {"accept-language": "es"}, "en"),
        ("search.es.html", {}, "es"),
    ],
)
def test_a_search_is_answered_on_the_server(served: Served, path: str, fields: dict[str, str], language: str) -> None:
    answer = search(served, path, q="One <script>", **fields)
    page = answer.body.decode()
    assert answer.headers["Content-Language"] == language
    assert ("Vary" in answer.headers) == (path == "search")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert f'href="doc/thing/one{".es" * (language == "es")}.html">One</a>' in page.replace("./", "")
    assert "<script>" not in page.partition("<main")[2]
    assert not answer.keep


def test_kinds_of_what_was_found_are_counted_and_in_the_address(served: Served) -> None:
    page = search(served, "search", q="one").body.decode()
    chosen = search(served, "search", q="one", kind="Thing").body.decode()
    assert 'aria-current="true"' in chosen
    assert "1 result<" in page
    assert "Nothing found." in search(served, "search", q="one", kind="nothing such").body.decode()


def test_a_search_for_nothing_is_the_page_of_all_names(served: Served) -> None:
    assert search(served, "search", q="  ").body == read(served, "search").body
    with pytest.raises(Refusal):
        search(served, "search", q="one", accept="text/turtle")


def search(served: Served, path: str, *, q: str, kind: str = "", **headers: str) -> Response:
    parameters = (("q", q), *((("kind", kind),) if kind else ()))
    return routes.read(served, Request("GET", path, parameters, headers, target=f"{path}?q=x"))
