"""What is said of this machine."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ecoop_ld import cli
from ecoop_ld.projects import machine


def test_what_is_needed_is_looked_at() -> None:
    found = {part.name: part for part in machine.look()}
    assert found["Python"].there
    assert {"pyoxigraph", "rdflib", "pyshacl", "Open files", "seccomp", "Query page", "node", "Fonts"} <= set(found)
    assert all(part.without for part in found.values() if not part.there)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "which", lambda _: None)
    monkeypatch.setattr(machine.resource, "getrlimit", lambda _: (64, 64))
    found = {part.name: part for part in machine.look()}
    assert not found["node"].there
    assert "ulimit" in found["Open files"].without
    done = CliRunner().invoke(cli.main, ["doctor"])
    assert "without  node: not found" in done.output
    assert done.exit_code == 0  # nothing of it is needed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_of_a_shell(shell: str) -> None:
    done = CliRunner().invoke(cli.main, ["completion", shell])
    assert done.exit_code == 0
    assert f"_ECOOP_LD_COMPLETE={shell}_complete" in done.output
