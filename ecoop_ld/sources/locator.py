"""A triple or an IRI → the place in a source file where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Place
from ecoop_ld.rdf.formats import RDF_XML
from ecoop_ld.sources import files, positions
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.json_positions import JsonPositions
from ecoop_ld.sources.positions import Positions
from ecoop_ld.sources.xml_positions import XmlPositions


class Locator:
    """Finds places in the files of a project; a file is read again only when something in it is asked for."""

    def __init__(self, config: Config, loaded: Sources, meant: Mapping[str, str] | None = None) -> None:
        """``meant`` are the IRIs that stand in the files for those that ``loaded`` has in their place."""
        self._config, self._sources = config, loaded
        self._written: dict[str, list[str]] = defaultdict(list)
        for wrong, right in (meant or {}).items():
            self._written[right].append(wrong)
        self._read: dict[str, Positions | None] = {}
        self._marks: dict[str, XmlPositions | JsonPositions] = {}
        self._texts: dict[str, str] = {}

    @cached_property
    def _files(self) -> dict[object, SourceFile]:
        """Triple, (subject, predicate) and subject → the first file that holds it."""
        found: dict[object, SourceFile] = {}
        for file in (*self._sources.files, *self._sources.shapes):
            for q in file.quads:
                for key in ((q.subject, q.predicate, q.object), (q.subject, q.predicate), q.subject):
                    found.setdefault(key, file)
        return found

    @cached_property
    def _users(self) -> dict[str, list[SourceFile]]:
        """IRI → the files that write it."""
        found: dict[str, dict[str, SourceFile]] = defaultdict(dict)
        for file in (*self._sources.files, *self._sources.shapes):
            for iri in iris_in(file.quads):
                found[iri][file.name] = file
        return {iri: list(files.values()) for iri, files in found.items()}

    def positions(self, file: SourceFile) -> Positions | None:
        """Places in one file; ``None`` for formats that have no reader."""
        if file.name not in self._read:
            self._read[file.name] = self._locate(file)
        return self._read[file.name]

    def may_match(self, file: SourceFile, pattern: str) -> bool:
        """Whether a pattern occurs in the text of a file that has a reader: a cheap look before a full reading."""
        return file.format.name in positions.READABLE and re.search(pattern, self.text(file)) is not None

    def _locate(self, file: SourceFile) -> Positions | None:
        if file.format.name not in positions.READABLE:
            return None
        text = self.text(file)
        base = f"{self._config.base}{file.name}"
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
        return files.read_bytes(self._config, self._config.root / file.name)

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place | None:  # noqa: A002
        """Place of a triple: its object, else its predicate, else its subject; ``None`` where no file has that."""
        for key in ((subject, predicate, object), (subject, predicate), subject):
            file = self._files.get(key)
            if file:
                found = self.positions(file)
                return (found or self._marked(file)).of(subject, predicate, object)
        return None

    def of_iri(self, iri: str) -> list[Place]:
        """Every place where an IRI is written, file by file; at least one per file that uses it."""
        places: list[Place] = []
        for file in self._users.get(iri, ()):
            found = self.positions(file) or self._marked(file)
            written = [place for word in (iri, *self._written.get(iri, ())) for place in found.of_iri(word)]
            places += written or [found.of(ox.NamedNode(iri))]
        return places

    def _marked(self, file: SourceFile) -> XmlPositions | JsonPositions:
        """Places in RDF/XML and JSON-LD."""
        if file.name not in self._marks:
            base = f"{self._config.base}{file.name}"
            if file.format is RDF_XML:
                self._marks[file.name] = XmlPositions(self._content(file), file.name, base)
            else:
                self._marks[file.name] = JsonPositions(self.text(file), file.name, base)
        return self._marks[file.name]


def iri_of(term: object) -> str:
    """The IRI of a named node; ``""`` for any other term."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def iris_in(quads: Iterable[ox.Quad]) -> dict[str, None]:
    """Every IRI in subject, predicate, object or datatype position, in order of appearance."""
    found: dict[str, None] = {}
    for q in quads:
        for term in (q.subject, q.predicate, q.object):
            if isinstance(term, ox.NamedNode):
                found[term.value] = None
            elif isinstance(term, ox.Literal):
                found[term.datatype.value] = None
    return found
