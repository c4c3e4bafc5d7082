"""A folder, a title and a base → a project that checks, builds and serves, to be changed into one's own.

The files of ``starter/`` are themselves a project: nothing is filled in but its title, its base and its dates.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from pathlib import Path

from ecoop_ld import config
from ecoop_ld.config import FILE
from ecoop_ld.errors import UserError
from ecoop_ld.rdf import languages

_BASE, _TITLE, _DATE, _LANGUAGE = "https://example.org/solids/", "Regular solids", "2026-01-01", "en"
_RENAMED = {"gitignore": ".gitignore", "github": ".github"}
"""Files and folders that tools would take for their own inside the package."""
_ABOUT = re.compile(r"(?m)^description\.\w+ = .*\n")


def start(
    folder: Path, *, title: str = _TITLE, base: str = _BASE, language: str = _LANGUAGE, today: datetime.date
) -> list[str]:
    """Write the project; the names of its files. Raises :class:`UserError`, and then nothing was written.

    ``folder`` is made, or is empty but for hidden files (``.git``).
    """
    refuse_occupied(folder)
    check_language(language)
    if not title.strip() or not title.isprintable():
        raise UserError("The title is empty or not one line of text.", hint='Give one: --title "My data".')
    with making(folder) as made:
        return _write(made, folder, title, base if base.endswith("/") else base + "/", language, today)


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A folder within ``folder`` to make a project in, gone afterwards; ``folder`` too, unless something is in it."""
    was_there = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as made:
            yield Path(made)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.") from None
    finally:
        if not was_there:
            with suppress(OSError):  # it holds the project
                folder.rmdir()


def check_language(tag: str) -> None:
    """Raise ``UserError`` for what is no language tag."""
    if not languages.WELL_FORMED.match(tag):
        better = languages.recommended(tag)
        hint = f"Write {better}." if languages.WELL_FORMED.match(better) else "Write it like de or pt-BR."
        raise UserError(f'"{tag}" is no language tag.', hint=hint)


def refuse_occupied(folder: Path) -> None:
    """Raise ``UserError`` unless the folder is new, or empty but for hidden files."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file.", hint="Name a folder that is new or empty.")
    if folder.is_dir() and any(not entry.name.startswith(".") for entry in folder.iterdir()):
        raise UserError(f"{folder} is not empty.", hint="Name a folder that is new or empty; nothing is overwritten.")


def _write(made: Path, folder: Path, title: str, base: str, language: str, today: datetime.date) -> list[str]:
    with as_file(files("ecoop_ld.projects") / "starter") as starter:
        shutil.copytree(starter, made, dirs_exist_ok=True)
    frame(made, title)
    for path in sorted(path for path in made.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8").replace(_BASE, base).replace(_DATE, today.isoformat())
        path.write_text(_settings(text, title, language) if path.name == FILE else text, encoding="utf-8")
    config.load(made)  # says what is wrong with the base or the language
    return settled(made, folder)


def _settings(text: str, title: str, language: str) -> str:
    """The settings under another title, which the example's description does not describe, and in another language."""
    if title != _TITLE:
        text = _ABOUT.sub("", text)
    text = text.replace(f'"{_TITLE}"', json.dumps(title, ensure_ascii=False))  # TOML has the same escapes
    if language == _LANGUAGE:
        return text
    text = text.replace(f"title.{_LANGUAGE} = ", f"title.{language} = ", 1)
    return text.replace(f'languages = ["{_LANGUAGE}"]', f"languages = {json.dumps([language])}")


def frame(root: Path, title: str) -> None:
    """What stands around every new project: README where it has none, test, job that publishes, ``.gitignore``."""
    with as_file(files("ecoop_ld.projects") / "frame") as found:
        for path in sorted(path for path in found.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            target = root / path.relative_to(found)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                shutil.copyfile(path, target)
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8").replace(f"# {_TITLE}", f"# {title}", 1)
    readme.write_text(text, encoding="utf-8")


def settled(made: Path, folder: Path) -> list[str]:
    """Move a finished project into its folder; the names of its files."""
    names = [path.relative_to(made) for path in sorted(made.rglob("*")) if path.is_file()]
    for entry in list(made.iterdir()):
        os.replace(entry, folder / _RENAMED.get(entry.name, entry.name))
    return [Path(_RENAMED.get(name.parts[0], name.parts[0]), *name.parts[1:]).as_posix() for name in names]
