"""``ecoop-ld init``: a project that checks without a finding, builds, and serves; nothing of anybody's is overwritten."""

from __future__ import annotations

import datetime
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from conftest import ROOT, run_command, start_server, stop_server
from projects import loaded

from ecoop_ld.errors import UserError
from ecoop_ld.projects import init
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.words.labels import well_known

TODAY = datetime.date(2031, 2, 3)


def test_a_new_project_checks_without_a_finding_and_serves(tmp_path: Path) -> None:
    """As a newcomer does it: init, check, serve, look."""
    done = run_command("init", "mine", "--title", 'Körper & "Kanten"', "--public-base", "https://s.test", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cd mine && ecoop-ld serve" in done.stdout
    checked = run_command("check", "--strict", cwd=tmp_path / "mine")
    assert (checked.returncode, checked.stdout.strip()) == (0, "No findings.")
    running = start_server(tmp_path / "mine", tmp_path / "public")
    try:
        front, cube, answer = (
            urllib.request.urlopen(running.url + path).read()
            for path in ("", "doc/solid/cube.nt", "queries/own-dual.html")
        )
    finally:
        stop_server(running)
    assert "Körper &amp; &#34;Kanten&#34;" in front.decode()
    assert "https://s.test/id/solid/cube" in {triple.subject.value for triple in ox.parse(cube, ox.RdfFormat.N_TRIPLES)}
    assert "tetrahedron" in answer.decode()


def test_nothing_of_the_example_is_left_where_another_base_and_date_are_given(tmp_path: Path) -> None:
    names = init.start(tmp_path / "p", title="T", base="https://s.test/", today=TODAY)
    written = {name: (tmp_path / "p" / name).read_text(encoding="utf-8") for name in names}
    assert ".gitignore" in written
    assert not [name for name, text in written.items() if "example.org" in text or "2026" in text]
    assert 'modified = "2031-02-03"' in written["ecoop.toml"]
    assert written["README.md"].startswith("# T\n")


def test_the_solids_are_as_euler_says_and_a_wrong_one_is_found(tmp_path: Path) -> None:
    init.start(tmp_path / "p", today=TODAY)
    data = tmp_path / "p/data/solids.ttl"
    counts = re.findall(r"ns:corners (\d+) ;\s+ns:edges (\d+) ;\s+ns:faces (\d+)", data.read_text(encoding="utf-8"))
    assert len(counts) == 5
    assert all(int(corners) - int(edges) + int(faces) == 2 for corners, edges, faces in counts)
    data.write_text(data.read_text(encoding="utf-8").replace("ns:edges 12", "ns:edges 11", 1), encoding="utf-8")
    found = run_command("check", "--project", tmp_path / "p")
    assert found.returncode == 1
    assert "data/solids.ttl" in found.stdout
    assert "together 14" in found.stdout


def test_a_folder_with_a_repository_and_nothing_else_will_do(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert init.start(tmp_path, today=TODAY)
    assert (tmp_path / ".git").is_dir()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["full"], "full is not empty"),
        (["file"], "file is a file"),
        (["new", "--public-base", "ftp://x/"], "must be an http(s) address"),
        (["new", "--public-base", "https://x/> <y/"], "must be an http(s) address"),
        (["new", "--title", " "], "The title is empty"),
        (["new", "--title", "two\nlines"], "not one line"),
        (["file/new"], "cannot be written"),
    ],
)
def test_what_cannot_be_begun_is_said_and_nothing_is_written(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    done = run_command("init", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full)
    with pytest.raises(UserError, match="No space left"):
        init.start(tmp_path / "p", today=TODAY)
    assert not (tmp_path / "p").exists()


def test_the_starter_is_in_the_package() -> None:
    """``package-data`` takes every file of it: the hidden name is given when it is written."""
    names = {path.name for path in (ROOT / "ecoop_ld/projects/frame").rglob("*") if path.is_file()}
    assert "gitignore" in names
    assert not [name for name in names if name.startswith(".")]


def test_a_project_without_claims_shows_no_marks_of_origin_and_words_for_borrowed_terms(tmp_path: Path) -> None:
    init.start(tmp_path / "p", today=TODAY)
    data = tmp_path / "p/data/more.ttl"
    data.write_text("<https://example.org/solids/id/solid/cube> <http://purl.org/dc/terms/temporal> 'always'@en .")
    settings, found = loaded(tmp_path / "p")
    site = load_site(settings, found, materialise(settings, found.quads))
    cube = represent(site, site.resources["doc/solid/cube"], HTML, "en").decode()
    assert "editorial" not in cube
    assert "time covered" in cube
    assert "rdfs:label" not in cube
    table = represent(site, site.resources["counts"], HTML, "en").decode()
    assert "regular solid" in table.split("<thead>")[1].split("</th>")[0]  # what its lines are


def test_words_for_borrowed_terms_are_in_three_languages() -> None:
    assert well_known(names.DCTERMS + "created", ("pt", "en")) == ("criado", "pt")
    assert well_known(names.DCTERMS + "created", ("fi",)) == ("created", "en")
    assert well_known("https://example.org/ns#created", ("en",)) is None


def test_another_subject_gets_every_generic_kind_of_page_without_code(tmp_path: Path) -> None:
    init.start(tmp_path / "p", today=TODAY)
    done = run_command("build", "--project", tmp_path / "p")
    assert done.returncode == 0, done.stderr
    public = tmp_path / "p/public"
    for name in (
        "index", "browse", "search", "quality", "ns", "catalog", "download", "sparql/index", "sparql/limits",
        "queries/index", "queries/own-dual", "class/solid", "doc/solid/cube", "counts", "faces",
    ):  # fmt: skip
        text = (public / f"{name}.html").read_text(encoding="utf-8")
        assert "<h1" in text, name
        assert "enhanced cooperation" not in text.lower(), name
    cube = (public / "doc/solid/cube.html").read_text(encoding="utf-8")
    for words in ("At a glance", "Shown in", "Cite this", "BibTeX", "Open this in SPARQL", "Use this IRI"):
        assert words in cube, words
    assert "Bounds the solids" in (public / "doc/polygon/triangle.html").read_text(encoding="utf-8")


# --- from what somebody has ----------------------------------------------------------------------------------------

TREES = "id,name,planted,kind\n1,Old oak,1990-03-01,oak\n2,Young lime,2001-04-02,lime\n"
TURTLE = """@prefix s: <https://schema.org/> .
<https://parks.test/id/park/a> a s:Park ; s:name "Park A"@en ; s:containsPlace <https://parks.test/id/park/b> .
<https://parks.test/id/park/b> a s:Park ; s:name "Park B"@en .
"""


def new(tmp_path: Path, *arguments: str) -> str:
    done = run_command("init", "mine", *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def texts(root: Path) -> str:
    return "".join(p.read_text(encoding="utf-8") for p in root.rglob("*") if p.is_file() and ".git/" not in str(p))


def test_a_table_becomes_a_project_with_a_mapping_and_terms(tmp_path: Path) -> None:
    (tmp_path / "trees.csv").write_text(TREES, encoding="utf-8")
    told = new(tmp_path, "--from", "trees.csv", "--language", "pt-BR", "--title", 'Árvores "de" rua')
    assert "2 rows, 4 columns" in told
    root = tmp_path / "mine"
    checked = run_command("check", cwd=root)
    assert checked.returncode == 0, checked.stdout
    settings, found = loaded(root)
    assert settings.languages == ("pt-BR",)
    assert settings.title("pt-BR") == 'Árvores "de" rua'
    assert {"1990-03-01", "2001-04-02"} <= {getattr(q.object, "value", "") for q in found.quads}
    assert "olid" not in texts(root)
    assert "cube" not in texts(root)


def test_rdf_becomes_a_project_with_its_own_base_and_the_title_that_is_given(tmp_path: Path) -> None:
    (tmp_path / "have").mkdir()
    (tmp_path / "have/parks.ttl").write_text(TURTLE, encoding="utf-8")
    (tmp_path / "have/trees.csv").write_text(TREES, encoding="utf-8")
    new(tmp_path, "--from", "have", "--title", "Parks", "--language", "de")
    settings, found = loaded(tmp_path / "mine")
    assert (settings.base, settings.languages, settings.title("de")) == ("https://parks.test/", ("de",), "Parks")
    subjects = {q.subject.value for q in found.quads if isinstance(q.subject, ox.NamedNode)}
    assert {"https://parks.test/id/park/a", "https://parks.test/id/tree/1"} <= subjects
    assert run_command("build", cwd=tmp_path / "mine").returncode == 0
    assert "olid" not in texts(tmp_path / "mine/data") + (tmp_path / "mine/README.md").read_text(encoding="utf-8")


def test_the_test_and_the_job_of_a_new_project_run(tmp_path: Path) -> None:
    new(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "discover", "tests"], cwd=tmp_path / "mine", capture_output=True
    )
    assert done.returncode == 0, done.stderr
    job = yaml.safe_load((tmp_path / "mine/.github/workflows/site.yml").read_text(encoding="utf-8"))
    steps = [step["run"] for step in job["jobs"]["build"]["steps"] if "run" in step]
    own = [step.replace("$ADDRESS", "https://me.test/") for step in steps if step.startswith("ecoop-ld ")]
    assert [command.split()[1] for command in own] == ["check", "build"]
    for command in own:
        assert run_command(*shlex.split(command)[1:], cwd=tmp_path / "mine").returncode == 0
    (tmp_path / "mine/data/solids.ttl").write_text("<a> <b> .", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "discover", "tests"], cwd=tmp_path / "mine", capture_output=True
    )
    assert done.returncode == 1


def test_a_new_project_is_a_repository_unless_it_is_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(name, "Somebody")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "somebody@example.org")

    def tracked(root: Path) -> list[str]:
        return subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True).stdout.split()

    assert "with a first commit" in new(tmp_path)
    assert {"ecoop.toml", ".gitignore", ".github/workflows/site.yml"} <= set(tracked(tmp_path / "mine"))
    assert "repository" not in run_command("init", "mine/inside", cwd=tmp_path).stdout
    assert not (tmp_path / "mine/inside/.git").exists()
    assert not (tmp_path / "other").exists()
    assert run_command("init", "other", "--no-git", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "other/.git").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "nothing.ttl"], "There is no file or folder nothing.ttl"),
        (["--from", "empty"], "no RDF file"),
        (["--from", "trees.csv", "--from", "other/trees.csv"], "Two tables are called trees.csv"),
        (["--from", "trees.csv", "--language", "deutsch!"], "no language tag"),
        (["--from", "trees.csv", "--public-base", "parks"], "public_base"),
        (["--language", "DE"], "Write de."),
        (["--from", "picture.csv"], "no row"),
    ],
)
def test_what_cannot_be_begun_leaves_nothing_behind(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    for name in ("trees.csv", "other/trees.csv"):
        (tmp_path / name).write_text(TREES, encoding="utf-8")
    (tmp_path / "picture.csv").write_bytes(b"")
    done = run_command("init", "mine", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "mine").exists()
