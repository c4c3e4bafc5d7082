"""Language tags (BCP 47): which of a site's languages a text is in, and how near to it.

Tags are compared without regard to case (RDF 1.1 Concepts §3.3). A text in ``pt-BR`` serves a site in ``pt`` and the
other way round; where the site has both, each text goes to the nearer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
WELL_FORMED = re.compile(
    r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*\Z"
)
"""Language, script, region and variants, written as RFC 5646 §2.1.1 recommends: ``pt-BR``, ``zh-Hant``."""


def primary(tag: str | None) -> str:
    """The primary subtag, in lower case; ``""`` for none."""
    return (tag or "").lower().split("-")[0]


def recommended(tag: str) -> str:
    """A tag as RFC 5646 §2.1.1 writes it: languages small, scripts with a capital, regions in capitals."""
    first, *rest = tag.strip().replace("_", "-").lower().split("-")
    return "-".join(
        (first, *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest))
    )


def ancestors(tag: str) -> tuple[str, ...]:
    """The tag and what is left as its last subtags are taken off, in lower case (lookup, RFC 4647 §3.4)."""
    parts = tag.lower().split("-")
    return tuple("-".join(parts[:n]) for n in range(len(parts), 0, -1) if len(parts[n - 1]) > 1 or n == 1)


@lru_cache(maxsize=4096)
def spoken(tag: str | None, languages: tuple[str, ...]) -> str:
    """The one of ``languages`` that a text with this tag serves, else its primary subtag; ``""`` without a tag.

    That is the language itself, or the one that the tag narrows, or the first with the same primary subtag.
    """
    if not tag:
        return ""
    named = {language.lower(): language for language in reversed(languages)}
    for wanted in ancestors(tag):
        if wanted in named:
            return named[wanted]
    first = primary(tag)
    return next((language for language in languages if primary(language) == first), first)


@lru_cache(maxsize=4096)
def distance(tag: str | None, language: str) -> int:
    """How many subtags differ between a tag and a language with the same primary subtag; 0 for the same."""
    own, wanted = (tag or "").lower().split("-"), language.lower().split("-")
    same = next((n for n, (a, b) in enumerate(zip(own, wanted, strict=False)) if a != b), min(len(own), len(wanted)))
    return len(own) + len(wanted) - 2 * same


def nearest(texts: Mapping[str, T], languages: Iterable[str]) -> str | None:
    """The tag among those of ``texts`` that serves the first of ``languages`` for which there is one."""
    for language in languages:
        if language in texts:
            return language
        serving = [tag for tag in texts if tag and spoken(tag, (language,)) == language]
        if serving:
            return min(serving, key=lambda tag: (distance(tag, language), tag))
    return None
