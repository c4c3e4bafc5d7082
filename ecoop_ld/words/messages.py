"""The words of the pages themselves (``messages.toml``) in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGE_NAMES: Mapping[str, str] = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
}
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


@cache
def messages(language: str) -> Mapping[str, str]:
    """Key → words in a language; English where the language has none."""
    table = tomllib.loads(resources.files("ecoop_ld.words").joinpath("messages.toml").read_text(encoding="utf-8"))
    return {key: words.get(language, words["en"]) for key, words in table.items()}


def direction(language: str) -> str:
    """``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"
