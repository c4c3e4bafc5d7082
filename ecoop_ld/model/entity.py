"""Dataset + IRI → an :class:`Entity`: everything that a page says about one thing, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.model.contents import Contents
from ecoop_ld.model.dataset import TYPE, Fact, Term
from ecoop_ld.model.inverses import Inverses
from ecoop_ld.model.layouts import Displays, Path, Slot
from ecoop_ld.model.naming import OBJECT, PREDICATE, SUBJECT, Link, Naming, Text
from ecoop_ld.model.properties import Properties, Property, Value
from ecoop_ld.model.provenance import Evidence


@dataclass(frozen=True, slots=True)
class Group:
    """Properties under one heading; ``key`` names the page's own headings, ``name`` the shapes'."""

    key: str
    name: Text | None
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a thing that has an IRI of its own: one with a fragment, above all."""

    anchor: str
    iri: str
    title: Text
    kinds: tuple[Link, ...]
    groups: tuple[Group, ...]


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
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Describer(Naming):
    """Makes :class:`Entity` values from one dataset in one language; remembers the last one."""

    displays: Displays

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self)

    @cached_property
    def inverses(self) -> Inverses:
        return Inverses(self)

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
        path = self.dataset.addresses.document(iri)
        properties = Properties(self, self.evidence, self.displays, Contents(self, path))
        telling = Telling(self, properties, iri)
        groups = telling.groups()
        sections = tuple(self._section(properties, part) for part in self.dataset.parts(iri))
        groups = (*groups, *_apart(properties))
        title = self.title(iri)
        description = self.dataset.text(iri, self.settings["descriptions"], self.language)
        return Entity(
            iri=iri,
            path=path,
            title=title,
            kinds=tuple(self.link(kind) for kind in self.kinds(iri)),
            description=self.text(description) if description and description.value != title.value else None,
            groups=groups,
            head=telling.head(),
            titles=self.titles(iri),
            has_opinions=any(
                s.kind == "opinion" for g in groups for p in g.properties for v in p.values for s in v.sources
            ),
            sections=sections,
        )

    def sections(self, path: str, iris: Iterable[str]) -> tuple[Section, ...]:
        """What the page at a path says of IRIs that have no page of their own; the first has what hangs too deep."""
        properties = Properties(self, self.evidence, self.displays, Contents(self, path))
        first, *others = [self._section(properties, iri) for iri in iris]
        return replace(first, groups=(*first.groups, *_apart(properties))), *others

    def _section(self, properties: Properties, part: str) -> Section:
        groups = Telling(self, properties, part).groups(with_description=True)
        kinds = tuple(self.link(kind) for kind in self.kinds(part))
        title, fragment = self.title(part), part.partition("#")[2]
        if title.value == part and fragment:
            title = replace(title, value=fragment)
        return Section(fragment, part, title, kinds, groups)

    def told_with(self, iri: str) -> list[str]:
        """The n-ary nodes that the page of a thing unfolds, and those whose triples say who supports it; sorted."""
        near = {f.object for facts in self.dataset.outgoing(iri).values() for f in facts if isinstance(f.object, str)}
        near |= {f.subject for facts in self.dataset.incoming(iri).values() for f in facts}
        return sorted(node for node in near if node != iri and self.dataset.is_a(node, self.evidence.unfold))


def _apart(properties: Properties) -> Iterator[Group]:
    """The blank nodes of a page that stand by themselves."""
    apart = tuple(Value(node) for node in properties.contents.rest())
    if apart:
        yield Group("apart", None, (Property(Text("[…]"), None, apart),))


@dataclass(frozen=True)
class Telling:
    """Tells one thing on its page, so that no statement is left out and none stands there twice."""

    describer: Describer
    properties: Properties
    iri: str

    def groups(self, *, with_description: bool = False) -> tuple[Group, ...]:
        """Everything under headings but what stands at the head of the page: name and description."""
        told = self._at_the_head(with_description)
        found = (*self._stated(told), self._readings(), self._in_other_languages(told), self._references())
        return tuple(group for group in found if group.properties)

    def head(self) -> tuple[Value, ...]:
        """Values of the properties of the head that are not its very name; of each property all."""
        name = self.describer.title(self.iri).value
        settings = self.describer.settings
        properties = (self.properties.of(self.iri, (predicate, False), {}) for predicate in settings["head"])
        values = (value for prop in properties if prop for value in prop.values)
        return tuple(v for v in values if not (isinstance(v.content, Text) and v.content.value == name))

    def _at_the_head(self, with_description: bool) -> frozenset[tuple[str, Term]]:
        """Predicates and values that the head of the page tells: names in the project's languages, one description."""
        describer, settings = self.describer, self.describer.settings
        found = {
            describer.dataset.best(self.iri, settings["labels"], language) for language in describer.config.languages
        }
        if not with_description:
            found.add(describer.dataset.best(self.iri, settings["descriptions"], describer.language))
        shown = {title.value for title in (describer.title(self.iri), *describer.titles(self.iri))}
        description = describer.dataset.text(self.iri, settings["descriptions"], describer.language)
        return frozenset(row for row in found if row and (row[1].value in shown or row[1] == description))

    def _stated(self, told: frozenset[tuple[str, Term]]) -> list[Group]:
        """The display shapes' groups, then what they do not mention."""
        describer, iri = self.describer, self.iri
        hidden = {TYPE, *describer.settings["hidden"]}
        slots = [s for s in self._slots() if s.path[1] or s.path[0] not in hidden]
        groups: dict[str, list[Property]] = {}
        description = describer.dataset.text(iri, describer.settings["descriptions"], describer.language)
        for slot in slots:
            prop = self.properties.of(iri, slot.path, slot.names, {*told, *self._foreign(slot.path[0])})
            if prop and not self._is_description(prop, description):
                groups.setdefault(slot.group, []).append(prop)
        shown = {slot.path for slot in slots}
        rest = [
            self.properties.of(iri, (p, False), {}, {*told, *self._foreign(p)})
            for p, facts in describer.dataset.outgoing(iri).items()
            if (p, False) not in shown and p not in hidden and not self._only_derived(facts)
        ]
        named = [Group(g, self._heading(g), tuple(props)) for g, props in groups.items()]
        kinds = Group("kind", None, tuple(self._kinds()))
        if named:  # what a thing is stands first, with who says so
            first = named[0]
            kinds = Group(first.key, first.name, (*kinds.properties, *first.properties))
        return [kinds, *named[1:], Group("more", None, tuple(p for p in rest if p))]

    def _slots(self) -> list[Slot]:
        types = [*self.describer.kinds(self.iri), *self.describer.dataset.types(self.iri)]
        return self.describer.displays.slots(dict.fromkeys(types))

    def _kinds(self) -> Iterator[Property]:
        """The classes of a thing, stated and read into the source, each with who says so; the narrowest first."""
        describer = self.describer
        facts = {f.object: f for f in describer.dataset.outgoing(self.iri).get(TYPE, ())}
        narrow = describer.kinds(self.iri)
        rest = [kind for kind, fact in facts.items() if kind not in narrow and not self._only_derived((fact,))]
        found = [self.properties.value(self.iri, facts[kind], False) for kind in (*narrow, *rest) if kind in facts]
        found += [v for predicate, read in self._read_in().items() if predicate == TYPE for v in read]
        if found:
            yield Property(describer.label(TYPE), None, tuple(value for value in found if value is not None))

    def _only_derived(self, facts: Iterable[Fact]) -> bool:
        """Whether a rule alone says so: then something stated on the same page says more."""
        return all(fact.graphs == (self.describer.dataset.derived_graph,) for fact in facts)

    @staticmethod
    def _is_description(prop: Property, description: ox.Literal | None) -> bool:
        """Whether a property only repeats the text at the head of the page."""
        return description is not None and all(
            isinstance(v.content, Text) and v.content.value == description.value for v in prop.values
        )

    def _heading(self, group: str) -> Text:
        headings = self.describer.displays.headings
        return self.describer.best(headings[group].names if group in headings else {}) or self.describer.label(group)

    # --- other languages -------------------------------------------------------------------------------------------

    def _foreign(self, predicate: str) -> set[tuple[str, Term]]:
        """Texts that stand under "In other languages": where there is one in the page's own, or none is needed here
        because the head of the page has a name or description."""
        describer, settings = self.describer, self.describer.settings
        facts = self.properties.in_this_language(describer.dataset.outgoing(self.iri).get(predicate, []))
        texts = [f.object for f in facts if isinstance(f.object, ox.Literal)]
        other = [
            text
            for text in texts
            if text.language and describer.dataset.language_of(text.language) != describer.language
        ]
        if len(other) == len(texts) and predicate not in (*settings["labels"], *settings["descriptions"]):
            return set()
        return {(predicate, text) for text in other}

    def _in_other_languages(self, told: frozenset[tuple[str, Term]]) -> Group:
        describer = self.describer
        hidden = {TYPE, *describer.settings["hidden"]}
        found = []
        for predicate, facts in describer.dataset.outgoing(self.iri).items():
            foreign = self._foreign(predicate) - told if predicate not in hidden else set()
            left = [f for f in facts if (f.predicate, f.object) in foreign]
            found.append(self.properties.with_values(self.iri, left, False, describer.label(predicate), predicate))
        return Group("languages", None, tuple(prop for prop in found if prop))

    # --- from elsewhere --------------------------------------------------------------------------------------------

    def _readings(self) -> Group:
        """Readings other than of its kind, which stand beside its stated kinds."""
        label, link = self.describer.label, self.describer.link
        rows = [Property(label(p), link(p), tuple(v)) for p, v in self._read_in().items() if p != TYPE]
        return Group("readings", None, tuple(rows))

    def _read_in(self) -> dict[str, list[Value]]:
        """Predicate → values of reified statements about this thing that the data does not assert: readings."""
        describer, dataset = self.describer, self.describer.dataset
        found: dict[str, list[Value]] = {}
        for node in sorted(dataset.into(self.iri, SUBJECT)):
            for predicate in dataset.iris(node, PREDICATE):
                for term in dataset.objects(node, OBJECT):
                    if (self.iri, predicate, term) not in dataset:
                        sources = tuple(describer.evidence.claims(node))
                        found.setdefault(predicate, []).append(
                            Value(self.properties.contents.of(term), sources=sources)
                        )
        return found

    def _references(self) -> Group:
        """What links here and is not told above, each by the right word."""
        describer, dataset = self.describer, self.describer.dataset
        shown = {slot.path for slot in self._slots()}
        found: dict[str, list[Fact]] = {}
        for _, facts in sorted(dataset.incoming(self.iri).items()):
            if not self._only_derived(facts):
                for fact in (one for each in facts for one in dataset.blanks.through_lists(each)):
                    if self._is_reference(fact, shown):
                        found.setdefault(fact.predicate, []).append(fact)
        rows = []
        for predicate, facts in found.items():
            name = describer.inverses.name(predicate)
            rows.append(self.properties.with_values(self.iri, facts, True, name, predicate))
        return Group("references", None, tuple(row for row in rows if row))

    def _is_reference(self, fact: Fact, shown: set[Path]) -> bool:
        predicate, dataset = fact.predicate, self.describer.dataset
        if predicate == TYPE or predicate in self.describer.settings["hidden"]:
            return False
        if predicate in (SUBJECT, OBJECT, PREDICATE) and not dataset.blanks.is_blank(fact.subject):
            return False
        if (predicate, True) in shown:
            return False
        back = [(p, dataset.outgoing(self.iri).get(p, ())) for p in self.describer.inverses.of(predicate)]
        answers = [(p, f) for p, facts in back for f in facts if f.object == fact.subject]
        return not any((p, False) in shown or not self._only_derived((f,)) for p, f in answers)
