"""Every IRI that the sources use → those that are misspelt, undefined, deprecated or dangling, and what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from ecoop_ld.errors import Finding, Place
from ecoop_ld.rdf.names import SH
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.sources.positions import Positions
from ecoop_ld.validate import known
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon, Verdict


def check(sources: Sources, locator: Locator, verdicts: Mapping[str, Verdict]) -> Iterator[Finding]:
    """One finding for each IRI, at the first place where it is written; the others are told with it."""
    for iri, verdict in verdicts.items():
        places = _places(sources, locator, iri, verdict)
        if places:
            first, *others = places
            yield _finding(verdict, first, tuple(others))


def _finding(verdict: Verdict, first: Place, others: tuple[Place, ...]) -> Finding:
    made = finding(verdict.code, verdict.message, first, hint=verdict.hint)
    return Finding(made.code, made.severity, made.message, made.place, hint=made.hint, also=others)


def judged(sources: Sources, lexicon: Lexicon) -> dict[str, Verdict]:
    """Each IRI with something against it."""
    in_shapes = {iri for file in sources.shapes for iri in sources.iris_of(file)}
    led_to = _shapes_led_to(sources)
    of_ontology = {iri_of(q.subject) for file in sources.in_folder("ontology") for q in file.quads}
    found: dict[str, Verdict] = {}
    for iri in _used(sources):
        verdict = lexicon.judge(iri)
        if verdict is None or ((known.split(iri) or ("",))[0] == "sh" and iri in in_shapes) or iri in led_to:
            continue  # the lint of shapes says it better
        if verdict.code == "undefined-term" and iri in of_ontology:
            continue  # it is described, but has no type: the lint of the vocabulary says so
        found[iri] = verdict
    return found


def _shapes_led_to(sources: Sources) -> set[str]:
    """IRIs that shapes use for other shapes and nobody for anything else."""
    links = {SH + word for word in ("node", "property", "qualifiedValueShape", "not")}
    quads = [q for file in (*sources.files, *sources.shapes) for q in file.quads]
    there = {iri_of(q.object) for q in quads if q.predicate.value in links}
    return there - {iri_of(q.object) for q in quads if q.predicate.value not in links} if there else there


def relative(sources: Sources, locator: Locator, lexicon: Lexicon) -> dict[str, Verdict]:
    """IRIs that are written relative to their file."""
    found = ((iri, lexicon.relative(iri)) for iri in _used(sources))
    return {iri: v for iri, v in found if v is not None and _is_written_short(sources, locator, iri)}


def _is_written_short(sources: Sources, locator: Locator, iri: str) -> bool:
    """Whether a file writes an IRI between < and > without its beginning."""
    for file in (*sources.files, *sources.shapes):
        places = locator.positions(file) if iri in sources.iris_of(file) else None
        for at in places.uses.get(iri, ()) if isinstance(places, Positions) else ():
            if isinstance(places, Positions) and places.text[at] == "<" and "://" not in places.text[at : at + 12]:
                return True
    return False


def meant(verdicts: Mapping[str, Verdict]) -> dict[str, str]:
    """IRIs that are slips of others → the others."""
    return {iri: verdict.meant for iri, verdict in verdicts.items() if verdict.meant}


def _used(sources: Sources) -> dict[str, None]:
    """Every IRI in the order of the files."""
    return {iri: None for file in (*sources.files, *sources.shapes) for iri in sources.iris_of(file)}


def _places(sources: Sources, locator: Locator, iri: str, verdict: Verdict) -> list[Place]:
    if verdict.code != "deprecated-term":
        return list(dict.fromkeys(locator.of_iri(iri)))
    found = []  # where it is used, not where the vocabulary describes it
    for file in _using(sources, iri):
        found += [place for place in locator.of_iri(iri) if place.file == file.name]
    return list(dict.fromkeys(found))


def _using(sources: Sources, iri: str) -> list[SourceFile]:
    term = ox.NamedNode(iri)
    files = (*(file for file in sources.files if not file.name.startswith("ontology/")), *sources.shapes)
    return [
        file
        for file in files
        if any(term in (q.predicate, q.object) or iri == getattr(q.object, "datatype", term).value for q in file.quads)
    ]
