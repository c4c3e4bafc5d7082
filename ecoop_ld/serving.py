"""A build → a running server: the port, the query store, the worker processes, and uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import errno
import gc
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from ecoop_ld import sources
from ecoop_ld.build import downloads_of
from ecoop_ld.config import Config
from ecoop_ld.dataset import Dataset
from ecoop_ld.errors import UserError
from ecoop_ld.materialise import materialise
from ecoop_ld.outputs import read_manifest
from ecoop_ld.represent import load_site
from ecoop_ld.server import App
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.store import build_store

CACHE = ".ecoop-ld"
"""Folder of the project where the query store is kept between starts."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port, before any long work; a busy one is a ``UserError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only on sockets that say they are TCP;
    # without that each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                f"Port {port} is taken by another program.",
                hint=f"Choose another: ecoop-ld serve --port {port + 1}, or make run PORT={port + 1}.",
            ) from None
        raise UserError(f"Cannot listen on {host}, port {port}: {error.strerror or error}.") from None
    return listener


def query_store(config: Config, dataset: Dataset, version: str) -> Path:
    """Folder of the on-disk store of this version of the data; made when it is not there yet.

    A store is never changed once it is made: a new version is a new folder, moved into place whole.
    """
    cache = config.root / CACHE
    wanted = cache / f"store-{version[:16]}"
    if wanted.is_dir():
        return wanted
    try:
        cache.mkdir(exist_ok=True)
        for old in cache.glob("store-*"):
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        cache = Path(tempfile.mkdtemp(prefix="ecoop-ld-"))
        wanted = cache / wanted.name
    making = Path(tempfile.mkdtemp(prefix="store-new-", dir=cache))
    build_store(dataset.quads, making / "store")
    (making / "store").rename(wanted)
    making.rmdir()
    return wanted


def run(config: Config, out: Path, listener: socket.socket, address: str, ready: Callable[[], None]) -> None:
    """Serve the build in ``out`` until interrupted."""
    loaded = sources.load(config)
    site = load_site(config, loaded, materialise(config, loaded.quads))
    site = dataclasses.replace(site, downloads=downloads_of(out, site.dataset))
    manifest = read_manifest(out)
    store = query_store(config, site.dataset, manifest.fingerprint if manifest else "")
    pool = Pool(store, config.limits, config.all_prefixes)
    app = App(site, out, pool, address)
    gc.freeze()  # the dataset lives as long as the process: the collector need not look at it again
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has shut down in good order and passes the signal on
        asyncio.run(_serve(app, listener, ready))


async def _serve(app: App, listener: socket.socket, ready: Callable[[], None]) -> None:
    import uvicorn

    settings = uvicorn.Config(
        app, log_level="warning", server_header=False, access_log=False, timeout_graceful_shutdown=10
    )
    server = uvicorn.Server(settings)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not running.done():
        await asyncio.sleep(0.005)
    if server.started:
        ready()
    await running
