"""Work that two processes share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, wait_until

from ecoop_ld import progress
from ecoop_ld.build.parallel import HelperFailed, Shared
from ecoop_ld.errors import UserError

TOLD = ("Working", "tasks")


@pytest.mark.parametrize("count", [0, 1, 7, 16, 17, 500])
def test_every_task_is_done_once(count: int) -> None:
    told: list[tuple[int, int]] = []
    with (
        Shared(range(count), lambda some: [n * n for n in some], *TOLD) as shared,
        progress.shown(lambda stage: told.append((stage.done, stage.total))),
    ):
        assert sorted(shared.finish()) == [n * n for n in range(count)]
    assert told == sorted(told)
    assert told[-1] == (count, count)


def test_what_fails_in_the_helper_is_raised_here() -> None:
    def work(some: object) -> list[int]:
        if os.getpid() != here:
            raise OSError(28, "No space left on device")
        time.sleep(0.2)
        return []

    here = os.getpid()
    with pytest.raises((OSError, HelperFailed), match="No space left"), Shared(range(100), work, *TOLD) as shared:
        shared.finish()


def test_a_helper_that_is_killed_is_told_of() -> None:
    def work(some: object) -> list[int]:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.05)
        return []

    here = os.getpid()
    with pytest.raises(UserError, match="was killed"), Shared(range(1600), work, *TOLD) as shared:
        shared.finish()


def test_a_helper_whose_caller_is_killed_does_not_do_the_work_alone(tmp_path: Path) -> None:
    """It looks before each piece of work whether the caller is there; there is enough left to do for a long time."""
    program = f"""
import time
from pathlib import Path
from ecoop_ld.build.parallel import Shared
done = Path({str(tmp_path)!r}) / "done"

def work(some):
    with done.open("a") as file:
        file.write(f"{{len(some)}}\\n")
    time.sleep(0.2)
    return []

with Shared(range(16 * 3000), work, "Working", "tasks") as shared:
    print("begun", flush=True)
    shared.finish()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == b"begun\n"
        assert wait_until((tmp_path / "done").exists)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]

    def helper_lives() -> bool:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    try:
        assert wait_until(lambda: not helper_lives())
        assert len((tmp_path / "done").read_text().splitlines()) < 2500
    finally:
        if helper_lives():
            os.killpg(process.pid, signal.SIGKILL)
