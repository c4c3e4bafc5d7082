"""Values are written by functions as macros would write them: ``macros.html`` is a ``_value.html`` of a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecoop_ld.addresses import relative
from ecoop_ld.model.contents import BlankNode, Members, Part
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.pictures import PictureUse
from ecoop_ld.model.properties import Value
from ecoop_ld.model.provenance import Source
from ecoop_ld.rdf.names import RDF, XSD
from ecoop_ld.site.inline import Inline
from ecoop_ld.site.literals import address, markup, outside
from ecoop_ld.words import locales, values
from ecoop_ld.words.messages import of_the_toolkit

LANGUAGE = "es"
WORDS = of_the_toolkit(LANGUAGE)


def href(page: tuple[str, str]) -> str:
    link = relative("doc/x/y", page[0])
    return f"{link}#{page[1]}" if page[1] else link


words = st.sampled_from(
    ("plain", "a <b> & \"c\" 'd'", "one\ntwo", "https://example.org/?a=1&b", "mail@a.example", "2008-02", "12345", "")
)
texts = st.builds(
    Text, words, st.sampled_from(("", "es", "es-MX", "en", "ar", 'x"y')),
    st.sampled_from(("", XSD + "date", XSD + "integer", XSD + "anyURI", RDF + "HTML", "https://example.org/wkt")),
    st.booleans(), st.sampled_from(("", "shape <wkt>")), st.booleans(),
)  # fmt: skip
iris = st.sampled_from(("https://example.org/a?b&c", "urn:x:<y>", "javascript:alert(1)", "mailto:a@b.example"))
places = st.none() | st.sampled_from((("doc/x/ñ & z", ""), ("ns", "Term"), ("a.csv", ""), ("doc/x/y", 'f"g')))
links = st.builds(
    Link, texts, iris, places, st.just(""), st.sampled_from(("", "A & 1")), st.sampled_from(("", "host.example")),
    st.sampled_from(PictureUse),
)  # fmt: skip
sources = st.builds(
    Source, st.sampled_from(("claim", "opinion", "inferred", "quoted", "editorial", "derived")),
    st.sampled_from(("", "§12", "¶12")), st.builds(Link, texts, iris, st.just(("doc/claim/f1", ""))), st.none() | links, st.none() | texts, st.none() | links,
)  # fmt: skip


def some(inner: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.just(()) | st.tuples(inner) | st.tuples(inner, inner)


def parts(inner: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    part = st.builds(Part, st.none() | texts, some(inner))
    return st.tuples(part) | st.tuples(part, part)


def around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    members = st.builds(Members, some(inner), st.booleans(), st.none() | texts)
    anchors = st.sampled_from(("", "node-1"))
    return members | st.builds(BlankNode, texts, some(links), st.just(()) | parts(inner), some(links), anchors)


leaves = texts | links
contents = leaves | around(leaves | around(leaves))
unfolded = st.builds(Value, st.builds(Link, texts, iris, st.just(("doc/x/z", ""))), parts(contents), some(links))
unbacked = st.builds(Source, st.sampled_from(("editorial", "derived")), claim=st.none() | links)
shown = st.builds(Value, contents, sources=some(sources | unbacked)) | unfolded


@pytest.fixture(scope="module")
def macros() -> Callable[..., str]:
    """Name of a macro and a value → what it writes."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    frame = {
        "t": WORDS,
        "chrome": {"language": LANGUAGE},
        "href": href,
        "outside": outside,
        "direction": locales.direction,
        "said": lambda value, datatype: values.words(value, datatype, WORDS),
        "address": address,
        "markup": markup,
    }
    module = environment.get_template("macros.html").make_module(frame)
    return lambda name, value: str(getattr(module, name)(value))


@settings(max_examples=150, deadline=None)
@given(value=shown)
def test_values_are_written_as_macros_would(macros: Callable[..., str], value: Value) -> None:
    inline = Inline(WORDS, href)
    for _ in range(2):  # for the first time, and as it is remembered
        assert inline.value(value) == macros("value", value)
        assert inline.content(value.content) == macros("content", value.content)
        assert inline.chips(value.sources) == macros("chips", value.sources)


@settings(max_examples=50, deadline=None)
@given(link=links, text=texts)
def test_names_are_written_as_macros_would(macros: Callable[..., str], link: Link, text: Text) -> None:
    inline = Inline(WORDS, href)
    assert inline.link(link) == macros("link", link)
    assert inline.text(text) == macros("text", text)
    assert inline.foreign(text) == macros("foreign", text)


def test_a_claim_that_this_site_does_not_tell_has_a_chip_without_a_link() -> None:
    claim, who = (Link(Text(word), f"https://elsewhere.example/{word}", None) for word in ("claim", "someone"))
    assert 'title="someone"' in (chip := Inline(WORDS, href).chips((Source("claim", "§1", claim, who),)))
    assert "href" not in chip
