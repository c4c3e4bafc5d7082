"""A triple or an IRI → the place in a source file where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Place
from ecoop_ld.rdf.formats import RDF_XML, TABLE_ENDINGS
from ecoop_ld.sources import encoding, files, folders, line_positions, positions
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.json_positions import JsonPositions
from ecoop_ld.sources.line_positions import LinePositions
from ecoop_ld.sources.positions import Positions
from ecoop_ld.sources.tabular.tables import TablePositions
from ecoop_ld.sources.xml_positions import XmlPositions


class Locator:
    """Finds places in the files of a project; a file is read again only when something in it is asked for."""

    def __init__(self, config: Config, loaded: Sources, meant: Mapping[str, str] | None = None) -> None:
        """``meant`` are the IRIs that stand in the files for those that ``loaded`` has in their place."""
        self._config, self._sources = config, loaded
        self._written: dict[str, list[str]] = defaultdict(list)
        for wrong, right in (meant or {}).items():
            self._written[right].append(wrong)
        self._read: dict[str, Positions | LinePositions | None] = {}
        self._marks: dict[str, XmlPositions | JsonPositions | TablePositions] = {}
        self._texts: dict[str, str] = {}

    @cached_property
    def _holders(self) -> dict[object, list[SourceFile]]:
        """Subject → the files that say something of it."""
        found: dict[object, list[SourceFile]] = {}
        for file in self._all:
            for subject in dict.fromkeys(q.subject for q in file.quads):
                found.setdefault(subject, []).append(file)
        return found

    @cached_property
    def _all(self) -> tuple[SourceFile, ...]:
        return (*self._sources.files, *self._sources.shapes)

    @cached_property
    def _said(self) -> dict[object, dict[tuple[object, ...], SourceFile]]:
        """The subject that was asked for last → its predicates, and predicates with objects, each with a file."""
        return {}

    def _file(self, subject: object, predicate: object, object_: object) -> SourceFile | None:
        """The first file that holds a triple; else that has its predicate with its subject; else its subject."""
        holders = self._holders.get(subject, ())
        if len(holders) < 2 or predicate is None:
            return holders[0] if holders else None
        said = self._said.get(subject)
        if said is None:
            said = {}
            for file in holders:
                for q in file.quads:
                    if q.subject == subject:
                        said.setdefault((q.predicate, q.object), file)
                        said.setdefault((q.predicate,), file)
            self._said.clear()
            self._said[subject] = said
        return said.get((predicate, object_)) or said.get((predicate,)) or holders[0]

    def positions(self, file: SourceFile) -> Positions | LinePositions | None:
        """Places in one file; ``None`` for formats that have no reader."""
        if file.name not in self._read:
            self._read[file.name] = self._locate(file)
        return self._read[file.name]

    def may_match(self, file: SourceFile, pattern: str) -> bool:
        """Whether a pattern occurs in the text of a file that has a reader: a cheap look before a full reading."""
        return file.format.name in positions.READABLE and re.search(pattern, self.text(file)) is not None

    def _locate(self, file: SourceFile) -> Positions | LinePositions | None:
        if file.format.name in line_positions.READABLE and file.mended is None and not file.findings:
            quickly = line_positions.locate(self._content(file).removeprefix(b"\xef\xbb\xbf"), file.name, file.quads)
            if quickly is not None:
                return quickly
        return self.reading(file)

    def reading(self, file: SourceFile) -> Positions | None:
        """All that the reader finds in one file, for who wants to change it; ``None`` for formats without a reader."""
        if file.format.name not in positions.READABLE:
            return None
        text = self.text(file)
        base = folders.base_of(self._config.base, file.name)
        written = file.written or file.quads
        quads_format = file.format.name == "nquads"
        return positions.locate(text, file.name, base, written, quads_format=quads_format, meant=file.quads)

    def text(self, file: SourceFile) -> str:
        """The text of a file, read once."""
        if file.name not in self._texts:
            self._texts[file.name] = self._decoded(file)
        return self._texts[file.name]

    def text_of(self, name: str) -> str:
        """The text of a file by its name."""
        return next(
            (self.text(file) for file in (*self._sources.files, *self._sources.shapes) if file.name == name), ""
        )

    def _decoded(self, file: SourceFile) -> str:
        if file.mended is not None:
            return file.mended
        return self._content(file).decode("utf-8", errors="replace").removeprefix("\ufeff")

    def _content(self, file: SourceFile) -> bytes:
        content = files.read_bytes(self._config, self._config.root / file.name)
        return encoding.of_markup(content) if file.format is RDF_XML else content

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place | None:  # noqa: A002
        """Place of a triple: its object, else its predicate, else its subject; ``None`` where no file has that."""
        file = self._file(subject, predicate, object)
        return (self.positions(file) or self._marked(file)).of(subject, predicate, object) if file else None

    def of_iri(self, iri: str) -> list[Place]:
        """Every place where an IRI is written, file by file; at least one per file that uses it."""
        places: list[Place] = []
        for file in (file for file in self._all if iri in self._sources.iris_of(file)):
            found = self.positions(file) or self._marked(file)
            written = [place for word in (iri, *self._written.get(iri, ())) for place in found.of_iri(word)]
            places += written or [found.of(ox.NamedNode(iri))]
        return places

    def _marked(self, file: SourceFile) -> XmlPositions | JsonPositions | TablePositions:
        """Places in RDF/XML, JSON-LD and tables."""
        if file.name not in self._marks:
            base = folders.base_of(self._config.base, file.name)
            if file.format in TABLE_ENDINGS.values():
                path = self._config.root / file.name
                source = files.table_source(self._config, path, file.format, self._content(file))
                self._marks[file.name] = TablePositions(source, file.quads)
            elif file.format is RDF_XML:
                self._marks[file.name] = XmlPositions(self._content(file), file.name, base)
            else:
                self._marks[file.name] = JsonPositions(self.text(file), file.name, base)
        return self._marks[file.name]


def iri_of(term: object) -> str:
    """The IRI of a named node; ``""`` for any other term."""
    return term.value if isinstance(term, ox.NamedNode) else ""
