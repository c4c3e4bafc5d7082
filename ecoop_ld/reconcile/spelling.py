"""Two spellings of a name → how near they are, and by which reading; knows no dataset.

A slip counts word by word: a short word has to be the same, a longer one may have one letter wrong, added, lost or
exchanged with its neighbour, a long one two. So ``lacknic`` is LACNIC, while APNIC, South and North, and IGF 2006 and
2007 stay apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

SAME = 100.0
"""As written."""
FOLDED = 99.0
"""But for case, accents, punctuation and articles."""
REORDERED = 98.0
"""The same words in another order, or set apart otherwise."""
ACRONYM = 97.0
"""An acronym in small letters, or in capitals throughout."""
ONE_SLIP = 96.0
"""Each further slip takes one away."""
MOST_UNSURE = 93.0
"""No reading that leaves a doubt scores more."""
LEAST = 60.0
"""What is less near is no candidate."""

ARTICLES = frozenset(
    ("the", "a", "an", "el", "la", "los", "las", "o", "os", "as", "le", "les", "l", "der", "die", "das")
)
SMALL_WORDS = frozenset(
    (
        *("and", "of", "on", "in", "for", "to", "at", "by", "with"),
        *("de", "del", "y", "e", "en", "para", "por", "do", "da", "dos", "das", "em", "et", "du", "des", "pour"),
        *("sobre", "sur", "über", "für", "und"),
    )
)
_MOST_SLIPS = 3
_ACRONYM_SLIPS_FROM = 6
"""Shorter acronyms differ by a letter from other people's."""
_REMEMBERED = 200
"""Characters up to which texts are remembered for long: strangers choose what they ask for."""
_MOST_PARTED = 300
"""Characters of a name that may be two names."""
_MOST_SIGNS = 8
"""Places at which a name is taken apart."""
_LETTERS_APART = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}


def fold(text: str) -> str:
    """Without case, accents, punctuation and articles: words with one space between them."""
    return _folded(text) if len(text) <= _REMEMBERED else _folded_long(text)


def _fold(text: str) -> str:
    small = "".join(_LETTERS_APART.get(c, c) for c in unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    spelled = bare.replace("&", " and ").replace("'", "").replace("’", "").replace(".", "")
    words = re.sub(r"[\W_]+", " ", spelled).split()
    kept = [word for word in words if word not in ARTICLES] if len(words) > 1 else words
    return " ".join(kept or words)


_folded, _folded_long = lru_cache(200_000)(_fold), lru_cache(16)(_fold)


def is_acronym(name: str) -> bool:
    """Whether a name is one word with at least two capitals, such as LACNIC, eLAC or UN-DESA."""
    return not re.search(r"\s", name) and len(name) <= 16 and sum(c.isupper() for c in name) >= 2


def initials(name: str) -> str:
    """The first letters of the words of a name that carry meaning: WGIG; ``""`` for names of one or two words."""
    words = [word for word in fold(name).split() if word not in SMALL_WORDS]
    return "".join(word[0] for word in words) if len(words) > 2 else ""


def parts(name: str) -> Iterator[tuple[str, str]]:
    """The ways in which a name can be two names: ``Internet Society (ISOC)``, ``LACNIC – Registry of …``."""
    if len(name) > _MOST_PARTED:
        return
    tidy = " ".join(name.split())
    found = re.fullmatch(r"(.+?) ?[(\[]([^()\[\]]+)[)\]]", tidy)
    if found:
        yield found[1], found[2]
    for sign in islice(re.finditer(r" [-–—/|:] | ?[,;:] | ?/ ?", tidy), _MOST_SIGNS):
        first, second = tidy[: sign.start()].strip(), tidy[sign.end() :].strip()
        if first and second:
            yield first, second


def nearness(asked: str, known: str, folded: str | None = None) -> float:
    """0 to 100. What is at or under :data:`MOST_UNSURE` says that somebody has to look.

    ``folded``: the known name, where its folded form is at hand.
    """
    a, k = fold(asked), fold(known) if folded is None else folded
    if a == k and _written(asked) == _written(known):
        return SAME
    if not a or not k:
        return 0.0
    if is_acronym(known):
        return _to_acronym(asked, known, a, k)
    if a == k:
        return FOLDED
    a_words, k_words = a.split(), k.split()
    if len(a_words) == len(k_words) and sorted(a_words) == sorted(k_words):
        return REORDERED
    if a.replace(" ", "") == k.replace(" ", ""):
        return REORDERED if len(k_words) > 1 or any(c.isdigit() for c in k) else MOST_UNSURE  # Johannes Burg
    slips = _slips(a_words, k_words)
    return ONE_SLIP + 1 - slips if slips else _likeness(a, k)


def _written(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def _to_acronym(asked: str, known: str, a: str, k: str) -> float:
    if re.sub(r"[\W_]", "", asked) == re.sub(r"[\W_]", "", known):
        return REORDERED
    if a.replace(" ", "") == k.replace(" ", ""):
        plain = known.isupper() and (asked.islower() or asked.isupper() or is_acronym(asked) or asked.istitle())
        return ACRONYM if plain else MOST_UNSURE - 3  # ELAC need not be eLAC
    if len(k) >= _ACRONYM_SLIPS_FROM and " " not in a and a[0] == k[0] and OSA.distance(a, k) == 1:
        return ONE_SLIP
    return _likeness(a, k)


def _slips(asked: list[str], known: list[str]) -> int:
    """Slips by which the words of two names differ, or 0 where they are not the same words with slips."""
    if len(asked) != len(known):
        return 0
    total = 0
    for a, k in zip(asked, known, strict=True):
        if a != k:
            distance = OSA.distance(a, k)
            if distance > _allowed(a, k):
                return 0
            total += distance
    length = sum(map(len, known))
    most = 1 if length < 12 else 2 if length < 24 else _MOST_SLIPS
    return total if total <= most else 0


def _allowed(a: str, k: str) -> int:
    """Letters that may be wrong in one word."""
    shorter = min(len(a), len(k))
    if any(c.isdigit() for c in a + k) or shorter < 5 or (a[0] != k[0] and shorter < 8):
        return 0
    return 1 if shorter < 9 else 2


def _likeness(a: str, k: str) -> float:
    least = LEAST / 0.93  # what is less near counts as nothing, and is found out sooner
    near = max(
        fuzz.ratio(a, k, score_cutoff=least),
        fuzz.token_sort_ratio(a, k, score_cutoff=least),
        0.92 * fuzz.token_set_ratio(a, k, score_cutoff=least / 0.92),
    )
    return min(MOST_UNSURE - 1, 0.93 * near)
