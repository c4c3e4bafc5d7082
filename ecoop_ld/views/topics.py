"""Many claims about one thing → the same, folded by what else they speak of, so that the page is read at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link
from ecoop_ld.model.properties import Property, Value
from ecoop_ld.rdf.names import SKOS

MANY = 12
"""Claims that are read one after the other; more are folded."""
_FEWEST = 2
"""Claims of a topic; what speaks of something that no other claim speaks of stands among the others."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Claims that speak of the same thing."""

    thing: Link | None
    """``None`` for those that share nothing."""
    claims: tuple[Value, ...]


def topics(describer: Describer, here: str, prop: Property) -> tuple[Topic, ...]:
    """The claims of a property by topic, the largest first, each claim once and in its order; nothing for what is no
    claim, for few claims, and for those that share nothing."""
    claims = [value for value in prop.values if _is_claim(describer, value)]
    if len(claims) <= MANY or len(claims) < len(prop.values):
        return ()
    spoken_of = [_spoken_of(describer, value, prop) - {here} for value in claims]
    shared = _shared(describer, spoken_of)
    by_topic: dict[str, list[Value]] = {iri: [] for iri in [*shared, ""]}
    for value, things in zip(claims, spoken_of, strict=True):
        by_topic[next((iri for iri in shared if iri in things), "")].append(value)
    rest = by_topic.pop("")
    found = [Topic(describer.link(iri), tuple(values)) for iri, values in by_topic.items()]
    found.sort(key=lambda topic: -len(topic.claims))
    return (*found, *((Topic(None, tuple(rest)),) if rest else ())) if found else ()


def _is_claim(describer: Describer, value: Value) -> bool:
    words = describer.evidence.words["text"]
    return isinstance(value.content, Link) and bool(describer.dataset.objects(value.content.iri, words))


def _spoken_of(describer: Describer, value: Value, prop: Property) -> set[str]:
    """What a claim speaks of: by the property that the project names, else by the one that leads from it to here."""
    named = describer.config.provenance.about
    predicate = describer.config.iri(named) if named else prop.term.iri if prop.term and prop.inverse else ""
    assert isinstance(value.content, Link)
    return set(describer.dataset.iris(value.content.iri, predicate))


def _shared(describer: Describer, spoken_of: Sequence[set[str]]) -> list[str]:
    """What most of the claims speak of, then most of those that are left, and so on; of equals things of the world
    before concepts, which only say how, then the first by name."""
    left, found = list(spoken_of), []
    while left:
        counts = Counter(iri for things in left for iri in things)
        best = min(counts, key=lambda iri: (-counts[iri], *_rank(describer, iri)), default="")
        if not best or counts[best] < _FEWEST:
            break
        found.append(best)
        left = [things for things in left if best not in things]
    return found


def _rank(describer: Describer, iri: str) -> tuple[object, ...]:
    return SKOS + "Concept" in describer.dataset.types(iri), describer.order(describer.link(iri)), iri
