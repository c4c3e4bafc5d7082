"""A thing → the small card of it that other people's programs show: a page for a frame, or a piece of HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.renderer import Page
from ecoop_ld.site.site import Site

POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
"""Content-Security-Policy of a preview: nothing runs in it."""


@dataclass(frozen=True, slots=True)
class PreviewPage(Page):
    """A small page about a thing, to stand in a frame."""

    template: ClassVar[str] = "preview.html"
    title: Text
    kinds: tuple[Link, ...]
    description: Text | None
    iri: str
    policy: str


@dataclass(frozen=True, slots=True)
class FlyoutPage(Page):
    """The same as a piece of HTML, for a thing, a class or a property."""

    template: ClassVar[str] = "flyout.html"
    title: Text
    kinds: tuple[Link, ...]
    description: Text | None
    iri: str


def preview_page(site: Site, describer: Describer, iri: str, here: str) -> bytes:
    """The card of a thing that the data describe, for the address ``here``."""
    page = PreviewPage(describer.title(iri), _kinds(describer, iri), describer.summary(iri), iri, POLICY)
    return site.renderer.render(page, here, describer.language, page.title.value, file=f"{here}.{HTML.extension}")


def flyout(site: Site, describer: Describer, iri: str, here: str) -> str:
    """A piece of HTML about anything that the data describe."""
    title = describer.title(iri) if iri in site.dataset.things_set else describer.label(iri)
    page = FlyoutPage(title, _kinds(describer, iri), describer.summary(iri), iri)
    return site.renderer.render(page, here, describer.language, title.value, file=f"{here}.{HTML.extension}").decode()


def _kinds(describer: Describer, iri: str) -> tuple[Link, ...]:
    return tuple(map(describer.link, describer.kinds(iri)))
