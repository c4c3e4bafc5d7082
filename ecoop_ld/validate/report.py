"""Findings → a report: a value that prints, compares, and is RDF."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Severity
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
class Report:
    """Everything that a check found, in the order in which people should read it."""

    findings: tuple[Finding, ...] = ()
    results: tuple[Result, ...] = ()
    """The SHACL results behind the findings of the last stage."""

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

    def as_text(self, *, each: bool = True) -> str:
        """A line per finding, its hint indented below it, and a line that counts them.

        Without ``each``, the first of each kind: what is said alike of several places is said once.
        """
        lines = (line for f in self.findings for line in _lines(f)) if each else _grouped(self.findings)
        return "\n".join([*lines, self.summary])

    def relocated(self, paths: Mapping[str, str]) -> Report:
        """The same with other names for files."""
        moved = (
            dataclasses.replace(f, place=dataclasses.replace(f.place, file=paths.get(f.place.file, f.place.file)))
            if f.place
            else f
            for f in self.findings
        )
        return dataclasses.replace(self, findings=tuple(moved))

    @property
    def summary(self) -> str:
        counted = [f"{n:,} {s.label}{'' if n == 1 else 's'}" for s, n in self.counts.items() if n]
        return ", ".join(counted) + "." if counted else "No findings."

    def as_rdf(self) -> bytes:
        """The SHACL results as a ``sh:ValidationReport`` in Turtle; the same for the same results."""
        report = ox.BlankNode("report")
        prefixes = {"sh": SH, "rdf": RDF, "xsd": XSD}
        triples = _report_triples(report, self.results)
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def _lines(f: Finding) -> list[str]:
    where = f"{f.place}: " if f.place else ""
    first = f"{where}{f.severity.label}[{f.code}]: {f.message}"
    return [first, *(f"    {line}" for line in f.hint.splitlines())]


_FIRST = {Severity.VIOLATION: 10, Severity.WARNING: 3, Severity.NOTE: 3}
"""Findings of one kind that are printed; of the others it is said how many there are, and where."""
_PLACES = 3


def _grouped(findings: Iterable[Finding]) -> Iterator[str]:
    """Kind by kind in the order of the first of each; a message that is said of several places, once."""
    kinds: dict[tuple[str, Severity], dict[str, list[Finding]]] = {}
    for f in findings:
        kinds.setdefault((f.code, f.severity), {}).setdefault(f.message, []).append(f)
    for (code, severity), messages in kinds.items():
        alike = list(messages.values())
        for first, *others in alike[: _FIRST[severity]]:
            yield from _lines(first)
            if others:
                yield f"    Here too: {_places(others)}."
        rest = [f for some in alike[_FIRST[severity] :] for f in some]
        if rest:
            total = sum(map(len, alike))
            yield f"{severity.label}[{code}]: {total:,} of this kind; {len(rest):,} more in {_files(rest)}."
            yield "    See each with: ecoop-ld check --all"


def _places(findings: list[Finding]) -> str:
    named = [str(f.place) for f in findings[:_PLACES] if f.place]
    more = len(findings) - len(named)
    if not named:
        return f"{more:,} times"
    return ", ".join(named) + (f", and {more:,} more" if more else "")


def _files(findings: list[Finding]) -> str:
    counted = Counter(f.place.file for f in findings if f.place)
    named = [f"{file} ({n:,})" for file, n in counted.most_common(_PLACES)]
    more = len(counted) - len(named)
    return ", ".join([*named, *([f"{more:,} more file{'' if more == 1 else 's'}"] if more else [])]) or "no one place"


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


def assemble(config: Config, findings: Iterable[Finding], results: Iterable[Result] = ()) -> Report:
    """Grade findings as ``[lint]`` says, drop repetitions and what is off, and put them in reading order."""
    graded = {g for f in findings if (g := _grade(config, f))}
    ordered = sorted(graded, key=lambda f: (stage_of(f.code), f.sort_key(), f.focus, f.hint))
    return Report(tuple(ordered), tuple(sorted(results, key=Result.sort_key)))


def _grade(config: Config, f: Finding) -> Finding | None:
    wanted = config.lint.get(f.code)
    if wanted is None or f.code in FIXED:
        return f
    return None if wanted == "off" else dataclasses.replace(f, severity=Severity[wanted.upper()])
