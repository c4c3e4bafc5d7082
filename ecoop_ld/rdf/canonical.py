"""Quads → canonical N-Quads (RDFC-1.0, W3C 2024) and their SHA-256.

Without blank nodes the canonical form is the sorted lines. With them it is worked out in a process of its own that is
killed at a deadline: a few dozen blank nodes can be arranged so that no machine ever finishes (RDFC-1.0 §7.1).
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import chain
from typing import IO, cast

import pyoxigraph as ox

from ecoop_ld.errors import UserError

SECONDS = 30.0
"""How long blank nodes may take."""
_BLANK = re.compile(rb"^_:| _:\S+(?: <\S*>| _:\S+)? \.\Z")
_PROGRAM = """
import sys, pyoxigraph as ox
quads = ox.Dataset(ox.parse(sys.stdin.buffer.read(), format=ox.RdfFormat.N_QUADS))
quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
sys.stdout.buffer.write(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
"""


def canonical_lines(quads: Iterable[ox.Quad], *, seconds: float = SECONDS) -> list[bytes]:
    """The lines of the canonical N-Quads document, sorted by code point, each once, without their line feeds.

    They are held in memory, and nothing else is. Raises ``UserError`` where the blank nodes take longer than
    ``seconds``.
    """
    found = _Lines()
    ox.serialize(quads, cast("IO[bytes]", found), format=ox.RdfFormat.N_QUADS)  # its escapes are the canonical ones
    lines = found.lines
    if found.blank:
        lines = _relabel(b"\n".join(lines) + b"\n", seconds).split(b"\n")[:-1]
    lines.sort()
    return [line for line, before in zip(lines, chain((None,), lines), strict=False) if line != before]


class _Lines:
    """Takes N-Quads in pieces and keeps their lines."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.blank = False
        self._rest: list[bytes] = []

    def write(self, content: bytes, /) -> int:
        if b"\n" in content:
            *whole, rest = b"".join([*self._rest, content]).split(b"\n")
            self.blank = self.blank or any(b"_:" in line and _BLANK.search(line) for line in whole)
            self.lines += whole
            self._rest = [rest]
        else:
            self._rest.append(content)
        return len(content)

    def flush(self) -> None:
        """The engine asks for it."""


def canonical_hash(quads: Iterable[ox.Quad], *, seconds: float = SECONDS) -> str:
    """SHA-256 of the canonical N-Quads document, in hexadecimal."""
    return hash_of(canonical_lines(quads, seconds=seconds))


def union_hash(quads: Iterable[ox.Quad], *, seconds: float = SECONDS) -> str:
    """The hash of the triples of all graphs together, each once: what the triple formats can carry."""
    return canonical_hash((ox.Quad(q.subject, q.predicate, q.object) for q in quads), seconds=seconds)


def hash_of(lines: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    return digest.hexdigest()


def _relabel(content: bytes, seconds: float) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-I", "-c", _PROGRAM], input=content, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise UserError(
            f"The blank nodes of this data have no canonical names within {seconds:g} seconds.",
            hint="Give the nodes IRIs; data made of look-alike blank nodes can take for ever.",
        ) from None
    if done.returncode != 0:
        raise UserError(
            "The blank nodes of this data have no canonical names.", hint=done.stderr.decode(errors="replace")[-200:]
        )
    return done.stdout
