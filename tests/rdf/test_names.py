"""Prefixed names and IRIs."""

from __future__ import annotations

import pytest

from ecoop_ld.rdf import names


def test_names() -> None:
    prefixes = {"a": "http://a/", "ab": "http://a/b#"}
    assert names.expand("a:x", prefixes) == "http://a/x"
    assert names.expand("<urn:x>", prefixes) == "urn:x"
    assert names.expand("https://x/y", prefixes) == "https://x/y"
    assert names.compact("http://a/b#c", prefixes) == "ab:c"
    assert names.compact("http://a/b/c", prefixes) == "http://a/b/c"
    with pytest.raises(KeyError, match="zz"):
        names.expand("zz:x", prefixes)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ClaimKind", "claim-kind"),
        ("claimKind2Of", "claim-kind2-of"),
        ("HTTPRange", "http-range"),
        ("ORCID", "orcid"),
        ("E21_Person", "e21-person"),
        ("-a.B_ c/", "a-b-c"),
        ("概念", ""),
    ],
)
def test_names_with_hyphens(name: str, words: str) -> None:
    assert names.kebab(name) == words
