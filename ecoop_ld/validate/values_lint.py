"""Values of the vocabulary's properties → those of another kind than the vocabulary says."""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import EDTF, OWL, RDF, RDFS, SKOS, XSD
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.validate.codes import finding

_TYPE, _RANGE = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "range")
_THINGS, _VALUES = OWL + "ObjectProperty", OWL + "DatatypeProperty"
_KINDS = ("date", "dateTime", "time", "gYear", "gYearMonth", "boolean", "integer", "decimal", "duration")
_LEVELS = ("EDTF", "EDTF-level0", "EDTF-level1", "EDTF-level2")
_EXACT = frozenset({XSD + kind for kind in _KINDS} | {EDTF + level for level in _LEVELS})
"""Ranges that are held against each value; texts may have a language all the same."""
_WITHIN = {XSD + "dateTime": "dateTimeStamp", EDTF + "EDTF": "EDTF-level"}
"""Ranges → the beginning of the names of datatypes that are within them."""


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    yield from _kinds_of_things(config, sources, locator)
    kinds, ranges = _declared(sources)
    called = _ByLabel(config, sources)
    told = {*_TO_THINGS, *_TO_TEXTS, *kinds}
    name_of = functools.cache(lambda iri: names.compact(iri, config.all_prefixes))
    for q in dict.fromkeys(q for file in sources.files for q in file.quads if q.predicate.value in told):
        own = kinds.get(q.predicate.value)
        if q.predicate.value in _TO_THINGS:
            own = {_THINGS}
        elif q.predicate.value in _TO_TEXTS:
            own = {_VALUES}
        if own is None or not {_THINGS, _VALUES} & own:
            continue
        message, hint = "", ""
        name = name_of(q.predicate.value)
        if _VALUES in own and _THINGS not in own and not isinstance(q.object, ox.Literal):
            message = f"{name} is a property of texts, numbers and dates; its value here is a thing."
            hint = "Write the value in quotation marks, or use a property that leads to things."
        elif _THINGS in own and _VALUES not in own and isinstance(q.object, ox.Literal):
            message = f"{name} leads to things; its value here is a text."
            hint = called.hint(q.object.value) or "Write the IRI of the thing, without quotation marks."
        elif isinstance(q.object, ox.Literal) and len(ranges[q.predicate.value]) == 1:
            wanted, kind = ranges[q.predicate.value][0], q.object.datatype.value
            if wanted in _EXACT and kind != wanted and not _is_within(kind, wanted):
                short, other = (names.compact(iri, config.all_prefixes) for iri in (wanted, kind))
                message = f"The values of {name} are of type {short}; this one is {other}."
                hint = f'Write "…"^^{short}.'
        if message:
            place = locator.of(q.subject, q.predicate, q.object)
            made = finding("value-kind", message, place, focus=iri_of(q.subject), hint=hint)
            yield dataclasses.replace(made, predicate=q.predicate.value)


_TO_THINGS = frozenset(
    {
        *(SKOS + w for w in ("broader", "narrower", "related", "inScheme", "topConceptOf", "hasTopConcept", "member")),
        *(SKOS + w + "Match" for w in ("close", "exact", "broad", "narrow", "related")),
        *(RDFS + w for w in ("subClassOf", "subPropertyOf", "domain", "range", "isDefinedBy")),
        *(OWL + w for w in ("sameAs", "inverseOf", "equivalentClass", "disjointWith")),
        _TYPE.value,
    }
)
_TO_TEXTS = frozenset(
    {*(SKOS + w for w in ("prefLabel", "altLabel", "hiddenLabel", "notation")), RDFS + "label", RDFS + "comment"}
)
"""Properties of well-known vocabularies whose values are things, or texts, and nothing else."""


def _kinds_of_things(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    """Types that are no classes, properties that are classes, and things without a type among others that have one."""
    types: dict[str, set[str]] = defaultdict(set)
    for q in sources.having(_TYPE.value):
        types[iri_of(q.subject)].add(iri_of(q.object))
    classes = {OWL + "Class", RDFS + "Class"}
    prefixes = {**sources.prefixes, **config.all_prefixes}
    looked_at = {_TYPE.value, *(p for p in sources.by_predicate if types.get(p, set()) & classes)}
    for file in sources.in_folder("data"):
        for q in file.quads:
            if q.predicate.value not in looked_at:
                continue
            kind, predicate = iri_of(q.object), q.predicate.value
            if q.predicate == _TYPE and kind in types and not types[kind] & classes and kind.startswith(config.base):
                name = names.compact(kind, prefixes)
                hint = "Write the class that it is of."
                place = locator.of(q.subject, q.predicate, q.object)
                yield finding("thing-type", f"{name} is no class.", place, focus=iri_of(q.subject), hint=hint)
            elif predicate in types and types[predicate] & classes and not types[predicate] - classes:
                message = f"{names.compact(predicate, prefixes)} is a class, and no property."
                place = locator.of(q.subject, q.predicate)
                yield finding("thing-type", message, place, focus="", hint="Write a property, or: a before the class.")
    yield from _untyped(config, sources, locator, types, prefixes)


def _untyped(
    config: Config, sources: Sources, locator: Locator, types: Mapping[str, set[str]], prefixes: Mapping[str, str]
) -> Iterator[Finding]:
    ended = (predicate for predicate in sources.by_predicate if names.local_name(predicate) in _ENDED)
    moved = {iri_of(q.subject) for q in sources.having(*ended)}
    like: dict[str, Counter[str]] = defaultdict(Counter)
    bare: dict[str, None] = {}
    for file in sources.in_folder("data"):
        for iri in dict.fromkeys(iri_of(q.subject) for q in file.quads):
            if iri.startswith(config.base + "id/") and iri not in moved:
                if iri in types:
                    like[iri.rpartition("/")[0]].update(types[iri])
                else:
                    bare[iri] = None
    for iri in bare:
        usual = like.get(iri.rpartition("/")[0])
        if usual:
            kind = names.compact(usual.most_common(1)[0][0], prefixes)
            message = f"{names.compact(iri, prefixes)} has no type; others of its kind are {kind}."
            place = locator.of(ox.NamedNode(iri))
            yield finding("thing-type", message, place, focus=iri, hint=f"Add: a {kind} ;")


_ENDED = frozenset({"isReplacedBy", "deprecated"})


def _is_within(kind: str, wanted: str) -> bool:
    local = names.local_name(kind)
    if wanted in (XSD + "decimal", XSD + "integer"):
        return local.lower().endswith("integer")
    return wanted in _WITHIN and local.startswith(_WITHIN[wanted])


def _declared(sources: Sources) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    ranges: dict[str, list[str]] = defaultdict(list)
    for file in sources.in_folder("ontology"):
        for q in file.quads:
            if q.predicate == _TYPE and iri_of(q.object) in (_THINGS, _VALUES):
                kinds[iri_of(q.subject)].add(iri_of(q.object))
            elif q.predicate == _RANGE:
                ranges[iri_of(q.subject)].append(iri_of(q.object))
    return kinds, ranges


class _ByLabel:
    """Things by their labels."""

    def __init__(self, config: Config, sources: Sources) -> None:
        self._config, self._sources = config, sources

    @cached_property
    def _things(self) -> Mapping[str, str]:
        labels = {self._config.iri(word) for word in self._config.pages.labels}
        found: dict[str, str] = {}
        for q in self._sources.quads:
            if q.predicate.value in labels and isinstance(q.object, ox.Literal):
                found.setdefault(q.object.value, iri_of(q.subject))
        return found

    def hint(self, text: str) -> str:
        """The thing that is called so."""
        iri = self._things.get(text)
        prefixes = {**self._sources.prefixes, **self._config.all_prefixes}
        return f"Did you mean {names.compact(iri, prefixes)}?" if iri else ""
