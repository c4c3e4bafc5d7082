"""How far something is that takes long → whoever shows it. Nobody does, until a command says who.

What works long says so where it does, and passes nothing through the rooms between; what it says changes no result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Stage:
    """Something that takes long: ``done`` of ``total`` units; a total of 0 is one that nobody knows."""

    __slots__ = ("began", "done", "ended", "total", "unit", "what")

    def __init__(self, what: str, total: int, unit: str) -> None:
        """``what`` is said with a verb (“Writing pages”), ``unit`` in the plural; “bytes” are shown in MB."""
        self.what, self.total, self.unit = what, total, unit
        self.done, self.began, self.ended = 0, time.monotonic(), False

    def to(self, done: int) -> None:
        """So many units are done."""
        self.done = done
        _shown(self)

    def more(self, units: int = 1) -> None:
        """So many more units are done."""
        self.to(self.done + units)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began


Show = Callable[[Stage], None]
_SHOW: list[Show] = []


def _shown(stage: Stage) -> None:
    if _SHOW:
        _SHOW[-1](stage)


@contextmanager
def shown(show: Show) -> Iterator[None]:
    """Stages inside are told to ``show``: when they begin, get on, and end."""
    _SHOW.append(show)
    try:
        yield
    finally:
        _SHOW.pop()


def silence() -> None:
    """Nothing more is shown: in a forked process, whose caller shows what both do."""
    _SHOW.clear()


@contextmanager
def stage(what: str, total: int = 0, unit: str = "") -> Iterator[Stage]:
    """Something that takes long, for as long as it does."""
    made = Stage(what, total, unit)
    _shown(made)
    try:
        yield made
    finally:
        made.ended = True
        _shown(made)


def each(things: Iterable[T], what: str, total: int, unit: str, step: int = 1) -> Iterator[T]:
    """Things one by one, counted when the caller is done with them; told for every ``step`` of them."""
    with stage(what, total, unit) as counted:
        for number, thing in enumerate(things, 1):
            yield thing
            if not number % step:
                counted.to(number)
