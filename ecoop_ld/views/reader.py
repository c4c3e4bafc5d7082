"""Rows ``?document ?paragraph ?claim [?node]`` → a document paragraph by paragraph: what is drawn from each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.addresses import anchor
from ecoop_ld.config import View
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.provenance import Source
from ecoop_ld.rdf import names
from ecoop_ld.views import Row, iri, word


@dataclass(frozen=True, slots=True)
class Told:
    """What a claim became: a node, or a triple."""

    node: Link
    subject: Link | None = None
    predicate: Text | None = None
    object: Text | Link | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One claim."""

    text: Text
    sources: tuple[Source, ...]
    nodes: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the document."""

    anchor: str
    locator: str
    claims: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One document."""

    iri: str
    head: Link
    lead: Text | None
    paragraphs: tuple[Paragraph, ...]


def readings(describer: Describer, view: View, rows: Sequence[Row]) -> tuple[Reading, ...]:
    """Documents, paragraphs and claims in the order of the query."""
    return tuple(_reading(describer, d, rows) for d in dict.fromkeys(iri(row, "document") for row in rows))


def _reading(describer: Describer, document: str, rows: Sequence[Row]) -> Reading:
    claims: dict[str, dict[str, dict[str, None]]] = {}
    for row in rows:
        if iri(row, "document") == document:
            nodes = claims.setdefault(word(row, "paragraph"), {}).setdefault(iri(row, "claim"), {})
            if iri(row, "node"):
                nodes[iri(row, "node")] = None
    paragraphs = tuple(
        Paragraph(
            anchor(locator),
            describer.config.provenance.locator_sign + locator,
            tuple(_drawn(describer, claim, tuple(nodes)) for claim, nodes in found.items()),
        )
        for locator, found in claims.items()
    )
    return Reading(document, describer.link(document), describer.summary(document), paragraphs)


def _drawn(describer: Describer, claim: str, nodes: Sequence[str]) -> Drawn:
    text = describer.summary(claim) or describer.label(claim)
    return Drawn(text, describer.evidence.backing(claim), tuple(_told(describer, node) for node in nodes))


def _told(describer: Describer, node: str) -> Told:
    dataset = describer.dataset
    subject, predicate, objects = (
        dataset.iris(node, names.RDF + "subject"),
        dataset.iris(node, names.RDF + "predicate"),
        dataset.objects(node, names.RDF + "object"),
    )
    if not (subject and predicate and objects):
        return Told(Link(describer.title(node), node, describer.link(node).page))
    value = objects[0]
    shown = describer.text(value) if isinstance(value, ox.Literal) else describer.link(value)
    return Told(describer.link(node), describer.link(subject[0]), describer.label(predicate[0]), shown)
