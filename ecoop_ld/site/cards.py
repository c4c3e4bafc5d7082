"""Config + language → the picture that goes with a page when somebody shares it: 1200 × 630 pixels, PNG.

Social sites take no SVG. There is one picture per language and not one per page: drawing one takes about a twentieth of
a second, and a site has thousands of pages. A project's own picture, ``site/card.png``, comes before it.
"""

from __future__ import annotations

import io
from importlib import resources
from typing import TYPE_CHECKING

from ecoop_ld.config import Config
from ecoop_ld.words.texts import in_language

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

OWN = "card.png"
"""A project's own picture, in ``site/``."""
WIDTH, HEIGHT = 1200, 630
_EDGE, _LEADING, _MOST_LINES = 84, 1.18, 4
_PAPER, _INK, _QUIET, _ACCENT, _GOLD = "#fcfbf8", "#1c2226", "#586168", "#1f4e5f", "#f3c567"
_TITLE_FONT, _TEXT_FONT = "source-serif-strong.woff2", "source-sans.woff2"
_COLOURS = 64
"""Enough for a few flat colours and the edges of letters; the file is a third of one with all of them."""
_NOWHERE = "\ufffe"
"""A character that no font has: what it looks like shows which others are missing."""


def path(language: str) -> str:
    return f"assets/card.{language}.png"


def card(config: Config, language: str) -> bytes:
    """The picture of a site in a language; its title is left out where the fonts at hand cannot write it."""
    own = config.folder("site") / OWN
    if own.is_file():
        return own.read_bytes()
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    _mark(draw)
    below = _EDGE + 150
    for text, name, size, colour in (
        (in_language(config.project.title, language), _TITLE_FONT, 84, _INK),
        (in_language(config.project.description, language), _TEXT_FONT, 36, _QUIET),
    ):
        font = _font(name, size)
        if text and _writable(font, text):
            for line in _lines(font, text):
                if below + size * _LEADING < HEIGHT - _EDGE:
                    draw.text((_EDGE, below), line, font=font, fill=colour)
                    below += round(size * _LEADING)
            below += 24
    address = config.base.partition("://")[2].rstrip("/")
    draw.text((_EDGE, HEIGHT - _EDGE + 6), address[:70], font=_font(_TEXT_FONT, 30), fill=_ACCENT)
    out = io.BytesIO()
    image.quantize(_COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _mark(draw: ImageDraw.ImageDraw) -> None:
    """The band at the left edge, and three joined circles, as in the icon of the site."""
    draw.rectangle((0, 0, 24, HEIGHT), fill=_ACCENT)
    points = [(_EDGE + 24, _EDGE + 34), (_EDGE + 116, _EDGE + 18), (_EDGE + 56, _EDGE + 104)]
    draw.line([*points, points[0]], fill=_ACCENT, width=7)
    for x, y in points:
        draw.ellipse((x - 17, y - 17, x + 17, y + 17), fill=_GOLD, outline=_ACCENT, width=4)


def _font(name: str, size: int) -> Font:
    """A font of the site, or the drawing library's own where the site has none."""
    from PIL import ImageFont

    file = resources.files("ecoop_ld.site").joinpath("vendor", name)
    if not file.is_file():
        return ImageFont.load_default(size)
    font = ImageFont.truetype(io.BytesIO(file.read_bytes()), size, layout_engine=ImageFont.Layout.BASIC)
    if name == _TEXT_FONT:
        font.set_variation_by_axes([400])
    return font


def _writable(font: Font, text: str) -> bool:
    """Whether a font has every character of a text, and the text runs from left to right."""
    missing = bytes(font.getmask(_NOWHERE))
    return all(char.isspace() or bytes(font.getmask(char)) != missing for char in dict.fromkeys(text))


def _lines(font: Font, text: str) -> list[str]:
    """A text in lines as wide as the picture; what is too long ends in dots."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > WIDTH - 2 * _EDGE:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = [lines[_MOST_LINES - 1] + " …"]
    return lines
