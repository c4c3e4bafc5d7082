"""The command ``serve``: a build, a project that is being edited, or files as they are, on one port."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from ecoop_ld.cli.common import (
    Command,
    bring_up_to_date,
    fetch,
    files_argument,
    load,
    offline_option,
    opened,
    out_folder,
    print_report,
    project_option,
    save_option,
    say,
)


@click.command(cls=Command)
@files_argument
@project_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The build to serve.  [default: public/ in the project]",
)
@click.option("--base-url", metavar="URL", help="Public address of the server, where it stands behind another.")
@click.option(
    "--access-log", metavar="FILE", type=click.File("a"), help="Write a JSON line per request; - for standard output."
)
@click.option("--watch", is_flag=True, help="Follow what is saved, and show it in the browser; public/ is left alone.")
@offline_option
@save_option
def serve(
    files: tuple[Path, ...],
    project: Path,
    host: str,
    port: int,
    out: Path | None,
    base_url: str | None,
    access_log: Any,
    watch: bool,
    offline: bool,
    save: Path | None,
) -> None:
    """Build what changed, then serve site, linked data and SPARQL on one port.

    With FILE…, serve these files and folders of RDF at once, without a project: pages are made when asked for, and
    nothing but the syntax is checked.

    \b
    Example: ecoop-ld serve --port 8080
             ecoop-ld serve --watch
             ecoop-ld serve people.ttl places.nt.gz
    """
    from ecoop_ld.server import preview, run
    from ecoop_ld.validate.report import Report

    if watch:
        if files or out is not None:
            raise click.UsageError("--watch follows a project, and writes nothing: give neither files nor --out.")
        _serve_watching(project, host, port, base_url, access_log, offline)
        return
    with opened(files, project, save, base_url) as (config, gathered):
        socket = run.listen(host, port)
        address = base_url or f"http://{'localhost' if host == '127.0.0.1' else host}:{socket.getsockname()[1]}/"

        def ready() -> None:
            click.echo(f"Serving on {address}  (Ctrl+C stops)")

        if gathered is None:
            folder = out_folder(config, out)
            fetch(config, offline)
            bring_up_to_date(config, folder, strict=False)
            run.run(config, folder, socket, address, ready, access_log)
            return
        if out is not None:
            raise click.UsageError("--out names a build to serve; files are served without one.")
        if gathered.given.left_out:
            print_report(gathered.told(config, Report()), err=True)
        click.echo("Nothing but the syntax is checked: ecoop-ld check FILE… does the rest.", err=True)
        with tempfile.TemporaryDirectory(prefix="ecoop-ld-") as made:
            report = preview.run(config, Path(made), socket, address, ready, access_log, say)
        if report is not None:
            print_report(gathered.told(config, report), err=True)
            sys.exit(1)


def _serve_watching(project: Path, host: str, port: int, base_url: str | None, access_log: Any, offline: bool) -> None:
    from ecoop_ld.config import find_project
    from ecoop_ld.errors import UserError
    from ecoop_ld.server import run
    from ecoop_ld.server.live import editing

    root = find_project(project)
    if not offline:
        try:
            fetch(load(root), offline)
        except UserError as error:  # settings that are broken are waited for
            click.echo(str(error), err=True)
    socket = run.listen(host, port)
    address = base_url or f"http://{'localhost' if host == '127.0.0.1' else host}:{socket.getsockname()[1]}/"

    def ready() -> None:
        click.echo(f"Serving on {address}, and following {root}  (Ctrl+C stops)")

    url = base_url if base_url is None or base_url.endswith("/") else base_url + "/"
    with tempfile.TemporaryDirectory(prefix="ecoop-ld-") as made:
        followed = editing.Editing(root, url, Path(made), address)
        editing.run(followed, socket, ready, access_log, lambda text: click.echo(text, err=True))
