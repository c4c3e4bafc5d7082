"""``python -m benchmarks.site [TRIPLES …] [--project DIR]``: check and build, stage by stage, beside a floor.

The data are generated and always the same: things of four classes with labels in three languages, texts, dates and
numbers, and links of which a few hubs have most. The floor is what no build can do without: parse, group by subject,
write a constant page and four formats for each thing, on one core, in the same run. Every figure is of a process of its
own, with all that it started; processor time is compared, because other work on the machine does not change it as much.
The figures are written to ``benchmarks/results/`` as JSON.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"
BASE = "https://example.org/"
PER_THING = 12
CONSTANT_PAGE = b"<!doctype html><title>x</title>" + b"<p>A line of a page.</p>\n" * 400
FOUR = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)
TOML = f"""
[project]
title.en = "Benchmark"
languages = ["en"]
[addresses]
public_base = "{BASE}"
vocabulary = "ns"
"""


def lines(triples: int) -> Iterator[str]:
    """N-Triples, :data:`PER_THING` of each thing; half of all links lead to one thing in a hundred."""
    choose, many = random.Random(42), max(triples // PER_THING, 1)
    rdfs, dcterms = "http://www.w3.org/2000/01/rdf-schema#", "http://purl.org/dc/terms/"
    xsd = "http://www.w3.org/2001/XMLSchema#"

    def linked() -> str:
        return f"<{BASE}id/thing/{choose.randrange(max(many // 100, 1) if choose.random() < 0.5 else many)}>"

    for n in range(many):
        subject = f"<{BASE}id/thing/{n}>"
        yield f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}classes/{'ABCD'[n % 4]}> .\n"
        for language in ("en", "es", "pt"):
            yield f'{subject} <{rdfs}label> "Thing {n} in {language}"@{language} .\n'
        yield f'{subject} <{dcterms}description> "What thing {n} is, in a line of text & a bit."@en .\n'
        date = f"{choose.randint(1900, 2020)}-0{choose.randint(1, 9)}-1{n % 10}"
        yield f'{subject} <{dcterms}date> "{date}"^^<{xsd}date> .\n'
        yield f'{subject} <{BASE}terms/size> "{choose.randrange(500)}"^^<{xsd}integer> .\n'
        for predicate in ("uses", "near", "partOf", "after"):
            yield f"{subject} <{BASE}terms/{predicate}> {linked()} .\n"
        yield f"{subject} <http://www.w3.org/2004/02/skos/core#exactMatch> <http://www.wikidata.org/entity/Q{n}> .\n"


# --- what runs in processes of its own --------------------------------------------------------------------------------


def _laps() -> Callable[[str], None]:
    """Prints the processor time since the last lap, as a line of JSON."""
    last = [time.process_time(), time.perf_counter()]

    def lap(name: str) -> None:
        now = [time.process_time(), time.perf_counter()]
        print(json.dumps({"stage": name, "cpu": now[0] - last[0], "wall": now[1] - last[1]}), flush=True)
        last[:] = [time.process_time(), time.perf_counter()]

    return lap


def floor(project: str, out: str) -> None:
    """Parse, group, a constant page and four formats for each subject."""
    lap, groups = _laps(), defaultdict(list)
    for path in sorted(Path(project, "data").iterdir()):
        for quad in ox.parse(path=str(path)):
            groups[quad.subject].append(quad.triple)
    lap("parse, group")
    for n, triples in enumerate(groups.values()):
        folder = Path(out, f"{n // 1000}")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{n}.html").write_bytes(CONSTANT_PAGE)
        for row in FOUR:
            sink = io.BytesIO()
            ox.serialize(triples, sink, format=row)
            (folder / f"{n}.{row.file_extension}").write_bytes(sink.getvalue())
    lap("pages, four formats")


def stages(project: str, out: str) -> None:
    """The stages of a build one after the other, in one process."""
    from ecoop_ld import config as configuration
    from ecoop_ld.build import build
    from ecoop_ld.model import vocabulary
    from ecoop_ld.publish.bundle import write as write_bundle
    from ecoop_ld.publish.staging import Output, write
    from ecoop_ld.rdf.formats import HTML
    from ecoop_ld.site.load import load_site
    from ecoop_ld.site.represent import represent
    from ecoop_ld.sources import files
    from ecoop_ld.sources.materialise import materialise
    from ecoop_ld.validate import check

    lap, folder = _laps(), Path(out)
    config = configuration.load(Path(project))
    loaded = files.load(config)
    lap("parse")
    derived = materialise(config, loaded.quads)
    lap("materialise")
    check(config, loaded, loaded.quads)
    lap("check")
    site = load_site(config, loaded, derived)
    things = [resource for resource in site.resources.values() if resource.kind == "entity"]
    lap("index, places")

    def outputs(html: bool) -> Iterator[Output]:
        for thing in things:
            for row in (HTML,) if html else config.written:
                for language in config.languages if html else config.languages[:1]:
                    file = site.dataset.addresses.file(thing.path, row, language)
                    yield Output(file, represent(site, thing, row, language))

    write(folder, outputs(True))
    lap("pages")
    write(folder, outputs(False))
    lap("data of each thing")
    write_bundle(site.dataset, folder, vocabulary.context_table(site.dataset))
    lap("dumps, tables")
    write(folder, build.fixed(dataclasses.replace(site, findings=())))
    lap("descriptions, search by name")


# --- measuring --------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Measured:
    """What one command took, with all processes that it started."""

    wall: float
    cpu: float
    peak: float
    """Megabytes, of the largest process."""
    stages: tuple[dict[str, object], ...] = ()


def measured(*command: str) -> Measured:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    printed = process.stdout.read().decode().splitlines()
    _, status, used = os.wait4(process.pid, 0)
    process.stdout.close()
    if os.waitstatus_to_exitcode(status) > 1:
        raise SystemExit(f"{' '.join(command)} failed.")
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    found = tuple(json.loads(line) for line in printed if line.startswith('{"stage"'))
    return Measured(time.perf_counter() - start, used.ru_utime + used.ru_stime, peak, found)


def project_of(triples: int, folder: Path) -> Path:
    root = folder / f"project-{triples}"
    (root / "data").mkdir(parents=True)
    (root / "ecoop.toml").write_text(TOML)
    with (root / "data" / "things.nt").open("w", encoding="utf-8") as stream:
        stream.writelines(lines(triples))
    return root


def compare(name: str, root: Path, folder: Path) -> dict[str, Measured]:
    """Floor, stages, check and build of one project."""
    inside = "import sys; from benchmarks import site; getattr(site, sys.argv[1])(*sys.argv[2:])"
    python, out = sys.executable, folder / "out"
    runs = {
        "floor": (python, "-c", inside, "floor", str(root), str(out / f"{name}-floor")),
        "stages": (python, "-c", inside, "stages", str(root), str(out / f"{name}-stages")),
        "check": (python, "-m", "ecoop_ld", "check", "--project", str(root)),
        "build": (python, "-m", "ecoop_ld", "build", "--project", str(root), "--out", str(out / f"{name}-build")),
    }
    found = {run: measured(*command) for run, command in runs.items()}
    base = found["floor"].cpu
    print(f"\n{name}\n{'':32}{'wall s':>9}{'CPU s':>9}{'x floor':>9}{'peak MB':>9}")
    for run, row in found.items():
        print(f"{run:32}{row.wall:9.2f}{row.cpu:9.2f}{row.cpu / base:9.1f}{row.peak:9.0f}")
        for stage in row.stages:
            taken, wall = float(str(stage["cpu"])), float(str(stage["wall"]))
            print(f"   {stage['stage']!s:29}{wall:9.2f}{taken:9.2f}{taken / base:9.1f}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("triples", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--project", type=Path, action="append", default=[], help="a project to measure as well")
    given = parser.parse_args()
    table: dict[str, object] = {}
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".ecoop-ld-bench-") as name:
        folder = Path(name)
        (folder / "out").mkdir()
        projects = [(f"{n} triples", project_of(n, folder)) for n in given.triples]
        projects += [(path.resolve().name, path.resolve()) for path in given.project]
        for called, root in projects:
            table[called] = {k: dataclasses.asdict(v) for k, v in compare(called, root, folder).items()}
    RESULTS.mkdir(exist_ok=True)
    about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    target = RESULTS / f"site-{time.strftime('%Y-%m-%d')}.json"
    target.write_text(json.dumps({"about": about, "results": table}, indent=1) + "\n")
    print(f"\nWritten to {target.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
