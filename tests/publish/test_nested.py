"""Tables: blank nodes and lists are told where they hang, beside the IRIs that stand for them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from projects import TOML, loaded, make_project

from ecoop_ld.publish import tables
from ecoop_ld.site.load import load_site

DATA = """\
@prefix s: <http://schema.org/> .
@prefix t: <https://example.org/id/thing/> .
t:a a s:HowTo ; s:steps ( "mix" t:b ( "inner" ) [ s:name "bake" , "roast" ] ) , () ;
  s:address [ a s:Place ; s:part [ s:name "room" ] ] , [ s:name "elsewhere" ] ; s:part _:c ; s:steps_json "mine" ; s:plain t:b .
_:c s:name "circle" ; s:part _:d . _:d s:part _:c .
t:b a s:HowTo ; s:plain t:a .
"""


def test_a_cell_tells_what_hangs_there(tmp_path: Path) -> None:
    settings, found = loaded(make_project(tmp_path, {"data/d.ttl": DATA}, TOML))
    dataset = load_site(settings, found, ()).dataset
    made = tables.make(dataset, dataset.config.all_prefixes)
    (table,) = [t for t in made.classes if t.label == "http://schema.org/HowTo"]
    rows = {row["id"].rpartition("/")[2]: row for row in csv.DictReader(io.StringIO(table.as_csv().decode()))}
    a, b = rows["a"], rows["b"]
    told = json.loads(a["s_steps_json_2"])
    (steps,) = [each for each in told if each]
    assert [] in told
    assert steps[:3] == ["mix", "https://example.org/id/thing/b", ["inner"]]
    assert sorted(steps[3]["s_name"]) == ["bake", "roast"]
    address = json.loads(a["s_address_json"])
    assert {"type": "http://schema.org/Place", "s_part": {"s_name": "room"}} in address
    assert {"s_name": "elsewhere"} in address
    circle = json.loads(a["s_part_json"])
    assert circle["s_name"] == "circle"
    assert circle["s_part"]["s_part"] == a["s_part"]  # the circle ends in the IRI of where it began
    assert a["s_steps_json"] == "mine"
    assert "s_plain_json" not in a  # things have rows of their own
    assert (b["s_steps_json_2"], b["s_address_json"]) == ("", "")
    columns = {column["name"]: column for column in table.metadata()["tableSchema"]["columns"]}  # type: ignore[index]
    assert columns["s_part_json"]["datatype"] == "json"
    assert columns["s_part_json"]["suppressOutput"] is True
