"""A report → the formats that tools read: GitHub annotations, SARIF 2.1.0, JUnit XML, JSON; and text for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import ecoop_ld
from ecoop_ld.errors import Finding, Severity
from ecoop_ld.rdf import names
from ecoop_ld.validate.codes import BY_NAME
from ecoop_ld.validate.excerpts import excerpt, plain
from ecoop_ld.validate.explanations import why
from ecoop_ld.validate.report import Report

_FIRST = {Severity.VIOLATION: 10, Severity.WARNING: 3, Severity.NOTE: 3}
"""Findings of one kind that are printed; of the others it is said how many there are, and where."""
_PLACES = 3


# --- text ---


def as_text(report: Report, root: Path | None = None, *, each: bool = True) -> str:
    """Each finding with the line that it is about, its mend and, once for a code, why it matters; then a count.

    Without ``each``, the first of each kind; without a ``root``, no lines of files.
    """
    told: set[str] = set()
    printed = _every(report.findings, root, told) if each else _grouped(report.findings, root, told)
    return "\n".join([*map(plain, printed), report.summary])


def _every(findings: Iterable[Finding], root: Path | None, told: set[str]) -> Iterator[str]:
    for f in findings:
        yield from _lines(f, root, told)
        if f.also:
            yield f"    Here too: {_places(f.also)}."


def _lines(f: Finding, root: Path | None, told: set[str]) -> Iterator[str]:
    where = f"{f.place}: " if f.place else ""
    yield f"{where}{f.severity.label}[{f.code}]: {f.message}"
    yield from excerpt(root, f.place) if root is not None else ()
    yield from (f"    {line}" for line in f.hint.splitlines())
    if f.follows:
        yield f"    {f.follows:,} more {'follows' if f.follows == 1 else 'follow'} from it."
    if root is not None and f.code not in told:
        told.add(f.code)
        yield f"    Why it matters: {why(f.code)}"


def _grouped(findings: Iterable[Finding], root: Path | None, told: set[str]) -> Iterator[str]:
    """Kind by kind in the order of the first of each; a message that is said of several places, once."""
    kinds: dict[tuple[str, Severity], dict[str, list[Finding]]] = {}
    for f in findings:
        kinds.setdefault((f.code, f.severity), {}).setdefault(f.message, []).append(f)
    for (code, severity), messages in kinds.items():
        alike = list(messages.values())
        for first, *others in alike[: _FIRST[severity]]:
            yield from _lines(first, root, told)
            places = [*first.also, *(place for f in others for place in (f.place, *f.also) if place)]
            if places or others:
                yield f"    Here too: {_places(places or [None] * len(others))}."
        rest = [f for some in alike[_FIRST[severity] :] for f in some]
        if rest:
            total = sum(map(len, alike))
            yield f"{severity.label}[{code}]: {total:,} of this kind; {len(rest):,} more in {_files(rest)}."
            yield "    See each with: ecoop-ld check --all"


def _places(places: Sequence[object]) -> str:
    named = [str(place) for place in places[:_PLACES] if place]
    more = len(places) - len(named)
    if not named:
        return f"{more:,} times"
    return ", ".join(named) + (f", and {more:,} more" if more else "")


def _files(findings: list[Finding]) -> str:
    counted = Counter(f.place.file for f in findings if f.place)
    named = [f"{file} ({n:,})" for file, n in counted.most_common(_PLACES)]
    more = len(counted) - len(named)
    return ", ".join([*named, *([f"{more:,} more file{'' if more == 1 else 's'}"] if more else [])]) or "no one place"


# --- for tools ---


def as_json(report: Report, root: Path | None = None) -> str:
    rows = [
        {**row, "why": why(f.code), "also": [str(place) for place in f.also], "follows": f.follows}
        for row, f in zip(report.as_json(), report.findings, strict=True)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


_GITHUB = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SARIF = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def as_github(report: Report, root: Path | None = None) -> str:
    """Workflow commands that GitHub shows beside the lines of a pull request."""

    def value(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def prop(text: str) -> str:
        return value(text).replace(":", "%3A").replace(",", "%2C")

    lines = []
    for f in report.findings:
        where = [("file", f.place.file)] if f.place else []
        where += [(key, str(n)) for key, n in _position(f) if n]
        props = ",".join(f"{key}={prop(text)}" for key, text in (*where, ("title", f.code)))
        lines.append(f"::{_GITHUB[f.severity]} {props}::{value(f'{f.message} {f.hint}'.strip())}")
    return "\n".join(map(plain, [*lines, report.summary]))


def _position(f: Finding) -> list[tuple[str, int]]:
    return [("line", f.place.line), ("col", f.place.column)] if f.place else []


def as_sarif(report: Report, root: Path | None = None) -> str:
    """SARIF 2.1.0, which code hosts and editors read."""
    codes = sorted({f.code for f in report.findings})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": BY_NAME[code].meaning if code in BY_NAME else "A rule of the shapes."},
            "fullDescription": {"text": why(code)},
        }
        for code in codes
    ]
    results = [_sarif_result(f) for f in report.findings]
    driver = {"name": "ecoop-ld", "version": ecoop_ld.__version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _sarif_result(f: Finding) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": f.code,
        "level": _SARIF[f.severity],
        "message": {"text": f"{f.message} {f.hint}".strip()},
    }
    if f.place:
        physical: dict[str, object] = {"artifactLocation": {"uri": f.place.file}}
        if f.place.line:
            region = {"startLine": f.place.line, **({"startColumn": f.place.column} if f.place.column else {})}
            physical["region"] = region
        result["locations"] = [{"physicalLocation": physical}]
    return result


def as_junit(report: Report, root: Path | None = None) -> str:
    """JUnit XML: a case for each code that was found, which fails where it is a violation."""
    kinds: dict[str, list[Finding]] = {}
    for f in report.findings:
        kinds.setdefault(f.code, []).append(f)
    failures = sum(any(f.severity is Severity.VIOLATION for f in found) for found in kinds.values())
    count = len(kinds) or 1
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="ecoop-ld check" tests="{count}" failures="{failures}">',
    ]
    for code, found in kinds.items():
        said = "\n".join(f"{f'{f.place}: ' if f.place else ''}{f.message} {f.hint}".strip() for f in found)
        lines.append(f'  <testcase classname="ecoop-ld" name={quoteattr(code)}>')
        if any(f.severity is Severity.VIOLATION for f in found):
            lines.append(f"    <failure message={quoteattr(plain(found[0].message))}>{escape(plain(said))}</failure>")
        else:
            lines.append(f"    <system-out>{escape(plain(said))}</system-out>")
        lines.append("  </testcase>")
    if not kinds:
        lines.append('  <testcase classname="ecoop-ld" name="check"/>')
    return "\n".join([*lines, "</testsuite>"])


OUTPUTS: Mapping[str, Callable[[Report, Path | None], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
    "junit": as_junit,
}
"""Name of a format → its writer."""


def of_shapes(report: Report, prefixes: Mapping[str, str]) -> str:
    """How each shape was judged, those that left most to pySHACL first."""
    if not report.shapes:
        return "No shape was judged: there is none, none is about anything, or SHACL was not run."
    focus, left = (sum(s.focus for s in report.shapes), sum(s.candidates for s in report.shapes))
    compiled = sum(not s.reason for s in report.shapes)
    first = f"{compiled:,} of {len(report.shapes):,} shapes were compiled whole. "
    first += f"Of {focus:,} nodes that they are about, {left:,} were left to pySHACL."
    rows = [first]
    for s in sorted(report.shapes, key=lambda s: (-s.candidates, s.name)):
        why_not = f"; not compiled: {s.reason}" if s.reason else ""
        rows.append(f"  {names.compact(s.name, prefixes)}: {s.candidates:,} of {s.focus:,}{why_not}")
    return "\n".join(rows)
