"""The files of a release → one archive of them, which a repository of research data takes as a deposit.

What is packed itself is left out: it has what the plain files have. The same files give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

from ecoop_ld.rdf.formats import ARCHIVE, COMPRESSIONS

_FIRST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file can tell: when a file was packed says nothing of the data."""
_PLAIN_FILE = 0o644 << 16
_PIECE = 1 << 20
_LONGEST = 60


def stem(title: str, version: str) -> str:
    """``enhanced-cooperation-1.1.0``: what the archive, and the folder in it, are called."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return f"{words or 'dataset'}-{version}"


def pack(folder: Path, name: str, files: Iterable[str]) -> str:
    """Write ``folder/name`` from files of the folder, in their order; its SHA-256."""
    top, target = name.removesuffix(f".{ARCHIVE.extension}"), folder / name
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for file in files:
            if file.rpartition(".")[2] not in COMPRESSIONS:
                entry = zipfile.ZipInfo(f"{top}/{file}", _FIRST)
                entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, _PLAIN_FILE
                entry.file_size = (folder / file).stat().st_size  # what is large needs other fields from the start
                with archive.open(entry, "w") as sink, (folder / file).open("rb") as source:
                    while piece := source.read(_PIECE):
                        sink.write(piece)
    with target.open("rb") as packed:
        return hashlib.file_digest(packed, "sha256").hexdigest()
