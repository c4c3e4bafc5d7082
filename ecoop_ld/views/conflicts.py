"""A thing → the claims about it that contradict each other, in pairs, to stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.provenance import Source
from ecoop_ld.rdf.names import SKOS


@dataclass(frozen=True, slots=True)
class Side:
    """One of two claims."""

    claim: Link
    text: Text
    when: Text | None
    sources: tuple[Source, ...]


def conflicts(describer: Describer, iri: str) -> tuple[tuple[Side, Side], ...]:
    """Pairs of conflicting claims that both speak of this thing, and of those one is."""
    if not describer.config.provenance.conflicts:
        return ()
    predicate = describer.config.iri(describer.config.provenance.conflicts)
    pairs: set[tuple[str, str]] = set()
    for claim in {iri, *_claims_of(describer, iri)}:
        for other in (*describer.dataset.iris(claim, predicate), *describer.dataset.into(claim, predicate)):
            if iri in (claim, other) or iri in _spoken_of(describer, other):
                pairs.add((min(claim, other), max(claim, other)))
    return tuple((_side(describer, one), _side(describer, two)) for one, two in sorted(pairs))


def _claims_of(describer: Describer, iri: str) -> set[str]:
    """Claims that speak of a thing: they support it, or a node or statement that points to it."""
    dataset, supports = describer.dataset, describer.config.iri(describer.config.provenance.supports)
    if SKOS + "Concept" in dataset.types(iri):  # how something is, not what it is about
        return set(dataset.into(iri, supports))
    near = {iri, *(fact.subject for facts in dataset.incoming(iri).values() for fact in facts)}
    near |= {fact.object for facts in dataset.outgoing(iri).values() for fact in facts if isinstance(fact.object, str)}
    nodes = {iri, *(node for node in near if iri in _about(describer, node))}
    return {claim for node in nodes for claim in dataset.into(node, supports)}


def _spoken_of(describer: Describer, claim: str) -> set[str]:
    """What a claim supports, and what that is about."""
    supported = describer.dataset.iris(claim, describer.config.iri(describer.config.provenance.supports))
    return {claim, *supported, *(thing for node in supported for thing in _about(describer, node))}


def _about(describer: Describer, node: str) -> set[str]:
    """What a node points to, and of one that is told on the pages of others what points to it."""
    dataset = describer.dataset
    found = {f.object for facts in dataset.outgoing(node).values() for f in facts if isinstance(f.object, str)}
    if dataset.is_a(node, describer.evidence.unfold):
        found |= {fact.subject for facts in dataset.incoming(node).values() for fact in facts}
    return found


def _side(describer: Describer, claim: str) -> Side:
    text = describer.summary(claim) or describer.label(claim)
    dates = describer.config.iris(describer.config.pages.dates)
    when = describer.dataset.text(claim, dates, describer.language)
    return Side(describer.link(claim), text, describer.text(when) if when else None, describer.evidence.backing(claim))
