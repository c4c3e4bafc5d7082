"""RDF/XML may shorten IRIs with entities; what could unpack without bound is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import FILES, TOML, checked, loaded, make_project

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def document(declared: str, used: str) -> str:
    return (
        f'<?xml version="1.0"?>\n<!DOCTYPE rdf:RDF [\n{declared}\n]>\n<rdf:RDF xmlns:rdf="{RDF}" xmlns:ex="http://x/">\n'
        f'<rdf:Description rdf:about="https://example.org/id/a/b"><ex:p rdf:resource="{used}"/></rdf:Description></rdf:RDF>\n'
    )


def test_plain_ones_are_read(tmp_path: Path) -> None:
    text = document('<!ENTITY owl "http://www.w3.org/2002/07/owl#">\n<!ENTITY x "http://x/">', "&owl;Thing")
    _, sources = loaded(make_project(tmp_path, {**FILES, "data/a.owl": text}))
    assert not sources.findings
    assert any("http://www.w3.org/2002/07/owl#Thing" in str(q.object) for f in sources.files for q in f.quads)


@pytest.mark.parametrize(
    ("declared", "used", "line"),
    [
        ('<!ENTITY a "x"><!ENTITY b "&a;&a;">', "&b;", 3),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;", 3),
        ('<!ENTITY % a "x">', "y", 3),
        ('<!ENTITY % a SYSTEM "http://x/"> %a;', "y", 3),
        (f'<!ENTITY a "{"x" * 900}">', "&a;" * 1000, 0),
    ],
)
def test_others_are_refused(tmp_path: Path, declared: str, used: str, line: int) -> None:
    toml = TOML + "\n[limits]\nsource_bytes = 500000\n"
    report = checked(tmp_path, {**FILES, "data/a.rdf": document(declared, used)}, toml)
    assert [(f.code, f.place and f.place.line) for f in report.findings if f.code == "xml-entities"] == [
        ("xml-entities", line)
    ]
