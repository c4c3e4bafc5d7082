"""Pictures of each kind of page for reviewers: phone and desk, light and dark, and as printed.

``python tests/screenshots.py FOLDER [KIND…]``; ``make screenshots`` does it for the flagship project.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from conftest import ROOT, Running, run_command, start_server, stop_server
from conftest import chromium as start_chromium
from kinds import PAGES, WIDTHS

PHONE, _, DESK = WIDTHS
SCREENS = {"phone": PHONE, "desk": DESK}
SHEET = 794
"""The width of A4 in CSS pixels."""
LONGEST = 5_000
"""Pixels of a page that are taken; what follows looks the same."""


def shoot(page: Any, target: Path) -> None:
    """The page from its top, as far as it matters."""
    width = page.viewport_size["width"]
    height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
    page.screenshot(path=target, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})


def take(url: str, browser: Any, target: Path, kinds: dict[str, str]) -> int:
    """All pictures of these kinds of pages; how many there are."""
    looks = [(screen, width, theme, "screen") for screen, width in SCREENS.items() for theme in ("light", "dark")]
    looks.append(("print", SHEET, "light", "print"))
    for screen, width, theme, medium in looks:
        context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.emulate_media(media=medium)
        for kind, path in kinds.items():
            page.goto(f"{url}{path}.html")
            name = f"{kind}-print.png" if medium == "print" else f"{kind}-{screen}-{theme}.png"
            shoot(page, target / name)
        context.close()
    return len(looks) * len(kinds)


def main(folder: str, *kinds: str) -> None:
    target = Path(folder).resolve()
    target.mkdir(parents=True, exist_ok=True)
    chosen = {kind: path for kind, path in PAGES.items() if not kinds or kind in kinds}
    with tempfile.TemporaryDirectory() as scratch:
        public = Path(scratch) / "public"
        built = run_command("build", "--out", public)
        if built.returncode:
            sys.exit(built.stdout + built.stderr)
        running: Running = start_server(ROOT, public)
        try:
            with start_chromium() as browser:
                count = take(running.url, browser, target, chosen)
        finally:
            stop_server(running)
    print(f"{count} pictures in {target}")


if __name__ == "__main__":
    main(*sys.argv[1:])
