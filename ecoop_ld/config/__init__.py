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
from ecoop_ld.config.limits import Limits, Server, Services
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
from ecoop_ld.config.tables import FILE, section
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
    "Texts",
    "View",
    "ViewSlot",
    "find_project",
    "load",
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
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(match[1]), int(match[2])) if match else (0, 0)
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise UserError(f"Not valid TOML: {message}", place=Place(FILE, line, column)) from None
    except UnicodeDecodeError:
        raise UserError("Not UTF-8 text.", place=Place(FILE)) from None
    except OSError as error:
        raise UserError(f"Cannot read it: {error.strerror}", place=Place(FILE)) from None
    if site_url is not None:
        table.setdefault("addresses", {})["site_url"] = site_url
    config = cast("Config", section(Config, table, "", root=root))
    check(config)
    return config
