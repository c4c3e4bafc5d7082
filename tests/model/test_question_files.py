"""Files of questions: header and text."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import FILES, make_project

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.model import questions
from ecoop_ld.words.texts import in_language


def test_a_question_is_read_with_its_header() -> None:
    text = "# title: Who?\n# title.es: ¿Quién?\n# kind: lookup\n\nSELECT * { ?s ?p ?o } # not a header\n"
    found = questions.parse("q1", text)
    assert found.title == {"en": "Who?", "es": "¿Quién?"}
    assert found.header["kind"] == "lookup"
    assert found.text == "SELECT * { ?s ?p ?o } # not a header\n"
    assert in_language(found.title, "pt") == "Who?"


def test_a_question_may_leave_out_the_prefixes_of_the_project_and_gets_them(tmp_path: Path) -> None:
    text = "# title: How large?\nPREFIX own: <http://own/>\nSELECT * { ?s ex:size ?n ; own:p ?o ; nobody:knows ?x }"
    (found,) = questions.load(config.load(make_project(tmp_path, {**FILES, "site/queries/large.rq": text})))
    assert found.text.splitlines()[:2] == ["PREFIX ex: <https://example.org/ns#>", "PREFIX own: <http://own/>"]
    assert "nobody: <" not in found.text


@pytest.mark.parametrize("name", ["Who.rq", "who is it.rq", "-who.rq", "wer_ist.rq", "qué.rq", f"{'a' * 101}.rq"])
def test_a_question_has_a_name_that_an_address_can_hold(tmp_path: Path, name: str) -> None:
    settings = config.load(make_project(tmp_path, {**FILES, f"site/queries/{name}": "ASK {}"}))
    with pytest.raises(UserError, match="lower-case letters, digits and hyphens") as caught:
        questions.load(settings)
    assert caught.value.place
    assert caught.value.place.file == f"site/queries/{name}"


def test_questions_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = {f"site/queries/{name}.rq": "ASK {}\n" for name in ("q2", "q10", "a-b", "0", "a" * 100)}
    found = questions.load(config.load(make_project(tmp_path, {**FILES, **files})))
    assert [question.name for question in found] == ["0", "a-b", "a" * 100, "q10", "q2"]


def test_a_question_in_another_encoding_is_said_to_be(tmp_path: Path) -> None:
    settings = config.load(make_project(tmp_path, {**FILES, "site/queries/q.rq": b"# title: \xe9\nASK {}"}))
    with pytest.raises(UserError, match="Not UTF-8"):
        questions.load(settings)
