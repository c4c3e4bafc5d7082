"""The first row of a table and its mapping → for each column of the file what the mapping says of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from ecoop_ld.errors import Finding, Place, Severity, did_you_mean
from ecoop_ld.sources.tabular.cells import TableCell, TableRow
from ecoop_ld.sources.tabular.mapping import CODE, TableColumn, TableMapping

Layout = Sequence[TableColumn | None]
"""A column of the mapping for each column of the file; ``None`` where it says nothing of it."""


@dataclass(slots=True)
class HeaderReader:
    """Finds the columns of one table."""

    file: str
    mapping: TableMapping
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def layout(self, header: TableRow | None, width: int) -> Layout:
        """The columns of a table that is ``width`` wide: by their titles, or in order where it has no header."""
        if not self.mapping.columns:
            return [self._unmapped(header, n) for n in range(width)]
        if header is None:
            for column in self.mapping.columns[width:]:
                self._missing(column, [])
            listed = self.mapping.columns[:width]
            return [*listed, *[None] * (width - len(listed))]
        titles = [cell.text.strip() for cell in header.cells]
        self._check_titles(header, titles)
        found: list[TableColumn | None] = [None] * width
        free = list(range(width))
        for column in self.mapping.columns:
            wanted = column.titles or (column.name,)
            at = next((n for n in free if titles[n] in wanted), -1)
            if at < 0:
                self._missing(column, [titles[n] for n in free])
            else:
                found[at] = column
                free.remove(at)
        self._say_unmapped(header, free)
        return found

    def _unmapped(self, header: TableRow | None, number: int) -> TableColumn:
        """A column of a mapping that names none: it stands for itself."""
        text = header.cells[number].text.strip() if header and number < len(header.cells) else ""
        name = quote(text, safe="") or f"_col.{number + 1}"
        inherited = self.mapping.inherited
        predicate = inherited.predicate or self.mapping.own_property(name)
        return dataclasses.replace(inherited, name=name, titles=(text,) if text else (), predicate=predicate)

    def _check_titles(self, header: TableRow, titles: Sequence[str]) -> None:
        for number, title in enumerate(titles):
            if title and title in titles[:number]:
                message, place = f"Two columns are called “{title}”.", self._place(header.cells[number])
                self.findings.append(Finding("table-row", Severity.VIOLATION, message, place, hint="Rename one."))

    def _missing(self, column: TableColumn, free: Sequence[str]) -> None:
        hint = did_you_mean(column.called, free) or (f"Not mapped yet: {', '.join(free)}." if free else "")
        message, hint = f"The table has no column “{column.called}”.", hint or "Take it out of the mapping."
        self.findings.append(Finding(CODE, Severity.VIOLATION, message, column.place, hint=hint))

    def _say_unmapped(self, header: TableRow, free: Sequence[int]) -> None:
        if any(f.code == CODE for f in self.findings):
            return  # most likely the other half of a slip that is told
        for number in free:
            cell = header.cells[number]
            message = f"The mapping says nothing of the column “{cell.text.strip()}”: it is left out."
            hint = 'Add it to columns; with "suppressOutput": true if it is to stay out.'
            self.notes.append(Finding("table-column", Severity.WARNING, message, self._place(cell), hint=hint))

    def _place(self, cell: TableCell) -> Place:
        return Place(self.file, cell.line, cell.column)
