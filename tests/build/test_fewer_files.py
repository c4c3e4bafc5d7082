"""A build can write fewer files: which formats is a setting, and what is left out is linked to nowhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from conftest import run_command, start_server, stop_server
from projects import DATA, FILES, TOML, make_project

from ecoop_ld.views import paging

FORMATS = '\n[build]\nformats = ["turtle"]\n'


def built(tmp_path: Path, toml: str, files: dict[str, str] | None = None) -> Path:
    project = make_project(tmp_path, {**FILES, **(files or {})}, toml)
    done = run_command("build", cwd=project)
    assert done.returncode == 0, done.stderr
    return project / "public"


def test_only_the_formats_that_are_wanted(tmp_path: Path) -> None:
    public = built(tmp_path, TOML + FORMATS)
    assert sorted(path.name for path in (public / "doc/thing").iterdir()) == ["one.html", "one.ttl"]
    dumps = {path.name for path in (public / "dumps/latest").iterdir()}
    assert {"all.nq", "all.trig", "all.ttl"} < dumps
    assert not {"all.nt", "all.rdf", "all.jsonld"} & dumps
    listed = {entry["path"] for entry in json.loads((public / "manifest.json").read_text())["files"]}
    page = (public / "doc/thing/one.html").read_text()
    assert re.findall(r'<link rel="alternate" type="([^"]+)"', page) == ["text/turtle"]
    for name in ("download.html", "catalog.html", "doc/thing/one.html"):
        for link in re.findall(r'href="((?:\.\.?/)+[^"#?]+)"', (public / name).read_text()):
            target = (public / name).parent.joinpath(link).resolve().relative_to(public.resolve()).as_posix()
            assert target in listed, f"{name} leads to {link}, which is not there"
    void = (public / ".well-known/void").read_text()
    assert "all.ttl" in void
    assert "all.nt" not in void


def test_the_server_answers_in_the_others_too(tmp_path: Path) -> None:
    data = '<https://example.org/id/thing/odd> <https://example.net/p/1> "x"@en .\n'
    toml = TOML.replace('"data/*" = "graph/data"', "")
    public = built(tmp_path, toml + FORMATS, {"data/odd.ttl": data, "data/a b.nt": data})
    running = start_server(public.parent, public)
    try:
        for accept, word in (("application/n-triples", '"One"@en'), ("application/rdf+xml", "<rdf:RDF")):
            with urlopen(Request(running.url + "id/thing/one", headers={"Accept": accept})) as answer:
                assert word in answer.read().decode()
        for graph, accept in (
            ("odd", "*/*"),
            ("a%20b.nt", "*/*"),
            ("odd", "application/trig"),
        ):  # to a dump that is there
            with urlopen(Request(f"{running.url}graph/data/{graph}", headers={"Accept": accept})) as answer:
                assert "example.net/p/1" in answer.read().decode()
        with pytest.raises(HTTPError) as refused:  # no element of XML can have that name
            urlopen(running.url + "doc/thing/odd.rdf")
        assert refused.value.code == 406
        assert "cannot be written as RDF/XML" in refused.value.read().decode()
    finally:
        stop_server(running)


@pytest.mark.parametrize("formats", ['["trutle"]', '["html"]', '["trig"]'])
def test_a_format_that_is_none(tmp_path: Path, formats: str) -> None:
    project = make_project(tmp_path, FILES, f"{TOML}\n[build]\nformats = {formats}\n")
    done = run_command("check", cwd=project)
    assert done.returncode == 2
    assert '"build.formats" is no format of data.' in done.stderr


def test_a_property_without_an_element_name_needs_no_rdf_xml(tmp_path: Path) -> None:
    data = {"data/odd.ttl": '<https://example.org/id/thing/odd> <https://example.net/p/1> "x"@en .\n'}
    project = make_project(tmp_path, {**FILES, **data})
    assert "violation[xml-name]" in run_command("build", cwd=project).stderr
    public = built(tmp_path / "second", TOML + FORMATS, data)
    assert "example.net/p/1" in (public / "doc/thing/odd.ttl").read_text()


def test_the_page_of_a_class_goes_on(tmp_path: Path) -> None:
    """Each thing stands on one of the pages, in the order of the names; each page leads to the others."""
    count = 2 * paging.LISTED + 1
    things = "".join(
        f'<https://example.org/id/thing/t{n}> a ex:Thing ; rdfs:label "Item {n}"@en .\n' for n in range(1, count)
    )
    public = built(tmp_path, TOML + FORMATS, {"data/things.ttl": DATA + things})
    names = ["thing.html", "thing.links-2.html", "thing.links-3.html"]
    pages = [(public / "class" / name).read_text() for name in names]
    told = [re.findall(r"<li><a [^>]*>(?:<[^>]+>)*([^<]+)", page) for page in pages]
    assert [len(rows) for rows in told] == [paging.LISTED, paging.LISTED, 1]
    assert [row for rows in told for row in rows] == [*(f"Item {n}" for n in range(1, count)), "One"]
    assert f"{count:,} things" in pages[0]
    for page in pages:
        assert len(re.findall(r"class/thing|thing\.(?:links-\d\.)?html", page)) >= 2
