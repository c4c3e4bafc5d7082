"""A PDF as Chromium prints it → the words on each of its sheets.

No more of PDF 1.4 (ISO 32000-1) than that needs: plain objects, streams that are deflated or not, glyphs that a
``ToUnicode`` map names, and drawings that stand as objects of their own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\b(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+)\s+[-\d.]+\s+Tf|<([0-9A-Fa-f]+)>|/(\w+)\s+Do\b")


def sheets(pdf: bytes) -> list[str]:
    """The characters of each sheet, in the order in which they are drawn, without spaces between words."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    pages = [number for number, body in objects.items() if re.search(rb"/Type\s*/Page\b", body)]
    return ["".join(_drawn(objects, number, _contents(objects, number))) for number in pages]


def _contents(objects: Mapping[int, bytes], page: int) -> bytes:
    found = re.search(rb"/Contents\s+(\d+) 0 R", objects[page])
    return _stream(objects[int(found[1])]) if found else b""


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body[: found.start()] else found[1]


def _drawn(objects: Mapping[int, bytes], owner: int, content: bytes) -> Iterator[str]:
    """What a content stream shows; ``owner`` has the fonts and the drawings that it names."""
    named = {name: int(number) for name, number in re.findall(rb"/(\w+)\s+(\d+) 0 R", objects[owner])}
    letters: Mapping[int, str] = {}
    for font, glyphs, drawing in _SHOWN.findall(content):
        if font:
            letters = _letters(objects, named[font])
        elif glyphs:
            yield "".join(letters.get(int(glyphs[n : n + 4], 16), "") for n in range(0, len(glyphs), 4))
        elif (number := named.get(drawing)) is not None and b"/Form" in objects[number]:
            yield from _drawn(objects, number, _stream(objects[number]))


def _letters(objects: Mapping[int, bytes], font: int) -> dict[int, str]:
    """Number of a glyph → its characters."""
    found = re.search(rb"/ToUnicode\s+(\d+) 0 R", objects[font])
    letters: dict[int, str] = {}
    if found is None:
        return letters
    table = _stream(objects[int(found[1])]).decode("ascii")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            letters[int(glyph, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(text, 16)
            letters |= {int(first, 16) + n: chr(start + n) for n in range(int(last, 16) - int(first, 16) + 1)}
    return letters
