"""Stated facts → CSV tables, one per class, with CSVW metadata (W3C, 2015), and the same tables in one SQLite file.

A row is a thing, a column a property in one language or datatype. Several literals share a cell, with a separator that
the metadata names. Several links also stand in ``links.csv``, one to a row, because a CSVW cell with a separator can
give literals only; so the tables with their metadata give back every stated triple about a thing that has a class.
Beside a property with blank nodes or lists a column of JSON tells what those say (:mod:`ecoop_ld.publish.nested`).
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.publish.nested import Nested
from ecoop_ld.rdf import names, plain

FOLDER = "tables"
METADATA = "csv-metadata.json"
"""The name at which CSVW processors look of themselves (Tabular Data Model §5.3)."""
LINKS = "links"
_MISSING = "∅"
"""Stands for "no value" in a column where the empty text is a value."""
_SEPARATORS = ("|", "¦", "‖", "␞", "\u001f")
_BUILT_IN = re.compile(
    r"(?:anyURI|base64Binary|boolean|byte|date|dateTime|dateTimeStamp|dayTimeDuration|decimal|double|duration|float|"
    r"gDay|gMonth|gMonthDay|gYear|gYearMonth|hexBinary|int|integer|language|long|negativeInteger|nonNegativeInteger|"
    r"nonPositiveInteger|normalizedString|positiveInteger|short|string|time|token|unsignedByte|unsignedInt|"
    r"unsignedLong|unsignedShort|yearMonthDuration)\Z"
)
"""XML Schema datatypes that CSVW names by their local names."""

T = TypeVar("T")
Key = tuple[str, str, str]
"""Property, and the language or the datatype of its values; both empty for links."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column and how its cells become values."""

    name: str
    predicate: str
    language: str = ""
    datatype: str = ""
    """IRI of the literals' datatype; empty for links."""
    separator: str = ""
    """Between several values; empty where no cell has more than one."""
    missing: str = ""
    nested: bool = False
    """Whether its cells tell in JSON what stands as IRIs in the column before."""

    @property
    def is_link(self) -> bool:
        return not self.datatype

    def metadata(self) -> dict[str, object]:
        found: dict[str, object] = {"name": self.name, "propertyUrl": self.predicate}
        if self.nested:
            return found | {"datatype": "json", "suppressOutput": True}
        if self.is_link:
            if self.separator:  # told in links.csv
                found |= {"datatype": "anyURI", "separator": self.separator, "suppressOutput": True}
            else:
                found |= {"valueUrl": "{+" + self.name + "}"}
            return found
        found["datatype"] = _datatype(self.datatype)
        if self.language:
            found["lang"] = self.language
        if self.separator:
            found["separator"] = self.separator
        if self.missing:
            found["null"] = self.missing
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """One class and its things."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    """The thing's IRI, then one cell per column."""

    @property
    def header(self) -> tuple[str, ...]:
        return ("id", *(c.name for c in self.columns))

    def as_csv(self) -> bytes:
        return plain.sheet(self.header, self.rows)

    def metadata(self) -> dict[str, object]:
        first = {"name": "id", "datatype": "anyURI", "required": True, "suppressOutput": True}
        return {
            "url": f"{self.name}.csv",
            "rdfs:label": self.label,
            "tableSchema": {
                "aboutUrl": "{+id}",
                "primaryKey": "id",
                "columns": [first, *(c.metadata() for c in self.columns)],
            },
        }


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a dataset."""

    classes: tuple[Table, ...]
    links: tuple[tuple[str, str, str], ...]
    """Subject, property and object of each link that shares its cell with others."""

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of every file, the metadata last."""
        for table in self.classes:
            yield f"{table.name}.csv", table.as_csv()
        yield f"{LINKS}.csv", plain.sheet(("subject", "property", "object"), self.links)
        yield METADATA, self.metadata()

    def metadata(self) -> bytes:
        columns = [{"name": name, "datatype": "anyURI", "suppressOutput": name != "object"} for name in LINK_COLUMNS]
        columns[2] |= {"aboutUrl": "{+subject}", "propertyUrl": "{+property}", "valueUrl": "{+object}"}
        links = {"url": f"{LINKS}.csv", "rdfs:label": "Links", "tableSchema": {"columns": columns}}
        group = {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dialect": {"lineTerminators": ["\r\n"], "encoding": "utf-8", "header": True},
            "tables": [*(table.metadata() for table in self.classes), links],
        }
        return (json.dumps(group, ensure_ascii=False, indent=1) + "\n").encode()

    def as_sqlite(self) -> bytes:
        """One database file with a table per class; separators as in the CSV files."""
        connection = sqlite3.connect(":memory:")
        try:
            for table in self.classes:
                _fill(connection, table.name, table.header, table.rows, "id")
            _fill(connection, LINKS, LINK_COLUMNS, self.links, "")
            connection.commit()
            connection.execute("VACUUM")
            return connection.serialize()
        finally:
            connection.close()


LINK_COLUMNS = ("subject", "property", "object")


Values = dict[Key, list[str]]


def make(dataset: Dataset, prefixes: Mapping[str, str]) -> Tables:
    """The tables of what is stated about things that have a class, sorted by name; rows by IRI."""
    stated = {s: values for s in dataset.subjects() if _CLASS in (values := _stated(dataset, s))}
    several = {key for values in stated.values() for key, found in values.items() if len(found) > 1}
    members: dict[str, list[str]] = defaultdict(list)
    for subject, values in stated.items():
        for kind in values[_CLASS]:
            members[kind].append(subject)
    nested = Nested(dataset, lambda predicate: _word((predicate, "", ""), prefixes))
    column_names = _unique(sorted({k for v in stated.values() for k in v}), lambda k: _word(k, prefixes), {"id"})
    table_name = dataset.addresses.class_slug
    tables = [
        _table(table_name(kind), kind, {iri: stated[iri] for iri in sorted(iris)}, column_names, several, nested)
        for kind, iris in members.items()
    ]
    links = {
        (subject, key[0], value)
        for subject, values in stated.items()
        for key, found in values.items()
        if not key[2] and key in several
        for value in found
    }
    return Tables(tuple(sorted(tables, key=lambda table: table.name)), tuple(sorted(links)))


_CLASS: Key = (TYPE, "", "")


def _stated(dataset: Dataset, subject: str) -> Values:
    found: Values = defaultdict(list)
    for predicate, facts in dataset.outgoing(subject).items():
        for fact in facts:
            if fact.graphs != (dataset.derived_graph,):
                o = fact.object
                if isinstance(o, ox.Literal):
                    found[predicate, o.language or "", o.datatype.value].append(o.value)
                else:
                    found[predicate, "", ""].append(o)
    return dict(found)


def _table(
    name: str,
    kind: str,
    members: Mapping[str, Values],
    column_names: Mapping[Key, str],
    several: set[Key],
    nested: Nested,
) -> Table:
    keys = sorted({key for values in members.values() for key in values}, key=lambda key: (key != _CLASS, key))
    columns: list[tuple[Column, list[str]]] = []
    taken = {"id", *(column_names[key].casefold() for key in keys)}
    for key in keys:
        cells = [sorted(values.get(key, ())) for values in members.values()]
        column = _column(column_names[key], key, cells, key in several)
        columns.append((column, [_cell(column, cell) for cell in cells]))
        told = [nested.cell(cell) for cell in cells] if column.is_link else []
        if any(told):
            (beside,) = _unique([f"{column.name}_json"], lambda word: word, taken).values()
            taken.add(beside.casefold())
            columns.append((Column(beside, column.predicate, nested=True), told))
    rows = zip(members, *(cells for _, cells in columns), strict=True)
    return Table(name, kind, tuple(column for column, _ in columns), tuple(rows))


def _column(name: str, key: Key, cells: Sequence[Sequence[str]], several: bool) -> Column:
    predicate, language, datatype = key
    separator = ""
    if several:
        values = [value for cell in cells for value in cell]
        candidates = _SEPARATORS if datatype else (" ",)
        separator = next((c for c in candidates if not any(c in value for value in values)), candidates[-1])
    missing = _MISSING if datatype and any("" in cell for cell in cells) else ""
    return Column(name, predicate, language, datatype, separator, missing)


def _cell(column: Column, values: Sequence[str]) -> str:
    return column.separator.join(values) if values else column.missing


def _datatype(iri: str) -> object:
    local = iri.removeprefix(names.XSD)
    if iri == names.RDF + "langString":
        return "string"
    return local if local != iri and _BUILT_IN.match(local) else {"@id": iri, "base": "string"}


def _fill(
    connection: sqlite3.Connection, name: str, header: Sequence[str], rows: Iterable[Sequence[str]], key: str
) -> None:
    columns = ", ".join(f'"{c}" TEXT' + (" PRIMARY KEY" if c == key else "") for c in header)
    connection.execute(f'CREATE TABLE "{name}" ({columns})' + (" WITHOUT ROWID" if key else ""))
    marks = ", ".join("?" * len(header))
    # Names are letters, digits, underscores and hyphens (:func:`_word`, ``class_slug``); values are bound.
    connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608


def _unique(keys: Iterable[T], name: Callable[[T], str], taken: set[str]) -> dict[T, str]:
    """A name for each key; the second of one name gets ``_2``."""
    found: dict[T, str] = {}
    seen = set(taken)
    for key in keys:
        first = word = name(key)
        number = 1
        while word.casefold() in seen:
            number += 1
            word = f"{first}_{number}"
        seen.add(word.casefold())
        found[key] = word
    return found


def _word(key: Key, prefixes: Mapping[str, str]) -> str:
    """Column name: ``skos_prefLabel_en``; a CSVW name may hold letters, digits and underscores."""
    predicate, language, _ = key
    if predicate == TYPE:
        return "type"
    parts = [names.compact(predicate, prefixes)]
    if parts[0] == predicate:
        parts = [names.local_name(predicate)]
    word = "_".join([*parts, *([language] if language else [])])
    return re.sub(r"[^A-Za-z0-9]+", "_", word).strip("_")[:60] or "column"
