"""Pages of things: an entity, and ways to find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import quote

from ecoop_ld.model.entity import Describer, Entity, Group
from ecoop_ld.model.locations import locate
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.properties import Property, Value
from ecoop_ld.publish import schema_org
from ecoop_ld.rdf.formats import OEMBED
from ecoop_ld.rdf.names import XSD
from ecoop_ld.site.literals import outside
from ecoop_ld.site.pages import comparing, previews, releases, schemes
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.views import paging, quality
from ecoop_ld.views.attribution import Attribution, attribution, said_by
from ecoop_ld.views.citations import Citation, cite
from ecoop_ld.views.concepts import Whereabouts
from ecoop_ld.views.conflicts import Side, conflicts
from ecoop_ld.views.elsewhere import Elsewhere, elsewhere
from ecoop_ld.views.facts import Facts, facts
from ecoop_ld.views.maps import Map, draw
from ecoop_ld.views.neighbours import Neighbourhood, neighbourhood
from ecoop_ld.views.related import Related, related
from ecoop_ld.views.rules import rules
from ecoop_ld.views.snippets import snippets
from ecoop_ld.views.topics import Topic, topics
from ecoop_ld.words import sorting, values
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language


@dataclass(frozen=True, slots=True)
class Row:
    """A thing in a list, with a note beside it."""

    link: Link
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class EntityPage(Page):
    """A thing; its first page, where it has several."""

    template: ClassVar[str] = "entity.html"
    entity: Entity
    head: tuple[Value, ...]
    """What stands under its name."""
    facts: Facts
    """What stands before the sections, and what the sections have."""
    topics: Callable[[Property], tuple[Topic, ...]]
    """Many claims → the same by topic; nothing where they are not folded."""
    onward: Callable[[int], str]
    """Number of a later page → its path."""
    other_titles: tuple[Text, ...]
    anchor: Callable[[str], str]
    """Key of a group → where it stands on the page."""
    shown_in: tuple[tuple[str, tuple[str, str]], ...]
    """Title of a view that tells of it → path and fragment."""
    elsewhere: tuple[Elsewhere, ...]
    related: tuple[Related, ...]
    compare: Callable[[str], str]
    """IRI of another thing, or ``""`` for one that is still to be chosen → where the two stand side by side."""
    correction: str
    """Where a correction can be sent; ``""`` where nowhere."""
    citation: Citation
    snippets: tuple[tuple[str, str], ...]
    """Name of a language and what links to the thing in it."""
    attribution: Attribution | None
    """Of a claim: who makes it, and where."""
    conflicts: tuple[tuple[Side, Side], ...]
    history: tuple[releases.Moment, ...]
    tombstone: releases.Tombstone | None
    neighbourhood: Neighbourhood | None
    map: Map | None
    """Where in the world it is."""
    coordinates: str
    """The same in words."""
    notation: str
    """The code by which its scheme knows it."""
    places: tuple[Whereabouts, ...]
    """Where it stands in its concept schemes."""
    editor: str
    """The query page, asking about the thing."""


@dataclass(frozen=True, slots=True)
class LinksPage(Page):
    """A later page of a thing."""

    template: ClassVar[str] = "links.html"
    entity: Entity
    groups: tuple[Group, ...]
    title: str
    first: str
    """Path of the first page."""
    here: int
    pages: tuple[tuple[int, str], ...]
    """Number and path of pages; number 0 is a gap."""


@dataclass(frozen=True, slots=True)
class QualityPage(Page):
    """What is missing, and what the check found."""

    template: ClassVar[str] = "quality.html"
    gaps: tuple[quality.Gap, ...]
    checked: tuple[quality.Checked, ...]
    findings: tuple[Mapping[str, object], ...] | None
    back: Anchor


@dataclass(frozen=True, slots=True)
class KindCount:
    """A class in a list, and how many things it has."""

    label: str
    href: str
    count: int


def entity_page(site: Site, resource: Resource, language: str) -> bytes:
    describer = site.describer(language)
    entity = describer.entity(resource.iri)
    title, query = entity.title.value, quote(f"DESCRIBE <{resource.iri}>", safe="")
    location, told = locate(site.dataset, resource.iri), attribution(describer, resource.iri)
    drawn = draw(location) if location else None
    first, comparison = facts(describer, paging.first(entity)), to(site, resource.path, comparing.HOME, language)
    page = EntityPage(
        entity=entity,
        head=_head(entity, first),
        facts=first,
        topics=partial(topics, describer, resource.iri),
        onward=partial(site.dataset.addresses.continued, resource.path),
        other_titles=tuple(t for t in entity.titles if t.value != title),
        anchor=site.dataset.addresses.heading_slug,
        shown_in=tuple(
            (in_language(site.content.views[name].view.title, language), (path, fragment))
            for name, path, fragment in site.content.shown_in.get(resource.iri, ())
        ),
        elsewhere=elsewhere(site.content.externals.get(resource.iri, ())),
        related=related(describer, resource.iri),
        compare=lambda other: f"{comparison}{comparing.query(resource.iri, other)}",
        correction=_correction(site, resource.iri, title),
        citation=cite(site.config, title, resource.iri, language, said_by(told)),
        snippets=(*snippets(resource.iri, title), *_embedding(site, resource, describer)),
        attribution=told,
        conflicts=conflicts(describer, resource.iri),
        map=drawn,
        coordinates=_coordinates(site, drawn, language) if drawn else "",
        history=releases.history(site, resource.iri, language),
        tombstone=releases.tombstone(site, resource.iri, language),
        neighbourhood=neighbourhood(describer, entity),
        notation=describer.link(resource.iri).notation,
        places=schemes.places(site, resource.iri, language),
        editor=f"{to(site, resource.path, 'sparql/index', language)}?query={query}",
    )
    description = entity.description.value if entity.description else ""
    address = site.dataset.addresses.public_url(resource.path, language)
    return site.renderer.render(
        page,
        resource.path,
        language,
        title,
        alternates=(*site.config.written, *site.config.plain),
        embeds=tuple(row for row in site.config.embedded if row is OEMBED),
        description=description,
        structured=schema_org.thing(describer, entity, address),
    )


def _head(entity: Entity, told: Facts) -> tuple[Value, ...]:
    """What stands under the name, without what the facts say below it."""
    said = [value.content for prop in told.properties for value in prop.values]
    return tuple(value for value in entity.head if value.content not in said)


def _embedding(site: Site, resource: Resource, describer: Describer) -> Iterator[tuple[str, str]]:
    """What others paste into their pages to show the thing there."""
    words = messages(site.config, describer.language)
    yield words["card_html"], previews.piece(site, describer, resource.iri)
    if site.config.embedded:
        yield words["card_frame"], previews.frame(site, resource, describer)


def _coordinates(site: Site, found: Map, language: str) -> str:
    t = messages(site.config, language)
    latitude, longitude = round(found.latitude, 4), round(found.longitude, 4)
    words = (("north" if latitude >= 0 else "south", latitude), ("east" if longitude >= 0 else "west", longitude))
    return ", ".join(t[key].replace("{n}", values.words(f"{abs(n):.10g}", XSD + "decimal", t)) for key, n in words)


def _correction(site: Site, iri: str, title: str) -> str:
    """Where a correction of a thing can be sent: the project's address with the thing filled in."""
    address = site.config.project.contact
    if address.startswith("mailto:") and "?" not in address:
        address += "?subject={title}&body={iri}"
    for name, value in (("{iri}", iri), ("{title}", title)):
        address = address.replace(name, quote(value, safe=""))
    return outside(address)


def links_page(site: Site, resource: Resource, language: str) -> bytes:
    """A later page of a thing with more values than one page holds."""
    entity, addresses = site.describer(language).entity(resource.iri), site.dataset.addresses
    here, path = int(resource.part), addresses.document(resource.iri)
    last = max(here, paging.count(entity))
    number = messages(site.config, language)["page_of"].fill(n=here, m=last)
    page = LinksPage(
        entity=entity,
        groups=paging.later(entity, here),
        title=f"{entity.title.value}: {number}",
        first=path,
        here=here,
        pages=tuple((n, addresses.continued(path, n)) for n in paging.numbers(here, last)),
    )
    return site.renderer.render(page, resource.path, language, page.title)


def kinds(site: Site, resource: Resource, language: str) -> tuple[KindCount, ...]:
    """Classes with a listing, most general vocabulary terms of other owners left out where ours say the same."""
    describer = site.describer(language)
    own = site.config.vocabulary_terms
    found = []
    for kind, path in site.content.listings.items():
        if kind.startswith(own) or any(kind in describer.kinds(iri) for iri in site.dataset.members[kind]):
            label, count = describer.label(kind).value, len(site.dataset.members[kind])
            found.append(KindCount(label, to(site, resource.path, path, language), count))
    return tuple(sorted(found, key=lambda row: sorting.key(row.label, language, tie=row.href)))


def quality_page(site: Site, resource: Resource, language: str) -> bytes:
    back = Anchor(to(site, resource.path, "browse", language), messages(site.config, language)["explore"])
    describer = site.describer(language)
    page = QualityPage(
        gaps=quality.gaps(describer),
        checked=quality.checked(describer, rules(describer, site.content.shapes), site.findings or ()),
        findings=site.findings,
        back=back,
    )
    return site.renderer.render(page, resource.path, language, messages(site.config, language)["quality"])
