"""Answers by what they answer, up to a number of bytes; the one not asked for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
_LARGEST = 8
"""A single answer may take this part of the whole."""
_OVERHEAD = 2_000
"""Bytes an entry costs beside its content."""


class Kept(Generic[Value]):
    """Thrown away with the build that it belongs to, so that nothing in it is ever stale."""

    def __init__(self, most: int) -> None:
        self.most, self.size, self.hits, self.misses = most, 0, 0, 0
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry[0]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """``size``: bytes of the value and its key."""
        size += _OVERHEAD
        if size > self.most // _LARGEST:
            return
        if key in self._entries:
            self.size -= self._entries.pop(key)[1]
        self._entries[key] = (value, size)
        self.size += size
        while self.size > self.most:
            _, (_, gone) = self._entries.popitem(last=False)
            self.size -= gone
