"""A project → everything that can be said against it: sources, settings, queries; the one check of all commands."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from ecoop_ld import validate
from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Severity, UserError
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.validate import Report, queries_lint, settings_lint
from ecoop_ld.validate.lexicon import Lexicon
from ecoop_ld.validate.queries_lint import ProjectQuery
from ecoop_ld.views import lint as views_lint


def check(config: Config, sources: Sources, derived: Sequence[ox.Quad] | None = None) -> Report:
    """The report of a project. ``derived`` are the quads that its rules derive, where they are at hand.

    Queries are asked where nothing is wrong with the sources: else their answers would say the same again.
    """
    asked: list[ProjectQuery] = []

    def others(lexicon: Lexicon) -> list[Finding]:
        found, sound = queries_lint.check(config, lexicon)
        asked.extend(sound)
        return [*found, *settings_lint.check(config, sources, lexicon)]

    report = validate.check(config, sources, sources.quads, others)
    store = None
    if asked and not any(f.severity is Severity.VIOLATION or f.code in _MISLEADING for f in report.findings):
        store = _store(config, sources, derived)
    doubtful = {f.place.file for f in report.findings if f.place}
    plain = [one for one in asked if one.query.file not in doubtful]
    more = [*views_lint.check(config, asked, doubtful, store)]
    if store is not None:
        more += queries_lint.answers(config, plain, store)
    return validate.extended(config, report, more) if more else report


_MISLEADING = frozenset(
    {"lexical-form", "value-kind", "undefined-term", "unknown-term", "unfamiliar-term", "dangling", "relative-iri"}
    | {"prefix-namespace", "namespace-scheme", "unmapped-key", "xml-character"}
)
"""Codes whose slips change answers: to say so of each answer would say the same again."""


def check_queries(config: Config, sources: Sources) -> Report:
    """What is wrong with the texts of queries alone: a build cannot begin where a rule or view cannot be read."""
    lexicon = Lexicon(config, sources)
    found, asked = queries_lint.check(config, lexicon)
    return validate.extended(config, Report(), [*found, *views_lint.check(config, asked, set(), None)])


def _store(config: Config, sources: Sources, derived: Sequence[ox.Quad] | None) -> ox.Store | None:
    """What is stated and derived, as the server would be asked."""
    if derived is None:
        try:
            derived = materialise(config, sources.quads)
        except UserError:
            return None  # the lint of rules has said it
    store = ox.Store()
    store.bulk_extend([*sources.quads, *derived])
    return store
