"""What could not be read, or was left out, and codes under [lint] that nothing reports → findings.

A syntax error about an unknown prefix comes with a suggestion.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pyoxigraph as ox

from ecoop_ld.config import Config, place_of
from ecoop_ld.errors import Finding, did_you_mean
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import SH
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.validate.codes import BY_NAME, finding

_PREFIX = re.compile(r"The prefix (\S*?):? has not been declared")


def check(config: Config, sources: Sources) -> Iterator[Finding]:
    for file in (*sources.files, *sources.shapes):
        for error in file.findings:
            yield _explain(config, file, error)
        yield from file.notes
    yield from sources.left_out
    yield from _lint_codes(config, sources)


def _explain(config: Config, file: SourceFile, error: Finding) -> Finding:
    match = _PREFIX.search(error.message)
    if not match or error.hint:  # of a file that is too large to be read with tolerance
        return error
    prefix = match[1]
    namespace = config.all_prefixes.get(prefix)
    if namespace:
        hint = f"Add @prefix {prefix}: <{namespace}> . at the top of the file."
    else:
        hint = did_you_mean(prefix, [*file.prefixes, *config.all_prefixes]) or "Declare it at the top of the file."
    return dataclasses.replace(error, message=f'The prefix "{prefix}:" has not been declared.', hint=hint)


def _lint_codes(config: Config, sources: Sources) -> Iterator[Finding]:
    """Shapes report under their own names, so those are known codes too."""
    shapes = {
        names.kebab(names.local_name(q.subject.value))
        for file in sources.shapes
        for q in file.quads
        if isinstance(q.subject, ox.NamedNode) and q.predicate.value.startswith(SH)
    }
    known = {*BY_NAME, *shapes}
    for code in config.lint:
        if code not in known:
            hint = did_you_mean(code, known) or "docs/findings.md lists them."
            place = place_of(config, "lint", code, key=True)
            yield finding("lint-code", f'No check reports "{code}".', place, hint=hint)
