"""A thing of the dataset → whether it lives, moved to another IRI, or was withdrawn.

A thing is dead where the data say ``owl:deprecated true`` of it, or where nothing says any more what it is and
``dcterms:isReplacedBy`` says what took its place. A thing that has a type and is not deprecated lives, whatever
replaced it: an agreement stays an agreement after a later one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.rdf.names import DCTERMS, OWL

_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a dead thing."""

    successors: tuple[str, ...]
    """IRIs of what replaced it, in source order."""
    target: str
    """The one IRI to go to instead; empty where there is none, or where there are several to choose from."""


def fate(dataset: Dataset, iri: str) -> Fate | None:
    """``None`` for what lives."""
    successors = tuple(other for other in dataset.iris(iri, DCTERMS + "isReplacedBy") if other != iri)
    if not _deprecated(dataset, iri) and (not successors or dataset.types(iri, derived=False)):
        return None
    only = successors[0] if len(successors) == 1 else ""
    return Fate(successors, only if only.startswith(_SCHEMES) and not _circular(dataset, iri) else "")


def _deprecated(dataset: Dataset, iri: str) -> bool:
    facts = dataset.outgoing(iri).get(OWL + "deprecated", ())
    return any(getattr(fact.object, "value", "") in ("true", "1") for fact in facts)


def _circular(dataset: Dataset, iri: str) -> bool:
    """Whether one comes back to a thing by following what replaced what: no client shall run in a circle."""
    seen, waiting = {iri}, [iri]
    while waiting:
        for other in dataset.iris(waiting.pop(), DCTERMS + "isReplacedBy"):
            if other == iri:
                return True
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return False


def dead(dataset: Dataset) -> Iterator[tuple[str, Fate]]:
    """All things that have a page and are dead, in order."""
    candidates = {fact for word in (OWL + "deprecated", DCTERMS + "isReplacedBy") for fact in dataset.having(word)}
    for iri in sorted(candidates & dataset.things_set):
        if (found := fate(dataset, iri)) is not None:
            yield iri, found
