"""A text in several languages → the one to show in a language."""

from __future__ import annotations

from collections.abc import Mapping


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, else in English, else the first; ``""`` where there is none."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
