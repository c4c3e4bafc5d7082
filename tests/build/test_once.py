"""A build makes its query store once, and asks each view and each question once, whoever wants the answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from projects import FILES, TOML, make_project

from ecoop_ld import config
from ecoop_ld.build.build import build
from ecoop_ld.site import answers, site

QUESTION = "# title: Things\nSELECT ?thing { ?thing a ?kind }\n"
VIEW = "SELECT ?thing ?value { ?thing a ?value }\n"
SETTINGS = """
[views.kinds]
kind = "facet"
title.en = "Kinds"

[views.times]
kind = "timeline"
title.en = "Times"
"""


def test_everything_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "asked"  # a file, because two processes write pages

    def counted(module: Any, name: str, told: Any) -> None:
        made = getattr(module, name)

        def call(*given: Any, **named: Any) -> Any:
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{told(*given)}\n")
            return made(*given, **named)

        monkeypatch.setattr(module, name, call)

    counted(site, "memory_store", lambda *_: "store")
    counted(site, "solve", lambda _, query, __: f"view {query.name}")
    counted(answers, "query_store", lambda _, prepared, *__: f"question {prepared.text.split()[-2]}")
    views = {f"site/views/{name}.rq": VIEW for name in ("kinds", "times")}
    asked = {f"site/queries/q{n}.rq": QUESTION.replace("?kind", f"?k{n}") for n in range(3)}
    toml = TOML.replace("[project]", '[project]\nlanguages = ["en", "es"]', 1) if "languages" not in TOML else TOML
    root = make_project(tmp_path, {**FILES, **views, **asked}, toml + SETTINGS)
    built = build(config.load(root), root / "public")
    assert built.ok, built.report and built.report.as_json()
    assert {path.suffix for path in (root / "public/queries").glob("q1.*")} == {".html", ".srj", ".csv"}
    expected = ["store", "view kinds", "view times", *(f"question ?k{n}" for n in range(3))]
    assert Counter(log.read_text(encoding="utf-8").split("\n")[:-1]) == Counter(expected)
