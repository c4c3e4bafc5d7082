"""``ecoop-ld mcp``: the library's own client over standard input and output, on a project and on a dump alone."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from projects import FILES, PREFIXES, TOML, make_project

mcp = pytest.importorskip("mcp")
DATA = (
    PREFIXES
    + '<https://example.org/id/thing/one> a ex:Thing ; rdfs:label "Lighthouse"@en ; ex:size 3 .\n'
    + '<https://example.org/id/thing/two> a ex:Thing ; rdfs:label "Harbour"@en ; dcterms:relation <https://example.org/id/thing/one> .\n'
    + "".join(
        f'<https://example.org/id/thing/n{n}> a ex:Thing ; rdfs:label "{"word " * 12}{n}"@en .\n' for n in range(900)
    )
)
QUESTION = "# title: How large?\nPREFIX ex: <https://example.org/ns#>\nSELECT ?size { ?thing ex:size ?size }\n"
ONE = "https://example.org/id/thing/one"


def talk(*arguments: object, calls: list[tuple[str, dict[str, Any]]]) -> tuple[list[str], list[Any]]:
    """Names of the tools, and the answers to calls: structured content, or the text of an error."""
    command = ["-P", "-m", "ecoop_ld", "mcp", *map(str, arguments)]

    async def ask() -> tuple[list[str], list[Any]]:
        async with mcp.Client(
            mcp.StdioServerParameters(command=sys.executable, args=command, env=environment())
        ) as client:
            listed = (await client.list_tools()).tools
            assert all(tool.annotations.read_only_hint and tool.description for tool in listed)
            found = []
            for name, values in calls:
                answer = await client.call_tool(name, values)
                found.append(answer.content[0].text if answer.is_error else answer.structured_content)
            return [tool.name for tool in listed], found

    return asyncio.run(asyncio.wait_for(ask(), 120))


def environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def test_a_project(tmp_path: Path) -> None:
    toml = TOML + "\n[limits]\nquery_seconds = 2.0\n"
    project = make_project(tmp_path, {**FILES, "data/things.ttl": DATA, "site/queries/size.rq": QUESTION}, toml)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    tools, found = talk(
        "--project",
        project,
        calls=[
            ("about", {}),
            ("search", {"text": "lighthous"}),
            ("describe", {"iri": ONE}),
            ("describe", {"iri": "ex:Thing"}),
            ("describe", {"iri": "https://example.org/id/thing/none"}),
            ("questions", {}),
            ("sparql", {"query": QUESTION}),
            ("sparql", {"query": "ASK { ?s ex:size 3 }"}),
            ("sparql", {"query": "CONSTRUCT WHERE { ?s ex:size ?o }"}),
            ("sparql", {"query": "SELECT ?s ?l { ?s rdfs:label ?l }"}),
            ("sparql", {"query": "INSERT DATA { ex:a ex:b ex:c }"}),
            ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}),
            ("sparql", {"query": endless}),
            ("sparql", {"query": "ASK { ?s ex:size 3 }"}),
            ("search", {"text": 7, "limit": "x"}),
        ],
    )
    assert tools == ["about", "search", "describe", "sparql", "questions"]
    about, searched, one, term, none, asked, rows, truth, graph, many, update, elsewhere, slow, again, wrong = found
    assert about["title"] == "Example"
    assert {"class": "ex:Thing", "label": "thing", "things": 902} in about["classes"]
    assert searched["found"][0]["iri"] == ONE
    assert (one["thing"]["size"], one["mentioned_by"]) == (
        [3],
        [{"id": "https://example.org/id/thing/two", "property": "dcterms:relation"}],
    )
    assert term["thing"]["id"] == "https://example.org/ns#Thing"
    assert (len(term["mentioned_by"]), term["mentions_left_out"] > 600) == (200, True)
    assert none.endswith("Nothing is known about https://example.org/id/thing/none. search finds IRIs by names.")
    assert asked["questions"][0]["title"] == "How large?"
    assert (rows["answer"], rows["rows"], rows["rows_left_out"]) == ("?size\n3\n", 1, 0)
    assert json.loads(truth["answer"])["boolean"] is True
    assert "size 3" in graph["answer"]
    assert many["rows"] > 900
    assert many["rows_left_out"] == many["rows"] - many["answer"].count("\n") + 1 > 0
    assert many["answer"].endswith("\n")
    assert "update" in update.lower()
    assert "SERVICE" in elsewhere or "endpoint" in elsewhere
    assert "2" in slow
    assert again == truth
    assert isinstance(wrong, str)


def test_a_dump_alone(tmp_path: Path) -> None:
    dump = tmp_path / "all.nq.gz"
    dump.write_bytes(
        gzip.compress(
            f'<{ONE}> <http://www.w3.org/2000/01/rdf-schema#label> "Lighthouse"@en <https://example.org/graph/g> .\n'.encode()
        )
    )
    _, (searched, rows) = talk(
        dump, calls=[("search", {"text": "lighthouse"}), ("sparql", {"query": "SELECT ?s { ?s rdfs:label ?l }"})]
    )
    assert searched["found"][0]["iri"] == ONE
    assert rows["answer"] == f"?s\n<{ONE}>\n"


def test_without_the_extra_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['mcp'] = sys.modules['mcp.server'] = None; from ecoop_ld.cli import main; main()"
    project = make_project(tmp_path, FILES, TOML)
    done = subprocess.run([sys.executable, "-c", code, "mcp", "--project", project], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "This needs the library mcp." in done.stderr
    assert "pip install ecoop-ld[mcp]" in done.stderr
    assert "Traceback" not in done.stderr
