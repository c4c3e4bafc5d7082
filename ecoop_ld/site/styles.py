"""The toolkit's style, fonts where they are installed, and the project's own ``site/style.css`` → one stylesheet."""

from __future__ import annotations

from importlib import resources

from ecoop_ld.config import Config

FONTS = ("source-sans.woff2", "source-serif.woff2", "source-serif-strong.woff2")
"""What ``static/fonts.css`` asks for, in ``assets/vendor/``."""
PARTS = ("fonts.css", "site.css")
"""Files of ``static/`` that become ``assets/site.css``."""
OWN = "style.css"
"""A project's own rules, in ``site/``; they come last."""


def fonts() -> bool:
    """Whether ``make setup`` installed the fonts; without them pages have those of the system."""
    folder = resources.files("ecoop_ld.site").joinpath("vendor")
    return all(folder.joinpath(name).is_file() for name in FONTS)


def stylesheet(config: Config) -> bytes:
    """``assets/site.css``: one file, so that a page asks once and its first paint has every rule."""
    static = resources.files("ecoop_ld.site").joinpath("static")
    parts = [static.joinpath(name).read_bytes() for name in (PARTS if fonts() else PARTS[1:])]
    own = config.folder("site") / OWN
    if own.is_file():
        parts.append(own.read_bytes())
    return b"\n".join(parts)
