"""Bytes of a connection → requests, or the status of what is wrong with one (RFC 9112)."""

from __future__ import annotations

import pytest

from ecoop_ld.config import Limits
from ecoop_ld.server.http import BadRequest, split_target
from ecoop_ld.server.reader import Reader

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


def read(data: bytes, piece: int = 0, limits: Limits | None = None) -> Reader:
    """A reader that was given the data, whole or in pieces of so many bytes."""
    reader = Reader(limits or Limits(query_bytes=0))
    step = piece or len(data)
    for at in range(0, len(data), step):
        reader.feed(data[at : at + step])
    return reader


@pytest.mark.parametrize("piece", [0, 1, 7])
@pytest.mark.parametrize(
    ("data", "bodies"),
    [
        (GET, [b""]),
        (GET * 3, [b"", b"", b""]),
        (b"\r\n\r\n" + GET, [b""]),
        (b"GET /a HTTP/1.0\r\n\r\n", [b""]),
        (b"GET /a HTTP/1.1\r\nHost:\r\n\r\n", [b""]),
        (b"GET /a HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", [b""]),
        (POST + b"Content-Length: 6\r\n\r\nASK {}" + GET, [b"ASK {}", b""]),
        (POST + b"Transfer-Encoding: Chunked\r\n\r\n3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n" + GET, [b"ASK {}", b""]),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nHost: y\r\nX: z\r\n\r\n" + GET, [b"", b""]),
        (POST + H2C + b"Content-Length: 6\r\n\r\nASK {}", [b"ASK {}"]),
        (POST + H2C + b"Content-Length: 6\r\n\r\nASK {}" + GET, [b"ASK {}", b""]),
        (POST + H2C + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n" + GET, [b"ASK {}", b""]),
        (b"GET /a HTTP/1.1\r\nHost: x\r\n" + H2C + b"\r\n" + GET, [b"", b""]),
        (b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + GET, [b"", b""]),
    ],
)
def test_requests_are_read_however_they_are_cut(data: bytes, bodies: list[bytes], piece: int) -> None:
    reader = read(data, piece)
    assert reader.refusal is None
    assert [arrived.body for arrived, _ in reader.arrived] == bodies
    assert all(goes_on for _, goes_on in reader.arrived) == (b"HTTP/1.0" not in data)
    assert not reader.is_amid_request
    reader.feed(b"GE")
    assert reader.is_amid_request


@pytest.mark.parametrize("piece", [0, 1])
@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"GET / HTTP/3.7\r\nHost: x\r\n\r\n", 505),
        (b"GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
        (b"GET / HTTP/0.9\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"CONNECT a:22 HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: identity\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nASK", 400),
        (POST + b"Content-Length: 3, 3\r\n\r\nASK", 400),
        (POST + b"Content-Length: +3\r\n\r\nASK", 400),
        (POST + b"Content-Length: 99999999999999999999\r\n\r\n", 400),
        (POST + b"Content-Length: 10001\r\n\r\n", 413),
        (POST + H2C + b"Content-Length: 10001\r\n\r\n", 413),
        (
            POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1388\r\n" + b" " * 5_000 + b"\r\n1389\r\n" + b" " * 5_001,
            413,
        ),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /" + b"a" * 5_001 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 30_001, 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 8_000 + b"\r\nY: " + b"a" * 8_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, status: int, piece: int) -> None:
    limits = Limits(url_bytes=5_000, head_bytes=10_000, query_bytes=0)
    reader = read(GET + data, piece or 9_000, limits)
    assert [arrived.target for arrived, _ in reader.arrived] == [b"/a"]  # what came before is answered
    assert reader.refusal
    assert reader.refusal.status == status
    reader.feed(GET)
    assert len(reader.arrived) == 1


def test_a_client_that_asks_before_it_sends_the_body_is_told_to_go_on() -> None:
    expecting = POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    assert read(expecting).expects
    assert not read(expecting.replace(b"1.1", b"1.0")).expects
    assert read(expecting.replace(b": 3", b": 50000")).refusal


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        (b"/a/b?c=d?e", (b"/a/b", b"c=d?e", b"a/b?c=d?e")),
        (b"/", (b"/", b"", b"")),
        (b"http://x:80/a?b", (b"/a", b"b", b"a?b")),
        (b"HTTP://x", (b"/", b"", b"")),
        (b"*", (b"*", b"", b"*")),
        (b"/a#b", None),
        (b"ftp://x/a", None),
        (b"a", None),
    ],
)
def test_targets(target: bytes, parts: tuple[bytes, bytes, bytes] | None) -> None:
    if parts is None:
        with pytest.raises(BadRequest):
            split_target(target)
    else:
        assert split_target(target) == parts
