"""Properties and their values in a text with slips: what follows a wrong separator says which was meant."""

from __future__ import annotations

from abc import abstractmethod

from ecoop_ld.sources.slips import Token
from ecoop_ld.sources.tolerant import LITERAL, SEPARATORS, STARTS, VERBS, Lost, Tokens, shown


class Predicates(Tokens):
    """From the property behind a subject to what ends the statement, or closes the bracket."""

    _ended = False
    """Whether a slip was read as the end of the statement, so that no dot is to come."""
    _back = False
    """Whether a property was mistaken for a value, and is to be read again."""
    _unclosed = False
    """Whether a bracket was never closed, so that nothing closes it."""

    @abstractmethod
    def _object(self) -> None:
        """Read one value."""

    def _predicates(self, closing: tuple[str, ...], opened: int | None) -> None:
        """Properties with their values, up to what closes them; ``opened`` is the offset of a bracket around them."""
        while self._next[0] not in closing:
            verb = self._at
            self._verb()
            self._objects(verb, closing, opened)
            if not self._more(verb, closing, opened):
                return

    def _verb(self) -> None:
        kind, text, at, end = self._next
        if self._is_verb(self._next):
            self._take()
        elif kind == "word" and text == "A":
            self._slip(at, "A is no property.", "Write a, without a capital.", (at, end, "a"))
            self._at += 1
        elif kind == "word" and text not in ("true", "false"):
            used = [t[1] for t in self._tokens if t[0] == "name" and t[1].partition(":")[2] == text]
            if not used:
                raise Lost(
                    at, f"{shown(text)} has no prefix.", f"Write prefix:{text}, or the whole IRI between < and >."
                )
            self._slip(at, f"{shown(text)} has no prefix.", f"Write {used[0]}.", (at, end, used[0]))
            self._at += 1
        elif kind == "blank":
            raise Lost(at, f"{shown(text)} is a blank node: it cannot be a property.", "Write the IRI of a property.")
        elif kind in ("]", ")", "}"):
            raise Lost(at, f"{text} closes nothing here: a property belongs here.", f"Delete the {text}.")
        else:
            raise Lost(at, f"A property belongs here, not {shown(text)}.", "Write the property before its value.")

    def _objects(self, verb: int, closing: tuple[str, ...], opened: int | None) -> None:
        comma: Token | None = None
        while True:
            kind, _, at, end = self._next
            if kind == "," and comma is not None:
                self._slip(at, "Two commas, and no value between them.", "Delete one.", (at, end, " "))
                self._take()
                continue
            if kind == ",":
                comma = self._take()
                while self._next[0] == ",":
                    comma = self._take()
                    self.edits.append((comma[2], comma[3], " "))
                if self._next[0] in SEPARATORS:
                    name, begin = self._tokens[verb][1:3]
                    raise Lost(begin, f"{shown(name)} has no value.", "Write its value behind it, or delete it.")
                hint = "Delete the comma, or write the value."
                self._slip(at, "A value is missing before this comma.", hint, (at, end, " "))
                continue
            if kind in SEPARATORS:
                self._no_value(verb, comma)
                return
            begin = self._at
            self._object()
            if self._quads_format and self._next[0] in ("iri", "blank") and not self._line_breaks_before(self._next):
                self._take()
            if self._next[0] == ",":
                comma = self._take()
            elif comma is not None and self._began_a_property(begin, comma, closing):
                return
            else:
                return

    def _line_breaks_before(self, token: Token) -> bool:
        return "\n" in self._text[self._last[3] : token[2]]

    def _no_value(self, verb: int, comma: Token | None) -> None:
        if comma is not None:
            hint = "Delete the comma, or write the value."
            self._slip(comma[2], "A value is missing behind this comma.", hint, (comma[2], comma[3], " "))
            return
        _, text, at, end = self._tokens[verb]
        if self._tokens[verb - 1][0] not in (";", "["):
            raise Lost(at, f"{shown(text)} has no value.", "Write its value behind it, or delete it.")
        self._slip(at, f"{shown(text)} has no value.", "Write its value behind it, or delete it.", (at, end, " "))

    def _began_a_property(self, begin: int, comma: Token, closing: tuple[str, ...]) -> bool:
        """Whether what was read as a value behind a comma is a property, or the next subject: then go back to it."""
        value, following = self._tokens[begin], self._next
        if self._at != begin + 1 or not self._is_verb(value) or following[0] not in STARTS:
            return False
        count = self._terms_ahead(self._at)
        if following[:2] == ("word", "a") or (self._column(value[2]) == 0 and count == 2):
            hint = "Write a dot instead: another thing follows."
            self._slip(comma[2], "A comma stands here, where a dot belongs.", hint, (comma[2], comma[3], "."))
            self._ended = True
        elif count == 1 or following[0] not in (*VERBS, "blank"):
            hint = "Write ; instead: another property follows."
            self._slip(comma[2], "A comma stands here, where a semicolon belongs.", hint, (comma[2], comma[3], ";"))
        else:
            return False
        self._at = begin
        self._back = True
        return True

    def _more(self, verb: int, closing: tuple[str, ...], opened: int | None) -> bool:
        """Read what separates a property and its values from the next; whether there is a next."""
        while (more := self._separated(verb, closing, opened)) is None:
            pass  # one slip for each value: no recursion, which would end after a thousand of them
        return more

    def _separated(self, verb: int, closing: tuple[str, ...], opened: int | None) -> bool | None:
        """The same; ``None`` where more values of the same property were read, and the separator comes after them."""
        if self._back:
            self._back = False
            return not self._ended
        kind, text, at, end = self._next
        if kind == ";":
            while self._next[0] == ";":
                last = self._take()
            return self._after_semicolon(last, verb, closing, opened)
        if kind in closing:
            return False
        if opened is not None and kind in (".", "}", ")", "end"):
            self._never_closed(opened, "]")
            return False
        if kind in ("]", ")", "}"):
            self._slip(at, f"{text} closes nothing.", f"Delete the {text}", (at, end, " "))
            self._take()
            return None
        return self._without_separator(verb, closing, opened)

    def _after_semicolon(
        self, semicolon: Token, verb: int, closing: tuple[str, ...], opened: int | None
    ) -> bool | None:
        token = self._next
        _, _, at, end = semicolon
        if token[0] in closing:
            return False
        if opened is not None and token[0] in (".", "}", ")", "end"):
            self._never_closed(opened, "]")
            return False
        if token[0] in (*LITERAL, "integer", "decimal", "double"):
            hint = "Write , instead: another value of the same property follows."
            self._slip(at, "A semicolon stands here, where a comma belongs.", hint, (at, end, ","))
            self._objects(verb, closing, opened)
            return None
        second = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        begins = self._is_verb(token) and (
            second[:2] == ("word", "a") or (self._column(token[2]) == 0 and self._terms_ahead(self._at) == 3)
        )
        if opened is None and (token[0] in ("end", "tag") or token[1].lower() in ("prefix", "base") or begins):
            hint = "Write a dot instead: nothing more is said of this thing."
            self._slip(at, "A semicolon stands here, where a dot belongs.", hint, (at, end, "."))
            self._ended = True
            return False
        return True

    def _without_separator(self, verb: int, closing: tuple[str, ...], opened: int | None) -> bool | None:
        token, end = self._next, self._last[3]
        count, starts_line = self._terms_ahead(self._at), self._column(token[2]) == 0
        second = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        directive = token[0] == "tag" and self._last[0] not in LITERAL
        if token[0] == "end" or directive or token[1].lower() in ("prefix", "base", "graph"):
            if token[0] == "tag" and not self._line_breaks_before(token):
                raise Lost(
                    token[2], f"{token[1]} cannot stand here: only a text has a language.", "Put the text in quotes."
                )
            return self._end_here(opened)
        if token[0] in ("bad", "tag", "^^", "{") or (token[0] == "word" and token[1] != "a"):
            raise Lost(
                token[2], f"{shown(token[1])} is not expected here.", "A value ends in a comma, semicolon or dot."
            )
        if self._is_verb(token):
            subject = second[:2] == ("word", "a") or (
                token[0] != "word" and (count == 3 or (starts_line and count != 2))
            )
            if subject:
                return self._end_here(opened)
            if count != 1:
                hint = (
                    "Put a semicolon at the end of this line."
                    if self._line_breaks_before(token)
                    else "Put a semicolon here."
                )
                self._slip(end, "A semicolon is missing here.", hint, (end, end, " ;"))
                return True
        elif starts_line and token[0] in ("blank", "[", "("):
            return self._end_here(opened)
        self._slip(end, "A comma is missing between two values.", "Put a comma here.", (end, end, " ,"))
        self._objects(verb, closing, opened)
        return None

    def _end_here(self, opened: int | None) -> bool:
        if opened is not None:
            self._never_closed(opened, "]")
            return False
        self._missing_dot()
        self._ended = True
        return False

    def _never_closed(self, opened: int, sign: str) -> None:
        sort = "bracket" if sign == "]" else "parenthesis"
        end = self._last[3]
        at = end
        if self._last[0] == ";":
            at = self._last[2]
        message, hint = f"The {sort} that opens here is never closed.", f"Put {sign} where it ends."
        self._slip(opened, message, hint, (at, at, f" {sign} "))
        self._unclosed = True
