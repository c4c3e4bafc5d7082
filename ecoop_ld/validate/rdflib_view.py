"""Numbered triples → an rdflib graph over them: what is looked at becomes a term of rdflib."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ecoop_ld.rdf import names
from ecoop_ld.validate.triples import Triples, flat, values

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


def graph_over(triples: Triples) -> rdflib.Graph:
    """A graph that reads ``triples`` and cannot be written to; it parses and translates each query text once."""
    graph, store = _classes()
    reading = store(triples)
    made: rdflib.Graph = graph(store=reading)
    reading.graph = made
    return made


@cache
def _classes() -> tuple[Any, Any]:
    import rdflib
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.stores.memory import Memory

    class CachedGraph(rdflib.Graph):
        """A graph that parses and translates each query text once."""

        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> rdflib.query.Result:
            if isinstance(query_object, str):
                known = self.__dict__.setdefault("_prepared", {})
                if query_object not in known:
                    known[query_object] = prepareQuery(query_object, initNs=dict(self.namespaces()))
                query_object = known[query_object]
            return super().query(query_object, *args, **kwargs)

    class TriplesStore(Memory):
        """A store of rdflib that reads :class:`Triples`."""

        def __init__(self, triples: Triples) -> None:
            super().__init__()
            self._read, self._size = _Reader(triples), len(triples)
            self.graph: rdflib.Graph | None = None
            """The only one: what stands in the store stands in it."""

        def triples(self, triple_pattern: Any, context: Any = None) -> Generator[Any, None, None]:
            for triple in self._read.matching(*triple_pattern):
                yield triple, iter((self.graph,))

        def __len__(self, context: Any = None) -> int:
            return self._size  # asked for whenever a graph is taken for true or false

        def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
            raise TypeError("The data of a check are not changed.")

        def remove(self, triple_pattern: Any, context: Any = None) -> None:
            raise TypeError("The data of a check are not changed.")

    return CachedGraph, TriplesStore


class _Reader:
    """Matches patterns of rdflib's terms, each term made once."""

    def __init__(self, triples: Triples) -> None:
        self.numbered = triples
        self._terms: dict[int, Node] = {}

    def _term(self, number: int) -> Node:
        found = self._terms.get(number)
        if found is None:
            found = self._terms[number] = to_rdflib_term(self.numbered.terms[number])
        return found

    def matching(self, s: Any, p: Any, o: Any) -> Iterator[tuple[Node, Node, Node]]:
        wanted = [None if term is None else self.numbered.known(to_ox(term)) for term in (s, p, o)]
        if any(number is None and term is not None for number, term in zip(wanted, (s, p, o), strict=True)):
            return
        subject, predicate, object_ = wanted
        for one in [*self.numbered.by_predicate] if predicate is None else [predicate]:
            for a, b in self._pairs(one, subject, object_):
                yield self._term(a), self._term(one), self._term(b)

    def _pairs(self, predicate: int, subject: int | None, object_: int | None) -> Iterable[tuple[int, int]]:
        if subject is not None:
            found = values(self.numbered.pairs(predicate), subject)
            if object_ is None:
                return [(subject, value) for value in found]
            return [(subject, object_)] if object_ in found else []
        if object_ is not None:
            return [(node, object_) for node in values(self.numbered.inverse(predicate), object_)]
        return flat(self.numbered.pairs(predicate))


def to_rdflib(triples: Iterable[ox.Triple], graph: rdflib.Graph) -> rdflib.Graph:
    """Add triples to an rdflib graph, each literal as written."""
    known: dict[object, Node] = {}
    add = graph.store.add
    for triple in triples:
        terms = []
        for term in (triple.subject, triple.predicate, triple.object):
            made = known.get(term)
            if made is None:
                made = known[term] = to_rdflib_term(term)
            terms.append(made)
        add((terms[0], terms[1], terms[2]), graph)
    return graph


def to_rdflib_term(term: object) -> Node:
    """A term as written (``normalize=False``), because rdflib would turn ``"none"^^xsd:boolean`` into ``false``."""
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"{term} is no term of RDF 1.1")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language, normalize=False)
    datatype = term.datatype.value
    if datatype == names.XSD + "string":
        return rdflib.Literal(term.value, normalize=False)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)


def to_ox(term: Any) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
