"""Two things → the shortest way from one to the other, step by step, through what the data say of things between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecoop_ld.model.dataset import TYPE
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.properties import Value
from ecoop_ld.views.related import is_machinery

LONGEST = 4
"""Steps of a way that still says something."""
_MOST = 4_000
"""Things that are looked at on the way; with more, the search is given up."""
_CROWD = 400
"""To have to do with something that so many have to do with says little: no way leads through it."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one thing to the next."""

    start: Link
    by: Text
    """How the page of the first calls what leads to the second."""
    value: Value
    """What stands there: the second thing, or a node told in place that names it."""


def path(describer: Describer, one: str, other: str) -> tuple[Step, ...]:
    """The steps, through things of the world alone: no claim, no concept, no class; nothing where there is no way."""
    before = _found(describer, one, other)
    way = [other] if other in before else []
    while way and way[-1] != one:
        way.append(before[way[-1]])
    pairs = zip(way[::-1], way[-2::-1], strict=False)
    steps = tuple(step for start, end in pairs if (step := _step(describer, start, end)))
    return steps if len(steps) == len(way) - 1 else ()


def _found(describer: Describer, one: str, other: str) -> dict[str, str]:
    """Thing → the thing before it, on a shortest way from the first; of equal ways that of the first by IRI."""
    before, edge = {one: one}, [one]
    for _ in range(LONGEST):
        following: list[str] = []
        for iri in edge:
            near = sorted(set(_near(describer, iri)) - {iri})
            if iri != one and len(near) > _CROWD:
                continue
            for end in near:
                if end not in before:
                    before[end] = iri
                    following.append(end)
            if other in before or len(before) > _MOST:
                return before
        edge = following
    return before


def _near(describer: Describer, iri: str) -> Iterator[str]:
    """Things that a thing is told to have to do with: directly, or by a node that is told in place."""
    dataset, unfold, apart = describer.dataset, describer.evidence.unfold, _apart(describer)
    outgoing = (f.object for p, facts in dataset.outgoing(iri).items() if p not in apart for f in facts)
    incoming = (f.subject for p, facts in dataset.incoming(iri).items() if p not in apart for f in facts)
    for end in (*outgoing, *incoming):
        if not isinstance(end, str):
            continue
        if dataset.is_a(end, unfold):
            around = (f.object for p, facts in dataset.outgoing(end).items() if p not in apart for f in facts)
            yield from (one for one in around if isinstance(one, str) and _is_of_the_world(describer, one))
        elif _is_of_the_world(describer, end):
            yield end


def _apart(describer: Describer) -> frozenset[str]:
    """What joins nothing: the class of a thing, and what the project says keeps things apart."""
    return frozenset((TYPE, *describer.config.iris(describer.config.pages.no_paths)))


def _is_of_the_world(describer: Describer, iri: str) -> bool:
    words = describer.evidence.words["text"]
    return (
        iri in describer.dataset.things_set
        and not is_machinery(describer, iri)
        and not describer.dataset.objects(iri, words)
    )


def _step(describer: Describer, start: str, end: str) -> Step | None:
    """How the page of a thing tells of another; of several values the plainest."""
    apart = _apart(describer)
    found = [
        (bool(value.parts), prop.name, value)
        for group in describer.entity(start).groups
        for prop in group.properties
        if not (prop.term and prop.term.iri in apart)
        for value in prop.values
        if end in set(_named(value))
    ]
    best = min(found, key=lambda row: row[0], default=None)
    return Step(describer.link(start), best[1], best[2]) if best else None


def _named(value: Value) -> Iterator[str]:
    for content in (value.content, *(inner for part in value.parts for inner in part.values)):
        if isinstance(content, Link):
            yield content.iri
