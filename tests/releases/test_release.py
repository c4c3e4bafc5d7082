"""Releases: what is refused and where, what is kept, and that nothing published is ever half there."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, need, run_command
from patches import apply_patch
from projects import DATA, FILES, TOML, make_project
from test_build import digests

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.rdf import canonical
from ecoop_ld.releases import archive, diff, folder, freeze

SHAPES = """\
@prefix ex: <https://example.org/ns#> .
@prefix exsh: <https://example.org/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

exsh:Thing a sh:NodeShape ; sh:targetClass ex:Thing ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:message "It has a label."@en ; sh:severity sh:Violation ] .
"""
MORE = '\n<https://example.org/id/thing/two> a ex:Thing ; rdfs:label "Two"@en .\n'


def toml(version: str) -> str:
    return TOML.replace(
        'languages = ["en"]',
        f'languages = ["en"]\nversion = "{version}"\nmodified = "2026-0{version[0].replace("0", "1")}-01"',
    )


def git(root: Path, *arguments: str) -> None:
    names = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True, capture_output=True)


def commit(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x", "--allow-empty")


def released(root: Path, version: str, files: dict[str, str] | None = None) -> freeze.Frozen:
    commit(root, {"ecoop.toml": toml(version), **(files or {})})
    return freeze.freeze(config.load(root), version)


@pytest.fixture(scope="module")
def with_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {**FILES, "data/things.ttl": DATA + MORE, "shapes/things.ttl": SHAPES}
    root = make_project(tmp_path_factory.mktemp("release"), files, toml("1.0.0"))
    (root / ".gitignore").write_text("releases/\n")
    git(root, "init", "-q")
    frozen = released(root, "1.0.0")
    assert frozen.ok, frozen.report.as_json()
    return root


@pytest.fixture
def project(with_release: Path, tmp_path: Path) -> Path:
    """A project with release 1.0.0; a test may change it."""
    return Path(shutil.copytree(with_release, tmp_path / "project", symlinks=True))


def test_a_release_is_whole_and_tells_what_changed(project: Path) -> None:
    changed = (DATA + MORE).replace("ex:size 3", "ex:size 4")
    frozen = released(project, "1.1.0", {"data/things.ttl": changed})
    assert frozen.ok
    one, two = folder.releases(config.load(project))
    assert (str(one.version), str(two.version), two.previous) == ("1.0.0", "1.1.0", "1.0.0")
    assert (two.added, two.removed, two.ontology) == (1, 1, "1.0.0")
    assert folder.verify(one) == folder.verify(two) == []
    before = canonical.canonical_lines(diff.read_file(one.folder / "stated.nq"))
    after = canonical.canonical_lines(diff.read_file(two.folder / "stated.nq"))
    assert apply_patch(before, (two.folder / "diff.rdfp").read_text()) == after
    assert "ex:size" in (two.folder / "diff.txt").read_text()
    done = run_command("diff", "1.0.0", "1.1.0", cwd=project)
    assert done.returncode == 1
    assert "1 added, 1 removed" in done.stdout


def test_one_archive_has_all_files_that_are_not_packed_themselves(project: Path) -> None:
    at = project / "releases/1.0.0"
    (packed,) = at.glob("*.zip")
    assert packed.name == "example-1.0.0.zip"
    sums = dict(row.split("  ")[::-1] for row in (at / "SHA256SUMS").read_text().splitlines() if row[:1] != "#")
    wanted = {name for name in sums if not name.endswith((".gz", ".zst", ".zip"))}
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        assert {name.removeprefix("example-1.0.0/") for name in archive.namelist()} == wanted
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in wanted:
            assert hashlib.sha256(archive.read(f"example-1.0.0/{name}")).hexdigest() == sums[name]
    assert sums[packed.name] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert folder.releases(config.load(project))[0].archive == packed.name
    assert f'href="{packed.name}"' in (at / "index.html").read_text()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Enhanced cooperation", "enhanced-cooperation-1.0.0"),
        ("Ação & Über: ../x", "acao-uber-x-1.0.0"),
        ("العربية", "dataset-1.0.0"),
        ("x" * 300, "x" * 60 + "-1.0.0"),
    ],
)
def test_an_archive_has_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert archive.stem(title, "1.0.0") == name


def test_a_second_release_leaves_the_first_as_it_was(project: Path) -> None:
    before = digests(project / "releases/1.0.0")
    assert released(project, "1.1.0").ok
    assert digests(project / "releases/1.0.0") == before


def test_sha256sum_accepts_a_release(project: Path) -> None:
    need(shutil.which("sha256sum"), "sha256sum")
    command = ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(command, cwd=project / "releases/1.0.0", check=False).returncode == 0


Offence = tuple[str, str, dict[str, Callable[[str], str]], str, str]
OFFENCES: dict[str, Offence] = {
    "an entity vanishes": (
        "1.1.0", "data/things.ttl", {"": lambda text: text.replace(MORE, "")}, "release-lost-iri", "data/things.ttl:8"
    ),
    "a term vanishes": (
        "2.0.0", "ontology/ns.ttl", {"": lambda text: text[: text.index("ex:uses a owl")].replace("1.0.0", "2.0.0")},
        "release-lost-term", "ontology/ns.ttl:43",
    ),
    "a term means something else": (
        "1.1.0", "ontology/ns.ttl",
        {"": lambda text: text.replace("rdfs:subClassOf ex:Thing ;\n", "").replace("1.0.0", "1.1.0")},
        "release-breaking-term", "ontology/ns.ttl:29",
    ),
    "the vocabulary changes and not its version": (
        "1.1.0", "ontology/ns.ttl", {"": lambda text: text.replace("How big it is", "Its size")},
        "release-version", "ontology/ns.ttl:17",
    ),
    "a shape asks for more than before": (
        "1.1.0", "shapes/things.ttl", {"": lambda text: text.replace("sh:minCount 1", "sh:minCount 2")},
        "release-breaking-shape", "shapes/things.ttl:6",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OFFENCES)
def test_each_offender_is_named_with_file_and_line(project: Path, name: str) -> None:
    version, file, edit, code, place = OFFENCES[name]
    files = {file: edit[""]((project / file).read_text())}
    if code == "release-breaking-shape":  # the data keeps up, so that the check passes; old data does not conform
        files["data/things.ttl"] = re.sub(r'rdfs:label ("\w+")@en', r"rdfs:label \1@en , \1@es", DATA + MORE)
    before = digests(project / "releases")
    frozen = released(project, version, files)
    assert not frozen.ok
    found = [(f.code, f"{f.place.file}:{f.place.line}") for f in frozen.report.findings if f.place]
    assert (code, place) in found, frozen.report.as_json()
    assert digests(project / "releases") == before


def test_a_major_version_may_break_shapes_and_terms(project: Path) -> None:
    text = (
        (project / "ontology/ns.ttl").read_text().replace("rdfs:subClassOf ex:Thing ;\n", "").replace("1.0.0", "2.0.0")
    )
    labels = re.sub(r'rdfs:label ("\w+")@en', r"rdfs:label \1@en , \1@es", DATA + MORE)
    files = {"ontology/ns.ttl": text, "shapes/things.ttl": SHAPES.replace("minCount 1", "minCount 2")}
    frozen = released(project, "2.0.0", {**files, "data/things.ttl": labels})
    assert frozen.ok, frozen.report.as_json()


def test_a_tombstone_or_a_successor_is_enough(project: Path) -> None:
    stone = "\n<https://example.org/id/thing/two> <http://www.w3.org/2002/07/owl#deprecated> true .\n"
    assert released(project, "1.1.0", {"data/things.ttl": DATA + stone}).ok


@pytest.mark.parametrize(
    ("modified", "words"),
    [("", "is no date"), ("2026-02-30", "is no date"), ("2025-12-31", "before release 1.0.0 of 2026-01-01")],
)
def test_a_date_that_makes_no_sense_is_refused(project: Path, modified: str, words: str) -> None:
    text = re.sub(r'modified = "[^"]*"', f'modified = "{modified}"', toml("1.1.0"))
    commit(project, {"ecoop.toml": text})
    with pytest.raises(UserError, match=words) as caught:
        freeze.freeze(config.load(project), "1.1.0")
    assert caught.value.place
    assert caught.value.place.line == text.splitlines().index(f'modified = "{modified}"') + 1


@pytest.mark.parametrize(
    ("version", "said", "words"),
    [
        ("1.0.0", "1.0.0", "Release 1.0.0 exists"),
        ("0.9.0", "0.9.0", "older than release 1.0.0"),
        ("1.1", "1.1.0", "is no version"),
        ("1.01.0", "1.1.0", "is no version"),
        ("../x", "1.1.0", "is no version"),
        ("1.2.0", "1.1.0", "says that it is version 1.1.0"),
    ],
)
def test_a_version_that_makes_no_sense_is_refused(project: Path, version: str, said: str, words: str) -> None:
    commit(project, {"ecoop.toml": toml(said)})
    with pytest.raises(UserError, match=words):
        freeze.freeze(config.load(project), version)


def test_a_dirty_project_is_refused(project: Path) -> None:
    commit(project, {"ecoop.toml": toml("1.1.0")})
    (project / "data/new.ttl").write_text("")
    with pytest.raises(UserError, match=r"data/new\.ttl is not committed"):
        freeze.freeze(config.load(project), "1.1.0")


def test_a_failing_project_is_refused(project: Path) -> None:
    frozen = released(project, "1.1.0", {"data/bad.ttl": "<x> <y> .\n"})
    assert not frozen.ok
    assert frozen.report.findings[0].place
    assert frozen.report.findings[0].place.file == "data/bad.ttl"


def test_a_missing_previous_release_is_refused(project: Path) -> None:
    assert released(project, "1.1.0").ok
    shutil.rmtree(project / "releases/1.0.0")
    with pytest.raises(UserError, match=r"follows 1\.0\.0, which is not"):
        released(project, "1.2.0")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "all.ttl is not what it was": lambda f: (f / "all.ttl").write_bytes((f / "all.ttl").read_bytes() + b" "),
    "data.nt.gz is not what it was": lambda f: (f / "data.nt.gz").write_bytes((f / "data.nt.gz").read_bytes()[:-1]),
    "diff.html is missing": lambda f: (f / "diff.html").unlink(),
    "vocabulary/terms.ttl is not what it was": lambda f: (f / "vocabulary/terms.ttl").write_bytes(b""),
    "more.txt was not part": lambda f: (f / "more.txt").write_text("x"),
    "SHA256SUMS cannot be read": lambda f: (f / "SHA256SUMS").write_text("x"),
    "SHA256SUMS has other hashes": lambda f: (f / "SHA256SUMS").write_text(
        re.sub(r"union \w{64}", "union " + "0" * 64, (f / "SHA256SUMS").read_text())
    ),
}


@pytest.mark.parametrize("words", DAMAGE)
def test_verify_finds_what_is_not_as_it_was(project: Path, words: str) -> None:
    (release,) = folder.releases(config.load(project))
    assert folder.verify(release) == []
    DAMAGE[words](project / "releases/1.0.0")
    done = run_command("release", "--verify", cwd=project)
    assert done.returncode == 1
    assert words in done.stdout
    with pytest.raises(UserError, match=re.escape(words)):  # nor can a release follow it
        released(project, "1.1.0")


FAULTS = """
import errno, os, resource, shutil, signal, sys
from pathlib import Path
from ecoop_ld import config
from ecoop_ld.releases import folder as releases
from ecoop_ld.releases import freeze
from ecoop_ld.errors import UserError
from ecoop_ld.words import labels
import pyarrow.parquet, pyshacl, rdflib
settings = config.load(Path(sys.argv[1]))
folder = settings.releases_folder
left = 0
def once(made):
    "What reads and judges writes nothing and finds the same each time: it is done before the first fault."
    return lambda *arguments, **more: made

freeze._refuse_dirty(settings)
freeze._refuse_dirty = once(None)
loaded = freeze.files.load(settings)
freeze.files.load = once(loaded)
freeze.check = once(freeze.check(settings, loaded, loaded.quads))
assert freeze.check().exit_code(strict=False) == 0
previous = releases.releases(settings)[-1]
before = freeze.diff.read_file(previous.folder / f"{freeze.STATED}.nq")
changes = freeze.diff.compare(before, loaded.quads)
offenders = tuple(freeze.broken(settings, freeze.Version.parse("1.1.0"), previous, before, changes, loaded))
assert not offenders
freeze.broken = once(offenders)
labels.well_known("http://e/", ())  # it remembers the file
CHANGING = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod")

def strike(fault, moment):
    "In this process, the n-th change of the file system is its end, or finds the disk full."
    if fault == "in the middle of a write":
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (moment, moment))
        return
    global left
    left = moment
    def hook(event, arguments):
        global left
        writing = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wxa+")
        if writing or event in CHANGING[: None if fault == "kill" else 2]:
            left -= 1
            if left < 0 and fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if left == -1:
                raise OSError(errno.ENOSPC, "No space left on device")
    sys.addaudithook(hook)

def attempt(fault, moment):
    child = os.fork()
    if child == 0:
        strike(fault, moment)
        try:
            freeze.freeze(settings, "1.1.0")
        except UserError:
            os._exit(4)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(3)
        os._exit(0 if left >= 0 else 5)  # a folder that is there already need not be made
    status = os.waitpid(child, 0)[1]
    found = releases.releases(settings)
    whole = not any(map(releases.verify, found))
    code = -1 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    print(moment, code, int(whole), len(found), flush=True)
    if len(found) == 2:
        shutil.rmtree(found[1].folder)
    return code

fault = sys.argv[2]
if fault == "in the middle of a write":
    for size in (0, 1, 50, 500, 2000, 5000, 10000):
        attempt(fault, size)
else:
    moment = 0
    while attempt(fault, moment) in (-1, 4, 5):
        moment += 1
"""


@pytest.mark.parametrize(("fault", "fewest"), [("kill", 100), ("full", 100), ("in the middle of a write", 7)])
def test_whatever_happens_at_any_write_the_published_releases_are_whole(project: Path, fault: str, fewest: int) -> None:
    """A process is killed just before each of its writes, renames and removals, or in a write; or its disk is full."""
    commit(project, {"ecoop.toml": toml("1.1.0"), "data/things.ttl": DATA + MORE.replace("Two", "Deux")})
    before = digests(project / "releases/1.0.0")
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, str(project), fault], capture_output=True, text=True, timeout=300, check=True
    )
    rows = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(rows) >= fewest
    expected = {"kill": {-1, 0}, "full": {4, 5, 0}, "in the middle of a write": {-1}}[fault]
    assert {code for _, code, *_ in rows} == expected, done.stderr
    assert all(whole for *_, whole, _ in rows), rows
    if fault != "in the middle of a write":
        assert {count for *_, count in rows} == {1, 2}, "some faults fall before the release is published, some after"
    assert digests(project / "releases/1.0.0") == before
    again = run_command("release", "1.1.0", cwd=project)
    assert again.returncode == 0, again.stderr
    assert not [path for path in (project / "releases").iterdir() if path.name.startswith(".")]
    assert run_command("release", "--verify", cwd=project).returncode == 0


def test_killed_between_the_folder_and_the_index_a_second_run_completes_it(project: Path) -> None:
    (project / "releases/index.html").unlink()
    done = run_command("release", "1.0.0", cwd=project)
    assert done.returncode == 2
    assert "1.0.0/" in (project / "releases/index.html").read_text()


def test_a_full_disk_changes_nothing(project: Path) -> None:
    """``ulimit -f`` stands in for a full disk: writing past it fails half-way (EFBIG)."""
    rows = "".join(f'<https://example.org/id/thing/n{n}> a ex:Thing ; rdfs:label "{n}"@en .\n' for n in range(2000))
    commit(project, {"ecoop.toml": toml("1.1.0"), "data/things.ttl": DATA + MORE + rows})
    before = digests(project / "releases")
    command = f"trap '' XFSZ; ulimit -f 100; exec {sys.executable} -m ecoop_ld release 1.1.0"
    done = subprocess.run(
        ["bash", "-c", command], cwd=project, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Nothing was changed" in done.stderr
    assert digests(project / "releases") == before


def test_two_real_releases_of_this_dataset(tmp_path: Path) -> None:
    """Additions, changes, a rename and a withdrawal between two versions of the flagship."""
    root = tmp_path / "project"
    for name in ("ontology", "data", "shapes", "site"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "ecoop.toml", root)
    (root / ".gitignore").write_text("releases/\n.ecoop-ld/\n")
    git(root, "init", "-q")
    labels, base = "data/editorial/labels.ttl", "https://w3id.org/ecoop/id/"
    text, note = (root / labels).read_text(), "<http://www.w3.org/2004/02/skos/core#note>"
    gone, replaced = "<http://www.w3.org/2002/07/owl#deprecated> true", "<http://purl.org/dc/terms/isReplacedBy>"
    early = "".join(f'\n<{base}concept/{name}> {note} "Early."@en .\n' for name in ("old-name", "withdrawn"))
    late = (
        f"\n<{base}concept/old-name> {gone} ; {replaced} <{base}concept/new-name> .\n"
        f'\n<{base}concept/new-name> {note} "Early."@en .\n'
        f"\n<{base}concept/withdrawn> {gone} .\n"
        f'\n<{base}org/lacnic> {note} "Changed between two releases."@en .\n'
    )
    commit(root, {labels: text + early})
    settings = config.load(root)
    first = freeze.freeze(settings, settings.project.version)
    assert first.ok, first.report.as_json()
    words = (root / "ecoop.toml").read_text()
    commit(root, {labels: text + late, "ecoop.toml": words.replace('version = "1.1.0"', 'version = "1.2.0"')})
    second = freeze.freeze(config.load(root), "1.2.0")
    assert second.ok, second.report.as_json()
    assert second.changes is not None
    assert {e.subject.removeprefix(base): e.kind for e in second.changes.entities} == {
        "concept/old-name": "changed",
        "concept/new-name": "added",
        "concept/withdrawn": "changed",
        "org/lacnic": "changed",
    }
    assert len(list(ox.parse(path=root / "releases/1.2.0/all.nq"))) > 10_000
    assert (root / "releases/1.2.0/diff.html").stat().st_size > 100
