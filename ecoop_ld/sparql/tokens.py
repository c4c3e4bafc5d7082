"""Text of a SPARQL query → tokens with offsets and the brackets around them, in linear time (SPARQL 1.1 §19.8).

The tokeniser never fails: what no rule fits becomes a :data:`BAD` token, and the engine says what is wrong with it.
Like the engine's parser, and unlike a plain longest-match reading, it does not need a word to end where a keyword
ends: ``1SERVICE<x>`` is a number, a word and an IRI. And ``<`` after an operand is "less than", whatever follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

IRI, PNAME, VAR, STRING, NUMBER, BLANK, TAG, WORD, PUNCTUATION, BAD = (
    "IRI",
    "PNAME",
    "VAR",
    "STRING",
    "NUMBER",
    "BLANK",
    "TAG",
    "WORD",
    "PUNCTUATION",
    "BAD",
)

_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
_LETTER += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_VARNAME = _LETTER + "_0-9\u00b7\u0300-\u036f\u203f\u2040"
_NAME = _VARNAME + r"\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"(?:[{_LETTER}](?:[{_NAME}]|\.+[{_NAME}])*+)?+"
_LOCAL = rf"(?:(?:[{_LETTER}_0-9:]|{_PLX})(?:[{_NAME}:]|{_PLX}|\.+(?:[{_NAME}:]|{_PLX}))*+)?+"

_IRI = r'<[^<>"{}|^`\\\x00-\x20]*+(?:\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})[^<>"{}|^`\\\x00-\x20]*+)*+>'
_LONG = r'"""(?:(?:""?)?+(?:[^"\\]|\\.))*+"""' + "|" + r"'''(?:(?:''?)?+(?:[^'\\]|\\.))*+'''"
_SHORT = r'"(?!"")(?:[^"\\\n\r]|\\.)*+"' + "|" + r"'(?!'')(?:[^'\\\n\r]|\\.)*+'"
_COMMENT = r"#[^\r\n]*+"
_RULES = (
    (IRI, _IRI),
    (STRING, _LONG),
    (STRING, _SHORT),
    (VAR, rf"[?$][{_VARNAME}]++"),
    (BLANK, rf"_:[{_LETTER}_0-9](?:[{_NAME}]|\.+[{_NAME}])*+"),
    (NUMBER, r"(?:[0-9]++(?:\.[0-9]++|\.(?=[eE][+-]?[0-9]))?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"),
    (TAG, r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+"),
    (PNAME, f"{_PREFIX}:{_LOCAL}"),
    # dots too, though no keyword has any: a run of them must be read once, not once from each of its words
    (WORD, rf"[{_LETTER}_](?:[{_NAME}]|\.+[{_NAME}])*+"),
    (PUNCTUATION, r"\^\^|&&|\|\||[<>!]=|<<\(?+|\)>>|>>|\{\||\|\}|[{}()\[\].;,=<>!+\-*/|^?~]"),
)
_SKIP = rf"(?:[ \t\r\n]++|{_COMMENT})*+"
_KINDS = (BAD, *(kind for kind, _ in _RULES), BAD, BAD)
_TOKEN = re.compile(
    _SKIP
    + "(?:"
    + "|".join(f"({pattern})" for _, pattern in _RULES)
    + r"""|(["'].*+)"""  # a string that never ends: nothing after it can be read
    + r"|(.)|\Z)",
    re.DOTALL,
)
OPAQUE = re.compile(rf"""({_IRI}|{_LONG}|{_SHORT}|".*+|'.*+|{_COMMENT})""", re.DOTALL)
"""What can be any other of its kind without a query being read otherwise, where there are no escapes outside strings
and IRIs: IRIs, strings and comments. Each alternative begins with one character, so that the search is quick."""

TERMS = frozenset({IRI, PNAME, VAR, STRING, NUMBER, BLANK, TAG})
"""Kinds of tokens that end a term."""
OPENING = {"(": ")", "[": "]", "{": "}", "<<": ">>", "<<(": ")>>", "{|": "|}"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}
OUTER, GROUP, PROPERTIES, LIST, EXPRESSION, DATA, TRIPLE = (
    "OUTER",
    "GROUP",
    "PROPERTIES",
    "LIST",
    "EXPRESSION",
    "DATA",
    "TRIPLE",
)
"""What the innermost open bracket holds: none is open; patterns or a template; ``[…]`` or ``{|…|}``; a collection or
a property path; an expression; the variables or rows of VALUES; a triple term."""


class Token(NamedTuple):
    """One token; ``text`` is as written."""

    kind: str
    text: str
    start: int
    context: str = OUTER
    """What it stands in; of an opening bracket, what is around it, of a closing one, what it closes."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokenise(text: str) -> Iterator[Token]:
    """The tokens of a query, comments and white space left out."""
    brackets, at = _Brackets(), 0
    while (match := _TOKEN.match(text, at)) and (number := match.lastindex):
        kind, found, start = _KINDS[number], match[number], match.start(number)
        if found[0] == "<" and len(found) > 1 and brackets.expect_operator():
            kind, found = PUNCTUATION, "<=" if found[1] == "=" else "<"
        token = Token(kind, found, start, brackets.context)
        brackets.take(token)
        yield token
        at = token.end


class _Brackets:
    """What is open at a place of a query."""

    def __init__(self) -> None:
        self.context = OUTER
        self._selects = True
        """Whether round brackets belong to a SELECT clause or a solution modifier here, not to triples."""
        self._values = False
        self._around: list[tuple[str, bool]] = []
        self._before = self._previous = Token(PUNCTUATION, "", 0)

    def expect_operator(self) -> bool:
        """Whether an operand of an expression ended just now, so that no IRI can follow."""
        previous = self._previous
        ended = previous.kind in TERMS or previous.text in (")", ")>>") or previous.text.lower() in ("true", "false")
        return ended and self.context is EXPRESSION

    def take(self, token: Token) -> None:
        if token.kind is WORD:
            word = token.text.upper()
            self._values = word == "VALUES"
            self._selects = self._selects or (word == "SELECT" and self.context is GROUP)
        elif token.kind is PUNCTUATION and token.text in OPENING:
            self._around.append((self.context, self._selects))
            self.context = self._opened(token.text)
            self._selects = False
            self._values = self._values and token.text == "("
        elif self._around and self._closes(token):
            self.context, self._selects = self._around.pop()
        self._before, self._previous = self._previous, token

    def _closes(self, token: Token) -> bool:
        closes = token.kind is PUNCTUATION and token.text in CLOSING
        return closes and (token.text != ">>" or self.context is TRIPLE)

    def _opened(self, bracket: str) -> str:
        if bracket in ("<<", "<<("):
            return TRIPLE
        if bracket in ("[", "{|"):
            return PROPERTIES
        if self._values or (bracket == "(" and self.context is DATA):
            return DATA
        return GROUP if bracket == "{" else self._round()

    def _round(self) -> str:
        previous = self._previous
        if self._selects or self.context is EXPRESSION:
            return EXPRESSION
        if previous.kind in (IRI, PNAME) and self._before.text.upper() == "FILTER":
            return EXPRESSION
        return EXPRESSION if previous.kind is WORD and previous.text != "a" else LIST


def reads_plainly(text: str) -> bool:
    """Whether each IRI that :data:`OPAQUE` finds is one, none a comparison."""
    found = sum(piece.startswith("<") for piece in OPAQUE.findall(text))
    read = sum(token.kind is IRI for token in tokenise(text))
    return bool(found == read)


# --- codepoint escapes ---------------------------------------------------------------------------------------------

_CODEPOINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_LINE_END = re.compile(r"\\(?:u000|U0000000)[ADad]")
_CLOSES = {
    '"': re.compile(r'".*?(\\(?:u0022|U00000022))', re.DOTALL),
    "'": re.compile(r"'.*?(\\(?:u0027|U00000027))", re.DOTALL),
    "<": re.compile(r'<[^<>"{}|^`\x00-\x20]*?(\\(?:u003[Ee]|U0000003[Ee]))'),
}
"""What ends a string or an IRI that nothing else ends."""
_ESCAPE = re.compile(rf"\\\\|{_CODEPOINT.pattern}")
_MOST_MARKS = 1_000
"""Escapes of punctuation: each makes the rest of the text be read again."""


def decode_escapes(text: str) -> str:
    r"""Replace ``\uXXXX`` and ``\UXXXXXXXX`` (SPARQL 1.1 §19.2), each once: what one spells is no escape again.

    Letters, digits and all that is not ASCII mean the same wherever they stand. Other characters are replaced outside
    strings and IRIs, and where they end a comment. In a string or an IRI they could end it, which §19.2 does not allow;
    the engine reads them there as a part of the string, and refuses them in the IRI. In a string a backslash behind
    another one begins no escape.
    """
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_decode_letter, text)
    return _decode_marks(text) if _CODEPOINT.search(text) else text


def _decode_letter(match: re.Match[str]) -> str:
    number = int(match[1] or match[2] or "0", 16)
    is_letter = number >= 0x80 or chr(number).isalnum() or chr(number) == "_"
    return chr(number) if is_letter and _is_character(number) else match[0]


def _is_character(number: int) -> bool:
    return number <= 0x10FFFF and not 0xD800 <= number < 0xE000


def _decode_marks(text: str) -> str:
    at = 0
    for _ in range(_MOST_MARKS):
        escape, token = _next_mark(text, at)
        if escape is None:
            break
        start, end = escape
        mark = chr(int(text[start + 2 : end], 16))
        text = text[:start] + mark + text[end:]
        at = token + (mark == "\\")
    return text


def _next_mark(text: str, at: int) -> tuple[tuple[int, int] | None, int]:
    """The first escape from an offset on that is no part of a string or an IRI, and where reading goes on."""
    while match := _TOKEN.match(text, at):
        number = match.lastindex
        start = match.start(number) if number else len(text)
        if escape := _LINE_END.search(text, at, start):
            return escape.span(), escape.start()
        if not number:
            break
        if text[start] == "\\":
            escape = _CODEPOINT.match(text, start)
            if escape and _is_character(int(escape[0][2:], 16)):
                return escape.span(), start
        elif _KINDS[number] is BAD or match[number] == "<":
            closes = _CLOSES.get(text[start])
            if closes and (escape := closes.match(text, start)):
                return escape.span(1), start
        at = match.end(number)
    return None, at
