"""Data → what they are about, as far as they say so themselves: when, where, and what of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.locations import Box, around
from ecoop_ld.rdf.names import DCAT, DCTERMS

SPACES = ("https://schema.org/", "http://schema.org/")
_MOST_MEASURED, _MOST_KEYWORDS = 30, 20
_DATES = (
    *(space + word for space in SPACES for word in ("startDate", "endDate", "foundingDate", "birthDate", "deathDate")),
    *(DCTERMS + "date", DCAT + "startDate", DCAT + "endDate"),
)
_YEAR = re.compile(r"(-?\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counted once, for all descriptions in all languages."""

    period: tuple[str, str]
    """The first and the last moment: of the settings, else the years that the dates name; empty texts for unknown."""
    box: Box | None
    """Around all coordinates."""
    measured: tuple[str, ...]
    """Properties of the project's own vocabulary, those that say most first."""
    kinds: tuple[str, ...]
    """Classes, those with most things first."""


def coverage(data: Dataset) -> Coverage:
    own = data.config.vocabulary_terms
    counts = Counter(q.predicate.value for q in data.stated if q.predicate.value.startswith(own))
    measured = sorted(counts, key=lambda iri: (-counts[iri], iri))[:_MOST_MEASURED]
    kinds = sorted(data.members, key=lambda kind: (-len(data.members[kind]), kind))[:_MOST_KEYWORDS]
    return Coverage(_period(data), around(data), tuple(measured), tuple(kinds))


def _period(data: Dataset) -> tuple[str, str]:
    said = data.config.catalog.period
    if said:
        first, _, last = said.partition("/")
        return first, last.strip(".")
    predicates = dict.fromkeys((*data.config.iris(data.config.pages.dates), *_DATES))
    years = {
        int(match[1])
        for predicate in predicates
        for iri in data.having(predicate)
        for value in data.objects(iri, predicate)
        if isinstance(value, ox.Literal) and (match := _YEAR.match(value.value))
    }
    return (_year(min(years)), _year(max(years))) if years else ("", "")


def _year(number: int) -> str:
    return f"{'-' if number < 0 else ''}{abs(number):04d}"


def keywords(data: Dataset, covered: Coverage, language: str) -> Sequence[str]:
    """The project's own in a language, or in the first that has some; for want of any the names of the classes."""
    said = data.config.catalog.keywords
    own = said.get(language) or next(filter(None, said.values()), ())
    if own:
        return own
    labels = data.config.iris(data.config.pages.labels)
    named = (data.text(kind, labels, language) for kind in covered.kinds)
    return list(dict.fromkeys(literal.value for literal in named if literal))
