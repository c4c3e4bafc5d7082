"""IRIs, paths and links: what stands where."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from ecoop_ld import config
from ecoop_ld.addresses import Addresses, relative
from ecoop_ld.rdf.formats import HTML, TURTLE

BASE = "https://w3id.org/ecoop/"


@pytest.fixture(scope="module")
def addresses() -> Addresses:
    return Addresses(config.load(ROOT))


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE + "id/org/lacnic", "doc/org/lacnic"),
        (BASE + "id/claim-kind/reported", "doc/claim-kind/reported"),
        (BASE + "id/org/LACNIC", r"doc/other/.*org-lacnic-[0-9a-f]{20}"),
        (BASE + "id/org/con", r"doc/other/.*org-con-[0-9a-f]{20}"),
        (BASE + "id/org/../../x", r"doc/other/[a-z0-9-]+"),
        (BASE + "id/org/%2e%2e", r"doc/other/[a-z0-9-]+"),
        ("http://elsewhere.example/ñandú?q=1", r"doc/other/elsewhere-example-nandu-q-1-[0-9a-f]{20}"),
        ("urn:x", r"doc/other/urn-x-[0-9a-f]{20}"),
    ],
)
def test_documents(addresses: Addresses, iri: str, path: str) -> None:
    assert re.fullmatch(path, addresses.document(iri))


def test_pages_and_fragments(addresses: Addresses) -> None:
    assert addresses.page(BASE + "ns#Claim") == ("ns", "Claim")
    assert addresses.page(BASE + "id/passage/f071#selector") == ("doc/passage/f071", "selector")
    assert addresses.page("https://example.org/x") is None
    assert addresses.thing_path(BASE + "id/../../etc") == ""
    assert addresses.file("doc/org/lacnic", HTML, "es") == "doc/org/lacnic.es.html"
    assert addresses.file("doc/org/lacnic", HTML, "en") == "doc/org/lacnic.html"
    assert addresses.file("doc/org/lacnic", TURTLE) == "doc/org/lacnic.ttl"


@pytest.mark.parametrize(
    ("here", "there", "link"),
    [("doc/org/a.html", "doc/org/b.html", "../../doc/org/b.html"), ("index.html", "ns.html", "./ns.html"), ("a/b.html", "c d.html", "../c%20d.html")],
)  # fmt: skip
def test_relative_links(here: str, there: str, link: str) -> None:
    assert relative(here, there) == link


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("org/lacnic", True),
        ("claim-kind/reported", True),
        ("org/0", True),
        ("org/" + "a" * 100, True),
        ("org/" + "a" * 101, False),
        ("a" * 50 + "/x", True),
        ("a" * 51 + "/x", False),
        ("0rg/x", False),
        ("org/-x", False),
        ("org/x.y", False),
        ("org/x/y", False),
        ("org/", False),
        ("other/x", False),  # where those without a plain name are
        ("con/x", False),
        ("index/x", False),
        ("org/index", False),
        ("org/nul", False),
        ("org/com1", False),
        ("org/com10", True),
        ("org/other", True),
    ],
)
def test_plain_names_alone_become_paths_as_they_are(addresses: Addresses, name: str, plain: bool) -> None:
    """No two things share a path, and no path means something else to a file system or to a static host."""
    assert (addresses.document(f"{BASE}id/{name}") == f"doc/{name}") == plain
    assert (addresses.thing_path(f"{BASE}id/{name}") == f"id/{name}") == plain
