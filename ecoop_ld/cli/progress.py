"""Stages of what a command does → lines on standard error, for what takes more than a second.

On a terminal there is one line, which changes and goes away; in a log a line for every ten seconds.
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

from ecoop_ld.progress import Stage

_PATIENCE = 1.0
"""Seconds before anything is said of a stage."""
_BLINK = 0.2
"""Seconds between two states of the line on a terminal."""
_LOG = 10.0
"""Seconds between two lines of a log."""
_MB = 1e6


def in_words(stage: Stage) -> str:
    """What, how far, how fast and what is left: ``Writing pages: 300 of 1,200 (25 %), 100 a second, 9 s left``."""
    unit = "" if stage.unit == "bytes" else f" {stage.unit}"
    if not stage.done:
        return f"{stage.what}: {_number(stage.total, stage.unit)}{unit}" if stage.total else stage.what
    rate = stage.done / max(stage.seconds, 1e-9)
    if not stage.total:
        return f"{stage.what}: {_number(stage.done, stage.unit)}{unit}, {_rate(rate, stage.unit)}"
    done = min(stage.done, stage.total)
    far = f"{_number(done, stage.unit)} of {_number(stage.total, stage.unit)}{unit} ({100 * done // stage.total} %)"
    return f"{stage.what}: {far}, {_rate(rate, stage.unit)}, {_time((stage.total - done) / rate)} left"


def _number(count: float, unit: str) -> str:
    return f"{count / _MB:,.1f} MB" if unit == "bytes" else f"{count:,.0f}"


def _rate(rate: float, unit: str) -> str:
    if unit == "bytes" or rate >= 1:
        return f"{_number(rate, unit)} a second"
    return f"{60 * rate:,.1f} a minute"


def _time(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


class Shower:
    """Shows stages on a stream; hand it to :func:`ecoop_ld.progress.shown`."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._line = self._stream.isatty()
        self._next = 0.0
        self._width = 0

    def __call__(self, stage: Stage) -> None:
        now = time.monotonic()
        if stage.ended:
            self._end(stage)
        elif now >= self._next and stage.seconds >= (_PATIENCE if self._line else _LOG):
            self._next = now + (_BLINK if self._line else _LOG)
            self._say(in_words(stage))

    def _say(self, text: str) -> None:
        if self._line:
            self._stream.write("\r" + text[:110].ljust(self._width))
            self._width = len(text[:110])
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def _end(self, stage: Stage) -> None:
        """Nothing stays of a line on a terminal."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width, self._next = 0, 0.0
