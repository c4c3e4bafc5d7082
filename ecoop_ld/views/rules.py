"""Shapes → for each class and property, what must hold of the things that have it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link
from ecoop_ld.rdf.names import OWL, RDF, RDFS, SH


@dataclass(frozen=True, slots=True)
class Rule:
    """What one property must look like: keys of messages, each with a number or things."""

    path: Link
    inverse: bool
    parts: tuple[tuple[str, str, tuple[Link, ...]], ...]
    severity: str
    target: Link | None = None
    """The class whose things it is about, where the rule stands with its property."""


_CLASSES = frozenset({OWL + "Class", RDFS + "Class"})
_COUNTS = (("minCount", "rule_min"), ("maxCount", "rule_max"), ("pattern", "rule_pattern"))
_THINGS = (("class", "rule_class"), ("datatype", "rule_datatype"))


def by_property(describer: Describer, found: Mapping[str, tuple[Rule, ...]]) -> dict[str, tuple[Rule, ...]]:
    """Property → the rules of :func:`rules` on its values, each with its class; those read backwards are left out."""
    rows: dict[str, list[Rule]] = {}
    for kind, some in found.items():
        for rule in some:
            if not rule.inverse:
                rows.setdefault(rule.path.iri, []).append(replace(rule, target=describer.link(kind)))
    return {iri: tuple(some) for iri, some in rows.items()}


def rules(describer: Describer, quads: Iterable[ox.Quad]) -> dict[str, tuple[Rule, ...]]:
    """Class → rules, of the shapes that target it and are not switched off; a shape that is a class targets itself
    (SHACL §2.1.3.3)."""
    index: dict[object, dict[str, list[object]]] = {}
    for quad in quads:
        index.setdefault(quad.subject, {}).setdefault(quad.predicate.value.removeprefix(SH), []).append(quad.object)
    found: dict[str, dict[Rule, None]] = {}
    for node, facts in index.items():
        if any(getattr(o, "value", "") == "true" for o in facts.get("deactivated", ())):
            continue
        kinds = describer.dataset.types(node.value) if isinstance(node, ox.NamedNode) else ()
        for target in (*facts.get("targetClass", ()), *([node] if _CLASSES & set(kinds) else [])):
            for shape in facts.get("property", ()):
                made = _rule(describer, index, index.get(shape, {}))
                if made and isinstance(target, ox.NamedNode):
                    found.setdefault(target.value, {})[made] = None
    return {kind: tuple(sorted(some, key=lambda r: describer.order(r.path))) for kind, some in found.items()}


def _rule(
    describer: Describer, index: Mapping[object, Mapping[str, list[object]]], facts: Mapping[str, list[object]]
) -> Rule | None:
    path = next(iter(facts.get("path", ())), None)
    inverse = [o for o in index.get(path, {}).get("inversePath", ()) if isinstance(o, ox.NamedNode)]
    predicate = inverse[0] if inverse else path
    if not isinstance(predicate, ox.NamedNode):
        return None
    parts: list[tuple[str, str, tuple[Link, ...]]] = []
    for key, message in _COUNTS:
        parts += [(message, o.value, ()) for o in facts.get(key, ()) if isinstance(o, ox.Literal)]
    for key, message in _THINGS:
        things = tuple(describer.link(o.value) for o in facts.get(key, ()) if isinstance(o, ox.NamedNode))
        parts += [(message, "", things)] if things else []
    for head in facts.get("in", ()):
        things = tuple(describer.link(o.value) for o in _list(index, head) if isinstance(o, ox.NamedNode))
        parts += [("rule_in", "", things)] if things else []
    severity = next((o.value for o in facts.get("severity", ()) if isinstance(o, ox.NamedNode)), SH + "Violation")
    link = describer.link(predicate.value)
    return Rule(link, bool(inverse), tuple(parts), severity.removeprefix(SH).lower()) if parts else None


def _list(index: Mapping[object, Mapping[str, list[object]]], head: object) -> list[object]:
    found: list[object] = []
    seen = set()
    while head in index and head not in seen:
        seen.add(head)
        found += index[head].get(RDF + "first", [])[:1]
        head = next(iter(index[head].get(RDF + "rest", ())), None)
    return found
