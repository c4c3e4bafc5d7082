"""Requests to the application in this process, and what an IRI leads to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast
from urllib.parse import quote, urljoin

from endpoints import Reply

from ecoop_ld import config
from ecoop_ld.publish.staging import read_manifest
from ecoop_ld.rdf.formats import N_TRIPLES
from ecoop_ld.server.app import App
from ecoop_ld.server.http import Arrived, Final
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.load import load_site
from ecoop_ld.site.site import Site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.pool import Pool

URL = "http://site.test/"
_HOPS = 5
AS_IRI = "/:?#[]@!$&'()*+,;=%~"


def site_of(root: Path) -> Site:
    settings = config.load(root)
    loaded = files.load(settings)
    return load_site(settings, loaded, materialise(settings, loaded.quads))


class Asking:
    """The server's application over a site, without a socket and without workers for queries."""

    def __init__(self, site: Site, out: Path = Path("nowhere")) -> None:
        self.site = site
        manifest = read_manifest(out)
        self._app = App(Served(site, out, URL, manifest.fingerprint if manifest else "1"), cast("Pool", None))

    def get(self, target: str, accept: str = "*/*") -> Reply:
        """``target``: path and query, escaped, without the leading slash."""
        return asyncio.run(self._get(target, accept))

    async def _get(self, target: str, accept: str) -> Reply:
        found = self._app.answer(Arrived("GET", b"/" + target.encode("ascii"), {"accept": accept}))
        final = found if isinstance(found, Final) else await found
        body = final.file.read_bytes() if final.file else final.body
        return Reply(final.status, {name.lower(): value for name, value in final.headers.items()}, body)

    def look_up(self, iri: str, accept: str = N_TRIPLES.media_type) -> tuple[str, Reply]:
        """What a client gets that asks for an IRI of the public base: the last address, and its answer."""
        asked = quote(iri.partition("#")[0], safe=AS_IRI)
        base = quote(self.site.config.base, safe=AS_IRI)
        assert asked.startswith(base)
        at = URL + asked.removeprefix(base)
        for _ in range(_HOPS):
            reply = self.get(at.removeprefix(URL), accept)
            if reply.status not in (301, 302, 303):
                return at, reply
            at = urljoin(at, reply.headers["location"])
            if not at.startswith(URL):
                return at, reply
        raise AssertionError(f"<{iri}> leads round and round")
