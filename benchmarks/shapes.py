"""``python -m benchmarks.shapes [TRIPLES …] [--sample TRIPLES]``: compiled shapes beside pySHACL alone.

The data are those of :mod:`benchmarks.site`, with one thing in a thousand broken; 27 node shapes with 108 property
shapes are held against them. Each figure is of a process of its own. pySHACL alone takes minutes for a million triples,
so it is measured on a sample.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import pyoxigraph as ox

from benchmarks.site import BASE, lines

_SHAPES = 27
_PREFIXES = f"""@prefix : <{BASE}shapes/> . @prefix c: <{BASE}classes/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
"""
_PROPERTIES = """ sh:property
  [ sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ; sh:languageIn ( "en" "es" "pt" ) ] ,
  [ sh:path dcterms:description ; sh:maxCount 1 ; sh:minLength 3 ; sh:pattern "^[A-Z]" ; sh:message "Say it." ] ,
  [ sh:path dcterms:relation ; sh:nodeKind sh:IRI ; sh:or ( [ sh:class c:A ] [ sh:class c:B ] [ sh:class c:C ]
    [ sh:class c:D ] ) ] ,
  [ sh:path ( dcterms:relation rdfs:label ) ; sh:nodeKind sh:Literal ] .
"""


def shapes() -> list[ox.Quad]:
    text = "".join(f":S{n} a sh:NodeShape ; sh:targetClass c:{'ABCD'[n % 4]} ;{_PROPERTIES}" for n in range(_SHAPES))
    return [*ox.parse(_PREFIXES + text, format=ox.RdfFormat.TURTLE)]


def data(triples: int) -> Iterator[ox.Quad]:
    text = "".join(lines(triples))
    yield from ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
    broken = ox.NamedNode("http://purl.org/dc/terms/description")
    for n in range(0, triples // 12, 1000):
        yield ox.Quad(ox.NamedNode(f"{BASE}id/thing/{n}"), broken, ox.Literal("x"))


def compiled(quads: list[ox.Quad], rules: list[ox.Quad]) -> int:
    from ecoop_ld.validate import judge
    from ecoop_ld.validate.candidates import Plan
    from ecoop_ld.validate.triples import Triples

    plan = Plan.of(Triples(quads), rules)
    return len(judge.run(plan)) if plan.judged else 0


def alone(quads: list[ox.Quad], rules: list[ox.Quad]) -> int:
    import pyshacl
    import rdflib

    from ecoop_ld.validate.rdflib_view import to_rdflib

    graph = to_rdflib((q.triple for q in quads), rdflib.Graph())
    said = to_rdflib((q.triple for q in rules), rdflib.Graph())
    _, report, _ = pyshacl.validate(graph, shacl_graph=said, inplace=True)
    return len([*report.objects(None, rdflib.URIRef("http://www.w3.org/ns/shacl#result"))])


def _measure(way: str, triples: int) -> None:
    quads, rules = [*data(triples)], shapes()
    wall, processor = time.perf_counter(), time.process_time()
    results = {"compiled": compiled, "pySHACL": alone}[way](quads, rules)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{way:10}{len(quads):12,}{processor:14.1f}{wall:10.1f}{peak:10,}{results:10,}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("triples", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--sample", type=int, default=100_000, help="triples for pySHACL alone; 0 for none")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        _measure(given.way, given.triples[0])
        return
    print(f"{'':10}{'triples':>12}{'CPU seconds':>14}{'seconds':>10}{'MB':>10}{'results':>10}", flush=True)
    ways = [("compiled", n) for n in given.triples] + ([("pySHACL", given.sample)] if given.sample else [])
    for way, triples in ways:
        subprocess.run([sys.executable, "-m", "benchmarks.shapes", str(triples), "--way", way], check=True)


if __name__ == "__main__":
    main()
