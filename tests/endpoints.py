"""A small project with a query endpoint, and a plain HTTP client, for the tests of the server."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from conftest import run_command
from projects import FILES, TOML, make_project

DATA = """\
@prefix ex: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/id/thing/one> a ex:Thing ;
    rdfs:label "One"@en ;
    ex:size 3 .

<https://example.org/id/thing/gone> a ex:Thing ;
    rdfs:label "Withdrawn"@en ;
    owl:deprecated true .
"""
KASEI = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
GRAPHS = "".join(
    f"<{KASEI.format(n)}> {{ <{KASEI.format(n)}> a <http://xmlns.com/foaf/0.1/Document> . }}\n" for n in (1, 2, 3)
)
"""The data of the W3C's protocol tests, in their named graphs."""


def many_things(number: int) -> str:
    """Turtle of so many things, for queries that are expensive and dumps that have ranges."""
    lines = (
        f'<https://example.org/id/thing/n{n}> a ex:Thing ; rdfs:label "Number {n}"@en ; ex:size {n} .'
        for n in range(number)
    )
    return DATA.split("\n\n")[0] + "\n" + "\n".join(lines) + "\n"


def endpoint_project(folder: Path, limits: str = "", *, things: int = 0, project: str = "") -> Path:
    """A project that builds, with the W3C's test graphs; ``limits``: lines of ``[limits]``."""
    files = dict(FILES) | {"data/things.ttl": DATA, "data/w3c.trig": GRAPHS}
    if things:
        files["data/many.ttl"] = many_things(things)
    toml = TOML.replace("[addresses]", "[addresses]\ndeprecated_is_gone = true").replace(
        "[project]", '[project]\nmodified = "2026-01-02"\nlicense = "https://example.com/licence"\n' + project
    )
    return make_project(folder, files, toml + "\n[limits]\n" + limits)


def build(project: Path) -> Path:
    out = project / "public"
    done = run_command("build", "--project", project, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@dataclass(frozen=True)
class Reply:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def fetch(
    url: str,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 100,
    client: str = "",
) -> Reply:
    """One request, with exactly these headers (and Host, Content-Length), from the loopback address ``client``."""
    parts = urlsplit(url)
    source = (client, 0) if client else None
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout, source_address=source)
    try:
        connection.putrequest(method, "/" + path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read())
    finally:
        connection.close()


def ask(url: str, query: str, accept: str = "application/sparql-results+json", **headers: str) -> Reply:
    """A query by GET."""
    return fetch(url, "sparql?query=" + quote(query), headers={"Accept": accept, **headers})
