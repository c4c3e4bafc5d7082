"""Pages of questions and their answers, the query editor, its limits."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar
from urllib.parse import quote

import pyoxigraph as ox

from ecoop_ld.addresses import relative
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.questions import Question
from ecoop_ld.rdf.formats import BOOLEAN_RESULTS, CSV, GRAPH_RESULTS, HTML, JSON, TABLE_RESULTS, Format
from ecoop_ld.site import editor
from ecoop_ld.site.renderer import Anchor, Page
from ecoop_ld.site.site import Resource, Site, to
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language

_MOST_ROWS = 500
"""Rows of an answer printed on a page."""


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A query result as a page shows it: a table, or a truth value."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Link | Text | None, ...], ...] = ()
    boolean: bool | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class QuestionLink:
    """A question in a list."""

    name: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions of one subject, as their ``# group:`` says; without a title those that name none."""

    title: str
    questions: tuple[QuestionLink, ...]


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question as its page says it."""

    title: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionsPage(Page):
    """The cookbook."""

    template: ClassVar[str] = "questions.html"
    groups: tuple[QuestionGroup, ...]


@dataclass(frozen=True, slots=True)
class QuestionPage(Page):
    """A question and its answer."""

    template: ClassVar[str] = "question.html"
    question: QuestionText
    answer: ShownAnswer
    behind: tuple[Link, ...]
    """What the answer rests on, as ``# behind:`` says."""
    editor: str
    back: Anchor


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit of the endpoint."""

    name: str
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class LimitsPage(Page):
    """What the endpoint allows."""

    template: ClassVar[str] = "limits.html"
    rows: tuple[LimitRow, ...]
    back: Anchor


@dataclass(frozen=True, slots=True)
class EditorPage(Page):
    """The query editor; on the server also what came of a query."""

    template: ClassVar[str] = "sparql.html"
    text: str
    answer: ShownAnswer | None
    document: str
    """An RDF document that is the answer."""
    downloads: tuple[Anchor, ...]
    """All of the answer, in each format."""
    problem: str
    formats: tuple[Format, ...]
    action: str
    questions: tuple[QuestionLink, ...]
    settings: str
    """Address of the settings of the editor's script; ``""`` where there is none."""


def questions_page(site: Site, resource: Resource, language: str) -> bytes:
    groups: dict[str, list[QuestionLink]] = {}
    for question, anchor in zip(site.questions, _question_links(site, resource.path, language), strict=True):
        groups.setdefault(in_language(question.group, language), []).append(anchor)
    page = QuestionsPage(tuple(QuestionGroup(title, tuple(links)) for title, links in groups.items()))
    return site.renderer.render(page, resource.path, language, messages(site.config, language)["queries"])


def _question_links(site: Site, here: str, language: str) -> tuple[QuestionLink, ...]:
    return tuple(
        QuestionLink(q.name, to(site, here, f"queries/{q.name}", language), in_language(q.title, language))
        for q in site.questions
    )


def question_page(site: Site, resource: Resource, language: str) -> bytes:
    question = next(q for q in site.questions if q.name == resource.iri)
    words = messages(site.config, language)
    title = in_language(question.title, language)
    editor = to(site, resource.path, "sparql/index", language) + "?query=" + quote(question.text, safe="")
    page = QuestionPage(
        QuestionText(title, in_language(question.description, language), question.text),
        answer_question(site, question, language),
        tuple(site.describer(language).link(site.config.base + path) for path in question.behind),
        editor,
        Anchor(to(site, resource.path, "queries/index", language), words["queries"]),
    )
    rows = tuple(row for row in resource.formats if row is not HTML)
    return site.renderer.render(page, resource.path, language, title, alternates=rows)


def question_file(site: Site, resource: Resource, row: Format) -> bytes:
    """The answer to a question in one of the results formats; without an order of its own it is sorted."""
    question = next(q for q in site.questions if q.name == resource.iri)
    content = site.content.answers.of(question, row)
    if _ordered(question):
        return content
    if row is CSV:
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        written = io.StringIO(newline="")
        csv.writer(written).writerows((head, *sorted(rows)))
        return written.getvalue().encode()
    table = json.loads(content)
    if "results" in table:
        table["results"]["bindings"].sort(key=lambda solution: json.dumps(solution, sort_keys=True))
    return json.dumps(table, ensure_ascii=False, indent=1).encode() + b"\n"


def answer_question(site: Site, question: Question, language: str) -> ShownAnswer:
    """A question's answer over all graphs. Raises ``UserError`` where its query is no SELECT or ASK."""
    return answer_page(site, site.content.answers.of(question, JSON), language, sort=not _ordered(question))


def _ordered(question: Question) -> bool:
    return bool(re.search(r"\bORDER\s+BY\b", question.text, re.IGNORECASE))


def answer_page(
    site: Site, content: bytes, language: str, *, sort: bool = False, most: int = _MOST_ROWS, total: int = 0
) -> ShownAnswer:
    """SPARQL JSON results → what a page shows: things by name, linked to their pages.

    ``sort`` is for answers that have no order of their own: a page must not change from build to build. With ``total``,
    the number of rows, only the ``most`` that are shown are read.
    """
    results = ox.parse_query_results(content, format=JSON.results_engine())
    if isinstance(results, ox.QueryBoolean):
        return ShownAnswer(boolean=bool(results))
    columns = [variable.value for variable in results.variables]
    rows = ([row[n] for n in range(len(columns))] for row in results)
    if total:
        shown = table_answer(site, columns, islice(rows, most), language, most)
        return dataclasses.replace(shown, more=max(0, total - most) if len(shown.rows) == most else 0)
    return table_answer(site, columns, sorted(rows, key=str) if sort else rows, language, most)


def table_answer(
    site: Site, columns: Iterable[str], rows: Iterable[Iterable[object]], language: str, most: int = _MOST_ROWS
) -> ShownAnswer:
    """Solutions as a table, the first rows of it."""
    describer = site.describer(language)
    shown: list[tuple[Link | Text | None, ...]] = []
    more = 0
    for row in rows:
        if len(shown) < most:
            shown.append(tuple(_cell(describer, term) for term in row))
        else:
            more += 1
    return ShownAnswer(tuple(columns), tuple(shown), None, more)


def _cell(describer: Describer, term: object) -> Link | Text | None:
    if isinstance(term, ox.Literal):
        return describer.text(term)
    if isinstance(term, ox.NamedNode):
        return describer.link(term.value)
    return None if term is None else Text(str(term))


def editor_page(site: Site, resource: Resource, language: str) -> bytes:
    return sparql_page(site, language)


def limits_page(site: Site, resource: Resource, language: str) -> bytes:
    words, limits = messages(site.config, language), site.config.limits
    published = {**limits.published, **site.config.services.published}
    rows = tuple(
        LimitRow(name, words[f"limit_{name}"], value if isinstance(value, str) else words.number(value))
        for name, value in published.items()
    )
    page = LimitsPage(rows, Anchor(to(site, resource.path, "sparql/index", language), words["sparql"]))
    return site.renderer.render(page, resource.path, language, words["limits"])


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
    answer: ShownAnswer | None = None,
    document: str = "",
    problem: str = "",
    file: str = "",
    whole: Sequence[Format] = (),
) -> bytes:
    """The editor; on the server also with a query, its answer (``file`` says where the page stands) or its problem.

    ``whole``: the formats in which all of an answer can be had.
    """
    path = "sparql/index"
    rows = dict.fromkeys((HTML, *TABLE_RESULTS, *BOOLEAN_RESULTS, *GRAPH_RESULTS))
    here = file or site.dataset.addresses.file(path, HTML, language)
    page = EditorPage(
        text=text or (site.questions[0].text if site.questions else _EXAMPLE),
        answer=answer,
        document=document,
        downloads=tuple(
            Anchor(f"{relative(here, 'sparql')}?query={quote(text)}&as={row.name}", row.label) for row in whole
        ),
        problem=problem,
        formats=tuple(rows),
        action=relative(here, "sparql"),
        questions=_question_links(site, here.removesuffix(".html"), language),
        settings=relative(here, editor.path(site.dataset.addresses, language)) if editor.vendored() else "",
    )
    return site.renderer.render(page, path, language, messages(site.config, language)["sparql"], file=here)
