"""Tokens of a text with slips, with lookahead; and its declarations of prefixes."""

from __future__ import annotations

import re

from ecoop_ld.errors import did_you_mean
from ecoop_ld.sources.slips import Edit, Scanner, Slip, Token

STARTS = frozenset({"iri", "name", "blank", "short", "long", "integer", "decimal", "double", "word", "[", "("})
LITERAL = ("short", "long")
VERBS = frozenset({"iri", "name"})
SEPARATORS = frozenset({";", ",", ".", "]", ")", "}", "end"})


class Lost(Exception):
    """Nothing sensible can be made of a statement."""

    def __init__(self, at: int, message: str, hint: str = "") -> None:
        self.slip = Slip(at, message, hint, mended=False)


class Tokens:
    """The tokens that :class:`Scanner` found, with lookahead, and the declarations of prefixes among them."""

    def __init__(self, text: str, scanner: Scanner, quads_format: bool) -> None:
        self._text, self._quads_format = text, quads_format
        self._tokens = scanner.tokens
        self._at = 0
        self.slips: list[Slip] = list(scanner.slips)
        self.edits: list[Edit] = list(scanner.edits)
        self.declared: dict[str, str] = {}
        self.undeclared: dict[str, list[int]] = {}

    # --- tokens ---

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def _last(self) -> Token:
        return self._tokens[self._at - 1] if self._at else ("start", "", 0, 0)

    def _take(self) -> Token:
        token = self._next
        if token[0] == "name":
            prefix = token[1].partition(":")[0]
            if prefix not in self.declared:
                self.undeclared.setdefault(prefix, []).append(token[2])
        if token[0] != "end":
            self._at += 1
        return token

    def _slip(self, at: int, message: str, hint: str, *edits: Edit) -> None:
        self.slips.append(Slip(at, message, hint))
        self.edits.extend(edits)

    def _column(self, at: int) -> int:
        return at - max(self._text.rfind("\n", 0, at), self._text.rfind("\r", 0, at)) - 1

    def _after_term(self, at: int) -> int | None:
        """Index of the token behind the term that begins at one; ``None`` where none does."""
        kind, text, *_ = self._tokens[at]
        if kind in ("[", "("):
            depth = 0
            while True:
                kind = self._tokens[at][0]
                depth += (kind in ("[", "(")) - (kind in ("]", ")"))
                at += 1
                if not depth:
                    return at
                if kind in ("end", "."):
                    return None
        if kind not in STARTS or (kind == "word" and text in ("prefix", "base", "graph")):
            return None
        at += 1
        if kind in ("short", "long"):
            if self._tokens[at][0] == "tag":
                at += 1
            elif self._tokens[at][0] == "^^":
                at += 2
        return at

    def _terms_ahead(self, at: int) -> int:
        """How many terms stand before the next separator."""
        count, here = 0, at
        while count < 12:
            after = self._after_term(here)
            if after is None:
                break
            count, here = count + 1, min(after, len(self._tokens) - 1)
        return count if self._tokens[here][0] in SEPARATORS else 12

    def _is_verb(self, token: Token) -> bool:
        return token[0] in VERBS or token[:2] == ("word", "a")

    # --- directives ---

    def _directive(self) -> None:
        _, text, at, end = self._take()
        word = text.lstrip("@").lower()
        if text.startswith("@") and text not in ("@prefix", "@base"):
            near = did_you_mean(word, ("prefix", "base"))
            if not near:
                raise Lost(at, f"{text} is no directive.", "Write @prefix or @base.")
            good = "@" + near.split('"')[1]
            self._slip(at, f"{text} is no directive.", f"Write {good}.", (at, end, good))
            word = good[1:]
        prefix = self._declared_prefix() if word == "prefix" else ""
        kind, iri, start, _ = self._next
        if kind != "iri":
            line = self._text[start:].splitlines()[0] if start < len(self._text) else ""
            body = re.match(r"[\"']?(https?://[^\s\"'<>]*[^\s\"'<>.])[\"'>]?", line)
            if not body:
                raise Lost(start, "A namespace between < and > belongs here.", "Write @prefix name: <IRI> .")
            hint = f"Write <{body[1]}>."
            self._slip(
                start, "The namespace stands between < and >.", hint, (start, start + body.end(), f"<{body[1]}>")
            )
            iri = f"<{body[1]}>"
            while self._next[0] != "end" and self._next[2] < start + body.end():
                self._at += 1
        else:
            self._at += 1
        if word == "prefix":
            self.declared[prefix] = iri
        self._end_of_directive(text)

    def _declared_prefix(self) -> str:
        kind, name, start, stop = self._next
        if kind == "word":
            self._at += 1
            hint = f"Write {name}: with the colon."
            self._slip(stop, "The colon behind the prefix is missing.", hint, (stop, stop, ":"))
            return name
        if kind != "name" or not name.endswith(":"):
            raise Lost(start, "A prefix and its colon belong here.", "Write @prefix name: <IRI> .")
        self._at += 1
        return name[:-1]

    def _end_of_directive(self, written: str) -> None:
        if written.startswith("@"):
            if self._next[0] == ".":
                self._at += 1
            else:
                at = self._next[2] if self._next[0] in (";", ",") else -1
                if at >= 0:
                    self._slip(at, f"{written} ends in a dot.", "Write a dot instead.", (at, at + 1, "."))
                    self._at += 1
                else:
                    self._missing_dot()
        elif self._next[0] == ".":
            at = self._next[2]
            self._slip(
                at, f"{written} takes no dot at its end; @{written.lower()} does.", "Delete it.", (at, at + 1, " ")
            )
            self._at += 1

    def _missing_dot(self) -> None:
        end = self._last[3]
        self._slip(
            end, "The dot that ends this statement is missing.", "Put a dot at the end of this line.", (end, end, " .")
        )


def blank(text: str) -> str:
    """As many blanks, on as many lines."""
    return re.sub(r"[^\r\n]", " ", text)


def shown(text: str) -> str:
    """A text in a message."""
    text = re.sub(r"\s+", " ", text)
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”" if text else "the end of the file"
