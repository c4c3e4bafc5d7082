"""What every answer carries, and what becomes of it under a condition: without a socket, header by header."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest

from ecoop_ld.server import codings, http
from ecoop_ld.server.http import Final, Request, Response

TURTLE = {"Content-Type": "text/turtle; charset=utf-8", "Vary": "Accept"}
FILE = Path("dump.nt")


def answered(headers: Mapping[str, str], response: Response | None = None, method: str = "GET") -> Final:
    request = Request(method, "x", headers=headers)
    return http.conditional(request, http.complete(request, response or Response(200, b"text", TURTLE)))


@pytest.mark.parametrize(
    ("status", "own", "said"),
    [
        (200, {}, "public, no-cache"),
        (200, {"Cache-Control": "no-store"}, "no-store"),
        (404, {}, None),
        (303, {}, None),
        (422, {"Cache-Control": "no-store"}, "no-store"),
    ],
)
def test_what_may_be_kept_is_asked_for_again(status: int, own: dict[str, str], said: str | None) -> None:
    assert answered({}, Response(status, b"text", TURTLE | own)).headers.get("Cache-Control") == said


@pytest.mark.parametrize("status", [200, 404])
def test_only_a_whole_answer_has_a_tag(status: int) -> None:
    assert ("ETag" in answered({}, Response(status, b"text", TURTLE)).headers) == (status == 200)


def test_a_304_tells_nothing_of_a_body_that_is_not_there() -> None:
    body = b"word " * 1000
    own = {**TURTLE, "Content-Location": "/x.ttl", "Content-Disposition": "inline", "Link": "<x>; rel=y"}
    whole = answered({"accept-encoding": "gzip"}, Response(200, body, own))
    assert gzip.decompress(whole.body) == body
    found = answered({"accept-encoding": "gzip", "if-none-match": whole.headers["ETag"]}, Response(200, body, own))
    assert (found.status, found.body) == (304, b"")
    assert {name for name in found.headers if name.startswith("Content-")} == {
        "Content-Location",
        "Content-Security-Policy",
    } & set(found.headers)
    for name in ("Content-Location", "ETag", "Vary", "Cache-Control", "Link"):
        assert found.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("header", "status"),
    [("{tag}", 200), ("*", 200), ('"other", {tag}', 200), ('"other" , "more"', 412), ('"other", *', 200), ("", 412)],
)
def test_if_match(header: str, status: int) -> None:
    tag = answered({}).headers["ETag"]
    assert answered({"if-match": header.format(tag=tag)}).status == status


def test_if_match_comes_before_all_other_conditions() -> None:
    tag = answered({}).headers["ETag"]
    assert answered({"if-match": '"other"', "if-none-match": tag}).status == 412
    assert answered({"if-match": tag, "if-none-match": tag}).status == 304


@pytest.mark.parametrize(
    ("method", "response", "status"),
    [
        ("GET", Response(200, b"", TURTLE, FILE, (0, 100)), 206),
        ("HEAD", Response(200, b"", TURTLE, FILE, (0, 100)), 200),
        ("GET", Response(200, b"x" * 100, TURTLE), 200),
        ("POST", Response(200, b"", TURTLE, FILE, (0, 100)), 200),
        ("GET", Response(404, b"", TURTLE, FILE, (0, 100)), 404),
    ],
)
def test_a_part_is_sent_of_files_alone_and_to_get_alone(method: str, response: Response, status: int) -> None:
    found = answered({"range": "bytes=10-19"}, response, method)
    assert found.status == status
    assert found.span == ((10, 10) if status == 206 else response.span)


@pytest.mark.parametrize(
    ("kind", "size", "coded"),
    [
        ("text/html", 999, False),
        ("text/html", 1000, True),
        ("application/ld+json", 1000, True),
        ("application/sparql-results+xml", 1000, True),
        ("application/gzip", 100_000, False),
        ("image/png", 100_000, False),
        ("application/wasm", 1000, True),
    ],
)
def test_what_gains_from_a_coding_is_coded(kind: str, size: int, coded: bool) -> None:
    assert bool(codings.codable(kind, size)) == coded
    found = answered({"accept-encoding": "gzip"}, Response(200, b"x" * size, {"Content-Type": kind}))
    assert found.headers.get("Content-Encoding") == ("gzip" if coded else None)
    assert ("Accept-Encoding" in found.headers.get("Vary", "")) == coded
