"""A thing → the small card of it that other sites and programs show: a page for a frame, or a piece of HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import ClassVar
from xml.etree import ElementTree

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.publish.licences import spdx
from ecoop_ld.rdf.formats import CARD, HTML, Format
from ecoop_ld.site.literals import outside
from ecoop_ld.site.renderer import Page
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.views.attribution import attribution, said_by

POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
"""Content-Security-Policy of a preview: nothing runs in it."""
WIDTH, HEIGHT = 480, 260
"""Pixels of a frame that has room for most cards; what is longer scrolls."""
Oembed = Mapping[str, str | int]
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DAY = 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class PreviewPage(Page):
    """A small page about a thing, to stand in a frame."""

    template: ClassVar[str] = "preview.html"
    title: Text
    kinds: tuple[Link, ...]
    description: Text | None
    iri: str
    source: str
    """Who says it, and where; ``""`` for what is no claim."""
    licence_name: str
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
    page = PreviewPage(
        title=describer.title(iri),
        kinds=_kinds(describer, iri),
        description=describer.summary(iri),
        iri=iri,
        source=said_by(attribution(describer, iri)),
        licence_name=licence_name(site),
        policy=POLICY,
    )
    return site.renderer.render(page, here, describer.language, page.title.value, file=f"{here}.{HTML.extension}")


def embedded(site: Site, resource: Resource, row: Format, language: str) -> bytes:
    """The card of a thing, or what tells others how to show it."""
    describer = site.describer(language)
    if row is CARD:
        here = f"{resource.path}.{CARD.extension}".removesuffix(f".{HTML.extension}")
        return preview_page(site, describer, resource.iri, here)
    return oembed_json(oembed(site, resource, describer))


def oembed(site: Site, resource: Resource, describer: Describer, width: int = WIDTH, height: int = HEIGHT) -> Oembed:
    """An answer of oEmbed 1.0 (§2.3.4.4), of the type ``rich``; sizes are pixels."""
    config = site.config
    return {
        "version": "1.0",
        "type": "rich",
        "title": describer.title(resource.iri).value,
        "provider_name": config.title(describer.language),
        "provider_url": config.addresses.site_url,
        "cache_age": _DAY,
        "html": frame(site, resource, describer, width, height),
        "width": width,
        "height": height,
    }


def oembed_json(found: Oembed) -> bytes:
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def oembed_xml(found: Oembed) -> bytes:
    root = ElementTree.Element("oembed")
    for name, value in found.items():
        ElementTree.SubElement(root, name).text = _NOT_IN_XML.sub("\ufffd", str(value))
    written: bytes = ElementTree.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n' + written + b"\n"


def frame(site: Site, resource: Resource, describer: Describer, width: int = WIDTH, height: int = HEIGHT) -> str:
    """A line of HTML that shows the card in a frame in which nothing runs."""
    address = f"{site.config.addresses.site_url}{resource.path}.{CARD.extension}"
    title = escape(describer.title(resource.iri).value)
    return (
        f'<iframe src="{escape(address)}" width="{width}" height="{height}" title="{title}"'
        ' sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"></iframe>'
    )


def piece(site: Site, describer: Describer, iri: str) -> str:
    """The card as a piece of HTML without script, style or picture: what it says, who says so, and the licence."""
    config, language = site.config, describer.language
    title, description = describer.title(iri), describer.summary(iri)
    lines = [f'<blockquote lang="{escape(language)}" cite="{escape(iri)}">']
    name, address = _text(title, language), outside(iri)
    lines += [f'<p><a href="{escape(address)}">{name}</a></p>' if address else f"<p>{name}</p>"]
    lines += [f"<p>{_text(description, language)}</p>"] if description else []
    source = said_by(attribution(describer, iri))
    told = [escape(part) for part in (source, f"{config.title(language)} {config.project.version}") if part]
    if licence := outside(config.project.license):
        told.append(f'<a href="{escape(licence)}" rel="license">{escape(licence_name(site))}</a>')
    return "\n".join([*lines, f"<footer>{' · '.join(told)}</footer>", "</blockquote>"])


def _text(text: Text, language: str) -> str:
    """A text on one line, with its language where that is another one than what is around it."""
    written = escape(" ".join(text.value.split()))
    return f'<span lang="{escape(text.language)}">{written}</span>' if text.language not in ("", language) else written


def licence_name(site: Site) -> str:
    """What the licence of the data is called."""
    address = site.config.project.license
    return spdx(address) or address.partition("://")[2] or address


def flyout(site: Site, describer: Describer, iri: str, here: str) -> str:
    """A piece of HTML about anything that the data describe."""
    title = describer.title(iri) if iri in site.dataset.things_set else describer.label(iri)
    page = FlyoutPage(title, _kinds(describer, iri), describer.summary(iri), iri)
    return site.renderer.render(page, here, describer.language, title.value, file=f"{here}.{HTML.extension}").decode()


def _kinds(describer: Describer, iri: str) -> tuple[Link, ...]:
    return tuple(map(describer.link, describer.kinds(iri)))
