"""Dataset → the vocabulary as a page tells it: classes and properties, what is said of them, how often used."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ecoop_ld.config.settings import terms_of
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.model.entity import Describer, Section
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.properties import Property, Value
from ecoop_ld.rdf import jsonld, names

_CLASSES = frozenset({names.OWL + "Class", names.RDFS + "Class"})
_OBJECT_PROPERTIES = frozenset({names.OWL + "ObjectProperty"})
_PROPERTIES = (
    frozenset({names.OWL + "DatatypeProperty", names.OWL + "AnnotationProperty", names.RDF + "Property"})
    | _OBJECT_PROPERTIES
)
_RANGES = (names.RDFS + "range", names.DCAM + "rangeIncludes")
_INDIVIDUALS = "individuals"
_ONTOLOGY = frozenset({names.OWL + "Ontology"})
TERM_KINDS: Mapping[str, frozenset[str]] = {
    "classes": _CLASSES,
    "object_properties": _OBJECT_PROPERTIES,
    "datatype_properties": frozenset({names.OWL + "DatatypeProperty"}),
    "annotation_properties": frozenset({names.OWL + "AnnotationProperty"}),
    "properties": frozenset({names.RDF + "Property"}),
    "datatypes": frozenset({names.RDFS + "Datatype"}),
    _INDIVIDUALS: frozenset(),
}
"""Message key of a kind of terms → the classes of such terms, in the order of the page; an individual has none."""
_ORDER: Mapping[str, int] = {
    iri: place
    for place, iri in enumerate(
        (
            TYPE,
            *(names.RDFS + word for word in ("subClassOf", "subPropertyOf", "domain", "range")),
            *(names.DCAM + word for word in ("domainIncludes", "rangeIncludes")),
            *(
                names.OWL + word
                for word in (
                    *("inverseOf", "equivalentClass", "equivalentProperty", "unionOf", "intersectionOf", "oneOf"),
                    *("complementOf", "disjointUnionOf", "disjointWith", "propertyDisjointWith", "hasKey"),
                    "propertyChainAxiom",
                )
            ),
            *(names.SKOS + word for word in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")),
            *(names.SKOS + word for word in ("scopeNote", "note")),
            names.VS + "term_status",
            names.RDFS + "seeAlso",
        )
    )
}
_LATE = {"references": 1, "apart": 2, "languages": 3}
_ABOUT_TERMS = (
    *(names.RDFS + word for word in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(names.DCAM + word for word in ("domainIncludes", "rangeIncludes")),
    *(names.OWL + word for word in ("onProperty", "someValuesFrom", "allValuesFrom", "onClass", "inverseOf")),
    *(names.OWL + word for word in ("equivalentClass", "equivalentProperty", "disjointWith")),
    names.RDF + "first",
)
_COMMON = (names.RDF, names.RDFS, names.OWL, names.XSD, names.SKOS + "Concept")
_MOST_USED_WITH = 12
_DEFINED_BY = names.RDFS + "isDefinedBy"
_PREFERRED_PREFIX = names.VANN + "preferredNamespacePrefix"


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """One class, property, datatype or individual: what is stated of it, and how the data use it."""

    iri: str
    name: str
    """Local name, also the anchor."""
    label: Text
    definition: Text | None
    kind: str
    """A key of :data:`TERM_KINDS`."""
    broader: tuple[Link, ...]
    rows: tuple[Property, ...]
    """All that is stated of it but what stands elsewhere here, and what leads to it."""
    examples: tuple[Text, ...]
    level: Link | None
    used: int
    """Things of the class, or triples with the property, stated or derived."""
    deprecated: bool
    used_with: tuple[tuple[Link, int], ...]
    """The properties that things of the class have, or the classes of the things that have the property, most first."""
    listing: tuple[str, str] | None
    """Page that lists the things of a class."""

    @property
    def is_class(self) -> bool:
        return self.kind == "classes"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One vocabulary of the project."""

    iri: str
    terms: str
    """Beginning of the IRIs of its terms."""
    prefix: str
    title: Text
    description: Text | None
    version: str
    about: tuple[Property, ...]
    """All else that is stated of the vocabulary itself."""
    parts: tuple[tuple[str, tuple[VocabularyTerm, ...]], ...]
    """Kind of terms → those; kinds without one are left out."""
    imported: tuple[Link, ...]
    """Terms of others that its own are described with."""
    schemes: tuple[Link, ...]

    @property
    def all_terms(self) -> tuple[VocabularyTerm, ...]:
        return tuple(term for _, terms in self.parts for term in terms)

    @property
    def classes(self) -> tuple[VocabularyTerm, ...]:
        return tuple(term for term in self.all_terms if term.is_class)


def describe(describer: Describer, listings: Mapping[str, str], vocabulary: str, path: str) -> Vocabulary:
    """A vocabulary in the describer's language, as the page at ``path`` tells it.

    ``listings`` maps a class to the path of the page of its things.
    """
    dataset = describer.dataset
    iris = [*term_iris(dataset, vocabulary), *others(dataset, vocabulary)]
    (about, *sections) = describer.sections(path, (vocabulary, *iris))
    terms = [_term(describer, section, listings, vocabulary) for section in sections]
    description = dataset.text(vocabulary, describer.settings["descriptions"], describer.language)
    shown = describer.text(description) if description else None
    return Vocabulary(
        iri=vocabulary,
        terms=terms_of(vocabulary),
        prefix=vocabulary_prefix(dataset, vocabulary),
        title=describer.title(next((i for i in (vocabulary, *iris) if dataset.is_a(i, _ONTOLOGY)), vocabulary)),
        description=shown,
        version=dataset.version_of(vocabulary),
        about=_rows(about, {shown}, (), {_DEFINED_BY}),
        parts=tuple(
            (kind, found) for kind in TERM_KINDS if (found := tuple(term for term in terms if term.kind == kind))
        ),
        imported=_imported(describer, iris),
        schemes=tuple(describer.link(s) for s in dataset.members.get(names.SKOS + "ConceptScheme", ())),
    )


def vocabulary_prefix(dataset: Dataset, vocabulary: str) -> str:
    """The prefix under which the terms of a vocabulary are written."""
    namespace = terms_of(vocabulary)
    preferred = dataset.text(vocabulary, (_PREFERRED_PREFIX,), "")
    known = dataset.config.all_prefixes.items()
    return next((p for p, ns in known if ns == namespace), preferred.value if preferred else "")


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


def _term(describer: Describer, section: Section, listings: Mapping[str, str], vocabulary: str) -> VocabularyTerm:
    dataset, iri = describer.dataset, section.iri
    kind = kind_of(dataset, iri)
    comment = dataset.text(iri, (names.SKOS + "definition", names.RDFS + "comment"), describer.language)
    definition = describer.text(comment) if comment else None
    examples = _texts(describer, iri, "example")
    above = names.RDFS + ("subClassOf" if kind == "classes" else "subPropertyOf")
    level = dataset.config.pages.level
    levels = dataset.iris(iri, dataset.config.iri(level)) if level else []
    elsewhere = {dataset.config.iri(level)} if level else set()
    if dataset.iris(iri, _DEFINED_BY) == [vocabulary]:  # where it stands
        elsewhere.add(_DEFINED_BY)
    listing = listings.get(iri)
    with_it = dataset.usage.by_class if kind == "classes" else dataset.usage.by_property
    company = ((describer.link(other), count) for other, count in with_it.get(iri, {}).items())
    most = sorted(company, key=lambda row: (-row[1], describer.order(row[0])))[:_MOST_USED_WITH]
    return VocabularyTerm(
        iri=iri,
        name=names.local_name(iri),
        label=describer.label(iri),
        definition=definition,
        kind=kind,
        broader=_links(describer, (b for b in dataset.iris(iri, above) if not dataset.blanks.is_blank(b))),
        rows=_rows(section, {definition, *examples}, elsewhere),
        examples=examples,
        level=describer.link(levels[0]) if levels else None,
        used=len(dataset.into(iri, TYPE)) if kind in ("classes", "datatypes") else dataset.usage.triples.get(iri, 0),
        deprecated=any(
            o.value == "true" for o in dataset.objects(iri, names.OWL + "deprecated") if not isinstance(o, str)
        ),
        used_with=tuple(most),
        listing=(listing, "") if listing else None,
    )


def kind_of(dataset: Dataset, iri: str) -> str:
    """The key of :data:`TERM_KINDS` under which a term stands."""
    kinds = set(dataset.types(iri))
    return next((name for name, classes in TERM_KINDS.items() if classes & kinds), _INDIVIDUALS)


def _rows(
    section: Section, told: Collection[Text | None], elsewhere: Collection[str], leading_here: Collection[str] = ()
) -> tuple[Property, ...]:
    """The properties of a section in the order of vocabularies, those of one name together.

    Without the texts and properties that the page tells elsewhere, or whose links to it the page shows itself
    (``leading_here``), and without the mark of the editors on each.
    """
    found: dict[tuple[int, int, Text], Property] = {}
    for group in section.groups:
        for row in group.properties:
            predicate = row.term.iri if row.term else TYPE
            late = _LATE.get(group.key, 0)
            key = (late, 0 if late else _ORDER.get(predicate, len(_ORDER)), row.name)
            shown = predicate in elsewhere or (group.key == "references" and predicate in leading_here)
            left = (_claimed(value) for value in row.values if value.content not in told and not shown)
            before = found[key].values if key in found else ()
            if values := tuple(dict.fromkeys((*before, *left))):
                found[key] = replace(row, values=values)
    return tuple(found[key] for key in sorted(found, key=lambda each: each[:2]))


def _claimed(value: Value) -> Value:
    return replace(value, sources=tuple(source for source in value.sources if source.claim))


def _imported(describer: Describer, iris: Iterable[str]) -> tuple[Link, ...]:
    """Classes and properties of other vocabularies that say something of these, but those of RDF, RDFS and OWL."""
    dataset, own = describer.dataset, frozenset(iris)
    around = (*own, *dataset.blanks.below(*own))
    said = (f.object for iri in around for p in _ABOUT_TERMS for f in dataset.outgoing(iri).get(p, ()))
    found = {o for o in said if isinstance(o, str) and o not in own and not dataset.blanks.is_blank(o)}
    return tuple(sorted(_links(describer, (o for o in found if not o.startswith(_COMMON))), key=describer.order))


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
