"""A language tag → what CLDR knows of the language: its name, direction, plural forms and numbers."""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError, numbers
from babel.core import get_locale_identifier, parse_locale

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
_UNSAID = {"en": "en_GB"}
"""Languages whose regions differ: the one that is meant where the tag names none."""


@cache
def locale(language: str) -> Locale:
    """The locale of a language tag; that of English where CLDR does not know the language."""
    found = _known(language)
    return found if found is not None else Locale.parse(_UNSAID["en"])


def _known(language: str) -> Locale | None:
    tag = language.split("-x-")[0]
    for code in dict.fromkeys((tag, tag.split("-")[0])):
        try:
            parts = parse_locale(_UNSAID.get(code, code), sep="_" if code in _UNSAID else "-")
            return Locale.parse(get_locale_identifier(parts[:3]))
        except (UnknownLocaleError, ValueError):
            continue
    return None


@cache
def direction(language: str) -> str:
    """``rtl`` for what is written from right to left, else ``ltr``: by the script of the tag, else the language."""
    first, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    if script:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if first in _RIGHT_TO_LEFT else "ltr"


@cache
def name(language: str) -> str:
    """What a language calls itself, as it stands alone; the tag itself where CLDR does not know it."""
    found = _known(language)
    own = found.get_display_name(found) if found is not None and "-" in language else None
    own = own or (found.languages.get(found.language) if found is not None else None)
    return own[:1].upper() + own[1:] if own else language


def plural(language: str, number: int) -> str:
    """The CLDR category of a number: ``one``, ``few`` … or ``other``."""
    return locale(language).plural_form(number)


@cache
def categories(language: str) -> tuple[str, ...]:
    """The categories that a language tells apart, ``other`` last."""
    return (*(c for c in ("zero", "one", "two", "few", "many") if c in locale(language).plural_form.tags), "other")


@lru_cache(maxsize=4096)
def number(value: int | float | Decimal, language: str, digits: int = 0) -> str:
    """A number with the language's own separators, and ``digits`` after the point."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_decimal(value, pattern, locale(language))
