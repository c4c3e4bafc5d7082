"""The words of the pages: whole in nine languages, right for every number, and English where there are none, with its tag."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from babel import Locale

import ecoop_ld
from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.site.foreign import tagged
from ecoop_ld.words import locales
from ecoop_ld.words.messages import ENGLISH, Messages, Words, faults, messages, of_the_toolkit, packaged

LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "ar", "zh", "ru")
STARTER = Path(ecoop_ld.__file__).parent / "projects" / "starter"
SAME = {
    "es": "editorial iri no sparql",
    "pt": "classes count_classes editorial iri latitude longitude sparql",
    "fr": "all_pages classes concepts count_classes count_documents date documentation format iri latitude licence longitude note opinion pictures_kind queries severity_info severity_note severity_violation source sparql version",
    "de": "editor_raw editor_took format front graph iri sparql status version",
    "it": "editor_took file iri no sparql",
    "ar": "iri sparql",
    "zh": "iri sparql",
    "ru": "iri sparql",
}
"""Texts that a language has in common with English."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The starter, in a language of its own."""
    shutil.copytree(STARTER, tmp_path / "p")
    file = tmp_path / "p" / config.FILE
    text = file.read_text(encoding="utf-8")
    text = text.replace('languages = ["en"]', 'languages = ["en", "sv"]')
    file.write_text(text, encoding="utf-8")
    (tmp_path / "p" / "site" / "messages").mkdir(parents=True)
    return tmp_path / "p"


def own(project: Path, text: str, language: str = "sv") -> Messages:
    (project / "site" / "messages" / f"{language}.toml").write_text(text, encoding="utf-8")
    return messages(config.load(project), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_with_its_placeholders_and_plural_forms(language: str) -> None:
    table = packaged(language)
    assert set(table) == set(packaged(ENGLISH))
    assert {key: found for key, value in table.items() if (found := list(faults(key, value, language)))} == {}
    wanted = {"other", *Locale.parse(language).plural_form.tags}
    forms = {key: set(value) for key, value in table.items() if isinstance(packaged(ENGLISH)[key], dict)}
    assert forms
    assert {key: found for key, found in forms.items() if found != wanted} == {}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_text_is_left_in_english(language: str) -> None:
    english, table = packaged(ENGLISH), packaged(language)
    same = {key for key in english if table[key] == english[key] and any(c.isalpha() for c in str(table[key]))}
    assert same == set(SAME[language].split())


def test_no_key_hides_behind_an_attribute() -> None:
    assert [key for key in packaged(ENGLISH) if hasattr(Messages, key)] == []


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 0, "0 things"),
        ("en", 1, "1 thing"),
        ("en", 12345, "12,345 things"),
        ("es", 1, "1 elemento"),
        ("es", 1234, "1.234 elementos"),
        ("es", 1_000_000, "1.000.000 de elementos"),
        ("pt", 2, "2 itens"),
        ("fr", 0, "0 élément"),
        ("fr", 1234, "1\u202f234 éléments"),
        ("de", 1, "1 Eintrag"),
        ("de", 1234, "1.234 Einträge"),
        ("it", 21, "21 elementi"),
        ("ar", 0, "لا عناصر"),
        ("ar", 1, "عنصر واحد"),
        ("ar", 2, "عنصران"),
        ("ar", 3, "3 عناصر"),
        ("ar", 11, "11 عنصرًا"),
        ("ar", 100, "100 عنصر"),
        ("ar", 103, "103 عناصر"),
        ("zh", 1, "1 个条目"),
        ("ru", 1, "1 объект"),
        ("ru", 3, "3 объекта"),
        ("ru", 11, "11 объектов"),
        ("ru", 21, "21 объект"),
        ("ru", 22, "22 объекта"),
        ("ru", 1005, "1\u00a0005 объектов"),
    ],
)
def test_a_number_takes_the_form_that_its_language_wants(language: str, number: int, said: str) -> None:
    assert of_the_toolkit(language).counted("things_count", number) == said


def test_a_project_adds_a_language_and_what_it_lacks_is_english(project: Path) -> None:
    t = own(project, 'explore = "Utforska"\nthings_count = { one = "{n} sak", other = "{n} saker" }\n')
    assert (t["explore"], t["explore"].language) == ("Utforska", "")
    assert (t["download"], t["download"].language) == ("Download", "en")
    assert [t.counted("things_count", n) for n in (1, 2)] == ["1 sak", "2 saker"]
    assert (t.counted("rows", 1), t.counted("rows", 1).language) == ("1 row", "en")


def test_a_project_changes_single_texts_of_a_language_that_is_there(project: Path) -> None:
    t = own(project, 'explore = "Look around"\n', "en")
    assert (t["explore"], t["download"]) == ("Look around", "Download")


def test_a_changed_file_is_read_again(project: Path) -> None:
    assert own(project, 'explore = "Utforska"\n')["explore"] == "Utforska"
    assert own(project, 'explore = "Upptäck mer"\n')["explore"] == "Upptäck mer"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('explroe = "x"', "explroe: no page has such a text"),
        ("explore = 1", "explore: a text is wanted"),
        ('explore = { other = "x" }', "explore: a text is wanted"),
        ('page_of = "sida {n}"', "page_of: its text needs {m} and {n}"),
        ('explore = "Utforska {n}"', "explore: its text needs no {placeholder}"),
        (
            'rows = { one = "{n} rad" }',
            'rows: a text is wanted, or a table of texts by plural category with one for "other"',
        ),
        ('rows = { single = "{n} rad", other = "{n} rader" }', "rows: a plural category is one of zero, one"),
        ('rows = { one = "en rad", other = "rader" }', "rows: its text for other needs {n}"),
        ("explore = ", "Not readable as TOML"),
    ],
)
def test_a_bad_file_is_told_of_by_name_and_key(project: Path, text: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        own(project, text)
    assert told in str(caught.value)
    assert "site/messages/sv.toml" in str(caught.value)


def test_a_form_for_one_number_alone_may_leave_the_number_out(project: Path) -> None:
    assert own(project, 'rows = { one = "en rad", other = "{n} rader" }').counted("rows", 1) == "en rad"


def test_foreign_words_are_tagged_where_an_element_can_stand_and_bare_where_none_can() -> None:
    word = Words("Down & <load>", "en").__html__()
    page = f'<title>{word}</title><p title="{word}">{word}<br>{word}</p><option>{word}</option><em>x</em>'
    span = '<span class="foreign" lang="en" dir="ltr">Down &amp; &lt;load&gt;</span>'
    bare = "Down &amp; &lt;load&gt;"
    assert tagged(page) == (
        f'<title>{bare}</title><p title="{bare}">{span}<br>{span}</p><option>{bare}</option><em>x</em>'
    )


def test_data_with_the_marks_of_foreign_words_makes_no_element_that_is_not_closed() -> None:
    assert tagged("<p>\ufdd0a</p><p>b\ufdd1</p>") == "<p>a</p><p>b</p>"


@pytest.mark.parametrize(
    ("tag", "name", "direction"),
    [
        ("en", "English", "ltr"),
        ("es", "Español", "ltr"),
        ("ar", "العربية", "rtl"),
        ("fa", "فارسی", "rtl"),
        ("pt-BR", "Português (Brasil)", "ltr"),
        ("az-Arab", "آذربایجان تۆرکجه‌سی (عربجه)", "rtl"),
        ("qaa", "qaa", "ltr"),
    ],
)
def test_a_language_is_called_as_it_calls_itself(tag: str, name: str, direction: str) -> None:
    assert (locales.name(tag), locales.direction(tag)) == (name, direction)
