"""The toolkit's style, fonts where they are installed, and the project's own ``site/style.css`` → one stylesheet;
its own logo and icon."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from ecoop_ld.config import Config

FONTS = ("source-sans.woff2", "source-serif.woff2", "source-serif-strong.woff2")
"""What ``static/fonts.css`` asks for, in ``assets/vendor/``."""
PICTURES = "pictures.css"
"""What pictures need of it, wherever they are shown."""
PARTS = ("fonts.css", PICTURES, "site.css")
"""Files of ``static/`` that become ``assets/site.css``."""
OWN = "style.css"
"""A project's own rules, in ``site/``; they come last."""
_ROOT = re.compile(r"^:root \{([^}]*)\}", re.MULTILINE)
"""Blocks that hold for all: those of themes stand in media queries or name a theme."""
_VALUE = re.compile(r"(--[a-z-]+):\s*([^;}]+)")
_USED = re.compile(r"var\((--[a-z-]+)\)")
_DEEPEST = 5
"""Custom properties that stand for one another; more are left as they are, as those are that go round in circles."""
_LOGOS = ("logo.svg", "logo.png", "logo.webp", "logo.jpg")
ICON = "icon.svg"
_COMMENT, _LAYOUT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL), re.compile(rb"\s*([{};])\s*")
"""What readers of the source need, and browsers need not wait for. No string of the toolkit's style holds any of it;
the project's own style stays as it is."""


def logo(config: Config) -> Path | None:
    """The picture before the project's name: the first of ``site/logo.svg``, ``.png``, ``.webp``, ``.jpg``."""
    files = (config.folder("site") / name for name in _LOGOS)
    return next((file for file in files if file.is_file()), None)


def own(config: Config) -> dict[str, bytes]:
    """The project's own pictures: file name in ``assets/`` → content. Its icon stands for the toolkit's."""
    files = [file for file in (logo(config), config.folder("site") / ICON) if file is not None and file.is_file()]
    return {file.name: file.read_bytes() for file in files}


def fonts() -> bool:
    """Whether ``make setup`` installed the fonts; without them pages have those of the system."""
    folder = resources.files("ecoop_ld.site").joinpath("vendor")
    return all(folder.joinpath(name).is_file() for name in FONTS)


def stylesheet(config: Config) -> bytes:
    """``assets/site.css``: one file, so that a page asks once and its first paint has every rule."""
    parts = [_LAYOUT.sub(rb"\1", _COMMENT.sub(b"", part)) for part in _toolkit()]
    own = config.folder("site") / OWN
    if own.is_file():
        parts.append(own.read_bytes())
    return b"\n".join(parts)


def of_pictures(config: Config) -> str:
    """The rules of pictures for a file that stands alone: in the light colours, which are those of paper, and without
    custom properties, which many programs do not know."""
    own = config.folder("site") / OWN
    sheet = b"\n".join([*_toolkit(), own.read_bytes() if own.is_file() else b""]).decode()
    rules = _COMMENT.sub(b"", _static(PICTURES)).decode()
    values = dict(_VALUE.findall("".join(_ROOT.findall(sheet))))
    for _ in range(_DEEPEST):
        rules = _USED.sub(lambda use: values.get(use[1], "currentColor"), rules)
    return f"svg {{ font-family: {values['--sans']}; background: {values['--paper']}; }}\n{rules}"


def _toolkit() -> list[bytes]:
    return [_static(name) for name in (PARTS if fonts() else PARTS[1:])]


def _static(name: str) -> bytes:
    return resources.files("ecoop_ld.site").joinpath("static", name).read_bytes()
