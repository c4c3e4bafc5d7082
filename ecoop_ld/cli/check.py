"""The commands for those who write the files: ``check``, ``explain``, ``format``, ``new``, ``rename``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ecoop_ld.cli.common import (
    CANNOT_RUN,
    Command,
    fail,
    fetch,
    files_argument,
    offline_option,
    opened,
    print_report,
    project_option,
    tell,
)

if TYPE_CHECKING:
    from ecoop_ld.validate import Report

_FORMATS = ("text", "json", "github", "sarif", "junit")


@click.command(cls=Command)
@files_argument
@project_option
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings and notes too.")
@click.option("--all", "each", is_flag=True, help="Print each finding, not only the first of each kind.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="json, github (annotations), sarif and junit are for tools, with all findings.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--select", multiple=True, metavar="CODE", help="Findings of this code alone; * stands for any letters.")
@click.option("--ignore", multiple=True, metavar="CODE", help="No findings of this code.")
@click.option("--explain", "shapes", is_flag=True, help="Say how each shape was judged, and why some are not compiled.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without a doubt, in the files of the project.")
@click.option("--diff", "show", is_flag=True, help="With --fix: print what would change, and change nothing.")
@click.option("--watch", is_flag=True, help="Check again after each save, until Ctrl+C.")
@offline_option
def check(
    files: tuple[Path, ...],
    project: Path,
    strict: bool,
    each: bool,
    form: str,
    as_json: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    shapes: bool,
    fix: bool,
    show: bool,
    watch: bool,
    offline: bool,
) -> None:
    """Parse, lint and validate; say where each finding is, why it matters and how to mend it.

    Without FILE…, the project.

    \b
    Exit code: 0 clean, 1 findings, 2 cannot run.
    Example: ecoop-ld check --strict
             ecoop-ld check --fix --diff
             ecoop-ld check --watch
             ecoop-ld check --format sarif --ignore 'term-*'
    """
    if show and not fix:
        raise click.UsageError("--diff shows what --fix would change: give both.")
    if shapes and (as_json or form != "text"):
        raise click.UsageError("--explain is text for people: give it without --format.")
    if fix and files:
        raise click.UsageError("--fix mends a project, not files.")
    if watch:
        if files or fix or shapes or as_json or form != "text":
            raise click.UsageError("--watch follows a project and prints text: give it without files and other forms.")
        _follow(project, offline, lambda report: report.chosen(select, ignore), each)
        return
    if not files:
        _problems(project)
    from ecoop_ld.projects import checking
    from ecoop_ld.sources import files as sources
    from ecoop_ld.validate import outputs

    with opened(files, project) as (config, gathered):
        fetch(config, offline)
        if fix and _fixed(config.root, show):
            sys.exit(1)
        report = checking.check(config, sources.load(config))
        report = gathered.told(config, report) if gathered else report
        report = report.chosen(select, ignore)
        form = "json" if as_json else form
        if form == "text":
            print_report(report, None if gathered else config.root, each=each)
            if shapes:
                click.echo("\n" + outputs.of_shapes(report, config.all_prefixes))
        else:
            click.echo(outputs.OUTPUTS[form](report, None))
    sys.exit(report.exit_code(strict))


def _follow(project: Path, offline: bool, choose: Callable[[Report], Report], each: bool) -> None:
    """Check, and again after each save, until interrupted. Settings that cannot be read are waited for."""
    import time

    from ecoop_ld.cli.common import load
    from ecoop_ld.config import find_project
    from ecoop_ld.errors import UserError
    from ecoop_ld.projects import checking, watching
    from ecoop_ld.sources import files as sources

    root = find_project(project)
    seen = watching.look(root)
    try:
        while True:
            start = time.perf_counter()
            try:
                config = load(root)
                fetch(config, offline)
                offline = True  # from here on it is files that change
                print_report(choose(checking.check(config, sources.load(config))), root, each=each)
            except UserError as error:
                tell(error)
            click.echo(f"Checked in {time.perf_counter() - start:.1f} s; following {root}  (Ctrl+C stops)", err=True)
            before, seen = seen, watching.changed(root, seen)
            click.echo(f"\n{', '.join(watching.names(root, before, seen))}:", err=True)
    except KeyboardInterrupt:
        click.echo(err=True)


def _problems(project: Path) -> None:
    """Print all that is wrong with the settings, and exit with 2; nothing where the first is all."""
    from ecoop_ld import config

    found = config.problems(config.find_project(project))
    if found:
        for error in found[:-1]:
            tell(error)
        fail(found[-1])


def _fixed(root: Path, show: bool) -> bool:
    """Mend the files, or print how; whether it was only printed."""
    from ecoop_ld.projects import fixing

    changes = fixing.fixes(root)
    if show:
        for change in changes:
            click.echo(change.diff(), nl=False)
        count = len(changes)
        click.echo(f"{count:,} file{'' if count == 1 else 's'} would change.", err=True)
        return bool(changes)
    for change in changes:
        change.write(root)
        click.echo(f"{change.file}: {'; '.join(change.what)}", err=True)
    return False


@click.command(cls=Command)
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """What the findings of CODE mean, why they matter, and what is wrong and right.

    Without CODE, all codes.

    \b
    Example: ecoop-ld explain dangling
    """
    from ecoop_ld.errors import did_you_mean
    from ecoop_ld.validate import explanations
    from ecoop_ld.validate.codes import BY_NAME, TABLE

    if code is None:
        width = max(len(row.name) for row in TABLE)
        for row in TABLE:
            click.echo(f"{row.name:{width}}  {row.severity.label:9}  {row.meaning}")
    elif code in BY_NAME:
        click.echo(explanations.explain(code))
    else:
        click.echo(f'No check reports "{code}". {did_you_mean(code, BY_NAME)}'.rstrip(), err=True)
        click.echo("  ecoop-ld explain lists all codes; a rule of the shapes has the name of its shape.", err=True)
        sys.exit(CANNOT_RUN)


@click.command("format", cls=Command)
@files_argument
@project_option
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 where a file would change.")
@click.option("--diff", "show", is_flag=True, help="Print what would change, and change nothing.")
def format_command(files: tuple[Path, ...], project: Path, only_check: bool, show: bool) -> None:
    """Lay out Turtle and TriG: one property per line, prefixes aligned; order, comments and terms stay.

    Without FILE…, all of the project. Each file is proved to say the same before it is written.

    \b
    Exit code: 0 done, 1 a file would change (--check, --diff), 2 cannot run.
    Example: ecoop-ld format --check
             ecoop-ld format data/people.ttl
    """
    from ecoop_ld.cli.common import load
    from ecoop_ld.projects import formatting

    root = Path() if files else load(project).root
    changes = formatting.of_files(files) if files else formatting.of_project(load(project))
    for change in changes:
        if show:
            click.echo(change.diff(), nl=False)
        elif not only_check:
            change.write(root)
        click.echo(change.file, err=True)
    count = len(changes)
    would = "would change" if only_check or show else "changed"
    click.echo(f"{count:,} file{'' if count == 1 else 's'} {would}.", err=True)
    sys.exit(1 if changes and (only_check or show) else 0)


@click.command("new", cls=Command)
@click.argument("kind", metavar="TYPE")
@project_option
@click.option("--label", required=True, metavar="TEXT", help="What it is called, in the project's first language.")
def new_command(kind: str, project: Path, label: str) -> None:
    """Add a stub of a new thing to the file in which others of its TYPE stand: id/TYPE/ and a free slug.

    What the shapes want of its class stands in the stub as comments.

    \b
    Example: ecoop-ld new event --label "Second meeting"
    """
    from ecoop_ld.cli.common import load
    from ecoop_ld.projects import stubs

    config = load(project)
    iri, change = stubs.stub(config, kind, label)
    change.write(config.root)
    line = change.before.rstrip().count("\n") + 3
    click.echo(f"{change.file}:{line}: <{iri}>")


@click.command(cls=Command)
@click.argument("old")
@click.argument("new")
@project_option
@click.option("--diff", "show", is_flag=True, help="Print what would change, and change nothing.")
def rename(old: str, new: str, project: Path, show: bool) -> None:
    """Give the thing OLD the IRI NEW everywhere: data, shapes, queries, settings; a redirect stays at the old one.

    Each is an IRI, a prefixed name, or a path such as id/org/lacnic.

    \b
    Example: ecoop-ld rename id/event/first id/event/tunis-2005 --diff
    """
    from ecoop_ld.cli.common import load
    from ecoop_ld.projects import renaming

    config = load(project)
    for change in renaming.rename(config, old, new):
        if show:
            click.echo(change.diff(), nl=False)
        else:
            change.write(config.root)
            click.echo(change.file)
