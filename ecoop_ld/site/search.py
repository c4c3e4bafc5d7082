"""Records → the files of a full-text index that the browser reads piece by piece (Pagefind), where that is installed.

Pagefind indexes HTML files, so each record becomes a small one: it has what the search needs and nothing that stands
on every page. Its files are the same from build to build once it has one thread, the files are read in one order, and
the languages of its entry file are sorted.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path

from ecoop_ld.addresses import Addresses
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.views.index import Record

FOLDER = "assets/pagefind"
_PACKAGE = "pagefind-bin"
_KEPT = ("pagefind.js", "pagefind-worker.js", ".pf_meta", ".pf_index", ".pf_fragment", ".pagefind")
"""What a search needs of Pagefind's output, besides its entry file: no ready-made user interface."""
_ENTRY = "pagefind-entry.json"
_SECONDS = 600
_MEMORY = Path("/dev/shm")  # noqa: S108
"""Thousands of small files for a second: on a disk they take three times as long, and are read in the disk's order."""


def version() -> str:
    """Version of Pagefind, or ``""`` where it is not installed."""
    try:
        return importlib.metadata.version(_PACKAGE) if _program().is_file() else ""
    except (importlib.metadata.PackageNotFoundError, ModuleNotFoundError):
        return ""


def _program() -> Path:
    return Path(str(resources.files("pagefind_bin"))) / ("pagefind.exe" if os.name == "nt" else "pagefind")


@dataclass(frozen=True, slots=True)
class Indexing:
    """Pagefind at work."""

    process: subprocess.Popen[bytes]
    out: Path

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of each file of the index, once it is ready."""
        said, _ = self.process.communicate(timeout=_SECONDS)
        if self.process.returncode != 0:
            raise UserError(f"Pagefind could not make the search index: {said.decode(errors='replace').strip()[-500:]}")
        for path in sorted(self.out.rglob("*")):
            name = path.relative_to(self.out).as_posix()
            if path.name == _ENTRY:
                yield f"{FOLDER}/{name}", _ordered(path.read_bytes())
            elif path.name.endswith(_KEPT):
                yield f"{FOLDER}/{name}", path.read_bytes()


@contextlib.contextmanager
def indexing(addresses: Addresses, by_language: Mapping[str, Iterable[Record]]) -> Iterator[Indexing]:
    """Pagefind over these records in a process beside this one; ended with the context."""
    with tempfile.TemporaryDirectory(prefix="ecoop-ld-search-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        site, out = Path(folder, "site"), Path(folder, "out")
        site.mkdir()
        for language, records in by_language.items():
            for n, record in enumerate(records):
                (site / f"{language}-{n}.html").write_text(_page(addresses, record, language), encoding="utf-8")
        command = [str(_program()), "--site", str(site), "--output-path", str(out)]
        one_thread = {**os.environ, "RAYON_NUM_THREADS": "1"}
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=one_thread, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            yield Indexing(process, out)
        finally:
            process.kill()
            process.communicate()


def _page(addresses: Addresses, record: Record, language: str) -> str:
    path, fragment = record.page
    address = addresses.file(path, HTML, language) + (f"#{fragment}" if fragment else "")
    names = " · ".join(record.names)
    hidden = {"kind": record.kind, "address": address, "names": names}
    return (
        f'<!doctype html><html lang="{escape(language)}"><body data-pagefind-body>'
        + "".join(f'<i data-pagefind-ignore data-pagefind-meta="{k}">{escape(v)}</i>' for k, v in hidden.items() if v)
        + f'<h1 data-pagefind-weight="10">{escape(record.title)}</h1>'
        + f'<p data-pagefind-weight="4">{escape(names)}</p><p>{escape(record.text)}</p></body></html>'
    )


def _ordered(entry: bytes) -> bytes:
    return json.dumps(json.loads(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
