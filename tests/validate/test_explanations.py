"""Every code is explained by an edit that gives it and one that does not; docs/findings.md is made of the same text."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from slips import RICH, RICH_TOML, made_of, said

from ecoop_ld.validate.codes import BY_NAME, STAGES, TABLE
from ecoop_ld.validate.explanations import Explanation, explain, explanations

ROOT = Path(__file__).parents[2]
IN_WORDS = frozenset({"unreadable", "iri-length", "shapes-broken", "ontology-extra", "no-inverses"})
"""Codes whose examples are said in words, for they are no edit of a few lines; test_validate.py has a case of each."""


def edited(code: str, told: Explanation, text: str) -> dict[str, str]:
    before = {**RICH, "ecoop.toml": RICH_TOML.partition("[lint]")[0] + '[lint]\nhomepage = "note"\n'}
    if code == "lint-code":
        before["ecoop.toml"] = RICH_TOML
    if code in ("prefix-clash",):
        text += "\n"
    content = before.get(told.file, "")
    if told.good and told.good in content:
        before[told.file] = content.replace(told.good, text, 1)
    elif told.file.startswith("site/queries/") or told.file.endswith((".rdf", ".jsonld", ".csv", "en.toml")):
        before[told.file] = text
        if not text:
            del before[told.file]
    else:
        before[told.file] = f"{content}{text}\n"
    return before


@pytest.mark.parametrize("code", sorted(set(BY_NAME) - IN_WORDS))
def test_the_bad_example_gives_the_code_and_the_good_one_does_not(code: str, tmp_path: Path) -> None:
    told = explanations()[code]
    bad = [f for f in said(made_of(tmp_path / "bad", edited(code, told, told.bad)), skipped=True) if f.code == code]
    clean = [
        f for f in said(made_of(tmp_path / "clean", edited(code, told, told.good)), skipped=True) if f.code == code
    ]
    assert len(bad) > len(clean)


def test_every_code_says_why_it_matters() -> None:
    assert set(explanations()) == set(BY_NAME)
    for code, told in explanations().items():
        assert re.fullmatch(r"[A-Z].*\.", told.why), code
        assert told.file, code


def test_explaining() -> None:
    text = explain("dangling")
    assert text.startswith("dangling (warning)\n")
    for part in ("Wrong, in data/bodies.ttl:", "    ex:participant body:lacnik ;", "Right:", "[lint] dangling ="):
        assert part in text
    assert "cannot be given another severity" in explain("syntax")
    with pytest.raises(KeyError):
        explain("nothing")


HEADS = {
    "syntax": ("Syntax, settings and queries", "Reading the files, the settings and the texts of queries. Where a slip of syntax cannot be mended for the sake of the rest, only lexical forms are checked beside it."),
    "lexical": ("Lexical forms", "Literals, one by one. The validator cannot do this: rdflib rewrites ill-formed literals, and pySHACL lets some pass."),
    "terms": ("Terms, prefixes and IRIs", "IRIs and prefixes as they are written, in data, shapes, queries and settings."),
    "shapes": ("Shapes", "The shapes themselves. A violation here means that SHACL does not run, because its silence would mean nothing."),
    "vocabulary": ("Vocabulary and concepts", "The ontology, in the words of FOOPS!, OOPS! and LOV, and concepts by the integrity conditions of SKOS."),
    "shacl": ("SHACL", "The data against the shapes. Each finding has the name of its shape, in lower case with hyphens, as its code: a rule in `exsh:StakeholderGroup` reports as `stakeholder-group`."),
    "queries": ("Answers", "What rules, questions and views find in the data. They are asked where nothing else is wrong that would change their answers."),
}  # fmt: skip


def tables() -> str:
    parts = []
    for stage in STAGES:
        title, text = HEADS[stage]
        rows = [f"| `{row.name}` | {row.severity.label} | {row.meaning} |" for row in TABLE if row.stage == stage]
        parts += [f"## {title}", text, "\n".join(["| code | severity | meaning |", "|---|---|---|", *rows])]
    for row in TABLE:
        told = explanations()[row.name]
        shown = {"wrong": told.bad.replace("\ufeff", "\\uFEFF"), "right": told.good}
        parts += [f"### `{row.name}`", f"{row.meaning} {told.why} In `{told.file}`:"]
        parts += [f"```text\n# {word}\n{text or '(nothing)'}\n```" for word, text in shown.items()]
    return "\n\n".join(parts) + "\n"


def test_the_page_is_made_of_the_same_text() -> None:
    """Rewritten with ``ECOOP_REWRITE_GOLDEN=1``."""
    page = ROOT / "docs/findings.md"
    head, mark, _ = page.read_text(encoding="utf-8").partition(
        "<!-- made by tests/validate/test_explanations.py -->\n\n"
    )
    if os.environ.get("ECOOP_REWRITE_GOLDEN"):
        page.write_text(head + mark + tables(), encoding="utf-8")
    assert mark
    assert page.read_text(encoding="utf-8") == head + mark + tables()
