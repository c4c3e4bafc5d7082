"""Dates, durations and numbers, in the words of each language."""

from __future__ import annotations

import pytest

from ecoop_ld.rdf import names
from ecoop_ld.words import dates, values
from ecoop_ld.words.messages import of_the_toolkit

ENGLISH = [
    ("2008", "2008"),
    ("2008-02", "February 2008"),
    ("2008-02-07", "7 February 2008"),
    ("2008-05-01Z", "1 May 2008 UTC"),
    ("12345", "12345"),
    ("0000", "1 BC"),
    ("-0043", "44 BC"),
    ("-0043-03", "March 44 BC"),
    ("-0043-03-15", "15 March 44 BC"),
    ("-0004-02-29", "29 February 5 BC"),
    ("--05-01", "1 May"),
    ("--02-29", "29 February"),
    ("--05", "May"),
    ("2015-08-22T04:00:02+00:00", "22 August 2015, 04:00:02 UTC"),
    ("2015-08-22T04:00:00.000-03:00", "22 August 2015, 04:00 UTC−03:00"),
    ("2015-08-22T04:00:00", "22 August 2015, 04:00"),
    ("13:45:00", "13:45"),
    ("P1Y", "1 year"),
    ("P1Y6M", "1 year and 6 months"),
    ("PT1H30M", "1 hour and 30 minutes"),
    ("-P2D", "−2 days"),
    ("2006-33", "first quarter of 2006"),
    ("2008-21", "spring 2008"),
    ("2003/2008", "2003 – 2008"),
    ("2009/..", "since 2009"),
    ("../2008-12", "until December 2008"),
    ("199X", "1990s"),
    ("1984?", "1984 (uncertain)"),
    ("1984~", "about 1984"),
    ("1984%", "about 1984 (uncertain)"),
    # what is no date, or one that does not exist, stays as written
    ("2007-02-29", "2007-02-29"),
    ("2007-13-01", "2007-13-01"),
    ("2015-08-22T25:00:00Z", "2015-08-22T25:00:00Z"),
    ("P", "P"),
    ("P1YT", "P1YT"),
    ("P99999999Y", "P99999999Y"),
    ("next week", "next week"),
    ("2003/soon", "2003/soon"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "said"), ENGLISH)
def test_english(written: str, said: str) -> None:
    assert dates.words(written, of_the_toolkit("en")) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", ("febrero de 2008", "7 de febrero de 2008", "44 a. C.", "1 de mayo", "1 año y 6 meses")),
        ("pt", ("fevereiro de 2008", "7 de fevereiro de 2008", "44 a.C.", "1 de maio", "1 ano e 6 meses")),
        ("fr", ("février 2008", "7 février 2008", "44 av. J.-C.", "1 mai", "1\u00a0an et 6\u00a0mois")),
        ("de", ("Februar 2008", "7. Februar 2008", "44 v. Chr.", "1. Mai", "1 Jahr und 6 Monate")),
        ("it", ("febbraio 2008", "7 febbraio 2008", "44 a.C.", "1 maggio", "1 anno e 6 mesi")),
        ("ar", ("فبراير 2008", "7 فبراير 2008", "44 ق.م", "1 مايو", "سنة و6 أشهر")),
        ("zh", ("2008年2月", "2008年2月7日", "公元前44年", "5月1日", "1年和6个月")),
        ("ru", ("февраль 2008\u202fг.", "7 февраля 2008\u202fг.", "44\u202fг. до н. э.", "1 мая", "1 год и 6 месяцев")),
    ],
)
def test_other_languages(language: str, said: tuple[str, ...]) -> None:
    t = of_the_toolkit(language)
    found = [dates.words(value, t) for value in ("2008-02", "2008-02-07", "-0043", "--05-01", "P1Y6M")]
    assert [text.replace("\u00a0", " ") for text in found] == [text.replace("\u00a0", " ") for text in said]


@pytest.mark.parametrize(
    ("datatype", "written", "english", "german"),
    [
        ("integer", "2008", "2008", "2008"),
        ("integer", "12345", "12,345", "12.345"),
        ("integer", "-0043", "-0043", "-0043"),
        ("decimal", "3.50", "3.50", "3,50"),
        ("decimal", "1234567.50", "1,234,567.50", "1.234.567,50"),
        ("double", "1.5E3", "1.5E3", "1.5E3"),
        ("double", "INF", "INF", "INF"),
        ("gYear", "-0043", "44 BC", "44 v. Chr."),
        ("string", "2008-02-07", "2008-02-07", "2008-02-07"),
        ("boolean", "true", "yes", "ja"),
        ("boolean", "0", "no", "nein"),
        ("boolean", "maybe", "maybe", "maybe"),
    ],
)
def test_a_literal_is_said_by_its_datatype(datatype: str, written: str, english: str, german: str) -> None:
    found = [values.words(written, names.XSD + datatype, of_the_toolkit(language)) for language in ("en", "de")]
    assert found == [english, german]


def test_an_extended_date_is_known_by_the_name_of_its_datatype() -> None:
    level = "http://id.loc.gov/datatypes/edtf/EDTF-level1"
    assert values.words("2009/..", level, of_the_toolkit("en")) == "since 2009"
