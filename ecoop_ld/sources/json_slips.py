"""JSON that no parser reads → each slip at its place, and the JSON without it where it can be mended."""

from __future__ import annotations

import json
import re

from ecoop_ld.errors import Finding, Place, Severity

_MOST_SLIPS = 20
_WORDS = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false", "NULL": "null"}


def recover(text: str, name: str) -> tuple[str, list[Finding], bool]:
    """The mended text, what was wrong with it, and whether all of it was mended."""
    findings: list[Finding] = []
    shift: list[tuple[int, int]] = []
    original = text
    while len(findings) < _MOST_SLIPS:
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            at, message, hint, edit = _explain(text, error)
            written = at - sum(length for where, length in shift if where < at)
            line = original.count("\n", 0, written) + 1
            place = Place(name, line, written - original.rfind("\n", 0, written))
            findings.append(Finding("syntax", Severity.VIOLATION, message, place, hint=hint))
            if edit is None:
                return text, findings, False
            start, end, better = edit
            text = text[:start] + better + text[end:]
            shift.append((start, len(better) - (end - start)))
        except RecursionError:
            message = "JSON that is nested too deep."
            return text, [*findings, Finding("syntax", Severity.VIOLATION, message, Place(name))], False
        else:
            return text, findings, True
    return text, findings, False


def _explain(text: str, error: json.JSONDecodeError) -> tuple[int, str, str, tuple[int, int, str] | None]:
    """Offset, what is wrong, how to mend it, and the edit that does."""
    at, sign = error.pos, text[error.pos : error.pos + 1]
    before = len(text[:at].rstrip())
    comma = text.rfind(",", 0, at + 1) if "trailing comma" in error.msg else before - 1
    behind = text[comma + 1 :].lstrip()[:1]
    if text[comma : comma + 1] == "," and behind in ("}", "]") and comma >= 0:
        message = "A comma behind the last item: JSON has none there."
        return comma, message, "Delete the comma.", (comma, comma + 1, "")
    if "',' delimiter" in error.msg and sign and (sign in '"{[' or sign.isalnum()):
        return before, "A comma is missing here.", "Put a comma at the end of this item.", (before, before, ",")
    if "':' delimiter" in error.msg:
        return before, "A colon is missing between a key and its value.", "Put a colon here.", (before, before, ":")
    word = re.match(r"[A-Za-z_]\w*", text[at:])
    if word and word[0] in _WORDS:
        better = _WORDS[word[0]]
        return at, f"{word[0]} is no value of JSON.", f"Write {better}.", (at, at + word.end(), better)
    if sign and sign in "'“”„«":
        quoted = re.match(rf"{sign}([^'\"“”„«»\n]*)['”“»\"]", text[at:])
        edit = (at, at + quoted.end(), f'"{quoted[1]}"') if quoted else None
        return at, f"{sign} is no quotation mark of JSON.", 'Write ".', edit
    if word:
        key = "key" if "property name" in error.msg else "text"
        return (
            at,
            f"The {key} {word[0]} needs quotation marks.",
            f'Write "{word[0]}".',
            (at, at + word.end(), f'"{word[0]}"'),
        )
    if text[at:].startswith(("//", "/*", "#")):
        return at, "JSON has no comments.", "Delete it.", None
    if "Unterminated string" in error.msg or "control character" in error.msg:
        opening = at if "Unterminated" in error.msg else text.rfind('"', 0, at)
        return opening, "The quotation mark that closes this text is missing on its line.", 'Put " behind it.', None
    if "escape" in error.msg:
        return at, "A backslash that stands for nothing.", "Write \\\\ for a backslash.", (at, at, "\\")
    if not sign:
        return before - 1, "The file ends too early: a bracket is not closed.", "Close it with } or ].", None
    return at, f"Not JSON: {error.msg.lower()}.", "", None
