"""A folder that changes all at once: files are written beside it, then the two are exchanged.

Killed at any moment, the old folder is whole; a full disk or a read-only place is a ``UserError`` and changes nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecoop_ld.errors import UserError

MANIFEST = "manifest.json"
_STAGING = ".ecoop-ld-"
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


@dataclass(frozen=True, slots=True)
class Output:
    """One file to write, its path relative to the output folder."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One line of the manifest."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build wrote, and from what: ``fingerprint`` is the SHA-256 of all its inputs."""

    fingerprint: str
    files: tuple[StagedFile, ...]

    def as_bytes(self) -> bytes:
        files = [{"path": e.path, "size": e.size, "sha256": e.sha256} for e in self.files]
        return (json.dumps({"fingerprint": self.fingerprint, "files": files}, indent=1) + "\n").encode()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the last build, or ``None`` where there is none that can be read."""
    try:
        table = json.loads((folder / MANIFEST).read_bytes())
        return Manifest(
            table["fingerprint"], tuple(StagedFile(f["path"], f["size"], f["sha256"]) for f in table["files"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def staging(out: Path) -> Iterator[Path]:
    """A new folder beside ``out``, removed afterwards whatever happens."""
    _refuse_foreign(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sweep(out)
        folder = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{out.name}-{os.getpid()}-", dir=out.parent))
        folder.chmod(0o755)
    except OSError as error:
        raise _cannot_write(out, error) from None
    try:
        yield folder
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG):
            raise _cannot_write(out, error) from None
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(out: Path) -> None:
    """Remove what killed builds left beside ``out``: folders of processes that are gone."""
    for folder in out.parent.glob(f"{_STAGING}{out.name}-*"):
        pid = folder.name.removeprefix(f"{_STAGING}{out.name}-").partition("-")[0]
        if not pid.isdigit() or not _alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refuse_foreign(out: Path) -> None:
    """Never replace a folder that a build did not make."""
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file, not a folder.", hint="Give another folder with --out DIR.")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise UserError(
            f"{out} holds files that ecoop-ld did not write (it has no {MANIFEST}).",
            hint="Empty it, or give another folder with --out DIR.",
        )


def _cannot_write(out: Path, error: OSError) -> UserError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return UserError(
        f"Cannot write {out}: {error.strerror}. Nothing was changed.",
        hint="Free some space and run it again."
        if full
        else "Check its permissions, or give another folder with --out DIR.",
    )


def write(folder: Path, outputs: Iterable[Output]) -> list[StagedFile]:
    """Write files below ``folder``; two with one path are a mistake of the caller's."""
    entries: dict[str, StagedFile] = {}
    made: set[str] = set()
    for output in outputs:
        if output.path in entries:
            raise AssertionError(f"{output.path} is written twice")
        parent = output.path.rpartition("/")[0]
        if parent not in made:
            (folder / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        (folder / output.path).write_bytes(output.content)
        entries[output.path] = StagedFile(output.path, len(output.content), hashlib.sha256(output.content).hexdigest())
    return list(entries.values())


def publish(staged: Path, out: Path) -> None:
    """Put ``staged`` where ``out`` is, in one step where the system has one (``renameat2``, ``renamex_np``)."""
    if not out.exists():
        os.rename(staged, out)
    elif not _exchange(staged, out):
        # No atomic exchange here: the old folder stands aside for the blink between two renames.
        aside = staged.with_name(staged.name + "-old")
        os.rename(out, aside)
        os.rename(staged, out)
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders atomically; ``False`` where the system or the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "darwin":
            done = libc.renamex_np(os.fsencode(a), os.fsencode(b), 2)
        else:
            done = libc.renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE)
    except AttributeError:
        return False
    return bool(done == 0)
