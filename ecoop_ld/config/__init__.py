"""``ecoop.toml`` → one frozen :class:`Config`, read once and passed on explicitly.

An unknown key or a wrong type is a :class:`~ecoop_ld.errors.UserError` that names the file and says what to do.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import cast

from ecoop_ld.config.catalogs import CatalogSettings
from ecoop_ld.config.checks import check
from ecoop_ld.config.limits import Limits, Server, Services, SourceEndpoint
from ecoop_ld.config.positions import TomlPlaces
from ecoop_ld.config.settings import (
    AddressSettings,
    Config,
    Matching,
    Pages,
    Project,
    Provenance,
    Releases,
    Texts,
    View,
    ViewSlot,
)
from ecoop_ld.config.tables import FILE, SettingError, section
from ecoop_ld.errors import Place, UserError

__all__ = (
    "FILE",
    "AddressSettings",
    "CatalogSettings",
    "Config",
    "Limits",
    "Matching",
    "Pages",
    "Project",
    "Provenance",
    "Releases",
    "Server",
    "Services",
    "SourceEndpoint",
    "Texts",
    "View",
    "ViewSlot",
    "find_project",
    "load",
    "place_of",
    "problems",
)


def find_project(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds ``ecoop.toml``."""
    start = start.resolve()
    if not os.path.isdir(start):
        raise UserError(
            f"There is no folder {start}, or it may not be read.", hint="Give the project's folder with --project DIR."
        )
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise UserError(
        f"No {FILE} in {start} or any folder above it.",
        hint="Go to a project's folder, give --project DIR, or begin a project with: ecoop-ld init DIR.",
    )


def load(root: Path, *, site_url: str | None = None) -> Config:
    """Read and check ``ecoop.toml``; ``site_url`` overrides the file's (``--base-url``)."""
    path = root / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(match[1]), int(match[2])) if match else (0, 0)
        raise _not_toml(text, str(error), line, column) from None
    except UnicodeDecodeError:
        raise UserError("Not UTF-8 text.", place=Place(FILE)) from None
    except OSError as error:
        raise UserError(f"Cannot read it: {error.strerror}", place=Place(FILE)) from None
    if site_url is not None:
        table.setdefault("addresses", {})["site_url"] = site_url
    try:
        config = cast("Config", section(Config, table, root=root))
        check(config)
    except SettingError as error:
        raise error.located(TomlPlaces(text)) from None
    return config


def problems(root: Path) -> list[UserError]:
    """Everything that is wrong with ``ecoop.toml``: after each setting that is, the rest is read without it."""
    found: list[UserError] = []
    removed: list[tuple[str | int, ...]] = []
    try:
        text = (root / FILE).read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except (OSError, ValueError):
        return found  # loading says what is wrong
    while len(found) < _MOST_PROBLEMS:
        try:
            check(cast("Config", section(Config, table, root=root)))
        except SettingError as error:
            if any(path[: len(error.path)] == error.path for path in removed):
                break  # it is missing because it was taken out here
            found.append(error.located(TomlPlaces(text)))
            removed.append(error.path)
            if error.path[:1] == ("prefixes",):
                break  # names with the prefix would be unknown without it
            if not error.path or not _without(table, error.path):
                break
        else:
            break
    return found


_MOST_PROBLEMS = 20


def _without(table: object, path: tuple[str | int, ...]) -> bool:
    """Take a setting out; whether there was one."""
    for part in path[:-1]:
        try:
            table = table[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return False
    last = path[-1]
    if isinstance(table, dict) and last in table:
        del table[last]
        return True
    if isinstance(table, list) and isinstance(last, int) and last < len(table):
        table.pop(last)
        return True
    return False


def place_of(config: Config, *path: str | int, key: bool = False) -> Place:
    """Where a setting stands in ``ecoop.toml``."""
    try:
        text = (config.root / FILE).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return Place(FILE)
    return Place(FILE, *TomlPlaces(text).of(path, value=not key))


def _not_toml(text: str, said: str, line: int, column: int) -> UserError:
    """What the parser says, where the slip was made."""
    message, hint = re.sub(r" \(at .*\)$", "", said), ""
    lines = text.split("\n")
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    quoted = re.match(r"""\s*[\w."'-]+\s*=\s*(["'])""", written)
    if quoted and written.count(quoted[1]) % 2 and column >= len(written.rstrip("\r")):
        column, message = written.index(quoted[1]) + 1, "The quotation mark that closes this text is missing."
        hint = f"Put {quoted[1]} at the end of the line."
    elif re.match(r"(<{7}|={7}|>{7}|\|{7})", written):
        message, hint = "Merge-conflict markers.", "Keep one side, and delete the markers."
    elif bare := re.match(r"\s*[\w.-]+\s*=\s*([^\W\d][\w.:/-]*)", written):
        if bare[1].lower() in ("true", "false"):
            message, hint = f"{bare[1]} is no value: true and false have no capitals.", f"Write {bare[1].lower()}."
        else:
            message, hint = "A text needs quotation marks.", f'Write "{written[bare.start(1) :].strip()}".'
        column = bare.start(1) + 1
    elif typographic := re.search("[\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019]", written):
        message, hint = f"{typographic[0]} is a typographic quotation mark.", 'Write ".'
        column = typographic.start() + 1
    elif "overwrite" in said.lower() or "twice" in said.lower():
        message, hint = "This key or table stands in the file twice.", "Keep one of them."
        column = min(column, len(written) - len(written.lstrip()) + 1)
    elif re.match(r"\s*\[[^\]]*\Z", written.rstrip()):
        message, hint = "The bracket that opens this table is never closed.", "Put ] behind its name."
    elif re.match(r"\s*[\w.-]+\s*:", written):
        message, hint = "A key and its value are joined by =, not by a colon.", "Write = instead."
        column = written.index(":") + 1
    return UserError(f"Not valid TOML: {message}", place=Place(FILE, line, column), hint=hint)
