"""The files of a project → what they look like from outside: two looks differ when something was saved between them.

It is asked again and again rather than told by the system: that misses nothing when folders go and come back, on
network file systems and in containers, and a thousand files take a few milliseconds.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from ecoop_ld.config import FILE
from ecoop_ld.sources import contexts, folders

FOLDERS = ("ontology", "data", "shapes", "site", contexts.FOLDER)
"""Folders of a project that a build is made from, beside ``ecoop.toml``."""
Look = tuple[tuple[str, int, int, int], ...]
"""Path, time of change, size and number of each file."""
_TEMPORARY = re.compile(r"\..*|.*~|#.*#|.*\.(?:sw[a-z]|tmp|bak|part|orig)|4913|.*___jb_(?:tmp|old)___")
"""What editors write beside a file while they save it."""
EVERY = 0.1
"""Seconds between two looks."""


def look(root: Path) -> Look:
    """What the files of a project look like now; those of editors are passed over."""
    tops = [root / name for name in FOLDERS]
    paths = [found.path for top in tops if os.path.isdir(top) for found in folders.entries(top)]
    seen = [root / FILE, *(path for path in paths if not _TEMPORARY.fullmatch(path.name))]
    return tuple(_seen(path) for path in seen)


def _seen(path: Path) -> tuple[str, int, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return str(path), 0, -1, 0  # gone, or not to be read
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino


def changed(root: Path, before: Look, over: Callable[[], bool] = lambda: False) -> Look:
    """Wait until the files differ from ``before`` and are still, so that none is read while it is being written.

    ``over``: whether to give up, which returns ``before``.
    """
    last = before
    while not over():
        time.sleep(EVERY)
        now = look(root)
        if now == last != before:
            return now
        last = now
    return before


_MOST = 5
"""Names of files that are told at a time."""


def names(root: Path, before: Look, now: Look) -> list[str]:
    """What was saved, made or taken away between two looks: paths in the project, the first few and how many more."""
    paths = sorted({Path(path).relative_to(root).as_posix() for path, *_ in set(before) ^ set(now)})
    return paths if len(paths) <= _MOST else [*paths[:_MOST], f"and {len(paths) - _MOST:,} more"]
