"""Endpoints for tests: real ones in processes of their own, and one that answers rightly until it is told not to."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import maven
import pyoxigraph as ox
import pytest

from ecoop_ld.rdf.formats import JSON


@dataclass(frozen=True)
class Store:
    """A store in a process."""

    url: str
    """Where it answers queries."""
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def oxigraph(content: bytes, *, union: bool = False) -> Iterator[Store]:
    """``oxigraph serve`` with these N-Quads; with ``union`` its default graph is that of all graphs."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        assert not os.environ.get("CI"), "oxigraph is not installed"
        pytest.skip("oxigraph is not installed")
    place = f"127.0.0.1:{_free_port()}"
    command = [program, "serve", "--bind", place, *(["--union-default-graph"] if union else [])]
    with _running(command, f"http://{place}/store", content) as process:
        yield Store(f"http://{place}/query", process)


@contextlib.contextmanager
def fuseki(content: bytes) -> Iterator[Store]:
    """Apache Jena Fuseki with these N-Quads in memory."""
    log = f"org.apache.logging.log4j:log4j-slf4j2-impl:{maven.LOG4J}"
    jars = maven.classpath(f"org.apache.jena:jena-fuseki-main:{maven.JENA}", log)
    port = _free_port()
    main = "org.apache.jena.fuseki.main.cmds.FusekiServerCmd"
    command = ["java", "-Xmx512m", "-cp", jars, main, "--localhost", "--port", str(port), "--update", "--mem", "/ds"]
    with (
        tempfile.TemporaryDirectory(prefix="fuseki-") as base,  # where it writes its own files
        _running(command, f"http://127.0.0.1:{port}/ds/data", content, {"FUSEKI_BASE": base}) as process,
    ):
        yield Store(f"http://127.0.0.1:{port}/ds/sparql", process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextlib.contextmanager
def _running(
    command: list[str], load: str, content: bytes, more: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, **(more or {})}
    with subprocess.Popen(command, env=environment, **quiet) as process:  # type: ignore[call-overload]
        try:
            request = urllib.request.Request(
                load, data=content, headers={"Content-Type": "application/n-quads"}, method="POST"
            )
            while process.poll() is None:
                try:
                    urllib.request.urlopen(request).close()
                    break
                except urllib.error.HTTPError:
                    raise
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.02)
            assert process.poll() is None, f"{command[0]} ended by itself"
            yield process
        finally:
            process.kill()


class Handler(BaseHTTPRequestHandler):
    """Answers SELECT queries in JSON."""

    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = urllib.parse.parse_qs(body.decode())["query"][0]
        self.server.asked.append(query)
        self.server.headers.append(dict(self.headers))
        with contextlib.suppress(ConnectionError):
            if not self.server.fault(self, query):
                self.answer(self.server.solve(query))

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        sent = {"Content-Type": JSON.media_type, "Content-Length": str(len(body))}
        for name, value in (sent | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Not on the terminal."""


class Endpoint(ThreadingHTTPServer):
    """A store in this process behind HTTP. ``fault`` may answer instead of it, and says whether it has."""

    daemon_threads = True

    def __init__(self, content: bytes, *, union: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store, self.union = ox.Store(), union
        self.store.bulk_load(content, format=ox.RdfFormat.N_QUADS)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.fault: Callable[[Handler, str], bool] = lambda _handler, _query: False
        self.url = f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def solve(self, query: str, most: int | None = None) -> bytes:
        """The answer; no more than ``most`` rows of it, without a word about that."""
        found = self.store.query(query, use_default_graph_as_union=self.union)
        content = found.serialize(format=JSON.results_engine())
        if most is None or b"COUNT" in query.encode():
            return bytes(content)
        import json

        table = json.loads(content)
        del table["results"]["bindings"][most:]
        return json.dumps(table).encode()


@contextlib.contextmanager
def endpoint(content: bytes, *, union: bool = False) -> Iterator[Endpoint]:
    with Endpoint(content, union=union) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()
