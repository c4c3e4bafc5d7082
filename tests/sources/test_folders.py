"""Whatever stands in a folder is read, or said to be left out; each file's graph is its own."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from projects import FILES, TOML, loaded, make_project

from ecoop_ld.sources import folders
from ecoop_ld.sources.folders import base_of, graph_path, rdf_files

TURTLE = "<https://example.org/id/a/b> a <https://example.org/ns#Thing> .\n"
XML = (
    '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    '<rdf:Description rdf:about="https://example.org/id/a/b"/></rdf:RDF>\n'
)
JSON = '{"@id": "https://example.org/id/a/b", "@type": "https://example.org/ns#Thing"}\n'
OWL_XML = """<?xml version="1.0"?>
<!DOCTYPE Ontology [<!ENTITY rdf "http://www.w3.org/1999/02/22-rdf-syntax-ns#">]>
<Ontology xmlns="http://www.w3.org/2002/07/owl#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  ontologyIRI="https://example.org/o"><Declaration><Class IRI="#A"/></Declaration></Ontology>
"""
OWL_IN_RDF = (
    '<Ontology xmlns="http://www.w3.org/2002/07/owl#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'rdf:about="https://example.org/o"/>'
)
PLIST = '<?xml version="1.0"?>\n<plist version="1.0"><dict/></plist>\n'


@pytest.mark.parametrize(
    ("name", "content", "format_or_reason"),
    [
        ("a.ttl", TURTLE, "turtle"),
        ("A.TTL", TURTLE, "turtle"),
        ("a.trig", TURTLE, "trig"),
        ("a.nt", TURTLE, "ntriples"),
        ("a.NQ", TURTLE, "nquads"),
        ("a.rdf", XML, "rdfxml"),
        ("a.owl", XML, "rdfxml"),
        ("a.owl", XML.encode("utf-16"), "rdfxml"),
        ("a.owl", "@prefix a: <urn:a> .\n" + TURTLE, "turtle"),
        ("a.owl", "Prefix(:=<urn:a>)\nOntology()\n", "neither RDF/XML nor Turtle"),
        ("a.xml", XML, "rdfxml"),
        ("a.xml", XML.partition("\n")[2], "rdfxml"),
        ("a.xml", PLIST, "XML that is no RDF/XML."),
        ("a.owl", OWL_XML, "OWL/XML, which is no RDF"),
        ("a.owl", OWL_IN_RDF, "rdfxml"),
        ("a.jsonld", JSON, "jsonld"),
        ("a.json", JSON, "jsonld"),
        ("package.json", '{"name": "a"}', "JSON that is no JSON-LD."),
        ("a.csv", "a,b\n", "A table without a mapping"),
        ("README", "…", "its name has no ending"),
        (".a.ttl", TURTLE, "Hidden"),
    ],
)
@pytest.mark.parametrize("packed", ["", ".gz", ".GZ"])
def test_a_file(tmp_path: Path, name: str, content: str | bytes, format_or_reason: str, packed: str) -> None:
    whole = content.encode() if isinstance(content, str) else content
    (tmp_path / (name + packed)).write_bytes(gzip.compress(whole) if packed else whole)
    [found] = rdf_files(tmp_path)
    if found.format:
        assert found.format.name == format_or_reason
    else:
        assert format_or_reason in found.reason


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "deep/deeper").mkdir(parents=True)
    (tmp_path / "deep/deeper/up.ttl").symlink_to(tmp_path / "deep")
    (tmp_path / "gone.ttl").symlink_to("nowhere")
    (tmp_path / "self.ttl").symlink_to("self.ttl")
    os.mkfifo(tmp_path / "pipe.ttl")  # reading it would wait for ever
    found = {f.path.relative_to(tmp_path).as_posix(): f for f in rdf_files(tmp_path)}
    assert {name: f.reason for name, f in found.items()} == {
        "deep/deeper/up.ttl": "A link to a folder that it stands in.",
        "gone.ttl": "A link that leads nowhere.",
        "self.ttl": "A link that leads nowhere.",
        "pipe.ttl": "Neither a file nor a folder.",
    }
    assert all(f.broken for f in found.values())


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.ttl").write_text(TURTLE)
    scan = os.scandir

    def refuse(folder: Path) -> object:  # root may read everything
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(folders.os, "scandir", refuse)
    first, second = rdf_files(tmp_path)
    assert first.format is not None
    assert second.broken
    assert second.reason == "The folder cannot be read: permission denied."


def test_a_linked_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.ttl").write_text(TURTLE)
    project = make_project(tmp_path)
    (project / "data/linked").symlink_to(tmp_path / "elsewhere")
    _, sources = loaded(project)
    assert "data/linked/a.ttl" in [file.name for file in sources.files]
    assert not sources.left_out


def test_rules_are_not_left_out(tmp_path: Path) -> None:
    rule = "CONSTRUCT { ?a <urn:b> ?c } WHERE { ?a <urn:d> ?c }"
    _, sources = loaded(make_project(tmp_path, {**FILES, "ontology/rules/a.rq": rule, "data/a.rq": rule}))
    assert [f.place.file for f in sources.left_out if f.place] == ["data/a.rq"]


def test_graphs_by_default(tmp_path: Path) -> None:
    toml = TOML.replace('"data/*" = "graph/data"', '"data/b*" = "graph/b"')
    quads = "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:d> <urn:g> .\n"
    project = make_project(tmp_path, {**FILES, "data/b.ttl": TURTLE, "data/C d.nq": quads}, toml)
    _, sources = loaded(project)
    graphs = {file.name: {str(q.graph_name) for q in file.quads} for file in sources.files}
    assert graphs == {
        "ontology/ns.ttl": {"<https://example.org/graph/ontology>"},
        "data/b.ttl": {"<https://example.org/graph/b>"},
        "data/C d.nq": {"<https://example.org/graph/data/C%20d.nq>", "<urn:g>"},
        "data/things.ttl": {"<https://example.org/graph/data/things>"},
    }


_NAMES = st.lists(st.text("ab.%- é", min_size=1, max_size=4), min_size=1, max_size=3)
_ENDINGS = st.sampled_from((".ttl", ".nt", ".ttl.gz", ".TTL", ".ttl.ttl"))


@given(st.lists(st.tuples(_NAMES, _ENDINGS), max_size=8))
def test_no_two_files_have_one_graph(names: list[tuple[list[str], str]]) -> None:
    files = {"/".join(parts) + ending for parts, ending in names}
    assert len({graph_path(name) for name in files}) == len(files)


@given(st.text(), st.text())
@example("a#b.ttl", "a#c.ttl")
@example("a%20b.ttl", "a b.ttl")
def test_every_name_gives_a_base_and_no_two_the_same(one: str, other: str) -> None:
    first, second = base_of("https://example.org/data/", one), base_of("https://example.org/data/", other)
    assert ox.NamedNode(first).value == first
    assert "#" not in first
    assert "?" not in first
    assert (first == second) == (one == other)
