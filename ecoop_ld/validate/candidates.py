"""Data and shapes → a plan: who might break which shape, and shapes that have those alone as their targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld import progress
from ecoop_ld.rdf.names import RDF, SH
from ecoop_ld.validate.compiled import Compiler
from ecoop_ld.validate.literals import YES
from ecoop_ld.validate.report import ShapeTold
from ecoop_ld.validate.shapes_said import TARGETS, ShapesSaid
from ecoop_ld.validate.triples import Node, Triples

_TYPE, _TARGET = ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "targetNode")
_TARGETS = frozenset(ox.NamedNode(SH + word) for word in TARGETS)
_MALFORMED = "some shape is malformed: all go to pySHACL"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left for pySHACL."""

    data: Triples
    shapes: list[ox.Triple]
    """The shapes, with no targets but candidates."""
    judged: bool
    """Whether anything is left at all."""
    told: tuple[ShapeTold, ...]

    @staticmethod
    def of(data: Triples, quads: Sequence[ox.Quad]) -> Plan:
        triples = [*dict.fromkeys(q.triple for q in quads)]
        said = ShapesSaid(quads)
        if said.malformed():
            whole = [_told(shape, focus, focus, _MALFORMED) for shape, focus in _targeted(data, said)]
            return Plan(data, triples, True, tuple(whole))
        compiler = Compiler(data, said)
        found, told = dict[ox.NamedNode, set[int]](), list[ShapeTold]()
        for shape, focus in progress.each(_targeted(data, said), "Validating", len(said.shapes), "shapes"):
            judge = compiler.judge(shape)
            might = {node for node in focus if judge(node) != YES}
            told.append(_told(shape, focus, might, _reason(compiler, said, shape)))
            if len(might) < len(focus) and isinstance(shape, ox.NamedNode):  # blank ones are written out in messages
                found[shape] = might
        judged = any(one.candidates for one in told)
        return Plan(data, [*_retargeted(triples, said, data, found)] if judged else [], judged, tuple(told))


def _told(shape: Node, focus: set[int], might: set[int], reason: str) -> ShapeTold:
    return ShapeTold(shape.value if isinstance(shape, ox.NamedNode) else str(shape), len(focus), len(might), reason)


def _targeted(data: Triples, said: ShapesSaid) -> Iterator[tuple[Node, set[int]]]:
    """The shapes that are about any nodes, with these (SHACL 1.0 §2.1.3), as pySHACL finds them."""
    classes = said.classes()
    for shape in said.shapes:
        if said.flag(shape, "deactivated"):
            continue
        focus = {data.number(node) for node in said.values(shape, "targetNode")}
        kinds = said.values(shape, "targetClass")
        if not classes.isdisjoint(said.said(shape, RDF + "type")):
            kinds.append(shape)
        for kind in kinds:
            focus |= data.instances(data.number(kind))
        for predicate in said.values(shape, "targetSubjectsOf"):
            focus.update(data.pairs(data.known(predicate)))
        for predicate in said.values(shape, "targetObjectsOf"):
            focus.update(data.inverse(data.known(predicate)))
        if focus:
            yield shape, focus


def _reason(compiler: Compiler, said: ShapesSaid, shape: Node) -> str:
    """Why a shape, or the first that it leads to, is not compiled."""
    open_, seen = [shape], {shape}
    while open_:
        node = open_.pop()
        if node in compiler.reasons:
            return compiler.reasons[node]
        inner = [one for one in said.inner(node) if one not in seen]
        seen.update(inner)
        open_ += inner
    return ""


def _retargeted(
    triples: Sequence[ox.Triple], said: ShapesSaid, data: Triples, found: dict[ox.NamedNode, set[int]]
) -> Iterator[ox.Triple]:
    classes = said.classes()
    for triple in triples:
        implicit = triple.predicate == _TYPE and triple.object in classes
        if not (triple.subject in found and (implicit or triple.predicate in _TARGETS)):
            yield triple
    for shape, might in found.items():
        yield from (ox.Triple(shape, _TARGET, data.terms[node]) for node in sorted(might))
