"""What readers search for in the flagship, and what they should find: ``searches.tsv``, written before it was tried."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import ROOT, need
from projects import loaded

from ecoop_ld.site.findable import records
from ecoop_ld.site.load import load_site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views.index import Record, search_index
from ecoop_ld.views.ranking import Ranking

LIST = Path(__file__).with_name("searches.tsv")
SEARCHES = [tuple(line.split("\t")) for line in LIST.read_text(encoding="utf-8").splitlines()]
"""Language, what was typed, paths of what is right, with spaces between them."""
ASK = """
import { readFileSync } from "node:fs";
const { Ranking } = await import(process.argv[1]);
const asked = JSON.parse(readFileSync(0));
const rankings = Object.fromEntries(Object.entries(asked.indexes).map(([code, file]) => [code, new Ranking(JSON.parse(readFileSync(file)))]));
console.log(JSON.stringify(asked.searches.map(([code, text]) => {
  const { count, hits, kinds } = rankings[code].find(text, "", 5);
  return [count, hits.map(({ path, excerpt }) => [path, excerpt.map(([piece]) => piece).join("")]), Object.fromEntries(kinds)];
})));
"""


@pytest.fixture(scope="module")
def found() -> Mapping[str, tuple[Record, ...]]:
    settings, sources = loaded(ROOT)
    site = load_site(settings, sources, materialise(settings, sources.quads))
    return {language: records(site, language) for language in settings.languages}


@pytest.fixture(scope="module")
def rankings(found: Mapping[str, tuple[Record, ...]]) -> Mapping[str, Ranking]:
    return {language: Ranking(some) for language, some in found.items()}


def test_of_what_people_search_for_nearly_all_stands_at_the_top(rankings: Mapping[str, Ranking]) -> None:
    """At the very top for 90 of 100, among the first three for 98."""
    places = {}
    for language, typed, right in SEARCHES:
        paths = [hit.record.page[0] for hit in rankings[language].find(typed, most=3).hits]
        places[language, typed] = next((n for n, path in enumerate(paths, 1) if path in right.split()), 0)
    assert len(places) >= 60
    assert sum(place == 1 for place in places.values()) >= 0.9 * len(places), places
    assert sum(place > 0 for place in places.values()) >= 0.98 * len(places), places


def test_the_browser_ranks_as_the_server_does(
    found: Mapping[str, tuple[Record, ...]], rankings: Mapping[str, Ranking], tmp_path: Path
) -> None:
    indexes = {}
    for language, some in found.items():
        path = tmp_path / f"{language}.json"
        path.write_bytes(search_index(some))
        indexes[language] = str(path)
    searches = [row[:2] for row in SEARCHES]
    searches += [("en", "negotiations of the text in tunis"), ("es", "registro"), ("pt", "organizacoes relevantes")]
    script = ROOT / "ecoop_ld/site/static/search.js"
    module = tmp_path / "search.mjs"
    module.write_bytes(script.read_bytes())
    need(shutil.which("node"), "Node")
    done = subprocess.run(
        ["node", "--input-type=module", "-e", ASK, str(module)],
        input=json.dumps({"indexes": indexes, "searches": searches}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for (language, typed), (count, hits, kinds) in zip(searches, json.loads(done.stdout), strict=True):
        here = rankings[language].find(typed, most=5)
        told = [[hit.record.page[0], "".join(piece for piece, _ in hit.excerpt)] for hit in here.hits]
        assert (count, hits, kinds) == (here.count, told, dict(here.kinds)), typed
