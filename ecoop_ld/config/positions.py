"""The text of a TOML file → the line and column of every key and value; no parser in use gives these.

A path is a tuple of keys and, in arrays, numbers from 0: ``("views", "timeline", "slots", 0, "key")``.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANKS = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL)
_BARE = re.compile(r"[^\s,\]}#]+(?: \d[^\s,\]}#]*)?")


class _Unreadable(Exception):
    pass


@dataclass
class TomlPlaces:
    """Offsets of the keys and the values of one text; what cannot be read is left out."""

    text: str
    keys: dict[Path, int] = field(default_factory=dict)
    values: dict[Path, int] = field(default_factory=dict)
    _at: int = 0
    _counts: dict[Path, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with contextlib.suppress(_Unreadable, RecursionError):  # what was read so far has its places
            self._document()

    def of(self, path: Path, *, value: bool = True) -> tuple[int, int]:
        """Line and column, from 1, of a value or a key; of the nearest that has one, else 0 and 0."""
        wanted = (self.values, self.keys) if value else (self.keys, self.values)
        while path:
            for places in wanted:
                if path in places:
                    return self._line(places[path])
            path = path[:-1]
        return (0, 0)

    def _line(self, offset: int) -> tuple[int, int]:
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)

    # --- reading ---

    def _document(self) -> None:
        table: Path = ()
        while True:
            self._skip(_SPACE)
            if self._at >= len(self.text):
                return
            if self.text.startswith("[[", self._at):
                start = self._at
                self._at += 2
                name = self._dotted(())
                number = self._counts.get(name, 0)
                self._counts[name] = number + 1
                table = (*name, number)
                self.keys.setdefault(table, start)
                self._expect("]]")
            elif self.text.startswith("[", self._at):
                self._at += 1
                table = self._inside(self._dotted(()))
                self._expect("]")
            else:
                self._pair(table)

    def _inside(self, name: Path) -> Path:
        """A table of the last item of an array of tables."""
        for end in range(len(name), 0, -1):
            if name[:end] in self._counts:
                return (*name[:end], self._counts[name[:end]] - 1, *name[end:])
        return name

    def _pair(self, table: Path) -> None:
        path = self._dotted(table)
        self._expect("=")
        self._skip(_BLANKS)
        self._value(path)

    def _dotted(self, table: Path) -> Path:
        path = table
        while True:
            self._skip(_BLANKS)
            match = _KEY.match(self.text, self._at)
            if not match:
                raise _Unreadable
            word = match[0]
            path = (*path, word[1:-1] if word[0] in "\"'" else word)
            self.keys.setdefault(path, self._at)
            self._at = match.end()
            self._skip(_BLANKS)
            if not self.text.startswith(".", self._at):
                return path
            self._at += 1

    def _value(self, path: Path) -> None:
        self.values.setdefault(path, self._at)
        sign = self.text[self._at : self._at + 1]
        if sign == "[":
            self._items(path)
        elif sign == "{":
            self._pairs(path)
        else:
            match = (_STRING if sign in ("'", '"') else _BARE).match(self.text, self._at)
            if not match:
                raise _Unreadable
            self._at = match.end()

    def _items(self, path: Path) -> None:
        self._at += 1
        number = 0
        while True:
            self._skip(_SPACE)
            if self.text.startswith("]", self._at):
                self._at += 1
                return
            self._value((*path, number))
            number += 1
            self._skip(_SPACE)
            if self.text.startswith(",", self._at):
                self._at += 1

    def _pairs(self, path: Path) -> None:
        self._at += 1
        while True:
            self._skip(_SPACE)
            if self.text.startswith("}", self._at):
                self._at += 1
                return
            self._pair(path)
            self._skip(_SPACE)
            if self.text.startswith(",", self._at):
                self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self._at)
        self._at = match.end() if match else self._at

    def _expect(self, sign: str) -> None:
        self._skip(_BLANKS)
        if not self.text.startswith(sign, self._at):
            raise _Unreadable
        self._at += len(sign)
