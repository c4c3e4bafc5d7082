"""Dataset + IRI → an :class:`Entity`: everything that a page says about one thing, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.model.dataset import TYPE, Fact
from ecoop_ld.model.layouts import Displays, Path
from ecoop_ld.model.naming import OBJECT, PREDICATE, SUBJECT, Link, Naming, Text
from ecoop_ld.model.properties import Properties, Property, Value
from ecoop_ld.model.provenance import Evidence
from ecoop_ld.rdf import names


@dataclass(frozen=True, slots=True)
class Group:
    """Properties under one heading; ``key`` names the page's own headings, ``name`` the shapes'."""

    key: str
    name: Text | None
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing, as its page tells it."""

    iri: str
    path: str
    title: Text
    kinds: tuple[Link, ...]
    description: Text | None
    groups: tuple[Group, ...]
    head: tuple[Value, ...] = ()
    """What stands under its name: values of the properties that ``pages.head`` names."""
    titles: tuple[Text, ...] = ()
    """Its name in the project's languages."""
    has_opinions: bool = False


@dataclass(frozen=True)
class Describer(Naming):
    """Makes :class:`Entity` values from one dataset in one language; remembers the last one."""

    displays: Displays

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self)

    @cached_property
    def properties(self) -> Properties:
        return Properties(self, self.evidence, self.displays)

    @cached_property
    def _last(self) -> dict[str, Entity]:
        """The last thing described: its pages are made one after the other."""
        return {}

    def entity(self, iri: str) -> Entity:
        """Everything the pages of ``iri`` say. Raises ``KeyError`` where nothing is said of it or its parts."""
        found = self._last.get(iri)
        if found is None:
            found = self._entity(iri)
            self._last.clear()
            self._last[iri] = found
        return found

    def _entity(self, iri: str) -> Entity:
        if not self.dataset.described(iri) and not self.dataset.parts(iri):
            raise KeyError(iri)
        groups = tuple(
            g for g in (*self._display_groups(iri), self._readings(iri), self._references(iri)) if g.properties
        )
        description = self.dataset.text(iri, self.settings["descriptions"], self.language)
        return Entity(
            iri=iri,
            path=self.dataset.addresses.document(iri),
            title=self.title(iri),
            kinds=tuple(self.link(kind) for kind in self.kinds(iri)),
            description=self.text(description) if description else None,
            groups=groups,
            head=self._head(iri),
            titles=self.titles(iri),
            has_opinions=any(
                s.kind == "opinion" for g in groups for p in g.properties for v in p.values for s in v.sources
            ),
        )

    def _head(self, iri: str) -> tuple[Value, ...]:
        """Values of the properties of the head that are not its very name; of each property all."""
        name = self.title(iri).value
        properties = (self.properties.of(iri, (predicate, False), {}) for predicate in self.settings["head"])
        values = (value for prop in properties if prop for value in prop.values)
        return tuple(v for v in values if not (isinstance(v.content, Text) and v.content.value == name))

    def told_with(self, iri: str) -> list[str]:
        """The n-ary nodes that the page of a thing unfolds, and those whose triples say who supports it; sorted."""
        near = {f.object for facts in self.dataset.outgoing(iri).values() for f in facts if isinstance(f.object, str)}
        near |= {f.subject for facts in self.dataset.incoming(iri).values() for f in facts}
        return sorted(node for node in near if node != iri and self.dataset.is_a(node, self.evidence.unfold))

    def _display_groups(self, iri: str) -> list[Group]:
        """The display shapes' groups, then what they do not mention."""
        stated_first = [*self.kinds(iri), *self.dataset.types(iri)]
        slots = self.displays.slots(dict.fromkeys(stated_first))
        groups: dict[str, list[Property]] = {}
        named_by = [p for p in self.settings["labels"] if self.dataset.objects(iri, p)]
        head = {TYPE, *named_by[:1], *self.settings["hidden"]}
        description = self.dataset.text(iri, self.settings["descriptions"], self.language)
        for slot in slots:
            if slot.path[0] in head and not slot.path[1]:
                continue
            prop = self.properties.of(iri, slot.path, slot.names)
            if prop and not self._is_description(prop, description):
                groups.setdefault(slot.group, []).append(prop)
        shown = {slot.path for slot in slots} | {(p, False) for p in (*head, *self.settings["descriptions"])}
        rest = [
            self.properties.of(iri, (p, False), {})
            for p, facts in self.dataset.outgoing(iri).items()
            if (p, False) not in shown and p != TYPE and not self._only_derived(facts)
        ]
        named = [Group(g, self._heading(g), tuple(props)) for g, props in groups.items()]
        kinds = Group("kind", None, (self._kind_property(iri),))
        if named:  # what a thing is stands first, with who says so
            first = named[0]
            kinds = Group(first.key, first.name, (*kinds.properties, *first.properties))
        return [kinds, *named[1:], Group("more", None, tuple(p for p in rest if p))]

    def _kind_property(self, iri: str) -> Property:
        """The classes of a thing, stated and read into the source, each with who says so."""
        facts = {f.object: f for f in self.dataset.outgoing(iri).get(TYPE, ())}
        values = [self.properties.value(iri, facts[kind], False) for kind in self.kinds(iri) if kind in facts]
        values += [v for predicate, read in self._read_in(iri).items() if predicate == TYPE for v in read]
        return Property(self.label(TYPE), None, tuple(values))

    def _only_derived(self, facts: Iterable[Fact]) -> bool:
        """Whether a rule alone says so: then something stated on the same page says more."""
        return all(fact.graphs == (self.dataset.derived_graph,) for fact in facts)

    @staticmethod
    def _is_description(prop: Property, description: ox.Literal | None) -> bool:
        """Whether a property only repeats the text at the head of the page."""
        return description is not None and any(
            isinstance(v.content, Text) and v.content.value == description.value for v in prop.values
        )

    def _heading(self, group: str) -> Text:
        texts = self.displays.headings[group].names if group in self.displays.headings else {}
        return self.best(texts) or self.label(group)

    def _readings(self, iri: str) -> Group:
        """Readings other than of its kind, which stand beside its stated kinds."""
        rows = [Property(self.label(p), self.link(p), tuple(v)) for p, v in self._read_in(iri).items() if p != TYPE]
        return Group("readings", None, tuple(rows))

    def _read_in(self, iri: str) -> dict[str, list[Value]]:
        """Predicate → values of reified statements about this thing that the data does not assert: readings."""
        found: dict[str, list[Value]] = {}
        for node in sorted(self.dataset.into(iri, SUBJECT)):
            for predicate in self.dataset.iris(node, PREDICATE):
                for term in self.dataset.objects(node, OBJECT):
                    if (iri, predicate, term) not in self.dataset:
                        sources = tuple(self.evidence.claims(node))
                        found.setdefault(predicate, []).append(Value(self.plain(term), sources=sources))
        return found

    def _references(self, iri: str) -> Group:
        """What links here and is not told above."""
        slots = self.displays.slots(dict.fromkeys(self.dataset.types(iri)))
        told = {slot.path for slot in slots}
        rows = []
        for predicate in sorted(self.dataset.incoming(iri)):
            if (predicate, True) in told or predicate in (SUBJECT, OBJECT, PREDICATE, TYPE, *self.settings["hidden"]):
                continue
            if self._answered(predicate, told) or self._only_derived(self.dataset.incoming(iri)[predicate]):
                continue
            prop = self.properties.of(iri, (predicate, True), {})
            if prop:
                rows.append(prop)
        return Group("references", None, tuple(rows))

    def _answered(self, predicate: str, told: set[Path]) -> bool:
        """Whether the property's inverse tells the same on this page already."""
        owl_inverse = names.OWL + "inverseOf"
        inverses = [*self.dataset.iris(predicate, owl_inverse), *self.dataset.into(predicate, owl_inverse)]
        symmetric = names.OWL + "SymmetricProperty" in self.dataset.types(predicate)
        return symmetric or any((p, False) in told for p in inverses)
