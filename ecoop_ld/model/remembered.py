"""A method of one argument → the same, with its answers kept on the object: what pages ask for again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TypeVar

S = TypeVar("S")
A = TypeVar("A")
R = TypeVar("R")
_KEPT = 100_000
"""Answers that are kept of each method; those that were not asked for longest go first."""


def remembered(method: Callable[[S, A], R]) -> cached_property[Callable[[A], R]]:
    """For methods of objects that do not change. The answers are shared: they must not be changed either."""
    made = cached_property(lambda self: lru_cache(_KEPT)(method.__get__(self)))
    made.__doc__ = method.__doc__
    return made
