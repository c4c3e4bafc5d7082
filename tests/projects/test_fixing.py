"""A project with slips → its files without those that can be mended without a doubt."""

from __future__ import annotations

from pathlib import Path

import pytest
from slips import RICH, Slip, made, said

from ecoop_ld.projects import fixing

B = "data/bodies.ttl"
LABEL = 'skos:prefLabel "LACNIC"@en'
MENDED = [
    ("semicolon lost", f"{LABEL} ;", LABEL),
    ("comma for a semicolon", f"{LABEL} ;", f"{LABEL} ,"),
    ("typographic marks", '"LACNIC"@en', "“LACNIC”@en"),
    ("misspelt", 'ex:acronym "LACNIC"', 'ex:acronim "LACNIC"'),
    ("misspelt SKOS", LABEL, LABEL.replace("prefLabel", "preflabel")),
    ("dangling", "ex:participant body:lacnic", "ex:participant body:lacnik"),
    ("namespace", "<http://xmlns.com/foaf/0.1/>", "<https://xmlns.com/foaf/0.1/>"),
    ("own namespace", "<https://example.org/id/body/>", "<http://example.org/id/body/>"),
]


@pytest.mark.parametrize(("old", "new"), [case[1:] for case in MENDED], ids=[case[0] for case in MENDED])
def test_what_is_mended_says_what_was_meant(old: str, new: str, tmp_path: Path) -> None:
    root = made(tmp_path, Slip("", B, old, new, 0, "", "", ""))
    (change,) = fixing.fixes(root)
    assert change.file == B
    diff = change.diff()
    assert diff.startswith(f"--- a/{B}\n+++ b/{B}\n")
    change.write(root)
    assert said(root) == []
    assert fixing.fixes(root) == []


def test_spelling_canonical_forms_and_encodings(tmp_path: Path) -> None:
    more = 'body:citel ex:size 03 ; skos:altLabel "Ein"@de-AT .\n@prefix q: <http://q/> .\n'
    text = RICH[B].replace("The registry", "Le régistre") + more
    root = made(tmp_path, Slip("", B, "", text.encode("latin-1"), 0, "", "", ""))
    (change,) = fixing.fixes(root)
    assert "ex:size 3 ;" in change.after
    assert '"Ein"@de-at' in change.after
    assert "@prefix q:" not in change.after
    assert "Le régistre" in change.after
    change.write(root)
    assert (root / B).read_text(encoding="utf-8") == change.after


@pytest.mark.parametrize(
    "new",
    ["<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x", "{} ; ex:zzzzzz 3"],
    ids=["merge conflict", "nothing near"],
)
def test_what_somebody_has_to_decide_is_left(new: str, tmp_path: Path) -> None:
    old = "    " + LABEL + " ;"
    root = made(
        tmp_path,
        Slip("", B, old, new.replace("{}", old.rstrip(";").rstrip()) + ("" if "<<" in new else " ;"), 0, "", "", ""),
    )
    assert fixing.fixes(root) == []


def test_a_sound_project_has_nothing_to_mend(tmp_path: Path) -> None:
    assert fixing.fixes(made(tmp_path)) == []
