"""Stated quads → what follows from them, in a graph of its own.

The rules are SPARQL CONSTRUCT queries: those of this package (subclass, subproperty, inverse, symmetric, transitive)
and the project's own in ``ontology/rules/*.rq``. They run until nothing new follows. A derived triple never repeats a
stated one, so "stated" and "derived" are never confused.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

import pyoxigraph as ox

from ecoop_ld import progress
from ecoop_ld.config import Config
from ecoop_ld.errors import Place, UserError
from ecoop_ld.rdf.names import OWL, RDFS
from ecoop_ld.sparql.inspection import prepare_own

GRAPH = "graph/derived"
"""Path of the derived graph under the public base."""
_MOST_ROUNDS = 100
_MOST_TRIPLES = 20_000_000


def rules(config: Config) -> dict[str, str]:
    """Name → text of every rule: the package's, then the project's."""
    found = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(resources.files("ecoop_ld.sources").joinpath("rules").iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".rq")
    }
    folder = config.folder("ontology") / "rules"
    for path in sorted(folder.glob("*.rq")):
        found[path.relative_to(config.root).as_posix()] = path.read_text(encoding="utf-8")
    return found


def materialise(config: Config, stated: Iterable[ox.Quad]) -> tuple[ox.Quad, ...]:
    """The derived quads, sorted. Raises ``UserError`` with the rule's file where a rule is no CONSTRUCT query."""
    texts = {name: prepare_own(text, config.limits, name).text for name, text in rules(config).items()}
    quads = list(stated)
    if texts.keys() <= _PACKAGED and not any(_sets_off(q) for q in quads):
        return ()
    store = ox.Store()
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    graph = ox.NamedNode(config.base + GRAPH)
    derived: set[ox.Triple] = set()
    for _ in range(_MOST_ROUNDS):
        new: set[ox.Triple] = set()
        for name, text in progress.each(texts.items(), "Deriving", len(texts), "rules"):
            new.update(t for t in _apply(store, name, text) if ox.Quad(t.subject, t.predicate, t.object) not in store)
        if not new:
            break
        derived |= new
        if len(derived) > _MOST_TRIPLES:
            raise UserError(
                f"The rules derive more than {_MOST_TRIPLES:,} triples.", hint="Look for a rule that feeds itself."
            )
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in new)
    return tuple(sorted((ox.Quad(t.subject, t.predicate, t.object, graph) for t in derived), key=str))


_PACKAGED = frozenset(f"{name}.rq" for name in ("inverse", "subclass", "subproperty", "symmetric", "transitive"))
_SETTING_OFF = frozenset(
    {RDFS + "subClassOf", RDFS + "subPropertyOf", OWL + "inverseOf"}
    | {OWL + "SymmetricProperty", OWL + "TransitiveProperty"}
)
"""Properties and classes without which none of the package's rules has anything to say."""


def _sets_off(q: ox.Quad) -> bool:
    return q.predicate.value in _SETTING_OFF or (isinstance(q.object, ox.NamedNode) and q.object.value in _SETTING_OFF)


def _apply(store: ox.Store, name: str, text: str) -> list[ox.Triple]:
    try:
        results = store.query(text)
    except SyntaxError as error:
        raise UserError(f"Not a SPARQL query: {error}", place=Place(name)) from None
    if not isinstance(results, ox.QueryTriples):
        raise UserError("A rule must be a CONSTRUCT query.", place=Place(name))
    return list(results)
