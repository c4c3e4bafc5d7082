"""The servers that are compared, each a process of its own on given cores."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, at which path it takes queries."""

    process: int
    address: tuple[str, int]
    path: str

    def cpu(self) -> float:
        """Seconds of CPU that it and the processes that it started have used."""
        return sum(cpu_of(process) for process in descendants(self.process))


def descendants(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [process, *(found for child in children for found in descendants(int(child)))]


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used; 0 where it is gone."""
    try:
        return time.clock_gettime((~process << 3) | 2)  # CPUCLOCK_SCHED of the whole process, see clock_getres(2)
    except OSError:
        return 0.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def started(command: Sequence[str], port: int, path: str, cores: set[int]) -> Iterator[Server]:
    """Run a server until the end of the block, from the moment that it listens."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    try:
        _await(port, process)
        yield Server(process.pid, ("127.0.0.1", port), path)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"{process.args!r} does not listen")


def oxigraph(store: Path, cores: set[int]) -> list[str]:
    """``oxigraph serve`` (its read-only form) over the same store."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        raise SystemExit("oxigraph is not installed: pip install oxigraph")
    return [program, "serve-read-only", "--location", str(store)]


@contextmanager
def bare(store: Path, cores: set[int]) -> Iterator[Server]:
    """``oxigraph serve``, read-only, over the same store."""
    port = free_port()
    command = [*oxigraph(store, cores), "--bind", f"127.0.0.1:{port}"]
    with started(command, port, "/query", cores) as server:
        yield server


@contextmanager
def ours(store: Path, cores: set[int], workers: int = 2, project: Path = ROOT) -> Iterator[Server]:
    """This project's server over the same store, without limits per client."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.ours", str(project), str(store), str(port), str(workers)]
    with started(command, port, "/sparql", cores) as server:
        yield server


@contextmanager
def floor(size: int, cores: set[int]) -> Iterator[Server]:
    """uvicorn with an application that sends the same bytes to everyone."""
    port = free_port()
    with started([sys.executable, "-m", "benchmarks.floor", str(size), str(port)], port, "/", cores) as server:
        yield server
