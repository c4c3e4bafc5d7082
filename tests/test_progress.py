"""What takes long says how far it is: on a terminal in a line that goes away, in a log now and then."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecoop_ld import progress
from ecoop_ld.cli import progress as lines
from ecoop_ld.cli.progress import Shower, in_words
from ecoop_ld.progress import Stage


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    monkeypatch.setattr(lines, "time", made)
    return made


@pytest.mark.parametrize(
    ("stage", "done", "seconds", "words"),
    [
        (("Writing pages", 1200, "pages"), 300, 3, "Writing pages: 300 of 1,200 pages (25 %), 100 a second, 9 s left"),
        (("Writing pages", 1200, "pages"), 0, 3, "Writing pages: 1,200 pages"),
        (("Reading", 0, "statements"), 5000, 2, "Reading: 5,000 statements, 2,500 a second"),
        (("Reading", 0, ""), 0, 2, "Reading"),
        (("Reading a.nt", 80_000_000, "bytes"), 20_000_000, 10, "Reading a.nt: 20.0 MB of 80.0 MB (25 %), 2.0 MB a second, 30 s left"),
        (("Deriving", 8, "rules"), 2, 40, "Deriving: 2 of 8 rules (25 %), 3.0 a minute, 2 min left"),
        (("Deriving", 1000, "rules"), 1, 10, "Deriving: 1 of 1,000 rules (0 %), 6.0 a minute, 2 h 46 min left"),
        (("Deriving", 8, "rules"), 9, 9, "Deriving: 8 of 8 rules (100 %), 1 a second, 0 s left"),
    ],
)  # fmt: skip
def test_how_far_it_is_how_fast_and_what_is_left(
    clock: Clock, stage: tuple[str, int, str], done: int, seconds: float, words: str
) -> None:
    made = Stage(*stage)
    clock.now += seconds
    made.done = done
    assert in_words(made) == words


def run_for(clock: Clock, seconds: float, stream: io.StringIO) -> str:
    with progress.shown(Shower(stream)), progress.stage("Working", 100, "tasks") as stage:
        for _ in range(100):
            clock.now += seconds / 100
            stage.more()
    return stream.getvalue()


def test_what_is_quick_is_not_told(clock: Clock) -> None:
    assert run_for(clock, 0.9, Terminal()) == ""
    assert run_for(clock, 9.0, io.StringIO()) == ""


def test_a_line_on_a_terminal_changes_and_goes_away(clock: Clock) -> None:
    said = run_for(clock, 5, Terminal())
    assert "\rWorking: 51 of 100 tasks (51 %), 20 a second, 2 s left" in said
    assert "\n" not in said
    assert not said.rpartition("\r")[2]
    assert not said.rpartition("\r")[0].rpartition("\r")[2].strip()
    assert len(re.findall("Working", said)) <= 25


def test_a_log_gets_a_line_for_every_ten_seconds(clock: Clock) -> None:
    said = run_for(clock, 35, io.StringIO())
    assert [line.partition(" (")[0] for line in said.splitlines()] == [
        f"Working: {done} of 100 tasks" for done in (29, 58, 87)
    ]


def test_nobody_is_told_where_nobody_asked_and_inside_comes_first(clock: Clock) -> None:
    assert list(progress.each("abc", "Working", 3, "letters")) == ["a", "b", "c"]
    told: list[tuple[str, int]] = []
    with progress.shown(lambda stage: told.append((stage.what, stage.done))):
        for _ in progress.each("ab", "Outside", 2, "letters"):
            for _ in progress.each(range(4), "Inside", 4, "numbers", 2):
                pass
    inside = [("Inside", n) for n in (0, 2, 4, 4)]
    assert told == [("Outside", 0), *inside, ("Outside", 1), *inside, ("Outside", 2), ("Outside", 2)]


IMPATIENT = (
    "from ecoop_ld.cli import main, progress\nprogress._PATIENCE = progress._BLINK = 0.0\nmain(prog_name='ecoop-ld')\n"
)
"""The command line, which says at once how far it is: however fast the machine, there is something to see."""


def test_a_command_that_takes_long_says_so_on_a_terminal(tmp_path: Path) -> None:
    line = '<http://example.org/{0}> <http://example.org/p> "{0}" .\n'
    (tmp_path / "many.nt").write_text("".join(map(line.format, range(40_000))), encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", IMPATIENT, "check", str(tmp_path / "many.nt")]
    with subprocess.Popen(command, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:  # the other end is closed
            pass
        assert process.stdout
        assert b"Traceback" not in process.stdout.read()
    os.close(ours)
    assert re.search(
        rb"\r[A-Z][^\r\n]*: [\d.,]+(?: MB)? of [\d.,]+[^\r\n]* a (?:second|minute), [^\r\n]* left", said
    ), said
