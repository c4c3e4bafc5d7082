"""``[views]`` of ``ecoop.toml`` and ``site/views/*.rq`` → queries, and the rows of their answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import FILE, Config, View
from ecoop_ld.errors import Place, UserError
from ecoop_ld.model.dataset import Term
from ecoop_ld.sparql.inspection import prepare_own
from ecoop_ld.views import Row
from ecoop_ld.views.kinds import VIEW_KINDS, ViewKind


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """A page of [views] with the text of its query."""

    name: str
    view: View
    text: str

    @property
    def kind(self) -> ViewKind:
        return VIEW_KINDS[self.view.kind]

    @property
    def is_split(self) -> bool:
        """Whether each group has a page of its own."""
        return self.view.split and self.kind.part is not None


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
    names, solutions = _ask(config, query.text, place, store)
    missing = query.kind.columns - set(names)
    if missing:
        raise UserError(
            f"A {query.kind.name} needs the columns {', '.join('?' + m for m in sorted(missing))}.", place=place
        )
    rows = list(solutions)
    return tuple(rows if "order by" in query.text.lower() else sorted(rows, key=str))


def headline_row(config: Config, query: ViewQuery, store: ox.Store) -> Row:
    """The first row of the query beside a view's own; none where there is no such file."""
    name = f"site/views/{query.view.query or query.name}.headline.rq"
    path = config.root / name
    if not path.is_file():
        return {}
    _, rows = _ask(config, path.read_text(encoding="utf-8"), Place(name), store)
    return next(rows, {})


def _ask(config: Config, text: str, place: Place, store: ox.Store) -> tuple[list[str], Iterator[Row]]:
    """The columns of a SELECT of the project, and its rows."""
    prepared = prepare_own(text, config.limits, place.file)
    try:
        results = store.query(prepared.text, prefixes=config.all_prefixes)
    except SyntaxError as error:
        raise UserError(f"Not valid SPARQL: {error}", place=place) from None
    if not isinstance(results, ox.QuerySolutions):
        raise UserError("The query of a view must be a SELECT query.", place=place)
    names = [variable.value for variable in results.variables]
    return names, ({n: _term(s[n]) for n in names if s[n] is not None} for s in results)


def _term(term: object) -> Term:
    return term if isinstance(term, ox.Literal) else str(getattr(term, "value", term))
