"""A thing → the claims about it that contradict each other, in pairs, to stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.provenance import Source


@dataclass(frozen=True, slots=True)
class Side:
    """One of two claims."""

    claim: Link
    text: Text
    when: Text | None
    sources: tuple[Source, ...]


def conflicts(describer: Describer, iri: str) -> tuple[tuple[Side, Side], ...]:
    """Pairs of conflicting claims of which one at least is, or points to, this thing."""
    if not describer.config.provenance.conflicts:
        return ()
    predicate = describer.config.iri(describer.config.provenance.conflicts)
    near = {iri, *(fact.subject for facts in describer.dataset.incoming(iri).values() for fact in facts)}
    pairs: set[tuple[str, str]] = set()
    for claim in near:
        for other in (*describer.dataset.iris(claim, predicate), *describer.dataset.into(claim, predicate)):
            pairs.add((min(claim, other), max(claim, other)))
    return tuple((_side(describer, one), _side(describer, two)) for one, two in sorted(pairs))


def _side(describer: Describer, claim: str) -> Side:
    text = describer.summary(claim) or describer.label(claim)
    dates = describer.config.iris(describer.config.pages.dates)
    when = describer.dataset.text(claim, dates, describer.language)
    return Side(describer.link(claim), text, describer.text(when) if when else None, describer.evidence.backing(claim))
