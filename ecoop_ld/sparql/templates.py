"""Queries that differ only in IRIs, strings and comments → what the checks found out, once for all; their speed."""

from __future__ import annotations

import dataclasses
import marshal
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Prepared, Query
from ecoop_ld.sparql.tokens import OPAQUE, reads_plainly

if TYPE_CHECKING:
    from ecoop_ld.config import Limits
    from ecoop_ld.rdf.formats import Format

_MARK = "\0"
_REMEMBERED = 2_000
_LONGEST = 4_000
"""Characters of a template that is remembered."""
_QUICK = 0.005
"""Seconds below which an answer counts as quick."""
_SHORT = 32_000
"""Bytes below which it counts as short."""
_BANNED = 60.0
"""Seconds for which a template that turned out slow is not held to be quick."""


@dataclass(slots=True)
class Template:
    """What queries of one shape have in common. ``prepared`` is of the query that was seen first."""

    prepared: Prepared
    before_star: int
    """IRIs, strings and comments before the star of ``SELECT *``."""
    to_star: int
    """Characters from the last of those to the star."""
    quick: bool = False
    banned_until: float = 0.0

    def fill(self, query: Query) -> Prepared:
        """What ``prepare`` would find out about a query of this template."""
        return dataclasses.replace(self.prepared, text=query.text, base=query.base, star=self._star(query.text))

    def pack(self, query: Query, row: Format) -> bytes:
        """``fill(query).pack(row)``, in less time."""
        p = self.prepared
        star = -1 if p.star < 0 else self._star(query.text)
        variables, size = p.variables, (p.nesting, p.patterns)
        return marshal.dumps(
            (row.name, str(p.form), query.text, query.base, "", None, None, star, variables, *size, p.undeclared)
        )

    def _star(self, text: str) -> int:
        if self.prepared.star < 0 or not self.before_star:
            return self.prepared.star
        *_, last = islice(OPAQUE.finditer(text), self.before_star)
        return last.end() + self.to_star


class Templates:
    """The templates asked for last."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits, self._clock = limits, clock
        self._known: OrderedDict[str, Template] = OrderedDict()

    def check(self, query: Query) -> tuple[Prepared, Template | None]:
        """The checks in full, and what :meth:`remember` is to be told; in any thread."""
        prepared = prepare(query, self.limits)
        return prepared, _template(prepared) if _may_stand_for_others(query, prepared) else None

    def remember(self, query: Query, template: Template | None) -> None:
        if template is not None:
            self._known[shape_of(query.text)] = template
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def find(self, query: Query) -> Template | None:
        """The template of a query, where one is known and the query is within the limits."""
        text = query.text
        if query.default_graphs or query.named_graphs or len(text) > self.limits.query_bytes // 4:
            return None
        if not _is_plain(text):
            return None
        shape = shape_of(text)
        template = self._known.get(shape)
        if template is not None:
            self._known.move_to_end(shape)
        return template

    def is_quick(self, template: Template) -> bool:
        """Whether a query of this template is expected to be answered at once and in few bytes."""
        return template.quick and template.banned_until <= self._clock()

    def learn(self, template: Template, seconds: float, size: int) -> None:
        """What became of a query that a worker answered alone."""
        template.quick = seconds < _QUICK and size < _SHORT

    def ban(self, template: Template) -> None:
        """A query that was expected to be quick was not."""
        template.quick, template.banned_until = False, self._clock() + _BANNED


def shape_of(text: str) -> str:
    """The query without its IRIs, strings and comments, but for a mark where each was, and their first characters."""
    pieces = OPAQUE.split(text)
    return _MARK.join((*pieces[::2], *(piece[0] for piece in pieces[1::2])))


def _is_plain(text: str) -> bool:
    """Whether the checks look at the tokens' kinds alone: no escapes, and no SERVICE, which is searched for in IRIs."""
    return "\\" not in text and _MARK not in text and "service" not in text.lower()


def _template(prepared: Prepared) -> Template:
    before = [match for match in OPAQUE.finditer(prepared.text) if match.end() <= prepared.star]
    return Template(prepared, len(before), prepared.star - (before[-1].end() if before else 0))


def _may_stand_for_others(query: Query, prepared: Prepared) -> bool:
    """Not where the text is long or has escapes, nor where IRIs outside the body matter (FROM)."""
    return (
        prepared.default_graphs is None
        and prepared.text == query.text
        and len(query.text) <= _LONGEST
        and _is_plain(query.text)
        and reads_plainly(query.text)
    )
