"""External identifiers of a dataset → what is wrong with them: form, check digits, one for two things, none at all."""

from __future__ import annotations

import dataclasses
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ecoop_ld.client import USER_AGENT, Bounds, Outgoing, Unanswered, send
from ecoop_ld.rdf import names
from ecoop_ld.reconcile.identifiers import NEAR, External, Identifiers

_KEPT_SECONDS = 30 * 86400
"""An address that was asked for in the last month is not asked for again."""
_PAUSE = 1.0
"""Seconds between two requests to one host."""
_SECONDS = 20
_NO_WORD = (403, 405, 429, 501)
"""Answers that do not say whether the page is there."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to look at."""

    kind: str
    """``form``, ``shared`` or ``dead``."""
    address: str
    things: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class IdentifierReport:
    """What ``ecoop-ld links`` prints."""

    counts: tuple[tuple[str, int], ...]
    """System → identifiers of it, most first."""
    troubles: tuple[Trouble, ...]
    without: tuple[tuple[str, int, int], ...]
    """Class → things, and how many of them have no external identifier."""

    prefixes: Mapping[str, str]
    """For the names of classes in :meth:`as_text`."""

    def as_json(self) -> str:
        table = {
            "identifiers": dict(self.counts),
            "troubles": [dataclasses.asdict(trouble) for trouble in self.troubles],
            "without": [{"class": k, "things": total, "without": none} for k, total, none in self.without],
        }
        return json.dumps(table, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        lines = [f"{trouble.message}  ({', '.join(trouble.things)})" for trouble in self.troubles]
        total = sum(count for _, count in self.counts)
        of = ", ".join(f"{count:,} {label}" for label, count in self.counts)
        lines.append(f"{total:,} external identifiers{': ' if of else ''}{of}; {len(self.troubles):,} to look at.")
        lines += [
            f"  {names.compact(kind, self.prefixes)}: {none:,} of {all_:,} without any"
            for kind, all_, none in self.without
            if none
        ]
        return "\n".join(lines)


def report(found: Identifiers, kinds: Callable[[str], Iterable[str]], left_out: frozenset[str]) -> IdentifierReport:
    """Look at what the data says; nothing is asked of anybody."""
    counts = Counter(e.system.label if e.system else "elsewhere" for e in found.external)
    return IdentifierReport(
        tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        (*_misformed(found.external), *_shared(found.external)),
        tuple(_without(found, kinds, left_out)),
        found.dataset.config.all_prefixes,
    )


def _misformed(external: Iterable[External]) -> Iterator[Trouble]:
    for one in external:
        if why := one.why_wrong:
            yield Trouble("form", one.identifier, (one.iri,), f"{one.identifier} {why}")


def _shared(external: Iterable[External]) -> Iterator[Trouble]:
    things: dict[str, set[str]] = defaultdict(set)
    for one in external:
        if one.predicate not in NEAR:
            things[one.address].add(one.iri)
    for address in sorted(things):
        if len(things[address]) > 1:
            yield Trouble(
                "shared", address, tuple(sorted(things[address])), f"{len(things[address])} things have {address}"
            )


def _without(
    found: Identifiers, kinds: Callable[[str], Iterable[str]], left_out: frozenset[str]
) -> Iterator[tuple[str, int, int]]:
    having = {one.iri for one in found.external}
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for iri in found.dataset.things:
        for kind in kinds(iri):
            if kind not in left_out:
                totals[kind][0] += 1
                totals[kind][1] += iri not in having
    for kind in sorted(totals, key=lambda k: (-totals[k][1], k)):
        yield kind, totals[kind][0], totals[kind][1]


def dead(external: Iterable[External], cache: Path, say: Callable[[str], None] = lambda _: None) -> tuple[Trouble, ...]:
    """Ask for each address, politely and at most once a month; those that answer with an error, or not at all."""
    known = _read_cache(cache)
    things: dict[str, set[str]] = defaultdict(set)
    for one in external:
        if not one.why_wrong and urlsplit(one.address).scheme in ("http", "https"):
            things[one.address].add(one.iri)
    last: dict[str, float] = {}
    for address in sorted(things):
        if time.time() - known.get(address, (0.0, ""))[0] > _KEPT_SECONDS:
            host = urlsplit(address).netloc
            time.sleep(max(0.0, last.get(host, 0.0) + _PAUSE - time.monotonic()))
            say(address)
            known[address] = (time.time(), _ask(address))
            last[host] = time.monotonic()
            _write_cache(cache, known)
    return tuple(
        Trouble("dead", address, tuple(sorted(things[address])), f"{address} {known[address][1]}")
        for address in sorted(things)
        if known[address][1]
    )


def _ask(address: str) -> str:
    """What is wrong with an address, or ``""``."""
    request = Outgoing(address, "HEAD", {"User-Agent": f"{USER_AGENT} (link check)"})
    try:
        answer = send(request, Bounds(time.monotonic() + _SECONDS, most=0))
    except Unanswered as error:
        return f"does not answer: {error}"
    if 300 <= answer.status < 400 and (target := answer.headers.get("Location")):
        return f"leads to {target[:200]}, which is not followed"
    return f"answers {answer.status}" if answer.status >= 400 and answer.status not in _NO_WORD else ""


def _read_cache(path: Path) -> dict[str, tuple[float, str]]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): (float(at), str(why)) for key, (at, why) in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write_cache(path: Path, known: dict[str, tuple[float, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=0, sort_keys=True), encoding="utf-8")
