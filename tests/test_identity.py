"""Names made for things: two requests never share a document, on any file system, and no name depends on other data."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecoop_ld.addresses import PAGES, Addresses, anchor, request_of
from ecoop_ld.config.settings import AddressSettings as Settings
from ecoop_ld.config.settings import Config, Project
from ecoop_ld.errors import UserError
from ecoop_ld.site.kinds import TAKEN

BASE = "https://ex.org/"
CONFIG = Config(Path(), Project({"en": "x"}), Settings(BASE, pages_for=("https://other.example/",)))
ADDRESSES = Addresses(CONFIG)

PIECES = st.one_of(
    st.sampled_from(["id", "Id", "doc", "thing", "org", "index", "con", "Q42", "q42", "v1.2", "a-b", "a_b", "", "~x"]),
    st.text("abAB01-._~!$&'()*+,;=:@éÉ\u0301日", max_size=6),
    st.sampled_from(["caf%C3%A9", "café", "cafe\u0301", "a%20b", "a%2Fb", "%41", "%ff", "x%3Fy", "%C3%9F", "ß", "SS"]),
).filter(lambda piece: piece not in (".", ".."))
IRIS = st.builds(
    lambda start, parts, query, fragment: start + "/".join(parts) + query + fragment,
    st.sampled_from([BASE, BASE + "id/", "https://other.example/"]),
    st.lists(PIECES, max_size=4),
    st.sampled_from(["", "", "?x=1", "?x=1&y=2", "?"]),
    st.sampled_from(["", "", "#", "#me", "#Me", "#a/b"]),
)


def on_disk(path: str) -> str:
    """What a file system that knows neither capitals nor Unicode forms makes of a path."""
    return unicodedata.normalize("NFC", path).casefold()


@given(IRIS, IRIS)
@example(BASE + "id/item/Q42", BASE + "id/item/q42")
@example(BASE + "id/item/caf%C3%A9", BASE + "id/item/café")
@example(BASE + "id/a-b/c", BASE + "id/a/b-c")
def test_two_things_share_a_document_only_where_they_share_a_request(one: str, other: str) -> None:
    same = on_disk(ADDRESSES.document(one)) == on_disk(ADDRESSES.document(other))
    assert same == (request_of(one) == request_of(other))


@given(IRIS)
def test_a_document_is_a_safe_path(iri: str) -> None:
    path = ADDRESSES.document(iri)
    assert path.isascii()
    assert set(path) <= set("abcdefghijklmnopqrstuvwxyz0123456789-/")
    assert all(part not in ("", "con", "nul") for part in path.split("/"))
    assert len(path) < 200


@given(IRIS)
def test_a_request_is_the_same_however_it_is_escaped(iri: str) -> None:
    asked = request_of(iri)
    assert request_of(asked) == asked
    assert request_of(quote(iri.partition("#")[0], safe="/:?#[]@!$&'()*+,;=~%")) == asked
    assert "#" not in asked


@pytest.mark.parametrize(
    ("iri", "asked"),
    [
        ("https://ex.org/a/./b/../c", "https://ex.org/a/c"),
        ("https://ex.org/../c", "https://ex.org/c"),
        ("https://ex.org/a/..", "https://ex.org/"),
        ("https://ex.org/a/%2e%2E/b", "https://ex.org/b"),
        ("https://ex.org/a?x=/../b", "https://ex.org/a?x=/../b"),
        ("https://ex.org/a%2fb%c3%a9", "https://ex.org/a%2Fbé"),
        ("https://ex.org/%ff%41#x", "https://ex.org/%FFA"),
        ("urn:isbn:1#x", "urn:isbn:1"),
    ],
)
def test_what_is_asked_for(iri: str, asked: str) -> None:
    assert request_of(iri) == asked


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        ("id/org/lacnic", "doc/org/lacnic"),
        ("id/org/lacnic#office", "doc/org/lacnic"),
        ("id/claim-kind/opinion", "doc/claim-kind/opinion"),
    ],
)
def test_a_plain_name_stays(iri: str, path: str) -> None:
    assert ADDRESSES.document(BASE + iri) == path


@pytest.mark.parametrize(
    ("iri", "page"),
    [
        (BASE + "ns", ("ns", "")),
        (BASE + "ns#Thing", ("ns", "Thing")),
        (BASE + "id/page/one#me", ("doc/page/one", "me")),
        (BASE + ".well-known/genid/1", None),
        ("https://elsewhere.example/x", None),
    ],
)
def test_where_an_iri_is_told(iri: str, page: tuple[str, str] | None) -> None:
    assert ADDRESSES.page(iri) == page


def test_a_vocabulary_called_like_a_page_of_the_site_takes_no_page_of_it() -> None:
    assert PAGES >= TAKEN
    for word in PAGES:
        addresses = Addresses(dataclasses.replace(CONFIG, addresses=Settings(BASE, vocabulary=word)))
        assert addresses.vocabulary_path().startswith("doc/other/")


def test_two_requests_at_one_path_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Addresses, "document", lambda self, iri: "doc/thing/same")
    with pytest.raises(UserError, match="map to one page"):
        Addresses(dataclasses.replace(CONFIG)).check_unique([BASE + "a", BASE + "b"])


GRAPHS = st.builds(
    lambda start, parts: start + "/".join(parts),
    st.sampled_from([BASE + "graph/", BASE + "graph/source/", BASE + "graph/data/", BASE, "https://other.example/"]),
    st.lists(st.one_of(st.text("ab-0", min_size=1, max_size=4), PIECES), min_size=1, max_size=3),
)
CLASSES = st.builds(
    str.__add__,
    st.sampled_from([BASE + "ns#", "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2004/02/skos/core#", "urn:x:"]),
    st.one_of(st.text("ABab0-_é", min_size=1, max_size=6), st.sampled_from(["Concept", "Person", "Con", "Links"])),
)
TERMS = st.builds(
    str.__add__,
    st.sampled_from(["http://example.com/", "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2004/02/skos/core#"]),
    st.text("ABab0-_.", min_size=1, max_size=5),
)
SPACES = st.builds(
    lambda scheme, host: f"{scheme}://{host}/",
    st.sampled_from(["http", "https"]),
    st.text("ab-.:0", min_size=1, max_size=6),
)


@pytest.mark.parametrize(
    ("make", "texts"),
    [
        (ADDRESSES.graph_slug, GRAPHS),
        (ADDRESSES.class_slug, CLASSES),
        (ADDRESSES.term_slug, TERMS),
        (ADDRESSES.space_slug, SPACES),
        (ADDRESSES.heading_slug, st.one_of(CLASSES, st.sampled_from(["more", "readings", BASE + "shapes#More"]))),
        (anchor, st.one_of(GRAPHS, st.text("aB1- é", min_size=1, max_size=5))),
    ],
    ids=["graph", "class", "term", "space", "heading", "anchor"],
)
def test_no_two_have_one_name(make: Callable[[str], str], texts: st.SearchStrategy[str]) -> None:
    """For names of files, on any file system; and a name made from one text alone cannot depend on others."""

    @settings(max_examples=200)
    @given(st.lists(texts, unique=True, max_size=12))
    def check(some: list[str]) -> None:
        fold = on_disk if make in (ADDRESSES.graph_slug, ADDRESSES.class_slug) else str
        assert len({fold(make(text)) for text in some}) == len(some)

    check()


@pytest.mark.parametrize(
    ("make", "what", "name"),
    [
        (ADDRESSES.graph_slug, BASE + "graph/source/report-2020", "source-report-2020"),
        (ADDRESSES.graph_slug, BASE + "graph/my-data", "my-data"),
        (ADDRESSES.graph_slug, BASE + "graph/data/people", "data-people"),
        (ADDRESSES.graph_slug, BASE + "graph/data-people", "ex-org-graph-data-people-[0-9a-f]{12}"),
        (ADDRESSES.graph_slug, BASE + "graph/all", "ex-org-graph-all-[0-9a-f]{12}"),
        (ADDRESSES.class_slug, BASE + "ns#EventSeries", "event-series"),
        (ADDRESSES.class_slug, "http://www.w3.org/2004/02/skos/core#ConceptScheme", "concept-scheme"),
        (ADDRESSES.class_slug, "http://schema.org/Person", "person-[0-9a-f]{12}"),
        (ADDRESSES.class_slug, BASE + "ns#Person", "person-[0-9a-f]{12}"),
        (ADDRESSES.term_slug, "http://www.w3.org/2004/02/skos/core#prefLabel", "skos-prefLabel"),
        (ADDRESSES.space_slug, "http://www.wikidata.org/", "http-www-wikidata-org"),
        (anchor, "13", "p13"),
    ],
)
def test_plain_names_stay_and_others_say_what_they_stand_for(make: Callable[[str], str], what: str, name: str) -> None:
    assert re.fullmatch(name, make(what))
