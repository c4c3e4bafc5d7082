"""The commands ``match`` and ``links``: a project → names with their IRIs, and what is wrong with links."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.layouts import Displays
from ecoop_ld.rdf import names
from ecoop_ld.reconcile import client, report, spreadsheet
from ecoop_ld.reconcile.identifiers import Identifiers
from ecoop_ld.reconcile.matching import Matcher
from ecoop_ld.reconcile.report import IdentifierReport
from ecoop_ld.reconcile.spreadsheet import Matched
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise

CACHE = ".ecoop-ld"
"""Folder of the project where it is kept which addresses were asked for."""


def links(config: Config, online: bool, say: Callable[[str], None]) -> IdentifierReport:
    """What is wrong with the external identifiers of a project; ``online`` asks for each address."""
    dataset = _dataset(config)
    describer = Describer(dataset, config.languages[0], Displays())
    found = Identifiers(dataset)
    made = report.report(found, describer.kinds, describer.evidence.plumbing)
    if online:
        dead = report.dead(found.external, config.root / CACHE / "links.json", say)
        made = dataclasses.replace(made, troubles=(*made.troubles, *dead))
    return made


def of_project(config: Config, file: Path, column: str, kind: str) -> Matched:
    """Match with the things of a project, as its files are now."""
    dataset = _dataset(config)
    describer = Describer(dataset, config.languages[0], Displays())
    matcher = Matcher(dataset, describer.evidence.plumbing)
    ask = spreadsheet.of_dataset(matcher, lambda iri: describer.title(iri).value)
    return spreadsheet.match(file, column, ask, _class(config, dataset, kind))


def _dataset(config: Config) -> Dataset:
    loaded = files.load(config)
    if loaded.findings:
        raise UserError(f"{loaded.findings[0]}", hint="ecoop-ld check shows every finding.")
    return Dataset(config, loaded.quads, materialise(config, loaded.quads))


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
