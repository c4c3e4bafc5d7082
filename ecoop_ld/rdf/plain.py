"""Triples about a thing → JSON or CSV for programs that know no RDF.

The JSON is JSON-LD 1.1 under the published context, made so that nobody has to know it: a key always has an array, a
thing is an object with its whole IRI as ``id``, a number is a number, and what else the document tells stands beside
it in ``@included``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ecoop_ld.errors import UserError
from ecoop_ld.rdf import names
from ecoop_ld.rdf.jsonld import Compactor
from ecoop_ld.rdf.nesting import Object, Rows, Subject, Tree

Json = dict[str, object]
_NATIVE = {
    names.XSD + "integer": re.compile(r"(?:0|-?[1-9][0-9]{0,14})\Z"),
    names.XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}
"""Datatype → the texts that are a number or a truth value in JSON and come back as they were."""
COLUMNS = ("subject", "property", "value", "language", "datatype")


def document(triples: Iterable[ox.Triple], iri: str, context: Compactor, address: str) -> bytes:
    """``{"@context": address, "id": iri, key: [value, …], "@included": [other things]}``."""
    (node,), others = nodes(triples, [iri], context)
    found: Json = {"@context": address, **node} | ({"@included": others} if others else {})
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def nodes(triples: Iterable[ox.Triple], iris: Iterable[str], context: Compactor) -> tuple[list[Json], list[Json]]:
    """An object for each IRI, and those of all else that the triples tell of."""
    tree, writer = Tree(triples), _PlainNodes(context)
    wanted = dict.fromkeys(ox.NamedNode(iri) for iri in iris)
    others = [writer.node(tree, subject) for subject in tree.roots if subject not in wanted]
    return [writer.node(tree, subject) for subject in wanted], others


class _PlainNodes:
    """Writes the nodes of a tree under a context."""

    def __init__(self, context: Compactor) -> None:
        self._context = context

    def node(self, tree: Tree, subject: Subject) -> Json:
        """A node that stands by itself."""
        return {"id": self._name(subject), **self._rows(tree, tree.rows.get(subject, {}))}

    def _rows(self, tree: Tree, rows: Rows) -> Json:
        found: Json = {}
        for predicate, objects in rows.items():
            key, kind = self._context.term(predicate.value)
            if kind == "@vocab" and any(not isinstance(o, ox.NamedNode) for o in objects):
                key, kind = predicate.value, ""
            found[key] = [self._value(tree, o, kind) for o in objects]
        return found

    def _value(self, tree: Tree, term: Object, kind: str) -> object:
        members = tree.members(term)
        if members is not None:
            return {"@list": [self._value(tree, member, kind) for member in members]}
        if isinstance(term, ox.Literal):
            return _literal(term, kind, self._context)
        if tree.is_inside(term):
            return self._rows(tree, tree.rows_of(term))
        if kind == "@vocab" and isinstance(term, ox.NamedNode):
            return self._context.word(term.value)
        return self._name(term) if kind == "@id" else {"id": self._name(term)}

    def _name(self, term: Object) -> str:
        if isinstance(term, ox.Triple):
            raise UserError("JSON has no place for what is said of a statement.")
        name = self._context.name(str(term))
        return term.value if isinstance(term, ox.NamedNode) else name  # an id is an address to follow


def _literal(literal: ox.Literal, kind: str, context: Compactor) -> object:
    datatype, value = literal.datatype.value, literal.value
    if literal.language:
        return {"@value": value, "@language": literal.language}
    pattern = _NATIVE.get(datatype)
    if kind in ("", datatype) and pattern and pattern.match(value):
        return json.loads(value)
    if kind == datatype or (not kind and datatype == names.XSD + "string"):
        return value
    typed = {} if datatype == names.XSD + "string" else {"@type": context.name(f"<{datatype}>")}
    return {"@value": value, **typed}


def table(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> bytes:
    """One statement to a row, in the columns of :data:`COLUMNS`; RFC 4180."""
    rows = []
    for t in triples:
        value, property_name = t.object, names.compact(t.predicate.value, prefixes)
        if isinstance(value, ox.Literal):
            tagged = bool(value.language)
            datatype = "" if tagged else names.compact(value.datatype.value, prefixes)
            rows.append((_text(t.subject), property_name, value.value, value.language or "", datatype))
        else:
            rows.append((_text(t.subject), property_name, _text(value), "", ""))
    return sheet(COLUMNS, rows)


def sheet(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """RFC 4180: comma, quotes where needed, CR LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def _text(term: Object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
