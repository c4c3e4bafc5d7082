"""What a search can find → an index; words as somebody typed them → the records that fit, best first.

``site/static/search.js`` ranks in the same way for static hosts and for those who type; a test compares the two. Names
come before texts: a name that is what was typed (an acronym above all), one that begins so, one with all its words,
one with slips, then texts by how much of what was typed they hold, rare words counting more.
"""

from __future__ import annotations

import bisect
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from ecoop_ld.reconcile import spelling
from ecoop_ld.views.index import Record

LONGEST = 200
"""Characters of what was typed that are read; and so many words of them:"""
MOST_WORDS = 12
SHOWN = 50
"""Records on the page of results."""
_EXACT, _BEGUN, _NEAR = 0, 1, 2
"""How a word of a record is the word typed: itself, longer, or itself with as many slips above ``_BEGUN``."""
_IN_NAME = {_EXACT: 1.0, _BEGUN: 0.85, _NEAR: 0.6, _NEAR + 1: 0.5}
_IN_TEXT = {_EXACT: 0.75, _BEGUN: 0.6, _NEAR: 0.5, _NEAR + 1: 0.46}
_WHOLE, _INITIALS, _AS_ADDRESSED = 990.0, 850.0, 760.0
"""What a name is worth that is what was typed, but for spaces; its initials; at most, the words of its address."""
_LEAST = 0.45
"""Of what was typed, weighted by how rare the words are: what has less is not found."""
_INFLECTED = 8
"""Letters from which a word may end otherwise: ``accepting`` and ``accepted``, ``aceptando`` and ``aceptada``."""
_AROUND = 26
"""Words of an excerpt."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found."""

    record: Record
    score: float
    excerpt: tuple[tuple[str, bool], ...] = ()
    """Where its text has what was typed, in pieces, each with whether it is that."""


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a search."""

    query: str
    kind: str
    """The kind that was asked for; all where empty."""
    count: int
    """How many there are of that kind."""
    hits: tuple[Hit, ...]
    """The first of them."""
    kinds: tuple[tuple[str, int], ...]
    """Kind → how many of all kinds, most first."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record as it is compared."""

    record: Record
    names: tuple[tuple[str, ...], ...]
    """Words of each of its names."""
    slug: tuple[str, ...]
    """Words of its address."""
    initials: frozenset[str]
    """First letters of the words of each."""
    named: frozenset[str]
    """Words of all of them."""
    words: frozenset[str]
    """Words of its names, its title, its kind and its text."""


class Ranking:
    """An index of records; made once, asked often."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._entries = tuple(map(_entry, records))
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            for word in entry.words:
                self._having[word].append(number)
        self._vocabulary = sorted(self._having)
        self._in_names = frozenset(word for entry in self._entries for word in entry.named)
        self._most = math.log(2 + max((entry.record.weight for entry in self._entries), default=0))

    def find(self, query: str, kind: str = "", most: int = SHOWN) -> Results:
        """The best ``most`` records, of one kind or of all."""
        asked = spelling.fold(query[:LONGEST]).split()[:MOST_WORDS]
        meant = [self._meant(word) for word in asked]
        rated = sorted(self._rated(query.strip(), asked, meant), key=lambda hit: (-hit.score, *_order(hit.record)))
        kinds = Counter(hit.record.kind for hit in rated)
        wanted = [hit for hit in rated if not kind or hit.record.kind == kind]
        shown = tuple(Hit(h.record, h.score, excerpt(h.record.text, meant)) for h in wanted[:most])
        return Results(query, kind, len(wanted), shown, tuple(kinds.most_common()))

    def _meant(self, word: str) -> dict[str, int]:
        """Words of the index that a word typed may mean, and how; slips and endings only where no name has it."""
        found = {word: _EXACT} if word in self._having else {}
        if len(word) > 1:
            found |= {other: _BEGUN for other in self._beginning(word) if other != word}
        allowed = slips(word)
        if allowed and not any(other in self._in_names for other in found):
            for other in self._vocabulary:
                if abs(len(other) - len(word)) <= allowed and (other[0] == word[0] or len(word) > 4):
                    distance = OSA.distance(word, other, score_cutoff=allowed)
                    if distance <= allowed:
                        found.setdefault(other, _BEGUN + distance)
            if len(word) >= _INFLECTED:
                for other in self._beginning(word[:-3]):
                    if len(other) <= len(word) + 2:
                        found.setdefault(other, _NEAR + 1)
        return found

    def _beginning(self, start: str) -> Iterator[str]:
        """Words of the index that begin so."""
        at = bisect.bisect_left(self._vocabulary, start)
        while at < len(self._vocabulary) and self._vocabulary[at].startswith(start):
            yield self._vocabulary[at]
            at += 1

    def _rated(self, query: str, asked: Sequence[str], meant: Sequence[Mapping[str, int]]) -> Iterable[Hit]:
        rarity = [self._rarity(word, words) for word, words in zip(asked, meant, strict=True)]
        near = {number for words in meant for word in words for number in self._having[word]}
        for number, entry in enumerate(self._entries):
            whole = _is_address(query, entry.record) or _is_joined(asked, entry)
            if number in near or whole:
                score = self._score(query, asked, meant, rarity, entry)
                if score:
                    yield Hit(entry.record, round(score, 6))

    def _rarity(self, word: str, meant: Mapping[str, int]) -> float:
        """How much a word says: that of a word that all records have, or that none has, is little."""
        if word in spelling.SMALL_WORDS:
            return 0.1
        having = max((len(self._having[other]) for other in meant), default=0)
        return math.log(1 + len(self._entries) / having) if having else 1.0

    def _score(
        self,
        query: str,
        asked: Sequence[str],
        meant: Sequence[Mapping[str, int]],
        rarity: Sequence[float],
        entry: _Entry,
    ) -> float:
        known = math.log(1 + entry.record.weight) / self._most
        if _is_address(query, entry.record):
            return 1100.0
        best = max((_of_name(asked, meant, name) for name in entry.names), default=0.0)
        addressed = _of_name(asked, meant, entry.slug)
        best = max(best, addressed - 20 if addressed >= _WHOLE else min(addressed, _AS_ADDRESSED))
        if "".join(asked) in entry.initials:
            best = max(best, _INITIALS)
        if best:
            return best + 40 * known
        share = sum(r * _of_words(words, entry) for r, words in zip(rarity, meant, strict=True)) / (sum(rarity) or 1.0)
        if share < _LEAST:
            return 0.0
        together = len(asked) > 1 and f" {' '.join(asked)} " in f" {spelling.fold(entry.record.text)} "
        return 400 * share + 80 * together + 20 * known


def slips(word: str) -> int:
    """Letters that may be wrong in a word that was typed: none in a short one or one with a digit."""
    if len(word) < 4 or any(c.isdigit() for c in word):
        return 0
    return 1 if len(word) < 8 else 2


def _entry(record: Record) -> _Entry:
    names = tuple(tuple(spelling.fold(name).split()) for name in record.all_names)
    slug = tuple(spelling.fold(_slug(record)).split())
    named = frozenset(word for name in (*names, slug) for word in name)
    rest = spelling.fold(" ".join((record.title, *record.names, record.kind, record.text))).split()
    initials = frozenset(filter(None, map(spelling.initials, record.all_names)))
    return _Entry(record, names, slug, initials, named, named | frozenset(rest))


def _slug(record: Record) -> str:
    """What the address of a named thing calls it: ``tunis-agenda-71``."""
    path, fragment = record.page
    return path.rpartition("/")[2] if record.named and not fragment else ""


def _order(record: Record) -> tuple[int, int, str, str]:
    """Of records that fit as well: the better known, the shorter name."""
    return -record.weight, len(record.title), record.title, record.page[0]


def _is_address(query: str, record: Record) -> bool:
    """Whether what was typed is the address of a thing, as its data or its page has it."""
    path, fragment = record.page
    typed = re.sub(r"/id/([^/]+/[^/]+)\Z", r"/doc/\1", query)
    return "://" in query and typed.endswith(f"/{path}#{fragment}" if fragment else f"/{path}")


def _is_joined(asked: Sequence[str], entry: _Entry) -> bool:
    """Whether what was typed is a name but for the spaces, or the initials of one."""
    joined = "".join(asked)
    return bool(joined) and (
        joined in entry.initials or any("".join(name) == joined for name in (*entry.names, entry.slug))
    )


def _of_name(asked: Sequence[str], meant: Sequence[Mapping[str, int]], name: Sequence[str]) -> float:
    """0, or 500 and more where a name is what was typed, begins so or has all of it."""
    if not asked or not name:
        return 0.0
    if list(name) == list(asked):
        return 1000.0
    if "".join(name) == "".join(asked):
        return _WHOLE
    ways = [min((words[word] for word in name if word in words), default=-1) for words in meant]
    if min(ways) < 0:
        return 0.0
    worst = max(ways)
    share = len(asked) / len(name)
    if list(name[: len(asked)]) == list(asked):
        return 880 + 60 * share
    if worst == _BEGUN and " ".join(name).startswith(" ".join(asked)):
        return 820 + 60 * share
    if worst >= _NEAR:
        return 560 + 120 * min(share, 1.0) - 20 * sum(way - _BEGUN for way in ways if way >= _NEAR)
    return (740 if worst == _EXACT else 680) + 60 * min(share, 1.0)


def _of_words(words: Mapping[str, int], entry: _Entry) -> float:
    """How well a record has a word that was typed, 0 to 1."""
    named = min((how for word, how in words.items() if word in entry.named), default=None)
    told = min((how for word, how in words.items() if word in entry.words), default=None)
    return max(_IN_NAME[named] if named is not None else 0.0, _IN_TEXT[told] if told is not None else 0.0)


def excerpt(text: str, meant: Sequence[Mapping[str, int]]) -> tuple[tuple[str, bool], ...]:
    """The words of a text around those that were meant; nothing where it has none of them."""
    wanted = {word for words in meant for word in words}
    words = [(m.start(), m.end()) for m in re.finditer(r"[^\W_]+", text)]
    marked = [n for n, (start, end) in enumerate(words) if spelling.fold(text[start:end]) in wanted]
    if not marked:
        return ()
    best = max(marked, key=lambda n: (sum(n <= other < n + _AROUND - 4 for other in marked), -n))
    first = max(best - 4, 0) if len(words) > _AROUND else 0
    last = min(first + _AROUND, len(words)) - 1
    pieces, at = [("… " if first else "", False)], words[first][0] if first else 0
    for n in (n for n in marked if first <= n <= last):
        start, end = words[n]
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    rest = text[at:] if last == len(words) - 1 else f"{text[at : words[last][1]]} …"
    return tuple(piece for piece in (*pieces, (rest, False)) if piece[0])
