"""Dataset + IRI → an :class:`Entity`: everything that a page says about one thing, as plain values.

Links are ``(path, fragment)`` pairs of the site; turning them into ``href`` is the template's caller's work
(:mod:`ecoop_ld.site.renderer`), so nothing here depends on where a page stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.model.dataset import TYPE, Dataset, Fact, Term, primary
from ecoop_ld.model.layouts import Displays, Path
from ecoop_ld.rdf import names
from ecoop_ld.words import labels

_STATEMENT = names.RDF + "Statement"
_SUBJECT, _PREDICATE, _OBJECT = (names.RDF + part for part in ("subject", "predicate", "object"))


@dataclass(frozen=True, slots=True)
class Text:
    """A literal as it is shown."""

    value: str
    language: str = ""
    datatype: str = ""
    cut: bool = False
    """Whether the data has more than is shown."""


@dataclass(frozen=True, slots=True)
class Link:
    """A thing as it is named."""

    label: Text
    iri: str
    page: tuple[str, str] | None
    """Path and fragment on this site; ``None`` for things elsewhere."""
    acronym: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What stands behind a statement: a claim with its paragraph, an editor, or a rule."""

    kind: str
    """``claim``, ``opinion``, ``inferred``, ``quoted``, ``editorial`` or ``derived``."""
    locator: str = ""
    """Paragraph, as printed."""
    claim: Link | None = None
    claimant: Link | None = None
    kind_label: Text | None = None
    document: Link | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A property inside an unfolded node. ``name`` is ``None`` where the values speak for themselves."""

    name: Text | None
    values: tuple[Text | Link, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: a text, a link, or an unfolded node (``parts``), with what stands behind it."""

    content: Text | Link
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
class Describer:
    """Makes :class:`Entity` values from one dataset in one language."""

    dataset: Dataset
    displays: Displays
    language: str

    # --- names -----------------------------------------------------------------------------------------------------

    @property
    def config(self) -> Config:
        return self.dataset.config

    @cached_property
    def _pages(self) -> dict[str, tuple[str, ...]]:
        pages = self.config.pages
        found = {
            key: self.config.iris(getattr(pages, key))
            for key in ("labels", "descriptions", "hidden", "bare", "dates", "head")
        }
        if self.config.provenance.text:  # a claim is described by its own words
            found["descriptions"] += (self.config.iri(self.config.provenance.text),)
        return found

    @cached_property
    def _unfold(self) -> frozenset[str]:
        return frozenset(self.config.iris(self.config.pages.unfold))

    @cached_property
    def plumbing(self) -> frozenset[str]:
        return frozenset(self.config.iris(self.config.pages.plumbing))

    @cached_property
    def _together(self) -> dict[str, tuple[str, ...]]:
        return {self.config.iri(k): self.config.iris(v) for k, v in self.config.pages.together.items()}

    @cached_property
    def _evidence(self) -> dict[str, str]:
        p = self.config.provenance
        words = ("supports", "claimant", "quoted_from", "kind", "text", "passage", "locator", "document", "source")
        return {word: self.config.iri(getattr(p, word)) if getattr(p, word) else "\0" for word in words}

    @cached_property
    def _labels(self) -> dict[str, Text]:
        return {}

    def label(self, iri: str) -> Text:
        """What a thing is called: its label in this language or the nearest, else words made from its IRI."""
        found = self._labels.get(iri)
        if found is None:
            literal = self.dataset.text(iri, self._pages["labels"], self.language)
            found = self.text(literal) if literal is not None else self._unlabelled(iri)
            self._labels[iri] = found
        return found

    def _unlabelled(self, iri: str) -> Text:
        known = labels.well_known(iri, (self.language, *self.config.languages))
        return Text(*known) if known else Text(self._told(iri) or self._made_up(iri))

    def _told(self, iri: str) -> str:
        """A reified statement as the sentence it is: subject · property · value."""
        ends = [self.dataset.objects(iri, p) for p in (_SUBJECT, _PREDICATE, _OBJECT)]
        if not all(ends):
            return ""
        return " · ".join(self.label(e[0]).value if isinstance(e[0], str) else e[0].value for e in ends)

    def _made_up(self, iri: str) -> str:
        base = self.config.base + "id/"
        if iri.startswith(base) and iri.count("/", len(base)) == 1:
            kind, slug = iri[len(base) :].split("/")
            return f"{kind.replace('-', ' ').capitalize()} {slug.upper() if len(slug) < 5 else slug.replace('-', ' ')}"
        if iri.startswith(("http://", "https://")):
            return names.compact(iri, self.config.all_prefixes)
        return iri

    def text(self, literal: ox.Literal) -> Text:
        shown = self.config.limits.literal_shown
        value, datatype = literal.value, literal.datatype.value
        plain = datatype in (names.XSD + "string", names.RDF + "langString")
        return Text(value[:shown], literal.language or "", "" if plain else datatype, len(value) > shown)

    def link(self, iri: str) -> Link:
        return Link(self.label(iri), iri, self.dataset.addresses.page(iri) if self._has_page(iri) else None)

    def _has_page(self, iri: str) -> bool:
        """Only what is described has a page; a dangling link stays text."""
        return self.dataset.described(iri)

    # --- one thing -------------------------------------------------------------------------------------------------

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
        description = self.dataset.text(iri, self._pages["descriptions"], self.language)
        return Entity(
            iri=iri,
            path=self.dataset.addresses.document(iri),
            title=self.title(iri),
            kinds=tuple(self.link(kind) for kind in self.kinds(iri)),
            description=self.text(description) if description else None,
            groups=groups,
            head=self._head(iri),
            titles=self._titles(iri),
            has_opinions=any(
                s.kind == "opinion" for g in groups for p in g.properties for v in p.values for s in v.sources
            ),
        )

    def _head(self, iri: str) -> tuple[Value, ...]:
        """Values of the properties of the head that are not its very name; of each property all."""
        name = self.title(iri).value
        properties = (self._property(iri, (predicate, False), {}) for predicate in self._pages["head"])
        values = (value for prop in properties if prop for value in prop.values)
        return tuple(v for v in values if not (isinstance(v.content, Text) and v.content.value == name))

    def title(self, iri: str) -> Text:
        literal = self.dataset.text(iri, self._pages["labels"], self.language)
        if literal is not None:
            return self.text(literal)
        if told := self._told(iri):
            return Text(told)
        kinds = self.kinds(iri)
        slug = iri.rstrip("/").rsplit("/", 1)[-1].upper()
        if kinds and iri.startswith(self.config.base + "id/"):
            kind = self.label(kinds[0]).value
            return Text(f"{kind[:1].upper()}{kind[1:]} {slug}", self.label(kinds[0]).language)
        return Text(self._made_up(iri))

    def summary(self, iri: str) -> Text | None:
        """What stands beside a thing in a list: its wording where it is a claim, else its description."""
        literal = self.dataset.text(iri, (self._evidence["text"], *self._pages["descriptions"]), self.language)
        return self.text(literal) if literal is not None else None

    def told_with(self, iri: str) -> list[str]:
        """The n-ary nodes that the page of a thing unfolds, and those whose triples say who supports it; sorted."""
        near = {f.object for facts in self.dataset.outgoing(iri).values() for f in facts if isinstance(f.object, str)}
        near |= {f.subject for facts in self.dataset.incoming(iri).values() for f in facts}
        return sorted(node for node in near if node != iri and self.dataset.is_a(node, self._unfold))

    def kinds(self, iri: str) -> list[str]:
        """The stated classes of a thing that are not broader than another stated one."""
        stated = self.dataset.types(iri, derived=False)
        broader = {b for kind in stated for b in self._ancestors(kind)}
        return [kind for kind in stated if kind not in broader] or stated

    def _ancestors(self, kind: str) -> set[str]:
        found: set[str] = set()
        waiting = [kind]
        while waiting:
            for broader in self.dataset.iris(waiting.pop(), names.RDFS + "subClassOf"):
                if broader not in found and broader != kind:
                    found.add(broader)
                    waiting.append(broader)
        return found

    def _titles(self, iri: str) -> tuple[Text, ...]:
        found = {}
        for language in self.config.languages:
            literal = self.dataset.text(iri, self._pages["labels"], language)
            if literal is not None and primary(literal.language) == language:
                found[language] = self.text(literal)
        return tuple(found.values())

    # --- properties ------------------------------------------------------------------------------------------------

    def _display_groups(self, iri: str) -> list[Group]:
        """The display shapes' groups, then what they do not mention."""
        stated_first = [*self.kinds(iri), *self.dataset.types(iri)]
        slots = self.displays.slots(dict.fromkeys(stated_first))
        groups: dict[str, list[Property]] = {}
        named_by = [p for p in self._pages["labels"] if self.dataset.objects(iri, p)]
        head = {TYPE, *named_by[:1], *self._pages["hidden"]}
        description = self.dataset.text(iri, self._pages["descriptions"], self.language)
        for slot in slots:
            if slot.path[0] in head and not slot.path[1]:
                continue
            prop = self._property(iri, slot.path, slot.names)
            if prop and not self._is_description(prop, description):
                groups.setdefault(slot.group, []).append(prop)
        shown = {slot.path for slot in slots} | {(p, False) for p in (*head, *self._pages["descriptions"])}
        rest = [
            self._property(iri, (p, False), {})
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
        values = [self._value(iri, facts[kind], False) for kind in self.kinds(iri) if kind in facts]
        values += [v for predicate, read in self._read_in(iri).items() if predicate == TYPE for v in read]
        return Property(self.label(TYPE), None, tuple(values))

    def _told_better(self, fact: Fact) -> bool:
        """Whether a triple only follows from the same one with a narrower property, which is shown."""
        if fact.graphs != (self.dataset.derived_graph,):
            return False
        narrower = self.dataset.into(fact.predicate, names.RDFS + "subPropertyOf")
        return any((fact.subject, p, fact.object) in self.dataset for p in narrower)

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
        return self._best(texts) or self.label(group)

    def _best(self, texts: Iterable[str] | dict[str, str]) -> Text | None:
        if isinstance(texts, dict):
            for language in (self.language, *self.config.languages, ""):
                if language in texts:
                    return Text(texts[language], language)
        return None

    def _property(self, iri: str, path: Path, heading: object) -> Property | None:
        predicate, inverse = path
        facts = (
            self.dataset.incoming(iri).get(predicate, []) if inverse else self.dataset.outgoing(iri).get(predicate, [])
        )
        facts = self._in_this_language(facts) if not inverse else [f for f in facts if not self._is_statement(f)]
        facts = [f for f in facts if not self._told_better(f)]
        if not facts:
            return None
        values = [self._value(iri, fact, inverse) for fact in facts]
        values.sort(key=lambda v: (v.when or "9999", _sort_text(v.content)))
        name = self._best(dict(heading) if isinstance(heading, dict) else {}) or self.label(predicate)
        return Property(name, self.link(predicate), tuple(values))

    def _in_this_language(self, facts: Sequence[Fact]) -> list[Fact]:
        """Of texts in several of the site's languages only those in the page's, when there are any."""
        tags = {primary(f.object.language) for f in facts if isinstance(f.object, ox.Literal) and f.object.language}
        if self.language not in tags:
            return list(facts)
        others = set(self.config.languages) - {self.language}
        return [f for f in facts if not (isinstance(f.object, ox.Literal) and primary(f.object.language) in others)]

    def _is_statement(self, fact: Fact) -> bool:
        return fact.predicate in (_SUBJECT, _OBJECT, _PREDICATE)

    def _value(self, here: str, fact: Fact, inverse: bool) -> Value:
        other: Term = fact.subject if inverse else fact.object
        sources = self._sources(fact)
        if isinstance(other, ox.Literal):
            return Value(self.text(other), sources=sources)
        wording = self.dataset.text(other, (self._evidence["text"],), self.language)
        if wording is not None:  # a claim is told by its own words, and is its own source
            source = self._claim_source(other)
            return Value(
                Link(self.text(wording), other, self.dataset.addresses.page(other)), sources=(source,), when=other
            )
        if self.dataset.is_a(other, self._unfold):
            parts = self._parts(here, other)
            node_sources = _once(self._claims(other)) or sources
            return Value(self.link(other), parts, self._company(here, other), node_sources, self._date(other))
        return Value(self.link(other), sources=sources, when=self._date(other))

    def _date(self, iri: str) -> str:
        """The date by which a thing is sorted; an n-ary node without one has that of what it is about."""
        literal = self.dataset.text(iri, self._pages["dates"][::-1], "")
        if literal is None and self.dataset.is_a(iri, self._unfold):
            linked = (self.dataset.iris(iri, predicate) for predicate in self._pages["bare"])
            literal = next(
                (d for row in linked for o in row if (d := self.dataset.text(o, self._pages["dates"][::-1], ""))), None
            )
        return literal.value if literal is not None else ""

    # --- unfolded nodes --------------------------------------------------------------------------------------------

    def _parts(self, here: str, node: str) -> tuple[Part, ...]:
        """What an n-ary node says, without what leads back to the page it is told on."""
        slots = self.displays.slots(dict.fromkeys(self.dataset.types(node)))
        order = [slot.path for slot in slots if not slot.path[1]]
        heads = {slot.path[0]: slot.names for slot in slots if not slot.path[1]}
        rest = [(p, False) for p in self.dataset.outgoing(node) if (p, False) not in order]
        skip = {TYPE, *self._pages["labels"], *self._pages["hidden"]}
        parts = []
        for predicate, _ in [*order, *rest]:
            if predicate in skip:
                continue
            facts = self._in_this_language(self.dataset.outgoing(node).get(predicate, []))
            values = tuple(self._plain(f.object) for f in facts if f.object != here)
            if values:
                name = self._best(dict(heads.get(predicate, {}))) or self.label(predicate)
                parts.append(Part(None if predicate in self._pages["bare"] else name, values))
        return tuple(parts)

    def _plain(self, term: Term) -> Text | Link:
        return self.text(term) if isinstance(term, ox.Literal) else self.link(term)

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
        return tuple(sorted((self.link(o) for o in found), key=lambda link: link.label.value.casefold()))

    # --- who says so -----------------------------------------------------------------------------------------------

    def said(self, subject: str, predicate: str, value: Term) -> tuple[tuple[Source, ...], tuple[str, ...]]:
        """What stands behind a triple, and the graphs it stands in; nothing where the data does not state it."""
        for fact in self.dataset.outgoing(subject).get(predicate, ()):
            if fact.object == value:
                return self._sources(fact), fact.graphs
        return (), ()

    def backing(self, node: str) -> tuple[Source, ...]:
        """What stands behind a node: itself where it is a claim, the claims that support it, or the editors."""
        if self.dataset.objects(node, self._evidence["text"]):
            return (self._claim_source(node),)
        return tuple(self._claims(node)) or tuple(self._editorial(node))

    def _claims(self, node: str) -> list[Source]:
        """Claims that support a node, in the order of their numbers."""
        return [self._claim_source(claim) for claim in sorted(self.dataset.into(node, self._evidence["supports"]))]

    def _statements(self, fact: Fact) -> list[str]:
        """The ``rdf:Statement`` nodes about this very triple."""
        about = self.dataset.into(fact.subject, _SUBJECT)
        return [
            node
            for node in about
            if fact.predicate in self.dataset.iris(node, _PREDICATE)
            and fact.object in self.dataset.objects(node, _OBJECT)
        ]

    def _sources(self, fact: Fact) -> tuple[Source, ...]:
        """The claims behind a triple; where there are none, an editor or a rule. Never somebody else's claim.

        A project that keeps no claims has nothing to tell apart: there, what no document backs is just stated.
        """
        if self._is_evidence(fact.subject):
            return ()
        statements = self._statements(fact)
        found = [source for node in statements for source in self._claims(node)]
        found += [s for node in statements for s in self._editorial(node)]
        if not found:  # a triple of an n-ary node rides with the node
            found = self._claims(fact.subject) if self.dataset.is_a(fact.subject, self._unfold) else []
        if not found and fact.graphs == (self.dataset.derived_graph,):
            return (Source("derived"),)
        return _once(found) or ((Source("editorial"),) if self.config.provenance.supports else ())

    def _is_evidence(self, iri: str) -> bool:
        """Whether a thing is a record of who said what: nobody stands behind its own properties but the record."""
        evidence = self._evidence
        return self.dataset.is_a(iri, self.plumbing) or bool(self.dataset.objects(iri, evidence["text"]))

    def _editorial(self, node: str) -> list[Source]:
        return [
            Source("editorial", claim=self.link(node), document=self.link(document))
            for document in self.dataset.iris(node, self._evidence["source"])
        ]

    def _claim_source(self, claim: str) -> Source:
        evidence = self._evidence
        passage = next(iter(self.dataset.iris(claim, evidence["passage"])), "")
        locator = self.dataset.text(passage, (evidence["locator"],), "") if passage else None
        kind = next(iter(self.dataset.iris(claim, evidence["kind"])), "")
        who = next(iter(self.dataset.iris(claim, evidence["claimant"])), "")
        quoted = next(iter(self.dataset.iris(claim, evidence["quoted_from"])), "")
        documents = self.dataset.iris(passage, evidence["document"]) or self.dataset.iris(claim, evidence["source"])
        return Source(
            kind=self._source_kind(kind, quoted),
            locator=f"{self.config.provenance.locator_sign}{locator.value}" if locator is not None else "",
            claim=self.link(claim),
            claimant=self.link(who or quoted) if who or quoted else None,
            kind_label=self.label(kind) if kind else None,
            document=self.link(documents[0]) if documents else None,
        )

    def _source_kind(self, kind: str, quoted: str) -> str:
        provenance = self.config.provenance
        if kind and kind in self.config.iris(provenance.inferred_kinds):
            return "inferred"
        if kind and kind in self.config.iris(provenance.opinion_kinds):
            return "opinion"
        return "quoted" if quoted else "claim"

    # --- the rest of the page --------------------------------------------------------------------------------------

    def _readings(self, iri: str) -> Group:
        """Readings other than of its kind, which stand beside its stated kinds."""
        rows = [Property(self.label(p), self.link(p), tuple(v)) for p, v in self._read_in(iri).items() if p != TYPE]
        return Group("readings", None, tuple(rows))

    def _read_in(self, iri: str) -> dict[str, list[Value]]:
        """Predicate → values of reified statements about this thing that the data does not assert: readings."""
        found: dict[str, list[Value]] = {}
        for node in sorted(self.dataset.into(iri, _SUBJECT)):
            for predicate in self.dataset.iris(node, _PREDICATE):
                for term in self.dataset.objects(node, _OBJECT):
                    if (iri, predicate, term) not in self.dataset:
                        sources = tuple(self._claims(node))
                        found.setdefault(predicate, []).append(Value(self._plain(term), sources=sources))
        return found

    def _references(self, iri: str) -> Group:
        """What links here and is not told above."""
        slots = self.displays.slots(dict.fromkeys(self.dataset.types(iri)))
        told = {slot.path for slot in slots}
        rows = []
        for predicate in sorted(self.dataset.incoming(iri)):
            if (predicate, True) in told or predicate in (_SUBJECT, _OBJECT, _PREDICATE, TYPE, *self._pages["hidden"]):
                continue
            if self._answered(predicate, told) or self._only_derived(self.dataset.incoming(iri)[predicate]):
                continue
            prop = self._property(iri, (predicate, True), {})
            if prop:
                rows.append(prop)
        return Group("references", None, tuple(rows))

    def _answered(self, predicate: str, told: set[Path]) -> bool:
        """Whether the property's inverse tells the same on this page already."""
        owl_inverse = names.OWL + "inverseOf"
        inverses = [*self.dataset.iris(predicate, owl_inverse), *self.dataset.into(predicate, owl_inverse)]
        symmetric = names.OWL + "SymmetricProperty" in self.dataset.types(predicate)
        return symmetric or any((p, False) in told for p in inverses)


def _once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """One chip per paragraph and kind: three sentences of one paragraph are one place to look."""
    return tuple({(s.kind, s.locator, s.document): s for s in reversed(list(sources))}.values())[::-1]


def _sort_text(content: Text | Link) -> str:
    return (content.value if isinstance(content, Text) else content.label.value).casefold()
