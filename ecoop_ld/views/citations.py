"""A page's address and title → how to cite it: text, BibTeX, RIS, CSL-JSON, each with the version."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ecoop_ld.config import Config


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation in four forms."""

    text: str
    forms: tuple[tuple[str, str], ...]
    """Name of a form and its text."""


def cite(config: Config, title: str, iri: str, language: str, said_by: str = "") -> Citation:
    """The citation of the description of ``iri`` in the version of the data; that of a claim has who says it, where."""
    project = config.project
    dataset = config.title(language)
    year, author = project.modified[:4], project.creator
    title = re.sub(r"\s+", " ", title)
    head = f"{author} ({year}). " if author and year else f"{author or year}. " if author or year else ""
    text = f"{head}“{title}”{f' ({said_by})' if said_by else ''}. {dataset}, {project.version}. {iri}"
    return Citation(
        text,
        (
            ("BibTeX", _bibtex(text_of(title), iri, author, year, dataset, project.version)),
            ("RIS", _ris(title, iri, author, year, dataset, project.version)),
            ("CSL-JSON", _csl(title, iri, author, project.modified, dataset, project.version)),
        ),
    )


def text_of(title: str) -> str:
    """A title in which nothing is a command of TeX."""
    return re.sub(r"([\\{}$&#%_^~])", lambda m: "\\textbackslash{}" if m[1] == "\\" else "\\" + m[1], title)


def _bibtex(title: str, iri: str, author: str, year: str, dataset: str, version: str) -> str:
    key = re.sub(r"[^A-Za-z0-9]+", "-", iri.split("://")[-1]).strip("-")
    rows = [
        ("title", title),
        ("author", f"{{{author}}}" if author else ""),
        ("year", year),
        ("howpublished", dataset),
        ("note", f"Version {version}"),
        ("url", iri),
    ]
    return "@misc{" + key + ",\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in rows if value) + "}"


def _ris(title: str, iri: str, author: str, year: str, dataset: str, version: str) -> str:
    rows = [("TY", "DATA"), ("TI", title), ("AU", author), ("PY", year), ("T2", dataset), ("ET", version), ("UR", iri)]
    return "\n".join(f"{tag}  - {value}" for tag, value in rows if value) + "\nER  - "


def _csl(title: str, iri: str, author: str, modified: str, dataset: str, version: str) -> str:
    item: dict[str, object] = {"id": iri, "type": "dataset", "title": title, "container-title": dataset}
    if author:
        item["author"] = [{"literal": author}]
    if modified:
        item["issued"] = {"date-parts": [[int(part) for part in modified.split("-")]]}
    return json.dumps([{**item, "version": version, "URL": iri}], ensure_ascii=False, indent=1)
