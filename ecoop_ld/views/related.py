"""A thing → others that took part in the same: what a reader may go on with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link
from ecoop_ld.rdf.names import SKOS

_MOST = 6
_FEWEST = 2
"""What two things share, at least, to be named together."""
_CROWD = 60
"""Of what so many have a part in, having one says little."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another thing, and how much it shares with this one."""

    link: Link
    shared: int


def related(describer: Describer, iri: str) -> tuple[Related, ...]:
    """Those that share most, through nodes that pages unfold (participations, memberships …), with this thing."""
    if not describer.evidence.unfold:
        return ()
    shared: Counter[str] = Counter()
    told = {end for node in _nodes(describer, iri) for end in _ends(describer, node)}  # the page names these anyway
    for via in told - {iri}:
        joining = list(_nodes(describer, via))
        if len(joining) <= _CROWD:
            shared.update({end for node in joining for end in _ends(describer, node)} - {iri, via})
    found = [(n, describer.link(other)) for other, n in shared.items() if n >= _FEWEST and other not in told]
    found.sort(key=lambda row: (-row[0], describer.order(row[1])))
    return tuple(Related(link, n) for n, link in found[:_MOST])


def _nodes(describer: Describer, iri: str) -> Iterator[str]:
    """N-ary nodes that point to a thing."""
    seen = set()
    for facts in describer.dataset.incoming(iri).values():
        for fact in facts:
            if fact.subject not in seen and describer.dataset.is_a(fact.subject, describer.evidence.unfold):
                seen.add(fact.subject)
                yield fact.subject


def _ends(describer: Describer, node: str) -> Iterator[str]:
    """Things that an n-ary node joins; a concept only says how."""
    for facts in describer.dataset.outgoing(node).values():
        for fact in facts:
            end = fact.object
            if isinstance(end, str) and end in describer.dataset.things_set and not is_machinery(describer, end):
                yield end


def is_machinery(describer: Describer, iri: str) -> bool:
    """Whether something is no thing of the world: what is told in place, machinery, and concepts."""
    hidden = describer.evidence.plumbing | describer.evidence.unfold
    return describer.dataset.is_a(iri, hidden) or SKOS + "Concept" in describer.dataset.types(iri)
