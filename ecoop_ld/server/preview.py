"""RDF files that nobody has built → a running server: pages are made when they are asked for, dumps while it runs.

Nothing but the syntax is checked, so that it starts as soon as the files are read and the query store is there.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import hashlib
import multiprocessing
import os
import socket
from collections.abc import Callable, Iterable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

from ecoop_ld.build import build
from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.model import vocabulary
from ecoop_ld.publish import bundle
from ecoop_ld.publish.staging import MANIFEST, Manifest, StagedFile, read_manifest, write
from ecoop_ld.server import App, Journal, Served
from ecoop_ld.server.run import Stores, run_app
from ecoop_ld.site.load import load_site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.validate import Report, check

_NICE = 15
"""How far the rest stands back behind the answers."""
_LOOK_SECONDS = 0.2


def run(
    config: Config,
    out: Path,
    listener: socket.socket,
    address: str,
    ready: Callable[[], None],
    log: TextIO | None,
    say: Callable[[str], None],
) -> Report | None:
    """Serve until interrupted; or the report, where the files cannot be read. ``out`` is new or empty, and for this."""
    say("Reading the files")
    gc.disable()  # there is little to collect, and much to look at
    loaded = files.load(config)
    if loaded.findings:
        return check(config, loaded, loaded.quads)
    version = build.fingerprint(config)
    say(f"{len(loaded.quads):,} triples; making the query store and the index")
    site = load_site(config, loaded, materialise(config, loaded.quads))
    stores = Stores(config)
    store = _beside(lambda: stores.of(site.dataset, version))
    say(f"{len(site.resources):,} resources")
    _add(out, version, write(out, build.assets(site)))
    _join(store, "The query store could not be made.")
    served = Served(site, out, address, version)
    app = App(served, Pool(stores.of(site.dataset, version), config.limits, config.all_prefixes), Journal(log))
    rest = _Rest(app, out)
    gc.enable()

    def started() -> None:
        ready()
        rest.start()

    try:
        run_app(app, stores, listener, started)
    finally:
        rest.stop()
    return None


def _add(out: Path, version: str, entries: Iterable[StagedFile]) -> None:
    """List more files in the manifest of ``out``, in one step, as files of the version that is served."""
    before = read_manifest(out)
    found = {entry.path: entry for entry in (*(before.files if before else ()), *entries)}
    manifest = Manifest(version, tuple(found[path] for path in sorted(found)))
    (out / f"{MANIFEST}.new").write_bytes(manifest.as_bytes())
    os.replace(out / f"{MANIFEST}.new", out / MANIFEST)


def _beside(work: Callable[[], object]) -> BaseProcess:
    """A process that has the memory of this one and does the work."""
    process = multiprocessing.get_context("fork").Process(target=work, daemon=True)
    process.start()
    return process


def _join(process: BaseProcess, message: str) -> None:
    process.join()
    if process.exitcode:
        raise UserError(message, hint="Its reason stands above; is there room on the disk?")


class _Rest:
    """Makes what nobody waits for in a process of its own while the server runs: descriptions, search, dumps."""

    def __init__(self, app: App, out: Path) -> None:
        self._app, self._out = app, out
        self._process: BaseProcess | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Called where the server's loop runs."""
        self._process = _beside(self._write)
        self._task = asyncio.get_running_loop().create_task(self._wait(self._process))

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _write(self) -> None:
        os.nice(_NICE)
        site = self._app.served.site
        _add(self._out, self._app.served.version, write(self._out, build.described(site)))
        found = bundle.write(site.dataset, self._out, vocabulary.context_table(site.dataset), made=site.content.tables)
        sums = (self._out / bundle.FOLDER / bundle.SUMS).read_bytes()
        of_sums = StagedFile(f"{bundle.FOLDER}/{bundle.SUMS}", len(sums), hashlib.sha256(sums).hexdigest())
        _add(self._out, self._app.served.version, [*(StagedFile(d.path, d.size, d.sha256) for d in found), of_sums])

    async def _wait(self, process: BaseProcess) -> None:
        """Once the dumps are there, the pages tell of them."""
        while process.is_alive():
            await asyncio.sleep(_LOOK_SECONDS)
        old = self._app.served
        if process.exitcode == 0:
            downloads = build.downloads_of(self._out, old.site.dataset)
            site = dataclasses.replace(old.site, downloads=downloads)
            self._app.served = Served(site, old.out, old.base, old.version)
