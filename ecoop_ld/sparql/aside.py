"""Long queries: which clients have them, and the places where such a query goes on beside the workers."""

from __future__ import annotations

import time
from collections import Counter

from ecoop_ld.config import Limits
from ecoop_ld.sparql.queue import Turns

_REMEMBERED = 1000
"""Clients with long queries remembered before those of earlier are forgotten."""


class Aside:
    """The places aside of one pool, and the clients that have long queries, or had them a short time ago."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.displaced: Turns[None] = Turns(limits.queue)
        """Stopped queries that wait for a place."""
        self._taken: Counter[str] = Counter()
        """Client → its queries that are set aside, or about to be."""
        self._long_until: dict[str, float] = {}
        """Client → until when it counts as one that has long queries."""

    @property
    def has_any(self) -> bool:
        """Whether any client had long queries."""
        return bool(self._long_until)

    def has_long(self, client: str) -> bool:
        """Whether it has long queries, or had them a short time ago."""
        return self._long_until.get(client, 0.0) > time.perf_counter()

    def remember_long(self, client: str) -> None:
        now = time.perf_counter()
        if len(self._long_until) >= _REMEMBERED:
            self._long_until = {name: until for name, until in self._long_until.items() if until > now}
        self._long_until[client] = now + 2 * self.limits.query_seconds

    def take(self, client: str) -> bool:
        """Take a place for a query that runs; whether there is one."""
        if self._taken.total() >= self.limits.long_queries or self._taken[client] >= self._most_of_one:
            return False
        self._taken[client] += 1
        return True

    @property
    def _most_of_one(self) -> int:
        """Places of one client: not all of them, where there are several."""
        return max(1, self.limits.long_queries - 1)

    def let_in(self) -> None:
        """Give places that are free to queries that wait for one."""
        while self._taken.total() < self.limits.long_queries:
            turn = self.displaced.next(lambda: self._taken, lambda client: self._taken[client] >= self._most_of_one)
            if turn is None:
                return
            client, place = turn
            self._taken[client] += 1
            place.set_result(None)

    def give_back(self, client: str) -> None:
        self.remember_long(client)
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]
        self.let_in()
