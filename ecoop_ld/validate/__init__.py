"""Sources, and what follows from them → a :class:`Report`.

The stages run in the order in which people should read them: syntax, lexical forms, terms, shapes, vocabulary, SHACL.
A stage is left out where earlier findings would make its answers worthless, and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Severity
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate import concepts_lint, lexical, shacl, shapes_lint, syntax, terms, vocabulary_lint
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.report import Report, Result, assemble

__all__ = ["Report", "Result", "check"]


def check(config: Config, sources: Sources, stated_and_derived: Sequence[ox.Quad]) -> Report:
    """Everything that can be said against a project.

    Lints see the sources. SHACL sees ``stated_and_derived``: give the stated quads alone to judge what people wrote,
    which is what a build does; a rule that derives ``prov:wasAttributedTo`` would set off shapes meant for editors.
    """
    locator = Locator(config, sources)
    early = [*syntax.check(config, sources)]
    if any(file.findings and file.mended is None for file in (*sources.files, *sources.shapes)):
        message = "Terms, shapes and data were not checked: mend the syntax first."
        return assemble(config, [*early, *lexical.check(config, sources, locator), finding("skipped", message)])
    found = [*early, *_lints(config, sources, locator)]
    broken = [f for f in found if f.code.startswith("shape") and f.severity is Severity.VIOLATION]
    if broken and any(config.lint.get(f.code) not in ("off", "note", "warning") for f in broken):
        message = "SHACL was not run: mend the shapes first."
        return assemble(config, [*found, finding("skipped", message)])
    shapes = [q for file in sources.shapes for q in file.quads]
    outcome = shacl.validate(config, stated_and_derived, shapes, locator)
    return assemble(config, [*found, *outcome.findings], outcome.results)


def _lints(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    yield from lexical.check(config, sources, locator)
    yield from terms.check(config, sources, locator)
    yield from shapes_lint.check(config, sources, locator)
    yield from vocabulary_lint.check(config, sources, locator)
    yield from concepts_lint.check(config, sources, locator)
