"""Commands. Each loads, calls one function, prints and exits; heavy modules are imported when a command runs."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

import ecoop_ld
from ecoop_ld.cli import check as checks
from ecoop_ld.cli import serve as serving
from ecoop_ld.cli import settings, tables
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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ecoop_ld.__version__, prog_name="ecoop-ld")
def main() -> None:
    """Publish a folder of Turtle as linked data: pages, dumps and SPARQL.

    \b
    Example: ecoop-ld check && ecoop-ld serve
    """


@main.command(cls=Command)
@files_argument
@project_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where to write.  [default: public/ in the project]"
)
@click.option("--base-url", metavar="URL", help="Where the site will be hosted, for its descriptions.")
@click.option("--strict", is_flag=True, help="Write nothing on warnings and notes either.")
@offline_option
@save_option
def build(
    files: tuple[Path, ...],
    project: Path,
    out: Path | None,
    base_url: str | None,
    strict: bool,
    offline: bool,
    save: Path | None,
) -> None:
    """Check, then write the static site, all at once or not at all.

    Without FILE…, that of the project; with them, a site of these files and folders of RDF alone.

    \b
    Exit code: 0 written or up to date, 1 findings, 2 cannot run.
    Example: ecoop-ld build --out /srv/www --base-url https://data.example.org/
             ecoop-ld build people.ttl places.nt.gz --out /srv/www
    """
    if files and out is None and save is None:
        raise click.UsageError("Say where the site of these files goes: --out DIR.")
    with opened(files, project, save, base_url) as (config, gathered):
        fetch(config, offline)
        bring_up_to_date(config, out_folder(config, out), strict, gathered)


@main.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@project_option
@click.option(
    "--format",
    "name",
    default="table",
    show_default=True,
    metavar="NAME",
    help="table, json, csv, tsv, xml; turtle, jsonld, ntriples, rdfxml, trig, nquads.",
)
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the project.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 86400),
    help="Deadline.  [default: limits.query_seconds of the project; 30 for an endpoint]",
)
def query(file: Path, project: Path, name: str, endpoint: str | None, seconds: float | None) -> None:
    """Run the SPARQL query in FILE (or - for standard input).

    \b
    Example: echo 'SELECT * {?s a <http://www.w3.org/ns/org#Post>}' | ecoop-ld query -
    """
    from ecoop_ld.projects import query

    text = query.read_query(file)
    if endpoint:
        content = query.ask_endpoint(endpoint, text, name, seconds)
    else:
        content = query.ask_project(load(project), text, name, seconds)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@main.command(cls=Command)
@click.argument("file", metavar="CSV", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--column", required=True, metavar="NAME", help="The column with the names.")
@project_option
@click.option(
    "--type", "kind", default="", metavar="CLASS", help="Only things of this class, such as org:Organization."
)
@click.option("--service", metavar="URL", help="Ask this reconciliation service instead of the project.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write.  [default: standard output]"
)
def match(file: Path, column: str, project: Path, kind: str, service: str | None, out: Path | None) -> None:
    """Match the names in a column of CSV with things; write the file with IRIs, scores and what needs a decision.

    \b
    Exit code: 0 done (whatever was found), 2 cannot run.
    Example: ecoop-ld match names.csv --column organisation --out matched.csv
    """
    from ecoop_ld.projects import matching

    found = (
        matching.of_service(file, column, kind, service)
        if service
        else matching.of_project(load(project), file, column, kind)
    )
    if out is None:
        click.echo(found.text, nl=False)
    else:
        out.write_text(found.text, encoding="utf-8")
    click.echo(", ".join(f"{count:,} {word}" for word, count in found.decisions.items() if count), err=True)


@main.command(cls=Command)
@project_option
@click.option("--online", is_flag=True, help="Ask for each address too: politely, and at most once a month.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def links(project: Path, online: bool, as_json: bool) -> None:
    """Look at the identifiers that others give to the things: miswritten, shared by two, missing, leading nowhere.

    \b
    Exit code: 0 nothing wrong, 1 something is, 2 cannot run.
    Example: ecoop-ld links --online
    """
    from ecoop_ld.projects import matching

    found = matching.links(load(project), online, lambda address: say(f"Asking for {address}"))
    click.echo(found.as_json() if as_json else found.as_text())
    sys.exit(1 if found.troubles else 0)


@main.command(cls=Command)
@files_argument
@project_option
def mcp(files: tuple[Path, ...], project: Path) -> None:
    """Serve language models over standard input and output: search, describe, sparql, questions; reading only.

    Without FILE…, the project; with them, these files and folders of RDF alone. Needs the extra ecoop-ld[mcp].

    \b
    Example: ecoop-ld mcp dumps/latest/all.nq.gz
    """
    from ecoop_ld.projects import agents

    with opened(files, project) as (config, _):
        agents.run(config)


@main.command("diff", cls=Command)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@project_option
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "patch", "html"]),
    help="patch is RDF Patch.",
)
def diff_command(before: str, after: str, project: Path, form: str) -> None:
    """What changed from A to B, by entity and property.

    A and B are folders (projects, dumps), dump files, releases, or git revisions of the project.

    \b
    Exit code: 0 the same, 1 different, 2 cannot run.
    Example: ecoop-ld diff 1.0.0 . && ecoop-ld diff HEAD~1 . --format patch
    """
    from ecoop_ld.errors import UserError
    from ecoop_ld.rdf import names
    from ecoop_ld.releases import diff

    try:
        settings = load(project)
    except UserError:  # two files can be compared anywhere
        settings = None
    root = settings.root if settings else None
    releases = settings.releases_folder if settings else None
    found = diff.compare(diff.read(before, root, releases), diff.read(after, root, releases))
    prefixes = settings.all_prefixes if settings else dict(names.WELL_KNOWN)
    click.echo(found.render(form, f"{before} → {after}", prefixes), nl=False)
    sys.exit(1 if found else 0)


@main.command("init", cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Begin with what you have: a file or folder of RDF, or a table (.csv, .tsv, .xlsx). Can be given again.",
)
@click.option("--title", metavar="TEXT", help="What the project is called.  [default: Regular solids, or by the files]")
@click.option(
    "--public-base",
    metavar="URL",
    help="Beginning of every IRI.  [default: https://example.org/solids/, to be changed, or that of the files]",
)
@click.option(
    "--language", metavar="TAG", help="Language of the site, such as de or pt-BR.  [default: en, or by the files]"
)
@click.option("--git/--no-git", default=True, help="Make a git repository with a first commit, unless DIR is in one.")
def init_command(
    folder: Path, sources: tuple[Path, ...], title: str | None, public_base: str | None, language: str | None, git: bool
) -> None:
    """Begin a project in DIR: a small one that checks, builds and serves, or one of your own files.

    \b
    Example: ecoop-ld init my-data --title "My data" --public-base https://data.example.org/
             ecoop-ld init trees --from trees.csv --language de
    """
    import datetime

    from ecoop_ld.projects import beginning, init

    today = datetime.date.today()
    chosen = {"title": title, "base": public_base, "language": language}
    given = {key: value for key, value in chosen.items() if value is not None}
    told: tuple[str, ...] = ()
    if sources:
        base = given.get("base", "")
        wishes = {**given, "base": base if not base or base.endswith("/") else base + "/"}
        begun = beginning.begin(folder, sources, beginning.Wishes(today.isoformat(), **wishes))
        names, told = list(begun.names), begun.told
    else:
        names = init.start(folder, today=today, **given)
    for name in names:
        click.echo(f"  {folder / name}")
    for paragraph in filter(None, (*told, beginning.under_git(folder) if git else "")):
        click.echo(f"\n{paragraph}")
    where = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"\n{len(names)} files. Look at it:  {where}ecoop-ld serve\nThen make it yours: README.md says how.")


@main.command(cls=Command)
@click.argument("version", required=False)
@project_option
@click.option("--verify", is_flag=True, help="Check every file of every release; make none.")
def release(version: str | None, project: Path, verify: bool) -> None:
    """Freeze VERSION: dumps, checksums, and what changed since the release before.

    Refuses to lose an IRI or a term, and to break shapes or terms without a major version.

    \b
    Exit code: 0 done, 1 refused or a release is not whole, 2 cannot run.
    Example: ecoop-ld release 1.1.0 && ecoop-ld release --verify
    """
    from ecoop_ld.releases import folder, freeze

    config = load(project)
    if verify or version is None:
        if not verify:
            raise click.UsageError("Give a version, or --verify.")
        found = folder.releases(config)
        wrong = [sentence for one in found for sentence in folder.verify(one)]
        for sentence in wrong:
            click.echo(sentence)
        problems = "1 problem" if len(wrong) == 1 else f"{len(wrong)} problems"
        click.echo(f"{len(found)} {'release' if len(found) == 1 else 'releases'}, {problems}.", err=True)
        sys.exit(1 if wrong else 0)
    frozen = freeze.freeze(config, version)
    if frozen.changes is None:
        print_report(frozen.report, err=True)
        click.echo(f"Release {version} was not made.", err=True)
        sys.exit(1)
    added, removed = len(frozen.changes.added), len(frozen.changes.removed)
    click.echo(f"{frozen.folder}: {added:,} statements added, {removed:,} removed.")


for command in (
    serving.serve,
    checks.check,
    checks.explain,
    checks.format_command,
    checks.new_command,
    checks.rename,
    settings.config_command,
    settings.doctor,
    settings.completion,
    settings.lsp,
    tables.map_command,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
