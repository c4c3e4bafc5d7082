"""Text of a SPARQL 1.1 query → tokens with offsets, in linear time (SPARQL 1.1 §19.8).

The tokeniser never fails: what no rule fits becomes a :data:`BAD` token, and the engine says what is wrong with it.
Like the engine's parser, and unlike a plain longest-match reading, it does not need a word to end where a keyword
ends: ``1SERVICE<x>`` is a number, a word and an IRI.
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
    (TAG, r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"),
    (PNAME, f"{_PREFIX}:{_LOCAL}"),
    # dots too, though no keyword has any: a run of them must be read once, not once from each of its words
    (WORD, rf"[{_LETTER}_](?:[{_NAME}]|\.+[{_NAME}])*+"),
    (PUNCTUATION, r"\^\^|&&|\|\||[<>!]=|[{}()\[\].;,=<>!+\-*/|^?]"),
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
_CODEPOINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


class Token(NamedTuple):
    """One token; ``text`` is as written."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokenise(text: str) -> Iterator[Token]:
    """The tokens of a query, comments and white space left out."""
    for match in _TOKEN.finditer(text):
        if number := match.lastindex:
            yield Token(_KINDS[number], match[number], match.start(number))


def decode_escapes(text: str) -> str:
    r"""Replace ``\uXXXX`` and ``\UXXXXXXXX`` outside strings and IRIs (SPARQL 1.1 §19.2).

    Those inside strings and IRIs stay: the engine decodes them, and here they could end the string. One pass only:
    what a replaced escape spells is not an escape again.
    """
    if "\\" not in text:
        return text
    pieces, done = [], 0
    for token in tokenise(text):
        if token.kind is BAD and (match := _CODEPOINT.match(text, token.start)) and token.start >= done:
            number = int(match[1] or match[2], 16)
            if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                continue
            pieces += [text[done : match.start()], chr(number)]
            done = match.end()
    return "".join(pieces) + text[done:] if pieces else text
