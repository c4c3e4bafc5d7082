"""The documentation says what the program does: commands, options, settings, and the README's own examples."""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from conftest import ROOT, need, run_command

from ecoop_ld import cli, config

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = (config.Project, config.Addresses, config.Provenance, config.Pages, config.Limits)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.__name__)
def test_every_setting_is_documented(section: type) -> None:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    for field in dataclasses.fields(section):
        assert f"| `{field.name}` |" in text


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_every_command_is_in_the_readme_and_helps_with_an_example(name: str) -> None:
    assert f"ecoop-ld {name}" in README
    done = run_command(name, "--help")
    assert done.returncode == 0
    assert "Example:" in done.stdout
    for parameter in cli.main.commands[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_the_first_screen_has_exactly_two_commands() -> None:
    first = README.split("```")[1].splitlines()[1:]
    assert [line.split("#")[0].strip() for line in first if line.strip()] == ["make run", "make test"]


def test_every_linked_file_is_there() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), (document.name, target)


def test_the_readmes_first_query_gives_the_printed_answer(server: str) -> None:
    need(Path("/usr/bin/curl").exists(), "curl")
    command, answer = re.search(
        r"With the server running:\n\n```sh\n(.*?)```\n\n```\n(.*?)```", README, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    arguments = shlex.split(command.replace("http://localhost:8000/", server))
    done = subprocess.run([*arguments, "-s"], capture_output=True, text=True, check=True)
    assert done.stdout.replace("\r\n", "\n") == answer


def test_the_readmes_other_commands_run(server: str) -> None:
    need(Path("/usr/bin/curl").exists(), "curl")
    for line in re.findall(r"^curl (?!-G).*$", README, re.MULTILINE):
        arguments = shlex.split(line.replace("http://localhost:8000/", server))
        done = subprocess.run([*arguments, "-s", "-f"], capture_output=True, text=True, check=True)
        assert "https://w3id.org/ecoop/id/org/lacnic" in done.stdout
    for line in re.findall(r"ecoop-ld (query site/.*)$", README, re.MULTILINE):
        done = run_command(*shlex.split(line))
        assert done.returncode == 0, done.stderr
        assert "very low, almost non-existent" in done.stdout
