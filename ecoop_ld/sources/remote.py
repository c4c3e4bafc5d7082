"""The endpoint that [source] names → a file of N-Quads in ``data/``, which is read as any other file is.

It is written anew when its content has changed, all at once: whatever happens, the last one is whole. Nothing in it
depends on when it was asked for, so that it is the same where the endpoint holds the same: lines are sorted, and blank
nodes are called after what is said of them.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from ecoop_ld.config import FILE, Config
from ecoop_ld.errors import Place, UserError
from ecoop_ld.sources.skolem import signatures
from ecoop_ld.sparql.download import Download, Downloaded
from ecoop_ld.sparql.remote import RemoteEndpoint

NAME = "data/endpoint.nq"
_MARK = "# Fetched by ecoop-ld from "
_PART = ".endpoint-"
_OLD = 3_600
"""Seconds after which nobody is writing a file any more."""
USER, PASSWORD, TOKEN = "ECOOP_SOURCE_USER", "ECOOP_SOURCE_PASSWORD", "ECOOP_SOURCE_TOKEN"


def refresh(config: Config, say: Callable[[str], None] = lambda _: None) -> bool:
    """Fetch what the endpoint of [source] holds, where it names one; whether the file has changed.

    Raises :class:`UserError`; the file is then as it was.
    """
    source, path = config.source, config.root / NAME
    if not source.endpoint:
        return False
    _refuse_foreign(path)
    endpoint = of_source(config, os.environ)
    say(f"Fetching from {source.endpoint}")
    found = Download(endpoint, source.graphs, source.page, config.limits.source_bytes, say).run()
    content = f"{_MARK}{source.endpoint}; the next build writes it anew.\n{_text(found)}"
    return _replace(path, content.encode())


def check_fetched(config: Config) -> None:
    """Raise where an endpoint is named and nothing has been fetched from it."""
    if config.source.endpoint and not (config.root / NAME).is_file():
        raise UserError(
            f"Nothing has been fetched yet from {config.source.endpoint}.", hint="Run ecoop-ld check or ecoop-ld build."
        )


def of_source(config: Config, environment: Mapping[str, str]) -> RemoteEndpoint:
    """The endpoint of [source], with what the environment says of who asks."""
    source = config.source
    return RemoteEndpoint(
        source.endpoint,
        seconds=source.seconds,
        most=source.bytes,
        authorization=_authorization(source.endpoint, environment),
        advice=f"Give it more time with source.seconds in {FILE}.",
    )


def _authorization(url: str, environment: Mapping[str, str]) -> str:
    """Content of the header; ``""`` where the environment names nobody."""
    user, password, token = (environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if not user and not password and not token:
        return ""
    if token and (user or password):
        raise UserError(f"The environment has both {TOKEN} and {USER}.", hint="Keep one of them.")
    if bool(user) != bool(password):
        raise UserError(f"The environment has one of {USER} and {PASSWORD} alone.", hint="Set both, or none.")
    if not (token or user + password).isprintable() or ":" in user or not token.isascii():
        raise UserError(f"What the environment has in {TOKEN if token else f'{USER} and {PASSWORD}'} cannot be sent.")
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
        raise UserError(f"A password or token is not sent to {url}, where others could read it.", hint="Use https:.")
    if token:
        return f"Bearer {token}"
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _text(found: Downloaded) -> str:
    lines = found.lines | set(map(str, _renamed(found.blank)))
    return "".join(f"{line} .\n" for line in sorted(lines))


def _renamed(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """Blank nodes called after what is said of them; those that look alike are numbered."""
    seen: Counter[str] = Counter()
    names: dict[object, ox.BlankNode] = {}
    for node, name in signatures(quads).items():
        seen[name] += 1
        names[node] = ox.BlankNode(f"b{name}" if seen[name] == 1 else f"b{name}n{seen[name]}")
    return [
        ox.Quad(
            names.get(q.subject, q.subject),
            q.predicate,
            names.get(q.object, q.object),
            names.get(q.graph_name, q.graph_name),
        )
        for q in quads
    ]


def _refuse_foreign(path: Path) -> None:
    """A file of that name that was not fetched is somebody's own."""
    try:
        with path.open("rb") as stream:
            ours = stream.read(len(_MARK)) == _MARK.encode()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(f"Cannot read it: {error.strerror or error}", place=Place(NAME)) from None
    if not ours:
        raise UserError(
            "What is fetched from source.endpoint would take the place of this file, which was not fetched.",
            place=Place(NAME),
            hint="Give it another name.",
        )


def _replace(path: Path, content: bytes) -> bool:
    """Put a file in the place of the last one, whole; whether it differs."""
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(exist_ok=True)
        for left in path.parent.glob(f"{_PART}*"):  # by a process that was killed
            if left.stat().st_mtime < time.time() - _OLD:
                left.unlink()
        descriptor, made = tempfile.mkstemp(prefix=_PART, dir=path.parent)
        try:
            with open(descriptor, "wb") as stream:
                stream.write(content)
            os.chmod(made, 0o644)
            os.replace(made, path)
        except BaseException:
            os.unlink(made)
            raise
    except OSError as error:
        raise UserError(f"Cannot write it: {error.strerror or error}", place=Place(NAME)) from None
    return True
