"""A project, and its last release → the promises that a new release would break, each with its file and line."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, Severity
from ecoop_ld.model.index import Index
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDF, RDFS
from ecoop_ld.rdf.versions import VERSION_INFO
from ecoop_ld.releases import diff
from ecoop_ld.releases.folder import Release, Version
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate import shacl

_MEANING = frozenset(
    f"<{iri}>"
    for iri in (
        RDF + "type",
        RDFS + "domain",
        RDFS + "range",
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
        OWL + "inverseOf",
        OWL + "equivalentClass",
        OWL + "equivalentProperty",
    )
)
"""What a term means to a machine: taking one of these away, or changing a domain or range, breaks its users."""
_NARROWING = frozenset(f"<{RDFS}{name}>" for name in ("domain", "range"))


def broken(
    config: Config, version: Version, previous: Release, before: list[ox.Quad], changes: diff.Diff, loaded: Sources
) -> Iterator[Finding]:
    """Findings, all of them violations; none where the release keeps what the last one promised."""
    locator = Locator(config, loaded)
    places = previous.places()
    yield from _lost(config, changes, places)
    yield from _broken_terms(config, previous, changes, places, locator, loaded)
    if version.major == previous.version.major:
        yield from _broken_shapes(config, before, loaded, locator)


def _lost(config: Config, changes: diff.Diff, places: dict[str, str]) -> Iterator[Finding]:
    terms = config.vocabulary_terms
    for entity in changes.entities:
        iri = entity.subject
        if entity.kind == "removed" and iri.startswith(config.base) and "/.well-known/genid/" not in iri:
            own = iri.startswith(terms)
            yield _offence(
                "release-lost-term" if own else "release-lost-iri",
                f"{iri} was published and is gone.",
                _place(places.get(iri, "")),
                iri,
                "Deprecate the term instead of removing it (owl:deprecated true)."
                if own
                else "Keep a tombstone (owl:deprecated true) or say what replaces it (dcterms:isReplacedBy).",
            )


def _broken_terms(
    config: Config,
    previous: Release,
    changes: diff.Diff,
    places: dict[str, str],
    locator: Locator,
    loaded: Sources,
) -> Iterator[Finding]:
    """A term with another meaning needs a new major version of the ontology."""
    ontology, terms = ox.NamedNode(config.vocabulary_iri), f"<{config.vocabulary_terms}"
    now = Index(config, [q for q in loaded.quads if q.subject == ontology], ()).version_of(ontology.value)
    lines = [line for line in (*changes.removed, *changes.added) if line.startswith(terms)]
    if not lines:
        return
    if now == previous.ontology:
        place = locator.of(ontology, ox.NamedNode(VERSION_INFO))
        message = f"The vocabulary has changed since release {previous.version} and still says version {now}."
        yield _offence("release-version", message, place, config.vocabulary_iri, "Raise owl:versionInfo.")
        return
    broken = {line.split(" ", 2)[0][1:-1] for line in changes.removed if _breaks(line, terms, _MEANING)}
    old = {f"<{iri}>" for iri in places}
    broken |= {
        line.split(" ", 2)[0][1:-1]
        for line in changes.added
        if _breaks(line, terms, _NARROWING) and line.split(" ", 1)[0] in old
    }
    if _major(now) > _major(previous.ontology):
        return
    for iri in sorted(broken):
        place = locator.of(ox.NamedNode(iri)) or _place(places.get(iri, ""))
        message = f"{iri} means something else than in version {previous.ontology} of the vocabulary."
        hint = f"Give the vocabulary a new major version (owl:versionInfo), not {now}; or a new term."
        yield _offence("release-breaking-term", message, place, iri, hint)


def _breaks(line: str, terms: str, predicates: frozenset[str]) -> bool:
    return line.startswith(terms) and line.split(" ", 2)[1] in predicates


def _major(text: str) -> int:
    head = text.partition(".")[0]
    return int(head) if head.isdigit() else 0


def _broken_shapes(config: Config, before: list[ox.Quad], loaded: Sources, locator: Locator) -> Iterator[Finding]:
    """A breaking change of shapes is one under which data that conformed no longer does."""
    shapes = [q for file in loaded.shapes for q in file.quads]
    outcome = shacl.validate(config, before, shapes, locator)
    seen = set()
    for result in outcome.results:
        if result.severity is Severity.VIOLATION and result.shape not in seen:
            seen.add(result.shape)
            message = f"What the last release says of {names.value(result.focus)} no longer conforms: {result.message}"
            place = locator.of(ox.NamedNode(result.shape)) if result.shape else None
            yield _offence(
                "release-breaking-shape", message, place, result.shape, "A stricter shape needs a major version."
            )


def _offence(code: str, message: str, place: Place | None, focus: str, hint: str) -> Finding:
    return Finding(code, Severity.VIOLATION, message, place, focus, hint)


def _place(text: str) -> Place | None:
    file, _, line = text.rpartition(":")
    return Place(file, int(line)) if file and line.isdigit() else Place(text) if text else None
