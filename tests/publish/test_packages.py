"""What package tools, archives and catalogues are given: each file is read by its readers, or held to their rules."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from projects import ONTOLOGY, loaded, make_project

from ecoop_ld.build.build import build, described
from ecoop_ld.config import load
from ecoop_ld.publish import bundle, packages, parquet, table_schema
from ecoop_ld.publish.licences import spdx
from ecoop_ld.publish.tables import Column, Table
from ecoop_ld.rdf.formats import HTML, content_type
from ecoop_ld.rdf.names import XSD
from ecoop_ld.site import hosting
from ecoop_ld.site.load import load_site
from ecoop_ld.site.pages import downloads
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise

TOML = """
[project]
title.en = "Things: \\"all\\" of <them>"
description.en = "Things for tests & nothing else."
license = "https://creativecommons.org/licenses/by/4.0/"
creator = "We"
contact = "mailto:we@example.org?subject={title}"
modified = "2026-01-31"
version = "1.2.3"

[addresses]
public_base = "https://w3id.org/things/"
site_url = "https://data.example.org/set/"

[prefixes]
ex = "https://w3id.org/things/ns#"

[pages]
featured = ["id/thing/one"]

[catalog]
keywords.en = ["things", "tools"]
themes = ["HEAL"]
doi = "10.5281/zenodo.1"
same_as = ["https://archive.example.org/1"]
repository = "https://git.example.org/things"
maintainers = ["someone"]
"""
DATA = """\
@prefix ex: <https://w3id.org/things/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://w3id.org/things/id/thing/one> a ex:Thing ; rdfs:label "One, \\"two\\"\\nthree"@en , "Uno"@es ; ex:size 3 ;
    ex:since "2020-02-29"^^xsd:date ; ex:year "1998"^^xsd:gYear ; ex:weight 1.50 ; ex:open true ; ex:code "007" ;
    ex:huge 123456789012345678901234567890 ; ex:note "" ; ex:other "x" , "y" ;
    owl:sameAs <http://www.wikidata.org/entity/Q1> , <http://www.wikidata.org/entity/Q2> .
<https://w3id.org/things/id/thing/two> a ex:Thing ; ex:size -1 ; ex:year "-0500"^^xsd:gYear ; ex:note "n" ;
    ex:open "0"^^xsd:boolean .
<https://w3id.org/things/id/thing/three> a ex:Tool ; ex:uses <https://w3id.org/things/id/thing/one> .
"""


@dataclasses.dataclass(frozen=True)
class Packed:
    site: Site
    out: Path


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    ontology = ONTOLOGY.replace("https://example.org/", "https://w3id.org/things/")
    root = make_project(
        tmp_path_factory.mktemp("packages"), {"ontology/ns.ttl": ontology, "data/things.ttl": DATA}, TOML
    )
    settings, found = loaded(root)
    site = load_site(settings, found, materialise(settings, found.quads))
    out = root / "public"
    site = dataclasses.replace(site, downloads=bundle.write(site.dataset, out, {}, made=site.content.tables))
    for output in described(site):
        (out / output.path).parent.mkdir(parents=True, exist_ok=True)
        (out / output.path).write_bytes(output.content)
    return Packed(site, out)


def read(packed: Packed, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((packed.out / name).read_bytes())
    return found


def test_frictionless_finds_the_package_and_every_cell_of_its_tables_valid(packed: Packed) -> None:
    from frictionless import Package

    whole = read(packed, "datapackage.json")
    tables = [row for row in whole["resources"] if "schema" in row]
    assert {Path(row["path"]).stem for row in tables} >= {"thing", "tool", "links"}
    package = Package.from_descriptor({**whole, "resources": tables}, basepath=str(packed.out))
    report = package.validate()
    assert report.valid, report.flatten(["title", "message", "rowNumber", "fieldName"])
    rows = {row["id"]: row for row in package.get_resource("dumps-latest-tables-thing-csv").read_rows()}
    one = rows["https://w3id.org/things/id/thing/one"]
    assert (one["ex_size"], one["ex_open"], str(one["ex_since"]), one["ex_code"]) == (3, True, "2020-02-29", "007")
    assert (one["ex_year"], one["ex_note"], str(one["ex_weight"])) == ("1998", "", "1.50")


def test_frictionless_sees_a_cell_that_is_not_of_its_type(packed: Packed, tmp_path: Path) -> None:
    from frictionless import Package

    whole = read(packed, "datapackage.json")
    (row,) = (row for row in whole["resources"] if row["path"].endswith("/thing.csv"))
    text = (packed.out / row["path"]).read_bytes().replace(b",3,", b",three,")
    (tmp_path / "thing.csv").write_bytes(text)
    more = {"path": "thing.csv", "bytes": len(text), "hash": "sha256:" + hashlib.sha256(text).hexdigest()}
    package = Package.from_descriptor({**whole, "resources": [{**row, **more}]}, basepath=str(tmp_path))
    assert not package.validate().valid


def test_the_data_package_lists_every_file(packed: Packed) -> None:
    package = read(packed, "datapackage.json")
    assert re.fullmatch(r"[a-z0-9-]+", package["name"])
    assert package["licenses"] == [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}]
    for resource in package["resources"]:
        content = (packed.out / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
    assert {r["path"] for r in package["resources"]} == {d.path for d in packed.site.listed}
    assert len({r["name"] for r in package["resources"]}) == len(package["resources"])


@pytest.mark.parametrize(
    ("datatype", "cells", "kind"),
    [
        ("integer", ["1", "-2", ""], "integer"),
        ("integer", ["1", "∅"], "integer"),
        ("date", ["2020-01-01"], "date"),
        ("date", ["2020-01-01", "2020-01-01Z"], "string"),
        ("gYear", ["-0500"], "string"),
        ("double", ["1E0", ".5"], "number"),
        ("double", ["INF"], "string"),
        ("boolean", ["0", "true"], "boolean"),
        ("dateTime", ["2020-01-01T00:00:00Z"], "datetime"),
        ("dateTime", ["2020-01-01T00:00:00"], "string"),
        ("duration", ["P1Y"], "string"),
    ],
)
def test_a_column_has_a_type_that_all_its_cells_keep_to(datatype: str, cells: list[str], kind: str) -> None:
    column = Column("c", "https://example.org/ns#c", datatype=XSD + datatype, missing="∅")
    assert table_schema.kind(column, cells) == kind
    several = dataclasses.replace(column, separator="|")
    assert table_schema.kind(several, cells) == "string"


def test_parquet_holds_what_the_tables_hold(packed: Packed) -> None:
    from pyarrow import parquet as reader

    assert parquet.version()
    (table,) = (t for t in packed.site.content.tables.classes if t.name == "thing")
    found = reader.read_table(packed.out / "dumps/latest/tables/thing.parquet").to_pylist()
    one, two = found
    assert [row["id"] for row in found] == [row[0] for row in table.rows]
    assert (one["ex_size"], one["ex_open"], str(one["ex_since"]), one["ex_code"]) == (3, True, "2020-02-29", "007")
    assert one["ex_huge"] == "123456789012345678901234567890"  # more than 64 bits
    assert (one["ex_other"], two["ex_other"]) == (["x", "y"], None)
    assert (one["ex_note"], two["ex_note"], two["ex_code"]) == ("", "n", None)
    assert content_type("dumps/latest/tables/thing.parquet") == "application/vnd.apache.parquet"
    assert parquet.write(table) == (packed.out / "dumps/latest/tables/thing.parquet").read_bytes()


def test_a_date_that_no_calendar_has_stays_a_text() -> None:
    column = Column("c", "https://example.org/ns#c", datatype=XSD + "date")
    from io import BytesIO

    from pyarrow import parquet as reader

    written = parquet.write(Table("t", "", (column,), (("a", "2021-02-31"), ("b", ""))))
    assert reader.read_table(BytesIO(written)).to_pylist() == [{"id": "a", "c": "2021-02-31"}, {"id": "b", "c": None}]


def test_without_pyarrow_there_is_no_parquet_and_the_build_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "version", lambda: "")
    said: list[str] = []
    settings = load(make_project(tmp_path))
    assert build(settings, tmp_path / "out", say=said.append).ok
    assert not list((tmp_path / "out").rglob("*.parquet"))
    assert any("ecoop-ld[parquet]" in line for line in said)


CFF = {
    *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
    *("license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact"),
    *("repository-code", "title", "type", "url", "version"),
}
"""What the root of a Citation File Format 1.2.0 document may hold."""


def test_the_citation_is_a_citation_file(packed: Packed) -> None:
    """Read as YAML 1.2, of which it uses only ``key: JSON``."""
    lines = (packed.out / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    rows = {key: json.loads(value) for key, _, value in (line.partition(": ") for line in lines)}
    assert set(rows) <= CFF
    assert {"cff-version", "message", "title", "authors"} <= set(rows)
    assert (rows["cff-version"], rows["type"], rows["version"]) == ("1.2.0", "dataset", "1.2.3")
    assert (rows["license"], rows["doi"], rows["authors"]) == ("CC-BY-4.0", "10.5281/zenodo.1", [{"name": "We"}])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", rows["date-released"])
    assert content_type("CITATION.cff") == "text/plain; charset=utf-8"


def test_a_licence_without_a_name_in_the_list_is_given_by_its_address(packed: Packed) -> None:
    config = packed.site.config
    other = dataclasses.replace(config.project, license="https://example.org/licence")
    dataset = dataclasses.replace(packed.site.dataset, config=dataclasses.replace(config, project=other))
    assert 'license-url: "https://example.org/licence"' in packages.citation(dataset).decode()


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.en", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("http://spdx.org/licenses/EUPL-1.2.html", "EUPL-1.2"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("https://creativecommons.org/licenses/by/4.0/../x", ""),
        ("https://example.org/licences/by/4.0/", ""),
        ("", ""),
    ],
)
def test_names_of_licences(iri: str, name: str) -> None:
    assert spdx(iri) == name


def test_what_zenodo_takes(packed: Packed) -> None:
    found = read(packed, ".zenodo.json")
    assert (found["upload_type"], found["license"], found["language"]) == ("dataset", "cc-by-4.0", "eng")
    assert found["creators"] == [{"name": "We"}]
    assert found["description"] == "<p>Things for tests &amp; nothing else.</p>"
    assert found["publication_date"] == "2026-01-31"
    assert "https://archive.example.org/1" in [row["identifier"] for row in found["related_identifiers"]]


def test_what_the_lod_cloud_takes(packed: Packed) -> None:
    found = read(packed, "lod-cloud.json")
    assert (found["_id"], found["identifier"], found["domain"]) == (
        "things-all-of-them",
        "things-all-of-them",
        "life_sciences",
    )
    assert int(found["triples"]) == len({(q.subject, q.predicate, q.object) for q in packed.site.dataset.quads})
    assert found["links"] == [{"target": "wikidata", "value": "2"}]
    assert found["contact_point"] == {"name": "We", "email": "we@example.org"}
    for download in found["full_download"]:
        assert (packed.out / download["download_url"].removeprefix("https://data.example.org/set/")).is_file()
    assert found["example"][0]["access_url"] == "https://w3id.org/things/id/thing/one"


def test_the_folder_for_w3id_is_whole(packed: Packed) -> None:
    readme = (packed.out / "w3id/things/README.md").read_text(encoding="utf-8")
    assert "[@someone](https://github.com/someone)" in readme
    assert "https://data.example.org/set/" in readme
    rules = hosting.rules(packed.site)["w3id/things/.htaccess"].decode()
    assert "RewriteRule ^(.*)$ https://data.example.org/set/$1" in rules


@pytest.mark.parametrize("base", ["https://example.org/", "https://w3id.org/", "https://w3id.org/a b/"])
def test_other_bases_have_no_such_folder(packed: Packed, base: str) -> None:
    addresses = dataclasses.replace(packed.site.config.addresses, public_base=base)
    assert packages.w3id_folder(dataclasses.replace(packed.site.config, addresses=addresses)) == ""


def test_the_download_page_has_lines_that_read_the_files(packed: Packed) -> None:
    """The addresses in them are those of files that are there; DuckDB and the shell are shown the packed ones."""
    lines = dict(downloads.code(packed.site))
    assert list(lines) == ["Python", "R", "DuckDB", "Shell"]
    base = packed.site.config.addresses.site_url
    for text in lines.values():
        paths = re.findall(rf"{re.escape(base)}([\w./-]+)", text)
        assert paths
        assert all((packed.out / path).is_file() for path in paths), text
    compile(lines["Python"], "page", "exec")
    page = represent(packed.site, packed.site.resources["download"], HTML, "en").decode()
    assert "pandas.read_csv(" in page


def test_the_page_of_a_class_leads_to_its_tables(packed: Packed) -> None:
    page = represent(packed.site, packed.site.resources["class/thing"], HTML, "en").decode()
    links = re.findall(r'<a href="([^"]+)" type="([^"]+)">(?:CSV|Parquet)</a>', page)
    table = "../dumps/latest/tables/thing"
    assert links == [(f"{table}.csv", "text/csv"), (f"{table}.parquet", "application/vnd.apache.parquet")]
    before = dataclasses.replace(packed.site, downloads=())
    assert "tables/thing" not in represent(before, before.resources["class/thing"], HTML, "en").decode()
