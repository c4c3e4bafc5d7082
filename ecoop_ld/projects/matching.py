"""The ``match`` command: a CSV file and a project, or the address of a reconciliation service → the file, matched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.layouts import Displays
from ecoop_ld.rdf import names
from ecoop_ld.reconcile import client, spreadsheet
from ecoop_ld.reconcile.matching import Matcher
from ecoop_ld.reconcile.spreadsheet import Matched
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise


def of_project(config: Config, file: Path, column: str, kind: str) -> Matched:
    """Match with the things of a project, as its files are now."""
    loaded = files.load(config)
    if loaded.findings:
        raise UserError(f"{loaded.findings[0]}", hint="ecoop-ld check shows every finding.")
    dataset = Dataset(config, loaded.quads, materialise(config, loaded.quads))
    describer = Describer(dataset, Displays(), config.languages[0])
    matcher = Matcher(dataset, describer.plumbing)
    ask = spreadsheet.of_dataset(matcher, lambda iri: describer.title(iri).value)
    return spreadsheet.match(file, column, ask, _class(config, dataset, kind))


def of_service(file: Path, column: str, kind: str, address: str) -> Matched:
    """Match by asking a reconciliation service (version 0.2)."""
    return spreadsheet.match(file, column, client.of_service(address), kind)


def _class(config: Config, dataset: Dataset, kind: str) -> str:
    """The IRI of a class that has members; ``""`` for none."""
    if not kind:
        return ""
    try:
        iri = names.expand(kind, config.all_prefixes)
    except KeyError:
        raise UserError(f"{kind}: there is no such prefix.", hint=_known(config, dataset)) from None
    if iri not in dataset.members:
        raise UserError(f"Nothing in the data is a {kind}.", hint=_known(config, dataset))
    return iri


def _known(config: Config, dataset: Dataset) -> str:
    found: Sequence[str] = sorted(names.compact(iri, config.all_prefixes) for iri in dataset.members)
    return f"Classes: {', '.join(found)}."
