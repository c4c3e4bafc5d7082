"""Things and lists → JSON and CSV for programs that know no RDF: stable keys, and nothing that a page would add.

The JSON of a thing is JSON-LD under the published context, which it names by a relative address, so that it is the
same on every host. Keys are those of the context; a key always has an array.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox

from ecoop_ld.addresses import relative
from ecoop_ld.errors import did_you_mean
from ecoop_ld.model.entity import Describer
from ecoop_ld.publish import bundle
from ecoop_ld.rdf import plain
from ecoop_ld.rdf.formats import PLAIN_JSON, Format
from ecoop_ld.site.data import entity_data
from ecoop_ld.site.pages.listings import chosen_things
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.views.facets import FacetedClass
from ecoop_ld.views.selections import Selection, select
from ecoop_ld.words import sorting

MOST = 1_000
"""Things in one answer, where a limit is asked for."""
_OWN = ("after", "columns", "limit", "sort")
NAME, ID = "name", "id"
"""What a list can be sorted by beside the keys of its columns."""


def thing(site: Site, resource: Resource, row: Format) -> bytes:
    """What the document about a thing tells, as ``PLAIN_JSON`` or CSV (one statement to a row)."""
    triples = list(bundle.distinct(entity_data(site, resource)))
    if row is not PLAIN_JSON:
        return plain.table(triples, bundle.used_prefixes(triples, site.config.all_prefixes))
    file = site.dataset.addresses.file(resource.path, row)
    return plain.document(triples, resource.iri, site.content.context, context_from(site, file))


def context_from(site: Site, file: str) -> str:
    """The address of the published context as it is seen from a file."""
    home = site.dataset.addresses.vocabulary_path(site.config.vocabulary_iri)
    return relative(file, f"{home}/context.jsonld")


@dataclass(frozen=True, slots=True)
class ListAsked:
    """What a program asks of a list."""

    selection: Selection
    sort: str = NAME
    descending: bool = False
    limit: int = 0
    """0 for all."""
    after: str = ""
    """IRI of the last thing that the program has."""

    def query(self, after: str) -> str:
        """The query of the address that goes on."""
        pairs = [(key, value) for key, values in self.selection.chosen.items() for value in values]
        pairs += [("columns", column) for column in self.selection.columns]
        pairs += (
            [("sort", ("-" if self.descending else "") + self.sort)] if self.sort != NAME or self.descending else []
        )
        return "?" + urlencode([*pairs, ("limit", str(self.limit)), ("after", after)])


def asked(of: FacetedClass, parameters: Iterable[tuple[str, str]]) -> ListAsked:
    """Raises ``ValueError`` with a sentence for what means nothing, so that no program believes that it filters."""
    pairs = tuple(parameters)
    _check(of, pairs)
    found = dict(pairs)
    sort = found.get("sort", NAME)
    selection = select(of, [(key, value) for key, value in pairs if key in (*of.by_key, "columns")])
    limit = _limit(found["limit"]) if "limit" in found else 0
    return ListAsked(selection, sort.removeprefix("-"), sort.startswith("-"), limit, found.get("after", ""))


def _check(of: FacetedClass, pairs: tuple[tuple[str, str], ...]) -> None:
    columns = {key for key, _ in of.columns}
    sorts = (NAME, ID, *sorted(columns))
    known = (*of.by_key, *_OWN)
    for key, value in pairs:
        if key not in known:
            hint = did_you_mean(key, known)
            raise ValueError(f'This list has no parameter "{key[:60]}". {hint or "Known: " + ", ".join(known) + "."}')
        if key in of.by_key and value not in of.by_key[key]:
            raise ValueError(f'"{key}" of this list has no value "{value[:60]}".')
        if key == "columns" and value not in columns:
            raise ValueError(f'This list has no column "{value[:60]}". Known: {", ".join(sorted(columns))}.')
        if key == "sort" and value.removeprefix("-") not in sorts:
            raise ValueError(f'"sort" is one of {", ".join(sorts)}, with "-" before it for the other way round.')
    for key in ("after", "limit", "sort"):
        if sum(name == key for name, _ in pairs) > 1:
            raise ValueError(f'"{key}" can be given once.')


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise ValueError(f'"limit" is a number from 1 to {MOST:,}.')
    return int(text)


@dataclass(frozen=True, slots=True)
class ListPart:
    """Some things of a list."""

    things: tuple[str, ...]
    total: int
    """How many the choice leaves, on all parts."""
    following: str
    """The query of the address of the next part; empty after the last."""


def part_of(site: Site, kind: str, language: str, wish: ListAsked) -> ListPart:
    """Raises ``ValueError`` where nothing is known of the thing after which the part begins."""
    left = _sorted(site, kind, language, wish)
    start = _behind(site, kind, language, wish, left) if wish.after else 0
    some = tuple(left[start : start + wish.limit] if wish.limit else left[start:])
    more = bool(wish.limit) and start + len(some) < len(left)
    return ListPart(some, len(left), wish.query(some[-1]) if more else "")


def _sorted(site: Site, kind: str, language: str, wish: ListAsked) -> list[str]:
    left = list(chosen_things(site, kind, language, wish.selection))
    if wish.sort != NAME:
        key = _key(site, kind, language, wish.sort)
        left.sort(key=key)
    return left[::-1] if wish.descending else left


def _behind(site: Site, kind: str, language: str, wish: ListAsked, left: list[str]) -> int:
    """The place behind a thing, which need not be among those that are left any more (keyset paging)."""
    if wish.after in set(left):
        return left.index(wish.after) + 1
    members = site.content.ordered_members(kind, language)
    if wish.after not in set(members):
        raise ValueError('"after" is the IRI of a thing of this list, as an answer named it.')
    key = _key(site, kind, language, wish.sort)
    if wish.descending:
        return len(left) - bisect_right(left[::-1], key(wish.after), key=key)
    return bisect_right(left, key(wish.after), key=key)


class _SortKey:
    """Where a thing stands by a column: by its first value, those without one last; ties by name, then IRI."""

    def __init__(self, site: Site, kind: str, language: str, sort: str) -> None:
        of, self._describer = site.content.faceted(kind), site.describer(language)
        self._predicate = dict(of.columns).get(sort, "")
        self._place = {iri: n for n, iri in enumerate(site.content.ordered_members(kind, language))}
        self._by_id = sort == ID

    def __call__(self, iri: str) -> tuple[int, str, tuple[sorting.Key, ...], int]:
        if self._by_id:
            return 0, iri, (), 0
        if not self._predicate:
            return 0, "", (), self._place[iri]
        describer = self._describer
        values = (
            describer.link(o) if isinstance(o, str) else describer.text(o)
            for o in describer.dataset.objects(iri, self._predicate)
        )
        first = min((describer.order(value) for value in values), default=None)
        return int(first is None), "", () if first is None else (first,), self._place[iri]


def _key(site: Site, kind: str, language: str, sort: str) -> _SortKey:
    return _SortKey(site, kind, language, sort)


def list_json(
    site: Site, kind: str, file: str, language: str, wish: ListAsked, following: str, part: ListPart
) -> bytes:
    """``{"@context", "id", "label", "total", "items": [{"id", "label", key: [value, …]}], "next"}``."""
    describer, of = site.describer(language), site.content.faceted(kind)
    wanted = wish.selection.columns or tuple(key for key, _ in of.columns)
    columns = tuple(predicate for key, predicate in of.columns if key in wanted)
    items = [_item(describer, site, iri, columns) for iri in part.things]
    found: dict[str, object] = {"@context": context_from(site, file), "id": kind, "label": describer.label(kind).value}
    found |= {"total": part.total, "items": items} | ({"next": following} if following else {})
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _item(describer: Describer, site: Site, iri: str, columns: tuple[str, ...]) -> Mapping[str, object]:
    subject = ox.NamedNode(iri)
    triples = [
        ox.Triple(subject, ox.NamedNode(p), o if isinstance(o, ox.Literal) else ox.NamedNode(o))
        for p in columns
        for o in describer.dataset.objects(iri, p)
    ]
    (node,), _ = plain.nodes(triples, [iri], site.content.context)
    return {"id": iri, "label": describer.title(iri).value, **node}


def list_csv(site: Site, kind: str, language: str, wish: ListAsked, part: ListPart) -> bytes:
    """A thing to a row: its IRI, its label, and a column for each property, values of one cell apart by `` | ``."""
    describer, of = site.describer(language), site.content.faceted(kind)
    wanted = wish.selection.columns or tuple(key for key, _ in of.columns)
    columns = [(key, predicate) for key, predicate in of.columns if key in wanted]
    rows = (
        (iri, describer.title(iri).value, *(_cell(describer, iri, predicate) for _, predicate in columns))
        for iri in part.things
    )
    return plain.sheet(("id", "label", *(key for key, _ in columns)), rows)


def _cell(describer: Describer, iri: str, predicate: str) -> str:
    objects = describer.dataset.objects(iri, predicate)
    return " | ".join(sorted(o.value if isinstance(o, ox.Literal) else o for o in objects))


def whole_list(site: Site, kind: str, path: str) -> bytes:
    """All things of a class as a file, in the site's first language."""
    language, wish = site.config.languages[0], ListAsked(Selection({}))
    part = part_of(site, kind, language, wish)
    return list_json(site, kind, f"{path}.{PLAIN_JSON.extension}", language, wish, "", part)
