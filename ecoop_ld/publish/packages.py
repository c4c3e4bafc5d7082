"""Data + config + dumps → what package tools, archives and catalogues read besides RDF: one file for each of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from html import escape

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.publish import table_schema, tables
from ecoop_ld.publish.authorities import iso_639_3
from ecoop_ld.publish.bundle import FORMATS, Dump
from ecoop_ld.publish.coverage import Coverage, keywords
from ecoop_ld.publish.dcat import dataset_iri
from ecoop_ld.publish.licences import spdx
from ecoop_ld.publish.tables import Tables
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import CSV
from ecoop_ld.words.texts import in_language

_CLOUD = {"www.wikidata.org": "wikidata", "dbpedia.org": "dbpedia", "sws.geonames.org": "geonames-semantic-web"}
"""Host → the name by which the LOD Cloud knows the data there; of others it is not known for sure."""
_DOMAINS = {
    **dict.fromkeys(("AGRI", "ECON", "ENER", "ENVI", "GOVE", "INTR", "JUST", "TRAN"), "government"),
    "REGI": "geography",
    "HEAL": "life_sciences",
    "EDUC": "publications",
}
"""The EU's theme → the LOD Cloud's domain."""


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _said(config: Config) -> tuple[str, str]:
    """Title and description in the project's first language."""
    language = config.languages[0]
    title = in_language(config.project.title, language)
    return title, in_language(config.project.description, language) or title


def datapackage(dataset: Dataset, made: Tables, dumps: Sequence[Dump]) -> bytes:
    """``datapackage.json`` (Frictionless Data Package 1): the tables with their schemas, and every other file."""
    config, project = dataset.config, dataset.config.project
    title, description = _said(config)
    found: dict[str, object] = {
        "profile": "data-package",
        "name": names.kebab(title.lower()) or "dataset",
        "id": f"https://doi.org/{config.catalog.doi}" if config.catalog.doi else dataset_iri(dataset),
        "title": title,
        "description": description,
        "version": project.version,
        "homepage": config.addresses.site_url,
    }
    if project.license:
        name = spdx(project.license)
        found["licenses"] = [{**({"name": name} if name else {}), "path": project.license}]
    if project.creator:
        found["contributors"] = [{"title": project.creator, "role": "publisher"}]
    if config.catalog.keywords:
        found["keywords"] = list(dict.fromkeys(word for words in config.catalog.keywords.values() for word in words))
    schemas = dict(table_schema.schemas(made))
    found["resources"] = [_resource(dump, schemas) for dump in dumps]
    return _json(found)


def _resource(dump: Dump, schemas: dict[str, dict[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {
        "name": names.kebab(dump.path.lower()),
        "path": dump.path,
        "mediatype": dump.media_type,
        "bytes": dump.size,
        "hash": f"sha256:{dump.sha256}",
    }
    table = dump.name.removeprefix(f"{tables.FOLDER}/")
    if dump.format is not CSV or table not in schemas:
        return found
    how = {"format": "csv", "encoding": "utf-8", "dialect": {"lineTerminator": "\r\n"}}
    return {**found, "profile": "tabular-data-resource", **how, "schema": schemas[table]}


def citation(dataset: Dataset) -> bytes:
    """``CITATION.cff`` (Citation File Format 1.2.0); JSON strings are YAML strings."""
    config, project = dataset.config, dataset.config.project
    title, description = _said(config)
    rows: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": title,
        "version": project.version,
        "url": config.base,
        "abstract": description,
        "authors": [{"name": project.creator or title}],
    }
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", project.modified):
        rows["date-released"] = project.modified
    if project.license:
        name = spdx(project.license)
        rows |= {"license": name} if name else {"license-url": project.license}
    if config.catalog.doi:
        rows["doi"] = config.catalog.doi
    if config.catalog.repository:
        rows["repository"] = config.catalog.repository
    words = config.catalog.keywords.get(config.languages[0])
    if words:
        rows["keywords"] = list(words)
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in rows.items()).encode()


def zenodo(dataset: Dataset, covered: Coverage) -> bytes:
    """``.zenodo.json``: what Zenodo's deposits take; it belongs into the root of the repository that is archived."""
    config, project = dataset.config, dataset.config.project
    title, description = _said(config)
    found: dict[str, object] = {
        "title": title,
        "description": f"<p>{escape(description, quote=False)}</p>",
        "upload_type": "dataset",
        "access_right": "open",
        "version": project.version,
        "creators": [{"name": project.creator or title}],
        "keywords": list(keywords(dataset, covered, config.languages[0])),
        "related_identifiers": [
            {"identifier": dataset_iri(dataset), "relation": "isIdenticalTo", "resource_type": "dataset"},
            *({"identifier": address, "relation": "isAlternateIdentifier"} for address in config.catalog.same_as),
        ],
    }
    name, language = spdx(project.license), iso_639_3(config.languages[0])
    if name:
        found["license"] = name.lower()
    if language:
        found["language"] = language
    if project.modified:
        found["publication_date"] = project.modified
    if config.catalog.cites:
        found["references"] = list(config.catalog.cites)
    return _json(found)


def lod_cloud(dataset: Dataset, covered: Coverage, dumps: Sequence[Dump]) -> bytes:
    """``lod-cloud.json``: the record that the LOD Cloud (https://lod-cloud.net) takes of a dataset."""
    config, project = dataset.config, dataset.config.project
    site = config.addresses.site_url
    title, description = _said(config)
    name = names.kebab(title.lower()) or "dataset"
    contact = config.project.contact.partition("?")[0].removeprefix("mailto:")
    who = {"name": project.creator, "email": contact if "@" in contact else ""}
    triples = {(q.subject, q.predicate, q.object) for q in dataset.quads}
    return _json(
        {
            "_id": name,
            "identifier": name,
            "title": title,
            "description": {config.languages[0]: description},
            "website": site,
            "namespace": config.base,
            "doi": config.catalog.doi,
            "license": project.license,
            "keywords": list(keywords(dataset, covered, config.languages[0])),
            "domain": next((_DOMAINS[t] for t in config.catalog.themes if t in _DOMAINS), "cross_domain"),
            "owner": who,
            "contact_point": who,
            "triples": str(len(triples)),
            "links": [{"target": to, "value": str(count)} for to, count in sorted(_links(dataset).items())],
            "full_download": [
                {
                    "title": dump.path.rpartition("/")[2],
                    "description": dump.format.label,
                    "download_url": site + dump.path,
                    "media_type": dump.media_type,
                }
                for dump in dumps
                if dump.format in FORMATS and not dump.graph
            ],
            "other_download": [],
            "sparql": [{"title": "SPARQL", "description": "", "access_url": f"{site}sparql"}],
            "example": [
                {"title": path, "description": "", "access_url": config.base + path} for path in config.pages.featured
            ],
        }
    )


def _links(dataset: Dataset) -> Counter[str]:
    """How many links lead from things to each dataset that the LOD Cloud knows."""
    found: Counter[str] = Counter()
    for quad in dataset.quads:
        if isinstance(quad.object, ox.NamedNode):
            host = quad.object.value.partition("://")[2].partition("/")[0]
            if host in _CLOUD:
                found[_CLOUD[host]] += 1
    return found


def w3id_folder(config: Config) -> str:
    """The folder of the public base in the repository of w3id.org; ``""`` for a base elsewhere."""
    folder = config.base.removeprefix("https://w3id.org/").strip("/")
    is_there = config.base.startswith("https://w3id.org/")
    return folder if is_there and re.fullmatch(r"[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*", folder) else ""


def w3id_readme(config: Config) -> bytes:
    """``README.md`` of that folder: what is there, and who answers for it."""
    title, description = _said(config)
    people = [f"- [@{name}](https://github.com/{name})" for name in config.catalog.maintainers]
    lines = [f"# /{w3id_folder(config)}/", "", f"{title}: {description}", "", f"- Identifiers: {config.base}"]
    lines += [f"- Site: {config.addresses.site_url}"]
    lines += [f"- Repository: {config.catalog.repository}"] if config.catalog.repository else []
    lines += ["", "Formats and languages are negotiated by the site: every address is passed on as it is.", ""]
    lines += ["## Maintainers", "", *(people or [f"- {config.project.creator or title}"]), ""]
    return "\n".join(lines).encode()
