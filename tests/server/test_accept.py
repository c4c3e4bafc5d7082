"""Which format and which language a client gets: Accept and Accept-Language."""

from __future__ import annotations

import pytest

from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, HTML, JSON_LD, TURTLE
from ecoop_ld.server.endpoint import _wants_page
from ecoop_ld.server.negotiation import negotiate, negotiate_language


@pytest.mark.parametrize(
    ("accept", "row"),
    [(None, HTML), ("", HTML), ("  ", HTML), (" , ", None), ("text/turtle", TURTLE), ("application/json", JSON_LD), ("*", HTML), ("text/*;q=0.3, application/ld+json;q=0.4", JSON_LD),
     ("TEXT/TURTLE", TURTLE), ("text/turtle;q=0", None), ("garbage", None), ("image/*, text/turtle;q=0.001", TURTLE), ("text/turtle;charset=utf-8", TURTLE),
     ("text/turtle;q=0, text/turtle", TURTLE), ("text/turtle;q=0.2, text/turtle;q=0.9, text/html;q=0.5", TURTLE),
     ("text/turtle;q=0, text/*, */*;q=0.1", HTML), ("text/turtle;q=0.1, */*;q=0.9, text/html;q=0", JSON_LD),
     ("*/*, text/*;q=0, application/*;q=0.5", JSON_LD), ("text/turtle, text/html", HTML), ("text/turtle;q=0.501, text/html;q=0.5", TURTLE)],
)  # fmt: skip
def test_negotiation(accept: str | None, row: object) -> None:
    assert negotiate(accept, DOCUMENT_FORMATS) is row


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "en"),
        ("pt-BR,en;q=0.8", "pt"),
        ("fr, es;q=0.5", "es"),
        ("*", "en"),
        ("es;q=0, pt;q=0.1", "pt"),
        ("de", "en"),
        ("es, pt", "es"),
        ("pt, es", "pt"),
        ("es;q=0.5, pt;q=0.5", "es"),
        ("pt;q=0.4, es;q=0.5", "es"),
        ("es;q=0", "en"),
        ("es;q=2", "en"),
        ("es;q=x, pt;q=0.001", "pt"),
        ("ES-419", "es"),
        ("*;q=0.9, pt;q=0.8", "en"),
        ("*;q=0.1, pt;q=0.8", "pt"),
        ("", "en"),
        (",;,", "en"),
    ],
)
def test_languages(accept: str | None, language: str) -> None:
    assert negotiate_language(accept, ("en", "es", "pt")) == language


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (None, False),
        ("", False),
        ("*/*", False),
        ("text/*", False),
        ("text/html", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("text/html;q=0.1, text/turtle", False),
        ("text/html;q=0, */*", False),
        ("application/sparql-results+json, text/html;q=0.5", True),
    ],
)
def test_who_is_shown_a_page_whatever_the_answer(accept: str | None, page: bool) -> None:
    assert _wants_page(accept) is page
