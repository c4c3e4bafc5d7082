"""What tests share: the flagship build, a real server process, a real browser; and the rule that CI skips nothing.

A test that needs something a machine may lack asks for it with :func:`need`. With ``CI=true`` a missing Chromium or
Java fails; only what needs the third-party material in ``../shared`` may be skipped.

Tests run in several processes, a file in one of them (``--dist loadfile``): what a file shares is made once. What all
files share, the flagship build, is made by the process that comes first. A test that starts processes, itself or
through a fixture or a helper, is marked ``processes`` by itself (:func:`starts_processes`) and left out by
``make quick``, as is one that is marked ``slow``.
"""

from __future__ import annotations

import fcntl
import inspect
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
from types import CodeType

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
COMMAND = [sys.executable, "-m", "ecoop_ld"]
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of hundreds of processes would compile all modules anew
sys.dont_write_bytecode = False
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
    """Run ``ecoop-ld`` as a user does; how long it may take is for the limit of the test to say."""
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [*COMMAND, *map(str, arguments)],
        **{"cwd": cwd or ROOT, "capture_output": True, "text": True, "env": environment, **more},
    )


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh build of the flagship project; no test changes it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    out = base / "flagship/public"
    with (base / "flagship.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.is_dir():
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
    ended = running.process.poll()
    stop_server(running)
    assert ended is None, f"the server of all tests ended by itself, with {ended}"


@pytest.fixture
def serve(request: pytest.FixtureRequest) -> Iterator[Callable[..., Running]]:
    """Starts server processes of a test's own, without a folder over the flagship's build; they are stopped afterwards."""
    started: list[Running] = []

    def start(project: Path = ROOT, out: Path | None = None, *arguments: str) -> Running:
        started.append(start_server(project, out or request.getfixturevalue("public"), *arguments))
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


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One for a file of tests: while it lives, Playwright has an event loop running in this thread."""
    need(CHROMIUM, "Chromium")
    with chromium() as found:
        yield found


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether the condition came true in time: a limit for what never comes, not one for how fast it comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--queries", default="5000", help="how many queries tests/sparql/test_differential.py asks")
    parser.addoption("--queries-seed", default="1", help="other queries than the usual ones")
    parser.addoption(
        "--examples", default="150", help="how many damaged projects tests/projects/test_fuzzing.py checks"
    )
    parser.addoption("--examples-seed", default="1", help="other damaged projects than the usual ones")
    parser.addoption(
        "--every-page", action="store_true", help="tests/server/test_server.py asks every page in every format"
    )
    parser.addoption("--seconds-of-pauses", default="4", help="how long tests/server/test_late.py drives a server")


def pytest_make_parametrize_id(val: object) -> str | None:
    """A name that every process of a run finds: packed bytes have the time of packing in them."""
    return "gzip" if isinstance(val, bytes) and val.startswith(b"\x1f\x8b") else None


# --- what starts processes -----------------------------------------------------------------------------------------

_STARTERS = {
    "subprocess",
    "run_command",
    "oxigraph",
    "fuseki",
    "start_server",
    "chromium",
    "Pool",
    "run_once",
    "Shared",
    "fork",
    "git",
}
"""Names of what starts a process, in this repository's tests."""


def starts_processes(function: Callable[..., object], seen: set[object] | None = None) -> bool:
    """Whether a function of the tests names a starter of processes, or another function of the tests that does."""
    seen = set() if seen is None else seen
    function = inspect.unwrap(function)
    if function in seen or not inspect.isfunction(function):
        return False
    seen.add(function)
    named = set(_names(function.__code__))
    return bool(named & _STARTERS) or any(
        starts_processes(found, seen)
        for name in named
        for found in _functions(function.__globals__.get(name))
        if str(ROOT / "tests") in found.__code__.co_filename
    )


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _functions(value: object) -> Iterator[Callable[..., object]]:
    """The function that a global name stands for, or the methods of the class."""
    for found in vars(value).values() if inspect.isclass(value) else (value,):
        if callable(found) and inspect.isfunction(inner := inspect.unwrap(found)):
            yield inner


LONG = (
    "sparql/test_differential.py",
    "server/test_hostile.py",
    "site/test_html.py",
    "releases/test_release.py",
    "server/test_server.py",
    "sparql/test_sparql_workers.py",
    "server/test_attacks_together.py",
    "build/test_build.py",
    "site/test_editor.py",
    "site/test_site.py",
    "flagship/test_shapes.py",
    "sparql/test_federation.py",
)
"""Files that take long are begun first, so that none of them is what one process still does when the other is done."""


def _turn(item: pytest.Item) -> int:
    name = item.path.relative_to(ROOT / "tests").as_posix()
    return LONG.index(name) if name in LONG else len(LONG)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first. Else browser tests come last: Playwright leaves an event loop running, beside which
    ``asyncio.run`` cannot start."""
    items.sort(key=lambda item: (_turn(item), "browser" in getattr(item, "fixturenames", ())))
    for item in items:
        assert isinstance(item, pytest.Function)
        # of fixtures of one name the last is the one in effect
        fixtures = (definitions[-1].func for definitions in item._fixtureinfo.name2fixturedefs.values())
        if any(starts_processes(function) for function in (item.function, *fixtures)):
            item.add_marker("processes")
