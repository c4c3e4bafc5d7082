"""``findings.toml`` → for each code why it matters, with an edit that is right and one that is not."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ecoop_ld.validate.codes import BY_NAME, FIXED


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code, explained."""

    why: str
    """Why it matters, in a sentence."""
    file: str
    """A file in which such a slip is made."""
    good: str
    bad: str


@cache
def explanations() -> dict[str, Explanation]:
    """Code → its explanation; every code has one."""
    text = resources.files("ecoop_ld.validate").joinpath("findings.toml").read_text(encoding="utf-8")
    return {code: Explanation(**table) for code, table in tomllib.loads(text).items()}


def why(code: str) -> str:
    """Why a finding matters; what shapes report under their own names matters as a shape does."""
    return explanations().get(code, explanations()["shacl"]).why


def explain(code: str) -> str:
    """What ``ecoop-ld explain`` prints. Raises ``KeyError`` for a code that no check reports."""
    row, told = BY_NAME[code], explanations()[code]
    switch = "It cannot be given another severity." if code in FIXED else f'Another severity: [lint] {code} = "note"'
    parts = [f"{code} ({row.severity.label})", row.meaning, told.why, f"Wrong, in {told.file}:", _shown(told.bad)]
    return "\n\n".join([*parts, "Right:", _shown(told.good), switch])


def _shown(example: str) -> str:
    return "\n".join(f"    {line}" for line in example.replace("\ufeff", "\\uFEFF").splitlines() or ["(nothing)"])
