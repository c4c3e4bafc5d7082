"""A thing of the dataset → whether it lives, moved to another IRI, or was withdrawn.

A thing is dead where nothing says any more what it is, and the data say ``owl:deprecated true`` of it or by
``dcterms:isReplacedBy`` what took its place. A thing that has a type lives: an agreement stays an agreement after a
later one, and a concept that is no longer to be used is marked, and stays, unless the project's settings say that
deprecated means gone (``addresses.deprecated_is_gone``).
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
    deprecated = is_deprecated(dataset, iri)
    withdrawn = deprecated and dataset.config.addresses.deprecated_is_gone
    if not withdrawn and (not (deprecated or successors) or dataset.types(iri, derived=False)):
        return None
    only = successors[0] if len(successors) == 1 else ""
    return Fate(successors, only if only.startswith(_SCHEMES) and not _circular(dataset, iri) else "")


def is_deprecated(dataset: Dataset, iri: str) -> bool:
    """Whether the data say that a thing is no longer to be used."""
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
