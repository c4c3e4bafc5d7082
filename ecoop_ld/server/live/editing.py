"""A project that is being edited → a running server: after each save it goes over to pages made of what was saved.

Pages are made when they are asked for; ``public/`` is left alone. What cannot be read leaves the last good pages.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ecoop_ld import config as settings_of
from ecoop_ld.build import build
from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.projects import checking, watching
from ecoop_ld.publish.staging import MANIFEST, Manifest, write
from ecoop_ld.server import App, Journal, Served
from ecoop_ld.server.live.browsers import Browsers, News
from ecoop_ld.server.run import Stores, run_app
from ecoop_ld.site.load import load_site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.validate import Report, outputs

_KEPT_SECONDS = 60.0
"""For which the files of pages that are no longer served are kept, for requests that still read them."""


class Unread(Exception):
    """The project cannot be made into pages as it is; ``text`` says where, why and how to mend it."""

    def __init__(self, text: str, summary: str) -> None:
        super().__init__(summary)
        self.text, self.summary = text, summary


@dataclass(frozen=True, slots=True)
class State:
    """A project as it was at one moment, read, with its pages."""

    config: Config
    sources: files.Sources
    served: Served

    def checked(self) -> Report:
        return checking.check(self.config, self.sources, tuple(self.served.site.dataset.derived))


@dataclass(frozen=True, slots=True)
class Editing:
    """What is edited, and where its pages are served."""

    root: Path
    site_url: str | None
    """The address that ``--base-url`` gave."""
    folder: Path
    """New and empty, for the files beside the pages."""
    address: str

    def read(self) -> State:
        """The project as it is now. Raises :class:`Unread`."""
        try:
            return self._read()
        except UserError as error:
            raise Unread("\n    ".join(filter(None, (str(error), error.hint))), "The project cannot be read.") from None
        except OSError as error:
            raise Unread(f"{error.filename}: {error.strerror}", "A file cannot be read.") from None

    def _read(self) -> State:
        config = settings_of.load(self.root, site_url=self.site_url)
        version = build.fingerprint(config)
        loaded = files.load(config)
        if loaded.findings:
            raise self._unread(checking.check(config, loaded))
        early = checking.check_queries(config, loaded)
        if not early.conforms:
            raise self._unread(early)
        site = load_site(config, loaded, materialise(config, loaded.quads))
        out = self.folder / version[:16]
        if not (out / MANIFEST).is_file():
            entries = write(out, build.assets(site))
            (out / MANIFEST).write_bytes(Manifest(version, tuple(entries)).as_bytes())
        return State(config, loaded, Served(site, out, self.address, version))

    def _unread(self, report: Report) -> Unread:
        return Unread(outputs.as_text(report, self.root, each=False), report.summary)


def run(
    editing: Editing, listener: socket.socket, ready: Callable[[], None], log: TextIO | None, say: Callable[[str], None]
) -> None:
    """Serve until interrupted. A project that cannot be read at first is waited for."""
    before, state = _first(editing, say)
    stores = Stores(state.config)
    store = stores.of(state.served.site.dataset, state.served.version)
    app = App(state.served, Pool(store, state.config.limits, state.config.all_prefixes), Journal(log))
    browsers = app.live = Browsers(News(state.served.version))
    follower = _Follower(editing, app, browsers, stores, say)
    tasks = []

    def started() -> None:
        ready()
        tasks.append(asyncio.get_running_loop().create_task(follower.follow(before, state)))

    try:
        run_app(app, stores, listener, started)
    finally:
        follower.over = True


def _first(editing: Editing, say: Callable[[str], None]) -> tuple[watching.Look, State]:
    before = watching.look(editing.root)
    while True:
        try:
            return before, editing.read()
        except Unread as error:
            say(f"{error.text}\nWaiting for the next save.")
            before = watching.changed(editing.root, before)


class _Follower:
    """Goes over to each new state of the files, and tells browsers and the terminal."""

    def __init__(
        self, editing: Editing, app: App, browsers: Browsers, stores: Stores, say: Callable[[str], None]
    ) -> None:
        self._editing, self._app, self._browsers, self._stores, self._say = editing, app, browsers, stores, say
        self.over = False
        self._going_over = False
        """Whether files of a state are being made that is not served yet."""

    async def follow(self, before: watching.Look, state: State) -> None:
        checks: asyncio.Task[None] | None = asyncio.create_task(self._check(state))
        while not self.over:
            before = await asyncio.to_thread(watching.changed, self._editing.root, before, self._is_over)
            if self.over:
                return
            start = time.perf_counter()
            if checks is not None:
                checks.cancel()
            checks = await self._go_over(start)

    def _is_over(self) -> bool:
        return self.over or self._browsers.stopping()

    async def _go_over(self, start: float) -> asyncio.Task[None] | None:
        """Serve what was saved, or say why not; the check of it, which goes on."""
        self._going_over = True
        try:
            state = await asyncio.to_thread(self._editing.read)
            served = state.served
            store = await asyncio.to_thread(self._stores.of, served.site.dataset, served.version)
            await self._app.pool.swap(store)
        except Unread as error:
            self._say(error.text)
            self._browsers.tell(News(self._app.served.version, error.text, True, error.summary))
            return None
        except Exception as error:
            # A fault of the toolkit's own: the server must outlive it, and whoever edits must see it.
            text = f"{type(error).__name__}: {error}"
            self._say(text)
            self._browsers.tell(News(self._app.served.version, text, True, "The pages could not be made."))
            return None
        finally:
            self._going_over = False
        self._app.served = served
        self._app.reloads += 1
        self._browsers.tell(News(served.version))
        self._say(f"Saved; served after {time.perf_counter() - start:.1f} s")
        gc.collect()
        asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._tidy, served.version)
        return asyncio.create_task(self._check(state))

    def _tidy(self, version: str) -> None:
        """Remove the files of former states; those of a state that is being made are left to it."""
        if self._app.served.version != version:
            return
        if self._going_over:
            asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._tidy, version)
            return
        for folder in self._editing.folder.iterdir():
            if folder != self._app.served.out:
                shutil.rmtree(folder, ignore_errors=True)
        self._stores.keep_only(self._stores.of(self._app.served.site.dataset, version))

    async def _check(self, state: State) -> None:
        """Tell what the check finds, unless something else is served by then."""
        version = state.served.version
        report = await asyncio.to_thread(state.checked)
        if self._app.served.version != version or not report.findings:
            return
        text = outputs.as_text(report, self._editing.root, each=False)
        site = dataclasses.replace(state.served.site, findings=tuple(report.as_json()))
        self._app.served = Served(site, state.served.out, state.served.base, version)
        refused = not report.conforms
        summary = f"{report.summary} A build would refuse this." if refused else report.summary
        self._browsers.tell(News(version, text, False, summary))
        self._say(text)
