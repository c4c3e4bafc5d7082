"""What runs in a worker process: one prepared query at a time from a socket, one answer or error back.

Frames to a worker are a length and a packed query; frames from it are a :data:`HEADER` and that many bytes.
"""

from __future__ import annotations

import dataclasses
import faulthandler
import json
import marshal
import os
import resource
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

import pyoxigraph as ox

from ecoop_ld.rdf.formats import Format, by_name
from ecoop_ld.sparql import sandbox
from ecoop_ld.sparql.protocol import Failed, Prepared, Rules
from ecoop_ld.sparql.store import query_store

LENGTH = struct.Struct("<I")
HEADER = struct.Struct("<BBQQ")
"""Status, whether the worker leaves after this frame, rows, bytes that follow."""
READY, ANSWER, ERROR, BATCH = 0, 1, 2, 3
NO_MEMORY = 12
"""Exit status where Python itself found no memory."""

STACK = 256 << 20
"""Bytes of stack: 100 kB of nested parentheses need a hundred million."""
_BATCH_SECONDS = 0.01
"""After this time no more queries of a batch are begun."""
_BATCH_BYTES = 64_000
"""Bytes of one answer in a batch."""
_KEPT = 128 << 20
"""A worker whose memory ever grew by more than this leaves, so that what a large query took is given back."""
_TOO_QUICK = 0.005
"""In so many seconds nobody fills that much memory, and asking the kernel takes as long as a small query."""


def request(prepared: Prepared, row: Format) -> bytes:
    """The frame that asks a worker."""
    content = prepared.pack(row)
    return LENGTH.pack(len(content)) + content


def request_batch(packed: Sequence[bytes]) -> bytes:
    """The frame that asks a worker several queries that are expected to be quick, each packed."""
    content = marshal.dumps(list(packed))
    return LENGTH.pack(len(content)) + content


def read_batch(content: bytes) -> list[tuple[int, bytes] | None]:
    """Rows and bytes of each answer in the reply to a batch; ``None`` for a query that has to be asked alone."""
    found: list[tuple[int, bytes] | None] = []
    at = 0
    while at < len(content):
        status, _, rows, size = HEADER.unpack_from(content, at)
        at += HEADER.size + size
        found.append((rows, content[at - size : at]) if status == ANSWER else None)
    return found


def serve(connection: socket.socket, rules: Rules, parent: int) -> None:
    """Confine this process, open the store, answer until the socket closes. Called once, in a new process."""
    sandbox.die_with_parent(parent)
    sandbox.limit_resources(rules.memory + STACK)
    confined = sandbox.forbid_calls()
    on_large_stack(lambda: _answer_all(connection, rules, confined))


def on_large_stack(run: Callable[[], None]) -> None:
    """Run in a thread with a stack for deep recursion, and wait."""
    raised: list[BaseException] = []

    def catch() -> None:
        try:
            run()
        except BaseException as error:
            raised.append(error)

    threading.stack_size(STACK)
    thread = threading.Thread(target=catch)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def _answer_all(connection: socket.socket, rules: Rules, confined: bool) -> None:
    store = ox.Store.read_only(rules.store)
    usual = _peak_memory()
    connection.sendall(HEADER.pack(READY, 0, int(confined), 0))
    while frame := _receive(connection):
        start = time.monotonic()
        asked = marshal.loads(frame)  # noqa: S302 - from the parent process
        if isinstance(asked, list):
            status, rows, content = _answer_batch(store, asked, rules)
        else:
            name, prepared = Prepared.of(asked)
            status, rows, content = attempt(store, prepared, name, rules)
        leaves = time.monotonic() - start > _TOO_QUICK and _peak_memory() - usual > _KEPT
        _send(connection, HEADER.pack(status, leaves, rows, len(content)), content)
        if leaves:
            return


def _answer_batch(store: ox.Store, asked: list[bytes], rules: Rules) -> tuple[int, int, bytes]:
    """The answers to several queries as one. Those that fail, or whose turn comes late, are left for another time."""
    rules = dataclasses.replace(rules, result_bytes=min(rules.result_bytes, _BATCH_BYTES))
    pieces: list[bytes] = []
    end = time.monotonic() + _BATCH_SECONDS
    for packed in asked:
        status, rows, content = ERROR, 0, b""
        if time.monotonic() < end:
            name, prepared = Prepared.of(marshal.loads(packed))  # noqa: S302 - from the parent process
            status, rows, content = attempt(store, prepared, name, rules)
        content = content if status == ANSWER else b""
        pieces += [HEADER.pack(status, 0, rows, len(content)), content]
    return BATCH, len(asked), b"".join(pieces)


def attempt(store: ox.Store, prepared: Prepared, name: str, rules: Rules) -> tuple[int, int, bytes]:
    """Status, rows and bytes of one query; whatever goes wrong becomes an ``ERROR`` with its fields as JSON."""
    row = by_name(name, prepared.formats)
    assert row is not None, name
    try:
        content, rows = query_store(store, prepared, row, prefixes=rules.prefixes, most=rules.result_bytes)
    except Failed as error:
        return ERROR, 0, _describe(error)
    except MemoryError:
        return ERROR, 0, _describe(Failed("memory", ""))
    except BaseException as error:  # a panic in the engine is no Exception
        return ERROR, 0, _describe(Failed("error", f"The engine gave up: {error}"))
    return ANSWER, rows, content


def _describe(error: Failed) -> bytes:
    fields = ("kind", "message", "limit", "value", "line", "column", "hint")
    return json.dumps({name: getattr(error, name) for name in fields}).encode()


def _receive(connection: socket.socket) -> bytes:
    """The next frame, or nothing where the other side is gone."""
    data = connection.recv(1 << 16)
    if len(data) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack_from(data)
    pieces, missing = [data[LENGTH.size :]], length + LENGTH.size - len(data)
    while missing > 0:
        piece = connection.recv(min(missing, 1 << 20))
        if not piece:
            return b""
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _send(connection: socket.socket, header: bytes, content: bytes) -> None:
    if len(content) < 1 << 16:
        connection.sendall(header + content)
    else:
        connection.sendall(header)
        connection.sendall(content)


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def leave_after(run: Callable[[], None]) -> NoReturn:
    """Run, and end the process whatever happens, without running anything of the parent's."""
    status = 1
    try:
        faulthandler.disable()  # a worker that is out of memory is no news
        run()
        status = 0
    except MemoryError:
        status = NO_MEMORY
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
