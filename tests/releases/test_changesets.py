"""What releases changed: the word for it, and several changes put together."""

from __future__ import annotations

import pytest

from ecoop_ld.rdf.names import DCTERMS, OWL, RDF, RDFS
from ecoop_ld.releases import changesets
from ecoop_ld.releases.diff import Change, Diff, EntityChange

DEPRECATED, REPLACED, TYPE, LABEL = OWL + "deprecated", DCTERMS + "isReplacedBy", RDF + "type", RDFS + "label"
TRUE = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
A = "<http://e/a>"


def changed(kind: str, *rows: tuple[str, tuple[str, ...], tuple[str, ...]]) -> EntityChange:
    """Rows: predicate, what was removed, what was added."""
    return EntityChange("http://e/x", kind, tuple(Change(*row) for row in rows))


@pytest.mark.parametrize(
    ("entity", "word"),
    [
        (changed("changed", (LABEL, (), ('"a"',))), "changed"),
        (changed("added", (LABEL, (), ('"a"',))), "added"),
        (changed("removed", (LABEL, ('"a"',), ())), "removed"),
        (changed("changed", (DEPRECATED, (), (TRUE,))), "withdrawn"),
        (changed("changed", (DEPRECATED, (), ('"false"',))), "changed"),
        (changed("changed", (DEPRECATED, (TRUE,), ())), "changed"),
        (changed("changed", (DEPRECATED, (), (TRUE,)), (REPLACED, (), (A,))), "replaced"),
        (changed("changed", (TYPE, (A,), ()), (REPLACED, (), (A,))), "replaced"),
        (changed("changed", (REPLACED, (), (A,))), "changed"),  # it lives on beside its successor
        (changed("changed", (TYPE, (A,), ())), "changed"),
        (changed("changed", (DEPRECATED, (), (TRUE,)), (REPLACED, (A,), ())), "withdrawn"),
    ],
)
def test_one_word_for_what_happened(entity: EntityChange, word: str) -> None:
    assert changesets.word(entity) == word


def test_successors_are_what_came() -> None:
    found = changed("changed", (REPLACED, ("<http://e/old>",), (A, '"text"', "<http://e/b>")), (LABEL, (), (A,)))
    assert changesets.successors(found) == ["http://e/a", "http://e/b"]


def difference(removed: str, added: str, before: str, after: str) -> Diff:
    """Words are statements about the entity of their first letter; ``before`` and ``after``: entities."""

    def lines(words: str) -> tuple[str, ...]:
        return tuple(f"<http://e/{word[0]}> <http://e/p> <http://e/{word}> ." for word in sorted(words.split()))

    return Diff(
        lines(removed), lines(added), frozenset(f"<http://e/{c}>" for c in before), frozenset(f"<http://e/{c}>" for c in after)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (("", "a1", "", "a"), ("", "b1", "", "b"), ("", "a1 b1", "", "ab")),
        (("", "a1", "", "a"), ("a1", "", "a", ""), ("", "", "", "")),
        (("a1", "", "a", ""), ("", "a1", "", "a"), ("", "", "a", "a")),
        (("a1", "a2", "a", "a"), ("a2", "a3", "a", "a"), ("a1", "a3", "a", "a")),
        (("a1", "", "a", "a"), ("", "b1", "a", "ab"), ("a1", "b1", "a", "ab")),
    ],
)
def test_two_changes_are_one(first: tuple[str, ...], second: tuple[str, ...], joined: tuple[str, ...]) -> None:
    assert changesets.joined(difference(*first), difference(*second)) == difference(*joined)
    assert changesets.joined(difference(*first), changesets.NOTHING).added == difference(*first).added
