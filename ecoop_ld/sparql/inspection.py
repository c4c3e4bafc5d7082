"""A query → :class:`Prepared`, or :class:`Refused`: the checks that come before any engine sees it.

They are a fence for honest mistakes and cheap attacks; what gets past them meets the limits of the worker process,
which has no network, so a disguised SERVICE would find nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecoop_ld.sparql.protocol import Form, Prepared, Query, Refused
from ecoop_ld.sparql.tokens import (
    BAD,
    BLANK,
    IRI,
    NUMBER,
    PNAME,
    PUNCTUATION,
    STRING,
    TAG,
    VAR,
    WORD,
    Token,
    decode_escapes,
    tokenise,
)

if TYPE_CHECKING:
    from ecoop_ld.config import Limits

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_TERMS = {IRI, PNAME, VAR, STRING, NUMBER, BLANK, TAG}
_CLOSING = {")": "(", "]": "[", "}": "{"}
_PREFIX_OPERATORS = {"!", "-", "+", "^"}


def prepare(query: Query, limits: Limits) -> Prepared:
    """Check a query and find out what is needed to answer it."""
    size = len(query.text.encode("utf-8", "replace"))
    if size > limits.query_bytes:
        raise _over("too-long", f"The query has {size:,} bytes", "query_bytes", limits.query_bytes)
    text = decode_escapes(query.text)
    tokens = list(tokenise(text))
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
    default, named = _dataset(query, body)
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
        undeclared=_undeclared(body, declared),
    )


def _over(kind: str, found: str, limit: str, value: int) -> Refused:
    return Refused(kind, f"{found}; at most {value:,} are answered here.", limit=limit, value=value)


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


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


def _dataset(query: Query, body: Sequence[Token]) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The dataset asked for: the protocol's, else that of FROM and FROM NAMED, else none."""
    if query.default_graphs or query.named_graphs:
        return tuple(f"<{iri}>" for iri in query.default_graphs), tuple(f"<{iri}>" for iri in query.named_graphs)
    default, named = [], []
    for at, token in enumerate(body[:-2]):
        if token.text == "{":
            break
        if token.kind is WORD and token.text.upper() == "FROM":
            following = body[at + 1]
            if following.kind in (IRI, PNAME):
                default.append(following.text)
            elif following.text.upper() == "NAMED" and body[at + 2].kind in (IRI, PNAME):
                named.append(body[at + 2].text)
    return (tuple(default), tuple(named)) if default or named else (None, None)


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
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth = max(depth - 1, 0)
        deepest = max(deepest, depth + run)
    return deepest


def count_patterns(body: Sequence[Token]) -> int:
    """An estimate of the triple patterns, seldom below their number.

    Where triples can stand, each end of a statement (``.``, ``;``, ``,``, a closing bracket, a keyword) after a term
    counts one, and so does each step of a property path (``/``) and each member of a list or bracketed path.
    Expressions in round brackets and the data of VALUES count nothing.
    """
    count, contexts, values = 0, [""], False
    previous = Token(PUNCTUATION, "", 0)
    before = previous
    for token in body:
        text, context = token.text, contexts[-1]
        if context in ("{", "[") and not values:
            ends = (token.kind is WORD and text != "a") or text in ".;,}]{"
            if ends and (previous.kind in _TERMS or previous.text in ("]", ")")) and before.text.upper() != "GRAPH":
                count += 1
            count += text == "/"
        elif context == "list" and token.kind in _TERMS:
            count += 1
        if token.kind is WORD:
            values = text.upper() == "VALUES"
        elif text == "(":
            contexts.append("data" if values else _round_bracket(context, before, previous))
        elif text in ("{", "["):
            contexts.append("data" if values else text)
            values = False
        elif text in _CLOSING and len(contexts) > 1 and contexts.pop() in ("expression", "data"):
            token = Token(PUNCTUATION, "", token.start)  # what stands before the next separator is no triple
        before, previous = previous, token
    return count


def _round_bracket(context: str, before: Token, previous: Token) -> str:
    """What ``(`` opens: an expression, or a list or property path where triples can stand."""
    if context not in ("{", "[", "list"):
        return "expression"
    called = previous.kind in (IRI, PNAME) and before.text.upper() in ("FILTER", "HAVING", "BY")
    return "expression" if called or (previous.kind is WORD and previous.text != "a") else "list"


def _refuse_service(text: str, tokens: Sequence[Token]) -> None:
    """Raise where SERVICE is a keyword under any reading that the engine's parser could take.

    That parser needs no space after a keyword (``SERVICEex:a{``, ``trueSERVICE<x>{``), and reads ``<`` after an
    operand in brackets as "less than" even where an IRI could follow; an IRI that would hide a comment or a quote
    there is not trusted.
    """
    depth, brackets = 0, [""]
    for at, token in enumerate(tokens):
        if token.text in ("{", "[", "("):
            brackets.append(token.text)
            depth += token.text == "{"
        elif token.text in _CLOSING:
            depth -= token.text == "}"
            if len(brackets) > 1:
                brackets.pop()
        elif token.kind is BAD:
            line, column = place(text, token.start)
            message = f"Line {line}, column {column}: cannot be read: {token.text[:20]}"
            raise Refused("syntax", message, line=line, column=column)
        elif _is_service(tokens, at, depth) or (brackets[-1] == "(" and _is_doubtful(tokens, at)):
            raise Refused("service", "SERVICE is not available here: a query is answered from this dataset alone.")


def _is_service(tokens: Sequence[Token], at: int, depth: int) -> bool:
    token = tokens[at]
    if token.kind is WORD:
        return "service" in token.text.lower()
    if token.kind is not PNAME or "service" not in token.text.partition(":")[0].lower() or depth < 1:
        return False
    opens = at + 1 < len(tokens) and tokens[at + 1].text == "{"
    return opens and tokens[at - 1].text.upper() != "GRAPH"


def _is_doubtful(tokens: Sequence[Token], at: int) -> bool:
    token, previous = tokens[at], tokens[at - 1]
    hides = token.kind is IRI and ("#" in token.text or "'" in token.text)
    return hides and (previous.kind in _TERMS or previous.text == ")" or previous.text.lower() in ("true", "false"))
