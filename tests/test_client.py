"""The only way out: names, redirects, proxies and the deadline, against a server on the loopback."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ecoop_ld import client
from ecoop_ld.client import USER_AGENT, Bounds, Incoming, Outgoing, TooLarge, TooLate, Unanswered, send


class Handler(BaseHTTPRequestHandler):
    """Answers with what it was asked; ``/to/`` redirects with the status that follows, to what follows that."""

    server: Web

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        status, target = 200, ""
        if self.path.startswith("/to/"):
            number, _, target = self.path.removeprefix("/to/").partition("/")
            status = int(number)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"nothing was sent"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if target:
            self.send_header("Location", target)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_POST = do_HEAD = do_GET  # noqa: N815

    def do_CONNECT(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"this is no TLS")

    def log_message(self, *args: object) -> None:
        """Not on the terminal."""


class Web(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture(scope="module")
def running() -> Iterator[Web]:
    with Web() as web:
        threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True).start()
        yield web
        web.shutdown()


@pytest.fixture
def web(running: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    running.asked.clear()
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return running


def ask(request: Outgoing, *, seconds: float = 60, most: int = 10_000, redirects: int = 5, public: bool = False) -> Incoming:  # fmt: skip
    return send(request, Bounds(time.monotonic() + seconds, most, redirects, public))


def test_what_is_sent_by_itself(web: Web) -> None:
    assert ask(Outgoing(f"{web.url}/")).body == b"nothing was sent"
    ((method, path, headers),) = web.asked
    assert (method, path) == ("GET", "/")
    assert headers == {
        "Host": web.url.removeprefix("http://"),
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


@pytest.mark.parametrize(
    ("address", "asked"),
    [("", "/"), ("/ñ ü?ñ=[1]", "/%C3%B1%20%C3%BC?%C3%B1=[1]"), ("/%C3%B1/a%2Fb?x=%26#part", "/%C3%B1/a%2Fb?x=%26")],
)
def test_an_iri_is_asked_as_the_uri_that_it_stands_for(web: Web, address: str, asked: str) -> None:
    ask(Outgoing(web.url + address))
    assert web.asked[0][1] == asked


@pytest.mark.parametrize(
    "address", ["", "x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://[::1", "http://127.0.0.1:x/", "http://127.0.0.1:0/"]
)  # fmt: skip
def test_what_http_cannot_ask(address: str) -> None:
    with pytest.raises(Unanswered, match="not the address"):
        ask(Outgoing(address))


@pytest.mark.parametrize("host", ["x" * 64, "ñ" * 64, "a..b", "host.invalid"])
def test_names_that_nobody_has(web: Web, host: str) -> None:
    with pytest.raises(Unanswered, match="no machine"):
        ask(Outgoing(f"http://{host}/"))


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [(301, "POST", "POST"), (302, "POST", "POST"), (307, "POST", "POST"), (308, "POST", "POST"), (303, "POST", "GET"),
     (303, "HEAD", "HEAD"), (302, "HEAD", "HEAD"), (303, "GET", "GET")],
)  # fmt: skip
def test_a_redirect_is_followed_with_the_same_request(web: Web, status: int, method: str, then: str) -> None:
    body = b"question" if method == "POST" else None
    answer = ask(Outgoing(f"{web.url}/to/{status}//there", method, {"Content-Type": "text/x", "X-Own": "1"}, body))
    assert (answer.status, answer.url) == (200, f"{web.url}/there")
    assert [row[0] for row in web.asked] == [method, then]
    assert (
        web.asked[1][2].get("Content-Type") == ("text/x" if then == method or status != 303 else None)
        or method == "GET"
    )
    assert web.asked[1][2]["X-Own"] == "1"
    assert answer.body == {"POST": b"question", "GET": b"nothing was sent", "HEAD": b""}[then]


def test_a_redirect_that_is_not_followed_is_the_answer(web: Web) -> None:
    answer = ask(Outgoing(f"{web.url}/to/307//there"), redirects=0)
    assert (answer.status, answer.headers["Location"], len(web.asked)) == (307, "/there", 1)
    assert ask(Outgoing(f"{web.url}/to/304//there")).status == 304
    web.asked.clear()
    assert ask(Outgoing(f"{web.url}/to/302//to/302//to/302//there"), redirects=2).headers["Location"] == "/there"
    assert len(web.asked) == 3


def test_names_that_have_to_be_public(web: Web) -> None:
    """A number is meant as it is, but not one that a redirect gives."""
    with pytest.raises(Unanswered, match="private network"):
        ask(Outgoing(web.url.replace("127.0.0.1", "localhost")), public=True)
    assert web.asked == []
    assert ask(Outgoing(web.url), public=True).status == 200
    with pytest.raises(Unanswered, match="private network"):
        ask(Outgoing(f"{web.url}/to/302/{web.url}/"), public=True)


def test_no_redirect_leads_from_the_open_into_a_private_network(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(Outgoing(f"{web.url}/to/302//there")).status == 200
    answers = iter([True, False])
    monkeypatch.setattr(client, "is_public", lambda number: next(answers))
    web.asked.clear()
    with pytest.raises(Unanswered, match="private network"):
        ask(Outgoing(f"{web.url}/to/302//there"))
    assert len(web.asked) == 1


def test_a_look_up_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a thread, as the system's own would not: it is joined for longer than the deadline only."""
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(120) and [])
    with pytest.raises(TooLate):
        ask(Outgoing("http://e.example/"), seconds=0.05)
    assert not release.is_set()
    release.set()


def test_a_deadline_that_is_over_asks_nobody(web: Web) -> None:
    with pytest.raises(TooLate):
        ask(Outgoing(web.url), seconds=0)
    assert web.asked == []


def test_the_size_is_bounded_to_the_byte(web: Web) -> None:
    assert ask(Outgoing(web.url), most=16).body == b"nothing was sent"
    with pytest.raises(TooLarge, match="larger than 15 bytes"):
        ask(Outgoing(web.url), most=15)


def test_the_headers_are_looked_at_before_the_content(web: Web) -> None:
    def check(headers: object) -> None:
        raise KeyError("not this type")

    with pytest.raises(KeyError):
        send(Outgoing(web.url), Bounds(time.monotonic() + 60, 0), check)
    assert send(Outgoing(f"{web.url}/to/404/"), Bounds(time.monotonic() + 60, 0), check).body == b"nothing was sent"


def test_the_proxy_of_the_environment(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    at = web.url.removeprefix("http://")
    monkeypatch.setenv("http_proxy", f"http://me:p%40ss@{at}")
    monkeypatch.setenv("https_proxy", at)
    assert ask(Outgoing("http://elsewhere.invalid:81/a?b=c")).status == 200
    ((_, path, headers),) = web.asked
    assert path == "http://elsewhere.invalid:81/a?b=c"
    assert headers["Host"] == "elsewhere.invalid:81"
    assert base64.b64decode(headers["Proxy-Authorization"].removeprefix("Basic ")) == b"me:p@ss"
    web.asked.clear()
    with pytest.raises(Unanswered, match="encrypted connection failed"):
        ask(Outgoing("https://elsewhere.invalid/a"))
    assert [(row[0], row[1]) for row in web.asked] == [("CONNECT", "elsewhere.invalid:443")]
    monkeypatch.setenv("no_proxy", "elsewhere.invalid")
    for public in (False, True):
        with pytest.raises(Unanswered, match="no machine"):
            ask(Outgoing("http://elsewhere.invalid/a"), public=public)
    assert len(web.asked) == 1


def test_no_proxy_where_addresses_have_to_be_public(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", web.url)
    with pytest.raises(Unanswered, match="no machine"):
        ask(Outgoing("http://elsewhere.invalid/a"), public=True)
    assert web.asked == []


@pytest.mark.parametrize(
    ("asked", "target", "leads_to"),
    [
        ("https://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("https://a.example/x", "y", "https://a.example/y"),
        ("https://a.example/x", "http://a.example/x", ""),
        ("https://a.example/x", "ftp://a.example/x", ""),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("http://a.example/x", "//b.example/", "http://b.example/"),
        ("http://a.example/x", "file:///etc/passwd", ""),
        ("http://a.example/x", "gopher://a.example/", ""),
        ("http://a.example/x", "http://[", ""),
        ("http://a.example/x", "", ""),
    ],
)
def test_a_redirect_leads_to_no_lesser_scheme(asked: str, target: str, leads_to: str) -> None:
    headers = Message()
    headers["Location"] = target
    found = client._following(Outgoing(asked, "POST", {}, b"x"), Incoming(asked, 307, headers, b""))
    assert (found.url if found else "") == leads_to
    assert found is None or (found.method, found.body) == ("POST", b"x")
