"""``make bench``: how long the commands take on this machine, beside a bare Python of the same run."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "ecoop_ld"]


def seconds(work: Callable[[], object], runs: int) -> float:
    """Median of several runs, after one that is not counted."""
    work()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def run(*arguments: str) -> None:
    subprocess.run(arguments, check=True, capture_output=True, cwd=ROOT)


def first_answer(out: Path) -> float:
    """From the start of ``serve`` over a build that is up to date to its first answer."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[2]
    urlopen(url).read()
    taken = time.perf_counter() - start
    process.terminate()
    process.wait()
    process.stdout.close()
    return taken


def main() -> None:
    bare = seconds(lambda: run(sys.executable, "-c", "pass"), 9)
    print(f"{'':42}{'seconds':>9}{'x bare python':>15}{'goal':>22}")

    def line(name: str, taken: float, goal: str) -> None:
        print(f"{name:42}{taken:9.3f}{taken / bare:15.1f}{goal:>22}", flush=True)

    line("python -c pass", bare, "")
    line("ecoop-ld --help", seconds(lambda: run(*COMMAND, "--help"), 9), "bare + 0.120")
    line("ecoop-ld check", seconds(lambda: run(*COMMAND, "check"), 3), "")
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".ecoop-ld-bench-") as folder:
        out = Path(folder) / "public"

        def build_anew() -> None:
            shutil.rmtree(out, ignore_errors=True)
            run(*COMMAND, "build", "--out", str(out))

        line("check and full build", seconds(build_anew, 3), "6")
        line("build with nothing changed", seconds(lambda: run(*COMMAND, "build", "--out", str(out)), 5), "1")
        first_answer(out)
        line("serve, to its first answer", statistics.median(first_answer(out) for _ in range(5)), "2")


if __name__ == "__main__":
    main()
