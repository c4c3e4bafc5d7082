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

import pyoxigraph as ox

from ecoop_ld.errors import UserError

SECONDS = 30.0
"""How long blank nodes may take."""
_BLANK = re.compile(rb"^_:| _:\S+(?: <\S*>| _:\S+)? \.$", re.MULTILINE)
_PROGRAM = """
import sys, pyoxigraph as ox
quads = ox.Dataset(ox.parse(sys.stdin.buffer.read(), format=ox.RdfFormat.N_QUADS))
quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
sys.stdout.buffer.write(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
"""


def canonical_lines(quads: Iterable[ox.Quad], *, seconds: float = SECONDS) -> list[bytes]:
    """The lines of the canonical N-Quads document, sorted by code point, each once, without their line feeds.

    Raises ``UserError`` where the blank nodes take longer than ``seconds``.
    """
    content = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""  # the engine's escapes are the canonical ones
    if _BLANK.search(content):
        content = _relabel(content, seconds)
    return sorted(set(content.split(b"\n")) - {b""})


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
