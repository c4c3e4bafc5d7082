"""A query that a project's settings allow → the answer of the endpoint that they name, and of nobody else.

What answers there is not trusted: no redirect is followed, no name that leads into a private network is, and the
answer has a time and a size (:mod:`ecoop_ld.client`). This runs in threads of the server; worker processes have no
network at all.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import Message

from ecoop_ld.client import Bounds, Outgoing, TooLarge, Unanswered, send
from ecoop_ld.config import Services
from ecoop_ld.rdf.formats import JSON
from ecoop_ld.sparql.federation import NOTHING, Call, Federated, remote_failed, values
from ecoop_ld.sparql.protocol import Failed, Prepared

_THREADS = 8
"""Calls under way at one time, of all clients together."""
_HEADERS = {"Accept": JSON.media_type, "Content-Type": "application/sparql-query"}
"""Nothing of the client's own request goes along."""


class Outbound:
    """Asks the endpoints of ``[services]``."""

    def __init__(self, settings: Services) -> None:
        self.settings = settings
        self._threads: ThreadPoolExecutor | None = None

    async def fill(self, query: Federated) -> Prepared:
        """The query with the answers of other endpoints written in. Raises :class:`Failed` unless they are SILENT."""
        return query.fill(await asyncio.gather(*(self._values(call) for call in query.calls)))

    async def _values(self, call: Call) -> str:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, "outbound")
        settings = self.settings
        end = time.monotonic() + settings.seconds
        asked = asyncio.get_running_loop().run_in_executor(self._threads, ask, call, end, settings.bytes)
        try:
            async with asyncio.timeout(settings.seconds):
                return await asked
        except TimeoutError:
            failed = _late(call, settings.seconds)
        except Failed as error:
            failed = _late(call, settings.seconds) if time.monotonic() >= end else error
        if call.silent:
            return NOTHING
        raise failed


def _late(call: Call, seconds: float) -> Failed:
    failed = remote_failed(call.address, f"it took longer than {seconds:g} s")
    failed.limit, failed.value = "service_seconds", seconds
    return failed


def ask(call: Call, end: float, most: int) -> str:
    """The endpoint's solutions as VALUES. Raises :class:`Failed`; ``end``: when it is too late."""
    request = Outgoing(call.address, "POST", _HEADERS, call.text.encode())
    try:
        answer = send(request, Bounds(end, most, redirects=0, public=True), check=lambda headers: _check(call, headers))
    except TooLarge as error:
        failed = remote_failed(call.address, f"{error}; ask it for less")
        failed.limit, failed.value = "service_bytes", most
        raise failed from None
    except Unanswered as error:
        raise remote_failed(call.address, str(error)) from None
    if answer.status != 200:
        redirects = 300 <= answer.status < 400
        raise remote_failed(
            call.address, "it redirects, which is not followed" if redirects else f"status {answer.status}"
        )
    return values(call.address, answer.body)


def _check(call: Call, headers: Message) -> None:
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in (JSON.media_type, *JSON.aliases):
        raise remote_failed(call.address, "its answer is not in SPARQL JSON results")
