"""Dataset → what is missing in it: names in a language, sources, counterparts of claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ecoop_ld.dataset import primary
from ecoop_ld.entity import Describer, Link, Text

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


def gaps(describer: Describer) -> tuple[Gap, ...]:
    """What is missing, per kind; kinds that lack nothing are left out."""
    dataset, config = describer.dataset, describer.config
    labels = config.iris(config.pages.labels)
    supports = config.provenance.supports and config.iri(config.provenance.supports)
    text = config.provenance.text and config.iri(config.provenance.text)
    by_kind: dict[str, list[str]] = {}
    for iri in dataset.things:
        if not dataset.is_a(iri, describer.plumbing):
            for kind in describer.kinds(iri)[:1]:
                by_kind.setdefault(kind, []).append(iri)

    def named(language: str) -> Callable[[str], bool]:
        def has(iri: str) -> bool:
            tags = {primary(getattr(o, "language", None)) for p in labels for o in dataset.objects(iri, p)}
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
    return tuple(sorted(found, key=lambda g: (g.key, g.language, g.kind.value.casefold())))


def _sourced(describer: Describer, iri: str) -> bool:
    """Whether a claim or a document stands behind the thing or one of its statements."""
    if describer.backing(iri):
        return True
    facts = [f for row in describer.dataset.outgoing(iri).values() for f in row]
    facts += [f for row in describer.dataset.incoming(iri).values() for f in row]
    return any(s.claim for f in facts for s in describer.said(f.subject, f.predicate, f.object)[0])
