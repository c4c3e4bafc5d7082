"""What pages are made from: the content of a project, and the resources that have an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

import pyoxigraph as ox

from ecoop_ld import views
from ecoop_ld.addresses import anchor, relative
from ecoop_ld.config import Config
from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.layouts import Displays
from ecoop_ld.model.naming import Link
from ecoop_ld.model.questions import Question
from ecoop_ld.model.schemes import Schemes
from ecoop_ld.publish import catalog, tables
from ecoop_ld.publish.bundle import STATED, Dump
from ecoop_ld.publish.coverage import Coverage, coverage
from ecoop_ld.publish.linksets import describe
from ecoop_ld.publish.tables import Tables
from ecoop_ld.rdf.formats import HTML, Format
from ecoop_ld.rdf.jsonld import Compactor
from ecoop_ld.reconcile import linksets
from ecoop_ld.reconcile.identifiers import External, Identifiers
from ecoop_ld.reconcile.linksets import Linkset
from ecoop_ld.releases.feeds import FEED
from ecoop_ld.releases.history import History
from ecoop_ld.site import search
from ecoop_ld.site.answers import Answers
from ecoop_ld.site.renderer import Renderer
from ecoop_ld.sparql.store import memory_store
from ecoop_ld.views import Row as Solution
from ecoop_ld.views.concepts import Branches, Trees
from ecoop_ld.views.facets import FacetedClass, faceted
from ecoop_ld.views.index import Record
from ecoop_ld.views.queries import ViewQuery, headline_row, load, solve


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that has an address on the site and one or more representations."""

    path: str
    kind: str
    """Name of its row in :mod:`ecoop_ld.site.kinds`."""
    iri: str = ""
    formats: tuple[Format, ...] = (HTML,)
    part: str = ""
    """Which part of a view that has a page for each, which release, or the number of a later page of a thing."""


@dataclass(frozen=True, eq=False)
class Content:
    """What the sources of a project say, and what follows from that alone.

    Its fields are fixed. What is computed from them is computed once, when it is first asked for, and kept: the store,
    the answers of all views, the describers. So there is one for a build, and one for each state that a server has.
    """

    dataset: Dataset
    displays: Displays
    questions: tuple[Question, ...] = ()
    shapes: tuple[ox.Quad, ...] = ()
    """The quads of ``shapes/``, for the rules in words."""
    history: History = field(default_factory=History)

    @property
    def config(self) -> Config:
        return self.dataset.config

    @cached_property
    def renderer(self) -> Renderer:
        return Renderer(self.config, bool(search.version()), FEED if self.history else "")

    @cached_property
    def describers(self) -> Mapping[str, Describer]:
        """Language of the project → what describes things in it."""
        return {language: Describer(self.dataset, language, self.displays) for language in self.config.languages}

    @cached_property
    def store(self) -> ox.Store:
        """All graphs in memory, with their union as the default graph; for the queries of views and questions."""
        return memory_store(self.dataset.quads)

    @cached_property
    def tables(self) -> Tables:
        """The tables of what is stated, for the dumps and what describes them."""
        return tables.make(self.dataset, self.config.all_prefixes)

    @cached_property
    def context(self) -> Compactor:
        """The published context."""
        return Compactor(vocabulary.context_table(self.dataset))

    @cached_property
    def coverage(self) -> Coverage:
        """What time and which places the data are about."""
        return coverage(self.dataset)

    @cached_property
    def _ordered(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {}

    def ordered_members(self, kind: str, language: str) -> tuple[str, ...]:
        """The things of a class in the order of their names in a language."""
        found = self._ordered.get((kind, language))
        if found is None:
            describer = self.describers[language]
            members = self.dataset.members[kind]
            found = tuple(sorted(members, key=lambda iri: describer.order(Link(describer.title(iri), iri, None))))
            self._ordered[kind, language] = found
        return found

    @cached_property
    def _faceted(self) -> dict[str, FacetedClass]:
        return {}

    def faceted(self, kind: str) -> FacetedClass:
        """What the things of a class can be filtered by."""
        found = self._faceted.get(kind)
        if found is None:
            found = self._faceted[kind] = faceted(self.describers[self.config.languages[0]], kind)
        return found

    @cached_property
    def findable(self) -> dict[str, tuple[Record, ...]]:
        """Language → what a search finds, once :func:`ecoop_ld.site.findable.records` has gathered it."""
        return {}

    @cached_property
    def answers(self) -> Answers:
        """The answers to the questions."""
        return Answers(self.config, lambda: self.store)

    @cached_property
    def views(self) -> Mapping[str, ViewQuery]:
        """Name → view, in the order of ``ecoop.toml``."""
        return {query.name: query for query in load(self.config)}

    @cached_property
    def solutions(self) -> Mapping[str, tuple[Solution, ...]]:
        """Name of a view → the answer of its query."""
        return {name: solve(self.config, query, self.store) for name, query in self.views.items()}

    @cached_property
    def linksets(self) -> tuple[Linkset, ...]:
        """The links to the same things elsewhere."""
        return linksets.linksets(self.identifiers.external)

    @cached_property
    def identifiers(self) -> Identifiers:
        """The things by the identifiers that others give them."""
        return Identifiers(self.dataset)

    @cached_property
    def externals(self) -> Mapping[str, tuple[External, ...]]:
        """Thing → its identifiers elsewhere."""
        by_thing = groupby(self.identifiers.external, key=lambda one: one.iri)
        return {iri: tuple(some) for iri, some in by_thing}

    @cached_property
    def _headlines(self) -> dict[str, Mapping[str, str]]:
        return {}

    def headline_values(self, name: str) -> Mapping[str, str]:
        """Column → value of the one row that the query of a view's headline answers."""
        found = self._headlines.get(name)
        if found is None:
            row = headline_row(self.config, self.views[name], self.store)
            found = self._headlines[name] = {key: views.word(row, key) or views.iri(row, key) for key in row}
        return found

    @cached_property
    def schemes(self) -> Schemes:
        return Schemes(self.dataset)

    @cached_property
    def branches(self) -> Mapping[str, Branches]:
        """Concept scheme → which page lists what is narrower than a concept."""
        return {scheme: Branches(self.schemes, scheme) for scheme in self.schemes.members}

    @cached_property
    def trees(self) -> Mapping[tuple[str, str], Trees]:
        """Language and concept scheme → its trees and names."""
        return {
            (language, scheme): Trees(describer, self.schemes, branches)
            for language, describer in self.describers.items()
            for scheme, branches in self.branches.items()
        }

    def groups(self, name: str) -> tuple[str, ...]:
        """The groups of a view that is split, each of which has a page of its own."""
        return tuple(dict.fromkeys(views.iri(row, "group") for row in self.solutions[name]))

    @cached_property
    def shown_in(self) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
        """Thing → views that tell of it, each with its path and fragment."""
        found: dict[str, dict[tuple[str, str, str], None]] = {}
        for name, query in self.views.items():
            for row in self.solutions[name]:
                for variable, column in query.kind.subjects:
                    iri = views.iri(row, variable)
                    if iri:
                        place = (name, *self._place(query, row, iri, column))
                        found.setdefault(iri, {})[place] = None
        return {iri: tuple(places) for iri, places in found.items()}

    def _place(self, query: ViewQuery, row: Solution, iri: str, column: str) -> tuple[str, str]:
        if query.is_split:
            return self.part_path(query.name, iri), ""
        return query.name, anchor(views.word(row, column) or views.iri(row, column)) if column else ""

    def part_path(self, name: str, iri: str) -> str:
        """Path of the page of one group of a view: ``progress/org/lacnic``."""
        return f"{name}/{self.dataset.addresses.document(iri).removeprefix('doc/')}"

    def _own_first(self, row: tuple[str, object]) -> tuple[bool, str]:
        """The project's own classes come before those of others."""
        return not row[0].startswith(self.config.vocabulary_terms), row[0]

    @cached_property
    def listings(self) -> Mapping[str, str]:
        """Class → path of the page that lists its things; machinery is listed nowhere."""
        plumbing = self.describers[self.config.languages[0]].evidence.plumbing
        found: dict[str, str] = {}
        for kind, members in sorted(self.dataset.members.items(), key=self._own_first):
            if not all(plumbing & set(self.dataset.types(iri)) for iri in members):
                found[kind] = f"class/{self.dataset.addresses.class_slug(kind)}"
        return found


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that pages are made from: the content, what has an address, and what a build found and made."""

    content: Content
    resources: Mapping[str, Resource]
    """Path → resource, for everything that ``represent`` can make."""
    downloads: tuple[Dump, ...] = ()
    findings: tuple[Mapping[str, object], ...] | None = None
    """What the check found, as its JSON has it; ``None`` where it has not run."""

    @property
    def dataset(self) -> Dataset:
        return self.content.dataset

    @property
    def config(self) -> Config:
        return self.content.config

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.content.questions

    @property
    def history(self) -> History:
        return self.content.history

    @property
    def renderer(self) -> Renderer:
        return self.content.renderer

    def describer(self, language: str) -> Describer:
        return self.content.describers[language]

    @cached_property
    def last_data(self) -> dict[str, tuple[list[ox.Triple], dict[str, str]]]:
        """Path of the resource whose RDF was made last → its triples, and the prefixes that they use."""
        return {}

    @cached_property
    def listed(self) -> tuple[Dump, ...]:
        """The dumps as the descriptions list them; the stated part is left to the page."""
        return tuple(dump for dump in self.downloads if dump.name != STATED)

    @property
    def issued(self) -> str:
        """When the first release was, or ``""``."""
        return self.history.releases[0].date or "" if self.history else ""

    @cached_property
    def description(self) -> tuple[ox.Triple, ...]:
        """VoID, DCAT and PROV of the dataset, for its page and each of its representations."""
        described = catalog.describe(self.dataset, self.content.coverage, self.listed, self.issued)
        return (*described, *describe(self.dataset, self.content.linksets))


def release_path(version: str) -> str:
    """Path of the page of a release."""
    return f"dumps/{version}/index"


def changes_path(version: str) -> str:
    """Path of what has changed since a release."""
    return f"changes/{version}"


def to(site: Site, here: str, there: str, language: str) -> str:
    """Link from the page ``here`` to the page ``there``, both paths, in a language."""
    file = site.dataset.addresses.file
    return relative(file(here, HTML, language), file(there, HTML, language))
