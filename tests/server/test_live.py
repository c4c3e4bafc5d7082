"""``serve --watch``: a real server over a project that is edited, and a real Chromium that looks at it."""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, Running, stop_server, wait_until
from endpoints import DATA, endpoint_project, fetch

PAGE = "doc/thing/one"
SECONDS = 60


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return endpoint_project(tmp_path_factory.mktemp("edited"), "client_rate = 0\nquery_seconds = 2\n")


@pytest.fixture(scope="module")
def running(project: Path) -> Iterator[Running]:
    with (project.parent / "said").open("w") as said:
        arguments = ["serve", "--watch", "--port", "0", "--project", str(project)]
        process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=said, text=True)
        assert process.stdout
        yield Running(process.stdout.readline().split()[2].rstrip(","), process)
        stop_server(Running("", process))


@pytest.fixture(autouse=True)
def whole(project: Path, running: Running) -> Iterator[None]:
    """Each test begins with the project as it was."""
    settings = (project / "ecoop.toml").read_text()
    yield
    (project / "data").mkdir(exist_ok=True)
    (project / "data/things.ttl").write_text(DATA)
    (project / "ecoop.toml").write_text(settings)
    assert wait_until(lambda: "One" in html(running) and '"broken": false' in event(running), SECONDS)


def html(running: Running) -> str:
    return (fetch(running.url, PAGE, headers={"Accept": "text/html"}).body or b"").decode()


def event(running: Running) -> str:
    with urllib.request.urlopen(running.url + ".live/events", timeout=SECONDS) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        return str(answer.read().decode())


def label(project: Path, text: str) -> None:
    (project / "data/things.ttl").write_text(DATA.replace('"One"@en', f'"{text}"@en'))


def test_a_save_changes_the_page_in_place_and_nothing_is_written(project: Path, running: Running, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 500, "height": 300})
    page.goto(running.url + PAGE)
    page.evaluate("""() => { scrollTo({top: 120, behavior: 'instant'}); window.before = true; }""")
    there = page.evaluate("scrollY")
    assert there > 0
    opened = page.evaluate("() => { const d = document.querySelector('details'); if (d) d.open = true; return !!d; }")
    label(project, "Changed")
    page.get_by_role("heading", name="Changed").first.wait_for(timeout=SECONDS * 1000)
    page.wait_for_function(f"Math.abs(scrollY - {there}) < 3", timeout=SECONDS * 1000)
    assert not opened or page.evaluate("document.querySelector('details').open")
    assert page.evaluate("window.before === undefined")
    assert not (project / "public").exists()
    page.close()


def test_a_page_that_shows_the_same_is_not_loaded_again(project: Path, running: Running, browser: Any) -> None:
    page = browser.new_page()
    page.goto(running.url + PAGE)
    page.evaluate("window.before = true")
    (project / "data/things.ttl").write_text(DATA + "# a comment\n")
    version = fetch(running.url, "healthz").json["version"]
    assert wait_until(lambda: fetch(running.url, "healthz").json["version"] != version, SECONDS)
    page.wait_for_timeout(1000)
    assert page.evaluate("window.before") is True
    page.close()


@pytest.mark.parametrize(
    ("file", "slip", "told"),
    [
        ("data/things.ttl", lambda text: text + "<a> <b", "data/things.ttl:"),
        ("ecoop.toml", lambda text: text + "\nbroken [", "ecoop.toml:"),
    ],
    ids=["not Turtle", "broken settings"],
)
def test_what_is_broken_is_laid_over_the_last_good_page(
    project: Path, running: Running, browser: Any, file: str, slip: Any, told: str
) -> None:
    page = browser.new_page()
    failed: list[str] = []
    page.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)
    page.goto(running.url + PAGE)
    good = (project / file).read_text()
    (project / file).write_text(slip(good))
    overlay = page.locator("#ecoop-live.broken")
    overlay.wait_for(timeout=SECONDS * 1000)
    assert told in overlay.inner_text()
    assert "One" in html(running)
    assert page.get_by_role("heading", name="One").count()
    (project / file).write_text(good)
    overlay.wait_for(state="detached", timeout=SECONDS * 1000)
    assert not [text for text in failed if "Content Security" in text]
    page.close()


def test_a_folder_may_go_and_come_back(project: Path, running: Running) -> None:
    shutil.move(project / "data", project / "away")
    assert wait_until(lambda: "One" not in html(running), SECONDS)  # a project may have no data
    shutil.move(project / "away", project / "data")
    label(project, "Back")
    assert wait_until(lambda: "Back" in html(running), SECONDS)


def test_the_last_of_several_saves_is_served_whatever_editors_leave_beside_it(project: Path, running: Running) -> None:
    for text in ("First", "Second", "Third"):
        (project / "data/.things.ttl.swp").write_bytes(b"\x00")
        (project / "data/things.ttl~").write_text("<a> <b")
        label(project, text)
    assert wait_until(lambda: "Third" in html(running), SECONDS)
    for name in ("data/.things.ttl.swp", "data/things.ttl~"):
        (project / name).unlink()


def test_a_server_that_follows_nothing_knows_no_events(project: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "serve", "--watch", "--project", str(project), "--out", "x"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "--watch follows a project" in done.stderr
