"""The vocabulary → what FOOPS!, OOPS! and LOV would have against it, as small named checks.

They run where ``ontology/`` holds an ``owl:Ontology`` or terms in the project's namespace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCAM, DCTERMS, OWL, RDFS, SKOS, VANN, VS
from ecoop_ld.rdf.versions import VERSION_INFO, version_of
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate.vocabulary_quads import (
    CLASSES,
    DATATYPE_PROPERTY,
    OBJECT_PROPERTY,
    PROPERTIES,
    TYPE,
    VocabularyQuads,
    on_cycle,
)

_DC = "http://purl.org/dc/elements/1.1/"
_BIBO, _SCHEMA, _MOD = "http://purl.org/ontology/bibo/", "https://schema.org/", "https://w3id.org/mod#"
_CC = "http://creativecommons.org/ns#license"
_FOAF_LOGO = "http://xmlns.com/foaf/0.1/logo"
_LICENCES = (DCTERMS + "license", _CC, DCTERMS + "rights")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "a title": (DCTERMS + "title", _DC + "title", RDFS + "label"),
    "a description": (DCTERMS + "description", DCTERMS + "abstract", _DC + "description", RDFS + "comment"),
    "a creator": (DCTERMS + "creator", _DC + "creator", _SCHEMA + "creator"),
    "a date of issue or creation": (DCTERMS + "issued", DCTERMS + "created"),
    "a date of modification": (DCTERMS + "modified",),
    "a preferred prefix": (VANN + "preferredNamespacePrefix",),
    "a preferred namespace": (VANN + "preferredNamespaceUri",),
}
_GOOD_TO_HAVE: Mapping[str, tuple[str, ...]] = {
    "a publisher": (DCTERMS + "publisher",),
    "a citation": (DCTERMS + "bibliographicCitation", _SCHEMA + "citation"),
    "a status": (_BIBO + "status", _MOD + "status", VS + "term_status"),
    "a logo": (_FOAF_LOGO, _SCHEMA + "logo", "http://xmlns.com/foaf/0.1/depiction"),
    "a source": (DCTERMS + "source", "http://www.w3.org/ns/prov#wasDerivedFrom"),
}
_DEFINITIONS = (RDFS + "comment", SKOS + "definition", DCTERMS + "description")
_LABELS = (RDFS + "label", SKOS + "prefLabel")
_ENDS = (RDFS + "domain", RDFS + "range", DCAM + "domainIncludes", DCAM + "rangeIncludes")
_UPPER, _LOWER = re.compile(r"[A-Z][A-Za-z0-9]*\Z"), re.compile(r"[a-z][A-Za-z0-9]*\Z")
_EXTENSION = re.compile(r"\.(?:owl|rdf|ttl|nt|xml|jsonld|html?)\Z", re.IGNORECASE)


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    ontology = VocabularyQuads(config, [q for file in sources.in_folder("ontology") for q in file.quads], locator)
    if ontology.headers or ontology.terms:
        for one in _HEADER_CHECKS if ontology.headers else (_has_header,):
            yield from one(ontology)
        for one in _TERM_CHECKS:
            yield from one(ontology)


# --- the header (FOOPS!, LOV) -----------------------------------------------------------------------------------------


def _has_header(v: VocabularyQuads) -> Iterator[Finding]:
    yield v.about("ontology-iri", v.terms[0], f"ontology/ declares no owl:Ontology <{v.config.vocabulary_iri}>.")


def header_iri(v: VocabularyQuads) -> Iterator[Finding]:
    if v.config.vocabulary_iri not in v.headers and (v.terms or len(v.headers) == 1):
        message = f"The vocabulary's IRI is <{v.config.vocabulary_iri}>, but ontology/ declares <{v.headers[0]}>."
        yield v.about("ontology-iri", v.headers[0], message)


def header_licence(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in _own(v):
        if not any(v.objects(iri, p) for p in _LICENCES):
            yield v.about("ontology-licence", iri, "The vocabulary has no licence.", hint="Add dcterms:license.")


def header_version(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in _own(v):
        number = version_of(v.objects(iri, VERSION_INFO), v.config.languages)
        iris = v.iris(iri, OWL + "versionIRI")
        for missing, word in ((not iris, "owl:versionIRI"), (not number, "owl:versionInfo")):
            if missing:
                yield v.about("ontology-version", iri, f"The vocabulary has no {word}.")
        if number and iris and not any(number in version for version in iris):
            message = f'owl:versionIRI does not name version "{number}" of owl:versionInfo.'
            yield v.about("ontology-version", iri, message, OWL + "versionIRI")


def header_metadata(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in _own(v):
        for code, wanted in (("ontology-metadata", _NEEDED), ("ontology-extra", _GOOD_TO_HAVE)):
            for what, predicates in wanted.items():
                if not any(v.objects(iri, p) for p in predicates):
                    hint = f"Add {names.compact(predicates[0], v.config.all_prefixes)}."
                    yield v.about(code, iri, f"The vocabulary has no {what.removeprefix('a ')}.", hint=hint)


def header_namespace(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in _own(v):
        for value in v.objects(iri, VANN + "preferredNamespaceUri"):
            if getattr(value, "value", "") != v.namespace:
                message = f"The preferred namespace must be <{v.namespace}>."
                yield v.about("ontology-namespace", iri, message, VANN + "preferredNamespaceUri", value)
        wanted = [p for p, ns in v.config.all_prefixes.items() if ns == v.namespace]
        for value in v.objects(iri, VANN + "preferredNamespacePrefix"):
            if wanted and getattr(value, "value", "") not in wanted:
                message = f'The preferred prefix must be "{wanted[0]}", as in ecoop.toml.'
                yield v.about("ontology-namespace", iri, message, VANN + "preferredNamespacePrefix", value)


def header_extension(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in v.headers:
        if _EXTENSION.search(iri):
            yield v.about("term-extension", iri, f"<{iri}> ends in a file extension: formats change, IRIs should not.")


def _own(v: VocabularyQuads) -> list[str]:
    return [iri for iri in v.headers if iri == v.config.vocabulary_iri] or v.headers[:1]


# --- the terms (OOPS!, LOV) -------------------------------------------------------------------------------------------


def untyped(v: VocabularyQuads) -> Iterator[Finding]:
    """Terms without a type, and terms used as a class or property that are none."""
    for iri in v.terms:
        if not v.types(iri):
            yield v.about("term-untyped", iri, f"{v.name(iri)} has no type.")
    as_class = (
        RDFS + "subClassOf",
        RDFS + "domain",
        DCAM + "domainIncludes",
        OWL + "disjointWith",
        OWL + "equivalentClass",
    )
    as_property = (RDFS + "subPropertyOf", OWL + "inverseOf", OWL + "equivalentProperty")
    known_classes, known_properties = set(v.classes), set(v.properties)
    for iri in list(v.rows):
        for predicates, known, noun in (
            (as_class, known_classes, "class"),
            (as_property, known_properties, "property"),
        ):
            for predicate in predicates:
                for used in v.iris(iri, predicate):
                    if used.startswith(v.namespace) and v.types(used) and used not in known:
                        message = f"{v.name(used)} is used as a {noun}, and is none."
                        yield v.about("term-untyped", iri, message, predicate, ox.NamedNode(used))


def foreign(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in v.rows:
        if v.types(iri) & (CLASSES | PROPERTIES) and not iri.startswith(v.config.base):
            yield v.about("term-foreign", iri, f"{v.name(iri)} is declared here, but its namespace is somebody else's.")


def labels(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in (*v.classes, *v.properties):
        for code, predicates, noun in (
            ("term-label", _LABELS, "label"),
            ("term-definition", _DEFINITIONS, "definition"),
        ):
            tags = {text.language for text in v.texts(iri, *predicates)}
            missing = [language for language in v.config.languages if language not in tags]
            if missing:
                said = ", ".join(f"@{language}" for language in missing)
                yield v.about(code, iri, f"{v.name(iri)} has no {noun} in {said}.")


def defined_by(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in (*v.classes, *v.properties):
        given = v.iris(iri, RDFS + "isDefinedBy")
        if v.config.vocabulary_iri not in given:
            message = f"{v.name(iri)} has no rdfs:isDefinedBy <{v.config.vocabulary_iri}>."
            yield v.about("term-defined-by", iri, message, RDFS + "isDefinedBy")


def status(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in (*v.classes, *v.properties):
        if not (
            v.objects(iri, VS + "term_status") or v.objects(iri, OWL + "deprecated") or v.objects(iri, _MOD + "status")
        ):
            yield v.about("term-status", iri, f"{v.name(iri)} has no status.", hint="Add vs:term_status.")


def naming(v: VocabularyQuads) -> Iterator[Finding]:
    for terms, pattern, style in (
        (v.classes, _UPPER, "class in UpperCamel"),
        (v.properties, _LOWER, "property in lowerCamel"),
    ):
        for iri in terms:
            if not pattern.match(iri[len(v.namespace) :]):
                yield v.about("term-name", iri, f"{v.name(iri)}: write the name of a {style}, in ASCII.")


def same_labels(v: VocabularyQuads) -> Iterator[Finding]:
    for terms in (v.classes, v.properties):
        first: dict[tuple[str, str], str] = {}
        for iri in terms:
            for text in v.texts(iri, RDFS + "label"):
                other = first.setdefault((text.value.casefold(), text.language or ""), iri)
                if other != iri:
                    message = f'{v.name(iri)} and {v.name(other)} have the same label, "{text.value}"@{text.language}.'
                    yield v.about("term-same-label", iri, message, RDFS + "label", text)


def domains(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in v.properties:
        if not any(v.objects(iri, p) for p in _ENDS):
            hint = "Add rdfs:domain and rdfs:range, or dcam:domainIncludes and dcam:rangeIncludes."
            yield v.about("term-domain", iri, f"{v.name(iri)} does not say what it connects.", hint=hint)
        for end in ("domain", "range"):
            if len(v.objects(iri, RDFS + end)) > 1:
                message = f"{v.name(iri)} has several rdfs:{end}: its values would be in all of them at once."
                hint = f"Use dcam:{end}Includes, or one class above them."
                yield v.about("several-domains", iri, message, RDFS + end, hint=hint)


def unconnected(v: VocabularyQuads) -> Iterator[Finding]:
    telling = {RDFS + "subClassOf", OWL + "equivalentClass", *_ENDS}
    used = {o.value for row in v.rows.values() for p in telling for o in row.get(p, ()) if isinstance(o, ox.NamedNode)}
    for iri in v.classes:
        if iri not in used and not any(v.objects(iri, p) for p in telling):
            yield v.about("term-unconnected", iri, f"{v.name(iri)} is connected with no other term.")


def inverses(v: VocabularyQuads) -> Iterator[Finding]:
    pairs = v.links(OWL + "inverseOf")
    with_inverse = set(pairs) | {iri for others in pairs.values() for iri in others}
    things = [iri for iri in v.properties if OBJECT_PROPERTY in v.types(iri)]
    bare = [iri for iri in things if iri not in with_inverse and OWL + "SymmetricProperty" not in v.types(iri)]
    if bare:
        yield v.about(
            "no-inverses",
            _own(v)[0] if v.headers else bare[0],
            f"{len(bare)} of {len(things)} object properties have no inverse.",
        )
    for iri, others in pairs.items():
        for other in sorted(others):
            if other == iri:
                message = f"{v.name(iri)} is its own inverse."
                yield v.about(
                    "inverse-of-itself", iri, message, OWL + "inverseOf", hint="Make it an owl:SymmetricProperty."
                )
            elif wrong := _inverse_problem(v, iri, other):
                yield v.about("wrong-inverse", iri, wrong, OWL + "inverseOf", ox.NamedNode(other))


def _inverse_problem(v: VocabularyQuads, one: str, other: str) -> str:
    for iri in (one, other):
        if DATATYPE_PROPERTY in v.types(iri):
            return f"{v.name(iri)} has literal values, so it has no inverse."
    (domain, range_), (other_domain, other_range) = v.ends(one), v.ends(other)
    if not v.fit(domain, other_range) or not v.fit(range_, other_domain):
        return f"{v.name(one)} and {v.name(other)} cannot be inverse: what one leads from, the other does not lead to."
    return ""


def characteristics(v: VocabularyQuads) -> Iterator[Finding]:
    for iri in v.properties:
        for kind, code, word in (
            (OWL + "SymmetricProperty", "wrong-symmetric", "symmetric"),
            (OWL + "TransitiveProperty", "wrong-transitive", "transitive"),
        ):
            if kind in v.types(iri):
                domain, range_ = v.ends(iri)
                if DATATYPE_PROPERTY in v.types(iri):
                    yield v.about(code, iri, f"{v.name(iri)} has literal values, so it cannot be {word}.", TYPE)
                elif not v.fit(domain, range_):
                    yield v.about(code, iri, f"{v.name(iri)} is {word}, but what it leads from and to differ.", TYPE)


def cycles(v: VocabularyQuads) -> Iterator[Finding]:
    for predicate, code, noun in (
        (RDFS + "subClassOf", "class-cycle", "superclass"),
        (RDFS + "subPropertyOf", "property-cycle", "superproperty"),
    ):
        for iri in on_cycle(v.links(predicate)):
            yield v.about(code, iri, f"{v.name(iri)} is its own {noun}.", predicate)


def equivalents(v: VocabularyQuads) -> Iterator[Finding]:
    disjoint = {frozenset((a, b)) for a, others in v.links(OWL + "disjointWith").items() for b in others}
    for iri, others in v.links(OWL + "equivalentClass").items():
        for other in sorted(others):
            why = ""
            if other == iri:
                why = "itself"
            elif other in v.above.get(iri, ()) or iri in v.above.get(other, ()):
                why = "a class above or below it"
            elif frozenset((iri, other)) in disjoint:
                why = "a class that it is disjoint with"
            if why:
                value = ox.NamedNode(other)
                yield v.about(
                    "wrong-equivalent", iri, f"{v.name(iri)} is equivalent to {why}.", OWL + "equivalentClass", value
                )


def disjointness(v: VocabularyQuads) -> Iterator[Finding]:
    if len(v.classes) > 1 and not any(OWL + "disjointWith" in row or OWL + "members" in row for row in v.rows.values()):
        yield v.about("no-disjointness", (v.headers or v.classes)[0], "No two classes are declared disjoint.")


_Check = Callable[[VocabularyQuads], Iterator[Finding]]
_HEADER_CHECKS: tuple[_Check, ...] = (
    header_iri,
    header_licence,
    header_version,
    header_metadata,
    header_namespace,
    header_extension,
)
_TERM_CHECKS: tuple[_Check, ...] = (
    untyped,
    foreign,
    labels,
    defined_by,
    status,
    naming,
    same_labels,
    domains,
    unconnected,
    inverses,
    characteristics,
    cycles,
    equivalents,
    disjointness,
)
