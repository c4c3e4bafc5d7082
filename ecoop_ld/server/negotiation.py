"""An Accept or Accept-Language header → the row of the table of formats, or the language, that it prefers.

RFC 9110 §12.5.1 and §12.5.4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecoop_ld.rdf.formats import Format
from ecoop_ld.rdf.languages import spoken


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of an Accept header, e.g. ``text/*;q=0.5``."""

    kind: str
    subtype: str
    quality: float
    parameters: tuple[tuple[str, str], ...] = ()

    def specificity(self, row: Format) -> tuple[int, float]:
        """How closely the range names a row (0: not at all … 4: with matching parameters), and its quality."""
        for media_type in (row.media_type, *row.aliases):
            kind, subtype = media_type.split("/")
            if (self.kind, self.subtype) == (kind, subtype):
                if not self.parameters:
                    return (3, self.quality)
                own = {p.strip().lower() for p in row.parameters.split(";") if p.strip()}
                asked = {f"{k}={v}" for k, v in self.parameters if k not in ("version", "profile")}
                return (4, self.quality) if asked <= own or not own else (0, 0.0)
        if self.subtype == "*" and self.kind == row.media_type.split("/")[0]:
            return (2, self.quality)  # a wildcard asks for what the row is, not for what it also answers to
        return (1, self.quality) if self.kind == "*" else (0, 0.0)


_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")


_QUOTED = r'"(?:\\.?|[^"\\])*+(?:"|\Z)'
"""A quoted string, or all that follows a quote that is never closed: so that no header takes quadratic time."""
_ELEMENT, _PIECE = (re.compile(f'(?:[^{separator}"]|{_QUOTED})+') for separator in ",;")


def parse_accept(header: str) -> list[MediaRange]:
    """The media ranges of an Accept header; elements that are not media ranges are passed over (RFC 9110 §12.5.1)."""
    ranges = []
    for element in _ELEMENT.findall(header):
        pieces = [p.strip() for p in _PIECE.findall(element)]
        kind, slash, subtype = pieces[0].lower().partition("/")
        if kind == "*" and not slash:  # "*" alone is sent by Java's HttpURLConnection
            slash, subtype = "/", "*"
        if not slash or not kind or not subtype or (kind == "*" and subtype != "*"):
            continue
        quality, parameters = 1.0, []
        for piece in pieces[1:]:
            key, _, value = (part.strip() for part in piece.partition("="))
            if key.lower() == "q":
                quality = float(value) if _QUALITY.match(value) else 0.0 if value.startswith("-") else 1.0
                break  # what follows q is an accept-ext, which no longer means anything (RFC 9110 §12.5.1)
            if key:
                parameters.append((key.lower(), value.strip('"').lower()))
        ranges.append(MediaRange(kind, subtype, quality, tuple(parameters)))
    return ranges


def negotiate(accept: str | None, rows: Sequence[Format]) -> Format | None:
    """The row that an Accept header prefers; ``None`` when it accepts none (406).

    For each row the most specific matching range gives the quality; ties go to the row that stands first.
    No header, or an empty one, means anything will do.
    """
    ranges = parse_accept(accept) if accept and accept.strip() else []
    if not ranges:
        return rows[0] if not (accept and accept.strip()) else None
    best: Format | None = None
    best_quality = 0.0
    for row in rows:
        _, quality = max((r.specificity(row) for r in ranges), key=lambda pair: (pair[0], pair[1]))
        if quality > best_quality:
            best, best_quality = row, quality
    return best


def negotiate_language(accept: str | None, languages: Sequence[str]) -> str:
    """The language of ``languages`` that Accept-Language prefers; the first where none fits (RFC 4647 §3.4 lookup)."""
    best, best_quality = languages[0], 0.0
    for element in (accept or "").split(","):
        tag, _, parameters = (part.strip() for part in element.partition(";"))
        value = parameters.removeprefix("q=").strip()
        quality = (float(value) if _QUALITY.match(value) else 0.0) if parameters else 1.0
        served = languages[0] if tag == "*" else spoken(tag, tuple(languages))
        match = served if served in languages else None
        if match and quality > best_quality:
            best, best_quality = match, quality
    return best
