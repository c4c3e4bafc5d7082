"""A property → the word by which what it leads to tells it: the label of its inverse, else "is … of"."""

from __future__ import annotations

from dataclasses import dataclass

from ecoop_ld.model.naming import Naming, Text
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCTERMS, FOAF, ORG, OWL, PROV, SKOS
from ecoop_ld.words.messages import messages

_PAIRS = (
    (SKOS + "broader", SKOS + "narrower"),
    (SKOS + "broadMatch", SKOS + "narrowMatch"),
    (SKOS + "broaderTransitive", SKOS + "narrowerTransitive"),
    (SKOS + "topConceptOf", SKOS + "hasTopConcept"),
    (DCTERMS + "hasPart", DCTERMS + "isPartOf"),
    (DCTERMS + "hasVersion", DCTERMS + "isVersionOf"),
    (DCTERMS + "references", DCTERMS + "isReferencedBy"),
    (DCTERMS + "replaces", DCTERMS + "isReplacedBy"),
    (DCTERMS + "requires", DCTERMS + "isRequiredBy"),
    (FOAF + "depiction", FOAF + "depicts"),
    (FOAF + "primaryTopic", FOAF + "isPrimaryTopicOf"),
    (FOAF + "made", FOAF + "maker"),
    (ORG + "memberOf", ORG + "hasMember"),
    (ORG + "subOrganizationOf", ORG + "hasSubOrganization"),
    (ORG + "unitOf", ORG + "hasUnit"),
    (ORG + "siteOf", ORG + "hasSite"),
    (ORG + "postIn", ORG + "hasPost"),
    (ORG + "holds", ORG + "heldBy"),
    (PROV + "specializationOf", PROV + "generalizationOf"),
    ("http://schema.org/hasPart", "http://schema.org/isPartOf"),
    ("https://schema.org/hasPart", "https://schema.org/isPartOf"),
)
"""Inverses that well-known vocabularies state, for data that do not repeat it."""
_WORDS = {
    names.RDFS + "domain": "in_domain_of",
    names.RDFS + "range": "in_range_of",
    names.RDFS + "subClassOf": "narrower_classes",
    names.RDFS + "subPropertyOf": "narrower_properties",
    names.DCAM + "domainIncludes": "in_domain_of",
    names.DCAM + "rangeIncludes": "in_range_of",
    **dict.fromkeys(
        (
            *(OWL + word for word in ("unionOf", "intersectionOf", "complementOf", "oneOf", "disjointUnionOf")),
            *(OWL + word for word in ("onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "onClass")),
            *(OWL + word for word in ("onDataRange", "onDatatype", "datatypeComplementOf", "hasKey")),
            *(OWL + word for word in ("propertyChainAxiom", "members", "distinctMembers")),
        ),
        "in_description_of",
    ),
}
"""Properties without an inverse, but with a word for what they lead to."""
_INVERSE = {**dict(_PAIRS), **{two: one for one, two in _PAIRS}}
_SYMMETRIC = frozenset(
    (
        *(SKOS + word for word in ("related", "exactMatch", "closeMatch", "relatedMatch")),
        *(OWL + word for word in ("sameAs", "differentFrom", "disjointWith", "equivalentClass", "equivalentProperty")),
    )
)


@dataclass(frozen=True)
class Inverses:
    """Inverse properties of one dataset in one language."""

    naming: Naming

    def of(self, predicate: str) -> list[str]:
        """The properties that say the same from the other end; a symmetric one is its own."""
        dataset, inverse = self.naming.dataset, names.OWL + "inverseOf"
        found = [*dataset.iris(predicate, inverse), *dataset.into(predicate, inverse)]
        found += [_INVERSE[predicate]] if predicate in _INVERSE else []
        found += [predicate] if self._is_symmetric(predicate) else []
        return list(dict.fromkeys(iri for iri in found if not dataset.blanks.is_blank(iri)))

    def name(self, predicate: str) -> Text:
        """What stands before the values that lead here by a property."""
        inverses = self.of(predicate)
        if inverses:
            return self.naming.label(inverses[0])
        words = messages(self.naming.config, self.naming.language)
        if predicate in _WORDS:
            return Text(words[_WORDS[predicate]], words[_WORDS[predicate]].language)
        return Text(words["is_of"].replace("{name}", self.naming.label(predicate).value), self.naming.language)

    def _is_symmetric(self, predicate: str) -> bool:
        return predicate in _SYMMETRIC or names.OWL + "SymmetricProperty" in self.naming.dataset.types(predicate)
