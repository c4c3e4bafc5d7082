"""What commands share: their options, the project that they work on, and what they print."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ecoop_ld.config import Config
    from ecoop_ld.errors import UserError
    from ecoop_ld.projects.gather import Gathered
    from ecoop_ld.validate import Report

CANNOT_RUN = 2


class Command(click.Command):
    """A command whose user errors are a sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        from ecoop_ld import progress
        from ecoop_ld.cli.progress import Shower
        from ecoop_ld.errors import UserError

        try:
            with progress.shown(Shower()):
                return super().invoke(ctx)
        except UserError as error:
            fail(error)


def tell(error: UserError) -> None:
    """Print what is wrong and what to do."""
    click.echo(f"{click.style('Error', fg='red', bold=True)}: {error}", err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)


def fail(error: UserError) -> None:
    """The same, and exit with 2."""
    tell(error)
    sys.exit(CANNOT_RUN)


def project_option(command: Any) -> Any:
    return click.option(
        "--project",
        default=".",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="Folder of the project; any folder inside it will do.  [default: this folder]",
    )(command)


def load(project: Path, base_url: str | None = None) -> Config:
    from ecoop_ld import config

    url = base_url if base_url is None or base_url.endswith("/") else base_url + "/"
    settings = config.load(config.find_project(project), site_url=url)
    if settings.views:
        from ecoop_ld.site.kinds import check_views

        check_views(settings)
    return settings


def files_argument(command: Any) -> Any:
    return click.argument("files", nargs=-1, metavar="[FILE…]", type=click.Path(path_type=Path))(command)


def save_option(command: Any) -> Any:
    return click.option(
        "--save",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Keep what was worked out from FILE… as a project.",
    )(command)


def offline_option(command: Any) -> Any:
    return click.option("--offline", is_flag=True, help="Ask no source.endpoint: take what was fetched from it last.")(
        command
    )


def fetch(config: Config, offline: bool) -> None:
    """Bring what comes from the endpoint of [source] up to date, where there is one."""
    if config.source.endpoint and not offline:
        from ecoop_ld.sources import remote

        remote.refresh(config, say)


@contextlib.contextmanager
def opened(
    files: tuple[Path, ...], project: Path, save: Path | None = None, base_url: str | None = None
) -> Iterator[tuple[Config, Gathered | None]]:
    """The project, or one made of the files for as long as the command runs."""
    from ecoop_ld.config import FILE
    from ecoop_ld.projects import beginning, gather

    if files and project != Path():
        raise click.UsageError("Give files, or a project; not both.")
    if save is not None and not files:
        raise click.UsageError("--save keeps what was worked out from files: name some.")
    if len(files) == 1 and (files[0] / FILE).is_file():
        yield load(files[0], base_url), None
        return
    if not files:
        yield load(project, base_url), None
        return
    source = beginning if beginning.are_tables(files) else gather
    with source.gathered(files, save) as made:
        click.echo(made.guesses.paragraph, err=True)
        if save is not None:
            click.echo(f"{save}: a project with these settings, each with its reason in ecoop.toml.", err=True)
        yield load(made.root, base_url), made


def print_report(report: Report, root: Path | None = None, *, each: bool = False, err: bool = False) -> None:
    """A report as text, with the lines of the files below ``root`` that it is about."""
    from ecoop_ld.validate import outputs

    click.echo(outputs.as_text(report, root, each=each).rstrip(), err=err)


def out_folder(config: Config, out: Path | None) -> Path:
    from ecoop_ld.build.build import PUBLIC

    return (out if out is not None else config.root / PUBLIC).absolute()


def say(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"{text} …", err=True)


def _nowhere(iris: Sequence[str]) -> str:
    """What a plain static host leads nowhere: how many, and the first three."""
    first = ", ".join(f"<{iri}>" for iri in iris[:3]) + (" …" if len(iris) > 3 else "")
    counted = "1 IRI has" if len(iris) == 1 else f"{len(iris):,} IRIs have"
    return f"{counted} no page at the IRI itself on a plain static host (the server leads to each): {first}"


def bring_up_to_date(config: Config, out: Path, strict: bool, gathered: Gathered | None = None) -> None:
    """Build; a failing check prints its report and exits with 1."""
    from ecoop_ld.build import build as building
    from ecoop_ld.words import sorting

    if not sorting.has_alphabets():
        click.echo("Without ICU, names are sorted by letters without accents: pip install ecoop-ld[icu]", err=True)
    built = building.build(config, out, strict=strict, say=say)
    report = gathered.told(config, built.report) if gathered and built.report else built.report
    if report is not None and (report.findings or not built.files):
        print_report(report, config.root if gathered is None else None, err=True)
    if not built.files:
        click.echo(f"Nothing was written: {out} is as it was.", err=True)
        sys.exit(1)
    if built.nowhere:
        click.echo(_nowhere(built.nowhere), err=True)
    state = "is up to date" if report is None else f"written, {built.changed:,} of them new or changed"
    click.echo(
        f"{out}: {built.files:,} files, {state}." if report else f"{out} {state}: {built.files:,} files.",
        err=True,
    )
