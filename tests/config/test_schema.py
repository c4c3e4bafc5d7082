"""The JSON Schema of ecoop.toml knows every setting, and `config` says where each comes from."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import jsonschema
import pytest
from projects import TOML, make_project
from slips import RICH_TOML

from ecoop_ld import config
from ecoop_ld.config import schema
from ecoop_ld.config.positions import TomlPlaces
from ecoop_ld.config.settings import Config

ROOT = Path(__file__).parents[2]
SCHEMA = schema.schema()


def faults(text: str) -> list[str]:
    """What a text of settings has against the schema."""
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))]


@pytest.mark.parametrize("text", [TOML, RICH_TOML, (ROOT / "ecoop.toml").read_text(encoding="utf-8")])
def test_settings_that_are_right_fit_the_schema(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('languages = ["en"]', 'languages = "en"', "'en' is not of type 'array'"),
        ("languages =", "langauges =", "'langauges' was unexpected"),
        ("[addresses]", "[adresses]", "'addresses' is a required property"),
    ],
)
def test_settings_that_are_wrong_do_not(old: str, new: str, said: str) -> None:
    assert any(said in fault for fault in faults(TOML.replace(old, new)))


def test_every_setting_has_its_meaning() -> None:
    for name, table in SCHEMA["properties"].items():  # type: ignore[attr-defined]
        for key, value in table.get("properties", {}).items():
            assert value.get("description"), f"{name}.{key}"
    assert set(SCHEMA["properties"]) == {f.name for f in dataclasses.fields(Config)} - {"root"}  # type: ignore[call-overload]


def test_what_is_in_force_with_its_origin(tmp_path: Path) -> None:
    lines = list(schema.in_force(config.load(make_project(tmp_path))))
    assert 'project.title.en = "Example"  # ecoop.toml:3' in lines
    assert 'project.version = "0.1.0"  # default' in lines
    assert 'graphs."data/*" = "graph/data"  # ecoop.toml:12' in lines
    assert any(line.startswith("limits.") and line.endswith("# default") for line in lines)


PLACES = """\
[a]
b.c = 1 # one
"d e" = { f = "x", g = [1, 2] }
list = [
  { key = "one" }, # with "quotes"
  { key = "two" },
]
[[many]]
n = 1
[[many]]
n = \"\"\"two
lines\"\"\"
last = 2026-01-01 12:00:00
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("a", "b", "c"), (2, 7), (2, 3)),
        (("a", "d e", "f"), (3, 15), (3, 11)),
        (("a", "d e", "g", 1), (3, 28), (3, 28)),
        (("a", "list", 1, "key"), (6, 11), (6, 5)),
        (("many", 0, "n"), (9, 5), (9, 1)),
        (("many", 1, "n"), (11, 5), (11, 1)),
        (("many", 1, "last"), (13, 8), (13, 1)),
        (("a", "b", "none"), (2, 1), (2, 1)),
        (("none",), (0, 0), (0, 0)),
    ],
)
def test_places_of_keys_and_values(path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]) -> None:
    places = TomlPlaces(PLACES)
    assert (places.of(path), places.of(path, value=False)) == (value, key)
