"""The client of remote endpoints, against a server that does everything wrong and a real one that does it right."""

from __future__ import annotations

import contextlib
import dataclasses
import email.utils
import gzip
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import (
    BOOLEAN_RESULTS,
    CSV,
    GRAPH_RESULTS,
    JSON,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    TABLE_RESULTS,
    TSV,
    TURTLE,
    XML,
    Format,
)
from ecoop_ld.sparql.remote import USER_AGENT, RemoteEndpoint

SELECT = "SELECT ?x { VALUES ?x { 1 } }"
RESULT = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
XML_RESULT = b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><results/></sparql>'
ENTITIES = b'<!DOCTYPE s [<!ENTITY a "aaaa">]><s>&a;</s>'


class Handler(http.server.BaseHTTPRequestHandler):
    """Does what the route named by the path says, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        with contextlib.suppress(ConnectionError):
            self.server.routes[self.path.partition("?")[0]](self)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Not on the terminal."""

    def answer(self, body: bytes = RESULT, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        sent = {"Content-Type": JSON.media_type, "Content-Length": str(len(body))}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in sent.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.routes: dict[str, Callable[[Handler], None]] = {}
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def on(self, path: str, answer: Callable[[Handler], None]) -> str:
        self.routes[path] = answer
        return self.url + path


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


# --- requests ------------------------------------------------------------------------------------------------------


def test_a_query_is_posted_with_its_own_user_agent_and_exact_accept(server: Server) -> None:
    url = server.on("/sparql", Handler.answer)
    assert RemoteEndpoint(url).query(SELECT + " # ñ & + %", JSON) == RESULT
    ((method, path, headers, body),) = server.asked
    assert (method, path) == ("POST", "/sparql")
    assert urllib.parse.parse_qs(body.decode()) == {"query": [SELECT + " # ñ & + %"]}
    assert headers["User-Agent"] == USER_AGENT
    assert headers["User-Agent"].startswith("ecoop-ld/")
    assert headers["Accept"] == "application/sparql-results+json, application/json;q=0.5"
    assert headers["Accept-Encoding"] == "gzip"


def test_get_and_another_user_agent_can_be_had(server: Server) -> None:
    url = server.on("/sparql", Handler.answer)
    RemoteEndpoint(url, method="GET", user_agent="me/1").query(SELECT, JSON)
    ((method, path, headers, _),) = server.asked
    assert method == "GET"
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(path).query) == {"query": [SELECT]}
    assert headers["User-Agent"] == "me/1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sparql",
        "ftp://x/",
        "file:///etc/passwd",
        "http://",
        "javascript:x",
        "http://x/ y",
        "http://u:p@x/",
        "http://x/\n",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UserError):
        RemoteEndpoint(url)


# --- answers that are right ----------------------------------------------------------------------------------------


def chunked(handler: Handler, *pieces: bytes, last: bytes = b"0\r\n\r\n") -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON.media_type)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for piece in pieces:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
    handler.wfile.write(last)
    handler.close_connection = True


GOOD: dict[str, Callable[[Handler], None]] = {
    "plain": lambda h: h.answer(),
    "without length": lambda h: h.answer(Content_Length=""),
    "chunked": lambda h: chunked(h, RESULT[:10], RESULT[10:]),
    "gzip": lambda h: h.answer(gzip.compress(RESULT), Content_Encoding="gzip"),
    "gzip, several members": lambda h: h.answer(
        gzip.compress(RESULT[:9]) + gzip.compress(RESULT[9:]), Content_Encoding="GZIP"
    ),
    "alias, capitals, parameters": lambda h: h.answer(Content_Type="Application/JSON; charset=utf-8"),
    "redirect 307": lambda h: h.answer(b"", 307, Location="/plain"),
    "redirect 308": lambda h: h.answer(b"", 308, Location="/plain"),
    "redirect 301": lambda h: h.answer(b"", 301, Location="/plain"),
    "redirect 303": lambda h: h.answer(b"", 303, Location="/plain"),
}


@pytest.mark.parametrize("name", GOOD)
def test_right_answers(server: Server, name: str) -> None:
    server.on("/plain", Handler.answer)
    assert RemoteEndpoint(server.on("/route", GOOD[name])).query(SELECT, JSON) == RESULT
    if "redirect" in name:
        method, _, _, body = server.asked[-1]
        assert (method, bool(body)) == (("GET", False) if "303" in name else ("POST", True))


# --- answers that are wrong ----------------------------------------------------------------------------------------


def broken_gzip(handler: Handler) -> None:
    handler.answer(gzip.compress(RESULT)[:-12], Content_Encoding="gzip")


def short(handler: Handler) -> None:
    handler.answer(RESULT, Content_Length=str(len(RESULT) + 1))


BAD: dict[str, tuple[Callable[[Handler], None], Format, str]] = {
    "web page": (lambda h: h.answer(b"<html>", Content_Type="text/html; charset=utf-8"), JSON, "a web page"),
    "other format": (lambda h: h.answer(Content_Type="text/csv"), JSON, "is text/csv, not JSON"),
    "no type": (lambda h: h.answer(Content_Type=""), JSON, "no stated type"),
    "lies: a page": (lambda h: h.answer(b"<html>sorry</html>"), JSON, "not whole, or not JSON"),
    "lies: other JSON": (lambda h: h.answer(b'{"error": 1}'), JSON, "neither results nor"),
    "lies: no XML": (lambda h: h.answer(RESULT, Content_Type=XML.media_type), XML, "not XML"),
    "lies: no Turtle": (lambda h: h.answer(RESULT, Content_Type="text/turtle"), TURTLE, "not Turtle"),
    "shorter than said": (short, JSON, "breaks off"),
    "cut JSON": (lambda h: h.answer(RESULT[:-3], Content_Length=""), JSON, "not whole"),
    "cut XML": (lambda h: h.answer(XML_RESULT[:-4], Content_Type=XML.media_type, Content_Length=""), XML, "not whole"),
    "cut CSV": (lambda h: h.answer(b'x\r\n"a', Content_Type="text/csv", Content_Length=""), CSV, "not whole"),
    "cut TSV": (
        lambda h: h.answer(b'?x\n"a', Content_Type=TSV.media_type, Content_Length=""),
        TSV,
        "not whole",
    ),
    "cut Turtle": (
        lambda h: h.answer(b"<a:> <b:> <c", Content_Type="text/turtle", Content_Length=""),
        TURTLE,
        "not whole",
    ),
    "cut N-Triples": (lambda h: h.answer(b"<a:> <b:> <c:>", Content_Type=N_TRIPLES.media_type), N_TRIPLES, "not whole"),
    "cut JSON-LD": (lambda h: h.answer(b'[{"@id":', Content_Type=JSON_LD.media_type), JSON_LD, "not whole"),
    "entities": (lambda h: h.answer(ENTITIES, Content_Type=RDF_XML.media_type), RDF_XML, "declares entities"),
    "cut chunk": (lambda h: chunked(h, RESULT[:10], last=b"ff\r\n{"), JSON, "breaks off"),
    "no last chunk": (lambda h: chunked(h, RESULT, last=b""), JSON, "breaks off"),
    "cut gzip": (broken_gzip, JSON, "breaks off"),
    "no gzip": (lambda h: h.answer(Content_Encoding="gzip"), JSON, "not the gzip"),
    "other coding": (lambda h: h.answer(Content_Encoding="br"), JSON, "packed as br"),
    "bomb": (lambda h: h.answer(gzip.compress(b" " * 10**7), Content_Encoding="gzip"), JSON, "larger than 1,000,000"),
    "large": (lambda h: h.answer(b" " * 1_000_001), JSON, "larger than 1,000,000"),
    "part": (lambda h: h.answer(RESULT[:9], 206, Content_Range="bytes 0-8/99"), JSON, "a part of the answer"),
    "nothing": (lambda h: h.answer(b"", 204), JSON, "(204)"),
    "no HTTP": (
        lambda h: h.wfile.write(b"SSH-2.0-x\r\n") and setattr(h, "close_connection", True),
        JSON,
        "not proper HTTP",
    ),
    "hangs up": (lambda h: setattr(h, "close_connection", True), JSON, "breaks off|not proper HTTP|cannot be reached"),
    "loop": (lambda h: h.answer(b"", 307, Location="/route"), JSON, "which is not followed"),
    "to a file": (lambda h: h.answer(b"", 302, Location="file:///etc/passwd"), JSON, "which is not followed"),
    "to ftp": (lambda h: h.answer(b"", 302, Location="ftp://127.0.0.1/x"), JSON, "which is not followed"),
    "to nowhere": (lambda h: h.answer(b"", 302), JSON, "which is not followed"),
    **{
        str(status): (lambda h, s=status: h.answer(b"<p>", s, Content_Type="text/html"), JSON, rf"\({status}\)\.$")
        for status in (400, 401, 403, 404, 405, 406, 408, 410, 413, 414, 415, 418, 500, 502, 504)
    },
    "told in text": (
        lambda h: h.answer(b"no\n\x1b[1mverb", 400, Content_Type="text/plain"),
        JSON,
        r"\(400\): no \[1mverb",
    ),
    "told as a problem": (
        lambda h: h.answer(b'{"title": "x", "detail": "too deep"}', 400, Content_Type="application/problem+json"),
        JSON,
        r"\(400\): too deep",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_wrong_answers_are_told_in_a_sentence(server: Server, name: str) -> None:
    route, row, told = BAD[name]
    with pytest.raises(UserError, match=told) as caught:
        RemoteEndpoint(server.on("/route", route), seconds=20, most=1_000_000).query(SELECT, row)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert server.url in str(caught.value)


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(UserError, match="nothing answers"):
        RemoteEndpoint(url).query(SELECT, JSON)
    with pytest.raises(UserError, match="cannot be reached"):
        RemoteEndpoint("http://host.invalid/").query(SELECT, JSON)


# --- time ----------------------------------------------------------------------------------------------------------


def trickle_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON.media_type)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    trickle(handler)


def trickle(handler: Handler) -> None:
    """A byte now and then: no read ever times out."""
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


SLOW: dict[str, Callable[[Handler], None]] = {
    "body trickles": trickle_body,
    "header trickles": trickle,
    "silence": lambda h: threading.Event().wait(60) and None,
    "asks to come back late": lambda h: h.answer(b"", 503, Retry_After="60"),
}


@pytest.mark.parametrize("name", SLOW)
def test_the_deadline_is_for_everything_together(server: Server, name: str) -> None:
    """Each of these routes lasts for at least a minute; the thread that asks is joined for less."""
    told: list[BaseException] = []

    def ask() -> None:
        try:
            RemoteEndpoint(server.on("/route", SLOW[name]), seconds=0.5).query(SELECT, JSON)
        except UserError as error:
            told.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(20)
    assert told, "still waiting"


def turns_away(times: int, status: int, after: Callable[[], str]) -> Callable[[Handler], None]:
    left = [times]

    def route(handler: Handler) -> None:
        if left[0] > 0:
            left[0] -= 1
            handler.answer(b"later", status, Retry_After=after(), Content_Type="text/plain")
        else:
            handler.answer()

    return route


def in_ten_seconds() -> str:
    return email.utils.formatdate(time.time() + 10, usegmt=True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("after", "least", "most"),
    [
        (lambda: "7", 7, 7),
        (in_ten_seconds, 5, 10),
        (lambda: email.utils.formatdate(time.time() - 100, usegmt=True), 0, 0),
        (lambda: "", 0.5, 0.5),
        (lambda: "soon", 0.5, 0.5),
    ],
)
def test_retry_after_is_honoured(
    server: Server, status: int, after: Callable[[], str], least: float, most: float
) -> None:
    slept: list[float] = []
    url = server.on("/route", turns_away(1, status, after))
    assert RemoteEndpoint(url, seconds=60, sleep=slept.append).query(SELECT, JSON) == RESULT
    assert len(slept) == 1
    assert least <= slept[0] <= most
    assert len(server.asked) == 2


def test_retries_end(server: Server) -> None:
    slept: list[float] = []
    url = server.on("/route", turns_away(9, 429, lambda: "1"))
    with pytest.raises(UserError, match=r"too many requests from here \(429\): later"):
        RemoteEndpoint(url, retries=2, sleep=slept.append).query(SELECT, JSON)
    assert (len(server.asked), slept) == (3, [1.0, 1.0])


def test_no_other_status_is_tried_again(server: Server) -> None:
    url = server.on("/route", turns_away(1, 500, lambda: "1"))
    with pytest.raises(UserError, match="broke down"):
        RemoteEndpoint(url).query(SELECT, JSON)
    assert len(server.asked) == 1


# --- real servers --------------------------------------------------------------------------------------------------

DATA = b'<http://e/a> <http://e/p> "\xc3\xb1 \\"1\\"" , 1 ; <http://e/q> <http://e/b> .'


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    """Address of an ``oxigraph serve`` process that holds ``DATA``."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        assert not os.environ.get("CI"), "oxigraph is not installed"
        pytest.skip("oxigraph is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    with subprocess.Popen([program, "serve", "--bind", place], stderr=subprocess.DEVNULL) as process:
        try:
            load = urllib.request.Request(
                f"http://{place}/store?default", data=DATA, headers={"Content-Type": "text/turtle"}, method="POST"
            )
            while process.poll() is None:
                try:
                    urllib.request.urlopen(load).close()
                    break
                except urllib.error.URLError:
                    time.sleep(0.02)
            yield f"http://{place}/query"
        finally:
            process.kill()


def check_endpoint(url: str, subject: str) -> None:
    """What any good endpoint that knows something about ``subject`` answers."""
    endpoint = RemoteEndpoint(url, seconds=60)
    for row in TABLE_RESULTS:
        assert b"x" in endpoint.query(SELECT, row)
    for row in BOOLEAN_RESULTS:
        assert b"true" in endpoint.query(f"ASK {{ <{subject}> ?p ?o }}", row)
    for row in GRAPH_RESULTS:
        if row != JSON_LD:  # which not all write
            assert subject.rpartition("/")[2].encode() in endpoint.query(f"DESCRIBE <{subject}>", row)
    assert dataclasses.replace(endpoint, method="GET").query(SELECT, CSV).split() == [b"x", b"1"]
    with pytest.raises(UserError, match=r"does not accept the query \(400\)"):
        endpoint.query("SELECT * {", JSON)
    with pytest.raises(UserError, match=r"nothing has this address \(404\)|\(405\)|page"):
        RemoteEndpoint(urllib.parse.urljoin(url, "/nowhere-at-all")).query(SELECT, JSON)


def test_oxigraph_serve(oxigraph: str) -> None:
    check_endpoint(oxigraph, "http://e/a")
    found = RemoteEndpoint(oxigraph).query("SELECT ?o { <http://e/a> <http://e/p> ?o } ORDER BY ?o", TSV)
    assert set(found.decode().splitlines()) == {"?o", "1", '"ñ \\"1\\""'}
