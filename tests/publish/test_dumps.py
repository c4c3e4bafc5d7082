"""The bundle: every file is read again by a parser that had no hand in writing it, and holds the same data."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from conftest import ROOT, need
from projects import DATA, FILES, loaded, make_project

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.publish import bundle, tables
from ecoop_ld.publish.bundle import FORMATS, Dump, read_sums
from ecoop_ld.rdf import canonical, jsonld
from ecoop_ld.rdf.formats import JSON_LD, RDF_XML, TURTLE, Format
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise

AWKWARD = """\
@prefix ex: <https://example.org/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .

<https://example.org/id/thing/one> a ex:Thing , ex:Tool ;
    rdfs:label "One"@en , "Uno | dos"@es , "Línea\\n\\"dos\\" \\\\ , tab\\t \\u2028 \\U0001F600 \\u007F"@es-419 ;
    rdfs:comment "" , "a|b¦c" ;
    ex:size 3 , 4.5 , "007"^^xsd:string , true , "1985-04?"^^edtf:EDTF ;
    ex:uses <https://example.org/id/thing/two> , <https://example.org/id/thing/año> , <geo:1,2> , <urn:x:y> .

<https://example.org/id/thing/two> a ex:Tool ;
    rdfs:label "=SUM(A1)" ;
    ex:size "2026-01-01"^^xsd:date .

<https://example.org/id/thing/one> ex:plain "again" .
<https://example.org/id/thing/bare> ex:plain _:b .
_:b ex:plain "blank" .
"""


def dataset_of(root: Path) -> Dataset:
    settings, found = loaded(root)
    assert not found.findings
    return Dataset(settings, found.quads, materialise(settings, found.quads))


def write_bundle(dataset: Dataset, out: Path) -> tuple[Dump, ...]:
    return bundle.write(dataset, out, vocabulary.context_table(dataset))


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    root = make_project(
        tmp_path_factory.mktemp("awkward"), {**FILES, "data/things.ttl": AWKWARD, "data/more.ttl": DATA}
    )
    dataset = dataset_of(root)
    out = root / "out"
    write_bundle(dataset, out)
    return dataset, out / bundle.FOLDER


@pytest.fixture(scope="module")
def flagship(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    settings = config.load(ROOT)
    found = files.load(settings)
    dataset = Dataset(settings, found.quads, materialise(settings, found.quads))
    out = tmp_path_factory.mktemp("flagship")
    write_bundle(dataset, out)
    return dataset, out / bundle.FOLDER


def hash_of(quads: Iterable[ox.Quad | ox.Triple], row: Format) -> str:
    """The canonical hash of the kind that a format can carry."""
    found = list(quads)
    assert found
    return (canonical.canonical_hash if row in FORMATS[:2] else canonical.union_hash)(found)  # type: ignore[arg-type]


def expected(dataset: Dataset, row: Format) -> str:
    found = bundle.hashes(dataset)
    return found.dataset if row in FORMATS[:2] else found.union


def quote(text: str) -> str:
    plain = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
    return "".join(plain.get(c, f"\\u{ord(c):04X}" if c < " " or c == "\x7f" else c) for c in text)


def by_rdflib(path: Path, row: Format, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Canonical lines of a file without blank nodes, made by rdflib's parser and this function alone."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr(rdflib.term, "_castPythonToLiteral", lambda *a: (a[0], None), raising=False)
    graph = rdflib.Dataset()
    names = {"nquads": "nquads", "trig": "trig", "turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}
    graph.parse(data=path.read_bytes(), format=names.get(row.name, "json-ld"))

    def text(term: object) -> str:
        if isinstance(term, rdflib.URIRef):
            return f"<{term}>"
        assert isinstance(term, rdflib.Literal), term
        tail = f"@{term.language}" if term.language else ""
        if term.datatype and not term.language and str(term.datatype) != str(rdflib.XSD.string):
            tail = f"^^<{term.datatype}>"
        return f'"{quote(str(term))}"{tail}'

    keep = row in FORMATS[:2]
    return sorted(
        {
            f"{text(s)} {text(p)} {text(o)}{f' <{g}>' if keep else ''} ."
            for s, p, o, g in graph.quads()
        }
    )  # fmt: skip


@pytest.mark.parametrize("row", [r for r in FORMATS if r is not RDF_XML], ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["awkward", "flagship"])
def test_javascript_reads_the_same_data(name: str, row: Format, request: pytest.FixtureRequest) -> None:
    """N3.js and jsonld.js read, rdf-canonize names and sorts: no part of the hash is made here."""
    need(shutil.which("node") and (ROOT / "web/node_modules/rdf-canonize").is_dir(), "Node with the parts in web/")
    dataset, folder = request.getfixturevalue(name)
    named = [(part.name, part.quads) for part in bundle.parts(dataset)][: 1 if name == "flagship" else None]
    files = [str(folder / f"{part}.{row.extension}") for part, _ in named]
    done = subprocess.run(
        ["node", "canonical.mjs", row.media_type, *files], cwd=ROOT / "web", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [hash_of(quads, row) for _, quads in named]
    assert done.stdout.split()[0] == expected(dataset, row)


@pytest.mark.slow
@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["awkward", "flagship"])
def test_rdflib_reads_the_same_data(
    name: str, row: Format, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, folder = request.getfixturevalue(name)
    lines = by_rdflib(folder / f"all.{row.extension}", row, monkeypatch)
    assert canonical.hash_of(line.encode() for line in lines) == expected(dataset, row)


@pytest.mark.parametrize("row", [r for r in FORMATS if r is not JSON_LD], ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["awkward", "flagship"])
def test_raptor_reads_the_same_data(name: str, row: Format, request: pytest.FixtureRequest) -> None:
    need(shutil.which("rapper"), "rapper (raptor2-utils)")
    dataset, folder = request.getfixturevalue(name)
    path = folder / f"all.{row.extension}"
    kind = "nquads" if row in FORMATS[:2] else "ntriples"
    done = subprocess.run(
        ["rapper", "-q", "-i", row.name, "-o", kind, str(path)], capture_output=True, timeout=60, check=True
    )
    engine = ox.RdfFormat.N_QUADS if kind == "nquads" else ox.RdfFormat.N_TRIPLES
    assert hash_of(ox.parse(done.stdout, format=engine), row) == expected(dataset, row)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["awkward", "flagship"])
def test_pyld_reads_the_same_data(name: str, request: pytest.FixtureRequest) -> None:
    from pyld import jsonld as processor

    dataset, folder = request.getfixturevalue(name)
    text = processor.to_rdf(json.loads((folder / "all.jsonld").read_bytes()), {"format": "application/n-quads"})
    assert hash_of(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS), JSON_LD) == expected(dataset, JSON_LD)


def test_json_ld_is_compact(flagship: tuple[Dataset, Path]) -> None:
    """Own terms by their local names, typed values as plain texts, other terms with a prefix."""
    _, folder = flagship
    document = json.loads((folder / "all.jsonld").read_bytes())
    node = next(n for n in document["@graph"] if "Participation" in json.dumps(n.get("type", "")))
    assert node["inActivity"].startswith("https://w3id.org/ecoop/id/")
    assert not any(key.startswith("http") for n in document["@graph"] for key in n)
    context = json.loads(vocabulary.context(flagship[0]))["@context"]
    assert {name: document["@context"][name] for name in context} == context


def test_every_part_is_there_in_every_format_and_compression(awkward: tuple[Dataset, Path]) -> None:
    dataset, folder = awkward
    assert [part.name for part in bundle.parts(dataset)] == ["all", "stated", "data", "derived", "ontology"]
    for part in bundle.parts(dataset):
        for row in FORMATS:
            content = (folder / f"{part.name}.{row.extension}").read_bytes()
            packed = (folder / f"{part.name}.{row.extension}.gz").read_bytes()
            assert packed[4:8] == bytes(4), "no time in the gzip header"
            assert gzip.decompress(packed) == content
            squeezed = (folder / f"{part.name}.{row.extension}.zst").read_bytes()
            assert zstandard.ZstdDecompressor().decompressobj().decompress(squeezed) == content
            assert content.endswith(b"\n")
            assert hash_of(ox.parse(content, format=row.rdf_engine()), row) == hash_of(part.quads, row)


def test_stated_and_derived_are_apart(awkward: tuple[Dataset, Path]) -> None:
    dataset, folder = awkward
    assert dataset.derived
    stated, derived, whole = (
        set(ox.parse(path=folder / f"{name}.nq")) for name in ("stated", "derived", "all")
    )  # fmt: skip
    assert stated | derived == whole
    assert not stated & derived
    assert {q.graph_name.value for q in derived} == {dataset.derived_graph}


def test_sha256sum_accepts_the_checksums_and_finds_a_changed_byte(
    awkward: tuple[Dataset, Path], tmp_path: Path
) -> None:
    need(shutil.which("sha256sum"), "sha256sum")
    copy = tmp_path / "copy"
    shutil.copytree(awkward[1], copy)

    def verify() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"]
        return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)

    assert verify().returncode == 0
    hashed, listed = read_sums((copy / "SHA256SUMS").read_text())
    files = {p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file()}
    assert set(listed) == files - {"SHA256SUMS"}
    assert hashed == bundle.hashes(awkward[0])
    target = copy / "data.ttl"
    target.write_bytes(target.read_bytes().replace(b"One", b"0ne"))
    assert "data.ttl: FAILED" in verify().stdout


def test_two_writes_give_the_same_bytes(awkward: tuple[Dataset, Path], tmp_path: Path) -> None:
    dataset, folder = awkward
    for dump in write_bundle(dataset, tmp_path):
        assert (tmp_path / dump.path).read_bytes() == (folder.parent.parent / dump.path).read_bytes(), dump.path


def test_what_a_dump_says_of_itself_is_true(awkward: tuple[Dataset, Path]) -> None:
    dataset, folder = awkward
    root = folder.parent.parent
    entries = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        entries.append((path.relative_to(root).as_posix(), len(content), hashlib.sha256(content).hexdigest()))
    found = bundle.from_entries(dataset, entries)
    assert len(found) == len(entries) - 1
    kinds = {d.path.rpartition("/")[2]: (d.name, d.format.name, d.media_type) for d in found}
    assert kinds["all.ttl"] == ("all", "turtle", "text/turtle")
    assert kinds["data.nq.gz"] == ("data", "nquads", "application/gzip")
    assert kinds["thing.csv"] == ("tables/thing", "csv", "text/csv")
    assert kinds["tables.sqlite.zst"] == ("tables", "sqlite", "application/zstd")


def from_csvw(folder: Path) -> set[ox.Triple]:
    """The triples of the tables, by the minimal mode of csv2rdf (W3C, 2015) as far as the metadata uses it."""
    group = json.loads((folder / "csv-metadata.json").read_bytes())
    found = set()
    for table in group["tables"]:
        rows = csv.reader(io.StringIO((folder / table["url"]).read_text(encoding="utf-8"), newline=""))
        columns = table["tableSchema"]["columns"]
        assert next(rows) == [c["name"] for c in columns]
        for row in rows:
            cells = dict(zip([c["name"] for c in columns], row, strict=True))
            expand = lambda template, cells=cells: cells[template[2:-1]] if template[:1] == "{" else template  # noqa: E731
            for column in columns:
                raw = cells[column["name"]]
                if column.get("suppressOutput") or raw == column.get("null", ""):
                    continue
                subject = ox.NamedNode(expand(column.get("aboutUrl", table["tableSchema"].get("aboutUrl", ""))))
                predicate = ox.NamedNode(expand(column["propertyUrl"]))
                for value in raw.split(column["separator"]) if "separator" in column else [raw]:
                    found.add(ox.Triple(subject, predicate, _object(column, value, expand)))
    return found


def _object(column: dict[str, object], value: str, expand: object) -> ox.NamedNode | ox.Literal:
    if "valueUrl" in column:
        return ox.NamedNode(expand(column["valueUrl"]))  # type: ignore[operator]
    if "lang" in column:
        return ox.Literal(value, language=str(column["lang"]))
    kind = column["datatype"]
    iri = kind["@id"] if isinstance(kind, dict) else f"http://www.w3.org/2001/XMLSchema#{kind}"
    return ox.Literal(value, datatype=ox.NamedNode(iri))


@pytest.mark.parametrize("name", ["awkward", "flagship"])
def test_the_tables_give_back_every_stated_triple_of_things_with_a_class(
    name: str, request: pytest.FixtureRequest
) -> None:
    dataset, folder = request.getfixturevalue(name)
    stated = {ox.Triple(q.subject, q.predicate, q.object) for q in dataset.stated}
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    typed = {t.subject for t in stated if t.predicate == kind}
    assert from_csvw(folder / tables.FOLDER) == {t for t in stated if t.subject in typed}


@pytest.mark.slow
def test_a_csvw_processor_accepts_the_tables(flagship: tuple[Dataset, Path]) -> None:
    from csvw import CSVW

    folder = flagship[1] / tables.FOLDER
    assert CSVW(str(folder / tables.METADATA), validate=True).is_valid
    assert (folder / "participation.csv").read_bytes().split(b"\n")[0].endswith(b"\r")


def test_sqlite_holds_the_same_rows(flagship: tuple[Dataset, Path]) -> None:
    with sqlite3.connect(flagship[1] / "tables.sqlite") as connection:
        for path in (flagship[1] / tables.FOLDER).glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as stream:
                rows = [tuple(row) for row in csv.reader(stream)][1:]
            assert sorted(connection.execute(f'SELECT * FROM "{path.stem}"')) == sorted(rows)
    connection.close()


def test_a_graph_called_like_another_dump_overwrites_none(tmp_path: Path) -> None:
    from projects import TOML

    root = make_project(tmp_path, FILES, TOML.replace('"graph/data"', '"graph/stated"'))
    names = {dump.name: dump.graph for dump in write_bundle(dataset_of(root), tmp_path / "out")}
    assert names["stated"] == ""
    assert [name for name, graph in names.items() if graph.endswith("graph/stated")] != ["stated"]


# --- canonical form --------------------------------------------------------------------------------------------------


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(text.encode(), format=ox.RdfFormat.TRIG))


def test_the_names_of_blank_nodes_do_not_matter() -> None:
    one, two = quads("_:a <x:p> _:b . _:b <x:p> 'x' ."), quads("_:b <x:p> 'x' . _:z <x:p> _:b .")
    assert canonical.canonical_hash(one) == canonical.canonical_hash(two)
    assert canonical.canonical_hash(one) != canonical.canonical_hash(quads("_:a <x:p> _:b . _:b <x:p> 'y' ."))


def test_the_canonical_form_is_that_of_a_second_implementation() -> None:
    from pyld import jsonld as processor

    found = quads("_:a <x:p> _:b , 'a\\tb'@en . _:b <x:p> _:c , '_:x \\n' . <x:g> { _:c <x:p> <x:o> }")
    ours = canonical.canonical_lines(found)
    text = ox.serialize(found, format=ox.RdfFormat.N_QUADS)
    assert text is not None
    theirs = processor.normalize(
        text.decode(),
        {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"},
    )
    assert b"".join(line + b"\n" for line in ours).decode() == theirs


def test_poison_is_given_up_in_time() -> None:
    clique = "\n".join(f"_:n{a} <x:p> _:n{b} ." for a in range(12) for b in range(12) if a != b)
    with pytest.raises(UserError, match="no canonical names within 1 seconds"):
        canonical.canonical_hash(quads(clique), seconds=1)


# --- the JSON-LD writer ----------------------------------------------------------------------------------------------


def test_a_prefix_that_looks_like_a_scheme_is_refused_where_it_would_change_an_iri() -> None:
    triple = ox.Triple(ox.NamedNode("ex:a"), ox.NamedNode("http://e/p"), ox.NamedNode("http://e/o"))
    with pytest.raises(UserError, match="cannot tell <ex:a>"):
        jsonld.write([triple], {"ex": "http://example.org/"}, io.BytesIO())
    out = io.BytesIO()
    jsonld.write([triple], {"e": "http://e/"}, out)
    assert json.loads(out.getvalue())["@graph"] == [{"id": "ex:a", "e:p": {"id": "e:o"}}]


LEFT_IN = """\
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://example.org/id/thing/a> foaf:knows <foaf:Person> , [ foaf:name "B"^^<owl:date> ; <foaf:mbox> <urn:b> ] ;
    <https://example.org/p> <xsd:date> .
<owl:Thing> foaf:name "what a tool left that did not know the prefix" .
"""


def test_prefixes_that_a_tool_left_in_iris_stay_iris(tmp_path: Path) -> None:
    dataset = dataset_of(make_project(tmp_path, {**FILES, "data/a.ttl": LEFT_IN}))
    write_bundle(dataset, tmp_path)
    content = (tmp_path / bundle.FOLDER / "all.jsonld").read_bytes()
    assert hash_of(ox.parse(content, format=ox.RdfFormat.JSON_LD), JSON_LD) == expected(dataset, JSON_LD)
    assert "foaf_" in json.loads(content)["@context"]
    triples = list(ox.parse(LEFT_IN.encode(), format=ox.RdfFormat.TURTLE))
    document = bundle.serialize(triples, JSON_LD, dict(dataset.config.all_prefixes))
    assert hash_of(ox.parse(document, format=ox.RdfFormat.JSON_LD), JSON_LD) == hash_of(triples, JSON_LD)


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_said(character: str) -> None:
    triple = ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(f"before{character}after"))
    with pytest.raises(UserError, match=r"cannot be written as RDF/XML.*before"):
        bundle.stream([triple], RDF_XML, {}, io.BytesIO())
    bundle.stream([triple], TURTLE, {}, io.BytesIO())


def test_streams_need_no_list() -> None:
    sink = io.BytesIO()
    source = (ox.Triple(ox.NamedNode(f"http://e/{n}"), ox.NamedNode("http://e/p"), ox.Literal("x")) for n in range(10))
    bundle.stream(source, TURTLE, {"e": "http://e/"}, sink)
    assert len(list(ox.parse(sink.getvalue(), format=ox.RdfFormat.TURTLE))) == 10


def test_json_ld_keeps_every_sign_and_every_kind_of_iri() -> None:
    """Read back by the engine and by a second processor: the writer goes by texts, so each way through is tried."""
    from pyld import jsonld as processor

    iris = ["http://e/a/", "http://e/a/b", "http://e/a/b/c", "http://e/ns#", "http://e/ns#t", "http://e/ns#a/b"]
    iris += [
        "http://e/a/b#c",
        "http://e",
        "urn:a:b",
        "urn:a/b",
        "geo:1,2",
        "http://e/a?b=c/d",
        "https://x//y",
        "http:/z",
    ]
    signs = "".join(map(chr, range(0x100))) + '\u2028\ufffe\uffff\U0001f600"\\\' " \\u0041 @en ^^<x> . \\'
    literals = [ox.Literal(signs), ox.Literal(signs, language="en"), ox.Literal("", language="es"), ox.Literal("")]
    literals += [ox.Literal(signs, datatype=ox.NamedNode(kind)) for kind in ("http://e/ns#", "http://e/a/b", "urn:a/b")]
    nodes = [ox.NamedNode(iri) for iri in iris]
    predicates = [*nodes, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")]
    triples = [ox.Triple(s, p, o) for s in nodes for p in predicates for o in nodes]
    triples += [ox.Triple(s, p, o) for s in nodes for p in nodes for o in literals]
    context = {"e": "http://e/", "a": "http://e/a/", "ns": "http://e/ns#", "Bee": "http://e/a/b"} | {
        "c": {"@id": "http://e/a/b/c", "@type": "@id"},
        "v": {"@id": "http://e/a/b", "@type": "@vocab"},
        "t": {"@id": "http://e/ns#t", "@type": "http://e/a/b"},
    }
    out = io.BytesIO()
    jsonld.write(triples, context, out)
    expected_triples = {ox.Triple(t.subject, t.predicate, t.object) for t in triples}
    found = ox.parse(out.getvalue(), format=ox.RdfFormat.JSON_LD)
    assert {q.triple for q in found} == expected_triples
    text = processor.to_rdf(json.loads(out.getvalue()), {"format": "application/n-quads"})
    assert {q.triple for q in ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)} == expected_triples
