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
    """How to mend it."""
    predicate: str = ""
    """IRI of the property whose value is wrong, where the finding is about one."""
    also: tuple[Place, ...] = ()
    """Further places where the same is wrong."""
    follows: int = 0
    """How many other findings follow from it, and are left out."""

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
    near = nearest(word, known)
    return f'Did you mean "{near}"?' if near else ""


_LEAST = 0.6


def nearest(word: str, known: Iterable[str], least: float = _LEAST) -> str:
    """The known word that looks most like this one, capitals aside first; or the empty string.

    ``least`` is how much they have to have in common, from 0 to 1.
    """
    words = list(known)
    folded = word.casefold()
    for other in words:
        if other.casefold() == folded and other != word:
            return other
    near = difflib.get_close_matches(word, words, n=1, cutoff=least)
    if near or least > _LEAST or len(words) > _MANY:
        return near[0] if near else ""
    most = min(2, len(word) // 3)
    alike = (other for other in words if abs(len(other) - len(word)) <= most and _distance(word, other) <= most)
    return next(alike, "")


_MANY = 2_000


def _distance(one: str, other: str) -> int:
    """Letters to add, drop, change or exchange with the next (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
