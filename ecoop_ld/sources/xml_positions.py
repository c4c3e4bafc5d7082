"""The content of an RDF/XML file → the line and column of the elements that state its triples.

It follows the striping of node and property elements (RDF/XML §2) by names and attributes alone; the triples themselves
come from the real parser. What it does not find has the place of the subject, or none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.parsers import expat

import pyoxigraph as ox

from ecoop_ld.errors import Place
from ecoop_ld.rdf.names import RDF

_XML = "http://www.w3.org/XML/1998/namespace"
_SEPARATOR = " "
_SYNTAX = frozenset(
    RDF + word for word in ("about", "ID", "nodeID", "resource", "parseType", "datatype", "bagID", "aboutEach")
)
Spot = tuple[int, int]
"""Line and column, from 1."""


@dataclass(slots=True)
class _Element:
    """An open element: a node, a property of the node below it on the stack, or XML that is a literal."""

    kind: str
    """``root``, ``node``, ``property`` or ``literal``."""
    subject: str
    base: str
    predicate: str = ""
    spot: Spot = (0, 0)
    text: list[str] = field(default_factory=list)


class XmlPositions:
    """Where what is said in one file stands. ``content`` is what the parser read without a fault."""

    def __init__(self, content: bytes, file: str, base: str) -> None:
        self._file, self._base = file, base
        self._spots: dict[tuple[str, ...], Spot] = {}
        self._iris: dict[str, list[Spot]] = {}
        self._stack: list[_Element] = []
        self._parser = expat.ParserCreate("utf-8", namespace_separator=_SEPARATOR)
        self._parser.ordered_attributes = False
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.Parse(content, True)

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place:  # noqa: A002
        """Place of the property element that states a triple; else of the predicate, of the subject, of the file."""
        start = _key(subject)
        for key in ((start, _key(predicate), _key(object)), (start, _key(predicate)), (start,)):
            if spot := self._spots.get(key):
                return Place(self._file, *spot)
        return Place(self._file)

    def of_iri(self, iri: str) -> list[Place]:
        """Every element that names an IRI."""
        return [Place(self._file, *spot) for spot in dict.fromkeys(self._iris.get(iri, ()))]

    # --- reading ------------------------------------------------------------------------------------------------------

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        spot = (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        above = self._stack[-1] if self._stack else None
        iri = name.replace(_SEPARATOR, "")
        given = {key.replace(_SEPARATOR, ""): value for key, value in attributes.items()}
        base = urljoin(above.base if above else self._base, given.get(_XML + "base", ""))
        if above is not None and above.kind == "literal":
            self._stack.append(_Element("literal", "", base))
        elif above is None and iri == RDF + "RDF":
            self._stack.append(_Element("root", "", base))
        elif above is not None and above.kind == "node":
            self._property(iri, given, above.subject, base, spot)
        else:
            self._node(iri, given, base, spot, above)

    def _node(self, iri: str, given: dict[str, str], base: str, spot: Spot, above: _Element | None) -> None:
        subject = _named(given, base)
        self._note(spot, subject)
        if iri != RDF + "Description":
            self._note(spot, subject, RDF + "type", iri)
        self._attributes(given, subject, spot)
        if above is not None and above.kind == "property":
            self._note(above.spot, above.subject, above.predicate, subject)
        self._stack.append(_Element("node", subject, base))

    def _property(self, iri: str, given: dict[str, str], subject: str, base: str, spot: Spot) -> None:
        target = urljoin(base, given[RDF + "resource"]) if RDF + "resource" in given else ""
        self._note(spot, subject, iri, target)
        parse = given.get(RDF + "parseType", "")
        if parse == "Resource":
            self._stack.append(_Element("node", "", base))
        elif parse and parse != "Collection":
            self._stack.append(_Element("literal", subject, base, iri, spot))
        else:
            self._attributes(given, target, spot)
            self._stack.append(_Element("property", subject, base, iri, spot))

    def _attributes(self, given: dict[str, str], subject: str, spot: Spot) -> None:
        for key, value in given.items():
            if key not in _SYNTAX and not key.startswith(_XML):
                self._note(spot, subject, key, value)

    def _end(self, _: str) -> None:
        element = self._stack.pop()
        if element.kind == "property" and element.text:
            self._note(element.spot, element.subject, element.predicate, "".join(element.text))

    def _text(self, text: str) -> None:
        if self._stack and self._stack[-1].kind == "property":
            self._stack[-1].text.append(text)

    def _note(self, spot: Spot, subject: str, predicate: str = "", target: str = "") -> None:
        if subject:
            parts = [part for part in (subject, predicate, target) if part]
            for count in range(1, len(parts) + 1):
                self._spots.setdefault(tuple(parts[:count]), spot)
        for iri in (subject, predicate, target):
            if iri and " " not in iri:
                self._iris.setdefault(iri, []).append(spot)


def _named(given: dict[str, str], base: str) -> str:
    if RDF + "about" in given:
        return urljoin(base, given[RDF + "about"]) if given[RDF + "about"] else base.partition("#")[0]
    return f"{base.partition('#')[0]}#{given[RDF + 'ID']}" if RDF + "ID" in given else ""


def _key(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
