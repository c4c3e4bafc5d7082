"""Two things of the data → the page that has them side by side, and the one that asks which two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link
from ecoop_ld.site.renderer import Page
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.views.comparison import Comparison, compare
from ecoop_ld.views.paths import LONGEST, Step, path
from ecoop_ld.views.related import related
from ecoop_ld.words.messages import messages

HOME = "compare"
_SUGGESTED = 12
"""Things of the same class that are offered."""


@dataclass(frozen=True, slots=True)
class ComparePage(Page):
    """Two things side by side, or a form that asks for them."""

    template: ClassVar[str] = "compare.html"
    comparison: Comparison | None
    path: tuple[Step, ...]
    """How one leads to the other."""
    longest: int
    """Steps that were looked for."""
    asked: tuple[str, str]
    """What was typed for each of the two."""
    problem: str
    """What is wrong with that; ``""`` for nothing."""
    suggestions: tuple[tuple[Link, str], ...]
    """What the first thing can be compared with → what the address asks then."""
    alone: bool
    """Whether the page is a file that nobody may stand behind."""


def compare_page(site: Site, resource: Resource, language: str) -> bytes:
    """The page as a file: it asks, and says that a server is needed for the answer."""
    return compared_page(site, resource, language, alone=True)


def compared_page(
    site: Site,
    resource: Resource,
    language: str,
    asked: tuple[str, str] = ("", ""),
    iris: tuple[str, ...] = (),
    *,
    problem: str = "",
    alone: bool = False,
) -> bytes:
    """``iris`` are the things that were found for what was asked: two are compared, for one there are suggestions."""
    describer = site.describer(language)
    found = compare(describer.entity(iris[0]), describer.entity(iris[1])) if len(iris) > 1 and not problem else None
    page = ComparePage(
        comparison=found,
        longest=LONGEST,
        path=path(describer, iris[0], iris[1]) if found else (),
        asked=asked,
        problem=problem,
        suggestions=_suggestions(site, describer, iris[0]) if len(iris) == 1 else (),
        alone=alone,
    )
    names = ", ".join(one.title.value for one in found.things) if found else ""
    title = ": ".join(filter(None, (str(messages(site.config, language)["compare"]), names)))
    return site.renderer.render(page, resource.path, language, title)


def query(one: str, other: str = "") -> str:
    """What the address of the page asks, for the IRIs of two things, or of one."""
    return "?" + urlencode({"a": one, **({"b": other} if other else {})})


def _suggestions(site: Site, describer: Describer, iri: str) -> tuple[tuple[Link, str], ...]:
    """What shares most with a thing, then others of its narrowest class, by name."""
    near = [one.link.iri for one in related(describer, iri)]
    for kind in describer.kinds(iri):
        if kind in site.content.listings:
            near += site.content.ordered_members(kind, describer.language)[: _SUGGESTED + 1]
    others = [one for one in dict.fromkeys(near) if one != iri][:_SUGGESTED]
    return tuple((describer.link(one), query(iri, one)) for one in others)
