"""HTML with words that are not the page's language → the same, each of them in an element that says its language.

Words come to stand in texts and in attributes alike, and no template has to know which of them a language lacks. What
cannot hold an element (an attribute, a title, an option) keeps the bare words.
"""

from __future__ import annotations

import re

from ecoop_ld.words import locales
from ecoop_ld.words.messages import BEGIN, END, ENGLISH

_TAG = re.compile(r"(<[^>]*>)")
_MARKED = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")
_BARE = frozenset({"title", "option", "textarea", "script", "style", "desc", "text"})
"""Elements that hold text alone."""


def tagged(page: str) -> str:
    """The page without marks."""
    if BEGIN not in page:
        return page
    pieces, bare = [], ""
    for n, piece in enumerate(_TAG.split(page)):
        if n % 2:
            word = re.match(r"</?([a-zA-Z]+)", piece)
            name = word[1].lower() if word else ""
            if not bare and name in _BARE and not piece.startswith("</") and not piece.endswith("/>"):
                bare = name
            elif bare and piece.lower().startswith(f"</{bare}"):
                bare = ""
            pieces.append(_plain(piece))
        else:
            pieces.append(_plain(piece) if bare else _plain(_MARKED.sub(_element, piece)))
    return "".join(pieces)


def _element(match: re.Match[str]) -> str:
    return f'<span class="foreign" lang="{ENGLISH}" dir="{locales.direction(ENGLISH)}">{match[1]}</span>'


def _plain(text: str) -> str:
    return text.replace(BEGIN, "").replace(END, "")
