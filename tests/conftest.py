"""What tests share: the flagship build, a real server process, a real browser; and the rule that CI skips nothing.

A test that needs something a machine may lack asks for it with :func:`need`. With ``CI=true`` a missing Chromium or
Java fails; only what needs the third-party material in ``../shared`` may be skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
COMMAND = [sys.executable, "-m", "ecoop_ld"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def need(found: object, what: str) -> None:
    """Skip for want of ``what``, or fail where nothing may be skipped."""
    if found:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and with CI=true nothing may be skipped for it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party material that may stand beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not there")
    return SHARED


def run_command(*arguments: str | Path, cwd: Path | None = None, **more: object) -> subprocess.CompletedProcess[str]:
    """Run ``ecoop-ld`` as a user does; 60 s at most."""
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [*COMMAND, *map(str, arguments)],
        **{"cwd": cwd or ROOT, "capture_output": True, "text": True, "timeout": 120, "env": environment, **more},
    )


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh build of the flagship project."""
    out = tmp_path_factory.mktemp("site") / "public"
    done = run_command("build", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@dataclass(frozen=True)
class Running:
    """A server process."""

    url: str
    process: subprocess.Popen[str]


def start_server(project: Path, out: Path, *arguments: str) -> Running:
    """``ecoop-ld serve`` on a free port, once it answers."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--project", str(project), "--out", str(out), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert process.stdout is not None
    match = re.search(r"http://\S+", process.stdout.readline())
    if not match:
        process.kill()
        raise AssertionError("the server did not start")
    return Running(match[0], process)


def stop_server(running: Running) -> None:
    running.process.terminate()
    try:
        running.process.wait(15)
    except subprocess.TimeoutExpired:
        running.process.kill()
        running.process.wait()
    if running.process.stdout:
        running.process.stdout.close()


@pytest.fixture(scope="session")
def server(public: Path) -> Iterator[str]:
    """Address of a real server process over the flagship build, ending in ``/``."""
    running = start_server(ROOT, public)
    yield running.url
    stop_server(running)


@pytest.fixture
def serve(public: Path) -> Iterator[Callable[..., Running]]:
    """Starts server processes of a test's own; they are stopped afterwards."""
    started: list[Running] = []

    def start(project: Path = ROOT, out: Path = public, *arguments: str) -> Running:
        started.append(start_server(project, out, *arguments))
        return started[-1]

    yield start
    for running in started:
        stop_server(running)


@contextmanager
def chromium(*arguments: str) -> Iterator[object]:
    """A headless Chromium (Playwright)."""
    from playwright.sync_api import sync_playwright

    quiet = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*quiet, *arguments])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    need(CHROMIUM, "Chromium")
    with chromium() as found:
        yield found


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seconds-of-pauses", default="4", help="how long tests/server/test_late.py drives a server")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves an event loop running, beside which ``asyncio.run`` cannot start."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))
