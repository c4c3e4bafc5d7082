"""A URI template and the values of a row → an IRI (RFC 6570, all four levels)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

Values = Mapping[str, str | Sequence[str]]
_EXPRESSION = re.compile(r"\{([+#./;?&]?)([^{}]*)\}")
_VARIABLE = re.compile(r"((?:[A-Za-z0-9_.]|%[0-9A-Fa-f]{2})+)(?::([1-9]\d{0,3})|(\*))?\Z")
_RESERVED = ":/?#[]@!$&'()*+,;="
_OPERATORS = {  # first, separator, named, what an empty value adds, signs that stay
    "": ("", ",", False, "", ""),
    "+": ("", ",", False, "", _RESERVED),
    "#": ("#", ",", False, "", _RESERVED),
    ".": (".", ".", False, "", ""),
    "/": ("/", "/", False, "", ""),
    ";": (";", ";", True, "", ""),
    "?": ("?", "&", True, "=", ""),
    "&": ("&", "&", True, "=", ""),
}


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    longest: int
    exploded: bool


@dataclass(frozen=True, slots=True)
class UriTemplate:
    """A template, read. ``wrong`` is what cannot be read of it, ``""`` where all can be."""

    text: str
    pieces: tuple[str | tuple[str, tuple[_Variable, ...]], ...]
    wrong: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Its variables."""
        return tuple(v.name for piece in self.pieces if not isinstance(piece, str) for v in piece[1])

    def expand(self, values: Values) -> str:
        """The text with values in place of variables; one that has no value is left out."""
        return "".join(p if isinstance(p, str) else _expanded(p[0], p[1], values) for p in self.pieces)


@lru_cache(maxsize=1_000)
def uri_template(text: str) -> UriTemplate:
    """Read a template."""
    pieces: list[str | tuple[str, tuple[_Variable, ...]]] = []
    done, wrong = 0, ""
    for match in _EXPRESSION.finditer(text):
        pieces.append(text[done : match.start()])
        found = [_VARIABLE.match(part) for part in match[2].split(",")]
        if not all(found):
            wrong = match[0]
        variables = tuple(_Variable(v[1], int(v[2] or 0), bool(v[3])) for v in found if v)
        pieces.append((match[1], variables))
        done = match.end()
    rest = text[done:]
    brace = re.search(r"[{}]", "".join(p for p in (*pieces, rest) if isinstance(p, str)))
    return UriTemplate(text, (*pieces, rest), wrong or (brace[0] if brace else ""))


def _expanded(operator: str, variables: Sequence[_Variable], values: Values) -> str:
    first, separator, named, empty, safe = _OPERATORS[operator]
    parts = []
    for variable in variables:
        value = values.get(variable.name)
        if value is None or value == [] or value == ():
            continue
        items = [value] if isinstance(value, str) else list(value)
        written = [quote(item[: variable.longest or None], safe=safe) for item in items]
        if safe:
            written = [re.sub("%25([0-9A-Fa-f]{2})", r"%\1", item) for item in written]
        if variable.exploded:
            parts += [_named(variable.name, item, empty) if named else item for item in written]
        else:
            text = ",".join(written)
            parts.append(_named(variable.name, text, empty) if named else text)
    return first + separator.join(parts) if parts else ""


def _named(name: str, text: str, empty: str) -> str:
    return f"{name}={text}" if text else name + empty
