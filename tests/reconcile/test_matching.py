"""Names as people write them → the things that they mean; what is not in the data is no match."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import ROOT
from projects import FILES, PREFIXES, TOML, make_project

from ecoop_ld import config
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.reconcile import spelling
from ecoop_ld.reconcile.matching import THRESHOLD, Condition, Matcher, NameQuery
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise

BASE = "https://w3id.org/ecoop/id/"


def matcher_of(root: Path) -> Matcher:
    settings = config.load(root)
    loaded = files.load(settings)
    dataset = Dataset(settings, loaded.quads, materialise(settings, loaded.quads))
    return Matcher(dataset, frozenset(settings.iris(settings.pages.plumbing)))


@pytest.fixture(scope="module")
def flagship() -> Matcher:
    return matcher_of(ROOT)


def labelled() -> list[dict[str, str]]:
    with (Path(__file__).parent / "names.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


NAMESAKES = "?"
"""What the list says of a name that several things have: nobody but people can decide."""


@pytest.mark.slow
def test_no_name_is_matched_wrongly_and_hardly_one_is_missed(flagship: Matcher) -> None:
    rows = labelled()
    wrong, missed = [], []
    for row in rows:
        best = next(iter(flagship.candidates(NameQuery(row["name"]))), None)
        found = best.iri.removeprefix(BASE) if best and best.match else ""
        if row["thing"] == NAMESAKES:
            assert best is not None
            found = found or NAMESAKES
        if found and found != row["thing"]:
            wrong.append((row["name"], found))
        elif found != row["thing"]:
            missed.append((row["name"], row["thing"], best))
    wanted = sum(bool(row["thing"]) for row in rows)
    assert len(rows) >= 150
    assert wrong == []
    assert len(missed) <= 0.05 * wanted, "\n".join(map(str, missed))


def test_a_name_that_is_missed_is_a_candidate_all_the_same(flagship: Matcher) -> None:
    for row in labelled():
        if row["thing"] not in ("", NAMESAKES):
            found = [c.iri for c in flagship.candidates(NameQuery(row["name"], limit=5))]
            assert BASE + row["thing"] in found, row["name"]


@pytest.mark.parametrize(
    ("asked", "known", "reading"),
    [
        ("LACNIC", "LACNIC", spelling.SAME),
        ("the internet society", "Internet Society", spelling.FOLDED),
        ("Echeberría, Raúl", "Raúl Echeberría", spelling.REORDERED),
        ("Inter net Society", "Internet Society", spelling.REORDERED),
        ("lacnic", "LACNIC", spelling.ACRONYM),
        ("lacknic", "LACNIC", spelling.ONE_SLIP),
        ("Intenet Society", "Internet Society", spelling.ONE_SLIP),
        ("Carribean Telecomunications Union", "Caribbean Telecommunications Union", spelling.ONE_SLIP - 2),
        ("Straße", "Strasse", spelling.FOLDED),
        ("Łódź", "Lodz", spelling.FOLDED),
        ("Ελλάδα", "Ελλαδα", spelling.FOLDED),
    ],
)
def test_readings(asked: str, known: str, reading: float) -> None:
    assert spelling.nearness(asked, known) == reading


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("APNIC", "LACNIC"),
        ("ITU", "CTU"),
        ("ELAC", "eLAC"),
        ("South America", "North America"),
        ("IGF 2006", "IGF 2007"),
        ("A/RES/70/125", "A/RES/70/152"),
        ("Public sector", "Private sector"),
        ("non-governmental organisations", "governmental organisations"),
        ("", "LACNIC"),
        ("!!!", "LACNIC"),
    ],
)
def test_what_is_near_is_not_the_same(asked: str, known: str) -> None:
    assert spelling.nearness(asked, known) < THRESHOLD


DATA = (
    PREFIXES
    + """
<https://example.org/id/place/springfield-il> a ex:Thing ; skos:prefLabel "Springfield"@en ; ex:state "Illinois" .
<https://example.org/id/place/springfield-ma> a ex:Thing ; skos:prefLabel "Springfield"@en ; ex:state "Massachusetts" .
<https://example.org/id/tool/hammer> a ex:Tool ; skos:prefLabel "Hammer"@en ; skos:altLabel "Marteau"@fr ;
    skos:hiddenLabel "Hamer" ; skos:notation "H-17" ; ex:maker <https://example.org/id/org/forge> .
<https://example.org/id/org/forge> a ex:Thing ; skos:prefLabel "Old Forge"@en .
"""
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return matcher_of(make_project(tmp_path_factory.mktemp("matching"), {**FILES, "data/things.ttl": DATA}))


def test_namesakes_are_left_to_people(small: Matcher) -> None:
    first, second = small.candidates(NameQuery("Springfield"))
    assert first.score == second.score == spelling.SAME
    assert not first.match
    assert not second.match


def test_conditions_tell_namesakes_apart(small: Matcher) -> None:
    known = Condition("https://example.org/ns#state", ("massachusetts",))
    best, other = small.candidates(NameQuery("Springfield", conditions=(known,)))
    assert (best.iri, best.match, other.match) == ("https://example.org/id/place/springfield-ma", True, False)
    required = Condition("https://example.org/ns#state", ("Illinois",), required=True)
    assert [c.iri for c in small.candidates(NameQuery("Springfield", conditions=(required,)))] == [
        "https://example.org/id/place/springfield-il"
    ]
    neither = Condition("https://example.org/ns#state", ("Illinois", "Massachusetts"), True, "none")
    assert small.candidates(NameQuery("Springfield", conditions=(neither,))) == ()


@pytest.mark.parametrize("value", ["https://example.org/id/org/forge", "old forge"])
def test_a_condition_can_be_a_thing_or_its_name(small: Matcher, value: str) -> None:
    best = small.candidates(NameQuery("Hamer", conditions=(Condition("https://example.org/ns#maker", (value,)),)))[0]
    assert best.match
    assert best.agreement == 1


@pytest.mark.parametrize("name", ["marteau", "Hamer", "h-17", "https://example.org/id/tool/hammer"])
def test_every_kind_of_name_counts(small: Matcher, name: str) -> None:
    best = small.candidates(NameQuery(name))[0]
    assert (best.iri, best.match) == ("https://example.org/id/tool/hammer", True)


@pytest.mark.parametrize(
    "name", [" " * 2_000, "a" + " " * 1_990 + "(", "a-b: " * 400, "(" * 1_000 + "x" + ")" * 999, "Hammer " * 280]
)
def test_no_name_takes_long(small: Matcher, name: str) -> None:
    """The time limit of a test would end what takes cubic time."""
    assert all(not c.match for c in small.candidates(NameQuery(name)))


def test_long_names_are_compared_but_not_remembered(small: Matcher) -> None:
    before = spelling._folded.cache_info().currsize
    small.candidates(NameQuery("x" * 1_999))
    assert spelling._folded.cache_info().currsize == before


def test_properties_of_the_project_are_names_where_it_says_so(tmp_path: Path) -> None:
    data = PREFIXES + '<https://example.org/id/org/a> a ex:Thing ; skos:prefLabel "A society"@en ; ex:short "ASOC" .\n'
    told = matcher_of(
        make_project(tmp_path, {**FILES, "data/things.ttl": data}, TOML + '[matching]\nnames = ["ex:short"]\n')
    )
    assert [c.iri for c in told.candidates(NameQuery("ASOC")) if c.match] == ["https://example.org/id/org/a"]


def test_codes_are_not_guessed_at(small: Matcher) -> None:
    assert not any(c.match for c in small.candidates(NameQuery("H-18")))


def test_a_class_leaves_others_out(small: Matcher) -> None:
    assert small.candidates(NameQuery("Hammer", types=("https://example.org/ns#Tool",)))[0].match
    assert small.candidates(NameQuery("Springfield", types=("https://example.org/ns#Tool",))) == ()


def test_beginnings(small: Matcher) -> None:
    assert small.beginning("spring") == (
        "https://example.org/id/place/springfield-il",
        "https://example.org/id/place/springfield-ma",
    )
    assert small.beginning("FORGE") == ("https://example.org/id/org/forge",)
    assert small.beginning("zzz") == ()
    assert len(small.beginning("")) == 4
