"""Triples with blank nodes → Turtle or JSON-LD that nests each node where it hangs: ``[ … ]``, ``( … )``, objects.

The engine writes blank nodes side by side with labels, which nobody can read. This is for documents about single
things: it holds all their triples in memory.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping

import pyoxigraph as ox

from ecoop_ld.rdf import writing
from ecoop_ld.rdf.formats import JSON_LD, TURTLE, Format
from ecoop_ld.rdf.jsonld import Compactor
from ecoop_ld.rdf.names import RDF, XSD

FORMATS = (TURTLE, JSON_LD)
_DEEPEST = 40
"""Nodes inside each other; what is deeper gets a label and stands by itself."""
_FIRST, _REST, _TYPE = (ox.NamedNode(RDF + word) for word in ("first", "rest", "type"))
_NIL = ox.NamedNode(RDF + "nil")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")

Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Object = Subject | ox.Literal
Rows = dict[ox.NamedNode, list[Object]]


def has_blank_nodes(triples: Iterable[ox.Triple]) -> bool:
    return any(isinstance(term, ox.BlankNode) for t in triples for term in (t.subject, t.object))


def write(triples: Iterable[ox.Triple], row: Format, prefixes: Mapping[str, str]) -> bytes:
    """The document in one of :data:`FORMATS`."""
    whole = list(triples)
    tree = Tree(whole)
    if row is TURTLE:
        return _Turtle(tree, prefixes).text().encode()
    return _JsonLd(tree, prefixes, writing.schemes(writing.iris_of(whole))).text().encode()


class Tree:
    """Triples by subject, and which blank nodes stand inside another one."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.rows: dict[Subject, Rows] = {}
        self._uses: Counter[Object] = Counter()
        for t in triples:
            self.rows.setdefault(t.subject, {}).setdefault(t.predicate, []).append(t.object)
            self._uses[t.object] += isinstance(t.object, ox.BlankNode)
        self.roots = self._roots()
        self._apart = frozenset(self.roots)

    def is_inside(self, term: Object) -> bool:
        """Whether a node is written where it is used, and nowhere else."""
        return isinstance(term, ox.BlankNode) and self._uses[term] == 1 and term not in self._apart

    def rows_of(self, term: Object) -> Rows:
        return self.rows.get(term, {}) if isinstance(term, ox.BlankNode) else {}

    def members(self, head: Object) -> list[Object] | None:
        """The members of a list whose cells all stand inside each other, and are nothing else."""
        if head == _NIL:
            return []
        found: list[Object] = []
        while head != _NIL:
            rows = self.rows_of(head)
            if (
                not self.is_inside(head)
                or rows.keys() != {_FIRST, _REST}
                or any(len(row) != 1 for row in rows.values())
            ):
                return None
            found += rows[_FIRST]
            (head,) = rows[_REST]
        return found

    def _roots(self) -> list[Subject]:
        """Subjects that stand by themselves, in order: IRIs, nodes used twice or never, one of each circle, and what
        hangs too deep."""
        found = [s for s in self.rows if not isinstance(s, ox.BlankNode) or self._uses[s] != 1]
        seen: set[Object] = set()
        for root in found:
            found += self._deep(root, seen)
        for subject in self.rows:  # what is left goes round in circles
            if isinstance(subject, ox.BlankNode) and self._uses[subject] == 1 and subject not in seen:
                seen.add(subject)
                found.append(subject)
                found += self._deep(subject, seen)
        return found

    def _deep(self, root: Subject, seen: set[Object]) -> Iterator[Subject]:
        """Walk down from a root; the nodes at which the walk gets too deep, cells of a list not counted."""
        waiting: list[tuple[Object, int]] = [(root, 0)]
        while waiting:
            node, depth = waiting.pop()
            for predicate, objects in self.rows.get(node, {}).items() if not isinstance(node, ox.Literal) else ():
                for obj in objects:
                    if isinstance(obj, ox.BlankNode) and self._uses[obj] == 1 and obj not in seen:
                        seen.add(obj)
                        deeper = depth if predicate == _REST else depth + 1
                        if deeper > _DEEPEST and predicate != _REST and obj in self.rows:
                            yield obj
                            deeper = 0
                        waiting.append((obj, deeper))


class _Turtle:
    def __init__(self, tree: Tree, prefixes: Mapping[str, str]) -> None:
        self._tree, self._prefixes = tree, prefixes

    def text(self) -> str:
        head = "".join(f"@prefix {p}: {ox.NamedNode(ns)} .\n" for p, ns in self._prefixes.items())
        subjects = (f"{self._name(s)}{self._rows(self._tree.rows[s], '')} .\n" for s in self._tree.roots)
        return head + "".join(subjects)

    def _rows(self, rows: Rows, indent: str) -> str:
        within = indent + "\t"
        return " ;".join(
            f"\n{within}{self._predicate(p)} " + " , ".join(self._object(o, within) for o in objects)
            for p, objects in rows.items()
        ).replace(f"\n{within}", " " if not indent else f"\n{within}", 1)

    def _predicate(self, predicate: ox.NamedNode) -> str:
        return "a" if predicate == _TYPE else self._name(predicate)

    def _object(self, term: Object, indent: str) -> str:
        members = self._tree.members(term)
        if members is not None:
            return "( " + "".join(self._object(member, indent) + " " for member in members) + ")"
        if self._tree.is_inside(term):
            rows = self._tree.rows_of(term)
            return f"[{self._rows(rows, indent)}\n{indent}]" if rows else "[]"
        return self._name(term)

    def _name(self, term: Object) -> str:
        if isinstance(term, ox.NamedNode):
            return self._short(term.value) or str(term)
        if isinstance(term, ox.Literal) and (name := self._short(term.datatype.value)) and not term.language:
            plain = term.datatype.value == XSD + "string"
            return str(term) if plain else f"{ox.Literal(term.value)}^^{name}"
        return str(term)

    def _short(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        if not _LOCAL.match(iri[cut:]):
            return ""
        return next((f"{p}:{iri[cut:]}" for p, ns in self._prefixes.items() if ns == iri[:cut]), "")


class _JsonLd:
    def __init__(self, tree: Tree, prefixes: Mapping[str, str], schemes: Container[str]) -> None:
        self._tree, self._compactor = tree, Compactor(prefixes, schemes)

    def text(self) -> str:
        nodes = [{"id": self._name(s), **self._rows(self._tree.rows[s])} for s in self._tree.roots]
        return json.dumps({"@context": self._compactor.context, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n"

    def _rows(self, rows: Rows) -> dict[str, object]:
        found: dict[str, object] = {}
        for predicate, objects in rows.items():
            if predicate == _TYPE and not any(isinstance(o, ox.Literal) or self._tree.is_inside(o) for o in objects):
                found["type"] = [self._name(o) for o in objects]
            else:
                values = [self._object(o) for o in objects]
                found[self._name(predicate)] = values[0] if len(values) == 1 else values
        return found

    def _object(self, term: Object) -> object:
        members = self._tree.members(term)
        if members is not None:
            return {"@list": [self._object(member) for member in members]}
        if isinstance(term, ox.Literal):
            return self._literal(term)
        return self._rows(self._tree.rows_of(term)) if self._tree.is_inside(term) else {"id": self._name(term)}

    def _literal(self, literal: ox.Literal) -> dict[str, str]:
        if literal.language:
            return {"@value": literal.value, "@language": literal.language}
        if literal.datatype.value == XSD + "string":
            return {"@value": literal.value}
        return {"@value": literal.value, "@type": self._name(literal.datatype)}

    def _name(self, term: Object) -> str:
        return self._compactor.name(str(term))
