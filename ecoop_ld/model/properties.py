"""A thing and a property → the property's name and values, as plain values: texts, links, and nodes told in place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.model.blanks import NIL
from ecoop_ld.model.concepts import MAPPINGS
from ecoop_ld.model.contents import BlankNode, Content, Contents, Members, Part
from ecoop_ld.model.dataset import TYPE, Dataset, Fact, Term
from ecoop_ld.model.expressions import Expression
from ecoop_ld.model.layouts import Displays, Path
from ecoop_ld.model.naming import OBJECT, PREDICATE, SUBJECT, Link, Naming, Text
from ecoop_ld.model.pictures import picture
from ecoop_ld.model.provenance import Evidence, Source, once
from ecoop_ld.rdf import names
from ecoop_ld.words import sorting


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property, with what stands behind it. ``parts`` unfold a node that has a page."""

    content: Content
    parts: tuple[Part, ...] = ()
    together: tuple[Link, ...] = ()
    """Who shares in an unfolded node: "with …"."""
    sources: tuple[Source, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """A property and its values."""

    name: Text
    term: Link | None
    values: tuple[Value, ...]
    inverse: bool = False
    """Whether the values lead here, and not the thing to them."""
    before: int = 0
    """Values that stand on earlier pages of the same thing (:mod:`ecoop_ld.views.paging`)."""
    after: int = 0
    """Values that stand on later ones."""
    onward: int = 0
    """Number of the page where the values go on; 0: they end here."""
    anchor: str = ""
    """Where on that page."""

    @property
    def count(self) -> int:
        return self.before + len(self.values) + self.after


@dataclass(frozen=True)
class Properties:
    """Makes the :class:`Property` values of one page."""

    naming: Naming
    evidence: Evidence
    displays: Displays
    contents: Contents

    @property
    def dataset(self) -> Dataset:
        return self.naming.dataset

    @property
    def config(self) -> Config:
        return self.naming.config

    @cached_property
    def _together(self) -> dict[str, tuple[str, ...]]:
        return {self.config.iri(k): self.config.iris(v) for k, v in self.config.pages.together.items()}

    def of(
        self, iri: str, path: Path, heading: Mapping[str, str], told: Collection[tuple[str, Term]] = ()
    ) -> Property | None:
        """The property at the end of ``path``, under ``heading`` if it has one; ``None`` where it has no value.

        ``told``: predicates and values that the page tells elsewhere.
        """
        predicate, inverse = path
        if inverse:
            facts = [f for f in self.dataset.incoming(iri).get(predicate, []) if not self._is_statement(f)]
        else:
            facts = self.in_this_language(self.dataset.outgoing(iri).get(predicate, []))
        left = [f for f in facts if (f.predicate, f.object) not in told]
        return self.with_values(
            iri, left, inverse, self.naming.best(heading) or self.naming.label(predicate), predicate
        )

    def with_values(
        self, iri: str, facts: Iterable[Fact], inverse: bool, name: Text, predicate: str
    ) -> Property | None:
        """A property of these facts, sorted; ``None`` where the page tells all of them elsewhere."""
        values = [self.value(iri, fact, inverse) for fact in facts if not self._told_better(fact)]
        found = [value for value in values if value is not None]
        found.sort(key=lambda v: (_when(v), self._order(v.content)))
        return Property(name, self.naming.link(predicate), tuple(found), inverse) if found else None

    def _order(self, content: Content) -> sorting.Key:
        """A list stands where its first member would, a blank node where its name would."""
        while isinstance(content, Members) and content.members:
            content = content.members[0]
        if isinstance(content, Expression):
            return self.naming.order(Text(content.text))
        if isinstance(content, Members):
            return self.naming.order(Text(""))
        return self.naming.order(content.name if isinstance(content, BlankNode) else content)

    def _told_better(self, fact: Fact) -> bool:
        """Whether a triple only follows from the same one with a narrower property, which is shown."""
        if fact.graphs != (self.dataset.derived_graph,):
            return False
        narrower = self.dataset.into(fact.predicate, names.RDFS + "subPropertyOf")
        return any((fact.subject, p, fact.object) in self.dataset for p in narrower)

    def in_this_language(self, facts: Sequence[Fact]) -> list[Fact]:
        """Of texts in several of the site's languages only those in the page's, when there are any."""
        own = self.dataset.language_of
        tags = {own(f.object.language) for f in facts if isinstance(f.object, ox.Literal) and f.object.language}
        if self.naming.language not in tags:
            return list(facts)
        others = set(self.config.languages) - {self.naming.language}
        return [f for f in facts if not (isinstance(f.object, ox.Literal) and own(f.object.language) in others)]

    def _is_statement(self, fact: Fact) -> bool:
        return fact.predicate in (SUBJECT, OBJECT, PREDICATE)

    def value(self, here: str, fact: Fact, inverse: bool) -> Value | None:
        """One value; ``None`` for a blank node that leads back to the thing on which it hangs."""
        other: Term = fact.subject if inverse else fact.object
        sources = self.evidence.sources(fact)
        if isinstance(other, ox.Literal):
            return Value(self.naming.text(other), sources=sources)
        if self.dataset.blanks.is_blank(other) or other == NIL:
            content = self.contents.leading_to(here, other) if inverse else self.contents.value(fact.predicate, other)
            return Value(content, sources=sources) if content is not None else None
        wording = self.dataset.text(other, (self.evidence.words["text"],), self.naming.language)
        if wording is not None:  # a claim is told by its own words, and is its own source
            source = self.evidence.claim_source(other)
            link = Link(self.naming.text(wording), other, self.dataset.page(other))
            return Value(link, sources=(source,), when=other)
        if self.dataset.is_a(other, self.evidence.unfold):
            parts = self._parts(here, other)
            node_sources = once(self.evidence.claims(other)) or sources
            return Value(self.naming.link(other), parts, self._company(here, other), node_sources, self._date(other))
        link = self.naming.mapped(other) if fact.predicate in MAPPINGS and not inverse else self.naming.link(other)
        if not inverse:
            link = replace(link, picture=picture(self.config, fact.predicate, other))
        return Value(link, sources=sources, when=self._date(other))

    def _date(self, iri: str) -> str:
        """The date by which a thing is sorted; an n-ary node without one has that of what it is about."""
        dates = self.naming.settings["dates"][::-1]
        literal = self.dataset.text(iri, dates, "")
        if literal is None and self.dataset.is_a(iri, self.evidence.unfold):
            linked = (self.dataset.iris(iri, predicate) for predicate in self.naming.settings["bare"])
            literal = next(
                (d for row in linked for o in row if (d := self.dataset.text(o, dates, ""))),
                None,
            )
        return literal.value if literal is not None else ""

    def _parts(self, here: str, node: str) -> tuple[Part, ...]:
        """What an n-ary node says, without what leads back to the page it is told on."""
        slots = self.displays.slots(dict.fromkeys(self.dataset.types(node)))
        order = [slot.path for slot in slots if not slot.path[1]]
        heads = {slot.path[0]: slot.names for slot in slots if not slot.path[1]}
        rest = [(p, False) for p in self.dataset.outgoing(node) if (p, False) not in order]
        skip = {TYPE, *self.naming.settings["labels"], *self.naming.settings["hidden"]}
        parts = []
        for predicate, _ in [*order, *rest]:
            if predicate in skip:
                continue
            facts = self.in_this_language(self.dataset.outgoing(node).get(predicate, []))
            values = tuple(self.contents.of(f.object) for f in facts if f.object != here)
            if values and not self._translated(facts):
                name = self.naming.best(heads.get(predicate, {})) or self.naming.label(predicate)
                parts.append(Part(None if predicate in self.naming.settings["bare"] else name, values))
        return tuple(parts)

    def _translated(self, facts: Iterable[Fact]) -> bool:
        """Whether texts are there in several of the project's languages, but not in the page's: a translation for the
        pages in those, of what the node says otherwise here. The node's own page tells them."""
        texts = [f.object for f in facts]
        own = self.dataset.language_of
        tags = {own(text.language) if isinstance(text, ox.Literal) else "" for text in texts}
        return len(tags) > 1 and tags <= set(self.config.languages) - {self.naming.language}

    def _company(self, here: str, node: str) -> tuple[Link, ...]:
        """Others who share in what an unfolded node tells: the same values for the ``together`` properties."""
        for kind in self.dataset.types(node):
            shared = self._together.get(kind)
            if shared:
                return self._sharers(here, node, shared)
        return ()

    def _sharers(self, here: str, node: str, shared: tuple[str, ...]) -> tuple[Link, ...]:
        rows = [self.dataset.iris(node, p) for p in shared]
        if not all(rows):
            return ()
        ends = [p for p, facts in self.dataset.outgoing(node).items() if any(f.object == here for f in facts)]
        if not ends or ends[0] in shared:
            return ()
        others = set.intersection(
            *({n for v in row for n in self.dataset.into(v, p)} for p, row in zip(shared, rows, strict=True))
        )
        found = {o for other in others - {node} for o in self.dataset.iris(other, ends[0]) if o != here}
        return tuple(sorted((self.naming.link(o) for o in found), key=self.naming.order))


def _when(value: Value) -> tuple[bool, bool, sorting.Moment, str]:
    """Dated values first, by date; then claims, by their IRIs; then the others."""
    date = sorting.moment(value.when)
    return not value.when, not date, date, "" if date else value.when
