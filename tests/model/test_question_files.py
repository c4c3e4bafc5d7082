"""Files of questions: header and text."""

from __future__ import annotations

from ecoop_ld.model import questions


def test_a_question_is_read_with_its_header() -> None:
    text = "# title: Who?\n# title.es: ¿Quién?\n# kind: lookup\n\nSELECT * { ?s ?p ?o } # not a header\n"
    found = questions.parse("q1", text)
    assert found.title == {"en": "Who?", "es": "¿Quién?"}
    assert found.header["kind"] == "lookup"
    assert found.text == "SELECT * { ?s ?p ?o } # not a header\n"
    assert questions.in_language(found.title, "pt") == "Who?"
