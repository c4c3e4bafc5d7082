"""Names made for things: two requests never share a document, on any file system, and no name depends on other data."""

from __future__ import annotations

import dataclasses
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecoop_ld.addresses import Addresses, request_of
from ecoop_ld.config import Addresses as Settings
from ecoop_ld.config import Config, Project
from ecoop_ld.errors import UserError

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


def test_two_requests_at_one_path_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Addresses, "document", lambda self, iri: "doc/thing/same")
    with pytest.raises(UserError, match="map to one page"):
        Addresses(dataclasses.replace(CONFIG)).check_unique([BASE + "a", BASE + "b"])
