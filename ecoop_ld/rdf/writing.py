"""Triples or quads → bytes in an RDF format: the one way through to the engine's writers.

The engine writes RDF/XML that no reader takes, or that reads back as something else, where the data holds what XML
cannot: those are mended here where RDF/XML has another way to say it, and refused where it has none.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, cast

import pyoxigraph as ox

from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import RDF_XML, TRIG, TURTLE, Format

_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 §2.2 leaves out."""
_START = (
    r"A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(rf"[{_START}][{_START}0-9.\-\u00b7\u0300-\u036f\u203f\u2040]*\Z")
"""What an XML name without a colon looks like (Namespaces in XML §3), at the end of a text."""
_SYNTAX = frozenset(
    names.RDF + word
    for word in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li", "Description"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)
"""Terms that are no property elements (RDF/XML §7.2.14)."""
_XML_SPACES = ("http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace")
_TYPE = ox.NamedNode(names.RDF + "type")
_STAND_IN = "urn:x-ecoop-ld:class-without-a-name:"
_PIECE = 1 << 18


class Unwritable(ValueError):
    """The data holds what the format cannot; the message says what."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, content: bytes, /) -> int: ...
    def flush(self) -> None: ...


def write(content: Iterable[ox.Quad] | Iterable[ox.Triple], row: Format, prefixes: Mapping[str, str], to: Sink) -> None:
    """Write triples, or quads where the format has graphs, as they come. Raises :class:`Unwritable`."""
    if row in (TURTLE, TRIG):
        content, to = _whole(content), _Unmarked(to)
    elif row == RDF_XML:
        content, to = _mended(cast("Iterable[ox.Triple]", content)), XmlSink(to)
        prefixes = {p: ns for p, ns in prefixes.items() if _NAME.fullmatch(p) and not p.lower().startswith("xml")}
    try:
        ox.serialize(cast("Iterable[ox.Quad]", content), to, format=row.rdf_engine(), prefixes=dict(prefixes))  # type: ignore[arg-type]
    except Unwritable:
        raise
    except ValueError as error:
        raise Unwritable(str(error)) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise Unwritable(str(error)) from None  # the engine's own: triple terms in JSON-LD
    if isinstance(to, (XmlSink, _Unmarked)):
        to.finish()


def used_prefixes(quads: Iterable[ox.Quad | ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that some IRI of the quads needs, sorted."""
    return fitting(iris_of(quads), prefixes)


def fitting(iris: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that some of the IRIs need, sorted."""
    spaces = set(map(_namespace, iris))
    return {p: ns for p, ns in sorted(prefixes.items()) if ns in spaces}


def schemes(iris: Iterable[str]) -> frozenset[str]:
    """What stands before the first colon of IRIs that look like prefixed names: ``xsd`` of ``<xsd:date>``."""
    return frozenset(iri.partition(":")[0] for iri in iris if "://" not in iri)


def iris_of(quads: Iterable[ox.Quad | ox.Triple]) -> set[str]:
    """Every IRI in the triples of the quads, datatypes too; labels of blank nodes among them."""
    iris: set[str] = set()
    for q in quads:
        iris.add(names.value(q.subject))
        iris.add(q.predicate.value)
        obj = q.object
        while isinstance(obj, ox.Triple):
            iris.update((names.value(obj.subject), obj.predicate.value))
            obj = obj.object
        iris.add(obj.datatype.value if isinstance(obj, ox.Literal) else obj.value)
    return iris


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


# --- Turtle and TriG ------------------------------------------------------------------------------------------------

_MARK = f"urn:x-ecoop-ld:{secrets.token_hex(16)}:"
"""No data can hold it, because nobody knows it before."""


def _whole(content: Iterable[Any]) -> Iterator[Any]:
    """IRIs that end in a dot are marked, so that no prefix fits them: rdflib does not read ``ex:Inc\\.``."""
    graphs: dict[object, bool] = {}
    for one in content:
        obj = one.object
        iri = obj.datatype if isinstance(obj, ox.Literal) else obj
        graph = one.graph_name if isinstance(one, ox.Quad) else None
        if graph not in graphs:
            graphs[graph] = _ends_in_a_dot(graph)
        if (
            graphs[graph]
            or one.predicate.value[-1:] == "."
            or _ends_in_a_dot(one.subject)
            or (isinstance(iri, ox.NamedNode) and iri.value[-1:] == ".")
        ):
            one = type(one)(*map(_marked, one))
        yield one


def _ends_in_a_dot(term: object) -> bool:
    iri = term.datatype if isinstance(term, ox.Literal) else term
    return isinstance(iri, ox.NamedNode) and iri.value.endswith(".")


def _marked(term: object) -> object:
    if not _ends_in_a_dot(term):
        return term
    if isinstance(term, ox.Literal):
        return ox.Literal(term.value, datatype=ox.NamedNode(_MARK + term.datatype.value))
    return ox.NamedNode(_MARK + names.value(term))


class _InPieces:
    """Passes bytes on in larger pieces, each of which ends with a certain sign."""

    _end: bytes
    """So that nothing that is looked for is cut in two."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, content: bytes, /) -> int:
        self._pieces.append(content)
        self._size += len(content)
        if self._size > _PIECE:
            joined = b"".join(self._pieces)
            whole = joined.rfind(self._end) + 1
            self._pass(joined[:whole])
            self._pieces, self._size = [joined[whole:]], len(joined) - whole
        return len(content)

    def flush(self) -> None:
        """The engine asks for it."""

    def finish(self) -> None:
        """Pass on what is left."""
        self._pass(b"".join(self._pieces))
        self._pieces, self._size = [], 0

    def _pass(self, content: bytes) -> None:
        raise NotImplementedError


class _Unmarked(_InPieces):
    """Passes Turtle on without the marks."""

    _end = b"\n"
    _MARK = _MARK.encode()

    def _pass(self, content: bytes) -> None:
        self._sink.write(content.replace(self._MARK, b""))


# --- RDF/XML ---------------------------------------------------------------------------------------------------------


def is_xml_text(text: str) -> bool:
    """Whether an XML document can hold a text (XML 1.0 §2.2)."""
    return not _NOT_XML.search(text)


def is_element_name(iri: str) -> bool:
    """Whether RDF/XML can write a property: as an element, so its IRI must end in a name (RDF/XML §5.1)."""
    name = _NAME.search(iri)
    return name is not None and iri not in _SYNTAX and iri[: name.start()] not in _XML_SPACES


def _mended(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Triples with properties that can be elements; a type that cannot be one gets a stand-in for its property."""
    seen: dict[ox.NamedNode, bool] = {}
    classes: dict[object, ox.NamedNode] = {}
    for triple in triples:
        predicate = triple.predicate
        is_type = seen.get(predicate)
        if is_type is None:
            if not is_element_name(predicate.value):
                raise Unwritable(f"RDF/XML has no way to write the property <{predicate.value}>")
            seen[predicate] = is_type = predicate == _TYPE
        if isinstance(triple.object, ox.Triple):
            _check_inner(triple.object)
        if is_type:
            kind = triple.object
            stand_in = classes.get(kind)
            if stand_in is None:
                nameless = isinstance(kind, ox.NamedNode) and not _NAME.search(kind.value)
                stand_in = classes[kind] = ox.NamedNode(_STAND_IN + "type") if nameless else _TYPE
            if stand_in is not _TYPE:
                triple = ox.Triple(triple.subject, stand_in, kind)
        yield triple


def _check_inner(triple: ox.Triple) -> None:
    """Raise where a triple term cannot be written: inside it nothing can stand in for anything."""
    predicate, kind = triple.predicate, triple.object
    if not is_element_name(predicate.value):
        raise Unwritable(f"RDF/XML has no way to write the property <{predicate.value}>")
    if predicate == _TYPE and isinstance(kind, ox.NamedNode) and not _NAME.search(kind.value):
        raise Unwritable(f"RDF/XML has no way to write the type <{kind.value}> in a triple term")
    if isinstance(kind, ox.Triple):
        _check_inner(kind)


class XmlSink(_InPieces):
    """Passes XML on, with carriage returns as references: readers drop them else (XML 1.0 §2.11).

    Raises :class:`Unwritable` at a character that no XML document may hold; the engine writes them all the same.
    """

    _end = b">"
    _ELEMENT, _TRUE = f'<type xmlns="{_STAND_IN}"'.encode(), f'<type xmlns="{names.RDF}"'.encode()

    def _pass(self, content: bytes) -> None:
        clean = content.translate(None, _CONTROLS)
        if len(clean) != len(content) or any(sign in content for sign in _NONCHARACTERS):
            text = content.decode(errors="replace")
            found = _NOT_XML.search(text)
            near = text[max(found.start() - 40, 0) : found.end()] if found else ""
            raise Unwritable(f"XML has no way to write the control character in {near!r}")
        self._sink.write(content.replace(b"\r", b"&#13;").replace(self._ELEMENT, self._TRUE))
