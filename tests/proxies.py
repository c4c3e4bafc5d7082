"""A real nginx in front of a server, for tests that ask through it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import need, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def nginx(folder: Path, http: Callable[[int], str]) -> Iterator[str]:
    """Address of an nginx whose ``http { … }`` is made for a port; what it writes goes into ``folder``."""
    need(NGINX, "nginx")
    port = free_port()
    own = "access_log off; " + "".join(f"{name}_temp_path {folder}/{name}; " for name in PLACES)
    user = "user root; " if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        + http(port).replace("http {", f"http {{ {own}", 1),
        encoding="utf-8",
    )
    process = subprocess.Popen([str(NGINX), "-c", str(config), "-p", str(folder)], stderr=subprocess.DEVNULL)

    def listens() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    try:
        assert wait_until(listens)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)
