"""The text of a Turtle, TriG, N-Triples or N-Quads file → its triples, with the offset of each term.

No parser in use gives these. It reads on after a statement that it does not understand, and says that there was one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urljoin

from ecoop_ld.rdf.names import RDF, XSD

Term = str | tuple[str, ...]
"""An IRI; ``("_", label)`` for a blank node; ``(lexical form, datatype, language)`` for a literal."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """Offsets of the three terms of one triple."""

    subject: int
    predicate: int
    object: int


Triple = tuple[Term, Term, Term, Offsets]

_WORD = r"(?:[\w\-·.]*[\w\-·])?"
_LOCAL = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_INNER = r"(?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
TOKEN = re.compile(
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
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "bad"
        if kind != "space":
            yield (match[0] if kind == "mark" else kind, match[0], match.start())
    yield ("end", "", len(text))


class _Tokens:
    """The tokens of a text, one looked at before it is taken."""

    def __init__(self, text: str) -> None:
        self._rest = _tokens(text)
        self.next: Token = next(self._rest)
        self.taken = 0
        """How many were taken."""

    def take(self) -> Token:
        token = self.next
        if token[0] != "end":
            self.next = next(self._rest)
            self.taken += 1
        return token

    def expect(self, kind: str) -> Token:
        if self.next[0] != kind:
            raise _UnreadableError
        return self.take()

    def skip_statement(self) -> None:
        while self.next[0] not in (".", "end"):
            self.take()
        self.take()


class TurtleReader:
    """Recursive descent over the tokens. Its triples come in pyoxigraph's order: by the token that completes them, and
    backwards where one token completes several (an item of a collection completes the link to it as well)."""

    def __init__(self, text: str, base: str, quads_format: bool) -> None:
        self._base, self._quads_format = base, quads_format
        self._tokens = _Tokens(text)
        self._namespaces: dict[str, str] = {}
        self._blanks = 0
        self._found: list[tuple[int, Triple]] = []
        self.uses: dict[str, list[int]] = defaultdict(list)
        self.declarations: list[tuple[str, str, int]] = []
        self.used: set[str] = set()
        self.tags: list[tuple[str, int]] = []
        self.broken = False

    def read(self) -> None:
        while self._tokens.next[0] != "end":
            try:
                self._statement()
            except (_UnreadableError, RecursionError, ValueError):
                self.broken = True
                self._tokens.skip_statement()

    @property
    def triples(self) -> list[Triple]:
        groups = groupby(self._found, key=lambda found: found[0])
        return [triple for _, group in groups for _, triple in reversed(list(group))]

    def _statement(self) -> None:
        kind, text, at = self._tokens.next
        if kind == "tag" and text in ("@prefix", "@base"):
            self._tokens.take()
            self._directive(text[1:], at)
            self._tokens.expect(".")
        elif kind == "word" and text.lower() in ("prefix", "base"):
            self._tokens.take()
            self._directive(text.lower(), at)
        elif kind == "{":
            self._graph()
        elif kind == "word" and text.lower() == "graph":
            self._tokens.take()
            self._subject()
            self._graph()
        else:
            self._triples()

    def _directive(self, word: str, at: int) -> None:
        name = ""
        if word == "prefix":
            name = self._tokens.expect("name")[1]
            if not name.endswith(":"):
                raise _UnreadableError
        iri = self._resolve(_unescape(self._tokens.expect("iri")[1][1:-1]))
        if word == "prefix":
            self._namespaces[name[:-1]] = iri
            self.declarations.append((name[:-1], iri, at))
        else:
            self._base = iri

    def _graph(self) -> None:
        self._tokens.expect("{")
        while self._tokens.next[0] != "}":
            if self._tokens.next[0] == "end":
                raise _UnreadableError
            self._one_subject()
            if self._tokens.next[0] == ".":
                self._tokens.take()
            elif self._tokens.next[0] != "}":
                raise _UnreadableError
        self._tokens.take()

    def _triples(self) -> None:
        """``subject predicates .``; in TriG a subject before ``{`` is the name of a graph."""
        if self._one_subject():
            self._graph()
        else:
            self._tokens.expect(".")

    def _one_subject(self) -> bool:
        alone = self._tokens.next[0] == "["
        subject, at = self._subject()
        if self._tokens.next[0] == "{":
            return True
        if not (alone and self._tokens.next[0] in (".", "}")):
            self._predicates(subject, at)
        return False

    def _subject(self) -> tuple[Term, int]:
        kind, _, at = self._tokens.next
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
                if self._tokens.next[0] != ",":
                    break
                self._tokens.take()
            if self._tokens.next[0] != ";":
                return
            while self._tokens.next[0] == ";":
                self._tokens.take()
            if self._tokens.next[0] in (".", "]", "}"):
                return

    def _predicate(self) -> tuple[Term, int]:
        if self._tokens.next[:2] == ("word", "a"):
            return _TYPE, self._tokens.take()[2]
        if self._tokens.next[0] not in ("iri", "name"):
            raise _UnreadableError
        return self._plain()

    def _object(self, emit: Emit) -> None:
        """Read one object and call ``emit`` with it when its triple is complete."""
        kind, _, at = self._tokens.next
        if kind == "[":
            emit(self._property_list(), at, 0)
        elif kind == "(":
            self._object_list(emit, at)
        else:
            before = self._tokens.taken
            term, at = self._plain()
            only = self._tokens.taken == before + 1  # "^^" or a language tag may still come
            emit(term, at, int(only and kind in ("short", "long")))
            if self._quads_format and self._tokens.next[0] in ("iri", "blank"):
                self._plain()

    def _property_list(self) -> Term:
        at = self._tokens.expect("[")[2]
        node = self._new_blank()
        if self._tokens.next[0] != "]":
            self._predicates(node, at)
        self._tokens.expect("]")
        return node

    def _object_list(self, emit: Emit, start: int) -> None:
        head = self._items(emit, start)
        if head == _NIL:
            emit(_NIL, start, 0)

    def _subject_list(self) -> Term:
        return self._items(None, self._tokens.next[2])

    def _items(self, emit: Emit | None, start: int) -> Term:
        """Read a collection; ``emit`` is called with its head as soon as there is one."""
        self._tokens.expect("(")
        head: Term = _NIL
        node: Term = _NIL
        while self._tokens.next[0] not in (")", "end"):
            before, node, at = node, self._new_blank(), self._tokens.next[2]
            if before != _NIL:
                self._add(before, _REST, node, Offsets(at, at, at), 1)
            else:
                head = node
                if emit:
                    emit(node, start, 1)

            def item(term: Term, item_at: int, ahead: int, node: Term = node) -> None:
                self._add(node, _FIRST, term, Offsets(item_at, item_at, item_at), ahead)

            self._object(item)
        end = self._tokens.expect(")")[2]
        if node != _NIL:
            self._add(node, _REST, _NIL, Offsets(end, end, end))
        return head

    def _plain(self) -> tuple[Term, int]:
        """A term that is one run of tokens: IRI, blank node label, literal."""
        kind, text, at = self._tokens.take()
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
        kind, text, at = self._tokens.next
        if kind == "tag":
            self._tokens.take()
            self.tags.append((text[1:], at))
            return (value, _LANG_STRING, text[1:].lower())
        if kind == "^^":
            self._tokens.take()
            if self._tokens.next[0] not in ("iri", "name"):
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
        self._found.append((self._tokens.taken + ahead, (s, p, o, spot)))
