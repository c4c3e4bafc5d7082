"""docs/tutorial.md from beginning to end: every file, change and command of the page, in an empty folder."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT, run_command
from served import ask, served

PAGE = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
LOOK = {
    "serve fountains.csv": ("id/fountain/3", "Kirchborn"),
    "serve --watch": ("timeline", "When they were built"),
}
"""A path of each server that the page starts, and a word that stands there."""
ONLY_SHOWN = {"csv"}
"""Languages of blocks that nobody types."""


class Block(NamedTuple):
    """A block of the page, with the sentence before it."""

    before: str
    language: str
    text: str


def blocks() -> Iterator[Block]:
    for match in re.finditer(r"([^\n]*)\n\n```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        yield Block(*match.groups())


def changed(text: str, hunk: str) -> str:
    """A text after a change; what is taken away has to stand there once."""
    lines = hunk.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[:1] in " -")
    new = "".join(line[1:] for line in lines if line[:1] in " +")
    assert text.count(old) == 1, old
    return text.replace(old, new)


class Newcomer:
    """Does what the page says."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, ""

    def do(self, block: Block) -> None:
        if block.language == "sh":
            for line in block.text.splitlines():
                self._run(line)
        elif block.language == "diff":
            name = re.search(r"^\+\+\+ b/(\S+)$", block.text, re.MULTILINE)
            assert name is not None
            path = self.folder / name[1]
            text = path.read_text(encoding="utf-8")
            for hunk in block.text.split("@@\n")[1:]:
                text = changed(text, hunk)
            path.write_text(text, encoding="utf-8")
        elif block.language == "":
            for line in block.text.splitlines():
                assert line.strip() in self.said, f"{line}\n\nis not in\n\n{self.said}"
        elif block.language not in ONLY_SHOWN:
            self._write(block)

    def _write(self, block: Block) -> None:
        name = re.findall(r"`([\w./-]+)`", block.before)[-1 if "end of" in block.before else 0]
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        begun = path.read_text(encoding="utf-8") + "\n" if "at the end of" in block.before else ""
        assert bool(begun) or not path.exists(), f"{name} is there already"
        path.write_text(begun + block.text, encoding="utf-8")

    def _run(self, line: str) -> None:
        command, _, comment = (part.strip() for part in line.partition("#"))
        if command.startswith("pip install"):
            return
        if command.startswith("git "):
            subprocess.run(shlex.split(command), cwd=self.folder, check=True, capture_output=True)
            return
        if command.startswith("cd "):
            self.folder /= command[3:]
            return
        command = command.removeprefix("ecoop-ld ")
        if command in LOOK:
            path, word = LOOK[command]
            with served(*shlex.split(command)[1:]) as url:
                status, text = ask(url + path, "text/html")
            assert (status, word in text) == (200, True), command
            return
        done = run_command(*shlex.split(command), cwd=self.folder)
        assert done.returncode == (1 if comment == "exit 1" else 0), f"{command}\n{done.stdout}{done.stderr}"
        self.said = "\n".join(part.rstrip() for part in (done.stdout + done.stderr).splitlines())


def test_a_newcomer_gets_from_a_table_to_a_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "newcomer@example.org")
    (tmp_path / "fountains.csv").write_bytes((ROOT / "docs/tutorial/fountains.csv").read_bytes())
    newcomer = Newcomer(tmp_path)
    done = set()
    for block in blocks():
        monkeypatch.chdir(newcomer.folder)
        newcomer.do(block)
        done.add(block.language)
    assert done == {"", "csv", "diff", "sh", "sparql", "toml", "turtle"}
    public = newcomer.folder / "public"
    for language in ("", ".de"):
        pictures = {
            name: (public / f"{name}{language}.html").read_text(encoding="utf-8") for name in ("map", "timeline")
        }
        assert pictures["map"].count('class="spot party"') == 200
        assert len(re.findall(r'<a class="lane"', pictures["timeline"])) == 200
    assert "Wo sie stehen" in (public / "map.de.html").read_text(encoding="utf-8")
    assert "Welches sind die fünf ältesten Brunnen?" in (public / "queries/oldest.de.html").read_text(encoding="utf-8")
    assert (public / "dumps/0.1.0").is_dir()
    assert len([*(public / "doc/fountain").glob("*.ttl")]) == 200


def test_the_page_shows_the_table_as_it_is() -> None:
    shown = next(block.text for block in blocks() if block.language == "csv")
    assert (ROOT / "docs/tutorial/fountains.csv").read_text(encoding="utf-8").startswith(shown)
    assert f"{(ROOT / 'docs/tutorial/fountains.csv').read_text().count(chr(10)) - 1} rows" in PAGE
