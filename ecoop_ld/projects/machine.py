"""This machine → what it has of what the toolkit needs or can use."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import ecoop_ld

_FILES = 1_024
"""Open files that a server with many readers needs."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """One thing that is there or not."""

    name: str
    there: bool
    found: str
    without: str = ""
    """What is missing without it, and how to get it."""
    needed: bool = False


def look() -> Iterator[Equipment]:
    """Everything that is looked at, the needed first."""
    version = platform.python_version()
    yield Equipment("Python", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer.", needed=True)
    yield Equipment("ecoop-ld", True, ecoop_ld.__version__)
    yield from _libraries()
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = soft == resource.RLIM_INFINITY or soft >= _FILES
    yield Equipment("Open files", many, f"{soft:,}", f"A busy server needs {_FILES:,} or more: ulimit -n {_FILES}.")
    yield _seccomp()
    yield _editor()
    yield _program("node", "The query page's parts cannot be installed again (make setup).")
    yield _program("git", "Releases and comparisons with revisions need it.")
    yield _fonts()


def _libraries() -> Iterator[Equipment]:
    """The libraries that the package says it needs, with the versions that are installed."""
    try:
        wanted = importlib.metadata.requires("ecoop-ld") or []
    except importlib.metadata.PackageNotFoundError:
        yield Equipment("Package", False, "not installed", "It runs from a folder: pip install . makes it a command.")
        return
    for line in wanted:
        if "extra ==" in line:
            continue
        name = re.split(r"[\s\[<>=!~;(]", line, maxsplit=1)[0]
        try:
            yield Equipment(name, True, importlib.metadata.version(name), needed=True)
        except importlib.metadata.PackageNotFoundError:
            yield Equipment(
                name, False, "not installed", f"pip install '{line.partition(';')[0].strip()}'", needed=True
            )


def _seccomp() -> Equipment:
    path = Path("/proc/sys/kernel/seccomp/actions_avail")
    there = sys.platform == "linux" and path.exists()
    without = "Query workers keep their limits of memory and time, but could open connections: serve on Linux."
    return Equipment("seccomp", there, "available" if there else "not available", without)


def _editor() -> Equipment:
    folder = resources.files("ecoop_ld.site").joinpath("vendor")
    there = folder.is_dir() and any(folder.iterdir())
    return Equipment("Query page", there, "installed" if there else "not installed", "It is a plain form: make setup.")


def _program(name: str, without: str) -> Equipment:
    path = shutil.which(name)
    if path is None:
        return Equipment(name, False, "not found", without)
    said = _said([path, "--version"])
    return Equipment(name, True, said.strip().splitlines()[0] if said.strip() else path)


def _said(command: list[str]) -> str:
    """What a program of this machine prints, or nothing."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _fonts() -> Equipment:
    """Fonts for the pictures that are shown where a page is shared."""
    listed = shutil.which("fc-list")
    if listed is None:
        return Equipment(
            "Fonts", False, "fc-list not found", "Pictures of pages fall back to a font without all scripts."
        )
    count = len(set(_said([listed, ":", "family"]).splitlines()))
    return Equipment("Fonts", count > 0, f"{count:,} families", "Install some: fonts-dejavu has most scripts.")
