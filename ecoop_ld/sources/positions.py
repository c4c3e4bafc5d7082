"""The text of a Turtle, TriG, N-Triples or N-Quads file → the line and column of each term of each triple.

No parser in use gives these, so this small reader finds them, on the files that have findings only. It is guarded:
where its triples differ from those of the real parser, only the places of subjects are trusted.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from urllib.parse import urljoin

import pyoxigraph as ox

from ecoop_ld.errors import Place
from ecoop_ld.rdf.names import RDF, XSD

READABLE = frozenset({"turtle", "trig", "ntriples", "nquads"})
"""Names of the formats (``formats.Format.name``) that the reader understands."""

Term = str | tuple[str, ...]
"""An IRI; ``("_", label)`` for a blank node; ``(lexical form, datatype, language)`` for a literal."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """Offsets of the three terms of one triple."""

    subject: int
    predicate: int
    object: int


Triple = tuple[Term, Term, Term, Offsets]


@dataclass(frozen=True, slots=True)
class Prefix:
    """One prefix declaration."""

    name: str
    namespace: str
    place: Place
    used: bool


@dataclass(frozen=True)
class Positions:
    """Where the terms of one file stand."""

    file: str
    text: str
    trusted: bool
    """Whether the reader's triples are those of the parser; otherwise only subjects have places."""
    triples: Mapping[tuple[object, object, object], Offsets]
    subjects: Mapping[object, int]
    uses: Mapping[str, Sequence[int]]
    """IRI → offsets of every place where it is written, in full or as a prefixed name."""
    declarations: Sequence[tuple[str, str, int]]
    """Prefix, namespace and offset, in file order."""
    used_prefixes: frozenset[str]
    language_tags: Sequence[tuple[str, int]]
    """Language tags as written, with the offset of their ``@``."""
    _predicates: Mapping[tuple[object, object], Offsets] = field(default_factory=dict)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", self.text))]

    def at(self, offset: int) -> Place:
        """Offset in the text → line and column, both from 1."""
        line = bisect_right(self._lines, offset)
        return Place(self.file, line, offset - self._lines[line - 1] + 1)

    def of(self, subject: object, predicate: object = None, object: object = None) -> Place:  # noqa: A002
        """The place of a triple's object; else of its predicate, where that stands with the subject; else of the
        subject; else the file alone."""
        spot = self.triples.get((subject, predicate, object))
        if spot:
            return self.at(spot.object)
        spot = self._predicates.get((subject, predicate))
        if spot:
            return self.at(spot.predicate)
        offset = self.subjects.get(subject)
        return Place(self.file) if offset is None else self.at(offset)

    def of_iri(self, iri: str) -> list[Place]:
        """Every place where an IRI is written."""
        return [self.at(offset) for offset in self.uses.get(iri, ())]

    @property
    def prefixes(self) -> list[Prefix]:
        return [Prefix(p, ns, self.at(at), p in self.used_prefixes) for p, ns, at in self.declarations]


def locate(text: str, file: str, base: str, quads: Sequence[ox.Quad], *, quads_format: bool = False) -> Positions:
    """Read ``text`` and line it up with ``quads``, the parser's own, in file order (blank nodes may have become IRIs).

    ``base`` resolves relative IRIs. ``quads_format`` is for N-Quads, where a fourth term names the graph.
    """
    reader = _Reader(text, base, quads_format)
    reader.read()
    found = reader.triples
    trusted = not reader.broken and _same(found, quads)
    triples: dict[tuple[object, object, object], Offsets] = {}
    predicates: dict[tuple[object, object], Offsets] = {}
    subjects: dict[object, int] = {}
    if trusted:
        for quad, (_, _, _, spot) in zip(quads, found, strict=True):
            triples.setdefault((quad.subject, quad.predicate, quad.object), spot)
            predicates.setdefault((quad.subject, quad.predicate), spot)
            subjects.setdefault(quad.subject, spot.subject)
    else:
        for subject, _, _, spot in found:
            if isinstance(subject, str) and _is_iri(subject):
                subjects.setdefault(ox.NamedNode(subject), spot.subject)
    return Positions(
        file,
        text,
        trusted,
        triples,
        subjects,
        reader.uses,
        reader.declarations,
        frozenset(reader.used),
        reader.tags,
        predicates,
    )


def _is_iri(text: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*\Z", text) is not None


def _same(triples: Sequence[Triple], quads: Sequence[ox.Quad]) -> bool:
    """Whether both say the same in the same order, blank nodes matched one to one."""
    if len(triples) != len(quads):
        return False
    there: dict[Term, object] = {}
    back: dict[object, Term] = {}
    for (s, p, o, _), quad in zip(triples, quads, strict=True):
        for mine, theirs in ((s, quad.subject), (p, quad.predicate), (o, quad.object)):
            if isinstance(mine, tuple) and mine[0] == "_" and len(mine) == 2:
                if isinstance(theirs, ox.Literal) or there.setdefault(mine, theirs) != theirs:
                    return False
                if back.setdefault(theirs, mine) != mine:
                    return False
            elif mine != _key(theirs):
                return False
    return True


def _key(term: object) -> Term | None:
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.Literal):
        return (term.value, term.datatype.value, term.language or "")
    return None


# --- reading ---------------------------------------------------------------------------------------------------------

_WORD = r"(?:[\w\-·.]*[\w\-·])?"
_LOCAL = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_INNER = r"(?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\r\n]+|\#[^\r\n]*)+)"
    r"|(?P<iri><(?:[^\x00-\x20<>\"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"
    r'|(?P<long>"""(?:"{0,2}(?:[^"\\]|\\.))*"""' + r"|'''(?:'{0,2}(?:[^'\\]|\\.))*''')"
    r'|(?P<short>"(?:[^"\\\r\n]|\\.)*"' + r"|'(?:[^'\\\r\n]|\\.)*')"
    r"|(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    rf"|(?P<blank>_:\w{_WORD})"
    r"|(?P<double>[+-]?(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+)"
    r"|(?P<decimal>[+-]?\d*\.\d+)"
    r"|(?P<integer>[+-]?\d+)"
    rf"|(?P<name>(?:[^\W\d_]{_WORD})?:(?:{_LOCAL}(?:(?:{_INNER}|\.)*{_INNER})?)?)"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<mark>\^\^|[.;,\[\](){}])"
    r"|(?P<bad>.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SIMPLE = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", RDF + "nil"
_TYPE, _LANG_STRING = RDF + "type", RDF + "langString"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Token = tuple[str, str, int]
"""Kind, text, offset."""
Emit = Callable[[Term, int, int], None]
"""Takes an object, its offset, and 1 where only the token that comes next completes the triple, else 0."""


class _UnreadableError(Exception):
    """This statement is not understood; go on after it."""


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _SIMPLE.get(m[3], m[3]), text)


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "bad"
        if kind != "space":
            yield (match[0] if kind == "mark" else kind, match[0], match.start())
    yield ("end", "", len(text))


class _Reader:
    """Recursive descent over the tokens. Its triples come in pyoxigraph's order: by the token that completes them, and
    backwards where one token completes several (an item of a collection completes the link to it as well)."""

    def __init__(self, text: str, base: str, quads_format: bool) -> None:
        self._text, self._base, self._quads_format = text, base, quads_format
        self._tokens = _tokens(text)
        self._token: Token = next(self._tokens)
        self._taken = 0
        self._namespaces: dict[str, str] = {}
        self._blanks = 0
        self._found: list[tuple[int, Triple]] = []
        self.uses: dict[str, list[int]] = defaultdict(list)
        self.declarations: list[tuple[str, str, int]] = []
        self.used: set[str] = set()
        self.tags: list[tuple[str, int]] = []
        self.broken = False

    def read(self) -> None:
        while self._token[0] != "end":
            try:
                self._statement()
            except (_UnreadableError, RecursionError, ValueError):
                self.broken = True
                self._skip_statement()

    @property
    def triples(self) -> list[Triple]:
        groups = groupby(self._found, key=lambda found: found[0])
        return [triple for _, group in groups for _, triple in reversed(list(group))]

    def _take(self) -> Token:
        token = self._token
        if token[0] != "end":
            self._token = next(self._tokens)
            self._taken += 1
        return token

    def _expect(self, kind: str) -> Token:
        if self._token[0] != kind:
            raise _UnreadableError
        return self._take()

    def _skip_statement(self) -> None:
        while self._token[0] not in (".", "end"):
            self._take()
        self._take()

    def _statement(self) -> None:
        kind, text, at = self._token
        if kind == "tag" and text in ("@prefix", "@base"):
            self._take()
            self._directive(text[1:], at)
            self._expect(".")
        elif kind == "word" and text.lower() in ("prefix", "base"):
            self._take()
            self._directive(text.lower(), at)
        elif kind == "{":
            self._graph()
        elif kind == "word" and text.lower() == "graph":
            self._take()
            self._subject()
            self._graph()
        else:
            self._triples()

    def _directive(self, word: str, at: int) -> None:
        name = ""
        if word == "prefix":
            name = self._expect("name")[1]
            if not name.endswith(":"):
                raise _UnreadableError
        iri = self._resolve(_unescape(self._expect("iri")[1][1:-1]))
        if word == "prefix":
            self._namespaces[name[:-1]] = iri
            self.declarations.append((name[:-1], iri, at))
        else:
            self._base = iri

    def _graph(self) -> None:
        self._expect("{")
        while self._token[0] != "}":
            if self._token[0] == "end":
                raise _UnreadableError
            self._one_subject()
            if self._token[0] == ".":
                self._take()
            elif self._token[0] != "}":
                raise _UnreadableError
        self._take()

    def _triples(self) -> None:
        """``subject predicates .``; in TriG a subject before ``{`` is the name of a graph."""
        if self._one_subject():
            self._graph()
        else:
            self._expect(".")

    def _one_subject(self) -> bool:
        alone = self._token[0] == "["
        subject, at = self._subject()
        if self._token[0] == "{":
            return True
        if not (alone and self._token[0] in (".", "}")):
            self._predicates(subject, at)
        return False

    def _subject(self) -> tuple[Term, int]:
        kind, _, at = self._token
        if kind == "[":
            return self._property_list(), at
        if kind == "(":
            return self._subject_list(), at
        term, at = self._plain()
        if isinstance(term, tuple) and len(term) == 3:
            raise _UnreadableError
        return term, at

    def _predicates(self, subject: Term, subject_at: int) -> None:
        while True:
            predicate, predicate_at = self._predicate()
            while True:

                def emit(term: Term, at: int, ahead: int, p: Term = predicate, p_at: int = predicate_at) -> None:
                    self._add(subject, p, term, Offsets(subject_at, p_at, at), ahead)

                self._object(emit)
                if self._token[0] != ",":
                    break
                self._take()
            if self._token[0] != ";":
                return
            while self._token[0] == ";":
                self._take()
            if self._token[0] in (".", "]", "}"):
                return

    def _predicate(self) -> tuple[Term, int]:
        if self._token[:2] == ("word", "a"):
            return _TYPE, self._take()[2]
        if self._token[0] not in ("iri", "name"):
            raise _UnreadableError
        return self._plain()

    def _object(self, emit: Emit) -> None:
        """Read one object and call ``emit`` with it when its triple is complete."""
        kind, _, at = self._token
        if kind == "[":
            emit(self._property_list(), at, 0)
        elif kind == "(":
            self._object_list(emit, at)
        else:
            before = self._taken
            term, at = self._plain()
            open_end = kind in ("short", "long") and self._taken == before + 1  # "^^" or a language tag may still come
            emit(term, at, int(open_end))
            if self._quads_format and self._token[0] in ("iri", "blank"):
                self._plain()

    def _property_list(self) -> Term:
        at = self._expect("[")[2]
        node = self._new_blank()
        if self._token[0] != "]":
            self._predicates(node, at)
        self._expect("]")
        return node

    def _object_list(self, emit: Emit, start: int) -> None:
        head = self._items(emit, start)
        if head == _NIL:
            emit(_NIL, start, 0)

    def _subject_list(self) -> Term:
        return self._items(None, self._token[2])

    def _items(self, emit: Emit | None, start: int) -> Term:
        """Read a collection; ``emit`` is called with its head as soon as there is one."""
        self._expect("(")
        head: Term = _NIL
        node: Term = _NIL
        while self._token[0] not in (")", "end"):
            before, node, at = node, self._new_blank(), self._token[2]
            if before != _NIL:
                self._add(before, _REST, node, Offsets(at, at, at), 1)
            else:
                head = node
                if emit:
                    emit(node, start, 1)

            def item(term: Term, item_at: int, ahead: int, node: Term = node) -> None:
                self._add(node, _FIRST, term, Offsets(item_at, item_at, item_at), ahead)

            self._object(item)
        end = self._expect(")")[2]
        if node != _NIL:
            self._add(node, _REST, _NIL, Offsets(end, end, end))
        return head

    def _plain(self) -> tuple[Term, int]:
        """A term that is one run of tokens: IRI, blank node label, literal."""
        kind, text, at = self._take()
        if kind == "iri":
            return self._used(self._resolve(_unescape(text[1:-1])), at), at
        if kind == "name":
            return self._used(self._expand(text), at), at
        if kind == "blank":
            return ("_", text[2:]), at
        if kind in ("integer", "decimal", "double"):
            return (text, XSD + kind, ""), at
        if kind == "word" and text in ("true", "false"):
            return (text, XSD + "boolean", ""), at
        if kind in ("long", "short"):
            return self._literal(_unescape(text[3:-3] if kind == "long" else text[1:-1])), at
        raise _UnreadableError

    def _literal(self, value: str) -> Term:
        kind, text, at = self._token
        if kind == "tag":
            self._take()
            self.tags.append((text[1:], at))
            return (value, _LANG_STRING, text[1:].lower())
        if kind == "^^":
            self._take()
            if self._token[0] not in ("iri", "name"):
                raise _UnreadableError
            datatype, _ = self._plain()
            assert isinstance(datatype, str)
            return (value, datatype, "")
        return (value, XSD + "string", "")

    def _used(self, iri: str, at: int) -> str:
        self.uses[iri].append(at)
        return iri

    def _resolve(self, iri: str) -> str:
        if _SCHEME.match(iri):
            return iri
        whole = urljoin(self._base.partition("#")[0], iri)
        return (
            whole + "#" if iri.endswith("#") and not whole.endswith("#") else whole
        )  # urljoin drops an empty fragment

    def _expand(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        if prefix not in self._namespaces:
            raise _UnreadableError
        self.used.add(prefix)
        return self._namespaces[prefix] + re.sub(r"\\(.)", r"\1", local)

    def _new_blank(self) -> Term:
        self._blanks += 1
        return ("_", f" {self._blanks}")  # no label can hold a space

    def _add(self, s: Term, p: Term, o: Term, spot: Offsets, ahead: int = 0) -> None:
        self._found.append((self._taken + ahead, (s, p, o, spot)))
