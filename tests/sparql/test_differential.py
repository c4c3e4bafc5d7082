"""Random queries get from the endpoint what an engine alone finds over the same data, whatever way they are asked.

Each is asked in every format of its form, by GET and by POST, first and again. ``--queries N`` asks so many (5,000 are
usual), ``--queries-seed S`` others.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest
from conftest import start_server, stop_server
from endpoints import build, endpoint_project
from random_queries import Maker, RandomQuery

from ecoop_ld.rdf.formats import BOOLEAN_RESULTS, CSV, GRAPH_RESULTS, RDF_XML, TABLE_RESULTS, XML, Format

CHUNKS = 10
THREADS = 4
MOST = 3_000
"""Quads of the flagship: what an answer is does not depend on how much there is beside it."""
TOO_MUCH = {422, 503, 504}
"""A query that the limits stop has no answer to compare."""
ODD = """
@prefix odd: <http://odd.example/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://odd/graph,one> {
  <http://odd/a,b> odd:p <http://odd/c'd> , "comma, \\"quote\\"\\r\\nline\\ttab" ; odd:NOW "NOW()" , "SERVICE <x:y> { # }" .
  <http://odd/%20/é?x=1&y=2#FROM> odd:from "FROM <x:y>"@en , "it's"@en-gb , "\\u2028 ☃ 𝄞" , "" .
  odd:now odd:p 1 , 2 , -3 , 4.5 , 1.0E0 , true , false , "2005-11-16"^^xsd:date , "x"^^odd:kind .
}
<http://odd/graph#two> {
  <http://odd/a,b> odd:p <http://odd/c'd> , "only here" . <http://odd/c'd> odd:q <http://odd/a,b> , <http://odd/graph,one> .
  odd:list odd:p "\\\\backslash\\\\u0041"  , "tail\\\\" .
}
<http://odd/service/now()> {
  <http://odd/a,b> odd:p <http://odd/c'd> . odd:loop odd:q odd:loop , odd:service . odd:service odd:q odd:loop , odd:list ; odd:p 1 .
}
"""


@pytest.fixture(scope="module")
def project(public: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The flagship's data and odd ones, as a project that is built and has limits for many queries."""
    limits = "client_rate = 0\nclient_queries = 64\nquery_seconds = 2\n"
    made = endpoint_project(tmp_path_factory.mktemp("differential"), limits)
    flagship = ox.parse((public / "dumps/latest/all.nq").read_bytes(), format=ox.RdfFormat.N_QUADS)
    ox.serialize(some(list(flagship)), made / "data/flagship.nq", format=ox.RdfFormat.N_QUADS)
    (made / "data/odd.trig").write_text(ODD, encoding="utf-8")
    build(made)
    return made


def some(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """All that is said of some things, and of what they lead to."""
    about: dict[object, list[ox.Quad]] = {}
    for quad in quads:
        about.setdefault(quad.subject, []).append(quad)
    found: list[ox.Quad] = []
    reached: set[object] = set()
    waiting = list(about)[:: len(about) // 50]  # from all parts of the data
    for subject in waiting:
        if subject not in reached and len(found) < MOST:
            reached.add(subject)
            found += about[subject]
            waiting += (quad.object for quad in about[subject] if quad.object in about)
    return found


@pytest.fixture(scope="module")
def quads(project: Path) -> list[ox.Quad]:
    return list(ox.parse((project / "public/dumps/latest/all.nq").read_bytes(), format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def engine(quads: list[ox.Quad]) -> Engine:
    return Engine(quads)


@pytest.fixture(scope="module")
def url(project: Path) -> Iterator[str]:
    running = start_server(project, project / "public")
    yield running.url
    stop_server(running)


class Engine:
    """The engine alone, over datasets that are made without it: each distinct triple once."""

    def __init__(self, quads: Sequence[ox.Quad]) -> None:
        self._quads = quads
        self.store = lru_cache(maxsize=400)(self._store)

    def _store(self, default: tuple[str, ...] | None, named: tuple[str, ...] | None) -> ox.Store:
        store = ox.Store()
        asked = [quad for quad in self._quads if default is None or quad.graph_name.value in default]
        store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in asked)
        store.extend(quad for quad in self._quads if default is None or quad.graph_name.value in (named or ()))
        return store


class Client:
    """A connection that is kept open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)

    def close(self) -> None:
        self._connection.close()

    def ask(self, query: RandomQuery, row: Format, way: str) -> tuple[int, str, bytes]:
        graphs = []
        if query.in_protocol:
            graphs = [("default-graph-uri", iri) for iri in query.default or ()]
            graphs += [("named-graph-uri", iri) for iri in query.named or ()]
        whole = urlencode([("query", query.odd), *graphs])
        headers = {"Accept": row.media_type}
        if way == "direct":
            headers["Content-Type"] = "application/sparql-query"
            return self._send("POST", "/sparql?" + urlencode(graphs), query.odd.encode(), headers)
        if way == "form":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return self._send("POST", "/sparql", whole.encode(), headers)
        return self._send("GET", "/sparql?" + whole, None, headers)

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str, bytes]:
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except ConnectionError:  # it was idle for long: this machine is busy
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.read()


def formats(query: RandomQuery) -> tuple[Format, ...]:
    return {"SELECT": TABLE_RESULTS, "ASK": BOOLEAN_RESULTS}.get(query.form, GRAPH_RESULTS)


def differences(engine: Engine, client: Client, query: RandomQuery) -> Iterator[str]:
    """What is wrong with the answers to a query, one line each; ``stopped`` where there is no answer to compare."""
    expected: Expected | None = None
    for number, row in enumerate(formats(query)):
        status, kind, content = client.ask(query, row, "get")
        if status in TOO_MUCH:
            yield "stopped"
            return
        expected = expected or Expected(engine, query)
        if status == 406 and row in (XML, RDF_XML) and expected.holds_what_xml_cannot(row):
            continue
        if status == 400 and expected.problem:
            continue
        if status != 200 or kind != row.content_type:
            yield f"{row.name}: {status} {kind} {content[:200]!r}; alone: {expected.problem or 'an answer'}"
            return
        if problem := expected.compare(row, content):
            yield f"{row.name}: {problem}"
        again = client.ask(query, row, ("form", "direct")[number % 2])
        if again[0] in TOO_MUCH:
            yield "stopped"
            return
        if query.changes or "_:b" in query.odd:
            problem = expected.compare(row, again[2]) if again[0] == 200 else str(again[0])
        else:
            problem = "" if again == (status, kind, content) else f"by POST {again[0]} {again[2][:200]!r}"
        if problem:
            yield f"{row.name}, again: {problem}"


class Expected:
    """What the engine alone answers."""

    def __init__(self, engine: Engine, query: RandomQuery) -> None:
        self.query, self.problem, self.columns = query, "", ()
        self.rows: Counter[tuple[object, ...]] = Counter()
        self.triples: set[ox.Triple] = set()
        self.truth = False
        try:
            result = engine.store(query.default, query.named).query(query.plain, base_iri="http://base/")
            if isinstance(result, ox.QueryBoolean):
                self.truth = bool(result)
            elif isinstance(result, ox.QueryTriples):
                self.triples = set(result)
            else:
                names = [variable.value for variable in result.variables]
                if query.columns is not None:
                    names.sort(key=query.columns.index)
                self.columns = tuple(names)
                self.rows = Counter(tuple(solution[name] for name in names) for solution in result)
        except (SyntaxError, RuntimeError) as error:
            self.problem = str(error)[:200]

    def holds_what_xml_cannot(self, row: Format) -> bool:
        if row is RDF_XML:
            return bool(self.triples)
        return any("\x07" in str(getattr(term, "value", "")) for terms in self.rows for term in terms)

    def compare(self, row: Format, content: bytes) -> str:
        """What is different; nothing where it is the same."""
        if self.problem:
            return f"an answer; alone: {self.problem}"
        if self.query.form == "ASK":
            found = bool(ox.parse_query_results(content, format=row.results_engine()))
            return "" if found is self.truth else f"{found}; alone: {self.truth}"
        if self.query.form == "SELECT":
            return self._compare_rows(*_read_rows(row, content), self.rows if row is not CSV else _as_texts(self.rows))
        triples = {quad.triple for quad in ox.parse(content, format=row.rdf_engine())}
        if _canonical(triples) == _canonical(self.triples):
            return ""
        return f"{len(triples)} triples; alone: {len(self.triples)}; {list(triples ^ self.triples)[:3]}"

    def _compare_rows(
        self, columns: tuple[str, ...], found: Counter[tuple[object, ...]], alone: Counter[tuple[object, ...]]
    ) -> str:
        if columns != self.columns:
            return f"columns {columns}; alone: {self.columns}"
        if self.query.window:
            offset, limit = self.query.window
            number = min(limit, max(alone.total() - offset, 0))
            if found <= alone and found.total() == number:
                return ""
            return f"{found.total()} rows, {(found - alone).total()} of them others; alone: {number}"
        if found == alone:
            return ""
        return f"{found.total()} rows; alone: {alone.total()}; {list(found - alone)[:2]} {list(alone - found)[:2]}"


def _read_rows(row: Format, content: bytes) -> tuple[tuple[str, ...], Counter[tuple[object, ...]]]:
    if row is CSV:
        head, *lines = csv.reader(io.StringIO(content.decode(), newline=""))
        return tuple(head), Counter(tuple(line or [""] * len(head)) for line in lines)
    solutions = ox.parse_query_results(content, format=row.results_engine())
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    if row.name == "json":
        assert names == json.loads(content)["head"]["vars"]
    return tuple(names), Counter(tuple(solution[name] for name in names) for solution in solutions)


def _as_texts(rows: Counter[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for terms, number in rows.items():
        found[tuple("" if term is None else getattr(term, "value", "") for term in terms)] += number
    return found


def _canonical(triples: set[ox.Triple]) -> set[ox.Quad]:
    dataset = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    if any(isinstance(triple.subject, ox.BlankNode) for triple in triples):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@pytest.mark.slow
@pytest.mark.timeout(0)  # as long as the option says
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_endpoint_answers_what_the_engine_alone_does(
    request: pytest.FixtureRequest, url: str, quads: list[ox.Quad], engine: Engine, chunk: int
) -> None:
    number = int(request.config.getoption("--queries")) // CHUNKS
    seed = int(request.config.getoption("--queries-seed")) * CHUNKS + chunk
    graphs = sorted({quad.graph_name.value for quad in quads})
    maker = Maker(quads, graphs, seed)
    queries = iter([maker.make() for _ in range(number)])
    found: list[str] = []
    stopped = 0

    def work() -> None:
        nonlocal stopped
        with closing(Client(url)) as client:
            for query in queries:
                for problem in differences(engine, client, query):
                    if problem == "stopped":
                        stopped += 1
                    else:
                        found.append(f"{problem}\n  {query.odd!r}\n  {query.plain}\n  {query.default} {query.named}")

    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(work) for _ in range(THREADS)]:
            done.result()
    assert next(queries, None) is None, "all of them were asked"
    assert not found, f"{len(found)} differences (seed {seed}):\n" + "\n".join(found[:10])
    assert stopped <= number // 100 + THREADS, f"{stopped} of {number} stopped by a limit"
    print(f"{number} queries, {stopped} of them stopped by a limit")
