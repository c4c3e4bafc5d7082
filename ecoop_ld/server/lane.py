"""A short way for requests at ``/sparql`` whose answer is kept, or whose query is expected to be quick.

It gives the answers that the application would give, byte for byte, or none at all: :meth:`Lane.offer` says no, or the
request is handed back to its connection, and goes the long way from its beginning. All checks and limits are the same.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from ecoop_ld.server import codings, endpoint, http
from ecoop_ld.server.heads import Head, Heads
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.snapshot import Final, FinalKey, wire_of
from ecoop_ld.sparql.batches import Batches
from ecoop_ld.sparql.protocol import Answer, Query

if TYPE_CHECKING:
    from ecoop_ld.rdf.formats import Format
    from ecoop_ld.server.app import App
    from ecoop_ld.server.connection import Connection
    from ecoop_ld.server.limits import Account
    from ecoop_ld.server.snapshot import Served
    from ecoop_ld.sparql.templates import Template

_PATH = b"/sparql"
_START = b"GET /sparql?"
_TARGET = len(b"/sparql?")
_LARGEST = 1 << 16
"""Bytes of a kept answer that is sent in one piece."""


class Lane:
    """For one event loop."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._heads = Heads()
        self._batches = Batches(app.pool)
        self._served: Served | None = None
        self._frames: dict[tuple[str, bool], _Frame] = {}

    def offer(self, connection: Connection, data: bytes) -> bool:
        """Take a request, given as all the bytes that came; whether it was taken."""
        if not data.startswith(_START):
            return False
        found = self._heads.split(data)
        if found is None or connection.transport.get_write_buffer_size():
            return False
        target, head = found
        served, query_string = self.app.served, target[_TARGET:]
        key = (_PATH, query_string, head.accept, head.language, head.encoding)
        kept = served.finals.get(key)
        if kept is None:
            return len(target) <= served.limits.url_bytes and self._ask(connection, data, head, key)
        if len(kept.body) > _LARGEST:
            return False
        start = time.perf_counter()
        connection.answer(kept.wire, kept.body)
        self.app.note_kept(kept, "GET", "sparql", connection.client_name, start)
        return True

    def _ask(self, connection: Connection, data: bytes, head: Head, key: FinalKey) -> bool:
        app, served = self.app, self.app.served
        try:
            parameters = http.decode_form(key[1])
        except http.BadRequest:
            return False
        if len(parameters) != 1 or parameters[0][0] != "query" or app.is_full:
            return False
        query = Query(parameters[0][1], base=served.base + "sparql")
        template = served.templates.quick(query)
        row = head.row(template.prepared.form) if template else None
        account = app.clients.admit(connection.client_name) if row else None
        if template is None or row is None or account is None:
            return False
        ticket = Ticket(self, connection, data, head, key, query, template, row, account)
        connection.wait_for(ticket)
        self._batches.ask(ticket)
        return True

    def final(self, ticket: Ticket, rows: int, content: bytes) -> Final:
        """The complete answer."""
        served = ticket.served
        answer = Answer(ticket.row, content, rows, time.perf_counter() - ticket.start)
        make = partial(_make, served, ticket.head, ticket.query, answer)
        if ticket.head.coding and len(content) >= codings.LEAST:
            response = make()
            return Final(response.body, wire_of(response), response)
        if self._served is not served:
            self._served, self._frames = served, {}
        which = (ticket.row.name, len(content) >= codings.LEAST)
        frame = self._frames.get(which)
        if frame is None:
            frame = self._frames[which] = _Frame(make())
        return Final(content, frame.fill(content), make)


class Ticket:
    """A request that waits for its answer. ``connection`` is ``None`` when the client has gone."""

    __slots__ = (
        "account",
        "client",
        "connection",
        "data",
        "head",
        "key",
        "lane",
        "packed",
        "query",
        "row",
        "served",
        "start",
        "template",
    )

    def __init__(
        self,
        lane: Lane,
        connection: Connection,
        data: bytes,
        head: Head,
        key: FinalKey,
        query: Query,
        template: Template,
        row: Format,
        account: Account,
    ) -> None:
        self.lane, self.data, self.head, self.key = lane, data, head, key
        self.connection: Connection | None = connection
        self.query, self.template, self.row, self.account = query, template, row, account
        self.served, self.start = lane.app.served, time.perf_counter()
        self.client = connection.client_name
        self.packed = template.pack(query, row)

    def done(self, found: tuple[int, bytes] | None, stopped: bool) -> None:
        """See :class:`ecoop_ld.sparql.batches.Asked`."""
        self.account.running -= 1
        if found is not None:
            self._answer(*found)
            return
        self.account.tokens += 1  # it is charged again
        if stopped:
            self.served.templates.ban(self.template)
        if self.connection:
            self.connection.take_back(self)

    def _answer(self, rows: int, content: bytes) -> None:
        final = self.lane.final(self, rows, content)
        self.served.keep(self.key, final)
        if self.connection:
            self.connection.answer(final.wire, final.body)
            self.lane.app.note_asked(final, self.client, time.perf_counter() - self.start)


class _Frame:
    """The head of one answer, for others of the same format: only the tag and the length differ."""

    def __init__(self, response: Response) -> None:
        wire = wire_of(response)
        tag, length = response.headers["ETag"].encode(), b"content-length: %d\r\n" % len(response.body)
        self._before, _, rest = wire.partition(tag)
        self._between, _, self._after = rest.partition(length)

    def fill(self, body: bytes) -> bytes:
        tag = http.tag_of(body).encode()
        return b"".join((self._before, tag, self._between, b"content-length: %d\r\n" % len(body), self._after))


def _make(served: Served, head: Head, query: Query, answer: Answer) -> Response:
    response = endpoint.results(served, answer.format, answer, keep=True, notes=endpoint.notes_of(query, answer))
    return http.complete(Request("GET", "sparql", (), head.fields), response)
