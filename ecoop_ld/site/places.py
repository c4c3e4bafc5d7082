"""Content → the resources of each kind that has more than one, or none at times."""

from __future__ import annotations

from collections.abc import Iterator

from ecoop_ld.model.questions import Question
from ecoop_ld.publish.dcat import dataset_iri
from ecoop_ld.rdf.formats import (
    CARD,
    CHANGE_FORMATS,
    CSV,
    DOCUMENT_FORMATS,
    FEED_FORMATS,
    HTML,
    JSON,
    LINK_FORMAT,
    SVG,
    Format,
)
from ecoop_ld.releases import feeds, versions
from ecoop_ld.site.site import Content, Resource, changes_path, release_path
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Form, Query, QueryError
from ecoop_ld.views import concepts, paging


def vocabulary(content: Content) -> Iterator[Resource]:
    for iri in content.config.vocabularies:
        path = content.dataset.addresses.vocabulary_path(iri)
        yield Resource(path, "vocabulary", iri, DOCUMENT_FORMATS)


def description(content: Content) -> Iterator[Resource]:
    yield Resource("catalog", "catalog", dataset_iri(content.dataset), DOCUMENT_FORMATS)


def questions(content: Content) -> Iterator[Resource]:
    for question in content.questions:
        formats = (HTML, *_answers(content, question))
        yield Resource(f"queries/{question.name}", "question", question.name, formats)


def _answers(content: Content, question: Question) -> tuple[Format, ...]:
    """Formats in which the answer to a question is a file of its own; a bad query is told of by its page."""
    try:
        form = prepare(Query(question.text), content.config.limits).form
    except QueryError:
        return ()
    return {Form.SELECT: (JSON, CSV), Form.ASK: (JSON,)}.get(form, ())


def views(content: Content) -> Iterator[Resource]:
    """Each view, and each part of one that is split."""
    for name, query in content.views.items():
        own = (CARD, CSV, *((SVG,) if query.kind.drawn else ())) if not query.is_split else ()
        yield Resource(name, "view", name, (HTML, *own))
        if query.is_split:
            for group in content.groups(name):
                yield Resource(content.part_path(name, group), "view", name, part=group)


def listings(content: Content) -> Iterator[Resource]:
    """The pages of each class: as many as its things fill."""
    for kind, path in content.listings.items():
        for number in range(1, paging.listed_pages(len(content.dataset.members[kind])) + 1):
            yield Resource(content.dataset.addresses.continued(path, number), "listing", kind, part=str(number))


def past(content: Content) -> Iterator[Resource]:
    """The list of releases, where there are any."""
    if content.history:
        yield Resource("dumps/index", "releases")


def feed(content: Content) -> Iterator[Resource]:
    if content.history:
        yield Resource(feeds.FEED, "feed", formats=FEED_FORMATS)


def timemap(content: Content) -> Iterator[Resource]:
    if content.history:
        yield Resource(feeds.TIMEMAP, "timemap", formats=(LINK_FORMAT,))


def releases(content: Content) -> Iterator[Resource]:
    for version in content.history.by_version:
        iri = versions.iri(content.dataset, version)
        yield Resource(release_path(version), "release", iri, DOCUMENT_FORMATS, version)


def changes(content: Content) -> Iterator[Resource]:
    for version in content.history.by_version:
        yield Resource(changes_path(version), "changes", "", CHANGE_FORMATS, version)


def _of_things(content: Content) -> Iterator[tuple[str, str]]:
    """Path of each document and the IRI it is about; a vocabulary has a page of its own kind."""
    for path, (iri, *_) in content.dataset.documents.items():
        if iri not in content.config.vocabularies:
            yield path, iri


def entities(content: Content) -> Iterator[Resource]:
    for path, iri in _of_things(content):
        yield Resource(path, "entity", iri, DOCUMENT_FORMATS)


def links(content: Content) -> Iterator[Resource]:
    """Later pages of things that have more values than one page holds."""
    addresses = content.dataset.addresses
    for path, iri in _of_things(content):
        for number in range(2, _pages_of(content, iri) + 1):
            yield Resource(addresses.continued(path, number), "links", iri, part=str(number))


def _pages_of(content: Content, iri: str) -> int:
    """How many pages a thing needs, in the language that needs most."""
    if not paging.may_go_on(content.dataset, iri):
        return 1
    return max(paging.count(describer.entity(iri)) for describer in content.describers.values())


def branches(content: Content) -> Iterator[Resource]:
    """The pages of each concept scheme that has a hierarchy."""
    for scheme, found in content.branches.items():
        if content.schemes.parents[scheme]:
            for number in range(1, len(found.pages) + 1):
                yield Resource(f"{concepts.folder(scheme)}/{number}", "branches", scheme, part=str(number))


def names(content: Content) -> Iterator[Resource]:
    """The pages of names of each concept scheme, as many as the language needs that has most."""
    for scheme in content.branches:
        most = max(content.trees[language, scheme].name_count for language in content.config.languages)
        for number in range(1, -(-most // concepts.NAMES) + 1):
            yield Resource(concepts.index_path(scheme, number), "names", scheme, part=str(number))
