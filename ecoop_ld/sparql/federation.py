"""A query with SERVICE → the calls of other endpoints that it needs, and the query with their answers written in.

Worker processes have no network, whatever a query says. So each SERVICE block is taken out of the query before it is
checked like any other, its pattern goes to the endpoint as a query of its own, and the solutions that come back take
the block's place as VALUES, which joins them in the same way (SPARQL 1.1 Federated Query §4). The address is compared
with those that the project allows, letter by letter: no address is ever made from what a query says.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from ecoop_ld.sparql.inspection import close_gaps, place, prepare
from ecoop_ld.sparql.protocol import Failed, Prepared, Query, Refused
from ecoop_ld.sparql.tokens import IRI, VAR, WORD, Token, decode_escapes, tokenise

if TYPE_CHECKING:
    from ecoop_ld.config import Limits

NOTHING = "VALUES () { () }"
"""One solution without bindings: what a failed SERVICE SILENT stands for."""
_OPENING = {"(": ")", "[": "]", "{": "}"}
_IRI = re.compile(r'[^<>"{}|^`\\\x00-\x20\x7f]+\Z')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')


@dataclass(frozen=True, slots=True)
class Call:
    """What one endpoint is asked."""

    address: str
    text: str
    silent: bool


@dataclass(frozen=True, slots=True)
class Federated:
    """A query that was checked, and what is to be asked elsewhere before it can be answered."""

    prepared: Prepared
    """With nothing in the place of each SERVICE."""
    calls: tuple[Call, ...]
    _pieces: tuple[str, ...]
    """The text around the calls: one piece more than there are calls."""

    def fill(self, answers: Sequence[str]) -> Prepared:
        """The query to run, with a VALUES for each call."""
        pieces = chain.from_iterable(zip_longest(self._pieces, answers, fillvalue=""))
        return dataclasses.replace(self.prepared, text="".join(pieces))


def federate(query: Query, allowed: Collection[str], limits: Limits, most: int) -> Federated | None:
    """``None`` where the query asks no other endpoint. Raises :class:`Refused`; ``most``: calls in one query."""
    if not allowed or "service" not in decode_escapes(query.text).lower():
        return None
    if len(query.text.encode("utf-8", "replace")) > limits.query_bytes:
        prepare(query, limits)  # says so
    text = decode_escapes(query.text)
    if decode_escapes(text) != text:
        raise _refused("SERVICE cannot stand beside escapes that hide escapes.")
    tokens = list(tokenise(text))
    text = close_gaps(text, tokens)
    found = list(_blocks(text, tokens, allowed))
    if not found:
        return None
    if len(found) > most:
        message = f"The query asks {len(found)} other endpoints; at most {most} are asked here."
        raise Refused("service", message, limit="service_calls", value=most)
    pieces, at = [], 0
    for start, end, _, _, _ in found:
        pieces.append(text[at:start])
        at = end
    pieces.append(text[at:])
    prepared = prepare(dataclasses.replace(query, text=NOTHING.join(pieces)), limits)
    variables = tuple(dict.fromkeys(token.text[1:] for token in tokens if token.kind is VAR))
    prologue = _prologue(query, text, tokens)
    calls = tuple(_call(prologue, *block[2:], limits=limits) for block in found)
    return Federated(dataclasses.replace(prepared, variables=variables, remote=True), calls, tuple(pieces))


def _refused(message: str) -> Refused:
    return Refused("service", message)


def _prologue(query: Query, text: str, tokens: Sequence[Token]) -> str:
    """BASE and PREFIX: what stands before the query form."""
    forms = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    start = next((t.start for t in tokens if t.kind is WORD and t.text.upper() in forms), 0)
    return (f"BASE <{query.base}>\n" if query.base else "") + text[:start]


def _blocks(text: str, tokens: Sequence[Token], allowed: Collection[str]) -> Iterator[tuple[int, int, str, str, bool]]:
    """Start and end of each SERVICE block, its address, its pattern in braces, and whether it is SILENT."""
    done = 0
    for at, token in enumerate(tokens):
        if token.text.lower() != "service" or token.start < done:
            continue
        following = [*tokens[at + 1 : at + 4], *[Token(WORD, "", len(text))] * 3]
        silent = following[0].text.lower() == "silent"
        name, opening = following[silent], following[silent + 1]
        _check_address(name, allowed)
        if opening.text != "{":
            line, column = place(text, opening.start)
            message = f"Line {line}, column {column}: {{ was expected after the address of SERVICE."
            raise Refused("syntax", message, line=line, column=column)
        done = _end(text, tokens, tokens.index(opening, at))
        yield token.start, done, name.text[1:-1], text[opening.start : done], silent


def _check_address(name: Token, allowed: Collection[str]) -> None:
    known = "SERVICE is available here for " + " and ".join(f"<{address}>" for address in allowed)
    if name.kind is VAR:
        raise _refused(f"SERVICE cannot take a variable here. {known}.")
    if name.kind is not IRI or name.text[1:-1] not in allowed:
        raise _refused(f"{known} alone, written in full and in just these letters.")


def _end(text: str, tokens: Sequence[Token], at: int) -> int:
    """Offset behind the bracket that closes the one at this token."""
    expected: list[str] = []
    for token in tokens[at:]:
        if token.text in _OPENING:
            expected.append(_OPENING[token.text])
        elif expected and token.text == expected[-1]:
            expected.pop()
        elif token.text in _OPENING.values():
            break
        if not expected:
            return token.end
    line, column = place(text, tokens[at].start)
    raise Refused("syntax", f"Line {line}, column {column}: this {{ is not closed.", line=line, column=column)


def _call(prologue: str, address: str, pattern: str, silent: bool, *, limits: Limits) -> Call:
    """The pattern as a query, checked as every query is: it holds no SERVICE in its turn."""
    text = f"{prologue}\nSELECT * WHERE {pattern}"
    prepare(Query(text), dataclasses.replace(limits, query_bytes=2 * limits.query_bytes))
    return Call(address, text, silent)


# --- answers -------------------------------------------------------------------------------------------------------


def values(address: str, content: bytes) -> str:
    """SPARQL JSON results from elsewhere → VALUES. Raises :class:`Failed` where they are not what they should be."""
    try:
        table = json.loads(content)
        names = [_name(name) for name in table["head"]["vars"]]
        solutions = table["results"]["bindings"]
        if not isinstance(solutions, list) or not all(isinstance(solution, dict) for solution in solutions):
            raise TypeError(solutions)
        rows = [_row(names, solution) for solution in solutions]
    except _Blank:
        raise remote_failed(
            address, "its answer holds blank nodes, which mean nothing here; leave them out with FILTER(!isBlank(?x))"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise remote_failed(address, "its answer is not in SPARQL JSON results") from None
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }}"


def remote_failed(address: str, why: str) -> Failed:
    return Failed("remote", f"The endpoint {address} did not help: {why}.")


class _Blank(Exception):
    pass


def _name(name: str) -> str:
    token = next(iter(tokenise(f"?{name}")))
    if token.kind is not VAR or token.text != f"?{name}":
        raise ValueError(name)
    return name


def _row(names: Sequence[str], solution: dict[str, dict[str, Any]]) -> str:
    return f"({' '.join(_term(solution[name]) if name in solution else 'UNDEF' for name in names)})"


def _term(term: dict[str, Any]) -> str:
    """One term as SPARQL; nothing of it is trusted."""
    kind, value = term["type"], term["value"]
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode("utf-8")  # no lone surrogates
    if kind == "uri":
        return _iri(value)
    if kind == "bnode":
        raise _Blank
    if kind not in ("literal", "typed-literal"):
        raise ValueError(kind)
    text = '"' + _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04X}", value) + '"'
    if language := term.get("xml:lang"):
        if not _LANGUAGE.match(language):
            raise ValueError(language)
        return f"{text}@{language}"
    return f"{text}^^{_iri(term['datatype'])}" if term.get("datatype") else text


def _iri(value: str) -> str:
    if not _IRI.match(value):
        raise ValueError(value)
    return f"<{value}>"
