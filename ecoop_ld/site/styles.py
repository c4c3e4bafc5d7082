"""The toolkit's style, fonts where they are installed, and the project's own ``site/style.css`` → one stylesheet;
its own logo and icon."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from ecoop_ld.config import Config

FONTS = ("source-sans.woff2", "source-serif.woff2", "source-serif-strong.woff2")
"""What ``static/fonts.css`` asks for, in ``assets/vendor/``."""
PARTS = ("fonts.css", "site.css")
"""Files of ``static/`` that become ``assets/site.css``."""
OWN = "style.css"
"""A project's own rules, in ``site/``; they come last."""


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
    static = resources.files("ecoop_ld.site").joinpath("static")
    read = [static.joinpath(name).read_bytes() for name in (PARTS if fonts() else PARTS[1:])]
    parts = [_LAYOUT.sub(rb"\1", _COMMENT.sub(b"", part)) for part in read]
    own = config.folder("site") / OWN
    if own.is_file():
        parts.append(own.read_bytes())
    return b"\n".join(parts)
