"""Pages of concept schemes: where a concept stands, the branches of the tree, and all names from A to Z."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ecoop_ld.addresses import anchor
from ecoop_ld.model.naming import Link
from ecoop_ld.site.renderer import Page
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.views.concepts import ALL, Level, NamedConcept, Whereabouts, folder, index_path
from ecoop_ld.words.messages import Words, messages


@dataclass(frozen=True, slots=True)
class BranchesPage(Page):
    """One page of the branches of a scheme."""

    template: ClassVar[str] = "branches.html"
    scheme: Link | None
    branches: tuple[tuple[str, Link | None, Level], ...]
    """Whereabouts, the concept (``None``: the scheme itself), and what is narrower."""
    pages: tuple[tuple[int, str], ...]
    here: int
    index: str
    concepts: Words


@dataclass(frozen=True, slots=True)
class NamesPage(Page):
    """One page of the names of a scheme."""

    template: ClassVar[str] = "names.html"
    scheme: Link | None
    letters: tuple[tuple[str, tuple[str, str]], ...]
    """Letter → where it begins: path and fragment."""
    names: tuple[tuple[str, str, list[NamedConcept]], ...]
    """Whereabouts and letter, and the names on this page."""
    tree: str
    concepts: Words


def places(site: Site, iri: str, language: str) -> tuple[Whereabouts, ...]:
    """Where a concept stands in each of its schemes; on the page of a scheme the scheme."""
    content = site.content
    found = content.schemes.of(iri)
    if iri in content.branches and iri not in found:
        found = (iri, *found)
    return tuple(content.trees[language, scheme].place(iri) for scheme in found)


def branches_page(site: Site, resource: Resource, language: str) -> bytes:
    """Some of the branches: what the tree loads, and what there is without scripts."""
    scheme, here = resource.iri, int(resource.part)
    trees = site.content.trees[language, scheme]
    describer, pages = site.describer(language), trees.branches.pages
    title, link = _named(site, scheme, language)
    page = BranchesPage(
        scheme=link,
        branches=tuple(
            (anchor(c) if c else ALL, describer.link(c) if c else None, trees.branch(c))
            for c in ("",) * (here == 1) + tuple(trees.ordered(filter(None, pages[here - 1])))
        ),
        pages=tuple((n, f"{folder(scheme)}/{n}") for n in range(1, len(pages) + 1)),
        here=here,
        index=index_path(scheme),
        concepts=_count(site, scheme, language),
    )
    return _rendered(site, resource, language, page, title, messages(site.config, language)["hierarchy"])


def names_page(site: Site, resource: Resource, language: str) -> bytes:
    """Some of the names."""
    scheme, here = resource.iri, int(resource.part)
    trees = site.content.trees[language, scheme]
    title, link = _named(site, scheme, language)
    page = NamesPage(
        scheme=link,
        letters=tuple((letter, (index_path(scheme, n), _letter(letter))) for letter, n in trees.first_pages),
        names=tuple((_letter(letter), letter, entries) for letter, entries in trees.letters(here)),
        tree=f"{folder(scheme)}/1" if site.content.schemes.parents[scheme] else "",
        concepts=_count(site, scheme, language),
    )
    return _rendered(site, resource, language, page, title, messages(site.config, language)["scheme_az"])


def _rendered(
    site: Site, resource: Resource, language: str, page: BranchesPage | NamesPage, scheme: str, words: Words
) -> bytes:
    number = f" {resource.part}" if resource.part != "1" else ""
    return site.renderer.render(page, resource.path, language, f"{scheme}: {words}{number}")


def _named(site: Site, scheme: str, language: str) -> tuple[str, Link | None]:
    if not scheme:
        return messages(site.config, language)["concepts"], None
    link = site.describer(language).link(scheme)
    return link.label.value, link


def _count(site: Site, scheme: str, language: str) -> Words:
    return messages(site.config, language).counted("concepts_count", len(site.content.schemes.members[scheme]))


def _letter(letter: str) -> str:
    return f"az-{letter if letter.isalpha() else '0'}"
