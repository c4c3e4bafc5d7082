"""A measuring event loop: what works in the loop for longer than it may → a line on standard error, and a number.

Everybody waits for what works in the loop. It is measured where ``ECOOP_LD_LOOP_MS`` says how many milliseconds are
allowed, as tests do. What is measured is the processor's time of the loop's thread, so that a busy machine is no fault.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any

VARIABLE = "ECOOP_LD_LOOP_MS"


class Watch:
    """How long each callback of the loop takes."""

    def __init__(self, most: float) -> None:
        """``most``: seconds that one may take."""
        self.most, self.longest, self.exceeded = most, 0.0, 0

    def measure(self, handle: Any, run: Any) -> None:
        start = time.thread_time()
        run(handle)
        taken = time.thread_time() - start
        self.longest = max(self.longest, taken)
        if taken > self.most:
            self.exceeded += 1
            print(f"In the event loop for {taken * 1e3:.1f} ms: {_told(handle)}", file=sys.stderr, flush=True)

    def start(self) -> None:
        """Forget what was measured, and measure from now on: Python's own loop runs every callback through a handle."""
        run = asyncio.Handle._run
        self.longest, self.exceeded = 0.0, 0

        def measured(handle: Any) -> None:
            self.measure(handle, run)

        setattr(asyncio.Handle, "_run", measured)  # noqa: B010 - mypy knows it as a method


def _told(handle: Any) -> str:
    """What worked: the task that was woken, where it is one (the handle itself only says that one was)."""
    task = getattr(handle._callback, "__self__", None)
    return repr(task if isinstance(task, asyncio.Task) else handle)[:500]


def wanted() -> Watch | None:
    """The watch that the environment asks for."""
    text = os.environ.get(VARIABLE, "")
    return Watch(float(text) / 1e3) if text else None
