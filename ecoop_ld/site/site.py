"""What pages are made from, and which resources there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld import views
from ecoop_ld.addresses import relative
from ecoop_ld.config import Config
from ecoop_ld.model import questions
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.layouts import Displays
from ecoop_ld.model.layouts import read as read_displays
from ecoop_ld.model.questions import Question
from ecoop_ld.publish import catalog
from ecoop_ld.publish.bundle import FORMATS, STATED, Dump
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import (
    CHANGE_FORMATS,
    COMPRESSIONS,
    CSV,
    DOCUMENT_FORMATS,
    FEED_FORMATS,
    HTML,
    JSON,
    LINK_FORMAT,
    Format,
)
from ecoop_ld.releases import feeds, versions
from ecoop_ld.releases import history as past
from ecoop_ld.releases.history import History
from ecoop_ld.site import search
from ecoop_ld.site.renderer import Renderer
from ecoop_ld.sources import files
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Form, Query, QueryError
from ecoop_ld.sparql.store import memory_store
from ecoop_ld.views import Row as Solution
from ecoop_ld.views import ViewQuery, paging


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that has an address on the site and one or more representations."""

    path: str
    kind: str
    """Which function makes it: ``entity``, ``vocabulary``, ``front`` …"""
    iri: str = ""
    formats: tuple[Format, ...] = (HTML,)
    part: str = ""
    """Which part of a view that has a page for each, which release, or the number of a later page of a thing."""


_SUBJECTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "matrix": (("row", ""),),
    "timeline": (("thing", ""),),
    "network": (("party", ""), ("via", "")),
    "cards": (("group", "group"), ("card", "card")),
    "reader": (("document", ""), ("claim", "paragraph")),
    "facet": (),
}
"""Kind of view → variables of the things that it tells of, each with the variable of its place on the page."""


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that pages are made from. Immutable; what is computed is kept."""

    dataset: Dataset
    displays: Displays
    questions: tuple[Question, ...] = ()
    downloads: tuple[Dump, ...] = field(default=())
    shapes: tuple[ox.Quad, ...] = ()
    findings: tuple[Mapping[str, object], ...] | None = None
    """What the check found, as its JSON has it; ``None`` where it has not run."""
    """The quads of ``shapes/``, for the rules in words."""
    history: History = field(default_factory=History)

    @property
    def config(self) -> Config:
        return self.dataset.config

    @cached_property
    def renderer(self) -> Renderer:
        return Renderer(self.config, bool(search.version()))

    @cached_property
    def _describers(self) -> dict[str, Describer]:
        return {language: Describer(self.dataset, language, self.displays) for language in self.config.languages}

    def describer(self, language: str) -> Describer:
        return self._describers[language]

    @cached_property
    def store(self) -> ox.Store:
        """All graphs in memory, with their union as the default graph; for the questions' answers."""
        return memory_store(self.dataset.quads)

    @cached_property
    def listed(self) -> tuple[catalog.Download, ...]:
        """The dumps as the descriptions list them; the stated part and the tables' metadata are left to the page."""
        return tuple(
            catalog.Download(
                d.path,
                d.format.media_type,
                d.format.iri,
                COMPRESSIONS.get(d.compression, ""),
                d.size,
                d.sha256,
                d.graph,
                rdf=d.format in FORMATS,
            )
            for d in self.downloads
            if d.name != STATED
        )

    @cached_property
    def description(self) -> tuple[ox.Triple, ...]:
        """VoID, DCAT and PROV of the dataset, for its page and each of its representations."""
        return tuple(catalog.describe(self.dataset, self.listed))

    @cached_property
    def views(self) -> Mapping[str, ViewQuery]:
        """Name → view, in the order of ``ecoop.toml``."""
        return {query.name: query for query in views.load(self.config)}

    @cached_property
    def _solutions(self) -> dict[str, tuple[Solution, ...]]:
        return {}

    def solutions(self, name: str) -> tuple[Solution, ...]:
        """The answer of a view's query; asked once."""
        if name not in self._solutions:
            self._solutions[name] = views.solve(self.config, self.views[name], self.store)
        return self._solutions[name]

    @cached_property
    def shown_in(self) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
        """Thing → views that tell of it, each with its path and fragment."""
        found: dict[str, dict[tuple[str, str, str], None]] = {}
        for name, query in self.views.items():
            for row in self.solutions(name):
                for variable, column in _SUBJECTS[query.view.kind]:
                    iri = views.iri(row, variable)
                    if iri:
                        place = (name, *self._place(query, row, iri, column))
                        found.setdefault(iri, {})[place] = None
        return {iri: tuple(places) for iri, places in found.items()}

    def _place(self, query: ViewQuery, row: Solution, iri: str, column: str) -> tuple[str, str]:
        if query.view.kind == "cards" and query.view.split:
            return self.part_path(query.name, iri), ""
        return query.name, views.anchor(views.word(row, column) or views.iri(row, column)) if column else ""

    def part_path(self, name: str, iri: str) -> str:
        """Path of the page of one group of a view: ``progress/org/lacnic``."""
        return f"{name}/{self.dataset.addresses.document(iri).removeprefix('doc/')}"

    def _own_first(self, row: tuple[str, object]) -> tuple[bool, str]:
        """The project's own classes take the plain names of the pages."""
        return not row[0].startswith(self.config.vocabulary_iri + "#"), row[0]

    @cached_property
    def listings(self) -> dict[str, str]:
        """Class → path of the page that lists its things; machinery is listed nowhere."""
        plumbing = self.describer(self.config.languages[0]).evidence.plumbing
        found: dict[str, str] = {}
        taken: set[str] = set()
        for kind, members in sorted(self.dataset.members.items(), key=self._own_first):
            if all(plumbing & set(self.dataset.types(iri)) for iri in members):
                continue
            slug = kebab(names.local_name(kind))
            while slug in taken:
                slug += "-2"
            taken.add(slug)
            found[kind] = f"class/{slug}"
        return found

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """Path → resource, for everything that ``represent`` can make."""
        vocabulary_path = self.config.addresses.vocabulary
        found = [
            Resource("index", "front"),
            Resource("browse", "browse"),
            Resource("download", "download"),
            Resource("sparql/index", "sparql"),
            Resource("sparql/limits", "limits"),
            Resource(vocabulary_path, "vocabulary", self.config.vocabulary_iri, DOCUMENT_FORMATS),
            Resource("catalog", "catalog", catalog.dataset_iri(self.dataset), DOCUMENT_FORMATS),
            Resource("queries/index", "questions"),
            Resource("search", "search"),
            Resource("quality", "quality"),
        ]
        for question in self.questions:
            formats = (HTML, *self._answers(question))
            found.append(Resource(f"queries/{question.name}", "question", question.name, formats))
        for name, query in self.views.items():
            found.append(Resource(name, "view", name))
            if query.view.kind == "cards" and query.view.split:
                groups = dict.fromkeys(views.iri(row, "group") for row in self.solutions(name))
                found += [Resource(self.part_path(name, group), "view", name, part=group) for group in groups]
        found += [Resource(path, "listing", kind) for kind, path in self.listings.items()]
        found += self._past()
        for path, (iri, *_) in self.dataset.documents.items():
            found.append(Resource(path, "entity", iri, DOCUMENT_FORMATS))
            later = range(2, self._pages_of(iri) + 1)
            found += [Resource(self.dataset.addresses.continued(path, n), "links", iri, part=str(n)) for n in later]
        return {resource.path: resource for resource in found}

    def _answers(self, question: Question) -> tuple[Format, ...]:
        """Formats in which the answer to a question is a file of its own; a bad query is told of by its page."""
        try:
            form = prepare(Query(question.text), self.config.limits).form
        except QueryError:
            return ()
        return {Form.SELECT: (JSON, CSV), Form.ASK: (JSON,)}.get(form, ())

    def _past(self) -> list[Resource]:
        """What there is once there is a release."""
        if not self.history:
            return []
        found = [
            Resource("dumps/index", "releases"),
            Resource(feeds.FEED, "feed", formats=FEED_FORMATS),
            Resource(feeds.TIMEMAP, "timemap", formats=(LINK_FORMAT,)),
        ]
        for version in self.history.by_version:
            iri = versions.iri(self.dataset, version)
            found.append(Resource(release_path(version), "release", iri, DOCUMENT_FORMATS, version))
            found.append(Resource(changes_path(version), "changes", "", CHANGE_FORMATS, version))
        return found

    def _pages_of(self, iri: str) -> int:
        """How many pages a thing needs, in the language that needs most."""
        if not paging.may_go_on(self.dataset, iri):
            return 1
        return max(paging.count(describer.entity(iri)) for describer in self._describers.values())


def load_site(
    config: Config, loaded: files.Sources, derived: tuple[ox.Quad, ...], downloads: Iterable[Dump] = ()
) -> Site:
    """The site of parsed sources and what was derived from them."""
    shapes = tuple(quad for file in loaded.shapes for quad in file.quads)
    displays = read_displays(shapes)
    dataset = Dataset(config, loaded.quads, derived)
    return Site(dataset, displays, questions.load(config), tuple(downloads), shapes, history=past.load(config))


def release_path(version: str) -> str:
    """Path of the page of a release."""
    return f"dumps/{version}/index"


def changes_path(version: str) -> str:
    """Path of what has changed since a release."""
    return f"changes/{version}"


def to(site: Site, here: str, there: str, language: str) -> str:
    file = site.dataset.addresses.file
    return relative(file(here, HTML, language), file(there, HTML, language))


def kebab(name: str) -> str:
    out = []
    for n, char in enumerate(name):
        if char.isupper() and n and not name[n - 1].isupper():
            out.append("-")
        out.append(char.lower() if char.isascii() and char.isalnum() else "-")
    return "".join(out).strip("-") or "thing"
