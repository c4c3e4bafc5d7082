"""The server as clients meet it: a real process, real HTTP."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pyoxigraph as ox
import pytest
from conftest import COMMAND, ROOT, Running, run_command, wait_until
from endpoints import build, endpoint_project
from projects import FILES, make_project
from test_remote import check_endpoint

from ecoop_ld import config
from ecoop_ld.build.build import downloads_of
from ecoop_ld.model import tombstones
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, HTML
from ecoop_ld.rdf.names import OWL
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # type: ignore[override]
        return None


def ask(
    url: str, *, method: str = "GET", data: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower-case names) and body; redirects are not followed."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    try:
        answer = build_opener(_NoRedirect).open(Request(url, data=data, method=method, headers=named), timeout=100)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


def query(
    server: str, text: str, accept: str = "application/sparql-results+json", **more: object
) -> tuple[int, dict[str, str], bytes]:
    return ask(server + "sparql?" + urlencode({"query": text, **more}, doseq=True), Accept=accept)


def rows(body: bytes) -> list[dict[str, str]]:
    return [{k: v["value"] for k, v in row.items()} for row in json.loads(body)["results"]["bindings"]]


# --- things and documents ----------------------------------------------------------------------------------------------


def test_a_thing_is_answered_with_303_to_its_document(server: str) -> None:
    status, headers, _ = ask(server + "id/org/lacnic")
    assert (status, headers["location"]) == (303, "../../doc/org/lacnic")
    assert headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/ld+json, text/turtle;q=0.5", "application/ld+json"),
        ("text/html;q=0.2, application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/turtle;q=0, application/*;q=0.1", "application/ld+json"),
    ],
)
@pytest.mark.parametrize("path", ["doc/org/lacnic", "ns"])
def test_a_document_is_negotiated(server: str, path: str, accept: str, kind: str) -> None:
    status, headers, _ = ask(server + path, Accept=accept)
    assert (status, headers["content-type"]) == (200, kind)
    assert headers["content-location"].startswith("../" * path.count("/") or "./")
    assert headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


def test_a_document_speaks_the_readers_language(server: str) -> None:
    _, headers, body = ask(server + "doc/org/lacnic", Accept="text/html", Accept_Language="pt-BR,pt;q=0.9,en;q=0.5")
    assert headers["content-language"] == "pt"
    assert b'<html lang="pt"' in body


def test_what_cannot_be_offered_is_406_with_a_list(server: str) -> None:
    status, headers, body = ask(server + "doc/org/lacnic", Accept="image/png")
    assert (status, headers["content-type"], headers["vary"]) == (
        406,
        "application/problem+json",
        "Accept, Accept-Language, Accept-Encoding",
    )
    assert "text/turtle" in json.loads(body)["available"]


def test_a_representation_has_an_address_that_ignores_accept(server: str) -> None:
    status, headers, body = ask(server + "doc/org/lacnic.ttl", Accept="text/html")
    assert (status, headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert list(ox.parse(body, format=ox.RdfFormat.TURTLE))


def test_every_term_of_the_vocabulary_is_at_its_address(server: str) -> None:
    _, _, body = ask(server + "ns", Accept="text/turtle")
    described = {str(q.subject) for q in ox.parse(body, format=ox.RdfFormat.TURTLE)}
    _, _, page = ask(server + "ns", Accept="text/html")
    settings = config.load(ROOT)
    for quad in files.load(settings).quads:
        iri = getattr(quad.subject, "value", "")
        if iri.startswith(settings.vocabulary_iri + "#"):
            assert str(quad.subject) in described
            assert f'id="{iri.partition("#")[2]}"'.encode() in page
    (version,) = (
        q.object.value for q in files.load(settings).quads if getattr(q.predicate, "value", "") == OWL + "versionInfo"
    )
    assert ask(server + f"ns/{version}")[:1] == (303,)


def test_a_graph_leads_to_its_dump(server: str) -> None:
    status, headers, _ = ask(server + "graph/source/echeberria-2008", Accept="application/n-triples")
    assert (status, headers["location"]) == (303, "../../dumps/latest/source-echeberria-2008.nt")
    assert ask(server + "dumps/latest/source-echeberria-2008.nt")[0] == 200


@pytest.mark.parametrize(
    "path",
    ["id/org/nobody", "doc/org/nobody", "doc/org/lacnic.exe", "graph/none", "../ecoop.toml", "%2e%2e/ecoop.toml",
     "doc/..%2f..%2fetc/passwd", "assets/../../ecoop.toml", "a%00b", "%ff", "id/", "doc"],
)  # fmt: skip
def test_nothing_else_is_there(server: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", int(server.rsplit(":", 1)[1].strip("/")))) as connection:
        connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.split()[1] in (b"400", b"404")
    assert b"public_base" not in answer
    assert b"Traceback" not in answer


def test_the_server_and_the_build_give_the_same_bytes_for_every_entity(
    request: pytest.FixtureRequest, server: str, public: Path
) -> None:
    """Every entity in one format or language after the other, and one of each class in all of them."""
    settings = config.load(ROOT)
    stated = files.load(settings).quads
    dataset = Dataset(settings, stated, materialise(settings, stated))
    assert downloads_of(public, dataset)
    gone = {iri for iri, _ in tombstones.dead(dataset)}  # their addresses lead to what replaced them
    alive = [iri for iri in dataset.things if iri not in gone]
    first = {next((iri for iri in members if iri not in gone), "") for members in dataset.members.values()}
    forms = [(HTML, language) for language in settings.languages]
    forms += [(row, "en") for row in DOCUMENT_FORMATS if row is not HTML]
    every = request.config.getoption("--every-page")
    asked = [
        (iri, *form)
        for at, iri in enumerate(alive)
        for number, form in enumerate(forms)
        if every or iri in first or number == at % len(forms)
    ]
    assert len(asked) > len(alive) > 700
    parts = urlsplit(server)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=100)) as connection:
        for iri, row, language in asked:
            path = dataset.addresses.document(iri)
            connection.request("GET", "/" + path, headers={"Accept": row.media_type, "Accept-Language": language})
            built = public / dataset.addresses.file(path, row, language)
            assert connection.getresponse().read() == built.read_bytes(), (path, row.name, language)


@pytest.mark.parametrize("path", ["index.html", "browse.es.html", "download.html", "ns.html", "ns/context.jsonld", "sparql/index.html", "queries/cq21.pt.html", ".well-known/void", "assets/site.css", "catalog.ttl"])  # fmt: skip
def test_the_other_pages_are_the_builds_too(server: str, public: Path, path: str) -> None:
    status, _, body = ask(server + path)
    assert status == 200
    assert body == (public / path).read_bytes()


# --- SPARQL ------------------------------------------------------------------------------------------------------------

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("*/*", "application/sparql-results+json"),
        ("text/html", "text/html; charset=utf-8"),
    ],
)
def test_select_answers_in_each_format(server: str, accept: str, kind: str) -> None:
    status, headers, body = query(server, "SELECT ?s { ?s a <http://www.w3.org/ns/org#Post> }", accept)
    assert (status, headers["content-type"]) == (200, kind)
    assert b"un-secretary-general" in body or b"UN Secretary-General" in body


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"]
)
def test_construct_answers_in_each_format(server: str, accept: str) -> None:
    text = "CONSTRUCT { ?s a <http://www.w3.org/ns/org#Post> } WHERE { ?s a <http://www.w3.org/ns/org#Post> } LIMIT 1"
    status, headers, body = query(server, text, accept)
    assert (status, headers["content-type"].split(";")[0]) == (200, accept)
    row = next(r for r in DOCUMENT_FORMATS if r.media_type == accept)
    assert len(list(ox.parse(body, format=row.rdf_engine()))) == 1


def test_both_posts_answer_like_get(server: str) -> None:
    expected = query(server, COUNT)[2]
    form = urlencode({"query": COUNT}).encode()
    json_type = "application/sparql-results+json"
    assert (
        ask(
            server + "sparql",
            method="POST",
            data=form,
            Content_Type="application/x-www-form-urlencoded",
            Accept=json_type,
        )[2]
        == expected
    )
    assert (
        ask(
            server + "sparql",
            method="POST",
            data=COUNT.encode(),
            Content_Type="application/sparql-query",
            Accept=json_type,
        )[2]
        == expected
    )


def test_the_default_graph_is_the_union_and_counts_a_triple_once(server: str, public: Path) -> None:
    quads = ox.parse(path=public / "dumps/latest/all.nq", format=ox.RdfFormat.N_QUADS)
    triples = {(q.subject, q.predicate, q.object) for q in quads}
    assert rows(query(server, COUNT)[2]) == [{"n": str(len(triples))}]


def test_from_and_graph_narrow_it(server: str) -> None:
    article = "https://w3id.org/ecoop/graph/source/echeberria-2008"
    alone = rows(query(server, f"SELECT (COUNT(*) AS ?n) FROM <{article}> {{ ?s ?p ?o }}")[2])
    inside = rows(query(server, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{article}> {{ ?s ?p ?o }} }}")[2])
    by_protocol = rows(query(server, COUNT, **{"default-graph-uri": article})[2])
    assert alone == inside == by_protocol
    assert 0 < int(alone[0]["n"]) < int(rows(query(server, COUNT)[2])[0]["n"])


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("SELECT * WHERE { ?s ?p }", 400, "Line 1"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 403, "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * { ?s foo:bar ?o }", 400, "foo:"),
    ],
)
def test_a_bad_query_is_told_what_is_wrong(server: str, text: str, status: int, words: str) -> None:
    found, headers, body = query(server, text)
    assert (found, headers["content-type"]) == (status, "application/problem+json")
    assert words.lower() in json.loads(body)["detail"].lower()
    page = query(server, text, "text/html")
    assert page[0] == status
    assert b"<textarea" in page[2]


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER (?a != ?l) }"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with enough triples for a query without end, whose queries may take a second; built."""
    project = endpoint_project(tmp_path_factory.mktemp("small"), "query_seconds = 1.0\n", things=300)
    build(project)
    return project


def test_a_query_that_runs_for_ever_is_stopped_and_others_are_answered_meanwhile(
    small: Path, serve: Callable[..., Running]
) -> None:
    running = serve(small, small / "public")
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", running.url + "sparql?query=" + quote(ENDLESS)]

    def works() -> bool:
        return b"ecoop_queries_running 1\n" in ask(running.url + "metrics")[2]

    def answered_meanwhile() -> bool:
        """On a busy machine the second may be over before the other query is asked."""
        with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
            begun = wait_until(lambda: works() or other.poll() is not None)
            answered = query(running.url, COUNT + f" # {time.monotonic()}")[0] == 200
            still_there = works()
            assert other.communicate()[0] == b"504"
        return begun and answered and still_there

    assert wait_until(answered_meanwhile)
    status, _, body = query(running.url, ENDLESS)
    assert (status, json.loads(body)["limit"]) == (504, "query_seconds")
    assert query(running.url, COUNT)[0] == 200


# --- starting ----------------------------------------------------------------------------------------------------------


def test_a_busy_port_is_an_error_in_words(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", FILES)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_command("serve", "--port", port, cwd=project)
    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr
    assert not (project / "public").exists(), "nothing is built before the port is known to be free"


def test_it_stops_on_ctrl_c_and_leaves_no_process_behind(small: Path, serve: Callable[..., Running]) -> None:
    import signal

    running = serve(small, small / "public")
    assert query(running.url, COUNT)[0] == 200
    children = subprocess.run(
        ["pgrep", "-P", str(running.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    assert children
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(15) in (0, 130, -signal.SIGINT)
    assert wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_the_command_line_helps() -> None:
    done = subprocess.run([*COMMAND, "serve", "--help"], capture_output=True, text=True, check=True)
    assert "Example: ecoop-ld serve" in done.stdout


def test_the_remote_client_finds_this_server_a_good_endpoint(server: str) -> None:
    check_endpoint(server + "sparql", "https://w3id.org/ecoop/id/org/lacnic")
