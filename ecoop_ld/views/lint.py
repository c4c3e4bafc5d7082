"""[views] and their queries → columns that a kind needs and a query does not select, and slots that no row fills."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import pyoxigraph as ox

from ecoop_ld.config import FILE, Config, View
from ecoop_ld.config.positions import Path, TomlPlaces
from ecoop_ld.errors import Finding, Place, nearest
from ecoop_ld.sparql.tokens import tokenise
from ecoop_ld.validate import sparql_lint
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.queries_lint import VIEWS, ProjectQuery
from ecoop_ld.views.kinds import VIEW_KINDS


def check(
    config: Config, asked: Sequence[ProjectQuery], doubtful: Collection[str], store: ox.Store | None
) -> Iterator[Finding]:
    """``asked`` are the queries that can be read; those of ``doubtful`` files, and all without a ``store``, are not
    asked: their answers would say again what was found before."""
    places = TomlPlaces((config.root / FILE).read_text(encoding="utf-8-sig"))
    sound, mistaken = {one.query.file: one for one in asked}, set[str]()
    for name, view in config.views.items():
        file = f"{VIEWS}/{view.query or name}.rq"
        one = sound.get(file)
        if one is None:
            if not (config.root / file).is_file():
                found = _no_file(config, name, view, file, places)
                mistaken |= {f"{VIEWS}/{word}.rq" for word in found.hint.split('"')[1:2]}
                yield found
            continue
        missing = _missing(one, view)
        yield from missing
        if not missing and store is not None and file not in doubtful:
            yield from _rows(one, name, view, store, places)
    names = {(view.query or name, bool(view.headline)) for name, view in config.views.items()}
    used = {f"{VIEWS}/{name}.rq" for name, _ in names} | {f"{VIEWS}/{name}.headline.rq" for name, said in names if said}
    for file in sorted(path.relative_to(config.root).as_posix() for path in (config.root / VIEWS).glob("*.rq")):
        if file not in used | mistaken:
            hint = f"Add [views.{file.rpartition('/')[2].removesuffix('.rq')}] to {FILE}, or take the file away."
            yield finding("left-out", f"No page of [views] in {FILE} uses this query.", Place(file), hint=hint)


def _at(places: TomlPlaces, path: Path, *, key: bool = False) -> Place:
    return Place(FILE, *places.of(path, value=not key))


def _no_file(config: Config, name: str, view: View, file: str, places: TomlPlaces) -> Finding:
    there = [path.stem for path in (config.root / VIEWS).glob("*.rq")]
    near = nearest(view.query or name, there)
    hint = f'Did you mean "{near}"?' if near else f"Write the query, or take [views.{name}] out."
    place = _at(places, ("views", name, "query")) if view.query else _at(places, ("views", name), key=True)
    return finding("view-columns", f"The page {name} needs {file}, and it is not there.", place, hint=hint)


def _missing(one: ProjectQuery, view: View) -> list[Finding]:
    tokens = list(tokenise(one.query.text))
    selected = sparql_lint.columns(tokens)
    if not selected:  # SELECT *
        selected = {token.text[1:]: token for token in tokens if token.text[:1] in ("?", "$")}
    missing = sorted(VIEW_KINDS[view.kind].columns - set(selected))
    if not missing:
        return []
    place = one.query.at(sparql_lint.start_of_select(tokens))
    needed = ", ".join(f"?{name}" for name in missing)
    noun = "column" if len(missing) == 1 else "columns"
    near = nearest(missing[0], selected)
    hint = f"Select {needed}" + (f", such as ?{near} AS ?{missing[0]}." if near else ".")
    return [finding("view-columns", f"A {view.kind} needs the {noun} {needed}.", place, hint=hint)]


def _rows(one: ProjectQuery, name: str, view: View, store: ox.Store, places: TomlPlaces) -> Iterator[Finding]:
    results = store.query(one.query.text, prefixes=dict(one.query.prefixes), use_default_graph_as_union=True)
    assert isinstance(results, ox.QuerySolutions)
    has_slots = any(variable.value == "slot" for variable in results.variables)
    filled: set[str] = set()
    rows = 0
    for row in results:
        rows += 1
        if not has_slots:
            break
        if row["slot"] is not None:
            filled.add(str(getattr(row["slot"], "value", "")))
    if not rows:
        place = one.query.at(sparql_lint.start_of_select(list(tokenise(one.query.text))))
        yield finding("query-empty", "This view has nothing to show.", place, hint="Compare its terms with the data.")
        return
    written = sparql_lint.strings(list(tokenise(one.query.text)))
    known = {slot.key for slot in view.slots}
    for number, slot in enumerate(view.slots):
        if slot.key in filled or (slot.key in written and slot.empty):
            continue
        if not has_slots:
            message, hint = (
                "The query selects no ?slot, so no value stands here.",
                "Select ?slot, or take the slot out.",
            )
        else:
            near = nearest(slot.key, (filled | written) - known)
            message = f'No row of {one.query.file} has "{slot.key}" for its ?slot.'
            hint = f'Did you mean "{near}"?' if near else "Mend the key, or take the slot out."
        yield finding("view-slot", message, _at(places, ("views", name, "slots", number, "key")), hint=hint)
