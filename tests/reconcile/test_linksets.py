"""Link sets and the report on them: what is confirmed, what is only likely, and what is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import run_command
from projects import FILES, PREFIXES, make_project
from test_matching import matcher_of

from ecoop_ld.reconcile import linksets, report
from ecoop_ld.reconcile.identifiers import Identifiers

DATA = (
    PREFIXES
    + """
<https://example.org/id/org/isoc> a ex:Thing ; rdfs:label "Internet Society"@en ;
    skos:exactMatch <http://www.wikidata.org/entity/Q749257> ;
    ex:externalId <https://example.org/id/external/isoc-ror> .
<https://example.org/id/external/isoc-ror> a ex:Thing ; rdfs:label "ROR"@en ; dcterms:identifier "04dzfqx38" ;
    dcterms:conformsTo <https://ror.org/> .
<https://example.org/id/org/arin> a ex:Thing ; rdfs:label "ARIN"@en ; owl:sameAs <https://ror.org/01d357q34> ;
    skos:closeMatch <http://www.wikidata.org/entity/Q282503> .
<https://example.org/id/org/other> a ex:Thing ; rdfs:label "Society"@en ;
    skos:exactMatch <https://www.wikidata.org/wiki/Q749257> , <https://elsewhere.example/society> .
"""
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("links"), {**FILES, "data/things.ttl": DATA})


@pytest.fixture(scope="module")
def identifiers(root: Path) -> Identifiers:
    return Identifiers(matcher_of(root).dataset)


def test_one_set_per_system_and_certainty(identifiers: Identifiers) -> None:
    found = linksets.linksets(identifiers.external)
    assert [(s.name, len(s.links)) for s in found] == [
        ("other", 1),
        ("ror-candidates", 1),
        ("wikidata", 2),
        ("wikidata-candidates", 1),
    ]
    assert [str(t) for t in found[1].triples] == [
        "<https://example.org/id/org/isoc> <http://www.w3.org/2004/02/skos/core#closeMatch> <https://ror.org/04dzfqx38>"
    ]


def test_sssom(identifiers: Identifiers) -> None:
    found = {s.name: s for s in linksets.linksets(identifiers.external)}
    base, licence = "https://example.org/", "https://creativecommons.org/licenses/by/4.0/"
    text = linksets.sssom(found["wikidata"], f"{base}set", base, licence, "1.0.0", lambda iri: iri[-4:], {})
    head = [line for line in text.splitlines() if line.startswith("#")]
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert "#mapping_set_id: https://example.org/set" in head
    assert "#  wikidata: http://www.wikidata.org/entity/" in head
    assert rows[0][:5] == ["subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification"]
    assert rows[1] == [
        "project:id/org/isoc",
        "isoc",
        "skos:exactMatch",
        "wikidata:Q749257",
        "semapv:ManualMappingCuration",
        "",
    ]
    text = linksets.sssom(found["ror-candidates"], f"{base}set", base, licence, "", lambda iri: "x", {})
    assert "semapv:UnspecifiedMatching\thttps://example.org/id/external/isoc-ror" in text


def test_mixnmatch() -> None:
    text = linksets.mixnmatch(["https://e/a"], lambda _: "A\tname", lambda _: "two\nlines")
    assert text == "id\tname\tdesc\turl\nhttps://e/a\tA name\ttwo lines\thttps://e/a\n"


def test_the_report_names_what_is_wrong(root: Path) -> None:
    done = run_command("links", "--project", root, "--json")
    assert done.returncode == 1
    table = json.loads(done.stdout)
    assert table["identifiers"] == {"Wikidata": 3, "ROR": 2, "elsewhere": 1}
    assert [(t["kind"], t["message"], len(t["things"])) for t in table["troubles"]] == [
        ("form", "01d357q34 has a wrong check digit", 1),
        ("shared", "2 things have http://www.wikidata.org/entity/Q749257", 2),
    ]
    assert {"class": "https://example.org/ns#Thing", "things": 4, "without": 1} in table["without"]
    text = run_command("links", "--project", root).stdout
    assert "6 external identifiers: 3 Wikidata, 2 ROR, 1 elsewhere; 2 to look at." in text
    assert "ex:Thing: 1 of 4 without any" in text


@pytest.fixture
def web() -> Iterator[tuple[str, list[str]]]:
    """A host with one page, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.path)
            self.send_response({"/there": 200, "/closed": 403}.get(self.path, 404))
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_dead_links_are_asked_for_once(
    tmp_path: Path, web: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_PAUSE", 0.0)
    host, asked = web
    links = "".join(
        f"<https://example.org/id/thing/{name}> a ex:Thing ; owl:sameAs <{host}/{name}> .\n"
        for name in ("there", "gone", "closed")
    )
    made = make_project(tmp_path, {**FILES, "data/things.ttl": PREFIXES + links})
    external = Identifiers(matcher_of(made).dataset).external
    for _ in range(2):
        (trouble,) = report.dead(external, tmp_path / "cache" / "links.json")
        assert trouble.message == f"{host}/gone answers 404"
    assert sorted(asked) == ["/closed", "/gone", "/there"]
