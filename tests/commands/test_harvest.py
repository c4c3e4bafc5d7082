"""docs/harvest.md: its blocks run, in their order, against a small site that a plain HTTP server has."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, need
from projects import FILES, TOML, make_project

from ecoop_ld.build.build import build
from ecoop_ld.config import load

MORE = """languages = ["en"]
license = "https://creativecommons.org/licenses/by/4.0/"
modified = "2026-01-31"
"""


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("harvest")
    out = folder / "public"
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(out)))
    address = f"http://127.0.0.1:{server.server_port}"
    project = make_project(folder, FILES, TOML.replace('languages = ["en"]\n', MORE))
    assert build(load(project, site_url=f"{address}/"), out).ok
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def blocks() -> list[tuple[str, str]]:
    """Language and text of each block."""
    page = (ROOT / "docs/harvest.md").read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


@pytest.mark.filterwarnings("ignore")
def test_what_the_page_on_harvesting_shows_can_be_done(
    site: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    need(shutil.which("curl"), "curl")
    monkeypatch.setenv("SITE", site)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    variables: dict[str, object] = {}
    ran = {"sh": 0, "python": 0}
    for language, text in blocks():
        ran[language] += 1
        if language == "sh":
            command = f"set -euo pipefail\n{text}"
            done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=dict(os.environ))
            assert done.returncode == 0, (text, done.stdout, done.stderr)
        else:
            exec(compile(text, "docs/harvest.md", "exec"), variables)
    assert ran["sh"] >= 3
    assert ran["python"] >= 3
    said = capsys.readouterr().out
    assert "https://example.org/id/thing/one" in said
    assert "Example 0.1.0" in said


def test_the_files_that_the_page_names_are_there(site: str, tmp_path: Path) -> None:
    named = re.findall(r"^\| `([\w./-]+)` \|", (ROOT / "docs/harvest.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert named
    for name in named:
        done = subprocess.run(["curl", "-sf", "-o", str(tmp_path / "file"), f"{site}/{name}"])
        assert done.returncode == 0, name
