"""What a template saw, let go of as soon as its page is written.

A template that imports macros with its context is a circle (context → macro → function → context) that holds every
value of its page. Without care each page stays, with all of its rows, until Python's collector comes, which stops
every thread while it looks at them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Context

FRAME = "chrome"
"""A variable that every page has."""


class _Open(threading.local):
    """The contexts that the present thread made for its page."""

    def __init__(self) -> None:
        self.contexts: list[Context] | None = None


_OPEN = _Open()


class PageContext(Context):
    """A context that is emptied when the page is done for which it was made."""

    def __init__(self, environment: Environment, parent: dict[str, Any], *arguments: Any, **options: Any) -> None:
        super().__init__(environment, parent, *arguments, **options)
        if _OPEN.contexts is not None and FRAME in parent:  # a module without it is kept for all pages
            _OPEN.contexts.append(self)


@contextmanager
def page_contexts() -> Iterator[None]:
    """Contexts that are made inside, of a page and of what it imports, hold nothing afterwards."""
    before, _OPEN.contexts = _OPEN.contexts, []
    try:
        yield
    finally:
        for context in _OPEN.contexts:
            context.vars.clear()
            context.parent.clear()
        _OPEN.contexts = before
