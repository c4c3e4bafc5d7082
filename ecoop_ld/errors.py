"""What a user can fix: one exception, and the findings that checks collect.

A :class:`UserError` stops a command (exit 2). A :class:`Finding` is one line of a report (exit 1 for violations).
Everything else that goes wrong keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; the order is the order of badness, the names follow SHACL 1.0 §2.1.4."""

    NOTE = 0
    WARNING = 1
    VIOLATION = 2

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file: ``file`` is relative to the project, ``line`` and ``column`` count from 1; 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found. ``code`` is stable and can be given another severity in ``ecoop.toml``."""

    code: str
    severity: Severity
    message: str
    place: Place | None = None
    focus: str = ""
    """IRI of the focus node, where the finding is about one."""
    hint: str = ""

    def sort_key(self) -> tuple[int, str, int, int, str, str]:
        place = self.place or Place("")
        return (-self.severity, place.file, place.line, place.column, self.code, self.message)


class UserError(Exception):
    """Something that the user can mend. ``hint`` says how."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.hint = message, place, hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean "title"?`` for the nearest known word, or the empty string."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'Did you mean "{near[0]}"?' if near else ""
