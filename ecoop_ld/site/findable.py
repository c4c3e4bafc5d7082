"""What the search of a site finds: its things, and its own pages, questions and terms."""

from __future__ import annotations

from collections.abc import Iterator

from ecoop_ld.model import vocabulary
from ecoop_ld.rdf.names import RDFS, SKOS
from ecoop_ld.site.site import Site
from ecoop_ld.views.index import Record
from ecoop_ld.views.index import records as things
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language

_PAGE = 10
"""How well known a page of the site itself is, beside things that so many others point to."""


def records(site: Site, language: str) -> tuple[Record, ...]:
    """Everything that can be found in a language, pages first."""
    known = site.content.findable
    if language not in known:
        known[language] = _gathered(site, language)
    return known[language]


def _gathered(site: Site, language: str) -> tuple[Record, ...]:
    found = (*_pages(site, language), *things(site.describer(language)), *_terms(site, language))
    return found or (Record(in_language(site.config.project.title, language), "", ("index", ""), (), ""),)


def _pages(site: Site, language: str) -> Iterator[Record]:
    words = messages(site.config, language)
    for name, query in site.content.views.items():
        title, text = in_language(query.view.title, language), in_language(query.view.text, language)
        yield Record(title, words["pictures_kind"], (name, ""), (), text, _PAGE)
    for question in site.questions:
        title = in_language(question.title, language)
        text = in_language(question.description, language)
        yield Record(title, words["queries"], (f"queries/{question.name}", ""), (question.name,), text, _PAGE)


def _terms(site: Site, language: str) -> Iterator[Record]:
    describer, addresses = site.describer(language), site.dataset.addresses
    for iri in (*vocabulary.term_iris(site.dataset), *vocabulary.others(site.dataset)):
        page = addresses.page(iri)
        if page is None or iri in site.dataset.things_set:  # found among the things
            continue
        name = page[1]
        definition = site.dataset.text(iri, (SKOS + "definition", RDFS + "comment"), language)
        text = definition.value if definition else ""
        kind = messages(site.config, language)["vocabulary"]
        yield Record(describer.label(iri).value, kind, page, (name,) if name else (), text)
