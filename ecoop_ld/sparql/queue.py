"""Whose turn is next: queries that wait, by client, so that nobody's many queries stand before another's one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Generic, TypeVar

from ecoop_ld.sparql.protocol import Failed

Granted = TypeVar("Granted")


class Turns(Generic[Granted]):
    """Places in a queue. Each is a future: its result is what was waited for, its exception says why not."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._clients: OrderedDict[str, deque[asyncio.Future[Granted]]] = OrderedDict()
        """In order of their last turns, the one that waits for longest first."""
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __contains__(self, client: str) -> bool:
        return client in self._clients

    def clients(self) -> dict[str, int]:
        """Places of each client."""
        return {client: len(places) for client, places in self._clients.items()}

    def join(self, client: str) -> asyncio.Future[Granted]:
        """A place behind the client's others. A full queue takes one from the client that has the most places, where
        that is fair; otherwise it raises :class:`Failed`."""
        own = len(self._clients.get(client, ()))
        if self._size >= self.most and not self._make_room(own + 1):
            raise self._full()
        place: asyncio.Future[Granted] = asyncio.get_running_loop().create_future()
        self._clients.setdefault(client, deque()).append(place)
        self._size += 1
        return place

    def _full(self) -> Failed:
        return Failed("busy", f"{self._size} queries are waiting already.", limit="queue", value=self.most)

    def _make_room(self, wanted: int) -> bool:
        """Turn away the last query of a client that has more than ``wanted`` places; whether there is one."""
        greedy = max(self._clients, key=lambda client: len(self._clients[client]), default="")
        if len(self._clients.get(greedy, ())) <= wanted:
            return False
        place = self._clients[greedy][-1]
        refused = self._full()
        self.leave(greedy, place)
        if not place.done():
            place.set_exception(refused)
        return True

    def leave(self, client: str, place: asyncio.Future[Granted]) -> None:
        """Give a place up; one that is gone already is no error."""
        places = self._clients.get(client)
        if places is None:
            return
        with suppress(ValueError):
            places.remove(place)
            self._size -= 1
        if not places:
            del self._clients[client]

    def next(
        self, held: Callable[[], Mapping[str, int]], barred: Callable[[str], bool] | None = None
    ) -> tuple[str, asyncio.Future[Granted]] | None:
        """Take out the place whose turn it is: of the clients that hold fewest, the one that waits for longest.

        ``held``: how many each holds; ``barred``: who has to wait.
        """
        while self._clients:
            client = self._choose(held, barred)
            if client is None:
                return None
            places = self._clients[client]
            place = places.popleft()
            self._size -= 1
            self._clients.move_to_end(client)
            if not places:
                del self._clients[client]
            if not place.done():
                return client, place
        return None

    def _choose(self, held: Callable[[], Mapping[str, int]], barred: Callable[[str], bool] | None) -> str | None:
        if barred is None and len(self._clients) == 1:
            return next(iter(self._clients))
        free = [client for client in self._clients if barred is None or not barred(client)]
        numbers = held()
        return min(free, key=lambda client: numbers.get(client, 0), default=None)

    def refuse_all(self, error: Failed) -> None:
        for places in self._clients.values():
            for place in places:
                if not place.done():
                    place.set_exception(error)
        self._clients.clear()
        self._size = 0
