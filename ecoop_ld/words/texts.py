"""A text in several languages → the one to show in a language."""

from __future__ import annotations

from collections.abc import Mapping

from ecoop_ld.rdf.languages import nearest


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, else in English, else the first; ``""`` where there is none."""
    tag = nearest({tag: text for tag, text in texts.items() if text}, (language, "en"))
    return texts[tag] if tag is not None else next(iter(texts.values()), "")
