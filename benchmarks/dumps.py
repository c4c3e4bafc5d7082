"""``python -m benchmarks.dumps [TRIPLES]``: writing dumps, beside the engine's own parse and serialize in the same run.

Every figure is of a process of its own that parses the same N-Quads file and writes one format to a file; the least of
several runs, taken in turns. Processor time is compared, because other work on the machine does not change it as much.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.publish import bundle
from ecoop_ld.rdf import canonical, names
from ecoop_ld.rdf.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format, by_name

ROOT = Path(__file__).resolve().parent.parent
FORMATS = (N_QUADS, N_TRIPLES, TRIG, TURTLE, JSON_LD, RDF_XML)
RUNS = 3
EX = "https://example.org/ns#"
PREFIXES = {"ex": EX, **{p: names.WELL_KNOWN[p] for p in ("rdfs", "dcterms", "skos", "xsd")}}
CONTEXT: dict[str, object] = {
    **PREFIXES,
    "Thing": EX + "Thing",
    "size": {"@id": EX + "size", "@type": names.XSD + "integer"},
    "uses": {"@id": EX + "uses", "@type": "@id"},
}
CODE = "import sys; from benchmarks.dumps import one; one(*sys.argv[1:])"


def lines(triples: int) -> Iterator[str]:
    """N-Quads of things with ten triples each: texts in two languages, numbers, dates and links."""
    things = triples // 10
    for n in range(things):
        subject = f"<https://example.org/id/thing/{n}>"
        for predicate, obj in (
            (names.RDF + "type", f"<{EX}Thing>"),
            (names.RDFS + "label", f'"Thing number {n}"@en'),
            (names.RDFS + "label", f'"Cosa número {n}"@es'),
            (
                names.DCTERMS + "description",
                f'"Thing {n} is \\"large\\" & old,\\nand stands beside {n * 7 % things}."@en',
            ),
            (EX + "size", f'"{n % 500}"^^<{names.XSD}integer>'),
            (names.DCTERMS + "date", f'"{1900 + n % 120}-0{1 + n % 9}-1{n % 10}"^^<{names.XSD}date>'),
            (EX + "uses", f"<https://example.org/id/thing/{n * 7 % things}>"),
            (EX + "near", f"<https://example.org/id/thing/{n * 13 % things}>"),
            (EX + "code", f'"T-{n}"'),
            (names.SKOS + "exactMatch", f"<http://www.wikidata.org/entity/Q{n}>"),
        ):
            yield f"{subject} <{predicate}> {obj} <https://example.org/graph/data> .\n"


def one(who: str, name: str, source: str, target: str) -> None:
    """Write one format as ``engine``, as ``ours``, or as ``packed``: with gzip and zstd beside it."""
    row = by_name(name)
    assert row is not None
    start = time.process_time()
    if who == "hashes":
        canonical.canonical_hash(ox.parse(path=source))
        canonical.union_hash(ox.parse(path=source))
    else:
        _write(who, row, source, Path(target))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(time.process_time() - start, peak / (2**20 if sys.platform == "darwin" else 2**10))


def _write(who: str, row: Format, source: str, target: Path) -> None:
    quads = ox.parse(path=source)
    content = quads if row in (N_QUADS, TRIG) else (quad.triple for quad in quads)
    if who == "packed":
        with bundle.sink(target.parent, target.name) as sink:
            bundle.write_one(content, row, PREFIXES, CONTEXT, sink)
        return
    with target.open("wb") as stream:
        if who == "engine":
            ox.serialize(content, stream, format=row.rdf_engine(), prefixes=PREFIXES)
        else:
            bundle.write_one(content, row, PREFIXES, CONTEXT, stream)


def measured(*arguments: str) -> tuple[float, float]:
    """Seconds and megabytes of one process."""
    command = [sys.executable, "-c", CODE, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


def main(triples: int) -> None:
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".ecoop-ld-bench-") as folder:
        source, target = Path(folder) / "data.nq", f"{folder}/out"
        with source.open("w", encoding="utf-8") as stream:
            stream.writelines(lines(triples))
        print(
            f"{triples:,} triples, {source.stat().st_size / 1e6:.0f} MB of N-Quads; processor seconds and peak memory"
        )
        head = f"{'engine':>9}{'MB':>6}{'dump':>9}{'MB':>6}{'ratio':>8}{'goal':>6}{'with .gz and .zst':>20}{'MB':>6}"
        print(" " * 12 + head)
        for row in FORMATS:
            found: dict[str, list[tuple[float, float]]] = {"engine": [], "ours": [], "packed": []}
            for _ in range(RUNS):
                for who, figures in found.items():
                    figures.append(measured(who, row.name, str(source), target))
            (base, base_peak), (ours, peak), (packed, packed_peak) = (
                (min(s for s, _ in figures), max(p for _, p in figures)) for figures in found.values()
            )
            print(
                f"{row.label:12}{base:9.2f}{base_peak:6.0f}{ours:9.2f}{peak:6.0f}{ours / base:7.2f}x{'1.5x':>6}"
                f"{packed:20.2f}{packed_peak:6.0f}",
                flush=True,
            )
        seconds, peak = measured("hashes", "nquads", str(source), target)
        print(f"{'both hashes':12}{'':15}{seconds:9.2f}{peak:6.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
