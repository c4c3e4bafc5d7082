"""The table of formats: what a file is by its name."""

from __future__ import annotations

import pytest

from ecoop_ld.rdf.formats import content_type


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("manifest.json", "application/json"),
        ("dumps/latest/all.nq", "application/n-quads"),
        ("dumps/latest/all.nq.gz", "application/gzip"),
        (".well-known/void", "text/turtle; charset=utf-8"),
        ("assets/site.css", "text/css; charset=utf-8"),
        ("x.unknown", "application/octet-stream"),
    ],
)
def test_content_types(path: str, kind: str) -> None:
    assert content_type(path) == kind
