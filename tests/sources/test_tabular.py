"""Tables with mappings (CSV on the Web) → quads: by the Recommendation's rules, and as another implementation reads them."""

from __future__ import annotations

import datetime
import gzip
import json
import warnings
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from csvw import CSVW
from projects import FILES, TOML, checked, loaded, make_project, workbook

from ecoop_ld.errors import Severity
from ecoop_ld.rdf.names import XSD
from ecoop_ld.sources.locator import Locator
from ecoop_ld.sources.tabular.cells import CellReader, Dialect
from ecoop_ld.sources.tabular.conversion import slug
from ecoop_ld.sources.tabular.datatypes import DATATYPES, CellType, NotOfType, canonical
from ecoop_ld.sources.tabular.uri_templates import uri_template

NS, ID = "https://example.org/ns#", "https://example.org/id/tree/"
ABOUT = {"aboutUrl": ID + "{id}"}
COLUMN_OF_IDS = {"titles": "id", "name": "id", "propertyUrl": "dcterms:identifier"}


def mapping(*columns: object, dialect: object = None, url: str = "trees.csv", **schema: object) -> str:
    table = {"@context": "http://www.w3.org/ns/csvw", "url": url, "tableSchema": {**schema, "columns": list(columns)}}
    return json.dumps({**table, **({"dialect": dialect} if dialect else {})}, indent=1)


def project(tmp_path: Path, table: str | bytes, text: str, name: str = "trees.csv", **more: str) -> Path:
    return make_project(tmp_path, {**FILES, f"data/{name}": table, f"data/{name}-metadata.json": text, **more})


def said(root: Path, name: str = "trees.csv") -> set[str]:
    """The triples of a table as N-Triples, short: without the beginning of the test's IRIs."""
    _, sources = loaded(root)
    (file,) = (file for file in sources.files if file.name == f"data/{name}")
    assert not file.findings, file.findings
    lines = (f"{q.subject} {q.predicate} {q.object}" for q in file.quads)
    return {line.replace(ID, "").replace(NS, "").replace(XSD, "xsd:") for line in lines}


HEIGHT = {"titles": "height", "propertyUrl": NS + "height"}
CASES = {
    "a text in a language": ("id,n\na,Oak\n", [{"titles": "n", "propertyUrl": "rdfs:label", "lang": "en"}], {'<a> <http://www.w3.org/2000/01/rdf-schema#label> "Oak"@en'}),
    "a number": ("id,height\na,007\n", [{**HEIGHT, "datatype": "integer"}], {'<a> <height> "7"^^<xsd:integer>'}),
    "a decimal comma": ("id;height\na;1.012,50\n", [{**HEIGHT, "datatype": {"base": "decimal", "format": {"decimalChar": ",", "groupChar": "."}}}], {'<a> <height> "1012.5"^^<xsd:decimal>'}),
    "a date, day first": ("id,height\na,3.4.1890\n", [{**HEIGHT, "datatype": {"base": "date", "format": "d.M.yyyy"}}], {'<a> <height> "1890-04-03"^^<xsd:date>'}),
    "a time of a day": ("id,height\na,1890-04-03 07:30\n", [{**HEIGHT, "datatype": {"base": "dateTime", "format": "yyyy-MM-dd HH:mm"}}], {'<a> <height> "1890-04-03T07:30:00"^^<xsd:dateTime>'}),
    "a truth value": ("id,height\na,yes\n", [{**HEIGHT, "datatype": {"base": "boolean", "format": "yes|no"}}], {'<a> <height> "true"^^<xsd:boolean>'}),
    "a list": ("id,height\na,x|y|\n", [{**HEIGHT, "separator": "|"}], {'<a> <height> "x"', '<a> <height> "y"'}),
    "a null": ("id,height\na,-\nb,2\n", [{**HEIGHT, "null": ["-", ""]}], {'<b> <height> "2"'}),
    "a default": ("id,height\na,\n", [{**HEIGHT, "default": "unknown"}], {'<a> <height> "unknown"'}),
    "a link": ("id,height\na,b c\n", [{**HEIGHT, "name": "h", "valueUrl": ID + "{h}"}], {"<a> <height> <b%20c>"}),
    "no output": ("id,height\na,1\n", [{**HEIGHT, "suppressOutput": True}], set()),
    "a type for each row": ("id,height\na,1\n", [HEIGHT, {"name": "t", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "foaf:Agent"}], {'<a> <height> "1"', "<a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Agent>"}),
    "a quoted cell of two lines": ('id,height\na,"one\n""two"""\n', [HEIGHT], {'<a> <height> "one\\n\\"two\\""'}),
    "blank lines": ("id,height\n\na,1\n\n", [HEIGHT], {'<a> <height> "1"'}),
}  # fmt: skip


def dialect_of(table: str) -> dict[str, str] | None:
    return {"delimiter": ";"} if ";" in table.split("\n")[0] else None


@pytest.mark.parametrize("name", CASES)
def test_what_a_cell_becomes(tmp_path: Path, name: str) -> None:
    table, columns, wanted = CASES[name]
    ids = {**COLUMN_OF_IDS, "suppressOutput": True}
    root = project(tmp_path, table, mapping(ids, *columns, dialect=dialect_of(table), **ABOUT))
    assert said(root) == wanted


@pytest.mark.parametrize("name", sorted(set(CASES) - {"no output"}))  # it is of a JSON that has it all the same
def test_another_implementation_says_the_same(tmp_path: Path, name: str) -> None:
    """The JSON of the library csvw in its minimal mode has the same subjects, properties and values."""
    table, columns, _ = CASES[name]
    text = mapping(COLUMN_OF_IDS, *columns, dialect=dialect_of(table), **ABOUT)
    root = project(tmp_path, table, text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = CSVW(str(root / "data/trees.csv-metadata.json")).to_json(minimal=True)
    found = {
        (row["@id"], value)
        for row in theirs
        for key, values in row.items()
        if key != "@id"
        for value in _all(values)
        if value is not None
    }
    _, sources = loaded(root)
    quads = [q for file in sources.files if file.name == "data/trees.csv" for q in file.quads]
    assert {(q.subject.value, _plain(q.object)) for q in quads} == {(s, _theirs(v)) for s, v in found}


def _all(values: object) -> list[object]:
    return values if isinstance(values, list) else [values]


def _theirs(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int | Decimal):
        return f"{float(value):g}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "http://xmlns.com/foaf/0.1/Agent" if value == "foaf:Agent" else str(value)


def _plain(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    if isinstance(term, ox.Literal) and term.datatype.value in (XSD + "integer", XSD + "decimal"):
        return f"{float(term.value):g}"
    return term.value


@pytest.mark.parametrize(
    ("base", "form", "text", "wanted"),
    [
        ("integer", "", "+05", "5"),
        ("decimal", "", "-0.50", "-0.5"),
        ("decimal", "", "100", "100"),
        ("number", "", "2.50", "2.5"),
        ("double", "", "1e3", "1000"),
        ("double", "", "INF", "INF"),
        ("decimal", "#,##0.0", "1,234.5", "1234.5"),
        ("decimal", "", "5%", "0.05"),
        ("boolean", "", "1", "true"),
        ("date", "", "2020-02-29", "2020-02-29"),
        ("date", "MM/dd/yyyy", "02/29/2020", "2020-02-29"),
        ("date", "yyyyMMdd", "20200229", "2020-02-29"),
        ("dateTime", "", "2020-01-02T03:04:05.600Z", "2020-01-02T03:04:05.6Z"),
        ("dateTime", "yyyy-MM-ddTHH:mm X", "2020-01-02T03:04 +01", "2020-01-02T03:04:00+01:00"),
        ("time", "HH:mm", "07:30", "07:30:00"),
        ("gYear", "", "1890", "1890"),
        ("gYearMonth", "MM/yyyy", "04/1890", "1890-04"),
        ("string", "[A-Z]+", "AB", "AB"),
    ],
)
def test_the_canonical_form(base: str, form: str, text: str, wanted: str) -> None:
    group = "," if "#," in form else ""
    assert canonical(text, CellType(base, DATATYPES[base], form, group_char=group)) == wanted


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (CellType("integer"), "1.5", "no whole number"),
        (CellType("byte"), "200", "out of the range"),
        (CellType("decimal"), "1,5", "no number"),
        (CellType("decimal"), "1e5", "exponent"),
        (CellType("decimal", decimal_char=","), "1.5", "a dot"),
        (CellType("boolean"), "ja", "true or false"),
        (CellType("date"), "2023-02-29", "no day 29"),
        (CellType("date"), "2023-13-01", "no month 13"),
        (CellType("date"), "1.2.2023", "yyyy-MM-dd"),
        (CellType("time"), "25:00:00", "no such time"),
        (CellType("integer", least="3"), "2", "less than 3"),
        (CellType("date", most="2020-01-01"), "2020-01-02", "more than 2020-01-01"),
        (CellType("string", longest=2), "abc", "may have 2"),
        (CellType("string", format="[A-Z]+"), "ab", "pattern"),
    ],
)
def test_what_is_not_of_a_type(kind: CellType, text: str, why: str) -> None:
    with pytest.raises(NotOfType, match=why):
        canonical(text, kind)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [  # RFC 6570 §1.2 and §3.2, with its variables
        ("{var}", "value"),
        ("{hello}", "Hello%20World%21"),
        ("{+path}/here", "/foo/bar/here"),
        ("X{#var}", "X#value"),
        ("{x,y}", "1024,768"),
        ("{?x,y,empty}", "?x=1024&y=768&empty="),
        ("{;x,empty}", ";x=1024;empty"),
        ("{/var,x}/here", "/value/1024/here"),
        ("X{.var}", "X.value"),
        ("{&x}", "&x=1024"),
        ("{var:3}", "val"),
        ("{list}", "red,green,blue"),
        ("{/list*}", "/red/green/blue"),
        ("{?list*}", "?list=red&list=green&list=blue"),
        ("{undef}", ""),
    ],
)
def test_templates(template: str, wanted: str) -> None:
    values = {
        "var": "value", "hello": "Hello World!", "path": "/foo/bar", "x": "1024", "y": "768", "empty": "",
        "list": ["red", "green", "blue"],
    }  # fmt: skip
    assert uri_template(template).expand(values) == wanted


def test_every_cell_has_its_line_and_column() -> None:
    rows = list(CellReader('a,"b\nc",d\n\nx, y ,z', Dialect()).rows())
    assert [[(c.text, c.line, c.column) for c in row.cells] for row in rows] == [
        [("a", 1, 1), ("b\nc", 1, 3), ("d", 2, 4)],
        [("x", 4, 1), ("y", 4, 3), ("z", 4, 7)],
    ]


def test_places_are_those_of_cells_and_of_the_mapping(tmp_path: Path) -> None:
    columns = ({**COLUMN_OF_IDS}, {**HEIGHT, "datatype": "integer"})
    settings, sources = loaded(project(tmp_path, "id,height\na,1\nb,2\n", mapping(*columns, **ABOUT)))
    locator = Locator(settings, sources)
    height = ox.NamedNode(NS + "height")
    place = locator.of(ox.NamedNode(ID + "b"), height, ox.Literal("2", datatype=ox.NamedNode(XSD + "integer")))
    assert str(place) == "data/trees.csv:3:3"
    (written,) = locator.of_iri(NS + "height")
    assert written.file == "data/trees.csv-metadata.json"
    assert locator.of_iri(ID + "b")[0].line == 3


def test_rows_without_a_name_are_blank_nodes_and_lists_are_lists(tmp_path: Path) -> None:
    root = project(tmp_path, "height\nx y\n", mapping({**HEIGHT, "separator": " ", "ordered": True}))
    lines = said(root)
    assert len(lines) == 5  # the list, and a first and a rest for each item
    assert all("/.well-known/genid/" in line for line in lines if "height" in line)


def test_columns_without_a_mapping_have_properties_of_the_table(tmp_path: Path) -> None:
    text = json.dumps({"@context": "http://www.w3.org/ns/csvw", "url": "trees.csv", "aboutUrl": ID + "{id}"})
    assert '<a> <https://example.org/data/trees.csv#my%20height> "1"' in said(
        project(tmp_path, "id,my height\na,1\n", text)
    )


def test_one_mapping_for_a_folder(tmp_path: Path) -> None:
    tables = [
        {"url": f"{n}.csv", "tableSchema": {"aboutUrl": ID + "{id}", "columns": [COLUMN_OF_IDS]}} for n in ("a", "b")
    ]
    group = json.dumps({"@context": "http://www.w3.org/ns/csvw", "tables": tables})
    files = {**FILES, "data/a.csv": "id\nx\n", "data/b.csv": "id\ny\n", "data/csv-metadata.json": group}
    root = make_project(tmp_path, files)
    assert said(root, "a.csv") == {'<x> <http://purl.org/dc/terms/identifier> "x"'}
    assert said(root, "b.csv") == {'<y> <http://purl.org/dc/terms/identifier> "y"'}


def test_tabs_packed_files_and_other_encodings(tmp_path: Path) -> None:
    text = mapping(COLUMN_OF_IDS, HEIGHT, url="trees.tsv", **ABOUT)
    assert '<a> <height> "1"' in said(project(tmp_path / "t", "id\theight\na\t1\n", text, "trees.tsv"), "trees.tsv")
    root = project(tmp_path / "z", "", mapping(COLUMN_OF_IDS, HEIGHT, **ABOUT))
    (root / "data/trees.csv").unlink()
    (root / "data/trees.csv.gz").write_bytes(gzip.compress(b"id,height\na,1\n"))
    assert '<a> <height> "1"' in said(root, "trees.csv.gz")
    text = mapping(COLUMN_OF_IDS, HEIGHT, dialect={"encoding": "windows-1252"}, **ABOUT)
    assert '<a> <height> "ä"' in said(project(tmp_path / "e", "id,height\na,ä\n".encode("cp1252"), text))


def test_a_workbook(tmp_path: Path) -> None:
    book = workbook(["id", "height", "planted"], ["a", 12.5, datetime.date(1890, 4, 3)], ["b", 7, None])
    planted = {"titles": "planted", "propertyUrl": NS + "planted", "datatype": "date"}
    text = mapping(COLUMN_OF_IDS, {**HEIGHT, "datatype": "decimal"}, planted, url="trees.xlsx", **ABOUT)
    root = project(tmp_path, book, text, "trees.xlsx")
    assert {
        '<a> <height> "12.5"^^<xsd:decimal>', '<b> <height> "7"^^<xsd:decimal>', '<a> <planted> "1890-04-03"^^<xsd:date>'
    } <= said(root, "trees.xlsx")  # fmt: skip
    _, sources = loaded(root)
    assert any("“More” is left out" in f.message for file in sources.files for f in file.notes)


def test_a_formula_of_a_workbook_without_its_value(tmp_path: Path) -> None:
    text = mapping(COLUMN_OF_IDS, HEIGHT, url="trees.xlsx", **ABOUT)
    root = project(tmp_path, workbook(["id", "height"], ["a", "=1+1"]), text, "trees.xlsx")
    _, sources = loaded(root)
    notes = [(f.code, str(f.place)) for file in sources.files for f in file.notes]
    assert ("table-formula", "data/trees.xlsx:2:2") in notes


def test_what_is_no_workbook(tmp_path: Path) -> None:
    text = mapping(COLUMN_OF_IDS, url="trees.xlsx", **ABOUT)
    report = checked(tmp_path, {"data/trees.xlsx": b"PK no zip", "data/trees.xlsx-metadata.json": text, **FILES})
    assert [(f.code, f.place.file) for f in report.findings if f.place and f.severity is Severity.VIOLATION] == [
        ("syntax", "data/trees.xlsx")
    ]


def test_names_that_would_be_one_iri(tmp_path: Path) -> None:
    columns = {"titles": "name", "name": "name", "propertyUrl": "rdfs:label"}
    text = mapping(columns, aboutUrl=ID + "{_slug.name}", primaryKey="name")
    report = checked(
        tmp_path, {**FILES, "data/trees.csv": "name\nOld Oak\nold oak!\n", "data/trees.csv-metadata.json": text}
    )
    (found,) = (f for f in report.findings if f.code == "table-key")
    assert (found.place.line, "row 2" in found.message) == (3, True)  # type: ignore[union-attr]
    assert slug("Große Äste, No. 3") == "grosse-aste-no-3"
    assert slug("橅") == "6a45"


def test_many_of_a_kind_are_told_once(tmp_path: Path) -> None:
    rows = "".join(f"t{n},x\n" for n in range(40))
    text = mapping(COLUMN_OF_IDS, {**HEIGHT, "datatype": "integer"}, **ABOUT)
    report = checked(tmp_path, {**FILES, "data/trees.csv": f"id,height\n{rows}", "data/trees.csv-metadata.json": text})
    (found,) = (f for f in report.findings if f.code == "table-value")
    assert (len(found.also), "39 more rows" in found.message) == (39, True)


def test_a_mapping_whose_table_is_gone(tmp_path: Path) -> None:
    report = checked(tmp_path, {**FILES, "data/trees.csv-metadata.json": mapping(COLUMN_OF_IDS, **ABOUT)})
    (found,) = (f for f in report.findings if f.code == "left-out")
    assert "trees.csv" in found.message


def test_a_graph_of_its_own(tmp_path: Path) -> None:
    root = project(tmp_path, "id\na\n", mapping(COLUMN_OF_IDS, **ABOUT))
    (root / "ecoop.toml").write_text(TOML.replace('"data/*"', '"data/trees.csv" = "graph/trees"\n"data/*"'))
    _, sources = loaded(root)
    (file,) = (file for file in sources.files if file.name == "data/trees.csv")
    assert {q.graph_name.value for q in file.quads} == {"https://example.org/graph/trees"}  # type: ignore[union-attr]
