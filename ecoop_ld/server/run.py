"""A build → a running server: the port, the query store, the worker processes, and uvicorn."""

from __future__ import annotations

import asyncio
import ctypes
import dataclasses
import errno
import fcntl
import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

from ecoop_ld import config as settings_of
from ecoop_ld.build.build import downloads_of, findings_of, fingerprint
from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.publish.staging import read_manifest
from ecoop_ld.server import App, Connections, Journal, Served
from ecoop_ld.site.load import load_site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.store import build_store

CACHE = ".ecoop-ld"
"""Folder of the project where the query store is kept between starts."""
_TIDY_SECONDS = 5.0
_SWITCH_SECONDS = 0.001
"""For which the event loop waits for a thread that works (pages, names) to let it go on; Python's own is 5 ms."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port, before any long work; a busy one is a ``UserError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only on sockets that say they are TCP;
    # without that each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(4096)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                f"Port {port} is taken by another program.",
                hint=f"Choose another: ecoop-ld serve --port {port + 1}, or make run PORT={port + 1}.",
            ) from None
        raise UserError(f"Cannot listen on {host}, port {port}: {error.strerror or error}.") from None
    return listener


_OPEN = (
    "Warning: this system offers no seccomp, so the kernel does not keep query workers from network and files.\n"
    "  The checks of queries hold all the same; do not serve strangers from here."
)


class Stores:
    """The on-disk query stores of a project, a folder per version of the data.

    A store is never changed once it is made: a new version is a new folder, moved into place whole. A lock beside it
    says that a server uses it; stores that nobody uses are removed.
    """

    def __init__(self, config: Config) -> None:
        self._folder = config.root / CACHE
        self._temporary = False
        try:
            self._folder.mkdir(exist_ok=True)
            (self._folder / ".lock").touch()
        except OSError:
            self._folder, self._temporary = Path(tempfile.mkdtemp(prefix="ecoop-ld-")), True
        self._locks: dict[Path, int] = {}

    def of(self, dataset: Dataset, version: str) -> Path:
        """Folder of the store of this version; made when it is not there yet."""
        wanted = self._folder / f"store-{version[:16]}"
        self._lock(wanted)
        if not wanted.is_dir():
            making = Path(tempfile.mkdtemp(prefix="making-", dir=self._folder))
            build_store(dataset.quads, making / "store")
            try:
                (making / "store").rename(wanted)
            except OSError:  # another server was faster
                shutil.rmtree(making / "store")
            making.rmdir()
        return wanted

    def _lock(self, store: Path) -> None:
        if store not in self._locks:
            descriptor = os.open(f"{store}.lock", os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._locks[store] = descriptor

    def keep_only(self, store: Path) -> None:
        """Let go of the other stores, and remove those that no server uses."""
        for other in [path for path in self._locks if path != store]:
            os.close(self._locks.pop(other))
        for other in self._folder.glob("store-*"):
            if other.suffix != ".lock" and other != store:
                self._remove(other)

    def _remove(self, store: Path) -> None:
        try:
            descriptor = os.open(f"{store}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError:
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return  # in use
        else:
            shutil.rmtree(store, ignore_errors=True)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        for descriptor in self._locks.values():
            os.close(descriptor)
        self._locks.clear()
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)


def load(config: Config, out: Path, address: str) -> Served:
    """Read the project and its last build."""
    loaded = files.load(config)
    site = load_site(config, loaded, materialise(config, loaded.quads))
    site = dataclasses.replace(site, downloads=downloads_of(out, site.dataset), findings=findings_of(out))
    manifest = read_manifest(out)
    return Served(site, out, address, manifest.fingerprint if manifest else "")


def run(
    config: Config,
    out: Path,
    listener: socket.socket,
    address: str,
    ready: Callable[[], None],
    log: TextIO | None = None,
) -> None:
    """Serve the build in ``out`` until interrupted; SIGHUP goes over to the build that is there then."""
    served = load(config, out, address)
    stores = Stores(config)
    store = stores.of(served.site.dataset, served.version)
    stores.keep_only(store)
    pool = Pool(store, config.limits, config.all_prefixes)
    run_app(App(served, pool, Journal(log)), stores, listener, ready)


def run_app(app: App, stores: Stores, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests with ``app`` until interrupted; ``stores`` is closed at the end."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop_factory(app.watch is not None)) as runner:
            runner.run(_serve(app, stores, listener, ready))  # uvicorn shuts down and passes the signal on
    finally:
        stores.close()


def _loop_factory(watched: bool) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if watched:
        return None  # Python's own
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(app: App, stores: Stores, listener: socket.socket, ready: Callable[[], None]) -> None:
    import uvicorn

    config = app.served.site.config
    connections = Connections(config.limits, app, config.server.trusted_proxies)
    app.connections = lambda: (connections.count, connections.pending)
    settings = uvicorn.Config(
        app.answer,  # not asked: the connections do that
        http=cast("type[asyncio.Protocol]", connections.protocol),
        ws="none",
        lifespan="off",
        interface="asgi3",
        backlog=4096,
        log_level="critical",  # what clients do wrong is counted, not printed
        server_header=False,
        access_log=False,
        proxy_headers=False,  # the connections read them
        timeout_graceful_shutdown=int(config.limits.query_seconds) + 5,
    )
    await app.start()
    try:
        await _run(app, stores, uvicorn.Server(settings), listener, ready)
    finally:
        await app.close()


async def _run(app: App, stores: Stores, server: Any, listener: socket.socket, ready: Callable[[], None]) -> None:
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not running.done():
        await asyncio.sleep(0.005)
    if server.started:
        again = asyncio.Event()
        if hasattr(signal, "SIGHUP"):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, again.set)
        beside = [asyncio.create_task(_reload(app, stores, again)), asyncio.create_task(_tidy(app))]
        if not app.pool.confined:
            print(_OPEN, file=sys.stderr, flush=True)
        if app.watch:
            app.watch.start()
        if app.live:
            app.live.stopping = lambda: bool(server.should_exit)
        gc.collect()
        gc.freeze()  # the dataset lives as long as the process: the collector need not stop all to look at it again
        ready()
        await asyncio.wait([running])
        for task in beside:
            task.cancel()
    await running


async def _reload(app: App, stores: Stores, again: asyncio.Event) -> None:
    """On each SIGHUP go over to the present build. Requests that run finish on the old one; none is dropped.

    A project that cannot be read, or that its last build was not made of, changes nothing, and says so.
    """
    while True:
        await again.wait()
        again.clear()
        old = app.served
        try:
            served = await asyncio.to_thread(_load_again, old)
            store = await asyncio.to_thread(stores.of, served.site.dataset, served.version)
            await app.pool.swap(store)
        except Exception as error:
            print(f"Not reloaded: {error}", file=sys.stderr, flush=True)
            continue
        app.served = served
        app.reloads += 1
        gc.collect()
        gc.freeze()
        await asyncio.sleep(old.limits.query_seconds + 2)  # the old workers have their store open until then
        stores.keep_only(store)


def _load_again(old: Served) -> Served:
    """What the last build was made of. Raises :class:`UserError` where that is no longer what the project holds."""
    root, site_url = old.site.config.root, old.site.config.addresses.site_url
    config = settings_of.load(root, site_url=site_url)
    manifest = read_manifest(old.out)
    if manifest is None:
        raise UserError(f"There is no build in {old.out}.", hint="Run ecoop-ld build.")
    served = load(config, old.out, old.base)
    inputs = (fingerprint(config), fingerprint(settings_of.load(root)))
    if manifest.fingerprint not in inputs or served.version != manifest.fingerprint:
        raise UserError("The project was changed after its last build.", hint="Run ecoop-ld build, then try again.")
    return served


async def _tidy(app: App) -> None:
    """Give memory back to the system after busy moments."""
    before = 0
    while True:
        await asyncio.sleep(_TIDY_SECONDS)
        now = sum(app.journal.requests.values())
        if now != before:
            before = now
            gc.collect()
            await asyncio.to_thread(release_memory)


def release_memory() -> None:
    """What the C library keeps of freed memory goes back to the system (glibc)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
