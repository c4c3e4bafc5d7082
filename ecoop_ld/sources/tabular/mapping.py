"""What a mapping says of a table, as frozen values (Metadata Vocabulary for Tabular Data)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from ecoop_ld.errors import Place
from ecoop_ld.sources.tabular.cells import Dialect
from ecoop_ld.sources.tabular.datatypes import CellType
from ecoop_ld.sources.tabular.uri_templates import UriTemplate, uri_template

CODE = "table-mapping"
"""What is wrong with a mapping is reported so."""
SLUG_OF = "_slug."
"""Before the name of a column in a template: its value in small letters, digits and hyphens."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column, or a virtual one, which adds to each row what no cell says."""

    name: str
    titles: tuple[str, ...]
    predicate: UriTemplate | None = None
    about: UriTemplate | None = None
    value: UriTemplate | None = None
    kind: CellType = field(default_factory=CellType)
    language: str = ""
    separator: str = ""
    ordered: bool = False
    nulls: tuple[str, ...] = ("",)
    default: str = ""
    required: bool = False
    suppressed: bool = False
    virtual: bool = False
    place: Place | None = None
    """Where the mapping says it."""

    @property
    def called(self) -> str:
        """What people call it."""
        return self.titles[0] if self.titles else self.name


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What becomes of a table."""

    columns: tuple[TableColumn, ...] = ()
    """None where every column stands for itself."""
    virtual: tuple[TableColumn, ...] = ()
    inherited: TableColumn = field(default_factory=lambda: TableColumn("", ()))
    """What columns have that say nothing themselves."""
    key: tuple[str, ...] = ()
    """Names of the columns that tell rows apart."""
    dialect: Dialect = field(default_factory=Dialect)
    suppressed: bool = False
    things: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Name of a column → text of a cell → IRI of the thing that it names."""
    address: str = ""
    """Of the table."""

    def own_property(self, name: str) -> UriTemplate:
        """What a column says that has no ``propertyUrl``: a property of this table alone."""
        return uri_template(f"{self.address}#{quote(name, safe='%')}")
