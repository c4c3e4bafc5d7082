"""A thing renamed everywhere, and a stub of a new one: the project stays clean."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from slips import made, said

from ecoop_ld import cli, config
from ecoop_ld.errors import UserError
from ecoop_ld.projects import renaming, stubs
from ecoop_ld.sources import files

OLD, NEW = "https://example.org/id/body/lacnic", "https://example.org/id/body/lacnic-registry"


def test_an_iri_is_renamed_everywhere(tmp_path: Path) -> None:
    root = made(tmp_path)
    settings = config.load(root)
    before = {str(q) for q in files.load(settings).quads}
    changes = renaming.rename(settings, "id/body/lacnic", "id/body/lacnic-registry")
    assert [change.file for change in changes] == [
        *("data/bodies.ttl", "data/more.ttl", "site/queries/who-met.rq", "ecoop.toml"),
    ]
    for change in changes:
        change.write(root)
    after = {str(q) for q in files.load(settings).quads}
    redirect = after - {quad.replace(f"<{OLD}>", f"<{NEW}>") for quad in before}
    assert [quad.split(" ")[:3] for quad in redirect] == [
        [f"<{OLD}>", "<http://purl.org/dc/terms/isReplacedBy>", f"<{NEW}>"]
    ]
    assert "body:lacnic-registry a ex:Body" in (root / "data/bodies.ttl").read_text(encoding="utf-8")
    assert said(root) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id/body/lacnik", "id/body/x", "Nothing is said of"),
        ("id/body/lacnic", "id/body/citel", "is there already"),
        ("id/body/lacnic", "https://elsewhere.example/x", "under <https://example.org/>"),
        ("id/body/lacnic", "id/body/Über", "under <https://example.org/>"),
        ("ex:acronym", "ex:short", "term of the vocabulary"),
        ("nobody:x", "id/body/x", "Nobody declares"),
    ],
)
def test_what_cannot_be_renamed(old: str, new: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=words):
        renaming.rename(config.load(made(tmp_path)), old, new)


def test_a_stub(tmp_path: Path) -> None:
    root = made(tmp_path)
    iri, change = stubs.stub(config.load(root), "meeting", 'Réunion "zéro"')
    assert iri == "https://example.org/id/meeting/reunion-zero"
    assert change.file == "data/bodies.ttl"
    assert change.after.endswith(
        "\n\nmeeting:reunion-zero a ex:Meeting ;\n    # ex:participant … ;\n"
        '    skos:prefLabel "Réunion \\"zéro\\""@en .\n'
    )
    change.write(root)
    assert [f.code for f in said(root)] == ["meeting"]  # it wants a participant, as the stub says
    assert stubs.stub(config.load(root), "meeting", "Reunion zero")[0].endswith("/reunion-zero-2")


def test_a_stub_of_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="id/meting/") as error:
        stubs.stub(config.load(made(tmp_path)), "meting", "x")
    assert error.value.hint == 'Did you mean "meeting"?'
    with pytest.raises(UserError, match="label"):
        stubs.stub(config.load(made(tmp_path / "2")), "meeting", " ")


def test_the_commands(tmp_path: Path) -> None:
    root = str(made(tmp_path))
    run = CliRunner().invoke
    done = run(cli.main, ["rename", "body:citel", "body:telecoms", "--diff", "--project", root])
    assert done.exit_code == 0
    assert "+body:telecoms a ex:Body ;" in done.output
    done = run(cli.main, ["new", "body", "--label", "Third", "--project", root])
    assert done.output == "data/bodies.ttl:32: <https://example.org/id/body/third>\n"
    assert run(cli.main, ["check", "--project", root]).exit_code == 0
