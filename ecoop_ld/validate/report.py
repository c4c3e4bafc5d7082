"""Findings → a report: a value that compares and is RDF; :mod:`.outputs` prints it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.rdf.names import RDF, SH, XSD
from ecoop_ld.validate.codes import FIXED, stage_of

_SEVERITIES = {
    Severity.VIOLATION: ox.NamedNode(SH + "Violation"),
    Severity.WARNING: ox.NamedNode(SH + "Warning"),
    Severity.NOTE: ox.NamedNode(SH + "Info"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result of SHACL 1.0 §3.6.2, in IRIs and literals as N-Triples text."""

    code: str
    severity: Severity
    focus: ox.NamedNode | ox.BlankNode | ox.Literal
    message: str
    component: str
    shape: str = ""
    """IRI of the shape, or of the nearest one that has an IRI."""
    path: str = ""
    """IRI of the path, where it is a single predicate."""
    value: ox.NamedNode | ox.BlankNode | ox.Literal | None = None

    def sort_key(self) -> tuple[str, str, str, str, str, str]:
        return (str(self.focus), self.path, self.component, self.shape, str(self.value), self.message)


@dataclass(frozen=True, slots=True)
class ShapeTold:
    """How a shape with targets was judged."""

    name: str
    """IRI of the shape, or ``_:`` and its label."""
    focus: int
    """How many nodes it is about."""
    candidates: int
    """How many of them could not be said to conform by the compiled shape alone, and were left to pySHACL."""
    reason: str = ""
    """Why it, or a shape in it, was not compiled."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a check found, in the order in which people should read it."""

    findings: tuple[Finding, ...] = ()
    results: tuple[Result, ...] = ()
    """The SHACL results behind the findings of the last stage."""
    shapes: tuple[ShapeTold, ...] = ()
    """How each shape was judged; empty where SHACL was not run."""

    @property
    def counts(self) -> dict[Severity, int]:
        return {s: sum(f.severity is s for f in self.findings) for s in reversed(Severity)}

    @property
    def worst(self) -> Severity | None:
        return max((f.severity for f in self.findings), default=None)

    @property
    def conforms(self) -> bool:
        """Whether nothing stops a build."""
        return self.worst is not Severity.VIOLATION

    def exit_code(self, strict: bool = False) -> int:
        """0 clean, 1 findings: violations, or under ``strict`` anything at all."""
        return int(bool(self.findings) if strict else not self.conforms)

    def as_json(self) -> list[dict[str, object]]:
        return [
            {
                "code": f.code,
                "severity": f.severity.label,
                "message": f.message,
                "file": f.place.file if f.place else None,
                "line": (f.place.line if f.place else 0) or None,
                "column": (f.place.column if f.place else 0) or None,
                "focus": f.focus or None,
                "hint": f.hint or None,
            }
            for f in self.findings
        ]

    def relocated(self, paths: Mapping[str, str]) -> Report:
        """The same with other names for files."""

        def moved(place: Place | None) -> Place | None:
            return dataclasses.replace(place, file=paths.get(place.file, place.file)) if place else None

        found = (
            dataclasses.replace(f, place=moved(f.place), also=tuple(filter(None, map(moved, f.also))))
            for f in self.findings
        )
        return dataclasses.replace(self, findings=tuple(found))

    @property
    def summary(self) -> str:
        counted = [f"{n:,} {s.label}{'' if n == 1 else 's'}" for s, n in self.counts.items() if n]
        return ", ".join(counted) + "." if counted else "No findings."

    def chosen(self, select: Iterable[str], ignore: Iterable[str]) -> Report:
        """The findings of some codes, or without some; a beginning of codes with ``*`` stands for all of them."""
        wanted, unwanted = tuple(select), tuple(ignore)

        def is_chosen(f: Finding) -> bool:
            named = not wanted or any(fnmatchcase(f.code, pattern) for pattern in wanted)
            return named and not any(fnmatchcase(f.code, pattern) for pattern in unwanted)

        return dataclasses.replace(self, findings=tuple(f for f in self.findings if is_chosen(f)))

    def as_rdf(self) -> bytes:
        """The SHACL results as a ``sh:ValidationReport`` in Turtle; the same for the same results."""
        report = ox.BlankNode("report")
        prefixes = {"sh": SH, "rdf": RDF, "xsd": XSD}
        triples = _report_triples(report, self.results)
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def _report_triples(report: ox.BlankNode, results: tuple[Result, ...]) -> Iterable[ox.Triple]:
    def sh(name: str) -> ox.NamedNode:
        return ox.NamedNode(SH + name)

    kind = ox.NamedNode(RDF + "type")
    conforms = ox.Literal("false" if results else "true", datatype=ox.NamedNode(XSD + "boolean"))
    yield ox.Triple(report, kind, sh("ValidationReport"))
    yield ox.Triple(report, sh("conforms"), conforms)
    for number, result in enumerate(results, 1):
        node = ox.BlankNode(f"result{number}")
        yield ox.Triple(report, sh("result"), node)
        yield ox.Triple(node, kind, sh("ValidationResult"))
        yield ox.Triple(node, sh("focusNode"), result.focus)
        if result.path:
            yield ox.Triple(node, sh("resultPath"), ox.NamedNode(result.path))
        if result.value is not None:
            yield ox.Triple(node, sh("value"), result.value)
        yield ox.Triple(node, sh("resultSeverity"), _SEVERITIES[result.severity])
        yield ox.Triple(node, sh("sourceConstraintComponent"), ox.NamedNode(result.component))
        if result.shape:
            yield ox.Triple(node, sh("sourceShape"), ox.NamedNode(result.shape))
        yield ox.Triple(node, sh("resultMessage"), ox.Literal(result.message))


def assemble(
    config: Config, findings: Iterable[Finding], results: Iterable[Result] = (), shapes: Iterable[ShapeTold] = ()
) -> Report:
    """Grade findings as ``[lint]`` says, drop repetitions and what is off, and put them in reading order."""
    graded = set(_folded(dict.fromkeys(g for f in findings if (g := _grade(config, f)))))
    ordered = sorted(graded, key=lambda f: (f.code == "skipped", stage_of(f.code), f.sort_key(), f.focus, f.hint))
    return Report(tuple(ordered), tuple(sorted(results, key=Result.sort_key)), tuple(shapes))


def _grade(config: Config, f: Finding) -> Finding | None:
    wanted = config.lint.get(f.code)
    if wanted is None or f.code in FIXED:
        return f
    return None if wanted == "off" else dataclasses.replace(f, severity=Severity[wanted.upper()])


def _folded(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that say the same of several places, and of no thing in particular, as one with further places."""
    groups: dict[object, list[Finding]] = {}
    for f in findings:
        key: object = (f.code, f.severity, f.message, f.hint) if not f.focus and f.place else f
        groups.setdefault(key, []).append(f)
    return [_one(group) for group in groups.values()]


def _one(group: list[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    first, *_ = sorted(group, key=Finding.sort_key)
    places: dict[Place, None] = {}
    for f in group:
        places |= dict.fromkeys(place for place in (f.place, *f.also) if place and place != first.place)
    return dataclasses.replace(first, also=tuple(sorted(places)))
