"""What is written at a place of a text."""

from __future__ import annotations

import pytest

from ecoop_ld.editor.cursor import token_end, unfinished_at, written_at

TEXT = """@prefix ex: <https://example.org/ns#> .
@base <https://example.org/id/> .
<tool/saw> a ex:Tool ; ex:note "ex:Thing in a text"@en ; # ex:Thing in a comment
    ex:fits ex:\\~odd, <https://example.org/id/tool/é> .
"""
EX = "https://example.org/ns#"
KNOWN = {"skos": "http://www.w3.org/2004/02/skos/core#"}


@pytest.mark.parametrize(
    ("at", "iri"),
    [
        ("ex:Tool", EX + "Tool"),
        ("a ex:", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ("<tool/saw>", "https://example.org/id/tool/saw"),
        ("ex:fits", EX + "fits"),
        ("ex:\\~odd", EX + "~odd"),
        ("<https://example.org/id/tool/é>", "https://example.org/id/tool/é"),
        ("Thing in a text", None),
        ("Thing in a comment", None),
    ],
)
def test_the_iri_under_the_cursor(at: str, iri: str | None) -> None:
    start = TEXT.index(at)
    found = written_at(TEXT, start + (1 if at.startswith(("ex:", "<")) else 0), KNOWN)
    assert (found and found.iri) == iri


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("    ex:", ("ex", EX, "")),
        ("    ex:To", ("ex", EX, "To")),
        ("<a> skos:pref", ("skos", KNOWN["skos"], "pref")),
        ("<a> none:pref", None),
        ('<a> ex:p "ex:T', None),
        ("<https:", None),
        ("ex:Tool ", None),
    ],
)
def test_the_name_that_is_being_written(line: str, found: tuple[str, str, str] | None) -> None:
    text = "PREFIX ex: <https://example.org/ns#>\n" + line
    made = unfinished_at(text, len(text), KNOWN)
    assert (made and (made.prefix, made.namespace, made.local)) == found


def test_a_mark_ends_with_the_term_or_the_line() -> None:
    text = 'ex:a ex:b "c d" ;\n'
    assert text[5 : token_end(text, 5)] == "ex:b"
    assert text[10 : token_end(text, 10)] == '"c d"'
    assert text[4 : token_end(text, 4)] == ' ex:b "c d" ;'
