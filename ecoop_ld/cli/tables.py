"""The command ``map``: a table → a mapping beside it that a person can edit."""

from __future__ import annotations

from pathlib import Path

import click

from ecoop_ld.cli.common import Command


@click.command("map", cls=Command)
@click.argument("file", metavar="TABLE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--project",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the project whose terms and things are used.  [default: that of TABLE, else of this folder]",
)
@click.option("--stdout", "shown", is_flag=True, help="Print the mapping; write nothing.")
@click.option("--terms", "with_terms", is_flag=True, help="Print Turtle for the terms that the ontology lacks.")
@click.option("--day-first/--month-first", "day_first", default=None, help="How to read dates such as 03/04/2020.")
def map_command(file: Path, project: Path | None, shown: bool, with_terms: bool, day_first: bool | None) -> None:
    """Propose a mapping for TABLE (.csv, .tsv, .xlsx) and write it beside it, to be edited; never over another.

    The mapping is CSVW metadata: TABLE-metadata.json. What was guessed is said in a paragraph.

    \b
    Exit code: 0 done, 2 cannot run.
    Example: ecoop-ld map data/trees.csv && ecoop-ld check
    """
    from ecoop_ld.projects import mapping, proposing, terms

    config = proposing.project_of(file, project)
    proposal = proposing.propose(config, file, day_first)
    lacking = proposing.terms_for(config, proposal)
    if with_terms:
        click.echo(f"{terms.prefixes(proposal.vocabulary.terms)}\n{lacking}", nl=False)
    elif shown:
        click.echo(proposal.as_json(), nl=False)
    else:
        target = mapping.write(file, proposal)
        click.echo(f"{target}: read it, and change what is wrong.", err=True)
    click.echo(proposal.paragraph, err=True)
    if lacking and not with_terms:
        click.echo(f"The ontology lacks terms; for a stub of each: ecoop-ld map {file} --terms", err=True)
