"""The text of a Turtle file that no parser reads → its tokens all the same, with the slips in their spelling.

A slip is said where it was made, not where a parser notices it, and comes with the edit that mends it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ecoop_ld.rdf.names import XSD
from ecoop_ld.sources.turtle import TOKEN

Token = tuple[str, str, int, int]
"""Kind, text as written, offsets of its start and end."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong at an offset, how to mend it in words, and whether the edits did."""

    at: int
    message: str
    hint: str = ""
    mended: bool = True
    swallows: bool = False
    """Whether nothing behind it can be read."""


Edit = tuple[int, int, str]
"""Start and end offset, and what belongs there instead."""

_LINE_END = re.compile(r"[\r\n]|\Z")
_AFTER_LITERAL = r"(?:@[A-Za-z][\w-]*|\^\^[^\s;,]+)?"
_TERMINATED = re.compile(rf"(?P<value>.*?)(?P<tail>{_AFTER_LITERAL}\s*[;,.\])]*\s*(?:#.*)?)\Z", re.DOTALL)
_TYPOGRAPHIC = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u2039\u203a\u2033"
_BAD_ESCAPE = re.compile(r"\\(?:u(?![0-9A-Fa-f]{4})|U(?![0-9A-Fa-f]{8})|[^tbnrf\"'\\uU])|\\[^uU]", re.DOTALL)
_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?(?![\w-])")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|^`\\]*[^\s<>\"{}|^`\\;,.)\]]")
_LITERAL = frozenset({"short", "long"})
KEYWORDS = frozenset({"a", "true", "false", "prefix", "base", "graph"})


class Scanner:
    """Reads a text once; afterwards ``tokens``, ``slips`` and ``edits`` say what was found."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.tokens: list[Token] = []
        self.slips: list[Slip] = []
        self.edits: list[Edit] = []
        at = 0
        while at < len(text):
            at = self._token(at)
        self.tokens.append(("end", "", len(text), len(text)))

    def _token(self, at: int) -> int:
        match = TOKEN.match(self._text, at)
        kind = (match.lastgroup or "bad") if match else "bad"
        if match is None or kind == "bad":
            return self._bad(at)
        if kind == "space":
            return match.end()
        return self._good(kind, match[0], at, match.end())

    def _good(self, kind: str, text: str, at: int, end: int) -> int:
        previous = self.tokens[-1] if self.tokens else ("", "", -1, -1)
        touches = previous[3] == at
        if kind == "short" and self._text.startswith(text[0] * 3, at) and text[0] * 2 == text:
            return self._open_long(at)
        if kind in _LITERAL:
            self._escapes(text, at)
            if kind == "short" and (found := self._swallowed(text, at, end)) is not None:
                return found
        if kind == "name" and (address := _ADDRESS.match(self._text, at)):
            iri = f"<{address[0]}>"
            self._slip(at, "An IRI stands between < and >.", f"Write {iri}.", (at, address.end(), iri))
            return self._take("iri", iri, at, address.end())
        if touches and previous[0] in _LITERAL and kind == "word":
            self._slip(at, "A language tag begins with @.", f"Write @{text} behind the text.", (at, at, "@"))
            return self._take("tag", "@" + text, at, end)
        if touches and previous[0] in _LITERAL and kind == "name":
            hint = f"Write ^^{text}."
            self._slip(at, "^^ is missing between the value and its datatype.", hint, (at, at, "^^"))
            self._take("^^", "^^", at, at)
        elif kind == "integer" and (date := _DATE.match(self._text, at)):
            kind, end = "short", date.end()
            typed = f'"{date[0]}"^^<{XSD}{"date" if date[1] else "gYearMonth"}>'
            hint = f'Write "{date[0]}"^^xsd:{"date" if date[1] else "gYearMonth"}.'
            self._slip(at, f"{date[0]} without quotation marks is read as several numbers.", hint, (at, end, typed))
            text = f'"{date[0]}"'
        elif kind == "word" and text not in KEYWORDS:
            if text.lower() in ("true", "false"):
                hint = f"Write {text.lower()}."
                self._slip(at, f"{text} is no value: true and false have no capitals.", hint, (at, end, text.lower()))
                return self._take("word", text.lower(), at, end)
            if (close := self._closing_alone(at)) is not None:
                self._slip(at, "The quotation mark that opens this text is missing.", 'Put " before it.', (at, at, '"'))
                return self._take("short", self._text[at : close + 1], at, close + 1)
        return self._take(text if kind == "mark" else kind, text, at, end)

    def _take(self, kind: str, text: str, at: int, end: int) -> int:
        self.tokens.append((kind, text, at, end))
        return end

    def _slip(self, at: int, message: str, hint: str = "", *edits: Edit, mended: bool = True) -> None:
        self.slips.append(Slip(at, message, hint, mended))
        self.edits.extend(edits)

    def _rest_of_line(self, at: int) -> str:
        end = _LINE_END.search(self._text, at)
        return self._text[at : end.start() if end else len(self._text)]

    # --- quotation marks ---

    def _escapes(self, text: str, at: int) -> None:
        for match in _BAD_ESCAPE.finditer(text):
            if match[0][1:] and match[0][1] in "tbnrf\"'\\":
                continue
            start = at + match.start()
            hint = f"Write \\\\ for a backslash: \\{match[0]}."
            self._slip(start, f"{match[0]} stands for nothing in a text.", hint, (start, start, "\\"))

    def _closing_alone(self, at: int) -> int | None:
        """Offset of a mark that closes a text on this line which nothing opened."""
        line = self._rest_of_line(at)
        if len(re.findall(r'(?<!\\)"', line)) % 2 == 0:
            return None
        close = line.find('"')
        return at + close if re.match(rf'"{_AFTER_LITERAL}\s*(?:[;,.\])]|\Z)', line[close:]) else None

    def _swallowed(self, text: str, at: int, end: int) -> int | None:
        """A text that goes on to the mark that opens the next one: ``"a@en ; ex:p "b"``."""
        inside = re.match(rf"(?P<value>[^@^;]*?)(?P<tail>{_AFTER_LITERAL})\s*[;,]\s+(?:\S+:\S+\s+)?\Z", text[1:-1])
        if not inside or not re.match(r"\w", self._text[end : end + 1]):
            return None
        return self._close(at, at + 1 + inside.end("value"), text[0])

    def _close(self, at: int, end: int, mark: str) -> int:
        hint = f"Put {mark} behind it."
        self._slip(at, "The quotation mark that closes this text is missing.", hint, (end, end, mark))
        return self._take("short", self._text[at:end] + mark, at, end)

    def _open_long(self, at: int) -> int:
        mark = self._text[at] * 3
        hint = f"Put {mark} where it ends."
        message = f"A text that opens with {mark} is never closed."
        self.slips.append(Slip(at, message, hint, mended=False, swallows=True))
        return self._take("long", mark, at, len(self._text))

    def _unclosed(self, at: int) -> int:
        """A text without its closing mark, or one with a line break inside."""
        mark, line = self._text[at], self._rest_of_line(at)
        for position, sign in enumerate(line[1:], 1):  # "LACNIC” with a typographic mark at the end
            if sign in _TYPOGRAPHIC and re.match(rf"{_AFTER_LITERAL}\s*(?:[;,.\])]|\Z)", line[position + 1 :]):
                where = at + position
                self._typographic(where, (where, where + 1, mark))
                return self._take("short", self._text[at : where + 1], at, where + 1)
        end = at + len(line)
        broken = self._broken_line(at, mark, end)
        if broken is not None:
            hint = f"Write \\n for the line break, or open and close the text with {mark * 3}."
            triple = ((at, at + 1, mark * 3), (broken - 1, broken, mark * 3))
            self._slip(at + len(line), "A line break inside a text in single quotation marks.", hint, *triple)
            return self._take("long", self._text[at:broken], at, broken)
        match = _TERMINATED.match(line, 1)
        return self._close(at, at + (match.end("value") if match else len(line)), mark)

    def _broken_line(self, at: int, mark: str, end: int) -> int | None:
        """End of a text that goes on in the next lines: the first of them with an odd number of marks closes it."""
        start, text = end, self._text
        for _ in range(20):
            begin = re.compile(r"\r\n|\r|\n").match(text, start)
            if not begin:
                return None
            line = self._rest_of_line(begin.end())
            count = len(re.findall(rf"(?<!\\){mark}", line))
            if count % 2:
                close = line.find(mark)
                fits = re.match(rf"{_AFTER_LITERAL}\s*(?:[;,.\])]|\Z)", line[close + 1 :])
                return begin.end() + close + 1 if fits else None
            if count or re.match(r"\s*(?:[\w.-]*:[\w.-]+|a|<\S+>)\s+\S.*[;.]\s*\Z", line):
                return None
            start = begin.end() + len(line)
        return None

    def _typographic(self, at: int, *edits: Edit) -> None:
        sign = self._text[at]
        self._slip(at, f"{sign} is a typographic quotation mark: it opens and closes no text.", 'Write ".', *edits)

    # --- all that no token begins with ---

    def _bad(self, at: int) -> int:
        sign = self._text[at]
        if sign == "<":
            return self._iri(at)
        if sign in "\"'":
            return self._unclosed(at)
        if sign in _TYPOGRAPHIC:
            return self._in_typographic(at)
        previous = self.tokens[-1] if self.tokens else ("", "", -1, -1)
        line = self._rest_of_line(at)
        if sign == "^":
            self._slip(at, "One ^ where ^^ joins a value and its datatype.", "Write ^^.", (at, at, "^"))
            return self._take("^^", "^^", at, at + 1)
        if line.startswith(("//", "/*")):
            self._slip(at, "A comment begins with #.", "Write # instead.", (at, at + len(line), " "))
            return at + len(line)
        if previous[0] == "tag" and previous[3] == at and sign == "_":
            rest = re.match(r"[_A-Za-z0-9-]+", line)
            end = at + (rest.end() if rest else 1)
            good = self._text[at:end].replace("_", "-").lower()
            hint = f"Write {previous[1]}{good}."
            self._slip(previous[2], "The parts of a language tag are joined by hyphens.", hint, (at, end, good))
            self.tokens[-1] = ("tag", previous[1] + good, previous[2], end)
            return end
        if previous[0] == "name" and previous[3] == at and sign in "/()&=+!*'?@$":
            rest = re.match(r"[^\s;,\"<>\[\]]*[^\s;,.\"<>\[\]]", line)
            end = at + (rest.end() if rest else 1)
            edits = [(at + n, at + n, "\\") for n, c in enumerate(self._text[at:end]) if c in "/()&=+!*'?@$"]
            hint = f"Write \\{sign}, or the whole IRI between < and >."
            self._slip(at, f"{sign} in a prefixed name has to be escaped.", hint, *edits)
            self.tokens[-1] = ("name", self._text[previous[2] : end], previous[2], end)
            return end
        category = unicodedata.category(sign)
        if category in ("Zs", "Cf", "Cc") or sign in "\ufeff\u2028\u2029":
            name = unicodedata.name(sign, "a control character").lower()
            message = f"A character that cannot be seen stands here: {name} (U+{ord(sign):04X})."
            self._slip(at, message, "Delete it, or write a plain blank.", (at, at + 1, " "))
            return at + 1
        return self._take("bad", sign, at, at + 1)

    def _in_typographic(self, at: int) -> int:
        line = self._rest_of_line(at)
        for position, sign in enumerate(line[1:], 1):
            if sign in _TYPOGRAPHIC + '"' and re.match(rf"{_AFTER_LITERAL}\s*(?:[;,.\])]|\Z)", line[position + 1 :]):
                close = at + position
                inner = self._text[at + 1 : close].replace('"', '\\"')
                self._typographic(at, (at, close + 1, f'"{inner}"'))
                return self._take("short", f'"{inner}"', at, close + 1)
        self._typographic(at, (at, at + 1, '"'))
        match = _TERMINATED.match(line, 1)
        end = at + (match.end("value") if match else len(line))
        self.edits.append((end, end, '"'))
        return self._take("short", self._text[at:end], at, end)

    def _iri(self, at: int) -> int:
        """An IRI that is not closed, or that holds what no IRI can hold."""
        line = self._rest_of_line(at)
        whole = re.match(r"<([^<>\"\r\n]*)>", line)
        if whole is None or re.search(r"\s[;,.]\s|\s(?:a|[\w-]+:[\w-]+)\s", whole[1]):
            body = re.match(r"<[^\s<>\"{}|^`\\]*", line)
            end = at + (body.end() if body else 1)
            while end > at + 1 and self._text[end - 1] in ";,":
                end -= 1
            if end == at + 1:
                return self._take("bad", "<", at, at + 1)
            self._slip(
                at, "The > that closes this IRI is missing.", f"Put > behind {self._text[at:end]}", (end, end, ">")
            )
            return self._take("iri", self._text[at:end] + ">", at, end)
        inner, end = whole[1], at + whole.end()
        bad = re.search(r"[\x00-\x20\"{}|^`\\]|\u00a0", inner)
        sign = bad[0] if bad else " "
        inner = re.sub(r"[\t\r\n]", "", inner)
        good = re.sub(
            r"[\x00-\x20\"{}|^`\\\u00a0]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), inner.strip()
        )
        what = "A blank" if sign.isspace() else sign
        hint = f"Write <{good}>."
        where = at + 1 + (bad.start() if bad else 0)
        self._slip(where, f"{what} inside an IRI: no IRI can hold it.", hint, (at, end, f"<{good}>"))
        return self._take("iri", f"<{good}>", at, end)


def apply(text: str, edits: list[Edit]) -> str:
    """The text with all edits made; of two that overlap, the first."""
    pieces, done = [], 0
    for start, end, better in sorted(edits, key=lambda edit: edit[:2]):
        if start >= done:
            pieces += [text[done:start], better]
            done = end
    return "".join(pieces) + text[done:]
