"""The grammar of Turtle and its kin, read with tolerance: what follows a wrong separator says which was meant."""

from __future__ import annotations

from ecoop_ld.sources.predicates import Predicates
from ecoop_ld.sources.slips import Token
from ecoop_ld.sources.tolerant import LITERAL, SEPARATORS, STARTS, VERBS, Lost, blank, shown

_DEEPEST = 100
"""Brackets in brackets: what is deeper was hardly meant, and each takes a piece of the interpreter's stack."""


class TolerantReader(Predicates):
    """Recursive descent; afterwards ``slips`` and ``edits`` hold what was found, in no order."""

    _in_graph = False
    _depth = 0

    def document(self) -> None:
        previous: Token | None = None
        while self._next[0] != "end":
            start = self._at
            try:
                previous = self._statement(previous)
            except Lost as lost:
                self.slips.append(lost.slip)
                self._leave_out(start)
                previous, self._depth = None, 0

    def _leave_out(self, start: int) -> None:
        """Go on behind the dot that ends the statement, at the latest before the next that begins a line."""
        begin = self._tokens[start][2]
        while self._next[0] != "end":
            token = self._take()
            following = self._next
            if token[0] == "." and self._at > start + 1:
                break
            if self._column(following[2]) == 0 and (following[0] == "tag" or self._is_verb(following)):
                break
        end = self._last[3]
        self.edits = [edit for edit in self.edits if not begin <= edit[0] <= end]
        self.edits.append((begin, end, blank(self._text[begin:end])))

    def _statement(self, previous: Token | None) -> Token | None:
        """Read one; the dot that ended it, where triples did."""
        kind, text, at, _ = self._next
        if kind == "tag" or (kind == "word" and text.lower() in ("prefix", "base")):
            self._directive()
            return None
        if kind == "{" or (kind == "word" and text.lower() == "graph"):
            self._graph()
            return None
        after = self._after_term(self._at)
        if after is not None and self._tokens[after][0] == "{":
            self._graph()
            return None
        if kind in ("]", ")", "}"):
            self._slip(at, f"{text} closes nothing.", f"Delete the {text}", (at, at + 1, " "))
            self._take()
            return previous
        if kind == ".":
            self._slip(at, "A dot that ends nothing.", "Delete it.", (at, at + 1, " "))
            self._take()
            return previous
        if previous is not None and self._goes_on(previous):
            return self._end_of_triples()
        if kind == "[":
            self._property_list()
            if self._next[0] == ".":
                return self._take()
        elif kind not in (*VERBS, "blank", "("):
            raise Lost(
                at, f"{shown(text)} cannot begin a statement.", "A statement is subject, property, value and a dot."
            )
        else:
            self._term()
        if self._next[0] in SEPARATORS:
            message = f"A property and a value are missing: {shown(self._last[1])} stands alone."
            raise Lost(at, message, "A statement is subject, property, value and a dot.")
        self._predicates(self._closing, None)
        return self._end_of_triples()

    def _goes_on(self, dot: Token) -> bool:
        """Whether a statement ended too early: what follows its dot has no subject, or no property."""
        count, first = self._terms_ahead(self._at), self._next
        second = self._tokens[self._at + 1]
        goes_on = self._is_verb(first) and (second[0] in LITERAL or (count == 2 and self._column(first[2]) > 0))
        if goes_on or first[:2] == ("word", "a"):
            hint = "Write ; instead: what follows is about the same thing."
            self._slip(dot[2], "A dot ends the statement here, where a semicolon belongs.", hint, (dot[2], dot[3], ";"))
            self._predicates(self._closing, None)
            return True
        if first[0] in ("short", "long") and count == 1:
            hint = "Write , instead: another value of the same property follows."
            self._slip(dot[2], "A dot ends the statement here, where a comma belongs.", hint, (dot[2], dot[3], ","))
            verb = self._at
            self._objects(verb, self._closing, None)
            if self._more(verb, self._closing, None):
                self._predicates(self._closing, None)
            return True
        return False

    @property
    def _closing(self) -> tuple[str, ...]:
        return (".", "}") if self._in_graph else (".",)

    def _end_of_triples(self) -> Token | None:
        if self._ended:
            self._ended = False
        elif self._next[0] == ".":
            return self._take()
        elif not (self._in_graph and self._next[0] == "}"):
            self._missing_dot()
        return None

    def _graph(self) -> None:
        if self._next[0] != "{":
            if self._next[0] == "word":
                self._take()
            self._term()
        opening = self._next[2]
        if self._next[0] != "{":
            raise Lost(opening, "A named graph needs braces.", "Write { before its statements, and } behind them.")
        self._take()
        self._deeper()
        self._in_graph, previous = True, None
        while self._next[0] not in ("}", "end"):
            previous = self._statement(previous)
        self._in_graph = False
        self._depth -= 1
        if self._next[0] == "end":
            end = self._last[3]
            self._slip(
                opening, "The brace that opens here is never closed.", "Put } where the graph ends.", (end, end, " }")
            )
        else:
            self._take()

    # --- terms ---

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            at = self._last[2]
            raise Lost(at, f"Brackets stand in brackets here, more than {_DEEPEST} deep.", "Close those before it.")

    def _property_list(self) -> None:
        opened = self._take()[2]
        self._deeper()
        self._predicates(("]",), opened)
        self._depth -= 1
        if self._unclosed:
            self._unclosed = False
        elif self._next[0] == "]":
            self._take()
        else:
            self._never_closed(opened, "]")
            self._unclosed = False

    def _collection(self) -> None:
        opened = self._take()[2]
        self._deeper()
        self._items(opened)
        self._depth -= 1

    def _items(self, opened: int) -> None:
        told = False
        while self._next[0] != ")":
            kind, _, at, end = self._next
            if kind == ",":
                if not told:
                    self._slip(at, "The items of a list are not separated by commas.", "Delete the commas.")
                self.edits.append((at, end, " "))
                told = True
                self._take()
            elif kind in SEPARATORS:
                self._never_closed(opened, ")")
                self._unclosed = False
                return
            else:
                self._object()
        self._take()

    def _object(self) -> None:
        kind, text, *_ = self._next
        if kind == "[":
            self._property_list()
        elif kind == "(":
            self._collection()
        elif kind == "word" and text not in ("true", "false"):
            self._unquoted()
        else:
            self._term()

    def _unquoted(self) -> None:
        _, text, at, end = self._next
        while self._next[0] not in SEPARATORS and not (
            self._at and self._next[2] > end and self._line_breaks_before(self._next)
        ):
            end = self._next[3]
            self._at += 1
        words = self._text[at:end]
        if text.lower() in ("null", "none", "nil", "nan"):
            self._slip(
                at, f"{words} is no value.", "Leave the property out where there is no value.", (at, end, f'"{words}"')
            )
            self.slips[-1:] = [
                type(self.slips[-1])(at, f"{words} is no value.", "Leave out the property.", mended=False)
            ]
            return
        quoted = words.replace("\\", "\\\\").replace('"', '\\"')
        self._slip(at, f"A text needs quotation marks: {shown(words)}.", f'Write "{words}".', (at, end, f'"{quoted}"'))

    def _term(self) -> None:
        kind, text, at, _ = self._next
        if kind in ("[", "("):
            (self._property_list if kind == "[" else self._collection)()
            return
        if kind not in STARTS:
            raise Lost(
                at, f"{shown(text)} is not expected here: a value belongs here.", "Write an IRI, a name or a text."
            )
        self._take()
        if kind not in LITERAL:
            return
        if self._next[0] == "tag":
            self._take()
        elif self._next[0] == "^^":
            at = self._take()[2]
            if self._next[0] not in VERBS:
                raise Lost(at, "The datatype behind ^^ is missing.", "Write it, such as ^^xsd:date.")
            self._take()
