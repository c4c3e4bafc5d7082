"""What browsers are told while a project is edited: a mark in each page, a script, and server-sent events.

An answer with events ends after the first one; the browser asks again by itself and says which it saw last. So no
connection is special, and everything stands under ``.live/``, from the site's own origin.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

from ecoop_ld.addresses import relative
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.refusals import Refusal

HOME = ".live/"
EVENTS = HOME + "events"
_FILES = {HOME + "live.js": "text/javascript; charset=utf-8", HOME + "live.css": "text/css; charset=utf-8"}
_WAIT_SECONDS = 15.0
"""For which a browser waits for news before it asks again."""
_STEP_SECONDS = 0.25
_AGAIN_MS = 100
_END = b"</head>"


@dataclass(frozen=True, slots=True)
class News:
    """What a browser shows: the state of the pages, and what is wrong with the files."""

    pages: str
    """Version of the pages that are served."""
    text: str = ""
    """Findings, with place, line and mend; empty where there are none."""
    broken: bool = False
    """Whether the pages are those of the last good state for that reason."""
    summary: str = ""


class Browsers:
    """Tells every open page the latest :class:`News`."""

    def __init__(self, news: News) -> None:
        self._news, self._number, self._token = news, 0, secrets.token_hex(4)
        self._told = asyncio.Event()
        self.stopping: Callable[[], bool] = lambda: False
        """Whether the server stops, so that nobody is kept waiting."""

    @property
    def news(self) -> News:
        return self._news

    def tell(self, news: News) -> None:
        """Called in the event loop."""
        if news != self._news:
            self._news, self._number = news, self._number + 1
            self._told.set()
            self._told = asyncio.Event()

    async def answer(self, request: Request) -> Response:
        """The answer to what begins with :data:`HOME`."""
        if request.path == EVENTS:
            return await self._events(request.headers.get("last-event-id", ""))
        if request.path not in _FILES:
            raise Refusal(404, f"There is no page at /{request.path}.")
        content = resources.files(__package__).joinpath(request.path.removeprefix(HOME)).read_bytes()
        return Response(200, content, {"Content-Type": _FILES[request.path], "Cache-Control": "no-cache"})

    async def _events(self, seen: str) -> Response:
        """The news, once they are others than those that were seen, or nothing after a while."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _WAIT_SECONDS
        while seen == self._id and loop.time() < until and not self.stopping():
            told = self._told
            try:
                await asyncio.wait_for(told.wait(), _STEP_SECONDS)
            except TimeoutError:
                continue
        text = f"retry: {_AGAIN_MS}\n"
        if seen != self._id:
            text += f"id: {self._id}\ndata: {json.dumps(dataclasses.asdict(self._news))}\n"
        return Response(200, f"{text}\n".encode(), {"Content-Type": "text/event-stream", "Cache-Control": "no-store"})

    @property
    def _id(self) -> str:
        return f"{self._token}-{self._number}"

    def marked(self, request: Request, response: Response) -> Response:
        """A page with the script in its head and a mark of what it holds; anything else as it is."""
        body = response.body
        if response.headers.get("Content-Type") != HTML.content_type or response.file or _END not in body:
            return response
        mark = hashlib.sha256(body).hexdigest()[:16]
        source = relative(request.target.partition("?")[0] or request.path, HOME + "live.js")
        script = f'<script src="{source}" data-page="{mark}" data-pages="{self._news.pages}" defer></script>'
        headers = {name: value for name, value in response.headers.items() if name not in ("ETag", "Last-Modified")}
        return dataclasses.replace(response, body=body.replace(_END, script.encode() + _END, 1), headers=headers)
