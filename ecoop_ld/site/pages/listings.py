"""The things of a class → their list or table, all of it or what the address chooses, as a page and as CSV.

``site/static/facets.js`` makes the same from the files of :func:`files` where there is no server.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from ecoop_ld.addresses import relative
from ecoop_ld.model.dataset import Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.publish import schema_org, tables
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.foreign import tagged
from ecoop_ld.site.pages.things import Row
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.views import paging
from ecoop_ld.views.facets import KIND, LANGUAGE, SHOWN, SOURCE, Facet, FacetedClass, places
from ecoop_ld.views.selections import TABLE, Selection
from ecoop_ld.words import locales
from ecoop_ld.words.messages import messages

PIECE = 2_000
"""Things in one file of the index beside a list."""
_BETWEEN = " | "
"""Between the values of one cell of a CSV file."""
Cell = tuple[Text | Link, ...]


@dataclass(frozen=True, slots=True)
class OptionShown:
    """A value of a facet on a page."""

    label: Text
    key: str
    count: int
    """How many things there are if it is chosen beside what the other facets leave."""
    query: str
    """What the address asks once it is added, or taken away."""
    current: bool


@dataclass(frozen=True, slots=True)
class FacetShown:
    """A facet on a page."""

    label: str
    key: str
    options: tuple[OptionShown, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A property that can be a column of the table."""

    label: Text
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class ListingPage(Page):
    """The things of a class, or those that are chosen."""

    template: ClassVar[str] = "listing.html"
    title: Text
    definition: Text | None
    whole: int
    """How many things the class has."""
    count: int
    """How many of them are chosen, on all pages."""
    rows: tuple[Row, ...]
    """Those of this page."""
    cells: tuple[tuple[Cell, ...], ...]
    """The cells of each row, where it is a table."""
    start: int
    """Number of the first of them."""
    term: Link
    tables: tuple[Anchor, ...]
    """Files with a row for each of them."""
    back: Anchor
    here: int
    pages: tuple[tuple[int, str], ...]
    """Number of pages and where they are; number 0 is a gap."""
    facets: tuple[FacetShown, ...]
    columns: tuple[ColumnShown, ...]
    selection: Selection | None
    """What the address asks for; ``None`` on pages that are files."""
    index: str
    """The index beside the page, from which a script filters; ``""`` where the server has done so."""
    forms: Mapping[str, str]
    """Texts for a number of things, by plural category, for the script."""


def listing_page(site: Site, resource: Resource, language: str) -> bytes:
    """A page of the whole list."""
    path, here = site.content.listings[resource.iri], int(resource.part)
    members = site.content.ordered_members(resource.iri, language)
    last = paging.listed_pages(len(members))
    addresses, inline = site.dataset.addresses, site.renderer.inline(resource.path, language)
    numbers = ((n, addresses.continued(path, n)) for n in paging.numbers(here, last))
    pages = tuple((n, inline.href((page, "")) if n else "") for n, page in numbers)
    index = relative(addresses.file(resource.path, HTML, language), index_file(path, language))
    return _rendered(site, resource, language, members, here, last, pages, None, index)


def chosen_page(site: Site, resource: Resource, language: str, selection: Selection) -> bytes:
    """What an address has chosen. Raises ``ValueError`` where it asks for a page beyond the last."""
    members = chosen_things(site, resource.iri, language, selection)
    last, here = paging.listed_pages(len(members)), selection.page
    if here > last:
        raise ValueError(f"There is no page {here} of this list; the last one is {last}.")
    pages = tuple((n, selection.query(page=n) if n else "") for n in paging.numbers(here, last))
    return _rendered(site, resource, language, members, here, last, pages, selection, "")


def chosen_things(site: Site, kind: str, language: str, selection: Selection) -> tuple[str, ...]:
    """The things that a choice leaves, in the order of their names."""
    of = site.content.faceted(kind)
    left = {of.things[n] for n in places(of.left(selection.chosen))}
    return tuple(iri for iri in site.content.ordered_members(kind, language) if iri in left)


def _rendered(
    site: Site,
    resource: Resource,
    language: str,
    members: Sequence[str],
    here: int,
    last: int,
    pages: tuple[tuple[int, str], ...],
    selection: Selection | None,
    index: str,
) -> bytes:
    describer, words, of = site.describer(language), messages(site.config, language), site.content.faceted(resource.iri)
    definition = site.dataset.text(resource.iri, (names.SKOS + "definition", names.RDFS + "comment"), language)
    start, title = (here - 1) * paging.LISTED, describer.label(resource.iri)
    shown, asked = members[start : start + paging.LISTED], selection or Selection({})
    columns = columns_of(of, asked)
    page = ListingPage(
        title=title,
        definition=describer.text(definition) if definition else None,
        whole=len(of.things),
        count=len(members),
        rows=tuple(row_of(describer, iri) for iri in shown),
        cells=tuple(cells(describer, iri, columns) for iri in shown) if asked.view == TABLE else (),
        start=start + 1,
        here=here,
        pages=pages,
        term=describer.link(resource.iri),
        tables=tuple(_tables(site, resource, language)),
        back=Anchor(to(site, resource.path, "browse", language), words["explore"]),
        facets=shown_facets(site, of, language, asked) if here == 1 or selection else (),
        columns=tuple(ColumnShown(describer.label(p), key, p in columns) for key, p in of.columns),
        selection=selection,
        index=index if here == 1 else "",
        forms=words.forms("things_count"),
    )
    number = words["page_of"].fill(n=here, m=last)
    name = f"{title.value}: {number}" if here > 1 else title.value
    address = site.dataset.addresses.public_url(resource.path, language)
    about = schema_org.page(site.config, name, "CollectionPage", language, address)
    return site.renderer.render(page, resource.path, language, name, structured=about)


def columns_of(of: FacetedClass, asked: Selection) -> tuple[str, ...]:
    """The properties of the columns: those that were chosen, else some."""
    wanted = asked.columns or tuple(key for key, _ in of.columns[:SHOWN])
    return tuple(p for key, p in of.columns if key in wanted)


def shown_facets(site: Site, of: FacetedClass, language: str, asked: Selection) -> tuple[FacetShown, ...]:
    """The facets with how many things each choice leaves; options in the order of the language, years by number."""
    counts = of.counts(asked.chosen)
    return tuple(_shown(site, of, facet, language, asked, counts[facet.key]) for facet in of.facets)


def _shown(
    site: Site, of: FacetedClass, facet: Facet, language: str, asked: Selection, counts: Sequence[int]
) -> FacetShown:
    describer, chosen = site.describer(language), asked.chosen.get(facet.key, ())
    named = [
        (option, _option_label(describer, facet, option.term), n)
        for option, n in zip(facet.options, counts, strict=True)
    ]
    if facet.by_year:
        named.sort(key=lambda row: int(row[1].value))
    else:
        named.sort(key=lambda row: (describer.order(row[1]), row[0].key))
    options = (
        OptionShown(label, o.key, n, asked.query(chosen=asked.toggled(of, facet.key, o.key)), o.key in chosen)
        for o, label, n in named
    )
    return FacetShown(_facet_label(site, facet, language), facet.key, tuple(options), bool(chosen))


def _facet_label(site: Site, facet: Facet, language: str) -> str:
    words = messages(site.config, language)
    if not facet.predicate:
        return {KIND: words["kind"], LANGUAGE: words["language"], SOURCE: words["source"]}[facet.key]
    label = site.describer(language).label(facet.predicate).value
    label = label[:1].upper() + label[1:]
    return words["by_year_of"].fill(name=label) if facet.by_year else label


def _option_label(describer: Describer, facet: Facet, term: Term) -> Text:
    if facet.key == LANGUAGE and isinstance(term, ox.Literal):
        return Text(locales.name(term.value))
    return describer.title(term) if isinstance(term, str) else describer.text(term)


def row_of(describer: Describer, iri: str) -> Row:
    return Row(Link(describer.title(iri), iri, describer.link(iri).page), describer.summary(iri))


def cells(describer: Describer, iri: str, predicates: Sequence[str]) -> tuple[Cell, ...]:
    """The values of a thing by column, in order."""
    return tuple(
        tuple(sorted((_cell(describer, o) for o in describer.dataset.objects(iri, p)), key=describer.order))
        for p in predicates
    )


def _cell(describer: Describer, term: Term) -> Text | Link:
    return describer.link(term) if isinstance(term, str) else describer.text(term)


def _tables(site: Site, resource: Resource, language: str) -> Iterator[Anchor]:
    """The tables of a class among the dumps; what is only derived to be of it has none."""
    name = f"{tables.FOLDER}/{site.dataset.addresses.class_slug(resource.iri)}"
    here = site.dataset.addresses.file(resource.path, HTML, language)
    for dump in site.downloads:
        if dump.name == name:
            yield Anchor(relative(here, dump.path), dump.format.label, media_type=dump.format.media_type)


# --- CSV --------------------------------------------------------------------------------


def csv_of(site: Site, kind: str, language: str, selection: Selection) -> bytes:
    """What is chosen as CSV (RFC 4180): the IRI and the name of each thing, then its columns, whole."""
    describer, of = site.describer(language), site.content.faceted(kind)
    columns = columns_of(of, selection)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_heads(describer, columns))
    for iri in chosen_things(site, kind, language, selection):
        writer.writerow([iri, describer.title(iri).value, *plain(describer, iri, columns)])
    return out.getvalue().encode()


def _heads(describer: Describer, columns: Sequence[str]) -> list[str]:
    words = messages(describer.config, describer.language)
    return [words["iri"], words["things"], *(describer.label(p).value for p in columns)]


def plain(describer: Describer, iri: str, columns: Sequence[str]) -> list[str]:
    """The cells of a thing as text: literals as they are written, things by their names."""
    return [
        _BETWEEN.join(
            o.value if isinstance(o, ox.Literal) else describer.link(o).label.value
            for o in sorted(describer.dataset.objects(iri, p), key=lambda o: describer.order(_cell(describer, o)))
        )
        for p in columns
    ]


# --- the index beside a list ------------------------------------------------------------


def index_file(path: str, language: str, piece: int = 0) -> str:
    """Path of the index beside a list, or of a piece of it: ``class/event.facets-1.en.json``."""
    return f"{path}.facets{f'-{piece}' if piece else ''}.{language}.json"


def files(site: Site) -> Iterator[tuple[str, bytes]]:
    """The index beside each list: what can be chosen, and in pieces the things, written as the page has them."""
    for kind, path in site.content.listings.items():
        for language in site.config.languages:
            members = site.content.ordered_members(kind, language)
            pieces = range(1, -(-len(members) // PIECE) + 1)
            yield index_file(path, language), _json(_head(site, kind, path, language, len(pieces)))
            for number in pieces:
                some = members[(number - 1) * PIECE : number * PIECE]
                yield index_file(path, language, number), _json(_piece(site, kind, path, language, some))


def _head(site: Site, kind: str, path: str, language: str, pieces: int) -> Mapping[str, object]:
    of, describer = site.content.faceted(kind), site.describer(language)
    columns = tuple(p for _, p in of.columns)
    return {
        "facets": [[facet.key, [option.key for option in facet.options]] for facet in of.facets],
        "columns": [key for key, _ in of.columns],
        "shown": SHOWN,
        "heads": _heads(describer, columns),
        "page": paging.LISTED,
        "pieces": [relative(f"{path}.html", index_file(path, language, n)) for n in range(1, pieces + 1)],
    }


def _piece(site: Site, kind: str, path: str, language: str, some: Sequence[str]) -> list[object]:
    """A row is IRI, name, entry of the list, link of the table, the numbers of its options by facet, cells, CSV."""
    of, describer = site.content.faceted(kind), site.describer(language)
    columns, inline = tuple(p for _, p in of.columns), site.renderer.inline(path, language)
    rows: list[object] = []
    for iri in some:
        row = row_of(describer, iri)
        link = inline.link(row.link)
        note = f' <span class="quiet">{inline.text(row.note)}</span>' if row.note else ""
        options = [having.get(iri, []) for having in of.options_of]
        written = [tagged("<br>".join(map(inline.content, cell))) for cell in cells(describer, iri, columns)]
        texts = plain(describer, iri, columns)
        rows.append([iri, row.link.label.value, tagged(link + note), tagged(link), options, written, texts])
    return rows


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
