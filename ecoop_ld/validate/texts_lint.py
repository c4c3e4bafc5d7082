"""Texts of the data → those that are empty, were read in the wrong encoding, or hold what only HTML needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate.codes import finding

_MOJIBAKE = re.compile("(?:[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac.)")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|apos|#\d{1,5}|#x[0-9A-Fa-f]{1,4});")


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    labels = {config.iri(word) for word in config.pages.labels}
    for q in dict.fromkeys(q for file in sources.files for q in file.quads):
        if not isinstance(q.object, ox.Literal):
            continue
        said = _odd(q.object.value, is_name=q.predicate.value in labels)
        if said is not None:
            place = locator.of(q.subject, q.predicate, q.object)
            yield finding("odd-text", said[0], place, focus=iri_of(q.subject), hint=said[1])


def _odd(text: str, *, is_name: bool) -> tuple[str, str] | None:
    if is_name and not text.strip():
        return "The text is empty.", "Write it, or leave the property out."
    if is_name and text != text.strip() and "\n" not in text:
        return "Blanks at the ends of the text.", f'Write "{_short(text.strip())}".'
    if _MOJIBAKE.search(text):
        better = _decoded(text)
        if better:
            return f"“{_short(text)}” was read in another encoding than it was saved in.", f'Write "{_short(better)}".'
    if entity := _ENTITY.search(text):
        return f"{entity[0]} stands for a sign in HTML only; in a text it stays as it is.", "Write the sign itself."
    return None


def _decoded(text: str) -> str:
    """The text as it was before UTF-8 was read as Windows-1252; empty where it was not."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"
