"""docs/hosting.md: the server behind a real nginx, at the root and under a path, with the lines of the page."""

from __future__ import annotations

import re
import urllib.parse
from collections import deque
from pathlib import Path

import pytest
from conftest import ROOT, need, start_server, stop_server
from projects import DATA, FILES, TOML, make_project
from proxies import NGINX, free_port, nginx
from served import ask

PAGE = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
BLOCKS = {block.split()[1]: block for block in re.findall(r"^```nginx\n((?:.*\n)*?)```", PAGE, re.MULTILINE)}
"""Path → the block of the page."""
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def test_the_page_has_both() -> None:
    assert sorted(BLOCKS) == ["/", "/fountains/"]


@pytest.mark.parametrize("path", ["/", "/fountains/"])
def test_every_link_of_every_page_works(tmp_path: Path, path: str) -> None:
    need(NGINX, "nginx")
    things = "".join(
        f'<https://example.org/id/thing/t{n}> a ex:Thing ; rdfs:label "t{n}"@en , "t{n}"@es ; ex:next <https://example.org/id/thing/t{n + 1}> .\n'
        for n in range(5)
    )
    toml = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]')
    root = make_project(
        tmp_path, {**FILES, "ecoop.toml": toml, "data/things.ttl": DATA + things, "site/logo.svg": PICTURE}
    )
    block = BLOCKS[path]
    port = free_port()
    with nginx(tmp_path, lambda listening: _http(listening, block, port, path)) as front:
        address = front.rstrip("/") + path
        running = start_server(root, tmp_path / "public", "--port", str(port), "--base-url", address)
        try:
            assert _broken(address) == []
            status, turtle = ask(address + "id/thing/t1", "text/turtle")
            assert (status, "example.org/id/thing/t2>" in turtle) == (200, True)
            assert ask(address + "sparql?query=ASK%7B%7D", "application/sparql-results+json")[0] == 200
            assert f"{address}doc/thing/t1.html" in ask(address + "sitemap.xml")[1]
        finally:
            stop_server(running)


def _http(listening: int, block: str, port: int, path: str) -> str:
    assert f"location {path} {{" in block
    block = block.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    return f"events {{}}\nhttp {{ server {{ listen 127.0.0.1:{listening};\n{block}\n}} }}"


def _broken(address: str) -> list[tuple[str, int]]:
    """What links lead to under an address, from its front page on, and does not answer 200."""
    found, open_, seen = [], deque([address]), {address}
    while open_:
        url = open_.popleft()
        status, text = ask(url, "text/html")
        if status != 200:
            found.append((url, status))
        for link in re.findall(r'(?:href|src)="([^"#]+)', text) if text[:15].lower() == "<!doctype html>" else ():
            target = urllib.parse.urljoin(url, link.replace("&amp;", "&"))
            if target.startswith(address.split("/", 3)[0] + "//" + address.split("/", 3)[2]) and target not in seen:
                assert target.startswith(address), (url, link)
                seen.add(target)
                open_.append(target)
    assert len(seen) > 60
    return found
