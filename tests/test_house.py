"""The house is kept: small modules, small classes, and no class name that means two things."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from conftest import LONG, ROOT

import ecoop_ld

PACKAGE = Path(ecoop_ld.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE, LONGEST_CLASS = 400, 250


def classes(module: Path) -> list[ast.ClassDef]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def test_no_module_is_too_long() -> None:
    lengths = {module.name: len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_class_is_too_long() -> None:
    found = [(one.name, (one.end_lineno or 0) - one.lineno + 1) for module in MODULES for one in classes(module)]
    assert [row for row in found if row[1] > LONGEST_CLASS] == []


def test_a_class_name_is_used_once() -> None:
    counts = Counter(one.name for module in MODULES for one in classes(module))
    assert [name for name, count in counts.items() if count > 1] == []


def test_the_files_that_are_tested_first_are_there() -> None:
    assert [name for name in LONG if not (ROOT / "tests" / name).is_file()] == []
    assert len(set(LONG)) == len(LONG)
