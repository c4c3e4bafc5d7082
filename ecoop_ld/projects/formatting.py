"""A project, or files → its Turtle and TriG in canonical layout, proved to say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Place, UserError
from ecoop_ld.projects.fixing import MendedFile
from ecoop_ld.rdf.formats import SOURCE_ENDINGS
from ecoop_ld.sources import files, layout
from ecoop_ld.sources.folders import is_packed

_LAID_OUT = frozenset({"turtle", "trig"})


def of_project(config: Config) -> list[MendedFile]:
    """The files of the project that are not in canonical layout."""
    folders = (*files.FOLDERS, files.SHAPES)
    found = [path for folder in folders for path, row in files.list_files(config, folder) if row.name in _LAID_OUT]
    return list(_changes(config.root, [path for path in found if not is_packed(path)]))


def of_files(paths: Sequence[Path]) -> list[MendedFile]:
    """The same of files, wherever they are."""
    return list(_changes(Path(), paths))


def _changes(root: Path, paths: Sequence[Path]) -> Iterator[MendedFile]:
    for path in paths:
        name = path.relative_to(root).as_posix() if root != Path() else str(path)
        row = SOURCE_ENDINGS.get(path.suffix.lower().lstrip("."))
        if row is None or row.name not in _LAID_OUT:
            raise UserError("No Turtle and no TriG, by its name.", place=Place(name))
        try:
            before = path.read_bytes().decode("utf-8")
        except OSError as error:
            raise UserError(f"Cannot read it: {error.strerror}", place=Place(name)) from None
        except UnicodeDecodeError:
            raise UserError("Not UTF-8.", place=Place(name), hint="ecoop-ld check --fix saves it as UTF-8.") from None
        said = _quads(before, row.rdf_engine(), name)
        try:
            after = layout.laid_out(before.removeprefix("\ufeff"))
        except layout.Unreadable:
            continue  # something that the parser takes and this layout does not know: leave it
        if after != before and _quads(after, row.rdf_engine(), name) == said:
            yield MendedFile(name, before, after, ("layout",))


def _quads(text: str, form: ox.RdfFormat, name: str) -> ox.Dataset:
    """What a text says, whatever its blank nodes are called."""
    try:
        dataset = ox.Dataset(
            ox.parse(text.removeprefix("\ufeff").encode(), format=form, base_iri="http://base.invalid/")
        )
    except SyntaxError as error:
        place = Place(name, error.lineno or 0, error.offset or 0)
        raise UserError("It cannot be read.", place=place, hint="ecoop-ld check says what is wrong.") from None
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset
