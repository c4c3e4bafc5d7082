"""IRIs as written → what is unsafe, or means more than people expect."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import pyoxigraph as ox

from ecoop_ld.addresses import Addresses
from ecoop_ld.config import Config
from ecoop_ld.errors import Finding
from ecoop_ld.rdf import names, writing
from ecoop_ld.rdf.formats import RDF_XML
from ecoop_ld.rdf.names import FOAF, ORG, OWL, PROV, RDF, RDFS, SKOS
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate.codes import finding

TYPE = RDF + "type"
_TYPE, _ONTOLOGY = ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Ontology")
_MAPPINGS = frozenset(SKOS + w + "Match" for w in ("close", "exact", "broad", "narrow", "related"))
_UNSAFE_SCHEME = re.compile(r"(?:javascript|data|vbscript):", re.IGNORECASE)
_UNSAFE_PATH = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$|[?#])|%2f|%5c|%[01][0-9a-f]|%7f|\\", re.IGNORECASE)
_UNSAFE_SIGN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

DISJOINT: tuple[tuple[str, str], ...] = (
    (PROV + "Activity", PROV + "Entity"),
    (FOAF + "Person", FOAF + "Organization"),
    (FOAF + "Organization", FOAF + "Document"),
    (SKOS + "Concept", SKOS + "ConceptScheme"),
    (SKOS + "Concept", SKOS + "Collection"),
    (SKOS + "Collection", SKOS + "ConceptScheme"),
)
"""Pairs that the vocabularies themselves declare, but which a project seldom repeats (PROV-O, FOAF, SKOS)."""
_SUPERCLASSES: Mapping[str, str] = {
    ORG + "Organization": FOAF + "Organization",
    ORG + "FormalOrganization": ORG + "Organization",
    ORG + "OrganizationalCollaboration": ORG + "Organization",
    ORG + "OrganizationalUnit": ORG + "Organization",
    ORG + "ChangeEvent": PROV + "Activity",
    PROV + "Bundle": PROV + "Entity",
    PROV + "Plan": PROV + "Entity",
    PROV + "Collection": PROV + "Entity",
}


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    checks: tuple[Callable[[Config, Sources, Locator], Iterator[Finding]], ...] = (
        _pitfalls,
        _disjoint,
        _blank_nodes,
        _element_names,
        _unsafe,
        _entities,
    )
    for one in checks:
        yield from one(config, sources, locator)


def _all(sources: Sources) -> tuple[SourceFile, ...]:
    return (*sources.files, *sources.shapes)


def _used(sources: Sources) -> dict[str, None]:
    found: dict[str, None] = {}
    for file in _all(sources):
        found.update(sources.iris_of(file))
    return found


def _everywhere(code: str, name: str, message: str, hint: str, locator: Locator) -> Iterator[Finding]:
    """One finding for each place where an IRI is written."""
    for place in locator.of_iri(name):
        yield finding(code, message, place, hint=hint)


# --- terms that mean more than people expect --------------------------------------------------------------------------


def _pitfalls(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    terms = _vocabulary_terms(sources)
    for q in sources.having(*_MAPPINGS, OWL + "sameAs", FOAF + "homepage"):
        predicate, place = q.predicate.value, None
        code = message = hint = ""
        if predicate in _MAPPINGS and (q.subject in terms or q.object in terms):
            code = "mapping-of-terms"
            message = (
                f"{names.compact(predicate, config.all_prefixes)} makes a concept of each class or property it links."
            )
            hint = "Write rdfs:subClassOf or rdfs:subPropertyOf where it is true, else rdfs:seeAlso."
        elif predicate == OWL + "sameAs":
            code = "same-as"
            message = "owl:sameAs makes one thing of two, with everything that either dataset says of them."
            hint = "Write skos:exactMatch between concepts, else a property that only points there."
        elif predicate == FOAF + "homepage":
            code = "homepage"
            message = "foaf:homepage identifies a thing: two with one homepage are the same to a reasoner."
            hint = "Write foaf:page."
        if code:
            place = locator.of(q.subject, q.predicate, q.object)
            yield finding(code, message, place, focus=iri_of(q.subject), hint=hint)


def _vocabulary_terms(sources: Sources) -> set[object]:
    kinds = {OWL + w for w in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    kinds |= {RDFS + "Class", RDF + "Property"}
    return {q.subject for q in sources.having(TYPE) if iri_of(q.object) in kinds}


def _disjoint(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    above = _superclasses(sources.having(RDFS + "subClassOf"))
    pairs = {*DISJOINT, *_declared_disjoint(sources.having(OWL + "disjointWith"))}
    types: dict[object, dict[str, None]] = defaultdict(dict)
    for q in sources.having(TYPE):
        types[q.subject][iri_of(q.object)] = None
    verdicts: dict[tuple[str, ...], tuple[str, str] | None] = {}
    for subject, kinds in types.items():
        key = tuple(kinds)
        if key not in verdicts:
            verdicts[key] = _conflict(key, above, pairs)
        conflict = verdicts[key]
        if conflict:
            one, other = (names.compact(iri, config.all_prefixes) for iri in conflict)
            stated = ", ".join(names.compact(kind, config.all_prefixes) for kind in kinds)
            message = f"A thing cannot be both {one} and {other}: they are disjoint."
            hint = f"Its types: {stated}. Make two things of it."
            yield finding("disjoint-classes", message, locator.of(subject, _TYPE), focus=iri_of(subject), hint=hint)


def _superclasses(quads: Iterable[ox.Quad]) -> dict[str, set[str]]:
    """Class → all classes above it, itself included."""
    direct: dict[str, set[str]] = defaultdict(set)
    for q in quads:
        if isinstance(q.object, ox.NamedNode):
            direct[iri_of(q.subject)].add(iri_of(q.object))
    for sub, sup in _SUPERCLASSES.items():
        direct[sub].add(sup)
    return {cls: _reachable(cls, direct) for cls in direct}


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for node in edges.get(todo.pop(), ()):
            if node not in seen:
                seen.add(node)
                todo.append(node)
    return seen


def _declared_disjoint(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, str]]:
    for q in quads:
        if isinstance(q.object, ox.NamedNode):
            yield iri_of(q.subject), iri_of(q.object)


def _conflict(
    kinds: Iterable[str], above: Mapping[str, set[str]], pairs: set[tuple[str, str]]
) -> tuple[str, str] | None:
    everything = {kind for own in kinds for kind in above.get(own, {own})}
    found = sorted(pair for pair in pairs if pair[0] in everything and pair[1] in everything)
    return found[0] if found else None


# --- IRIs that cannot be linked to, or should not be ------------------------------------------------------------------


def _blank_nodes(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    for file in sources.in_folder("data"):
        if not file.blank_nodes:
            continue
        addresses = Addresses(config)
        blank = {iri for iri in sources.iris_of(file) if addresses.is_skolem(iri)}
        seen: dict[str, tuple[object, ...]] = {}
        for q in file.quads:
            for term in (q.subject, q.object):
                iri = iri_of(term)
                if iri in blank and iri not in seen:
                    seen[iri] = (q.subject,) if term == q.subject else (q.subject, q.predicate, q.object)
        for place in seen.values():
            message, hint = "A blank node: nobody can link to it.", "Give it an IRI."
            yield finding("blank-node", message, locator.of(*place), hint=hint)


def _element_names(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    if RDF_XML not in config.written:
        return
    for iri in sources.by_predicate:
        if not writing.is_element_name(iri):
            message = f"RDF/XML cannot write the property <{iri}>."
            hint = (
                "A property is an XML element there: let its IRI end in a letter, and digits, dots or hyphens after "
                "it; or leave rdfxml out of formats under [build]."
            )
            yield from _everywhere("xml-name", iri, message, hint, locator)


def _unsafe(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    most = config.limits.iri_length
    for iri in _used(sources):
        if len(iri) > most:
            message = f"An IRI of {len(iri):,} characters: <{iri[:60]}…>."
            yield from _everywhere("iri-length", iri, message, f"limits.iri_length allows {most:,}.", locator)
        elif _UNSAFE_SCHEME.match(iri):
            message = f"<{iri[:60]}> is no address to link to; pages show it as text."
            yield from _everywhere("iri-scheme", iri, message, "", locator)
        elif iri.startswith(config.base) and (_UNSAFE_PATH.search(iri[len(config.base) :]) or _UNSAFE_SIGN.search(iri)):
            message = f"<{iri}> has a part that no file system should see."
            yield from _everywhere("iri-path", iri, message, "Write id/{type}/{slug} in a-z, 0-9 and hyphens.", locator)


def _entities(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    """Entities that differ in capitals only, and those that are not ``id/{type}/{slug}``."""
    addresses, first = Addresses(config), dict[str, str]()
    subjects = dict.fromkeys(iri_of(q.subject) for q in sources.quads)
    for iri in subjects:
        if not (iri.startswith(config.base + "id/") and addresses.has_page(iri)):
            continue
        other = first.setdefault(iri.casefold(), iri)
        place = (
            locator.of(ox.NamedNode(iri)) if other != iri or addresses.document(iri).startswith("doc/other/") else None
        )
        if other != iri:
            yield finding("iri-case", f"<{iri}> and <{other}> differ in capitals only.", place, focus=iri)
        if addresses.document(iri).startswith("doc/other/"):
            message = f"<{iri}> is not id/{{type}}/{{slug}}: its page gets a made-up name."
            yield finding("iri-shape", message, place, focus=iri, hint="Use a-z, 0-9 and hyphens.")
