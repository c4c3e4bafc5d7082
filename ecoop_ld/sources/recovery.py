"""The text of a Turtle, TriG, N-Triples or N-Quads file with slips → each slip at its place, and the text without it.

The grammar is read with tolerance: where a separator is missing or the wrong one, what follows says which was meant.
A statement that makes no sense is left out, and then ``whole`` is false: what is missing could set off other checks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from ecoop_ld.errors import Finding, Place, Severity, did_you_mean
from ecoop_ld.sources.grammar import TolerantReader
from ecoop_ld.sources.slips import Scanner, Slip, apply
from ecoop_ld.sources.tolerant import blank

_MOST_SLIPS = 50


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found in a text, and the text as it was meant."""

    findings: tuple[Finding, ...]
    text: str
    added_prefixes: frozenset[str]
    """Declared here because the text does not."""
    whole: bool
    """Whether every slip was mended, so that other checks may trust what the text says."""


def recover(text: str, name: str, prefixes: Mapping[str, str], *, quads_format: bool = False) -> Recovered:
    """Read a text that the parser refused. ``prefixes`` are those that the project or common usage knows."""
    kept, conflicts, blanked = _conflicts(text)
    scanner = Scanner(kept)
    reader = TolerantReader(kept, scanner, quads_format)
    reader.document()
    undeclared, declarations, known = _undeclared(reader, prefixes)
    slips = sorted({*conflicts, *reader.slips, *undeclared}, key=lambda slip: slip.at)[:_MOST_SLIPS]
    swallowed = next((slip.at for slip in slips if slip.swallows), len(text) + 1)
    slips = [slip for slip in slips if slip.at <= swallowed]
    lines = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", text))]

    def finding(slip: Slip) -> Finding:
        line = bisect_right(lines, slip.at)
        place = Place(name, line, slip.at - lines[line - 1] + 1)
        return Finding("syntax", Severity.VIOLATION, slip.message, place, hint=slip.hint)

    mended = apply(blanked, [*reader.edits, *([(0, 0, declarations)] if declarations else [])])
    whole = known and all(slip.mended for slip in slips)
    return Recovered(tuple(map(finding, slips)), mended, frozenset(reader.undeclared), whole)


_MARKER = re.compile(r"(?m)^(<{7}|\|{7}|={7}|>{7})(?:[ \t][^\r\n]*)?$")


def _conflicts(text: str) -> tuple[str, list[Slip], str]:
    """The text with the first side of each merge conflict alone, and every other line blank; twice, one to edit."""
    slips: list[Slip] = []
    pieces, done, start, dropping = [], 0, -1, False
    for match in _MARKER.finditer(text):
        mark = match[1][0]
        if (mark == "<") != (start < 0):
            continue
        before = text[done : match.start()]
        pieces += [blank(before) if dropping else before, " " * len(match[0])]
        done = match.end()
        if mark == "<":
            start = match.start()
        elif mark == ">":
            message = "Merge-conflict markers: two versions of these lines stand in the file, one below the other."
            last = text.count("\n", 0, match.start()) + 1
            hint = f"Keep one side, and delete the markers up to line {last}."
            slips.append(Slip(start, message, hint))
            start = -1
        dropping = mark in "|=" and start >= 0
    rest = text[done:]
    kept = "".join(pieces) + rest
    if start >= 0:
        slips.append(Slip(start, "A merge-conflict marker.", "Keep one side, and delete the markers."))
    return kept, slips, kept


def _undeclared(reader: TolerantReader, prefixes: Mapping[str, str]) -> tuple[list[Slip], str, bool]:
    """A slip for each prefix that is used and not declared, what would declare them, and whether all are known."""
    slips, declarations, known = [], [], True
    for prefix, offsets in reader.undeclared.items():
        declared = {p: f"<{iri}>" for p, iri in prefixes.items()} | reader.declared
        more = (
            f" {len(offsets) - 1:,} more {'use' if len(offsets) == 2 else 'uses'} of it follow." if offsets[1:] else ""
        )
        namespace = declared.get(prefix, "")
        near = did_you_mean(prefix, reader.declared) or did_you_mean(prefix, prefixes)
        if namespace:
            hint = f"Add @prefix {prefix}: {namespace} . at the top of the file."
        elif near:
            hint, namespace = near, declared[near.split('"')[1]]
        else:
            hint, known = "Declare it at the top of the file.", False
        slips.append(Slip(offsets[0], f'The prefix "{prefix}:" has not been declared.{more}', hint))
        declarations.append(f"@prefix {prefix}: {namespace or f'<urn:undeclared:{prefix}:>'} . ")
    return slips, "".join(declarations), known
