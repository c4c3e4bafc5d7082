"""Why a query has no answer: what became of its worker → the error that its sender gets."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from ecoop_ld.sparql.protocol import Failed
from ecoop_ld.sparql.worker import NO_MEMORY

if TYPE_CHECKING:
    from ecoop_ld.config import Limits


def shutting_down() -> Failed:
    return Failed("busy", "The server is shutting down.")


def timed_out(seconds: float) -> Failed:
    return Failed(
        "timeout",
        f"The query was stopped after {seconds:g} s.",
        limit="query_seconds",
        value=seconds,
        hint="Narrow it down, add LIMIT, or download the dump and query it locally.",
    )


def out_of_memory(limits: Limits) -> Failed:
    most = limits.worker_memory
    return Failed(
        "memory",
        f"The query needed more than {most:,} bytes of memory.",
        limit="worker_memory",
        value=most,
        hint="Narrow it down, leave out ORDER BY or DISTINCT, or download the dump and query it locally.",
    )


def why_ended(status: int, limits: Limits) -> Failed:
    """What the end of a worker, with this wait status, means for its query."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGABRT or os.waitstatus_to_exitcode(status) == NO_MEMORY:  # the engine's way, and Python's
        return out_of_memory(limits)
    if number == signal.SIGKILL:
        message = "The worker process was killed from outside; perhaps the machine ran out of memory."
        return Failed("killed", message)
    what = f" ({signal.Signals(number).name})" if number else ""
    return Failed("crashed", f"The query engine broke down on this query{what}.", hint="Write the query more simply.")


def complete(error: Failed, limits: Limits) -> Failed:
    """A worker knows no limits: where it ran out of memory, the limit is added."""
    return out_of_memory(limits) if error.kind == "memory" else error
