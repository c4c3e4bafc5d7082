"""Dataset → the vocabulary as a page tells it: classes and properties, what is said of them, how often used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.config.settings import terms_of
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.rdf import jsonld, names

_CLASSES = frozenset({names.OWL + "Class", names.RDFS + "Class"})
_OBJECT_PROPERTIES = frozenset({names.OWL + "ObjectProperty"})
_PROPERTIES = (
    frozenset({names.OWL + "DatatypeProperty", names.OWL + "AnnotationProperty", names.RDF + "Property"})
    | _OBJECT_PROPERTIES
)
_DOMAINS = (names.RDFS + "domain", names.DCAM + "domainIncludes")
_ALIGNMENTS = (
    names.OWL + "equivalentClass",
    names.OWL + "equivalentProperty",
    *(names.SKOS + word for word in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")),
)
_RANGES = (names.RDFS + "range", names.DCAM + "rangeIncludes")


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """One class or property."""

    iri: str
    name: str
    """Local name, also the anchor."""
    label: Text
    definition: Text | None
    is_class: bool
    broader: tuple[Link, ...]
    narrower: tuple[Link, ...]
    domain: tuple[Link, ...]
    range: tuple[Link, ...]
    inverse: tuple[Link, ...]
    see_also: tuple[Link, ...]
    alignments: tuple[Link, ...]
    """Terms of other vocabularies that mean the same or nearly so."""
    notes: tuple[Text, ...]
    examples: tuple[Text, ...]
    status: str
    level: Link | None
    used: int
    """Things of the class, or triples with the property, stated or derived."""
    listing: tuple[str, str] | None
    """Page that lists the things of a class."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The project's own vocabulary."""

    iri: str
    terms: str
    """Beginning of the IRIs of its terms."""
    prefix: str
    title: Text
    description: Text | None
    version: str
    classes: tuple[VocabularyTerm, ...]
    properties: tuple[VocabularyTerm, ...]
    schemes: tuple[Link, ...]


def describe(describer: Describer, listings: Mapping[str, str], vocabulary: str) -> Vocabulary:
    """A vocabulary in the describer's language; ``listings`` maps a class to the path of the page of its things."""
    dataset = describer.dataset
    counts = _property_counts(dataset)
    terms = [_term(describer, iri, counts, listings) for iri in term_iris(dataset, vocabulary)]
    description = dataset.text(vocabulary, (names.DCTERMS + "description",), describer.language)
    title = dataset.text(vocabulary, (names.DCTERMS + "title",), describer.language)
    return Vocabulary(
        iri=vocabulary,
        terms=terms_of(vocabulary),
        prefix=vocabulary_prefix(dataset, vocabulary),
        title=describer.text(title) if title else Text(vocabulary),
        description=describer.text(description) if description else None,
        version=dataset.version_of(vocabulary),
        classes=tuple(t for t in terms if t.is_class),
        properties=tuple(t for t in terms if not t.is_class),
        schemes=tuple(describer.link(s) for s in dataset.members.get(names.SKOS + "ConceptScheme", ())),
    )


def vocabulary_prefix(dataset: Dataset, vocabulary: str) -> str:
    """The prefix under which the terms of a vocabulary are written."""
    namespace = terms_of(vocabulary)
    return next((p for p, ns in dataset.config.prefixes.items() if ns == namespace), "")


def term_iris(dataset: Dataset, vocabulary: str = "") -> list[str]:
    """IRIs of the classes and properties of a vocabulary, or of all of the project's, sorted by local name."""
    starts = tuple(map(terms_of, [vocabulary] if vocabulary else dataset.config.vocabularies))
    kinds = _CLASSES | _PROPERTIES
    found = [iri for iri in dataset.subjects() if iri.startswith(starts) and kinds & set(dataset.types(iri))]
    return sorted(found, key=str.casefold)


def others(dataset: Dataset, vocabulary: str = "") -> list[str]:
    """What has a fragment of the address of a vocabulary, or of any, and is neither a class nor a property; sorted."""
    at = frozenset([vocabulary] if vocabulary else dataset.config.vocabularies)
    terms = frozenset(term_iris(dataset, vocabulary))
    return sorted(i for i in dataset.subjects() if i not in at and i not in terms and i.partition("#")[0] in at)


def quads(dataset: Dataset, vocabulary: str = "") -> list[ox.Quad]:
    """Everything stated about a vocabulary, the first if none is named, and its terms, in source order."""
    iri = vocabulary or dataset.config.vocabulary_iri
    terms = frozenset(term_iris(dataset, iri))
    told = (names.value(q.subject) for q in dataset.stated)
    stated = zip(dataset.stated, told, strict=True)
    return [q for q, subject in stated if (subject + "#").startswith(iri + "#") or subject in terms]


def _property_counts(dataset: Dataset) -> dict[str, int]:
    counts: dict[str, int] = {}
    for subject in dataset.subjects():
        for predicate, facts in dataset.outgoing(subject).items():
            counts[predicate] = counts.get(predicate, 0) + len(facts)
    return counts


def _term(describer: Describer, iri: str, counts: dict[str, int], listings: Mapping[str, str]) -> VocabularyTerm:
    dataset = describer.dataset
    is_class = bool(_CLASSES & set(dataset.types(iri)))
    above = names.RDFS + ("subClassOf" if is_class else "subPropertyOf")
    inverse = names.OWL + "inverseOf"
    comment = dataset.text(iri, (names.SKOS + "definition", names.RDFS + "comment"), describer.language)
    status = dataset.text(iri, (names.VS + "term_status",), "")
    level = dataset.config.pages.level
    levels = dataset.iris(iri, dataset.config.iri(level)) if level else []
    listing = listings.get(iri)
    return VocabularyTerm(
        iri=iri,
        name=names.local_name(iri),
        label=describer.label(iri),
        definition=describer.text(comment) if comment else None,
        is_class=is_class,
        broader=_links(describer, dataset.iris(iri, above)),
        narrower=tuple(sorted(_links(describer, dataset.into(iri, above)), key=describer.order)),
        domain=_links(describer, (o for p in _DOMAINS for o in dataset.iris(iri, p))),
        range=_links(describer, (o for p in _RANGES for o in dataset.iris(iri, p))),
        inverse=_links(describer, dict.fromkeys([*dataset.iris(iri, inverse), *dataset.into(iri, inverse)])),
        see_also=_links(describer, dataset.iris(iri, names.RDFS + "seeAlso")),
        alignments=_links(describer, dict.fromkeys(o for p in _ALIGNMENTS for o in dataset.iris(iri, p))),
        notes=_texts(describer, iri, "scopeNote"),
        examples=_texts(describer, iri, "example"),
        status=status.value if status else "",
        level=describer.link(levels[0]) if levels else None,
        used=len(dataset.into(iri, TYPE)) if is_class else counts.get(iri, 0),
        listing=(listing, "") if listing else None,
    )


def _links(describer: Describer, iris: Iterable[str]) -> tuple[Link, ...]:
    return tuple(describer.link(iri) for iri in iris)


def _texts(describer: Describer, iri: str, word: str) -> tuple[Text, ...]:
    literals = [o for o in describer.dataset.objects(iri, names.SKOS + word) if isinstance(o, ox.Literal)]
    wanted = [o for o in literals if not o.language or o.language.startswith(describer.language)] or literals
    return tuple(describer.text(o) for o in wanted)


def context(dataset: Dataset) -> bytes:
    """The JSON-LD 1.1 context document (:func:`context_table`)."""
    return (json.dumps({"@context": context_table(dataset)}, ensure_ascii=False, indent=2) + "\n").encode()


def context_table(dataset: Dataset) -> dict[str, object]:
    """The context generated from the ontology: prefixes, own terms by local name, and value types."""
    config = dataset.config
    terms: dict[str, object] = {"@version": 1.1, "@protected": True, "id": "@id", "type": "@type"}
    terms.update(sorted(config.all_prefixes.items()))
    for iri in term_iris(dataset):
        terms.setdefault(names.local_name(iri), _context_term(dataset, iri))
    return jsonld.safe_context(terms)


def _context_term(dataset: Dataset, iri: str) -> object:
    kinds = set(dataset.types(iri))
    if _CLASSES & kinds:
        return iri
    if _OBJECT_PROPERTIES & kinds:
        return {"@id": iri, "@type": "@id"}
    ranges = [r for p in _RANGES for r in dataset.iris(iri, p)]
    plain = {names.XSD + "string", names.RDF + "langString", names.RDFS + "Literal"}
    if len(ranges) == 1 and ranges[0] not in plain:
        return {"@id": iri, "@type": ranges[0]}
    return {"@id": iri}
