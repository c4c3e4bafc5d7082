"""Pages of things: an entity, the vocabulary, the members of a class, and ways to find them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from ecoop_ld.model import vocabulary
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.publish import packages
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import RDF_FORMATS
from ecoop_ld.site.pages import releases
from ecoop_ld.site.renderer import Anchor, outside
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.views import index, paging, quality
from ecoop_ld.views.citations import cite
from ecoop_ld.views.classes import tree
from ecoop_ld.views.conflicts import conflicts
from ecoop_ld.views.neighbours import neighbourhood
from ecoop_ld.views.rules import rules
from ecoop_ld.words import sorting
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language


@dataclass(frozen=True, slots=True)
class Row:
    """A thing in a list, with a note beside it."""

    link: Link
    note: Text | None = None


def entity_page(site: Site, resource: Resource, language: str) -> bytes:
    describer = site.describer(language)
    entity = describer.entity(resource.iri)
    view = {
        "entity": entity,
        "groups": paging.first(entity),
        "onward": partial(site.dataset.addresses.continued, resource.path),
        "other_titles": [t for t in entity.titles if t.value != entity.title.value],
        "anchors": [site.dataset.addresses.heading_slug(group.key) for group in entity.groups],
        "shown_in": [
            (in_language(site.content.views[name].view.title, language), (path, fragment))
            for name, path, fragment in site.content.shown_in.get(resource.iri, ())
        ],
        "correction": _correction(site, resource.iri, entity.title.value),
        "citation": cite(site.config, entity.title.value, resource.iri, language),
        "conflicts": conflicts(describer, resource.iri),
        "history": releases.history(site, resource.iri, language),
        "tombstone": releases.tombstone(site, resource.iri, language),
        "neighbourhood": neighbourhood(describer, entity),
        "editor": to(site, resource.path, "sparql/index", language)
        + "?query="
        + quote(f"DESCRIBE <{resource.iri}>", safe=""),
    }
    description = entity.description.value if entity.description else ""
    return site.renderer.render(
        "entity.html",
        resource.path,
        language,
        entity.title.value,
        view,
        alternates=RDF_FORMATS,
        description=description,
    )


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
    view = {
        "entity": entity,
        "groups": paging.later(entity, here),
        "title": f"{entity.title.value}: {number}",
        "first": path,
        "here": here,
        "pages": [(n, addresses.continued(path, n)) for n in paging.numbers(here, last)],
    }
    return site.renderer.render("links.html", resource.path, language, str(view["title"]), view)


def vocabulary_page(site: Site, resource: Resource, language: str) -> bytes:
    view = vocabulary.describe(site.describer(language), site.content.listings)
    return site.renderer.render(
        "vocabulary.html",
        resource.path,
        language,
        view.title.value,
        {
            "vocabulary": view,
            "context_path": f"{resource.path}/context.jsonld",
            "rules": rules(site.describer(language), site.content.shapes),
            "tree": tree(view.classes),
            "changed": releases.vocabulary_changes(site, language),
            "structured": packages.schema_terms(
                site.dataset,
                (
                    (t.iri, t.name, t.label.value, t.definition.value if t.definition else "")
                    for t in (*view.classes, *view.properties)
                ),
                view.title.value,
            ),
        },
        alternates=RDF_FORMATS,
        description=view.description.value if view.description else "",
    )


def listing_page(site: Site, resource: Resource, language: str) -> bytes:
    describer = site.describer(language)
    definition = site.dataset.text(resource.iri, (names.SKOS + "definition", names.RDFS + "comment"), language)
    rows = _rows(describer, site.dataset.members[resource.iri])
    title = describer.label(resource.iri)
    view = {
        "title": title,
        "definition": describer.text(definition) if definition else None,
        "rows": rows,
        "term": describer.link(resource.iri),
        "back": Anchor(to(site, resource.path, "browse", language), messages(site.config, language)["explore"]),
    }
    return site.renderer.render("listing.html", resource.path, language, title.value, view)


def _rows(describer: Describer, iris: Iterable[str]) -> list[Row]:
    rows = [Row(Link(describer.title(iri), iri, describer.link(iri).page), describer.summary(iri)) for iri in iris]
    return sorted(rows, key=lambda row: describer.order(row.link))


def kinds(site: Site, resource: Resource, language: str) -> list[dict[str, object]]:
    """Classes with a listing, most general vocabulary terms of other owners left out where ours say the same."""
    describer = site.describer(language)
    own = site.config.vocabulary_iri + "#"
    found = []
    for kind, path in site.content.listings.items():
        if kind.startswith(own) or any(kind in describer.kinds(iri) for iri in site.dataset.members[kind]):
            label, count = describer.label(kind).value, len(site.dataset.members[kind])
            found.append({"label": label, "href": to(site, resource.path, path, language), "count": count})
    return sorted(found, key=lambda row: sorting.key(str(row["label"]), language, tie=str(row["href"])))


def search_page(site: Site, resource: Resource, language: str) -> bytes:
    """All names from A to Z; with JavaScript also what a search finds."""
    view = {"letters": index.letters(site.describer(language))}
    return site.renderer.render("search.html", resource.path, language, messages(site.config, language)["az"], view)


def quality_page(site: Site, resource: Resource, language: str) -> bytes:
    back = Anchor(to(site, resource.path, "browse", language), messages(site.config, language)["explore"])
    describer = site.describer(language)
    view = {
        "gaps": quality.gaps(describer),
        "checked": quality.checked(describer, rules(describer, site.content.shapes), site.findings or ()),
        "findings": site.findings,
        "back": back,
    }
    return site.renderer.render(
        "quality.html", resource.path, language, messages(site.config, language)["quality"], view
    )
