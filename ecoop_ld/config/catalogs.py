"""What catalogues, search engines and archives ask for besides what ``[project]`` says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

THEMES = ("AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN")
"""Codes of the EU's authority table of themes (http://publications.europa.eu/resource/authority/data-theme)."""
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}\Z")
_PERIOD = re.compile(r"\d{4}(?:-\d{2}){0,2}/(?:\d{4}(?:-\d{2}){0,2}|\.\.)\Z")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"{}|\\^`]+\Z")
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+\Z")
_MAINTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}\Z")


def _no_words() -> dict[str, tuple[str, ...]]:
    return {}


def _no_text() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class CatalogSettings:
    """How the dataset is found: in catalogues of open data, search engines and archives."""

    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=_no_words)
    """Language code → keywords; without them the names of the classes."""
    themes: tuple[str, ...] = ()
    """Codes of the EU's data themes, such as ``GOVE``, or IRIs of other subjects."""
    issued: str = ""
    """Date when the dataset was first published; without it that of the first release."""
    period: str = ""
    """What time the data are about, as ``1998/2025`` or ``2003/..``; without it from the first to the last year of the
    properties in ``pages.dates``."""
    places: tuple[str, ...] = ()
    """IRIs of the places that the data are about; without them the box around all coordinates."""
    same_as: tuple[str, ...] = ()
    """Addresses of the same dataset elsewhere: in an archive, in Wikidata."""
    doi: str = ""
    """DOI of the dataset, such as ``10.5281/zenodo.1234567``."""
    funder: str = ""
    """Who paid for it."""
    method: Mapping[str, str] = field(default_factory=_no_text)
    """How the data were gathered, in a sentence per language."""
    cites: tuple[str, ...] = ()
    """DOIs, addresses or references of what should be cited besides the dataset."""
    repository: str = ""
    """Where the files are kept and changed: ``https://git.example.org/us/data``."""
    maintainers: tuple[str, ...] = ()
    """User names at GitHub of who answers for the redirection at w3id.org."""


def faults(found: CatalogSettings) -> Iterator[tuple[str, str, str]]:
    """What is wrong: the key, the value, and what it should be."""
    for key, pattern, wanted in (
        ("issued", _DATE, 'a date such as "2026-01-31"'),
        ("period", _PERIOD, 'two dates with a slash between them, such as "1998/2025" or "2003/.."'),
        ("doi", _DOI, 'a DOI without an address before it, such as "10.5281/zenodo.1234567"'),
        ("repository", _IRI, "an http(s) address"),
    ):
        value = getattr(found, key)
        if value and not pattern.match(value):
            yield key, value, wanted
    for key in ("places", "same_as"):
        for value in getattr(found, key):
            if not _IRI.match(value):
                yield key, value, "http(s) addresses"
    for value in found.themes:
        if value not in THEMES and not _IRI.match(value):
            yield "themes", value, f"codes among {', '.join(THEMES)}, or whole IRIs"
    for value in found.maintainers:
        if not _MAINTAINER.match(value):
            yield "maintainers", value, "user names at GitHub"
