"""All sources → what SKOS would have against the concepts (integrity conditions, https://www.w3.org/TR/skos-reference/)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding
from ecoop_ld.rdf.names import SKOS
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate.vocabulary_quads import TYPE, VocabularyQuads, circles, closure

_LOOKED_AT = frozenset(
    SKOS + word
    for word in (
        *("prefLabel", "altLabel", "hiddenLabel", "broader", "broaderTransitive", "broadMatch", "narrower", "related"),
        *("hasTopConcept", "topConceptOf", "inScheme"),
    )
) | {TYPE}
"""All that the checks of this module ask for."""


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    said = (quad for quad in sources.quads if quad.predicate.value in _LOOKED_AT)
    everything = VocabularyQuads(config, said, locator)
    for one in (preferred_labels, same_labels, broader, orphans):
        yield from one(everything)


def preferred_labels(v: VocabularyQuads) -> Iterator[Finding]:
    """S14 one preferred label per language; S13 labels disjoint; and a concept has one at all."""
    for iri in list(v.rows):
        preferred = v.texts(iri, SKOS + "prefLabel")
        seen: set[str] = set()
        for text in preferred:
            if (text.language or "") in seen:
                message = f"{v.name(iri)} has two preferred labels in @{text.language}."
                hint = "Keep one of them, and make skos:altLabel of the other."
                yield v.about("concept-label", iri, message, SKOS + "prefLabel", text, hint)
            seen.add(text.language or "")
        for text in v.texts(iri, SKOS + "altLabel", SKOS + "hiddenLabel"):
            if text in preferred:
                predicate = SKOS + ("altLabel" if text in v.objects(iri, SKOS + "altLabel") else "hiddenLabel")
                message = f'"{text.value}" is both the preferred and another label of {v.name(iri)}.'
                yield v.about("label-clash", iri, message, predicate, text)
        if not preferred and SKOS + "Concept" in v.types(iri):
            yield v.about("concept-label", iri, f"The concept {v.name(iri)} has no preferred label.")


def same_labels(v: VocabularyQuads) -> Iterator[Finding]:
    """Two concepts of one scheme that nobody can tell apart by their names."""
    first: dict[tuple[str, str, str], str] = {}
    told: set[frozenset[str]] = set()
    for iri in list(v.rows):
        for scheme in v.iris(iri, SKOS + "inScheme", SKOS + "topConceptOf"):
            for text in v.texts(iri, SKOS + "prefLabel"):
                other = first.setdefault((scheme, text.value.casefold(), text.language or ""), iri)
                pair = frozenset({iri, other})
                if other != iri and pair not in told:
                    told.add(pair)
                    message = f'{v.name(iri)} and {v.name(other)} of {v.name(scheme)} are both called "{text.value}".'
                    hint = "Give one of them another name, or merge them."
                    yield v.about("concept-same-label", iri, message, SKOS + "prefLabel", text, hint)


def broader(v: VocabularyQuads) -> Iterator[Finding]:
    """S27 related and broader are disjoint; and no concept is above itself."""
    up: dict[str, set[str]] = defaultdict(set)
    for predicate in ("broader", "broaderTransitive", "broadMatch"):
        for iri, others in v.links(SKOS + predicate).items():
            up[iri] |= others
    for iri, others in v.links(SKOS + "narrower").items():
        for other in others:
            up[other].add(iri)
    for circle in circles(up):
        iri = _least_likely(v, circle)
        way = " → ".join(map(v.name, (*circle, circle[0]))) if len(circle) > 1 else ""
        message = f"{v.name(iri)} is broader than itself{f': {way}' if way else ''}."
        above = [other for other in sorted(up[iri]) if other in circle]
        value = ox.NamedNode(above[0]) if above else None
        yield v.about("broader-cycle", iri, message, SKOS + "broader", value, "Take one skos:broader of them out.")
    leads_to = closure(up)
    for iri, others in v.links(SKOS + "related").items():
        for other in sorted(others):
            if other in leads_to.get(iri, ()) or iri in leads_to.get(other, ()):
                message = f"{v.name(iri)} and {v.name(other)} are related, and one is broader than the other."
                yield v.about("related-broader", iri, message, SKOS + "related", ox.NamedNode(other))


def _least_likely(v: VocabularyQuads, circle: Sequence[str]) -> str:
    """Of a circle the concept whose skos:broader is most likely the slip: a top concept, else the first."""
    tops = {o for others in v.links(SKOS + "hasTopConcept").values() for o in others} | set(
        v.links(SKOS + "topConceptOf")
    )
    return next((iri for iri in circle if iri in tops), circle[0])


def orphans(v: VocabularyQuads) -> Iterator[Finding]:
    tops = {o for others in v.links(SKOS + "hasTopConcept").values() for o in others}
    for iri in list(v.rows):
        if (
            SKOS + "Concept" in v.types(iri)
            and not v.iris(iri, SKOS + "inScheme", SKOS + "topConceptOf")
            and iri not in tops
        ):
            yield v.about(
                "concept-orphan", iri, f"The concept {v.name(iri)} is in no scheme.", hint="Add skos:inScheme."
            )
