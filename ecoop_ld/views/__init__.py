"""``[views]`` of ``ecoop.toml`` and ``site/views/*.rq`` → matrices, timelines, networks, cards, readers and facets.

Each kind is one module with one function from the rows of a query to a frozen value. A query names its columns as
docs/views.md says; what the columns mean to a subject matter is the query's business alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import FILE, Config, View
from ecoop_ld.errors import Place, UserError
from ecoop_ld.model.dataset import Term
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.provenance import Source
from ecoop_ld.sparql.inspection import prepare_own

Row = Mapping[str, Term]
"""Variable → IRI or literal; an unbound variable is missing."""


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """A page of [views] with the text of its query."""

    name: str
    view: View
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A value with what stands behind it."""

    content: Text | Link
    sources: tuple[Source, ...] = ()
    added: bool = False
    """Whether only other graphs than the view's own say so."""
    note: Text | Link | None = None
    """What the query says beside the value."""


@dataclass(frozen=True, slots=True)
class SlotValues:
    """The values of one slot, or what is printed where there is none."""

    key: str
    title: str
    items: tuple[Item, ...]
    empty: str = ""

    @property
    def shared(self) -> tuple[Source, ...]:
        """What stands behind all of the values alike, where there are several."""
        same = len(self.items) > 1 and len({i.sources for i in self.items}) == 1
        return self.items[0].sources if same else ()


REQUIRED: Mapping[str, frozenset[str]] = {
    "matrix": frozenset({"row", "column"}),
    "timeline": frozenset({"thing"}),
    "network": frozenset({"party", "via"}),
    "cards": frozenset({"group"}),
    "reader": frozenset({"document", "paragraph", "claim"}),
    "facet": frozenset({"thing", "value"}),
}
"""Kind → variables that its query must select."""


def load(config: Config) -> tuple[ViewQuery, ...]:
    """All views in the order of ``ecoop.toml``."""
    return tuple(_load(config, name, view) for name, view in config.views.items())


def _load(config: Config, name: str, view: View) -> ViewQuery:
    path = config.folder("site") / "views" / f"{view.query or name}.rq"
    place = Place(path.relative_to(config.root).as_posix())
    try:
        return ViewQuery(name, view, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise UserError("Not UTF-8 text.", place=place) from None
    except OSError:
        raise UserError(f"[views.{name}] in {FILE} needs this query, and it is not there.", place=place) from None


def solve(config: Config, query: ViewQuery, store: ox.Store) -> tuple[Row, ...]:
    """The answer of a view's query. Raises ``UserError`` where it is no SELECT of the columns that its kind needs."""
    place = Place(f"site/views/{query.view.query or query.name}.rq")
    prepared = prepare_own(query.text, config.limits, place.file)
    try:
        results = store.query(prepared.text, prefixes=config.all_prefixes)
    except SyntaxError as error:
        raise UserError(f"Not valid SPARQL: {error}", place=place) from None
    if not isinstance(results, ox.QuerySolutions):
        raise UserError("The query of a view must be a SELECT query.", place=place)
    names = [variable.value for variable in results.variables]
    missing = REQUIRED[query.view.kind] - set(names)
    if missing:
        raise UserError(
            f"A {query.view.kind} needs the columns {', '.join('?' + m for m in sorted(missing))}.", place=place
        )
    rows = [{n: _term(s[n]) for n in names if s[n] is not None} for s in results]
    return tuple(rows if "order by" in query.text.lower() else sorted(rows, key=str))


def _term(term: object) -> Term:
    return term if isinstance(term, ox.Literal) else str(getattr(term, "value", term))


def iri(row: Row, name: str) -> str:
    """The IRI in a column; ``""`` where there is none."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def word(row: Row, name: str) -> str:
    """The literal in a column as plain text."""
    value = row.get(name)
    return value.value if isinstance(value, ox.Literal) else ""


def anchor(text: str) -> str:
    """A place on a page: ``13`` → ``p13``, an IRI → its last word."""
    if "/" in text:
        return re.sub(r"[^A-Za-z0-9]+", "-", text.rstrip("/").rpartition("/")[2])
    return "p" + re.sub(r"[^A-Za-z0-9]+", "-", text)


def in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def own_graphs(config: Config, view: View) -> frozenset[str]:
    return frozenset(config.base + path for path in view.graphs)


def item(describer: Describer, view: View, row: Row, subject: str) -> Item | None:
    """The row's ``?value`` with its sources: those of ``subject ?property ?value``, or of ``?node``.

    Of texts in several languages only the page's own, or the default, is kept: ``None`` for the others.
    """
    value = row.get("value")
    if value is None:
        return None
    node, predicate = iri(row, "node"), iri(row, "property")
    sources, graphs = describer.evidence.said(node or subject, predicate, value) if predicate else ((), ())
    backing = describer.evidence.backing(node) if node else ()
    own = own_graphs(describer.config, view)
    note = shown(describer, row["note"]) if "note" in row else None
    precise = sources if any(source.claim for source in sources) else backing or sources
    return Item(shown(describer, value), precise, bool(own and graphs and not own & set(graphs)), note)


def shown(describer: Describer, term: Term) -> Text | Link:
    return describer.text(term) if isinstance(term, ox.Literal) else describer.link(term)


def slots(describer: Describer, view: View, rows: Iterable[tuple[str, Item]], *, whole: bool) -> tuple[SlotValues, ...]:
    """Values by slot in the order of ``ecoop.toml``; slots that it does not mention come last, without a title."""
    found: dict[str, list[Item]] = {}
    for key, value in rows:
        kept = found.setdefault(key, [])
        if value not in kept:
            kept.append(value)
    shown = []
    for slot in view.slots:
        items = _best_language(describer, found.pop(slot.key, []))
        empty = in_language(slot.empty, describer.language)
        if items or (empty and slot.whole == whole):
            shown.append(SlotValues(slot.key, in_language(slot.title, describer.language), items, empty))
    shown += [SlotValues(key, "", _best_language(describer, items)) for key, items in found.items()]
    return tuple(shown)


def _best_language(describer: Describer, items: list[Item]) -> tuple[Item, ...]:
    """Texts in the page's language alone where there are any, else in the first language of the project that has."""
    tags = {i.content.language for i in items if isinstance(i.content, Text) and i.content.language}
    order = [tag for tag in (describer.language, *describer.config.languages) if tag in tags]
    if not order:
        return tuple(items)
    return tuple(i for i in items if not (isinstance(i.content, Text) and i.content.language in tags - {order[0]}))
