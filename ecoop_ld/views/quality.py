"""Dataset → what is missing in it: names in a language, sources, counterparts of claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Gap:
    """Things of one kind that lack something."""

    key: str
    """``label``, ``source`` or ``counterpart``."""
    language: str
    kind: Text
    missing: int
    total: int
    examples: tuple[Link, ...]

    @property
    def more(self) -> int:
        return self.missing - len(self.examples)


@dataclass(frozen=True, slots=True)
class Checked:
    """How the things of one kind fared when the shapes were held against them."""

    kind: Link
    things: int
    rules: int
    found: Mapping[str, int]
    """Severity → findings about these things."""


def checked(
    describer: Describer, rules: Mapping[str, Sequence[object]], findings: Iterable[Mapping[str, object]]
) -> tuple[Checked, ...]:
    """Each kind that shapes speak of, with the number of their rules, and of findings by severity."""
    by_thing: dict[str, list[str]] = {}
    for finding in findings:
        by_thing.setdefault(str(finding["focus"] or ""), []).append(str(finding["severity"]))
    rows = []
    for kind, some in rules.items():
        things = describer.dataset.members.get(kind, ())
        found = Counter(severity for iri in things for severity in by_thing.get(iri, ()))
        if things:
            rows.append(Checked(describer.link(kind), len(things), len(some), found))
    return tuple(sorted(rows, key=lambda row: describer.order(row.kind)))


def gaps(describer: Describer) -> tuple[Gap, ...]:
    """What is missing, per kind; kinds that lack nothing are left out."""
    dataset, config = describer.dataset, describer.config
    labels = config.iris(config.pages.labels)
    supports = config.provenance.supports and config.iri(config.provenance.supports)
    text = config.provenance.text and config.iri(config.provenance.text)
    by_kind: dict[str, list[str]] = {}
    for iri in dataset.things:
        if not dataset.is_a(iri, describer.evidence.plumbing):
            for kind in describer.kinds(iri)[:1]:
                by_kind.setdefault(kind, []).append(iri)

    def named(language: str) -> Callable[[str], bool]:
        def has(iri: str) -> bool:
            tags = {dataset.language_of(getattr(o, "language", None)) for p in labels for o in dataset.objects(iri, p)}
            return not tags or language in tags or tags == {""}

        return has

    checks: list[tuple[str, str, Callable[[str], bool]]] = [("label", code, named(code)) for code in config.languages]
    if supports:
        checks.append(("source", "", lambda iri: _sourced(describer, iri)))
    if supports and text:
        checks.append(
            ("counterpart", "", lambda iri: not dataset.objects(iri, text) or bool(dataset.iris(iri, supports)))
        )
    found = []
    for key, language, holds in checks:
        for kind, iris in by_kind.items():
            bad = [iri for iri in iris if not holds(iri)]
            if bad:
                links = tuple(Link(describer.title(i), i, describer.link(i).page) for i in bad[:_SHOWN])
                found.append(Gap(key, language, describer.label(kind), len(bad), len(iris), links))
    return tuple(sorted(found, key=lambda g: (g.key, g.language, describer.order(g.kind))))


def _sourced(describer: Describer, iri: str) -> bool:
    """Whether a claim or a document stands behind the thing or one of its statements."""
    if describer.evidence.backing(iri):
        return True
    facts = [f for row in describer.dataset.outgoing(iri).values() for f in row]
    facts += [f for row in describer.dataset.incoming(iri).values() for f in row]
    return any(s.claim for f in facts for s in describer.evidence.said(f.subject, f.predicate, f.object)[0])
