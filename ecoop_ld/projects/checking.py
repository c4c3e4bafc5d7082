"""A project → everything that can be said against it: sources, settings, queries; the one check of all commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ecoop_ld import validate
from ecoop_ld.config import Config, place_of
from ecoop_ld.config.positions import TomlPlaces
from ecoop_ld.errors import Finding, Place, Severity, UserError, nearest
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.validate import Report, queries_lint, settings_lint
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon
from ecoop_ld.validate.queries_lint import ProjectQuery
from ecoop_ld.views import lint as views_lint
from ecoop_ld.words import messages


def check(config: Config, sources: Sources, derived: Sequence[ox.Quad] | None = None) -> Report:
    """The report of a project. ``derived`` are the quads that its rules derive, where they are at hand.

    Queries are asked where nothing is wrong with the sources: else their answers would say the same again.
    """
    other = _other_base(config, sources)
    if other is not None:
        return validate.extended(config, Report(), [*sources.findings, *sources.left_out, other])
    asked: list[ProjectQuery] = []
    named = config.with_prefixes(sources.prefixes)

    def others(lexicon: Lexicon) -> list[Finding]:
        found, sound = queries_lint.check(named, lexicon)
        asked.extend(sound)
        return [*found, *settings_lint.check(config, sources, lexicon), *_messages(config)]

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
    found, asked = queries_lint.check(config.with_prefixes(sources.prefixes), lexicon)
    return validate.extended(
        config, Report(), [*found, *_messages(config), *views_lint.check(config, asked, set(), None)]
    )


def _other_base(config: Config, sources: Sources) -> Finding | None:
    """Where nothing begins with the public base and all with one that looks like it: one slip, in one line."""
    files = [file for file in sources.files if file.name.startswith("data/")]
    subjects = {q.subject.value for file in files for q in file.quads if isinstance(q.subject, ox.NamedNode)}
    if not subjects or any(iri.startswith(config.base) for iri in subjects):
        return None
    count = config.base.count("/")
    begins = Counter("/".join(iri.split("/")[:count]) + "/" for iri in subjects if iri.count("/") > count)
    if not begins:
        return None
    usual, number = begins.most_common(1)[0]
    if number < len(subjects) / 2 or not nearest(usual, [config.base], 0.8):
        return None
    message = f"Nothing in data/ begins with <{config.base}>; {number:,} things begin with <{usual}>."
    return finding("public-base", message, place_of(config, "addresses", "public_base"), hint=f'Write "{usual}".')


def _messages(config: Config) -> Iterator[Finding]:
    """Files of words of the project that pages could not be made with."""
    for path in sorted((config.folder("site") / messages.FOLDER).glob("*.toml")):
        try:
            messages.messages(config, path.stem)
        except UserError as error:
            place = error.place or Place(path.relative_to(config.root).as_posix())
            key = error.message.partition(":")[0]
            try:
                text = path.read_text(encoding="utf-8-sig")
                place = Place(place.file, *(TomlPlaces(text).of((key,), value=False)))
            except (OSError, ValueError):
                pass  # the message says why it cannot be read
            yield finding("messages", error.message, place, hint=error.hint)


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
