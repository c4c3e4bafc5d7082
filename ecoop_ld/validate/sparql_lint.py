"""The text of a query of the project → its slips of syntax where they were made, and its terms and variables that are
nobody's. It may stand in a file of its own or, as a literal, in a shape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.errors import Finding, Place, Severity, nearest
from ecoop_ld.rdf import names
from ecoop_ld.sparql.inspection import place
from ecoop_ld.sparql.tokens import (
    BAD,
    CLOSING,
    EXPRESSION,
    IRI,
    OPENING,
    PNAME,
    PUNCTUATION,
    STRING,
    VAR,
    WORD,
    Token,
    tokenise,
)
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon

_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        A ABS ADJUST ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT CONTAINS
        COUNT DATATYPE DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP
        GROUP_CONCAT HASLANG HASLANGDIR HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG
        LANGDIR LANGMATCHES LATERAL LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL
        ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1
        SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID
        SUBJECT SUBSTR SUM TIMEZONE TRIPLE TRUE TZ UCASE UNDEF UNION UNFOLD URI UUID VALUES VERSION WHERE YEAR
        """,
    )
)
_AT = re.compile(r"\bat (?:line )?(\d+)(?::|, column )(\d+)")


@dataclass(frozen=True, slots=True)
class QueryText:
    """A query, and where it stands."""

    text: str
    file: str
    line: int = 1
    """Line of the file where the text begins."""
    column: int = 1
    prefixes: Mapping[str, str] = frozenset()  # type: ignore[assignment]
    """Prefixes that it may use without declaring them."""

    def at(self, offset: int) -> Place:
        line, column = place(self.text, offset)
        return Place(self.file, self.line + line - 1, column + (self.column - 1 if line == 1 else 0))


def check(
    query: QueryText, lexicon: Lexicon, code: str = "query-syntax", *, of_shape: bool = False
) -> Iterator[Finding]:
    """The first slip of syntax, else what is wrong with terms and variables; shapes give variables values."""
    tokens = list(tokenise(query.text))
    slip = _slip(query, tokens, code)
    if slip is not None:
        yield slip
        return
    yield from _namespaces(query, tokens, lexicon)
    yield from _terms(query, tokens, lexicon)
    if not of_shape:
        yield from _variables(query, tokens)


def declared(query: QueryText, tokens: Sequence[Token]) -> dict[str, str]:
    """Prefix → namespace: what the query declares, and what it may use without."""
    found = dict(query.prefixes)
    for before, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.kind == WORD and before.text.upper() == "PREFIX" and name.kind == PNAME and iri.kind == IRI:
            found[name.text.rstrip(":")] = iri.text[1:-1]
    return found


# --- syntax ---


def _slip(query: QueryText, tokens: Sequence[Token], code: str) -> Finding | None:
    error = _engine(query, declared(query, tokens))
    if error is None:
        return None
    for one in (_undeclared, _open_string, _misspelt, _brackets):
        found = one(query, tokens)
        if found is not None:
            offset, message, hint = found
            return Finding(code, Severity.VIOLATION, message, query.at(offset), hint=hint)
    message, offset = error
    return Finding(code, Severity.VIOLATION, message, query.at(offset), hint="")


def _engine(query: QueryText, prefixes: Mapping[str, str]) -> tuple[str, int] | None:
    """What the engine has against a query, and the offset; ``None`` where it takes it."""
    try:
        ox.Store().query(query.text, prefixes=dict(prefixes))
    except (SyntaxError, ValueError) as error:
        said = str(getattr(error, "msg", None) or error)
        found = _AT.search(said)
        message = re.sub(r"^error\s*|\bat \d+:\d+:?\s*", "", said).strip(" :")
        offset = 0
        if found:
            lines = query.text.split("\n")
            line, column = min(int(found[1]), len(lines)), int(found[2])
            offset = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
            offset = _shown(query.text, min(offset, len(query.text)))
        return f"Not a SPARQL query: {_plain(message)}.", offset
    return None


def _shown(text: str, offset: int) -> int:
    """The next offset at which something stands, or the last."""
    rest = re.compile(r"(?:\s|#[^\n]*)*").match(text, offset)
    at = rest.end() if rest else offset
    return at if at < len(text) else max(len(text.rstrip()) - 1, 0)


def _plain(message: str) -> str:
    wanted = re.search(r"expected (?:one of )?(.*)", message)
    if not wanted:
        return message
    words = [word.strip("[]") for word in wanted[1].split(", ") if len(word) < 20]
    return "something else is expected here" + (f", such as {', '.join(words[:4])}" if words else "")


Slipped = tuple[int, str, str]
"""Offset, message and hint."""


def _undeclared(query: QueryText, tokens: Sequence[Token]) -> Slipped | None:
    known = declared(query, tokens)
    for before, token in zip((None, *tokens), tokens, strict=False):
        prefix = token.text.partition(":")[0]
        if token.kind != PNAME or prefix in known or (before is not None and before.text.upper() == "PREFIX"):
            continue
        near = nearest(prefix, known)
        hint = f'Did you mean "{near}"?' if near else "Declare it: PREFIX at the top of the query."
        return token.start, f'The prefix "{prefix}:" has not been declared.', hint
    return None


def _open_string(_: QueryText, tokens: Sequence[Token]) -> Slipped | None:
    for token in tokens:
        if token.kind == BAD and token.text[:1] in "\"'":
            return (
                token.start,
                "The quotation mark that opens here is never closed.",
                f"Put {token.text[0]} behind the text.",
            )
        if token.kind == BAD and token.text in "“”„«»‘’":
            return token.start, f"{token.text} is a typographic quotation mark.", 'Write ".'
    return None


def _misspelt(query: QueryText, tokens: Sequence[Token]) -> Slipped | None:
    for at, token in enumerate(tokens):
        if token.kind != WORD or token.text.upper() in _WORDS:
            continue
        near = nearest(token.text.upper(), _WORDS)
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        hint = f"Did you mean {near}?" if near else ""
        if not near or (following not in ("(", "{") and not hint):
            hint = f"A variable is ?{token.text}; a name has a prefix; a text stands in quotation marks."
        return token.start, f"{token.text} is no word of SPARQL.", hint
    return None


def _brackets(query: QueryText, tokens: Sequence[Token]) -> Slipped | None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind != PUNCTUATION:
            continue
        if token.text in OPENING:
            opened.append(token)
        elif token.text in CLOSING and token.text != ">>":
            if not opened:
                return token.start, f"{token.text} closes nothing.", f"Delete the {token.text}"
            if OPENING[opened[-1].text] == token.text:
                opened.pop()
                continue
            innermost = opened[-1]
            return (
                innermost.start,
                f"{innermost.text} is never closed.",
                f"Put {OPENING[innermost.text]} where it ends.",
            )
    if opened:
        return opened[-1].start, f"{opened[-1].text} is never closed.", f"Put {OPENING[opened[-1].text]} where it ends."
    return None


# --- terms and variables ---


def _namespaces(query: QueryText, tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Finding]:
    """Prefixes that stand for something else than in the project."""
    for before, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.text.upper() == "PREFIX" and name.kind == PNAME and iri.kind == IRI:
            prefix, namespace = name.text.rstrip(":"), iri.text[1:-1]
            usual = lexicon.namespace(prefix)
            if usual and usual != namespace and namespace not in names.WELL_KNOWN.values():
                message = f'The prefix "{prefix}:" stands for <{usual}> in this project, not <{namespace}>.'
                yield finding("prefix-namespace", message, query.at(iri.start), hint=f"Write <{usual}>.")


def _terms(query: QueryText, tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Finding]:
    prefixes, told = declared(query, tokens), set[str]()
    for before, token in zip((None, *tokens), tokens, strict=False):
        if before is not None and before.text.upper() in ("PREFIX", "BASE"):
            continue
        iri = iri_of(token, prefixes)
        if iri and iri not in told and (before is None or before.text != ":") and not _declares(tokens, token):
            told.add(iri)
            verdict = lexicon.judge(iri)
            if verdict is not None:
                yield finding(verdict.code, verdict.message, query.at(token.start), hint=verdict.hint)


def _declares(tokens: Sequence[Token], token: Token) -> bool:
    """Whether an IRI is the namespace of a declaration."""
    at = tokens.index(token)
    return at >= 2 and tokens[at - 2].text.upper() == "PREFIX"


def iri_of(token: Token, prefixes: Mapping[str, str]) -> str:
    """The IRI that a token stands for, or the empty string."""
    if token.kind == IRI:
        return token.text[1:-1]
    if token.kind == PNAME:
        prefix, _, local = token.text.partition(":")
        if prefix in prefixes and local:
            return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
    return ""


def _variables(query: QueryText, tokens: Sequence[Token]) -> Iterator[Finding]:
    """Variables that are selected and that no pattern gives a value."""
    selected = columns(tokens)
    counts = Counter(token.text[1:] for token in tokens if token.kind == VAR)
    for token in tokens:
        name = token.text[1:]
        alone = token.kind == VAR and counts[name] == 1 and not _binds(tokens, token)
        if alone and name not in selected and token.context == EXPRESSION:
            near = nearest(name, [other for other in counts if other != name])
            hint = f"Did you mean ?{near}?" if near else "Take it out, or use it in a pattern."
            yield finding("query-variable", f"Nothing gives ?{name} a value.", query.at(token.start), hint=hint)
        if alone and name in selected:
            near = nearest(name, [other for other in counts if other != name and other not in selected])
            near = near or nearest(name, [other for other in counts if other != name])
            hint = f"Did you mean ?{near}?" if near else "Take it out, or use it in a pattern."
            yield finding(
                "query-variable",
                f"?{name} is asked for, and nothing gives it a value.",
                query.at(token.start),
                hint=hint,
            )


def _binds(tokens: Sequence[Token], token: Token) -> bool:
    at = tokens.index(token)
    return at > 0 and tokens[at - 1].text.upper() == "AS"


def columns(tokens: Sequence[Token]) -> dict[str, Token]:
    """The variables of the first SELECT clause, each with its token; none of ``SELECT *``."""
    found: dict[str, Token] = {}
    begun = depth = 0
    for before, token in zip((None, *tokens), tokens, strict=False):
        word = token.text.upper()
        if token.kind == WORD and word == "SELECT" and not begun:
            begun = 1
        elif begun and (token.text == "{" or (token.kind == WORD and word in ("WHERE", "FROM"))):
            break
        elif begun:
            depth += (token.text == "(") - (token.text == ")")
            if token.kind == VAR and (depth == 0 or (before is not None and before.text.upper() == "AS")):
                found[token.text[1:]] = token
    return found


def start_of_select(tokens: Sequence[Token]) -> int:
    """Offset of the SELECT."""
    return next((token.start for token in tokens if token.kind == WORD and token.text.upper() == "SELECT"), 0)


def strings(tokens: Sequence[Token]) -> set[str]:
    """The texts that a query writes out."""
    return {token.text.strip("\"'") for token in tokens if token.kind == STRING}
