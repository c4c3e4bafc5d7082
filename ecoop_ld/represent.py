"""(site, path, format, language) → bytes. The only renderer: the static build and the server both call it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

import pyoxigraph as ox

from ecoop_ld import catalog, dumps, editor, names, questions, sources, views, vocabulary
from ecoop_ld.addresses import relative
from ecoop_ld.config import Config
from ecoop_ld.dataset import Dataset
from ecoop_ld.displays import Displays
from ecoop_ld.displays import read as read_displays
from ecoop_ld.dumps import Dump
from ecoop_ld.entity import Describer, Link, Text
from ecoop_ld.errors import Place, UserError
from ecoop_ld.formats import (
    BOOLEAN_RESULTS,
    COMPRESSIONS,
    DOCUMENT_FORMATS,
    GRAPH_RESULTS,
    HTML,
    JSON,
    RDF_FORMATS,
    TABLE_RESULTS,
    Format,
)
from ecoop_ld.pages import Anchor, Renderer
from ecoop_ld.pages.messages import messages
from ecoop_ld.questions import Question
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Form, Query, QueryError
from ecoop_ld.sparql.store import memory_store, query_store
from ecoop_ld.views import Row as Solution
from ecoop_ld.views import ViewQuery, index, quality
from ecoop_ld.views.cards import deck, decks
from ecoop_ld.views.citations import cite
from ecoop_ld.views.classes import tree
from ecoop_ld.views.conflicts import conflicts
from ecoop_ld.views.matrix import matrix
from ecoop_ld.views.neighbours import neighbourhood
from ecoop_ld.views.network import network
from ecoop_ld.views.reader import readings
from ecoop_ld.views.rules import rules
from ecoop_ld.views.timeline import timeline

_MOST_ROWS = 500
"""Rows of an answer printed on a page."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that has an address on the site and one or more representations."""

    path: str
    kind: str
    """Which function makes it: ``entity``, ``vocabulary``, ``front`` …"""
    iri: str = ""
    formats: tuple[Format, ...] = (HTML,)
    part: str = ""
    """Which part of a view that has a page for each."""


@dataclass(frozen=True, slots=True)
class Row:
    """A thing in a list, with a note beside it."""

    link: Link
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A query result as a page shows it: a table, or a truth value."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Link | Text | None, ...], ...] = ()
    boolean: bool | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """A file on the download page."""

    graph: str
    label: str
    href: str
    size: str
    sha256: str
    packed: tuple[Anchor, ...]
    """The same, compressed."""


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that pages are made from. Immutable; what is computed is kept."""

    dataset: Dataset
    displays: Displays
    questions: tuple[Question, ...] = ()
    downloads: tuple[Dump, ...] = field(default=())
    shapes: tuple[ox.Quad, ...] = ()
    """The quads of ``shapes/``, for the rules in words."""

    @property
    def config(self) -> Config:
        return self.dataset.config

    @cached_property
    def renderer(self) -> Renderer:
        return Renderer(self.config)

    @cached_property
    def _describers(self) -> dict[str, Describer]:
        return {language: Describer(self.dataset, self.displays, language) for language in self.config.languages}

    def describer(self, language: str) -> Describer:
        return self._describers[language]

    @cached_property
    def store(self) -> ox.Store:
        """All graphs in memory, with their union as the default graph; for the questions' answers."""
        return memory_store(self.dataset.quads)

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
        plumbing = self.describer(self.config.languages[0]).plumbing
        found: dict[str, str] = {}
        taken: set[str] = set()
        for kind, members in sorted(self.dataset.members.items(), key=self._own_first):
            if all(plumbing & set(self.dataset.types(iri)) for iri in members):
                continue
            slug = _kebab(names.local_name(kind))
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
        found += [Resource(f"queries/{q.name}", "question", q.name) for q in self.questions]
        for name, query in self.views.items():
            found.append(Resource(name, "view", name))
            if query.view.kind == "cards" and query.view.split:
                groups = dict.fromkeys(views.iri(row, "group") for row in self.solutions(name))
                found += [Resource(self.part_path(name, group), "view", name, part=group) for group in groups]
        found += [Resource(path, "listing", kind) for kind, path in self.listings.items()]
        things = (iri for iri in self.dataset.things)
        found += [Resource(self.dataset.addresses.document(iri), "entity", iri, DOCUMENT_FORMATS) for iri in things]
        return {resource.path: resource for resource in found}


def load_site(
    config: Config, loaded: sources.Sources, derived: tuple[ox.Quad, ...], downloads: Iterable[Dump] = ()
) -> Site:
    """The site of parsed sources and what was derived from them."""
    shapes = tuple(quad for file in loaded.shapes for quad in file.quads)
    displays = read_displays(shapes)
    return Site(Dataset(config, loaded.quads, derived), displays, questions.load(config), tuple(downloads), shapes)


def represent(site: Site, path: str, row: Format, language: str) -> bytes:
    """The bytes of one representation. Raises ``KeyError`` for an unknown path or a format it does not have."""
    resource = site.resources[path]
    if row not in resource.formats:
        raise KeyError(f"{path}.{row.extension}")
    if row is HTML:
        return _PAGES[resource.kind](site, resource, language)
    quads = _DATA[resource.kind](site, resource)
    return dumps.serialize(quads, row, dumps.used_prefixes(quads, site.config.all_prefixes))


# --- data ----------------------------------------------------------------------------------------------------------


def _entity_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    """The triples about a thing, those of the n-ary nodes told on its page, and what the document says of itself."""
    describer = site.describer(site.config.languages[0])
    about = [resource.iri, *describer.told_with(resource.iri)]
    found = [
        ox.Triple(
            ox.NamedNode(f.subject),
            ox.NamedNode(f.predicate),
            f.object if isinstance(f.object, ox.Literal) else ox.NamedNode(f.object),
        )
        for iri in about
        for facts in site.dataset.outgoing(iri).values()
        for f in facts
    ]
    return [*found, *catalog.document(site.dataset, resource.iri)]


def _vocabulary_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    return list(vocabulary.quads(site.dataset))


def _catalog_data(site: Site, resource: Resource) -> list[ox.Quad | ox.Triple]:
    return list(catalog.describe(site.dataset, listed(site)))


def listed(site: Site) -> list[catalog.Download]:
    """The dumps as the descriptions list them; the stated part and the tables' own metadata are left to the page."""
    return [
        catalog.Download(
            d.path,
            d.format.media_type,
            d.format.iri,
            COMPRESSIONS.get(d.compression, ""),
            d.size,
            d.sha256,
            d.graph,
            rdf=d.format in dumps.FORMATS,
        )
        for d in site.downloads
        if d.name != dumps.STATED
    ]


_DATA: Mapping[str, Callable[[Site, Resource], list[ox.Quad | ox.Triple]]] = {
    "entity": _entity_data,
    "vocabulary": _vocabulary_data,
    "catalog": _catalog_data,
}


# --- pages ---------------------------------------------------------------------------------------------------------


def _entity_page(site: Site, resource: Resource, language: str) -> bytes:
    describer = site.describer(language)
    entity = describer.entity(resource.iri)
    view = {
        "entity": entity,
        "other_titles": [t for t in entity.titles if t.value != entity.title.value],
        "anchors": _anchors(entity.groups),
        "shown_in": [
            (views.in_language(site.views[name].view.title, language), (path, fragment))
            for name, path, fragment in site.shown_in.get(resource.iri, ())
        ],
        "citation": cite(site.config, entity.title.value, resource.iri, language),
        "conflicts": conflicts(describer, resource.iri),
        "neighbourhood": neighbourhood(describer, entity),
        "editor": _to(site, resource.path, "sparql/index", language)
        + "?query="
        + quote(f"DESCRIBE <{resource.iri}>", safe=""),
    }
    description = entity.description.value if entity.description else ""
    return site.renderer.render(
        "entity.html",
        resource.path,
        language,
        entity.title.value,
        view,
        alternates=RDF_FORMATS,
        description=description,
    )


def _anchors(groups: Iterable[object]) -> list[str]:
    return [_kebab(names.local_name(getattr(group, "key", ""))) for group in groups]


def _vocabulary_page(site: Site, resource: Resource, language: str) -> bytes:
    view = vocabulary.describe(site.describer(language), site.listings)
    return site.renderer.render(
        "vocabulary.html",
        resource.path,
        language,
        view.title.value,
        {
            "vocabulary": view,
            "context_path": f"{resource.path}/context.jsonld",
            "rules": rules(site.describer(language), site.shapes),
            "tree": tree(view.classes),
            "structured": catalog.schema_terms(
                site.dataset,
                (
                    (t.iri, t.name, t.label.value, t.definition.value if t.definition else "")
                    for t in (*view.classes, *view.properties)
                ),
                view.title.value,
            ),
        },
        alternates=RDF_FORMATS,
        description=view.description.value if view.description else "",
    )


def _listing_page(site: Site, resource: Resource, language: str) -> bytes:
    describer = site.describer(language)
    definition = site.dataset.text(resource.iri, (names.SKOS + "definition", names.RDFS + "comment"), language)
    rows = _rows(describer, site.dataset.members[resource.iri])
    title = describer.label(resource.iri)
    view = {
        "title": title,
        "definition": describer.text(definition) if definition else None,
        "rows": rows,
        "term": describer.link(resource.iri),
        "back": Anchor(_to(site, resource.path, "browse", language), messages(language)["explore"]),
    }
    return site.renderer.render("listing.html", resource.path, language, title.value, view)


def _rows(describer: Describer, iris: Iterable[str]) -> list[Row]:
    rows = [Row(Link(describer.title(iri), iri, describer.link(iri).page), describer.summary(iri)) for iri in iris]
    return sorted(rows, key=lambda row: (row.link.label.value.casefold(), row.link.iri))


def _kinds(site: Site, resource: Resource, language: str) -> list[dict[str, object]]:
    """Classes with a listing, most general vocabulary terms of other owners left out where ours say the same."""
    describer = site.describer(language)
    own = site.config.vocabulary_iri + "#"
    found = []
    for kind, path in site.listings.items():
        if kind.startswith(own) or any(kind in describer.kinds(iri) for iri in site.dataset.members[kind]):
            label, count = describer.label(kind).value, len(site.dataset.members[kind])
            found.append({"label": label, "href": _to(site, resource.path, path, language), "count": count})
    return sorted(found, key=lambda row: str(row["label"]).casefold())


_SUBJECTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "matrix": (("row", ""),),
    "timeline": (("thing", ""),),
    "network": (("party", ""), ("via", "")),
    "cards": (("group", "group"), ("card", "card")),
    "reader": (("document", ""), ("claim", "paragraph")),
}
"""Kind of view → variables of the things that it tells of, each with the variable of its place on the page."""


def _view_page(site: Site, resource: Resource, language: str) -> bytes:
    """A page of [views]; one that is split has an overview and a page for each part."""
    query, describer = site.views[resource.iri], site.describer(language)
    view, rows = query.view, site.solutions(resource.iri)
    title = views.in_language(view.title, language)
    text = views.in_language(view.text, language)
    back = Anchor(_to(site, resource.path, "browse", language), messages(language)["explore"])
    alone = views.in_language(view.alone, language) or messages(language)["scope_alone"]
    common = {"title": title, "text": text, "back": back, "alone": alone}
    if resource.part:
        made: object = deck(describer, view, resource.part, rows)
        overview = Anchor(_to(site, resource.path, resource.iri, language), title)
        title = f"{describer.label(resource.part).value}: {title}"
        common |= {"title": title, "back": overview, "text": ""}
        return site.renderer.render("deck.html", resource.path, language, title, {**common, "deck": made})
    if view.kind == "cards" and view.split:
        groups = dict.fromkeys(views.iri(row, "group") for row in rows)
        pages = {g: (site.part_path(query.name, g), "") for g in groups}
        links = [Row(Link(describer.label(g), g, page), describer.summary(g)) for g, page in pages.items()]
        return site.renderer.render("parts.html", resource.path, language, title, {**common, "rows": links})
    template, name, make = _VIEWS[view.kind]
    return site.renderer.render(
        template, resource.path, language, title, {**common, name: make(describer, view, rows)}, description=text
    )


_VIEWS: Mapping[str, tuple[str, str, Callable[..., object]]] = {
    "matrix": ("matrix.html", "matrix", matrix),
    "timeline": ("timeline.html", "timeline", timeline),
    "network": ("network.html", "network", network),
    "cards": ("cards.html", "decks", decks),
    "reader": ("reader.html", "readings", readings),
}
"""Kind of view → its template, the template's variable, and what makes its value."""


def _view_links(site: Site, here: str, language: str) -> list[dict[str, str]]:
    return [
        {
            "href": _to(site, here, name, language),
            "title": views.in_language(query.view.title, language),
            "text": views.in_language(query.view.text, language),
        }
        for name, query in site.views.items()
    ]


def _search_page(site: Site, resource: Resource, language: str) -> bytes:
    """All names from A to Z; with JavaScript also what a search finds."""
    view = {"letters": index.letters(site.describer(language))}
    return site.renderer.render("search.html", resource.path, language, messages(language)["az"], view)


def _quality_page(site: Site, resource: Resource, language: str) -> bytes:
    back = Anchor(_to(site, resource.path, "browse", language), messages(language)["explore"])
    view = {"gaps": quality.gaps(site.describer(language)), "back": back}
    return site.renderer.render("quality.html", resource.path, language, messages(language)["quality"], view)


def _browse_page(site: Site, resource: Resource, language: str) -> bytes:
    words = messages(language)
    more = [
        {"href": _to(site, resource.path, "search", language), "title": words["az"], "text": ""},
        {
            "href": _to(site, resource.path, "quality", language),
            "title": words["quality"],
            "text": words["quality_text"],
        },
    ]
    view = {
        "kinds": _kinds(site, resource, language),
        "views": _view_links(site, resource.path, language) + more,
    }
    return site.renderer.render("browse.html", resource.path, language, messages(language)["explore"], view)


def _front_page(site: Site, resource: Resource, language: str) -> bytes:
    config, words, describer = site.config, messages(language), site.describer(language)
    default = config.languages[0]
    featured = [config.base + path for path in config.pages.featured if site.dataset.described(config.base + path)]
    title = config.project.title.get(language, config.project.title[default])
    description = config.project.description.get(language) or config.project.description.get(default, "")
    count = len({(q.subject, q.predicate, q.object) for q in site.dataset.stated})
    view = {
        "title": title,
        "description": description,
        "figures": [
            {"count": f"{count:,}", "label": words["home_triples"]},
            {"count": f"{len(site.dataset.things):,}", "label": words["home_things"]},
            {"count": f"{len(site.dataset.graphs)}", "label": words["home_graphs"]},
        ],
        "ways": {
            "query": _to(site, resource.path, "sparql/index", language),
            "download": _to(site, resource.path, "download", language),
            "link": _to(site, resource.path, config.addresses.vocabulary, language),
        },
        "structured": catalog.schema_dataset(site.dataset, listed(site), language),
        "featured": [Row(describer.link(iri), describer.summary(iri)) for iri in featured],
        "kinds": _kinds(site, resource, language),
        "views": _view_links(site, resource.path, language),
        "pictures": [
            {
                "title": views.in_language(query.view.title, language),
                "href": _to(site, resource.path, name, language),
                "matrix": matrix(describer, query.view, site.solutions(name)),
            }
            for name, query in site.views.items()
            if query.view.front and query.view.kind == "matrix"
        ],
    }
    return site.renderer.render("front.html", resource.path, language, title, view, description=description)


def _download_page(site: Site, resource: Resource, language: str) -> bytes:
    here = site.dataset.addresses.file(resource.path, HTML, language)
    packed: dict[str, list[Anchor]] = {}
    for d in site.downloads:
        if d.compression:
            anchor = Anchor(relative(here, d.path), f"{d.compression} {human_size(d.size)}")
            packed.setdefault(d.path.removesuffix(f".{d.compression}"), []).append(anchor)
    files = [
        DownloadRow(
            _part_name(site, d, language),
            d.format.label,
            relative(here, d.path),
            human_size(d.size),
            d.sha256,
            tuple(packed.get(d.path, ())),
        )
        for d in site.downloads
        if not d.compression
    ]
    sums = relative(here, f"{dumps.FOLDER}/{dumps.SUMS}")
    return site.renderer.render(
        "download.html", resource.path, language, messages(language)["download"], {"files": files, "sums": sums}
    )


def _catalog_page(site: Site, resource: Resource, language: str) -> bytes:
    """The description for people: what it is, how much there is of it, and where its files are."""
    project, describer = site.config.project, site.describer(language)
    triples = catalog.describe(site.dataset, listed(site))
    counts = {
        names.local_name(t.predicate.value): int(t.object.value)
        for t in triples
        if names.value(t.subject) == resource.iri and isinstance(t.object, ox.Literal) and t.object.value.isdigit()
    }
    kinds = {t.subject: names.value(t.object) for t in triples if t.predicate.value == names.VOID + "class"}
    partitions = [
        (describer.link(kinds[t.subject]), int(names.value(t.object)))
        for t in triples
        if t.subject in kinds and t.predicate.value == names.VOID + "entities"
    ]
    title = project.title.get(language, project.title[site.config.languages[0]])
    view = {
        "title": title,
        "description": project.description.get(language, ""),
        "iri": resource.iri,
        "version": project.version,
        "modified": project.modified,
        "counts": sorted(counts.items()),
        "partitions": sorted(partitions, key=lambda row: (-row[1], row[0].label.value)),
        "download": _to(site, resource.path, "download", language),
    }
    return site.renderer.render("catalog.html", resource.path, language, title, view, alternates=RDF_FORMATS)


def _part_name(site: Site, dump: Dump, language: str) -> str:
    if dump.name == dumps.WHOLE:
        return messages(language)["everything"]
    return dump.graph.removeprefix(site.config.base) or dump.name


def _questions_page(site: Site, resource: Resource, language: str) -> bytes:
    view = {"questions": _question_links(site, resource.path, language)}
    return site.renderer.render("questions.html", resource.path, language, messages(language)["queries"], view)


def _question_links(site: Site, here: str, language: str) -> list[dict[str, str]]:
    return [
        {
            "name": q.name,
            "href": _to(site, here, f"queries/{q.name}", language),
            "title": questions.in_language(q.title, language),
        }
        for q in site.questions
    ]


def _question_page(site: Site, resource: Resource, language: str) -> bytes:
    question = next(q for q in site.questions if q.name == resource.iri)
    words = messages(language)
    title = questions.in_language(question.title, language)
    editor = _to(site, resource.path, "sparql/index", language) + "?query=" + quote(question.text, safe="")
    view = {
        "question": {
            "title": title,
            "description": questions.in_language(question.description, language),
            "text": question.text,
        },
        "answer": answer_question(site, question, language),
        "editor": editor,
        "back": Anchor(_to(site, resource.path, "queries/index", language), words["queries"]),
    }
    return site.renderer.render("question.html", resource.path, language, title, view)


def answer_question(site: Site, question: Question, language: str) -> Answer:
    """A question's answer over all graphs. Raises ``UserError`` where its query is no SELECT or ASK."""
    place = Place(f"site/queries/{question.name}.rq")
    try:
        prepared = prepare(Query(question.text), site.config.limits)
        if prepared.form not in (Form.SELECT, Form.ASK):
            raise UserError("A question must be a SELECT or an ASK query.", place=place)
        content, _ = query_store(
            site.store, prepared, JSON, prefixes=site.config.all_prefixes, most=site.config.limits.result_bytes
        )
    except QueryError as error:
        raise UserError(error.message, place=place, hint=error.hint) from None
    ordered = re.search(r"\bORDER\s+BY\b", question.text, re.IGNORECASE)
    return answer_page(site, content, language, sort=not ordered)


def answer_page(site: Site, content: bytes, language: str, *, sort: bool = False) -> Answer:
    """SPARQL JSON results → what a page shows: things by name, linked to their pages.

    ``sort`` is for answers that have no order of their own: a page must not change from build to build.
    """
    results = ox.parse_query_results(content, format=JSON.results_engine())
    if isinstance(results, ox.QueryBoolean):
        return Answer(boolean=bool(results))
    columns = [variable.value for variable in results.variables]
    rows = [[row[n] for n in range(len(columns))] for row in results]
    return table_answer(site, columns, sorted(rows, key=str) if sort else rows, language)


def table_answer(site: Site, columns: Iterable[str], rows: Iterable[Iterable[object]], language: str) -> Answer:
    """Solutions as a table, the first rows of it."""
    describer = site.describer(language)
    shown: list[tuple[Link | Text | None, ...]] = []
    more = 0
    for row in rows:
        if len(shown) < _MOST_ROWS:
            shown.append(tuple(_cell(describer, term) for term in row))
        else:
            more += 1
    return Answer(tuple(columns), tuple(shown), None, more)


def _cell(describer: Describer, term: object) -> Link | Text | None:
    if isinstance(term, ox.Literal):
        return describer.text(term)
    if isinstance(term, ox.NamedNode):
        return describer.link(term.value)
    return None if term is None else Text(str(term))


def _sparql_page(site: Site, resource: Resource, language: str) -> bytes:
    return sparql_page(site, language)


def _limits_page(site: Site, resource: Resource, language: str) -> bytes:
    words, limits = messages(language), site.config.limits
    rows = [{"name": name, "text": words[f"limit_{name}"], "value": value} for name, value in limits.published.items()]
    view = {"rows": rows, "back": Anchor(_to(site, resource.path, "sparql/index", language), words["sparql"])}
    return site.renderer.render("limits.html", resource.path, language, words["limits"], view)


_EXAMPLE = """\
SELECT ?kind (COUNT(?thing) AS ?things)
WHERE { ?thing a ?kind }
GROUP BY ?kind
ORDER BY DESC(?things)
LIMIT 20
"""


def sparql_page(
    site: Site,
    language: str,
    *,
    text: str = "",
    answer: Answer | None = None,
    document: str = "",
    problem: str = "",
    file: str = "",
) -> bytes:
    """The editor; on the server also with a query, its answer (``file`` says where the page stands) or its problem."""
    path = "sparql/index"
    rows = dict.fromkeys((HTML, *TABLE_RESULTS, *BOOLEAN_RESULTS, *GRAPH_RESULTS))
    here = file or site.dataset.addresses.file(path, HTML, language)
    view = {
        "text": text or (site.questions[0].text if site.questions else _EXAMPLE),
        "answer": answer,
        "document": document,
        "problem": problem,
        "formats": tuple(rows),
        "action": relative(here, "sparql"),
        "questions": _question_links(site, here.removesuffix(".html"), language),
        "settings": relative(here, editor.path(site.dataset.addresses, language)) if editor.vendored() else "",
    }
    return site.renderer.render("sparql.html", path, language, messages(language)["sparql"], view, file=here)


def error_page(site: Site, language: str, status: int, title: str, message: str, file: str) -> bytes:
    """A page for a failed request to the address ``file``."""
    view = {"status": status, "title": title, "message": message}
    return site.renderer.render("error.html", "error", language, title, view, file=file)


_PAGES: Mapping[str, Callable[[Site, Resource, str], bytes]] = {
    "front": _front_page,
    "limits": _limits_page,
    "browse": _browse_page,
    "catalog": _catalog_page,
    "download": _download_page,
    "entity": _entity_page,
    "listing": _listing_page,
    "quality": _quality_page,
    "question": _question_page,
    "questions": _questions_page,
    "search": _search_page,
    "sparql": _sparql_page,
    "view": _view_page,
    "vocabulary": _vocabulary_page,
}


def _to(site: Site, here: str, there: str, language: str) -> str:
    file = site.dataset.addresses.file
    return relative(file(here, HTML, language), file(there, HTML, language))


def _kebab(name: str) -> str:
    out = []
    for n, char in enumerate(name):
        if char.isupper() and n and not name[n - 1].isupper():
            out.append("-")
        out.append(char.lower() if char.isascii() and char.isalnum() else "-")
    return "".join(out).strip("-") or "thing"


def human_size(size: int) -> str:
    """``12 kB``: powers of 1,000."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError
