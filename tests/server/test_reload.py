"""SIGHUP: the server goes over to the build that is there, whole, or stays with what it has and says why."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COMMAND, Running, run_command, stop_server, wait_until
from endpoints import DATA, ask, build, endpoint_project, fetch

LABEL = "SELECT ?l { <https://example.org/id/thing/one> ?p ?l FILTER(LANG(?l) = 'en') }"
DUMP = "dumps/latest/all.nt"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = endpoint_project(tmp_path_factory.mktemp("reload"), "client_rate = 0\nquery_seconds = 2\n")
    build(found)
    return found


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of a project that is built; a test may change it."""
    return Path(shutil.copytree(built, tmp_path / "project", symlinks=True))


@pytest.fixture
def running(project: Path, tmp_path: Path) -> Iterator[Running]:
    """A server whose complaints are in the file ``said``."""
    with (tmp_path / "said").open("w") as said:
        arguments = ["serve", "--port", "0", "--project", str(project), "--out", str(project / "public")]
        process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=said, text=True)
        assert process.stdout
        yield Running(process.stdout.readline().split()[2], process)
        stop_server(Running("", process))


def reload(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGHUP)


def reloads(running: Running) -> int:
    match = re.search(rb"ecoop_reloads_total (\d+)", fetch(running.url, "metrics").body)
    assert match
    return int(match[1])


def shown(running: Running, number: int) -> set[str]:
    """The label of the thing in its page, its data, the endpoint's answer, the dump, and a suggestion."""
    found = set()
    for content in (
        fetch(running.url, "doc/thing/one", headers={"Accept": "text/html"}).body,
        fetch(running.url, "doc/thing/one.ttl").body,
        ask(running.url, f"{LABEL} # {number}").body,
        fetch(running.url, DUMP).body,
        fetch(running.url, "reconcile/suggest/entity?prefix=https://example.org/id/thing/one").body,
    ):
        match = re.search(b"One|Changed", content)
        found.add(match[0].decode() if match else "")
    return found


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("data/things.ttl", DATA + "<a> <b", "changed after its last build"),
        ("data/things.ttl", DATA.replace('"One"@en', '"Changed"@en'), "changed after its last build"),
        ("ecoop.toml", "broken [", "ecoop.toml"),
    ],
    ids=["not Turtle", "not built", "broken settings"],
)
def test_a_project_that_was_not_built_changes_nothing(
    project: Path, running: Running, tmp_path: Path, file: str, content: str, complaint: str
) -> None:
    if "<b" in content:
        (project / file).write_text(content)
        assert run_command("build", "--project", project, "--out", project / "public").returncode == 1
    (project / file).write_text(content)
    reload(running)
    assert wait_until(lambda: "Not reloaded" in (tmp_path / "said").read_text(), 30)
    assert complaint in (tmp_path / "said").read_text()
    assert reloads(running) == 0
    assert fetch(running.url, "id/thing/one").status == 303
    assert shown(running, 1) == {"One"}


def test_a_new_build_is_served_whole_and_not_before_it_is_taken_over(project: Path, running: Running) -> None:
    before = fetch(running.url, "healthz").json["version"]
    unchanged = fetch(running.url, "assets/site.css").body or b""
    (project / "data/things.ttl").write_text(DATA.replace('"One"@en', '"Changed"@en'))
    build(project)
    dump = fetch(running.url, DUMP)
    assert dump.status == 503  # that of the build which is served is gone
    assert int(dump.headers["retry-after"]) > 0
    assert b"One" in fetch(running.url, "doc/thing/one.ttl").body
    assert fetch(running.url, "assets/site.css").body == unchanged  # the same in both
    assert fetch(running.url, "healthz").json["version"] == before
    reload(running)
    assert wait_until(lambda: reloads(running) == 1, 30)
    assert shown(running, 2) == {"Changed"}
    assert fetch(running.url, "healthz").json["version"] != before
