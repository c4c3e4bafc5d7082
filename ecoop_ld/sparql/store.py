"""Named graphs → a store whose default graph holds their distinct union; a prepared query and a store → bytes.

The union is written out, because the engine counts a triple that stands in two graphs twice when it makes the union
itself (``use_default_graph_as_union``, ``FROM <a> FROM <b>``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import Format
from ecoop_ld.sparql.protocol import Failed, Prepared
from ecoop_ld.sparql.results import Result, write_result


def build_store(quads: Iterable[ox.Quad], folder: Path) -> None:
    """Write a new store into ``folder``, which must not exist or be empty. Every quad must be in a named graph."""
    if folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder} is not empty.", hint="A store is always built in a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        store = ox.Store(str(folder))
        store.bulk_extend(_with_union(quads))
        store.optimize()
        store.flush()
    except OSError as error:
        raise UserError(f"Cannot write the query store in {folder}: {error}") from None


def memory_store(quads: Iterable[ox.Quad]) -> ox.Store:
    """The same in memory, for one command."""
    store = ox.Store()
    store.extend(_with_union(quads))
    return store


def _with_union(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    named = list(quads)
    if any(isinstance(quad.graph_name, ox.DefaultGraph) for quad in named):
        raise ValueError("a quad outside any named graph")
    return chain(named, (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in named))


def query_store(
    store: ox.Store, prepared: Prepared, row: Format, *, prefixes: Mapping[str, str], most: int
) -> tuple[bytes, int]:
    """The answer in the format of ``row``, and its number of rows.

    Raises :class:`Failed` with kind ``syntax``, ``function``, ``too-large`` or ``format``; what else the engine raises
    is passed on.
    """
    chosen, default, named = _choose_dataset(store, prepared)
    text = _order_columns(prepared, default, named) if prepared.star >= 0 else prepared.text
    return write_result(lambda: _ask_engine(chosen, prepared, text, default, named), row, prefixes, most)


def _ask_engine(
    store: ox.Store,
    prepared: Prepared,
    text: str,
    default: Sequence[ox.NamedNode | ox.DefaultGraph],
    named: Sequence[ox.NamedNode] | None,
) -> Result:
    try:
        if prepared.default_graphs is None:
            return store.query(text, base_iri=prepared.base or None)
        return store.query(
            text,
            base_iri=prepared.base or None,
            default_graph=list(default),
            named_graphs=None if named is None else list(named),
        )
    except SyntaxError as error:
        raise _syntax(prepared, str(error)) from None
    except RuntimeError as error:
        unknown = re.search(r"custom (?:aggregate )?function <(.*)> is not supported", str(error), re.DOTALL)
        if not unknown:
            raise
        raise Failed("function", f"There is no function <{unknown[1][:200]}> here.") from None


def _syntax(prepared: Prepared, message: str) -> Failed:
    """The engine's syntax error with its place and, where it gives one, its reason; what it expected runs to pages."""
    match = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not match:
        return Failed("syntax", message)
    line, column = int(match[1]), int(match[2])
    reason = re.search(r"(?:The SELECT|Duplicated|SELECT \*|IRI parsing) [\w ]+", match[3])
    if prepared.undeclared:
        what = "no PREFIX declares " + ", ".join(prepared.undeclared)
    elif reason:
        what = reason[0]
    else:
        text = [*prepared.text.split("\n"), ""][line - 1]
        near = text[max(column - 21, 0) : column + 20].strip()
        what = f'not valid SPARQL near "{near}"' if near else "not valid SPARQL"
    return Failed("syntax", f"Line {line}, column {column}: {what}.", line=line, column=column)


def _choose_dataset(
    store: ox.Store, prepared: Prepared
) -> tuple[ox.Store, list[ox.NamedNode | ox.DefaultGraph], list[ox.NamedNode] | None]:
    """Store, default graphs and named graphs to ask. A graph that is not in the store is empty, never fetched."""
    if prepared.default_graphs is None or prepared.named_graphs is None:
        return store, [ox.DefaultGraph()], None
    default = [graph for graph in _resolve(prepared, prepared.default_graphs) if store.contains_named_graph(graph)]
    named = _resolve(prepared, prepared.named_graphs)
    if len(default) < 2:
        return store, [*default], named
    if set(default) == set(store.named_graphs()):
        return store, [ox.DefaultGraph()], named
    union = ox.Store()
    for graph in default:
        found = store.quads_for_pattern(None, None, None, graph)
        union.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in found)
    for graph in named:
        union.extend(store.quads_for_pattern(None, None, None, graph))
    return union, [ox.DefaultGraph()], named


def _resolve(prepared: Prepared, terms: Sequence[str]) -> list[ox.NamedNode]:
    """IRIs of graph names as written. The engine resolves them, so that it cannot be of another opinion later."""
    if not terms:
        return []
    values = " ".join(terms)
    text = f"{prepared.prologue}\nSELECT ?g {{ VALUES ?g {{ {values} }} }}"
    try:
        solutions = ox.Store().query(text, base_iri=prepared.base or None)
    except SyntaxError:
        raise Failed("syntax", "A graph of the dataset has no valid IRI: " + ", ".join(terms)) from None
    found = (solution["g"] for solution in solutions) if isinstance(solutions, ox.QuerySolutions) else ()
    return list(dict.fromkeys(graph for graph in found if isinstance(graph, ox.NamedNode)))


def _order_columns(
    prepared: Prepared, default: Sequence[ox.NamedNode | ox.DefaultGraph], named: Sequence[ox.NamedNode] | None
) -> str:
    """The text with ``SELECT *`` replaced by the variables in order of appearance; the engine's order is alphabetical.

    Which of them are in scope the engine says, asked over nothing.
    """
    result = _ask_engine(ox.Store(), prepared, prepared.text, default, named)
    scope = [variable.value for variable in result.variables] if isinstance(result, ox.QuerySolutions) else []
    order = {name: number for number, name in enumerate(prepared.variables)}
    wanted = sorted(scope, key=lambda name: order.get(name, len(order)))
    if wanted == scope:
        return prepared.text
    columns = " ".join(f"?{name}" for name in wanted)
    return f"{prepared.text[: prepared.star]} {columns} {prepared.text[prepared.star + 1 :]}"
