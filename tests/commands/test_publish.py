"""Every command of docs/publish.md does what the page says, with the files that the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT, run_command
from served import ask, served

PAGE = (ROOT / "docs/publish.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n?)*)", PAGE, re.MULTILINE))
FILES = dict(re.findall(r"^`([^`]+)`:\n\n```\w+\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL))
LOOK = {
    "serve people.ttl": ("id/person/ada", "Ada"),
    "serve fountains.csv": ("id/fountain/1", "Alter Brunnen"),
    "serve colours.ttl --save colours": ("", "Colours"),
    "serve terms.ttl": ("terms", "book"),
}
"""A path of each server that the page starts, and a word that stands there."""
SAYS = {
    "check collection": "collection/notes.csv: note[left-out]",
    "check shelf.jsonld": "Save it as contexts/shelves.example.net/context.jsonld",
}


def commands(section: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", SECTIONS[section], re.DOTALL)
    return [line.removeprefix("ecoop-ld ") for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("section", [name for name in sorted(SECTIONS) if "```sh" in SECTIONS[name]])
def test_a_section(section: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    found = commands(section)
    assert found
    for line in found:
        command, _, comment = (part.strip() for part in line.partition("#"))
        if command.startswith("serve"):
            path, word = LOOK[command]
            with served(*shlex.split(command)[1:]) as url:
                status, text = ask(url + path, "text/html")
                assert (status, word in text) == (200, True), command
            continue
        done = run_command(*shlex.split(command), cwd=tmp_path)
        assert done.returncode == (1 if comment == "exit 1" else 0), f"{command}\n{done.stdout}{done.stderr}"
        assert SAYS.get(command, "") in done.stdout
        if " --out " in command:
            assert (tmp_path / "site/index.html").is_file()


def test_all_that_is_expected_is_on_the_page() -> None:
    all_of_them = {line.partition("#")[0].strip() for section in SECTIONS for line in commands(section)}
    assert LOOK.keys() | SAYS.keys() <= all_of_them
    assert set(re.findall(r"\(#([\w-]+)\)", PAGE)) == {
        name.lower().replace(" ", "-") for name in SECTIONS if "```sh" in SECTIONS[name]
    }
