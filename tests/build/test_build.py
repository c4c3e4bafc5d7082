"""The build as a user runs it: everything is there, twice the same, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from conftest import COMMAND, ROOT, run_command, wait_until
from projects import FILES, make_project

from ecoop_ld import config
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_entity_has_a_page_and_four_data_files(public: Path) -> None:
    settings = config.load(ROOT)
    loaded = files.load(settings)
    site = load_site(settings, loaded, materialise(settings, loaded.quads))
    entities = [r for r in site.resources.values() if r.kind == "entity"]
    assert len(entities) > 700
    for resource in entities:
        for row in resource.formats:
            for language in settings.languages if row is HTML else ("",):
                assert (public / site.dataset.addresses.file(resource.path, row, language)).is_file()


def test_the_manifest_lists_every_file_with_its_size_and_sum(public: Path) -> None:
    manifest = json.loads((public / "manifest.json").read_text())
    listed = {f["path"]: (f["size"], f["sha256"]) for f in manifest["files"]}
    found = {name: ((public / name).stat().st_size, digest) for name, digest in digests(public).items()}
    found.pop("manifest.json")
    assert listed == found


def test_two_builds_give_the_same_bytes(public: Path, tmp_path: Path) -> None:
    assert run_command("build", "--out", tmp_path / "again").returncode == 0
    assert digests(tmp_path / "again") == digests(public)


def test_a_second_build_has_nothing_to_do(public: Path) -> None:
    before = (public / "manifest.json").stat().st_mtime_ns
    done = run_command("build", "--out", public)
    assert done.returncode == 0
    assert "up to date" in done.stderr
    assert (public / "manifest.json").stat().st_mtime_ns == before


SMALL = {
    **FILES,
    "data/a.ttl": "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    '<https://example.org/id/thing/one> a skos:Concept ; skos:prefLabel "One"@en ; skos:definition "First."@en .\n',
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_project(tmp_path_factory.mktemp("small"), SMALL)
    done = run_command("build", cwd=project)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def small(built: Path, tmp_path: Path) -> Path:
    """A copy of a small project that is built; a test may change it."""
    return Path(shutil.copytree(built, tmp_path / "project/project", symlinks=True))


def test_other_surroundings_change_no_byte(small: Path, tmp_path: Path) -> None:
    """Hash seed, locale, time zone, clock, file permissions and working folder: none of them is an input."""
    found = []
    for number, (seed, locale, zone, mask) in enumerate(
        [("0", "C", "UTC", 0o022), ("4711", "tr_TR.UTF-8", "Pacific/Kiritimati", 0o077)]
    ):
        out, folder = tmp_path / f"out{number}", tmp_path / f"folder{number}"
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "TZ": zone}
        done = run_command(
            "build", "--project", small, "--out", out, cwd=folder, env=environment, preexec_fn=partial(os.umask, mask)
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found.append({p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    one, two = found
    assert {name for name in one if one[name] != two.get(name)} | (set(two) - set(one)) == set()
    assert "dumps/latest/all.nq" in one


def test_a_failing_check_changes_nothing(small: Path) -> None:
    before = digests(small / "public")
    (small / "data/b.ttl").write_text("@prefix ex: <https://example.org/id/> .\nex:x ex:p .\n")
    done = run_command("build", cwd=small)
    assert done.returncode == 1
    assert "data/b.ttl:2:" in done.stderr
    assert digests(small / "public") == before


def test_a_foreign_folder_is_never_replaced(small: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    done = run_command("build", "--out", tmp_path / "mine", cwd=small)
    assert done.returncode == 2
    assert "did not write" in done.stderr
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_full_disk_changes_nothing(small: Path) -> None:
    """``ulimit -f`` stands in for a full disk: writing past it fails half-way (EFBIG)."""
    before = digests(small / "public")
    (small / "data/a.ttl").write_text(
        SMALL["data/a.ttl"]
        + "".join(f'<https://example.org/id/t/n{n}> a skos:Concept ; skos:prefLabel "{n}"@en .\n' for n in range(900))
    )
    command = "trap '' XFSZ; ulimit -f 60; exec " + " ".join([*COMMAND, "build"])
    done = subprocess.run(["bash", "-c", command], cwd=small, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done.stderr
    assert "Nothing was changed" in done.stderr
    assert digests(small / "public") == before
    assert not list(small.glob(".ecoop-ld-public*"))


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write anywhere, and setpriv is missing"
)
def test_a_read_only_folder_is_an_error_in_words(small: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o755)
    locked.chmod(0o555)
    # Root may write anywhere by a capability; without it the permission bits hold for root too.
    prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *COMMAND, "build", "--project", str(small), "--out", str(locked / "public")],
        capture_output=True, text=True, timeout=120, check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "Cannot write" in done.stderr


def _session(number: int) -> list[Path]:
    """The processes of a session (proc(5): it stands fourth behind the command in brackets)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[3]) == number:
                found.append(stat)
    return found


@pytest.mark.parametrize("moment", [0.02, 0.1, 0.25, 0.5])
def test_killed_at_any_moment_the_old_site_is_whole(small: Path, moment: float) -> None:
    """Kill while the staging folder fills; the old files are all there, the next build sweeps up, no process stays."""
    before = digests(small / "public")
    (small / "data/a.ttl").write_text(
        SMALL["data/a.ttl"]
        + "".join(f'<https://example.org/id/t/n{n}> a skos:Concept ; skos:prefLabel "{n}"@en .\n' for n in range(300))
    )
    process = subprocess.Popen([*COMMAND, "build"], cwd=small, stderr=subprocess.DEVNULL, start_new_session=True)
    assert wait_until(lambda: bool(list(small.glob(".ecoop-ld-public*"))) or process.poll() is not None)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert wait_until(lambda: not _session(process.pid))
    after = digests(small / "public")
    assert after == before or len(after) > len(before)
    listed = {f["path"] for f in json.loads((small / "public/manifest.json").read_text())["files"]}
    assert listed | {"manifest.json"} == set(after)
    assert run_command("build", cwd=small).returncode == 0
    assert not list(small.glob(".ecoop-ld-public*"))


def test_what_plain_hosts_lead_nowhere_is_said_with_a_count_and_examples(tmp_path: Path) -> None:
    data = "".join(f'<https://example.org/x/%FF{n}> <http://xmlns.com/foaf/0.1/name> "{n}" .\n' for n in range(5))
    root = make_project(tmp_path, {**FILES, "data/odd.nt": data})
    done = run_command("build", "--project", root)
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stderr.splitlines() if "plain static host" in line)
    assert line.startswith("5 IRIs have no page")
    assert line.count("<https://example.org/x/%FF") == 3
    assert line.endswith(" …")
