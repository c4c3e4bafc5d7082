"""Sources, and what follows from them → a :class:`Report`.

The stages run in the order in which people should read them: syntax, lexical forms, terms, shapes, vocabulary, SHACL.
What one stage finds is mended for the next as it was meant, so that one slip is one finding; where it cannot be, the
stage whose answers would be worthless is left out, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import pyoxigraph as ox

from ecoop_ld import progress
from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Severity
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.sources.meant import as_meant, meant_quads
from ecoop_ld.validate import (
    concepts_lint,
    constraints_lint,
    json_keys,
    lexical,
    prefixes_lint,
    shacl,
    shapes_lint,
    syntax,
    terms,
    texts_lint,
    values_lint,
    vocabulary_lint,
    words_lint,
)
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon
from ecoop_ld.validate.report import Report, Result, assemble

__all__ = ["Report", "Result", "check"]


def check(
    config: Config,
    sources: Sources,
    stated_and_derived: Sequence[ox.Quad],
    others: Callable[[Lexicon], Iterable[Finding]] | None = None,
) -> Report:
    """Everything that can be said against a project's sources.

    Lints see the sources. SHACL sees ``stated_and_derived``: give the stated quads alone to judge what people wrote,
    which is what a build does; a rule that derives ``prov:wasAttributedTo`` would set off shapes meant for editors.
    ``others`` finds what is wrong in settings and queries, where terms can be judged.
    """
    early = [*syntax.check(config, sources)]
    if any(file.findings and file.mended is None for file in (*sources.files, *sources.shapes)):
        message = "Terms, shapes and data were not checked: mend the syntax first."
        written = [*early, *lexical.check(config, sources, Locator(config, sources))]
        return assemble(config, [*written, finding("skipped", message)])
    words = _Words(config, sources)
    slips = {(f.place.file, f.place.line) for f in early if f.code == "syntax" and f.place}
    told = [f for f in words.findings if f.place is None or (f.place.file, f.place.line) not in slips]
    found = [*early, *told, *_lints(config, words.sources, words.locator)]
    found += others(words.lexicon) if others is not None else ()
    broken = [f for f in found if f.code.startswith("shape") and f.severity is Severity.VIOLATION]
    if broken and any(config.lint.get(f.code) not in ("off", "note", "warning") for f in broken):
        message = "SHACL was not run: mend the shapes first."
        return assemble(config, [*found, finding("skipped", message)])
    shapes = [q for file in words.sources.shapes for q in file.quads]
    data = meant_quads(stated_and_derived, words.meant) if words.meant else stated_and_derived
    lost = words.lost | {f.focus for f in found if f.code == "thing-type"}
    outcome = shacl.validate(config, data, shapes, words.locator, found, lost)
    return assemble(config, [*found, *outcome.findings], outcome.results, outcome.shapes)


def extended(config: Config, report: Report, more: Iterable[Finding]) -> Report:
    """A report with further findings."""
    return assemble(config, [*report.findings, *more], report.results, report.shapes)


class _Family(Protocol):
    """A module of checks."""

    def check(self, config: Config, sources: Sources, locator: Locator, /) -> Iterable[Finding]: ...


class _Words:
    """What is wrong with prefixes and IRIs, and the sources with those IRIs that were meant."""

    def __init__(self, config: Config, written: Sources) -> None:
        lexicon = Lexicon(config, written)
        locator = Locator(config, written)
        relative = words_lint.relative(written, locator, lexicon)
        self.findings = [*prefixes_lint.check(config, written, locator, lexicon)]
        self.findings += words_lint.check(written, locator, relative)
        self.meant = prefixes_lint.meant(config, written, lexicon) | words_lint.meant(relative)
        if self.meant:
            written = as_meant(written, self.meant)
            lexicon, locator = Lexicon(config, written), Locator(config, written, self.meant)
        judged = {iri: v for iri, v in words_lint.judged(written, lexicon).items() if iri not in relative}
        self.findings += words_lint.check(written, locator, judged)
        better = words_lint.meant(judged)
        unknown = ("undefined-term", "dangling")
        self.lost = frozenset(iri for iri, found in judged.items() if not found.meant and found.code in unknown)
        if better:
            self.meant = {wrong: better.get(right, right) for wrong, right in self.meant.items()} | better
            written = as_meant(written, better)
            locator = Locator(config, written, self.meant)
        self.sources, self.locator, self.lexicon = written, locator, lexicon


def _lints(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    for module in progress.each(_FAMILIES, "Checking", len(_FAMILIES), "families of findings"):
        yield from module.check(config, sources, locator)


_FAMILIES: tuple[_Family, ...] = (
    json_keys,
    lexical,
    terms,
    values_lint,
    texts_lint,
    shapes_lint,
    constraints_lint,
    vocabulary_lint,
    concepts_lint,
)
"""In the order in which people should read what they find."""
