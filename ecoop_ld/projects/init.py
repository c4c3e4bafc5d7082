"""A folder, a title and a base → a project that checks, builds and serves, to be changed into one's own.

The files of ``starter/`` are themselves a project: nothing is filled in but its title, its base and its dates.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import tempfile
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path

from ecoop_ld import config
from ecoop_ld.config import FILE
from ecoop_ld.errors import UserError

_BASE, _TITLE, _DATE = "https://example.org/solids/", "Regular solids", "2026-01-01"
_RENAMED = {"gitignore": ".gitignore"}
"""Files that tools would take for their own inside the package."""


def start(folder: Path, *, title: str = _TITLE, base: str = _BASE, today: datetime.date) -> list[str]:
    """Write the project; the names of its files. Raises :class:`UserError`, and then nothing was written.

    ``folder`` is made, or is empty but for hidden files (``.git``).
    """
    refuse_occupied(folder)
    if not title.strip() or not title.isprintable():
        raise UserError("The title is empty or not one line of text.", hint='Give one: --title "My data".')
    was_there = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as made:
            return _write(Path(made), folder, title, base if base.endswith("/") else base + "/", today)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.") from None
    finally:
        if not was_there:
            with suppress(OSError):  # it holds the project
                folder.rmdir()


def refuse_occupied(folder: Path) -> None:
    """Raise ``UserError`` unless the folder is new, or empty but for hidden files."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file.", hint="Name a folder that is new or empty.")
    if folder.is_dir() and any(not entry.name.startswith(".") for entry in folder.iterdir()):
        raise UserError(f"{folder} is not empty.", hint="Name a folder that is new or empty; nothing is overwritten.")


def _write(made: Path, folder: Path, title: str, base: str, today: datetime.date) -> list[str]:
    with as_file(files("ecoop_ld.projects") / "starter") as starter:
        shutil.copytree(starter, made, dirs_exist_ok=True)
    names = []
    for path in sorted(path for path in made.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8").replace(_BASE, base).replace(_DATE, today.isoformat())
        quoted = json.dumps(title, ensure_ascii=False)  # TOML has the same escapes
        text = text.replace(f'"{_TITLE}"', quoted) if path.name == FILE else text.replace(f"# {_TITLE}", f"# {title}")
        path.write_text(text, encoding="utf-8")
        names.append(path.relative_to(made).as_posix())
    config.load(made)  # says what is wrong with the base
    for entry in list(made.iterdir()):
        os.replace(entry, folder / _RENAMED.get(entry.name, entry.name))
    return [_RENAMED.get(name, name) for name in names]
