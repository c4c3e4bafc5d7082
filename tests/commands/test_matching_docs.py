"""docs/matching.md and docs/linking.md do what they say: each of their commands is run against a real server."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import schemas
from conftest import ROOT, need, run_command
from endpoints import fetch
from test_matching import BASE, NAMESAKES, labelled

MATCHING = (ROOT / "docs/matching.md").read_text(encoding="utf-8")
LINKING = (ROOT / "docs/linking.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def noisy() -> list[dict[str, str]]:
    """A hundred names with slips, in several languages, and of what is not in the data; what each means."""
    return labelled()[:200:2]


def test_a_script_of_the_specification_reconciles_and_extends(
    server: str, noisy: list[dict[str, str]], tmp_path: Path
) -> None:
    (script,) = blocks(MATCHING, "python")
    (command,) = (block for block in blocks(MATCHING, "sh") if "script.py" in block)
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    with (tmp_path / "names.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["name", "thing"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(noisy)
    line = shlex.split(command.replace("http://localhost:8000/", server).replace("python3", sys.executable))
    subprocess.run(line, cwd=tmp_path, check=True)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(noisy) == 100
    assert [row["name"] for row in rows] == [row["name"] for row in noisy]
    matched = [row for row in rows if row["iri"]]
    meant = [row for row in rows if row["thing"] not in ("", NAMESAKES)]
    assert [row for row in matched if row["iri"] != BASE + row["thing"]] == []
    assert len(matched) >= 0.95 * len(meant) > 50
    acronyms = {row["iri"]: row["value"] for row in matched if row["value"]}
    assert acronyms[f"{BASE}org/lacnic"] == "LACNIC"
    assert len(acronyms) > 5


def test_all_answers_are_what_the_schemas_say(server: str, noisy: list[dict[str, str]]) -> None:
    names = [row["name"] for row in noisy]
    stable, draft = fetch(server, "reconcile").json, fetch(server, "reconcile/1.0").json
    schemas.check(stable, schemas.MANIFEST_0_2)
    schemas.check(draft, schemas.MANIFEST_1_0)
    batch = {"queries": [{"conditions": [{"matchType": "name", "v": name}]} for name in names]}
    found = fetch(
        server, "reconcile/1.0/match", "POST", {"Content-Type": "application/json"}, json.dumps(batch).encode()
    )
    schemas.check(found.json, schemas.MATCHES_1_0)
    ids = sorted({c["id"] for row in found.json["results"] for c in row["candidates"]})[:100]  # type: ignore[attr-defined]
    proposed = fetch(server, "reconcile/1.0/extend/propose").json
    schemas.check(proposed, schemas.PROPOSALS)
    query = {"ids": ids, "properties": proposed["properties"]}
    said = fetch(
        server, "reconcile/1.0/extend", "POST", {"Content-Type": "application/json"}, json.dumps(query).encode()
    )
    schemas.check(said.json, schemas.EXTENSION_1_0)
    for path, schema in (("entity", schemas.ENTITIES), ("type", schemas.NAMES), ("property", schemas.NAMES)):
        schemas.check(fetch(server, f"reconcile/suggest/{path}?prefix=i").json, schema)
    assert fetch(server, f"reconcile/preview?id={BASE}org/lacnic").status == 200


def test_the_command_of_the_page_matches(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("organisation\nlacnic\n", encoding="utf-8")
    line = shlex.split(blocks(MATCHING, "sh")[0])
    done = run_command(*line[1:], "--project", ROOT, cwd=tmp_path)
    assert (line[0], done.returncode) == ("ecoop-ld", 0), done.stderr
    assert f"{BASE}org/lacnic" in (tmp_path / "matched.csv").read_text(encoding="utf-8")


def test_identifiers_lead_to_things_as_the_page_says(server: str) -> None:
    need(Path("/usr/bin/curl").exists(), "curl")
    one, many, links = (
        subprocess.run(
            [*shlex.split(block.replace("http://localhost:8000/", server)), "-s"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for block in blocks(LINKING, "sh")
        if block.startswith("curl")
    )
    assert one.startswith("HTTP/1.1 303 ")
    assert "location: ./id/place/geneva" in one
    assert json.loads(many) == json.loads(blocks(LINKING, "json")[0])
    assert "project:id/place/geneva\tGeneva\tskos:closeMatch\tgeonames:2660646/\t" in links
    (turtle,) = blocks(LINKING, "turtle")
    (triple,) = ox.parse(turtle, ox.RdfFormat.TURTLE)
    assert triple.object.value == json.loads(many)[0]["things"][0]
