"""The commands about what stands around a project: its settings, this machine, the shell."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ecoop_ld.cli.common import Command, load, project_option


@click.command("config", cls=Command)
@project_option
@click.option("--schema", "as_schema", is_flag=True, help="Print a JSON Schema of ecoop.toml instead, for editors.")
def config_command(project: Path, as_schema: bool) -> None:
    """Print every setting that is in force, with the line that it comes from.

    \b
    Example: ecoop-ld config | grep limits
             ecoop-ld config --schema > ecoop.schema.json
    """
    import json

    from ecoop_ld.config import schema

    if as_schema:
        click.echo(json.dumps(schema.schema(), ensure_ascii=False, indent=2))
        return
    for line in schema.in_force(load(project)):
        click.echo(line)


@click.command(cls=Command)
def doctor() -> None:
    """Say what this machine has of what ecoop-ld can use, and what is missing without it.

    \b
    Exit code: 0 everything that is needed is there, 1 something is missing.
    Example: ecoop-ld doctor
    """
    from ecoop_ld.projects import machine

    found = list(machine.look())
    for one in found:
        click.echo(f"{'ok     ' if one.there else 'missing' if one.needed else 'without'}  {one.name}: {one.found}")
        if not one.there:
            click.echo(f"         {one.without}")
    sys.exit(1 if any(one.needed and not one.there for one in found) else 0)


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that completes commands and options in SHELL.

    \b
    Example: ecoop-ld completion bash > ~/.local/share/bash-completion/completions/ecoop-ld
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, "ecoop-ld", "_ECOOP_LD_COMPLETE").source())


@click.command(cls=Command)
@project_option
def lsp(project: Path) -> None:
    """Serve an editor over the Language Server Protocol, on standard input and output.

    Findings as one writes, what terms and things mean, their names as one types, where they are described and used,
    and renaming. Needs pip install 'ecoop-ld[lsp]'; docs/editing.md has settings for editors.

    \b
    Example: ecoop-ld lsp --project ~/choirs
    """
    from ecoop_ld import config
    from ecoop_ld.errors import UserError

    root = config.find_project(project)
    try:
        from ecoop_ld.editor import service
    except ImportError as error:
        if error.name and error.name.partition(".")[0] in ("pygls", "lsprotocol"):
            raise UserError("This needs pygls.", hint="pip install 'ecoop-ld[lsp]'") from None
        raise
    service.make(root).start_io()
