"""All sources → what SKOS would have against the concepts (integrity conditions, https://www.w3.org/TR/skos-reference/)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding
from ecoop_ld.rdf.names import SKOS
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate.vocabulary_quads import VocabularyQuads, closure, on_cycle


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    everything = VocabularyQuads(config, sources.quads, locator)
    for one in (preferred_labels, broader, orphans):
        yield from one(everything)


def preferred_labels(v: VocabularyQuads) -> Iterator[Finding]:
    """S14 one preferred label per language; S13 labels disjoint; and a concept has one at all."""
    for iri in list(v.rows):
        preferred = v.texts(iri, SKOS + "prefLabel")
        seen: set[str] = set()
        for text in preferred:
            if (text.language or "") in seen:
                message = f"{v.name(iri)} has two preferred labels in @{text.language}."
                yield v.about("concept-label", iri, message, SKOS + "prefLabel", text)
            seen.add(text.language or "")
        for text in v.texts(iri, SKOS + "altLabel", SKOS + "hiddenLabel"):
            if text in preferred:
                predicate = SKOS + ("altLabel" if text in v.objects(iri, SKOS + "altLabel") else "hiddenLabel")
                message = f'"{text.value}" is both the preferred and another label of {v.name(iri)}.'
                yield v.about("label-clash", iri, message, predicate, text)
        if not preferred and SKOS + "Concept" in v.types(iri):
            yield v.about("concept-label", iri, f"The concept {v.name(iri)} has no preferred label.")


def broader(v: VocabularyQuads) -> Iterator[Finding]:
    """S27 related and broader are disjoint; and no concept is above itself."""
    up: dict[str, set[str]] = defaultdict(set)
    for predicate in ("broader", "broaderTransitive", "broadMatch"):
        for iri, others in v.links(SKOS + predicate).items():
            up[iri] |= others
    for iri, others in v.links(SKOS + "narrower").items():
        for other in others:
            up[other].add(iri)
    for iri in on_cycle(up):
        yield v.about("broader-cycle", iri, f"{v.name(iri)} is broader than itself.", SKOS + "broader")
    above = closure(up)
    for iri, others in v.links(SKOS + "related").items():
        for other in sorted(others):
            if other in above.get(iri, ()) or iri in above.get(other, ()):
                message = f"{v.name(iri)} and {v.name(other)} are related, and one is broader than the other."
                yield v.about("related-broader", iri, message, SKOS + "related", ox.NamedNode(other))


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
