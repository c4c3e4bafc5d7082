"""Data + config + downloads → what package tools read: Data Package, citation file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.publish.bundle import Dump
from ecoop_ld.publish.dcat import dataset_iri
from ecoop_ld.rdf import names


def datapackage(dataset: Dataset, dumps: Sequence[Dump]) -> bytes:
    """``datapackage.json`` (Frictionless Data Package 1)."""
    config, project = dataset.config, dataset.config.project
    first = config.languages[0]
    found: dict[str, object] = {
        "name": names.kebab(project.title[first].lower()),
        "id": dataset_iri(dataset),
        "title": project.title[first],
        "description": project.description.get(first, ""),
        "version": project.version,
        "homepage": config.addresses.site_url,
    }
    if project.license:
        found["licenses"] = [{"path": project.license}]
    if project.creator:
        found["contributors"] = [{"title": project.creator, "role": "publisher"}]
    found["resources"] = [
        {
            "name": names.kebab(d.path.lower()),
            "path": d.path,
            "mediatype": d.media_type,
            "bytes": d.size,
            "hash": f"sha256:{d.sha256}",
        }
        for d in dumps
    ]
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def citation(dataset: Dataset) -> bytes:
    """``CITATION.cff`` (Citation File Format 1.2.0); JSON strings are YAML strings."""
    project, first = dataset.config.project, dataset.config.languages[0]
    rows = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": project.title[first],
        "version": project.version,
        "url": dataset.config.base,
    }
    if project.description.get(first):
        rows["abstract"] = project.description[first]
    if project.modified:
        rows["date-released"] = project.modified
    if project.license:
        rows["license-url"] = project.license
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items()]
    name = json.dumps(project.creator or project.title[first], ensure_ascii=False)
    return ("\n".join([*lines, "authors:", f"  - name: {name}"]) + "\n").encode()
