"""One query over a store in memory, in one worker that is killed at the deadline: for the command line."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecoop_ld.sparql import sandbox
from ecoop_ld.sparql.failures import out_of_memory, timed_out, why_ended
from ecoop_ld.sparql.protocol import Answer, Failed, Prepared, Rules
from ecoop_ld.sparql.worker import ANSWER, HEADER, STACK, attempt, leave_after, on_large_stack

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ecoop_ld.config import Limits
    from ecoop_ld.rdf.formats import Format


def run_once(store: ox.Store, prepared: Prepared, row: Format, limits: Limits, prefixes: Mapping[str, str]) -> Answer:
    """Fork, answer in the child, read the answer. Raises :class:`Failed`. Not for processes that have threads."""
    start = time.monotonic()
    rules = Rules("", limits.worker_memory, limits.result_bytes, prefixes)
    reader, writer = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(reader)
        leave_after(lambda: _answer(writer, store, prepared, row, rules, parent))
    os.close(writer)
    with open(reader, "rb", buffering=0) as pipe:
        content = _read_all(pipe.fileno(), start + limits.query_seconds)
    if content is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return _interpret(content, status, row, limits, time.monotonic() - start)


def _answer(writer: int, store: ox.Store, prepared: Prepared, row: Format, rules: Rules, parent: int) -> None:
    sandbox.die_with_parent(parent)
    sandbox.limit_resources(rules.memory + STACK)
    sandbox.forbid_calls()

    def run() -> None:
        status, rows, content = attempt(store, prepared, row.name, rules)
        with open(writer, "wb") as pipe:
            pipe.write(HEADER.pack(status, 0, rows, len(content)) + content)

    on_large_stack(run)


def _read_all(pipe: int, deadline: float) -> bytes | None:
    """Everything up to the end; ``None`` at the deadline."""
    pieces: list[bytes] = []
    while (left := deadline - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            piece = os.read(pipe, 1 << 20)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
    return None


def _interpret(content: bytes | None, status: int, row: Format, limits: Limits, seconds: float) -> Answer:
    if content is None:
        raise timed_out(limits.query_seconds)
    if len(content) < HEADER.size:
        raise why_ended(status, limits)
    kind, _, rows, _ = HEADER.unpack_from(content)
    if kind == ANSWER:
        return Answer(row, content[HEADER.size :], rows, seconds)
    error = Failed(**json.loads(content[HEADER.size :]))
    raise out_of_memory(limits) if error.kind == "memory" else error
