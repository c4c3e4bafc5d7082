"""Dataset → names from A to Z, and the search index: things by name, kind and wording."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass

from ecoop_ld.entity import Describer, Link, Text


@dataclass(frozen=True, slots=True)
class Name:
    """A thing in the index."""

    link: Link
    kind: Text
    summary: Text | None


def names(describer: Describer) -> tuple[Name, ...]:
    """All things that are no machinery, by name."""
    found = []
    for iri in describer.dataset.things:
        if describer.dataset.is_a(iri, describer.plumbing):
            continue
        kinds = describer.kinds(iri)
        kind = describer.label(kinds[0]) if kinds else Text("")
        link = Link(describer.title(iri), iri, describer.link(iri).page)
        found.append(Name(link, kind, describer.summary(iri)))
    return tuple(sorted(found, key=lambda n: (_plain(n.link.label.value), n.link.iri)))


def letters(describer: Describer) -> tuple[tuple[str, tuple[Name, ...]], ...]:
    """Named things by first letter; what has no name of its own (a participation, a claim) is left to search."""
    labels = describer.config.iris(describer.config.pages.labels)
    found: dict[str, list[Name]] = {}
    for name in names(describer):
        if any(describer.dataset.objects(name.link.iri, label) for label in labels):
            letter = next((c for c in _plain(name.link.label.value) if c.isalnum()), "#").upper()
            found.setdefault("#" if letter.isdigit() else letter, []).append(name)
    return tuple((letter, tuple(found[letter])) for letter in sorted(found))


def search_index(describer: Describer) -> bytes:
    """``[[name, kind, path, wording], …]`` as JSON."""
    rows = [
        [n.link.label.value, n.kind.value, n.link.page[0], n.summary.value[:300] if n.summary else ""]
        for n in names(describer)
        if n.link.page
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(text: str) -> str:
    """Without accents and case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
