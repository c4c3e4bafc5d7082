"""One list of tasks, two processes: a forked helper works from the end while the caller is busy, then both meet.

Pure standard library and no pickled input: the helper has the caller's memory from the fork. Where the system cannot
fork, or has one processor, the caller does it all.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ecoop_ld import progress
from ecoop_ld.errors import UserError

T = TypeVar("T")
R = TypeVar("R")
_CHUNK = 16
"""Tasks taken at a time: small enough that neither process waits long for the other."""


class HelperFailed(Exception):
    """The helper process stopped with an error that is not the system's; the message is its traceback."""


class Shared(Generic[T, R]):
    """``with Shared(tasks, work) as shared: …; results = shared.finish()``. ``work`` maps some tasks to results."""

    def __init__(self, tasks: Sequence[T], work: Callable[[Sequence[T]], list[R]], what: str, unit: str) -> None:
        """``what`` is done to how many ``unit``: what is shown while :meth:`finish` waits."""
        self._tasks, self._work = tasks, work
        self._what, self._unit = what, unit
        self._context: Any = multiprocessing.get_context("fork") if _can_fork() else None
        self._helper: Any = None
        if self._context is not None:
            self._ends = self._context.Array("l", [0, len(tasks)])
            self._reader, self._writer = self._context.Pipe(duplex=False)

    def __enter__(self) -> Self:
        if self._context is not None:
            self._helper = self._context.Process(target=self._help, args=(os.getpid(),), daemon=True)
            self._helper.start()
            self._writer.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._helper is not None:
            self._helper.kill()
            self._helper.join()
            self._reader.close()

    def finish(self) -> list[R]:
        """Do what is left, together with the helper; all results. Raises what the work raised in either process."""
        with progress.stage(self._what, len(self._tasks), self._unit) as stage:
            if self._helper is None:
                return [result for task in self._tasks for result in self._one(task, stage)]
            results: list[R] = []
            while (chunk := self._take(front=True)) is not None:
                results += self._work(chunk)
                stage.to(self._taken())
            try:
                outcome = self._reader.recv()
            except EOFError:
                raise UserError(
                    "A process of the build was killed. Nothing was changed.",
                    hint="It may have been for want of memory: free some, or split the data.",
                ) from None
            stage.to(len(self._tasks))
        if isinstance(outcome, OSError):
            raise outcome
        if isinstance(outcome, str):
            raise HelperFailed(outcome)
        return results + list(outcome)

    def _one(self, task: T, stage: progress.Stage) -> list[R]:
        results = self._work([task])
        stage.more()
        return results

    def _taken(self) -> int:
        """How many tasks are done or in hand."""
        with self._ends.get_lock():
            return len(self._tasks) - max(int(self._ends[1]) - int(self._ends[0]), 0)

    def _help(self, parent: int) -> None:
        progress.silence()
        self._reader.close()  # with it open, writing to a caller that was killed would wait for ever
        results: list[R] = []
        outcome: object = results
        try:
            while os.getppid() == parent and (chunk := self._take(front=False)) is not None:
                results += self._work(chunk)
        except OSError as error:
            outcome = OSError(error.errno, error.strerror, error.filename)
        except BaseException:
            outcome = traceback.format_exc()
        with contextlib.suppress(BrokenPipeError):
            self._writer.send(outcome)

    def _take(self, *, front: bool) -> Sequence[T] | None:
        with self._ends.get_lock():
            first, last = int(self._ends[0]), int(self._ends[1])
            if first >= last:
                return None
            if front:
                self._ends[0] = min(first + _CHUNK, last)
                return self._tasks[first : self._ends[0]]
            self._ends[1] = max(last - _CHUNK, first)
            return self._tasks[self._ends[1] : last]


def _can_fork() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
