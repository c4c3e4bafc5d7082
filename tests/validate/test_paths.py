"""Identifiers whose paths a server or a file system would read as something else."""

from __future__ import annotations

import re
from pathlib import Path

from projects import DATA, checked

BASE = "https://example.org/"
DANGEROUS = (
    "id/a/../b", "id/a/./b", "id/a/..", "id/a/.", "id/a/%2e%2e/b", "id/a/%2E%2E/c", "id/a/%2e/b", "id/a/.%2e/b",
    "id/a/%2e./b", "id/a/..?x", "id/a/..#x", "id/a/b%2fc", "id/a/b%2Fd", "id/a/b%5Cc", "id/a/b%00c", "id/a/b%1fc",
    "id/a/b%7Fc", "..", "id/a/b\u202ec", "id/a/b\u2066c",
)  # fmt: skip
UNUSUAL = ("id/a/b..c", "id/a/.b", "id/a/b.", "id/a/...", "id/a/b%20c", "id/a/b%2dc", "id/a/%2ea", "id/a/b%C3%A9", "id/a/b/c")  # fmt: skip


def test_dangerous_paths_are_told_and_unusual_ones_are_not(tmp_path: Path) -> None:
    text = DATA + "".join(f"<{BASE}{path}> a ex:Thing .\n" for path in (*DANGEROUS, *UNUSUAL))
    report = checked(tmp_path, {"data/things.ttl": text})
    told = {match for f in report.findings if f.code == "iri-path" for match in re.findall("<(.*?)>", f.message)}
    assert told == {BASE + path for path in DANGEROUS}
