"""A claim → who makes it, of what kind it is, where it stands, and the address of what it stands in."""

from __future__ import annotations

from dataclasses import dataclass

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.provenance import Source
from ecoop_ld.rdf.names import DCAT, FOAF, RDFS

_ADDRESSES = (
    FOAF + "page",
    *(base + "url" for base in ("https://schema.org/", "http://schema.org/")),
    DCAT + "landingPage",
    "http://purl.org/ontology/bibo/uri",
    FOAF + "homepage",
    RDFS + "seeAlso",
)
"""Properties that lead from a document to where it can be read, best first."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what a claim says, and where."""

    source: Source
    address: str
    """Where the document can be read; ``""`` where the data does not say."""


def attribution(describer: Describer, iri: str) -> Attribution | None:
    """``None`` for what is no claim."""
    evidence = describer.evidence
    if not describer.dataset.objects(iri, evidence.words["text"]):
        return None
    source = evidence.claim_source(iri)
    return Attribution(source, address_of(describer, source.document.iri) if source.document else "")


def address_of(describer: Describer, document: str) -> str:
    """Where a document can be read: another page than the site's own; ``""`` where the data does not say."""
    found = (iri for predicate in _ADDRESSES for iri in describer.dataset.iris(document, predicate))
    return next((iri for iri in found if "://" in iri and not describer.dataset.page(iri)), "")


def said_by(found: Attribution | None) -> str:
    """Who says a claim, in what and in which paragraph, for its citation; ``""`` for what is no claim."""
    if found is None:
        return ""
    source = found.source
    where = " ".join(filter(None, (source.document.label.value if source.document else "", source.locator)))
    return ", ".join(filter(None, (source.claimant.label.value if source.claimant else "", where)))
