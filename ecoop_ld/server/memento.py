"""Memento (RFC 7089) over the dumps: ``dumps/latest/`` is its own TimeGate, releases are mementos."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ecoop_ld.addresses import relative
from ecoop_ld.rdf.formats import LINK_FORMAT
from ecoop_ld.releases import feeds
from ecoop_ld.releases.history import moment_of
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Served

_VARY = "Accept-Datetime"


def gate(served: Served, request: Request) -> Response | None:
    """302 to the memento of the moment asked for; the TimeMap of one file; ``None`` where Memento has no part."""
    path, history = request.path, served.site.history
    if path.startswith(feeds.TIMEMAP + "/"):
        return _timemap(served, path.removeprefix(feeds.TIMEMAP + "/"))
    if not path.startswith(feeds.LATEST) or not history:
        return None
    name = path.removeprefix(feeds.LATEST)
    having = feeds.holders(history, name)
    asked = request.headers.get("accept-datetime")
    if asked is not None and having:
        release = history.at(_moment(asked), having)
        headers = {"Location": relative(path, f"{feeds.HOME}{release.version}/{name}"), "Vary": _VARY}
        return Response(302, b"", {**headers, "Link": relations(served, name)})
    if not name:
        links = relations(served, name)
        return Response(303, b"", {"Location": relative(path, "download"), "Vary": _VARY, "Link": links})
    return None


def _moment(text: str) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        raise Refusal(400, "Accept-Datetime is no date such as Thu, 01 Jan 2026 00:00:00 GMT.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _timemap(served: Served, name: str) -> Response:
    if not name or not feeds.holders(served.site.history, name):
        raise Refusal(404, f"No release has a file {name}.")
    body = feeds.timemap(served.base, served.site.history, name)
    return Response(200, body, {"Content-Type": LINK_FORMAT.content_type})


def headers(served: Served, path: str, links: str) -> dict[str, str]:
    """What an answer for ``path`` has besides its own ``links``: nothing unless it is an original or a memento."""
    folder, _, name = path.removeprefix(feeds.HOME).partition("/")
    if not path.startswith(feeds.HOME) or not served.site.history:
        return {}
    name = "" if name.partition(".")[0] == "index" else name
    release = served.site.history.by_version.get(folder)
    if release is not None:
        moment = feeds.http_date(moment_of(release))
        return {"Memento-Datetime": moment, "Link": f"{links}, {relations(served, name)}"}
    if f"{feeds.HOME}{folder}/" == feeds.LATEST and feeds.holders(served.site.history, name):
        return {"Vary": _VARY, "Link": f"{links}, {relations(served, name)}"}
    return {}


def relations(served: Served, name: str) -> str:
    """Original, TimeGate, TimeMap, and the first and last mementos of a file, or of the bundle."""
    base, having = served.base, feeds.holders(served.site.history, name)
    timemap = f"{base}{feeds.TIMEMAP}/{name}" if name else f"{base}{feeds.TIMEMAP}.{LINK_FORMAT.extension}"
    found = [
        f'<{base}{feeds.LATEST}{name}>; rel="original timegate"',
        f'<{timemap}>; rel="timemap"; type="{LINK_FORMAT.media_type}"',
    ]
    if having:
        ends = {"first": having[0], "last": having[-1]}
        one = len(set(map(id, ends.values()))) == 1
        for word, release in list(ends.items())[one:]:
            relation = f"{'first last' if one else word} memento"
            moment = feeds.http_date(moment_of(release))
            found.append(f'<{base}{feeds.HOME}{release.version}/{name}>; rel="{relation}"; datetime="{moment}"')
    return ", ".join(found)
