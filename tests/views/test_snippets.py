"""What others paste to link to a thing: each is read by a reader of its language, whatever the title is."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from lxml import html

from ecoop_ld.views.snippets import snippets

IRI = "https://example.org/id/thing/one?a=1&b='é'"
TRIPLE = ("https://here.example/#it", "http://www.w3.org/2004/02/skos/core#exactMatch", IRI)


@pytest.mark.parametrize("title", ["One", "A \"b\" <i>c</i> & ]] {{d}}\n | ''e''", "ألف"])
def test_a_snippet_links_to_the_thing(title: str) -> None:
    found = dict(snippets(IRI, title))
    assert list(found) == ["Turtle", "JSON-LD", "HTML", "Wikitext"]
    for name, form in (("Turtle", ox.RdfFormat.TURTLE), ("JSON-LD", ox.RdfFormat.JSON_LD)):
        (quad,) = ox.parse(found[name], form, base_iri="https://here.example/")
        assert (quad.subject.value, quad.predicate.value, quad.object.value) == TRIPLE  # type: ignore[union-attr]
    link = html.fragment_fromstring(found["HTML"])
    assert (link.tag, link.get("href"), link.text) == ("a", IRI, " ".join(title.split()))
    target, _, label = found["Wikitext"][1:-1].partition(" ")
    assert target == IRI
    assert html.fragment_fromstring(f"<b>{label}</b>").text == " ".join(title.split())
    assert not re.search(r"[\[\]{}|<>\n']", label)
