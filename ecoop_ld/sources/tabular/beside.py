"""A table → the mapping that stands beside it, and the other way round (Metadata Vocabulary, "locating metadata")."""

from __future__ import annotations

import re
from pathlib import Path

ENDING = "-metadata.json"
CONTEXT = "http://www.w3.org/ns/csvw"
_GROUP = f"csv{ENDING}"
_TABLE = re.compile(r"\.(?:csv|tsv|xlsx)(?:\.gz)?\Z", re.IGNORECASE)
_LOOK = 1 << 16


def mapping_of(path: Path) -> Path | None:
    """The mapping of a table: ``trees.csv-metadata.json``, else ``csv-metadata.json``, which is for a whole folder."""
    for name in (f"{path.name}{ENDING}", f"{unpacked(path.name)}{ENDING}", _GROUP):
        if (path.parent / name).is_file():
            return path.parent / name
    return None


def unpacked(name: str) -> str:
    """The name of a file without the ending of its packing."""
    return name[:-3] if name.lower().endswith(".gz") else name


def is_mapping(path: Path) -> bool:
    """Whether a file is called as a mapping is, and says that it is one."""
    if not path.name.endswith(ENDING):
        return False
    try:
        with path.open("rb") as stream:
            return CONTEXT.encode() in stream.read(_LOOK)
    except OSError:
        return False


def tables_of(path: Path) -> list[Path]:
    """The tables that a mapping stands beside; none where they are not there."""
    if path.name == _GROUP:
        return [other for other in path.parent.iterdir() if _TABLE.search(other.name)]
    name = path.name.removesuffix(ENDING)
    return [path.parent / each for each in (name, f"{name}.gz") if (path.parent / each).is_file()]
