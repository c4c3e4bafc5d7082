"""RDF files become a site, an endpoint and dumps in one command, without a project."""

from __future__ import annotations

import gzip
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import run_command, wait_until
from served import ask, served

from ecoop_ld.cli import main
from ecoop_ld.server import preview
from ecoop_ld.sources.folders import recognise

IRI = "http://data.example.net/id/person/ada"
NAME = "http://xmlns.com/foaf/0.1/name"
TURTLE = f'<{IRI}> a <http://xmlns.com/foaf/0.1/Person> ; <{NAME}> "Ada" .\n'
TRIPLES = f'<{IRI}> <{NAME}> "Ada" .\n'
XML = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:foaf="http://xmlns.com/foaf/0.1/">
<rdf:Description rdf:about="{IRI}"><foaf:name>Ada</foaf:name></rdf:Description></rdf:RDF>
"""
JSON = f'{{"@id": "{IRI}", "{NAME}": "Ada"}}\n'
FILES = {
    "a.ttl": TURTLE,
    "a.trig": TURTLE,
    "a.nt": TRIPLES,
    "a.nq": TRIPLES,
    "A.TTL": TURTLE,
    "A.NT": TRIPLES,
    "a.rdf": XML,
    "a.owl": XML,
    "a.xml": XML,
    "a.jsonld": JSON,
    "a.json": JSON,
}


def test_every_kind_of_file_at_once(tmp_path: Path) -> None:
    """One folder with all of them: each goes into a graph of its own."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
        (tmp_path / f"packed-{name}.gz").write_bytes(gzip.compress(content.encode()))
    (tmp_path / "rows.csv").write_text("a,b\n")
    done = run_command("check", tmp_path, "--all")
    assert done.returncode == 0, done.stdout
    assert f"{tmp_path}/rows.csv: note[left-out]" in done.stdout
    assert f"{len(FILES) * 2} files as" in done.stderr
    query = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p 'Ada' } }"
    kept = tmp_path / "kept"
    assert run_command("build", tmp_path, "--save", kept, "--out", tmp_path / "out").returncode == 0
    asked = run_command("query", "-", "--project", kept, "--format", "csv", input=query)
    assert asked.stdout.split() == ["n", str(len(FILES) * 2)]


def test_serve_a_file(tmp_path: Path) -> None:
    (tmp_path / "people.ttl").write_text(TURTLE + f"<{IRI}> <http://xmlns.com/foaf/0.1/knows> [ <{NAME}> 'Bob' ] .\n")
    with served(tmp_path / "people.ttl") as url:
        status, page = ask(url + "id/person/ada", "text/html")
        assert status == 200
        assert "Ada" in page
        for link in re.findall(r'(?:href|src)="(\.[^"#]*)', page):  # what the page needs is there, or soon will be
            address = urllib.parse.urljoin(url + "doc/person/ada.html", link)
            assert wait_until(lambda: ask(address)[0] == 200, 60), link  # noqa: B023 asked at once
        assert f"<{IRI}>" in ask(url + "id/person/ada", "application/n-triples")[1]
        assert "Ada" in ask(url + f"sparql?query=SELECT+*+%7B%3Fs+<{NAME}>+%3Fo%7D", "text/csv")[1]
        assert wait_until(lambda: ask(url + "dumps/latest/all.nt")[0] == 200, 60)
        assert '"Ada"' in ask(url + "dumps/latest/all.nt")[1]
        assert wait_until(lambda: "all.nt" in ask(url + "download")[1], 60)  # the page follows when all are there
        assert ask(url + "nothing")[0] == 404
    assert list(tmp_path.iterdir()) == [tmp_path / "people.ttl"]  # nothing is left behind


def test_what_a_server_of_files_says_before_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "people.ttl").write_text(TURTLE)
    (tmp_path / "rows.csv").write_text("a,b\n")
    monkeypatch.setattr(preview, "run", lambda _config, _out, listener, *_: listener.close())
    done = CliRunner().invoke(main, ["serve", str(tmp_path), "--port", "0"])
    assert done.exit_code == 0, done.output
    assert "IRIs begin with http://data.example.net/" in done.stderr
    assert f"{tmp_path}/rows.csv: note[left-out]" in done.stderr
    assert "Nothing but the syntax is checked" in done.stderr


def test_serve_and_save(tmp_path: Path) -> None:
    (tmp_path / "people.ttl").write_text(TURTLE)
    with served(tmp_path / "people.ttl", "--save", tmp_path / "mine") as url:
        assert ask(url)[0] == 200
    assert (tmp_path / "mine/data/people.ttl").read_text() == TURTLE
    assert "# guessed: " in (tmp_path / "mine/ecoop.toml").read_text()
    assert run_command("check", cwd=tmp_path / "mine").returncode == 0


def test_build_files(tmp_path: Path) -> None:
    (tmp_path / "people.ttl").write_text(TURTLE)
    done = run_command("build", tmp_path / "people.ttl", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "Ada" in (tmp_path / "out/doc/person/ada.html").read_text()
    assert 'as "people"' in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("build", "people.ttl"), "--out DIR"),
        (("serve", "people.ttl", "--project", "other"), "not both"),
        (("build", "--save", "other"), "name some"),
        (("serve", "people.ttl", "--out", "other"), "served without one"),
        (("check", "nowhere.ttl"), "There is no file or folder nowhere.ttl."),
        (("check", "rows.csv"), "rows.csv has no row below its header"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    (tmp_path / "people.ttl").write_text(TURTLE)
    (tmp_path / "rows.csv").write_text("a,b\n")
    done = run_command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_slip_has_its_place_in_the_users_file(tmp_path: Path) -> None:
    (tmp_path / "people.ttl").write_text(TURTLE + "<x> :y .\n")
    for command in ("check", "serve", "build"):
        more = ("--out", str(tmp_path / "out")) if command == "build" else ("--port", "0") if command == "serve" else ()
        done = run_command(command, tmp_path / "people.ttl", *more)
        assert done.returncode == 1
        assert f"{tmp_path}/people.ttl:2:5: violation[syntax]" in done.stdout + done.stderr


def test_small_files_of_others(shared: Path) -> None:
    """Each is served on its own; ``CASES`` are all that are small."""
    files = [
        path
        for path in sorted((shared / "corpora/projects").rglob("*"))
        if path.is_file() and recognise(path).format and 500 < path.stat().st_size < 2_000
    ]
    assert len(files) > 10
    for path in files[::4]:
        with served(path) as url:
            assert ask(url)[0] == 200, path
            assert ask(url + "sparql?query=ASK%7B%3Fs+%3Fp+%3Fo%7D", "text/plain, */*")[0] == 200, path
