"""What changed between two sides, whatever they are and however their blank nodes are called."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import run_command
from patches import apply_patch
from projects import DATA, FILES, make_project
from test_release import git, released, toml

from ecoop_ld.errors import UserError
from ecoop_ld.rdf import canonical
from ecoop_ld.releases import diff

ONE = "https://example.org/id/thing/one"
CHANGED = DATA.replace("ex:size 3", "ex:size 4") + '<https://example.org/id/thing/new> rdfs:label "<New>"@en .\n'


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(text.encode(), format=ox.RdfFormat.TRIG, base_iri="http://e/"))


CASES = {
    "same": ("<x:a> <x:p> 1 .", "<x:a> <x:p> 1 .", {}),
    "value changed": ("<x:a> <x:p> 1 .", "<x:a> <x:p> 2 .", {"x:a": "changed"}),
    "entity came": ("<x:a> <x:p> 1 .", "<x:a> <x:p> 1 . <x:b> <x:p> 1 .", {"x:b": "added"}),
    "entity went": ("<x:a> <x:p> 1 . <x:b> <x:p> 1 .", "<x:a> <x:p> 1 .", {"x:b": "removed"}),
    "renamed blank nodes": ("_:a <x:p> _:b . _:b <x:q> 1 .", "_:z <x:q> 1 . _:y <x:p> _:z .", {}),
    "graph changed": ("<x:g> { <x:a> <x:p> 1 }", "<x:h> { <x:a> <x:p> 1 }", {"x:a": "changed"}),
    "graphs against none": ("<x:g> { <x:a> <x:p> 1 }", "<x:a> <x:p> 1 .", {}),
    "lexical form": ("<x:a> <x:p> 1.50 .", "<x:a> <x:p> 1.5 .", {"x:a": "changed"}),
    "from nothing": ("", "<x:a> <x:p> 1 .", {"x:a": "added"}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_entity_that_changed_is_named(name: str) -> None:
    before, after, expected = CASES[name]
    found = diff.compare(quads(before), quads(after))
    assert {e.subject: e.kind for e in found.entities} == expected
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("name", CASES)
def test_the_patch_leads_from_one_side_to_the_other(name: str) -> None:
    before, after, _ = CASES[name]
    if name == "graphs against none":
        after = before
    found = diff.compare(quads(before), quads(after))
    lines = canonical.canonical_lines(quads(before))
    assert apply_patch(lines, found.as_patch()) == canonical.canonical_lines(quads(after))


def test_the_forms_say_the_same() -> None:
    found = diff.compare(
        quads('<x:a> <http://purl.org/dc/terms/title> "old" , "<b>" .'),
        quads('<x:a> <http://purl.org/dc/terms/title> "new" .')
    )  # fmt: skip
    text = found.as_text({"dcterms": "http://purl.org/dc/terms/"})
    assert '~ x:a\n    - dcterms:title "<b>"\n    - dcterms:title "old"\n    + dcterms:title "new"\n' in text
    table = json.loads(found.as_json())
    assert table["entities"][0]["properties"][0]["added"] == ['"new"']
    page = found.as_html("A & B", {})
    assert "<title>A &amp; B</title>" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = make_project(tmp_path)
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=T", "-c", "user.email=t@e", "commit", "-qm", "1"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    return root


def test_a_revision_a_folder_dumps_and_a_file_are_compared(project: Path, tmp_path: Path) -> None:
    assert run_command("build", cwd=project).returncode == 0
    assert run_command("diff", "HEAD", ".", cwd=project).returncode == 0
    (project / "data/things.ttl").write_text(CHANGED)
    (tmp_path / "old.ttl.gz").write_bytes(gzip.compress((FILES["ontology/ns.ttl"] + DATA).encode()))
    for before in ("HEAD", "public", "public/dumps/latest/stated.nq.zst", str(tmp_path / "old.ttl.gz")):
        done = run_command("diff", before, ".", "--format", "json", cwd=project)
        assert done.returncode == 1, done.stderr
        kinds = {e["entity"]: e["change"] for e in json.loads(done.stdout)["entities"]}
        assert kinds == {ONE: "changed", "https://example.org/id/thing/new": "added"}, before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing", None, "no file, folder, release or git revision"),
        ("--upload-pack=x", None, "no file, folder, release or git revision"),
        ("a.nq", b"<x:a> <x:p> .\n", "is no N-Quads"),
        ("a.nq.gz", gzip.compress(b"<x:a> <x:p> <x:o> .\n")[:-6], "is broken"),
        ("a.nq.zst", b"not zstd", "is broken"),
        ("a.docx", b"", "is no RDF file"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=words):
        diff.read(str(tmp_path / name) if content is not None else name, tmp_path, tmp_path)


SIDES = {
    "git revision": "HEAD",
    "project": "../before",
    "build": "public",
    "release": "1.0.0",
    "N-Quads": "public/dumps/latest/all.nq",
    "Turtle, gzipped": "old.ttl.gz",
    "TriG, zstd": "public/dumps/latest/all.trig.zst",
    "JSON-LD": "public/dumps/latest/all.jsonld",
}


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that changed since it was committed, built, released, copied and dumped."""
    root = make_project(tmp_path_factory.mktemp("sides"), FILES, toml("1.0.0"))
    (root / ".gitignore").write_text("releases/\npublic/\nold.ttl.gz\n")
    git(root, "init", "-q")
    assert released(root, "1.0.0").ok
    assert run_command("build", cwd=root).returncode == 0
    shutil.copytree(root, root.parent / "before")
    (root / "old.ttl.gz").write_bytes(gzip.compress((FILES["ontology/ns.ttl"] + DATA).encode()))
    (root / "data/things.ttl").write_text(CHANGED)
    return root


@pytest.mark.parametrize("form", ["text", "html", "json", "patch"])
@pytest.mark.parametrize("name", SIDES)
def test_every_kind_of_side_is_compared_in_every_form(sides: Path, name: str, form: str) -> None:
    """Against the folder as it is, and the other way round."""
    for before, after in ((SIDES[name], "."), (".", SIDES[name])):
        done = run_command("diff", before, after, "--format", form, cwd=sides)
        assert done.returncode == 1, done.stderr
        old, new = ("3", "4") if after == "." else ("4", "3")
        number = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        match form:
            case "text":
                lines = [line.split(" <")[0] for line in done.stdout.splitlines()]  # without the graph
                at = lines.index(f'    - ex:size "{old}"^^xsd:integer')
                assert lines[at + 1] == f'    + ex:size "{new}"^^xsd:integer'
            case "html":
                assert f"<del>&quot;{old}&quot;^^xsd:integer" in done.stdout
                assert f"<ins>&quot;{new}&quot;^^xsd:integer" in done.stdout
                assert "&lt;New&gt;" in done.stdout
            case "json":
                (one,) = (e for e in json.loads(done.stdout)["entities"] if e["entity"] == ONE)
                (size,) = (p for p in one["properties"] if p["property"].endswith("#size"))
                assert size["removed"][0].startswith(number.format(old))
                assert size["added"][0].startswith(number.format(new))
            case _:
                rows = done.stdout.splitlines()
                assert [row for row in rows if row.startswith(f"D <{ONE}>") and number.format(old) in row]
                assert [row for row in rows if row.startswith(f"A <{ONE}>") and number.format(new) in row]
