"""A query → :class:`Prepared`, or :class:`Refused`: the checks that come before any engine sees it.

They are a fence for honest mistakes and cheap attacks; what gets past them meets the limits of the worker process,
which has no network, so a disguised SERVICE would find nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ecoop_ld.errors import Place, UserError
from ecoop_ld.sparql.protocol import Form, Prepared, Query, QueryError, Refused
from ecoop_ld.sparql.tokens import (
    BAD,
    CLOSING,
    GROUP,
    IRI,
    LIST,
    OPENING,
    OUTER,
    PNAME,
    PROPERTIES,
    PUNCTUATION,
    STRING,
    TERMS,
    VAR,
    WORD,
    Token,
    decode_escapes,
    tokenise,
)

if TYPE_CHECKING:
    from ecoop_ld.config import Limits

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_CLOSE = {"COALESCE", "CONCAT", "BNODE"}
"""Functions whose bracket the engine wants close behind the name."""
_CHANGING = ("NOW", "RAND", "UUID", "BNODE")
"""Ends of the names of functions whose value changes from call to call; the engine reads ``FILTERRAND()``, too."""
_ENDS = {".", ";", ",", "}", "]", "{", "{|", "|}"}
_PREFIX_OPERATORS = {"!", "-", "+", "^"}


def prepare(query: Query, limits: Limits) -> Prepared:
    """Check a query and find out what is needed to answer it."""
    size = len(query.text.encode("utf-8", "replace"))
    if size > limits.query_bytes:
        raise _over("too-long", f"The query has {size:,} bytes", "query_bytes", limits.query_bytes)
    text = decode_escapes(query.text)
    tokens = list(tokenise(text))
    text = close_gaps(text, tokens)
    start, declared = _read_prologue(tokens)
    form = _form(text, tokens, start)
    if "service" in text.lower():
        _refuse_service(text, tokens)
    nesting = deepest_nesting(tokens)
    if nesting > limits.query_nesting:
        message = f"Brackets or operators are nested {nesting:,} deep"
        raise _over("too-deep", message, "query_nesting", limits.query_nesting)
    body = tokens[start:]
    patterns = count_patterns(body)
    if patterns > limits.query_patterns:
        message = f"The query has about {patterns:,} triple patterns"
        raise _over("too-many-patterns", message, "query_patterns", limits.query_patterns)
    undeclared = _undeclared(body, declared)
    default, named = _dataset(query, text, body, undeclared)
    return Prepared(
        form=form,
        text=text,
        base=query.base,
        prologue="" if default is None else text[: tokens[start].start],
        default_graphs=default,
        named_graphs=named,
        star=_star(body),
        variables=tuple(dict.fromkeys(token.text[1:] for token in body if token.kind is VAR)),
        nesting=nesting,
        patterns=patterns,
        undeclared=undeclared,
        changes=_changes(body),
    )


def prepare_own(text: str, limits: Limits, file: str) -> Prepared:
    """The same for a query in a project's files. Raises :class:`UserError` with its place."""
    try:
        return prepare(Query(text), limits)
    except QueryError as error:
        raise UserError(error.message, place=Place(file, error.line, error.column), hint=error.hint) from None


def declare(text: str, prefixes: Mapping[str, str], limits: Limits, end: str = " ") -> str:
    """The query with those of the prefixes before it that it uses without declaring them, each followed by ``end``."""
    missing = [p.rstrip(":") for p in prepare(Query(text), limits).undeclared]
    return "".join(f"PREFIX {p}: <{prefixes[p]}>{end}" for p in missing if p in prefixes) + text


def asks_elsewhere(text: str) -> str:
    """``SERVICE`` or ``FROM``, where a query says so: some engines go to the network for either."""
    text = decode_escapes(text)
    tokens = list(tokenise(text))
    if any(_is_service(tokens, at) for at in range(len(tokens))):
        return "SERVICE"
    says_from = any(t.kind is WORD and "FROM" in t.text.upper() for t in tokens if t.context is OUTER)
    return "FROM" if says_from else ""


def _over(kind: str, found: str, limit: str, value: int) -> Refused:
    return Refused(kind, f"{found}; at most {value:,} are answered here.", limit=limit, value=value)


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def close_gaps(text: str, tokens: Sequence[Token]) -> str:
    """The text as the engine can read it, which takes no space behind the names of some functions, and no comment
    between brackets that hold nothing. Every other token stays where it is."""
    pieces, done = [], 0
    for token, following in pairwise(tokens):
        if token.end == following.start:
            continue
        gap = text[token.end : following.start]
        if following.text == "(" and token.kind is WORD and token.text.upper() in _CLOSE:
            pieces += [text[done : token.start], gap, token.text]
            done = following.start
        elif token.text + following.text in ("()", "[]") and "#" in gap:
            pieces += [text[done : token.end], re.sub(r"[^\r\n]", " ", gap)]
            done = following.start
    return "".join(pieces) + text[done:] if pieces else text


def _read_prologue(tokens: Sequence[Token]) -> tuple[int, set[str]]:
    """Index of the first token after BASE and PREFIX declarations, and the prefixes declared (``ex:``)."""
    at, prefixes = 0, set()
    while at + 1 < len(tokens) and tokens[at].kind is WORD:
        word, following = tokens[at].text.upper(), tokens[at + 1]
        if word == "PREFIX" and following.kind is PNAME and at + 2 < len(tokens) and tokens[at + 2].kind is IRI:
            prefixes.add(following.text)
            at += 3
        elif (word == "BASE" and following.kind is IRI) or (word == "VERSION" and following.kind is STRING):
            at += 2
        else:
            break
    return at, prefixes


def _form(text: str, tokens: Sequence[Token], at: int) -> Form:
    token = tokens[at] if at < len(tokens) else None
    word = token.text.upper() if token and token.kind is WORD else ""
    if word in Form.__members__:
        return Form[word]
    if word in _UPDATES:
        raise Refused("update", "This endpoint is read-only: it answers queries and takes no updates.")
    line, column = place(text, token.start if token else len(text))
    raise Refused(
        "syntax",
        f"Line {line}, column {column}: SELECT, ASK, CONSTRUCT or DESCRIBE was expected here.",
        line=line,
        column=column,
    )


def _star(body: Sequence[Token]) -> int:
    at = 1
    while at < len(body) and body[at].text.upper() in ("DISTINCT", "REDUCED"):
        at += 1
    is_star = body[0].text.upper() == "SELECT" and at < len(body) and body[at].text == "*"
    return body[at].start if is_star else -1


def _dataset(
    query: Query, text: str, body: Sequence[Token], undeclared: Sequence[str]
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The dataset asked for: the protocol's, else that of FROM and FROM NAMED, else none.

    FROM stands outside all brackets, and nothing else is called so there, but for a prefix that is declared.
    """
    if query.default_graphs or query.named_graphs:
        return tuple(f"<{iri}>" for iri in query.default_graphs), tuple(f"<{iri}>" for iri in query.named_graphs)
    default: list[str] = []
    named: list[str] = []
    glued = {prefix.upper().rstrip(":") for prefix in undeclared}
    outer = [token for token in body if token.context is OUTER]
    for at, token in enumerate(outer):
        word, following = token.text.upper(), outer[at + 1 : at + 3]
        if token.kind is WORD and word in ("FROM", "FROMNAMED"):
            is_named = word == "FROMNAMED" or bool(following and following[0].text.upper() == "NAMED")
            graph = following[is_named and word == "FROM" :][:1]
            if graph and graph[0].kind in (IRI, PNAME):
                (named if is_named else default).append(graph[0].text)
        elif "FROM" in word and (token.kind is WORD or (token.kind is PNAME and word.partition(":")[0] in glued)):
            line, column = place(text, token.start)
            message = f"Line {line}, column {column}: FROM has to stand apart from what is around it."
            raise Refused("syntax", message, line=line, column=column)
    return (tuple(default), tuple(named)) if default or named else (None, None)


def _changes(body: Sequence[Token]) -> bool:
    """Whether a function is called whose value is another one each time."""
    calls = (token for token, following in pairwise(body) if token.kind is WORD and following.text == "(")
    return any(token.text.upper().endswith(_CHANGING) for token in calls)


def _undeclared(body: Sequence[Token], declared: set[str]) -> tuple[str, ...]:
    used = {token.text.partition(":")[0] + ":" for token in body if token.kind is PNAME}
    return tuple(sorted(used - declared))


def deepest_nesting(tokens: Sequence[Token]) -> int:
    """Deepest nesting of brackets; a run of prefix operators (``!!!``, ``^^^``) nests as deep as it is long."""
    deepest = depth = run = 0
    for token in tokens:
        if token.kind is not PUNCTUATION:
            run = 0
            continue
        text = token.text
        run = run + len(text) if text in _PREFIX_OPERATORS or text == "^^" else 0
        if text in OPENING:
            depth += 1
        elif text in CLOSING:
            depth = max(depth - 1, 0)
        deepest = max(deepest, depth + run)
    return deepest


def count_patterns(body: Sequence[Token]) -> int:
    """An estimate of the triple patterns, seldom below their number.

    Where triples can stand, each end of a statement (``.``, ``;``, ``,``, a closing bracket, a keyword) after a term
    counts one, and so does each step of a property path (``/``) and each member of a list or bracketed path.
    Expressions in round brackets, triple terms and the data of VALUES count nothing.
    """
    count = 0
    previous = before = Token(PUNCTUATION, "", 0)
    for token in body:
        text = token.text
        if token.context in (GROUP, PROPERTIES):
            ends = (token.kind is WORD and text != "a") or text in _ENDS
            if ends and _ends_term(previous) and before.text.upper() not in ("GRAPH", "VALUES"):
                count += 1
            count += text == "/"
        elif token.context is LIST and token.kind in TERMS:
            count += 1
        before, previous = previous, token
    return count


def _ends_term(token: Token) -> bool:
    return token.kind in TERMS or token.text in ("]", ">>", ")>>") or (token.text == ")" and token.context is LIST)


def _refuse_service(text: str, tokens: Sequence[Token]) -> None:
    """Raise where SERVICE is a keyword under any reading that the engine's parser could take.

    That parser needs no space after a keyword (``SERVICEex:a{``, ``trueSERVICE<x>{``).
    """
    for at, token in enumerate(tokens):
        if token.kind is BAD:
            line, column = place(text, token.start)
            message = f"Line {line}, column {column}: cannot be read: {token.text[:20]}"
            raise Refused("syntax", message, line=line, column=column)
        if _is_service(tokens, at):
            raise Refused("service", "SERVICE is not available here: a query is answered from this dataset alone.")


def _is_service(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind is WORD:
        return "service" in token.text.lower()
    if token.kind is not PNAME or "service" not in token.text.partition(":")[0].lower() or token.context is OUTER:
        return False
    opens = at + 1 < len(tokens) and tokens[at + 1].text == "{"
    return opens and tokens[at - 1].text.upper() != "GRAPH"
