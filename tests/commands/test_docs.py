"""The documentation says what the program does: commands, options, settings, and the README's own examples."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
from itertools import pairwise
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
from conftest import ROOT, need, run_command

from ecoop_ld import cli
from ecoop_ld.rdf.formats import JSON_LD, TURTLE

README = (ROOT / "README.md").read_text(encoding="utf-8")


HEAD = """\
# Configuration

`ecoop.toml` is read once by every command. An unknown key or a wrong type is an error that says
what was expected. A prefixed name may stand wherever an IRI is asked for, with a prefix of `[prefixes]` or a well-known
one (`skos:`, `dcterms:`, `foaf:`, `org:`, `prov:`, `oa:`, `sh:`, `xsd:` …). `project.title` and `project.description`
have one text per language: `title.en = "…"`.
"""


def settings_page() -> str:
    """docs/configuration.md, from the fields of the settings and the text under each."""
    files = ("settings", "limits", "catalogs")
    trees = [ast.parse((ROOT / f"ecoop_ld/config/{name}.py").read_text(encoding="utf-8")) for name in files]
    classes = {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}
    lines = [HEAD]
    for row in _fields(classes["Config"]):
        name, kind, _, meaning = row
        if name == "root":
            continue
        lines += [f"## `[{name}]`", ""]
        if kind not in classes:
            lines += [meaning, ""]
            continue
        lines += [ast.get_docstring(classes[kind]) or "", "", "| key | default | meaning |", "|---|---|---|"]
        lines += [f"| `{key}` | {default} | {text} |" for key, _, default, text in _fields(classes[kind])]
        lines.append("")
    return "\n".join(lines)


def _fields(node: ast.ClassDef) -> list[tuple[str, str, str, str]]:
    """Name, type, default and text of each field."""
    found = []
    for field, after in pairwise([*node.body, ast.Pass()]):
        if isinstance(field, ast.AnnAssign):
            documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            value = ast.unparse(field.value) if field.value else ""
            empty = value in ("''", "()") or value.startswith("field(")
            default = "required" if not value else "empty" if empty else f"`{value}`".replace("'", '"')
            text = " ".join(ast.literal_eval(after.value).split()).replace("``", "`") if documented else ""
            found.append((ast.unparse(field.target), ast.unparse(field.annotation), default, text))
    return found


def test_every_setting_is_documented() -> None:
    """Rewritten with ``ECOOP_REWRITE_GOLDEN=1``."""
    page = ROOT / "docs/configuration.md"
    if os.environ.get("ECOOP_REWRITE_GOLDEN"):
        page.write_text(settings_page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == settings_page()


def commands_page() -> str:
    """docs/commands.md, from the commands themselves."""
    lines = ["# Commands", "", "`ecoop-ld COMMAND --help` prints the same. Exit code 2 stands for what cannot be done."]
    for name, command in sorted(cli.main.commands.items()):
        context = click.Context(command, info_name=f"ecoop-ld {name}")
        text, _, examples = (command.help or "").partition("\b\n")
        said = " ".join(text.split())
        exits = re.search(r"^Exit code: (.*)$", examples, re.MULTILINE)
        lines += ["", f"## `{name}`", "", said, "", "```", " ".join(command.get_usage(context).split())[7:], "```"]
        options = [row for p in command.params if isinstance(p, click.Option) and (row := p.get_help_record(context))]
        lines += ["", "| option | meaning |", "|---|---|"] if options else []
        for option, meaning in options:
            cells = option.replace("|", " \\| "), " ".join(meaning.split()).replace("|", "\\|")
            lines.append(f"| `{cells[0]}` | {cells[1]} |")
        if exits:
            lines += ["", f"Exit code: {exits[1]}"]
        shown = [line.strip().removeprefix("Example:").strip() for line in examples.splitlines()]
        lines += ["", "```sh", *[line for line in shown if line and not line.startswith("Exit code")], "```"]
    return "\n".join(lines) + "\n"


def test_the_page_of_commands_is_what_they_say() -> None:
    """Rewritten with ``ECOOP_REWRITE_GOLDEN=1``."""
    page = ROOT / "docs/commands.md"
    if os.environ.get("ECOOP_REWRITE_GOLDEN"):
        page.write_text(commands_page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == commands_page()


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


def test_every_row_of_the_standards_has_a_test_or_a_reason() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    rows = re.findall(r"^\| (.+) \| (.+) \|$", (ROOT / "docs/standards.md").read_text(encoding="utf-8"), re.MULTILINE)
    proofs = [proof for asked, proof in rows if asked != "what is asked"]
    assert len(proofs) > 30
    for proof in proofs:
        named = re.findall(r"`(test_\w+)`", proof)
        assert named or proof.startswith("Not "), proof
        for name in named:
            assert f"def {name}(" in tests, name


def test_every_promise_of_security_has_a_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    promises = [proof for asked, proof in re.findall(r"^\| (.+) \| (.+) \|$", page, re.MULTILINE) if asked != "promise"]
    assert len(promises) > 15
    for proof in promises:
        assert re.search(r"`test_\w+`", proof), proof
    for name in re.findall(r"`(test_\w+)`", page):
        assert f"def {name}(" in tests, name


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
        form = JSON_LD if ".jsonld" in line else TURTLE
        triples = ox.parse(done.stdout, form.rdf_engine(), base_iri=server)
        assert ox.NamedNode("https://w3id.org/ecoop/id/org/lacnic") in {triple.subject for triple in triples}
    for line in re.findall(r"ecoop-ld (query site/.*)$", README, re.MULTILINE):
        done = run_command(*shlex.split(line))
        assert done.returncode == 0, done.stderr
        assert "very low, almost non-existent" in done.stdout
