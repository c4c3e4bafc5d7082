"""``ecoop-ld match``: a spreadsheet of names comes back with IRIs; nothing of it is lost."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from conftest import run_command

NAMES = """\
no;organisation;note
1;lacnic;"a ""quoted"" note"
2;Caribbean Telecomunications Union;
3;;nothing here
4;East Los Angeles College;
5;Regional Internet Registries
"""
LACNIC = "https://w3id.org/ecoop/id/org/lacnic"


def written(tmp_path: Path, content: str | bytes = NAMES) -> Path:
    path = tmp_path / "names.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_names_get_iris(tmp_path: Path) -> None:
    done = run_command("match", written(tmp_path), "--column", "organisation")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout), delimiter=";"))
    assert [row["organisation decision"] for row in rows] == ["match", "match", "empty", "nothing", "choose"]
    assert [row["organisation iri"] for row in rows] == [LACNIC, "https://w3id.org/ecoop/id/org/ctu", "", "", ""]
    assert [row["no"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["note"] == 'a "quoted" note'
    assert "https://w3id.org/ecoop/id/group/rirs" in rows[4]["organisation candidates"]
    assert done.stderr == "2 match, 1 choose, 1 nothing, 1 empty\n"


def test_a_class_and_a_file(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run_command("match", written(tmp_path), "--column", "organisation", "--type", "foaf:Person", "--out", out)
    assert (done.returncode, done.stdout) == (0, "")
    assert LACNIC not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (NAMES, ("--column", "org"), 'names.csv:1: There is no column "org".'),
        (NAMES, ("--column", "note", "--type", "ex:Nothing"), "there is no such prefix"),
        (NAMES, ("--column", "note", "--type", "org:Site"), "Nothing in the data is a org:Site."),
        ("", ("--column", "a"), "The file is empty."),
        ("a,b\n1,2,3\n", ("--column", "a"), "Row 2 has 3 cells, but there are 2 columns."),
        ("a\n\u00e9\n".encode("latin-1"), ("--column", "a"), "names.csv:2: The file is not UTF-8."),
        ('a\n"x\n', ("--column", "a"), "Not a CSV file"),
        (NAMES, ("--column", "note", "--service", "file:///etc/passwd"), "is not the address of a service"),
        (NAMES, ("--column", "note", "--service", "http://127.0.0.1:9/"), "does not answer"),
    ],
)
def test_bad_input(tmp_path: Path, content: str | bytes, arguments: tuple[str, ...], message: str) -> None:
    done = run_command("match", written(tmp_path, content), *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def service() -> Iterator[str]:
    """A reconciliation service (0.2) that knows one name."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            asked = json.loads(form["queries"][0])
            known = {"id": "Q1", "name": "LACNIC", "score": 88, "match": True, "type": []}
            found = {k: {"result": [known] if q["query"] == "lacnic" else []} for k, q in asked.items()}
            body = b"no json" if self.path == "/bad" else json.dumps([] if self.path == "/list" else found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_another_service_can_be_asked(tmp_path: Path, service: str) -> None:
    done = run_command("match", written(tmp_path), "--column", "organisation", "--service", service + "/")
    rows = list(csv.DictReader(io.StringIO(done.stdout), delimiter=";"))
    assert (rows[0]["organisation iri"], rows[1]["organisation decision"]) == ("Q1", "nothing")


@pytest.mark.parametrize(("path", "message"), [("/bad", "did not answer with JSON"), ("/list", "did not answer as a")])
def test_a_service_that_is_none(tmp_path: Path, service: str, path: str, message: str) -> None:
    done = run_command("match", written(tmp_path), "--column", "organisation", "--service", service + path)
    assert done.returncode == 2
    assert message in done.stderr
