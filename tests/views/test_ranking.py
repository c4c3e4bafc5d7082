"""What a search puts first: acronyms and names before texts, accents and a slip or two forgiven."""

from __future__ import annotations

import pytest

from ecoop_ld.views.index import Record
from ecoop_ld.views.ranking import LONGEST, Ranking, slips


def record(title: str, *names: str, text: str = "", weight: int = 1, kind: str = "Thing", named: bool = True) -> Record:
    slug = title.lower().replace(" ", "-")
    return Record(title, kind, (f"doc/{kind.lower()}/{slug}", ""), names, text, weight, named)


RECORDS = (
    record("LACNIC", "Registro de Direcciones", weight=300, kind="Org"),
    record("LACIGF", weight=20, kind="Org"),
    record("CTU agreement", weight=90),
    record("Caribbean Telecommunications Union", "CTU", weight=10, kind="Org"),
    record("Information Society Summit World", weight=5),
    record("World Summit on the Information Society", weight=3),
    record("Raúl Echeberría", weight=40, kind="Person"),
    record("Letter to Raúl Echeberría", weight=2),
    record("IGF 2006", weight=9),
    record("IGF 2007", weight=9),
    record("A claim of CTU", text="The union in the Caribbean signed with LACNIC.", kind="Claim", named=False),
    record("Another", text="Nothing but an old sentence about balloons, red ones above all."),
)
RANKING = Ranking(RECORDS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("LACNIC", "LACNIC"),
        ("lac", "LACNIC"),
        ("laci", "LACIGF"),
        ("ctu", "Caribbean Telecommunications Union"),
        ("ctu agree", "CTU agreement"),
        ("WSIS", "World Summit on the Information Society"),
        ("summit world information society", "Information Society Summit World"),
        ("raul echeberria", "Raúl Echeberría"),
        ("Echeverria", "Raúl Echeberría"),
        ("lacknic", "LACNIC"),
        ("lancic", "LACNIC"),
        ("carribean telecomunications", "Caribbean Telecommunications Union"),
        ("igf2007", "IGF 2007"),
        ("registro de direcciones", "LACNIC"),
        ("signed with lacnic", "A claim of CTU"),
        ("baloons", "Another"),
        ("https://example.org/id/org/lacigf", "LACIGF"),
        ("https://example.org/doc/org/lacigf", "LACIGF"),
    ],
)
def test_what_was_meant_stands_first(typed: str, first: str) -> None:
    assert RANKING.find(typed).hits[0].record.title == first


def test_a_year_is_never_a_slip_and_a_short_word_neither() -> None:
    assert [hit.record.title for hit in RANKING.find("IGF 2006").hits] == ["IGF 2006"]
    assert [slips(word) for word in ("igf", "isoc", "2006", "caribbean")] == [0, 1, 0, 2]


@pytest.mark.parametrize("typed", ["", "   ", "?!", "zzzzzz", "x" * 10_000, "a " * 5_000, "\0", "(((", "%"])
def test_what_is_nowhere_is_not_found(typed: str) -> None:
    assert RANKING.find(typed).hits == ()


def test_long_questions_are_read_in_part() -> None:
    assert RANKING.find("lacnic" + " " * LONGEST + "zzz").hits[0].record.title == "LACNIC"


def test_kinds_are_counted_over_all_and_one_can_be_chosen() -> None:
    found = RANKING.find("ctu")
    assert dict(found.kinds) == {"Org": 1, "Thing": 1, "Claim": 1}
    chosen = RANKING.find("ctu", "Claim")
    assert (chosen.count, [hit.record.title for hit in chosen.hits], chosen.kinds) == (
        1,
        ["A claim of CTU"],
        found.kinds,
    )


def test_fewer_are_shown_than_counted() -> None:
    found = RANKING.find("ctu", most=1)
    assert (found.count, len(found.hits)) == (3, 1)


def test_an_excerpt_shows_where_the_words_are() -> None:
    hit = RANKING.find("red balloons").hits[0]
    assert [piece for piece, marked in hit.excerpt if marked] == ["balloons", "red"]
    assert "".join(piece for piece, _ in hit.excerpt) == hit.record.text
    long = record("Long", text="one " * 90 + "needle " + "two " * 90)
    pieces = Ranking([long]).find("needle").hits[0].excerpt
    assert pieces[0] == ("… ", False)
    assert ("needle", True) in pieces
    assert pieces[-1][0].endswith(" …")
    assert len("".join(piece for piece, _ in pieces)) < 200
