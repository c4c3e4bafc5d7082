"""Wrong code → whether the tests of its room notice: ``python tests/mutants.py [ROOM|FILE|FILE:LINE …]``.

Each mutant is one small change to one module: another comparison, a condition turned round, a step left out, a number
one off, one member fewer. The tests run in a copy of the repository, first those whose files name the module, then the
others in the folder of its room. What survives is printed with its place; some of these change nothing that can be
seen, and each of the others asks for a test.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("rdf", "model", "sparql", "server")
_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Continue: ast.Break,
    ast.Break: ast.Continue,
}


@dataclass(frozen=True)
class Mutant:
    """A module with one change: to a node of its tree, in one of the ways of that node."""

    path: str
    line: int
    what: str
    source: str
    node: int
    way: int

    def text(self) -> str:
        """The wrong code."""
        tree = ast.parse(self.source)
        _change(list(ast.walk(tree))[self.node], self.way)
        return ast.unparse(ast.fix_missing_locations(tree))


def mutants(path: str) -> Iterator[Mutant]:
    """All that can be made of a module."""
    source = (ROOT / path).read_text(encoding="utf-8")
    lines, tree = source.splitlines(), ast.parse(source)
    skipped = {id(inner) for node in ast.walk(tree) for outer in _not_run(node) for inner in ast.walk(outer)}
    for at, node in enumerate(ast.walk(tree)):
        for way in range(9 if id(node) not in skipped else 0):
            if what := _change(copy.copy(node), way):
                line = getattr(node, "lineno", 0)
                yield Mutant(path, line, f"{what}: {lines[line - 1].strip()}", source, at, way)


def _not_run(node: ast.AST) -> Iterator[ast.AST]:
    """Types, what is imported for them, decorators, words of errors, and what cannot be."""
    if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
        yield node.annotation
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
        yield node.returns
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from node.decorator_list
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        yield node
    if isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom):
        yield node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and any(map(_is_text, (node.left, node.right))):
        yield node  # anything but + is an error at once


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _change(node: ast.AST, way: int) -> str:
    """Change a node in one of its ways; what was done, or nothing where it has no such way."""
    match node:
        case ast.Compare(ops=[op, *_]) if way == 0 and type(op) in _OTHER:
            node.ops = [_OTHER[type(op)](), *node.ops[1:]]  # type: ignore[list-item]
            return type(node.ops[0]).__name__
        case ast.BoolOp(op=op) if way == 0:
            node.op = _OTHER[type(op)]()  # type: ignore[assignment]
            return type(node.op).__name__
        case ast.BoolOp(values=[*_, _]) if way < 1 + len(node.values):
            node.values = [value for n, value in enumerate(node.values) if n != way - 1]
            return "without a condition"
        case ast.BinOp(op=op) if way == 0 and type(op) in _OTHER:
            node.op = _OTHER[type(op)]()  # type: ignore[assignment]
            return type(node.op).__name__
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if way == 0:
            node.test = ast.UnaryOp(ast.Not(), test)
            return "turned round"
        case ast.If() | ast.IfExp() if way < 3:
            node.test = ast.Constant(way == 1)
            return f"always {way == 1}"
        case ast.UnaryOp(op=ast.Not(), operand=operand) if way == 0:
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), operand)
            return "not dropped"
        case ast.Constant(value=bool(value)) if way == 0:
            node.value = not value
            return str(not value)
        case ast.Constant(value=int(value)) | ast.Constant(value=float(value)) if way == 0:
            node.value = value + 1
            return "one more"
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() if way == 0:
            node.__class__ = ast.Pass  # type: ignore[assignment]
            return "left out"
        case ast.Return(value=value) if way == 0 and value is not None and not isinstance(value, ast.Constant):
            node.value = ast.Constant(None)
            return "nothing returned"
        case ast.Set(elts=[_, *rest]) | ast.List(elts=[_, *rest]) | ast.Tuple(elts=[_, *rest], ctx=ast.Load()) if (
            way == 0 and rest and all(isinstance(e, ast.Constant) for e in rest)
        ):
            node.elts = rest
            return "one member fewer"
        case ast.Continue() | ast.Break() if way == 0:
            node.__class__ = _OTHER[type(node)]  # type: ignore[assignment]
            return type(node).__name__
    return ""


# --- trying them -------------------------------------------------------------------------------------------------------


def copied(folder: Path) -> Path:
    """A copy of the repository to break."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    target = folder / ROOT.name
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for name in (".venv", "web/node_modules", "ecoop_ld/site/vendor"):
        if (ROOT / name).exists() and not (target / name).exists():
            (target / name).symlink_to((ROOT / name).resolve())
    return target


def steps(path: str, quick: bool) -> list[list[str]]:
    """Arguments of pytest, run after run: tests that name the module, then the rest of its room.

    ``quick`` leaves out the tests that start processes, but for those in the file that has the module's name.
    """
    room, module = Path(path).parts[1], Path(path).stem
    folder = ROOT / "tests" / room if (ROOT / "tests" / room).is_dir() else ROOT / "tests"
    files = sorted(folder.glob("test_*.py"))
    near = [
        f
        for f in files
        if module in f.stem or f"{module} import" in (text := f.read_text()) or f"import {module}" in text
    ]
    found = []
    for mark in ("not processes and not slow", *(() if quick else ("processes or slow",))):
        for some in filter(None, (near, [f for f in files if f not in near])):
            found.append(["-m", mark, *(f.relative_to(ROOT).as_posix() for f in some)])  # noqa: PERF401
    mirror = folder / f"test_{module}.py"
    return (
        [*found, ["-m", "processes or slow", mirror.relative_to(ROOT).as_posix()]]
        if quick and mirror in near
        else found
    )


def killed(mutant: Mutant, folder: Path, quick: bool, seconds: float) -> bool:
    """Whether a test fails, or does not end."""
    target = folder / mutant.path
    whole = target.read_bytes()
    _write(target, mutant.text().encode())
    try:
        return any(_fails(arguments, folder, seconds) for arguments in steps(mutant.path, quick))
    finally:
        _write(target, whole)


_TIMES = count(1)


def _write(target: Path, content: bytes) -> None:
    """Python knows bytecode that is out of date by the size and the second of the source: no two have the same."""
    target.write_bytes(content)
    os.utime(target, times=(next(_TIMES),) * 2)


def _fails(arguments: Sequence[str], folder: Path, seconds: float) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"--timeout={seconds:.0f}"]
    process = subprocess.Popen(
        [*command, *arguments], cwd=folder, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        process.communicate(timeout=10 * seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
        return True
    return process.returncode not in (0, 5)  # 5: no test was chosen


def chosen(places: Sequence[str], sample: int, seed: int) -> list[Mutant]:
    """The mutants of some places, or some of them by lot, each room with its share."""
    found: list[Mutant] = []
    for place in places:
        path, _, line = place.partition(":")
        files = (
            [path]
            if path.endswith(".py")
            else [p.relative_to(ROOT).as_posix() for p in sorted((ROOT / "ecoop_ld" / path).rglob("*.py"))]
        )
        made = [m for file in files for m in mutants(file) if not line or m.line == int(line)]
        most = len(made) if line or not sample else -(-sample // len(places))
        found += random.Random(seed).sample(made, min(most, len(made)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Break the code in small ways and see whether its tests notice.")
    parser.add_argument(
        "places", nargs="*", default=ROOMS, help="rooms, files or FILE:LINE; default: " + " ".join(ROOMS)
    )
    parser.add_argument("--sample", type=int, default=40, help="how many, by lot; 0: all of them")
    parser.add_argument("--seed", type=int, default=0, help="another number draws others")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="of the tests that start processes only those of the file with the module's name",
    )
    parser.add_argument("--seconds", type=float, default=120, help="how long one test may take")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    found = chosen(options.places, options.sample, options.seed)
    print(f"{len(found)} mutants", flush=True)
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(options.processes) as threads:
        copies: SimpleQueue[Path] = SimpleQueue()
        for n in range(options.processes):
            copies.put(copied(Path(folder) / str(n)))

        for path in {Path(mutant.path).parts[1]: mutant.path for mutant in found}.values():
            place = copies.get()
            copies.put(place)
            if any(_fails(arguments, place, options.seconds) for arguments in steps(path, options.quick)):
                parser.exit(1, f"The tests of {path} fail as it is: what they say of mutants would mean nothing.\n")

        def attempt(mutant: Mutant) -> bool:
            place = copies.get()
            try:
                return killed(mutant, place, options.quick, options.seconds)
            finally:
                copies.put(place)

        for mutant, dead in zip(found, threads.map(attempt, found), strict=True):
            survivors += not dead
            print(f"{'killed  ' if dead else 'SURVIVED'} {mutant.path}:{mutant.line} {mutant.what}", flush=True)
    if found:
        print(f"{len(found) - survivors} of {len(found)} killed: {100 * (len(found) - survivors) / len(found):.0f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
