"""What can be found, and what was found → the page of all names, and that of the answer to a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from ecoop_ld.site.renderer import Page
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.views import index
from ecoop_ld.views.ranking import Results
from ecoop_ld.words.messages import messages


@dataclass(frozen=True, slots=True)
class KindFound:
    """A kind among those found."""

    label: str
    count: int
    query: str
    """What its address asks, from the page itself."""
    current: bool


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """All names, or what a search found."""

    template: ClassVar[str] = "search.html"
    letters: tuple[tuple[str, tuple[index.Name, ...]], ...]
    """Nothing where something was searched for."""
    found: Results | None
    choices: tuple[KindFound, ...]
    forms: Mapping[str, str]
    """Texts for a number of results, by plural category, for the script."""


def search_page(site: Site, resource: Resource, language: str) -> bytes:
    """All names from A to Z; where there is no server, a script searches on it."""
    words = messages(site.config, language)
    page = SearchPage(index.letters(site.describer(language)), None, (), words.forms("found_count"))
    return site.renderer.render(page, resource.path, language, words["az"])


def found_page(site: Site, resource: Resource, language: str, found: Results) -> bytes:
    """The answer to a search."""
    words = messages(site.config, language)
    every = KindFound(words["everything"], sum(count for _, count in found.kinds), _query(found.query), not found.kind)
    kinds = (KindFound(kind, n, _query(found.query, kind), kind == found.kind) for kind, n in found.kinds)
    page = SearchPage((), found, (every, *kinds), words.forms("found_count"))
    return site.renderer.render(page, resource.path, language, f"{words['search']}: {found.query}")


def _query(text: str, kind: str = "") -> str:
    return "?" + urlencode({"q": text, **({"kind": kind} if kind else {})})
