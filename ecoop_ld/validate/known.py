"""Which terms the well-known vocabularies have, from the closed namespaces that rdflib ships."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ecoop_ld.rdf.names import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, VANN, VOID, XSD

STRICT: Mapping[str, str] = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "skos": SKOS, "sh": SH, "xsd": XSD}
"""Vocabularies whose terms are known for sure."""
FAMILIAR: Mapping[str, str] = {
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "prov": PROV,
    "org": ORG,
    "dcat": DCAT,
    "void": VOID,
    "vann": VANN,
}
"""Vocabularies that grow, or of which rdflib's list may lag behind."""
_LATER: Mapping[str, frozenset[str]] = {
    "rdf": frozenset({"reifies", "dirLangString", "JSON", "language", "direction", "CompoundLiteral"}),
    "sh": frozenset({"SPARQLConstructExecutable", "shapesGraphWellFormed"}),
}


@cache
def terms(word: str) -> frozenset[str]:
    """Local names of one vocabulary, by its usual prefix."""
    import rdflib.namespace

    namespace = getattr(rdflib.namespace, word.upper())
    return (
        frozenset(namespace.__annotations__)
        | frozenset(getattr(namespace, "_extras", ()))
        | _LATER.get(word, frozenset())
    )


def split(iri: str) -> tuple[str, str] | None:
    """Prefix and local name of an IRI in one of these vocabularies; ``None`` for any other IRI."""
    for vocabularies in (STRICT, FAMILIAR):
        for word, namespace in vocabularies.items():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return word, iri[len(namespace) :]
    return None


def is_known(word: str, local: str) -> bool:
    if word == "rdf" and local.startswith("_") and local[1:].isdigit():
        return True  # container membership
    return local in terms(word)
