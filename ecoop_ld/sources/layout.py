"""The text of a Turtle or TriG file → the same in canonical layout: its order, comments and line breaks between values
stay, its terms are not touched. One property per line, four blanks for what belongs to something, prefixes aligned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ecoop_ld.sources.turtle import TOKEN

_INDENT = "    "
_PIECE = re.compile(r"\r\n|\n|\r|#[^\r\n]*")


@dataclass(slots=True)
class _Written:
    """One token, with what stands around it."""

    kind: str
    text: str
    comments: list[str] = field(default_factory=list)
    """Comments on lines of their own before it."""
    after: str = ""
    """A comment behind it on its line."""
    breaks: int = 0
    """Ends of lines before it, without those of comments."""


class Unreadable(ValueError):
    """The text is no Turtle."""


def laid_out(text: str) -> str:
    """The text in canonical layout. Raises :class:`Unreadable` where the text is no Turtle; parse it first."""
    return _Layout(_read(text)).whole()


def _read(text: str) -> list[_Written]:
    tokens, waiting = [_Written("start", "")], _Written("", "")
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        kind = match.lastgroup if match else "bad"
        if match is None or kind in ("bad", None):
            raise Unreadable(f"offset {at}")
        at = match.end()
        if kind == "space":
            _space(match[0], tokens[-1], waiting)
            continue
        waiting.kind, waiting.text = (match[0] if kind == "mark" else str(kind)), match[0]
        tokens.append(waiting)
        waiting = _Written("", "")
    waiting.kind = "end"
    return [*tokens, waiting]


def _space(space: str, before: _Written, waiting: _Written) -> None:
    """Put the comments and line breaks between two tokens where they belong."""
    on_line = True
    for piece in _PIECE.findall(space):
        if not piece.startswith("#"):
            waiting.breaks += 1
            on_line = False
        elif on_line and before.kind != "start":
            before.after = piece.rstrip()
        else:
            if (waiting.breaks > 1 and not waiting.comments) or waiting.breaks > 1:
                waiting.comments.append("")
            waiting.comments.append(piece.rstrip())
            waiting.breaks = 0


class _Layout:
    """Writes tokens line by line."""

    def __init__(self, tokens: list[_Written]) -> None:
        self._tokens, self._at = tokens, 0
        self._lines: list[str] = [tokens[0].after] if tokens[0].after else []
        self._line, self._depth = "", 0
        self._at = 1

    def whole(self) -> str:
        while self._next.kind != "end":
            self._statement()
        self._own_lines(self._next)
        text = "\n".join(self._lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n" if text.strip() else ""

    @property
    def _next(self) -> _Written:
        return self._tokens[self._at]

    def _own_lines(self, token: _Written) -> None:
        for comment in token.comments:
            self._lines.append(f"{_INDENT * self._depth}{comment}" if comment else "")

    def _put(self, glue: str = " ") -> _Written:
        token = self._next
        if token.kind == "end":
            raise Unreadable("end")
        self._at += 1
        if token.comments:
            self._end()
            self._own_lines(token)
        self._line = f"{self._line}{glue}{token.text}" if self._line else f"{_INDENT * self._depth}{token.text}"
        if token.after:
            self._line += f"  {token.after}"
            self._end()
        return token

    def _end(self) -> None:
        if self._line:
            self._lines.append(self._line.rstrip())
            self._line = ""

    # --- statements ---

    def _statement(self) -> None:
        token = self._next
        if token.breaks > 1 and self._lines and not token.comments:
            self._lines.append("")
        if token.comments:
            self._own_lines(token)
            self._lines += [""] if token.breaks > 1 else []
            token.comments = []
        if (token.kind == "tag" and token.text in ("@prefix", "@base")) or self._is_word("prefix", "base"):
            self._directives()
            return
        if self._is_word("graph"):
            self._put()
        self._term()
        if self._next.kind == "{":
            self._graph()
            return
        self._depth += 1
        if self._next.kind not in (".", "}"):
            self._predicates((".", "}"))
        self._depth -= 1
        if self._next.kind == ".":
            self._put()
        self._end()

    def _is_word(self, *words: str) -> bool:
        return self._next.kind == "word" and self._next.text.lower() in words

    def _graph(self) -> None:
        self._put()
        self._end()
        self._depth += 1
        while self._next.kind not in ("}", "end"):
            self._statement()
        self._depth -= 1
        self._put()
        self._end()

    def _directives(self) -> None:
        """A run of declarations, their namespaces below each other."""
        run: list[tuple[str, list[_Written]]] = []
        while True:
            first = self._next
            sparql = first.kind == "word"
            named = first.text.lstrip("@").lower() == "prefix"
            count = 2 + named + (not sparql)
            tokens = self._tokens[self._at : self._at + count]
            if len(tokens) < count or any(token.kind == "end" for token in tokens):
                raise Unreadable("directive")
            self._at += count
            run.append((" ".join(token.text for token in tokens[: 1 + named]), tokens))
            following = self._next
            is_more = following.text.lstrip("@").lower() in ("prefix", "base") and following.kind in ("tag", "word")
            if not is_more or following.breaks > 1 or following.comments:
                break
        width = max(len(head) for head, _ in run)
        for head, tokens in run:
            self._own_lines(tokens[0])
            rest = " ".join(token.text for token in tokens[len(head.split()) :])
            after = "  ".join(token.after for token in tokens if token.after)
            self._lines.append(f"{_INDENT * self._depth}{head.ljust(width)} {rest}" + (f"  {after}" if after else ""))

    # --- what is said of a subject ---

    def _predicates(self, closing: tuple[str, ...], *, inline: bool = False) -> None:
        while self._next.kind not in closing:
            if self._next.breaks and not inline:
                self._end()
            self._put()
            self._objects(inline)
            while self._next.kind == ";":
                following = self._tokens[self._at + 1].kind
                token = self._next
                if following == ";" or (following == "." and not token.after and not token.comments):
                    self._at += 1  # it separates nothing
                    continue
                self._put()
                if not inline:
                    self._end()
            if self._next.kind not in closing and self._tokens[self._at - 1].kind != ";":
                raise Unreadable("separator")

    def _objects(self, inline: bool) -> None:
        self._value(inline)
        while self._next.kind == ",":
            self._put()
            self._value(inline)

    def _value(self, inline: bool) -> None:
        """A value, on a line of its own where it stands on one."""
        if not self._next.breaks or inline:
            self._term()
            return
        self._depth += 1
        self._end()
        self._term()
        self._depth -= 1

    def _term(self) -> None:
        kind = self._next.kind
        if kind in ("[", "("):
            self._bracket("]" if kind == "[" else ")")
            return
        if kind in ("]", ")", "}", ".", ";", ",", "end", "^^", "tag"):
            raise Unreadable("term")
        self._put()
        if kind in ("short", "long"):
            if self._next.kind == "tag":
                self._put("")
            elif self._next.kind == "^^":
                self._put("")
                self._put("")

    def _bracket(self, closing: str) -> None:
        inside = self._inside(closing)
        inline = not any(token.breaks or token.comments or token.after for token in inside)
        self._put()
        if len(inside) == 1:  # nothing but the closing one
            self._put("")
            return
        if not inline:
            self._end()
            self._depth += 1
        if closing == "]":
            self._predicates(("]",), inline=inline)
        else:
            while self._next.kind != ")":
                if self._next.breaks and not inline:
                    self._end()
                self._term()
        if not inline:
            self._end()
            self._depth -= 1
        self._put()

    def _inside(self, closing: str) -> list[_Written]:
        """The tokens of a bracket, its closing one among them."""
        depth, at = 0, self._at
        while True:
            kind = self._tokens[at].kind
            depth += (kind in ("[", "(")) - (kind in ("]", ")"))
            at += 1
            if not depth:
                return self._tokens[self._at + 1 : at]
            if kind == "end":
                raise Unreadable(closing)
