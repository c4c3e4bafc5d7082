"""``check --watch``: a real process over a project that is edited."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import run_command
from projects import DATA, FILES, TOML, make_project

GOOD = DATA + '<https://example.org/id/thing/more> a ex:Thing ; rdfs:label "More"@en .\n'
BAD = GOOD.replace("ex:Thing", "ex:Thyng")


def _heed_interrupts() -> None:
    """Where the tests themselves run in the background of a script, interrupts are ignored, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Following:
    """The process, and what it prints, up to each end of a check."""

    def __init__(self, root: Path, *more: str) -> None:
        command = [sys.executable, "-m", "ecoop_ld", "check", "--watch", "--project", str(root), *more]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_heed_interrupts
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout
        self.process.stdout.close()

    def told(self) -> str:
        """Up to the next line that says that it follows."""
        found = ""
        while "Ctrl+C stops" not in found:
            found += self._lines.get(timeout=60)
        return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path, {**FILES, "data/more.ttl": GOOD})


@pytest.fixture
def following(root: Path) -> Iterator[Following]:
    made = Following(root, "--select", "undefined-*")
    yield made
    made.end()


def save(path: Path, text: str) -> None:
    """As editors do: a new file in the place of the old one, with another time."""
    beside = path.with_name(path.name + ".tmp")
    beside.write_text(text, encoding="utf-8")
    os.utime(beside, (time.time() + 1, time.time() + 1))
    beside.replace(path)


def test_each_save_is_checked_until_it_is_interrupted(root: Path, following: Following) -> None:
    assert "No findings." in following.told()
    save(root / "data/more.ttl", BAD)
    told = following.told()
    assert "data/more.ttl:\n" in told
    assert "[undefined-term]: The ontology does not define ex:Thyng." in told
    assert "Did you mean" in told
    save(root / "data/more.ttl", GOOD)
    assert "No findings." in following.told()
    following.process.send_signal(signal.SIGINT)
    assert following.process.wait(timeout=30) == 0


def test_settings_that_cannot_be_read_are_told_and_waited_for(root: Path, following: Following) -> None:
    following.told()
    save(root / "ecoop.toml", TOML.replace("[project]", "[project"))
    told = following.told()
    assert "ecoop.toml:" in told
    assert "Traceback" not in told
    (root / "ecoop.toml").unlink()
    assert "ecoop.toml" in following.told()
    save(root / "ecoop.toml", TOML)
    assert "No findings." in following.told()


def test_a_file_that_comes_and_goes(root: Path, following: Following) -> None:
    following.told()
    (root / "data/new.ttl").write_text(BAD.replace("/more>", "/new>"))
    assert "data/new.ttl:" in following.told()
    (root / "data/new.ttl").unlink()
    assert "No findings." in following.told()


@pytest.mark.parametrize("more", [["--fix"], ["--format", "json"], ["--json"], ["--explain"], ["x.ttl"]])
def test_what_does_not_go_with_it(root: Path, more: list[str]) -> None:
    done = run_command("check", "--watch", "--project", root, *more)
    assert done.returncode == 2
    assert "--watch follows a project" in done.stderr
