"""Programs of others read what is theirs: catalogues, feeds, citations, links, patterns of triples, the interfaces.

They run in an environment of their own, which ``make test`` prepares: what they demand does not go together with what
the toolkit does.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Running, need, run_command, start_server, stop_server
from endpoints import build, fetch
from projects import FILES, TOML, make_project
from test_fragments import DATA, EX
from test_release import commit, git

READERS = ROOT / ".venv-readers/bin"
COMUNICA = ROOT / "web/node_modules/.bin/comunica-sparql"
MORE = """
creator = "The makers"
license = "https://creativecommons.org/licenses/by/4.0/"
description.en = "Things and their sizes, for the tests."
"""
CATALOG = """
[catalog]
themes = ["SOCI"]
keywords.en = ["things", "sizes"]
[build]
formats = ["turtle", "jsonld", "ntriples", "rdfxml", "json", "csv", "card"]
[limits]
client_rate = 0
"""


def toml(version: str) -> str:
    head = f'version = "{version}"\nmodified = "2026-0{version[2]}-05"'
    return TOML.replace('languages = ["en"]', f'languages = ["en"]\n{head}{MORE}') + CATALOG


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """A server over a project with two releases; the folder of its build."""
    root = make_project(tmp_path_factory.mktemp("readers"), {**FILES, "data/many.ttl": DATA}, toml("1.1.0"))
    (root / ".gitignore").write_text("releases/\npublic/\n")
    git(root, "init", "-q")
    for version, more in (("1.1.0", ""), ("1.2.0", f"<https://example.org/id/thing/new> a <{EX}Thing> .\n")):
        commit(root, {"ecoop.toml": toml(version), "data/many.ttl": DATA + more})
        done = run_command("release", version, cwd=root)
        assert done.returncode == 0, done.stdout + done.stderr
    public = build(root)
    running = start_server(root, public)
    yield running, public
    stop_server(running)


def read_by(*command: str | Path, text: str | None = None) -> str:
    """What a program of the readers' environment writes."""
    need(READERS.is_dir(), "the environment of readers (make test prepares it)")
    done = subprocess.run(
        [str(READERS / command[0]), *map(str, command[1:])], capture_output=True, text=True, input=text, cwd="/"
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
    return done.stdout


HARVEST = """
import json, sys
from ckanext.dcat.processors import RDFParser
parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(sys.stdin.read(), _format=sys.argv[1])
print(json.dumps(list(parser.datasets())))
"""


def of(dataset: dict[str, Any], name: str) -> str:
    """A field that CKAN keeps beside its own."""
    return next(str(row["value"]) for row in dataset["extras"] if row["key"] == name)


@pytest.mark.parametrize(("end", "form"), [("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_a_catalogue_of_ckan_gets_the_fields_that_a_person_wants(
    site: tuple[Running, Path], end: str, form: str
) -> None:
    content = (site[1] / f"catalog.{end}").read_text(encoding="utf-8")
    found = {of(d, "uri"): d for d in json.loads(read_by("python", "-c", HARVEST, form, text=content))}
    one = found.pop("https://example.org/catalog#dataset")
    assert one["title"] == "Example"
    assert one["notes"] == "Things and their sizes, for the tests."
    assert {tag["name"] for tag in one["tags"]} == {"things", "sizes"}
    assert one["url"] == "http://localhost:8000/"
    more = {row["key"]: row["value"] for row in one["extras"]}
    assert more["publisher_name"] == more["creator_name"] == "The makers"
    assert more["modified"] == "2026-02-05"
    assert more["issued"] == "2026-01-05"
    assert more["uri"] == more["identifier"] == "https://example.org/catalog#dataset"
    assert more["language"] == '["http://publications.europa.eu/resource/authority/language/ENG"]'
    assert more["theme"] == '["http://publications.europa.eu/resource/authority/data-theme/SOCI"]'
    files = {row["download_url"].rpartition("latest/")[2]: row for row in one["resources"]}
    assert {"all.nq", "all.ttl", "tables.sqlite", "tables/thing.csv"} <= set(files)
    assert not {name for name in files if name.startswith("data")}
    turtle = files["all.ttl"]
    assert turtle["name"] == "Example: Turtle"
    assert turtle["size"] == (site[1] / "dumps/latest/all.ttl").stat().st_size
    assert turtle["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert turtle["format"].endswith("RDF_TURTLE")
    assert turtle["access_url"] == "http://localhost:8000/download"
    for version in ("1.1.0", "1.2.0"):  # a release is a data set of its own, in one file
        release = found.pop(f"https://example.org/dumps/{version}/")
        assert release["title"] == f"Example {version}"
        assert release["notes"] == one["notes"]
        (file,) = release["resources"]
        assert file["name"] == f"Example {version}: ZIP"
        assert file["download_url"] == f"http://localhost:8000/dumps/{version}/example-{version}.zip"
        assert file["size"] == (site[1] / f"dumps/{version}/example-{version}.zip").stat().st_size
    assert not found


def test_the_catalogue_of_the_flagship_is_one_dataset_of_a_size_that_a_harvester_takes(public: Path) -> None:
    content = (public / "catalog.ttl").read_text(encoding="utf-8")
    (one,) = json.loads(read_by("python", "-c", HARVEST, "turtle", text=content))
    assert one["title"] == "Enhanced cooperation"
    assert one["notes"]
    assert len(one["tags"]) > 5
    assert 20 < len(one["resources"]) < 400
    assert len(content) < 2_000_000


def test_the_citation_file_is_valid_and_says_what_to_cite(site: tuple[Running, Path]) -> None:
    file = site[1] / "CITATION.cff"
    assert "valid" in read_by("cffconvert", "--validate", "-i", file)
    cited = read_by("cffconvert", "-i", file, "-f", "apalike")
    assert "The makers (2026). Example (version 1.2.0)" in cited
    assert "https://example.org/" in cited


FEED = """
import feedparser, json, sys
found = feedparser.parse(sys.stdin.buffer.read())
entries = [{key: entry.get(key) for key in ("title", "id", "updated", "link", "summary")} for entry in found.entries]
print(json.dumps({"bozo": bool(found.bozo), "version": found.version, "title": found.feed.title, "entries": entries}))
"""


def test_a_reader_of_feeds_reads_the_feed_of_releases(site: tuple[Running, Path]) -> None:
    content = fetch(site[0].url, "dumps/feed.atom").body.decode()
    found = json.loads(read_by("python", "-c", FEED, text=content))
    assert (found["bozo"], found["version"]) == (False, "atom10")
    assert [entry["title"] for entry in found["entries"]] == ["1.2.0", "1.1.0"]
    assert [entry["updated"][:10] for entry in found["entries"]] == ["2026-02-05", "2026-01-05"]
    assert all(entry["link"] and entry["id"] for entry in found["entries"])


LINKS = """
import json, sys
from signposting import find_signposting_http
found = find_signposting_http(sys.argv[1])
names = ("authors", "describedBy", "items", "types", "linksets")
links = {name: sorted(str(link.target) for link in getattr(found, name)) for name in names}
for name in ("citeAs", "license", "collection"):
    link = getattr(found, name)
    links[name] = str(link.target) if link else ""
print(json.dumps(links))
"""


def test_a_reader_of_signposts_finds_the_thing_its_descriptions_and_its_licence(site: tuple[Running, Path]) -> None:
    url = site[0].url
    found = json.loads(read_by("python", "-c", LINKS, f"{url}doc/thing/n3.html"))
    assert found["citeAs"] == "https://example.org/id/thing/n3"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {f"{url}doc/thing/n3.{end}" for end in ("ttl", "jsonld", "nt", "rdf")} <= set(found["describedBy"])
    assert "https://schema.org/AboutPage" in found["types"]
    assert found["linksets"] == [f"{url}doc/thing/n3.linkset"]
    front = json.loads(read_by("python", "-c", LINKS, url))
    assert front["citeAs"] == "https://example.org/"
    assert any(item.endswith("all.nq") for item in front["items"])


def comunica(source: str, query: str) -> list[dict[str, str]]:
    need(shutil.which("node") and COMUNICA.exists(), "Comunica for Node in web/")
    done = subprocess.run([str(COMUNICA), source, query], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


JOINED = f"SELECT ?s ?note WHERE {{ ?s <{EX}size> 3 ; <{EX}note> ?note ; a <{EX}Thing> }}"
COUNTED = f"SELECT (COUNT(*) AS ?n) (SUM(?size) AS ?sum) WHERE {{ ?s <{EX}size> ?size }}"


@pytest.mark.parametrize("query", [JOINED, COUNTED])
def test_comunica_joins_patterns_and_follows_pages(site: tuple[Running, Path], query: str) -> None:
    """A join, and 231 values over three pages; its answers are those of the endpoint."""
    url = site[0].url
    rows = comunica(f"{url}fragments", query)
    table: Any = json.loads(
        fetch(url, "sparql", "POST", {"Content-Type": "application/sparql-query"}, query.encode()).body
    )

    def written(term: dict[str, str]) -> str:
        kind = f"^^{term['datatype']}" if "datatype" in term else f"@{term['xml:lang']}" if "xml:lang" in term else ""
        return f'"{term["value"]}"{kind}' if term["type"] == "literal" else term["value"]

    expected = [{name: written(term) for name, term in row.items()} for row in table["results"]["bindings"]]
    assert len(rows) == len(expected) > 0
    assert sorted(map(str, map(sorted, (row.items() for row in rows)))) == sorted(
        map(str, map(sorted, (row.items() for row in expected)))
    )


def test_schemathesis_finds_nothing_that_the_description_does_not_say(site: tuple[Running, Path]) -> None:
    url = site[0].url
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    said = read_by(
        *("schemathesis", "run", f"{url}openapi.json", "--url", url.rstrip("/"), "--checks", checks),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--seed", "1", "--no-color"),
        *("--suppress-health-check", "all"),
    )
    assert re.search(r"\d{3,} generated, \d{3,} passed", said), said
