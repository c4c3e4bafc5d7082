"""External identifiers of a dataset → link sets, one per system: N-Triples, SSSOM, and a table for Mix'n'match.

What the data call the same (``owl:sameAs``, ``skos:exactMatch``) is confirmed; what they call near, and identifiers
that are only told with their evidence, are candidates and stand in files of their own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import SKOS
from ecoop_ld.reconcile.identifiers import SAME, External

OTHER = "other"
"""Name of the set of addresses that belong to no known system."""
_SEMAPV = "https://w3id.org/semapv/vocab/"
_COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification", "comment")


@dataclass(frozen=True, slots=True)
class Linkset:
    """Links to one system, confirmed or not."""

    target: str
    """Name of the system, or :data:`OTHER`."""
    label: str
    confirmed: bool
    links: tuple[External, ...]

    @property
    def name(self) -> str:
        """Name of its files: ``wikidata``, or ``wikidata-candidates``."""
        return self.target if self.confirmed else f"{self.target}-candidates"

    @property
    def triples(self) -> Iterator[ox.Triple]:
        for link in self.links:
            yield ox.Triple(ox.NamedNode(link.iri), ox.NamedNode(predicate_of(link)), ox.NamedNode(link.address))


def predicate_of(link: External) -> str:
    """The property of the link; an identifier that is only told says: near."""
    return link.predicate if not link.node else SKOS + "closeMatch"


def linksets(external: Iterable[External]) -> tuple[Linkset, ...]:
    """All link sets, by name. What is miswritten, or no IRI, is in none: it leads nowhere."""
    sets: dict[tuple[str, bool], list[External]] = {}
    labels: dict[str, str] = {}
    for link in external:
        if not link.why_wrong and _is_iri(link.address):
            target = link.system.name if link.system else OTHER
            labels[target] = link.system.label if link.system else "Elsewhere"
            sets.setdefault((target, link.predicate in SAME), []).append(link)
    made = (Linkset(target, labels[target], sure, tuple(links)) for (target, sure), links in sets.items())
    return tuple(sorted(made, key=lambda s: s.name))


def _is_iri(address: str) -> bool:
    try:
        return bool(ox.NamedNode(address))
    except ValueError:
        return False


def sssom(
    found: Linkset,
    iri: str,
    base: str,
    licence: str,
    version: str,
    label: Callable[[str], str],
    prefixes: Mapping[str, str],
) -> str:
    """The Simple Standard for Sharing Ontology Mappings: a header of metadata, then a row per link.

    ``iri`` names the set; IRIs below ``base`` are the project's own.
    """
    used = _prefixes(found, base, prefixes)
    out = io.StringIO()
    out.write(f"#mapping_set_id: {iri}\n#license: {licence}\n")
    if version:
        out.write(f"#mapping_set_version: '{version}'\n")
    out.write("#curie_map:\n" + "".join(f"#  {prefix}: {iri}\n" for prefix, iri in sorted(used.items())))
    writer = csv.writer(out, "excel-tab", lineterminator="\n")
    writer.writerow(_COLUMNS)
    justification = "semapv:ManualMappingCuration" if found.confirmed else "semapv:UnspecifiedMatching"
    for link in found.links:
        ends = (_curie(iri, used) for iri in (link.iri, predicate_of(link), link.address))
        subject, predicate, thing = ends
        writer.writerow((subject, label(link.iri), predicate, thing, justification, link.node))
    return out.getvalue()


def _prefixes(found: Linkset, base: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    used = {"skos": SKOS, "owl": names.OWL, "semapv": _SEMAPV, "project": base}
    used |= {p: iri for p, iri in prefixes.items() if any(predicate_of(link).startswith(iri) for link in found.links)}
    for link in found.links:
        if link.system:
            used[link.system.name.replace("-", "_")] = link.system.iri.partition("{}")[0]
    return used


def _curie(iri: str, prefixes: Mapping[str, str]) -> str:
    fits = [
        (p, namespace) for p, namespace in prefixes.items() if iri.startswith(namespace) and len(iri) > len(namespace)
    ]
    if not fits:
        return iri
    prefix, namespace = max(fits, key=lambda fit: len(fit[1]))
    return f"{prefix}:{iri[len(namespace) :]}"


def mixnmatch(things: Sequence[str], name: Callable[[str], str], description: Callable[[str], str]) -> str:
    """A row per thing for https://mix-n-match.toolforge.org/: id, name, description, address."""
    out = io.StringIO()
    writer = csv.writer(out, "excel-tab", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar="\\")
    writer.writerow(("id", "name", "desc", "url"))
    for iri in things:
        writer.writerow((iri, _one_line(name(iri)), _one_line(description(iri)), iri))
    return out.getvalue()


def _one_line(text: str) -> str:
    return " ".join(text.split())
