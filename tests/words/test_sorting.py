"""One order for all lists: numbers, dates, then texts by the alphabet of the language."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from conftest import need

from ecoop_ld.rdf import names
from ecoop_ld.words import sorting

XSD = names.XSD


@pytest.fixture(params=["icu", "plain"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """With ICU, and as it is without."""
    if request.param == "plain":
        monkeypatch.setattr(sorting, "icu", None)
    else:
        need(sorting.icu, "PyICU")
    sorting._collated.cache_clear()
    yield request.param
    sorting._collated.cache_clear()


def order(texts: list[str], language: str = "en") -> list[str]:
    shuffled = random.Random(7).sample(texts, len(texts))
    return sorting.ordered(shuffled, language, name=lambda text: text, tie=lambda text: text)


@pytest.mark.parametrize(
    "texts",
    [
        ["13", "13.2", "13.10", "13.10.1", "14"],
        ["Item 2", "Item 10", "item 11"],
        ["A1", "A2", "A10", "B1"],
        ["2", "007", "10"],
        ["abbey", "Ábaco", "able", "Zoo"],
        ["co-op 9", "co-op 10"],
        ["resume", "résumé", "resumes"],
        ["chapter 99999999999999999999", "chapter 100000000000000000000"],
        [""],
    ],
)
def test_names_and_notations_go_naturally(engine: str, texts: list[str]) -> None:
    wanted = ["Ábaco", "abbey", "able", "Zoo"] if "Zoo" in texts else texts
    assert order(texts) == wanted


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("es", ["nube", "nz", "ñandú", "oasis"]),
        ("sv", ["zebra", "ål", "ärta", "öl"]),
        ("de", ["Adler", "Äpfel", "Arzt"]),
        ("da", ["zebra", "æble", "øl", "ål"]),
        ("ru", ["ёлка", "ель", "жук"]),
        ("ar", ["أب", "باب", "ياسمين"]),
        ("zh", ["北京", "上海", "中国"]),
    ],
)
def test_each_language_has_its_alphabet(language: str, texts: list[str]) -> None:
    need(sorting.icu, "PyICU")
    assert order(texts, language) == texts


def test_the_same_names_stand_apart_in_another_language() -> None:
    need(sorting.icu, "PyICU")
    assert order(["ål", "zebra"], "en") == ["ål", "zebra"]
    assert order(["ål", "zebra"], "sv") == ["zebra", "ål"]


def test_literals_go_by_size_and_time_and_before_texts(engine: str) -> None:
    values = [
        ("-7", "integer"),
        ("-1.5E0", "double"),
        ("1.10", "decimal"),
        ("1.9", "decimal"),
        ("10", "integer"),
        ("-0043", "gYear"),
        ("0009-01-01", "date"),
        ("2008", "gYear"),
        ("2008-02-07", "date"),
        ("2008-02-07T04:00:00Z", "dateTime"),
        ("12345-01-01", "date"),
        ("3 apples", "string"),
        ("apples", "string"),
        ("NaN", "double"),
    ]
    shuffled = random.Random(3).sample(values, len(values))
    assert sorted(shuffled, key=lambda v: sorting.key(v[0], "en", XSD + v[1])) == values


def test_what_is_called_the_same_is_told_apart_by_its_iri(engine: str) -> None:
    things = [("Same", f"https://e.example/{n}") for n in range(9)]
    for seed in range(3):
        shuffled = random.Random(seed).sample(things, len(things))
        assert sorting.ordered(shuffled, "en", name=lambda t: t[0], tie=lambda t: t[1]) == things


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Ábaco", "A"),
        ("«éclair»", "E"),
        ("3 apples", "#"),
        ("…", "#"),
        ("", "#"),
        ("жук", "Ж"),
        ("Ωmega", "Ω"),
        ("中国", "#"),
    ],
)
def test_a_name_stands_under_a_letter(engine: str, text: str, letter: str) -> None:
    assert sorting.letter(text, "en") == letter


@pytest.mark.parametrize(("language", "text", "letter"), [("es", "ñandú", "Ñ"), ("sv", "ål", "Å"), ("zh", "中国", "Z")])
def test_letters_are_those_of_the_language(language: str, text: str, letter: str) -> None:
    need(sorting.icu, "PyICU")
    assert sorting.letter(text, language) == letter


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2008", (2008, 0, 0, 0, 0, 0)),
        ("-0043-03-15", (-43, 3, 15, 0, 0, 0)),
        ("2003/2005", (2003, 0, 0, 0, 0, 0)),
        ("x", ()),
    ],
)
def test_a_date_as_numbers(date: str, moment: tuple[int, ...]) -> None:
    assert sorting.moment(date) == moment
