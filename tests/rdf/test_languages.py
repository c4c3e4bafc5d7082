"""Language tags: which of a site's languages a text is in, and which of several texts is the nearest."""

from __future__ import annotations

import pytest

from ecoop_ld.rdf import languages

SITE = ("en", "pt", "pt-BR", "zh-Hant")


@pytest.mark.parametrize(
    ("tag", "served"),
    [
        (None, ""),
        ("", ""),
        ("en", "en"),
        ("EN-us", "en"),
        ("pt", "pt"),
        ("pt-br", "pt-BR"),
        ("pt-BR-x-novo", "pt-BR"),
        ("pt-PT", "pt"),
        ("zh", "zh-Hant"),
        ("zh-Hans-CN", "zh-Hant"),
        ("zh-hant-TW", "zh-Hant"),
        ("de-AT", "de"),
        ("x-private", "x"),
    ],
)
def test_which_language_a_text_is_in(tag: str | None, served: str) -> None:
    assert languages.spoken(tag, SITE) == served


@pytest.mark.parametrize(
    ("texts", "wanted", "tag"),
    [
        (["en", "pt-BR"], ("pt", "en"), "pt-BR"),
        (["en", "pt-PT", "pt"], ("pt-BR", "en"), "pt"),
        (["en", "PT-br", "pt"], ("pt-BR", "en"), "PT-br"),
        (["en", ""], ("de", ""), ""),
        (["en"], ("de", "fr"), None),
        ([], ("de",), None),
    ],
)
def test_the_nearest_text_is_taken(texts: list[str], wanted: tuple[str, ...], tag: str | None) -> None:
    assert languages.nearest(dict.fromkeys(texts, "x"), wanted) == tag


@pytest.mark.parametrize(
    ("written", "better"),
    [("EN", "en"), ("pt_br", "pt-BR"), ("ZH-hANT-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("de-1996", "de-1996"), ("yue", "yue")],
)  # fmt: skip
def test_tags_are_written_as_recommended(written: str, better: str) -> None:
    assert languages.recommended(written) == better
    assert languages.WELL_FORMED.match(better)


@pytest.mark.parametrize(
    "wrong", ["", "EN", "english", "pt_BR", "pt-br", "zh-hant", "e", "en-", "en-US-", "../en", "en\n"]
)
def test_what_is_no_tag_or_written_otherwise_is_refused(wrong: str) -> None:
    assert not languages.WELL_FORMED.match(wrong)
