"""Paths of files and folders → a project of the RDF in them: settings that were guessed, and the files in place."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecoop_ld.config import FILE, Config
from ecoop_ld.errors import Finding, Place, UserError
from ecoop_ld.projects.guess import Guesses, Input, guess
from ecoop_ld.projects.init import refuse_occupied
from ecoop_ld.rdf.formats import SOURCE_ENDINGS, TABLE_ENDINGS
from ecoop_ld.sources import files, folders
from ecoop_ld.sources.tabular import beside
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.report import Report, assemble

__all__ = ["Gathered", "Given", "Guesses", "Input", "find", "gather", "gathered"]


@dataclass(frozen=True, slots=True)
class Given:
    """What was found where the user pointed."""

    inputs: tuple[Input, ...]
    left_out: tuple[Finding, ...]
    """What stands there and is no RDF, or cannot be read."""
    called: str
    """The name of the one file or folder, or of the folder that all stand in."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A project made of them."""

    root: Path
    guesses: Guesses
    given: Given

    @property
    def paths(self) -> dict[str, str]:
        """Name of a file in the project → the path by which the user knows it."""
        return {_target(file, self.guesses): str(file.path) for file in self.given.inputs}

    def told(self, config: Config, report: Report) -> Report:
        """A report with the files' own paths, and with what was left out of what was given."""
        moved = report.relocated(self.paths)
        return assemble(config, (*self.given.left_out, *moved.findings), moved.results)


@contextlib.contextmanager
def gathered(paths: Sequence[Path], save: Path | None) -> Iterator[Gathered]:
    """A project of what is found at these paths: in the folder ``save``, else for as long as the context lasts."""
    given = find(paths)
    if save is not None:
        with _told_of(made := gather(given, save, copy=True)):
            yield made
        return
    with (
        tempfile.TemporaryDirectory(prefix="ecoop-ld-") as folder,
        _told_of(made := gather(given, Path(folder) / "project", copy=False)),
    ):
        yield made


@contextlib.contextmanager
def _told_of(made: Gathered) -> Iterator[None]:
    """What cannot be done with a file is said with the path by which the user knows it."""
    try:
        yield
    except UserError as error:
        path = made.paths.get(error.place.file) if error.place else None
        if error.place is not None and path is not None:
            error.place = replace(error.place, file=path)
        raise


def find(paths: Sequence[Path]) -> Given:
    """The RDF files at these paths. Raises ``UserError`` where there is none, or a path leads nowhere."""
    inputs: dict[str, Input] = {}
    left_out: list[Finding] = []
    for path in paths:
        if not os.path.lexists(path):
            raise UserError(f"There is no file or folder {path}.")
        for found in folders.rdf_files(path) if path.is_dir() else [folders.recognise(path)]:
            if found.format is None and not found.reason:
                continue  # the mapping of a table
            if found.format is None:
                code = "unreadable" if found.broken else "left-out"
                where = str(found.path)
                left_out.append(finding(code, found.reason, Place(where), hint=files.instead(found, where)))
            else:
                name = found.path.relative_to(path).as_posix() if path.is_dir() else path.name
                real = os.path.realpath(found.path)
                inputs.setdefault(real, Input(found.path, name.lstrip("."), found.format))
    if not inputs:
        reason = f" {left_out[0].place}: {left_out[0].message}" if left_out else ""
        tables = [path for path in paths if path.suffix.lower().lstrip(".") in TABLE_ENDINGS]
        if tables:
            command = f"ecoop-ld map {shlex.quote(str(tables[0]))}"
            raise UserError(f"There is no RDF file in what was given.{reason}", hint=f"Make one: {command}")
        hint = "Endings that are read, plain or with .gz: " + ", ".join(f".{end}" for end in SOURCE_ENDINGS) + "."
        raise UserError(f"There is no RDF file in what was given.{reason}", hint=hint)
    return Given(tuple(_distinct(inputs.values())), tuple(left_out), _called(paths))


def _distinct(inputs: Iterable[Input]) -> Iterable[Input]:
    """Each with a name of its own, on any file system: those that share one get the names of their folders too."""
    listed = list(inputs)
    counted = Counter(file.name.casefold() for file in listed)
    for number, file in enumerate(listed, 1):
        if counted[file.name.casefold()] == 1:
            yield file
        else:
            yield Input(file.path, f"{number}/{file.name}", file.format)


def _called(paths: Sequence[Path]) -> str:
    first = paths[0].resolve()
    if len(paths) > 1:
        return Path(os.path.commonpath([path.resolve().parent for path in paths])).name or "Data"
    if first.is_dir():
        return first.name or "Data"
    stem = first.name[: -len(folders.GZIP)] if folders.is_packed(first) else first.name
    return stem.rpartition(".")[0] or stem


def gather(given: Given, root: Path, *, copy: bool) -> Gathered:
    """Make the project in ``root``, a folder that is new or empty: the files are copied there, or linked to."""
    guesses = guess(given.inputs, given.called)
    refuse_occupied(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        for file in given.inputs:
            _place(file.path, root / _target(file, guesses), copy)
            mapping = beside.mapping_of(file.path) if file.format in TABLE_ENDINGS.values() else None
            if mapping is not None:
                _place(mapping, (root / _target(file, guesses)).with_name(mapping.name), copy)
        (root / FILE).write_text(guesses.as_toml(), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{root} cannot be written: {error.strerror or error}.") from None
    return Gathered(root, guesses, given)


def _place(path: Path, target: Path, copy: bool) -> None:
    """A copy of a file, or a link to it; what is there already stays: tables of a folder may have one mapping."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(target):
        return
    if copy:
        shutil.copyfile(path, target)
    else:
        target.symlink_to(os.path.realpath(path))


def _target(file: Input, guesses: Guesses) -> str:
    return f"{'ontology' if file.name in guesses.ontologies else 'data'}/{file.name}"
