"""Properties whose ends meet, as far as the vocabulary says what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ONTOLOGY, checked

USED_BY = """
ex:usedBy a owl:ObjectProperty ; rdfs:label "used by"@en ; rdfs:comment "For a test."@en ;
  rdfs:isDefinedBy <https://example.org/ns> ; vs:term_status "testing" ; owl:inverseOf ex:uses {} .
<http://x/Tool> rdfs:subClassOf ex:Tool .
"""
"""The other property leads from ``ex:Thing`` to ``ex:Tool``, which is a kind of thing."""


@pytest.mark.parametrize(
    ("ends", "wrong"),
    [
        ("", False),  # nothing is said: nothing is wrong
        ("; rdfs:domain ex:Tool", False),
        ("; rdfs:range ex:Thing", False),
        ("; rdfs:domain ex:Thing ; rdfs:range ex:Tool", False),  # above and below fit
        ("; rdfs:domain <http://x/Tool>", False),
        ("; rdfs:domain <http://x/Other>", True),
        ("; rdfs:range <http://x/Other>", True),
        ("; rdfs:domain <http://x/Other> , ex:Tool", False),
    ],
)
def test_inverse_properties_lead_back(tmp_path: Path, ends: str, wrong: bool) -> None:
    report = checked(tmp_path, {"ontology/ns.ttl": ONTOLOGY + USED_BY.format(ends)})
    assert ("wrong-inverse" in {finding.code for finding in report.findings}) == wrong, report.as_json()
