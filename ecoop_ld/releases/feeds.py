"""The releases → what announces them: Atom (RFC 4287), JSON Feed 1.1, and the TimeMap of Memento (RFC 7089 §5)."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from ecoop_ld.config import Config
from ecoop_ld.rdf.formats import ATOM, HTML, JSON_FEED, LINK_FORMAT, Format
from ecoop_ld.releases.folder import Release
from ecoop_ld.releases.history import History, moment_of
from ecoop_ld.words.messages import messages

HOME = "dumps/"
FEED = "dumps/feed"
TIMEMAP = "dumps/timemap"
LATEST = "dumps/latest/"


def feed(config: Config, history: History, row: Format) -> bytes:
    """All releases, newest first, in the project's first language."""
    return (_json_feed if row is JSON_FEED else _atom)(config, history.releases[::-1]).encode()


def url(config: Config, release: Release) -> str:
    """Address of a release's page."""
    return f"{config.addresses.site_url}{HOME}{release.version}/"


def sentence(config: Config, release: Release, language: str) -> str:
    """``5 statements added and 3 removed since 1.0.0.``"""
    words = messages(config, language)
    added = words.counted("statements_added", release.added)
    counts = words["release_counts"].fill(added=added, removed=words.counted("statements_removed", release.removed))
    since = " " + words["since"].fill(version=release.previous) if release.previous else ""
    return f"{counts}{since}."


def _title(config: Config) -> str:
    language = config.languages[0]
    return f"{config.title(language)}: {messages(config, language)['releases']}"


def _atom(config: Config, found: tuple[Release, ...]) -> str:
    site, language = config.addresses.site_url, config.languages[0]
    entries = "".join(
        f"<entry><id>{escape(url(config, r))}</id><title>{r.version}</title>"
        f"<published>{_moment(r)}</published><updated>{_moment(r)}</updated>"
        f'<link rel="alternate" type="{HTML.media_type}" href={quoteattr(url(config, r))}/>'
        f"<summary>{escape(sentence(config, r, language))}</summary></entry>\n"
        for r in found
    )
    updated = max((_moment(r) for r in found), default="1970-01-01T00:00:00Z")
    author = escape(config.project.creator or config.title(language))
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f"<id>{escape(site + HOME)}</id><title>{escape(_title(config))}</title><updated>{updated}</updated>\n"
        f"<author><name>{author}</name></author>\n"
        f'<link rel="self" type="{ATOM.media_type}" href={quoteattr(f"{site}{FEED}.{ATOM.extension}")}/>\n'
        f'<link rel="alternate" type="{HTML.media_type}" href={quoteattr(site + HOME)}/>\n{entries}</feed>\n'
    )


def _moment(release: Release) -> str:
    return moment_of(release).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json_feed(config: Config, found: tuple[Release, ...]) -> str:
    site, language = config.addresses.site_url, config.languages[0]
    items = [
        {
            "id": url(config, r),
            "url": url(config, r),
            "title": str(r.version),
            "content_text": sentence(config, r, language),
            "date_published": _moment(r),
        }
        for r in found
    ]
    table = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(config),
        "home_page_url": site + HOME,
        "feed_url": f"{site}{FEED}.{JSON_FEED.extension}",
        "language": language,
        "items": items,
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def timemap(base: str, history: History, name: str = "") -> bytes:
    """The mementos of one file of the dumps, or of the whole bundle: the same file in each release that has it."""
    address = f"{base}{TIMEMAP}/{name}" if name else f"{base}{TIMEMAP}.{LINK_FORMAT.extension}"
    original = f"{base}{LATEST}{name}"
    having = holders(history, name)
    first, last = (http_date(moment_of(r)) for r in (having[0], having[-1])) if having else ("", "")
    span = f';from="{first}";until="{last}"' if having else ""
    rows = [
        f'<{original}>;rel="original timegate"',
        f'<{address}>;rel="self";type="{LINK_FORMAT.media_type}"{span}',
    ]
    for n, release in enumerate(having):
        edges = ("first ",) * (n == 0) + ("last ",) * (n == len(having) - 1)
        moment = http_date(moment_of(release))
        rows.append(f'<{base}{HOME}{release.version}/{name}>;rel="{"".join(edges)}memento";datetime="{moment}"')
    return (",\n".join(rows) + "\n").encode()


def holders(history: History, name: str) -> list[Release]:
    """The releases that have a file; all of them for the whole bundle."""
    return [release for release in history.releases if not name or name in history.files[str(release.version)]]


def http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
